"""Ads by campaign: the day and the last 7 days, against the category's mean and break-even.

The last 7 days are judged; a single day's orders are still being attributed. Break-even ACoS is
contribution before ads / sales of the campaign's SKUs (settlements and costs, without fees that
are not by SKU), weighted by the campaign's ad sales of each; sales as Amazon prints them in both.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from workbook import formulas
from workbook.answer import Facts, Group, Key, Question
from workbook.formulas import Formula, Here
from workbook.inputs import EVERYWHERE
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.metrics.profit import CONTRIBUTION
from workbook.model import Agg, Cell, Label, Linear, Metric, Period, Ratio, State, Status, Unit
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import (
    LOOK_BACK,
    ORDER,
    a_day,
    back,
    bounds_of,
    first_day,
    looked_up,
    over,
)
from workbook.notes import Note, said
from workbook.rows import SEPARATOR, Row

BY = ("campaign", "ad_type")
DAYS = 7
NUMBERS = ("ad_spend", "ad_sales", "clicks")
SPEND, SALES = over("ad_spend", DAYS), over("ad_sales", DAYS)
BEFORE_ADS = Linear(tuple(t for t in CONTRIBUTION.terms if t[1] != Agg("ad_spend")))
BREAK_EVEN = Metric("break_even_acos", Label("Break-even ACoS", "盈亏平衡ACoS"), Unit.SHARE,
                    Ratio(BEFORE_ADS, Agg("product_sales")))
SETTLED_DAYS = 28
SETTLED_WEEKS_BACK = 8


def _settled(day: dt.date) -> tuple[Period, ...]:
    """Spans of four weeks, the newest first; settlements close every two weeks."""
    return tuple(a_day(day - dt.timedelta(days=7 * n)).trailing(SETTLED_DAYS)
                 for n in range(SETTLED_WEEKS_BACK))


def _asks(asking: Asking) -> dict[str, Question]:
    day = asking.period.end
    week = (a_day(day).trailing(DAYS),)
    return {
        "day": Question(tuple(map(get_metric, NUMBERS)), (asking.period,), BY),
        "week": Question((SPEND, SALES), back(day, LOOK_BACK), BY),
        "products": Question((get_metric("ad_spend"),), week, ("campaign", "category", "owner")),
        "skus": Question((get_metric("ad_sales"),), week, ("campaign", "sku")),
        "settled": Question((BREAK_EVEN,), _settled(day), ("sku",)),
    }


@dataclass(slots=True)
class _Market:
    """What one group's campaigns are held against."""

    products: dict[str, tuple[str, str]] = field(default_factory=dict)  # category, owner
    sales: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    settled: Period | None = None


def _rows(given: Given) -> list[Row]:
    found: list[Row] = []
    for group in given.groups:
        market = _market(given, group)
        keys = {key for facts in (given.facts["day"], given.facts["week"])
                for key in facts.values.get(group, {}) if key[0] is not None}
        made = [_row(given, group, key, market) for key in sorted(keys, key=str)]
        made = [(row, state) for row, state in made if _told(row)]
        found += [row for row, _ in sorted(made, key=lambda pair: (
            ORDER.index(pair[1]), -(pair[0].number("at_stake") or 0),
            -(pair[0].number("spend_7") or 0), pair[0].key))]
    return found


def _told(row: Row) -> bool:
    """A campaign that spent, or whose days no report covers."""
    return any(row.number(name) != 0 for name in ("spend", "spend_7"))


def _market(given: Given, group: Group) -> _Market:
    week = a_day(given.period.end).trailing(DAYS)
    market = _Market(settled=next((
        span for span in _settled(given.period.end)
        if (known := given.facts["settled"].known.get(("product_sales", group.marketplace, span)))
        and known.state is not State.NO_DATA), None))
    most: dict[str, Decimal] = {}
    for (campaign, category, owner), cells in given.facts["products"].values.get(
            group, {}).items():
        spent = cells.get(("ad_spend", week), Decimal(0))
        if category and spent > most.get(str(campaign), Decimal(-1)):
            most[str(campaign)] = spent
            market.products[str(campaign)] = (str(category), str(owner or ""))
    for (campaign, sku), cells in given.facts["skus"].values.get(group, {}).items():
        if sku and (sold := cells.get(("ad_sales", week))):
            market.sales[str(campaign)][str(sku)] = sold
    return market


