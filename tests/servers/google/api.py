"""The methods of the Sheets API over the spreadsheets of this server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import batch, masks, requests_metadata, values
from .auth import Account
from .errors import GoogleError, invalid, no_permission, not_found
from .grid import Book, blank_sheet
from .render import below, book_json, clean, has_grid
from .requests_sheets import new_sheet
from .values import Place

Json = dict[str, Any]


@dataclass
class Ask:
    """One request to a method: who asks, the parameters of path and query, the body."""

    store: dict[str, Book]
    account: Account
    writes: bool
    given: Json
    body: Json
    tree: masks.Tree | None = None  # the mask of the answer
    changed: Book | None = field(default=None)

    @property
    def who(self) -> str:
        return self.account.email

    def book(self) -> Book:
        """The spreadsheet: 404 when there is none, 403 when it is not shared so."""
        book = self.store.get(self.given["spreadsheetId"])
        if book is None:
            raise not_found()
        role = "writer" if self.who == book.owner else book.roles.get(self.who)
        if role is None or (self.writes and role != "writer"):
            raise no_permission()
        return book

    def copy(self) -> Book:
        """A copy to work on; it takes the spreadsheet's place when the method succeeds."""
        self.changed = self.book().copy()
        return self.changed


def new_book(book_id: str, properties: Json, owner: str) -> Book:
    """An empty spreadsheet with one sheet of 1000 rows and 26 columns."""
    defaults = {"title": "Untitled spreadsheet", "locale": "en_US", "autoRecalc": "ON_CHANGE",
                "timeZone": "Etc/GMT"}
    return Book(book_id, defaults | properties, [blank_sheet(0, "Sheet1")], owner)


def create(ask: Ask) -> Json:
    """Service accounts have no storage of their own: 403, as Drive answers."""
    if not ask.account.drive_storage:
        raise no_permission()
    book = new_book(f"made-{len(ask.store) + 1}", ask.body.get("properties", {}), ask.who)
    sheets = [s.get("properties", {}) for s in ask.body.get("sheets", [])]
    if sheets:
        book.sheets = []
        for given in sheets:
            book.sheets.append(new_sheet(book, given))
    ask.store[book.id] = book
    return book_json(book, ask.who)


def get(ask: Ask) -> Json:
    book = ask.book()
    ranges = [book.find(text) for text in ask.given.get("ranges", [])] or None
    grid = has_grid(ask.tree) if ask.tree is not None else ask.given.get("includeGridData", False)
    return book_json(book, ask.who, ranges, grid, ask.tree)


def get_by_filter(ask: Ask) -> Json:
    book = ask.book()
    ranges = [place for one in ask.body.get("dataFilters", [])
              for place in requests_metadata.places(book, one)]
    grid = has_grid(ask.tree) if ask.tree is not None else ask.body.get("includeGridData", False)
    return book_json(book, ask.who, ranges if "dataFilters" in ask.body else None, grid, ask.tree)


def batch_update(ask: Ask) -> Json:
    book = ask.copy()
    replies = batch.apply(book, ask.body.get("requests", []), ask.who)
    made: Json = {"spreadsheetId": book.id, "replies": replies}
    if ask.body.get("includeSpreadsheetInResponse"):
        ranges = [book.find(text) for text in ask.body.get("responseRanges", [])] or None
        grid = ask.body.get("responseIncludeGridData", False)
        wanted = None
        if ask.tree is not None:  # "This parameter is ignored if a field mask was set"
            wanted = below(ask.tree, "updatedSpreadsheet")
            grid = wanted is not None and has_grid(wanted)
        made["updatedSpreadsheet"] = book_json(book, ask.who, ranges, grid, wanted)
    return made


def values_get(ask: Ask) -> Json:
    book = ask.book()
    return values.read(book, book.find(ask.given["range"]), ask.given)


def values_batch_get(ask: Ask) -> Json:
    book = ask.book()
    if not ask.given.get("ranges"):
        raise invalid("Must specify at least one range.")
    return {"spreadsheetId": book.id,
            "valueRanges": [values.read(book, book.find(text), ask.given)
                            for text in ask.given["ranges"]]}


def values_by_filter(ask: Ask) -> Json:
    book = ask.book()
    return {"spreadsheetId": book.id, "valueRanges": [
        {"valueRange": values.read(book, place, ask.body), "dataFilters": [one]}
        for one in ask.body.get("dataFilters", [])
        for place in requests_metadata.places(book, one)]}


