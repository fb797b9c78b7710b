"""A small store for the scorecard's tests: round numbers in report files, imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from macros import jobs
from macros.fill import Request, fill, plan_for
from macros.settings import Settings
from sync.store.sources import Declared
from sync.surfaces.memory import Memory
from tests.sync.store.reports import Ad, Sale, Store, by_date, campaigns
from workbook.formulas import Formula
from workbook.model import Cell, Period, month_of
from workbook.plan import Plan, PlannedRow, State, Typed

OCTOBER = month_of(dt.date(2026, 10, 1))
SEPTEMBER, NOVEMBER = OCTOBER.previous(), OCTOBER.shifted(1)
LAST_YEAR = OCTOBER.shifted(-12)
DECLARED = {"US": Declared(ad_types=("SP",)),
            "DE": Declared(ad_types=("SP",), vat_rate=Decimal(0))}
SETTLEMENT = ("settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date",
              "total-amount", "currency", "transaction-type", "order-id", "marketplace-name",
              "amount-type", "amount-description", "amount", "posted-date", "sku",
              "quantity-purchased")
STOCK = ("sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
         "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity",
         "afn-fulfillable-quantity", "afn-unsellable-quantity", "afn-reserved-quantity",
         "afn-total-quantity")


@dataclass
class Shop(Store):
    """A store with the reports of a scorecard. Its moment is the middle of December."""

    now: dt.datetime = dt.datetime(2026, 12, 20, 12)

    @property
    def context(self) -> jobs.Context:
        return jobs.Context(Settings(store="S", store_path=self.folder / "s.duckdb",
                                     declared={"S": DECLARED}), self.now)

    def sell(self, period: Period, sales: str, *, units: int = 1, sessions: int = 10,
             market: str = "US", sign: str = "$") -> None:
        """The same sales on each day."""
        day = Sale(Decimal(sales), units, units, sessions, sessions * 2)
        text = by_date({at: day for at in period.all_days()})
        self.put(text.replace("$", sign), market=market)

    def advertise(self, period: Period, spend: str, sales: str, *, market: str = "US",
                  currency: str = "USD") -> None:
        """The same ads on each day."""
        ad = Ad(5, Decimal(spend), Decimal(sales), 1)
        self.put(campaigns({(at, "C"): ad for at in period.all_days()}, currency), market=market)

    def settle(self, period: Period, amount: str, units: int, *, sku: str = "SKU-1",
               market: str = "Amazon.com", code: str = "US", currency: str = "USD") -> None:
        """One settlement from the first to the last second of the days, with one order."""
        number = f"{market}{period.start}"
        after = period.end + dt.timedelta(days=1)
        head = (number, f"{period.start} 00:00:00 UTC", f"{after} 08:00:00 UTC",
                f"{after} 08:00:00 UTC", amount, currency, *[""] * 9)
        line = (number, *[""] * 5, "Order", "111-1", market, "ItemPrice", "Principal", amount,
                f"{period.start + dt.timedelta(days=9)} 12:00:00 UTC", sku, str(units))
        self.put("\n".join("\t".join(one) for one in (SETTLEMENT, head, line)) + "\n",
                 "settlement.txt", market=code)

    def count_stock(self, day: dt.date, **units: int) -> None:
        """A snapshot: SKU -> fulfillable units ("SKU_1" is written SKU-1)."""
        rows = [(sku.replace("_", "-"), "X", "B0", "N", "New", "1", "No", "", "Yes", str(n),
                 str(n), "0", "0", str(n)) for sku, n in units.items()]
        self.put("\n".join("\t".join(one) for one in (STOCK, *rows)) + "\n",
                 f"FBA {day}.txt")

    def table(self, *lines: str) -> None:
        """One of the user's own tables."""
        self.put("\n".join(lines) + "\n", "table.csv", market="")

    # --- sheets -------------------------------------------------------------------------

    def plan(self, period: Period = OCTOBER, lang: str = "en", **typed: Any) -> Plan:
        """The plan of a month, with targets typed by row: US_acos=0.25."""
        month = period.label()
        cells: dict[Typed, Any] = {
            ("sc_kpis", f"{name.replace('_', '|', 1)}|{month}", "target"): value
            for name, value in typed.items()}
        return self.plan_of(State(typed=cells, cells=set(cells)), period, lang)

    def plan_of(self, state: State, period: Period = OCTOBER, lang: str = "en") -> Plan:
        return plan_for(self.context, Request("kpi_scorecard", period=period.label(), lang=lang),
                        state)

    def fill(self, typed: dict[Typed, Any], period: Period = OCTOBER) -> Plan:
        """Fills a sheet in which people typed: what they typed is kept in the store."""
        surface = Memory()
        for (block, key, field), said in typed.items():
            surface.type_in(block, key, field, said)
        fill(self.context, Request("kpi_scorecard", period=period.label()), surface)
        assert surface.plan is not None
        return surface.plan


def row(plan: Plan, key: str, block: str = "sc_kpis") -> PlannedRow:
    return next(r for r in plan.block(block).rows if r.key == key)


def cell(plan: Plan, key: str, field: str, block: str = "sc_kpis") -> Cell:
    found = row(plan, key, block).cells[field]
    return found.cell if isinstance(found, Formula) else found


def value(plan: Plan, key: str, field: str, block: str = "sc_kpis") -> Any:
    return cell(plan, key, field, block).value
