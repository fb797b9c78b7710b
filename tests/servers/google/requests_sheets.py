"""Requests about tabs and the spreadsheet itself."""

from __future__ import annotations

import copy
from typing import Any

from . import masks, moves
from .colours import kept_mask
from .errors import invalid
from .formulas import rename, rewrite
from .grid import Book, Line, Sheet, blank_sheet
from .render import properties

Json = dict[str, Any]
OWN = {"sheetId", "index", "gridProperties"}
SIZES = {"rowCount": "ROWS", "columnCount": "COLUMNS"}


def add_sheet(book: Book, request: Json, who: str) -> Json:
    """"an id will be randomly generated. (It is an error to specify the ID of a sheet that already
    exists.)"; "all subsequent sheets' indexes are incremented"."""
    given = request.get("properties", {})
    sheet = new_sheet(book, given)
    at = given.get("index", len(book.sheets))
    if not 0 <= at <= len(book.sheets):
        raise invalid(f"Invalid index: {at}")
    book.sheets.insert(at, sheet)
    book.check_size()
    return {"properties": properties(book, sheet)}


def new_sheet(book: Book, given: Json) -> Sheet:
    """A tab as its properties say, not yet in the spreadsheet."""
    sheet_id = given.get("sheetId", book.fresh_id() if "sheetId" not in given else 0)
    if sheet_id < 0:
        raise invalid(f"Sheet id must be non-negative: {sheet_id}")
    if any(s.id == sheet_id for s in book.sheets):
        raise invalid(f"A sheet with the ID {sheet_id} already exists.")
    title = given.get("title") or _free_title(book)
    check_title(book, title)
    size = given.get("gridProperties", {})
    rows, columns = size.get("rowCount", 1000), size.get("columnCount", 26)
    if rows < 1 or columns < 1:
        raise invalid("A sheet must have at least one row and one column.")
    used = sum(len(s.rows) * len(s.columns) for s in book.sheets)
    if rows * columns + used > 10_000_000:
        raise invalid("This action would increase the number of cells in the workbook above the "
                      "limit of 10000000 cells.")
    sheet = blank_sheet(sheet_id, title, rows, columns)
    sheet.properties |= {k: v for k, v in given.items() if k not in OWN | {"title"}}
    sheet.properties["gridProperties"] = {k: v for k, v in size.items() if k not in SIZES}
    check_frozen(sheet)
    return sheet


def _free_title(book: Book) -> str:
    at = len(book.sheets) + 1
    while book.titled(f"Sheet{at}"):
        at += 1
    return f"Sheet{at}"


def check_title(book: Book, title: str, own: Sheet | None = None) -> None:
    """Titles are unique in a spreadsheet and at most 100 characters long."""
    other = book.titled(title)
    if other and other is not own:
        raise invalid(f'A sheet with the name "{title}" already exists. '
                      "Please enter another name.")
    if not title or len(title) > 100:
        raise invalid("Sheet name cannot be empty or longer than 100 characters.")


def check_frozen(sheet: Sheet) -> None:
    grid = sheet.properties.get("gridProperties", {})
    if grid.get("frozenRowCount", 0) >= len(sheet.rows):
        raise invalid("You can't freeze all visible rows on the sheet.")
    if grid.get("frozenColumnCount", 0) >= len(sheet.columns):
        raise invalid("You can't freeze all visible columns on the sheet.")


def update_sheet_properties(book: Book, request: Json, who: str) -> None:
    given = request.get("properties", {})
    tree = kept_mask(masks.of("SheetProperties", request.get("fields")))
    sheet = _sheet(book, given.get("sheetId", 0))
    if "title" in tree:
        check_title(book, given.get("title", ""), sheet)
        for owner in book.sheets:
            for line in owner.rows:
                for column, cell in line.cells.items():
                    formula = cell.get("userEnteredValue", {}).get("formulaValue")
                    if formula:
                        text = rename(formula, sheet.title, given["title"])
                        line.cells[column] = cell | {"userEnteredValue": {"formulaValue": text}}
    grid = tree.get("gridProperties")
    if grid is not None:
        sizes = given.get("gridProperties", {})
        for name, dimension in SIZES.items():
            if (name in grid or not grid or "*" in grid) and name in sizes:
                resize(book, sheet, dimension, sizes[name])
    own = {k: v for k, v in tree.items() if k not in ("sheetId", "index", "sheetType")}
    sheet.properties = masks.update(sheet.properties, given, own)
    for name in SIZES:
        sheet.properties.get("gridProperties", {}).pop(name, None)
    if not sheet.properties.get("tabColorStyle", {"rgbColor"}):
        del sheet.properties["tabColorStyle"]
    check_frozen(sheet)
    if all(s.properties.get("hidden") for s in book.sheets):
        raise invalid("You can't hide all the sheets in a document.")
    if "index" in tree:
        reorder(book, sheet, given.get("index", len(book.sheets)))


