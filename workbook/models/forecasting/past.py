"""What is known of the past, made fit for learning: stock-outs, partly stocked periods, events.

Inside the model arrays lie time first, (T, n): a step in time is one contiguous row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbook.errors import UsageError

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# A period that was in stock for less than this share of its time tells nothing about demand.
LEAST_STOCK = 0.5


@dataclass(frozen=True, eq=False)
class History:
    """What was sold; the periods are of one length and end with the last closed one.

    Args:
        units: (n series, T periods) units sold, NaN where not known.
        in_stock: (n, T) share of the period in stock, 0 to 1, NaN where not known; None: always.
        events: (T + H,) or (n, T + H) kind of event per past and future period, 0 or False none.
        groups: (n,) codes of the groups whose profile a series leans on; None: all are one.

    Raises:
        UsageError: the shapes do not fit, or a number is negative or infinite.
    """

    units: Array
    in_stock: Array | None = None
    events: npt.NDArray[np.int64] | npt.NDArray[np.bool_] | None = None
    groups: Ints | None = None

    def __post_init__(self) -> None:
        if self.units.ndim != 2:
            raise _misfit("units", "series x periods", self.units.shape)
        if self.in_stock is not None and self.in_stock.shape != self.units.shape:
            raise _misfit("in_stock", str(self.units.shape), self.in_stock.shape)
        if self.groups is not None and self.groups.shape != self.units.shape[:1]:
            raise _misfit("groups", str(self.units.shape[:1]), self.groups.shape)
        if np.isinf(self.units).any() or (self.units < 0).any():
            raise UsageError(
                "The history of a forecast has negative or infinite units.",
                do="Give units ordered, not net of returns; leave unknown periods blank.")

    def demand(self) -> Array:
        """(n, T) units as if always in stock; NaN where not known or mostly out of stock."""
        units = self.units.astype(float)
        if self.in_stock is None:
            return units
        share = np.where(np.isnan(self.in_stock), 1.0, self.in_stock)
        return np.where(share >= LEAST_STOCK, units / np.clip(share, LEAST_STOCK, 1), np.nan)

    def kinds(self, horizon: int) -> Ints:
        """(T + H, n or 1) kind of event per period, 0 where there is none.

        Raises:
            UsageError: the events do not reach over the history and the horizon.
        """
        long = self.units.shape[1] + horizon
        if self.events is None:
            return np.zeros((long, 1), np.int64)
        kinds = np.atleast_2d(self.events).astype(np.int64)
        if kinds.shape[1] != long or kinds.shape[0] not in (1, len(self.units)):
            raise _misfit("events", f"(T + H,) or (n, T + H) with T + H = {long}", kinds.shape)
        return np.ascontiguousarray(kinds.T)


def _misfit(name: str, wanted: str, shape: tuple[int, ...]) -> UsageError:
    return UsageError(f"'{name}' of a forecast's history has the shape {shape}.",
                      do=f"It must be {wanted}.")


def last_values(filled: Array, known: Mask, season: int) -> Array:
    """(T, n) the newest known value of each period's place in the season, else of any period.

    Args:
        filled: (T, n) values, 0 where not known.
    """
    newest, value = np.zeros(filled.shape[1]), np.zeros_like(filled)
    seen = np.zeros_like(known)
    for t in range(len(filled)):
        newest = np.where(known[t], filled[t], newest)
        value[t], seen[t] = newest, known[t]
        if t >= season:
            older = ~known[t] & seen[t - season]
            value[t] = np.where(older, value[t - season], value[t])
            seen[t] |= older
    return value
