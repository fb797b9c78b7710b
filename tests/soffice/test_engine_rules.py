"""Borders, conditional formats and data validation of the engine, as Excel has them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import xlwings

from tests.soffice.engine import ComError, LibreOfficeEngine, needs_engine

pytestmark = needs_engine
pytest_plugins = ["tests.soffice.engine.fixtures"]


@pytest.fixture
def sheet(excel: LibreOfficeEngine) -> Any:
    made = xlwings.Book().sheets[0]
    made["B3"].value = [["what", "status"], ["a", "good"], ["b", "bad"], ["c", "good"]]
    return made


def fills(sheet: Any, a1: str) -> list[int]:
    """The colours that the first rule of each cell gives it; -1 where it does not hold.

    The rule's formula is put where the rule is seen from and copied to the cell's row.
    """
    cells = sheet[a1].impl
    uno, styles = cells.sheet.uno, cells.document.uno.StyleFamilies.getByName("CellStyles")
    found = []
    for number in range(cells.shape[0]):
        cell = cells.uno.getCellByPosition(0, number)
        entry, beside = cell.ConditionalFormat.getByIndex(0), 25
        base = uno.getCellByPosition(beside, entry.getSourcePosition().Row)
        base.setFormula("=" + entry.getFormula1())
        here = uno.getCellByPosition(beside, cell.CellAddress.Row)
        uno.copyRange(here.CellAddress, base.RangeAddress)
        style = styles.getByName(entry.getStyleName())
        found.append(style.CellBackColor if here.getValue() else -1)
        base.setString("")
        here.setString("")
    return found


def test_borders(sheet: Any) -> None:
    cells = sheet["B3:C4"]
    assert cells.borders["edge_top"].line_style == "none"
    assert cells.borders["edge_top"].color is None and cells.borders["edge_top"].weight is None
    cells.borders.set(["edge_bottom", "inside_horizontal"], color="#d9dde3", weight="thin")
    below = sheet["B3"].borders["edge_bottom"]
    assert (below.line_style, below.weight, below.color) == (
        "continuous", "thin", (0xD9, 0xDD, 0xE3))
    assert sheet["C4"].borders["edge_bottom"].line_style == "continuous"
    assert sheet["B3"].borders["edge_right"].line_style == "none"
    cells.borders["edge_bottom"].line_style = "dot"
    assert sheet["B4"].borders["edge_bottom"].line_style == "dot"
    assert sheet["B3"].borders["edge_bottom"].line_style == "continuous"
    cells.borders["edge_left"].weight = "medium"
    assert sheet["B4"].borders["edge_left"].weight == "medium"
    assert sheet["C4"].borders["edge_left"].line_style == "none"
    cells.borders.clear("inside")
    assert sheet["B3"].borders["edge_bottom"].line_style == "none"
    with pytest.raises(ComError, match="LineStyle"):
        sheet["B3:C3"].borders.set(["inside_horizontal"], weight="thin")
    with pytest.raises(NotImplementedError):
        _ = cells.borders["diagonal_up"].weight


def test_vertical_alignment(sheet: Any) -> None:
    assert sheet["B3"].vertical_alignment == "bottom"
    sheet["B3:B4"].vertical_alignment = "center"
    assert sheet["B3:B4"].vertical_alignment == "center"
    assert sheet["B3:B5"].vertical_alignment is None


def test_a_conditional_format_is_seen_from_the_active_cell(sheet: Any) -> None:
    rule = '=$C4="bad"'
    sheet["B4:B6"].select()
    sheet["B4:B6"].conditional_formats.add_custom(rule, fill_color="#fce8e6", font_color="#b3261e")
    [found] = sheet["B4:B6"].conditional_formats
    assert (found.type, found.formula, found.fill_color, found.font_color) == (
        "custom", rule, (0xFC, 0xE8, 0xE6), (0xB3, 0x26, 0x1E))
    assert fills(sheet, "B4:B6") == [-1, 0xFCE8E6, -1]
    found.delete()
    sheet["B3"].select()  # the mistake of forgetting it: everything is one row off
    sheet["B4:B6"].conditional_formats.add_custom(rule, fill_color="#fce8e6")
    assert fills(sheet, "B4:B6") == [0xFCE8E6, -1, -1]


def test_a_new_conditional_format_comes_first(sheet: Any) -> None:
    cells = sheet["B4:B6"]
    cells.select()
    for colour in ("#ff0000", "#00ff00"):
        cells.conditional_formats.add_custom('=$C4<>""', fill_color=colour)
    assert [one.fill_color for one in cells.conditional_formats] == [(0, 255, 0), (255, 0, 0)]
    assert len(sheet["B3"].conditional_formats) == 0
    cells.conditional_formats.clear()
    assert len(cells.conditional_formats) == 0


def test_only_the_shown_sheet_has_a_selection(sheet: Any) -> None:
    sheet.book.sheets.add("Other")
    with pytest.raises(ComError, match="Select"):
        sheet["B4"].select()


def test_drop_downs(sheet: Any) -> None:
    cells = sheet["C4:C6"]
    assert cells.data_validation.type == "none" and cells.data_validation.alert_style is None
    cells.data_validation.set_list(["good", "bad", "a \"b\" 差"])
    found = sheet["C5"].data_validation
    assert (found.type, found.source) == ("list", "good,bad,a \"b\" 差".replace('"', '""'))
    assert (found.alert_style, found.in_cell_dropdown, found.show_error) == ("stop", True, True)
    cells.data_validation.set_list(sheet["B4:B6"])
    assert found.source == "=Sheet1!$B$4:$B$6"
    cells.data_validation.set_date("greater_than_or_equal", dt.date(2000, 1, 1))
    assert (found.type, found.operator) == ("date", "greater_than_or_equal")
    assert found.formula1 == "=DATE(2000,1,1)" and found.formula2 is None
    cells.data_validation.delete()
    assert found.type == "none"


def test_rules_and_borders_of_a_protected_sheet_stay(sheet: Any) -> None:
    sheet.book.impl.document.uno.Sheets.getByName("Sheet1").protect("")
    for attempt in (
        lambda: sheet["B4"].conditional_formats.add_custom("=TRUE", fill_color="#ff0000"),
        lambda: sheet["B4"].data_validation.set_list(["a"]),
        lambda: sheet["B4"].borders.set(["edge_top"], weight="thin"),
    ):
        with pytest.raises(ComError, match="protected sheet"):
            attempt()
