"""The contract of no shifting: every breach is named with its cell and a remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sync.surfaces.bound import planner as p
from workbook.errors import SurfaceError


def below(book: Any) -> None:
    p.add_table(book).write("C20", "total")


def totals(book: Any) -> None:
    p.add_table(book, total_row=True)


def merged(book: Any) -> None:
    p.add_table(book).merge_range("C9:D9", "merged")


def array(book: Any) -> None:
    sheet = p.add_table(book, [["B1"] + [None] * 6, ["B2"] + [None] * 6])
    sheet.write_array_formula("G4:G5", "{=ROW(A1:A2)}")


def protected(book: Any) -> None:
    p.add_table(book).protect()


def beside(book: Any) -> None:
    p.add_table(book).write("I4", "typed beside")


def second_table(book: Any) -> None:
    sheet = p.add_table(book)
    sheet.add_table("C9:D10", {"name": "Other"})


def headless(book: Any) -> None:
    p.add_table(book, header_row=False)


def strange(book: Any) -> None:
    sheet = book.add_worksheet("List")
    sheet.add_table("B3:C5", {"name": "ops_skus", "columns": [
        {"header": "colour"}, {"header": "size"}]})


def keyless(book: Any) -> None:
    sheet = book.add_worksheet("List")
    sheet.add_table("B3:C5", {"name": "ops_skus", "columns": [
        {"header": "Spend"}, {"header": "our remark"}]})


def number_in_table(book: Any) -> None:
    p.add_table(book)
    book.define_name("ops_gmv", "=List!$H$4")


def number_in_array(book: Any) -> None:
    book.add_worksheet("List").write_array_formula("B2:B3", "{=ROW(A1:A2)}")
    book.define_name("ops_gmv", "=List!$B$2")


def no_room(book: Any) -> None:
    sheet = book.add_worksheet("List")
    sheet.write("B3", "{{ skus }}")
    sheet.write("D40", "in the way")


def no_room_merged(book: Any) -> None:
    sheet = book.add_worksheet("List")
    sheet.write("B3", "{{ skus }}")
    sheet.merge_range("D8:E8", "")


def no_room_table(book: Any) -> None:
    p.add_table(book, name="Team").write("A1", "{{ skus }}")


CASES: list[tuple[Callable[[Any], None], str, str, bool]] = [
    (below, "List!C20", "below", False),
    (totals, "List!B4", "totals row", True),
    (merged, "List!C9", "merged", False),
    (array, "List!G4", "as a whole", True),
    (protected, "List!B3", "protected", False),
    (beside, "List!I4", "beside", False),
    (second_table, "List!C9", "below", False),
    (headless, "ops_skus", "header row", True),
    (strange, "ops_skus", "No column", True),
    (keyless, "ops_skus", "no column asin", True),
    (number_in_table, "List!H4", "rows move", True),
    (number_in_array, "List!B2", "as a whole", True),
    (no_room, "List!D40", "in its way", True),
    (no_room_merged, "List!D8", "merged", True),
    (no_room_table, "List!B3", "stands where", True),
]


@pytest.mark.parametrize(("draw", "where", "what", "blocks"), CASES, ids=lambda x: getattr(
    x, "__name__", None))
def test_each_breach_names_its_cell_and_a_remedy(
    tmp_path: Path, draw: Callable[[Any], None], where: str, what: str, blocks: bool
) -> None:
    found = p.obstacles(p.make(tmp_path / "planner.xlsx", draw))
    hits = [one for one in found if where in one.where and what in one.what]
    assert hits, found
    assert hits[0].blocks is blocks and hits[0].do.endswith(".")


@pytest.mark.parametrize("draw", [case[0] for case in CASES if case[3]], ids=lambda x: x.__name__)
def test_what_blocks_refuses_the_fill_and_changes_nothing(
    tmp_path: Path, draw: Callable[[Any], None]
) -> None:
    path = p.make(tmp_path / "planner.xlsx", draw)
    before = path.read_bytes()
    with pytest.raises(SurfaceError) as error:
        p.fill(path, {f"B{n}": (1, 1) for n in range(3)}, {"gmv": 1})
    assert error.value.do and str(path) in error.value.where
    assert path.read_bytes() == before


def test_a_table_with_room_above_what_stands_below_is_filled(tmp_path: Path) -> None:
    path = p.make(tmp_path / "planner.xlsx", below)
    p.fill(path, {"B1": (1, 1)})
    assert p.read(path, "List!C20") == "total"


def test_a_table_without_room_is_refused_with_the_cell(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        p.add_table(book).write("C6", "in the way")

    path = p.make(tmp_path / "planner.xlsx", draw)
    before = path.read_bytes()
    with pytest.raises(SurfaceError, match="C6 is in use"):
        p.fill(path, {f"B{n}": (1, 1) for n in range(3)})
    assert path.read_bytes() == before


def test_a_clean_planner_has_nothing_to_mend(tmp_path: Path) -> None:
    assert p.obstacles(p.make(tmp_path / "planner.xlsx", lambda book: p.add_table(book))) == []