def _write(ask: Ask, book: Book, place: Place, given: Json, options: Json) -> Json:
    made = values.write(book, place, given, options.get("valueInputOption"), ask.who)
    made |= ({"dataFilter": given["dataFilter"]} if "dataFilter" in given
             else {"spreadsheetId": book.id})
    if options.get("includeValuesInResponse"):
        made["updatedData"] = _read_back(book, made["updatedRange"], options)
    return made


def _read_back(book: Book, where: str, options: Json) -> Json:
    return values.read(book, book.find(where), {
        "valueRenderOption": options.get("responseValueRenderOption", "FORMATTED_VALUE"),
        "dateTimeRenderOption": options.get("responseDateTimeRenderOption")})


def values_update(ask: Ask) -> Json:
    book = ask.copy()
    asked, stated = ask.given["range"], ask.body.get("range")
    if stated and book.find(stated) != book.find(asked):
        raise invalid(f"Requested range [{asked}] does not match value's range [{stated}].")
    return _write(ask, book, book.find(asked), ask.body, ask.given)


def values_append(ask: Ask) -> Json:
    book = ask.copy()
    made = values.append(book, book.find(ask.given["range"]), ask.body, ask.given, ask.who)
    made["updates"] = {"spreadsheetId": book.id} | made["updates"]
    if ask.given.get("includeValuesInResponse"):
        made["updates"]["updatedData"] = _read_back(
            book, made["updates"]["updatedRange"], ask.given)
    return {"spreadsheetId": book.id} | made


def values_batch_update(ask: Ask) -> Json:
    """Several ranges in one request; any that cannot be written refuses them all."""
    book, responses = ask.copy(), []
    for at, one in enumerate(ask.body.get("data", [])):
        try:
            places = (requests_metadata.places(book, one["dataFilter"]) if "dataFilter" in one
                      else [book.find(one.get("range", ""))])
            responses += [_write(ask, book, place, one, ask.body) for place in places]
        except GoogleError as error:
            raise invalid(f"Invalid data[{at}]: {error.message}") from error
    places = [book.find(r["updatedRange"]) for r in responses]
    cells = [(sheet.id, *at) for sheet, where in places for at in sheet.each(where)]
    return {"spreadsheetId": book.id, "responses": responses,
            "totalUpdatedSheets": len({cell[0] for cell in cells}),
            "totalUpdatedRows": len({cell[:2] for cell in cells}),
            "totalUpdatedColumns": len({cell[::2] for cell in cells}),
            "totalUpdatedCells": sum(r.get("updatedCells", 0) for r in responses)}


def values_clear(ask: Ask) -> Json:
    book = ask.copy()
    return {"spreadsheetId": book.id,
            "clearedRange": values.clear(book, book.find(ask.given["range"]), ask.who)}


def values_batch_clear(ask: Ask) -> Json:
    book = ask.copy()
    places = [book.find(text) for text in ask.body.get("ranges", [])] + [
        place for one in ask.body.get("dataFilters", [])
        for place in requests_metadata.places(book, one)]
    return {"spreadsheetId": book.id,
            "clearedRanges": [values.clear(book, place, ask.who) for place in places]}


def metadata_get(ask: Ask) -> Json:
    for _, one, shown in requests_metadata.every(ask.book()):
        if one["metadataId"] == ask.given["metadataId"]:
            return clean(shown)  # type: ignore[no-any-return]
    raise not_found()


def metadata_search(ask: Ask) -> Json:
    found = requests_metadata.lookup(ask.book(), ask.body.get("dataFilters", []))
    return {"matchedDeveloperMetadata": [
        {"developerMetadata": clean(shown), "dataFilters": filters}
        for (_, _, shown), filters in found]}


METHODS: dict[str, Callable[[Ask], Json]] = {
    "sheets.spreadsheets.create": create,
    "sheets.spreadsheets.get": get,
    "sheets.spreadsheets.getByDataFilter": get_by_filter,
    "sheets.spreadsheets.batchUpdate": batch_update,
    "sheets.spreadsheets.values.get": values_get,
    "sheets.spreadsheets.values.batchGet": values_batch_get,
    "sheets.spreadsheets.values.batchGetByDataFilter": values_by_filter,
    "sheets.spreadsheets.values.update": values_update,
    "sheets.spreadsheets.values.append": values_append,
    "sheets.spreadsheets.values.batchUpdate": values_batch_update,
    "sheets.spreadsheets.values.batchUpdateByDataFilter": values_batch_update,
    "sheets.spreadsheets.values.clear": values_clear,
    "sheets.spreadsheets.values.batchClear": values_batch_clear,
    "sheets.spreadsheets.values.batchClearByDataFilter": values_batch_clear,
    "sheets.spreadsheets.developerMetadata.get": metadata_get,
    "sheets.spreadsheets.developerMetadata.search": metadata_search,
}
