"""The months of a scorecard, for its cards and charts: adds what the scorecard's rows know."""

from __future__ import annotations

from workbook.model import Cell
from workbook.models import Given, Model
from workbook.rows import SEPARATOR, Row

CARD = "sc_kpis"
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
    return given.rows[given.block.id]


MODEL = Model(_rows, last=True)
