"""Words and cron become moments; clocks that are put forward and back."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.schedule.when import When, parse
from workbook.errors import SettingsError

DAY = dt.timedelta(days=1)


def read(text: str, zone: str = "UTC") -> When:
    return parse(text, zone, "opsheet.toml, destination d, key when")


@pytest.mark.parametrize(("words", "cron", "zone"), [
    ("every weekday 07:30 Asia/Shanghai", "30 7 * * 1,2,3,4,5", "Asia/Shanghai"),
    ("every day 08:00 America/Los_Angeles", "0 8 * * *", "America/Los_Angeles"),
    ("Every Monday at 7:05", "5 7 * * 1", "UTC"),
    ("every Sun, Tue and Thursday 23:59", "59 23 * * 0,2,4", "UTC"),
    ("every weekend 10:00", "0 10 * * 0,6", "UTC"),
    ("每个工作日 07:30 Asia/Shanghai", "30 7 * * 1-5", "Asia/Shanghai"),
    ("每工作日 07:30 北京时间", "30 7 * * 1-5", "Asia/Shanghai"),
    ("每天 8：00", "0 8 * * *", "UTC"),
    ("每周一 07:30 Europe/Berlin", "30 7 * * 1", "Europe/Berlin"),
    ("每周一、周四 07:30", "30 7 * * 1,4", "UTC"),
    ("每星期日 07:30", "30 7 * * 0", "UTC"),
    ("30 7 * * 1-5", "30 7 * * 1-5", "UTC"),
    ("*/15 8-18 * * MON-FRI Asia/Tokyo", "*/15 8-18 * * MON-FRI", "Asia/Tokyo"),
])
def test_words_and_cron(words: str, cron: str, zone: str) -> None:
    found = read(words)
    assert (found.cron, found.zone, found.at_times) == (cron, zone, True)


@pytest.mark.parametrize(("words", "market"), [
    ("when the day is in", ""), ("When US is in", "US"), ("when Germany is in", "DE"),
    ("数据到齐", ""), ("数据到齐时", ""), ("美国数据到齐时", "US"),
])
def test_when_the_day_is_in(words: str, market: str) -> None:
    found = read(words)
    assert (found.market, found.at_times) == (market, False)
    assert not list(found.times(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)))


@pytest.mark.parametrize("words", [
    "soon", "every moonday 07:30", "every weekday", "every day 24:00", "every day 07:60",
    "every day 07:30 Mars/One", "every da 07:30", "每天", "每周八 07:30", "61 * * * *",
    "0 0 30 2 *", "* * * *", "* * * * * *", "when Mars is in", "0 7 * * 1-5 Asia/Nowhere",
    "x y z v w",
])
def test_what_says_no_time_is_refused_with_its_place(words: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(words)
    assert error.value.where == "opsheet.toml, destination d, key when" and error.value.do


def test_a_weekday_of_cron_is_that_of_cron() -> None:
    """1 is Monday, 0 and 7 are Sunday."""
    start = dt.datetime(2026, 11, 15)  # a Sunday, 00:00
    for days, expected in (("1-5", [16, 17, 18, 19, 20]), ("0", [15]), ("7", [15]), ("MON", [16])):
        found = read(f"0 12 * * {days}").times(start, start + 7 * DAY)
        assert [moment.day for moment in found] == expected


# --- daylight saving --------------------------------------------------------------------


def local(words: str, zone: str, day: dt.date, days: int = 3) -> list[str]:
    """The moments from a day on, as the clocks of the zone show them."""
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    plain = start.replace(tzinfo=None)
    return [f"{m.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)):%d %H:%M %Z}"
            for m in read(words, zone).times(plain - dt.timedelta(seconds=1), plain + days * DAY)]


def test_a_time_that_the_clock_skips_is_the_first_minute_after_the_gap() -> None:
    assert local("every day 02:30", "Europe/Berlin", dt.date(2026, 3, 28)) == [
        "28 02:30 CET", "29 03:00 CEST", "30 02:30 CEST"]
    assert local("every day 02:30", "America/New_York", dt.date(2026, 3, 7)) == [
        "07 02:30 EST", "08 03:00 EDT", "09 02:30 EDT"]


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert local("every day 02:30", "Europe/Berlin", dt.date(2026, 10, 24)) == [
        "24 02:30 CEST", "25 02:30 CEST", "26 02:30 CET"]
    assert local("every day 01:30", "America/New_York", dt.date(2026, 10, 31)) == [
        "31 01:30 EDT", "01 01:30 EDT", "02 01:30 EST"]


def test_two_times_in_the_gap_are_one() -> None:
    assert local("10,40 2 * * *", "Europe/Berlin", dt.date(2026, 3, 29), 1) == ["29 03:00 CEST"]


def test_the_second_time_is_not_found_from_between_the_two() -> None:
    """02:40 has been at 00:40 UTC; 02:10 comes again at 01:10 UTC."""
    found = read("40 2 * * *", "Europe/Berlin")
    between = dt.datetime(2026, 10, 25, 1, 10)
    assert list(found.times(between, between + dt.timedelta(hours=6))) == []
    assert list(found.times(between - dt.timedelta(hours=1), between)) == [
        dt.datetime(2026, 10, 25, 0, 40)]


def test_a_morning_in_local_time_moves_with_the_clock() -> None:
    assert local("every day 07:30", "Europe/Berlin", dt.date(2026, 10, 24)) == [
        "24 07:30 CEST", "25 07:30 CET", "26 07:30 CET"]
    assert local("每天 07:30", "Asia/Shanghai", dt.date(2026, 10, 24)) == [
        "24 07:30 CST", "25 07:30 CST", "26 07:30 CST"]


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "UTC",
                         "Australia/Lord_Howe", "America/Los_Angeles"])
DAYS_OF_CHANGE = st.sampled_from([dt.date(2026, 3, 8), dt.date(2026, 3, 29), dt.date(2026, 4, 5),
                                  dt.date(2026, 10, 4), dt.date(2026, 10, 25),
                                  dt.date(2026, 11, 1), dt.date(2026, 11, 17)])


@given(ZONES, DAYS_OF_CHANGE, st.integers(0, 23), st.integers(0, 59))
def test_a_daily_time_comes_once_on_every_day(
    zone: str, day: dt.date, hour: int, minute: int
) -> None:
    found = local(f"every day {hour:02d}:{minute:02d}", zone, day - DAY, 4)
    days = [int(text[:2]) for text in found]
    assert len(days) == len(set(days))
    assert days[:3] == [(day + n * DAY).day for n in (-1, 0, 1)]


@given(ZONES, DAYS_OF_CHANGE, st.sampled_from(["30 2 * * *", "0,20 1-3 * * *", "*/10 * * * *",
                                               "5 * * * *", "15 0 * * 0"]),
       st.lists(st.integers(0, 60 * 72), min_size=1, max_size=6))
def test_a_span_has_the_times_of_its_parts(
    zone: str, day: dt.date, cron: str, cuts: list[int]
) -> None:
    """However often one looks, nothing is found twice and nothing is passed over."""
    when, start = read(cron, zone), dt.datetime.combine(day - DAY, dt.time())
    points = [start, *(start + dt.timedelta(minutes=n) for n in sorted(cuts)), start + 3 * DAY]
    whole = list(when.times(points[0], points[-1]))
    assert whole == [m for a, b in pairwise(points) for m in when.times(a, b)]
    assert whole == sorted(set(whole))
