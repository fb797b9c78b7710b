"""The methods of spreadsheets.values: reading, writing, appending and clearing.

https://developers.google.com/workspace/sheets/api/guides/values
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import moves
from .a1 import Box, box, column_name, grid_range, to_text
from .errors import invalid
from .evaluate import CellError
from .formats import DATES
from .grid import Book, Line, Sheet, check_text
from .render import formatted, may_edit, plain
from .typed import typed

Json = dict[str, Any]
Place = tuple[Sheet, Box]


def read(book: Book, place: Place, options: Json) -> Json:
    """A ValueRange: "empty trailing rows and columns are omitted"."""
    sheet, where = place
    if (where.top or 0) >= len(sheet.rows) or (where.left or 0) >= len(sheet.columns):
        raise _too_far(sheet, where)
    b = sheet.bounded(where)
    rows = []
    for row in range(b.top or 0, b.bottom or 0):
        line = sheet.rows[row].cells
        last = max((c for c, cell in line.items() if "userEnteredValue" in cell
                    and (b.left or 0) <= c < (b.right or 0)), default=-1)
        rows.append([shown(book, sheet, row, c, options)
                     for c in range(b.left or 0, last + 1)])
    rows = _trimmed(rows)
    by = options.get("majorDimension", "ROWS")
    if by == "COLUMNS" and rows:
        width = max(len(row) for row in rows)
        rows = _trimmed([[row[c] if c < len(row) else "" for row in rows] for c in range(width)])
    made: Json = {"range": to_text(sheet.title, b),
                  "majorDimension": "COLUMNS" if by == "COLUMNS" else "ROWS"}
    return made | ({"values": rows} if rows else {})


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def shown(book: Book, sheet: Sheet, row: int, column: int, options: Json) -> Any:
    """One cell under ValueRenderOption and DateTimeRenderOption."""
    render = options.get("valueRenderOption", "FORMATTED_VALUE")
    if render == "FORMATTED_VALUE":
        return formatted(book, sheet, row, column)
    cell = sheet.cell(row, column)
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    if render == "FORMULA" and formula:
        return formula
    value = book.value(sheet, row, column)
    kind = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type")
    if (kind in DATES and options.get("dateTimeRenderOption") == "FORMATTED_STRING"
            and isinstance(value, int | float)):
        return formatted(book, sheet, row, column)
    if isinstance(value, CellError):
        return value.shown
    return "" if value is None else plain(value)


def write(book: Book, place: Place, given: Json, option: str | None, who: str) -> Json:
    """Writes a ValueRange; an UpdateValuesResponse without its id. "null" skips a cell."""
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    sheet, where = place
    rows = _by_rows(given)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    if where.one_cell or where == Box():
        where = Box(where.top or 0, (where.top or 0) + max(height, 1),
                    where.left or 0, (where.left or 0) + max(width, 1))
    if ((where.bottom or 0) > len(sheet.rows) or (where.right or 0) > len(sheet.columns)
            or (where.top or 0) >= len(sheet.rows) or (where.left or 0) >= len(sheet.columns)):
        raise _too_far(sheet, where)
    b = sheet.bounded(where)
    top, left = b.top or 0, b.left or 0
    _fits(sheet, b, height, width)
    cells = [(top + r, left + c, value) for r, row in enumerate(rows)
             for c, value in enumerate(row) if value is not None]
    touched = Box(top, top + max(height, 1), left, left + max(width, 1))
    check_protection(book, sheet, touched, who)
    for row, column, value in cells:
        enter(book, sheet, row, column, value, option)
    book.touched()
    made: Json = {"updatedRange": to_text(sheet.title, touched)}
    if cells:
        made |= {"updatedRows": len({c[0] for c in cells}),
                 "updatedColumns": len({c[1] for c in cells}), "updatedCells": len(cells)}
    return made


def _by_rows(given: Json) -> list[list[Any]]:
    values: list[list[Any]] = given.get("values", [])
    for value in (one for row in values for one in row):
        if isinstance(value, dict | list):
            kind = "struct_value" if isinstance(value, dict) else "list_value"
            raise invalid(f"Invalid values[0][0]: {kind} {{ }}")
    if given.get("majorDimension") != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [[column[r] if r < len(column) else None for column in values] for r in range(height)]


def _fits(sheet: Sheet, b: Box, height: int, width: int) -> None:
    top, left = b.top or 0, b.left or 0
    if top + height > (b.bottom or 0):
        raise invalid(f"Requested writing within range [{to_text(sheet.title, b)}], "
                      f"but tried writing to row [{(b.bottom or 0) + 1}]")
    if left + width > (b.right or 0):
        raise invalid(f"Requested writing within range [{to_text(sheet.title, b)}], "
                      f"but tried writing to column [{column_name(b.right or 0)}]")


def _too_far(sheet: Sheet, where: Box) -> Exception:
    far = Box(where.top or 0, where.bottom or len(sheet.rows),
              where.left or 0, where.right or len(sheet.columns))
    if (far.bottom or 0) <= (far.top or 0):
        far = replace(far, bottom=(far.top or 0) + 1)
    if (far.right or 0) <= (far.left or 0):
        far = replace(far, right=(far.left or 0) + 1)
    return invalid(f"Range ({to_text(sheet.title, far)}) exceeds grid limits. "
                   f"Max rows: {len(sheet.rows)}, max columns: {len(sheet.columns)}")


def enter(book: Book, sheet: Sheet, row: int, column: int, value: Any, option: str) -> None:
    """One value into one cell; the cell's formats stay, an inferred one fills an empty place."""
    cell = dict(sheet.cell(row, column))
    number_format = None
    if isinstance(value, str) and option == "USER_ENTERED":
        own = cell.get("userEnteredFormat", {}).get("numberFormat", {})
        entered, number_format = typed(value, book.locale, own.get("type") == "TEXT")
        number_format = None if own else number_format
    elif isinstance(value, str):
        entered = {"stringValue": value} if value else None
    else:
        entered = {"boolValue" if isinstance(value, bool) else "numberValue": value}
    check_text(entered)
    cell.pop("userEnteredValue", None)
    if entered:
        cell["userEnteredValue"] = entered
    if number_format:
        cell["userEnteredFormat"] = cell.get("userEnteredFormat", {}) | {
            "numberFormat": number_format}
    sheet.put(row, column, cell)


