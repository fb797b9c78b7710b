"""kill -9 before and after each durable call of an import: the store is the old or the new one."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.scene import Scene, check, check_originals, make, run
from tests.sync.store.reports import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture(scope="module", params=["empty", "replace"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make(tmp_path_factory.mktemp(request.param), request.param)


def points(scene: Scene, folder: Path) -> list[str]:
    """The points that the job passes when nobody kills it."""
    log = folder / "points.txt"
    store = scene.copy(folder / "counted")
    done = run(scene.command(store), {"OPSHEET_FAULT_LOG": str(log)})
    assert done.returncode == 0, done.stderr
    return log.read_text().splitlines()


def test_a_kill_at_any_point_leaves_the_old_or_the_new_store(scene: Scene, tmp_path: Path) -> None:
    passed = points(scene, tmp_path)
    counts, files = Counter(passed), len(scene.files)
    for call, least in (("fsync", files), ("rename", files), ("fsync_folder", 2 * files),
                        ("commit", files)):
        assert counts[f"before {call}"] == counts[f"after {call}"] >= least

    def killed_at(number: int) -> tuple[int, str]:
        folder = tmp_path / f"point{number}"
        store = scene.copy(folder)
        log = tmp_path / f"log{number}.txt"
        done = run(scene.command(store), {"OPSHEET_FAULT_LOG": str(log),
                                          "OPSHEET_FAULT_AT": str(number)})
        assert done.returncode == -9, f"point {number} was not hit: {done.stderr}"
        assert log.read_text().splitlines() == passed[:number]
        return check(scene, store), passed[number - 1]

    with ThreadPoolExecutor(2) as pool:
        stages = list(pool.map(killed_at, range(1, len(passed) + 1)))
    commits = 0
    for stage, point in stages:  # a file is in the store from its COMMIT on, not before
        commits += point == "after commit"
        assert stage == commits, point
    assert commits == files


def test_a_kill_around_the_commit_of_an_undo_leaves_it_done_or_not(
    scene: Scene, tmp_path: Path
) -> None:
    if scene.name == "empty":
        pytest.skip("nothing to undo in an empty store")
    for number, expected in ((1, False), (2, True)):
        store = scene.copy(tmp_path / f"undo{number}")
        done = run([sys.executable, "-m", "tests.faults.runner", "tests.faults.jobs:undo",
                    str(store.folder / "s.duckdb"), "1"],
                   {"OPSHEET_FAULT_LOG": str(tmp_path / "log"), "OPSHEET_FAULT_AT": str(number)})
        assert done.returncode == -9, done.stderr
        check_originals(store)
        assert undone(store) is expected


def undone(store: Store) -> bool:
    with store.context.database.session() as con:
        row = con.execute("SELECT undone FROM s.imports WHERE id = 1").fetchone()
    assert row is not None
    return bool(row[0])
