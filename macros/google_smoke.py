"""A live check against Google itself: `python -m macros.google_smoke SPREADSHEET`.

What no local server can show. Uses the credentials of `opsheet google login`, fills the Legend and
Rules tabs and a small table into a spreadsheet of yours, and says what to look at. Use an empty
spreadsheet; it makes about ten calls.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

from sync.surfaces.google import GoogleSheet
from sync.surfaces.google.check import check
from sync.surfaces.google.credentials import login, refuse_id
from workbook import standard
from workbook.answer import Group
from workbook.errors import OpsheetError
from workbook.model import Cell, Label, Unit, Value, week_of
from workbook.plan import Plan, PlannedTab, State
from workbook.planning import Planner
from workbook.rows import Row
from workbook.rules import rulebook
from workbook.template import Block, Dim, Grain, Input, Kind, Series, Tab, Template

SMOKE = Block("smoke", Kind.TABLE, Label("Smoke", "试填"), fields=(
    Dim("name", Label("Name", "品名"), 16), Dim("amount", Label("Amount", "金额"), 10, Unit.MONEY),
    Input("note", Label("Note", "备注"), 24), Input("due", Label("Due", "截止日期"), date=True)))
CHART = Block("smoke_chart", Kind.CHART, Label("Amounts", "金额"), source="smoke",
              series=(Series("amount"),))
TEMPLATE = Template("smoke", Label("Smoke", "试填"), Grain.WEEK,
                    (Tab("smoke", SMOKE.label, (SMOKE, CHART)),))
BLOCKS = TEMPLATE.blocks() | {"rules": standard.RULES}


def plan_of(state: State, more: int) -> Plan:
    """Three rows in two currencies; `more` makes the numbers differ."""
    week = week_of(dt.date.today())
    planner = Planner(rulebook(), week, "en", state)
    rows = []
    for name, currency, amount in (("A", "USD", 1234.5), ("B", "EUR", 0.25), ("C", "USD", -80)):
        row = Row(f"{currency}|{name}", Group(name, currency))
        row.cells |= {"name": Cell(name), "amount": Cell(amount + more, currency=currency)}
        rows.append(row)
    table = planner.table(SMOKE, rows)
    tabs = (PlannedTab("smoke", "Smoke", (table, planner.chart(CHART, table, None))),
            standard.rules_tab(planner.rules, state, week, "en"), standard.legend_tab("en"))
    names: dict[str, Value] = {"ops_scope": "smoke", "ops_period_start": week.start,
                               "ops_period_end": week.end}
    return Plan(TEMPLATE, "en", week, tabs, names)


def run(spreadsheet: str) -> None:
    """Checks, fills, fills again, and counts."""
    id, who = refuse_id(spreadsheet), login()
    print(f"'{check(id, who)}' can be read and written.")
    for words, more in (("first fill", 0), ("unchanged", 0), ("other numbers", 7)):
        started, sheet = time.monotonic(), GoogleSheet(id, BLOCKS, who=who)
        receipt = sheet.apply(plan_of(sheet.read(), more))
        print(f"{words}: {sheet.api.calls}, {receipt.cells} cells, "
              f"{time.monotonic() - started:.1f} s")
    print("Expected: 1 read + 1 write, 1 read + 0 writes, 1 read + 1 write (the first fill may "
          "find an older one).\nNow look at the spreadsheet as docs/google.md says.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        run(sys.argv[1])
    except OpsheetError as error:
        sys.exit("\n  ".join(error.lines()))
