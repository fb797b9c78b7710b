"""Rows of a workbook that stands open: they come, go, are sorted and filtered; people's cells
stay with them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.surfaces.xlsx.place import column_name
from tests.contract.small import Amounts, inputs_of
from tests.soffice.engine import needs_engine
from tests.sync.surfaces.excel.live import Desk

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine


def many(count: int, first: int = 0) -> Amounts:
    """Rows whose spend falls: the plan's order is that of their numbers."""
    return {f"US|C{n:03}": (Decimal(1000 - n), Decimal(2000)) for n in range(first, first + count)}


@pytest.fixture
def desk(excel: Any, tmp_path: Path) -> Desk:
    return Desk(tmp_path, many(6))


def test_rows_come_and_go_and_what_was_typed_stays_with_its_row(desk: Desk) -> None:
    for key in ("US|C001", "US|C004"):
        desk.person.type_in("things", key, "note", f"about {key}")
    plan = desk.fill(many(9, 1))
    assert desk.keys() == list(many(9, 1))
    assert inputs_of(plan) == {(k, "note"): f"about {k}" for k in ("US|C001", "US|C004")}
    assert desk.shown()["US|C004"]["note"] == "about US|C004"
    plan = desk.fill(many(2, 3))
    assert desk.keys() == ["US|C003", "US|C004"]
    assert plan.unplaced == ((("things", "US|C001", "note"), "about US|C001"),)
    table = desk.person.table("things")
    address = table.native.range.address.replace("$", "")
    assert address == f"A{table.top}:{table.body.a1.partition(':')[2]}", "the table goes along"


def test_formulas_read_their_own_row_after_rows_came(desk: Desk) -> None:
    desk.fill(many(20))
    rows = desk.shown()
    assert [rows[key]["acos"] for key in rows] == pytest.approx(
        [float((1000 - n) / 2000) for n in range(20)])
    assert {row["status:acos"][:1] for row in rows.values()} == {"■"}


def test_a_sorted_table_comes_back_in_the_plans_order_with_its_notes_and_colours(
    desk: Desk,
) -> None:
    desk.person.type_in("things", "US|C000", "note", "first")
    desk.person.reverse("things")
    sheet, a1 = desk.person.spot("things", "US|C002", "owner")
    desk.book.sheets[sheet].range(a1).color = "#FF0000"
    desk.book.sheets[sheet].range(a1).add_note("asked twice")
    assert desk.keys()[-1] == "US|C000"
    desk.fill(many(7))
    assert desk.keys() == list(many(7))
    sheet, a1 = desk.person.spot("things", "US|C002", "owner")
    assert desk.book.sheets[sheet].range(a1).color == (255, 0, 0)
    assert desk.shown()["US|C000"]["note"] == "first"
    assert [n.location.address for n in desk.book.sheets[sheet].notes] == [
        desk.book.sheets[sheet].range(a1).address]


def test_under_a_filter_rows_keep_their_place_and_stay_hidden(excel: Any, desk: Desk) -> None:
    desk.person.type_in("things", "US|C003", "note", "mine")
    desk.person.reverse("things")
    table = desk.person.table("things")
    area = f"A{table.top}:{table.body.a1.partition(':')[2]}"
    desk.person.hands.filters(table.grid.name, area, table.fields["name"], "C003")
    excel.calls.clear()
    numbers = {k: (spend + 1, sales) for k, (spend, sales) in many(7).items() if k != "US|C000"}
    desk.fill(numbers)
    keys = desk.keys()
    assert keys[:5] == [f"US|C00{n}" for n in (5, 4, 3, 2, 1)], "each at its place"
    assert sorted(keys)[0] == "" and "US|C006" in keys, "one left, one came"
    now = desk.person.table("things")
    sheet = desk.book.sheets[now.grid.name]
    shows = [key for key, row in zip(keys, now.rows, strict=True)
             if not sheet.range((row, 1)).rows.hidden]
    assert set(shows) - {"US|C006"} == {"US|C003"}
    rows = desk.shown()
    assert rows["US|C003"]["note"] == "mine"
    assert all(rows[key]["ad_spend"] == float(numbers[key][0]) for key in numbers)
    assert not excel.changes("delete") and not excel.changes("sort")
    desk.person.hands.shows_all(table.grid.name, f"A{now.top}:{now.body.a1.partition(':')[2]}")
    desk.fill(numbers)
    assert desk.keys() == list(numbers)


def test_a_row_with_something_of_a_persons_own_stays_without_its_numbers(desk: Desk) -> None:
    table = desk.person.table("things")
    sheet = desk.book.sheets[table.grid.name]
    sheet.range((table.top, table.edge + 1)).value = "Mine"
    row = table.rows[table.keys.index("US|C002")]
    sheet.range((row, table.edge + 1)).value = "keep me"
    left = {k: v for k, v in many(6).items() if k != "US|C002"}
    desk.fill(left)
    assert set(desk.keys()) == set(many(6))
    held = desk.shown()["US|C002"]
    assert held["ad_spend"] is None and held["name"] == "C002"
    now = desk.person.table("things")
    at = now.rows[now.keys.index("US|C002")]
    assert now.grid.shown(at, table.edge + 1) == "keep me"


def test_a_formula_that_a_person_filled_down_goes_on_in_new_rows(desk: Desk) -> None:
    table = desk.person.table("things")
    sheet, col = desk.book.sheets[table.grid.name], table.edge + 1
    sheet.range((table.top, col)).value = "Double"
    spend = table.fields["ad_spend"]
    for row in table.rows:
        sheet.range((row, col)).formula = f"={column_name(spend - 1)}{row}*2"
    desk.fill(many(12))
    now = desk.person.table("things")
    assert [now.grid.shown(row, col) for row in now.rows] == [
        2 * now.grid.shown(row, spend) for row in now.rows]


def test_columns_and_tabs_that_people_move_are_found_again(desk: Desk) -> None:
    table = desk.person.table("things")
    sheet = desk.book.sheets[table.grid.name]
    sheet.range("D:D").insert("right")
    desk.person.hands.inserts_rows(table.grid.name, 1, 3)
    desk.person.hands.renames(table.grid.name, "My things")
    desk.person.type_in("things", "US|C001", "owner", "Ann")
    plan = desk.fill(many(4))
    assert inputs_of(plan) == {("US|C001", "owner"): "Ann"}
    rows = desk.shown()
    assert list(rows) == list(many(4)) and desk.person.table("things").grid.name == "My things"
    assert rows["US|C003"]["acos"] == pytest.approx(997 / 2000)


@pytest.mark.parametrize("count", [0, 1])
def test_a_table_with_no_rows_and_one_with_one_grow(
    excel: Any, tmp_path: Path, count: int
) -> None:
    desk = Desk(tmp_path, many(count))
    desk.fill(many(5))
    assert desk.keys() == list(many(5))
    native = desk.person.table("things").native
    assert native is not None and native.range.shape[0] == 6
    desk.fill(many(0))
    assert desk.keys() == [""] and desk.shown() == {}
    desk.fill(many(3))
    assert desk.keys() == list(many(3))
