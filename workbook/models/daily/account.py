"""Account values (health, IPI, response rate ...): typed today, else last known, against rules.

No report carries them. What is typed here is known to every sheet from that day on; of a value
that is not typed the last reading counts and its age is watched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from workbook import formulas
from workbook.answer import Group, Question
from workbook.formulas import Formula, Here, Named
from workbook.inputs import EVERYWHERE, Entry, key_of, parts_of
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, Label, Status, Unit, Value
from workbook.models import Asking, Given, Model
from workbook.models.daily.numbers import Bounds, bounds_of, known_on, looked_up
from workbook.rows import Row

TOPIC = "account_values"
# What the dashboards show, in the order of a morning's round, with its unit.
VALUES = {
    "ahr": Unit.COUNT, "response_rate_24h": Unit.SHARE, "ipi": Unit.COUNT, "odr": Unit.SHARE,
    "negative_feedback_rate": Unit.SHARE, "negative_review_rate": Unit.SHARE,
    "ad_hours": Unit.NUMBER,
    "late_shipment_rate": Unit.SHARE, "cancellation_rate": Unit.SHARE,
    "valid_tracking_rate": Unit.SHARE, "otdr": Unit.SHARE,
}
# Amazon measures these only of orders that the seller ships.
MERCHANT_FULFILLED = ("late_shipment_rate", "cancellation_rate", "valid_tracking_rate", "otdr")


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one day, and the entry that says it."""

    day: dt.date
    value: float
    entry: Entry


def number(value: Value) -> float | None:
    """A typed value as a sheet's `+0` reads it; None where it is no number."""
    try:
        return None if value is None or isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def readings(given: Given, market: str, name: str) -> list[Reading]:
    """One reading a day until the sheet's, the newest first; a marketplace's own before all's."""
    found: dict[dt.date, Reading] = {}
    for scope in (EVERYWHERE, market):
        key = key_of(scope, name)
        for day in {e.valid for e in given.known.entries.get((TOPIC, key, "value"), ())}:
            entry = given.known.entry(TOPIC, key, "value", on=day)
            value = number(entry.value) if entry else None
            if entry is not None and value is not None and day <= given.period.end:
                found[day] = Reading(day, value, entry)
    return [found[day] for day in sorted(found, reverse=True)]


def _rows(given: Given) -> list[Row]:
    groups: dict[str, Group] = {}
    for group in given.groups:
        groups.setdefault(group.marketplace, group)
    return [_row(given, group, name) for group in groups.values()
            for name in _names(given, group.marketplace)]


def _names(given: Given, market: str) -> Iterator[str]:
    """The values of a marketplace: the usual ones, and words of the user's own behind them."""
    said = {name for scope, name in map(parts_of, given.known.of_topic(TOPIC, given.period.end))
            if scope in (market, EVERYWHERE)}
    fba = known_on(given.facts["stock"], "available_units", market, given.period)
    for name in VALUES:
        if name in said or name not in MERCHANT_FULFILLED or not fba:
            yield name
    yield from sorted(said - VALUES.keys())


def _row(given: Given, group: Group, name: str) -> Row:
    day, market = given.period.end, group.marketplace
    row = Row(key_of(market, name, str(day)), group, unit=VALUES.get(name, Unit.NUMBER))
    every = readings(given, market, name)
    own = given.typed.get((given.block.id, row.key, "value"))
    before = [r for r in every if own is None or r.day < day]
    last, previous = (before[n] if n < len(before) else None for n in (0, 1))
    today = number(own)
    now = today if own is not None else last.value if last else None
    rule, fall = bounds_of(given, name, market), bounds_of(given, f"{name}_change", market)
    stale = bounds_of(given, "reading_age", market)
    label = rule.rule.label if rule.rule else Label(name, name)
    row.cells = {
        "account_value": Cell(row.key), "marketplace": Cell(market),
        "name": Cell(label[given.lang]),
        "last": Cell(last.value if last else None),
        "last_day": Cell(last.day if last else None),
        "previous": Cell(previous.value if previous else None),
        "now": Formula('IF({v}="",IF({l}="","",{l}),IFERROR({v}+0,""))',
                       {"v": Here("value"), "l": Here("last")}, Cell(now)),
        "target": looked_up(name, "target", rule.target),
        "alarm": looked_up(name, "alarm", rule.alarm),
        "stale": looked_up("reading_age", "target", stale.target),
        "fall": looked_up(f"{name}_change", "target", fall.target),
        "said": Cell(_said(every)), "disputed": Cell(_disputed(given, market, name)),
    }
    age = 0 if own is not None else (day - last.day).days if last else None
    change = _change(row, own, today)
    row.cells["age"] = Formula(
        'IF({v}<>"",0,IF({d}="","",{end}-{d}))',
        {"v": Here("value"), "d": Here("last_day"), "end": Named("ops_period_end")}, Cell(age))
    row.cells["change"] = change
    row.cells["status:now"] = _status(
        given, rule, now, flagged=_beyond(age, stale.target) or _below(change, fall.target))
    row.cells["since"] = Cell(_since(given, rule, row, every, own))
    return row


