"""Questions and answers: facts by scope, period and dimension, turned into metric cells.

The store answers a `Question` with `Facts`; `cells` computes the metrics from them. A ratio
over a group is the ratio of its sums, a missing part leaves a blank that names the part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workbook.facts import BY_NAME
from workbook.marketplaces import BY_CODE
from workbook.model import (
    Agg,
    Cell,
    Expr,
    Linear,
    Metric,
    OverTime,
    Period,
    Ratio,
    State,
    Unit,
    Value,
)
from workbook.notes import Note, joined

# Facts that are asked for with another one, because it is derived from them or checked by them.
COMPANIONS = {"vat": ("product_sales",), "cogs": ("units_without_cost",)}

Key = tuple[Value, ...]  # the values of the question's dimensions
Need = tuple[str, Period]  # a fact over a period


@dataclass(frozen=True, slots=True)
class Question:
    """What one block of a sheet, or one call of `metrics`, wants to know."""

    metrics: tuple[Metric, ...]
    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()

    def needs(self) -> set[Need]:
        """Every fact over every period that the metrics are made of."""
        found: set[Need] = set()
        for metric in self.metrics:
            for agg in aggs(metric.expr):
                found |= {(agg.fact, _span(agg, period)) for period in self.periods}
        return found | {(c, period) for fact, period in found for c in COMPANIONS.get(fact, ())}


def aggs(expr: Expr) -> Iterator[Agg]:
    """The facts an expression is made of, in reading order."""
    if isinstance(expr, Agg):
        yield expr
    elif isinstance(expr, Ratio):
        yield from aggs(expr.over)
        yield from aggs(expr.under)
    else:
        for _, term in expr.terms:
            yield from aggs(term)


def _span(agg: Agg, period: Period) -> Period:
    return period.trailing(agg.trailing) if agg.trailing else period


@dataclass(frozen=True, slots=True)
class Known:
    """How well a fact is known over a period: the state, why, and when it becomes final."""

    state: State = State.OK
    note: str = ""
    final_on: dt.date | None = None


UNKNOWN = Known(State.NO_DATA)


@dataclass(frozen=True, slots=True)
class Group:
    """A marketplace in one currency; groups are never added."""

    marketplace: str
    currency: str

    @property
    def name(self) -> str:
        """`US`; `US_EUR` for amounts that are not in the marketplace's own currency."""
        market = BY_CODE.get(self.marketplace)
        own = market is None or market.currency == self.currency
        return self.marketplace if own else f"{self.marketplace}_{self.currency}"


@dataclass(slots=True)
class Facts:
    """Fact values: group -> key -> (fact, period) -> number; and how well each is known."""

    values: dict[Group, dict[Key, dict[Need, Decimal]]] = field(default_factory=dict)
    known: dict[tuple[str, str, Period], Known] = field(default_factory=dict)
    # Rows of which a fact is not known although its source covers the period, with the reason.
    unknown: dict[tuple[Group, Key, Need], str] = field(default_factory=dict)
    import_ids: dict[tuple[str, str, Period], tuple[int, ...]] = field(default_factory=dict)

    def groups(self) -> list[Group]:
        return sorted(self.values, key=lambda g: (g.marketplace, g.currency))

    def cell(self, metric: Metric, group: Group, key: Key, period: Period) -> Cell:
        """The metric's value for one row and period."""
        return self.row(group, key).cell(metric, period)

    def row(self, group: Group, key: Key) -> FactRow:
        """One row, to be asked for many cells."""
        return FactRow(self, group, key, self.values.get(group, {}).get(key, {}))


def _rounded(value: Decimal | None, unit: Unit) -> Value:
    if value is None:
        return None
    if unit is Unit.COUNT:
        return int(value)
    if unit is Unit.MONEY:
        return value
    return float(value)


Result = tuple[Decimal | None, Known]


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row of the facts, ready to be asked for a metric or a fact over a period."""

    facts: Facts
    group: Group
    key: Key
    values: Mapping[Need, Decimal]

    def cell(self, metric: Metric, period: Period) -> Cell:
        """The metric's value over the period."""
        value, known = _evaluate(metric.expr, self, period)
        currency = self.group.currency if metric.unit is Unit.MONEY else None
        state = known.state if value is not None or known.state is not State.OK else State.NO_DATA
        return Cell(_rounded(value, metric.unit), state, currency, known.final_on, known.note)

    def fact(self, name: str, period: Period) -> Result:
        known = self.facts.known.get((name, self.group.marketplace, period), UNKNOWN)
        if known.state is State.NO_DATA:
            return None, known
        need = (name, period)
        if self.facts.unknown and (why := self.facts.unknown.get((self.group, self.key, need))):
            return None, Known(State.NO_DATA, why)
        value = self.values.get(need)
        if value is not None:
            return value, known
        if BY_NAME[name].over_time is OverTime.LAST:
            return None, Known(State.NO_DATA, Note("not in the snapshot", "快照中没有"))
        return Decimal(0), known  # covered by a report that lists no such row


def _evaluate(expr: Expr, row: FactRow, period: Period) -> Result:
    if isinstance(expr, Agg):
        span = _span(expr, period)
        value, known = row.fact(expr.fact, span)
        return (value / span.days if value is not None and expr.per_day else value), known
    if isinstance(expr, Ratio):
        over, under = _evaluate(expr.over, row, period), _evaluate(expr.under, row, period)
        known = _worse(over[1], under[1])
        if over[0] is None or under[0] is None:
            return None, known
        if under[0] == 0:
            no_sales = expr.no_sales and over[0] > 0
            return None, Known(State.NO_SALES, Note("no sales", "无销售")) if no_sales else known
        return over[0] / under[0], known
    return _sum(expr, row, period)


def _sum(expr: Linear, row: FactRow, period: Period) -> Result:
    total, known, missing = Decimal(expr.constant), Known(), []
    for sign, term in expr.terms:
        value, part = _evaluate(term, row, period)
        known = _worse(known, part)
        if value is None:
            missing.append(part.note or (_named(term) if part.state is State.NO_DATA else _BY_ZERO))
        else:
            total += sign * value
    if missing:
        return None, Known(State.NO_DATA, joined(missing, ("missing: ", "缺：")))
    return total, known


_BY_ZERO = Note("nothing to divide by", "除数为零")


def _named(expr: Expr) -> Note:
    """The facts of an expression, by their labels' place in the vocabulary."""
    facts = [agg.fact for agg in aggs(expr)]
    labels = [BY_NAME[fact].label.zh for fact in facts]
    return Note(" / ".join(facts), " / ".join(labels))


_SEVERITY = [State.OK, State.SETTLING, State.ESTIMATE, State.PARTIAL, State.CENSORED,
             State.NO_SALES, State.NO_DATA]


def _worse(a: Known, b: Known) -> Known:
    """The state of a value made of two: the worse one, both notes, the later final day."""
    if a.state is b.state and a.final_on == b.final_on and a.note == b.note:
        return a
    state = max(a.state, b.state, key=_SEVERITY.index)
    note = joined((a.note, b.note))
    final = max((d for d in (a.final_on, b.final_on) if d), default=None)
    return Known(state, note, final)
