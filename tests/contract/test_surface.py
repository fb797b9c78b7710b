"""The contract that every surface keeps: a plan is written whole, and what people type stays.

A new surface joins by a row in `SURFACES`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sync.surfaces import Surface
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from tests.contract.google import google_bench
from tests.contract.person import Person
from tests.contract.small import BLOCKS, INPUTS, Amounts, inputs_of, small_plan
from tests.soffice.engine import needs_engine
from workbook.formulas import Formula
from workbook.plan import Plan, State
from workbook.rules import rulebook
from workbook.standard import rule_key
from workbook.template import Input

A, B, C = "US|A", "US|B", "US|=C"
AMOUNTS: Amounts = {
    A: (Decimal("30.50"), Decimal(100)), B: (Decimal(50), Decimal(100)), C: (Decimal(5), None),
}
DUE = dt.date(2026, 11, 20)


class Bench:
    """A surface, and a person who works on it. Each fill opens it anew, as a new process does."""

    def __init__(self, open_it: Callable[[], Surface], person: Any) -> None:
        self.open, self.person = open_it, person

    def fill(self, amounts: Amounts = AMOUNTS, lang: str = "en") -> Plan:
        surface = self.open()
        plan = small_plan(amounts, surface.read(), lang)
        surface.apply(plan)
        return plan


def memory(folder: Path) -> Bench:
    kept = Memory()
    return Bench(lambda: kept, kept)


def xlsx(folder: Path) -> Bench:
    path = folder / "small.xlsx"
    return Bench(lambda: XlsxFile(path, BLOCKS), Person(path, BLOCKS))


def google(folder: Path) -> Bench:
    return Bench(*google_bench(folder, BLOCKS))


def excel(folder: Path) -> Bench:
    from tests.contract.excel import excel_bench

    return Bench(*excel_bench(folder, BLOCKS))


SURFACES = {"memory": memory, "xlsx": xlsx, "google": google, "excel": excel}
MARKS = {"excel": needs_engine}


@pytest.fixture(params=[pytest.param(make, id=name, marks=MARKS.get(name, ()))
                        for name, make in SURFACES.items()])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    made = request.param(tmp_path)
    assert isinstance(made, Bench)
    return made


def contents(plan: Plan) -> list[tuple[Any, ...]]:
    """Every cell of a plan: place, formula, value."""
    return [
        (b, r, f, *((cell.text, cell.cell.value) if isinstance(cell, Formula) else (cell.value,)))
        for b, r, f, cell in plan.cells()
    ]


def test_where_nothing_is_yet_nothing_is_typed(bench: Bench) -> None:
    assert bench.open().read() == State()


def test_the_whole_plan_is_written(bench: Bench) -> None:
    surface = bench.open()
    plan = small_plan(AMOUNTS)
    receipt = surface.apply(plan)
    assert receipt.target and receipt.cells == sum(1 for _ in plan.cells()) and not receipt.notes
    state = bench.open().read()
    inputs = {(planned.id, row.key, name) for tab in plan.tabs for planned in tab.blocks
              for row in planned.rows for item in planned.block.fields
              if isinstance(item, Input) and (name := item.name) in row.cells}
    assert state.typed == {} and state.cells == inputs, "every input cell is there, and empty"
    assert state.period == plan.period and state.source and not state.formerly


@pytest.mark.parametrize(("field", "value"), [
    ("note", "ask 李强"), ("note", "=1+1"), ("note", "+49 89 1"), ("note", "-"), ("note", "@home"),
    ("note", "00123"), ("note", "1E5"), ("note", " two  spaces "), ("note", "line\nbreak"),
    ("note", 7), ("note", Decimal("0.1")), ("note", True), ("note", DUE),
    ("note", dt.datetime(2026, 11, 20, 8, 30)), ("owner", "王敏"), ("due", DUE),
    ("due", "next week"), ("done", "yes"), ("done", "half"), ("budget", 120),
    ("budget", Decimal("12.34")), ("budget", "none"),
])
def test_what_is_typed_is_read_and_stays_through_refills(
    bench: Bench, field: str, value: Any
) -> None:
    bench.fill()
    bench.person.type_in("things", B, field, value)
    assert bench.open().read().typed == {("things", B, field): value}
    for _ in range(2):
        assert inputs_of(bench.fill()) == {(B, field): value}


def test_a_second_fill_of_the_same_numbers_gives_the_same_cells(bench: Bench) -> None:
    bench.fill()
    bench.person.type_in("things", A, "note", "mind this")
    first, second = bench.fill(), bench.fill()
    assert contents(first) == contents(second)


@pytest.mark.parametrize("value", [
    "ask", "=1+1", "00123", 7, Decimal("0.1"), True, DUE, dt.datetime(2026, 11, 20, 8, 30),
])
def test_what_lost_its_row_is_kept_and_returns_with_it(bench: Bench, value: Any) -> None:
    bench.fill()
    bench.person.type_in("things", C, "note", value)
    without = {A: AMOUNTS[A], B: AMOUNTS[B]}
    for _ in range(2):
        plan = bench.fill(without)
        assert plan.unplaced == ((("things", C, "note"), value),)
        assert inputs_of(plan) == {}
    plan = bench.fill()
    assert inputs_of(plan) == {(C, "note"): value} and not plan.unplaced


def test_the_receipt_says_how_much_has_lost_its_row(bench: Bench) -> None:
    bench.fill()
    bench.person.type_in("things", C, "note", "x")
    surface = bench.open()
    receipt = surface.apply(small_plan({A: AMOUNTS[A]}, surface.read()))
    assert not receipt.notes or "1 typed cell" in receipt.notes[0]


def test_another_language_keeps_what_was_typed_and_translates_choices(bench: Bench) -> None:
    bench.fill()
    bench.person.type_in("things", A, "done", "yes")
    bench.person.type_in("things", A, "note", "yes")
    assert inputs_of(bench.fill(lang="zh")) == {(A, "done"): "是", (A, "note"): "yes"}
    assert inputs_of(bench.fill(lang="en")) == {(A, "done"): "yes", (A, "note"): "yes"}


def test_a_target_of_ones_own_changes_the_status_and_stays(bench: Bench) -> None:
    plan = bench.fill()
    key = next(rule_key(rule) for rule in rulebook() if rule.id == "acos")

    def state_of(plan: Plan, row: str) -> Any:
        cell = next(r for r in plan.block("things").rows if r.key == row).cells["status:acos"]
        assert isinstance(cell, Formula)
        return cell.cell.value

    assert [state_of(plan, row) for row in (A, B, C)] == ["● good", "■ bad", "–"]
    bench.person.type_in("rules", key, "your_target", Decimal("0.25"))
    bench.person.type_in("rules", key, "your_alarm", Decimal("0.5"))
    for lang, watch in (("en", "▲ watch"), ("en", "▲ watch"), ("zh", "▲ 关注")):
        plan = bench.fill(lang=lang)
        assert [state_of(plan, row) for row in (A, B)] == [watch, watch]
    assert not plan.unplaced


# --- any order of typing, vanishing and returning, against a plain dict ------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")),
                min_size=1, max_size=12).filter(lambda t: "_x" not in t)
VALUES = TEXTS | st.integers(-999, 10**9) | st.booleans() | st.dates(
    dt.date(2000, 1, 1), dt.date(2100, 1, 1)
) | st.decimals("-1000", "1000", places=2).map(
    lambda d: int(d) if d == int(d) else d.normalize()
)


def without_numbers_as_dates(typed: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """In a date column a spreadsheet program makes a date of any number."""
    return {at: v for at, v in typed.items()
            if at[1] != "due" or isinstance(v, str | dt.date)}


ROWS = st.sets(st.sampled_from([A, B, C]))
STEPS = st.lists(st.tuples(
    st.dictionaries(st.tuples(st.sampled_from([A, B, C]), st.sampled_from(INPUTS)), VALUES,
                    max_size=4).map(without_numbers_as_dates),
    ROWS, st.booleans(), st.sampled_from(["en", "zh"]),
), max_size=5)


def translated(field: str, value: Any, lang: str) -> Any:
    pairs = [("yes", "是"), ("no", "否")] if field == "done" else []
    return next((pair[lang == "zh"] for pair in pairs if value in pair), value)


def live(bench: Bench, steps: list[Any]) -> None:
    """Plays the steps and compares with a dict after each."""
    there = {A, B, C}
    bench.fill()
    expected: dict[tuple[str, str], Any] = {}
    for typed, rows, turn, lang in steps:
        mine = {at: value for at, value in typed.items() if at[0] in there}
        for (row, field), value in mine.items():
            bench.person.type_in("things", row, field, value)
        if turn and isinstance(bench.person, Person):
            bench.person.reverse("things")
        expected |= mine
        there = rows
        plan = bench.fill({row: AMOUNTS[row] for row in sorted(there)}, lang)
        expected = {
            (row, field): translated(field, value, lang) if row in there else value
            for (row, field), value in expected.items()
        }
        assert inputs_of(plan) == {at: v for at, v in expected.items() if at[0] in there}
        assert {(at[1], at[2]): v for at, v in plan.unplaced} == {
            at: v for at, v in expected.items() if at[0] not in there
        }


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_any_order_of_typing_and_refilling_in_memory(steps: list[Any]) -> None:
    live(memory(Path()), steps)


@given(STEPS)
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_typing_sorting_and_refilling_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    live(xlsx(tmp_path_factory.mktemp("steps")), steps)