def _change(row: Row, own: Value, today: float | None) -> Formula:
    """The value that counts less the reading before it."""
    last, previous = row.number("last"), row.number("previous")
    now, then = (today, last) if own is not None else (last, previous)
    value = None if now is None or then is None else now - then
    return Formula(
        'IF({v}="",IF(OR({l}="",{p}=""),"",{l}-{p}),IF(OR({n}="",{l}=""),"",{n}-{l}))',
        {"v": Here("value"), "n": Here("now"), "l": Here("last"), "p": Here("previous")},
        Cell(value))


def _beyond(value: float | None, bound: float | None) -> bool:
    return value is not None and bound is not None and value > bound


def _below(change: Formula, bound: float | None) -> bool:
    value = number(change.cell.value)
    return value is not None and bound is not None and value < bound


def _status(given: Given, rule: Bounds, now: float | None, *, flagged: bool) -> Formula | Cell:
    """The rule's word; a good value that is stale or fell more than its rule allows is watched."""
    if rule.rule is None:
        return Cell(word(Status.NONE, given.lang))
    state = rule.status(now)
    state = Status.WATCH if state is Status.GOOD and flagged else state
    base = formulas.status(rule.rule, Here("now"), Here("target"), Here("alarm"), given.lang,
                           Cell(None))
    good, watch = word(Status.GOOD, given.lang), word(Status.WATCH, given.lang)
    old = 'AND({age}<>"",{stale}<>"",{age}>{stale})'
    fell = 'AND({change}<>"",{fall}<>"",{change}<{fall})'
    refs = {name: Here(name) for name in ("age", "stale", "change", "fall")}
    return Formula(
        f'IF({base.text}="{good}",IF(OR({old},{fell}),"{watch}","{good}"),{base.text})',
        {**base.refs, **refs}, Cell(word(state, given.lang)))


def _since(
    given: Given, rule: Bounds, row: Row, every: list[Reading], own: Value
) -> dt.date | None:
    """The day of the first reading of the unbroken run of readings that miss the target."""
    days = [(r.day, r.value) for r in every if own is None or r.day < given.period.end]
    now = number(row.value("now"))
    if own is not None and now is not None:
        days.insert(0, (given.period.end, now))
    first = None
    for day, value in days:
        if rule.status(value) not in (Status.BAD, Status.WATCH):
            break
        first = day
    return first


def _said(every: list[Reading]) -> str | None:
    """Where the newest reading was said, and by whom where that is known."""
    if not every:
        return None
    entry = every[0].entry
    return " · ".join(part for part in (_file(entry.source), entry.who) if part)


def _file(source: str) -> str:
    """A file without its folders."""
    return source.replace("\\", "/").rpartition("/")[2]


def _disputed(given: Given, market: str, name: str) -> str | None:
    """What other sources say of the same day."""
    keys = {key_of(scope, name) for scope in (market, EVERYWHERE)}
    day = given.period.end
    others = [f"{other.value} · {_file(other.source)} · {other.valid}"
              for counts, other in given.known.disputed()
              if counts.topic == TOPIC and counts.key in keys and other.valid <= day]
    return "; ".join(dict.fromkeys(others)) or None


def _asks(asking: Asking) -> dict[str, Question]:
    return {"stock": Question((get_metric("available_units"),), (asking.period,))}


MODEL = Model(_rows, _asks)
