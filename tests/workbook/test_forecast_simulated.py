"""The forecast on series whose law is known: coverage, patterns, and whether it beats naive."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from workbook.models.forecasting.model import History, forecast, months, totals
from workbook.models.forecasting.past import Array

WEEKS = np.arange(3 * 52 + 13)
SEASONAL = 1 + 0.6 * np.sin(2 * np.pi * WEEKS / 52)


def moving(chance: np.random.Generator, n: int, periods: int, alpha: float) -> Array:
    """(n, periods) of the process that smoothing with `alpha` forecasts best (ETS A,N,N)."""
    noise = chance.normal(0, 20, (n, periods))
    start = np.full((n, 1), 400.0)
    level = start + alpha * np.cumsum(np.hstack([np.zeros((n, 1)), noise[:, :-1]]), axis=1)
    return np.maximum(level + noise, 0)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.4])
def test_intervals_hold_near_80_percent_of_what_comes(alpha: float) -> None:
    units = moving(np.random.default_rng(3), 600, 117, alpha)
    found = forecast(History(units[:, :104]), 13)
    held = (units[:, 104:] >= found.lower) & (units[:, 104:] <= found.upper)
    assert 0.75 <= held.mean() <= 0.87
    assert 0.72 <= held[:, 0].mean() <= 0.88 and 0.70 <= held[:, -1].mean() <= 0.88
    assert np.nanmean(found.accuracy.coverage) == pytest.approx(held.mean(), abs=0.06)


def test_intervals_of_small_counts_are_not_too_narrow() -> None:
    units = np.random.default_rng(5).poisson(0.7, (800, 117)).astype(float)
    found = forecast(History(units[:, :104]), 13)
    held = (units[:, 104:] >= found.lower) & (units[:, 104:] <= found.upper)
    # Bounds are rounded outward, which is up to a unit either way: much where a week sells one.
    assert 0.8 <= held.mean() < 0.99


def test_intervals_of_a_new_product_are_not_too_narrow() -> None:
    units = np.random.default_rng(6).poisson(20, (800, 19)).astype(float)
    units[:, :10] = np.nan  # six known weeks
    found = forecast(History(units[:, :16]), 3)
    held = (units[:, 16:] >= found.lower) & (units[:, 16:] <= found.upper)
    assert 0.7 <= held.mean() <= 0.95


def test_it_beats_naive_where_smoothing_is_right() -> None:
    units = moving(np.random.default_rng(7), 300, 117, 0.15)
    found = forecast(History(units[:, :104]), 13)
    error = np.abs(units[:, 104:] - found.point).sum()
    naive = np.abs(units[:, 104:] - units[:, 103:104]).sum()
    assert error < 0.85 * naive
    assert np.mean([name.startswith("smoothing") for name in found.model]) > 0.95


def test_a_random_walk_is_left_near_its_last_value() -> None:
    steps = np.random.default_rng(8).normal(0, 10, (200, 117))
    units = 1000 + np.cumsum(steps, axis=1)
    found = forecast(History(units[:, :104]), 13)
    error = np.abs(units[:, 104:] - found.point).sum()
    assert error < 1.05 * np.abs(units[:, 104:] - units[:, 103:104]).sum()


@pytest.mark.parametrize("alone", [False, True])
def test_a_yearly_pattern_of_three_years_is_taken_and_helps(alone: bool) -> None:
    chance = np.random.default_rng(9)
    units = chance.poisson(chance.uniform(50, 150, (1 if alone else 40, 1)) * SEASONAL)
    units = units.astype(float)
    past, future = units[:, :156], units[:, 156:]
    found, plain = (forecast(History(past), 13, year=year) for year in (52, 0))
    assert set(found.model) == {"smoothing+year"}
    assert np.abs(future - found.point).sum() < 0.6 * np.abs(future - plain.point).sum()


def test_no_yearly_pattern_from_one_year() -> None:
    units = np.random.default_rng(10).poisson(100 * SEASONAL[:100], (30, 100)).astype(float)
    found = forecast(History(units), 13, year=52)
    assert not any("year" in name for name in found.model)
    late = np.hstack([np.full((30, 80), np.nan), units[:, :76]])  # known for less than two years
    assert not any("year" in name for name in forecast(History(late), 13, year=52).model)


def test_hardly_a_yearly_pattern_from_noise() -> None:
    units = np.random.default_rng(11).poisson(60, (300, 156)).astype(float)
    found, plain = (forecast(History(units), 13, year=year) for year in (52, 0))
    taken = np.mean(["year" in name for name in found.model])
    assert taken < 0.1
    gap = np.abs(60 - found.point).sum() / np.abs(60 - plain.point).sum()
    assert gap < 1.3


def test_weekdays_are_learnt_and_a_group_lends_its_profile_to_small_series() -> None:
    chance, week = np.random.default_rng(12), np.array([0.6, 0.7, 0.8, 0.9, 1.2, 1.5, 1.3])
    mean = np.tile(week, 12) * np.array([40.0] * 20 + [2.0] * 20)[:, None]
    units = chance.poisson(mean).astype(float)
    found = forecast(History(units[:, :77]), 7, season=7)
    assert set(found.model[:20]) == {"smoothing+season"}
    assert np.abs(found.point[:20] / 40 - week).mean() < 0.12
    small = [number for number in range(20, 40) if "season" in found.model[number]]
    assert len(small) >= 5
    assert np.corrcoef(found.point[small].sum(axis=0), week)[0, 1] > 0.9


def test_groups_keep_their_profiles_apart() -> None:
    chance, week = np.random.default_rng(13), np.array([0.6, 0.7, 0.8, 0.9, 1.2, 1.5, 1.3])
    both = np.repeat([week, week[::-1]], 10, axis=0)
    units = chance.poisson(np.tile(both, 12) * 30).astype(float)
    found = forecast(History(units[:, :77], groups=np.repeat([5, 9], 10)), 7, season=7)
    assert np.abs(found.point / 30 - both).mean() < 0.12


def test_the_interval_of_a_sum_knows_whether_errors_go_together() -> None:
    chance = np.random.default_rng(14)
    apart = chance.normal(100, 10, (50, 117)).clip(0)
    together = np.repeat(chance.normal(100, 10, (1, 117)).clip(0), 50, axis=0)
    for units, width in ((apart, 2 * 1.28 * 10 * 50 ** 0.5), (together, 2 * 1.28 * 10 * 50)):
        sums = totals(forecast(History(units[:, :104]), 13), np.zeros(50, np.int64))
        assert (sums.upper - sums.lower).mean() == pytest.approx(width, rel=0.35)


def test_the_interval_of_a_month_holds_near_80_percent() -> None:
    chance = np.random.default_rng(15)
    units = moving(chance, 400, 117, 0.1)
    bounds = [dt.date(2026, 1, 1) + dt.timedelta(days=7 * n) for n in range(118)]
    found = months(forecast(History(units[:, :104]), 13), units[:, :104], bounds)
    days = np.array([[max((min(m.end + dt.timedelta(1), b) - max(m.start, a)).days, 0) / 7
                      for m in found.months] for a, b in itertools.pairwise(bounds)])
    whole = units @ days
    held = (whole >= found.lower) & (whole <= found.upper)
    assert len(found.months) >= 2 and 0.7 <= held[:, 1:].mean() <= 0.9


def test_a_member_out_of_stock_does_not_shrink_the_total() -> None:
    units = np.random.default_rng(16).poisson(50, (10, 104)).astype(float)
    gaps = units.copy()
    gaps[np.arange(104) % 10, np.arange(104)] = np.nan  # each week one member is out of stock
    full, some = (totals(forecast(History(u), 13), np.zeros(10, np.int64)) for u in (units, gaps))
    assert some.point == pytest.approx(full.point, rel=0.03)
    assert abs(some.accuracy.bias[0]) < 0.03 and some.accuracy.origins[0] > 90
