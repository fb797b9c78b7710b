"""One open workbook as LibreOffice holds it: what all the engine's classes share about it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soffice.engine.calls import failed
from tests.soffice.engine.formats import Formats
from tests.soffice.engine.runtime import enum

ROWS, COLUMNS = 1_048_576, 16_384
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+):\$?([A-Za-z]{1,3})\$?(\d+)")
WHOLE_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
WHOLE_ROWS = re.compile(r"\$?(\d+):\$?(\d+)")
Area = tuple[int, int, int, int]  # row and column from 1, rows, columns


@dataclass
class Document:
    """A workbook: the UNO document, where it was saved, and what only Excel knows about it."""

    uno: Any
    name: str
    path: Path | None = None
    cloud: str = ""  # the address that Excel would give for a file that OneDrive syncs
    selected: dict[str, tuple[int, int]] = field(default_factory=dict)  # sheet -> active cell
    table_styles: dict[str, str] = field(default_factory=dict)  # table -> its style
    gridless: set[str] = field(default_factory=set)  # sheets that show no gridlines

    def __post_init__(self) -> None:
        self.formats = Formats(self.uno)
        null = self.uno.NullDate
        self.epoch = dt.datetime(null.Year, null.Month, null.Day)

    @property
    def active_cell(self) -> tuple[int, int]:
        """Row and column of the active cell of the active sheet."""
        return self.selected.get(self.uno.CurrentController.ActiveSheet.Name, (1, 1))

    def protected_structure(self) -> None:
        """Refuses to change the list of sheets of a protected workbook."""
        if self.uno.isProtected():
            raise failed("Workbook is protected and cannot be changed.")


def column_number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_name(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def area_of(a1: str) -> Area | None:
    """`B2`, `B2:C9`, `B:C`, `2:9`, with or without $, as an area; None if it is none of these."""
    if match := CELL.fullmatch(a1):
        return int(match[2]), column_number(match[1]), 1, 1
    if match := AREA.fullmatch(a1):
        left, right = sorted((column_number(match[1]), column_number(match[3])))
        top, bottom = sorted((int(match[2]), int(match[4])))
        return top, left, bottom - top + 1, right - left + 1
    if match := WHOLE_COLUMNS.fullmatch(a1):
        left, right = sorted((column_number(match[1]), column_number(match[2])))
        return 1, left, ROWS, right - left + 1
    if match := WHOLE_ROWS.fullmatch(a1):
        top, bottom = sorted((int(match[1]), int(match[2])))
        return top, 1, bottom - top + 1, COLUMNS
    return None


def area_from(address: Any) -> Area:
    """A UNO range address as an area."""
    return (address.StartRow + 1, address.StartColumn + 1,
            address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1)


def address_of(area: Area, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """`$A$1:$B$9`, `$A:$B`, `$1:$9` or `$A$1`."""
    top, left, rows, columns = area
    mark_row, mark_column = "$" * row_absolute, "$" * column_absolute
    first, last = column_name(left), column_name(left + columns - 1)
    if rows == ROWS:
        return f"{mark_column}{first}:{mark_column}{last}"
    if columns == COLUMNS:
        return f"{mark_row}{top}:{mark_row}{top + rows - 1}"
    start = f"{mark_column}{first}{mark_row}{top}"
    if rows == columns == 1:
        return start
    return f"{start}:{mark_column}{last}{mark_row}{top + rows - 1}"


def cells_at(sheet: Any, area: Area) -> Any:
    """The UNO range of an area of a UNO sheet."""
    top, left, rows, columns = area
    return sheet.getCellRangeByPosition(left - 1, top - 1, left + columns - 2, top + rows - 2)


def used_area(sheet: Any) -> Area:
    """From the first to the last used cell; A1 of an empty sheet."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    cursor.gotoStartOfUsedArea(False)
    first = cursor.RangeAddress
    return (first.StartRow + 1, first.StartColumn + 1, last.EndRow - first.StartRow + 1,
            last.EndColumn - first.StartColumn + 1)


def shift(kind: str, cells: Any, direction: str | None, backward: bool = False) -> None:
    """Inserts or deletes the cells of a range: `kind` is CellInsertMode or CellDeleteMode."""
    address = cells.RangeAddress
    _, _, rows, columns = area_from(address)
    if columns == COLUMNS:
        mode = "ROWS"
    elif rows == ROWS:
        mode = "COLUMNS"
    else:  # without a direction Excel looks at the shape
        across = direction in {"right", "left"} if direction else rows > columns
        mode = ("LEFT" if across else "UP") if backward else ("RIGHT" if across else "DOWN")
    sheet = cells.Spreadsheet
    change = sheet.removeRange if backward else sheet.insertCells
    change(address, enum(f"sheet.{kind}", mode))


def jump(filled: list[bool], at: int, step: int, edge: int) -> int:
    """Along a line from `at`: to the end of a run, or over a gap to the next filled cell."""

    def full(place: int) -> bool:
        return 0 <= place < len(filled) and filled[place]

    if full(at) and full(at + step):
        while full(at + step):
            at += step
        return at
    last = len(filled) if step > 0 else -1
    return next((place for place in range(at + step, last, step) if full(place)), edge)


def hidden(sheet: Any, area: Area, across: bool = False) -> bool | None:
    """Are all rows (or columns) hidden, none, or (None) some?"""
    cells = cells_at(sheet, area)
    seen = sum(
        (a.EndColumn - a.StartColumn if across else a.EndRow - a.StartRow) + 1
        for a in cells.queryVisibleCells().RangeAddresses)
    if not seen:
        return True
    return False if seen == area[2] * area[3] else None
