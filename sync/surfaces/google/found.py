"""What stands in a spreadsheet: our tabs, tables, columns and rows, wherever people moved them.

A tab is known by metadata on it, a table by metadata on its header row, a column by metadata on
the column, a row by the key in the hidden key column; never by a title or a place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.surfaces.google.values import Unknown, of_kind, typed
from sync.surfaces.xlsx.place import KEY_PREFIX
from workbook.model import Value, parse_period
from workbook.plan import State
from workbook.template import Block, Input

Json = dict[str, Any]
BEFORE = "_opsheet_before_"  # a tab as it was when typed cells were written; soon deleted
META, TAB, HEADER, COLUMN = "ops_meta", "ops_tab", "ops_header", "ops_column"
_META = "developerMetadata(metadataId,metadataKey,metadataValue)"
_CELL = "userEnteredValue,effectiveValue,effectiveFormat(numberFormat(type)),note"
# What one read asks for: everything that a refresh has to know.
MASK = (
    f"properties(title,locale),{_META},namedRanges(namedRangeId,name,range),"
    f"sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),{_META},"
    "charts(chartId),protectedRanges(protectedRangeId),"
    "conditionalFormats(booleanRule(condition)),"
    f"data(startRow,startColumn,rowData(values({_CELL})),rowMetadata({_META}),"
    f"columnMetadata({_META})))"
)


@dataclass
class Table:
    """A table on a tab: `columns` field -> column ("" is the key), `rows` key -> row."""

    header: int
    columns: dict[str, int]
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The row after the last one with a key."""
        return max(self.rows.values(), default=self.header) + 1


@dataclass
class Tab:
    """One tab of ours."""

    id: str
    sheet_id: int
    title: str
    size: tuple[int, int]
    grid: list[list[Json]]
    tables: dict[str, Table] = field(default_factory=dict)
    rules: list[int] = field(default_factory=list)  # places of our conditional formats
    other_rules: int = 0  # how many of people
    charts: set[int] = field(default_factory=set)
    protected: set[int] = field(default_factory=set)

    def cell(self, row: int, column: int) -> Json:
        """A cell as Google gives it; {} for an empty one."""
        if row < len(self.grid) and column < len(self.grid[row]):
            return self.grid[row][column]
        return {}

    def text(self, row: int, column: int) -> str:
        found = self.cell(row, column).get("userEnteredValue", {})
        return str(found.get("stringValue", ""))


@dataclass
class Book:
    """A spreadsheet as it was read."""

    title: str
    meta: dict[str, Any]
    tabs: dict[str, Tab]
    titles: dict[int, str]  # of every tab, ours or not
    named: dict[str, tuple[str, Json]]  # id -> name, range

    @property
    def tables(self) -> dict[str, tuple[Tab, Table]]:
        return {id: (tab, table) for tab in self.tabs.values() for id, table in tab.tables.items()}


def _metadata(holder: Json) -> dict[str, str]:
    return {one["metadataKey"]: one.get("metadataValue", "")
            for one in holder.get("developerMetadata", [])}


def parse(answer: Json, mark: str) -> Book:
    """The answer of `spreadsheets.get` with MASK; `mark` tells our conditional formats."""
    meta = load(_metadata(answer).get(META, ""))
    known = {sheet_id: id for id, (sheet_id, _) in meta.get("tabs", {}).items()}
    tabs: dict[str, Tab] = {}
    titles = {}
    for sheet in answer.get("sheets", []):
        properties = sheet["properties"]
        titles[properties.get("sheetId", 0)] = properties["title"]
        if properties["title"].startswith(BEFORE):
            continue
        tab = _tab(sheet, mark)
        if tab and (tab.id not in tabs or known.get(tab.sheet_id) == tab.id):
            tabs[tab.id] = tab  # of a tab and its copy the one that we made counts
    named = {one["namedRangeId"]: (one["name"], {"sheetId": 0} | one.get("range", {}))
             for one in answer.get("namedRanges", [])}
    return Book(answer.get("properties", {}).get("title", ""), meta, tabs, titles, named)