def _row(given: Given, group: Group, key: Key, market: _Market) -> tuple[Row, Status]:
    campaign, code = str(key[0]), group.marketplace
    category, owner = market.products.get(campaign, ("", ""))
    row = Row(SEPARATOR.join([group.name, *(str(part or "") for part in key)]), group)
    day, week = given.facts["day"].row(group, key), given.facts["week"].row(group, key)
    numbers = {n: day.cell(get_metric(n), given.period) for n in NUMBERS}
    row.cells = {
        "campaign": Cell(campaign), "ad_type": Cell(key[1]), "marketplace": Cell(code),
        "category": Cell(category or None), "product_owner": Cell(owner or None),
        "spend": numbers["ad_spend"], "sales": numbers["ad_sales"], "clicks": numbers["clicks"],
        "spend_7": _money(week.cell(SPEND, given.period), group),
        "sales_7": _money(week.cell(SALES, given.period), group),
        "break_even": _break_even(given, group, campaign, market),
        "data": Cell(_data(given, numbers["ad_spend"], row)),
    }
    for name, parts in (("acos", ("spend", "sales")), ("acos_7", ("spend_7", "sales_7"))):
        row.cells[name] = formulas.ratio(*parts, _acos(row, *parts))
    mean = _benchmark(given, code, category)
    bound = bounds_of(given, "acos", code).target
    row.cells["benchmark"] = looked_up("acos", "target", bound) if mean is None else Cell(mean)
    row.cells["benchmark_of"] = Cell(category if mean is not None else given.say("rule", "规则"))
    state = _judge(given, row)
    stake = _beyond(row)
    row.cells["at_stake"] = Cell(stake if state is Status.BAD else None, State.ESTIMATE,
                                 group.currency)
    row.cells["since"] = Cell(first_day(_history(given, group, key, row), state))
    return row, state


def _money(cell: Cell, group: Group) -> Cell:
    value = None if cell.value is None else Decimal(str(cell.value))
    return Cell(value, cell.state, group.currency, cell.final_on, cell.note)


def _acos(row: Row, over_: str, under: str) -> Cell:
    spend, sales = row.number(over_), row.number(under)
    known = row.cell(over_) or Cell(None)
    if spend is None or sales is None:
        return Cell(None, State.NO_DATA, note=known.note)
    if sales == 0:
        no_sales = spend > 0
        return Cell(None, State.NO_SALES if no_sales else State.NO_DATA,
                    note=Note("no sales", "无销售") if no_sales else "")
    return Cell(spend / sales, known.state, final_on=known.final_on, note=known.note)


def _data(given: Given, cell: Cell, row: Row) -> str | None:
    """Until when it settles, or which reports the day lacks."""
    if cell.state is State.SETTLING and cell.final_on:
        return given.say(f"settling until {cell.final_on}", f"结算至 {cell.final_on}")
    return said(cell.note, given.lang) or None


def _benchmark(given: Given, market: str, category: str) -> float | None:
    """The user's mean of the category, else of all the store's categories."""
    names = [name for name in (category, EVERYWHERE) if name]
    found = (given.known.number("benchmarks", market, name, "acos", day=given.period.end)
             for name in names)
    return next((value for value in found if value is not None), None)


# --- against the mean -------------------------------------------------------------------


