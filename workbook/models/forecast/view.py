"""What the sales forecast sheet stands on: weekly units by SKU, stock-outs, events, the forecast.

The sheet's first block makes the `Book`; its other blocks read it from there (`book_of`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from workbook.answer import Group, Question
from workbook.errors import UsageError
from workbook.inputs import EVERYWHERE, key_of, number, parts_of
from workbook.metrics import get_metric
from workbook.model import Period, State, Value, month_of
from workbook.models import Asking, Given
from workbook.models.forecasting.model import Forecast, History, forecast
from workbook.models.forecasting.past import LEAST_STOCK, Array, Ints
from workbook.rows import Row

BACK, SHOWN, AHEAD, MONTHS, YEAR = 104, 26, 13, 12, 52  # weeks; months; weeks of a year
# SKUs of a marketplace that have their weeks in rows of their own, those with most money first.
DETAILED = 200
MAIN, WEEKS, OVERRIDES = "fc_skus", "fc_weeks", "forecast_overrides"
METRICS = ("units_ordered", "page_views", "featured_offer_percentage", "ordered_sales")
FACTS = ("units_ordered", "page_views", "featured_offer_views", "ordered_sales")
# Events that lift sales; the others are marked only. What a coupon of one SKU did says nothing
# of a sale of the whole store, so the two are kinds of their own.
KINDS = {("prime_day", False): 1, ("deal", False): 2, ("prime_day", True): 3, ("deal", True): 4}
COVERED = (State.OK, State.SETTLING, State.ESTIMATE)


def past_weeks(period: Period) -> list[Period]:
    """The weeks that are looked back on, the oldest first.

    Raises:
        UsageError: the period is no week.
    """
    if period.days != 7:
        raise UsageError(f"The sales forecast is about weeks, not {period.label()}.",
                         do="Give the last week to learn from: --period 2026-W46.")
    return [period.shifted(-ago) for ago in range(BACK - 1, -1, -1)]


def asks(asking: Asking) -> dict[str, Question]:
    """Two years of weeks by SKU, and whether it was in stock."""
    weeks = tuple(past_weeks(asking.period))
    return {
        "weeks": Question(tuple(map(get_metric, METRICS)), weeks, ("parent_asin", "asin", "sku")),
        "by_asin": Question(tuple(map(get_metric, METRICS)), weeks, ("parent_asin", "asin")),
        "stock": Question((get_metric("in_stock_rate"),), weeks, ("sku",)),
    }


@cache
def week_name(week: Period) -> str:
    """`2026-W47`: the ISO week of its Thursday, also where weeks start on Sunday."""
    thursday = next(day for day in week.all_days() if day.isoweekday() == 4)
    year, number, _ = thursday.isocalendar()
    return f"{year}-W{number:02d}"


@dataclass(slots=True)
class Series:
    """One SKU of a marketplace; its ASIN where reports carry no SKU."""

    group: Group
    sku: str
    asin: str = ""
    parent: str = ""

    @property
    def key(self) -> str:
        return key_of(self.group.name, self.sku)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the events table: days that are unlike others."""

    market: str
    name: str
    sku: str
    kind: str
    days: Period

    @property
    def code(self) -> int:
        """The kind of lift that is learnt from it; 0 none."""
        return KINDS.get((self.kind, self.sku not in ("", EVERYWHERE)), 0)

    def about(self, series: Series) -> bool:
        return self.market in (EVERYWHERE, series.group.marketplace) and self.sku in (
            "", EVERYWHERE, series.sku)

    def days_in(self, week: Period) -> int:
        return max((min(self.days.end, week.end) - max(self.days.start, week.start)).days + 1, 0)


