"""The weekly report in a spreadsheet: counted calls, and people who move its tabs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from tests.conftest import Example
from tests.contract.google import Desk, desk
from workbook.plan import Plan, State
from workbook.template import Kind

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
