"""A small shop for the daily check: report files written by hand, imported, planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros import jobs, settings
from macros.fill import Request, plan_for
from workbook.formulas import Formula
from workbook.plan import Plan, PlannedRow, State

DAY = dt.date(2026, 11, 15)
NOW = dt.datetime(2026, 11, 16, 16, 45)
CAMPAIGN = ("Date,Campaign Name,Status,Currency,Budget,Targeting Type,Impressions,Clicks,Spend,"
            "7 Day Total Orders (#),7 Day Total Sales")
ITEM = ("(Parent) ASIN,(Child) ASIN,Title,SKU,Sessions - Total,Page Views - Total,"
        "Featured Offer (Buy Box) Percentage,Units Ordered,Unit Session Percentage,"
        "Ordered Product Sales,Total Order Items")
STOCK = ("sku,fnsku,asin,product-name,condition,afn-fulfillable-quantity,afn-reserved-quantity,"
         "afn-total-quantity,afn-inbound-working-quantity,afn-inbound-shipped-quantity,"
         "afn-inbound-receiving-quantity,afn-unsellable-quantity")


def days_before(count: int) -> list[dt.date]:
    """The last `count` days, the oldest first."""
    return [DAY - dt.timedelta(days=n) for n in range(count - 1, -1, -1)]


@dataclass(frozen=True)
class Shop:
    """One US store in a folder of its own."""

    folder: Path

    @property
    def context(self) -> jobs.Context:
        store = {"OPSHEET_STORE": str(self.folder / "shop.duckdb")}
        return jobs.Context(settings.load(self.folder, store), NOW)

    def imports(self, name: str, lines: list[str], period: str = "") -> None:
        """Writes a file and imports it; it must be taken whole."""
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = list(jobs.import_paths(self.context, [path], store="Shop", marketplace="US",
                                       period=period))
        assert [o.status for o in found] in (["imported"], ["replaced"]), found

    def campaigns(self, spent: Mapping[str, tuple[float, float]], days: int = 7) -> None:
        """Campaign -> spend and ad sales of each of the last days; the budget is 50 a day."""
        self.imports("campaigns.csv", [CAMPAIGN, *(
            f'"{day:%b %d, %Y}",{name},ENABLED,USD,$50.00,Manual targeting,1000,50,${spend:.2f},'
            f"1,${sales:.2f}" for day in days_before(days)
            for name, (spend, sales) in spent.items())])

    def sold(self, units: Mapping[str, int], until: dt.date = DAY, days: int = 28) -> None:
        """SKU -> units of the `days` days until a day, at 10 USD each, in one report."""
        period = f"{until - dt.timedelta(days=days - 1)}..{until}"
        self.imports(f"items {period}.csv", [ITEM, *(
            f"B0{sku:0>8},B0{sku:0>8},A thing,{sku},{100 * n + 100},{200 * n + 200},100%,{n},"
            f"1%,${10 * n}.00,{n}" for sku, n in units.items())], period)

    def stock(self, units: Mapping[str, int], day: dt.date = DAY) -> None:
        """SKU -> units that can be sold."""
        self.imports(f"stock {day}.csv", [STOCK, *(
            f"{sku},X0{sku},B0{sku:0>8},A thing,New,{n},0,{n},0,0,0,0"
            for sku, n in units.items())], str(day))

    def products(self, lead: Mapping[str, int | None], category: str = "Storage") -> None:
        """SKU -> lead time."""
        self.imports("products.csv", [
            "sku,asin,name,owner,lead_time_days_sea,category",
            *(f"{sku},B0{sku:0>8},Thing {sku},Wang Min,{'' if days is None else days},{category}"
              for sku, days in lead.items())])

    def plan(
        self, typed: Mapping[tuple[str, str, str], Any] | None = None, lang: str = "en",
        day: dt.date = DAY,
    ) -> Plan:
        return plan_for(self.context, Request("daily_check", period=str(day), lang=lang),
                        State(dict(typed or {}), cells=set(typed or {})))


def value(row: PlannedRow, field: str) -> Any:
    cell = row.cells[field]
    return cell.cell.value if isinstance(cell, Formula) else cell.value


def row_of(plan: Plan, block: str, key: str) -> PlannedRow:
    rows = plan.block(block).rows
    return next(r for r in rows if r.key == key)


def word_of(plan: Plan, block: str, key: str, field: str) -> str:
    """A status without its symbol."""
    return str(value(row_of(plan, block, key), field)).split()[-1]
