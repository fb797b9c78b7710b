"""What the models of the daily check share: bounds of rules, days back, and how long it lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from workbook import formulas
from workbook.answer import Facts
from workbook.formulas import Formula, Here
from workbook.model import Agg, Cell, Expr, Label, Metric, Period, Rule, State, Status, Unit
from workbook.models import Given
from workbook.rules import rule_for, status

DAY = dt.timedelta(days=1)
LOOK_BACK = 14  # days: how far back an exception's first day is looked for
ORDER = (Status.BAD, Status.WATCH, Status.NONE, Status.GOOD)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rule as it holds for one marketplace on the sheet's day."""

    rule: Rule | None
    target: float | None = None
    alarm: float | None = None

    def status(self, value: float | None, plus: float = 0.0) -> Status:
        """What the rule says of a value; `plus` is added to both bounds."""
        if self.rule is None:
            return Status.NONE
        bounds = [None if b is None else b + plus for b in (self.target, self.alarm)]
        return status(self.rule.test, value, *bounds)


def bounds_of(given: Given, id: str, market: str) -> Bounds:
    """The rule's bounds; all blank where there is no such rule."""
    rule = rule_for(given.rules, id, market, given.period.end)
    if rule is None:
        return Bounds(None)
    target, alarm = (None if b is None else float(b) for b in (rule.target, rule.alarm))
    return Bounds(rule, target, alarm)


def looked_up(id: str, which: str, value: float | None) -> Formula:
    """A rule's bound as the Rules sheet has it for the row's marketplace."""
    return formulas.bound(id, which, Here("marketplace"), None, Cell(value))


def a_day(day: dt.date) -> Period:
    return Period(day, day)


def back(day: dt.date, days: int) -> tuple[Period, ...]:
    """The last `days` days, the newest first."""
    return tuple(a_day(day - n * DAY) for n in range(days))


def over(fact: str, days: int, *, per_day: bool = False) -> Metric:
    """A fact over the `days` days that end with a day, as a metric to ask for."""
    expr: Expr = Agg(fact, trailing=days, per_day=per_day)
    return Metric(f"{fact}_{days}", Label(fact, fact), Unit.NUMBER, expr)


def known_on(facts: Facts, fact: str, market: str, span: Period) -> bool:
    """Do reports cover the fact over the period?"""
    known = facts.known.get((fact, market, span))
    return known is not None and known.state is not State.NO_DATA


def newest_known(
    facts: Facts, fact: str, market: str, length: int, days: Iterable[Period]
) -> Period | None:
    """The newest day on which reports cover the fact over the `length` days until it.

    Weekly reports fill a span only until the end of a week: the day before yesterday's pace is
    better than none.
    """
    return next((at for at in days
                 if known_on(facts, fact, market, at.trailing(length))), None)


def first_day(newest_first: Iterable[tuple[dt.date, Status]], now: Status) -> dt.date | None:
    """The first day of the unbroken run of days, until the newest, that are as bad as now.

    A day without data ends what can be said, so the run is at least that long.
    """
    if now not in (Status.BAD, Status.WATCH):
        return None
    first = None
    for day, state in newest_first:
        if state not in (Status.BAD, Status.WATCH):
            break
        first = day
    return first
