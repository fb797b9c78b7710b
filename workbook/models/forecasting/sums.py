"""Forecasts of sums: of several series (a parent ASIN, a store), of the days of a month.

Points add up exactly. Intervals do not: they come from the past errors of the sum itself, in
which errors that go together stay together and others cancel out.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbook.errors import UsageError
from workbook.model import Period, month_of
from workbook.models.forecasting.fitted import blocks, steps
from workbook.models.forecasting.judge import Accuracy, Tally, between, ratio
from workbook.models.forecasting.past import Array, Ints, Mask
from workbook.models.forecasting.result import Forecast

# A past sum counts where members that sell this share of it are known; it is scaled up for them.
LEAST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Totals:
    """Forecasts of G groups.

    Args:
        point, lower, upper: (G, H); NaN where no member has a forecast.
        accuracy: of the sums.
        blank: (G,) members without a forecast: they are not in the sum.
    """

    point: Array
    lower: Array
    upper: Array
    accuracy: Accuracy
    blank: Ints


def totals(found: Forecast, groups: Ints) -> Totals:
    """Adds up series.

    Args:
        groups: (n,) the group of each series, 0 to G - 1; each group has a member.

    Raises:
        UsageError: there is not one group for each series, or a group is empty.
    """
    n, horizon = found.point.shape
    number = int(groups.max(initial=-1)) + 1
    if groups.shape != (n,) or (np.bincount(groups, minlength=number) == 0).any():
        raise UsageError("The groups of a total do not fit the series.",
                         do="Give one number per series, from 0 on without gaps.")
    if not n:
        none = np.zeros((0, horizon))
        return Totals(none, none, none, found.accuracy, np.zeros(0, np.int64))
    fitted, adds = found.fitted, _Adder(groups)
    periods, every = len(fitted.filled), slice(0, n)
    blank: Mask = np.isnan(found.point[:, 0])
    volume = np.where(blank, 0.0, fitted.floor(every))
    volume = np.where(adds(volume[None])[0][groups] > 0, volume, ~blank)
    first = np.full(number, periods)
    np.minimum.at(first, groups, fitted.first)
    tally = Tally(periods, adds(fitted.floor(every)[None])[0], first)
    looked = {}
    for h in steps(horizon):
        errors, ahead = fitted.errors(h, every)
        share = adds.share(~np.isnan(errors), volume)
        error = adds(np.nan_to_num(errors)) / share
        looked[h] = tally.add(h, error, adds(np.where(np.isnan(errors), 0, ahead)) / share)
    point = adds(np.nan_to_num(found.point.T))
    base = adds(np.where(blank, 0, found.base.T))
    bounds = [offset.around(below, whole, tally.floor) for offset, below, whole in
              zip(between(looked, horizon), base, point, strict=True)]
    lower, upper = (np.stack(rows) for rows in zip(*bounds, strict=True))
    none = adds(~blank[None])[0] == 0
    demand = adds(fitted.filled) / adds.share(fitted.known, volume)
    change = demand[fitted.season:] - demand[:-fitted.season]
    scale, square = (ratio(np.nansum(c, axis=0), (~np.isnan(c)).sum(axis=0))
                     for c in (np.abs(change), change * change))
    point, lower, upper = (np.where(none, np.nan, rows).T for rows in (point, lower, upper))
    return Totals(point, lower, upper, tally.accuracy(scale, square),
                  adds(blank[None])[0].astype(np.int64))


class _Adder:
    """Sums (rows, n) over the series of each group to (rows, G)."""

    def __init__(self, groups: Ints) -> None:
        self.order = np.argsort(groups, kind="stable")
        self.starts = np.searchsorted(groups[self.order], np.arange(groups.max() + 1))

    def __call__(self, rows: Array | Mask) -> Array:
        columns = rows[:, self.order].astype(float)
        return np.asarray(np.add.reduceat(columns, self.starts, axis=1))

    def share(self, known: Mask, volume: Array) -> Array:
        """The share of a group's volume that is known in each row; NaN where it is too little."""
        share = ratio(self(known * volume), self(volume[None]))
        return np.where(share >= LEAST_SHARE, share, np.nan)


@dataclass(frozen=True, eq=False)
class Months:
    """Calendar months, (n, M) each: what was sold of them so far and what is to come.

    NaN where a past part of the month is not known or there is no forecast.
    """

    months: tuple[Period, ...]
    point: Array
    lower: Array
    upper: Array


def months(found: Forecast, units: Array, bounds: Sequence[dt.date], count: int = 12) -> Months:
    """Turns periods into whole calendar months, each period spread evenly over its days.

    Args:
        units: (n, T) what was sold, as in the history.
        bounds: T + H + 1 dates: the first day of each period, and the day after the last.
        count: at most so many months, from that of the first day of the forecast on; months
            that the history and the forecast do not cover from first to last day are left out.

    Raises:
        UsageError: the dates do not fit the periods.
    """
    n, horizon = found.point.shape
    periods = units.shape[1]
    if len(bounds) != periods + horizon + 1 or list(bounds) != sorted(set(bounds)):
        raise UsageError("The dates of a forecast by month do not fit its periods.",
                         do="Give the first day of each period and the day after the last.")
    chosen = _whole(bounds, bounds[periods], count)
    weights = np.array([[_overlap(month, a, b) for month in chosen]
                        for a, b in itertools.pairwise(bounds)])
    weights = weights.reshape(len(bounds) - 1, len(chosen))
    coming, made = weights[periods:], _made(units, weights[:periods])
    point = made + found.point @ coming
    lower, upper = np.full_like(point, np.nan), np.full_like(point, np.nan)
    for block in blocks(n):
        tally = Tally(len(found.fitted.filled), found.fitted.floor(block),
                      found.fitted.first[block])
        for m, weight in enumerate(coming.T):
            at = np.flatnonzero(weight)
            past = [found.fitted.errors(int(i) + 1, block) for i in at]
            rows = min((len(errors) for errors, _ in past), default=0)
            error, ahead = (np.sum([w * pair[k][:rows] for w, pair in
                                    zip(weight[at], past, strict=True)], axis=0) for k in (0, 1))
            part, base = (rows_[block] @ weight for rows_ in (found.point, found.base))
            offsets = tally.add(int(at[-1]) + 1, error, ahead)
            low, high = offsets.around(base, part, tally.floor)
            lower[block, m] = np.floor(made[block, m] + low)
            upper[block, m] = np.ceil(made[block, m] + high)
    blank = np.isnan(point)
    lower[blank], upper[blank] = np.nan, np.nan
    return Months(tuple(chosen), point, lower, upper)


def _whole(bounds: Sequence[dt.date], first: dt.date, count: int) -> list[Period]:
    """The months from that of `first` on which lie within the first and the last bound."""
    month = month_of(first)
    chosen: list[Period] = []
    while len(chosen) < count and month.end < bounds[-1]:
        if month.start >= bounds[0]:
            chosen.append(month)
        month = month_of(month.end + dt.timedelta(days=1))
    return chosen


def _overlap(month: Period, start: dt.date, end: dt.date) -> float:
    """The share of the days from `start` to before `end` that lie in the month."""
    days = (min(month.end + dt.timedelta(days=1), end) - max(month.start, start)).days
    return max(days, 0) / (end - start).days


def _made(units: Array, weights: Array) -> Array:
    """(n, M) what was sold in the past days of each month; NaN where not all is known."""
    needed = weights > 0
    made = np.nan_to_num(units) @ weights
    return np.where((np.isnan(units).astype(float) @ needed) > 0, np.nan, made)
