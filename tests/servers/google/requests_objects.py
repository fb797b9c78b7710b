"""Requests about things with an id: charts, named ranges, protected ranges, tables."""

from __future__ import annotations

import re
from typing import Any

from . import masks
from .a1 import Box, box, grid_range, parse_box
from .colours import kept_mask
from .errors import invalid
from .grid import Book, Sheet, blank_sheet
from .requests_cells import checked

Json = dict[str, Any]
SIZE = {"widthPixels": 600, "heightPixels": 371}
NAME = re.compile(r"[^\W\d]\w{0,249}")


def _position(book: Book, given: Json) -> tuple[Sheet, Json]:
    """The sheet a chart is put on and its position; a chart may have a sheet of its own."""
    if given.get("newSheet") or "sheetId" in given:
        sheet_id = given.get("sheetId") or book.fresh_id()
        if any(s.id == sheet_id for s in book.sheets):
            raise invalid(f"A sheet with the ID {sheet_id} already exists.")
        sheet = blank_sheet(sheet_id, f"Chart{len(book.sheets) + 1}", 1, 1)
        sheet.properties["sheetType"] = "OBJECT"
        book.sheets.append(sheet)
        return sheet, {"sheetId": sheet_id}
    overlay = given.get("overlayPosition")
    if not overlay:
        raise invalid("A position must be specified.")
    at = overlay.get("anchorCell", {})
    sheet = book.sheet(at.get("sheetId", 0))
    checked(sheet, grid_range(sheet.id, Box(
        at.get("rowIndex", 0), at.get("rowIndex", 0) + 1,
        at.get("columnIndex", 0), at.get("columnIndex", 0) + 1)))
    return sheet, {"overlayPosition": SIZE | overlay}


def add_chart(book: Book, request: Json, who: str) -> Json:
    """"It is an error to specify the ID of an embedded object that already exists." """
    chart = request.get("chart", {})
    chart_id = chart.get("chartId", book.fresh_id())
    if any(c["chartId"] == chart_id for s in book.sheets for c in s.charts):
        raise invalid(f"An embedded object with id {chart_id} already exists.")
    _check_spec(book, chart.get("spec", {}))
    sheet, position = _position(book, chart.get("position", {}))
    made = chart | {"chartId": chart_id, "position": position}
    sheet.charts.append(made)
    return {"chart": made}


def _check_spec(book: Book, spec: Json) -> None:
    kinds = [name for name in spec if name.endswith("Chart")]
    if len(kinds) != 1:
        raise invalid("Exactly one kind of chart must be set in the spec.")
    for one in _ranges(spec):
        checked(book.sheet(one.get("sheetId", 0)), one)


def _ranges(value: Any) -> list[Json]:
    if isinstance(value, list):
        return [found for one in value for found in _ranges(one)]
    if not isinstance(value, dict):
        return []
    if value.keys() & {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}:
        return [value]
    return [found for one in value.values() for found in _ranges(one)]


def _chart(book: Book, chart_id: int) -> tuple[Sheet, Json]:
    for sheet in book.sheets:
        for chart in sheet.charts:
            if chart["chartId"] == chart_id:
                return sheet, chart
    raise invalid(f"No embedded object with id: {chart_id}")


def update_chart_spec(book: Book, request: Json, who: str) -> None:
    """The whole spec is replaced; "This does not move or resize a chart." """
    _, chart = _chart(book, request.get("chartId", 0))
    _check_spec(book, request.get("spec", {}))
    chart["spec"] = request["spec"]


def update_position(book: Book, request: Json, who: str) -> Json:
    sheet, chart = _chart(book, request.get("objectId", 0))
    given = request.get("newPosition", {})
    if "overlayPosition" in given:
        tree = masks.of("OverlayPosition", request.get("fields"))
        old = chart["position"].get("overlayPosition", {"anchorCell": {"sheetId": sheet.id}})
        given = {"overlayPosition": masks.update(old, given["overlayPosition"], tree)}
    target, position = _position(book, given)
    sheet.charts.remove(chart)
    chart["position"] = position
    target.charts.append(chart)
    return {"position": position}


def delete_object(book: Book, request: Json, who: str) -> None:
    sheet, chart = _chart(book, request.get("objectId", 0))
    sheet.charts.remove(chart)


def add_named_range(book: Book, request: Json, who: str) -> Json:
    given = request.get("namedRange", {})
    range_id = given.get("namedRangeId") or str(book.fresh_id())
    if any(n["namedRangeId"] == range_id for n in book.named):
        raise invalid(f"A named range with ID {range_id} already exists.")
    made = given | {"namedRangeId": range_id}
    _check_name(book, made)
    book.named.append(made)
    return {"namedRange": made}


def _check_name(book: Book, named: Json) -> None:
    """"contain only letters, numbers, and underscores", no leading digit, not like a cell, unique:
    https://support.google.com/docs/answer/63175"""
    name = named.get("name", "")
    if (not NAME.fullmatch(name) or name.lower() in ("true", "false") or parse_box(name)
            or re.fullmatch(r"[Rr]\d*[Cc]\d*", name)):
        raise invalid(f"The name '{name}' is not valid for a named range.")
    if any(n["name"].casefold() == name.casefold() and n["namedRangeId"] != named["namedRangeId"]
           for n in book.named):
        raise invalid(f"A named range with the name '{name}' already exists.")
    where = named.get("range", {})
    checked(book.sheet(where.get("sheetId", 0)), where)


def _named(book: Book, range_id: str) -> Json:
    found = next((n for n in book.named if n["namedRangeId"] == range_id), None)
    if not found:
        raise invalid(f"No named range with id: {range_id}")
    return found


