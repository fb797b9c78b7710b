"""Days that a file's name says, and the grain that the days of its rows show."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

from sync.read.files import ReportFile
from workbook.errors import OpsheetError
from workbook.model import Period, month_of, parse_period

_DAY_PATTERN = r"(20\d{2})[-.]?(\d{2})[-.]?(\d{2})"
_TWO_DAYS = re.compile(rf"(?<!\d){_DAY_PATTERN}\s*(?:\.\.|_|~|-|–|至|到|to)\s*{_DAY_PATTERN}(?!\d)")
_ONE_DAY = re.compile(rf"(?<!\d){_DAY_PATTERN}(?!\d)")
_WEEK = re.compile(r"(?<![A-Za-z0-9])20\d{2}-?W\d{2}(?!\d)", re.IGNORECASE)


def period_in(file: ReportFile) -> Period | None:
    """Two days or a week in the name or its folder; one date alone is the day of download."""
    for part in reversed(file.parts[-2:]):
        try:
            if match := _TWO_DAYS.search(part):
                numbers = [int(n) for n in match.groups()]
                return Period(dt.date(*numbers[:3]), dt.date(*numbers[3:]))
            if match := _WEEK.search(part):
                return parse_period(match[0])
        except (ValueError, OpsheetError):
            continue
    return None


def day_in(name: str) -> Period | None:
    """The day in a name; of two days (`bulk-…-20261101-20261130-….xlsx`) the last one."""
    for match in [*_TWO_DAYS.finditer(name), *_ONE_DAY.finditer(name)]:
        try:
            day = dt.date(*(int(n) for n in match.groups()[-3:]))
        except ValueError:
            continue
        return Period(day, day)
    return None


def widened(own: Period, given: Period | None, grain: str) -> tuple[Period, str, list[str]]:
    """A stated period may be longer than the rows (days without sales), never shorter."""
    if given is None or given == own:
        return own, grain, []
    if given.start <= own.start and own.end <= given.end and grain in ("day", "span"):
        return given, grain, []
    return own, grain, [f"The file's own days {own} count, not {given}."]


def grain_of(days: Sequence[dt.date], given: Period | None) -> str:
    """day, week or month, from the spacing of the dates of a by-date report.

    A single date is a day, unless a week or month was stated that begins with it.
    """
    if len(days) == 1 and given and given.start == days[0]:
        return "month" if given == month_of(days[0]) else "week" if given.days == 7 else "day"
    gaps = {(b - a).days for a, b in pairwise(days)}
    if gaps and gaps <= {28, 29, 30, 31} and all(day.day == 1 for day in days):
        return "month"
    return "week" if gaps and all(gap % 7 == 0 for gap in gaps) else "day"


def unit_end(day: dt.date, grain: str) -> dt.date:
    """The last day of the unit that begins on a day."""
    if grain == "month":
        return month_of(day).end
    return day + dt.timedelta(days=6 if grain == "week" else 0)
