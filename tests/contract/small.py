"""A small template with every kind of field, and plans of it from a few amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workbook import standard
from workbook.answer import Group
from workbook.model import Cell, Label, Period, Unit, Value
from workbook.plan import Plan, PlannedTab, State, unplaced
from workbook.planning import Planner
from workbook.rows import Row, relative
from workbook.rules import rulebook
from workbook.template import (
    Block,
    Bound,
    Change,
    Dim,
    Grain,
    Input,
    Kind,
    Measure,
    Status,
    Tab,
    Template,
)

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
US = Group("US", "USD")
THINGS = Block(
    "things", Kind.TABLE, Label("Things", "事物"), by=("campaign",), rank="ad_spend",
    fields=(
        Dim("marketplace", Label("Marketplace", "站点")), Dim("name", Label("Name", "品名"), 20),
        Measure("ad_spend"), Measure("ad_sales"), Measure("acos"), Change("acos"),
        Status("acos", of="acos"),
        Input("note", Label("Note", "备注"), 28), Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True),
        Input("done", Label("Done", "完成"), 9, choices=(Label("yes", "是"), Label("no", "否"))),
        Input("budget", Label("Budget", "预算"), 9, Unit.MONEY),
        Bound("acos", "target"), Bound("acos", "alarm"),
        Measure("ad_spend", -1, folded=True), Measure("ad_sales", -1, folded=True),
        Measure("acos", -1, folded=True),
    ),
)
TEMPLATE = Template("small", Label("Small", "小表"), Grain.WEEK,
                    (Tab("things", Label("Things", "事物"), (THINGS,)),))
BLOCKS = TEMPLATE.blocks() | {"rules": standard.RULES}
INPUTS = tuple(field.name for field in THINGS.fields if isinstance(field, Input))
Amounts = Mapping[str, tuple[Any, Any]]  # row key -> (spend, sales)


def thing(key: str, spend: Any, sales: Any) -> Row:
    """A row; the week before it spent 10 on sales of 40."""
    row = Row(key, US)
    now = None if spend is None or not sales else float(Decimal(spend) / Decimal(sales))
    row.cells |= {
        "marketplace": Cell("US"), "name": Cell(key.partition("|")[2]),
        "ad_spend": Cell(spend), "ad_sales": Cell(sales), "acos": Cell(now),
        "ad_spend@-1": Cell(Decimal(10)), "ad_sales@-1": Cell(Decimal(40)), "acos@-1": Cell(0.25),
        "change:acos": Cell(relative(Unit.SHARE, now, 0.25)),
    }
    return row


def small_plan(
    amounts: Amounts, typed: State | None = None, lang: str = "en", period: Period = WEEK,
    overrides: tuple[dict[str, Any], ...] = (), things: Block = THINGS,
) -> Plan:
    """The plan of the small template, as a fill makes it; `things` in place of its own block."""
    state = typed or State()
    rules = rulebook(overrides)
    planner = Planner(standard.typed_rules(rules, state), period, lang, state)
    table = planner.table(things, [thing(key, *both) for key, both in amounts.items()])
    rules_tab = standard.rules_tab(rules, state, period, lang)
    lost = unplaced([table, *rules_tab.blocks], state)
    tabs = [PlannedTab("things", THINGS.label[lang], (table,)), rules_tab,
            standard.legend_tab(lang)]
    if lost:
        tabs.append(standard.left_over_tab(lost, lang))
    names: dict[str, Value] = {
        "ops_scope": f"{period.label()} · small", "ops_period_start": period.start,
        "ops_period_end": period.end,
    }
    template = replace(TEMPLATE, tabs=(Tab("things", THINGS.label, (things,)),))
    return Plan(template, lang, period, tuple(tabs), names, lost)


def inputs_of(plan: Plan) -> dict[tuple[str, str], Value]:
    """(row key, field) -> what stands in the input cells of the small table."""
    return {
        (row.key, name): cell.value
        for row in plan.block("things").rows
        for name in INPUTS
        if isinstance(cell := row.cells[name], Cell) and cell.value is not None
    }
