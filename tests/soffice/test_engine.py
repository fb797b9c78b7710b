"""Values, formulas and workbooks through xlwings, in LibreOffice, as they would be in Excel."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlwings

from sync.surfaces.xlsx import XlsxFile
from tests.contract.small import BLOCKS, small_plan
from tests.soffice.engine import ComError, Hands, LibreOfficeEngine, needs_engine
from tests.soffice.engine.runtime import soffice

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine
NOON = dt.datetime(2026, 11, 15, 12, 30)


@pytest.fixture
def sheet(excel: LibreOfficeEngine) -> Any:
    return xlwings.Book().sheets[0]


def test_every_kind_of_value_comes_back_from_one_block(sheet: Any) -> None:
    block = [["SKU", "中文 ¥", 1, 2.5], [True, False, None, dt.date(2026, 11, 15)],
             [NOON, "it's", -3, "a\nb"]]
    sheet["B2"].value = block
    midnight = dt.datetime(2026, 11, 15)
    assert sheet["B2:E4"].value == [["SKU", "中文 ¥", 1.0, 2.5], [True, False, None, midnight],
                                    [NOON, "it's", -3.0, "a\nb"]]
    assert type(sheet["D2"].value) is float and type(sheet["B3"].value) is bool
    assert sheet["B4"].options(dates=dt.date).value == dt.date(2026, 11, 15)
    assert sheet["D2"].options(numbers=int).value == 1
    assert sheet["B2:C2"].options(ndim=2).value == [["SKU", "中文 ¥"]]
    assert sheet["D3"].options(empty="-").value == "-"
    assert [sheet[a].number_format for a in ("E3", "B4", "B3", "D2")] == [
        "m/d/yyyy", "m/d/yyyy h:mm", "General", "General"]


def test_text_is_kept_only_where_the_format_stood_first(
    excel: LibreOfficeEngine, sheet: Any
) -> None:
    codes = [["00123"], ["1E5"], ["3-4"], ["=1+1"], ["@SUM"]]
    sheet["A1:A5"].number_format = "@"
    sheet["A1:A5"].value = codes
    assert sheet["A1:A5"].options(ndim=2).value == codes
    assert [c.method for c in excel.changes()][-2:] == ["number_format", "raw_value"]
    assert excel.changes("number_format")[0].target == "[Book1]Sheet1!$A$1:$A$5"

    sheet["B1:B4"].value = codes[:4]
    sheet["B1:B5"].number_format = "@"
    assert sheet["B1:B4"].value[:2] == [123.0, 100000.0]
    assert sheet["B4"].formula == "=1+1" and sheet["B4"].value == 2.0


def test_numbers_in_text_cells_and_decimals_are_as_in_excel(sheet: Any) -> None:
    sheet["A1"].number_format = "@"
    sheet["A1:B1"].value = [1.5, Decimal("2.50")]
    assert sheet["A1:B1"].value == ["1.5", 2.5]
    assert sheet["B1"].number_format == "$#,##0.00"


def test_a_boolean_leaves_nothing_behind(sheet: Any) -> None:
    sheet["A1"].value = True
    sheet["A1"].value = 1
    assert sheet["A1"].value == 1.0 and type(sheet["A1"].value) is float


def test_blanks_and_errors(sheet: Any) -> None:
    sheet["A1"].value = [["x", None, "", float("nan")]]
    sheet["A2"].value = [["=1/0", "=NA()", '=""', "=nothing+1"]]
    assert sheet["A1:D1"].value == ["x", None, None, None]
    assert sheet["A2:D2"].value == [None, None, None, None]
    assert sheet["A2:D2"].options(err_to_str=True).value == ["#DIV/0!", "#N/A", None, "#NAME?"]
    assert sheet["B1"].raw_value is None and sheet["C2"].raw_value == ""


def test_formulas_compute_and_are_read_in_excels_spelling(sheet: Any) -> None:
    sheet["A1"].value = [[1, "00"], [2, "b"], [3, None]]
    sheet.book.sheets.add("My ads", after=sheet)
    formulas = [["=SUM(Sheet1!A1:A3,1)", '=IF(Sheet1!$B$2="b","yes, b","no")', "=A1*2"]]
    other = sheet.book.sheets["My ads"]
    other["A1"].formula = formulas
    assert other["A1:C1"].value == [7.0, "yes, b", 14.0]
    assert [list(row) for row in other["A1:C1"].formula] == formulas
    sheet["C1"].formula = "='My ads'!A1&\"x\""
    assert (sheet["C1"].value, sheet["C1"].formula) == ("7x", "='My ads'!A1&\"x\"")
    sheet["D1:D3"].formula = "=A1*10"  # one formula for many cells moves along
    assert sheet["D1:D3"].value == [10.0, 20.0, 30.0]
    assert sheet["D3"].formula2 == "=A3*10"


def test_formulas_and_texts_of_one_block_can_be_written_back(sheet: Any) -> None:
    """A before-image: what `formula` gives, written back, is what stood there."""
    sheet["A1:B4"].number_format = "@"
    sheet["A1"].value = [["00123", "=not"], ["中文", "'quoted"]]
    sheet["C1"].value = [[1.5, "=C1*2"], [dt.date(2026, 11, 15), True]]
    before, values = sheet["A1:D2"].formula, sheet["A1:D2"].value
    assert before == (("00123", "=not", "1.5", "=C1*2"), ("中文", "'quoted", "46341", "TRUE"))
    sheet["A1:D2"].clear_contents()
    sheet["A1:D2"].formula = before
    assert sheet["A1:D2"].value == values and sheet["A1:D2"].formula == before


def test_a_formula_that_cannot_be_read_is_refused(sheet: Any) -> None:
    with pytest.raises(ComError) as error:
        sheet["A1"].value = "=SUM((1"
    assert "problem with this formula" in str(error.value)
    for text in ("- an item", "=1+*2"):
        with pytest.raises(ComError):
            sheet["A2"].value = text
        assert sheet["A2"].value is None


def test_manual_calculation_waits(excel: LibreOfficeEngine, sheet: Any) -> None:
    app = sheet.book.app
    sheet["A1:B1"].value = [2, "=A1*2"]
    with app.properties(calculation="manual", screen_updating=False, status_bar="filling"):
        sheet["A1"].value = 5
        assert sheet["B1"].value == 4.0
    assert sheet["B1"].value == 10.0
    assert (app.calculation, app.screen_updating, app.status_bar) == ("automatic", True, False)
    assert [c.arguments[0] for c in excel.changes("calculation")] == ["manual", "automatic"]


def test_edit_mode_rejects_every_call(excel: LibreOfficeEngine, sheet: Any) -> None:
    cell = sheet["A1"]
    excel.edit_mode = True
    for attempt in (lambda: cell.value, lambda: setattr(cell, "value", 1), lambda: sheet.name,
                    lambda: sheet.book.sheets, lambda: sheet.tables):
        with pytest.raises(ComError) as error:
            attempt()
        assert error.value.hresult == -2147418111
    excel.edit_mode = False
    assert cell.value is None


def test_the_native_object_is_of_no_use(sheet: Any) -> None:
    with pytest.raises(AssertionError, match="public interface"):
        _ = sheet["A1"].api.Value


def test_a_workbook_is_saved_opened_found_and_the_caller(
    excel: LibreOfficeEngine, tmp_path: Path
) -> None:
    book = xlwings.Book()
    assert (book.name, book.fullname) == ("Book1", "Book1")
    book.sheets[0]["A1"].value = "x"
    book.save(tmp_path / "mine.xlsx")
    assert (book.name, book.fullname) == ("mine.xlsx", str(tmp_path / "mine.xlsx"))
    book.set_mock_caller()
    assert xlwings.Book.caller() == book
    assert xlwings.Book("mine.xlsx") == book
    book.close()
    assert len(xlwings.books) == 0
    assert xlwings.Book(tmp_path / "mine.xlsx").sheets[0]["A1"].value == "x"
    Hands(xlwings.books.active).syncs("https://d.docs.live.net/1/mine.xlsx")
    with pytest.raises(xlwings.XlwingsError, match="OneDrive"):
        _ = xlwings.books[0].fullname


def test_our_own_workbook_is_read_back(excel: LibreOfficeEngine, tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    plan = small_plan({"US|a": (20, 100), "US|b": (30, None), "US|00123": (5, 50)})
    XlsxFile(path, BLOCKS).apply(plan)
    book: Any = xlwings.Book(path)
    shown = [sheet.name for sheet in book.sheets if sheet.visible]
    assert shown == [tab.title for tab in plan.tabs]
    [table] = book.sheets["Things"].tables
    header = table.header_row_range.value
    body = table.data_body_range.options(ndim=2).value
    assert table.name == "ops_things" and table.header_row_range.row == table.range.row
    assert [row[0] for row in body] == [row.key for row in plan.block("things").rows]
    spend, name = header.index("Ad spend"), header.index("Name")
    assert {row[name]: row[spend] for row in body} == {"a": 20.0, "b": 30.0, "00123": 5.0}
    assert book.names["ops_period_end"].refers_to_range.value == dt.datetime(2026, 11, 15)
    acos = table.data_body_range[:, header.index("ACoS")]
    assert set(acos.value) == {0.2, None, 0.1}
    assert acos.columns.hidden is False and table.range.columns[0].columns.hidden is True


def test_ten_thousand_rows_are_written_and_read_in_seconds(sheet: Any) -> None:
    block: list[list[Any]] = [
        [f"SKU-{r}-{c}" if c < 4 else None if c == 4 else r * c / 7 for c in range(20)]
        for r in range(10_000)]
    sheet["A1:D10000"].number_format = "@"
    began = time.perf_counter()
    sheet["A1"].value = block
    written = time.perf_counter()
    assert sheet["A1:T10000"].value == block
    read = time.perf_counter()
    print(f"write {written - began:.2f} s, read {read - written:.2f} s, "
          f"start {soffice().seconds_to_start:.2f} s")
    assert read - began < 10
