"""The Beta distribution on NumPy arrays: its distribution function, quantiles, waiting times.

The regularised incomplete beta function I_x(a, b) is DLMF 8.17; its continued fraction 8.17.22,
evaluated by the modified method of Lentz (Thompson and Barnett 1986, as in Numerical Recipes,
3rd ed., 5.2 and 6.4); ln Gamma by the series of Stirling, DLMF 5.11.1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TINY = 1e-300
_EPSILON = 1e-14
_MAX_STEPS = 20_000
_BISECTIONS = 60  # halves [0, 1] below the spacing of doubles
# B_2k / (2k (2k - 1)) of DLMF 5.11.1.
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


def log_gamma(z: ArrayLike) -> Floats:
    """ln Gamma(z) for z > 0; about 1e-14 of its size or, near its zeros at 1 and 2, absolutely."""
    z = np.asarray(z, dtype=np.float64)
    # Gamma(z) = Gamma(z + 8) / (z (z + 1) … (z + 7)): the series wants a large argument.
    product = np.where(z < 8, 1.0, 0.0)
    small = np.where(z < 8, z, 1.0)
    for step in range(8):
        product = product * (small + step)
    shifted = np.where(z < 8, z + 8, z)
    square, power, series = shifted * shifted, shifted.copy(), np.zeros_like(shifted)
    for term in _STIRLING:
        series = series + term / power
        power = power * square
    whole = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * math.log(2 * math.pi) + series
    return np.asarray(whole - np.log(np.where(z < 8, product, 1.0)))


def probability_below(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """P(X < x) for X ~ Beta(a, b), element by element; nan where x, a or b is.

    Args:
        x: bounds; below 0 the answer is 0, above 1 it is 1.
        a, b: shapes, both > 0.

    >>> probability_below([0.5, 0.1], [1, 1], [1, 10]).round(6).tolist()
    [0.5, 0.651322]
    """
    x, a, b = (v.copy() for v in np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (x, a, b))))
    answer: Floats = np.where(x <= 0, 0.0, 1.0)
    answer[np.isnan(x) | np.isnan(a) | np.isnan(b)] = np.nan
    inside = (x > 0) & (x < 1) & ~np.isnan(a) & ~np.isnan(b)
    if inside.any():
        answer[inside] = _inside(x[inside], a[inside], b[inside])
    return answer


def _inside(x: Floats, a: Floats, b: Floats) -> Floats:
    """I_x(a, b) for 0 < x < 1; on the far side of the mean by I_x(a, b) = 1 - I_{1-x}(b, a)."""
    flip = x > (a + 1) / (a + b + 2)
    y, p, q = np.where(flip, 1 - x, x), np.where(flip, b, a), np.where(flip, a, b)
    front = np.exp(log_gamma(p + q) - log_gamma(p) - log_gamma(q)
                   + p * np.log(y) + q * np.log1p(-y)) / p
    found = np.clip(front * _fraction(y, p, q), 0.0, 1.0)
    answer: Floats = np.where(flip, 1 - found, found)
    return answer


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    """The continued fraction; elements that have settled leave the arrays."""
    answer = np.empty_like(x)
    at = np.arange(x.size)
    c = np.ones_like(x)
    d = 1 / _away(1 - (a + b) * x / (a + 1))
    h = d.copy()
    for m in range(1, _MAX_STEPS):
        two = 2 * m
        even = m * (b - m) * x / ((a + two - 1) * (a + two))
        odd = -(a + m) * (a + b + m) * x / ((a + two) * (a + two + 1))
        d = 1 / _away(1 + even * d)
        c = _away(1 + even / c)
        h = h * d * c
        d = 1 / _away(1 + odd * d)
        c = _away(1 + odd / c)
        change = d * c
        h = h * change
        settled = np.abs(change - 1) < _EPSILON
        if settled.any():
            answer[at[settled]] = h[settled]
            going = ~settled
            if not going.any():
                return answer
            x, a, b, c, d, h = (v[going] for v in (x, a, b, c, d, h))
            at = at[going]
    raise ArithmeticError("The continued fraction of the incomplete beta did not settle.")


def _away(value: Floats) -> Floats:
    """Lentz: a denominator of zero becomes a tiny one."""
    answer: Floats = np.where(np.abs(value) < _TINY, _TINY, value)
    return answer


def quantile(share: float, a: ArrayLike, b: ArrayLike) -> Floats:
    """The x with P(X < x) = share for X ~ Beta(a, b), by bisection.

    >>> quantile(0.95, [1.0], [1.0]).round(9).tolist()
    [0.95]
    """
    p, q = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    low, high = np.zeros_like(p), np.ones_like(p)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        below = probability_below(middle, p, q) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def failures_until(share: float, x: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """The least whole m >= 0 with P(X < x) >= share for X ~ Beta(a, b + m).

    That is: how many more trials without a success until X is below x with that probability.
    nan where x is nan or not above 0 (it never comes true).
    """
    bound, p, q = (v.copy() for v in np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (x, a, b))))
    answer: Floats = np.full(bound.shape, np.nan)
    answer[bound > 0] = 0.0
    waiting = (bound > 0) & (probability_below(bound, p, q) < share)
    bound, p, q = bound[waiting], p[waiting], q[waiting]
    low = np.zeros_like(bound)
    # X is near Gamma(a) / m: its mean, four deviations and a margin for small a are enough.
    high = np.ceil((p + 4 * np.sqrt(p) + 6) / np.minimum(bound, 1.0))
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        reached = probability_below(bound, p, q + middle) >= share
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    answer[waiting] = high
    return answer
