"""A colleague at the keyboard: edits a spreadsheet between two calls, without HTTP and quotas.

Every edit goes through the same requests as batchUpdate. Rows, columns and tabs are named as a
person sees them: row 1 is the first, "B3" a cell, a tab its title.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

from . import batch, values
from .a1 import column_index
from .grid import Book, Sheet

Json = dict[str, Any]


class Person:
    """Edits one spreadsheet as `who`."""

    def __init__(self, books: MutableMapping[str, Book], spreadsheet: str, who: str,
                 lock: AbstractContextManager[Any]) -> None:
        self._books, self._id, self._who, self._lock = books, spreadsheet, who, lock

    def type(self, tab: str, cell: str, text: Any) -> None:
        """Types into a cell: "3" is a number, "" clears, "=A1" is a formula."""
        with self._lock:
            book = self._books[self._id].copy()
            place = book.find(_quoted(tab) + "!" + cell)
            values.write(book, place, {"values": [[text]]}, "USER_ENTERED", self._who)
            self._books[self._id] = book

    def cell(self, tab: str, cell: str) -> Any:
        """What a cell computes to."""
        sheet, where = self._books[self._id].find(_quoted(tab) + "!" + cell)
        return self._books[self._id].value(sheet, where.top or 0, where.left or 0)

    def rows(self, tab: str, area: str = "") -> list[list[Any]]:
        """The computed values of a tab or an area of it, trailing blanks left out."""
        book = self._books[self._id]
        place = book.find(_quoted(tab) + ("!" + area if area else ""))
        read = values.read(book, place, {"valueRenderOption": "UNFORMATTED_VALUE"})
        found: list[list[Any]] = read.get("values", [])
        return found

    def tabs(self) -> list[str]:
        return [sheet.title for sheet in self._books[self._id].sheets]

    def sort(self, tab: str, area: str, column: str, *, descending: bool = False) -> None:
        """Sorts an area ("A2:F20") by a column ("C")."""
        sheet, where = self._books[self._id].find(_quoted(tab) + "!" + area)
        order = "DESCENDING" if descending else "ASCENDING"
        self.do({"sortRange": {
            "range": {"sheetId": sheet.id, "startRowIndex": where.top or 0,
                      "endRowIndex": where.bottom or len(sheet.rows),
                      "startColumnIndex": where.left or 0,
                      "endColumnIndex": where.right or len(sheet.columns)},
            "sortSpecs": [{"dimensionIndex": column_index(column), "sortOrder": order}]}})

    def insert_rows(self, tab: str, above: int, count: int = 1) -> None:
        """New rows above a row."""
        self.do({"insertDimension": {"range": self._rows(tab, above, count)}})

    def delete_rows(self, tab: str, first: int, count: int = 1) -> None:
        self.do({"deleteDimension": {"range": self._rows(tab, first, count)}})

    def move_rows(self, tab: str, first: int, count: int, above: int) -> None:
        """Drags rows to above another row."""
        self.do({"moveDimension": {"source": self._rows(tab, first, count),
                                   "destinationIndex": above - 1}})

    def insert_columns(self, tab: str, before: str, count: int = 1) -> None:
        at = column_index(before)
        self.do({"insertDimension": {"range": {
            "sheetId": self._sheet(tab).id, "dimension": "COLUMNS",
            "startIndex": at, "endIndex": at + count}}})

    def rename_tab(self, tab: str, title: str) -> None:
        self._tab(tab, {"title": title}, "title")

    def move_tab(self, tab: str, position: int) -> None:
        """To a position, 1 is the first: counted as the tabs stand before the move."""
        self._tab(tab, {"index": position - 1}, "index")

    def delete_tab(self, tab: str) -> None:
        self.do({"deleteSheet": {"sheetId": self._sheet(tab).id}})

    def add_tab(self, title: str) -> None:
        self.do({"addSheet": {"properties": {"title": title}}})

    def do(self, *requests: Json) -> None:
        """Any requests of batchUpdate."""
        with self._lock:
            book = self._books[self._id].copy()
            batch.apply(book, list(requests), self._who)
            self._books[self._id] = book

    def _tab(self, tab: str, properties: Json, fields: str) -> None:
        self.do({"updateSheetProperties": {
            "properties": {"sheetId": self._sheet(tab).id, **properties}, "fields": fields}})

    def _sheet(self, tab: str) -> Sheet:
        found = self._books[self._id].titled(tab)
        assert found, f"no tab {tab}"
        return found

    def _rows(self, tab: str, first: int, count: int) -> Json:
        return {"sheetId": self._sheet(tab).id, "dimension": "ROWS",
                "startIndex": first - 1, "endIndex": first - 1 + count}


def _quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"
