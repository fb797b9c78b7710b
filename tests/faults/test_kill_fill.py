"""kill -9 before and after each durable call of a fill: the workbook is the old or the new one."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from macros.fill import blocks_of
from tests.contract.person import Person, load
from tests.faults.jobs import fill_report
from tests.faults.scene import ADS, NEW, OLD, run
from tests.sync.store.reports import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
BLOCKS = blocks_of("weekly_report")
TYPED = ("tasks", "restock_sync|2026-W46", "note"), "=ask 李强"
POINTS = [f"{when} {call}" for call in ("fsync", "rename", "fsync_folder")
          for when in ("before", "after")]


@dataclass(frozen=True)
class Desk:
    """A store whose numbers have changed since the workbook beside it was filled."""

    store: Path
    old: Path  # filled before the change, with something typed
    before: dict[str, Any]
    after: dict[str, Any]  # what a refill makes of it


def contents(path: Path) -> dict[str, Any]:
    """Every cell of every sheet."""
    return {f"{sheet.title}!{cell.coordinate}": cell.value
            for sheet in load(path) for row in sheet.iter_rows() for cell in row
            if cell.value is not None}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    store = Store(folder)
    store.put(OLD)
    store.put(ADS, "campaigns.csv")
    path, old = folder / "s.duckdb", folder / "old.xlsx"
    fill_report(str(path), str(old))
    Person(old, BLOCKS).type_in(*TYPED[0], TYPED[1])
    store.put(NEW)
    shutil.copy(old, folder / "new.xlsx")
    fill_report(str(path), str(folder / "new.xlsx"))
    before, after = contents(old), contents(folder / "new.xlsx")
    assert before != after and TYPED[1] in before.values() and TYPED[1] in after.values()
    return Desk(path, old, before, after)


def killed(desk: Desk, folder: Path, number: int, *, there: bool) -> Path:
    """Fills and is killed at a point (0: not at all); proves that the point was hit."""
    folder.mkdir()
    target, log = folder / "weekly.xlsx", folder / "points.txt"
    if there:
        shutil.copy(desk.old, target)
    done = run([sys.executable, "-m", "tests.faults.runner", "tests.faults.jobs:fill_report",
                str(desk.store), str(target)],
               {"OPSHEET_FAULT_LOG": str(log), "OPSHEET_FAULT_AT": str(number)})
    assert done.returncode == (-9 if number else 0), f"point {number}: {done.stderr}"
    assert log.read_text().splitlines() == POINTS[: number or None]
    return target


def test_a_fill_passes_these_points_and_no_others(desk: Desk, tmp_path: Path) -> None:
    assert contents(killed(desk, tmp_path / "whole", 0, there=True)) == desk.after


def test_a_kill_at_any_point_leaves_the_old_or_the_new_workbook(
    desk: Desk, tmp_path: Path
) -> None:
    numbers = range(1, len(POINTS) + 1)
    with ThreadPoolExecutor(2) as pool:
        targets = list(pool.map(
            lambda n: killed(desk, tmp_path / str(n), n, there=True), numbers))
    renamed = POINTS.index("after rename")
    for target, point in zip(targets, POINTS, strict=True):
        if POINTS.index(point) < renamed:
            assert target.read_bytes() == desk.old.read_bytes(), point
        else:
            assert contents(target) == desk.after, point
        fill_report(str(desk.store), str(target))  # and a fill afterwards ends as it should
        assert contents(target) == desk.after, point


def test_a_kill_during_a_first_fill_leaves_none_or_a_whole_one(desk: Desk, tmp_path: Path) -> None:
    for point in ("after fsync", "before rename", "after rename"):
        number = POINTS.index(point) + 1
        target = killed(desk, tmp_path / point, number, there=False)
        assert target.exists() == (point == "after rename")
        if target.exists():
            assert desk.after.items() - contents(target).items() == {
                item for item in desk.after.items() if item[1] == TYPED[1]}
