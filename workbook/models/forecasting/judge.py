"""Intervals and accuracy from past errors of every step ahead (rolling origin).

An interval is the forecast plus quantiles of its past errors of the same step (Hyndman and
Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., 5.5; the order statistics are
those of split conformal prediction). Errors are taken in units of the forecast's square root, as
those of counts are: the early errors of a declining product do not widen its interval today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from workbook.models.forecasting.past import Array, Ints, Mask

NOMINAL = 0.8
# Errors below which an interval is also at least as wide as that of Poisson counts, and that
# the interval of a far step needs to stand on its own.
FEW = 10
Z = 1.2816  # the normal distribution's 90 % quantile


@dataclass(frozen=True, eq=False)
class Accuracy:
    """How past forecasts fared, (n,) each, over all steps ahead; NaN where nothing can be said.

    wape = sum |error| / sum actual. mase and rmsse: against the seasonal naive's error one
    season ahead within the history (Hyndman and Koehler 2006; Makridakis et al. 2022). bias =
    sum (forecast - actual) / sum actual. coverage: share of the later half's actuals that lie in
    the intervals of the earlier half's errors; nominally 0.8. origins: how many past forecasts.
    Event periods are left out. The model was chosen on the same past, which flatters a little.
    """

    wape: Array
    mase: Array
    rmsse: Array
    bias: Array
    coverage: Array
    origins: Ints

    @classmethod
    def joined(cls, parts: Sequence[Accuracy]) -> Accuracy:
        """Of blocks of series, one behind the other."""
        names = [field.name for field in fields(cls)]
        kinds = [np.zeros(0, np.int64 if name == "origins" else float) for name in names]
        return cls(*(np.concatenate([empty, *(getattr(part, name) for part in parts)])
                     for name, empty in zip(names, kinds, strict=True)))


@dataclass(frozen=True, eq=False)
class Offsets:
    """(b,) quantiles of scaled errors `h` steps ahead, and how many errors they stand on."""

    low: Array
    high: Array
    number: Ints

    def bounds(self, point: Array, floor: Array) -> tuple[Array, Array]:
        """The interval around (..., b) forecasts: whole units, never below 0."""
        unit = np.sqrt(np.maximum(point, floor))
        poisson = np.where(self.number < FEW, Z * np.sqrt(point), 0.0)
        lower = point - np.fmax(-self.low * unit, poisson)
        upper = point + np.fmax(self.high * unit, poisson)
        # A hair inwards, so that 5.000000001 for 5 does not become 6.
        slack = 1e-9 * np.maximum(point, 1)
        return np.maximum(np.floor(np.minimum(lower + slack, point)), 0), np.ceil(
            np.maximum(upper - slack, point))

    def around(self, base: Array, point: Array, floor: Array) -> tuple[Array, Array]:
        """The interval of a forecast that events lift from `base` to `point`: it grows alike."""
        lower, upper = self.bounds(base, floor)
        lift = np.where(base > 0, point / np.where(base > 0, base, 1.0), 1.0)
        return np.floor(lower * lift + 1e-9), np.ceil(upper * lift - 1e-9) + 0.0

    def widened(self, h: int, last: Offsets, reach: Ints) -> Offsets:
        """Those of the `last` step with errors enough, as far as a random walk would spread."""
        by = np.sqrt(h / np.maximum(reach, 1))
        few = (self.number < FEW) & (last.number > self.number)
        return Offsets(np.where(few, last.low * by, self.low),
                       np.where(few, last.high * by, self.high),
                       np.where(few, last.number, self.number))


def between(looked: Mapping[int, Offsets], horizon: int) -> list[Offsets]:
    """The offsets of every step, on straight lines between those that were looked at."""
    at = sorted(looked)
    found = []
    for h in range(1, horizon + 1):
        after = next(step for step in at if step >= h)
        before = max((step for step in at if step < h), default=after)
        a, b = looked[before], looked[after]
        by = 1.0 if after == before else (h - before) / (after - before)
        found.append(b if by == 1 else Offsets(
            a.low + by * (b.low - a.low), a.high + by * (b.high - a.high), b.number))
    return found


def quantiles(errors: Array, ahead: Array, floor: Array) -> Offsets:
    """Of (rows, b) errors, NaN where there is none; blank columns give NaN."""
    if not len(errors):
        errors = ahead = np.full((1, len(floor)), np.nan)
    scaled = np.ascontiguousarray((errors / np.sqrt(np.maximum(ahead, floor))).T)
    scaled.sort(axis=1)
    number = (~np.isnan(scaled)).sum(axis=1)
    tail, rows = (1 - NOMINAL) / 2, np.arange(len(scaled))
    # 1e-9: 0.1 * (9 + 1) is one, not a hair more or less.
    low = np.floor(tail * (number + 1) + 1e-9).astype(int) - 1
    high = number - 1 - low
    low, high = np.maximum(low, 0), np.clip(high, 0, np.maximum(number - 1, 0))
    return Offsets(np.minimum(scaled[rows, low], 0), np.maximum(scaled[rows, high], 0), number)


class Tally:
    """Adds up the past errors of (b,) series or groups, one step ahead after the other.

    Args:
        periods: T, of the history.
        floor: (b,) the least forecast whose root is a unit of error.
        first: (b,) the first judged origin.
    """

    def __init__(self, periods: int, floor: Array, first: Ints) -> None:
        self.floor, self.split = np.where(floor > 0, floor, 1.0), (first + periods) // 2
        self.last = Offsets(floor * np.nan, floor * np.nan, np.zeros(len(floor), np.int64))
        self.reach = np.zeros(len(floor), np.int64)
        self.origins = np.zeros(len(floor), np.int64)
        self.sums = dict.fromkeys(("error", "square", "absolute", "actual", "number", "inside",
                                   "tested"), np.zeros(len(floor)))

    def add(self, h: int, errors: Array, ahead: Array) -> Offsets:
        """Takes in (T - h, b) errors and forecasts by origin; the offsets `h` steps ahead."""
        known = ~np.isnan(errors)
        error, actual = np.where(known, errors, 0.0), np.where(known, errors + ahead, 0.0)
        self.origins = np.maximum(self.origins, known.sum(axis=0))
        inside, tested = self._tested(h, errors, ahead)
        for name, value in (("error", error), ("square", error * error), ("actual", actual),
                            ("absolute", np.abs(error)), ("number", known), ("inside", inside),
                            ("tested", tested)):
            self.sums[name] = self.sums[name] + value.sum(axis=0)
        own = quantiles(errors, ahead, self.floor)
        found = own.widened(h, self.last, self.reach)
        enough = own.number >= np.minimum(FEW, np.maximum(self.last.number, 1))
        self.reach = np.where(enough, h, self.reach)
        self.last = Offsets(np.where(enough, own.low, self.last.low),
                            np.where(enough, own.high, self.last.high),
                            np.where(enough, own.number, self.last.number))
        return found

    def _tested(self, h: int, errors: Array, ahead: Array) -> tuple[Mask, Mask]:
        """Whether an actual of the later half lies in the interval of the errors known before."""
        origin = np.arange(len(errors))[:, None]
        past = quantiles(np.where(origin + h <= self.split, errors, np.nan), ahead, self.floor)
        tested = (origin >= self.split) & ~np.isnan(errors) & (past.number >= FEW // 2)
        lower, upper = past.bounds(ahead, self.floor)
        actual = errors + ahead
        slack = 1e-9 * np.maximum(ahead, 1)
        return tested & (actual >= lower - slack) & (actual <= upper + slack), tested

    def accuracy(self, scale: Array, square: Array) -> Accuracy:
        """(b,) measures; `scale` and `square` are the naive's mean absolute and squared error."""
        s = self.sums
        number = np.where(s["number"] > 0, s["number"], np.nan)
        return Accuracy(
            wape=ratio(s["absolute"], s["actual"]), mase=ratio(s["absolute"] / number, scale),
            rmsse=np.sqrt(ratio(s["square"] / number, square)),
            bias=ratio(-s["error"], s["actual"]), coverage=ratio(s["inside"], s["tested"]),
            origins=self.origins)


def ratio(over: Array, under: Array) -> Array:
    """over / under; NaN where there is nothing to divide by."""
    some = under > 0
    return np.where(some, over / np.where(some, under, 1.0), np.nan)
