"""What we remember inside a workbook that is not ours.

A very hidden sheet holds the inputs of rows that left a list for now, and the keys of rows that
do not show them. The sheet "Left over" is for people: cells whose row is gone for good.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.ooxml import Value, Workbook
from sync.ooxml.refs import letters, quote_sheet
from sync.ooxml.xml import local
from sync.surfaces.bound.find import RECORD_SHEET
from sync.surfaces.bound.people import Typed
from workbook.model import Label

LEFT_OVER = Label("Left over", "遗留备注")
_HEADERS = (
    Label("Table", "表"), Label("Row", "行"), Label("Column", "列"), Label("Typed", "内容"),
    Label("Since", "自"), Label("Note", "说明"),
)
_WIDTHS = (18, 36, 18, 40, 12, 52)
GONE = Label("The row is in no report of the period any more.", "该行已不在本周期的报表中。")
TWICE = Label("The row stood twice, or had no key.", "该行重复，或没有键值。")


@dataclass(frozen=True, slots=True)
class Lost:
    """One cell on the Left over sheet."""

    table: str
    key: str
    header: str
    value: Value
    since: Value
    note: str


@dataclass(slots=True)
class Record:
    """Read before a fill, written after it."""

    lang: str = ""
    kept: dict[tuple[str, str, str], Typed] = field(default_factory=dict)  # table, key, header
    keys: dict[tuple[str, str], str] = field(default_factory=dict)  # table, texts -> key
    lost: list[Lost] = field(default_factory=list)
    left_over: str = ""  # the sheet's name, where it stands


def read(book: Workbook) -> Record:
    """An empty record where the workbook has none."""
    found = Record()
    if RECORD_SHEET not in book.sheet_names:
        return found
    for kind, a, b, c, value, formula, row in _rows(book, RECORD_SHEET, 7, 1):
        if kind == "lang":
            found.lang = str(a)
        elif kind == "left_over" and str(a) in book.sheet_names:
            found.left_over = str(a)
        elif kind == "kept":
            number = int(row) if isinstance(row, int | float) else 0
            typed = Typed(value, str(formula or ""), number)
            found.kept[str(a), str(b), str(c)] = typed
        elif kind == "key":
            found.keys[str(a), str(b)] = str(c)
    if found.left_over:
        for row_values in _rows(book, found.left_over, 6, 2):
            if any(v is not None for v in row_values):
                a, b, c, value, since, note = row_values
                found.lost.append(Lost(str(a or ""), str(b or ""), str(c or ""), value, since,
                                       str(note or "")))
    return found


def _rows(book: Workbook, sheet: str, width: int, first: int) -> list[list[Value]]:
    used = book.used(sheet)
    if used is None or used.bottom < first:
        return []
    return book.read(f"{quote_sheet(sheet)}!A{first}:{letters(width)}{used.bottom}")


def write(book: Workbook, record: Record) -> None:
    """Puts the record back; the Left over sheet is made when there is something for it."""
    if record.lost and not record.left_over:
        record.left_over = book.add_sheet_from(_left_over_sheet(record.lang), "Sheet1",
                                               LEFT_OVER[record.lang])
    if record.left_over:
        _put(book, record.left_over, 2, 6, [
            (x.table, x.key, x.header, x.value, x.since, x.note) for x in record.lost])
    if RECORD_SHEET not in book.sheet_names:
        book.add_sheet_from(_plain_sheet(), "Sheet1", RECORD_SHEET)
        _hide(book, RECORD_SHEET)
    rows: list[Sequence[Value]] = [("lang", record.lang, "written by Opsheet")]
    if record.left_over:
        rows.append(("left_over", record.left_over))
    for (table, key, header), typed in sorted(record.kept.items()):
        rows.append(("kept", table, key, header, typed.value, typed.formula or None,
                     typed.row or None))
    rows += [("key", table, texts, key) for (table, texts), key in sorted(record.keys.items())]
    _put(book, RECORD_SHEET, 1, 7, rows)


def _put(book: Workbook, sheet: str, first: int, width: int, rows: list[Any]) -> None:
    """Rows from `first` on; what stood there before and is not needed becomes blank."""
    used = book.used(sheet)
    last = max(first + len(rows) - 1, used.bottom if used else 0)
    for number in range(first, last + 1):
        at = number - first
        row = tuple(rows[at]) if at < len(rows) else ()
        for column in range(width):
            value = row[column] if column < len(row) else None
            book.set(sheet, f"{letters(column + 1)}{number}", value)


def _hide(book: Workbook, name: str) -> None:
    """Excel does not offer a very hidden sheet under Unhide."""
    names = book.content.names
    for element in names.root.iter():
        if local(element) == "sheet" and element.get("name") == name:
            element.set("state", "veryHidden")
    names.touch()


def _plain_sheet() -> io.BytesIO:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Sheet1")
    book.close()
    buffer.seek(0)
    return buffer


def _left_over_sheet(lang: str) -> io.BytesIO:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, (label, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
        sheet.write_string(0, column, label[lang], bold)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.close()
    buffer.seek(0)
    return buffer


def lost(table: str, key: str, header: str, typed: Typed, day: dt.date, note: str) -> Lost:
    """A cell without a row, as the Left over sheet shows it; a formula stands in the note."""
    said = f"{note} ={typed.formula}" if typed.formula else note
    return Lost(table, key, header, typed.value, day, said)
