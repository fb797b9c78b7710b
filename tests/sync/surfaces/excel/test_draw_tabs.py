"""Which tabs are drawn, where, under which titles; texts that look like something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import xlwings

from sync.surfaces.canvas import Chart
from sync.surfaces.excel.draw import draw, titled
from sync.surfaces.excel.draw_charts import draw_chart
from sync.surfaces.xlsx.place import META_SHEET
from tests.soffice.engine import LibreOfficeEngine, needs_engine
from tests.templates.conftest import plans  # noqa: F401
from workbook.model import Cell
from workbook.plan import Plan, PlannedRow

pytestmark = needs_engine
pytest_plugins = ["tests.soffice.engine.fixtures"]
SMALL = ("tasks", "missing", "legend")
TRICKY = ["=1+1", "+1", "-3", "@x", "00123", "1E5", "3-4", "2026-11-15", "TRUE", "'q", "#N/A",
          "50%"]


@pytest.fixture
def plan(plans: dict[str, Plan]) -> Plan:  # noqa: F811
    """Three small tabs, with texts that Excel would take for something else."""
    tabs = {tab.id: tab for tab in plans["en"].tabs}
    legend = tabs["legend"]
    [block] = legend.blocks
    name = next(iter(block.rows[0].cells))
    rows = tuple(PlannedRow(text, block.rows[0].group,
                            dict(block.rows[0].cells) | {name: Cell(text)}) for text in TRICKY)
    tabs["legend"] = replace(legend, blocks=(replace(block, rows=rows),))
    return replace(plans["en"], tabs=tuple(tabs[id] for id in SMALL))


def titles(book: Any) -> list[str]:
    return [name for name in book.sheet_names if name != META_SHEET]


def test_texts_stay_what_they_are(excel: LibreOfficeEngine, plan: Plan) -> None:
    book = xlwings.Book()
    draw(book, plan, {"legend"})
    sheet = book.sheets["Legend"]
    body = sheet.tables["ops_legend"].data_body_range
    assert body.columns[0].value == TRICKY == body.columns[1].value
    assert sheet["A4"].value == "ops:legend" and sheet["A4"].columns.hidden
    own = [call for call in excel.changes() if "]Legend!" in call.target]
    written = next(n for n, call in enumerate(own) if call.method == "raw_value")
    assert "@" in {call.arguments[0] for call in own[:written] if call.method == "number_format"}
    assert "@" not in {call.arguments[0] for call in own[written:]
                       if call.method == "number_format"}


def test_only_what_is_missing_is_drawn_in_the_order_of_the_plan(
    excel: LibreOfficeEngine, plan: Plan
) -> None:
    book = xlwings.Book()
    book.sheets[0].name = "Mine"
    draw(book, plan, {"missing"})
    assert titles(book) == ["Mine", "Missing"]
    book.sheets["Mine"].activate()
    draw(book, plan, {"legend"})
    assert titles(book) == ["Mine", "Missing", "Legend"]
    assert book.sheets.active.name == "Mine"  # a person goes on reading
    draw(book, plan, {"tasks"})
    assert titles(book) == ["Mine", "Tasks", "Missing", "Legend"]
    assert book.sheets.active.name == "Tasks"  # the plan's first tab is shown
    mine = [call for call in excel.changes() if "Mine" in call.target]
    assert {call.method for call in mine} == {"activate"}


def test_a_sheet_of_the_same_title_stays_and_ours_gets_a_number(
    excel: LibreOfficeEngine, plan: Plan
) -> None:
    book = xlwings.Book()
    book.sheets[0].name = "TASKS"
    book.sheets[0]["A1"].value = "mine"
    draw(book, plan, {"tasks", "legend"})
    assert titles(book) == ["TASKS", "Tasks 2", "Legend"]
    assert book.sheets["TASKS"]["A1"].value == "mine"
    assert book.names["_opsheet_tasks_title"].refers_to_range.sheet.name == "Tasks 2"
    assert [tab.title for tab in titled(book, plan, {"missing"}).tabs] == [
        "Tasks", "Missing", "Legend"]


def test_what_the_workbook_says_of_itself_is_left_to_the_fill(
    excel: LibreOfficeEngine, plan: Plan
) -> None:
    book = xlwings.Book()
    draw(book, plan, {"legend"})
    sheet = book.sheets[META_SHEET]
    assert not sheet.visible
    last = sheet.used_range.last_cell.row
    sheet.range((last + 1, 1)).value = ["another", "says this"]
    draw(book, replace(plan, lang="zh"), {"tasks"})
    said = dict(sheet.range((1, 1), (last + 1, 2)).value)
    assert (said["opsheet"], said["lang"], said["another"]) == ("1", "en", "says this")


def a_chart() -> Chart:
    made = Chart("column", "ops:c", title="Two", legend="top",
                 y_axis={"min": 0, "num_format": "#,##0"})
    for column, name in (("C", "b"), ("B", "a")):
        made.add_series({"name": name, "fill": {"color": "#1F4E79"},
                         "categories": "='Sheet1'!$A$1:$A$3",
                         "values": f"='Sheet1'!${column}$1:${column}$3"})
    return made


@pytest.mark.parametrize("first", [1, None, '=""', "=NA()"])
def test_a_chart_draws_series_that_begin_with_a_blank(
    excel: LibreOfficeEngine, first: object
) -> None:
    sheet = xlwings.Book().sheets[0]
    sheet["A1"].value = [["W1", first, 5], ["W2", 2, 6], ["W3", 3, 7]]
    before = sheet["A1:C3"].formula
    draw_chart(sheet.book, sheet, (5, 5), a_chart())
    assert [series.name for series in sheet.charts["ops:c"].series] == ["a", "b"]
    assert sheet["A1:C3"].formula == before


def test_a_chart_that_excel_reads_otherwise_is_taken_away(excel: LibreOfficeEngine) -> None:
    sheet = xlwings.Book().sheets[0]
    sheet["A1"].value = [["W1", 1, 5], ["W2", "a text", 6], ["W3", 3, 7]]  # labels, for Excel
    draw_chart(sheet.book, sheet, (5, 5), a_chart())
    assert len(sheet.charts) == 0


def test_a_protected_workbook_is_not_touched(excel: LibreOfficeEngine, plan: Plan) -> None:
    book = xlwings.Book()
    book.impl.document.uno.protect("")
    with pytest.raises(Exception, match="Workbook is protected"):
        draw(book, plan, {"legend"})
    assert book.sheet_names == ["Sheet1"] and len(book.names) == 0
