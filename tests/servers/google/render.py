"""A spreadsheet as the JSON of spreadsheets.get.

As recorded from Google: SheetProperties gives `sheetId` and `index` also when they are 0; ranges
leave `sheetId` 0 out but keep a start of 0; false flags, zero sizes and empty lists are left out.
"""

from __future__ import annotations

from typing import Any

from . import colours
from .a1 import Box
from .evaluate import TYPES, CellError
from .formats import show
from .grid import Book, Line, Sheet
from .groups import groups
from .masks import Tree, pick

Json = dict[str, Any]
ROW_PIXELS, COLUMN_PIXELS = 21, 100
DEFAULT_FORMAT: Json = {
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM", "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {"foregroundColorStyle": {"rgbColor": {}}, "fontFamily": "Arial",
                   "fontSize": 10, "bold": False, "italic": False, "strikethrough": False,
                   "underline": False},
}
KEEP_FALSE = {"boolValue", "bold", "italic", "strikethrough", "underline"}


def plain(value: Any) -> Any:
    """A whole number without a fraction, as JSON has it."""
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return int(value)
    return value


def clean(value: Any) -> Any:
    """What proto3 JSON leaves out is left out; every colour has both of its fields."""
    return colours.shown(_clean(value))


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, one in value.items():
        zero = (one is False and name not in KEEP_FALSE) or (
            one == 0 and not isinstance(one, bool)
            and (name in ("startRow", "startColumn", "rowIndex", "columnIndex")
                 or (name == "sheetId" and "title" not in value)))
        if not zero and not (one == [] and name != "values"):
            made[name] = _clean(one)
    return made


