"""The nouns that every room of the house shares: scope, period, cell, fact, metric, rule.

The nouns of report files stand in `report.py`, those of sheets in `template.py`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from workbook.errors import UsageError

Value = str | int | Decimal | float | dt.date | dt.datetime | bool | None


class Unit(StrEnum):
    """What a number counts; decides its storage type and its number format."""

    COUNT = "count"  # whole things: units, clicks, sessions
    MONEY = "money"  # always with a currency
    SHARE = "share"  # a fraction: 0.284 is 28.4 %
    RATIO = "ratio"  # a plain ratio such as ROAS
    DAYS = "days"
    NUMBER = "number"
    ROW = "row"  # of a column: the unit of each row's own number (`Row.unit`)


class OverTime(StrEnum):
    """How a fact adds up over time."""

    SUM = "sum"  # flows: sales, clicks
    LAST = "last"  # stocks: units on hand


class State(StrEnum):
    """How far a cell's value can be trusted."""

    OK = "ok"
    NO_DATA = "no data"  # no report covers the period
    NO_SALES = "no sales"  # ACoS of spend without sales: neither 0 nor infinite
    SETTLING = "settling"  # Amazon may still restate it; see `final_on`
    ESTIMATE = "estimate"
    PARTIAL = "partial"  # a part is missing and the note names it
    CENSORED = "censored"  # Amazon hides it ("<5%")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose numbers: one store on one marketplace in one currency."""

    store: str
    marketplace: str
    currency: str


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from `start` to `end`, both included, in the marketplace's own time."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UsageError(
                f"The period ends ({self.end}) before it starts ({self.start}).",
                do="Give it as 2026-11-09..2026-11-15.",
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def label(self) -> str:
        """`2026-W46` for an ISO week, `2026-11` for a month, else `A..B`."""
        if self.days == 7 and self.start.isoweekday() == 1:
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02d}"
        if self == month_of(self.start):
            return f"{self.start:%Y-%m}"
        return str(self.start) if self.days == 1 else str(self)

    def previous(self) -> Period:
        """The period of the same length just before; for a month the month before."""
        return self.shifted(-1)

    def shifted(self, steps: int) -> Period:
        """`steps` periods later, or earlier where negative; a month stays a calendar month."""
        if self == month_of(self.start):
            months = self.start.year * 12 + self.start.month - 1 + steps
            return month_of(dt.date(months // 12, months % 12 + 1, 1))
        days = dt.timedelta(days=self.days * steps)
        return Period(self.start + days, self.end + days)

    def trailing(self, days: int) -> Period:
        """The `days` days that end with this period."""
        return Period(self.end - dt.timedelta(days=days - 1), self.end)

    def all_days(self) -> list[dt.date]:
        return [self.start + dt.timedelta(days=n) for n in range(self.days)]


def month_of(day: dt.date) -> Period:
    """The calendar month that holds `day`."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def week_of(day: dt.date, *, first: int = 0) -> Period:
    """The week that holds `day`; `first` is the weekday it starts on (0 Monday, 6 Sunday)."""
    start = day - dt.timedelta(days=(day.weekday() - first) % 7)
    return Period(start, start + dt.timedelta(days=6))


def parse_period(text: str, *, week_first: int = 0) -> Period:
    """Reads `2026-W46`, `2026-11`, `2026-11-15` or `2026-11-09..2026-11-15`.

    A week is the one whose Thursday ISO puts into that number; with `week_first=6`
    it runs from the Sunday before to the Saturday.

    Raises:
        UsageError: the text is none of these, or no such day exists.
    """
    text = text.strip()
    try:
        if match := re.fullmatch(r"(\d{4})-?W(\d{1,2})", text, re.IGNORECASE):
            monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return week_of(monday, first=week_first)
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return month_of(dt.date(int(match[1]), int(match[2]), 1))
        if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:\.\.|~)(\d{4}-\d{2}-\d{2})", text):
            return Period(dt.date.fromisoformat(match[1]), dt.date.fromisoformat(match[2]))
        day = dt.date.fromisoformat(text)
        return Period(day, day)
    except ValueError:
        raise UsageError(
            f"'{text}' is no period.",
            do="Give a week (2026-W46), a month (2026-11), a day (2026-11-15) "
            "or two days (2026-11-09..2026-11-15).",
        ) from None


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with what is known about it. `value` None is a blank, never a zero."""

    value: Value
    state: State = State.OK
    currency: str | None = None
    final_on: dt.date | None = None
    note: str = ""


BLANK = Cell(None, State.NO_DATA)


@dataclass(frozen=True, slots=True)
class Label:
    """One text in both languages."""

    en: str
    zh: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that reports carry, as `facts.py` names it.

    `shared_by` names dimensions over which values overlap and may never be added
    (sessions of child ASINs).
    """

    name: str
    unit: Unit
    label: Label
    over_time: OverTime = OverTime.SUM


# --- expressions of metrics -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agg:
    """A fact added up over the period, or over the `trailing` days that end with it."""

    fact: str
    trailing: int | None = None
    per_day: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of two sums; x/0 is blank. `no_sales` marks spend without sales."""

    over: Expr
    under: Expr
    no_sales: bool = False


@dataclass(frozen=True, slots=True)
class Linear:
    """A signed sum; a missing part makes it blank and the note names the part."""

    terms: tuple[tuple[int, Expr], ...]
    constant: int = 0


Expr = Agg | Ratio | Linear


@dataclass(frozen=True, slots=True)
class Metric:
    """A number people plan with.

    `good` is +1 where more is better, -1 where less is, 0 where neither.
    `basis` names the dates it stands on where that matters (posted dates of settlements).
    """

    name: str
    label: Label
    unit: Unit
    expr: Expr
    good: int = 1
    basis: str = ""


# --- rules ------------------------------------------------------------------------------


class Test(StrEnum):
    """How a value is held against its bounds."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE_THAN = ">"
    LESS_THAN = "<"
    WITHIN = "within"  # of a deviation from a benchmark: a band of ± the bound


class Status(StrEnum):
    """What a rule says of a value; `looks.md` gives each its symbol and colour."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rulebook: dated and scoped.

    `target` is the plan's figure, `alarm` Amazon's; a value that passes the target is good,
    one that fails the alarm is bad, anything between is to be watched.
    """

    id: str
    metric: str
    label: Label
    test: Test
    target: Decimal | None
    alarm: Decimal | None
    source: str
    note: str = ""
    marketplace: str = ""  # empty: every marketplace
    valid_from: dt.date = dt.date(2000, 1, 1)
    valid_to: dt.date = dt.date(9999, 12, 31)
    extra: dict[str, str] = field(default_factory=dict, compare=False)
