"""Seeded randomness and small calendar helpers; no state of its own."""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

T = TypeVar("T")
CENT = Decimal("0.01")


def stream(seed: int, *names: str) -> random.Random:
    """A generator of its own for one part, so that parts do not disturb each other."""
    return random.Random("/".join((str(seed), *names)))


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count; above 40 its normal approximation."""
    if mean <= 0:
        return 0
    if mean > 40:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def binomial(rng: random.Random, trials: int, share: float) -> int:
    """How many of `trials` succeed, each with chance `share`."""
    return sum(rng.random() < share for _ in range(trials))


def pick(rng: random.Random, items: Sequence[T], weights: Sequence[float]) -> T:
    """One item, by weight."""
    return rng.choices(items, weights)[0]


def spread(rng: random.Random, total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """`total` whole units spread over the weights, adding up exactly."""
    counts = [0] * len(weights)
    for index in rng.choices(range(len(weights)), weights, k=total):
        counts[index] += 1
    return tuple(counts)


def cents(value: Decimal | float) -> Decimal:
    """Money rounded half up to two digits."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def week_name(day: date) -> str:
    """The ISO week of a day, as in `2026-W46`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def mondays(first: date, last: date) -> list[date]:
    """The Monday of every ISO week from `first` to `last`."""
    return [day for day in days_between(first, last) if day.weekday() == 0]
