"""A row for each ASIN: the last day, 7 days against the 7 before, cover, last operation.

Whether conversion changed by more than chance is told by the two-proportion z-test of
`significance`, under the bounds of the rule `conversion_fall`.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbook import formulas
from workbook.answer import FactRow, Group, Question
from workbook.formulas import Here
from workbook.metrics import get_metric
from workbook.model import Cell, Metric, Period, Unit
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import bounds_of
from workbook.models.significance import chance_of_change
from workbook.models.tracker.days import pick_of, room
from workbook.models.tracker.log import Operation, operations
from workbook.models.tracker.operations import VERDICTS
from workbook.rows import SEPARATOR, Product, Row, relative

DAYS, WEEK = "at_days", 7
SUMS = tuple(get_metric(name) for name in (
    "ordered_sales", "units_ordered", "sessions", "ad_spend", "ad_sales"))
STOCK = tuple(get_metric(name) for name in ("available_units", "days_of_cover"))


def _asks(asking: Asking) -> dict[str, Question]:
    week = asking.period.trailing(WEEK)
    return {
        "sums": Question(SUMS, (Period(asking.period.end, asking.period.end), week,
                                week.shifted(-1)), ("asin",)),
        "stock": Question(STOCK, (week,), ("asin",)),
    }


def _rows(given: Given) -> list[Row]:
    asins: dict[tuple[Group, str], Row] = {}
    for row in given.rows[DAYS]:
        asins.setdefault((row.group, str(row.value("asin"))), row)
    said = operations(given.known, given.period.end)
    return [_row(given, group, asin, day, said) for (group, asin), day in asins.items()]


def _row(given: Given, group: Group, asin: str, day: Row, said: list[Operation]) -> Row:
    row = Row(SEPARATOR.join((group.name, asin)), group)
    product = given.products.get(asin, Product())
    row.cells = {
        "marketplace": Cell(group.marketplace), "asin": Cell(asin),
        "name": Cell(product.name or None), "product_owner": Cell(product.owner or None),
        "pick": Cell(pick_of(day)), "lead_time": Cell(product.lead_time),
    }
    sums = given.facts["sums"].row(group, (asin,))
    week = given.period.trailing(WEEK)
    _spans(row, sums, (("day", Period(given.period.end, given.period.end)), ("now", week),
                       ("before", week.shifted(-1))))
    _changes(row)
    _verdict(row, given)
    stock = given.facts["stock"].row(group, (asin,))
    row.cells |= {metric.name: stock.cell(metric, week) for metric in STOCK}
    _last(row, [one for one in said if one.asin == asin and one.on(group.marketplace)], given)
    _told(row, given)
    return row


def _spans(row: Row, facts: FactRow, spans: Iterable[tuple[str, Period]]) -> None:
    """The sums of each span, and conversion and ACoS as live ratios of them."""
    for name, span in spans:
        row.cells |= {f"{metric.name}_{name}": facts.cell(metric, span) for metric in SUMS}
        for ratio, over, under in (("conversion", "units_ordered", "sessions"),
                                   ("acos", "ad_spend", "ad_sales")):
            metric = _RATIOS[ratio]
            row.cells[f"{ratio}_{name}"] = formulas.ratio(
                f"{over}_{name}", f"{under}_{name}", facts.cell(metric, span))


_RATIOS: dict[str, Metric] = {"conversion": get_metric("unit_session_percentage"),
                              "acos": get_metric("acos")}


def _changes(row: Row) -> None:
    for name in ("ordered_sales", "sessions"):
        row.cells[f"{name}_change"] = formulas.relative_change(
            Here(f"{name}_now"), Here(f"{name}_before"),
            Cell(relative(Unit.MONEY, row.value(f"{name}_now"), row.value(f"{name}_before"))))
    row.cells["conversion_change"] = formulas.points_change(
        Here("conversion_now"), Here("conversion_before"),
        Cell(relative(Unit.SHARE, row.value("conversion_now"), row.value("conversion_before"))))


def _verdict(row: Row, given: Given) -> None:
    numbers = [row.number(f"{name}_{span}") for span in ("before", "now")
               for name in ("units_ordered", "sessions")]
    chance = None if None in numbers else chance_of_change(*(int(n or 0) for n in numbers))
    level = bounds_of(given, "conversion_fall", row.group.marketplace).target or 0.0
    verdict = "few"
    if chance is not None:
        moved = row.number("conversion_change") or 0.0
        verdict = "noise" if chance >= level else "rise" if moved > 0 else "fall"
    row.cells["chance"] = Cell(chance)
    row.cells["severity"] = Cell(VERDICTS[verdict][given.lang])


def _last(row: Row, mine: list[Operation], given: Given) -> None:
    if mine:
        row.cells["operation"] = Cell(mine[-1].text(given.lang))
        row.cells["operation_day"] = Cell(mine[-1].day)


def _told(row: Row, given: Given) -> None:
    """How many ASINs are not listed, where some are not."""
    sold = len(given.facts["sums"].values.get(row.group, {}))
    listed = room(given.template.blocks()[DAYS])
    if sold > listed:
        row.cells["about"] = Cell(given.say(
            f"the {listed} ASINs with the most sales of {sold:,}; operations on the others "
            "count in the log",
            f"共 {sold:,} 个 ASIN，列出销售额前 {listed} 名；其余的操作仍计入操作日志"))


MODEL = Model(_rows, _asks)
