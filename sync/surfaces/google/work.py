"""What one write is, and what it did: did every row stand where the write took it to be?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.surfaces.google.big import Machine
from sync.surfaces.google.chart import stable_id
from sync.surfaces.google.found import BEFORE, COLUMN, HEADER, Book, Tab, Table
from sync.surfaces.google.values import same
from sync.surfaces.google.wanted import Spot, WantedTab
from sync.surfaces.xlsx.place import KEY_PREFIX, column_name, quoted
from workbook.plan import Typed

Json = dict[str, Any]


@dataclass(frozen=True)
class Typing:
    """A write into a cell of people: where, what it was believed to hold, what it gets."""

    place: Typed
    sheet_id: int
    spot: Spot
    believed: Json
    cell: Json


@dataclass
class Work:
    """One refresh as requests. `wrote`: what was put where, by (sheet, row, column); `begun`: the
    first contents of people's cells in new rows and columns, by place: (sheet, row, content)."""

    requests: list[Json | Machine] = field(default_factory=list)
    room: int = 0  # so many of the requests, the first ones, make tabs, rows and columns
    typing: list[Typing] = field(default_factory=list)
    wrote: dict[tuple[int, int, int], Json] = field(default_factory=dict)
    begun: dict[Typed, tuple[int, int, Json]] = field(default_factory=dict)
    tables: list[WantedTab] = field(default_factory=list)  # whose rows must not have moved
    before: Json = field(default_factory=dict)  # our metadata as they were read
    meta: Json = field(default_factory=dict)
    changed: bool = False


@dataclass
class Memory:
    """What a refresh remembers over its tries.

    `first`: people's cells as the plan knows them; `restore`: cells that must get back what a
    write took from them, by place or by (sheet, row, column); `wrote`: of the try before.
    """

    first: dict[Typed, Json] = field(default_factory=dict)
    restore: dict[Typed, Json] = field(default_factory=dict)
    spots: dict[tuple[int, int, int], Json] = field(default_factory=dict)
    wrote: dict[tuple[int, int, int], Json] = field(default_factory=dict)


def shown(cell: Json) -> Json:
    """What a cell of people holds; of their formulas the value."""
    held: Json = cell.get("userEnteredValue", {})
    return cell.get("effectiveValue", {}) if "formulaValue" in held else held


def typed_cells(book: Book, names: Mapping[str, frozenset[str]]) -> dict[Typed, Json]:
    """Every cell of people as it was read; `names`: the input fields of each block."""
    return {(id, key, name): shown(tab.cell(row, table.columns[name]))
            for id, (tab, table) in book.tables.items() for name in names.get(id, ())
            if name in table.columns for key, row in table.rows.items()}


def before_id(sheet_id: int) -> int:
    return stable_id("before", str(sheet_id))


def ranges_of(work: Work) -> list[str]:
    """What the answer to a write has to show: keys, headers, and the tabs as they were before."""
    asked = []
    for tab in work.tables:
        assert tab.stand
        key, name = column_name(tab.stand.columns[""]), quoted(tab.title)
        last = max([*tab.stand.rows.values(), *tab.stand.gone.values(), tab.stand.header]) + 1
        asked += [f"{name}!{key}1:{key}{last}",
                  f"{name}!A{tab.stand.header + 1}:"
                  f"{column_name(max(tab.stand.columns.values()))}{tab.stand.header + 1}"]
    return asked + [f"'{BEFORE}{id}'" for id in sorted({t.sheet_id for t in work.typing})]


ANSWER = ("sheets(properties(sheetId,title),data(startRow,startColumn,"
          "rowData(values(userEnteredValue,effectiveValue)),"
          "rowMetadata(developerMetadata(metadataKey,metadataValue)),"
          "columnMetadata(developerMetadata(metadataKey,metadataValue))))")


def landed(work: Work, answer: Json) -> bool:
    """Did every row, header and column stand where the write took it to be?"""
    sheets = {one["properties"].get("sheetId", 0): one for one in answer.get("sheets", [])}
    return all(_stood(tab, sheets.get(tab.sheet_id, {})) for tab in work.tables) and all(
        _untouched(one, sheets.get(before_id(one.sheet_id), {}), work) for one in work.typing)


def _stood(tab: WantedTab, sheet: Json) -> bool:
    assert tab.stand and tab.planned
    if len(sheet.get("data", [])) < 2 or sheet["properties"]["title"] != tab.title:
        return False
    keys, head = sheet["data"][0], sheet["data"][1]
    rows = keys.get("rowData", [])
    for key, row in [*tab.stand.rows.items(), *tab.stand.gone.items()]:
        cell = (rows[row].get("values") or [{}])[0] if row < len(rows) else {}
        if cell.get("userEnteredValue", {}).get("stringValue") != key:
            return False

    def marked(lines: list[Json], at: int, key: str, value: str) -> bool:
        return at < len(lines) and any(
            one["metadataKey"] == key and one.get("metadataValue") == value
            for one in lines[at].get("developerMetadata", []))

    columns = head.get("columnMetadata", [])
    return marked(keys.get("rowMetadata", []), tab.stand.header, HEADER, tab.planned.id) and all(
        marked(columns, at, COLUMN, f"{tab.planned.id}/{name}")
        for name, at in tab.stand.columns.items())


