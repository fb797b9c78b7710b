"""What a sheet says that the history does not know yet, and what its input cells shall show.

A three-way merge like that of version control: what the sheet was shown at its last refill
(`Revision`), what stands in it now, and what the history says now. Only what a person changed
since is new; of two that disagree the newest counts and both stay in the history. The Rules sheet
is the exception: each workbook has bounds of its own there.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from workbook.inputs import RENAMED, SEPARATOR, TOPICS, Entry, Known, Revision, same
from workbook.model import Label, Period, Value
from workbook.plan import State, Typed
from workbook.said import field_in_words, key_in_words, topic_in_words
from workbook.template import Block, Input

_NOTES = 5  # how many are told one by one
RULES = "rules"  # the block whose inputs hold for their own workbook before all others
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\s*%?")


@dataclass(frozen=True, slots=True)
class Place:
    """Which entry of the history an input cell stands for."""

    topic: str
    key: str
    field: str
    on: dt.date | None = None  # the day that a dated row is about

    @property
    def asked(self) -> tuple[str, str, str]:
        return self.topic, self.key, self.field

    @property
    def dated(self) -> bool:
        """Does a value hold from a day on?"""
        return self.topic == RULES or (self.topic in TOPICS and bool(TOPICS[self.topic].since))


@dataclass(frozen=True)
class Sheet:
    """The workbook that is being filled: its template's blocks, its period, its revision.

    `before`: the period it shows until now.
    """

    template: str
    blocks: Mapping[str, Block]
    period: Period
    revision: Revision | None = None
    before: Period | None = None

    @property
    def shown(self) -> Period:
        return self.before or self.period

    @cached_property
    def inputs(self) -> dict[tuple[str, str], Input]:
        """The input columns by block and field."""
        return {(block.id, item.name): item for block in self.blocks.values()
                for item in block.fields if isinstance(item, Input)}

    def place(self, typed: Typed) -> Place | None:
        """The entry that a cell stands for; None for a cell that is no input of ours."""
        id, key, name = typed
        item = self.inputs.get((id, name))
        if item is None:
            return None
        if id == RULES:
            return Place(RULES, key, name)
        if not item.topic:
            return Place(f"{self.template}.{id}", key, name)
        topic, parts = TOPICS[item.topic], key.split(SEPARATOR)
        if len(parts) == len(topic.key):
            return Place(item.topic, key, name)
        if len(parts) == len(topic.key) + 1 and topic.since and (day := _day(parts.pop())):
            return Place(item.topic, SEPARATOR.join(parts), name, day)
        return None

    def meant(self, typed: Typed, value: Value) -> Value:
        """What a person meant: a choice by its English word, a number or a day typed as text."""
        item = self.inputs[typed[0], typed[2]]
        for choice in item.choices:
            if value in (choice.en, choice.zh):
                return choice.en
        if isinstance(value, str) and item.date:
            return _day(value.strip()) or value
        if isinstance(value, str) and item.unit is not None:
            return _number(value)
        return value


def taken_in(
    sheet: Sheet, state: State, known: Known, now: dt.datetime
) -> tuple[Known, list[Entry]]:
    """The history with what the sheet adds to it, and the additions alone."""
    moved = renamed(state, known, now)
    known = known.grown(moved)
    new = edits(sheet, state, known, now)
    return known.grown(new), [*moved, *new]


def edits(sheet: Sheet, state: State, known: Known, now: dt.datetime) -> list[Entry]:
    """What people changed in the sheet since it was filled last."""
    found = []
    said_at = min(state.said_at or now, now)
    for typed in sorted(state.cells | state.typed.keys()):
        place = sheet.place(typed)
        if place is None:
            continue
        mine = sheet.meant(typed, state.typed.get(typed))
        counts, shown = _own(known, place, state) if place.topic == RULES else _shown(
            sheet, place, known)
        if any(same(mine, _value(one)) for one in shown):
            continue
        valid = place.on or dt.date.min
        if place.dated and not place.on:  # a cell stands for the newest that its period knows
            valid = max(sheet.shown.start, counts.valid if counts else dt.date.min)
        if same(mine, _value(counts)) and (
                not (shown and counts) or counts.source == state.source
                or (said_at <= counts.said_at and valid <= counts.valid)):
            continue  # who comes to the same later than another file, or of a later day, says so
        if mine is None and sheet.revision is None:
            continue  # an unknown workbook's empty cell was never filled
        found.append(Entry(
            *place.asked, mine, max(said_at, _after(sheet, place, known)), state.source, valid,
            state.who, ends=mine is None and place.dated and not place.on))
    return found


def _shown(
    sheet: Sheet, place: Place, known: Known
) -> tuple[Entry | None, list[Entry | None]]:
    """What counts in the cell's period now, and what it was given at the last refill."""
    day = sheet.shown.end
    counts = known.entry(*place.asked, day, on=place.on)
    if sheet.revision is None:
        return counts, []
    return counts, [known.entry(*place.asked, day, on=place.on, until=sheet.revision)]


