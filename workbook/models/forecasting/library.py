"""A library's forecast of single series: exponential smoothing with trend, by statsmodels.

For the few series that deserve it: thousands of times slower than our own model.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np

from workbook.errors import UsageError
from workbook.models.forecasting.past import Array


def ets(demand: Array, horizon: int, season: int = 1) -> Array:
    """(H,) the forecast of the model with the least AICc: with or without damped trend and season.

    Args:
        demand: (T,) without gaps; the model cannot leave periods out.

    Raises:
        UsageError: statsmodels is not installed, or the series has gaps or is too short.
    """
    try:
        models = import_module("statsmodels.tsa.holtwinters")
    except ImportError:
        raise UsageError("The library forecast needs statsmodels, which is not installed.",
                         do="pip install 'opsheet[forecast]'") from None
    if np.isnan(demand).any() or len(demand) < 10:
        raise UsageError("The library forecast needs at least 10 periods without a gap.",
                         do="Use the default model for this series.")
    seasons = ("add", None) if season > 1 and len(demand) >= 2 * season + 2 else (None,)
    fits: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence: AICc decides
        for trend, pattern in product((None, "add"), seasons):
            fits.append(models.ExponentialSmoothing(
                demand, trend=trend, damped_trend=trend is not None, seasonal=pattern,
                seasonal_periods=season if pattern else None,
                initialization_method="heuristic" if season > 20 else "estimated").fit())
    best = min(fits, key=lambda fit: float(fit.aicc))
    return np.asarray(np.maximum(best.forecast(horizon), 0.0))
