"""Developer metadata: created, found by filters, updated, deleted; and data filters in general.

https://developers.google.com/workspace/sheets/api/guides/metadata
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import masks
from .a1 import FAR, Box, box
from .errors import invalid
from .grid import Book, Line, Sheet
from .render import located

Json = dict[str, Any]
Holder = Book | Sheet | Line
Found = tuple[Holder, Json, Json]  # what holds it, the metadata as kept, the same with its location


def every(book: Book) -> Iterator[Found]:
    """All developer metadata of a spreadsheet."""
    for one in book.meta:
        yield book, one, one | {"location": {"locationType": "SPREADSHEET", "spreadsheet": True}}
    for sheet in book.sheets:
        for one in sheet.meta:
            yield sheet, one, one | {"location": {"locationType": "SHEET", "sheetId": sheet.id}}
        for dimension in ("ROWS", "COLUMNS"):
            for at, line in enumerate(sheet.lines(dimension)):
                for one in line.meta:
                    yield line, one, located(sheet, one, dimension, at)


def _holder(book: Book, location: Json) -> Holder:
    """"The specified DimensionRange must represent a single row or column." """
    if location.get("spreadsheet"):
        return book
    if "dimensionRange" not in location:
        if "sheetId" not in location:
            raise invalid("A location must be specified.")
        return book.sheet(location["sheetId"])
    given: Json = location["dimensionRange"]
    lines = book.sheet(given.get("sheetId", 0)).lines(given.get("dimension", ""))
    start, end = given.get("startIndex", 0), given.get("endIndex")
    if end != start + 1 or end > len(lines):
        raise invalid("The dimension range must represent a single row or column of the sheet.")
    line: Line = lines[start]
    return line


def create(book: Book, request: Json, who: str) -> Json:
    """"Developer metadata must always have a key specified", and a visibility."""
    given = request.get("developerMetadata", {})
    if not given.get("metadataKey") or not given.get("visibility"):
        raise invalid("metadataKey and visibility must be specified.")
    metadata_id = given.get("metadataId", book.fresh_id())
    if metadata_id <= 0:
        raise invalid("metadataId must be positive.")
    if any(one["metadataId"] == metadata_id for _, one, _ in every(book)):
        raise invalid(f"Developer metadata with ID {metadata_id} already exists.")
    holder = _holder(book, given.get("location", {}))
    made = {k: v for k, v in given.items() if k != "location"} | {"metadataId": metadata_id}
    holder.meta = (*holder.meta, made)
    shown = next(full for _, one, full in every(book) if one is made)
    return {"developerMetadata": shown}


def lookup(book: Book, filters: list[Json]) -> list[tuple[Found, list[Json]]]:
    """Metadata that any filter matches, with the filters that did."""
    found = []
    for one in every(book):
        matched = [given for given in filters if _matches(book, one, given)]
        if matched:
            found.append((one, matched))
    return found


def _matches(book: Book, found: Found, given: Json) -> bool:
    """A lookup "selects all DeveloperMetadata that match the intersection of all the specified
    fields"; a range selects what is on the rows and columns it touches."""
    _, _, shown = found
    if "developerMetadataLookup" not in given:
        sheet, where = place(book, given)
        return _on(shown["location"], sheet, where)
    wanted = given["developerMetadataLookup"]
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if name in wanted and shown.get(name) != wanted[name]:
            return False
    if wanted.get("locationType", shown["location"]["locationType"]) != (
            shown["location"]["locationType"]):
        return False
    if "metadataLocation" in wanted:
        return _at(shown["location"], wanted["metadataLocation"],
                   wanted.get("locationMatchingStrategy") == "EXACT_LOCATION")
    return True


def _at(location: Json, wanted: Json, exact: bool) -> bool:
    """Is it on the wanted location, or (unless `exact`) on one that it intersects?"""
    if wanted.get("spreadsheet"):
        return not exact or location["locationType"] == "SPREADSHEET"
    own: Json = location.get("dimensionRange", {})
    other: Json | None = wanted.get("dimensionRange")
    if other is None:
        on = location.get("sheetId", own.get("sheetId"))
        return bool(on == wanted.get("sheetId", 0)) and (
            not exact or location["locationType"] == "SHEET")
    if own.get("sheetId") != other.get("sheetId", 0):
        return False
    if own["dimension"] != other.get("dimension"):
        return not exact  # a row and a column of one sheet always meet
    start, end = other.get("startIndex", 0), other.get("endIndex", FAR)
    return bool(start <= own["startIndex"] and own["endIndex"] <= end)


def _on(location: Json, sheet: Sheet, where: Box) -> bool:
    spot = location.get("dimensionRange")
    if not spot or spot["sheetId"] != sheet.id:
        return False
    start, end = spot["startIndex"], spot["endIndex"]
    line = Box(start, end) if spot["dimension"] == "ROWS" else Box(None, None, start, end)
    return line.meets(where)


def place(book: Book, given: Json) -> tuple[Sheet, Box]:
    """The range of a filter that is a range."""
    if "a1Range" in given:
        return book.find(given["a1Range"])
    if "gridRange" in given:
        return book.sheet(given["gridRange"].get("sheetId", 0)), box(given["gridRange"])
    raise invalid("A data filter must have exactly one of its fields set.")


def places(book: Book, given: Json) -> list[tuple[Sheet, Box]]:
    """The ranges that a filter selects: of metadata the rows, columns or sheets it is on."""
    if len(given) != 1:
        raise invalid("A data filter must have exactly one of its fields set.")
    if "developerMetadataLookup" not in given:
        return [place(book, given)]
    found = []
    for (_, _, shown), _ in lookup(book, [given]):
        location = shown["location"]
        if "dimensionRange" in location:
            spot = location["dimensionRange"]
            start, end = spot["startIndex"], spot["endIndex"]
            where = (Box(start, end) if spot["dimension"] == "ROWS"
                     else Box(None, None, start, end))
            found.append((book.sheet(spot["sheetId"]), where))
        elif "sheetId" in location:
            found.append((book.sheet(location["sheetId"]), Box()))
        else:
            found += [(sheet, Box()) for sheet in book.sheets]
    return found


def update(book: Book, request: Json, who: str) -> Json:
    """"all metadata matched by the data filters will be updated"."""
    tree = masks.of("DeveloperMetadata", request.get("fields"))
    given, made = request.get("developerMetadata", {}), []
    for (holder, one, _), _ in lookup(book, request.get("dataFilters", [])):
        own = {k: v for k, v in tree.items() if k not in ("location", "metadataId")}
        changed = masks.update(one, given, own)
        holder.meta = tuple(changed if m is one else m for m in holder.meta)
        if "location" in tree:
            holder.meta = tuple(m for m in holder.meta if m is not changed)
            target = _holder(book, given.get("location", {}))
            target.meta = (*target.meta, changed)
        made.append(changed["metadataId"])
    return {"developerMetadata": [shown for _, one, shown in every(book)
                                  if one["metadataId"] in made]}


def delete(book: Book, request: Json, who: str) -> Json:
    deleted = []
    for (holder, one, shown), _ in lookup(book, [request.get("dataFilter", {})]):
        holder.meta = tuple(m for m in holder.meta if m is not one)
        deleted.append(shown)
    return {"deletedDeveloperMetadata": deleted}


HANDLERS = {"createDeveloperMetadata": create, "updateDeveloperMetadata": update,
            "deleteDeveloperMetadata": delete}
