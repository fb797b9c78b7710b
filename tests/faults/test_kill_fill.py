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
from sync.store import typed as history
from sync.store.database import Database
from tests.contract.person import Person, load
from tests.faults.jobs import fill_report
from tests.faults.scene import ADS, NEW, OLD, run
from tests.sync.store.reports import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
BLOCKS = blocks_of("weekly_report")
TYPED = ("tasks", "restock_sync|2026-W46", "note"), "=ask 李强"
POINTS = [f"{when} {call}" for call in ("fsync", "rename", "fsync_folder")
          for when in ("before", "after")]
TELLING = ["before commit", "after commit", *POINTS]  # of a fill that has something to tell


@dataclass(frozen=True)
class Desk:
    """A store whose numbers have changed since the workbook beside it was filled."""

    store: Path
    untold: Path  # the store as it was before a fill told it what was typed
    old: Path  # filled before the change, with something typed
    before: dict[str, Any]
    after: dict[str, Any]  # what a refill makes of it


def contents(path: Path) -> dict[str, Any]:
    """Every cell of every sheet, but for the workbook's own name."""
    cells = {f"{sheet.title}!{cell.coordinate}": cell.value
             for sheet in load(path) for row in sheet.iter_rows() for cell in row
             if cell.value is not None}
    return {place: value for place, value in cells.items()
            if not (place.startswith("_opsheet") and str(value).endswith(("ops_file", ".xlsx")))}


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
    untold = shutil.copy(path, folder / "untold.duckdb")
    shutil.copy2(old, folder / "new.xlsx")
    fill_report(str(path), str(folder / "new.xlsx"))
    before, after = contents(old), contents(folder / "new.xlsx")
    assert before != after and TYPED[1] in before.values() and TYPED[1] in after.values()
    return Desk(path, untold, old, before, after)


def killed(
    desk: Desk, folder: Path, number: int, *, there: bool, points: list[str] = POINTS,
    store: Path | None = None,
) -> Path:
    """Fills and is killed at a point (0: not at all); proves that the point was hit."""
    folder.mkdir(exist_ok=True)
    target, log = folder / "weekly.xlsx", folder / "points.txt"
    if there:
        shutil.copy2(desk.old, target)
    done = run([sys.executable, "-m", "tests.faults.runner", "tests.faults.jobs:fill_report",
                str(store or desk.store), str(target)],
               {"OPSHEET_FAULT_LOG": str(log), "OPSHEET_FAULT_AT": str(number)})
    assert done.returncode == (-9 if number else 0), f"point {number}: {done.stderr}"
    assert log.read_text().splitlines() == points[: number or None]
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
        if target.exists():  # a new workbook knows what was typed into another one
            assert contents(target) == desk.after


# --- what was typed, between the store and the workbook ---------------------------------


def told(store: Path) -> list[Any]:
    """The values that the history has."""
    with Database(store).session() as con:
        return [one.value for one in history.read(con, "S").all()]


@pytest.mark.parametrize("point", TELLING)
def test_what_was_typed_is_told_once_wherever_the_fill_is_killed(
    desk: Desk, tmp_path: Path, point: str
) -> None:
    """Killed before the store's commit, between it and the workbook, and while that is written."""
    store = Path(shutil.copy(desk.untold, tmp_path / "s.duckdb"))
    number = TELLING.index(point) + 1
    target = killed(desk, tmp_path, number, there=True, points=TELLING, store=store)
    assert told(store) == ([] if point == "before commit" else [TYPED[1]])
    assert TYPED[1] in contents(target).values()
    for _ in range(2):
        fill_report(str(store), str(target))
        assert told(store) == [TYPED[1]] and contents(target) == desk.after


def test_what_is_typed_after_a_killed_fill_counts(desk: Desk, tmp_path: Path) -> None:
    store = Path(shutil.copy(desk.untold, tmp_path / "s.duckdb"))
    number = TELLING.index("before rename") + 1
    target = killed(desk, tmp_path, number, there=True, points=TELLING, store=store)
    Person(target, BLOCKS).type_in(*TYPED[0], "another")
    fill_report(str(store), str(target))
    assert told(store) == [TYPED[1], "another"]
    assert "another" in contents(target).values() and TYPED[1] not in contents(target).values()
