"""Requests that write cells: updateCells, repeatCell, appendCells, setDataValidation, merges."""

from __future__ import annotations

from typing import Any

from . import masks
from .a1 import Box, box, grid_range
from .colours import kept_mask
from .errors import invalid
from .formulas import shift
from .grid import Book, Line, Sheet, check_text
from .values import check_protection

Json = dict[str, Any]
READ_ONLY = {"effectiveValue", "formattedValue", "effectiveFormat", "hyperlink",
             "dataSourceFormula"}


def cell_mask(fields: str | None) -> masks.Tree:
    """The writable fields of CellData that a mask names."""
    tree = masks.of("CellData", fields)
    return kept_mask({name: below for name, below in tree.items() if name not in READ_ONLY})


def check_cell(cell: Json) -> None:
    """400 for a value that a cell cannot be given."""
    entered = cell.get("userEnteredValue", {})
    if len(entered) > 1:
        raise invalid("Only one kind of value may be set on a cell.")
    if "errorValue" in entered:
        raise invalid("errorValue is read-only and cannot be set.")
    if "formulaValue" in entered and entered["formulaValue"][:1] not in ("=", "+"):
        raise invalid("A formula must begin with '=' or '+'.")
    check_text(entered)
    check_format(cell.get("userEnteredFormat", {}))


def check_format(cell_format: Json) -> None:
    """NumberFormat.type: "When writing, this field must be set."""
    number = cell_format.get("numberFormat")
    if number is not None and not number.get("type"):
        raise invalid("userEnteredFormat.numberFormat.type must be set.")


def put(sheet: Sheet, row: int, column: int, given: Json, tree: masks.Tree) -> None:
    """Writes the masked fields of one cell; a text that is empty is no value."""
    cell = masks.update(sheet.cell(row, column), given, tree)
    if cell.get("userEnteredValue") in ({}, {"stringValue": ""}):
        del cell["userEnteredValue"]
    if not cell.get("note", "x"):
        del cell["note"]
    sheet.put(row, column, cell)


def update_cells(book: Book, request: Json, who: str) -> None:
    """"If the data in rows does not cover the entire requested range, the fields matching those set
    in fields will be cleared." With `start` any number of rows and columns may be written."""
    tree = cell_mask(request.get("fields"))
    rows = [row.get("values", []) for row in request.get("rows", [])]
    wide = max((len(row) for row in rows), default=0)
    if ("start" in request) == ("range" in request):
        raise invalid("Exactly one of start and range must be set.")
    if "start" in request:
        at = request["start"]
        sheet = book.sheet(at.get("sheetId", 0))
        top, left = at.get("rowIndex", 0), at.get("columnIndex", 0)
        b = Box(top, len(sheet.rows), left, len(sheet.columns))
        touched = Box(top, top + len(rows), left, left + wide)
    else:
        sheet = book.sheet(request["range"].get("sheetId", 0))
        b = touched = checked(sheet, request["range"])
    top, left = b.top or 0, b.left or 0
    if top + len(rows) > (b.bottom or 0):
        raise invalid(f"Attempting to write row: {b.bottom}, beyond the last requested row of: "
                      f"{(b.bottom or 0) - 1}")
    if left + wide > (b.right or 0):
        raise invalid(f"Attempting to write column: {b.right}, beyond the last requested column "
                      f"of: {(b.right or 0) - 1}")
    check_protection(book, sheet, touched, who)
    for r, values in enumerate(rows):
        for c, cell in enumerate(values):
            check_cell(cell)
            put(sheet, top + r, left + c, cell, tree)
    if "range" in request:
        for row, column in sheet.each(b):
            if row - top >= len(rows) or column - left >= len(rows[row - top]):
                put(sheet, row, column, {}, tree)


def checked(sheet: Sheet, given: Json) -> Box:
    """A GridRange bounded by the sheet; 400 when it reaches beyond it."""
    where = box(given)
    if ((where.bottom or 0) > len(sheet.rows) or (where.top or 0) > len(sheet.rows)
            or (where.right or 0) > len(sheet.columns) or (where.left or 0) > len(sheet.columns)):
        raise invalid(f"range exceeds grid limits. Max rows: {len(sheet.rows)}, "
                      f"max columns: {len(sheet.columns)}")
    if (where.top or 0) > (where.bottom if where.bottom is not None else 10**9) or (
            (where.left or 0) > (where.right if where.right is not None else 10**9)):
        raise invalid("The start index must be less than or equal to the end index.")
    return sheet.bounded(where)