def update_named_range(book: Book, request: Json, who: str) -> None:
    given = request.get("namedRange", {})
    old = _named(book, given.get("namedRangeId", ""))
    tree = masks.of("NamedRange", request.get("fields"))
    tree = {name: below for name, below in tree.items() if name != "namedRangeId"}
    made = masks.update(old, given, tree)
    _check_name(book, made)
    book.named[book.named.index(old)] = made


def delete_named_range(book: Book, request: Json, who: str) -> None:
    book.named.remove(_named(book, request.get("namedRangeId", "")))


def _protected_sheet(book: Book, given: Json) -> Sheet:
    if sum(name in given for name in ("range", "namedRangeId", "tableId")) != 1:
        raise invalid("Exactly one of range, namedRangeId and tableId must be set.")
    if "namedRangeId" in given:
        given["range"] = dict(_named(book, given["namedRangeId"])["range"])
    elif "tableId" in given:
        given["range"] = dict(_table(book, given["tableId"])[1]["range"])
    sheet = book.sheet(given["range"].get("sheetId", 0))
    checked(sheet, given["range"])
    return sheet


def add_protected_range(book: Book, request: Json, who: str) -> Json:
    """"if this field [warningOnly] is true, then editors are ignored." """
    given = dict(request.get("protectedRange", {}))
    protected_id = given.get("protectedRangeId", book.fresh_id())
    if any(p["protectedRangeId"] == protected_id for s in book.sheets for p in s.protected):
        raise invalid(f"A protected range with ID {protected_id} already exists.")
    sheet = _protected_sheet(book, given)
    given.pop("requestingUserCanEdit", None)
    made = _with_editors(given | {"protectedRangeId": protected_id}, who)
    sheet.protected.append(made)
    # As recorded: the reply has the editors that were given, a later read also who added it.
    return {"protectedRange": made | {"requestingUserCanEdit": True,
                                      "editors": given.get("editors", {})}}


def _with_editors(protected: Json, who: str) -> Json:
    editors = {} if protected.get("warningOnly") else protected.get("editors", {})
    users = list(dict.fromkeys([*editors.get("users", []), who]))
    return protected | {"editors": editors | {"users": users}}


def _protected(book: Book, protected_id: int) -> tuple[Sheet, Json]:
    for sheet in book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == protected_id:
                return sheet, one
    raise invalid(f"No protected range with id: {protected_id}")


def update_protected_range(book: Book, request: Json, who: str) -> None:
    given = request.get("protectedRange", {})
    sheet, old = _protected(book, given.get("protectedRangeId", 0))
    tree = masks.of("ProtectedRange", request.get("fields"))
    drop = {"protectedRangeId", "requestingUserCanEdit"}
    made = masks.update(old, given, {k: v for k, v in tree.items() if k not in drop})
    sheet.protected.remove(old)
    target = book.sheet(made.get("range", {}).get("sheetId", 0))
    target.protected.append(_with_editors(made, who))


def delete_protected_range(book: Book, request: Json, who: str) -> None:
    sheet, one = _protected(book, request.get("protectedRangeId", 0))
    sheet.protected.remove(one)


def _table(book: Book, table_id: str) -> tuple[Sheet, Json]:
    for sheet in book.sheets:
        for table in sheet.tables:
            if table["tableId"] == table_id:
                return sheet, table
    raise invalid(f"No table with id: {table_id}")


def _check_table(book: Book, table: Json) -> Sheet:
    """A name "unique to all tables in the same spreadsheet"; tables do not overlap."""
    where = table.get("range", {})
    sheet = book.sheet(where.get("sheetId", 0))
    checked(sheet, where)
    others = [(s, t) for s in book.sheets for t in s.tables if t["tableId"] != table["tableId"]]
    if any(t.get("name") == table.get("name") for _, t in others):
        raise invalid(f"A table with the name '{table.get('name')}' already exists.")
    if any(s is sheet and box(t["range"]).meets(box(where)) for s, t in others):
        raise invalid("A table cannot overlap another table.")
    return sheet


def add_table(book: Book, request: Json, who: str) -> Json:
    given = request.get("table", {})
    made = given | {"tableId": given.get("tableId") or str(book.fresh_id())}
    made.setdefault("name", f"Table{made['tableId'][:4]}")
    if any(t["tableId"] == made["tableId"] for s in book.sheets for t in s.tables):
        raise invalid(f"A table with ID {made['tableId']} already exists.")
    _check_table(book, made).tables.append(made)
    return {"table": made}


def update_table(book: Book, request: Json, who: str) -> None:
    given = request.get("table", {})
    sheet, old = _table(book, given.get("tableId", ""))
    tree = kept_mask(masks.of("Table", request.get("fields")))
    made = masks.update(old, given, {k: v for k, v in tree.items() if k != "tableId"})
    target = _check_table(book, made)
    sheet.tables.remove(old)
    target.tables.append(made)


def delete_table(book: Book, request: Json, who: str) -> None:
    """The table goes with the cells in it."""
    sheet, table = _table(book, request.get("tableId", ""))
    sheet.tables.remove(table)
    for row, column in sheet.each(box(table["range"])):
        sheet.put(row, column, {})


HANDLERS = {
    "addChart": add_chart, "updateChartSpec": update_chart_spec,
    "updateEmbeddedObjectPosition": update_position, "deleteEmbeddedObject": delete_object,
    "addNamedRange": add_named_range, "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range, "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addTable": add_table, "updateTable": update_table, "deleteTable": delete_table,
}
