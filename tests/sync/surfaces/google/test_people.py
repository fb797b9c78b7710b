"""A person who sorts, inserts, deletes and types between our read and our write.

No typed cell is lost or on a wrong row, and no number of ours on a wrong row.
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sync.surfaces.google.values import Unknown, typed
from tests.contract.google import Desk, GooglePerson, desk
from tests.contract.small import BLOCKS, INPUTS, small_plan
from workbook.errors import SurfaceError
from workbook.formulas import Formula
from workbook.model import Cell
from workbook.plan import Plan

KEYS = [f"US|{letter}" for letter in "ABCDEF"]
TEXT_INPUTS = ("note", "owner")


def amounts(seed: int, keys: list[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """Numbers that differ by row and by fill."""
    return {key: (Decimal(seed * 100 + ord(key[-1])), Decimal(seed * 1000 + ord(key[-1])))
            for key in keys}


def lean(plan: Plan) -> Plan:
    """Only the table and the rules that it reads: a test fills it hundreds of times."""
    tabs = []
    for tab in plan.tabs:
        if tab.id == "rules":
            block = tab.blocks[0]
            rows = tuple(row for row in block.rows if row.key.startswith("acos"))
            tab = replace(tab, blocks=(replace(block, rows=rows),))
        if tab.id != "legend":
            tabs.append(tab)
    return replace(plan, tabs=tuple(tabs))


class Model:
    """What a person expects: what was typed, by row key and field."""

    def __init__(self, made: Desk) -> None:
        self.desk, self.person = made, made.person
        self.typed: dict[tuple[str, str], Any] = {}
        self.emptied: set[tuple[str, str]] = set()
        self.serial = 0

    def act(self, what: str, seed: int) -> None:
        """One thing that a person does."""
        luck, person = random.Random(seed), self.person
        tab, table = person.book().tables["things"]
        keys = sorted(table.rows)
        if what == "type" and keys:
            key, field = luck.choice(keys), luck.choice(TEXT_INPUTS)
            self.serial += 1
            text = f"typed {self.serial}"
            person.type_in("things", key, field, text)
            self.typed[key, field] = text
            self.emptied.discard((key, field))
        elif what == "empty" and self.typed:
            key, field = luck.choice(sorted(self.typed))
            if key in table.rows:
                person.type_in("things", key, field, None)
                del self.typed[key, field]
                self.emptied.add((key, field))
        elif what == "sort":
            person.sort("things", luck.choice(["", "ad_spend", "note"]),
                        descending=luck.random() < 0.5)
        elif what == "insert":
            person.hands.insert_rows(tab.title, luck.randint(1, table.end + 1))
        elif what == "delete" and keys:
            key = luck.choice(keys)
            person.hands.delete_rows(tab.title, table.rows[key] + 1)
            self.typed = {at: v for at, v in self.typed.items() if at[0] != key}
            self.emptied = {at for at in self.emptied if at[0] != key}
        elif what == "column":
            letters = "BCDEFGHIJKL"
            person.hands.insert_columns(tab.title, luck.choice(letters))
        elif what == "rename":
            self.serial += 1
            person.hands.rename_tab(tab.title, f"My things {self.serial}")
        elif what == "reorder":
            person.hands.move_tab(tab.title, luck.randint(1, len(person.hands.tabs())))


def check(person: GooglePerson, expected: dict[tuple[str, str], Any], plan: Any) -> None:
    """Every row holds its own: people's cells, our numbers, our formulas' values."""
    tab, table = person.book().tables["things"]
    found = {}
    for key, row in table.rows.items():
        for name in TEXT_INPUTS:
            value = typed(tab.cell(row, table.columns[name]))
            if value is not None:
                found[key, name] = value
    assert found == expected
    rows = {row.key: row for row in plan.block("things").rows}
    assert rows.keys() <= table.rows.keys()
    for key, row in table.rows.items():
        for name, column in table.columns.items():
            if name in INPUTS or not name:
                continue
            try:
                value = typed(tab.cell(row, column))
            except Unknown:
                raise AssertionError((key, name, tab.cell(row, column))) from None
            if key not in rows:
                assert value is None or name in ("marketplace", "name"), (key, name, value)
                continue
            cell = rows[key].cells[name]
            wanted = cell.cell.value if isinstance(cell, Formula) else cell.value
            if isinstance(wanted, Decimal | float | int):
                assert value is not None and abs(float(str(value)) - float(wanted)) < 1e-9, (
                    key, name, value, wanted)
            else:
                assert (value or None) == (wanted or None), (key, name, value, wanted)
    ours = set(table.columns.values())
    for row in range(table.header + 1, len(tab.grid)):
        if row not in table.rows.values():
            strays = {c for c in ours if tab.cell(row, c).get("userEnteredValue")}
            assert not strays, (row, strays)


ACTS = st.tuples(st.sampled_from(["type", "type", "sort", "insert", "delete", "empty", "column",
                                  "rename", "reorder"]), st.integers(0, 10**6))
FILLS = st.lists(st.tuples(
    st.lists(ACTS, max_size=3),  # before our read
    st.lists(ACTS, min_size=1, max_size=4),  # between our read and our write
    st.sets(st.sampled_from(KEYS), min_size=1),  # the keys of this fill
    st.sampled_from(["en", "en", "zh"]), st.booleans(),  # another sheet said more
), min_size=1, max_size=2)


def play(fills: list[Any], during: str = "", *, applied: bool = False) -> None:
    """`during`: people act while this request comes (after it with `applied`), not before all."""
    with desk() as made:
        model, person = Model(made), made.person
        made.server.quota.per_user = made.server.quota.per_project = None
        sheet = made.open(BLOCKS)
        sheet.read()
        sheet.apply(lean(small_plan(amounts(1, KEYS))))
        for number, (before, between, keys, lang, more) in enumerate(fills, start=2):
            for act in before:
                model.act(*act)
            sheet = made.open(BLOCKS)
            state = sheet.read()
            told = dict(model.typed)
            if more:  # what the store knows of another workbook comes into blank cells
                for key in sorted(keys):
                    if (key, "owner") not in told:
                        state.typed["things", key, "owner"] = f"store {number}"
            plan = lean(small_plan(amounts(number, sorted(keys)), state, lang))
            seen = set(person.book().tables["things"][1].rows)
            model.emptied.clear()

            def meanwhile(acts: list[Any] = between) -> None:
                for act in acts:
                    model.act(*act)

            if during:
                made.server.faults.add("act", on=during, act=meanwhile, applied=applied)
            else:
                meanwhile()
            try:
                sheet.apply(plan)
            except SurfaceError as error:
                raise AssertionError(error) from error
            there = person.book().tables["things"][1].rows
            for row in plan.block("things").rows:
                for name in TEXT_INPUTS:
                    cell = row.cells[name]
                    assert isinstance(cell, Cell)
                    place = (row.key, name)
                    same = told.get(place) == model.typed.get(place)
                    anew = place not in model.emptied if row.key not in seen else (
                        place not in told and place not in model.typed)
                    if cell.value is not None and row.key in there and anew and (
                            same or place not in model.typed):
                        model.typed[place] = cell.value
            for key in list(model.typed):
                if key[0] not in there:
                    del model.typed[key]
            _with_returned(model, plan, person, told)
            check(person, model.typed, plan)


def _with_returned(model: Model, plan: Any, person: GooglePerson, told: dict[Any, Any]) -> None:
    """A row that a person deleted meanwhile is made again with what it held when it was read."""
    tab, table = person.book().tables["things"]
    for row in plan.block("things").rows:
        for name in TEXT_INPUTS:
            place = (row.key, name)
            held = typed(tab.cell(table.rows[row.key], table.columns[name]))
            if place in told and place not in model.typed and held == told[place]:
                model.typed[place] = held


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@given(FILLS)
@settings(max_examples=8, deadline=None, suppress_health_check=QUIET, derandomize=True,
          phases=(Phase.explicit, Phase.generate))
def test_a_person_between_our_read_and_our_write(fills: list[Any]) -> None:
    play(fills)


@pytest.mark.slow
@given(FILLS)
@settings(max_examples=500, deadline=None, suppress_health_check=QUIET,
          phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_person_between_our_read_and_our_write_500_times(fills: list[Any]) -> None:
    play(fills)