def clear(book: Book, place: Place, who: str) -> str:
    """"Only values are cleared -- all other properties of the cell ... are kept." The range."""
    sheet, where = place
    b = sheet.bounded(where)
    check_protection(book, sheet, b, who)
    for row in range(b.top or 0, b.bottom or 0):
        for column in [c for c in sheet.rows[row].cells if (b.left or 0) <= c < (b.right or 0)]:
            cell = sheet.cell(row, column)
            sheet.put(row, column, {k: v for k, v in cell.items() if k != "userEnteredValue"})
    book.touched()
    return to_text(sheet.title, b)


def append(book: Book, place: Place, given: Json, options: Json, who: str) -> Json:
    """After the last row of the table that the range touches; rows are added where needed."""
    sheet, where = place
    table = _table(sheet, sheet.bounded(where))
    rows = _by_rows(given)
    at = Box(table.bottom, None, table.left, None) if table else Box(
        where.top or 0, None, where.left or 0, None)
    top, left = at.top or 0, at.left or 0
    if options.get("insertDataOption") == "INSERT_ROWS" and table:
        moves.insert(book, sheet, "ROWS", top, [Line() for _ in rows])
    missing = top + len(rows) - len(sheet.rows)
    sheet.rows.extend(Line() for _ in range(missing))
    wide = left + max((len(row) for row in rows), default=0) - len(sheet.columns)
    sheet.columns.extend(Line() for _ in range(wide))
    book.check_size()
    into = Box(top, top + max(len(rows), 1), left,
               left + max([len(row) for row in rows] + [1]))
    made: Json = {"updates": write(book, (sheet, into), {"values": rows},
                                   options.get("valueInputOption"), who)}
    return made | ({"tableRange": to_text(sheet.title, table)} if table else {})


def _table(sheet: Sheet, b: Box) -> Box | None:
    """The lowest, then rightmost block of neighbouring filled cells that meets the box."""
    filled = {(r, c) for r, line in enumerate(sheet.rows) for c, cell in line.cells.items()
              if "userEnteredValue" in cell}
    inside = [(r, c) for r, c in filled
              if (b.top or 0) <= r < (b.bottom or 0) and (b.left or 0) <= c < (b.right or 0)]
    if not inside:
        return None
    block, edge = {max(inside)}, [max(inside)]
    while edge:
        r, c = edge.pop()
        near = {(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & filled - block
        block |= near
        edge.extend(near)
    rows, columns = [r for r, _ in block], [c for _, c in block]
    return Box(min(rows), max(rows) + 1, min(columns), max(columns) + 1)


def check_protection(book: Book, sheet: Sheet, where: Box, who: str) -> None:
    """400 where a protection that is not a mere warning covers a cell."""
    for one in sheet.protected:
        covered = box(one.get("range", grid_range(sheet.id, Box())))
        if covered.meets(where) and not may_edit(book, one, who):
            raise invalid("You are trying to edit a protected cell or object. Please contact the "
                          "spreadsheet owner to remove protection if you need to edit.")
