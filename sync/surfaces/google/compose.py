"""What one write has to change: the wanted cells held against those that were read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sync.surfaces.google import button, requests
from sync.surfaces.google.big import Machine
from sync.surfaces.google.chart import stable_id
from sync.surfaces.google.found import BEFORE, Book, Tab
from sync.surfaces.google.layout import charts_of, layout_of, sizes
from sync.surfaces.google.values import same
from sync.surfaces.google.wanted import Spot, WantedTab, name_spots, wanted
from sync.surfaces.google.work import Memory, Typing, Work, before_id, shown
from workbook.model import Label
from workbook.plan import Plan
from workbook.template import field_id

Json = dict[str, Any]
FAILED = "⚠ "  # how the status cell begins when a refresh could not finish
GONE = Label("No longer in the report. What you typed here is kept; delete the row when you like.",
             "报告中已没有此行。您填写的内容已保留；不再需要时可删除整行。")


def compose(plan: Plan, book: Book, memory: Memory) -> Work:
    """The requests that make the spreadsheet show the plan; none where it does."""
    tabs, places = wanted(plan, book)
    old = book.meta
    work = Work(before=dict(old))
    hashes: dict[str, list[str]] = {}
    stamps: list[Json] = []
    ids = {tab.title: tab.sheet_id for tab in tabs}
    headers = {tab.sheet_id: tab.stand.header if tab.stand else 0 for tab in tabs}
    for tab in tabs:
        _make_room(work, tab, book)
    _names(work, name_spots(plan, tabs, places), book)
    work.room = len(work.requests)
    for tab in tabs:
        there = book.tabs.get(tab.id)
        known = old.get("hashes", {}).get(tab.id, ["", "", ""]) if there else ["", "", ""]
        drawn = charts_of(tab, ids, headers)
        hashes[tab.id] = [tab.looks, tab.layout, stable_hash(drawn)]
        stamps += _cells(work, tab, there, memory, looks=known[0] != hashes[tab.id][0])
        if known[1] != hashes[tab.id][1]:
            work.requests += layout_of(tab, there)
        if known[2] != hashes[tab.id][2]:
            work.requests += [requests.chart(tab.sheet_id, id, spec, at, size, there=id in (
                there.charts if there else ())) for id, spec, at, size in drawn]
    for id, title in book.titles.items():
        if title.startswith(BEFORE):  # a refresh that was stopped left it
            work.requests.append({"deleteSheet": {"sheetId": id}})
    _box(work, tabs[0], book.tabs.get(tabs[0].id))
    if work.requests:
        work.requests += stamps
    work.meta = {
        "number": old.get("number", 0), "template": plan.template.name, "lang": plan.lang,
        "period": str(plan.period), "names": {k: str(v) for k, v in plan.names.items()},
        "tabs": {tab.id: [tab.sheet_id, tab.given] for tab in tabs}, "hashes": hashes}
    work.changed = bool(work.requests or work.typing) or any(
        work.meta[name] != old.get(name) for name in work.meta)
    return work


def _box(work: Work, first: WantedTab, there: Tab | None) -> None:
    """The "Refresh now" box is a person's: only a tick that was seen is taken away."""
    if first.box and (there is None or button.is_ticked(there)):
        fields = "userEnteredValue" + (",userEnteredFormat" if there is None else "")
        work.requests += requests.update_cells(
            first.sheet_id, {button.BOX: button.EMPTY}, fields)


def stable_hash(what: Any) -> str:
    return str(stable_id(json.dumps(what, sort_keys=True)))


def _make_room(work: Work, tab: WantedTab, book: Book) -> None:
    """A new tab, new rows and columns, a grid that is large enough."""
    there, stand = book.tabs.get(tab.id), tab.stand
    if there is None:
        rows, columns = tab.canvas.size
        work.requests += [
            requests.add_sheet(tab.sheet_id, tab.title, (rows + 20, columns + 3),
                               hidden=tab.hidden),
            requests.tab_mark(tab.sheet_id, json.dumps({"id": tab.id})), *sizes(tab)]
    elif there.title != tab.title:
        work.requests.append(
            requests.sheet_properties(tab.sheet_id, {"title": tab.title}, "title"))
    if there is not None:
        _grow(work, tab, there)
    if stand and tab.planned and not stand.there:
        work.requests.append(requests.header_mark(tab.sheet_id, stand.header, tab.planned.id))
    if stand and tab.planned:
        for name in stand.added if stand.there else stand.columns:
            work.requests.append(requests.column_mark(
                tab.sheet_id, stand.columns[name], tab.planned.id, name))


