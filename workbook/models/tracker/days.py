"""A row for each ASIN and day: the best-selling ASINs, the newest day first, with their events.

As many ASINs of a marketplace as the block's limit has room for; what was said of the others
counts in the operation log all the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from workbook.answer import Group, Question
from workbook.formulas import Formula, Here
from workbook.metrics import get_metric
from workbook.model import Cell, Period
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import a_day
from workbook.models.tracker.log import Event, Operation, events, names_on, operations
from workbook.rows import Row
from workbook.template import Block

OFFER = get_metric("featured_offer_percentage")
WEEKDAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "zh": tuple("一二三四五六日")}


def pick_of(row: Row) -> str:
    """How an ASIN of a marketplace is chosen in the view: `US B0EX000003`."""
    return f"{row.group.name} {row.value('asin')}"


def room(block: Block) -> int:
    """How many ASINs of a marketplace have their days listed."""
    return (block.limit or 0) // block.over


def _asks(asking: Asking) -> dict[str, Question]:
    days = Period(asking.period.trailing(asking.block.over).start, asking.period.end).all_days()
    return {"offer": Question((OFFER,), tuple(a_day(day) for day in days), ("asin",))}


def _rows(given: Given) -> list[Row]:
    own = given.rows[given.block.id]
    ranks = _ranks(own, room(given.block))
    said = [one for one in operations(given.known, given.period.end) if one.marketplace == "*"]
    known = events(given.known, given.products)
    kept = [row for row in own if (row.group, str(row.value("asin"))) in ranks]
    for row in kept:
        _complete(row, given, known, said)
    order = {group: number for number, group in enumerate(given.groups)}
    return sorted(kept, key=lambda row: (
        order[row.group], -_day(row).toordinal(), ranks[row.group, str(row.value("asin"))]))


def _ranks(rows: list[Row], most: int) -> dict[tuple[Group, str], int]:
    """The ASINs of each marketplace by their sales over all days, cut at `most`."""
    sales: dict[Group, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        sales[row.group][str(row.value("asin"))] += row.number("ordered_sales") or 0.0
    return {(group, asin): rank for group, own in sales.items() for rank, asin in enumerate(
        sorted(own, key=lambda asin: (-own[asin], asin))[:most])}


def _day(row: Row) -> dt.date:
    day = row.value("from")
    assert isinstance(day, dt.date)
    return day


def _complete(
    row: Row, given: Given, known: list[Event], everywhere: list[Operation]
) -> None:
    """What is not measured: weekday, organic orders, Featured Offer, events, what is missing."""
    day, asin, market = _day(row), str(row.value("asin")), row.group.marketplace
    row.cells["weekday"] = Cell(WEEKDAYS[given.lang][day.weekday()])
    row.cells["lookup"] = Cell(f"{pick_of(row)} {day}")
    row.cells["offer"] = given.facts["offer"].cell(OFFER, row.group, (asin,), a_day(day))
    items, ads = row.value("order_items"), row.value("ad_orders")
    if items is not None and ads is not None:
        row.cells["organic_orders"] = Formula(
            'IF(OR({i}="",{a}=""),"",{i}-{a})', {"i": Here("order_items"), "a": Here("ad_orders")},
            Cell(int(items) - int(ads)))  # type: ignore[arg-type]
    texts = names_on(day, market, asin, known)
    texts += [one.text(given.lang) for one in everywhere if (one.asin, one.day) == (asin, day)]
    row.cells["events"] = Cell(", ".join(texts) or None)
    row.cells["about"] = Cell(_about(row, given, day))


def _about(row: Row, given: Given, day: dt.date) -> str | None:
    """Why the day is blank, or why its ad orders are more than its orders."""
    if row.value("sessions") is None:
        return given.say(
            f"no Business Report by child item of {day} alone: choose that day as both dates",
            f"缺少 {day} 单日的“按子商品”业务报告：开始和结束日期都选这一天")
    if (row.number("organic_orders") or 0) < 0:
        return given.say("ad orders count on the day of the click, so they can exceed the orders",
                         "广告订单按点击日计，可能多于当天订单")
    return None


MODEL = Model(_rows, _asks)
