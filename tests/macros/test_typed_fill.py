"""Fills that know what people typed: the Typed tab, rules of their time, other stores, copies."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from macros import jobs
from macros.explain import explain
from macros.fill import Request, blocks_of, fill
from sync.store import typed as history
from sync.surfaces import Receipt
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from tests.contract.person import Person, header_of, load, opened
from tests.sync.store.reports import NOW, Sale, Store, by_date
from tests.sync.store.test_overlaps import DAY, MONDAY
from workbook.formulas import Formula
from workbook.model import Value, week_of
from workbook.plan import Plan
from workbook.rules import rulebook
from workbook.standard import rule_key

BLOCKS = blocks_of("weekly_report")
WEEK, BEFORE = week_of(MONDAY).label(), week_of(MONDAY - 7 * DAY).label()
ACOS = next(rule_key(rule) for rule in rulebook() if rule.id == "acos")
NOTE = "tasks", f"restock_sync|{WEEK}", "note"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.put(by_date({MONDAY + n * DAY: Sale(Decimal(10), 1, 1, 5, 9) for n in range(-7, 7)}))
    return made


def filled(
    store: Store, surface: Memory, period: str = WEEK, minute: int = 0, lang: str = "en",
    name: str = "",
) -> tuple[Plan, Receipt]:
    context = jobs.Context(store.context.settings, NOW + dt.timedelta(minutes=minute))
    receipt = fill(context, Request("weekly_report", name, period=period, lang=lang), surface)
    assert surface.plan is not None
    return surface.plan, receipt


def rows_of(plan: Plan, block: str) -> list[dict[str, Value]]:
    return [{name: cell.cell.value if isinstance(cell, Formula) else cell.value
             for name, cell in row.cells.items()} for row in plan.block(block).rows]


def said(store: Store, name: str = "S") -> list[Value]:
    with store.context.database.session() as con:
        return [one.value for one in history.read(con, name).all()]


def acos_target(plan: Plan) -> Value:
    """The target that the sheet's formulas look up for a general acos rule."""
    return next(row["target"] for row in rows_of(plan, "rules")
                if str(row["key"]).startswith("acos:"))


def test_a_past_week_is_recomputed_under_the_rules_of_its_time(store: Store) -> None:
    table = store.folder / "rules.csv"
    table.write_text(f"rule,target,valid_from\nacos,0.21,{MONDAY}\nacsos,1,{MONDAY}\n")
    assert [o.status for o in jobs.import_paths(store.context, [table], store="S")] == ["imported"]
    surface = Memory()
    plan, receipt = filled(store, surface)
    assert acos_target(plan) == Decimal("0.21")
    assert any("There is no rule 'acsos'" in note and "acos" in note for note in receipt.notes)
    assert acos_target(filled(store, surface, BEFORE)[0]) == Decimal("0.3333")
    surface.type_in("rules", ACOS, "your_target", Decimal("0.19"))
    for period in (BEFORE, WEEK):
        assert acos_target(filled(store, surface, period)[0]) == Decimal("0.19")


def test_a_bound_typed_in_one_workbook_is_the_default_of_others(store: Store) -> None:
    one, two = Memory("one.xlsx"), Memory("two.xlsx")
    filled(store, one)
    one.type_in("rules", ACOS, "your_target", Decimal("0.2"))
    filled(store, one)
    for surface, period, target in (
            (two, WEEK, "0.2"), (two, BEFORE, "0.3333"), (one, WEEK, "0.2")):
        plan, _ = filled(store, surface, period)
        assert acos_target(plan) == Decimal(target)
    row = next(row for row in rows_of(filled(store, two)[0], "rules") if row["rule"] == "acos")
    assert (row["your_target"], row["default_target"], row["source"]) == (
        None, Decimal("0.2"), "one.xlsx")


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("Rules", "ACoS · all marketplaces", "target")),
    ("zh", ("规则", "ACoS · 所有站点", "目标"))])
def test_the_typed_tab_shows_what_counts_and_who_disagrees(
    store: Store, lang: str, words: tuple[str, str, str]
) -> None:
    one, two = Memory("one.xlsx"), Memory("two.xlsx")
    assert "typed" not in {tab.id for tab in filled(store, one)[0].tabs}
    filled(store, two)
    for minute, (surface, value) in enumerate(((one, "0.2"), (two, "0.1"))):
        surface.type_in("rules", ACOS, "your_target", Decimal(value))
        plan, _ = filled(store, surface, lang=lang, minute=minute)
    store.put("category,kpi,valid_from,value\nkitchen,acos,2026-01-01,0.3\n", "b.csv")
    plan, _ = filled(store, two, lang=lang, minute=5)
    first, second = rows_of(plan, "typed")
    assert (first["topic"], first["about"], first["field"]) == words
    assert (first["value"], first["file"]) == (Decimal("0.1"), "two.xlsx")
    assert (first["other"], first["other_file"]) == (Decimal("0.2"), "one.xlsx")
    assert "other" not in second and str(second["file"]).endswith("b.csv")


