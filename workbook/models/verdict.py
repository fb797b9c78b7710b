"""The verdict on a change of conversion: is it more than chance?"""

from __future__ import annotations

from workbook.model import Cell, Label, State
from workbook.models import Given, Model
from workbook.models.significance import chance_of_change
from workbook.rows import Row

VERDICTS = {
    "rise": Label("yes, a rise", "显著上升"),
    "fall": Label("yes, a fall", "显著下降"),
    "noise": Label("no", "不显著"),
    "few": Label("too few to say", "样本不足"),
}


def add_verdict(row: Row, lang: str) -> None:
    """Adds `chance` and `verdict` to a row with units and sessions of two weeks."""
    names = ("units_ordered@-1", "sessions@-1", "units_ordered", "sessions")
    numbers = [row.number(name) for name in names]
    chance = None
    if None not in numbers:
        chance = chance_of_change(*(int(n or 0) for n in numbers))
    moved = row.number("change:unit_session_percentage")
    if chance is None or moved is None:
        verdict = "few"
    elif chance >= 0.05:
        verdict = "noise"
    else:
        verdict = "rise" if moved > 0 else "fall"
    row.cells["chance"] = Cell(chance, State.OK if chance is not None else State.NO_DATA)
    row.cells["verdict"] = Cell(VERDICTS[verdict][lang])


def _rows(given: Given) -> list[Row]:
    rows = given.rows[given.block.id]
    for row in rows:
        add_verdict(row, given.lang)
    return rows


MODEL = Model(_rows)
