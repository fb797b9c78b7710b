"""Blocks of cells between a workbook that is open and us: contents, not looks.

A content is None, a bool, a number, a text, a date, or a `Live` formula in A1 terms, English. Rows
and columns count from 1, as Excel's do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sync.surfaces.xlsx.place import column_name
from workbook.model import Value

if TYPE_CHECKING:
    import xlwings

ERRORS = {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}


class Live(NamedTuple):
    """A formula: `=B2/C2`."""

    text: str


Content = None | bool | int | float | str | dt.datetime | Live


class Area(NamedTuple):
    """A block of cells of one sheet."""

    top: int
    left: int
    height: int
    width: int

    @property
    def a1(self) -> str:
        first = f"{column_name(self.left - 1)}{self.top}"
        last = f"{column_name(self.left + self.width - 2)}{self.top + self.height - 1}"
        return f"{first}:{last}"


@dataclass
class Grid:
    """A sheet as it was read, from A1 on."""

    sheet: xlwings.Sheet
    name: str
    values: list[list[Any]]
    formulas: list[list[Any]]

    @property
    def height(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        return len(self.values[0]) if self.values else 0

    def shown(self, row: int, col: int) -> Any:
        """The value that a cell shows; None outside of what is used."""
        if 1 <= row <= self.height and 1 <= col <= self.width:
            return self.values[row - 1][col - 1]
        return None

    def live(self) -> dict[tuple[int, int], str]:
        """(row, column) -> formula."""
        return {(n, m): text for n, row in enumerate(self.formulas, start=1)
                for m, text in enumerate(row, start=1)
                if isinstance(text, str) and text.startswith("=")}

    def held(self, row: int, col: int) -> Content:
        """What was entered into a cell."""
        if not (1 <= row <= self.height and 1 <= col <= self.width):
            return None
        return _held(self.values[row - 1][col - 1], self.formulas[row - 1][col - 1])

    def block(self, area: Area) -> list[list[Content]]:
        return [[self.held(row, col) for col in range(area.left, area.left + area.width)]
                for row in range(area.top, area.top + area.height)]

    def text(self, row: int, col: int) -> str:
        found = self.shown(row, col)
        return found.strip() if isinstance(found, str) else ""


def read_grid(sheet: xlwings.Sheet, rows: int = 0) -> Grid:
    """A sheet with two calls; with `rows` only its first rows, values alone."""
    last = sheet.used_range.last_cell
    bottom = min(last.row, rows) if rows else last.row
    area = Area(1, 1, bottom, last.column)
    cells = sheet.range(area.a1)
    values = cells.options(ndim=2, err_to_str=True).value
    formulas = [] if rows else _matrix(cells.formula, area)
    return Grid(sheet, sheet.name, values, formulas)


def read_block(sheet: xlwings.Sheet, area: Area) -> list[list[Content]]:
    """What was entered into a block, as it stands now."""
    cells = sheet.range(area.a1)
    values = cells.options(ndim=2, err_to_str=True).value
    return [[_held(value, formula) for value, formula in zip(*rows, strict=True)]
            for rows in zip(values, _matrix(cells.formula, area), strict=True)]


def _matrix(raw: Any, area: Area) -> list[list[Any]]:
    if not isinstance(raw, list | tuple):
        return [[raw]]
    if not raw or not isinstance(raw[0], list | tuple):
        raw = [raw] if area.height == 1 else [[one] for one in raw]
    return [list(row) for row in raw]


def _held(value: Any, formula: Any) -> Content:
    if isinstance(formula, str) and formula.startswith("=") and value != formula:
        return Live(formula)
    if value == "":
        return None
    if isinstance(value, Decimal):  # Excel rounds currencies to four digits; the formula does not
        try:
            return float(formula)
        except (TypeError, ValueError):
            return float(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    found: Content = value
    return found


# --- in our terms -----------------------------------------------------------------------


class Unknown(Exception):
    """A cell shows an error: what a person meant is not known."""


def typed(grid: Grid, row: int, col: int) -> Value:
    """What a person typed; of a formula its value.

    Raises:
        Unknown: the cell shows an error.
    """
    value = grid.shown(row, col)
    if isinstance(value, str) and value in ERRORS:
        raise Unknown
    held = _held(value, None)
    if isinstance(held, bool) or held is None:
        return held
    if isinstance(held, dt.datetime):
        return held.date() if held.time() == dt.time() else held
    if isinstance(held, float):
        return int(held) if held.is_integer() else Decimal(repr(held))
    return None if isinstance(held, Live) else held


def content(value: Value) -> Content:
    """A value of ours as a cell holds it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return float(f"{value:.16G}")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value[:32_767] or None if isinstance(value, str) else value


def same(one: Content, other: Content) -> bool:
    """Do two cells hold the same? Excel writes a formula's quotes and spaces its own way."""
    if isinstance(one, Live) and isinstance(other, Live):
        return _plain(one.text) == _plain(other.text)
    if _is_number(one) and _is_number(other):
        first, second = float(one), float(other)  # type: ignore[arg-type]
        return abs(first - second) <= 1e-12 * abs(first)
    return type(one) is type(other) and one == other


def _is_number(value: Content) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(formula: str) -> str:
    return re.sub(r"[\s']", "", formula).upper()


def write_block(
    sheet: xlwings.Sheet, area: Area, rows: Sequence[Sequence[Content]]
) -> None:
    """Enters a block with one call; the formats that its texts need stand there already."""
    every = [content for row in rows for content in row]
    formulas = any(isinstance(content, Live) for content in every)
    cells = sheet.range(area.a1)
    if formulas or not any(isinstance(content, dt.datetime) for content in every):
        cells = cells.options("raw")  # else xlwings asks twelve times which sheet this is
    ready = [[_entered(content, formulas) for content in row] for row in rows]
    if formulas:
        cells.formula = ready
    else:
        cells.value = ready


def _entered(content: Content, formulas: bool) -> Any:
    """A content as Excel takes it; beside formulas a date is its serial number."""
    if isinstance(content, Live):
        return content.text
    if isinstance(content, dt.datetime):
        return (content - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1) if formulas else content
    if content is None:
        return ""
    return float(content) if _is_number(content) else content
