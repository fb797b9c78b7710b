"""Where every cell of a plan stands in a workbook, and formulas in A1 terms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbook.formulas import At, Column, Formula, Here, Named, Ref
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Kind, field_id

# A table tab: title, line of notes, header, rows. Column A holds the row keys and is hidden.
HEADER_ROW = 3
FIRST_COLUMN = 1
KEY_PREFIX = "ops:"

# The overview: four cards a row; each has a wide and a narrow column and a gap.
CARD_COLUMNS, CARD_WIDTH, CARD_HEIGHT = 4, 3, 6
CARDS_ROW, LEFT = 4, 1
CARD_CELLS = {"label": (0, 0), "value": (1, 0), "status": (1, 1), "change": (2, 0), "target": (2, 1),
              "alarm": (4, 1), "note": (4, 0)}
# The columns of the stand-up list on the overview's grid.
MIRROR_COLUMNS = {"severity": 1, "what": 2, "subject": 5, "why": 8, "at_stake": 13, "owner": 14,
                  "due": 15, "done": 16}


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: sheet title, zero-based row and column."""

    sheet: str
    row: int
    column: int

    def a1(self, *, absolute: bool = True) -> str:
        name = column_name(self.column)
        return f"${name}${self.row + 1}" if absolute else f"{name}{self.row + 1}"


def column_name(number: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


class Places:
    """Finds the spot of a block's row and field, and renders formulas."""

    def __init__(self, plan: Plan) -> None:
        self._tabs: dict[str, PlannedTab] = {}
        self._blocks: dict[str, Planned] = {}
        self._tops: dict[str, int] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._columns: dict[str, dict[str, int]] = {}
        for tab in plan.tabs:
            for planned in tab.blocks:
                self._tabs[planned.id], self._blocks[planned.id] = tab, planned
                self._tops[planned.id] = HEADER_ROW if not tab.heading else mirror_row(tab)
                self._rows[planned.id] = {row.key: n for n, row in enumerate(planned.rows)}
                self._columns[planned.id] = {
                    field_id(f): FIRST_COLUMN + n for n, f in enumerate(planned.block.fields)
                }

    def spot(self, block: str, row: str, field: str) -> Spot:
        """Where one cell stands; KeyError if the plan has no such cell."""
        planned, title = self._blocks[block], self._tabs[block].title
        number = self._rows[block][row]
        if planned.block.kind is Kind.CARDS:
            down, right = CARD_CELLS[field]
            line, place = divmod(number, CARD_COLUMNS)
            return Spot(title, CARDS_ROW + line * CARD_HEIGHT + down,
                        LEFT + place * CARD_WIDTH + right)
        top = self._tops[block] + 1
        if planned.block.kind is Kind.MIRROR:
            return Spot(title, top + number, MIRROR_COLUMNS[field])
        return Spot(title, top + number, self._columns[block][field])

    def header(self, block: str) -> int:
        """The row of a table's header."""
        return self._tops[block]

    def rows_of(self, block: str, field: str, keys: list[str] | None = None) -> str:
        """A column range: the whole body, or from the first to the last of `keys`."""
        names = keys or list(self._rows[block])
        if not names:
            column = column_name(self._columns[block][field])
            top = self._tops[block] + 2
            return f"{quoted(self._tabs[block].title)}!${column}${top}:${column}${top}"
        first, last = self.spot(block, names[0], field), self.spot(block, names[-1], field)
        return f"{quoted(first.sheet)}!{first.a1()}:{last.a1()}"

    def render(self, formula: Formula, at: Spot, block: str, row: str) -> str:
        """The formula as Excel writes it, seen from the cell `at` of a block's row."""

        def replace(match: re.Match[str]) -> str:
            return self._reference(formula.refs[match[1]], at, block, row)

        return "=" + re.sub(r"\{([a-z_]+)\}", replace, formula.text)

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


def mirror_row(tab: PlannedTab) -> int:
    """The header row of the stand-up list: below the cards."""
    cards = next((len(p.rows) for p in tab.blocks if p.block.kind is Kind.CARDS), 0)
    lines = -(-cards // CARD_COLUMNS)
    return CARDS_ROW + lines * CARD_HEIGHT + 1


def quoted(sheet: str) -> str:
    """A sheet's name as formulas need it."""
    return "'" + sheet.replace("'", "''") + "'"
