"""Is a change of conversion more than chance: known values, symmetry, and a simulation."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbook.models.significance import chance_of_change

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Computed by hand from z = (p2 - p1) / sqrt(p(1-p)(1/n1 + 1/n2)) and the normal table.
@pytest.mark.parametrize(("before", "now", "chance"), [
    ((30, 200), (30, 200), 1.0),
    ((100, 1000), (130, 1000), 0.0356),  # p = .115, se = .014267, z = 2.1027
    ((20, 100), (10, 100), 0.0477),  # p = .15, se = .050498, z = 1.9803
    ((50, 500), (64, 500), 0.1636),  # p = .114, se = .020100, z = 1.3930
])
def test_known_values(before: tuple[int, int], now: tuple[int, int], chance: float) -> None:
    assert chance_of_change(*before, *now) == pytest.approx(chance, abs=2e-4)


@pytest.mark.parametrize(("numbers", "why"), [
    ((1, 0, 1, 10), "no sessions before"), ((1, 10, 0, 0), "no sessions now"),
    ((11, 10, 100, 1000), "more units than sessions"), ((100, 1000, 11, 10), "the same now"),
    ((2, 40, 2, 1000), "fewer than five expected"), ((0, 500, 0, 500), "no units at all"),
    ((500, 500, 500, 500), "nobody left without buying"),
])
def test_where_nothing_can_be_said_nothing_is_said(
    numbers: tuple[int, int, int, int], why: str
) -> None:
    assert chance_of_change(*numbers) is None, why


@given(COUNTS, COUNTS)
def test_it_is_a_probability_and_the_order_of_weeks_does_not_matter(
    before: tuple[int, int], now: tuple[int, int]
) -> None:
    chance = chance_of_change(*before, *now)
    assume(chance is not None)
    assert chance is not None and 0 <= chance <= 1
    assert chance_of_change(*now, *before) == pytest.approx(chance, abs=1e-12)


@given(st.integers(50, 400), st.integers(0, 30), st.integers(1, 20))
def test_the_same_difference_in_more_sessions_is_less_likely_chance(
    sessions: int, gap: int, more: int
) -> None:
    units = sessions // 3
    numbers = (units, sessions, units + gap // 2, sessions)
    few, many = chance_of_change(*numbers), chance_of_change(*(more * n for n in numbers))
    assert few is not None and many is not None and many <= few + 1e-12


@pytest.mark.parametrize(("rate", "sessions"), [(0.05, 600), (0.12, 250), (0.4, 80)])
def test_without_a_real_change_five_in_a_hundred_look_like_one(rate: float, sessions: int) -> None:
    """Simulated weeks of the same true conversion: p below 5 % comes in about 5 % of them."""
    rng = random.Random(7)
    tries = 1500

    def units() -> int:
        return sum(rng.random() < rate for _ in range(sessions))

    found = [chance_of_change(units(), sessions, units(), sessions) for _ in range(tries)]
    share = sum(c is not None and c < 0.05 for c in found) / tries
    error = math.sqrt(0.05 * 0.95 / tries)
    assert share == pytest.approx(0.05, abs=5 * error)


def test_a_real_fall_is_found_most_of_the_time() -> None:
    rng = random.Random(7)

    def units(rate: float) -> int:
        return sum(rng.random() < rate for _ in range(500))

    found = [chance_of_change(units(0.15), 500, units(0.08), 500) for _ in range(200)]
    assert sum(c is not None and c < 0.05 for c in found) > 180  # power about 0.94
