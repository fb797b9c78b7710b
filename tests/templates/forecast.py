"""A small store for the forecast sheet's tests: weeks of units by SKU in report files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from macros import jobs
from macros.fill import Request, plan_for
from macros.settings import Settings
from tests.sync.store.reports import Store
from workbook.formulas import Formula
from workbook.model import Cell, Period, week_of
from workbook.plan import Plan, PlannedRow, State

LAST = week_of(dt.date(2026, 11, 15))
HEAD = ("(Parent) ASIN,(Child) ASIN,Title,SKU,Sessions - Total,Page Views - Total,"
        "Featured Offer (Buy Box) Percentage,Units Ordered,Unit Session Percentage,"
        "Ordered Product Sales,Total Order Items")


class Shop(Store):
    """A store in the United States whose last closed week is 2026-W46."""

    @property
    def context(self) -> jobs.Context:
        return jobs.Context(Settings(store="S", store_path=self.folder / "s.duckdb"),
                            dt.datetime(2026, 11, 17, 12))

    def week(self, week: Period, units: dict[str, int], *, price: int = 10,
             featured: str = "100%") -> None:
        """A report by child item of a week; the first letter of a SKU is its parent."""
        lines = [HEAD]
        for n, (sku, sold) in enumerate(units.items()):
            lines.append(f"B0PARENT0{sku[0]},B0CHILD{n:03},T,{sku},100,100,{featured},{sold},"
                         f"{sold / 100:.2%},${sold * price}.00,{sold}")
        self.put("\n".join(lines) + "\n", f"items {week.start}..{week.end}.csv")

    def weeks(self, **units: list[int]) -> None:
        """Each SKU's units, the last one in 2026-W46."""
        count = max(map(len, units.values()))
        for n in range(count):
            self.week(LAST.shifted(n - count + 1),
                      {sku: sold[n] for sku, sold in units.items()})

    def table(self, *lines: str) -> None:
        """One of the user's own tables."""
        self.put("\n".join(lines) + "\n", "table.csv", market="")

    def plan(self, typed: dict[tuple[str, str, str], Any] | None = None, lang: str = "en") -> Plan:
        return plan_for(self.context, Request("sales_forecast", period="2026-W46", lang=lang),
                        State(typed=typed or {}, cells=set(typed or {})))


def row(plan: Plan, block: str, key: str) -> PlannedRow:
    return next(r for r in plan.block(block).rows if r.key == key)


def cell(plan: Plan, block: str, key: str, field: str) -> Cell:
    found = row(plan, block, key).cells[field]
    return found.cell if isinstance(found, Formula) else found


def value(plan: Plan, block: str, key: str, field: str) -> Any:
    return cell(plan, block, key, field).value
