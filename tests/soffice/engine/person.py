"""A person at the same workbook: by UNO directly, not through xlwings, and not in the record."""

from __future__ import annotations

from typing import Any

import xlwings

from tests.soffice.engine import values
from tests.soffice.engine.documents import Area, Document, area_of, cells_at, shift
from tests.soffice.engine.runtime import enum, struct, uno


class Hands:
    """Types into and rearranges an open workbook; places are a sheet's name and A1 addresses.

        Hands(book).types("Ads", "H7", "check the bids")
    """

    def __init__(self, book: xlwings.Book) -> None:
        self.document: Document = book.impl.document

    def _sheet(self, sheet: str) -> Any:
        return self.document.uno.Sheets.getByName(sheet)

    def _cells(self, sheet: str, a1: str) -> Any:
        return cells_at(self._sheet(sheet), _area(a1))

    def sees(self, sheet: str, a1: str) -> str:
        """The text that a cell shows."""
        return str(self._cells(sheet, a1).getCellByPosition(0, 0).String)

    def types(self, sheet: str, a1: str, value: Any) -> None:
        """Types a value into a cell, as Excel reads what is typed."""
        values.write(self._cells(sheet, a1), [[value]], self.document.formats,
                     self.document.epoch)

    def sorts(self, sheet: str, a1: str, column: int, *, descending: bool = False,
              header: bool = True) -> None:
        """Sorts the rows of a range by its column (from 1)."""
        by = struct("table.TableSortField", Field=column - 1, IsAscending=not descending)
        cells = self._cells(sheet, a1)
        settings = cells.createSortDescriptor()
        for setting in settings:
            if setting.Name == "SortFields":
                setting.Value = _sequence("com.sun.star.table.TableSortField", by)
            if setting.Name == "ContainsHeader":
                setting.Value = header
        cells.sort(settings)

    def inserts_rows(self, sheet: str, row: int, count: int = 1) -> None:
        """Inserts whole rows above `row` (from 1)."""
        shift("CellInsertMode", self._cells(sheet, f"{row}:{row + count - 1}"), None)

    def deletes_rows(self, sheet: str, row: int, count: int = 1) -> None:
        shift("CellDeleteMode", self._cells(sheet, f"{row}:{row + count - 1}"), None,
              backward=True)

    def filters(self, sheet: str, a1: str, column: int, text: str) -> None:
        """Shows only the rows of a range (with header) whose column (from 1) is `text`."""
        field = struct("sheet.TableFilterField", Field=column - 1, IsNumeric=False,
                       Operator=enum("sheet.FilterOperator", "EQUAL"), StringValue=text)
        cells = self._cells(sheet, a1)
        settings = cells.createFilterDescriptor(True)
        settings.ContainsHeader = True
        settings.setFilterFields((field,))
        cells.filter(settings)

    def shows_all(self, sheet: str, a1: str) -> None:
        """Takes the filter off again."""
        cells = self._cells(sheet, a1)
        settings = cells.createFilterDescriptor(True)
        settings.ContainsHeader = True  # else the table would lose its header row
        cells.filter(settings)
        cells.Rows.IsVisible = True

    def hides_rows(self, sheet: str, row: int, count: int = 1) -> None:
        self._cells(sheet, f"{row}:{row + count - 1}").Rows.IsVisible = False

    def renames(self, sheet: str, title: str) -> None:
        self._sheet(sheet).Name = title

    def protects(self, sheet: str, unlocked: str = "") -> None:
        """Protects a sheet without a password; cells of `unlocked` stay open for typing."""
        if unlocked:
            lock = struct("util.CellProtection", IsLocked=False)
            self._cells(sheet, unlocked).CellProtection = lock
        self._sheet(sheet).protect("")

    def unprotects(self, sheet: str) -> None:
        self._sheet(sheet).unprotect("")

    def protects_structure(self) -> None:
        """No sheet can be added, renamed or deleted."""
        self.document.uno.protect("")

    def syncs(self, address: str) -> None:
        """The file lies in OneDrive or SharePoint: Excel knows it by this address."""
        self.document.cloud = address


def _area(a1: str) -> Area:
    area = area_of(a1)
    if area is None:
        raise ValueError(f"no address: {a1}")
    return area


def _sequence(kind: str, *items: Any) -> Any:
    return uno().Any(f"[]{kind}", items)