def book_json(book: Book, who: str, ranges: list[tuple[Sheet, Box]] | None = None,
              grid: bool = False, tree: Tree | None = None) -> Json:
    """The whole spreadsheet; with ranges only their sheets, with `grid` their cells too.

    `tree` is the mask of the answer; grids have no more than it names.
    """
    data = below(below(tree or {}, "sheets") or {}, "data") or {}
    chosen = [s for s in book.sheets if ranges is None or any(s is r[0] for r in ranges)]
    made: Json = {
        "spreadsheetId": book.id,
        "properties": book.properties | {"defaultFormat": DEFAULT_FORMAT},
        "sheets": [
            sheet_json(book, sheet, who,
                       [b for s, b in ranges if s is sheet] if ranges else [Box()],
                       data if grid else None)
            for sheet in chosen],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    if book.named:
        made["namedRanges"] = book.named
    if book.meta:
        made["developerMetadata"] = [
            m | {"location": {"locationType": "SPREADSHEET", "spreadsheet": True}}
            for m in book.meta]
    answer: Json = clean(made)
    return answer


def below(tree: Tree, name: str) -> Tree | None:
    """What a mask wants of a field: {} all of it, None nothing."""
    return {} if not tree or "*" in tree else tree.get(name)


def sheet_json(book: Book, sheet: Sheet, who: str, boxes: list[Box], data: Tree | None) -> Json:
    made: Json = {"properties": properties(book, sheet)}
    lists = {"merges": sheet.merges, "conditionalFormats": sheet.rules, "charts": sheet.charts,
             "protectedRanges": [protection(book, p, who) for p in sheet.protected],
             "rowGroups": groups(sheet, "ROWS"), "columnGroups": groups(sheet, "COLUMNS"),
             "tables": sheet.tables,
             "developerMetadata": [m | {"location": {"locationType": "SHEET", "sheetId": sheet.id}}
                                   for m in sheet.meta]}
    made |= {name: found for name, found in lists.items() if found}
    if sheet.filter is not None:
        made["basicFilter"] = sheet.filter
    if data is not None:
        made["data"] = [grid_json(book, sheet, one, data) for one in boxes]
    return made


def properties(book: Book, sheet: Sheet) -> Json:
    """SheetProperties with the id, the index and the size of the grid."""
    size = {"rowCount": len(sheet.rows), "columnCount": len(sheet.columns)}
    kept = {name: value for name, value in sheet.properties.get("gridProperties", {}).items()
            if value}
    return {"sheetId": sheet.id, "title": sheet.title, "index": book.sheets.index(sheet)} | (
        sheet.properties) | {"gridProperties": size | kept}


def protection(book: Book, protected: Json, who: str) -> Json:
    """A protected range as `who` sees it: "editors ... only visible to users with edit access"."""
    allowed = may_edit(book, protected, who)
    made = {name: value for name, value in protected.items() if name != "editors" or allowed}
    return made | {"requestingUserCanEdit": allowed}


def may_edit(book: Book, protected: Json, who: str) -> bool:
    """Warnings do not stop anybody; else the owner and the editors."""
    editors = protected.get("editors", {})
    return (bool(protected.get("warningOnly")) or who == book.owner
            or who in editors.get("users", []))


def grid_json(book: Book, sheet: Sheet, where: Box, tree: Tree) -> Json:
    """GridData: rows up to the last with content, metadata for each row and column asked for."""
    b = sheet.bounded(where)
    top, bottom, left, right = b.top or 0, b.bottom or 0, b.left or 0, b.right or 0
    made: Json = {"startRow": top, "startColumn": left}
    if below(tree, "rowData") is not None:
        values = below(below(tree, "rowData") or {}, "values") or {}
        made["rowData"] = _rows(book, sheet, (top, bottom, left, right), values)
    if below(tree, "rowMetadata") is not None:
        made["rowMetadata"] = [line_json(sheet, line, "ROWS", top + at)
                               for at, line in enumerate(sheet.rows[top:bottom])]
    if below(tree, "columnMetadata") is not None:
        made["columnMetadata"] = [line_json(sheet, line, "COLUMNS", left + at)
                                  for at, line in enumerate(sheet.columns[left:right])]
    return made


def _rows(book: Book, sheet: Sheet, sides: tuple[int, int, int, int], tree: Tree) -> list[Json]:
    top, bottom, left, right = sides
    rows: list[Json] = []
    for row in range(top, bottom):
        found = [c for c in sheet.rows[row].cells if left <= c < right]
        values = [cell_json(book, sheet, row, c, tree)
                  for c in range(left, max(found, default=-1) + 1)]
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def line_json(sheet: Sheet, line: Line, dimension: str, index: int) -> Json:
    """DimensionProperties."""
    size = line.size or (ROW_PIXELS if dimension == "ROWS" else COLUMN_PIXELS)
    return {"pixelSize": size, "hiddenByUser": line.hidden,
            "developerMetadata": [located(sheet, m, dimension, index) for m in line.meta]}


def located(sheet: Sheet, metadata: Json, dimension: str, index: int) -> Json:
    """Developer metadata of a row or a column with the place where it is now."""
    return metadata | {"location": {
        "locationType": dimension.removesuffix("S"),
        "dimensionRange": {"sheetId": sheet.id, "dimension": dimension,
                           "startIndex": index, "endIndex": index + 1}}}


def cell_json(book: Book, sheet: Sheet, row: int, column: int, tree: Tree) -> Json:
    """CellData: what is kept and what it computes to, as far as the mask wants it."""
    cell = sheet.cell(row, column)
    if not cell:
        return {}
    made = {name: pick(below(tree, name) or {}, value) for name, value in cell.items()
            if below(tree, name) is not None}
    if "userEnteredValue" in cell:
        if "userEnteredValue" in made:
            made["userEnteredValue"] = {k: plain(v) for k, v in cell["userEnteredValue"].items()}
        value = book.value(sheet, row, column)
        if value is not None and below(tree, "effectiveValue") is not None:
            made["effectiveValue"] = effective(value)
        if value is not None and below(tree, "formattedValue") is not None:
            made["formattedValue"] = formatted(book, sheet, row, column)
    if below(tree, "effectiveFormat") is not None:
        own = cell.get("userEnteredFormat", {})
        whole = DEFAULT_FORMAT | own | {
            "textFormat": DEFAULT_FORMAT["textFormat"] | own.get("textFormat", {})}
        made["effectiveFormat"] = pick(below(tree, "effectiveFormat") or {}, whole)
    return made


def effective(value: Any) -> Json:
    """A computed value as an ExtendedValue."""
    if isinstance(value, CellError):
        return {"errorValue": {"type": TYPES[value.shown], "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"stringValue": value} if isinstance(value, str) else {"numberValue": plain(value)}


def formatted(book: Book, sheet: Sheet, row: int, column: int) -> str:
    """The text that a person sees."""
    value = book.value(sheet, row, column)
    if isinstance(value, CellError):
        return value.shown
    own = sheet.cell(row, column).get("userEnteredFormat", {}).get("numberFormat")
    return show(value, own, book.locale)


def has_grid(tree: Tree) -> bool:
    """Does a mask of an answer name cells? Then `includeGridData` "is ignored"."""
    sheets = below(tree, "sheets")
    return sheets is not None and below(sheets, "data") is not None
