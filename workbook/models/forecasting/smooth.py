"""Simple exponential smoothing over a grid, and which series is best forecast by what.

Level l_t = l_{t-1} + a (y_t - l_{t-1}) (Brown 1956; Hyndman and Athanasopoulos, "Forecasting:
Principles and Practice", 3rd ed., 8.1), where a is never less than 1 / (periods known so far):
the level starts as a running mean and needs no first value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbook.models.forecasting.fitted import NAIVE, Fitted, Variant, blocks, naive, steps
from workbook.models.forecasting.past import Array, Ints, Mask, last_values

ALPHAS = np.array([0.03, 0.08, 0.16, 0.3, 0.5, 0.8])
# Known periods that a forecast needs, and that each judged one of the past had.
LEAST_KNOWN = 4
# A pattern is preferred to none where it lowers the past errors by this share.
MARGIN = 0.02
# Errors so many periods old count half.
HALF_LIFE = 52
# Errors that are equal but for rounding are equal: the choice must not hang on the unit.
SAME = 1e-9


def fit(filled: Array, known: Mask, horizon: int, season: int, variants: Sequence[Variant],
        codes: Ints) -> Fitted:
    """Chooses alpha, pattern and model of each series by past errors of every step ahead.

    Args:
        filled: (T, n) demand, 0 where not known.
        variants: the first has no pattern.
        codes: (n,) the group of each series.
    """
    periods, n = filled.shape
    newest = last_values(filled, known, season)
    count = np.cumsum(known, axis=0)
    first = np.where(count[-1] < LEAST_KNOWN, periods, np.argmax(count >= LEAST_KNOWN, axis=0))
    ahead = [h for h in steps(horizon) if h < periods]
    cuts = sorted({variant.first for variant in variants})
    losses = [np.empty((len(cuts), len(ALPHAS), n)) for _ in variants]
    baseline = np.empty((len(cuts), 1, n))
    for block in blocks(n, 128):
        past = _Past(filled[:, block], known[:, block], first[block], ahead)
        baseline[..., block] = _cut(_of_naive(past, newest[:, block], season), cuts)
        for loss, variant in zip(losses, variants, strict=True):
            loss[..., block] = _cut(_tried(past, variant, block), cuts)
    ages = np.where(count[-1] > 0, periods - np.argmax(known, axis=0), 0)
    alphas, chosen = _choose(losses, baseline[:, 0], variants, cuts, ages, codes)
    level = np.zeros((periods, n))
    starts = np.array([variant.first for variant in variants])
    for number, variant in enumerate(variants):
        columns = np.flatnonzero(chosen == number)
        if len(columns):
            level[:, columns] = _chosen_levels(filled, known, variant, alphas, columns)
    judged = np.maximum(first, starts[chosen])
    return Fitted(filled, known, newest, level, chosen, judged, variants, season)


def levels(filled: Array, known: Mask, factors: Array, end: int, alphas: Array) -> Array:
    """(end, A, b) the levels after each period, without the factors' pattern.

    Args:
        alphas: (A, 1), or (1, b) for one of each series.
    """
    count = np.maximum(np.cumsum(known[:end], axis=0), 1)[:, None, :]
    gain = np.maximum(alphas, 1 / count) * known[:end, None, :]
    plain = (filled[:end] / factors[:end])[:, None, :]
    kept, level = np.empty(gain.shape), np.zeros(gain.shape[1:])
    for t in range(end):
        np.subtract(plain[t], level, out=kept[t])
        kept[t] *= gain[t]
        kept[t] += level
        level = kept[t]
    return kept


@dataclass(frozen=True, eq=False)
class _Past:
    """A block of series, (T, b) as in `Fitted`, and the steps ahead that are looked at."""

    filled: Array
    known: Mask
    first: Ints
    ahead: Sequence[int]

    def losses(self, forecast: Callable[[int, int], Array], start: int, models: int) -> Array:
        """(T, models, b) squared errors by origin, added up over the steps ahead, older ones less.

        Args:
            forecast: from h and the origin after the last to (origins from `start`, models, b).
        """
        periods, b = self.filled.shape
        loss = np.zeros((periods, models, b))
        judged = np.arange(periods)[:, None] >= self.first
        for h in self.ahead:
            end = periods - h
            if end > start:
                error = forecast(h, end)
                np.subtract(self.filled[start + h:, None, :], error, out=error)
                error *= (self.known[start + h:] & judged[start:end])[:, None, :]
                error *= error
                loss[start:end] += error
        loss *= 0.5 ** ((periods - np.arange(periods)) / HALF_LIFE)[:, None, None]
        return loss


def _of_naive(past: _Past, newest: Array, season: int) -> Array:
    """(T, 1, b) the losses of the baseline."""
    return past.losses(lambda h, end: naive(newest, h, season, 0, end)[:, None, :], 0, 1)


def _cut(loss: Array, cuts: Sequence[int]) -> Array:
    """(cuts, models, b) losses of the origins from each cut on."""
    parts: Array = np.add.reduceat(loss, cuts, axis=0)
    return np.cumsum(parts[::-1], axis=0)[::-1]


def _tried(past: _Past, variant: Variant, block: slice) -> Array:
    """(T, A, b) the losses of a variant under each alpha."""
    periods, b = past.filled.shape
    grid, parts = np.zeros((periods, len(ALPHAS), b)), list(variant.parts(periods, block))
    for factors, start, end in parts:
        grid[start:end] = levels(past.filled, past.known, factors, end, ALPHAS[:, None])[start:]

    def forecast(h: int, end: int) -> Array:
        out = grid[variant.first:end].copy()
        for factors, a, b in parts:
            if a < end:
                out[a - variant.first:b - variant.first] *= factors[a + h:min(b, end) + h, None, :]
        return out

    return past.losses(forecast, variant.first, len(ALPHAS))


def _chosen_levels(filled: Array, known: Mask, variant: Variant, alphas: Array,
                   columns: Ints) -> Array:
    level = np.zeros((len(filled), len(columns)))
    sold, seen = filled[:, columns], known[:, columns]
    for factors, start, end in variant.parts(len(filled), slice(None)):
        by = factors[:, columns] if factors.shape[1] > 1 else factors
        level[start:end] = levels(sold, seen, by, end, alphas[None, columns])[start:, 0]
    return level


def _choose(losses: Sequence[Array], baseline: Array, variants: Sequence[Variant],
            cuts: Sequence[int], ages: Ints, codes: Ints) -> tuple[Array, Ints]:
    """(n,) alpha, and the variant or NAIVE.

    Args:
        losses: of each variant (cuts, A, n); `baseline` (cuts, n).
    """
    n = len(ages)
    rows, best = np.arange(n), _best(losses[0][0])
    alpha, mine, rival = ALPHAS[best], losses[0][0][best, rows], baseline[0]
    plain = losses[0][:, best, rows]
    chosen, least = np.zeros(n, np.int64), np.full(n, 1 - MARGIN)
    for number, variant in enumerate(variants[1:], 1):
        at = cuts.index(variant.first)
        best = _best(losses[number][at])
        own = losses[number][at][best, rows]
        gain = _pooled(own, plain[at], codes)
        better = (gain < least) & (own < plain[at]) & (ages >= variant.needs)
        least, chosen = np.where(better, gain, least), np.where(better, number, chosen)
        alpha, mine = np.where(better, ALPHAS[best], alpha), np.where(better, own, mine)
        rival = np.where(better, baseline[at], rival)
    return alpha, np.where(mine < rival * (1 - SAME), chosen, NAIVE)


def _best(loss: Array) -> Ints:
    """(n,) the first alpha with the least loss (A, n)."""
    return np.asarray(np.argmax(loss <= loss.min(axis=0) * (1 + SAME), axis=0))


def _pooled(loss: Array, of: Array, codes: Ints) -> Array:
    """(n,) loss / of, moved halfway towards the group's mean of it (both as logarithms)."""
    some = (of > 0) & (loss > 0)
    share = np.log(np.where(some, loss, 1.0) / np.where(some, of, 1.0))
    mean = np.bincount(codes, share) / np.maximum(np.bincount(codes, some), 1)
    return np.exp((share + mean[codes]) / 2)
