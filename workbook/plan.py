"""The plan: what every cell of a workbook will hold, before any surface is touched.

Rows of blocks become cells and formulas; what people typed is put back by block, row key and
field, and what has lost its row goes to the "Left over" tab.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbook.answer import Group
from workbook.formulas import Formula
from workbook.metrics import get_metric
from workbook.model import Cell, Label, Period, Status, Unit, Value
from workbook.template import (
    Block,
    Bound,
    Change,
    Dim,
    Field,
    Input,
    Kind,
    Measure,
    Output,
    Tab,
    Template,
    field_id,
)
from workbook.template import Status as StatusField

Typed = tuple[str, str, str]  # block id, row key, field id


@dataclass(slots=True)
class State:
    """What a surface holds before a refill.

    `typed`: what people typed, by block, row key and field. `cells`: every input cell that is
    there, empty ones too; a cell that is there and empty was emptied, one that is not there says
    nothing. `elsewhere`: those of `typed` that only the store knows. `revision`: how far the
    surface knew the history of typed values (`ops_revision`). `store`, `period`: what it was filled
    for. `source`, `said_at` (UTC) and `who`: which file, when it was saved and by whom, where
    known; `formerly`: the name of the file when it was filled, if that file is gone.
    """

    typed: dict[Typed, Value] = field(default_factory=dict)
    cells: set[Typed] = field(default_factory=set)
    elsewhere: set[Typed] = field(default_factory=set)
    revision: str = ""
    store: str = ""
    period: Period | None = None
    source: str = ""
    formerly: str = ""
    said_at: dt.datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row: its key, its group (for the currency) and a cell or formula a field."""

    key: str
    group: Group
    cells: Mapping[str, Cell | Formula]
    unit: Unit | None = None
    closed: frozenset[str] = frozenset()  # inputs that the row has not

    @property
    def look(self) -> str:
        """What decides the number formats of its cells: its currency and its own unit."""
        return f"{self.group.currency} {self.unit}" if self.unit else self.group.currency


@dataclass(frozen=True, slots=True)
class Planned:
    """A block with its rows; `group` where it stands on one marketplace's tab."""

    id: str  # unique in the workbook: `cards` of two marketplaces are `cards:US`, `cards:DE`
    block: Block
    rows: tuple[PlannedRow, ...]
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class PlannedTab:
    id: str
    title: str
    blocks: tuple[Planned, ...]
    heading: tuple[str, ...] = ()  # title, scope and status lines of a report tab
    data: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a surface needs to write a workbook."""

    template: Template
    lang: str
    period: Period
    tabs: tuple[PlannedTab, ...]
    names: Mapping[str, Value]
    unplaced: tuple[tuple[Typed, Value], ...] = ()

    def block(self, id: str) -> Planned:
        return next(b for tab in self.tabs for b in tab.blocks if b.id == id)

    def cells(self) -> Iterable[tuple[str, str, str, Cell | Formula]]:
        """(block, row key, field, cell) of every cell."""
        for tab in self.tabs:
            for planned in tab.blocks:
                for row in planned.rows:
                    for name, cell in row.cells.items():
                        yield planned.id, row.key, name, cell


def unplaced(plan_blocks: Sequence[Planned], state: State) -> tuple[tuple[Typed, Value], ...]:
    """What people typed in rows that are not there any more; never dropped.

    What only other workbooks have typed waits in the store until its row comes, and so does what
    has a topic: `opsheet typed` and the Typed tab show it.
    """
    shared = {(p.id, field_id(f)) for p in plan_blocks for f in p.block.fields
              if isinstance(f, Input) and f.topic}
    placed = {(p.id, row.key, field_id(f)) for p in plan_blocks for row in p.rows
              for f in p.block.fields if isinstance(f, Input)}
    return tuple(sorted(
        ((typed, value) for typed, value in state.typed.items()
         if typed not in placed and typed not in state.elsewhere
         and (typed[0], typed[2]) not in shared), key=str
    ))


def in_words(item: Input, value: Value, lang: str) -> Value:
    """What was typed; a choice in the words of the sheet's language."""
    for choice in item.choices:
        if value in (choice.en, choice.zh):
            return choice[lang]
    return value


def label_of(item: Field, lang: str) -> str:
    """The header of a field's column."""
    match item:
        case Dim() | Output() | Input():
            return item.label[lang]
        case Measure(metric, shift):
            name = get_metric(metric).label[lang]
            return name if not shift else name + {"en": " (before)", "zh": " (上期)"}[lang]
        case Change(metric):
            return {"en": "Δ ", "zh": "环比 "}[lang] + get_metric(metric).label[lang]
        case Bound(_, which):
            words = {"target": Label("Target", "目标"), "alarm": Label("Alarm", "警戒")}
            return words[which][lang]
        case StatusField():
            return {"en": "Status", "zh": "状态"}[lang]


def unit_of(item: Field) -> Unit | None:
    """The unit of a field's values; None for text."""
    match item:
        case Measure(metric):
            return get_metric(metric).unit
        case Dim() | Output() | Input():
            return item.unit
        case Bound(rule):
            return {"days_of_cover": Unit.DAYS, "roas": Unit.RATIO}.get(rule, Unit.SHARE)
    return None


def tabs_for(template: Template) -> tuple[list[Tab], list[Tab]]:
    """Tabs that each marketplace has, and tabs that the workbook has once."""
    return [t for t in template.tabs if t.each], [t for t in template.tabs if not t.each]


__all__ = [
    "Kind", "Plan", "Planned", "PlannedRow", "PlannedTab", "State", "Status", "label_of",
    "tabs_for", "unit_of", "unplaced",
]