def _grow(work: Work, tab: WantedTab, there: Tab) -> None:
    stand = tab.stand
    rows, columns = there.size
    if stand and stand.added:
        at = min(stand.columns[name] for name in stand.added)
        work.requests.append(requests.insert(tab.sheet_id, "COLUMNS", at, len(stand.added)))
        columns += len(stand.added)
    if stand and stand.new:
        at = min(stand.rows[key] for key in stand.new)
        work.requests.append(requests.insert(tab.sheet_id, "ROWS", at, len(stand.new)))
        rows += len(stand.new)
    spots = [*tab.machine, *tab.typed]
    need = (max(row for row, _ in spots) + 1, max(column for _, column in spots) + 1)
    if need[0] > rows or need[1] > columns:
        size = {"rowCount": max(rows, need[0]), "columnCount": max(columns, need[1])}
        work.requests.append(requests.sheet_properties(
            tab.sheet_id, {"gridProperties": size},
            "gridProperties.rowCount,gridProperties.columnCount"))


def _names(work: Work, spots: Mapping[str, Json], book: Book) -> None:
    """Named ranges of ours; a name that people gave to something else is theirs."""
    taken = {name.casefold(): (id, where) for id, (name, where) in book.named.items()}
    for name, spot in spots.items():
        id = f"opsheet_{stable_id(name)}"
        holder, where = taken.get(name.casefold(), ("", {}))
        if not holder or (holder == id and where != spot):
            work.requests.append(requests.named_range(name, id, spot, there=holder == id))


# --- cells ------------------------------------------------------------------------------


def _cells(
    work: Work, tab: WantedTab, there: Tab | None, memory: Memory, *, looks: bool
) -> list[Json]:
    """Adds what a tab needs; returns what says the time of it, which alone is no change."""
    stand = tab.stand
    new = {stand.rows[key] for key in stand.new} if stand else set()
    added = {stand.columns[name] for name in stand.added} if stand else set()

    def held(spot: Spot) -> Json:
        if there is None or spot[0] in new or spot[1] in added:
            return {}
        return dict(there.cell(tab.before(spot[0]), spot[1]).get("userEnteredValue", {}))

    targets = {spot: drawn.value for spot, drawn in tab.machine.items()}
    if there is not None:
        targets |= _leavings(tab, there, memory, targets)
    stamp: dict[Spot, Json] = {}
    differ = {spot for spot, value in targets.items() if not same(value, held(spot))}
    if tab.soft in differ and not str(held(tab.soft).get("stringValue", "")).startswith(FAILED):
        differ.discard(tab.soft)
        if there is not None and not looks:
            stamp = {tab.soft: {"userEnteredValue": targets.pop(tab.soft)}}
    fresh = there is None or not (stand is None or stand.there)
    lines = {row for row, _ in differ} | new
    chosen = {spot: {"userEnteredValue": value} for spot, value in targets.items()
              if looks or fresh or spot[0] in lines or spot[1] in added}
    fields = "userEnteredValue"
    if looks or fresh:
        fields += ",userEnteredFormat"
        chosen = {spot: cell | {"userEnteredFormat": tab.machine[spot].look}
                  for spot, cell in chosen.items() if spot in tab.machine}
        bare = {spot: {"userEnteredValue": value} for spot, value in targets.items()
                if spot not in tab.machine}
        work.requests += requests.update_cells(tab.sheet_id, bare, "userEnteredValue")
    typing = _typing(tab, there, memory, new=new if there is not None and not fresh else None)
    for one in typing:  # which says what the cell gets
        chosen.pop(one.spot, None)
    first = {spot: entry for spot, entry in tab.typed.items()
             if fresh or spot[0] in new or spot[1] in added}
    begun = {spot: {"userEnteredValue": drawn.value, "userEnteredFormat": drawn.look}
             for spot, (_, drawn) in first.items()}
    if fresh:
        chosen, begun = chosen | begun, {}
    _before(work, tab, typing)
    work.requests += _machine(tab, chosen, fields, begun)
    work.requests += _flags(tab, there)
    work.wrote |= {(tab.sheet_id, *spot): cell["userEnteredValue"]
                   for spot, cell in [*chosen.items(), *begun.items()]}
    if there is not None and not fresh:
        work.begun |= {place: (tab.sheet_id, spot[0], drawn.value)
                       for spot, (place, drawn) in first.items()}
    if there is not None and stand is not None and (chosen or begun or typing):
        work.tables.append(tab)
    return list(requests.update_cells(tab.sheet_id, stamp, "userEnteredValue"))


def _machine(
    tab: WantedTab, chosen: Mapping[Spot, Json], fields: str, begun: Mapping[Spot, Json]
) -> list[Json | Machine]:
    """Our cells; the keys of rows that come among people's, and what people's cells begin with."""
    stand = tab.stand
    if not (chosen or begun):
        return []
    keys = frozenset((stand.rows[key], stand.columns[""]) for key in stand.new
                     ) & chosen.keys() if stand else frozenset()
    named = {spot: {"userEnteredValue": chosen[spot]["userEnteredValue"]} for spot in keys}
    born = [*requests.update_cells(tab.sheet_id, named, "userEnteredValue"),
            *requests.update_cells(tab.sheet_id, begun, "userEnteredValue,userEnteredFormat")]
    header = stand.header if stand and stand.there else None
    return [Machine(tab.sheet_id, chosen, fields, tuple(born), keys, header)]


