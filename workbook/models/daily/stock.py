"""Stock alarms: days of cover against lead time and safety, stock-outs, excess, low-stock fee.

d is the mean of daily units over the newest 28 days that reports cover; cover = available / d.
At stake are the sales of the days without stock before a new order can arrive, a week at most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from workbook import formulas
from workbook.answer import Facts, Group, Key, Question
from workbook.formulas import Formula, Here
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, Metric, Period, State, Status
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import (
    LOOK_BACK,
    ORDER,
    Bounds,
    back,
    bounds_of,
    first_day,
    newest_known,
    over,
)
from workbook.notes import Note, said
from workbook.rows import SEPARATOR, Product, Row

PACE, SALES = over("units_ordered", 28, per_day=True), over("ordered_sales", 28)
# 30 and 90 days; whole weeks where reports are weekly.
SHORT = tuple(over("units_ordered", days, per_day=True) for days in (30, 28))
LONG = tuple(over("units_ordered", days, per_day=True) for days in (90, 91))
UNITS = ("available_units", "inbound_units", "reserved_units")
LATEST = 7  # days: how old the end of a span may be
WEEK = 7.0


def _asks(asking: Asking) -> dict[str, Question]:
    day = asking.period.end
    stock = tuple(get_metric(name) for name in UNITS)
    return {
        "stock": Question(stock, (asking.period,), ("sku",)),
        "earlier": Question(stock[:1], back(day, LOOK_BACK), ("sku",)),
        "pace": Question((PACE,), back(day, LOOK_BACK + LATEST), ("sku",)),
        "sales": Question((SALES,), back(day, LATEST), ("sku",)),
        "fee": Question(SHORT + LONG, back(day, LATEST), ("sku",)),
    }


class _Book:
    """Rules by marketplace, and facts over spans at the newest day until which they are covered."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._found: dict[tuple[str, str, str, dt.date], Period | None] = {}
        self._bounds: dict[tuple[str, str], Bounds] = {}

    def bounds(self, id: str, market: str) -> Bounds:
        if (id, market) not in self._bounds:
            self._bounds[id, market] = bounds_of(self._given, id, market)
        return self._bounds[id, market]

    def day(self, name: str, metric: Metric, market: str, until: dt.date) -> Period | None:
        key = (name, metric.name, market, until)
        if key not in self._found:
            expr = metric.expr
            facts = self._given.facts[name]
            self._found[key] = newest_known(
                facts, expr.fact, market, expr.trailing or 1,  # type: ignore[union-attr]
                back(until, LATEST))
        return self._found[key]

    def number(
        self, name: str, metric: Metric, group: Group, key: Key, until: dt.date
    ) -> float | None:
        at = self.day(name, metric, group.marketplace, until)
        if at is None:
            return None
        value = self._given.facts[name].cell(metric, group, key, at).value
        return None if value is None else float(value)  # type: ignore[arg-type]


def _rows(given: Given) -> list[Row]:
    book = _Book(given)
    found: list[Row] = []
    for group in given.groups:
        made = [_row(given, group, key, book)
                for key in given.facts["stock"].values.get(group, {}) if key[0] is not None]
        states = {row.key: state for row, state in made}
        found += sorted((row for row, _ in made if _told(row)), key=_rank(states))
    return found


def _told(row: Row) -> bool:
    """Has the SKU any stock or sales?"""
    return any(row.number(name) for name in (*UNITS, "pace"))


def _rank(states: dict[str, Status]) -> Callable[[Row], tuple[object, ...]]:
    """The worst first, then the most money, then the least cover."""
    def order(row: Row) -> tuple[object, ...]:
        cover = row.number("days_of_cover")
        return (ORDER.index(states[row.key]), -(row.number("at_stake") or 0), cover is None,
                cover or 0, row.key)
    return order


def _row(given: Given, group: Group, key: Key, book: _Book) -> tuple[Row, Status]:
    day, market, sku = given.period.end, group.marketplace, str(key[0])
    product = given.products.get(sku, Product())
    facts = given.facts["stock"].row(group, key)
    row = Row(SEPARATOR.join((group.name, sku)), group)
    pace = book.number("pace", PACE, group, key, day)
    until = book.day("pace", PACE, market, day)
    row.cells = {
        "sku": Cell(sku), "marketplace": Cell(market), "asin": Cell(product.asin or None),
        "name": Cell(product.name or None), "owner": Cell(product.owner or None),
        "lead_time": Cell(product.lead_time),
        **{name: facts.cell(get_metric(name), given.period) for name in UNITS},
        "pace": Cell(pace, State.OK if pace is not None else State.NO_DATA, note="" if until
                     else Note("no 28 days of sales by SKU are covered",
                               "没有按 SKU 的 28 天销量数据")),
        "pace_until": Cell(until.end if until else None),
    }
    known = row.cell("available_units")
    row.cells["data"] = Cell(said(known.note, given.lang) or None if known else None)
    available = row.number("available_units")
    cover = available / pace if available is not None and pace else None
    row.cells["days_of_cover"] = formulas.ratio("available_units", "pace", Cell(cover))
    excess = book.bounds("excess_cover", market)
    row.cells["excess"] = formulas.bound(
        "excess_cover", "target", Here("marketplace"), None, Cell(excess.target))
    state = _state(book, market, cover, product.lead_time)
    row.cells["status:days_of_cover"] = _status(given, state)
    row.cells |= _fee(given, group, key, book, available)
    row.cells["runs_out"] = Cell(
        None if cover is None or not pace else day + dt.timedelta(days=int(min(cover, 3650))))
    stake = _stake(book, group, key, day, cover, pace, product.lead_time)
    at_stake = Decimal(str(round(stake, 2))) if stake else None
    row.cells["at_stake"] = Cell(at_stake, State.ESTIMATE, group.currency)
    row.cells["what"] = Cell(_what(given, book, row, state))
    row.cells["since"] = Cell(first_day(_history(given, group, key, book, product), state))
    return row, state


