"""Periods, weeks and the small rules of the nouns."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.errors import UsageError
from workbook.model import Label, Period, month_of, parse_period, week_of

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def p(start: str, end: str) -> Period:
    return Period(d(start), d(end))


@pytest.mark.parametrize(("text", "first", "expected"), [
    ("2026-W46", 0, p("2026-11-09", "2026-11-15")),
    ("2026-w46", 0, p("2026-11-09", "2026-11-15")),
    ("2026W46", 0, p("2026-11-09", "2026-11-15")),
    ("2026-W46", 6, p("2026-11-08", "2026-11-14")),  # Amazon's week, from Sunday
    ("2026-W01", 0, p("2025-12-29", "2026-01-04")),  # the first ISO week begins in December
    ("2026-W01", 6, p("2025-12-28", "2026-01-03")),
    ("2026-W53", 0, p("2026-12-28", "2027-01-03")),
    ("2026-11", 0, p("2026-11-01", "2026-11-30")),
    ("2024-02", 0, p("2024-02-01", "2024-02-29")),
    (" 2026-11-15 ", 0, p("2026-11-15", "2026-11-15")),
    ("2026-11-09..2026-11-15", 0, p("2026-11-09", "2026-11-15")),
    ("2026-11-09~2026-11-15", 0, p("2026-11-09", "2026-11-15")),
])
def test_a_period_is_read_from_each_of_its_spellings(
    text: str, first: int, expected: Period
) -> None:
    assert parse_period(text, week_first=first) == expected


@pytest.mark.parametrize("text", [
    "", "last week", "2026", "2026-13", "2026-W54", "2025-W53", "2026-W00", "2026-02-30",
    "2026-11-15..", "2026-11-15..2026-11-31", "11/15/2026",
])
def test_what_is_no_period_is_refused_with_the_spellings_to_use(text: str) -> None:
    with pytest.raises(UsageError, match="is no period") as caught:
        parse_period(text)
    assert "2026-W46" in caught.value.do


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(UsageError, match="before it starts"):
        parse_period("2026-11-15..2026-11-09")


@pytest.mark.parametrize(("period", "before"), [
    (p("2026-11-09", "2026-11-15"), p("2026-11-02", "2026-11-08")),
    (p("2026-11-01", "2026-11-30"), p("2026-10-01", "2026-10-31")),
    (p("2024-03-01", "2024-03-31"), p("2024-02-01", "2024-02-29")),
    (p("2026-01-01", "2026-01-31"), p("2025-12-01", "2025-12-31")),
    (p("2026-11-15", "2026-11-15"), p("2026-11-14", "2026-11-14")),
    (p("2026-11-03", "2026-11-12"), p("2026-10-24", "2026-11-02")),
])
def test_the_previous_period_is_as_long_or_the_month_before(period: Period, before: Period) -> None:
    assert period.previous() == before


def test_shifting_by_three_goes_back_three_periods() -> None:
    assert p("2026-03-01", "2026-03-31").shifted(-3) == p("2025-12-01", "2025-12-31")
    assert p("2026-03-01", "2026-03-31").shifted(0) == p("2026-03-01", "2026-03-31")


@pytest.mark.parametrize(("period", "label"), [
    (p("2026-11-09", "2026-11-15"), "2026-W46"),
    (p("2026-11-08", "2026-11-14"), "2026-11-08..2026-11-14"),  # not an ISO week
    (p("2026-11-01", "2026-11-30"), "2026-11"),
    (p("2026-11-15", "2026-11-15"), "2026-11-15"),
    (p("2025-12-29", "2026-01-04"), "2026-W01"),
])
def test_a_label_reads_back_as_its_period(period: Period, label: str) -> None:
    assert period.label() == label
    assert parse_period(label) == period


@given(DAYS, st.sampled_from([0, 6]))
def test_a_week_has_seven_days_starts_on_its_day_and_holds_its_day(
    day: dt.date, first: int
) -> None:
    week = week_of(day, first=first)
    assert (week.days, week.start.weekday()) == (7, first)
    assert day in week
    assert all(week_of(other, first=first) == week for other in week.all_days())


@given(DAYS, DAYS)
def test_a_period_follows_its_previous_one_without_gap_or_overlap(
    one: dt.date, other: dt.date
) -> None:
    for period in (Period(min(one, other), max(one, other)), month_of(one), week_of(one)):
        assert period.previous().end + dt.timedelta(days=1) == period.start
        assert len(period.all_days()) == period.days
        assert parse_period(period.label()) == period


@given(DAYS, st.integers(1, 90))
def test_trailing_days_end_with_the_period(day: dt.date, days: int) -> None:
    trailing = week_of(day).trailing(days)
    assert (trailing.end, trailing.days) == (week_of(day).end, days)


def test_a_label_is_english_unless_chinese_is_asked_for() -> None:
    label = Label("Units", "销量")
    assert [label[lang] for lang in ("en", "zh", "de")] == ["Units", "销量", "Units"]