class Book:
    """Series by weeks: arrays are (n series, T past weeks) or (n, H coming weeks)."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.past = past_weeks(given.period)
        last = month_of(self.past[-1].end + dt.timedelta(days=1)).shifted(MONTHS - 1).end
        horizon = -(-(last - given.period.end).days // 7)
        self.coming = [given.period.shifted(n) for n in range(1, horizon + 1)]
        self.events = list(_events(given))
        self.series, values = _collected(given, {w: t for t, w in enumerate(self.past)})
        self.sales, views, featured = values[3], values[1], values[2]
        self.units = _since_launch(values[0])
        self.share = self._in_stock((views > 0) & (featured == 0) & (values[0] == 0))
        self.index = {series.key: i for i, series in enumerate(self.series)}
        self.found: Forecast = forecast(
            History(self.units, self.share, self._kinds(), self.codes), horizon, year=YEAR)
        # To a tenth of a unit, so that what the sheet shows adds up.
        self.point = np.round(self.found.point, 1)

    @cached_property
    def codes(self) -> Ints:
        """(n,) the number of each series' group."""
        number = {group: n for n, group in enumerate(dict.fromkeys(s.group for s in self.series))}
        return np.array([number[s.group] for s in self.series], np.int64)

    @cached_property
    def overridden(self) -> set[str]:
        """`US|SKU|2026-W47` of every override that anybody has typed."""
        return set(self.given.known.of_topic(OVERRIDES))

    def key(self, series: Series, week: Period) -> str:
        return key_of(series.group.name, series.sku, week_name(week))

    def general(self, series: Series, week: Period) -> float | None:
        """An override of the user's table that holds on all marketplaces."""
        entry = self.given.known.entry(
            OVERRIDES, key_of(EVERYWHERE, series.sku, week_name(week)), "units")
        return number(entry.value) if entry else None

    def typed(self, series: Series, week: Period, *, shown: bool) -> Value:
        """What stands in the week's input cell, or in the store where there is no such cell."""
        key = self.key(series, week)
        if shown:
            return self.given.typed.get((WEEKS, key, "units"))
        entry = self.given.known.entry(OVERRIDES, key, "units")
        return entry.value if entry else None

    def final(self, i: int, step: int, *, shown: bool) -> float | None:
        """The units that count in the coming week `step` (from 1 on): typed, else the model's."""
        series, week = self.series[i], self.coming[step - 1]
        for said in (number(self.typed(series, week, shown=shown)), self.general(series, week)):
            if said is not None:
                return said
        return known(self.point[i, step - 1])

    def names(self, series: Series, week: Period) -> str:
        """The events of a week, joined."""
        return ", ".join(dict.fromkeys(e.name for e in self.events
                                       if e.about(series) and e.days_in(week)))

    def detailed(self, ordered: list[int]) -> set[int]:
        """Of series by money: those whose weeks have rows of their own."""
        count: dict[Group, int] = {}
        chosen = set()
        for i in ordered:
            series = self.series[i]
            count[series.group] = count.get(series.group, 0) + 1
            typed = any(self.key(series, week) in self.overridden or (
                WEEKS, self.key(series, week), "units") in self.given.typed
                for week in self.coming[:AHEAD])
            if count[series.group] <= DETAILED or typed:
                chosen.add(i)
        return chosen

    def left_out(self) -> Ints:
        """(n,) weeks that are not learnt from because the SKU was mostly out of stock."""
        return np.asarray((~np.isnan(self.units) & (self.share < LEAST_STOCK)).sum(axis=1))

    # --- what is fed to the model -------------------------------------------------------

    def _in_stock(self, unbuyable: np.typing.NDArray[np.bool_]) -> Array:
        """(n, T) share of the week in stock: the least that snapshots, reports or people say."""
        share = np.where(unbuyable, 0.0, np.nan)
        facts = self.given.facts["stock"]
        metric, market = get_metric("in_stock_rate"), ""
        for i, series in enumerate(self.series):
            market = series.group.marketplace
            row = facts.row(series.group, (series.sku,))
            for t in self._counted.get(market, ()):
                rate = number(row.cell(metric, self.past[t]).value)
                if rate is not None:
                    share[i, t] = np.fmin(share[i, t], rate)
        for event, i, t in self._marked(self.past):
            if event.kind == "stock_out":
                share[i, t] = np.fmin(share[i, t], 1 - event.days_in(self.past[t]) / 7)
        return share

    @cached_property
    def _counted(self) -> dict[str, list[int]]:
        """Marketplace -> the weeks that have stock snapshots."""
        at, found = {week: t for t, week in enumerate(self.past)}, dict[str, set[int]]()
        for (_, market, period), said in self.given.facts["stock"].known.items():
            if said.state is not State.NO_DATA and period in at:
                found.setdefault(market, set()).add(at[period])
        return {market: sorted(weeks) for market, weeks in found.items()}

    def _kinds(self) -> Ints:
        """(n, T + H) the kind of event of each week."""
        weeks = [*self.past, *self.coming]
        kinds = np.zeros((len(self.series), len(weeks)), np.int64)
        for event, i, t in self._marked(weeks):
            kinds[i, t] = kinds[i, t] or event.code
        return kinds

    def _marked(self, weeks: list[Period]) -> Iterator[tuple[Event, int, int]]:
        for event in self.events:
            at = [t for t, week in enumerate(weeks) if event.days_in(week)]
            if at:
                for i, series in enumerate(self.series):
                    if event.about(series):
                        yield from ((event, i, t) for t in at)