def image_of(answer: Json, sheet_id: int) -> Tab | None:
    """A tab by its id, only its cells: how it was the moment before a write."""
    for sheet in answer.get("sheets", []):
        if sheet["properties"].get("sheetId", 0) == sheet_id:
            rows = (sheet.get("data") or [{}])[0].get("rowData", [])
            grid = [row.get("values", []) for row in rows]
            return Tab("", sheet_id, sheet["properties"]["title"], (0, 0), grid)
    return None


def load(text: str) -> dict[str, Any]:
    """Our metadata; {} where there is none or a person changed it."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _tab(sheet: Json, mark: str) -> Tab | None:
    said = load(_metadata(sheet).get(TAB, ""))
    if "id" not in said:
        return None
    properties = sheet["properties"]
    size = properties.get("gridProperties", {})
    data = (sheet.get("data") or [{}])[0]
    tab = Tab(
        said["id"], properties.get("sheetId", 0), properties["title"],
        (size.get("rowCount", 0), size.get("columnCount", 0)),
        [row.get("values", []) for row in data.get("rowData", [])],
        charts={chart["chartId"] for chart in sheet.get("charts", [])},
        protected={one["protectedRangeId"] for one in sheet.get("protectedRanges", [])})
    for number, rule in enumerate(sheet.get("conditionalFormats", [])):
        values = rule.get("booleanRule", {}).get("condition", {}).get("values", [])
        if any(mark in value.get("userEnteredValue", "") for value in values):
            tab.rules.append(number)
    tab.other_rules = len(sheet.get("conditionalFormats", [])) - len(tab.rules)
    _find_tables(tab, data)
    return tab


def _find_tables(tab: Tab, data: Json) -> None:
    for row, one in enumerate(data.get("rowMetadata", [])):
        block = _metadata(one).get(HEADER)
        if block is not None:
            tab.tables[block] = Table(row, {})
    for column, one in enumerate(data.get("columnMetadata", [])):
        block, _, name = _metadata(one).get(COLUMN, "").partition("/")
        if block in tab.tables:
            tab.tables[block].columns[name] = column
    for block, table in list(tab.tables.items()):
        if "" not in table.columns:  # its key column is gone: the table has to be drawn anew
            del tab.tables[block]
            continue
        for row in range(table.header + 1, len(tab.grid)):
            key = tab.text(row, table.columns[""])
            if key and not key.startswith(KEY_PREFIX):
                table.rows.setdefault(key, row)


# --- what people typed ------------------------------------------------------------------


def state_of(book: Book, blocks: Mapping[str, Block], source: str) -> State:
    """What people typed, and how far the spreadsheet knew the history."""
    state = State()
    if not book.meta:
        return state
    for id, (tab, table) in book.tables.items():
        if id in blocks:
            _typed(state, tab, table, blocks[id])
    if "left_over" in book.tables:
        _left_over(state, *book.tables["left_over"])
    names = book.meta.get("names", {})
    state.revision, state.store = names.get("ops_revision", ""), names.get("ops_store", "")
    state.period = parse_period(book.meta["period"]) if book.meta.get("period") else None
    state.source = source
    return state


def _typed(state: State, tab: Tab, table: Table, block: Block) -> None:
    for item in block.fields:
        if not isinstance(item, Input) or item.name not in table.columns:
            continue
        for key, row in table.rows.items():
            try:
                value = typed(tab.cell(row, table.columns[item.name]))
            except Unknown:
                continue
            state.cells.add((block.id, key, item.name))
            if value is not None:
                state.typed[block.id, key, item.name] = value


def _left_over(state: State, tab: Tab, table: Table) -> None:
    """What had lost its row before; what stands in the row itself counts first."""
    for row in table.rows.values():
        said: dict[str, Value] = {}
        for name, column in table.columns.items():
            try:
                said[name] = typed(tab.cell(row, column))
            except Unknown:
                continue
        place = (str(said.get("block")), str(said.get("row")), str(said.get("field")))
        if said.get("block") and said.get("value") is not None and place not in state.cells:
            state.typed.setdefault(place, of_kind(str(said.get("kind")), said["value"]))
