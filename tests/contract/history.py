"""A desk with several workbooks, a history in memory, and what a person expects of both."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sync.store.typed import parsed
from sync.surfaces import Surface
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from tests.contract.person import Person
from workbook import keeping, standard
from workbook.answer import Group
from workbook.inputs import Entry, Known, same
from workbook.model import Cell, Label, Period, Unit, Value, week_of
from workbook.plan import Plan, PlannedTab, Typed, unplaced
from workbook.planning import Planner
from workbook.rows import Row
from workbook.rules import rulebook
from workbook.template import Block, Dim, Grain, Input, Kind, Tab, Template

WEEKS = [week_of(dt.date(2026, 11, 2) + n * dt.timedelta(7)) for n in range(3)]
START = dt.datetime(2026, 11, 25, 8)
GOALS = Block("goals", Kind.TABLE, Label("Goals", "目标"), fields=(
    Dim("name", Label("Name", "品名")),
    Input("target", Label("Target", "目标值"), unit=Unit.NUMBER, topic="targets"),
    Input("done", Label("Done", "完成"), choices=(Label("yes", "是"), Label("no", "否"))),
))
HEALTH = Block("health", Kind.TABLE, Label("Health", "账户"), fields=(
    Dim("name", Label("Name", "品名")),
    Input("value", Label("Value", "数值"), unit=Unit.NUMBER, topic="account_values"),
))
TEMPLATE = Template("desk", Label("Desk", "桌面"), Grain.WEEK, (
    Tab("goals", GOALS.label, (GOALS,)), Tab("health", HEALTH.label, (HEALTH,))))
BLOCKS = TEMPLATE.blocks() | {"rules": standard.RULES}
KEYS = {"goals": ("US|acos|2026-11", "US|tacos|2026-11"), "health": ("US|ipi", "US|ahr")}
CELLS: list[Typed] = [("goals", key, name) for key in KEYS["goals"] for name in ("target", "done")]
CELLS += [("health", key, "value") for key in KEYS["health"]]


@dataclass
class Said:
    """A statement: since which day it holds, when it was made, and what it says."""

    valid: dt.date
    at: dt.datetime
    value: Value
    order: int
    of_import: int = 0


@dataclass
class Book:
    """A workbook, and what the person who works on it has before their eyes."""

    path: str
    surface: Any
    person: Any
    shows: dict[Typed, Value] = field(default_factory=dict)
    sees: dict[Typed, list[Said]] = field(default_factory=dict)  # all that was said by then
    typed: dict[Typed, Value] = field(default_factory=dict)  # since the last fill
    rows: frozenset[str] = frozenset()
    week: Period = WEEKS[0]
    lang: str = "en"
    saved: dt.datetime = START


class Desk:
    """Plays steps on real surfaces and on a model that a person could keep on paper.

    The model: every cell has a list of statements. A fill reads what was typed since the last one
    and adds it as statements, made when the file was saved, yet never before those that the
    person saw. Typing what stands there anyway says nothing. The newest statement counts; of a
    dated value the one with the latest day on or before the period's end, and an emptied cell
    ends it. A table states its rows when it was exported, and taking it back unsays them. Every
    filled workbook then shows in each row that is there what counts, whatever its language,
    order, name or tab; a row that left has its cells among the left over.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.now, self.serial = folder, START, 0
        self.history: list[Entry] = []
        self.undone: set[int] = set()
        self.said: dict[Typed, list[Said]] = {cell: [] for cell in CELLS}
        self.imports = 0
        self.books: list[Book] = []

    # --- what happens -------------------------------------------------------------------

    def new_book(self) -> Book:
        self.serial += 1
        name = f"book{self.serial}.xlsx"
        if self.folder is None:
            kept = Memory(name)
            book = Book(name, lambda: kept, kept)
        else:
            book = self._file(str(self.folder / name))
        self.books.append(book)
        self.fill(book, WEEKS[1], "en", frozenset(sum(KEYS.values(), ())))
        return book

    def _file(self, path: str) -> Book:
        return Book(path, lambda: XlsxFile(Path(path), BLOCKS), Person(Path(path), BLOCKS))

    def type_in(self, book: Book, cell: Typed, value: Value, late: int) -> None:
        """Types and saves; the clock of the computer may be `late` minutes behind."""
        if cell[1] not in book.rows:
            return
        self.tick()
        book.person.type_in(*cell, value)
        book.typed[cell] = value
        self._save(book, late)

    def _save(self, book: Book, late: int = 0) -> None:
        book.saved = self.now - dt.timedelta(minutes=late)
        if self.folder is None:
            book.person.saved_at = book.saved
        else:
            stamp = book.saved.replace(tzinfo=dt.UTC).timestamp()
            os.utime(book.path, (stamp, stamp))

    def rearrange(self, book: Book, how: str) -> None:
        """Sorts, filters or renames a tab; only a file has rows and tabs."""
        if self.folder is None:
            return
        if how == "sort":
            book.person.reverse("goals")
        elif how == "tab":
            book.person.rename("health", f"Account {self.serial}")
        self._save(book)

    def copy(self, book: Book, *, renamed: bool) -> None:
        """Copies a workbook, or gives it another name."""
        self.serial += 1
        name = f"book{self.serial}.xlsx"
        twin = book if renamed else replace(
            book, shows=dict(book.shows), sees={c: list(s) for c, s in book.sees.items()},
            typed=dict(book.typed))
        if self.folder is None:
            kept = book.person if renamed else deepcopy(book.person)
            kept.name, kept.copied = name, not renamed
            twin.path, twin.surface, twin.person = name, lambda: kept, kept
        else:
            path = str(self.folder / name)
            (shutil.move if renamed else shutil.copy2)(book.path, path)
            made = self._file(path)
            twin.path, twin.surface, twin.person = path, made.surface, made.person
        if not renamed:
            self.books.append(twin)

    def import_table(self, cell: Typed, value: int, week: Period) -> None:
        """Imports a table of targets or account values with one row."""
        if cell[2] == "done":
            return
        self.tick()
        self.imports += 1
        topic = "targets" if cell[0] == "goals" else "account_values"
        valid = week.start if topic == "account_values" else dt.date.min
        self.history.append(Entry(topic, cell[1], cell[2], value, self.now, f"t{self.imports}.csv",
                                  valid, import_id=self.imports))
        self._state(cell, value, valid, self.now, self.imports)

    def undo(self, number: int) -> None:
        self.undone.add(number)

    def tick(self) -> None:
        self.now += dt.timedelta(minutes=1)

    # --- a fill, and what must then be there --------------------------------------------

    def fill(self, book: Book, week: Period, lang: str, rows: frozenset[str]) -> Plan:
        self.tick()
        surface: Surface = book.surface()
        state = surface.read()
        typed = max((e.id for e in self.history), default=0)
        revision = f"h:{typed}:{self.imports}:{','.join(map(str, sorted(self.undone)))}"
        sheet = keeping.Sheet("desk", BLOCKS, week, parsed(state.revision, revision), state.period)
        known = Known.of(replace(e, undone=e.import_id in self.undone) for e in self.history)
        known, new = keeping.taken_in(sheet, state, known, self.now)
        self.history += [replace(e, id=typed + n) for n, e in enumerate(new, start=1)]
        plan = _plan(keeping.merged(sheet, state, known), week, lang, rows)
        names: dict[str, Value] = {
            **plan.names, "ops_revision": f"h:{typed + len(new)}:{revision.split(':', 2)[2]}",
            "ops_file": state.source or book.path}
        plan = replace(plan, names=names)
        surface.apply(plan)
        self._expect(book, week, lang, rows)
        self._check(book, plan, known)
        self._save(book)
        return plan

    def _state(
        self, cell: Typed, value: Value, valid: dt.date, at: dt.datetime, number: int = 0
    ) -> None:
        order = sum(map(len, self.said.values()))
        self.said[cell].append(Said(valid, at, value, order, number))

    def counts(self, cell: Typed, week: Period) -> Value:
        there = [s for s in self.said[cell] if s.of_import not in self.undone
                 and s.valid <= week.end]
        return max(there, key=lambda s: (s.valid, s.at, s.order)).value if there else None

    def _expect(self, book: Book, week: Period, lang: str, rows: frozenset[str]) -> None:
        for cell, value in sorted(book.typed.items()):
            if not same(value, book.shows.get(cell)):
                valid = book.week.start if cell[0] == "health" else dt.date.min
                seen = [s.at for s in book.sees.get(cell, ())]
                if value is not None or self.counts(cell, book.week) is not None:
                    self._state(cell, value, valid, max([min(book.saved, self.now), *seen]))
        book.typed, book.week, book.lang, book.rows = {}, week, lang, rows
        book.shows = {cell: self.counts(cell, week) for cell in CELLS}
        book.sees = {cell: [s for s in said if s.of_import not in self.undone]
                     for cell, said in self.said.items()}

    def _check(self, book: Book, plan: Plan, known: Known) -> None:
        shown = {(b, row, name): cell.value for b, row, name, cell in plan.cells()
                 if (b, row, name) in book.shows and isinstance(cell, Cell)}
        there = {cell for cell in CELLS if cell[1] in book.rows}
        words: dict[Value, Value] = {"yes": "是", "no": "否"} if book.lang == "zh" else {}
        assert shown.keys() == there
        for cell in there:
            value = book.shows[cell]
            assert same(shown[cell], words.get(value, value)), (cell, shown[cell], value)
        for cell, value in plan.unplaced:
            assert cell not in there and same(value, book.shows[cell]), (cell, value)
        said = {(e.topic, e.key, e.field, e.valid, e.value) for e in known.all()}
        for (_, key, name), statements in self.said.items():
            for one in statements:
                assert any(t[1:3] == (key, name) and t[3] == one.valid and same(t[4], one.value)
                           for t in said), "nothing that was said is lost"


def _plan(state: Any, week: Period, lang: str, rows: frozenset[str]) -> Plan:
    rules = rulebook()
    planner = Planner(standard.typed_rules(rules, state), week, lang, state)
    tables = [planner.table(block, [
        Row(key, Group("US", "USD"), {"name": Cell(key)}) for key in KEYS[block.id] if key in rows
    ]) for block in (GOALS, HEALTH)]
    tabs = [PlannedTab(t.id, t.block.label[lang], (t,)) for t in tables]
    lost = unplaced(tables, state)
    if lost:
        tabs.append(standard.left_over_tab(lost, lang))
    names: dict[str, Value] = {"ops_scope": "desk", "ops_period_start": week.start,
                               "ops_period_end": week.end}
    return Plan(TEMPLATE, lang, week, tuple(tabs), names, lost)