def _own(
    known: Known, place: Place, state: State
) -> tuple[Entry | None, list[Entry | None]]:
    """The bound that this workbook has said last."""
    own = [one for one in known.entries.get(place.asked, ()) if one.source == state.source]
    return (own[-1] if own else None), []


def _after(sheet: Sheet, place: Place, known: Known) -> dt.datetime:
    """When the newest was said that the person saw: what they typed came later, clock or not."""
    seen = (one.said_at for one in known.entries.get(place.asked, ())
            if sheet.revision and sheet.revision.covers(one))
    return max(seen, default=dt.datetime.min)


def renamed(state: State, known: Known, now: dt.datetime) -> list[Entry]:
    """The entry that says what the workbook was called before, if the history knows it so."""
    old = state.formerly
    if not old or all(one.source != old for one in known.all()):
        return []
    return [Entry(RENAMED, old, "name", state.source, now, state.source, who=state.who)]


def of_another_store(sheet: Sheet, state: State) -> State:
    """What stays of a workbook that was filled for another store: nothing that a topic knows.

    Its typed cells are in the history of that store.
    """
    return replace(state, cells=set(), typed={
        cell: value for cell, value in state.typed.items() if sheet.place(cell) is None})


def overruled(sheet: Sheet, state: State, known: Known, lang: str) -> list[Label]:
    """What this workbook said and another file has said otherwise since, in words."""
    found = []
    for typed in sorted(state.typed):
        place = sheet.place(typed)
        if place is None or place.topic == RULES:
            continue
        mine = sheet.meant(typed, state.typed[typed])
        entries = [one for one in known.entries.get(place.asked, ()) if not one.undone]
        ours = any(one.source == state.source and same(one.value, mine) for one in entries)
        counts = known.entry(*place.asked, sheet.period.end, on=place.on)
        newest = counts or max(entries, key=lambda one: (one.said_at, one.id), default=None)
        if ours and newest and newest.source != state.source and not same(_value(counts), mine):
            found.append(_overruled(place, mine, newest, lang))
    if len(found) > _NOTES:
        more = len(found) - _NOTES
        found[_NOTES:] = [Label(f"{more} more: `opsheet typed --disputed` lists them.",
                                f"另有 {more} 处：`opsheet typed --disputed` 列出全部。")]
    return found


def _overruled(place: Place, mine: Value, newest: Entry, lang: str) -> Label:
    key = key_in_words(place.topic, place.key, lang)
    about = f"{topic_in_words(place.topic, lang)}: {key}, {field_in_words(place.field, lang)}"
    now = newest.value if newest.value is not None else Label("(empty)", "（空）")[lang]
    return Label(
        f"{about}: {mine} of this workbook gave way to {now} of {newest.source} "
        f"({newest.said_at:%Y-%m-%d %H:%M} UTC, newer).",
        f"{about}：本文件的 {mine} 已被 {newest.source} 中较新的 {now} 取代"
        f"（{newest.said_at:%Y-%m-%d %H:%M} UTC）。")


# --- what the sheet shall show ----------------------------------------------------------


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
        counts = known.entry(*place.asked, sheet.period.end, on=place.on)
        if counts is not None:
            typed[cell] = counts.value
    elsewhere = dict(_waiting(sheet, state, known))
    return replace(state, typed=typed | elsewhere, elsewhere=set(elsewhere))


def _waiting(sheet: Sheet, state: State, known: Known) -> Iterator[tuple[Typed, Value]]:
    """What the history says of cells that the sheet does not show: other workbooks, tables."""
    columns: dict[tuple[str, str], list[str]] = {}
    for (id, name), item in sheet.inputs.items():
        topic = RULES if id == RULES else item.topic or f"{sheet.template}.{id}"
        columns.setdefault((topic, name), []).append(id)
    for (topic, key, name), entries in known.entries.items():
        blocks = columns.get((topic, name), ())
        if not blocks:
            continue
        if topic == RULES:
            own, _ = _own(known, Place(topic, key, name), state)
            rows = {} if (RULES, key, name) in state.cells else {key: own}
        else:
            days = {e.valid for e in entries} if topic in TOPICS and TOPICS[topic].since else ()
            rows = {key: known.entry(topic, key, name, sheet.period.end)} | {
                f"{key}{SEPARATOR}{day}": known.entry(topic, key, name, on=day) for day in days}
        for id in blocks:
            yield from (((id, row, name), entry.value) for row, entry in rows.items()
                        if entry and entry.value is not None
                        and (id, row, name) not in state.typed)


# --- values -----------------------------------------------------------------------------


def _value(entry: Entry | None) -> Value:
    return entry.value if entry else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> Value:
    """A number that was typed or pasted as text: `0.25`, `25%`, `1,200`; else the text."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(plain):
        return text
    number = Decimal(plain.rstrip("%").strip().replace(",", ""))
    return (number / 100).normalize() + 0 if plain.endswith("%") else (
        int(number) if number == number.to_integral_value() else number)
