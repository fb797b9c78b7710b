"""What every cell of the spreadsheet shall hold after a refresh: the plan, drawn and placed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sync.surfaces.canvas import Easel
from sync.surfaces.google import button
from sync.surfaces.google.canvas import Canvas, Drawn, translated
from sync.surfaces.google.chart import column_number, stable_id
from sync.surfaces.google.found import Book
from sync.surfaces.google.places import SheetPlaces, Stand, stand_of, table_of
from sync.surfaces.google.values import entered
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.draw import draw
from sync.surfaces.xlsx.place import FIRST_COLUMN, HEADER_ROW, META_SHEET, column_name
from workbook.plan import Plan, Planned, PlannedTab, Typed
from workbook.template import Dim, Input, field_id

Json = dict[str, Any]
Spot = tuple[int, int]  # row, column
STATUS = (2, FIRST_COLUMN)  # on the first tab, where a new one has it
_REF = re.compile(r"(\$?)([A-Z]{1,2})(\d+)")


@dataclass
class WantedTab:
    """One tab: `machine` cells are ours; `typed` are people's; `soft`: alone it is no change."""

    id: str
    sheet_id: int
    title: str
    given: str  # the title that we gave it, which a person may have changed since
    canvas: Canvas
    planned: Planned | None
    stand: Stand | None
    machine: dict[Spot, Drawn] = field(default_factory=dict)
    typed: dict[Spot, tuple[Typed, Drawn]] = field(default_factory=dict)
    soft: Spot | None = None
    hidden: bool = False
    box: bool = False  # has it the "Refresh now" box?

    @property
    def looks(self) -> str:
        """A hash of the cells' formats, by row key and field."""
        keys = [row.key for row in self.planned.rows] if self.planned else []
        return _hash([keys, [[row, column, drawn.look] for (row, column), drawn
                             in sorted(self.canvas.cells.items(), key=lambda item: item[0])]])

    @property
    def layout(self) -> str:
        """A hash of what lies over the cells; not of widths, which people may change."""
        c = self.canvas
        fields = [field_id(f) for f in self.planned.block.fields] if self.planned else []
        areas = [(a if self.planned is None else a[1], rule) for a, rule in [*c.rules, *c.choices]]
        return _hash([areas, c.frozen, c.colour, c.gridlines, fields])

    # --- from the drawing to the spreadsheet --------------------------------------------

    def column(self, drawn: int) -> int:
        """The column that a drawn column has."""
        if self.stand is None or self.planned is None:
            return drawn
        fields = self.planned.block.fields
        if drawn < FIRST_COLUMN or drawn >= FIRST_COLUMN + len(fields):
            return self.stand.columns[""] if drawn < FIRST_COLUMN else drawn
        return self.stand.columns[field_id(fields[drawn - FIRST_COLUMN])]

    def row(self, drawn: int) -> int:
        """The row that a drawn row has; below 0 for a title whose row people deleted."""
        if self.stand is None or self.planned is None:
            return drawn
        if drawn <= HEADER_ROW:
            return self.stand.header - HEADER_ROW + drawn
        return self.stand.rows[self.planned.rows[drawn - HEADER_ROW - 1].key]

    def after(self, row: int) -> int:
        """Where a row stands once the new ones are inserted."""
        if self.stand is None or not self.stand.new:
            return row
        first = min(self.stand.rows[key] for key in self.stand.new)
        return row + len(self.stand.new) if row >= first else row

    def before(self, row: int) -> int:
        """Where a row that is not new stood when it was read."""
        if self.stand is None or not self.stand.new:
            return row
        first = min(self.stand.rows[key] for key in self.stand.new)
        return row - len(self.stand.new) if row >= first else row

    def condition(self, text: str) -> str:
        """A conditional format's formula, seen from the first row of the body."""
        if self.stand is None:
            return text
        down = self.stand.header - HEADER_ROW

        def moved(match: re.Match[str]) -> str:
            column = column_name(self.column(column_number(match[2])))
            return f"{match[1]}{column}{int(match[3]) + down}"

        return _REF.sub(moved, text)


def _hash(what: Any) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:16]


def wanted(plan: Plan, book: Book) -> tuple[list[WantedTab], SheetPlaces]:
    """Every tab as it shall be, in the plan's order, the hidden one of names last."""
    homes = _homes(plan, book)
    stands = {table.id: stand_of(table, book) for tab in plan.tabs
              if (table := table_of(tab)) is not None}
    for tab in plan.tabs:
        table = table_of(tab)
        if table and tab.id not in book.tabs:  # its tab is new: it stands as it is drawn
            stands[table.id] = stand_of(table, Book("", {}, {}, {}, {}))
    places = SheetPlaces(plan, stands, {id: home[1] for id, home in homes.items()})
    easel = Easel()
    draw(easel, plan, places)
    tabs = []
    for number, tab in enumerate(plan.tabs):
        table = table_of(tab)
        made = WantedTab(tab.id, *homes[tab.id], translated(easel.tabs[tab.title]), table,
                         stands[table.id] if table else None)
        if number == 0:
            made.canvas.cells.setdefault(STATUS, Drawn({}, {}))
            if tab.heading:
                made.box = True
                button.draw(made.canvas, plan.lang)
        _place(made, tab)
        tabs.append(made)
    tabs.append(_names(plan, *homes[META_SHEET]))
    return tabs, places


