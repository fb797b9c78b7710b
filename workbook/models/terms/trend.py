"""The weeks of the search-term review: what was spent on terms with an order, and without any.

A term has an order if it had one in any of the weeks that are shown, in its ad group.
"""

from __future__ import annotations

from decimal import Decimal

from workbook.answer import Question
from workbook.metrics import get_metric
from workbook.model import Cell, Period, State
from workbook.models import Asking, Given, Model
from workbook.models.terms.evidence import weeks_back
from workbook.rows import Row

ORDERS, SPEND = "ad_orders", "ad_spend"


def _asks(asking: Asking) -> dict[str, Question]:
    return {"terms": Question((get_metric(SPEND), get_metric(ORDERS)), weeks_back(asking.period),
                              ("campaign", "ad_group", "search_term"))}


def _rows(given: Given) -> list[Row]:
    weeks = {week.label(): week for week in weeks_back(given.period)}
    rows = given.rows[given.block.id]
    for group in given.groups:
        totals = [{week: Decimal(0) for week in weeks.values()} for _ in range(2)]
        for cells in given.facts["terms"].values.get(group, {}).values():
            sold = any(cells.get((ORDERS, week)) for week in weeks.values())
            for week in weeks.values():
                totals[sold][week] += cells.get((SPEND, week), Decimal(0))
        for row in rows:
            if row.group == group:
                week = weeks[str(row.value("period"))]
                for name, total in zip(("spend_without", "spend_with"), totals, strict=True):
                    row.cells[name] = _cell(given, row, week, total[week])
    return rows


def _cell(given: Given, row: Row, week: Period, total: Decimal) -> Cell:
    """Blank where no report covers the week."""
    both = [given.facts["terms"].known.get((fact, row.group.marketplace, week))
            for fact in (SPEND, ORDERS)]
    if any(known is None or known.state is State.NO_DATA for known in both):
        return Cell(None, State.NO_DATA, row.group.currency)
    known = both[0]
    assert known is not None
    return Cell(total, known.state, row.group.currency, known.final_on)


MODEL = Model(_rows, _asks)
