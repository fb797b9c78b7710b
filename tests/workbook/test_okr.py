"""OKR arithmetic: progress on the way up and down, the share of the time, and their ratio."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbook.models.scorecard.okr import expected, pace, progress

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def test_the_plan_s_own_example() -> None:
    """ACoS from 28 % to 22 %, now 25 %: half of the way, although it fell."""
    assert progress(0.28, 0.25, 0.22) == pytest.approx(0.5)


@given(start=NUMBERS, target=NUMBERS, part=st.floats(-1, 2))
def test_progress_is_the_part_of_the_way_up_or_down(
    start: float, target: float, part: float
) -> None:
    assume(abs(target - start) > 1e-3)
    actual = start + part * (target - start)
    assert progress(start, actual, target) == pytest.approx(part, abs=1e-6)
    # A decrease is an increase of the negative.
    assert progress(-start, -actual, -target) == progress(start, actual, target)
    # Seen from the target the rest of the way is left.
    assert progress(target, actual, start) == pytest.approx(1 - part, abs=1e-6)


@given(start=NUMBERS, target=NUMBERS, worse=st.floats(0.01, 1e3))
def test_away_from_the_target_is_below_nothing(start: float, target: float, worse: float) -> None:
    assume(abs(target - start) > 1e-3)
    away = start - worse if target > start else start + worse
    found = progress(start, away, target)
    assert found is not None and found < 0


@pytest.mark.parametrize("given_", [
    (None, 1.0, 2.0), (1.0, None, 2.0), (1.0, 2.0, None), (1.0, 5.0, 1.0)])
def test_no_progress_without_all_three_or_without_a_way(
    given_: tuple[float | None, float | None, float | None]
) -> None:
    assert progress(*given_) is None


@given(first=DAYS, due=DAYS, now=DAYS)
def test_the_share_of_the_time_is_between_nothing_and_all_and_never_falls(
    first: dt.date, due: dt.date, now: dt.date
) -> None:
    share = expected(first, due, now)
    if due <= first:
        assert share is None
        return
    assert share is not None and 0 <= share <= 1
    assert (share == 0) == (now <= first) and (share == 1) == (now >= due)
    later = expected(first, due, now + dt.timedelta(days=1))
    assert later is not None and later >= share


def test_pace_is_blank_where_nothing_is_expected_yet() -> None:
    assert pace(0.3, 0) is None and pace(None, 0.5) is None and pace(0.3, None) is None
    assert pace(0.3, 0.5) == pytest.approx(0.6)
    assert pace(-0.1, 0.5) == pytest.approx(-0.2)
