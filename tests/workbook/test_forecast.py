"""The forecast: examples worked by hand, and what must hold for every history."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from workbook.errors import UsageError
from workbook.models.forecasting.library import ets
from workbook.models.forecasting.model import MODELS, Forecast, History, forecast, months, totals
from workbook.models.forecasting.past import Array
from workbook.models.forecasting.pattern import profile
from workbook.models.forecasting.smooth import ALPHAS, levels

UNITS = hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(0, 40)), elements=st.one_of(
    st.integers(0, 60).map(float), st.just(np.nan)))
NO_CODES = np.zeros(1, np.int64)


def row(*units: float) -> Array:
    return np.array([units], float)


# --- worked by hand ---------------------------------------------------------------------


def test_the_level_starts_as_a_running_mean_and_then_smooths() -> None:
    """4, 6, 5 -> 4, 5, 5 while 1/n > a; with a = 0.5 then 5 + 0.5 (9 - 5) = 7."""
    units = row(4, 6, 5, 9).T
    found = levels(units, units >= 0, np.ones((4, 1)), 4, np.array([[0.5]]))[:, 0, 0]
    assert found.tolist() == [4, 5, 5, 7]


def test_a_level_does_not_move_in_periods_that_are_not_known() -> None:
    units = row(4, 0, 6).T
    known = np.array([[True], [False], [True]])
    assert levels(units, known, np.ones((3, 1)), 3, ALPHAS[:1, None])[:, 0, 0].tolist() == [4, 4, 5]


def test_a_profile_is_the_ratio_to_the_mean_drawn_towards_one() -> None:
    """Two cycles of (3, 1): 1.5 and 0.5; the group's is drawn halfway (2 / (2 + 2)) to 1."""
    units = row(3, 1, 3, 1).T
    found = profile(units, units > 0, 2, NO_CODES)[:, 0]
    # pooled 1.25, 0.75; the series itself 1.5, 0.5, again halfway: 1.375, 0.625
    assert found == pytest.approx([1.375, 0.625])


def test_the_naive_forecast_repeats_the_last_season() -> None:
    """A season that changes entirely at each turn: nothing learnt from the past beats it."""
    weeks = [[1, 9], [2, 18], [4, 36], [8, 72], [16, 144], [32, 288]]
    found = forecast(History(row(*(u for week in weeks for u in week))), 3, season=2)
    assert found.model == ("naive",)
    assert found.point.tolist() == [[32, 288, 32]]


def test_accuracy_of_a_straight_climb() -> None:
    """1, 2, ... 12: one step ahead the last value errs by 1, so MASE and RMSSE are 1."""
    found = forecast(History(row(*range(1, 13))), 1)
    assert found.model == ("naive",) and found.point.tolist() == [[12]]
    accuracy = found.accuracy
    # origins 4 to 11, targets 5 to 12: eight errors of 1 on 68 units
    assert accuracy.origins.tolist() == [8]
    assert accuracy.wape[0] == pytest.approx(8 / 68)
    assert accuracy.bias[0] == pytest.approx(-8 / 68)
    assert accuracy.mase[0] == pytest.approx(1) and accuracy.rmsse[0] == pytest.approx(1)


def test_a_steady_series_is_sure_and_one_of_zeros_stays_zero() -> None:
    found = forecast(History(np.array([[7.0] * 30, [0.0] * 30])), 4)
    assert found.point.tolist() == found.lower.tolist() == found.upper.tolist()
    assert found.point.tolist() == [[7] * 4, [0] * 4]
    assert np.isnan(found.accuracy.wape[1]) and found.accuracy.wape[0] == 0


def test_too_short_a_history_gives_a_reason_and_no_number() -> None:
    found = forecast(History(np.array([[5, 5, 5, np.nan], [5, 5, 5, 5]])), 2)
    assert np.isnan([found.point[0], found.lower[0], found.upper[0]]).all()
    reason = found.reason[0]
    assert reason is not None and "4" in reason and "期" in reason.zh
    assert found.reason[1] is None and found.point[1].tolist() == [5, 5]
    assert found.model[0] == "" and found.known.tolist() == [3, 4]


def test_periods_out_of_stock_are_left_out_and_partly_stocked_ones_scaled_up() -> None:
    stock = np.ones((1, 12))
    stock[0, [3, 11]], stock[0, 6] = 0.2, 0.5
    units = row(*[8] * 12)
    units[0, [3, 11]], units[0, 6] = 0, 4
    found = forecast(History(units, in_stock=stock), 2)
    assert found.point.tolist() == [[8, 8]] and found.known.tolist() == [10]


