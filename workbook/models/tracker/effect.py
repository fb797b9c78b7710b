"""Did conversion change after an operation, and by more than chance?

Units in sessions before and after, held against each other by the two-proportion z-test of
`significance`. Sessions that a change of the seen size needs: Fleiss, "Statistical Methods for
Rates and Proportions", ch. 4 (two-sided, power 80 %); for sides of different size by their
harmonic mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from workbook.models.significance import chance_of_change

POWER = 0.8  # the usual power of a planned comparison (Cohen, 1988)


@dataclass(frozen=True, slots=True)
class Side:
    """Sums over the days that count; a sum that no report knows is None."""

    days: int = 0
    units: int = 0
    sessions: int = 0
    sales: Decimal | None = None
    spend: Decimal | None = None

    @property
    def rate(self) -> float | None:
        """Units a session."""
        return self.units / self.sessions if self.sessions else None

    @property
    def price(self) -> Decimal | None:
        """Sales a unit."""
        return self.sales / self.units if self.sales is not None and self.units else None

    @property
    def daily_spend(self) -> Decimal | None:
        return None if self.spend is None or not self.days else self.spend / self.days


@dataclass(frozen=True, slots=True)
class Effect:
    """`verdict`: rise, fall, noise, early, few, or what is missing: no_before, no_after, odd.

    `chance` is the two-sided p-value; `wait` the sessions still needed after the operation to
    tell a change of the seen size, where waiting can tell it.
    """

    verdict: str
    chance: float | None = None
    wait: int | None = None


def effect(before: Side, after: Side, level: float) -> Effect:
    """What the two sides say; `level` is the p-value below which a change is no chance.

    >>> effect(Side(7, 80, 500), Side(6, 20, 480), 0.05).verdict
    'fall'
    """
    old, new = before.rate, after.rate
    if old is None:
        return Effect("no_before")
    if new is None:
        return Effect("no_after")
    if old > 1 or new > 1:
        return Effect("odd")
    chance = chance_of_change(before.units, before.sessions, after.units, after.sessions)
    if chance is not None and chance < level:
        return Effect("rise" if new > old else "fall", chance)
    needed = sessions_needed(before.sessions, old, new, level)
    wait = None if needed is None else max(0, needed - after.sessions)
    if wait:
        return Effect("early", chance, wait)
    return Effect("few" if chance is None else "noise", chance)


def sessions_needed(first: int, old: float, new: float, level: float) -> int | None:
    """Sessions of the second side at which a change of this size shows with 80 % power.

    None: no change to be seen, or the first side is too small for any second one.

    >>> sessions_needed(10_000_000, 0.10, 0.12, 0.05)
    1921
    """
    if old == new:
        return None
    alpha, power = (NormalDist().inv_cdf(p) for p in (1 - level / 2, POWER))
    mean = (old + new) / 2
    each = ((alpha * math.sqrt(2 * mean * (1 - mean))
             + power * math.sqrt(old * (1 - old) + new * (1 - new))) / (old - new)) ** 2
    left = 2 / each - 1 / first  # 1/a + 1/b of the two sides must be 2/each
    return math.ceil(1 / left) if left > 0 else None
