"""Budgets that ran out: campaigns whose spend reached their daily budget in the last 7 days.

The report has no hours: how many sales were missed after a budget ran out is not estimated.
"""

from __future__ import annotations

from decimal import Decimal

from workbook import formulas
from workbook.answer import Group, Key, Question
from workbook.formulas import Here
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, State, Status
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import ORDER, back, bounds_of, first_day, looked_up
from workbook.rows import SEPARATOR, Row

BY = ("campaign", "ad_type")
DAYS = 7
NUMBERS = ("ad_spend", "budget", "ad_sales")


def _asks(asking: Asking) -> dict[str, Question]:
    return {"days": Question(tuple(map(get_metric, NUMBERS)), back(asking.period.end, DAYS), BY)}


def _rows(given: Given) -> list[Row]:
    found: list[Row] = []
    for group in given.groups:
        made = [row for key in given.facts["days"].values.get(group, {})
                if key[0] is not None and (row := _row(given, group, key)) is not None]
        bounds = bounds_of(given, "budget_used", group.marketplace)
        found += sorted(made, key=lambda row: (
            ORDER.index(bounds.status(row.number("used"))),
            -(row.number("days_out") or 0), -(row.number("spend") or 0), row.key))
    return found


def _row(given: Given, group: Group, key: Key) -> Row | None:
    """None for a campaign without a budget on any of the days."""
    days = back(given.period.end, DAYS)
    facts = given.facts["days"].row(group, key)
    spend, budget, sales = ({at: facts.cell(get_metric(name), at) for at in days}
                            for name in NUMBERS)
    if not any(cell.value for cell in budget.values()):
        return None
    bounds = bounds_of(given, "budget_used", group.marketplace)
    states = [(at.end, bounds.status(_used(spend[at], budget[at]))) for at in days]
    out = [day for day, state in states if state is Status.BAD]
    today = given.period
    blank = budget[today].value == 0  # the campaign was not shown on the day
    row = Row(SEPARATOR.join([group.name, *(str(part or "") for part in key)]), group)
    row.cells = {
        "campaign": Cell(key[0]), "ad_type": Cell(key[1]), "marketplace": Cell(group.marketplace),
        "budget": Cell(None, State.NO_DATA, group.currency) if blank else budget[today],
        "spend": spend[today],
        "days_out": Cell(len(out)),
        "which": Cell(", ".join(f"{day:%m-%d}" for day in sorted(out)) or None),
        "since": Cell(first_day([(d, s if s is Status.BAD else Status.GOOD) for d, s in states],
                                states[0][1])),
    }
    row.cells["used"] = formulas.ratio("spend", "budget", Cell(_used(
        row.cell("spend") or Cell(None), row.cell("budget") or Cell(None)), spend[today].state,
        final_on=spend[today].final_on))
    used = bounds.status(row.number("used"))
    assert bounds.rule is not None
    row.cells["status:used"] = formulas.status(
        bounds.rule, Here("used"), Here("target:budget_used"), Here("alarm:budget_used"),
        given.lang, Cell(word(used, given.lang)))
    _week(given, row, [spend[at] for at in days], [sales[at] for at in days])
    row.cells["advice"] = Cell(_advice(given, row) if out else None)
    return row


def _used(spend: Cell, budget: Cell) -> float | None:
    if spend.value is None or not budget.value:
        return None
    return float(spend.value) / float(budget.value)  # type: ignore[arg-type]


def _week(given: Given, row: Row, spend: list[Cell], sales: list[Cell]) -> None:
    """Spend, sales and ACoS of the 7 days; blank where a day is."""
    for name, cells in (("spend_7", spend), ("sales_7", sales)):
        known = [cell.value for cell in cells if cell.value is not None]
        total = sum((Decimal(str(value)) for value in known), Decimal(0))
        whole = len(known) == len(cells)
        row.cells[name] = Cell(total if whole else None, cells[0].state if whole
                               else State.NO_DATA, row.group.currency, cells[0].final_on)
    total_spend, total_sales = row.number("spend_7"), row.number("sales_7")
    acos = total_spend / total_sales if total_spend is not None and total_sales else None
    row.cells["acos_7"] = formulas.ratio("spend_7", "sales_7", Cell(acos))
    target = bounds_of(given, "acos", row.group.marketplace).target
    row.cells["acos_target"] = looked_up("acos", "target", target)


def _advice(given: Given, row: Row) -> str:
    if row.number("spend_7") is None:
        return given.say("ads reports of the 7 days are not whole", "7 天的广告报表不全")
    acos, target = row.number("acos_7"), row.number("acos_target")
    if acos is not None and target is not None and acos <= target:
        return given.say("ACoS on target: try a higher budget", "ACoS 达标：可提高预算")
    return given.say("ACoS above target: bids and search terms first",
                     "ACoS 超目标：先调竞价和搜索词")


MODEL = Model(_rows, _asks)