def test_a_value_that_gives_way_is_told_with_both_values(store: Store) -> None:
    one, two = Memory("one.xlsx"), Memory("two.xlsx")
    filled(store, one)
    filled(store, two)
    one.type_in(*NOTE, "call")
    filled(store, one)
    two.type_in(*NOTE, "write")
    filled(store, two, minute=5)
    _, receipt = filled(store, one, minute=6)
    assert any("call of this workbook gave way to write of two.xlsx" in note
               for note in receipt.notes)
    assert not any("gave way" in note for note in filled(store, one, minute=7)[1].notes)
    assert said(store) == ["call", "write"]


def test_a_workbook_filled_for_another_store_leaves_its_cells_to_its_own(
    store: Store, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(by_date({MONDAY + n * DAY: Sale(Decimal(7), 1, 1, 5, 9) for n in range(7)}))
    assert [o.status for o in jobs.import_paths(
        store.context, [other], store="T", marketplace="US")] == ["imported"]
    surface = Memory()
    filled(store, surface, name="S")
    surface.type_in(*NOTE, "mine")
    plan, receipt = filled(store, surface, name="T")
    assert (said(store), said(store, "T")) == (["mine"], [])
    assert "mine" not in [row["note"] for row in rows_of(plan, "tasks")] and not plan.unplaced
    assert any("typed here for S" in note for note in receipt.notes)
    plan, _ = filled(store, surface, name="S")
    assert "mine" in [row["note"] for row in rows_of(plan, "tasks")]


# --- real files -------------------------------------------------------------------------


def refill(store: Store, path: Path) -> Receipt:
    return fill(store.context, Request("weekly_report", period=WEEK), XlsxFile(path, BLOCKS))


def test_a_renamed_file_keeps_its_bounds_and_a_copy_says_its_own(
    store: Store, tmp_path: Path
) -> None:
    path, new = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    refill(store, path)
    Person(path, BLOCKS).type_in("rules", ACOS, "your_target", 0.2)
    refill(store, path)
    refill(store, path)
    path.rename(new)
    Person(new, BLOCKS).type_in("rules", ACOS, "your_target", None)
    refill(store, new)
    third = tmp_path / "c.xlsx"
    refill(store, third)
    sheet, header = header_of(load(third, values=True), "rules")
    column = Person(third, BLOCKS).column(sheet, header, "rules", "default_target")
    assert 0.2 not in [sheet.cell(r, column).value for r in range(header + 1, sheet.max_row + 1)]
    shutil.copy(new, tmp_path / "d.xlsx")
    Person(tmp_path / "d.xlsx", BLOCKS).type_in("rules", ACOS, "your_target", 0.1)
    refill(store, tmp_path / "d.xlsx")
    assert XlsxFile(new, BLOCKS).read().typed == {}


def test_a_formula_that_nothing_has_reckoned_is_not_an_emptied_cell(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    refill(store, path)
    Person(path, BLOCKS).type_in(*NOTE, "call")
    refill(store, path)
    person = Person(path, BLOCKS)
    with opened(path) as book:
        sheet, header = header_of(book, "tasks")
        row = next(r for r in range(header, sheet.max_row + 1) if sheet.cell(r, 1).value == NOTE[1])
        sheet.cell(row, person.column(sheet, header, "tasks", "note")).value = "=1+1"
    refill(store, path)
    assert said(store) == ["call"]


def test_explain_tells_when_where_and_what_else_was_said(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    refill(store, path)
    for value in ("call", "write"):
        Person(path, BLOCKS).type_in(*NOTE, value)
        with opened(path) as book:
            book.properties.lastModifiedBy = "王敏"
        refill(store, path)
    sheet, header = header_of(load(path), "tasks")
    row = next(r for r in range(header, sheet.max_row + 1) if sheet.cell(r, 1).value == NOTE[1])
    cell = sheet.cell(row, Person(path, BLOCKS).column(sheet, header, "tasks", "note"))
    told = explain(store.context, path, f"{sheet.title}!{cell.coordinate}").says
    assert any(t.startswith("counts: write, said 20") and "a.xlsx by 王敏" in t for t in told)
    assert any(t.startswith("also said: call") for t in told)
