"""Which reports today's sheets still lack: days that no import covers, and what is blank for it.

Only kinds that feed what the sheets ask are looked at. A kind that a store never imported is no
gap; where it would fill a blank it is named apart, as optional.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.reports import all_kinds
from sync.store.covered import Coverage
from workbook.answer import Facts
from workbook.coverage import units
from workbook.facts import BY_NAME
from workbook.model import Label, Period, State
from workbook.models import ReportGap
from workbook.report import Mode, ReportKind

DAY = dt.timedelta(days=1)
WINDOW = 30  # days back: a hole that is older no sheet of the day asks for
SETTLED_EVERY = 14  # days: Amazon closes a settlement every two weeks


@dataclass(frozen=True, slots=True)
class Today:
    """What a fill knows: the store's coverage, who imported what, every answer, the day."""

    coverage: Coverage
    kinds: Mapping[int, str]  # import -> report kind
    answers: tuple[Facts, ...]
    period: Period


def report_gaps(today: Today, markets: Iterable[str]) -> tuple[ReportGap, ...]:
    """The gaps of all marketplaces, in no order."""
    asked = {fact for facts in today.answers for fact, *_ in facts.known}
    kinds = [kind for kind in all_kinds() if kind.mode is not Mode.UPSERT
             and asked & _feeds(kind)]
    return tuple(gap for market in markets for gap in _of_market(today, market, kinds))


def _of_market(today: Today, market: str, kinds: list[ReportKind]) -> Iterator[ReportGap]:
    blanks = list(_blanks(today, market))
    had = {kind.name: days for kind in kinds if (days := _covered(today, market, kind, own=True))}
    fed = {fact for kind in kinds if kind.name in had for fact in _feeds(kind)}
    filled = {section.name for kind in kinds if kind.name in had for section in kind.sections}
    for kind in kinds:
        if kind.name in had:
            missing = _missing(kind, _covered(today, market, kind, own=False), today.period.end)
            blocks = _labels(blank.fact for blank in blanks if blank.fact in _feeds(kind)
                             and any(blank.touches(span) for span in missing))
            # Older stock is still shown, as of its day.
            if missing and (blocks or kind.mode is Mode.SNAPSHOT):
                yield ReportGap(
                    market, kind.name, kind.label, max(had[kind.name]), missing,
                    kind.how_to_download, blocks,
                    waiting=missing[0].start > today.period.end - kind.lag_days * DAY)
        elif not filled & {section.name for section in kind.sections}:
            blocks = _labels(
                blank.fact for blank in blanks if blank.fact in _feeds(kind)
                and blank.span.end == today.period.end
                and (blank.state is State.PARTIAL or blank.fact not in fed))
            if blocks:
                yield ReportGap(market, kind.name, kind.label, None, (), kind.how_to_download,
                                blocks, optional=True)


@dataclass(frozen=True, slots=True)
class _Blank:
    """A fact that is blank or not whole over a span that the sheets ask for."""

    fact: str
    span: Period
    state: State

    def touches(self, days: Period) -> bool:
        return self.span.start <= days.end and days.start <= self.span.end


def _labels(facts: Iterable[str]) -> tuple[Label, ...]:
    return tuple(BY_NAME[fact].label for fact in dict.fromkeys(facts))


def _feeds(kind: ReportKind) -> set[str]:
    return {fact for section in kind.sections for fact in section.feeds}


def _blanks(today: Today, market: str) -> Iterator[_Blank]:
    for facts in today.answers:
        for (fact, code, span), known in facts.known.items():
            if code == market and known.state in (State.NO_DATA, State.PARTIAL):
                yield _Blank(fact, span, known.state)


def _covered(today: Today, market: str, kind: ReportKind, *, own: bool) -> set[dt.date]:
    """Days that imports of the kind cover; not `own`: of any kind that fills its sections."""
    first = today.period.end - 2 * WINDOW * DAY
    found: set[dt.date] = set()
    for name in {section.name for section in kind.sections}:
        for records in today.coverage.covered.get((name, market), {}).values():
            for covered in records:
                if own and today.kinds.get(covered.import_id) != kind.name:
                    continue
                for start, end in units(covered):
                    found |= {day for day in (start, end) if day < first}
                    if end >= first:
                        found |= set(Period(max(start, first), end).all_days())
    return found


def _missing(kind: ReportKind, days: set[dt.date], last: dt.date) -> tuple[Period, ...]:
    """The uncovered days of the window; a stock report can only be had for the day itself."""
    if kind.mode is Mode.SNAPSHOT:
        return () if max(days) >= last else (Period(last, last),)
    if kind.mode is Mode.DOCUMENT and last - max(days) <= (SETTLED_EVERY + kind.lag_days) * DAY:
        last = max(days)
    start = max(min(days), last - (WINDOW - 1) * DAY)
    spans: list[Period] = []
    for day in Period(start, last).all_days() if start <= last else ():
        if day in days:
            continue
        if spans and spans[-1].end == day - DAY:
            spans[-1] = Period(spans[-1].start, day)
        else:
            spans.append(Period(day, day))
    return tuple(spans)