def repeat_cell(book: Book, request: Json, who: str) -> None:
    """"the formula's ranges will automatically increment for each field in the range"."""
    tree = cell_mask(request.get("fields"))
    cell = request.get("cell", {})
    check_cell(cell)
    sheet = book.sheet(request.get("range", {}).get("sheetId", 0))
    b = checked(sheet, request.get("range", {}))
    check_protection(book, sheet, b, who)
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    for row, column in sheet.each(b):
        if formula:
            moved = shift(formula, row - (b.top or 0), column - (b.left or 0))
            cell = cell | {"userEnteredValue": {"formulaValue": moved}}
        put(sheet, row, column, cell, tree)


def append_cells(book: Book, request: Json, who: str) -> None:
    """"Adds new cells after the last row with data in a sheet, inserting new rows" where needed."""
    tree = cell_mask(request.get("fields"))
    sheet = book.sheet(request.get("sheetId", 0))
    at = max((r for r, line in enumerate(sheet.rows)
              if any("userEnteredValue" in cell for cell in line.cells.values())), default=-1) + 1
    rows = [row.get("values", []) for row in request.get("rows", [])]
    sheet.rows.extend(Line() for _ in range(at + len(rows) - len(sheet.rows)))
    book.check_size()
    for r, values in enumerate(rows):
        if len(values) > len(sheet.columns):
            raise invalid(f"Attempting to write column: {len(sheet.columns)}, beyond the last "
                          f"requested column of: {len(sheet.columns) - 1}")
        for c, cell in enumerate(values):
            check_cell(cell)
            put(sheet, at + r, c, cell, tree)


def set_data_validation(book: Book, request: Json, who: str) -> None:
    """"To clear validation in a range, call this with no rule specified."""
    sheet = book.sheet(request.get("range", {}).get("sheetId", 0))
    rule = request.get("rule")
    if rule is not None:
        _check_condition(rule.get("condition", {}))
    given = {"dataValidation": rule} if rule is not None else {}
    for row, column in sheet.each(checked(sheet, request.get("range", {}))):
        put(sheet, row, column, given, {"dataValidation": {}})


def _check_condition(condition: Json) -> None:
    """ONE_OF_LIST "Supports any number of condition values ... Formulas are not supported"."""
    kind, values = condition.get("type"), condition.get("values", [])
    if not kind:
        raise invalid("A condition type must be set.")
    if kind == "ONE_OF_LIST" and (not values or any(
            v.get("userEnteredValue", "").startswith("=") for v in values)):
        raise invalid("ONE_OF_LIST needs values that are not formulas.")
    if kind == "ONE_OF_RANGE" and len(values) != 1:
        raise invalid("ONE_OF_RANGE requires exactly one value.")
    if kind == "BOOLEAN" and len(values) > 2:
        raise invalid("BOOLEAN supports at most two values.")


def merge_cells(book: Book, request: Json, who: str) -> None:
    """All in one, or one merge a row or column. The first cell's content stays."""
    sheet = book.sheet(request.get("range", {}).get("sheetId", 0))
    b = checked(sheet, request.get("range", {}))
    top, bottom, left, right = b.top or 0, b.bottom or 0, b.left or 0, b.right or 0
    kind = request.get("mergeType", "MERGE_ALL")
    parts = {"MERGE_ALL": [b],
             "MERGE_ROWS": [Box(r, r + 1, left, right) for r in range(top, bottom)],
             "MERGE_COLUMNS": [Box(top, bottom, c, c + 1) for c in range(left, right)]}[kind]
    _drop_merges(sheet, b)
    for part in parts:
        for row, column in sheet.each(part):
            if (row, column) != (part.top, part.left):
                cell = sheet.cell(row, column)
                sheet.put(row, column, {k: v for k, v in cell.items() if k != "userEnteredValue"})
        sheet.merges.append(grid_range(sheet.id, part))


def unmerge_cells(book: Book, request: Json, who: str) -> None:
    sheet = book.sheet(request.get("range", {}).get("sheetId", 0))
    _drop_merges(sheet, checked(sheet, request.get("range", {})))


def _drop_merges(sheet: Sheet, b: Box) -> None:
    """"The range must not partially span any merge."""
    kept = []
    for merge in sheet.merges:
        m = box(merge)
        if not m.meets(b):
            kept.append(merge)
        elif not ((b.top or 0) <= (m.top or 0) and (m.bottom or 0) <= (b.bottom or 0)
                  and (b.left or 0) <= (m.left or 0) and (m.right or 0) <= (b.right or 0)):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = kept


HANDLERS = {
    "updateCells": update_cells, "repeatCell": repeat_cell, "appendCells": append_cells,
    "setDataValidation": set_data_validation, "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
}
