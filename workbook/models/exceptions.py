"""What a stand-up must talk about: every row that breaks its rule, the most money first.

Money at stake is per week and says how it was reckoned in `why`; it orders the list, it is no
forecast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workbook.looks import word
from workbook.model import Cell, Period, Rule, State, Status
from workbook.models import Given, Model
from workbook.rows import SEPARATOR, Product, Row
from workbook.rules import rule_for, status


@dataclass(frozen=True, slots=True)
class Findings:
    """What the exceptions are found in: the rows of the other blocks, rules and products."""

    rows: Mapping[str, list[Row]]
    rules: tuple[Rule, ...]
    period: Period
    lang: str
    products: Mapping[str, Product]


@dataclass(frozen=True, slots=True)
class _Found:
    rule: str
    row: Row
    status: Status
    what: str
    subject: str
    why: str
    stake: float | None
    owner: str = ""


def exception_rows(findings: Findings) -> list[Row]:
    """Rows of the exceptions block; keys are `marketplace|rule|subject`."""
    checks: tuple[Callable[[Findings], Iterator[_Found]], ...] = (
        _ads, _cover, _conversion, _aged, _store,
    )
    return [_row(found, findings) for check in checks for found in check(findings)]


def _row(found: _Found, findings: Findings) -> Row:
    group = found.row.group
    row = Row(SEPARATOR.join((group.name, found.rule, found.row.key)), group)
    stake = None if found.stake is None else Decimal(str(round(found.stake, 2)))
    row.cells = {
        "exception": Cell(row.key), "marketplace": Cell(group.marketplace),
        "severity": Cell(word(found.status, findings.lang)), "what": Cell(found.what),
        "subject": Cell(found.subject), "why": Cell(found.why),
        "at_stake": Cell(stake, State.ESTIMATE, group.currency),
        "product_owner": Cell(found.owner or None),
    }
    return row


def _bounds(
    findings: Findings, rule: str, row: Row
) -> tuple[Rule | None, float | None, float | None]:
    found = rule_for(findings.rules, rule, row.group.marketplace, findings.period.end)
    if found is None:
        return None, None, None
    target = None if found.target is None else float(found.target)
    return found, target, None if found.alarm is None else float(found.alarm)


def _say(findings: Findings, en: str, zh: str) -> str:
    return zh if findings.lang == "zh" else en


def _ads(findings: Findings) -> Iterator[_Found]:
    """Campaigns above their ACoS; at stake is the spend beyond the target."""
    for row in findings.rows.get("ads", ()):
        rule, target, alarm = _bounds(findings, "acos", row)
        spend, sales = row.number("ad_spend"), row.number("ad_sales")
        if rule is None or target is None or not spend:
            continue
        acos = row.number("acos")
        state = Status.BAD if acos is None else status(rule.test, acos, target, alarm)
        over = spend - target * (sales or 0)
        if state in (Status.BAD, Status.WATCH) and over > 0:
            shown = f"{acos:.1%}" if acos is not None else _say(findings, "no sales", "无销售")
            before = row.number("acos@-1")
            was = _say(findings, f", was {before:.1%}", f"，上周 {before:.1%}") if before else ""
            yield _Found(
                "acos", row, state, _say(findings, "ACoS above target", "ACoS 超目标"),
                str(row.value("campaign")),
                _say(findings,
                     f"ACoS {shown}, target {target:.1%}{was}; spent {spend:,.2f}",
                     f"ACoS {shown}，目标 {target:.1%}{was}；花费 {spend:,.2f}"),
                over,
            )


def _cover(findings: Findings) -> Iterator[_Found]:
    """SKUs that run out before a new order can arrive; at stake are a week's sales at most."""
    prices = _prices(findings)
    for row in findings.rows.get("stock", ()):
        rule, target, alarm = _bounds(findings, "days_of_cover", row)
        cover, lead, daily = (row.number(n) for n in ("days_of_cover", "lead_time", "daily_units"))
        if rule is None or target is None or cover is None or lead is None or not daily:
            continue
        state = status(rule.test, cover, target + lead, None if alarm is None else alarm + lead)
        if state not in (Status.BAD, Status.WATCH):
            continue
        price = prices.get((row.group.marketplace, str(row.value("asin"))))
        gone = min(7.0, max(0.0, lead - cover))
        out_by = findings.period.end + dt.timedelta(days=int(cover))
        inbound = row.number("inbound_units") or 0
        yield _Found(
            "days_of_cover", row, state, _say(findings, "Runs out before restock", "补货前将断货"),
            f"{row.value('sku')}",
            _say(findings,
                 f"{cover:.0f} days left, lead time {lead:.0f}; out about {out_by:%m-%d}; "
                 f"inbound {inbound:.0f}",
                 f"可售 {cover:.0f} 天，备货周期 {lead:.0f} 天；约 {out_by:%m-%d} 断货；"
                 f"在途 {inbound:.0f}"),
            None if price is None else gone * daily * price, str(row.value("owner") or ""),
        )


