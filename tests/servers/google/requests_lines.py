"""Requests about rows and columns: insert, delete, move, append, size, groups."""

from __future__ import annotations

from typing import Any

from . import masks, moves
from .errors import invalid
from .evaluate import CellError
from .formats import show
from .grid import Book, Line, Sheet
from .groups import groups

Json = dict[str, Any]


def span(book: Book, given: Json, *, bounded: bool = False) -> tuple[Sheet, str, int, int]:
    """(sheet, dimension, start, end) of a DimensionRange; missing ends are the sheet's."""
    sheet = book.sheet(given.get("sheetId", 0))
    dimension = given.get("dimension")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("No dimension set.")
    count = len(sheet.lines(dimension))
    if bounded and not {"startIndex", "endIndex"} <= given.keys():
        raise invalid("Both the start and end indexes must be bounded.")
    start, end = given.get("startIndex", 0), given.get("endIndex", count)
    if not 0 <= start < end:
        raise invalid(f"Invalid range: startIndex {start} must be less than endIndex {end}.")
    return sheet, dimension, start, end


def _inside(sheet: Sheet, dimension: str, end: int, verb: str) -> None:
    count, name = len(sheet.lines(dimension)), dimension.lower().removesuffix("s")
    if end > count:
        raise invalid(f"Cannot {verb} a {name} that doesn't exist. Tried to {verb} {name} index "
                      f"{end - 1} but there are only {count} {name}s.")


def insert_dimension(book: Book, request: Json, who: str) -> None:
    """inheritFromBefore: "True to inherit from the dimensions before", else from those after."""
    sheet, dimension, start, end = span(book, request.get("range", {}), bounded=True)
    lines, before = sheet.lines(dimension), request.get("inheritFromBefore", False)
    if start > len(lines):
        raise invalid(f"range.startIndex[{start}] is after last row in grid[{len(lines)}]")
    if before and not start:
        raise invalid("inheritFromBefore cannot be true when inserting at index 0.")
    source = lines[start - 1] if before else lines[start] if start < len(lines) else Line()
    outer = min(lines[start - 1].depth if start else 0,
                lines[start].depth if start < len(lines) else 0)
    new = [Line(size=source.size, depth=outer) for _ in range(end - start)]
    if dimension == "ROWS":
        for line in new:
            line.cells = {c: _look(cell) for c, cell in source.cells.items() if _look(cell)}
    moves.insert(book, sheet, dimension, start, new)
    if dimension == "COLUMNS":
        beside = start - 1 if before else end
        for line in sheet.rows:
            look = _look(line.cells.get(beside, {}))
            line.cells |= {c: look for c in range(start, end) if look}
    book.check_size()


def _look(cell: Json) -> Json:
    """What a new line takes over of its neighbour's cell: the format and the validation."""
    return {k: v for k, v in cell.items() if k in ("userEnteredFormat", "dataValidation")}


def append_dimension(book: Book, request: Json, who: str) -> None:
    sheet = book.sheet(request.get("sheetId", 0))
    length = request.get("length", 0)
    if length < 1 or request.get("dimension") not in ("ROWS", "COLUMNS"):
        raise invalid("length must be positive and dimension set.")
    used = sum(len(s.rows) * len(s.columns) for s in book.sheets)
    other = len(sheet.columns if request["dimension"] == "ROWS" else sheet.rows)
    if used + length * other > 10_000_000:
        raise invalid("This action would increase the number of cells in the workbook above the "
                      "limit of 10000000 cells.")
    sheet.lines(request["dimension"]).extend(Line() for _ in range(length))


def delete_dimension(book: Book, request: Json, who: str) -> None:
    sheet, dimension, start, end = span(book, request.get("range", {}))
    _inside(sheet, dimension, end, "delete")
    left = len(sheet.lines(dimension)) - (end - start)
    if not left:
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    name = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
    frozen = sheet.properties.get("gridProperties", {}).get(name, 0)
    if frozen and frozen - max(0, min(end, frozen) - start) >= left:
        raise invalid(f"You can't delete all the non-frozen {dimension.lower()} on the sheet.")
    if start < frozen:
        sheet.properties["gridProperties"][name] = frozen - (min(end, frozen) - start)
    moves.delete(book, sheet, dimension, start, end)


