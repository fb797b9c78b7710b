"""The months of a scorecard, for its cards and charts: adds what the scorecard's rows know."""

from __future__ import annotations

from workbook.formulas import At, copy_of
from workbook.model import Cell
from workbook.models import Given, Model
from workbook.models.scorecard.numbers import KPIS as ALL
from workbook.rows import SEPARATOR, Row

CARD = "sc_kpis"
BOUNDS = {"target": "due", "alarm": "rule_alarm"}  # of a card -> fields of the KPI's row
KPIS = ("net_profit", "net_margin", "inventory_turns", "in_stock_rate")


def _rows(given: Given) -> list[Row]:
    """Each KPI's twelve months before stand in its row of the scorecard, beside the actual."""
    months = {given.period.shifted(-ago).label(): f"ago_{ago}" for ago in range(1, 13)}
    months[given.period.label()] = "actual"
    cards = {row.key: row for row in given.rows[CARD]}
    for row in given.rows[given.block.id]:
        market, _, month = row.key.partition(SEPARATOR)
        for kpi in KPIS:
            source = cards.get(SEPARATOR.join((market, kpi, given.period.label())))
            known = source.cell(months[month]) if source else None
            row.cells[kpi] = known or Cell(None)
        if month == given.period.label():
            _add_bounds(row, market, month, cards)
    return given.rows[given.block.id]


def _add_bounds(row: Row, market: str, month: str, cards: dict[str, Row]) -> None:
    """The month's targets, so that a card says the same as the KPI's row."""
    for name in (kpi.name for kpi in ALL):
        key = SEPARATOR.join((market, name, month))
        for which, source in BOUNDS.items():
            cell = cards[key].cell(source) if key in cards else None
            if cell is not None:
                row.cells[f"{which}:{name}"] = copy_of(At(CARD, key, source), cell)


MODEL = Model(_rows, last=True)