def _state(book: _Book, market: str, cover: float | None, lead: int | None) -> Status:
    """Nothing left is an alarm; else cover against lead time and safety; else excess."""
    if cover is None:
        return Status.NONE
    if cover == 0:
        return Status.BAD
    excess = book.bounds("excess_cover", market).target
    more = excess is not None and cover > excess
    if lead is None:
        return Status.WATCH if more else Status.NONE
    state = book.bounds("days_of_cover", market).status(cover, lead)
    return Status.WATCH if state is Status.GOOD and more else state


def _status(given: Given, state: Status) -> Formula:
    good, watch, bad, none = (word(s, given.lang) for s in (
        Status.GOOD, Status.WATCH, Status.BAD, Status.NONE))
    more = f'IF({{x}}="","{{good}}",IF({{c}}>{{x}},"{watch}","{{good}}"))'
    fine, unknown = more.replace("{good}", good), more.replace("{good}", none)
    return Formula(
        f'IF({{c}}="","{none}",IF({{c}}=0,"{bad}",IF({{t}}="",{unknown},'
        f'IF({{c}}>={{t}},{fine},IF({{a}}="","{bad}",IF({{c}}>={{a}},"{watch}","{bad}"))))))',
        {"c": Here("days_of_cover"), "t": Here("target:days_of_cover"),
         "a": Here("alarm:days_of_cover"), "x": Here("excess")}, Cell(word(state, given.lang)))


def _fee(
    given: Given, group: Group, key: Key, book: _Book, available: float | None
) -> dict[str, Cell | Formula]:
    """Amazon charges for low stock where both the 30- and the 90-day supply are too short.

    Ours stands on today's stock; Amazon's on its mean over the days, so it is an estimate.
    """
    supplies = []
    for windows in (SHORT, LONG):
        found = (book.number("fee", metric, group, key, given.period.end) for metric in windows)
        pace = next((p for p in found if p is not None), None)
        supplies.append(available / pace if pace and available is not None else None)
    both = None if None in supplies else max(s for s in supplies if s is not None)
    rule = book.bounds("low_inventory_supply", group.marketplace)
    cells: dict[str, Cell | Formula] = {
        "supply": Cell(both, State.ESTIMATE if both is not None else State.NO_DATA),
        "supply_target": formulas.bound("low_inventory_supply", "target", Here("marketplace"),
                                        None, Cell(rule.target)),
        "supply_alarm": formulas.bound("low_inventory_supply", "alarm", Here("marketplace"), None,
                                       Cell(rule.alarm)),
    }
    assert rule.rule is not None
    cells["status:supply"] = formulas.status(
        rule.rule, Here("supply"), Here("supply_target"), Here("supply_alarm"), given.lang,
        Cell(word(rule.status(both), given.lang)))
    return cells


def _stake(
    book: _Book, group: Group, key: Key, day: dt.date, cover: float | None, pace: float | None,
    lead: int | None,
) -> float | None:
    """Sales lost in the days without stock until a new order can arrive, a week at most."""
    at = book.day("pace", PACE, group.marketplace, day)
    sales = book.number("sales", SALES, group, key, day)
    if cover is None or not pace or not sales or at is None:
        return None
    gone = min(WEEK, max(0.0, (WEEK if lead is None and cover == 0 else lead or 0) - cover))
    return gone * sales / 28  # a day's sales


def _what(given: Given, book: _Book, row: Row, state: Status) -> str | None:
    """What the row's status means, in words."""
    cover, lead = row.number("days_of_cover"), row.number("lead_time")
    if row.number("available_units") == 0 and cover is None:
        return given.say("out of stock, no sales in 28 days", "断货，28 天无销量")
    if cover == 0:
        return given.say("out of stock", "已断货")
    if state is Status.BAD:
        return given.say("runs out before an order can arrive", "新单到货前将断货")
    if state is Status.WATCH and lead is not None and cover is not None and (
            book.bounds("days_of_cover", row.group.marketplace).status(cover, lead)
            is Status.WATCH):
        return given.say("order now: safety stock is touched", "应立即下单：已动用安全库存")
    if state is Status.WATCH:
        return given.say("excess stock", "冗余库存")
    if cover is not None and lead is None:
        return given.say("lead time unknown (product master)", "缺备货周期（产品主数据）")
    return None


def _history(
    given: Given, group: Group, key: Key, book: _Book, product: Product
) -> Iterator[tuple[dt.date, Status]]:
    """What the rule said on each day, the newest first, from that day's stock and pace."""
    facts: Facts = given.facts["earlier"]
    available = get_metric("available_units")
    for at in back(given.period.end, LOOK_BACK):
        units = facts.cell(available, group, key, at).value
        pace = book.number("pace", PACE, group, key, at.end)
        known = units is not None and pace
        cover = float(units) / pace if known else None  # type: ignore[arg-type,operator]
        yield at.end, _state(book, group.marketplace, cover, product.lead_time)


MODEL = Model(_rows, _asks)
