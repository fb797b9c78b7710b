"""kill -9 at each system call that makes something last, DuckDB's own among them (strace)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from tests.faults.scene import Scene, check, make, run
from tests.sync.store.reports import Store

CALLS = ("fsync", "fdatasync", "rename", "unlink", "ftruncate", "pwrite64", "write")


@cache
def why_not() -> str:
    """Why system calls cannot be injected here; empty if they can."""
    if not shutil.which("strace"):
        return "strace is not installed (apt-get install strace)"
    done = subprocess.run(["strace", "-e", "trace=none", "true"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()}"


pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]


@pytest.fixture(scope="module", params=["empty", "two"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make(tmp_path_factory.mktemp(request.param), request.param)


def traced(scene: Scene, folder: Path, *options: str) -> tuple[int, str]:
    store = scene.copy(folder)
    log = folder / "strace.txt"
    done = run(["strace", "-f", "-y", "-o", str(log), *options,
                sys.executable, "-B", *scene.command(store)[1:]])
    return done.returncode, log.read_text(errors="replace")


def numbered(log: str) -> Counter[str]:
    """How often the thread that calls it most makes each call; strace counts by thread."""
    threads = Counter(re.findall(r"^(\d+) +(\w+)\(", log, re.MULTILINE))
    most: Counter[str] = Counter()
    for (_, call), times in threads.items():
        most[call] = max(most[call], times)
    return most


def test_a_kill_at_any_lasting_system_call_leaves_the_old_or_the_new_store(
    scene: Scene, tmp_path: Path
) -> None:
    status, log = traced(scene, tmp_path / "counted", "-e", f"trace={','.join(CALLS)}")
    assert status == 0
    most = numbered(log)
    assert most["fdatasync"] >= 2 * len(scene.files), "DuckDB syncs its log and its file"
    assert most["fsync"] and most["rename"] and most["pwrite64"]
    cases = [(call, n) for call in CALLS for n in range(1, most[call] + 1)]

    def killed_at(case: tuple[str, int]) -> tuple[str, int] | None:
        """The stage after the kill. DuckDB's threads share the work anew in each run, so that a
        thread may not get as far as the n-th call: then it is tried again."""
        call, number = case
        for attempt in range(3):
            folder = tmp_path / f"{call}{number}.{attempt}"
            status, log = traced(scene, folder, "-e", f"trace={call}",
                                 "-e", f"inject={call}:signal=KILL:when={number}")
            stage = check(scene, Store(folder))
            if "killed by SIGKILL" in log:
                assert status != 0
                return call, stage
        return None

    with ThreadPoolExecutor(2) as pool:
        hits = [hit for hit in pool.map(killed_at, cases) if hit]
    assert len(hits) >= 0.8 * len(cases)
    assert {call for call, _ in hits} == {call for call, _ in cases}
    assert {stage for _, stage in hits} == set(range(len(scene.stages))), "before and after"
