"""Macro workbooks in LibreOffice: a button is clicked, its VBA sends a command, Python fills."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from macros import crash, jobs
from macros.cli.app import app
from macros.planner import About, fill_file
from macros.vba.make import planner, with_buttons
from tests.conftest import NOW, Example
from tests.soffice.engine import Hands, LibreOfficeEngine, needs_engine
from tests.soffice.engine.documents import column_name

xlwings = pytest.importorskip("xlwings")
pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = [*needs_engine, pytest.mark.slow]

# What takes the place of xlwings' module: it writes down what it is asked to run.
RECORDER = """Option VBASupport 1
Public Function RunPython(PythonCommand As String)
    ThisWorkbook.Worksheets(1).Range("Z1").Value = PythonCommand
End Function
"""
TWO = ("kpi_scorecard", "weekly_report")


class Clicker:
    """A person who clicks the buttons of an open macro workbook; its macros are on."""

    def __init__(self, book: Any) -> None:
        self.book, document = book, book.impl.document.uno
        self._sheet = document.Sheets.getByIndex(0)
        library = document.BasicLibraries.getByName("VBAProject")
        library.replaceByName("xlwings", RECORDER)
        library.removeByName("Dictionary")  # only macOS needs it, and Basic cannot compile it
        self._controller = document.CurrentController
        self._controller.setActiveSheet(self._sheet)
        self._controller.setFormDesignMode(False)
        form = self._sheet.DrawPage.Forms.getByIndex(0)
        self.buttons = {model.Label: model
                        for model in map(form.getByIndex, range(form.Count))}

    def sent(self, caption: str) -> str:
        """Clicks a button; the command that its VBA gives to Python."""
        record = self._sheet.getCellRangeByName("Z1")
        record.setString("")
        control = self._controller.getControl(self.buttons[caption])
        assert control.getAccessibleContext().doAccessibleAction(0)
        return str(record.getString())

    def clicks(self, caption: str) -> None:
        """Clicks a button, and Python does what it was asked to."""
        self.book.set_mock_caller()
        exec(self.sent(caption), {})

    @property
    def line(self) -> str:
        """What the status cell says."""
        return str(self.book.names["ops_status"].refers_to_range.value)


Open = Callable[..., Clicker]


@pytest.fixture
def opened(
    excel: LibreOfficeEngine, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Open:
    """Makes a macro workbook, on a copy of the example store, and opens it with macros on."""
    store = tmp_path / "store.duckdb"
    shutil.copy(example.context.settings.store_path, store)
    monkeypatch.setenv("OPSHEET_STORE", str(store))
    monkeypatch.setattr(jobs, "utc_now", lambda: NOW)
    monkeypatch.setattr(crash, "log_file", lambda: tmp_path / "logs" / "opsheet.log")
    monkeypatch.chdir(tmp_path)
    excel.macros = True

    def make(lang: str = "en", templates: tuple[str, ...] = ("weekly_report",),
             marketplace: str = "US", empty: bool = False, how: str = "new") -> Clicker:
        context = example.context
        if empty:
            settings = replace(context.settings, store_path=tmp_path / "none.duckdb")
            context = replace(context, settings=settings)
        path = tmp_path / "planner.xlsm"
        said = About(lang, "Northwind Home", marketplace, "", templates)
        if how == "buttons added":
            source = path.with_suffix(".xlsx")
            for name in templates:
                fill_file(context, name, source, lang=lang, marketplace=marketplace)
            path.write_bytes(with_buttons(source, templates)[0])
        else:
            path.write_bytes(planner(context, said).data)
        if how == "refilled":
            fill_file(context, templates[-1], path)
        return Clicker(xlwings.Book(path))

    return make


def cell(book: Any, table: str, header: str, row: int = 1) -> tuple[str, str]:
    """Sheet and address of a cell of a table, by its column's header."""
    for sheet in book.sheets:
        for found in sheet.tables:
            if found.name == table:
                area = found.range
                column = area.column + area.rows[0].value.index(header)
                return sheet.name, f"{column_name(column)}{area.row + row}"
    raise AssertionError(f"no table {table}")


def value(book: Any, place: tuple[str, str]) -> Any:
    return book.sheets[place[0]].range(place[1]).value


@pytest.mark.parametrize("how", ["new", "refilled", "buttons added"])
def test_each_button_sends_its_own_command(opened: Open, how: str) -> None:
    """The compiled VBA runs; nothing of the workbook has run before."""
    clicker = opened("zh", TWO, how=how)
    assert not clicker.book.sheets[0].range("Z1").value
    call = "import macros.buttons; macros.buttons."
    assert {caption: clicker.sent(caption) for caption in clicker.buttons} == {
        "导入报表": f"{call}import_reports()",
        "全部刷新": f"{call}refresh_all()",
        "绩效记分卡": f"{call}refresh('kpi_scorecard')",
        "周报": f"{call}refresh('weekly_report')",
        "撤销上次刷新": f"{call}undo_refresh()",
        "打开日志": f"{call}open_log()",
    }


