"""What the clicks of terms prove: prior, posterior, break-even conversion; on NumPy arrays.

Break-even CVR. A click costs CPC = spend / clicks. An order brings AOV = sales / orders, of which
break-even ACoS x AOV is left for ads (that is the ACoS at which nothing is earned). A hundred
clicks pay for themselves when 100 x CPC = 100 x CVR x break-even ACoS x AOV, so

    break-even CVR = CPC / (break-even ACoS x AOV) = break-even orders / clicks

with break-even orders = spend / (break-even ACoS x AOV): the orders that the spend had to bring.

Prior. The other terms of the ad group (of its campaign, of the account, where an ad group has
fewer than PRIOR_CLICKS other clicks) give a mean m = (orders + 1/2) / (clicks + 1) and, by the
method of moments for proportions with unequal numbers of trials (Kleinman, "Proportions with
extraneous variance", JASA 68, 1973, weights w_i = clicks), how much their CVRs differ. With k terms
of n_i clicks and x_i orders, N = sum n_i, p = sum x_i / N, S = sum x_i^2 / n_i - N p^2:

    E[S] = p (1 - p) ((k - 1) + rho (N - sum n_i^2 / N - (k - 1)));   strength = 1 / rho - 1

Moments of sparse terms are noisy. Therefore the belief weighs between half an order and five
(strength x m in [0.5, 5]; two where the moments cannot tell), never more than the clicks
that it comes from, and never less than one click.

Posterior. Beta(m strength + orders, (1 - m) strength + clicks - orders).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbook.models.search_terms.beta import Floats, failures_until, probability_below, quantile

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVELS = ("ad group", "campaign", "account")
PRIOR_CLICKS = 100
ORDERS_FOR_VALUE = 5  # orders from which a level's own sales per order are used
_LIGHTEST, _USUAL, _HEAVIEST = 0.5, 2.0, 5.0  # weight of the prior in orders
LOWER_BOUND = 0.05


def clicks_needed(cvr: float, probability: float = 0.95) -> int:
    """Clicks without an order that rule out a true CVR: the least n with (1 - cvr)^n <= 1 - p.

    >>> clicks_needed(0.05), clicks_needed(0.10), clicks_needed(0.15)
    (59, 29, 19)
    """
    if cvr >= 1:
        return 1
    return int(np.ceil(np.log(1 - probability) / np.log1p(-cvr)))


@dataclass(frozen=True, slots=True)
class Priors:
    """Beta priors, one a term: index into LEVELS, mean, strength in clicks."""

    level: Indices
    mean: Floats
    strength: Floats


@dataclass(frozen=True)
class Posterior:
    """Beta(a, b) of each term's CVR against its break-even CVR (nan: not known)."""

    a: Floats
    b: Floats
    break_even: Floats

    @cached_property
    def mean(self) -> Floats:
        return self.a / (self.a + self.b)

    @cached_property
    def below(self) -> Floats:
        """P(CVR < break-even CVR)."""
        return probability_below(self.break_even, self.a, self.b)

    def lower(self, which: Flags) -> Floats:
        """The CVR above which the true one lies with 95 %; nan where not asked for."""
        answer = np.full(self.a.shape, np.nan)
        answer[which] = quantile(LOWER_BOUND, self.a[which], self.b[which])
        return answer

    def clicks_left(self, probability: float) -> Floats:
        """How many more clicks without an order until P(CVR < break-even) is that high."""
        return failures_until(probability, self.break_even, self.a, self.b)


def posterior(priors: Priors, clicks: Floats, orders: Floats, break_even: Floats) -> Posterior:
    """Orders above clicks (one click can bring two) count as one a click."""
    hits = np.minimum(orders, clicks)
    return Posterior(priors.mean * priors.strength + hits,
                     (1 - priors.mean) * priors.strength + clicks - hits, break_even)


def priors_of(
    groups: list[Indices], clicks: Floats, orders: Floats
) -> Priors:
    """The prior of each term from the other terms around it.

    Args:
        groups: for each of LEVELS the number of each term's group.
    """
    level = np.full(clicks.shape, -1)
    mean, strength = np.empty_like(clicks), np.empty_like(clicks)
    for number, group in enumerate(groups):
        others = _others(group, clicks, np.minimum(orders, clicks))
        own_mean, own_strength = prior_of(*others)
        take = level < 0
        if number < len(groups) - 1:
            take &= others[1] >= PRIOR_CLICKS
        level[take], mean[take], strength[take] = number, own_mean[take], own_strength[take]
    return Priors(level, mean, strength)


Sums = tuple[Floats, Floats, Floats, Floats, Floats]


def _others(
    group: Indices, clicks: Floats, orders: Floats
) -> Sums:
    k, n, x, squares, ratios = (
        np.bincount(group, part)[group] - part for part in moments(clicks, orders))
    return k, n, x, squares, ratios


def moments(clicks: Floats, orders: Floats) -> Sums:
    """What each term adds to: number of terms, clicks, orders, sum n^2, sum x^2 / n."""
    return (np.where(clicks > 0, 1.0, 0.0), clicks, orders, clicks**2,
            orders**2 / np.maximum(clicks, 1))


def prior_of(
    k: Floats, n: Floats, x: Floats, squares: Floats, ratios: Floats
) -> tuple[Floats, Floats]:
    """Mean and strength from sums over terms; see `moments`."""
    mean = (x + 0.5) / (n + 1)
    trials = np.maximum(n, 1)
    p = x / trials
    spread = ratios - trials * p * p
    room = n - squares / trials - (k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (spread / (p * (1 - p)) - (k - 1)) / room
        by_moments = (1 / rho - 1) * mean
    # No spread beyond chance (rho <= 0): terms are alike, the belief is as heavy as it gets.
    weight = np.where(rho > 0, by_moments, _HEAVIEST)
    unknown = (room <= 0) | (p <= 0) | (p >= 1) | (k < 2) | np.isnan(rho)
    weight = np.clip(np.where(unknown, _USUAL, weight), _LIGHTEST, _HEAVIEST)
    return mean, np.maximum(np.minimum(weight / mean, n), 1.0)


def order_values(
    groups: list[Indices], orders: Floats, sales: Floats,
    default: float,
) -> Floats:
    """Sales per order of each term's ad group, or of its campaign or the account if too few.

    An ad group sells few products: one term's own two or three orders would say less.
    """
    value = np.full(orders.shape, np.nan)
    for number, group in enumerate(groups):
        count, sum_ = np.bincount(group, orders)[group], np.bincount(group, sales)[group]
        enough = count >= (ORDERS_FOR_VALUE if number < len(groups) - 1 else 1)
        take = np.isnan(value) & enough & (sum_ > 0)
        value[take] = sum_[take] / count[take]
    return np.where(np.isnan(value), default, value)
