"""The weekly report in a spreadsheet: counted calls, and the same cells as in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.google.canvas import MARK
from sync.surfaces.google.formats import cell_format
from sync.surfaces.xlsx import XlsxFile
from tests.conftest import Example
from tests.contract.google import Desk, desk
from tests.contract.person import header_of, load
from workbook.formulas import Formula
from workbook.plan import Plan, State
from workbook.template import Kind, field_id

BLOCKS = blocks_of("weekly_report")


@pytest.fixture(scope="module")
def plan(example: Example) -> Plan:
    return plan_for(example.context, Request("weekly_report", period="2026-W46"), State())


@pytest.fixture(scope="module")
def filled(plan: Plan) -> Any:
    with desk() as made:
        sheet = made.open(BLOCKS)
        sheet.read()
        sheet.apply(plan)
        made.first = dict(sheet.api.calls)  # type: ignore[attr-defined]
        yield made


def again(made: Desk, plan: Plan) -> dict[str, int]:
    sheet = made.open(BLOCKS)
    sheet.read()
    sheet.apply(plan)
    return sheet.api.calls


def test_a_report_with_charts_is_one_read_and_one_write(filled: Any, plan: Plan) -> None:
    assert filled.first == {"read": 1, "write": 1}
    assert len(plan.tabs) >= 6
    charts = sum(len(s.charts) for s in filled.server.books[filled.id].sheets)
    assert charts == sum(p.block.kind is Kind.CHART and bool(p.rows)
                         for tab in plan.tabs for p in tab.blocks) > 0
    assert filled.server.log.number("Write") == 1


def test_unchanged_numbers_are_one_read(filled: Any, plan: Plan) -> None:
    assert again(filled, plan) == {"read": 1, "write": 0}
    later = replace(plan, tabs=tuple(
        replace(tab, heading=(*tab.heading[:2], "Filled later")) if tab.heading else tab
        for tab in plan.tabs))
    assert again(filled, later) == {"read": 1, "write": 0}, "that time went by is no change"


def test_every_cell_is_the_same_as_in_the_file(
    filled: Any, plan: Plan, tmp_path: Path
) -> None:
    """By block, row key and column: values, computed values of formulas, number formats."""
    path = tmp_path / "weekly.xlsx"
    XlsxFile(path, BLOCKS).apply(plan)
    book, found = load(path, values=True), filled.person.book()
    compared = 0
    for planned in (p for tab in plan.tabs for p in tab.blocks if p.block.kind is Kind.TABLE):
        sheet, header = header_of(book, planned.id)
        tab, table = found.tables[planned.id]
        keys = {sheet.cell(r, 1).value: r for r in range(header + 1, sheet.max_row + 1)}
        assert table.rows.keys() == {k for k in keys if k}
        for number, item in enumerate(planned.block.fields):
            for row in planned.rows:
                cell = sheet.cell(keys[row.key], number + 2)
                other = tab.cell(table.rows[row.key], table.columns[field_id(item)])
                wanted = row.cells.get(field_id(item))
                live = isinstance(wanted, Formula)
                assert live == ("formulaValue" in other.get("userEnteredValue", {})), other
                value = next(iter(other.get("effectiveValue", {}).values()), None)
                assert same(cell, value), (planned.id, row.key, field_id(item), cell.value, other)
                shown = cell_format({"num_format": cell.number_format}).get("numberFormat", {})
                own = other.get("userEnteredFormat", {}).get("numberFormat", {})
                if own.get("type") != "TEXT":
                    assert own == shown, (planned.id, row.key, field_id(item))
                compared += 1
    assert compared > 2000


def same(cell: Any, other: Any) -> bool:
    value: Any = cell.value
    if value in (None, "") or other in (None, ""):
        return (value in (None, "")) == (other in (None, ""))
    if cell.is_date:
        from openpyxl.utils.datetime import to_excel

        value = to_excel(value)
    if isinstance(value, int | float):
        return bool(abs(value - other) <= 1e-9 * max(1, abs(value)))
    return bool(value == other)


def test_rules_and_choices_are_those_of_the_file(filled: Any, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "weekly.xlsx"
    XlsxFile(path, BLOCKS).apply(plan)
    book = load(path)
    sheets = {s.title: s for s in filled.server.books[filled.id].sheets}
    for sheet in book:
        if sheet.title not in sheets:
            continue
        rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
        ours = [r for r in sheets[sheet.title].rules]
        assert len(ours) == len(rules), sheet.title
        assert all(MARK in r["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
                   for r in ours)


def test_tabs_may_be_renamed_and_reordered(filled: Any, plan: Plan) -> None:
    hands = filled.person.hands
    title = filled.person.book().tables["top_skus"][0].title
    hands.rename_tab(title, "My SKUs")
    hands.move_tab("My SKUs", 1)
    count = len(hands.tabs())
    calls = again(filled, plan)
    assert calls["read"] == 1 and len(hands.tabs()) == count and "My SKUs" in hands.tabs()
    assert again(filled, plan) == {"read": 1, "write": 0}


def test_a_deleted_tab_is_made_again(filled: Any, plan: Plan) -> None:
    hands = filled.person.hands
    title = filled.person.book().tables["trend"][0].title
    hands.delete_tab(title)
    again(filled, plan)
    assert title in hands.tabs()
    assert again(filled, plan) == {"read": 1, "write": 0}
