"""The sales forecast: units per SKU for the coming periods, with intervals and accuracy.

A level by simple exponential smoothing, times a profile of the season (weekdays) or of the year
where past forecasts were better with it, times the uplift of known events. The baseline is the
seasonal naive; a model is used for a series only where it was better than that one.

>>> history = History(np.array([[4.0, 6, 5, 5, 4, 6, 5, 5]]))
>>> found = forecast(history, horizon=2)
>>> found.point.round(2).tolist(), found.lower.tolist(), found.upper.tolist()
([[5.0, 5.0]], [[2.0, 2.0]], [[8.0, 8.0]])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbook.errors import UsageError
from workbook.model import Label
from workbook.models.forecasting.fitted import Fitted, Variant, blocks, steps
from workbook.models.forecasting.judge import Accuracy, Tally, between
from workbook.models.forecasting.past import Array, History, Ints, Mask
from workbook.models.forecasting.pattern import stages
from workbook.models.forecasting.result import Forecast
from workbook.models.forecasting.smooth import LEAST_KNOWN, fit
from workbook.models.forecasting.sums import Months, Totals, months, totals
from workbook.notes import Note

__all__ = ["MODELS", "Accuracy", "Forecast", "History", "Months", "Totals", "forecast", "months",
           "totals"]

MODELS = {
    "naive": Label("as last time", "沿用上期"),
    "smoothing": Label("smoothing", "指数平滑"),
    "smoothing+season": Label("smoothing with season", "指数平滑+周期"),
    "smoothing+year": Label("smoothing with year", "指数平滑+年度季节"),
    "smoothing+season+year": Label("smoothing with season and year", "指数平滑+周期+年度季节"),
    "": Label("none", "无"),
}
TOO_SHORT = Note(f"fewer than {LEAST_KNOWN} known periods", f"已知期数少于 {LEAST_KNOWN}")
# Event periods of its own at which a series' uplift counts as much as that of all.
PRIOR_EVENTS = 2.0


def forecast(history: History, horizon: int, *, season: int = 1, year: int = 0) -> Forecast:
    """Forecasts every series for `horizon` periods.

    Args:
        season: periods of a short season: 7 for days, 1 for weeks and months.
        year: periods of a year: 52 for weeks, 12 for months, 0 for no yearly pattern.

    Raises:
        UsageError: a length is not a whole number above 0, or the history does not fit.
    """
    if horizon < 1 or season < 1 or year < 0:
        raise UsageError("A forecast's horizon and season must be 1 or more, its year 0 or more.")
    demand, kinds = history.demand(), history.kinds(horizon)
    if not demand.shape[1]:
        demand, kinds = np.full((len(demand), 1), np.nan), np.vstack([kinds[:1] * 0, kinds])
    series, periods = np.ascontiguousarray(demand.T), demand.shape[1]
    known = ~np.isnan(series) & (kinds[:periods] == 0)
    filled = np.where(known, series, 0.0)
    codes = np.zeros(len(demand), np.int64)
    if history.groups is not None:
        codes = np.unique(history.groups, return_inverse=True)[1].reshape(-1)
    variants = _variants(filled, known, horizon, season, year, codes)
    fitted = fit(filled, known, horizon, season, variants, codes)
    uplift, unlearnt = _uplift(fitted, series, kinds)
    count = known.sum(axis=0)
    base, point, lower, upper, accuracy = _judged(fitted, horizon, uplift[periods:])
    blank = count < LEAST_KNOWN
    base[blank] = point[blank] = lower[blank] = upper[blank] = np.nan
    names = [*(variant.name for variant in variants), "naive"]
    return Forecast(
        point, lower, upper, accuracy,
        tuple("" if none else names[number]
              for none, number in zip(blank, fitted.chosen, strict=True)),
        count, tuple(TOO_SHORT if none else None for none in blank), unlearnt, demand, fitted,
        base)


def _variants(filled: Array, known: Mask, horizon: int, season: int, year: int,
              codes: Ints) -> list[Variant]:
    """Plain smoothing, and with each pattern that the history is long enough for."""
    tried: list[tuple[str, Sequence[int]]] = [("", ())]
    periods = len(filled)
    if season > 1 and periods >= 2 * season:
        tried.append(("+season", (season,)))
    if year > 1 and periods >= 2 * year:
        tried += [(name + "+year", (*lengths, year)) for name, lengths in tuple(tried)]
    return [Variant("smoothing" + name, stages(filled, known, horizon, lengths, codes),
                    2 * max(lengths, default=0)) for name, lengths in tried]


def _uplift(fitted: Fitted, series: Array, kinds: Ints) -> tuple[Array, tuple[int, ...]]:
    """(T + H, n) factors of the flagged periods, and the future kinds that have no history.

    The ratio of the sums of actual and expected units over past events of the kind, that of a
    series shrunk to that of all.
    """
    periods, n = series.shape
    uplift = np.ones((len(kinds), n))
    coming, unlearnt = set(np.unique(kinds[periods:]).tolist()) - {0}, []
    past = kinds[1:periods] if periods > 1 else kinds[:0]
    expected = np.concatenate(
        [np.zeros((periods - 1, 0)), *(fitted.ahead(1, 0, periods - 1, b) for b in blocks(n))],
        axis=1) if coming else np.zeros((0, n))
    for kind in sorted(coming):
        seen = (past == kind) & ~np.isnan(series[1:]) & (expected > 0)
        base = np.where(seen, expected, 0).sum(axis=0)
        sold = np.where(seen, series[1:], 0).sum(axis=0)
        if not base.sum() > 0:
            unlearnt.append(kind)
            continue
        number, pooled = seen.sum(axis=0), sold.sum() / base.sum()
        own = np.where(base > 0, sold / np.where(base > 0, base, 1), pooled)
        factor = pooled + number / (number + PRIOR_EVENTS) * (own - pooled)
        uplift = np.where(kinds == kind, factor, uplift)
    return uplift, tuple(unlearnt)


def _judged(fitted: Fitted, horizon: int, uplift: Array
            ) -> tuple[Array, Array, Array, Array, Accuracy]:
    """(n, H) base, point, lower, upper; and the accuracy."""
    periods, n = fitted.filled.shape
    out, parts = np.empty((4, n, horizon)), []
    for block in blocks(n):
        tally = Tally(periods, fitted.floor(block), fitted.first[block])
        looked = {h: tally.add(h, *fitted.errors(h, block)) for h in steps(horizon)}
        for h, offset in enumerate(between(looked, horizon), 1):
            base = fitted.ahead(h, periods - 1, periods, block)[0]
            point = base * uplift[h - 1, block]
            out[:, block, h - 1] = base, point, *offset.around(base, point, tally.floor)
        parts.append(tally.accuracy(*fitted.scale(block)))
    return (*out, Accuracy.joined(parts))
