"""What the morning's stand-up must talk about: every row of the daily check that breaks its rule.

The first day is that of the unbroken run of days (or readings) until now on which the rule breaks,
as far as the data goes back; where it cannot be told it is blank. Money at stake is per week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from workbook.answer import Group, Key, Question
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, Period, State, Status, Unit
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import back, bounds_of, known_on
from workbook.models.significance import chance_of_change
from workbook.rows import SEPARATOR, Product, Row

WEEK = 7
ALARMS = (Status.BAD, Status.WATCH)


@dataclass(frozen=True, slots=True)
class _Found:
    rule: str
    row: Row
    status: Status
    what: str
    subject: str
    why: str
    stake: float | None = None
    owner: str = ""
    since: dt.date | None = None


def _asks(asking: Asking) -> dict[str, Question]:
    metrics = tuple(map(get_metric, ("units_ordered", "sessions", "ordered_sales")))
    weeks = [at.trailing(WEEK) for at in back(asking.period.end, 2 * WEEK)]
    return {"conversion": Question(metrics, tuple(weeks), ("asin",))}


def _rows(given: Given) -> list[Row]:
    every = [f for find in (_account, _stock, _ads, _budgets, _keywords, _conversion, _gaps)
             for f in find(given)]
    every.sort(key=lambda f: (
        given.groups.index(f.row.group) if f.row.group in given.groups else len(given.groups),
        ALARMS.index(f.status), f.rule != "account", -(f.stake or 0), f.subject))
    return [_row(given, found) for found in every]


def _row(given: Given, found: _Found) -> Row:
    group = found.row.group
    stake = None if found.stake is None else Decimal(str(round(found.stake, 2)))
    subject = found.row.key
    if found.rule == "account":  # without its day: an exception is the same one the next day
        subject = subject.rpartition(SEPARATOR)[0]
    days = (given.period.end - found.since).days + 1 if found.since else None
    row = Row(SEPARATOR.join((group.name, found.rule, subject)), group)
    row.cells = {
        "exception": Cell(row.key), "marketplace": Cell(group.marketplace),
        "severity": Cell(word(found.status, given.lang)), "what": Cell(found.what),
        "subject": Cell(found.subject), "why": Cell(found.why),
        "at_stake": Cell(stake, State.ESTIMATE, group.currency),
        "since": Cell(found.since), "days_open": Cell(days),
        "product_owner": Cell(found.owner or None),
    }
    return row


def _of(given: Given, block: str, field: str) -> Iterator[tuple[Row, Status]]:
    """The rows of a block whose status field alarms."""
    words = {word(state, given.lang): state for state in ALARMS}
    for row in given.rows.get(block, ()):
        if state := words.get(str(row.value(field))):
            yield row, state


def _day(row: Row, name: str = "since") -> dt.date | None:
    value = row.value(name)
    return value if isinstance(value, dt.date) else None


def _shown(value: float | None, unit: Unit | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if unit is Unit.SHARE else f"{value:,.4g}"


def _account(given: Given) -> Iterator[_Found]:
    for row, state in _of(given, "account", "status:now"):
        now, target, change = (row.number(n) for n in ("now", "target", "change"))
        shown, wanted = _shown(now, row.unit), _shown(target, row.unit)
        why = given.say(f"{shown}, target {wanted}", f"{shown}，目标 {wanted}")
        if change:
            moved = _shown(change, row.unit)
            why += given.say(f"; change {moved}", f"；变化 {moved}")
        if row.number("age"):
            day = row.value("last_day")
            why += given.say(f"; read on {day}", f"；{day} 的读数")
        yield _Found("account", row, state, given.say("Account value", "账户数值"),
                     str(row.value("name")), why, since=_day(row))


def _stock(given: Given) -> Iterator[_Found]:
    """SKUs that run out; excess stock is on its own sheet and no matter of the day."""
    excess = given.say("excess stock", "冗余库存")
    for row, state in _of(given, "stock_alarms", "status:days_of_cover"):
        if row.value("what") == excess:
            continue
        cover, lead = row.number("days_of_cover") or 0, row.number("lead_time")
        inbound = row.number("inbound_units") or 0
        lead_en = "unknown" if lead is None else f"{lead:.0f}"
        lead_zh = "未知" if lead is None else f"{lead:.0f} 天"
        out = row.value("runs_out")
        yield _Found(
            "days_of_cover", row, state, str(row.value("what")).capitalize(),
            str(row.value("sku")),
            given.say(f"{cover:.0f} days left, lead time {lead_en}; out about {out}; "
                      f"inbound {inbound:.0f}",
                      f"可售 {cover:.0f} 天，备货周期 {lead_zh}；约 {out} 断货；"
                      f"在途 {inbound:.0f}"),
            row.number("at_stake"), str(row.value("owner") or ""), _day(row))


def _ads(given: Given) -> Iterator[_Found]:
    for row, state in _of(given, "ads_check", "status:acos_7"):
        acos, mean, spend = (row.number(n) for n in ("acos_7", "benchmark", "spend_7"))
        shown = given.say("no sales", "无销售") if acos is None else f"{acos:.1%}"
        high = state is Status.BAD
        yield _Found(
            "acos_benchmark", row, state,
            given.say("ACoS above the category", "ACoS 高于类目") if high
            else given.say("Underspending?", "投放不足？"),
            str(row.value("campaign")),
            given.say(f"7 days: ACoS {shown}, mean {_shown(mean, Unit.SHARE)}; "
                      f"spent {spend or 0:,.2f}",
                      f"7 天：ACoS {shown}，均值 {_shown(mean, Unit.SHARE)}；"
                      f"花费 {spend or 0:,.2f}"),
            row.number("at_stake"), str(row.value("product_owner") or ""), _day(row))


def _budgets(given: Given) -> Iterator[_Found]:
    for row, state in _of(given, "budgets", "status:used"):
        if state is Status.BAD:
            yield _Found(
                "budget_used", row, state, given.say("Budget ran out", "预算耗尽"),
                str(row.value("campaign")),
                given.say(f"{row.value('days_out')} of 7 days: {row.value('which')}; "
                          f"{row.value('advice')}",
                          f"7 天中 {row.value('days_out')} 天：{row.value('which')}；"
                          f"{row.value('advice')}"),
                since=_day(row))


def _keywords(given: Given) -> Iterator[_Found]:
    for row, state in _of(given, "keyword_moves", "status:keyword_rank"):
        if state is not Status.BAD:
            continue
        now, before = row.number("keyword_rank"), row.number("before")
        at = str(row.value("standing")) if now is None else f"{now:.0f}"
        was = "–" if before is None else f"{before:.0f}"
        yield _Found(
            "keyword_places", row, state, given.say("Keyword lost places", "关键词排名下降"),
            f"{row.value('keyword')} · {row.value('asin')}",
            given.say(f"7 days ago {was}, now {at}", f"7 天前 {was}，现 {at}"),
            owner=str(row.value("product_owner") or ""))


def _gaps(given: Given) -> Iterator[_Found]:
    """Reports without which numbers of today's sheets are blank."""
    for row, state in _of(given, "report_gaps", "severity"):
        if state is Status.BAD:
            yield _Found(
                "report_gap", row, state, given.say("Report missing", "缺报表"),
                str(row.value("report")),
                given.say(f"{row.value('missing')}; blank: {row.value('blocks')}",
                          f"{row.value('missing')}；无数据：{row.value('blocks')}"))