def _untouched(one: Typing, before: Json, work: Work) -> bool:
    """Held the cell, a moment before, what it was believed to hold, in the row it was?"""
    grid = [row.get("values", []) for row in (before.get("data") or [{}])[0].get("rowData", [])]
    row, column = one.spot

    def cell(at: int) -> Json:
        found: Json = grid[row][at] if row < len(grid) and at < len(grid[row]) else {}
        return found

    tab = next((t for t in work.tables if t.sheet_id == one.sheet_id), None)
    if tab is None or tab.stand is None:
        return False
    key = cell(tab.stand.columns[""]).get("userEnteredValue", {}).get("stringValue", "")
    return key == one.place[1] and same(shown(cell(column)), one.believed)


def remember(
    work: Work, memory: Memory, images: Mapping[int, Tab], seen: Book, book: Book
) -> None:
    """After a write that met moved rows: what it took from people is put back by the next one.

    `images`: the tabs as they were the moment before, by the id of the tab they are of; `seen`:
    the spreadsheet that the write was made from; `book`: as it stands now.
    """
    meant = {one.place: one for one in work.typing}
    for one in work.typing:
        image, tab = images.get(one.sheet_id), _tab_of(book, one.sheet_id)
        if image is None or tab is None or not tab.tables:
            continue
        id, table = next(iter(tab.tables.items()))
        held = shown(image.cell(*one.spot))
        columns = _columns(image, id, _tab_of(seen, one.sheet_id), table)
        key = image.text(one.spot[0], columns[""])
        name = next((n for n, c in columns.items() if c == one.spot[1]), "")
        place = (id, key, name)
        if (key, name) == one.place[1:] and same(held, one.believed):
            continue  # it was where it was thought to be
        if not key or key.startswith(KEY_PREFIX) or not name:
            memory.spots[one.sheet_id, *one.spot] = held
        elif place in meant and same(held, meant[place].believed):
            memory.restore[place] = meant[place].cell["userEnteredValue"]
        else:  # a person's, and newer than what the plan knows
            memory.restore[place] = held
    _from_columns(work, memory, book)
    _begun(work, memory, book)
    memory.wrote |= {at: value for at, value in work.wrote.items() if value}


def _columns(image: Tab, block: str, seen: Tab | None, table: Table) -> dict[str, int]:
    """Field -> column in the image: by the headers as they were read, for columns may have come
    since, and a try before may have left a header over the wrong column."""
    head = next(((row, column) for row, cells in enumerate(image.grid)
                 for column in range(len(cells))
                 if image.text(row, column) == KEY_PREFIX + block), None)
    if head is None or seen is None or block not in seen.tables:
        return table.columns
    was = seen.tables[block]
    named = {name: seen.text(was.header, column) for name, column in was.columns.items()}
    there = [image.text(head[0], column) for column in range(len(image.grid[head[0]]))]
    if all(there[was.columns[name]:][:1] == [text] for name, text in named.items()):
        return was.columns
    found = {name: there.index(text) for name, text in named.items()
             if text and there.count(text) == list(named.values()).count(text) == 1}
    return table.columns | found | {"": head[1]}


def _from_columns(work: Work, memory: Memory, book: Book) -> None:
    """A column that came in between may have brought ours into one of people's."""
    meant = {one.place: one.cell["userEnteredValue"] for one in work.typing}
    for (sheet, row, column), value in work.wrote.items():
        tab = _tab_of(book, sheet)
        if tab is None:
            continue
        for id, table in tab.tables.items():
            name = next((n for n, c in table.columns.items() if c == column), "")
            key = tab.text(row, table.columns[""])
            place = (id, key, name)
            first = memory.first.get(place)
            held = tab.cell(row, column).get("userEnteredValue", {})
            if first is not None and not same(value, first) and same(value, held):
                memory.restore[place] = meant.get(place, first)


def _begun(work: Work, memory: Memory, book: Book) -> None:
    """A new row or column of people's cells that got what was meant for another of them."""
    for place, (sheet, then, value) in work.begun.items():
        tab = _tab_of(book, sheet)
        table = tab.tables.get(place[0]) if tab else None
        if tab is None or table is None or not (
                place[1] in table.rows and place[2] in table.columns):
            continue
        row, column = table.rows[place[1]], table.columns[place[2]]
        held = tab.cell(row, column).get("userEnteredValue", {})
        ours = [work.wrote.get((sheet, at, column), {}) for at in (row, then)]
        if any(same(held, one) for one in ours) and not same(held, value):
            memory.restore[place] = value


def _tab_of(book: Book, sheet_id: int) -> Tab | None:
    return next((tab for tab in book.tabs.values() if tab.sheet_id == sheet_id), None)