def reorder(book: Book, sheet: Sheet, index: int) -> None:
    """"movement is considered in 'before the move' indexes": to move S1 ahead of S3 it is 2."""
    now = book.sheets.index(sheet)
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Invalid index: {index}")
    if index not in (now, now + 1):
        book.sheets.remove(sheet)
        book.sheets.insert(index - (index > now), sheet)


def resize(book: Book, sheet: Sheet, dimension: str, count: int) -> None:
    """Lines are added at the end or go from the end."""
    lines = sheet.lines(dimension)
    if count < 1:
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    if count < len(lines):
        moves.delete(book, sheet, dimension, count, len(lines))
    else:
        lines.extend(Line() for _ in range(count - len(lines)))
    book.check_size()


def _sheet(book: Book, sheet_id: int) -> Sheet:
    found = next((s for s in book.sheets if s.id == sheet_id), None)
    if not found:
        raise invalid(f"No sheet with id: {sheet_id}")
    return found


def delete_sheet(book: Book, request: Json, who: str) -> None:
    sheet = _sheet(book, request.get("sheetId", 0))
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    book.named = [n for n in book.named if n["range"].get("sheetId", 0) != sheet.id]
    for owner in book.sheets:
        for line in owner.rows:
            for column, cell in line.cells.items():
                formula = cell.get("userEnteredValue", {}).get("formulaValue", "")
                if sheet.title in formula:
                    text = _without(formula, sheet.title)
                    line.cells[column] = cell | {"userEnteredValue": {"formulaValue": text}}


def _without(formula: str, title: str) -> str:
    return rewrite(formula, lambda named, ends: None if named == title else ends)


def duplicate_sheet(book: Book, request: Json, who: str) -> Json:
    source = _sheet(book, request.get("sourceSheetId", 0))
    wanted = {"title": request.get("newSheetName") or f"Copy of {source.title}"}
    if "newSheetId" in request:
        wanted["sheetId"] = request["newSheetId"]
    made = new_sheet(book, wanted)
    twin = source.copy()
    twin.id, twin.properties = made.id, copy.deepcopy(source.properties) | {"title": made.title}
    twin.charts, twin.protected, twin.tables = [], [], []
    for part in (twin.rules, twin.merges, [twin.filter] if twin.filter else []):
        _repoint(part, source.id, twin.id)
    book.sheets.insert(request.get("insertSheetIndex", len(book.sheets)), twin)
    book.check_size()
    return {"properties": properties(book, twin)}


def _repoint(value: Any, old: int, new: int) -> None:
    if isinstance(value, list):
        for one in value:
            _repoint(one, old, new)
    elif isinstance(value, dict):
        if any(name.startswith(("startRow", "startColumn", "endRow", "endColumn"))
               for name in value) and value.get("sheetId", 0) == old:
            value["sheetId"] = new
        for one in value.values():
            _repoint(one, old, new)


def update_spreadsheet_properties(book: Book, request: Json, who: str) -> None:
    tree = masks.of("SpreadsheetProperties", request.get("fields"))
    tree = {name: below for name, below in tree.items() if name != "defaultFormat"}
    book.properties = masks.update(book.properties, request.get("properties", {}), tree)
    if not book.properties.get("title"):
        raise invalid("Invalid title.")


HANDLERS = {
    "addSheet": add_sheet, "updateSheetProperties": update_sheet_properties,
    "deleteSheet": delete_sheet, "duplicateSheet": duplicate_sheet,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
