"""Bound tables: our columns are overwritten, people's cells follow their rows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.ooxml import Workbook
from tests.sync.surfaces.bound import planner as p

ABC = {"B1": (Decimal(30), Decimal(100)), "B2": (Decimal(20), Decimal(0)), "B3": (Decimal(10), 50)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    def draw(book: Any) -> None:
        sheet = p.add_table(book, [["B2", 1, 1, None, None, "Ann", "typed before"]])
        sheet.write_formula("I4", "=C4*3")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=List!$C$4:$C$4", "categories": "=List!$B$4:$B$4"})
        book.add_worksheet("Front").insert_chart("B2", chart)
        book.define_name("spends", "=List!$C$4:$C$4")

    return p.make(tmp_path / "planner.xlsx", draw)


def test_our_columns_are_filled_in_our_order(path: Path) -> None:
    p.fill(path, ABC)
    rows = p.rows_of(path)
    assert list(rows) == ["B1", "B2", "B3"]
    assert rows["B1"]["Spend"] == 30 and rows["B1"]["ACoS"] == 0.3
    assert rows["B2"]["ACoS"] is None  # spend without sales: blank, not 0


def test_ratios_stand_as_formula_and_value_together(path: Path) -> None:
    p.fill(path, ABC)
    assert p.formula(path, "List!E4") == 'IF(OR(C4="",D4="",D4=0),"",C4/D4)'
    p.fill(path, {"B9": (Decimal(1), Decimal(4))})
    assert p.rows_of(path)["B9"]["ACoS"] == 0.25


def test_what_stood_in_the_table_before_the_first_fill_follows_its_row(path: Path) -> None:
    p.fill(path, ABC)
    assert p.rows_of(path)["B2"]["Note"] == "typed before"
    assert p.rows_of(path)["B2"]["Owner"] == "Ann"
    assert p.rows_of(path)["B1"]["Note"] is None


def test_inputs_follow_their_key_when_the_order_changes(path: Path) -> None:
    p.fill(path, ABC)
    p.type_in(path, "List", "H4", "about B1")
    p.fill(path, {"B1": (Decimal(1), 1), "B3": (Decimal(99), 1), "B2": (Decimal(50), 1)})
    rows = p.rows_of(path)
    assert list(rows) == ["B3", "B2", "B1"]
    assert (rows["B1"]["Note"], rows["B2"]["Note"]) == ("about B1", "typed before")


def test_formulas_that_people_added_are_filled_down_inside_and_beside(path: Path) -> None:
    p.fill(path, ABC)
    assert p.formula(path, "List!F6") == p.formula(path, "List!F4") != ""
    assert p.formula(path, "List!I6") == "C6*3"


def test_a_formula_under_one_of_our_headers_stays_theirs(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = p.add_table(book)
        sheet.write_formula("E4", "=C4/D4/100")

    path = p.make(tmp_path / "own.xlsx", draw)
    p.fill(path, ABC)
    assert [p.formula(path, f"List!E{n}") for n in (4, 5, 6)] == [
        "C4/D4/100", "C5/D5/100", "C6/D6/100"]


def test_a_column_of_formulas_and_typed_numbers_follows_row_by_row(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = p.add_table(book, [[f"B{n}", 1, 1, None, None, None, None] for n in (1, 2, 3)])
        sheet.write_formula("G4", "=C4+1")
        sheet.write_number("G5", 77)
        sheet.write_formula("G6", "=C6+1")

    path = p.make(tmp_path / "mixed.xlsx", draw)
    p.fill(path, {"B2": (Decimal(90), 1), "B1": (Decimal(5), 1), "B4": (Decimal(3), 1)})
    assert p.read(path, "List!G4") == 77
    assert [p.formula(path, f"List!G{n}") for n in (4, 5, 6)] == ["", "C5+1", "C6+1"]


def test_a_row_that_leaves_the_list_keeps_its_inputs_and_brings_them_back(path: Path) -> None:
    p.fill(path, ABC)
    longer = {f"C{n}": (Decimal(100 + n), 1) for n in range(3)} | ABC
    receipt = p.fill(path, longer)
    assert "B2" not in p.rows_of(path)
    assert any("comes back" in note for note in receipt.notes)
    with Workbook.open(path) as book:
        assert "Left over" not in book.sheet_names
    p.fill(path, longer)  # a second week without it
    p.fill(path, ABC)
    assert p.rows_of(path)["B2"]["Note"] == "typed before"
    assert p.rows_of(path)["B2"]["Owner"] == "Ann"


def test_a_row_that_vanished_stands_on_left_over_and_returns_from_there(path: Path) -> None:
    p.fill(path, ABC)
    receipt = p.fill(path, {"B1": ABC["B1"]})
    assert any("Left over" in note for note in receipt.notes)
    with Workbook.open(path) as book:
        shown = book.read("'Left over'!A2:F3")
        assert book.sheet_names[-2:] == ["Left over", "_opsheet_bound"]
    assert [row[:4] for row in shown] == [
        ["ops_skus", "US|B2", "Owner", "Ann"], ["ops_skus", "US|B2", "Note", "typed before"]]
    assert "no report" in str(shown[0][5])
    p.fill(path, ABC)
    assert p.rows_of(path)["B2"]["Note"] == "typed before"
    assert p.read(path, "'Left over'!D2") is None


def test_the_record_is_very_hidden(path: Path) -> None:
    p.fill(path, ABC)
    p.fill(path, {"B1": ABC["B1"]})
    assert b'name="_opsheet_bound"' in p.members(path)["xl/workbook.xml"]
    import openpyxl

    assert openpyxl.load_workbook(path)["_opsheet_bound"].sheet_state == "veryHidden"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_table_charts_and_names_grow_and_shrink(path: Path, count: int) -> None:
    p.fill(path, ABC)
    p.fill(path, dict(list(ABC.items())[:count]))
    last = 3 + max(count, 1)
    with Workbook.open(path) as book:
        assert str(book.table("ops_skus").ref) == f"B3:H{last}"
        assert book.defined_names["spends"].ref == f"List!$C$4:$C${last}"
    assert f"List!$C$4:$C${last}".encode() in p.members(path)["xl/charts/chart1.xml"]


def test_a_row_that_stands_twice_loses_nothing(path: Path) -> None:
    p.fill(path, ABC)
    p.type_in(path, "List", "B6", "B2")  # a person copied the row over another one
    p.type_in(path, "List", "H6", "second note")
    p.fill(path, ABC)
    assert p.rows_of(path)["B2"]["Note"] == "typed before"
    assert p.read(path, "'Left over'!D2") == "second note"


def test_headers_in_chinese_and_other_names_of_metrics(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = book.add_worksheet("表")
        names = ["ASIN", "站点", "花费", "ad_sales", "备注", "我们的列"]
        sheet.add_table(0, 0, 1, 5, {"name": "ops_skus", "columns": [{"header": n} for n in names]})

    path = p.make(tmp_path / "zh.xlsx", draw)
    p.fill(path, ABC, lang="zh")
    row = p.rows_of(path)["B1"]
    assert (row["花费"], row["ad_sales"], row["站点"]) == (30, 100, "US")


def test_text_in_tables_is_never_a_formula(path: Path) -> None:
    p.fill(path, {"=1+1": (Decimal(1), 1)})
    assert "=1+1" in p.rows_of(path)
    assert p.formula(path, "List!B4") == ""


def test_rows_without_a_key_column_are_known_by_their_texts(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Week")
        sheet.add_table(0, 0, 1, 1, {
            "name": "ops_duties", "columns": [{"header": "Duty"}, {"header": "Note"}]})

    path = p.make(tmp_path / "duties.xlsx", draw)
    p.fill(path, others={"duties": p.duties("clean", "count")})
    p.type_in(path, "Week", "B2", "Monday")
    p.fill(path, others={"duties": p.duties("count", "clean", lang="zh")}, lang="zh")
    assert p.rows_of(path, "ops_duties")["清洁"]["Note"] == "Monday"


def test_an_empty_table_gets_number_formats_and_a_filled_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    import openpyxl

    path = p.make(tmp_path / "new.xlsx", lambda book: p.add_table(book, [[None] * 7]))
    p.fill(path, ABC)
    sheet = openpyxl.load_workbook(path)["List"]
    assert [sheet[f"E{n}"].number_format for n in (4, 5, 6)] == ["0.0%"] * 3
    old = p.make(tmp_path / "old.xlsx", lambda book: p.add_table(book))
    p.fill(old, ABC)
    assert openpyxl.load_workbook(old)["List"]["E4"].number_format == "General"


# --- placeholders -------------------------------------------------------------------------


def test_a_placeholder_becomes_a_table_on_an_empty_place(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Here")
        sheet.write("A1", "Our list")
        sheet.write("B3", "{{ skus }}")

    path = p.make(tmp_path / "new.xlsx", draw)
    p.fill(path, ABC)
    with Workbook.open(path) as book:
        table = book.table("ops_skus")
        assert str(table.ref) == "B3:H6"
        assert table.columns[0] == "Marketplace" and table.columns[-1] == "Note"
    import openpyxl

    sheet = openpyxl.load_workbook(path)["Here"]
    assert sheet["G4"].number_format == "0.0%" and "$" in sheet["E5"].number_format
    p.type_in(path, "Here", "H4", "a note")
    p.fill(path, {"B9": (Decimal(99), 1)} | ABC)
    with Workbook.open(path) as book:
        values = book.read("Here!C4:H5")
    assert [row[0] for row in values] == ["B9", "B1"] and values[1][5] == "a note"


def test_a_placeholder_inside_a_table_names_that_table(tmp_path: Path) -> None:
    def draw(book: Any) -> None:
        p.add_table(book, [["{{ skus }}", None, None, None, None, None, None]], name="Team")

    path = p.make(tmp_path / "inside.xlsx", draw)
    p.fill(path, ABC)
    assert list(p.rows_of(path, "Team")) == ["B1", "B2", "B3"]
    p.type_in(path, "List", "H4", "mine")
    p.fill(path, {"B0": (Decimal(99), 1)} | ABC)
    assert p.rows_of(path, "Team")["B1"]["Note"] == "mine"
    with Workbook.open(path) as book:
        assert book.defined_names["ops_skus"].ref == "List!$B$3:$H$6"


def test_other_parts_of_a_table_workbook_stay_byte_for_byte(path: Path) -> None:
    p.fill(path, ABC)
    before = p.members(path)
    p.fill(path, {"B1": (Decimal(3), 4), "B2": (Decimal(2), 1), "B3": (Decimal(1), 1)})
    after = p.members(path)
    changed = {name for name in set(before) | set(after) if before.get(name) != after.get(name)}
    assert changed == {"xl/worksheets/sheet1.xml"}
