"""Forecasts of several weeks together, for SKUs and for groups of them, and live sums of cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbook.formulas import Formula, Here, Ref
from workbook.model import Cell
from workbook.models.forecasting.judge import Tally, quantiles, ratio
from workbook.models.forecasting.model import Accuracy, Forecast
from workbook.models.forecasting.past import Array, Ints, Mask

# A past sum counts where members that sell this share of it are known; it is scaled up for them.
LEAST_SHARE = 0.5


class Spans:
    """Sums of series over groups: `groups` (n,) numbers each series' group from 0 on."""

    def __init__(self, found: Forecast, groups: Ints) -> None:
        self.found, self.fitted, self.every = found, found.fitted, slice(0, len(groups))
        self.number = int(groups.max(initial=-1)) + 1
        self._order = np.argsort(groups, kind="stable")
        self._starts = np.searchsorted(groups[self._order], np.arange(self.number))
        floor = self.fitted.floor(self.every)
        self.blank = np.isnan(found.point[:, 0])
        self._volume = np.where(self.blank, 0.0, floor)[None]
        self._whole = self.added(self._volume)
        self.floor = self.added(floor[None])[0]
        self.first = np.full(self.number, len(self.fitted.filled))
        np.minimum.at(self.first, groups, self.fitted.first)

    def added(self, rows: Array | Mask) -> Array:
        """(rows, n) to (rows, G)."""
        columns = rows[:, self._order].astype(float)
        return np.asarray(np.add.reduceat(columns, self._starts, axis=1))

    def errors(self, h: int) -> tuple[Array, Array]:
        """(T - h, G) past errors and forecasts `h` weeks ahead."""
        errors, ahead = self.fitted.errors(h, self.every)
        none = np.isnan(errors)
        share = ratio(self.added(~none * self._volume), np.broadcast_to(
            self._whole, (len(errors), self.number)))
        share = np.where(share >= LEAST_SHARE, share, np.nan)
        return (self.added(np.nan_to_num(errors)) / share,
                self.added(np.where(none, 0, ahead)) / share)

    def together(self, weeks: int) -> tuple[Array, Array]:
        """(T - weeks, G) past errors and forecasts of the first `weeks` weeks as one number."""
        pairs = [self.errors(h) for h in range(1, weeks + 1)]
        rows = len(pairs[-1][0])
        return (sum((e[:rows] for e, _ in pairs), np.zeros((rows, self.number))),
                sum((a[:rows] for _, a in pairs), np.zeros((rows, self.number))))

    def interval(self, weeks: int) -> tuple[Array, Array]:
        """(G,) bounds between which the next `weeks` weeks together should fall at 80 %."""
        point, base = (self.added(np.nan_to_num(rows[:, :weeks].sum(axis=1))[None])[0]
                       for rows in (self.found.point, self.found.base))
        tally = Tally(len(self.fitted.filled), self.floor, self.first)
        # Single weeks first: where too few past spans are known, theirs are widened.
        for h in range(1, weeks):
            tally.add(h, *self.errors(h))
        lower, upper = tally.add(weeks, *self.together(weeks)).around(base, point, tally.floor)
        none = self.added(~self.blank[None])[0] == 0
        return np.where(none, np.nan, lower), np.where(none, np.nan, upper)

    def accuracy(self, weeks: int) -> Accuracy:
        """How past forecasts up to `weeks` weeks ahead fared."""
        tally = Tally(len(self.fitted.filled), self.floor, self.first)
        for h in range(1, weeks + 1):
            tally.add(h, *self.errors(h))
        volume = np.broadcast_to(self._whole, (len(self.fitted.filled), self.number))
        share = ratio(self.added(self.fitted.known * self._volume), volume)
        demand = self.added(self.fitted.filled) / np.where(share >= LEAST_SHARE, share, np.nan)
        change = np.diff(demand, axis=0)
        count = (~np.isnan(change)).sum(axis=0)
        return tally.accuracy(ratio(np.nansum(np.abs(change), axis=0), count),
                              ratio(np.nansum(change * change, axis=0), count))

    def surprise(self, weeks: int) -> tuple[Array, Array, Array, Array]:
        """(G,) actual, forecast, lower and upper of the last `weeks` weeks, as seen before them.

        The bounds come from the errors of all earlier origins.
        """
        errors, ahead = self.together(weeks)
        if len(errors) < 2:
            none = np.full(self.number, np.nan)
            return none, none, none, none
        floor = np.where(self.floor > 0, self.floor, 1.0)
        lower, upper = quantiles(errors[:-1], ahead[:-1], floor).bounds(ahead[-1], floor)
        return ahead[-1] + errors[-1], ahead[-1], lower, upper


# --- live formulas ----------------------------------------------------------------------


def total(values: Sequence[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    some = [value for value in values if value is not None]
    return sum(some) if some else None


def summed(fields: Sequence[str], cell: Cell) -> Formula:
    """The sum of fields of the same row; blank where all are."""
    return listed([Here(name) for name in fields], cell)


def listed(refs: Sequence[Ref], cell: Cell) -> Formula:
    names = {f"{chr(97 + n // 26)}{chr(97 + n % 26)}": ref for n, ref in enumerate(refs)}
    parts = ",".join(f"{{{name}}}" for name in names)
    return Formula(f'IF(COUNT({parts})=0,"",SUM({parts}))', names, cell)
