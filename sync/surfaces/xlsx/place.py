"""Where every cell of a plan stands in a workbook, and formulas in A1 terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from workbook.formulas import At, Column, Formula, Here, Named, Ref
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Kind, field_id

# A table tab: title, line of notes, header, rows. Column A holds the row keys and is hidden.
HEADER_ROW = 3
FIRST_COLUMN = 1
KEY_PREFIX = "ops:"
META_SHEET = "_opsheet"  # hidden: what the workbook says of itself

# The overview: four cards a row; each has a wide and a narrow column and a gap.
CARD_COLUMNS, CARD_WIDTH, CARD_HEIGHT = 4, 3, 6
CARDS_ROW, LEFT = 4, 1
CARD_CELLS = {"label": (0, 0), "value": (1, 0), "status": (1, 1), "change": (2, 0),
              "target": (2, 1), "spark": (3, 0), "alarm": (4, 1), "note": (4, 0)}
# The columns of the stand-up list on the overview's grid.
MIRROR_COLUMNS = {"severity": 1, "what": 2, "subject": 5, "why": 8, "at_stake": 13, "owner": 14,
                  "due": 15}


class Spot(NamedTuple):
    """A cell: sheet title, zero-based row and column."""

    sheet: str
    row: int
    column: int

    def a1(self, *, absolute: bool = True) -> str:
        name = column_name(self.column)
        return f"${name}${self.row + 1}" if absolute else f"{name}{self.row + 1}"


@cache
def column_name(number: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a block stands: its sheet, header row and columns; of cards each cell."""

    sheet: str
    top: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def default_anchor(tab: PlannedTab, planned: Planned) -> Anchor:
    """Where a block is drawn in a new workbook."""
    kind, top = planned.block.kind, mirror_row(tab) if tab.heading else HEADER_ROW
    if kind is Kind.CARDS:
        return Anchor(tab.title, cells={
            (row.key, name): (CARDS_ROW + number // CARD_COLUMNS * CARD_HEIGHT + down,
                              LEFT + number % CARD_COLUMNS * CARD_WIDTH + right)
            for number, row in enumerate(planned.rows)
            for name, (down, right) in CARD_CELLS.items()})
    if kind is Kind.MIRROR:
        return Anchor(tab.title, top, MIRROR_COLUMNS)
    return Anchor(tab.title, top, {field_id(f): FIRST_COLUMN + n
                                   for n, f in enumerate(planned.block.fields)})


class Places:
    """Finds the spot of a block's row and field, and renders formulas.

    `anchors` are the blocks that people may have moved; the others stand where they are drawn.
    """

    def __init__(self, plan: Plan, anchors: Mapping[str, Anchor] | None = None) -> None:
        found = anchors or {}
        self._anchors: dict[str, Anchor] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._tables: set[str] = set()
        self._patterns: dict[tuple[object, ...], str] = {}
        for tab in plan.tabs:
            for planned in tab.blocks:
                if planned.block.kind is Kind.TABLE:
                    self._tables.add(planned.id)
                self._anchors[planned.id] = found.get(planned.id) or default_anchor(tab, planned)
                self._rows[planned.id] = {row.key: n for n, row in enumerate(planned.rows)}

    def spot(self, block: str, row: str, field: str) -> Spot:
        """Where one cell stands; KeyError if there is no such cell."""
        at = self._anchors[block]
        if at.cells:
            return Spot(at.sheet, *at.cells[row, field])
        return Spot(at.sheet, at.top + 1 + self._rows[block][row], at.columns[field])

    def header(self, block: str) -> int:
        """The row of a table's header."""
        return self._anchors[block].top

    def columns(self, block: str) -> Mapping[str, int]:
        """Field -> column of a table."""
        return self._anchors[block].columns

    def anchor(self, block: str) -> Anchor:
        """Where a block stands."""
        return self._anchors[block]

    def rows_of(self, block: str, field: str, keys: list[str] | None = None) -> str:
        """A column range: the whole body, or from the first to the last of `keys`."""
        names = keys or list(self._rows[block])
        if not names:
            at = self._anchors[block]
            column, top = column_name(at.columns[field]), at.top + 2
            return f"{quoted(at.sheet)}!${column}${top}:${column}${top}"
        first, last = self.spot(block, names[0], field), self.spot(block, names[-1], field)
        return f"{quoted(first.sheet)}!{first.a1()}:{last.a1()}"

    def render(self, formula: Formula, at: Spot, block: str, row: str) -> str:
        """The formula as Excel writes it, seen from the cell `at` of a block's row."""
        key = (block, formula.text, *formula.refs.values())
        if key not in self._patterns:
            self._patterns[key] = self._pattern(formula, block)
        if pattern := self._patterns[key]:
            return pattern.replace(_ROW, str(at.row + 1))
        return _written(formula, lambda ref: self._reference(ref, at, block, row))

    def _pattern(self, formula: Formula, block: str) -> str:
        """A table's formula with a mark for the row's number; "" if it is not as simple."""
        if block not in self._tables or any(isinstance(ref, At) for ref in formula.refs.values()):
            return ""

        def reference(ref: Ref) -> str:
            if isinstance(ref, Here):
                return column_name(self._anchors[block].columns[ref.field]) + _ROW
            return self._reference(ref, Spot("", 0, 0), block, "")

        return _written(formula, reference)

    def _reference(self, ref: Ref, at: Spot, block: str, row: str) -> str:
        match ref:
            case Here(name):
                return self.spot(block, row, name).a1(absolute=False)
            case At(other, key, name):
                spot = self.spot(other, key, name)
                own = spot.sheet == at.sheet
                return spot.a1() if own else f"{quoted(spot.sheet)}!{spot.a1()}"
            case Column(other, name):
                return self.rows_of(other, name)
            case Named(name):
                return name


_ROW = "\0"  # stands for the row's number in the pattern of a formula


def _written(formula: Formula, reference: Callable[[Ref], str]) -> str:
    return "=" + re.sub(
        r"\{([a-z_]+)\}", lambda match: reference(formula.refs[match[1]]), formula.text)


def mirror_row(tab: PlannedTab) -> int:
    """The header row of the stand-up list: below the cards."""
    cards = next((len(p.rows) for p in tab.blocks if p.block.kind is Kind.CARDS), 0)
    lines = -(-cards // CARD_COLUMNS)
    return CARDS_ROW + lines * CARD_HEIGHT + 1


def sized(planned: Planned) -> int:
    """How many rows a stand-up list has room for: full or not, what stands below it stays."""
    return max(planned.block.limit or 0, len(planned.rows))


def quoted(sheet: str) -> str:
    """A sheet's name as formulas need it."""
    return "'" + sheet.replace("'", "''") + "'"
