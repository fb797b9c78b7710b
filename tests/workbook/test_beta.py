"""The Beta distribution against exact sums, closed forms, simulation and, where it is, SciPy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.models.search_terms.beta import failures_until, log_gamma, probability_below, quantile

shape = st.integers(1, 60)


def exactly_below(x: Fraction, a: int, b: int) -> Fraction:
    """DLMF 8.17.5: for whole shapes I_x(a, b) is P(at least a successes in a + b - 1 trials)."""
    n = a + b - 1
    return sum((math.comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1)), Fraction(0))


@settings(deadline=None)
@given(st.fractions(0, 1), shape, shape)
def test_whole_shapes_agree_with_the_exact_binomial_sum(x: Fraction, a: int, b: int) -> None:
    (found,) = probability_below([float(x)], [a], [b])
    assert found == pytest.approx(float(exactly_below(Fraction(float(x)), a, b)), abs=1e-12)


@given(st.floats(1e-3, 2e5))
def test_log_gamma_agrees_with_the_standard_library(z: float) -> None:
    assert float(log_gamma(z)) == pytest.approx(math.lgamma(z), rel=1e-13, abs=1e-13)


def test_shapes_below_one_and_far_apart() -> None:
    # Beta(1/2, 1/2): 2/pi asin(sqrt(x)); Beta(1, b): 1 - (1 - x)^b; Beta(a, 1): x^a.
    x = np.array([1e-6, 0.2, 0.5, 0.9])
    arcsine = 2 / math.pi * np.arcsin(np.sqrt(x))
    assert probability_below(x, 0.5, 0.5) == pytest.approx(arcsine, abs=1e-12)
    assert probability_below(x, 1, 1e5) == pytest.approx(-np.expm1(1e5 * np.log1p(-x)), abs=1e-10)
    assert probability_below(x, 0.01, 1) == pytest.approx(x**0.01, abs=1e-12)


def test_bounds_outside_and_numbers_that_are_not_known() -> None:
    found = probability_below([-1, 0, 1, 2, math.nan], 2, 3)
    assert found[:4].tolist() == [0, 0, 1, 1] and math.isnan(found[4])


def test_agrees_with_simulation() -> None:
    draws = np.random.default_rng(7).beta(2.5, 37.0, 400_000)
    for x in (0.02, 0.06, 0.12):
        (found,) = probability_below([x], [2.5], [37.0])
        assert found == pytest.approx((draws < x).mean(), abs=0.003)


def test_agrees_with_scipy() -> None:
    special = pytest.importorskip("scipy.special", reason="SciPy is not needed at run time")
    rng = np.random.default_rng(3)
    a, b, x = rng.uniform(0.1, 500, 2000), rng.uniform(0.1, 5000, 2000), rng.uniform(0, 1, 2000)
    assert probability_below(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-10)


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.3, 50), st.floats(0.3, 500))
def test_the_quantile_is_where_the_probability_is_reached(share: float, a: float, b: float) -> None:
    (x,) = quantile(share, [a], [b])
    (found,) = probability_below([x], [a], [b])
    assert found == pytest.approx(share, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.005, 1.0), st.floats(0.5, 20), st.floats(1, 300))
def test_failures_until_is_the_first_number_that_is_enough(x: float, a: float, b: float) -> None:
    (m,) = failures_until(0.95, [x], [a], [b])
    assert probability_below(x, a, b + m) >= 0.95
    assert m == 0 or probability_below(x, a, b + m - 1) < 0.95


def test_a_bound_of_nothing_is_never_reached() -> None:
    assert np.isnan(failures_until(0.95, [0.0, math.nan], [1.0, 1.0], [1.0, 1.0])).all()