def _homes(plan: Plan, book: Book) -> dict[str, tuple[int, str, str]]:
    """Tab -> its id, its title and the one that we gave; people's own titles stay, ours follow the
    language."""
    homes: dict[str, tuple[int, str, str]] = {}
    ours = {tab.sheet_id for tab in book.tabs.values()}
    taken = {title.casefold() for id, title in book.titles.items() if id not in ours}
    for id, wish in [*((tab.id, tab.title) for tab in plan.tabs), (META_SHEET, META_SHEET)]:
        there = book.tabs.get(id)
        given = book.meta.get("tabs", {}).get(id, [0, there.title if there else ""])[1]
        if there and there.title != given:
            title = there.title  # a person renamed it
        else:
            title, number = wish, 2
            while title.casefold() in taken:
                title, number = f"{wish} {number}", number + 1
            given = title
        taken.add(title.casefold())
        if there:
            homes[id] = there.sheet_id, title, given
        else:
            made = stable_id("tab", id)
            while made in book.titles:
                made += 1
            homes[id] = made, title, given
    return homes


def _place(made: WantedTab, tab: PlannedTab) -> None:
    """Gives each drawn cell its place, and to people what is theirs."""
    fields = made.planned.block.fields if made.planned else ()
    stand = made.stand
    kept = stand is not None and stand.there and not stand.owned
    for (drawn_row, drawn_column), cell in made.canvas.cells.items():
        spot = (made.row(drawn_row), made.column(drawn_column))
        if spot[0] < 0:
            continue
        item = None
        if kept and drawn_row > HEADER_ROW and drawn_column < FIRST_COLUMN and (
                made.planned and stand and made.planned.rows[drawn_row - HEADER_ROW - 1].key
                not in stand.new):
            continue  # the key of a row that is there is never written
        if made.planned and drawn_row > HEADER_ROW and drawn_column >= FIRST_COLUMN:
            item = fields[drawn_column - FIRST_COLUMN]
        if isinstance(item, Input) and made.planned:
            key = made.planned.rows[drawn_row - HEADER_ROW - 1].key
            made.typed[spot] = (made.planned.id, key, item.name), cell
        else:
            made.machine[spot] = cell
    if tab.heading:
        made.soft = STATUS
    if made.stand:
        for row in made.stand.gone.values():
            for spot in _blanked(made, row):
                made.machine[spot] = Drawn({}, {})


def _blanked(made: WantedTab, row: int) -> Iterator[Spot]:
    """What a row that left must not show any more: all but its names."""
    assert made.planned and made.stand
    for item in made.planned.block.fields:
        if not isinstance(item, Input | Dim) or (isinstance(item, Dim) and item.unit):
            yield row, made.stand.columns[field_id(item)]


def _names(plan: Plan, sheet_id: int, title: str, given: str) -> WantedTab:
    """The hidden tab of the names that formulas use."""
    canvas = Canvas(title)
    for row, (name, value) in enumerate(shown_names(plan).items()):
        canvas.cells[row, 0] = Drawn(entered(name), {})
        canvas.cells[row, 1] = Drawn(entered(value), {})
    made = WantedTab(META_SHEET, sheet_id, title, given, canvas, None, None, hidden=True)
    made.machine = dict(canvas.cells)
    return made


def shown_names(plan: Plan) -> dict[str, Any]:
    """The names that stand in cells; how far the history is known is no number of the sheet."""
    return {name: value for name, value in plan.names.items()
            if name not in ("ops_revision", "ops_file")}


def name_spots(plan: Plan, tabs: list[WantedTab], places: SheetPlaces) -> dict[str, Json]:
    """Name -> the GridRange of its cell."""
    names, found = tabs[-1], {}
    for row, name in enumerate(shown_names(plan)):
        found[name] = _one(names.sheet_id, row, 1)
    if tabs[0].box:
        found[button.NAME] = _one(tabs[0].sheet_id, *button.BOX)
    ids = {tab.title: tab.sheet_id for tab in tabs}
    titles = {tab.title: tabs[n].title for n, tab in enumerate(plan.tabs)}
    for name, spot in anchors.value_names(plan, places):
        found[name] = _one(ids[titles[spot.sheet]], spot.row, spot.column)
    return found


def _one(sheet: int, row: int, column: int) -> Json:
    return {"sheetId": sheet, "startRowIndex": row, "endRowIndex": row + 1,
            "startColumnIndex": column, "endColumnIndex": column + 1}