def _leavings(
    tab: WantedTab, there: Tab, memory: Memory, targets: Mapping[Spot, Json]
) -> dict[Spot, Json]:
    """Cells to empty: rows that a table of ours lost, and what a write put into strange rows."""
    empty: dict[Spot, Json] = {}
    if tab.planned and tab.stand and tab.stand.owned and tab.planned.id in there.tables:
        for row in there.tables[tab.planned.id].rows.values():
            empty |= {(row, c): {} for c in tab.stand.columns.values() if (row, c) not in targets}
    inputs = set(tab.typed)
    if tab.stand:  # the keys of rows that are there are no leavings
        keyed = [*tab.stand.rows.values(), *tab.stand.gone.values()]
        inputs |= {(row, tab.stand.columns[""]) for row in keyed}
    for (sheet, row, column), value in memory.wrote.items():
        spot = tab.after(row), column
        if sheet == tab.sheet_id and spot not in targets and spot not in inputs and same(
                value, there.cell(row, column).get("userEnteredValue", {})):
            empty[spot] = {}
    return {spot: value for spot, value in empty.items() if spot not in targets}


def _typing(
    tab: WantedTab, there: Tab | None, memory: Memory, new: set[int] | None
) -> list[Typing]:
    """People's cells that have to change: the plan knows more than the sheet, or a write of ours
    took something from them. What a person typed since the plan was made counts more."""
    if there is None or new is None:
        return []
    found = []
    for spot, (place, drawn) in tab.typed.items():
        if spot[0] in new:
            continue
        now, first = shown(there.cell(*spot)), memory.first.get(place)
        if place in memory.restore:
            want = memory.restore[place]
        elif first is None or "errorValue" in first or same(drawn.value, first) or not same(
                now, first):
            continue
        else:
            want = drawn.value
        if not same(want, now):
            cell: Json = {"userEnteredValue": want}
            if place not in memory.restore:
                shape = drawn.look.get("numberFormat")
                cell["userEnteredFormat"] = {"numberFormat": shape} if shape else {}
            found.append(Typing(place, tab.sheet_id, spot, now, cell))
    planned = {place for place, _ in tab.typed.values()}
    for place, value in memory.restore.items():  # in rows that the plan has no more
        table = there.tables.get(place[0])
        if place in planned or table is None or place[1] not in table.rows or (
                place[2] not in table.columns):
            continue
        spot = table.rows[place[1]], table.columns[place[2]]
        now = shown(there.cell(*spot))
        if not same(value, now):
            found.append(Typing(place, tab.sheet_id, spot, now, {"userEnteredValue": value}))
    known = set(tab.typed) | set(tab.machine)
    for (sheet, row, column), value in memory.spots.items():
        if sheet == tab.sheet_id and (tab.after(row), column) not in known:
            now = shown(there.cell(row, column))
            if not same(value, now):
                table = there.tables.get(tab.planned.id) if tab.planned else None
                key = there.text(row, table.columns[""]) if table else ""
                found.append(Typing(("", key, ""), sheet, (tab.after(row), column), now,
                                    {"userEnteredValue": value}))
    return found


def _before(work: Work, tab: WantedTab, typing: list[Typing]) -> None:
    """The tab as it is in the very moment before people's cells are written is kept beside it."""
    if not typing:
        return
    work.requests.append({"duplicateSheet": {
        "sourceSheetId": tab.sheet_id, "newSheetId": before_id(tab.sheet_id),
        "newSheetName": f"{BEFORE}{tab.sheet_id}"}})
    work.requests.append(requests.sheet_properties(
        before_id(tab.sheet_id), {"hidden": True}, "hidden"))
    for one in typing:
        fields = "userEnteredValue" + (
            ",userEnteredFormat.numberFormat" if "userEnteredFormat" in one.cell else "")
        work.requests += requests.update_cells(tab.sheet_id, {one.spot: one.cell}, fields)
    work.typing += typing


def _flags(tab: WantedTab, there: Tab | None) -> list[Json]:
    """A note on rows whose key left, and none on those that came back."""
    if there is None or tab.stand is None or tab.planned is None or tab.stand.owned:
        return []
    column = tab.stand.columns[field_id(tab.planned.block.fields[0])]
    ours = (GONE.en, GONE.zh)
    notes: dict[Spot, Json] = {}
    for row in tab.stand.gone.values():
        if not there.cell(row, column).get("note"):
            notes[row, column] = {"note": GONE.en if tab.title.isascii() else GONE.zh}
    for key, row in tab.stand.rows.items():
        if key not in tab.stand.new and there.cell(row, column).get("note") in ours:
            notes[row, column] = {"note": ""}
    return list(requests.update_cells(tab.sheet_id, notes, "note"))
