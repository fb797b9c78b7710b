"""Periods as people say them (`prev week`, 近4周, `2026-W45`) and as names write them; pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from workbook.model import Period, month_of, parse_period, week_of


def plain(text: str) -> str:
    """A name or header as it is compared: case, width of characters and spaces do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-]+", " ", folded).strip()


_WORDS = {
    "": "this week|this period|本周|本期",
    "prev_week": "prev week|previous week|last week|week before|上周|上一周|前一周",
    "prev": "prev|previous|prev period|previous period|上期|上一期",
    "month": "month|this month|month to date|mtd|本月|当月",
    "prev_month": "prev month|previous month|last month|上月|上个月",
    "year": "year|this year|year to date|ytd|今年|本年",
}
_PERIODS = {word: name for name, some in _WORDS.items() for word in some.split("|")}
_UNITS = {"周": "weeks", "天": "days", "日": "days", "个月": "months", "月": "months"}
_BEFORE = re.compile(
    r"(prev|previous|last|前|近|最近) ?(\d{1,3}) ?(week|day|month)?s?(周|天|日|个月|月)?")
_DATES = (
    (re.compile(r"(\d{4}) ?w ?(\d{1,2})"), "{0}_W{1:0>2}"),
    (re.compile(r"(\d{4}) (\d{2})"), "{0}_{1}"),
    (re.compile(r"(\d{4}) (\d{2}) (\d{2})"), "{0}_{1}_{2}"),
    (re.compile(r"(\d{4}) (\d{2}) (\d{2})(?:\.\.|~| to )(\d{4}) (\d{2}) (\d{2})"),
     "{0}_{1}_{2}_to_{3}_{4}_{5}"),
)


def period_word(text: str) -> str | None:
    """A period as names write it: `prev_week`, `last_4_weeks`, `2026_W45`; None if it is none.

    >>> period_word("prev week"), period_word("近4周"), period_word("2026-W45")
    ('prev_week', 'last_4_weeks', '2026_W45')
    """
    said = plain(text)
    if said in _PERIODS:
        return _PERIODS[said]
    match = _BEFORE.fullmatch(said)
    if match and (match[3] or match[4]) and not (match[3] and match[4]) and int(match[2]):
        unit = f"{match[3]}s" if match[3] else _UNITS[match[4]]
        before = match[1] in ("prev", "previous", "前")
        if before or unit != "months":
            return f"{'prev' if before else 'last'}_{int(match[2])}_{unit}"
    for pattern, shape in _DATES:
        if match := pattern.fullmatch(said):
            return shape.format(*match.groups())
    return None


def period_of(word: str, base: Period, *, week_first: int = 0) -> Period:
    """The days that a period word means, seen from the fill's own period.

    `month` and `year` run to the last day of `base`; `prev …` ends before `base` starts.

    Raises:
        UsageError: the word names days that do not exist (2026_13).
    """
    week = base if base.days == 7 else week_of(base.end, first=week_first)
    match word:
        case "":
            return base
        case "prev":
            return base.previous()
        case "prev_week":
            return week.previous()
        case "month":
            return Period(base.end.replace(day=1), base.end)
        case "prev_month":
            return month_of(base.end).previous()
        case "year":
            return Period(base.end.replace(month=1, day=1), base.end)
    if match := re.fullmatch(r"(prev|last)_(\d+)_(weeks|days|months)", word):
        return _several(match[1], int(match[2]), match[3], base, week)
    text = word.replace("_to_", "..").replace("_", "-")
    return parse_period(text, week_first=week_first)


def _several(side: str, number: int, unit: str, base: Period, week: Period) -> Period:
    if unit == "months":
        last = month_of(base.end).previous()
        return Period(last.shifted(1 - number).start, last.end)
    days = number * (7 if unit == "weeks" else 1)
    end = week.end if unit == "weeks" else base.end
    if side == "prev":
        end = (week if unit == "weeks" else base).start - dt.timedelta(days=1)
    return Period(end - dt.timedelta(days=days - 1), end)
