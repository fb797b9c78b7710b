"""Requests that rearrange or replace content: sortRange, findReplace."""

from __future__ import annotations

import re
from typing import Any

from .a1 import box, grid_range
from .errors import invalid
from .evaluate import CellError
from .formulas import shift
from .grid import Book, Sheet
from .requests_cells import checked
from .values import check_protection, enter

Json = dict[str, Any]


def sort_range(book: Book, request: Json, who: str) -> None:
    """Cells move with their formats, notes and validations; heights and groups stay with the rows.

    "Later specifications are used when values are equal in the earlier specifications." Numbers
    before texts before booleans before errors; blanks are last in both orders.
    """
    sheet = book.sheet(request.get("range", {}).get("sheetId", 0))
    b = checked(sheet, request.get("range", {}))
    check_protection(book, sheet, b, who)
    top, bottom, left, right = b.top or 0, b.bottom or 0, b.left or 0, b.right or 0
    if any(box(m).meets(b) for m in sheet.merges):
        raise invalid("You can't sort a range with merged cells.")
    order = list(range(top, bottom))
    for spec in reversed(request.get("sortSpecs", [])):
        column = spec.get("dimensionIndex", 0)
        if not left <= column < right:
            raise invalid(f"Sort column {column} is outside of the range.")
        down = spec.get("sortOrder") == "DESCENDING"
        found = {row: sort_key(book, sheet, row, column) for row in order}
        keys = {row: key for row, key in found.items() if key is not None}
        order = sorted(keys, key=keys.__getitem__, reverse=down) + [
            row for row in order if row not in keys]
    _reorder(book, sheet, range(top, bottom), order, (left, right))


def sort_key(book: Book, sheet: Sheet, row: int, column: int) -> tuple[int, Any] | None:
    """How a cell compares when sorted; None for a blank."""
    value = book.value(sheet, row, column)
    if value is None or value == "":
        return None
    if isinstance(value, CellError):
        return 3, value.shown
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _reorder(book: Book, sheet: Sheet, rows: range, order: list[int],
             columns: tuple[int, int]) -> None:
    old = {row: sheet.rows[row].cells for row in rows}
    metas = {row: sheet.rows[row].meta for row in rows}
    for to, source in zip(rows, order, strict=True):
        line = sheet.rows[to]
        line.cells = {c: cell for c, cell in old[to].items()
                      if not columns[0] <= c < columns[1]}
        for column, cell in old[source].items():
            if columns[0] <= column < columns[1]:
                line.cells[column] = _moved(cell, to - source)
        if book.sort_moves_metadata:
            line.meta = metas[source]
    book.touched()


def _moved(cell: Json, rows: int) -> Json:
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    if not formula or not rows:
        return cell
    return cell | {"userEnteredValue": {"formulaValue": shift(formula, rows, 0)}}


def find_replace(book: Book, request: Json, who: str) -> Json:
    """"occurrencesChanged: The number of occurrences (possibly multiple within a cell) changed"."""
    if sum(name in request for name in ("range", "sheetId", "allSheets")) != 1:
        raise invalid("Exactly one of range, sheetId and allSheets must be set.")
    if not request.get("find"):
        raise invalid("find must not be empty.")
    if "range" in request:
        targets = [(book.sheet(request["range"].get("sheetId", 0)), request["range"])]
    else:
        targets = [(s, grid_range(s.id, box({}))) for s in book.sheets
                   if request.get("allSheets") or s.id == request["sheetId"]]
    counts = dict.fromkeys(("valuesChanged", "formulasChanged", "rowsChanged", "sheetsChanged",
                            "occurrencesChanged"), 0)
    for sheet, where in targets:
        rows = set()
        for row, column in sheet.each(checked(sheet, where)):
            changed, formula = _replace(book, sheet, row, column, request)
            if changed:
                rows.add(row)
                counts["occurrencesChanged"] += changed
                counts["formulasChanged" if formula else "valuesChanged"] += 1
        counts["rowsChanged"] += len(rows)
        counts["sheetsChanged"] += bool(rows)
    return {name: count for name, count in counts.items() if count}


def _replace(book: Book, sheet: Sheet, row: int, column: int, request: Json) -> tuple[int, bool]:
    entered = sheet.cell(row, column).get("userEnteredValue")
    if not entered:
        return 0, False
    kind, content = next(iter(entered.items()))
    if kind == "formulaValue" and not request.get("includeFormulas"):
        return 0, True
    text = content if isinstance(content, str) else f"{content:.15g}" if (
        not isinstance(content, bool)) else str(content).upper()
    find = request["find"] if request.get("searchByRegex") else re.escape(request["find"])
    if request.get("matchEntireCell"):
        find = f"^(?:{find})$"
    new = request.get("replacement", "")
    new = re.sub(r"\$(\d)", r"\\\1", new) if request.get("searchByRegex") else new.replace(
        "\\", "\\\\")
    made, count = re.subn(find, new, text, flags=0 if request.get("matchCase") else re.I)
    if count:
        enter(book, sheet, row, column, made, "USER_ENTERED")
    return count, kind == "formulaValue"


HANDLERS = {"sortRange": sort_range, "findReplace": find_replace}
