"""One currency for all marketplaces: amounts are converted with dated rates, or not added.

The rates are the topic `exchange_rates`: one unit of `from_currency` in `to_currency`, from a day
on. A month is converted at the rate of its last day, or at the latest one before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workbook.answer import Facts, Group, Known, Question
from workbook.facts import BY_NAME
from workbook.inputs import EVERYWHERE, SEPARATOR
from workbook.inputs import Known as Said
from workbook.model import Metric, Period, State, Unit
from workbook.notes import Note, joined

TOPIC = "exchange_rates"
_SEVERITY = (State.OK, State.SETTLING, State.ESTIMATE, State.PARTIAL, State.CENSORED,
             State.NO_SALES, State.NO_DATA)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency was worth in another; `day` is the day of the user's rate."""

    source: str
    target: str
    value: Decimal
    day: dt.date | None  # None: the same currency, no rate was needed

    def note(self) -> Note:
        text = f"{self.source} → {self.target} {self.value:.6g}"
        return Note(f"{text} of {self.day}", f"{text}（{self.day}）")


def rate_on(said: Said, source: str, target: str, day: dt.date) -> Rate | None:
    """The rate that holds on a day: the latest of the pair, or of the pair turned round.

    None where the user's table has neither from that day or before it.
    """
    if source == target:
        return Rate(source, target, Decimal(1), None)
    found = []
    for pair, turned in ((source, target), False), ((target, source), True):
        entry = said.entry(TOPIC, SEPARATOR.join(pair), "rate", day)
        value = entry.value if entry else None
        if entry and isinstance(value, int | float | Decimal) and value > 0:
            exact = Decimal(str(value))
            found.append(Rate(source, target, 1 / exact if turned else exact, entry.valid))
    # Of two with the same date the one written in this direction counts: max keeps the first.
    return max(found, key=lambda rate: rate.day or dt.date.min, default=None)


def missing(source: str, target: str, day: dt.date) -> Note:
    """What to say where there is no rate."""
    return Note(f"no rate {source} → {target} on {day} or before: add it to the exchange rates",
                f"缺 {day} 及以前的汇率 {source} → {target}：请补充汇率表")


def common_currency(said: Said, groups: Sequence[Group], wanted: str = "") -> str:
    """The currency that everything is converted into.

    `wanted` if it is given; else the one that all of the user's rates lead to; else that of the
    first group.
    """
    if wanted:
        return wanted
    goals = {key.split(SEPARATOR)[1] for key in said.of_topic(TOPIC)}
    return goals.pop() if len(goals) == 1 else groups[0].currency


@dataclass(slots=True)
class Together:
    """All groups as one, in one currency: its facts are made when a metric is asked for.

    `group` is the one that its facts stand under, in `facts`.
    """

    own: Facts
    groups: Sequence[Group]
    currency: str
    said: Said
    facts: Facts = field(default_factory=Facts)

    @property
    def group(self) -> Group:
        return Group(EVERYWHERE, self.currency)

    def rates(self, day: dt.date) -> list[Rate]:
        """The rates that were used for a period that ends on the day."""
        found = {g.currency: rate_on(self.said, g.currency, self.currency, day)
                 for g in self.groups}
        return [rate for rate in found.values() if rate and rate.day]

    def prepare(self, metric: Metric, period: Period) -> None:
        """Adds up what the metric is made of: sums first, so that a ratio is that of the sums."""
        row = self.facts.values.setdefault(self.group, {}).setdefault((), {})
        for fact, span in Question((metric,), (period,)).needs():
            if (fact, EVERYWHERE, span) in self.facts.known:
                continue
            value, known = self._sum(fact, span)
            self.facts.known[fact, EVERYWHERE, span] = known
            if value is not None:
                row[fact, span] = row.get((fact, span), Decimal(0)) + value

    def _sum(self, fact: str, span: Period) -> tuple[Decimal | None, Known]:
        total, knowns, short = Decimal(0), [], []
        for group in self.groups:
            value, known = self.own.row(group, ()).fact(fact, span)
            knowns.append((group, known))
            if value is None:
                why = known.note or Note(fact, BY_NAME[fact].label.zh)
                short.append(_of(group, why))
            elif BY_NAME[fact].unit is not Unit.MONEY or not value:
                total += value
            elif rate := rate_on(self.said, group.currency, self.currency, span.end):
                total += value * rate.value
            else:
                short.append(missing(group.currency, self.currency, span.end))
        if short:
            return None, Known(State.NO_DATA, joined(short))
        return total, _worst(knowns)


def _of(group: Group, note: str) -> Note:
    """The note with its marketplace in front."""
    if not note:
        return Note("", "")
    return Note(f"{group.name}: {note}", f"{group.name}：{getattr(note, 'zh', note)}")


def _worst(knowns: Iterable[tuple[Group, Known]]) -> Known:
    """The state of a sum: that of its worst part, every note, the latest final day."""
    some = list(knowns)
    state = max((known.state for _, known in some), key=_SEVERITY.index)
    final = max((known.final_on for _, known in some if known.final_on), default=None)
    return Known(state, joined(_of(group, known.note) for group, known in some), final)
