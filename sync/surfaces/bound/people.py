"""People's cells in a bound table: read with the key of their row, put back beside that key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.ooxml import Formula as Live
from sync.ooxml import Value
from sync.ooxml.formulas import move
from sync.surfaces.bound.columns import Body, Roles, key_columns
from workbook.formulas import Formula
from workbook.model import Cell
from workbook.plan import PlannedRow
from workbook.rows import SEPARATOR
from workbook.spans import plain
from workbook.template import Block, Dim, field_id


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person put into one cell: a value, or a formula as row `row` of the sheet reads it."""

    value: Value
    formula: str = ""
    row: int = 0

    def at(self, row: int) -> Value | Live:
        """The cell for another row of the sheet."""
        return Live(move(self.formula, row - self.row, 0)) if self.formula else self.value


Place = tuple[str, str]  # row key, header


@dataclass(slots=True)
class Inputs:
    """What people typed into a table. `homeless` are cells of rows without a key we know."""

    placed: dict[Place, Typed] = field(default_factory=dict)
    homeless: list[tuple[str, str, Typed]] = field(default_factory=list)


class Keys:
    """Knows a row by its key columns, or where the table does not show them by its texts.

    Args:
        market: the marketplace of every row, for a table without that column.
        known: texts of a row (as `texts_of` gives them) -> key, from the last fill and this one.
    """

    def __init__(self, block: Block, roles: Roles, market: str, known: Mapping[str, str]) -> None:
        self._parts = [roles.header_of(name) for name in key_columns(block)]
        self._market_header = roles.header_of("marketplace")
        self._market, self._known = market, known
        self.texts = [h for h, item in roles.ours.items()
                      if isinstance(item, Dim) and item.unit is None]
        self.exact = bool(self._parts) and all(self._parts)
        # Without a marketplace column the marketplace must be one.
        self.exact = self.exact and bool(self._market_header or market)

    def of(self, row: Mapping[str, Value]) -> str:
        """The key of a row of the sheet; "" if it has none."""
        if self.exact:
            parts = [_text(row.get(header)) for header in self._parts]
            market = _text(row.get(self._market_header)) if self._market_header else self._market
            return SEPARATOR.join([market, *parts]) if any(parts) else ""
        return self._known.get(self.texts_of(row), "")

    def texts_of(self, row: Mapping[str, Value]) -> str:
        """What the row shows in its text columns."""
        texts = [_text(row.get(header)) for header in self.texts]
        return json.dumps(texts, ensure_ascii=False) if any(texts) else ""

    def planned_texts(self, row: PlannedRow, roles: Roles) -> str:
        """The same of a row that is to be written."""
        return self.texts_of({header: value_of(row.cells.get(field_id(item)))
                              for header, item in roles.ours.items()})


def value_of(cell: Cell | Formula | None) -> Value:
    known = cell.cell if isinstance(cell, Formula) else cell
    return known.value if known is not None else None


def _text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def read_inputs(body: Body, roles: Roles, keys: Keys) -> Inputs:
    """Every cell of the typed columns that holds something, by the key of its row."""
    found = Inputs()
    for number, row in enumerate(body.values):
        cells = {header: _typed(body, number, header) for header in roles.typed}
        held = {header: typed for header, typed in cells.items() if typed is not None}
        usual = {header for header, typed in held.items() if typed.formula
                 and move(typed.formula, -number, 0) == roles.usual.get(header)}
        key = keys.of(row)
        for header, typed in held.items():
            if header in usual:
                continue  # the column's formula: every row gets it
            if not key or (key, header) in found.placed:
                found.homeless.append((key or keys.texts_of(row), header, typed))
            else:
                found.placed[key, header] = typed
    return found


def _typed(body: Body, number: int, header: str) -> Typed | None:
    formula = body.formulas.get((number, header), "")
    value = body.values[number].get(header)
    if formula:
        return Typed(value, formula, body.top + number)
    return None if value is None or value == "" else Typed(value)


def same_header(name: str, headers: list[str]) -> str:
    """The header that is meant, whatever its case and spaces; "" if there is none."""
    return next((header for header in headers if plain(header) == plain(name)), "")
