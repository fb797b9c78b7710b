"""Single numbers: names and placeholders in people's workbooks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.ooxml import Workbook
from tests.sync.surfaces.bound.planner import (
    bound_of,
    fill,
    formula,
    make,
    members,
    obstacles,
    read,
)


@pytest.fixture
def planner(tmp_path: Path) -> Path:
    def draw(book: Any) -> None:
        plan, other = book.add_worksheet("My plan"), book.add_worksheet("Other")
        percent = book.add_format({"num_format": "0.00%", "bold": True})
        plan.write("B2", 5)
        book.define_name("ops_gmv_US", "='My plan'!$B$2")
        plan.write("B3", "{{ acos | US }}", percent)
        plan.write("B4", " {{ 销售额 | 上周 }} ")
        plan.write("B5", "{{ sessions }}")
        plan.write("B6", "{{ sessions }}")
        plan.write("B7", "{{ gvm }}")
        plan.write("B8", "GMV: {{ gmv }}")
        plan.write("B9", "{{ period start }}")
        plan.write_formula("C2", "=B2*2", None, 10)
        other.write("A1", "nothing of ours")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Other!$A$1:$A$3"})
        other.insert_chart("C3", chart)
        plan.insert_textbox("E2", "a text box")
    return make(tmp_path / "planner.xlsx", draw)


VALUES = {"gmv": Decimal("1234.5"), "acos": 0.25, "ordered_sales": 7, "sessions": 3,
          "period_start": dt.date(2026, 11, 9)}


def test_names_and_placeholders_are_found(planner: Path) -> None:
    found = {b.cell: b for b in bound_of(planner)}
    assert found["'My plan'!B2"].kind == "name"
    assert found["'My plan'!B3"].request and found["'My plan'!B3"].request.marketplace == "US"
    assert found["'My plan'!B4"].request and found["'My plan'!B4"].request.period == "prev_week"
    assert found["'My plan'!B7"].request is None
    assert "gmv" in found["'My plan'!B7"].meaning.do  # type: ignore[union-attr]
    assert "alone" in found["'My plan'!B8"].meaning.do  # type: ignore[union-attr]


def test_cells_are_filled_and_placeholders_become_names(planner: Path) -> None:
    fill(planner, cells=VALUES)
    assert read(planner, "'My plan'!B2") == 1234.5
    assert read(planner, "'My plan'!B3") == 0.25
    assert read(planner, "'My plan'!B9") == dt.date(2026, 11, 9)
    assert read(planner, "'My plan'!B8") == "GMV: {{ gmv }}"
    with Workbook.open(planner) as book:
        names = {name: defined.ref for name, defined in book.defined_names.items()}
    assert names["ops_acos_US"] == "'My plan'!$B$3"
    assert names["ops_ordered_sales_prev_week"] == "'My plan'!$B$4"
    assert {names["ops_sessions"], names["ops_sessions_2"]} == {
        "'My plan'!$B$5", "'My plan'!$B$6"}


def test_the_next_fill_finds_what_the_first_named(planner: Path) -> None:
    before = {b.cell: b.request for b in bound_of(planner)}
    fill(planner, cells=VALUES)
    after = bound_of(planner)
    assert {b.cell: b.request for b in after} == before
    fill(planner, cells=VALUES | {"acos": 0.5, "sessions": 4})
    assert read(planner, "'My plan'!B3") == 0.5
    assert read(planner, "'My plan'!B6") == 4
    assert len(bound_of(planner)) == len(after)


def test_the_cells_own_number_format_stays_and_general_gets_one(planner: Path) -> None:
    import openpyxl

    fill(planner, cells=VALUES)
    sheet = openpyxl.load_workbook(planner)["My plan"]
    assert sheet["B2"].number_format == "General"
    assert sheet["B3"].number_format == "0.00%" and sheet["B3"].font.bold
    assert "#,##0" in sheet["B5"].number_format


def test_a_blank_is_blank_and_never_zero(planner: Path) -> None:
    fill(planner, cells={})
    assert read(planner, "'My plan'!B2") is None
    assert read(planner, "'My plan'!B3") is None


def test_text_is_never_a_formula(planner: Path) -> None:
    fill(planner, cells=VALUES | {"gmv": "=1+1"})
    assert read(planner, "'My plan'!B2") == "=1+1"
    assert formula(planner, "'My plan'!B2") == ""


def test_other_parts_stay_byte_for_byte(planner: Path) -> None:
    before = members(planner)
    fill(planner, cells=VALUES)
    after = members(planner)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"}
    assert set(after) - set(before) == set()
    assert not {"xl/drawings/drawing1.xml", "xl/sharedStrings.xml"} & changed


def test_formulas_of_the_workbook_are_calculated_anew(planner: Path) -> None:
    fill(planner, cells=VALUES)
    assert b'fullCalcOnLoad="1"' in members(planner)["xl/workbook.xml"]
    assert read(planner, "'My plan'!C2") is None  # the stale 10 is gone
    assert formula(planner, "'My plan'!C2") == "B2*2"


def test_a_number_inside_merged_cells_goes_to_their_corner(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Plan")
        sheet.merge_range("B2:D2", "{{ gmv }}")
        sheet.merge_range("B4:D4", "")
        book.define_name("ops_sessions", "=Plan!$C$4")

    path = make(tmp_path / "merged.xlsx", draw)
    assert [one.where for one in obstacles(path)] == ["Plan!C4"]


def test_names_that_stand_for_no_cell_say_what_to_do(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        book.add_worksheet("Plan")
        book.define_name("ops_gmv", "=Plan!$B$2:$C$3")
        book.define_name("ops_acos", "=0.3")
        book.define_name("ops_skus", "=Plan!$A$1")

    found = {b.name: b.meaning for b in bound_of(make(tmp_path / "names.xlsx", draw))}
    assert "several cells" in found["ops_gmv"].what  # type: ignore[union-attr]
    assert "no cell" in found["ops_acos"].what  # type: ignore[union-attr]
    assert "is a table" in found["ops_skus"].what  # type: ignore[union-attr]
