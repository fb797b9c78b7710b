"""Dates as Amazon writes them; the order of day and month is decided once for a whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from workbook.errors import UnclearScope

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_TRIPLE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_NAMED_US = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_NAMED_UK = re.compile(r"(\d{1,2})[-\s]([A-Za-z]{3})[a-z]*\.?[-\s](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(AM|PM)?", re.IGNORECASE)
_MONTHS = {
    name: number + 1
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())
} | {"mrz": 3, "mai": 5, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12}

Order = str  # "dmy" or "mdy"


def read_dates(
    texts: Iterable[str], order: Order | None = None
) -> dict[str, dt.datetime | None]:
    """Text -> the time as written (midnight where it has none), None where it is no date.

    Args:
        texts: the distinct texts of one column; all of them take part in the decision.
        order: "dmy" or "mdy" where a person or the report's origin says so.

    Raises:
        UnclearScope: day and month cannot be told apart, or contradict each other.
    """
    known = list(texts)
    chosen = order or _order(known)
    return {text: _read(text, chosen) for text in known}


def _order(texts: list[str]) -> Order:
    """From all values: one above 12 decides, else the order that gives an unbroken run of days."""
    triples = [m for text in texts if (m := _TRIPLE.match(text.strip())) and m[2] != "."]
    if not triples:
        return "dmy"
    day_first = [m[0] for m in triples if int(m[1]) > 12]
    month_first = [m[0] for m in triples if int(m[3]) > 12]
    if day_first and month_first:
        raise UnclearScope(
            f"Dates contradict each other: {day_first[0]} and {month_first[0]}.",
            do="The file was changed by a spreadsheet program; download the report again.",
        )
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    if all(m[1] == m[3] for m in triples):
        return "dmy"
    runs = [o for o in ("dmy", "mdy") if _is_run([d for m in triples if (d := _day(m[0], o))])]
    if len(runs) == 1:
        return runs[0]
    raise UnclearScope(
        f"It is not clear whether {triples[0][0]} is day/month or month/day.",
        do="Say it with --date-order dmy or --date-order mdy.",
    )


def _is_run(days: list[dt.date]) -> bool:
    """Are these at least two days without a gap?"""
    return len(set(days)) >= 2 and (max(days) - min(days)).days + 1 == len(set(days))


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
