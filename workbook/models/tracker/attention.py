"""ASINs that need a look: conversion fell beyond chance, stock runs out, an unlogged price change.

Money at stake is that of a week and says in `why` how it came about.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from workbook.looks import word
from workbook.model import Cell, State, Status
from workbook.models import Given, Model
from workbook.models.daily.numbers import bounds_of
from workbook.models.tracker.log import operations
from workbook.rows import SEPARATOR, Product, Row

DAYS, SUMMARY, WEEK = "at_days", "at_summary", 7.0
FALL, COVER, PRICE = "conversion_fall", "days_of_cover", "price_step"


def _rows(given: Given) -> list[Row]:
    found = [row for check in (_falls, _cover, _prices) for row in check(given)]
    order = {group: number for number, group in enumerate(given.groups)}
    return sorted(found, key=lambda row: (
        order[row.group], -(row.number("at_stake") or 0.0), row.key))


def _made(
    given: Given, source: Row, rule: str, state: Status, what: str, why: str,
    stake: float | None = None, day: dt.date | None = None,
) -> Row:
    """A row; a finding about a day has the day in its key."""
    asin = str(source.value("asin"))
    product = given.products.get(asin, Product())
    key = SEPARATOR.join((source.group.name, rule, asin, *([str(day)] if day else [])))
    row = Row(key, source.group)
    money = None if stake is None else Decimal(str(round(stake, 2)))
    row.cells = {
        "marketplace": Cell(source.group.marketplace), "severity": Cell(word(state, given.lang)),
        "what": Cell(what), "subject": Cell(product.name or asin), "asin": Cell(asin),
        "why": Cell(why), "at_stake": Cell(money, State.ESTIMATE, source.group.currency),
        "product_owner": Cell(product.owner or None),
    }
    return row


def _falls(given: Given) -> Iterator[Row]:
    """At stake: the orders that did not come in these 7 days, at the price of the week before."""
    for row in given.rows[SUMMARY]:
        chance, moved = row.number("chance"), row.number("conversion_change")
        state = bounds_of(given, FALL, row.group.marketplace).status(chance)
        if moved is None or moved >= 0 or state not in (Status.BAD, Status.WATCH):
            continue
        old, now, sessions, units, sales = (row.number(name) or 0.0 for name in (
            "conversion_before", "conversion_now", "sessions_now", "units_ordered_before",
            "ordered_sales_before"))
        last = row.value("operation_day")
        after = ""
        if isinstance(last, dt.date):
            after = given.say(f"; last operation {last:%m-%d} {row.value('operation')}",
                              f"；上次操作 {last:%m-%d} {row.value('operation')}")
        yield _made(
            given, row, FALL, state, given.say("Conversion fell", "转化率下降"),
            given.say(f"{old:.1%} to {now:.1%} in 7 days{after}",
                      f"7 天内 {old:.1%} 降至 {now:.1%}{after}"),
            (old - now) * sessions * sales / units if units else None)


def _cover(given: Given) -> Iterator[Row]:
    """At stake: the sales of the days without stock before a new order comes, a week at most."""
    for row in given.rows[SUMMARY]:
        cover, lead, sales = (row.number(name) for name in (
            "days_of_cover", "lead_time", "ordered_sales_now"))
        if cover is None or lead is None:
            continue
        state = bounds_of(given, COVER, row.group.marketplace).status(cover, lead)
        if state not in (Status.BAD, Status.WATCH):
            continue
        gone = min(WEEK, max(0.0, lead - cover))
        yield _made(
            given, row, COVER, state, given.say("Runs out before restock", "补货前将断货"),
            given.say(f"{cover:.0f} days of cover, lead time {lead:.0f}",
                      f"可售 {cover:.0f} 天，备货周期 {lead:.0f} 天"),
            None if sales is None else gone * sales / WEEK)


def _prices(given: Given) -> Iterator[Row]:
    """The newest price change of an ASIN that nobody wrote down on that day or the day beside it.

    A change is a step of the mean selling price, beyond the rule, that its next day keeps.
    """
    logged = {(one.asin, one.day + dt.timedelta(days=n))
              for one in operations(given.known, given.period.end) if one.kind == "price"
              for n in (-1, 0, 1)}
    for asin, days in _by_asin(given.rows[DAYS]).items():
        bound = bounds_of(given, PRICE, asin[0])
        priced = [(day, price) for row in sorted(days, key=lambda r: str(r.value("from")))
                  if (price := row.number("average_selling_price"))
                  and isinstance(day := row.value("from"), dt.date)]
        for n in range(len(priced) - 1, 0, -1):
            (day, new), old = priced[n], priced[n - 1][1]
            kept = n + 1 == len(priced) or bound.status(abs(priced[n + 1][1] / new - 1)) is (
                Status.GOOD)
            if bound.status(abs(new / old - 1)) not in (Status.BAD, Status.WATCH) or not kept:
                continue
            if (asin[1], day) not in logged:
                yield _made(
                    given, days[0], PRICE, Status.WATCH,
                    given.say("Price change not logged", "调价未登记"),
                    given.say(f"from {old:,.2f} to {new:,.2f} on {day:%m-%d}: write it into "
                              "the day's row", f"{day:%m-%d} 由 {old:,.2f} 变为 {new:,.2f}："
                              "请登记到当天的行"), day=day)
            break


def _by_asin(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.group.marketplace, str(row.value("asin"))].append(row)
    return found


MODEL = Model(_rows, last=True)