def test_an_event_lifts_its_own_periods_and_not_the_level() -> None:
    units, events = row(*[10] * 30), np.zeros(34, int)
    units[0, [10, 20]], events[[10, 20, 31]] = 40, 1
    events[32] = 2
    found = forecast(History(units, events=events), 4)
    assert found.point[0] == pytest.approx([10, 40, 10, 10])
    assert found.unlearnt == (2,)


def test_the_uplift_of_a_series_is_drawn_towards_that_of_all() -> None:
    """Pooled (20 + 40) / 20 = 3, own 2 and 4, one event each: a third of the way to their own."""
    units, events = np.full((2, 20), 10.0), np.zeros(21, bool)
    events[[15, 20]] = True
    units[:, 15] = 20, 40
    found = forecast(History(units, events=events), 1)
    assert found.point[:, 0] == pytest.approx([10 * (3 - 1 / 3), 10 * (3 + 1 / 3)])


def test_months_take_each_week_by_its_days() -> None:
    """Weeks of 7 and 14 units: 1 and 2 a day. March 2027: 7 days at 1, 24 at 2."""
    start = dt.date(2027, 2, 1)
    bounds = [start + dt.timedelta(days=7 * n) for n in range(5 + 9 + 1)]
    units = row(*[7] * 5)
    found = forecast(History(units), 9)
    found.point[:] = 14
    by_month = months(found, units, bounds)
    assert [str(month.start)[:7] for month in by_month.months] == ["2027-03", "2027-04"]
    assert by_month.point.tolist() == [[7 + 24 * 2, 30 * 2]]


def test_53_weeks_give_twelve_months() -> None:
    units = row(*[7] * 60)
    for shift in range(0, 365, 9):
        first = dt.date(2026, 1, 5) + dt.timedelta(days=shift)
        bounds = [first + dt.timedelta(days=7 * n) for n in range(60 + 53 + 1)]
        found = months(forecast(History(units), 53), units, bounds)
        assert len(found.months) == 12 and bounds[60] in found.months[0]
        assert found.point[0] == pytest.approx([month.days for month in found.months])


def test_a_month_with_an_unknown_week_is_blank() -> None:
    units = row(7, 7, 7, 7, np.nan)
    bounds = [dt.date(2027, 2, 1) + dt.timedelta(days=7 * n) for n in range(15)]
    found = months(forecast(History(units), 9), units, bounds)
    assert np.isnan(found.point[0, 0]) and np.isnan(found.lower[0, 0])
    assert not np.isnan(found.point[0, 1])


# --- for every history ------------------------------------------------------------------


def equal(a: Forecast, b: Forecast, by: float = 1) -> None:
    assert a.model == b.model
    np.testing.assert_allclose(a.point * by, b.point, rtol=1e-9, atol=1e-9)


@given(UNITS, st.sampled_from([0.5, 2.0, 3.0, 10.0, 0.1]))
@settings(deadline=None)
def test_forecasts_scale_with_their_input(units: Array, by: float) -> None:
    equal(forecast(History(units), 3, season=2), forecast(History(units * by), 3, season=2), by)


@given(UNITS, st.integers(0, 2 ** 32 - 1))
@settings(deadline=None)
def test_the_order_of_series_does_not_matter(units: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(units))
    a, b = forecast(History(units), 3, season=7), forecast(History(units[order]), 3, season=7)
    np.testing.assert_allclose(a.point[order], b.point, rtol=1e-9)
    np.testing.assert_array_equal(a.known[order], b.known)


@given(UNITS, st.sampled_from([(1, 0), (7, 0), (1, 12), (3, 12)]))
@settings(deadline=None)
def test_bounds_hold_the_point_and_nothing_is_negative_or_half_blank(
    units: Array, lengths: tuple[int, int]
) -> None:
    found = forecast(History(units), 15, season=lengths[0], year=lengths[1])
    blank = np.isnan(found.point).any(axis=1)
    assert blank.tolist() == [reason is not None for reason in found.reason]
    assert blank.tolist() == (found.known < 4).tolist()
    for numbers in (found.point, found.lower, found.upper):
        assert np.isnan(numbers[blank]).all() and np.isfinite(numbers[~blank]).all()
    point, low, high = found.point[~blank], found.lower[~blank], found.upper[~blank]
    assert (low >= 0).all() and (low <= point).all() and (point <= high).all()
    assert (low == low.round()).all() and (high == high.round()).all()
    assert set(found.model) <= set(MODELS)


@given(UNITS, st.floats(0, 0.49), st.integers(0, 500))
@settings(deadline=None)
def test_units_of_a_period_out_of_stock_tell_nothing(
    units: Array, share: float, sold: int
) -> None:
    known = units.copy()
    known[:, ::3] = np.nan
    stock = np.ones_like(units)
    stock[:, ::3] = share
    units[:, ::3] = sold
    equal(forecast(History(known), 3), forecast(History(units, in_stock=stock), 3))


