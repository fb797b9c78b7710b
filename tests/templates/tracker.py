"""What the tests of the ASIN daily tracker share: the example store's plan and its cells."""

from __future__ import annotations

from typing import Any

from macros.fill import Request, plan_for
from tests.conftest import Example
from workbook.formulas import Formula
from workbook.plan import Plan, PlannedRow, State, Typed

NAME, DAY = "asin_daily_tracker", "2026-11-15"
FALLING, CHOSEN = "B0EX000003", "US B0EX000001"


def planned(example: Example, lang: str = "en", typed: dict[Typed, Any] | None = None) -> Plan:
    state = State(typed=typed or {}, cells=set(typed or {}), source="team.xlsx")
    return plan_for(example.context, Request(NAME, period=DAY, lang=lang), state)


def row(plan: Plan, block: str, key: str) -> PlannedRow:
    return next(r for r in plan.block(block).rows if r.key == key)


def value(plan: Plan, block: str, key: str, field: str) -> Any:
    cell = row(plan, block, key).cells[field]
    return cell.cell.value if isinstance(cell, Formula) else cell.value


def keys(plan: Plan, block: str) -> list[str]:
    return [r.key for r in plan.block(block).rows]
