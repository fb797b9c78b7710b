"""Before and after an operation: by hand, against simulation, and which days count."""

from __future__ import annotations

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.inputs import Entry, Known
from workbook.model import Period
from workbook.models.tracker.effect import Side, effect, sessions_needed
from workbook.models.tracker.log import events, operations
from workbook.models.tracker.operations import LONGEST, by_day, by_week, days_before
from workbook.rows import Product

DAY = dt.date(2026, 11, 9)
LEVEL = 0.05
SAID = dt.datetime(2026, 11, 10, 8)


# --- the test ---------------------------------------------------------------------------


def test_a_fall_by_hand() -> None:
    """80 of 500 against 50 of 500: p = .13, error = sqrt(.13 * .87 * 2 / 500), z = -2.8208."""
    z = (0.10 - 0.16) / math.sqrt(0.13 * 0.87 * 2 / 500)
    found = effect(Side(7, 80, 500), Side(7, 50, 500), LEVEL)
    assert found.verdict == "fall" and found.wait is None
    assert found.chance == pytest.approx(2 * NormalDist().cdf(z))
    assert effect(Side(7, 50, 500), Side(7, 80, 500), LEVEL).verdict == "rise"


def test_the_level_is_the_rules_own() -> None:
    sides = Side(7, 80, 500), Side(7, 50, 500)
    assert effect(*sides, 0.001).verdict in ("noise", "early")


@pytest.mark.parametrize(("before", "after", "verdict"), [
    (Side(), Side(7, 5, 100), "no_before"),
    (Side(7, 5, 100), Side(), "no_after"),
    (Side(7, 5, 100), Side(3, 0, 0), "no_after"),
    (Side(7, 120, 100), Side(7, 50, 100), "odd"),
    (Side(7, 100, 1000), Side(7, 100, 1000), "noise"),
    (Side(7, 1, 10), Side(7, 1, 10), "few"),
])
def test_what_cannot_be_told_is_said(before: Side, after: Side, verdict: str) -> None:
    assert effect(before, after, LEVEL).verdict == verdict


def test_too_early_says_how_many_sessions_are_missing() -> None:
    before, after = Side(7, 1000, 10_000), Side(1, 12, 100)
    found = effect(before, after, LEVEL)
    needed = sessions_needed(10_000, 0.10, 0.12, LEVEL)
    assert needed is not None and needed > 100
    assert (found.verdict, found.wait) == ("early", needed - 100)


def test_the_published_sample_size() -> None:
    """Fleiss: 10 % against 12 %, 5 %, power 80 %: 3,841 a side; equal sides need just that."""
    assert sessions_needed(3841, 0.10, 0.12, LEVEL) == pytest.approx(3841, abs=2)


def test_a_small_first_side_can_never_tell() -> None:
    assert sessions_needed(500, 0.10, 0.11, LEVEL) is None
    assert sessions_needed(500, 0.10, 0.10, LEVEL) is None


@pytest.mark.parametrize(("rate", "before", "after"), [
    (0.05, 500, 500), (0.15, 300, 900), (0.10, 2000, 400)])
def test_false_alarms_are_as_rare_as_the_level_says(rate: float, before: int, after: int) -> None:
    rng = np.random.default_rng(7)
    runs = 4000
    old, new = rng.binomial(before, rate, runs), rng.binomial(after, rate, runs)
    alarms = sum(effect(Side(7, int(a), before), Side(7, int(b), after), LEVEL).verdict
                 in ("rise", "fall") for a, b in zip(old, new, strict=True))
    assert 0.035 <= alarms / runs <= 0.065


def test_the_sessions_needed_give_the_power_that_is_promised() -> None:
    rng, runs, first = np.random.default_rng(11), 4000, 3000
    needed = sessions_needed(first, 0.10, 0.14, LEVEL)
    assert needed is not None
    old, new = rng.binomial(first, 0.10, runs), rng.binomial(needed, 0.14, runs)
    seen = sum(effect(Side(7, int(a), first), Side(7, int(b), needed), LEVEL).verdict == "rise"
               for a, b in zip(old, new, strict=True))
    assert 0.77 <= seen / runs <= 0.85


@given(st.integers(1, 10**6), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_sessions_needed_are_whole_and_positive(first: int, old: float, new: float) -> None:
    found = sessions_needed(first, old, new, LEVEL)
    assert found is None or found >= 1


# --- which days -------------------------------------------------------------------------


def test_seven_days_before_and_the_days_after_until_the_last() -> None:
    spans = by_day(DAY, 7, dt.date(2026, 11, 15))
    assert [p.start for p in (spans.before[0], spans.before[-1], spans.after[0], spans.after[-1])
            ] == [dt.date(2026, 11, d) for d in (2, 8, 10, 15)]
    assert len(by_day(DAY, 7, dt.date(2027, 3, 1)).after) == LONGEST
    assert by_day(DAY, 7, DAY).after == ()


def test_whole_weeks_leave_the_week_of_the_operation_out() -> None:
    spans = by_week(dt.date(2026, 11, 4), 7, dt.date(2026, 11, 15), 0)
    assert spans.before == (Period(dt.date(2026, 10, 26), dt.date(2026, 11, 1)),)
    assert spans.after == (Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15)),)


@pytest.mark.parametrize(("typed", "days"), [
    (None, 7), (14, 14), (14.0, 14), (0, 1), (99, 28), ("two weeks", 7)])
def test_the_days_before_can_be_chosen(typed: object, days: int) -> None:
    key = "US|B0X|2026-11-09"
    known = Known.of([Entry("asin_daily_tracker.at_log", key, "days", typed, SAID, "a.xlsx")])  # type: ignore[arg-type]
    assert days_before(known, key) == days


# --- what was said ----------------------------------------------------------------------


def said(topic: str, key: str, **fields: object) -> list[Entry]:
    return [Entry(topic, key, name, value, SAID, r"C:\team\log.xlsx")  # type: ignore[arg-type]
            for name, value in fields.items()]


def test_operations_are_read_oldest_first_until_the_day() -> None:
    known = Known.of([
        *said("operations", "US|B0X|2026-11-09", kind="price", what="27.99 → 31.99", who="王敏"),
        *said("operations", "*|B0X|2026-11-01", what="new pictures"),
        *said("operations", "US|B0X|2026-11-20", kind="bid"),
        *said("operations", "US|B0X|2026-11-03", who="nobody said what")])
    first, second = operations(known, dt.date(2026, 11, 15))
    assert first.on("US") and first.on("DE") and first.text("en") == "new pictures"
    assert not second.on("DE") and second.text("zh") == "价格: 27.99 → 31.99"
    assert (second.said_in, second.who) == ("log.xlsx", "王敏")


def test_events_touch_their_asin_and_marketplace() -> None:
    known = Known.of([*said("events", f"*|Prime Day||{DAY}", kind="prime_day", last_day=DAY),
                      *said("events", f"US|out|SKU-1|{DAY}", kind="stock_out"),
                      *said("events", f"US|unknown|SKU-9|{DAY}", kind="deal")])
    found = events(known, {"SKU-1": Product("SKU-1", "B0X")})
    assert [(e.name, e.touches("US", "B0X"), e.touches("DE", "B0Y")) for e in found] == [
        ("Prime Day", True, True), ("out", True, False)]