class Forecasted(list[Row]):
    """The rows of the sheet's first block, with the book that they were made of."""

    book: Book
    shown: set[int]  # the series that have rows of weeks
    order: list[int]  # all series, in the order of the rows


def book_of(given: Given) -> Forecasted:
    """The first block's rows."""
    rows = given.rows[MAIN]
    assert isinstance(rows, Forecasted)
    return rows


def known(value: float) -> float | None:
    """A number of an array; None for NaN."""
    return None if np.isnan(value) else float(value)


def _events(given: Given) -> Iterator[Event]:
    for key, fields in given.known.of_topic("events").items():
        market, name, sku, day = parts_of(key)
        first = dt.date.fromisoformat(day)
        last = fields["last_day"].value if "last_day" in fields else first
        kind = str(fields["kind"].value) if "kind" in fields else ""
        if isinstance(last, dt.date) and first <= last:
            yield Event(market, name, sku, kind, Period(first, last))


def _collected(given: Given, at: dict[Period, int]) -> tuple[list[Series], Array]:
    """The series that sold anything, and (facts, n, T) numbers; NaN where no report covers it.

    A marketplace whose reports were downloaded without their SKU column is forecast by ASIN.
    """
    found: dict[str, Series] = {}
    lines: dict[str, Array] = {}
    number_of = {name: n for n, name in enumerate(FACTS)}
    for group in given.groups:
        facts = given.facts["weeks"]
        if not facts.values.get(group):
            facts = given.facts["by_asin"]
        covered = np.full((len(FACTS), len(at)), np.nan)
        for week, t in at.items():
            for name, n in number_of.items():
                said = facts.known.get((name, group.marketplace, week))
                if said is not None and said.state in COVERED:
                    covered[n, t] = 0
        for key, values in facts.values.get(group, {}).items():
            parent, asin, sku = [*(str(part or "") for part in key), ""][:3]
            if not (sku or asin):
                continue
            series = Series(group, sku or asin, asin, parent)
            line = lines.setdefault(series.key, covered.copy())
            found[series.key] = series
            for (name, week), value in values.items():
                line[number_of[name], at[week]] += float(value)
            for name, week in [need for (g, k, need) in facts.unknown if (g, k) == (group, key)]:
                line[number_of[name], at[week]] = np.nan
    kept = [name for name, line in lines.items() if np.nansum(line[0]) > 0]
    shape = (len(FACTS), 0, len(at))
    stacked = np.stack([lines[k] for k in kept], axis=1) if kept else np.zeros(shape)
    return [found[k] for k in kept], stacked


def _since_launch(units: Array) -> Array:
    """Weeks before a SKU's first sale say nothing of its demand."""
    begun = np.cumsum(np.nan_to_num(units), axis=1) > 0
    return np.where(begun, units, np.nan)