def _judge(given: Given, row: Row) -> Status:
    """Puts the deviations, their bounds and the status into the row."""
    market = row.group.marketplace
    band, points = (bounds_of(given, id, market)
                    for id in ("acos_benchmark", "acos_benchmark_points"))
    acos, mean = row.number("acos_7"), row.number("benchmark")
    known = acos is not None and mean is not None
    relative = (acos - mean) / mean if known and mean else None  # type: ignore[operator]
    difference = acos - mean if known else None  # type: ignore[operator]
    row.cells["deviation"] = formulas.relative_change(
        Here("acos_7"), Here("benchmark"), Cell(relative))
    row.cells["difference"] = Formula('IF(OR({n}="",{p}=""),"",{n}-{p})', {
        "n": Here("acos_7"), "p": Here("benchmark")}, Cell(difference))
    for name, bounds in (("band", band), ("points", points)):
        id = "acos_benchmark" if name == "band" else "acos_benchmark_points"
        row.cells[f"{name}_target"] = looked_up(id, "target", bounds.target)
        row.cells[f"{name}_alarm"] = looked_up(id, "alarm", bounds.alarm)
    state = _state(given, market, row.number("spend_7"), row.number("sales_7"), mean)
    assert band.rule is not None and points.rule is not None
    parts = [formulas.status(bounds.rule, Here(value), Here(f"{name}_target"),
                             Here(f"{name}_alarm"), given.lang, Cell(None))
             for name, bounds, value in (("band", band, "deviation"),
                                         ("points", points, "difference"))
             if bounds.rule]
    bad = word(Status.BAD, given.lang)
    text = (f'IF(AND({{s}}<>"",{{o}}<>"",{{s}}>0,{{o}}=0),"{bad}",'
            f'IF(AND({{pt}}<>"",{{pt}}>0),{_renamed(parts[1].text)},{parts[0].text}))')
    row.cells["status:acos_7"] = Formula(text, {
        "s": Here("spend_7"), "o": Here("sales_7"), "pt": Here("points_target"),
        **parts[0].refs, **{f"p{name}": ref for name, ref in parts[1].refs.items()},
    }, Cell(word(state, given.lang)))
    return state


def _renamed(text: str) -> str:
    """The same formula with its own names, to stand beside another in one cell."""
    for name in ("v", "t", "a"):
        text = text.replace(f"{{{name}}}", f"{{p{name}}}")
    return text


def _state(
    given: Given, market: str, spend: float | None, sales: float | None, mean: float | None
) -> Status:
    """What the rules say of spend and sales against a mean ACoS."""
    if spend is None or sales is None:
        return Status.NONE
    if sales == 0:
        return Status.BAD if spend > 0 else Status.NONE
    if not mean:
        return Status.NONE
    acos = spend / sales
    points = bounds_of(given, "acos_benchmark_points", market)
    if points.target:
        return points.status(acos - mean)
    return bounds_of(given, "acos_benchmark", market).status((acos - mean) / mean)


def _beyond(row: Row) -> Decimal | None:
    """The spend of the 7 days beyond the mean ACoS."""
    spend, sales, mean = (row.number(n) for n in ("spend_7", "sales_7", "benchmark"))
    if spend is None or sales is None or mean is None:
        return None
    return Decimal(str(round(max(0.0, spend - mean * sales), 2)))


def _history(
    given: Given, group: Group, key: Key, row: Row
) -> Iterator[tuple[dt.date, Status]]:
    """What the rule said of the 7 days until each day, the newest first."""
    facts: Facts = given.facts["week"]
    for at in back(given.period.end, LOOK_BACK):
        spend, sales = (facts.cell(m, group, key, at).value for m in (SPEND, SALES))
        yield at.end, _state(
            given, group.marketplace, None if spend is None else float(spend),  # type: ignore[arg-type]
            None if sales is None else float(sales), row.number("benchmark"))  # type: ignore[arg-type]


# --- break-even -------------------------------------------------------------------------


def _break_even(given: Given, group: Group, campaign: str, market: _Market) -> Cell:
    """The SKUs' margins before ads, weighted by the campaign's ad sales; else why not."""
    sold = market.sales.get(campaign)
    if not sold:
        return Cell(None, State.NO_DATA, note=Note("no sales by advertised SKU in 7 days",
                                                   "7 天内没有按推广商品的销售额"))
    if market.settled is None:
        return Cell(None, State.NO_DATA, note=Note("no settlements of 4 weeks",
                                                   "没有覆盖 4 周的结算报告"))
    total, weight = Decimal(0), sum(sold.values(), Decimal(0))
    for sku, sales in sold.items():
        cell = given.facts["settled"].cell(BREAK_EVEN, group, (sku,), market.settled)
        if cell.value is None:
            why = cell.note or Note("not settled", "未结算")
            return Cell(None, State.NO_DATA, note=Note(
                f"{sku}: {why}", f"{sku}：{said(why, 'zh')}"))
        total += sales * Decimal(str(cell.value))
    return Cell(float(total / weight), State.ESTIMATE, note=Note(
        f"settlements {market.settled}, without fees that are not by SKU",
        f"结算 {market.settled}，不含非按 SKU 的费用"))


MODEL = Model(_rows, _asks)
