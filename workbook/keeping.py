"""What a sheet says that the history does not know yet, and what its input cells shall show.

A three-way merge like that of version control: what the sheet was shown at its last refill
(`Revision`), what stands in it now, and what the history says now. Only what a person changed
since is new; of two that disagree the newest counts and both stay in the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from workbook.inputs import SEPARATOR, TOPICS, Entry, Known, Revision
from workbook.model import Period, Value
from workbook.plan import State, Typed
from workbook.template import Block, Input, field_id

RULES = "rules"  # the block whose inputs hold for their own workbook before all others


@dataclass(frozen=True, slots=True)
class Place:
    """Which entry of the history an input cell stands for."""

    topic: str
    key: str
    field: str
    on: dt.date | None = None  # the day that a dated row is about


@dataclass(frozen=True, slots=True)
class Sheet:
    """The workbook that is being filled: its template's blocks, its period, its revision."""

    template: str
    blocks: Mapping[str, Block]
    period: Period
    revision: Revision | None = None

    def inputs(self) -> Iterator[tuple[Block, Input]]:
        for block in self.blocks.values():
            for item in block.fields:
                if isinstance(item, Input):
                    yield block, item

    def place(self, typed: Typed) -> Place | None:
        """The entry that a cell stands for; None for a column that is no input of ours."""
        id, key, name = typed
        block = self.blocks.get(id)
        item = None if block is None else next(
            (f for f in block.fields if isinstance(f, Input) and field_id(f) == name), None)
        if item is None:
            return None
        if id == RULES:
            return Place(RULES, key, name)
        if not item.topic:
            return Place(f"{self.template}.{id}", key, name)
        parts = key.split(SEPARATOR)
        topic = TOPICS[item.topic]
        if topic.since and len(parts) == len(topic.key) + 1:
            day = dt.date.fromisoformat(parts.pop())
            return Place(item.topic, SEPARATOR.join(parts), name, day)
        return Place(item.topic, key, name)


def edits(sheet: Sheet, state: State, known: Known, now: dt.datetime) -> list[Entry]:
    """What people changed in the sheet since it was filled last."""
    found = []
    said_at = min(state.said_at or now, now)
    for typed in sorted(state.cells | state.typed.keys()):
        place = sheet.place(typed)
        if place is None:
            continue
        mine = in_english(sheet, typed, state.typed.get(typed))
        counts = known.entry(place.topic, place.key, place.field, on=place.on)
        if place.topic == RULES:  # a workbook shows its own bounds there, not those of others
            shown = [_own(known, place, state.source)]
        else:
            shown = [counts, *_shown(sheet, place, known)]
        if any(same(mine, entry.value if entry else None) for entry in shown):
            continue
        if mine is None and sheet.revision is None:
            continue  # an unknown workbook's empty cell was never filled
        valid = place.on or (sheet.period.start if _dated(place.topic) else dt.date.min)
        found.append(Entry(place.topic, place.key, place.field, mine, said_at,
                           state.source, valid, state.who))
    return found


def _shown(sheet: Sheet, place: Place, known: Known) -> list[Entry | None]:
    """What the cell may have been given at the last refill."""
    if sheet.revision is None:
        return []
    return [known.entry(place.topic, place.key, place.field, on=place.on, until=sheet.revision,
                        with_undone=undone) for undone in (False, True)]


def _own(known: Known, place: Place, source: str) -> Entry | None:
    entries = known.entries.get((place.topic, place.key, place.field), ())
    own = [one for one in entries if one.source == source]
    return own[-1] if own else None


def _dated(topic: str) -> bool:
    return topic == RULES or (topic in TOPICS and bool(TOPICS[topic].since))


def merged(sheet: Sheet, state: State, known: Known) -> State:
    """The state with what counts in every input cell, those of rows that may come among them.

    `known` holds the sheet's own edits already.
    """
    typed: dict[Typed, Value] = {}
    for cell in state.typed:
        place = sheet.place(cell)
        if place is None or place.topic == RULES:
            typed[cell] = state.typed[cell]
            continue
        counts = known.entry(place.topic, place.key, place.field, on=place.on)
        if counts is not None:
            typed[cell] = counts.value
    elsewhere = dict(_waiting(sheet, known, state.typed.keys()))
    return replace(state, typed=typed | elsewhere, elsewhere=set(elsewhere))


def _waiting(
    sheet: Sheet, known: Known, there: Iterable[Typed]
) -> Iterator[tuple[Typed, Value]]:
    """What other workbooks and tables say of cells of this sheet's blocks."""
    seen = set(there)
    columns: dict[tuple[str, str], list[str]] = {}
    for block, item in sheet.inputs():
        if block.id != RULES:
            topic = item.topic or f"{sheet.template}.{block.id}"
            columns.setdefault((topic, item.name), []).append(block.id)
    for (topic, key, name), entries in known.entries.items():
        days = {e.valid for e in entries} if topic in TOPICS and TOPICS[topic].since else ()
        counts = {key: known.entry(topic, key, name)} | {
            f"{key}{SEPARATOR}{day}": known.entry(topic, key, name, on=day) for day in days}
        for id in columns.get((topic, name), ()):
            yield from (((id, row, name), entry.value) for row, entry in counts.items()
                        if entry is not None and (id, row, name) not in seen)


def in_english(sheet: Sheet, typed: Typed, value: Value) -> Value:
    """A choice by its English word, so that both languages mean the same."""
    block = sheet.blocks[typed[0]]
    item = next(f for f in block.fields if isinstance(f, Input) and field_id(f) == typed[2])
    return next((choice.en for choice in item.choices if value in (choice.en, choice.zh)), value)


def same(a: Value, b: Value) -> bool:
    """Equal as a sheet shows them: 3 is 3.0, and an empty text is nothing."""
    numbers = (int, float, Decimal)
    if isinstance(a, numbers) and isinstance(b, numbers) and not (
            isinstance(a, bool) or isinstance(b, bool)):
        return float(a) == float(b)
    return (a if a != "" else None) == (b if b != "" else None)