def move_dimension(book: Book, request: Json, who: str) -> None:
    """"based on the coordinates before the source data is removed from the grid"."""
    sheet, dimension, start, end = span(book, request.get("source", {}))
    _inside(sheet, dimension, end, "move")
    to = request.get("destinationIndex", 0)
    if not 0 <= to <= len(sheet.lines(dimension)):
        raise invalid(f"Invalid destinationIndex: {to}")
    if start < to < end:
        raise invalid("The destination index must not be inside the source range.")
    moves.move(book, sheet, dimension, start, end, to)


def update_dimension_properties(book: Book, request: Json, who: str) -> None:
    tree = masks.of("DimensionProperties", request.get("fields"))
    sheet, dimension, start, end = span(book, request.get("range", {}))
    _inside(sheet, dimension, end, "update")
    given = request.get("properties", {})
    for line in sheet.lines(dimension)[start:end]:
        if "pixelSize" in tree:
            line.size = given.get("pixelSize")
        if "hiddenByUser" in tree:
            line.hidden = given.get("hiddenByUser", False)


def auto_resize(book: Book, request: Json, who: str) -> None:
    """As wide as the longest text, at seven pixels a character: what Google measures with fonts."""
    sheet, dimension, start, end = span(book, request.get("dimensions", {}))
    _inside(sheet, dimension, end, "resize")
    if dimension == "ROWS":
        for line in sheet.rows[start:end]:
            line.size = None
        return
    for column in range(start, end):
        longest = max((len(_text(book, sheet, r, column)) for r in range(len(sheet.rows))),
                      default=0)
        sheet.columns[column].size = max(21, 7 * longest + 6) if longest else None


def _text(book: Book, sheet: Sheet, row: int, column: int) -> str:
    value = book.value(sheet, row, column)
    number = sheet.cell(row, column).get("userEnteredFormat", {}).get("numberFormat")
    return value.shown if isinstance(value, CellError) else show(value, number, book.locale)


def add_group(book: Book, request: Json, who: str) -> Json:
    sheet, dimension, start, end = span(book, request.get("range", {}))
    _inside(sheet, dimension, end, "group")
    for line in sheet.lines(dimension)[start:end]:
        line.depth += 1
    if max(line.depth for line in sheet.lines(dimension)) > 8:
        raise invalid("A sheet can have at most 8 levels of groups.")
    name = "rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"
    sheet.properties.setdefault("gridProperties", {}).setdefault(name, True)
    return {"dimensionGroups": groups(sheet, dimension)}


def delete_group(book: Book, request: Json, who: str) -> Json:
    """"Deletes a group over the specified range by decrementing the depth"."""
    sheet, dimension, start, end = span(book, request.get("range", {}))
    lines = sheet.lines(dimension)[start:end]
    if not all(line.depth for line in lines):
        raise invalid("There is no group over the specified range.")
    for line in lines:
        line.depth -= 1
    left = groups(sheet, dimension)
    return {"dimensionGroups": left} if left else {}


def update_group(book: Book, request: Json, who: str) -> None:
    """collapsed: "all dimensions within it are set to hidden if this field is true"."""
    tree = masks.of("DimensionGroup", request.get("fields"))
    given = request.get("dimensionGroup", {})
    sheet, dimension, start, end = span(book, given.get("range", {}))
    depth = given.get("depth", 1)
    if not any((g["range"]["startIndex"], g["range"]["endIndex"], g["depth"])
               == (start, end, depth) for g in groups(sheet, dimension)):
        raise invalid("No dimension group with the given range and depth.")
    if "collapsed" in tree:
        shut = given.get("collapsed", False)
        for line in sheet.lines(dimension)[start:end]:
            line.collapsed = line.collapsed | {depth} if shut else line.collapsed - {depth}
            line.hidden = shut


HANDLERS = {
    "insertDimension": insert_dimension, "appendDimension": append_dimension,
    "deleteDimension": delete_dimension, "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties, "autoResizeDimensions": auto_resize,
    "addDimensionGroup": add_group, "deleteDimensionGroup": delete_group,
    "updateDimensionGroup": update_group,
}
