"""Rows and columns that come, go and move, and everything that follows them.

Cells, sizes, groups and developer metadata live on their rows and columns. References, ranges of
names, rules, charts, filters, merges and protections are mapped here.
DeveloperMetadata: "will remain associated at those locations as they move around ... If the
associated object is deleted its metadata is deleted too."
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .formulas import Ends, rewrite
from .grid import Book, Line, Sheet

Json = dict[str, Any]
# Start and end (half open) of a span -> where it is afterwards; empty when its lines are gone.
Span = Callable[[int, int], tuple[int, int]]


def insert(book: Book, sheet: Sheet, dimension: str, at: int, lines: list[Line]) -> None:
    """New lines before index `at`."""
    count = len(lines)
    sheet.lines(dimension)[at:at] = lines
    if dimension == "COLUMNS":
        _recolumn(sheet, lambda c: c if c < at else c + count)

    def span(start: int, end: int) -> tuple[int, int]:
        moved = start + count if start >= at else start
        return moved, moved if start == end else end + count if end > at else end

    follow(book, sheet, dimension, span)


def delete(book: Book, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """The lines start..end (half open) go, with their cells and metadata."""
    del sheet.lines(dimension)[start:end]

    def left(at: int) -> int:
        return at - max(0, min(at, end) - start) if at > start else at

    if dimension == "COLUMNS":
        _recolumn(sheet, lambda c: None if start <= c < end else left(c))

    def span(first: int, last: int) -> tuple[int, int]:
        return left(first), left(last)

    follow(book, sheet, dimension, span)


def move(book: Book, sheet: Sheet, dimension: str, start: int, end: int, to: int) -> None:
    """The lines start..end go before index `to`, "based on the coordinates before the move".

    A range moves as a whole when all of it is moved, and otherwise keeps to the lines that stay.
    """
    lines = sheet.lines(dimension)
    order = list(range(len(lines)))
    block = order[start:end]
    rest = order[:start] + order[end:]
    at = to if to <= start else to - len(block)
    order = rest[:at] + block + rest[at:]
    place = {old: new for new, old in enumerate(order)}
    lines[:] = [lines[old] for old in order]
    if dimension == "COLUMNS":
        _recolumn(sheet, place.get)

    def span(first: int, last: int) -> tuple[int, int]:
        inside = first >= start and last <= end
        kept = [place[i] for i in range(first, min(last, len(order)))
                if inside or not start <= i < end]
        return (min(kept), max(kept) + 1) if kept else (first, first)

    follow(book, sheet, dimension, span)


def _recolumn(sheet: Sheet, where: Callable[[int], int | None]) -> None:
    for line in sheet.rows:
        moved = {where(column): cell for column, cell in line.cells.items()}
        line.cells = {column: cell for column, cell in moved.items() if column is not None}


def follow(book: Book, sheet: Sheet, dimension: str, span: Span) -> None:
    """Maps every range and every formula that names cells of the sheet."""
    axis = "Row" if dimension == "ROWS" else "Column"
    for owner in book.sheets:
        for part in (owner.merges, owner.rules, owner.protected, owner.charts, owner.tables,
                     owner.filter):
            _ranges(part, sheet.id, axis, span)
        owner.merges = [m for m in owner.merges if not _empty(m)]
        owner.protected = [p for p in owner.protected if not _empty(p.get("range", {}))]
        for rule in owner.rules:
            rule["ranges"] = [r for r in rule["ranges"] if not _empty(r)]
        owner.rules = [rule for rule in owner.rules if rule["ranges"]]
        _formulas(owner, sheet, dimension, span)
    _ranges(book.named, sheet.id, axis, span)
    book.touched()


def _empty(grid_range: Json) -> bool:
    return any(grid_range.get(f"start{axis}Index", 0) == grid_range.get(f"end{axis}Index")
               for axis in ("Row", "Column"))


def _ranges(value: Any, sheet_id: int, axis: str, span: Span) -> None:
    """Maps, in place, each GridRange and GridCoordinate in a resource.

    A range whose cells are all gone is left empty: "usually rendered in the UI as #REF!".
    """
    if isinstance(value, list):
        for one in value:
            _ranges(one, sheet_id, axis, span)
    elif isinstance(value, dict):
        start, end, at = f"start{axis}Index", f"end{axis}Index", f"{axis.lower()}Index"
        if value.get("sheetId", 0) == sheet_id and (start in value or end in value):
            first, last = value.get(start, 0), value.get(end)
            a, b = span(first, last if last is not None else first + 10**9)
            value |= ({start: a} if start in value else {}) | ({end: b} if end in value else {})
        elif (value.get("sheetId", 0) == sheet_id and at in value
              and value.keys() <= {"sheetId", "rowIndex", "columnIndex"}):
            value[at] = span(value[at], value[at] + 1)[0]
        for inner in value.values():
            _ranges(inner, sheet_id, axis, span)


def _formulas(owner: Sheet, sheet: Sheet, dimension: str, span: Span) -> None:
    def change(title: str | None, ends: Ends) -> Ends | None:
        named = owner.title if title is None else title
        if named.casefold() != sheet.title.casefold():
            return ends
        return moved_reference(ends, dimension, span)

    for line in owner.rows:
        for column, cell in line.cells.items():
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula:
                changed = rewrite(formula, change)
                if changed != formula:
                    line.cells[column] = cell | {"userEnteredValue": {"formulaValue": changed}}


def moved_reference(ends: Ends, dimension: str, span: Span) -> Ends | None:
    """Where a reference points after its lines moved; None when they are all gone."""
    key = "row" if dimension == "ROWS" else "column"
    first, second = (getattr(end, key) for end in ends)
    if first is None or second is None:
        return ends
    low, high = min(first, second), max(first, second)
    moved = span(low, high + 1)
    if moved[0] == moved[1]:
        return None
    if dimension == "ROWS":
        return replace(ends[0], row=moved[0]), replace(ends[1], row=moved[1] - 1)
    return replace(ends[0], column=moved[0]), replace(ends[1], column=moved[1] - 1)
