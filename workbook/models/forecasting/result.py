"""What a forecast says of each series."""

from __future__ import annotations

from dataclasses import dataclass

from workbook.models.forecasting.fitted import Fitted
from workbook.models.forecasting.judge import Accuracy
from workbook.models.forecasting.past import Array, Ints
from workbook.notes import Note


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is expected of n series over H periods; a series without a forecast is NaN throughout.

    Args:
        point: (n, H) expected units.
        lower, upper: (n, H) whole units between which 80 % should fall, at each step by itself.
        accuracy: of past forecasts.
        model: (n,) keys of `MODELS`.
        known: (n,) periods that could be learnt from.
        reason: (n,) why there is no forecast, or None.
        unlearnt: kinds of future events without any history: they have no uplift.
        demand: (n, T) what was learnt from: units as if always in stock, NaN where not known.
        fitted: what past forecasts follow from.
        base: (n, H) the points without the uplift of events.
    """

    point: Array
    lower: Array
    upper: Array
    accuracy: Accuracy
    model: tuple[str, ...]
    known: Ints
    reason: tuple[Note | None, ...]
    unlearnt: tuple[int, ...]
    demand: Array
    fitted: Fitted
    base: Array
