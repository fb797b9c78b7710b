"""Cell addresses: letters and numbers, areas, sheet names in references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from sync.ooxml.errors import UnknownPlaceError

MAX_ROW = 1_048_576
MAX_COL = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AREA = re.compile(
    r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?::(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7}))?"
)
_SHEET = re.compile(r"(?:'((?:[^']|'')*)'|([^'!\[\]]+))!(.*)", re.S)
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d{1,7}|[Rr]\d*[Cc]\d*|[Rr]|[Cc]")


@cache
def letters(col: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=32_768)
def number(column: str) -> int:
    """The number of a column: A is 1, AB is 28."""
    value = 0
    for char in column.upper():
        value = value * 26 + ord(char) - 64
    return value


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells, both corners included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        if (self.top, self.left) == (self.bottom, self.right):
            return first
        return f"{first}:{letters(self.right)}{self.bottom}"

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    def has(self, row: int, col: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= col <= self.right

    def meets(self, other: Area) -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def rows(self, top: int, bottom: int) -> Area:
        """The same columns, other rows."""
        return Area(top, self.left, bottom, self.right)


def cell(ref: str) -> tuple[int, int]:
    """'B4' as (4, 2)."""
    match = _CELL.fullmatch(ref.strip())
    if match:
        row, col = int(match[2]), number(match[1])
        if 1 <= row <= MAX_ROW and col <= MAX_COL:
            return row, col
    raise UnknownPlaceError(
        f"{ref[:40]!r} is not a cell", remedy="Write a cell like B4 (A1 to XFD1048576)."
    )


def try_area(ref: str) -> Area | None:
    """'B2:C9' or 'B2' as an area; None when it is anything else."""
    match = _AREA.fullmatch(ref.strip())
    if not match:
        return None
    top, left = int(match[4]), number(match[2])
    bottom = int(match[8]) if match[8] else top
    right = number(match[6]) if match[6] else left
    top, bottom = min(top, bottom), max(top, bottom)
    left, right = min(left, right), max(left, right)
    if top < 1 or bottom > MAX_ROW or right > MAX_COL:
        return None
    return Area(top, left, bottom, right)


def area(ref: str) -> Area:
    """'B2:C9' as an area, or an error that says what was expected."""
    found = try_area(ref)
    if found is None:
        raise UnknownPlaceError(
            f"{ref[:40]!r} is not an area of cells", remedy="Write an area like B2:C9."
        )
    return found


def split_sheet(ref: str) -> tuple[str | None, str]:
    """ "'My sheet'!B2" as ('My sheet', 'B2'); the sheet is None when none is named."""
    match = _SHEET.fullmatch(ref.strip())
    if not match:
        return None, ref.strip()
    name = match[1].replace("''", "'") if match[1] is not None else match[2]
    return name, match[3]


def quote_sheet(name: str) -> str:
    """A sheet's name as formulas write it."""
    if _PLAIN_SHEET.fullmatch(name) and not _LIKE_A_CELL.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def split_top(text: str, separator: str = ",") -> list[str]:
    """Split at separators that stand outside quotes and brackets."""
    parts, depth, quote, start = [], 0, "", 0
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def resize(text: str, target: Area) -> str:
    """An area's text with its own dollar signs, over other cells."""
    match = _AREA.fullmatch(text.strip())
    assert match
    c1, r1 = match[1], match[3]
    c2, r2 = (match[5], match[7]) if match[6] else (c1, r1)
    first = f"{c1}{letters(target.left)}{r1}{target.top}"
    if (target.top, target.left) == (target.bottom, target.right) and not match[6]:
        return first
    return f"{first}:{c2}{letters(target.right)}{r2}{target.bottom}"
