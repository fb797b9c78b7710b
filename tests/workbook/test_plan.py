"""The plan: what people typed is put back, statuses follow the rules, nothing is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.small import INPUTS, THINGS, US, inputs_of, small_plan
from tests.workbook.evaluate import Sheet, differences
from workbook.formulas import Formula
from workbook.model import Label
from workbook.plan import Plan, PlannedRow, State, in_words, label_of, unit_of, unplaced
from workbook.rules import rulebook
from workbook.standard import left_over_tab, rule_key
from workbook.template import Bound, Field, Input, Measure, field_id

A, B = "US|A", "US|B"
AMOUNTS = {A: (Decimal(30), Decimal(100)), B: (Decimal(50), Decimal(100))}
MONEY = st.none() | st.decimals(0, 10_000, places=2)


def value(row: PlannedRow, field: str) -> Any:
    cell = row.cells[field]
    return cell.cell.value if isinstance(cell, Formula) else cell.value


def planned(plan: Plan, key: str) -> PlannedRow:
    return next(row for row in plan.block("things").rows if row.key == key)


@given(st.dictionaries(st.sampled_from([A, B, "US|C"]), st.tuples(MONEY, MONEY)),
       st.none() | st.floats(0, 2), st.none() | st.floats(0, 2), st.sampled_from(["en", "zh"]))
def test_what_is_cached_is_what_the_formulas_compute(
    amounts: Any, target: float | None, alarm: float | None, lang: str
) -> None:
    key = next(rule_key(rule) for rule in rulebook() if rule.id == "acos")
    typed = {("rules", key, f"your_{which}"): bound
             for which, bound in (("target", target), ("alarm", alarm)) if bound is not None}
    assert differences(small_plan(amounts, State(dict(typed)), lang)) == []


@given(st.sampled_from(["acos", "days_of_cover"]), st.booleans(), st.booleans(),
       st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 11, 15), dt.date(2026, 11, 16)]),
       st.sampled_from([dt.date(2026, 11, 14), dt.date(2026, 11, 15), dt.date(2027, 1, 1)]))
def test_dated_and_scoped_rules_are_looked_up_as_they_are_meant(
    id: str, scoped: bool, ends: bool, day: dt.date, last: dt.date
) -> None:
    """The Rules sheet finds by formula the row that `rule_for` finds by code."""
    row: dict[str, Any] = {"id": id, "target": 0.1, "alarm": 0.2, "valid_from": day}
    row |= {"marketplace": "US"} if scoped else {}
    row |= {"valid_to": last} if ends else {}
    assert differences(small_plan(AMOUNTS, overrides=(row, {"id": "acos", "target": 0.4}))) == []


def test_changing_a_part_changes_ratio_and_status() -> None:
    sheet = Sheet(small_plan(AMOUNTS), {("things", A, "ad_spend"): 90})
    assert sheet.value("things", A, "acos") == 0.9
    assert sheet.value("things", A, "status:acos") == "■ bad"
    assert sheet.value("things", B, "acos") == 0.5


def test_rows_are_ranked_and_inputs_follow_their_rows() -> None:
    typed = State({("things", A, "note"): "cheap", ("things", B, "note"): "dear"})
    plan = small_plan(AMOUNTS, typed)
    assert [row.key for row in plan.block("things").rows] == [B, A]
    turned = small_plan({A: (Decimal(80), Decimal(100)), B: AMOUNTS[B]}, typed)
    assert [row.key for row in turned.block("things").rows] == [A, B]
    assert inputs_of(plan) == inputs_of(turned) == {(A, "note"): "cheap", (B, "note"): "dear"}


def test_what_has_no_place_is_kept_whatever_is_missing() -> None:
    lost = {("things", "US|gone", "note"): "row gone", ("things", A, "gone"): "column gone",
            ("gone", A, "note"): "table gone"}
    plan = small_plan(AMOUNTS, State(lost | {("things", A, "note"): "here"}))
    assert dict(plan.unplaced) == lost
    tab = plan.tabs[-1]
    assert tab.id == "left_over" and len(tab.blocks[0].rows) == 3
    assert not small_plan(AMOUNTS, State({("things", A, "note"): "here"})).unplaced


@given(st.dictionaries(st.tuples(st.just("things"), st.sampled_from([A, B, "US|C"]),
                                 st.sampled_from(INPUTS)), st.integers(), max_size=8),
       st.sets(st.sampled_from([A, B, "US|C"])))
def test_every_typed_cell_is_placed_or_left_over_and_never_both(
    typed: dict[tuple[str, str, str], Any], rows: set[str]
) -> None:
    plan = small_plan({row: AMOUNTS[A] for row in rows}, State(dict(typed)))
    placed = {("things", *at): value for at, value in inputs_of(plan).items()}
    assert placed | dict(plan.unplaced) == typed
    assert not placed.keys() & dict(plan.unplaced).keys()


def test_left_over_cells_name_their_place_and_type() -> None:
    (block,) = left_over_tab([(("things", A, "due"), dt.date(2026, 11, 20))], "zh").blocks
    (row,) = block.rows
    assert [value(row, n) for n in ("block", "row", "field", "value", "kind")] == [
        "things", A, "due", dt.date(2026, 11, 20), "date"]


def test_unplaced_ignores_machine_cells_of_the_same_name() -> None:
    plan = small_plan(AMOUNTS)
    state = State({("things", A, "ad_spend"): 5})
    assert unplaced([plan.block("things")], state) == ((("things", A, "ad_spend"), 5),)


@pytest.mark.parametrize(("typed", "lang", "said"), [
    ("yes", "zh", "是"), ("是", "en", "yes"), ("no", "en", "no"), ("maybe", "zh", "maybe"),
    (None, "zh", None), (1, "zh", 1),
])
def test_choices_are_said_in_the_sheets_language(typed: Any, lang: str, said: Any) -> None:
    done = next(f for f in THINGS.fields if isinstance(f, Input) and f.name == "done")
    assert in_words(done, typed, lang) == said


def test_without_a_rule_row_in_force_nothing_is_said() -> None:
    """A bound that is blank makes the status a dash, in the cache and in the formula."""
    plan = small_plan({A: AMOUNTS[A]})
    sheet = Sheet(plan, {("rules", row.key, "key"): "" for row in plan.block("rules").rows})
    assert sheet.value("things", A, "target:acos") == ""
    assert sheet.value("things", A, "status:acos") == "–"


@pytest.mark.parametrize("item", THINGS.fields, ids=field_id)
def test_every_field_has_a_header_in_both_languages(item: Field) -> None:
    assert label_of(item, "en") and label_of(item, "zh")
    if isinstance(item, Measure | Bound):
        assert unit_of(item) is not None


def test_the_state_of_a_new_sheet_is_nothing() -> None:
    assert State() == State({}) and State().typed is not State().typed
    assert US.currency == "USD" and Label("a", "b")["zh"] == "b"
    assert value(planned(small_plan(AMOUNTS), A), "acos") == 0.3
