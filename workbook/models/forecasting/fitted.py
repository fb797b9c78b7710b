"""The chosen model of each series: what its forecasts, past and future, follow from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbook.models.forecasting.past import Array, Ints, Mask
from workbook.models.forecasting.pattern import Stage

NAIVE = -1


@dataclass(frozen=True, eq=False)
class Variant:
    """A model that a series can have: its name and the profiles it knew at past moments."""

    name: str
    stages: Sequence[Stage]
    needs: int  # periods that must have passed since a series' first known one

    @property
    def first(self) -> int:
        """The first origin (index of the last period known) from which it could forecast."""
        return max(self.stages[0].start - 1, 0)

    def parts(self, periods: int, block: slice) -> Iterator[tuple[Array, int, int]]:
        """(factors, first origin, origin after the last) of each stage."""
        starts = [max(stage.start - 1, 0) for stage in self.stages] + [periods]
        for stage, start, end in zip(self.stages, starts[:-1], starts[1:], strict=True):
            yield (stage.factors[:, block] if stage.factors.shape[1] > 1 else stage.factors,
                   start, end)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Everything lies time first; an origin is the index of the last period known.

    Args:
        filled: (T, n) demand without event periods, 0 where not known.
        known: (T, n).
        newest: (T, n) the newest known values, see `last_values`.
        level: (T, n) the level after each period under the chosen model.
        chosen: (n,) index of the variant, NAIVE for the baseline.
        first: (n,) the first origin whose forecasts are judged; T: none.
        season: length of the baseline's season.
    """

    filled: Array
    known: Mask
    newest: Array
    level: Array
    chosen: Ints
    first: Ints
    variants: Sequence[Variant]
    season: int

    def ahead(self, h: int, start: int, end: int, block: slice) -> Array:
        """(end - start, b) forecasts `h` steps ahead of the origins from `start` to `end`."""
        out = naive(self.newest[:, block], h, self.season, start, end)
        chosen = self.chosen[block]
        for number in np.unique(chosen[chosen != NAIVE]):
            columns = np.flatnonzero(chosen == number)
            level = self.level[:, block]
            for factors, first, last in self.variants[number].parts(len(self.filled), block):
                a, b = max(first, start), min(last, end)
                if a < b:
                    by = factors[a + h:b + h]
                    by = by[:, columns] if by.shape[1] > 1 else by
                    out[a - start:b - start, columns] = level[a:b, columns] * by
        return out

    def errors(self, h: int, block: slice) -> tuple[Array, Array]:
        """(T - h, b) errors, actual - forecast, and forecasts `h` steps ahead, by origin.

        NaN where the origin is not judged or its target is not known.
        """
        end = max(len(self.filled) - h, 0)
        ahead = self.ahead(h, 0, end, block)
        judged = self.known[h:, block] & (np.arange(end)[:, None] >= self.first[block])
        return np.where(judged, self.filled[h:, block] - ahead, np.nan), ahead

    def floor(self, block: slice) -> Array:
        """(b,) a tenth of the mean demand: no forecast is taken to be surer than that."""
        known = np.maximum(self.known[:, block].sum(axis=0), 1)
        return np.asarray(self.filled[:, block].sum(axis=0) / known / 10)

    def scale(self, block: slice) -> tuple[Array, Array]:
        """(b,) mean absolute and mean squared change from one season to the next."""
        lag, known = self.season, self.known[:, block]
        both = known[lag:] & known[:-lag]
        change = (self.filled[lag:, block] - self.filled[:-lag, block]) * both
        number = np.maximum(both.sum(axis=0), 1)
        return np.abs(change).sum(axis=0) / number, (change * change).sum(axis=0) / number


def naive(newest: Array, h: int, season: int, start: int, end: int) -> Array:
    """(end - start, b) what the same place of the last season sold, by origin."""
    back = -(-h // season) * season - h
    return newest[np.maximum(np.arange(start, end) - back, 0)]


def blocks(n: int, size: int = 512) -> Iterator[slice]:
    """Slices of series that fit the processor's cache."""
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def steps(horizon: int) -> list[int]:
    """The steps ahead whose past errors are looked at: all of a quarter, then every eighth."""
    return sorted({*range(1, min(horizon, 13) + 1), *range(21, horizon, 8), horizon})