def test_a_click_fills_and_a_note_stays_and_undo_takes_it_back(
    opened: Open, excel: LibreOfficeEngine
) -> None:
    clicker = opened()
    book, hands = clicker.book, Hands(clicker.book)
    spend, note = cell(book, "ops_ads", "Ad spend"), cell(book, "ops_ads", "Note")
    right = value(book, spend)
    assert isinstance(right, float) and right > 0
    hands.types(*spend, 1)
    hands.types(*note, "check the bids")
    clicker.clicks("Weekly report")
    assert clicker.line.startswith("Refreshed ") and "Weekly report" in clicker.line
    assert value(book, spend) == pytest.approx(right) and value(book, note) == "check the bids"
    clicker.clicks("Undo last refresh")
    assert clicker.line.startswith("Undone ")
    assert value(book, spend) == 1 and value(book, note) == "check the bids"
    assert not excel.alerts


def test_the_first_click_draws_the_sheets_of_an_empty_workbook(
    opened: Open, excel: LibreOfficeEngine
) -> None:
    """It was made before anything was imported."""
    clicker = opened(empty=True)
    assert len(clicker.book.sheets) == 3
    clicker.clicks("Weekly report")
    assert not excel.alerts
    assert value(clicker.book, cell(clicker.book, "ops_ads", "Ad spend")) > 0
    assert "Week US" in [sheet.name for sheet in clicker.book.sheets]


def test_refresh_all_goes_on_when_one_sheet_was_damaged(
    opened: Open, excel: LibreOfficeEngine
) -> None:
    clicker = opened(templates=TWO)
    book, hands = clicker.book, Hands(clicker.book)
    spend = cell(book, "ops_ads", "Ad spend")
    right = value(book, spend)
    hands.types(*spend, 1)
    sheet, at = cell(book, "ops_sc_kpis", "KPI", 0)
    row = int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    hands.deletes_rows(sheet, row)  # the header row of the scorecard
    clicker.clicks("Refresh all")
    assert value(book, spend) == pytest.approx(right)
    assert "1 of 2 templates" in clicker.line
    assert len(excel.alerts) == 1
    assert "✗ KPI scorecard" in excel.alerts[0] and "✓ Weekly report" in excel.alerts[0]


def test_an_error_in_the_store_is_told_and_nothing_changes(
    opened: Open, excel: LibreOfficeEngine, tmp_path: Path
) -> None:
    clicker = opened()
    spend = cell(clicker.book, "ops_ads", "Ad spend")
    Hands(clicker.book).types(*spend, 1)
    (tmp_path / "store.duckdb").write_bytes(b"no store" * 1000)
    clicker.clicks("Weekly report")
    assert value(clicker.book, spend) == 1
    assert "not done: " in clicker.line and len(excel.alerts) == 1
    assert "Traceback" not in excel.alerts[0] and "store.duckdb" in excel.alerts[0]


def test_while_a_cell_is_being_edited_the_macro_is_given_the_words(
    opened: Open, excel: LibreOfficeEngine
) -> None:
    """Excel takes no call then; xlwings' VBA shows what is written to standard error."""
    clicker = opened()
    spend = cell(clicker.book, "ops_ads", "Ad spend")
    Hands(clicker.book).types(*spend, 1)
    command = clicker.sent("Weekly report")
    clicker.book.set_mock_caller()
    excel.edit_mode = True
    with pytest.raises(SystemExit) as end:
        exec(command, {})
    excel.edit_mode = False
    assert "being edited" in str(end.value.code) and "Press Enter or Esc" in str(end.value.code)
    assert value(clicker.book, spend) == 1 and not excel.alerts


def test_with_macros_disabled_it_is_an_ordinary_workbook(
    opened: Open, excel: LibreOfficeEngine, tmp_path: Path
) -> None:
    """And `opsheet fill weekly_report --to excel` fills it without VBA."""
    opened().book.close()
    excel.macros = False
    book = xlwings.Book(tmp_path / "planner.xlsm")
    spend = cell(book, "ops_ads", "Ad spend")
    right = value(book, spend)
    Hands(book).types(*spend, 1)
    assert book.sheets[0].name == "Home"
    for target in ("excel", "excel:planner.xlsm"):
        done = CliRunner().invoke(app, ["fill", "weekly_report", "--to", target])
        assert done.exit_code == 0 and "cells filled" in done.output, done.output
        assert value(book, spend) == pytest.approx(right)
        Hands(book).types(*spend, 1)
    done = CliRunner().invoke(app, ["fill", "weekly_report", "--to", "excel:other"])
    assert done.exit_code == 1 and "planner.xlsm" in done.output
