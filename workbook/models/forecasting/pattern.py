"""Profiles of a season or a year, as factors around 1, and the moments at which they are learnt.

Ratio to the level (classical multiplicative decomposition; Hyndman and Athanasopoulos,
"Forecasting: Principles and Practice", 3rd ed., 3.4), each series shrunk towards the profile of
its group's total, and that towards 1: what few cycles show is mostly noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbook.models.forecasting.past import Array, Ints, Mask

# Cycles of a neutral profile that the learnt one is mixed with.
PRIOR_CYCLES = 2.0
# A season is learnt anew at most so many times in the past; a year each year.
STAGES = 4


@dataclass(frozen=True, eq=False)
class Stage:
    """Factors learnt from the periods before `start`, for forecasts made from then on.

    `factors` is (T + H, n): one factor per period.
    """

    start: int
    factors: Array


def stages(
    filled: Array, known: Mask, horizon: int, seasons: Sequence[int], codes: Ints
) -> list[Stage]:
    """The profile as it was known at some past moments, the last of which is now.

    Args:
        filled: (T, n) demand, 0 where not known.
        seasons: lengths in periods, each learnt on what the ones before it leave.
        codes: (n,) the group of each series.
    """
    periods, longest = len(filled), max(seasons, default=0)
    if not longest:
        return [Stage(0, np.ones((periods + horizon, 1)))]
    cycles = periods // longest
    step = max(1, -(-cycles // STAGES))
    starts = [periods - longest * back for back in range(0, cycles, step)][::-1]
    found = []
    for start in starts:
        factors = np.ones((periods + horizon, filled.shape[1]))
        for season in seasons:
            shape = profile(filled[:start] / factors[:start], known[:start], season, codes)
            factors *= shape[(np.arange(periods + horizon) - start) % season]
        found.append(Stage(start, factors))
    return found


def profile(filled: Array, known: Mask, season: int, codes: Ints) -> Array:
    """(season, n) factors of each place in the season, the first of which follows the last period.

    Uses whole cycles only; series without sales get those of their group.
    """
    cycles = len(filled) // season
    if not cycles:
        return np.ones((season, filled.shape[1]))
    shape = (cycles, season, filled.shape[1])
    sold = filled[-cycles * season:].reshape(shape)
    seen = known[-cycles * season:].reshape(shape)
    expected = (_level(sold, seen) * seen).sum(axis=0)
    total = sold.sum(axis=0)
    groups = int(codes.max(initial=0)) + 1
    members = np.bincount(codes, minlength=groups)
    pooled = _ratio(_summed(total, codes, groups), _summed(expected, codes, groups), 1.0)
    weight = members * cycles / (members * cycles + PRIOR_CYCLES)
    pooled = (1 + weight * (pooled - 1))[:, codes]
    own = _ratio(total, expected, np.nan)
    apart = _smooth(np.where(np.isnan(own), 0.0, own - pooled))
    mixed = np.maximum(pooled + cycles / (cycles + PRIOR_CYCLES) * apart, 0.0)
    return np.maximum(_ratio(mixed, mixed.mean(axis=0), 1.0), 0.05)


def _level(sold: Array, seen: Mask) -> Array:
    """(cycles, season, n) the mean of each cycle, tilted by the growth between cycles."""
    mean = _ratio(sold.sum(axis=1), seen.sum(axis=1), 0.0)
    level = mean[:, None, :]
    if len(mean) > 1:
        place = (np.arange(sold.shape[1]) - (sold.shape[1] - 1) / 2) / sold.shape[1]
        tilted = level + np.gradient(mean, axis=0)[:, None, :] * place[None, :, None]
        level = np.maximum(tilted, level / 4)
    return np.broadcast_to(level, sold.shape)


def _smooth(apart: Array) -> Array:
    """Means over neighbours, about two weeks of a year; a short season is left as it is."""
    reach = round(len(apart) / 52)
    if len(apart) < 24 or not reach:
        return apart
    return np.asarray(sum(np.roll(apart, by, axis=0) for by in range(-reach, reach + 1))
                      / (2 * reach + 1))


def _summed(rows: Array, codes: Ints, groups: int) -> Array:
    """(rows, groups) sums over the series of each group."""
    return np.stack([np.bincount(codes, row, groups) for row in rows])


def _ratio(over: Array, under: Array, otherwise: float) -> Array:
    """over / under, and `otherwise` where there is nothing to divide by."""
    blank = under <= 0
    return np.where(blank, otherwise, over / np.where(blank, 1.0, under))
