"""Excel for tests: an xlwings engine `libreoffice` over a headless soffice.

Code that uses xlwings' public interface runs unchanged:

    pytest_plugins = ["tests.soffice.engine.fixtures"]  # the fixture `excel`
    pytestmark = needs_engine                           # skipped where there is no LibreOffice

    def test_it(excel: LibreOfficeEngine, tmp_path: Path) -> None:
        book = xlwings.Book(path)           # or books.add(); the engine is the active one
        book.set_mock_caller()              # Book.caller() in the macro is this book
        Hands(book).sorts("Ads", "A4:H90", 3)
        assert excel.changes("number_format")[0].arguments == ("@",)

`excel.calls` is every call in order (`Call(target, method, arguments, kind)`), `excel.changes()`
those that change something. `excel.edit_mode = True` makes every call fail as COM does while a
cell is being edited. `excel.alerts` are the messages of `App.alert`, `excel.answer` what is
clicked. `Hands` is a person at the same workbook (protects sheets, filters, types ...).

As Excel does it, and LibreOffice would not
    Texts are read when they are entered ("00123" is 123, "=1+1" a formula) unless the cell is
    formatted "@" beforehand; numbers in "@" cells become texts (entry.py, values.py). Dates,
    percentages and Decimals (COM: a currency) give a General cell a number format. TRUE and FALSE
    are booleans, errors COM's integers (xlwings: None, or "#N/A" with err_to_str), blanks None.
    A formula that cannot be read, a protected sheet or workbook, a name that is taken, a table
    over a table and a place that does not exist raise `ComError`, shaped as pywin32's com_error.
    Charts and tables get Excel's names, empty headers of a table Column1, Column2. A conditional
    format reads its formula as seen from the active cell, and comes before those that are there.
    A drop-down stops what it does not offer. A chart takes texts and dates at the edge of its
    source for names and labels, both where the corner is empty, and leaves out hidden columns.

Not as Excel does it
    `.api` is of no use (it fails): only the public interface. A Range keeps its address when rows
    are inserted above it; Excel's moves. Excel's Decimal for cells with a currency format is a
    float here. In edit mode pywin32 raises what is raised here; xlwings on Windows catches it and
    tries again without end (`_xlwindows.N_COM_ATTEMPTS`). Typing below a table does not extend
    it, a formula does not fill its column, an insertion through a part of a table is not
    refused. A protected sheet refuses every format, whatever its protection allows.
    Screen updating, alerts, events, the status bar, gridlines and table styles are remembered and
    have no effect. Panes can be frozen here; xlwings 0.37.8 cannot do it on Windows and macOS. A
    union of areas (`sheet["B2:B9,D2:D9"]`) serves only as the source of a chart.
    A workbook that is saved loses buttons, sparklines and table styles, and may lose its tables;
    do not judge our files by it. Dynamic arrays do not spill: `formula2` is `formula`.

A block of 10,000 x 20 takes about a second to write and half a second to read; a formula 0.25 ms
(one formula assigned to a whole range is filled at once); starting soffice 1.3 to 3 s.

Not here (NotImplementedError): other conditional formats than formulas, pivot tables, shapes,
comments in threads, sort, find, autofilter criteria, copy and paste, rows and columns of a table,
diagonal and double borders, charts with series in rows, series and axes beyond what `series.py`
names, passwords, tables without headers, copies into another workbook, references to other
workbooks, indents and folding (which xlwings has only in its paid engines).
"""

import pytest

from tests.soffice.engine.apps import LibreOfficeEngine
from tests.soffice.engine.calls import Call, ComError
from tests.soffice.engine.person import Hands
from tests.soffice.engine.runtime import available

needs_engine = [
    pytest.mark.soffice,
    pytest.mark.skipif(not available(), reason="no LibreOffice whose UNO this Python can load"),
]

__all__ = ["Call", "ComError", "Hands", "LibreOfficeEngine", "needs_engine"]
