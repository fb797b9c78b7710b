"""Number formats of one document, by Excel's codes."""

from __future__ import annotations

import re
from typing import Any

from tests.soffice.engine.runtime import struct

DATE, TIME, LOGICAL, TEXT = 2, 4, 1024, 256
PLAIN_PIECE = re.compile(r'("[^"]*"|\\.|\[[^\]]*\])')


class Formats:
    """Keys of a document's number formats; asked once each."""

    def __init__(self, document: Any) -> None:
        self._known = document.NumberFormats
        self._english = struct("lang.Locale", Language="en", Country="US")
        self._keys: dict[str, int] = {}
        self._kinds: dict[int, int] = {}
        self._codes: dict[int, str] = {}

    def key(self, code: str) -> int:
        """The key of Excel's code; "BOOLEAN" is LibreOffice's own for TRUE and FALSE."""
        if code not in self._keys:
            key = self._known.queryKey(code, self._english, False)
            if key == -1:
                key = self._known.addNew(code, self._english)
            self._keys[code] = key
            if code not in {"General", "BOOLEAN"}:
                self._codes.setdefault(key, code)
        return self._keys[code]

    def kind(self, key: int) -> int:
        """The type's bits: DATE, TIME, LOGICAL, TEXT and others."""
        if key not in self._kinds:
            self._kinds[key] = self._known.getByKey(key).Type
        return self._kinds[key]

    def code(self, key: int) -> str:
        """The code as Excel shows it."""
        if key not in self._codes:
            found = self._known.getByKey(key)
            text = found.FormatString
            if self.kind(key) & LOGICAL or text in {"Standard", "General"}:
                text = "General"
            elif self.kind(key) & (DATE | TIME):
                parts = PLAIN_PIECE.split(text)
                text = "".join(p if i % 2 and not p.startswith("[H") else p.lower()
                               for i, p in enumerate(parts)).replace("am/pm", "AM/PM")
            self._codes[key] = text
        return self._codes[key]


def keys_of(cells: Any, rows: int, columns: int) -> list[list[int]]:
    """The format key of every cell of a range, few questions for many cells."""
    if cells.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE":
        key = cells.NumberFormat
        return [[key] * columns for _ in range(rows)]
    top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
    grid = [[0] * columns for _ in range(rows)]
    alike = cells.getUniqueCellFormatRanges()
    for number in range(alike.Count):
        areas = alike.getByIndex(number)
        key = areas.NumberFormat
        for area in areas.RangeAddresses:
            width = area.EndColumn - area.StartColumn + 1
            for row in range(area.StartRow - top, area.EndRow - top + 1):
                start = area.StartColumn - left
                grid[row][start:start + width] = [key] * width
    return grid