# --- conversion -------------------------------------------------------------------------


def _conversion(given: Given) -> Iterator[_Found]:
    """ASINs whose conversion of 7 days fell by more than chance; the newest days that are there."""
    facts = given.facts["conversion"]
    for group in given.groups:
        weeks = [day.trailing(WEEK) for day in back(given.period.end, WEEK)]
        now = next((week for week in weeks if all(
            known_on(facts, fact, group.marketplace, span) for span in (week, week.previous())
            for fact in ("units_ordered", "sessions"))), None)
        for key in facts.values.get(group, {}) if now else ():
            if key[0] is not None and now and (found := _fall(given, group, key, now)):
                yield found


def _fall(given: Given, group: Group, key: Key, now: Period) -> _Found | None:
    row = given.facts["conversion"].row(group, key)
    names = ("units_ordered", "sessions", "ordered_sales")
    cells = [row.cell(get_metric(n), at).value for at in (now.previous(), now) for n in names]
    numbers = [0.0 if c is None else float(c) for c in cells]  # type: ignore[arg-type]
    units, sessions, sales, units_now, sessions_now, _ = numbers
    chance = chance_of_change(int(units), int(sessions), int(units_now), int(sessions_now))
    rule = bounds_of(given, "conversion_fall", group.marketplace)
    state = rule.status(chance)
    if state not in ALARMS or units_now / sessions_now >= units / sessions:
        return None
    before, after = units / sessions, units_now / sessions_now
    product = given.products.get(str(key[0]), Product())
    lost = (before - after) * sessions_now * sales / units if units else None
    return _Found(
        "conversion_fall", Row(SEPARATOR.join((group.name, str(key[0]))), group), state,
        given.say("Conversion fell", "转化率下降"), product.name or str(key[0]),
        given.say(f"{before:.1%} to {after:.1%} in {sessions_now:,.0f} sessions, "
                  f"{now}; noise {chance:.1%}",
                  f"{before:.1%} 降至 {after:.1%}，会话 {sessions_now:,.0f}，{now}；"
                  f"偶然概率 {chance:.1%}"),
        lost, product.owner)


MODEL = Model(_rows, _asks, last=True)
