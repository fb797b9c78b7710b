"""Where things stand in the spreadsheet after a write, and formulas that say so.

The drawing code places everything as in a new workbook; `Layout` knows where it really is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.surfaces.google.found import Book
from sync.surfaces.xlsx.place import FIRST_COLUMN, HEADER_ROW, Places, Spot, quoted
from workbook.formulas import At, Column, Formula, Here, Named, Ref
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Input, Kind, field_id


@dataclass
class Stand:
    """Where a table stands after the write.

    `owned`: nobody types there, so it is rewritten whole, keys too. `new`: rows that are inserted;
    `added`: columns that are inserted; `gone`: rows whose key the plan has no more.
    """

    header: int
    columns: dict[str, int]
    rows: dict[str, int]
    owned: bool
    new: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gone: dict[str, int] = field(default_factory=dict)
    there: bool = False


def table_of(tab: PlannedTab) -> Planned | None:
    """The table of a tab; overviews have none."""
    return None if tab.heading else next(p for p in tab.blocks if p.block.kind is Kind.TABLE)


def is_typed(planned: Planned) -> bool:
    """Do people type into it?"""
    return any(isinstance(item, Input) for item in planned.block.fields)


def stand_of(planned: Planned, book: Book) -> Stand:
    """Rows keep their place, new keys come below them; a table of ours alone is in plan order."""
    names = [field_id(item) for item in planned.block.fields]
    keys = [row.key for row in planned.rows]
    owned = not is_typed(planned)
    if planned.id not in book.tables:
        columns = {"": 0} | {name: FIRST_COLUMN + n for n, name in enumerate(names)}
        rows = {key: HEADER_ROW + 1 + n for n, key in enumerate(keys)}
        return Stand(HEADER_ROW, columns, rows, owned)
    _, table = book.tables[planned.id]
    columns = dict(table.columns)
    added = [name for name in names if name not in columns]
    for name in added:
        columns[name] = max(columns.values()) + 1
    if owned:
        rows = {key: table.header + 1 + n for n, key in enumerate(keys)}
        return Stand(table.header, columns, rows, owned, added=added, there=True)
    new = [key for key in keys if key not in table.rows]
    wanted = set(keys)
    rows = {key: row for key, row in table.rows.items() if key in wanted}
    rows |= {key: table.end + n for n, key in enumerate(new)}
    gone = {key: row for key, row in table.rows.items() if key not in wanted}
    return Stand(table.header, columns, rows, owned, new, added, gone, there=True)


class SheetPlaces(Places):
    """Cells are drawn where a new tab has them; formulas and ranges say where they will stand."""

    def __init__(
        self, plan: Plan, stands: Mapping[str, Stand], titles: Mapping[str, str]
    ) -> None:
        super().__init__(plan)
        self._stands = stands
        self._titles = {p.id: titles[tab.id] for tab in plan.tabs for p in tab.blocks}

    def real(self, block: str, row: str, field: str) -> Spot:
        """Where a cell stands; KeyError where there is none."""
        stand = self._stands.get(block)
        if stand is None:
            at = self.spot(block, row, field)
            return Spot(self._titles[block], at.row, at.column)
        return Spot(self._titles[block], stand.rows[row], stand.columns[field])

    def rows_of(self, block: str, field: str, keys: list[str] | None = None) -> str:
        """A column range: the whole body, or from the first to the last of `keys`."""
        stand = self._stands[block]
        rows = [stand.rows[key] for key in keys] if keys else list(stand.rows.values())
        top, bottom = min(rows, default=stand.header + 1), max(rows, default=stand.header + 1)
        column, title = stand.columns[field], self._titles[block]
        first, last = Spot(title, top, column), Spot(title, bottom, column)
        return f"{quoted(title)}!{first.a1()}:{last.a1()}"

    def render(self, formula: Formula, at: Spot, block: str, row: str) -> str:
        """The formula as the cell of a block's row has it; "" if it reads what is not there."""
        home = self._titles[block]

        def reference(ref: Ref) -> str:
            match ref:
                case Here(name):
                    return self.real(block, row, name).a1(absolute=False)
                case At(other, key, name):
                    spot = self.real(other, key, name)
                    own = spot.sheet == home
                    return spot.a1() if own else f"{quoted(spot.sheet)}!{spot.a1()}"
                case Column(other, name):
                    return self.rows_of(other, name)
                case Named(name):
                    return name

        try:
            return "=" + re.sub(r"\{([a-z_]+)\}", lambda m: reference(formula.refs[m[1]]),
                                formula.text)
        except KeyError:
            return ""
