"""Small stores for the search-term review: report rows in, plans of the sheet out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from macros.fill import Request, plan_for
from tests.sync.store.reports import ADS, Settlement, Store, _table, new_store, settlement_v2
from workbook.formulas import Formula
from workbook.model import Value, parse_period
from workbook.plan import Plan, PlannedRow, State
from workbook.rules import DEFAULTS
from workbook.standard import rule_key

NAME, WEEK = "search_term_review", parse_period("2026-W46")
DAY = WEEK.start
CAMPAIGN, GROUP = "SP | Broad | 厨房", "A%|1"  # bars and percent signs are common in names


@dataclass(frozen=True)
class Line:
    """A row of the search term report on one day; an order brings 25."""

    term: str
    clicks: int
    orders: int = 0
    spend: str = ""  # by default 0.75 a click
    sales: str = ""
    target: str = "mat"
    match: str = "BROAD"
    campaign: str = CAMPAIGN
    group: str = GROUP
    day: Any = DAY

    def cells(self) -> tuple[Any, ...]:
        spend = self.spend or Decimal("0.75") * self.clicks
        sales = self.sales or 25 * self.orders
        return (self.day, "", "USD", self.campaign, self.group, self.target, self.match, self.term,
                self.clicks * 20, self.clicks, spend, sales, self.orders, self.orders)


def report(*lines: Line, last: Any = WEEK.end) -> str:
    """A daily report that ends with `last`."""
    end = Line("the last day", 1, day=last)
    return _table(("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name",
                   "Targeting", "Match Type", "Customer Search Term", *ADS),
                  [line.cells() for line in (*lines, end)])


def crowd(clicks: int = 50, orders: int = 5) -> list[Line]:
    """Other terms of the ad group; by default they convert at 10 %."""
    return [Line(f"other {n}", clicks, orders) for n in range(8)]


@dataclass
class Review:
    """A store with a search term report, and its sheet."""

    store: Store
    typed: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    lang: str = "en"

    def plan(self, **rules: float) -> Plan:
        """The sheet, with targets typed in its Rules tab."""
        own = {("rules", rule_key(rule), "your_target"): Decimal(repr(rules[rule.id]))
               for rule in DEFAULTS if rule.id in rules}
        typed = {**self.typed, **own}
        state = State(dict(typed), set(typed), source="review.xlsx", store="S")
        return plan_for(self.store.context, Request(NAME, period=WEEK.label(), lang=self.lang),
                        state)

    def term(self, term: str, **rules: float) -> dict[str, Value]:
        return values(only(self.plan(**rules), "st_terms", subject=term))


@contextmanager
def review(*lines: Line) -> Iterator[Review]:
    with new_store() as store:
        store.put(report(*lines))
        yield Review(store)


def products(store: Store, spend: str, *items: tuple[str, str, str]) -> None:
    """Advertised products of the ad group (SKU, ASIN, ad sales), with one day's figures."""
    store.put(_table(
        ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Advertised SKU",
         "Advertised ASIN", *ADS),
        [(day, "", "USD", CAMPAIGN, GROUP, sku, asin, 100, 10, spend, sales, 1, 1)
         for sku, asin, sales in items for day in (DAY, WEEK.end)]))


def settled(store: Store, sales: str, cost: str) -> None:
    """Four weeks in which SKU-1 sold once at `sales`; a unit costs `cost`."""
    store.put(settlement_v2([Settlement(
        "111", "2026-10-01 00:00:00", "2026-11-20 00:00:00", "2026-11-02", sales)]), "s.txt")
    store.put(f"sku,valid_from,currency,unit_cost\nSKU-1,2026-01-01,USD,{cost}\n", "costs.csv")


def values(row: PlannedRow) -> dict[str, Value]:
    return {name: cell.cell.value if isinstance(cell, Formula) else cell.value
            for name, cell in row.cells.items()}


def only(plan: Plan, block: str, **wanted: Value) -> PlannedRow:
    """The one row of a block that holds these values."""
    found = [row for row in plan.block(block).rows
             if wanted.items() <= values(row).items()]
    assert len(found) == 1, (wanted, len(found))
    return found[0]


def rows(plan: Plan, block: str) -> list[Mapping[str, Value]]:
    return [values(row) for row in plan.block(block).rows]
