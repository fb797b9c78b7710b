"""Dates as Amazon writes them; the order of day and month is decided once for a whole column."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable

from workbook.errors import UnclearScope

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_TRIPLE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_NAMED_US = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_NAMED_UK = re.compile(r"(\d{1,2})[-\s]([A-Za-z]{3})[a-z]*\.?[-\s](\d{4})")
_MONTH_LAST = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})月?")  # 2026-11, 202611, 2026年11月
_MONTH_FIRST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
# Spreadsheet programs turn a typed 2026-11 into Nov-26.
_MONTH_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.?[-\s]*(\d{4}|\d{2})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(AM|PM)?", re.IGNORECASE)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)} | {
    "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12
}

Order = str  # "dmy" or "mdy"


def read_dates(
    texts: Iterable[str], order: Order | None = None
) -> dict[str, dt.datetime | None]:
    """Text -> the time as written (midnight where it has none), None where it is no date.

    Args:
        texts: the distinct texts of one column.
        order: "dmy" or "mdy"; without it these texts decide, see `decide_order`.
    """
    known = list(texts)
    chosen = order or decide_order([known])
    return {text: _read(text, chosen) for text in known}


def read_months(
    texts: Iterable[str], order: Order | None = None
) -> dict[str, dt.datetime | None]:
    """Text -> the first day of its month, None where it names none.

    >>> [str(m.date()) for m in read_months(["2026-11", "11/2026", "Nov-26"], "dmy").values()]
    ['2026-11-01', '2026-11-01', '2026-11-01']
    """
    known = list(texts)
    months = {text: _month(text.strip()) for text in known}
    days = read_dates([text for text in known if months[text] is None], order)
    return months | {text: day and day.replace(day=1, hour=0, minute=0, second=0)
                     for text, day in days.items()}


def _month(text: str) -> dt.datetime | None:
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int]]], ...] = (
        (_MONTH_LAST, lambda m: (int(m[1]), int(m[2]))),
        (_MONTH_FIRST, lambda m: (int(m[2]), int(m[1]))),
        (_MONTH_NAMED, lambda m: (int(m[2]) % 2000 + 2000, _MONTHS.get(m[1].lower(), 0))),
    )
    for pattern, parts in readers:
        if match := pattern.fullmatch(text):
            try:
                return dt.datetime(*parts(match), 1)
            except ValueError:
                return None
    return None


def decide_order(columns: Iterable[Iterable[str]]) -> Order:
    """The order of day and month of a whole file, from the texts of each of its date columns.

    One number above 12 decides; else the order in which the days of a column follow each other
    regularly, if only one does.

    Raises:
        UnclearScope: day and month cannot be told apart, or contradict each other.
    """
    found = [[m for text in texts if (m := _TRIPLE.match(text.strip())) and m[2] != "."]
             for texts in columns]
    triples = [match for column in found for match in column]
    day_first = [m[0] for m in triples if int(m[1]) > 12]
    month_first = [m[0] for m in triples if int(m[3]) > 12]
    if day_first and month_first:
        raise UnclearScope(
            f"Dates contradict each other: {day_first[0]} and {month_first[0]}.",
            do="The file was changed by a spreadsheet program; download the report again.",
        )
    if month_first:
        return "mdy"
    if day_first or all(m[1] == m[3] for m in triples):
        return "dmy"
    regular = {order for column in found for order in ("dmy", "mdy")
               if _is_regular([d for m in column if (d := _day(m[0], order))])}
    if len(regular) == 1:
        return regular.pop()
    raise UnclearScope(
        f"It is not clear whether {triples[0][0]} is day/month or month/day.",
        do="Say it with --date-order dmy or --date-order mdy.",
    )


def _is_regular(days: list[dt.date]) -> bool:
    """At least two days, each a day or a week after the one before, or first days of months?"""
    known = sorted(set(days))
    gaps = {(after - before).days for before, after in itertools.pairwise(known)}
    months = bool(gaps) and gaps <= {28, 29, 30, 31} and all(day.day == 1 for day in known)
    return months or gaps in ({1}, {7})


def _day(text: str, order: Order) -> dt.date | None:
    moment = _read(text, order)
    return moment.date() if moment else None


def _read(text: str, order: Order) -> dt.datetime | None:
    text = text.strip()
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int, int]]], ...] = (
        (_YEAR_FIRST, lambda m: (int(m[1]), int(m[2]), int(m[3]))),
        (_COMPACT, lambda m: (int(m[1]), int(m[2]), int(m[3]))),
        (_TRIPLE, lambda m: _triple(m, order)),
        (_NAMED_US, lambda m: (int(m[3]), _MONTHS.get(m[1].lower(), 0), int(m[2]))),
        (_NAMED_UK, lambda m: (int(m[3]), _MONTHS.get(m[2].lower(), 0), int(m[1]))),
    )
    for pattern, parts in readers:
        if match := pattern.match(text):
            try:
                return dt.datetime.combine(dt.date(*parts(match)), _clock(text[match.end() :]))
            except ValueError:
                return None
    return None


def _triple(match: re.Match[str], order: Order) -> tuple[int, int, int]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year += 2000 if year < 100 else 0
    day_first = match[2] == "." or order == "dmy"
    return (year, second, first) if day_first else (year, first, second)


def _clock(rest: str) -> dt.time:
    """The time of day behind a date; a trailing zone is left as written."""
    match = _CLOCK.match(rest.lstrip(" ,T"))
    if not match:
        return dt.time()
    hour, half = int(match[1]), (match[4] or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return dt.time(hour, int(match[2]), int(match[3] or 0))
