"""The real process: stopped by SIGTERM and SIGINT, killed at random, two at a time, restarted."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from macros.schedule.due import KILLS
from sync.store import runs
from sync.store.database import Database
from sync.store.runs import Event, Run

ROOT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).with_name("schedule_job.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


class Desk:
    """A folder with a store, and processes that run the same schedule on it."""

    def __init__(self, folder: Path, between: int, lasting: float) -> None:
        self.folder, self.words = folder, [str(between), str(lasting)]
        self.procs: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.folder / "errors.txt").open("ab")
        proc = subprocess.Popen(
            [sys.executable, str(JOB), str(self.folder), *self.words], cwd=self.folder,
            stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.procs.append(proc)
        return proc

    def notes(self) -> list[str]:
        path = self.folder / "notes.txt"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def wait_for(self, beginning: str, many: int = 1) -> None:
        until = time.monotonic() + 60
        while sum(line.startswith(beginning) for line in self.notes()) < many:
            assert time.monotonic() < until, (self.notes(), self.errors())
            time.sleep(0.05)

    def errors(self) -> str:
        return (self.folder / "errors.txt").read_text("utf-8")

    def runs(self) -> tuple[Run, ...]:
        return runs.read(Database(self.folder / "s.duckdb")).runs


def ended(desk: Desk, proc: subprocess.Popen[bytes], number: int) -> int:
    proc.send_signal(number)
    return proc.wait(60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_refresh_that_is_under_way(tmp_path: Path, number: int) -> None:
    desk = Desk(tmp_path, 2, 1.0)
    proc = desk.start()
    desk.wait_for("begin")
    try:
        assert ended(desk, proc, number) == 0
    finally:
        proc.kill()
    notes = desk.notes()
    begun = [line.split()[1] for line in notes if line.startswith("begin")]
    assert sorted(begun) == sorted(line.split()[1] for line in notes if line.startswith("end"))
    assert notes[-1] == "stopped" and not desk.errors()
    assert {run.state for run in desk.runs()} == {Event.OK}
    assert len(desk.runs()) == len(begun)


def test_a_second_signal_ends_it_at_once_and_the_next_start_marks_the_run(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, 4, 60)
    proc = desk.start()
    desk.wait_for("begin", 2)
    try:
        proc.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert proc.poll() is None  # it waits for the refresh
        assert ended(desk, proc, signal.SIGINT) == 130
        assert {run.state for run in desk.runs()} == {Event.STARTED}
        proc = desk.start()
        desk.wait_for("said", 2)
    finally:
        proc.kill()
        proc.wait(60)
    assert "said a A run of it was interrupted." in desk.notes()
    assert [run.state for run in desk.runs()][:2] == [Event.INTERRUPTED] * 2


@pytest.mark.slow
def test_no_run_is_lost_or_doubled_by_random_kills(tmp_path: Path) -> None:
    """Two processes at a time; one of them is killed or stopped at a random moment."""
    desk, chance = Desk(tmp_path, 4, 0.4), random.Random(20261117)
    desk.start()
    desk.wait_for("begin")
    try:
        for _ in range(8):
            proc = desk.start()
            time.sleep(chance.uniform(0.2, 5))
            victim = chance.choice([proc, desk.procs[-2]])
            victim.send_signal(chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
            victim.wait(60)
        desk.start()
        time.sleep(6)
    finally:
        for proc in desk.procs:
            if proc.poll() is None:
                proc.send_signal(signal.SIGTERM)
        for proc in desk.procs:
            proc.wait(60)
    judge(desk)


def judge(desk: Desk) -> None:
    """The documented rule, over the whole log."""
    found = desk.runs()
    assert not [run for run in found if run.state is Event.STARTED]  # all are marked
    since = runs.read(Database(desk.folder / "s.duckdb")).known
    for name in ("a", "b"):
        own = [run for run in found if run.destination == name]
        dues = sorted({run.due for run in own if run.due})
        assert len(dues) > 5
        start = next(at for said, _, at in since if said == name)
        assert dues[0] - start < dt.timedelta(seconds=30)
        # None is lost: times are passed over only while processes start, on a busy machine.
        gaps = [b - a for a, b in pairwise(dues)]
        assert max(gaps) < dt.timedelta(seconds=30), gaps
        for due in dues:
            made = [run for run in own if run.due == due]
            states = [run.state for run in made]
            assert len(made) <= KILLS and states.count(Event.OK) <= 1
            assert Event.OK not in states[:-1]
            if Event.OK not in states and len(made) < KILLS:
                # Killed and not done once more: a later time had come before anyone could.
                later = next(run for run in own if run.due and run.due > due)
                assert later.due and later.started >= later.due
    begun = [line for line in desk.notes() if line.startswith("begin")]
    assert len(begun) <= len(found)  # what was begun was logged before
    done = [line for line in desk.notes() if line.startswith("end")]
    assert len(done) >= sum(run.state is Event.OK for run in found)