@given(UNITS, st.integers(0, 500))
@settings(deadline=None)
def test_units_of_an_event_do_not_move_other_periods(units: Array, sold: int) -> None:
    events = np.zeros(units.shape[1] + 3, bool)
    events[:units.shape[1]:4] = True
    lifted = units.copy()
    lifted[:, ::4] = sold
    equal(forecast(History(units, events=events), 3), forecast(History(lifted, events=events), 3))


@given(UNITS, st.integers(1, 3), st.booleans())
@settings(deadline=None)
def test_totals_add_up(units: Array, groups: int, event: bool) -> None:
    codes = np.arange(len(units)) % min(groups, len(units))
    events = np.zeros(units.shape[1] + 5, bool)
    events[::6] = event
    found = forecast(History(units, events=events), 5)
    sums = totals(found, codes)
    for group in range(codes.max() + 1):
        members = found.point[codes == group]
        blank = np.isnan(members[:, 0])
        assert sums.blank[group] == blank.sum()
        if blank.all():
            assert np.isnan(sums.point[group]).all() and np.isnan(sums.upper[group]).all()
            continue
        np.testing.assert_allclose(sums.point[group], np.nansum(members, axis=0), rtol=1e-12)
        assert (sums.lower[group] <= sums.point[group] + 1e-9).all()
        assert (sums.upper[group] >= sums.point[group] - 1e-9).all()


@given(UNITS)
@settings(deadline=None)
def test_a_total_of_one_is_the_series_itself(units: Array) -> None:
    found = forecast(History(units), 5)
    alone = totals(found, np.arange(len(units)))
    for name in ("point", "lower", "upper"):
        np.testing.assert_allclose(getattr(alone, name), getattr(found, name), atol=1e-9)
    np.testing.assert_allclose(alone.accuracy.wape, found.accuracy.wape)
    np.testing.assert_allclose(alone.accuracy.mase, found.accuracy.mase)


@given(st.integers(4, 20), st.integers(5, 30), st.integers(0, 400))
@settings(deadline=None, max_examples=30)
def test_months_hold_every_day_of_the_weeks_once(past: int, horizon: int, shift: int) -> None:
    first = dt.date(2026, 1, 1) + dt.timedelta(days=shift)
    bounds = [first + dt.timedelta(days=7 * n) for n in range(past + horizon + 1)]
    units = row(*[7] * past)
    found = months(forecast(History(units), horizon), units, bounds)
    assert found.point[0] == pytest.approx([month.days for month in found.months])
    assert (found.lower <= found.point).all() and (found.point <= found.upper).all()


@pytest.mark.parametrize("units", [
    np.zeros((0, 10)), np.zeros((0, 0)), np.zeros((3, 0)), np.full((3, 9), np.nan)])
def test_nothing_known_gives_nothing(units: Array) -> None:
    found = forecast(History(units), 3, season=7, year=4)
    assert found.point.shape == (len(units), 3) and np.isnan(found.point).all()
    assert totals(found, np.arange(len(units))).point.shape == (len(units), 3)


# --- errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(("given_", "named"), [
    ({"units": np.zeros(3)}, "units"), ({"units": -np.ones((1, 3))}, "negative"),
    ({"units": np.full((1, 3), np.inf)}, "infinite"),
    ({"units": np.ones((1, 3)), "in_stock": np.ones((1, 2))}, "in_stock"),
    ({"units": np.ones((1, 3)), "groups": np.zeros(2, int)}, "groups"),
    ({"units": np.ones((1, 3)), "events": np.zeros(3, int)}, "events")])
def test_a_history_that_does_not_fit_is_refused(given_: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=named) as error:
        forecast(History(**given_), 2)
    assert error.value.do


def test_calls_that_cannot_be_meant_are_refused() -> None:
    history = History(np.ones((2, 6)))
    found = forecast(history, 2)
    for wrong in ({"horizon": 0}, {"horizon": 2, "season": 0}, {"horizon": 2, "year": -1}):
        with pytest.raises(UsageError, match="1 or more"):
            forecast(history, **wrong)
    with pytest.raises(UsageError, match="groups"):
        totals(found, np.array([0, 2]))
    with pytest.raises(UsageError, match="dates"):
        months(found, history.units, [dt.date(2026, 1, 1)] * 9)


def test_the_library_forecast_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(UsageError) as error:
        ets(np.ones(20), 3)
    assert "statsmodels" in error.value.what and "opsheet[forecast]" in error.value.do


def test_the_library_forecast_refuses_gaps() -> None:
    pytest.importorskip("statsmodels")
    with pytest.raises(UsageError, match="without a gap"):
        ets(np.array([1.0] * 20 + [np.nan]), 3)
    assert ets(np.full(20, 5.0) + np.arange(20) % 2, 3) == pytest.approx([5.5] * 3, abs=0.6)