def _prices(findings: Findings) -> dict[tuple[str, str], float]:
    """Average selling price of the week by marketplace and ASIN."""
    prices = {}
    for row in findings.rows.get("top_skus", ()):
        sales, units = row.number("ordered_sales"), row.number("units_ordered")
        if sales and units:
            prices[row.group.marketplace, str(row.value("asin"))] = sales / units
    return prices


def _conversion(findings: Findings) -> Iterator[_Found]:
    """ASINs whose conversion fell by more than chance; at stake are the sales that did not come."""
    for row in findings.rows.get("top_skus", ()):
        rule, target, alarm = _bounds(findings, "conversion_fall", row)
        chance, moved = row.number("chance"), row.number("change:unit_session_percentage")
        if rule is None or chance is None or moved is None or moved >= 0:
            continue
        state = status(rule.test, chance, target, alarm)
        if state not in (Status.BAD, Status.WATCH):
            continue
        now = row.number("unit_session_percentage") or 0.0
        before = row.number("unit_session_percentage@-1") or 0.0
        units, sales = row.number("units_ordered@-1"), row.number("ordered_sales@-1")
        price = sales / units if units and sales else None
        lost = (before - now) * (row.number("sessions") or 0)
        yield _Found(
            "conversion_fall", row, state, _say(findings, "Conversion fell", "转化率下降"),
            str(row.value("name") or row.value("asin")),
            _say(findings,
                 f"{before:.1%} to {now:.1%} in {row.number('sessions'):,.0f} sessions; "
                 f"noise {chance:.1%}",
                 f"{before:.1%} 降至 {now:.1%}，会话 {row.number('sessions'):,.0f}；"
                 f"偶然概率 {chance:.1%}"),
            None if price is None else lost * price, _owner(findings, row),
        )


def _owner(findings: Findings, row: Row) -> str:
    product = findings.products.get(str(row.value("asin") or ""))
    return product.owner if product else ""


def _aged(findings: Findings) -> Iterator[_Found]:
    """SKUs with units older than 181 days; at stake is a week of Amazon's estimated fee."""
    for row in findings.rows.get("stock", ()):
        rule, target, alarm = _bounds(findings, "aged_units", row)
        units = row.number("aged_units")
        if rule is None or not units:
            continue
        state = status(rule.test, units, target, alarm)
        if state not in (Status.BAD, Status.WATCH):
            continue
        fee = row.number("estimated_aged_fee")
        monthly = "" if fee is None else _say(
            findings, f"; Amazon estimates {fee:,.2f} a month", f"；亚马逊预计月费 {fee:,.2f}")
        yield _Found(
            "aged_units", row, state, _say(findings, "Aged stock", "库龄过长"),
            str(row.value("sku")),
            _say(findings, f"{units:.0f} units older than 181 days{monthly}",
                 f"{units:.0f} 件超过 181 天{monthly}"),
            None if fee is None else fee * 7 / 30, str(row.value("owner") or ""),
        )


def _store(findings: Findings) -> Iterator[_Found]:
    """TACoS of a whole marketplace above its rule."""
    newest = {row.group: row for row in findings.rows.get("trend", ())}
    for row in newest.values():
        rule, target, alarm = _bounds(findings, "tacos", row)
        value, sales = row.number("tacos"), row.number("ordered_sales")
        if rule is None or value is None or target is None or not sales:
            continue
        state = status(rule.test, value, target, alarm)
        if state in (Status.BAD, Status.WATCH):
            yield _Found(
                "tacos", row, state, _say(findings, "TACoS above target", "TACoS 超目标"),
                row.group.marketplace,
                _say(findings, f"TACoS {value:.1%} against {target:.1%}",
                     f"TACoS {value:.1%}，目标 {target:.1%}"),
                (value - target) * sales,
            )


def _rows(given: Given) -> list[Row]:
    return exception_rows(Findings(
        given.rows, given.rules, given.period, given.lang, given.products))


MODEL = Model(_rows, last=True)
