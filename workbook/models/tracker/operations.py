"""The operation log: every operation with conversion before and after, and what may mislead.

Before: the 7 days before the operation, or as many as are typed; after: from the next day until
the next operation, 28 days at most. Days without a report or without stock are left out. Where
there are only weekly reports, whole weeks are compared instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from workbook import formulas
from workbook.answer import FactRow, Group, Question
from workbook.formulas import Here
from workbook.inputs import SEPARATOR, Known
from workbook.looks import SYMBOLS
from workbook.metrics import get_metric
from workbook.model import Cell, Label, Period, State, Status, Unit, Value, week_of
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import DAY, a_day, bounds_of
from workbook.models.tracker.effect import Effect, Side, effect
from workbook.models.tracker.log import (
    KINDS,
    STOCK_OUT,
    Event,
    Operation,
    events,
    operations,
)
from workbook.rows import Product, Row, relative

BEFORE, LONGEST = 7, 28  # days compared on each side
LOOKED_AT = 91  # days back until which an operation is compared; older ones are only listed
NUMBERS = tuple(get_metric(name) for name in (
    "units_ordered", "sessions", "ordered_sales", "ad_spend", "available_units"))
UNITS, SESSIONS, SALES, SPEND, STOCK = NUMBERS
TYPED = "asin_daily_tracker.at_log"  # where the number of days is known

VERDICTS = {
    "rise": Label(f"{SYMBOLS[Status.GOOD]} rise", f"{SYMBOLS[Status.GOOD]} 显著上升"),
    "fall": Label(f"{SYMBOLS[Status.BAD]} fall", f"{SYMBOLS[Status.BAD]} 显著下降"),
    "noise": Label("– no more than chance", "– 不显著"),
    "early": Label("– too early", "– 为时尚早"),
    "few": Label("– too few to say", "– 样本不足"),
    "odd": Label("– units exceed sessions", "– 销量多于会话数"),
    "no_before": Label("– no days before", "– 无操作前数据"),
    "no_after": Label("– no days after yet", "– 暂无操作后数据"),
    "old": Label("– not compared", "– 不再对比"),
}


@dataclass(frozen=True, slots=True)
class Spans:
    """The days, or weeks, of both sides of an operation."""

    before: tuple[Period, ...]
    after: tuple[Period, ...]


def days_before(known: Known, key: str) -> int:
    """How many days a person wants compared before an operation: 7, or what is typed, 1 to 28."""
    entry = known.entry(TYPED, key, "days")
    typed = entry.value if entry else None
    if isinstance(typed, bool) or not isinstance(typed, int | float | Decimal):
        return BEFORE
    return min(max(int(typed), 1), LONGEST)


def by_day(day: dt.date, before: int, last: dt.date) -> Spans:
    """Single days; `last` is the last one that may count after the operation."""
    ahead = min((last - day).days, LONGEST)
    return Spans(tuple(a_day(day - n * DAY) for n in range(before, 0, -1)),
                 tuple(a_day(day + n * DAY) for n in range(1, ahead + 1)))


def by_week(day: dt.date, before: int, last: dt.date, first: int) -> Spans:
    """Whole weeks around the operation's own week, where there are only weekly reports."""
    own = week_of(day, first=first)
    return Spans(
        tuple(own.shifted(-n) for n in range(-(-before // 7), 0, -1)),
        tuple(w for n in range(1, LONGEST // 7 + 1) if (w := own.shifted(n)).end <= last))


def _compared(all_: list[Operation], end: dt.date) -> list[Operation]:
    return [one for one in all_ if (end - one.day).days <= LOOKED_AT]


def _keys(one: Operation, groups: list[Group]) -> list[tuple[Group, str]]:
    return [(g, SEPARATOR.join((g.name, one.asin, str(one.day)))) for g in groups
            if one.on(g.marketplace)]


def _asks(asking: Asking) -> dict[str, Question]:
    end, periods = asking.period.end, set[Period]()
    for one in _compared(operations(asking.known, end), end):
        suffix = SEPARATOR + SEPARATOR.join((one.asin, str(one.day)))
        wanted = [days_before(asking.known, key) for (topic, key, _) in asking.known.entries
                  if topic == TYPED and key.endswith(suffix)]
        before = max(wanted, default=BEFORE)
        for spans in (by_day(one.day, before, end),
                      by_week(one.day, before, end, asking.week_first)):
            periods |= {*spans.before, *spans.after}
    return {"sides": Question(NUMBERS, tuple(sorted(periods)), ("asin",))} if periods else {}


def _rows(given: Given) -> list[Row]:
    all_ = operations(given.known, given.period.end)
    known = events(given.known, given.products)
    found = [_row(given, one, group, key, all_, known)
             for one in reversed(all_) for group, key in _keys(one, given.groups)]
    return sorted(found, key=lambda row: given.groups.index(row.group))


def _row(
    given: Given, one: Operation, group: Group, key: str, all_: list[Operation],
    known: list[Event],
) -> Row:
    row, end = Row(key, group), given.period.end
    others = [o for o in all_ if o.asin == one.asin and o.on(group.marketplace) and o != one]
    product = given.products.get(one.asin, Product())
    row.cells = {
        "marketplace": Cell(group.marketplace), "asin": Cell(one.asin),
        "name": Cell(product.name or None), "day": Cell(one.day),
        "kind": Cell(KINDS[one.kind][given.lang] if one.kind in KINDS else one.kind or None),
        "what": Cell(one.what or None), "who": Cell(one.who or None),
        "said_in": Cell(one.said_in),
    }
    if (end - one.day).days > LOOKED_AT or "sides" not in given.facts:
        row.cells["severity"] = Cell(VERDICTS["old"][given.lang])
        row.cells["why"] = Cell(given.say(
            f"older than {LOOKED_AT} days: fill with --period of that time",
            f"超过 {LOOKED_AT} 天：请用当时的 --period 填充"))
        return row
    following = min((o.day for o in others if o.day > one.day), default=None)
    last = end if following is None else following - DAY
    before_days = days_before(given.known, key)
    facts = given.facts["sides"].row(group, (one.asin,))
    mine = [e for e in known if e.touches(group.marketplace, one.asin)]
    spans, weekly = by_day(one.day, before_days, last), False
    before, after = _side(facts, spans.before, mine), _side(facts, spans.after, mine)
    if not (before.days and after.days):
        weeks = by_week(one.day, before_days, last, given.week_first)
        whole = _side(facts, weeks.before, ()), _side(facts, weeks.after, ())
        if whole[0].days and whole[1].days:
            spans, (before, after), weekly = weeks, whole, True
    level = bounds_of(given, "conversion_fall", group.marketplace).target or 0.0
    result = effect(before, after, level)
    _numbers(row, before, after, result, given.lang)
    row.cells["why"] = Cell("; ".join(filter(None, (
        _waiting(given, result), _left_out(given, spans, before.days + after.days, weekly),
        _confounded(given, spans, others, mine, facts)))) or None)
    return row


def _side(facts: FactRow, spans: Sequence[Period], mine: Sequence[Event]) -> Side:
    """The sums over the days that reports cover and that had stock."""
    days = units = sessions = 0
    sales: Decimal | None = None
    spend: Decimal | None = None
    for at in spans:
        cells = {metric.name: facts.cell(metric, at).value for metric in NUMBERS}
        out = (at.days == 1 and cells[STOCK.name] == 0) or any(
            e.kind == STOCK_OUT and at.start in e.days for e in mine)
        if cells[UNITS.name] is None or cells[SESSIONS.name] is None or out:
            continue
        days += at.days
        units += int(cells[UNITS.name])  # type: ignore[arg-type]
        sessions += int(cells[SESSIONS.name])  # type: ignore[arg-type]
        sales, spend = _plus(sales, cells[SALES.name]), _plus(spend, cells[SPEND.name])
    return Side(days, units, sessions, sales, spend)


def _plus(total: Decimal | None, value: Value) -> Decimal | None:
    return total if value is None else (total or Decimal(0)) + Decimal(str(value))


def _numbers(row: Row, before: Side, after: Side, result: Effect, lang: str) -> None:
    """The cells of both sides; ratios and the change are live."""
    currency = row.group.currency
    for name, side in (("before", before), ("after", after)):
        row.cells |= {
            f"days_{name}": Cell(side.days),
            f"units_{name}": Cell(side.units if side.days else None),
            f"sessions_{name}": Cell(side.sessions if side.days else None),
            f"price_{name}": Cell(_money(side.price), State.OK, currency),
            f"spend_{name}": Cell(_money(side.daily_spend), State.OK, currency),
            f"conversion_{name}": formulas.ratio(
                f"units_{name}", f"sessions_{name}", Cell(side.rate)),
        }
    row.cells["change"] = formulas.points_change(
        Here("conversion_after"), Here("conversion_before"),
        Cell(relative(Unit.SHARE, after.rate, before.rate)))
    row.cells["chance"] = Cell(result.chance)
    row.cells["severity"] = Cell(VERDICTS[result.verdict][lang])


def _money(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


# --- what to know -----------------------------------------------------------------------


def _waiting(given: Given, result: Effect) -> str:
    if not result.wait:
        return ""
    return given.say(f"about {result.wait:,} more sessions to tell a change of this size",
                     f"要判断这种幅度的变化约还需 {result.wait:,} 次会话")


def _left_out(given: Given, spans: Spans, days: int, weekly: bool) -> str:
    """Weeks instead of days, or how many days do not count."""
    if weekly:
        return given.say("whole weeks compared: no daily reports of these days",
                         "按整周对比：这些日期没有单日报表")
    gone = len(spans.before) + len(spans.after) - days
    if not gone:
        return ""
    return given.say(f"{gone} days without a report or without stock left out",
                     f"剔除 {gone} 天（无报表或断货）")


def _confounded(
    given: Given, spans: Spans, others: Sequence[Operation], mine: Sequence[Event],
    facts: FactRow,
) -> str:
    """Another operation or an event inside the days compared, and ads that still settle."""
    every = [*spans.before, *spans.after]
    if not every:
        return ""
    whole = Period(every[0].start, every[-1].end)
    also = [f"{o.text(given.lang)} ({o.day:%m-%d})" for o in others if o.day in whole]
    also += [f"{e.name} ({e.days.start:%m-%d})" for e in mine
             if e.days.start <= whole.end and e.days.end >= whole.start]
    said = []
    if also:
        said.append(given.say("also in these days: ", "期间另有：") + ", ".join(also))
    if any(facts.cell(SPEND, at).final_on for at in spans.after):
        said.append(given.say("ad figures still settle", "广告数据尚未最终确定"))
    return "; ".join(said)


MODEL = Model(_rows, _asks)
