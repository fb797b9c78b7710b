"""Small report files in Amazon's formats, and a store to import them into."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from macros import jobs
from macros.settings import Settings
from sync.store import imports
from sync.store.query import ask
from sync.store.sources import Declared
from workbook.answer import Facts, Group, Key, Question
from workbook.metrics import METRICS, get_metric
from workbook.model import Cell, Period

NOW = dt.datetime(2026, 12, 20, 12)
US = Group("US", "USD")
SP_ONLY = {"US": Declared(ad_types=("SP",)), "UK": Declared(ad_types=("SP",))}
ADS = ("Impressions", "Clicks", "Spend", "7 Day Total Sales ", "7 Day Total Orders (#)",
       "7 Day Total Units (#)")


@dataclass(frozen=True)
class Sale:
    """What a shop or an item sold on one day or in one week."""

    sales: Decimal = Decimal(0)
    units: int = 0
    items: int = 0
    sessions: int = 0
    views: int = 0

    def __add__(self, other: Sale) -> Sale:
        return Sale(self.sales + other.sales, self.units + other.units, self.items + other.items,
                    self.sessions + other.sessions, self.views + other.views)


@dataclass(frozen=True)
class Ad:
    """What one campaign, product or search term had on one day."""

    clicks: int = 0
    spend: Decimal = Decimal(0)
    sales: Decimal = Decimal(0)
    orders: int = 0

    def cells(self) -> tuple[Any, ...]:
        return (self.clicks * 20, self.clicks, self.spend, self.sales, self.orders, self.orders)

    def __add__(self, other: Ad) -> Ad:
        return Ad(self.clicks + other.clicks, self.spend + other.spend, self.sales + other.sales,
                  self.orders + other.orders)


def _table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()


def by_date(days: Mapping[dt.date, Sale]) -> str:
    """Sales and Traffic by Date; the dates are days, or the first days of weeks or months."""
    return _table(
        ("Date", "Ordered Product Sales", "Units Ordered", "Total Order Items",
         "Page Views - Total", "Sessions - Total", "Unit Session Percentage"),
        ((f"{day:%b %d, %Y}", f"${s.sales:,.2f}", s.units, s.items, s.views, s.sessions, "")
         for day, s in sorted(days.items())),
    )


def by_item(items: Mapping[str, Sale]) -> str:
    """Detail Page Sales and Traffic by Child Item; its period stands in the file's name."""
    return _table(
        ("(Parent) ASIN", "(Child) ASIN", "Title", "Sessions - Total", "Page Views - Total",
         "Units Ordered", "Ordered Product Sales", "Total Order Items"),
        (("B0PARENT00", asin, f"Item {asin}", s.sessions, s.views, s.units, f"${s.sales:,.2f}",
          s.items) for asin, s in items.items()),
    )


def campaigns(rows: Mapping[tuple[dt.date, str], Ad], currency: str = "USD") -> str:
    """Sponsored Products campaign report, daily."""
    return _table(
        ("Date", "Portfolio name", "Currency", "Campaign Name", "Targeting Type", *ADS),
        ((day, "", currency, name, "Manual targeting", *ad.cells())
         for (day, name), ad in rows.items()),
    )


def campaign_summary(period: Period, rows: Mapping[str, Ad]) -> str:
    """The same as a SUMMARY: one row a campaign for the whole span."""
    return _table(
        ("Start Date", "End Date", "Portfolio name", "Currency", "Campaign Name",
         "Targeting Type", *ADS),
        ((period.start, period.end, "", "USD", name, "Manual targeting", *ad.cells())
         for name, ad in rows.items()),
    )


def products(rows: Mapping[tuple[dt.date, str, str], Ad]) -> str:
    """Sponsored Products advertised product report, daily."""
    return _table(
        ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Advertised SKU",
         "Advertised ASIN", *ADS),
        ((day, "", "USD", name, "Group", f"SKU-{asin}", asin, *ad.cells())
         for (day, name, asin), ad in rows.items()),
    )


def search_terms(rows: Mapping[tuple[dt.date, str, str], Ad]) -> str:
    """Sponsored Products search term report, daily."""
    return _table(
        ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Targeting",
         "Match Type", "Customer Search Term", *ADS),
        ((day, "", "USD", name, "Group", "mat", "BROAD", term, *ad.cells())
         for (day, name, term), ad in rows.items()),
    )


@dataclass(frozen=True)
class Settlement:
    """One settlement with one order in it."""

    document: str
    start: str
    end: str
    posted: str
    amount: str


def settlement_v2(documents: Iterable[Settlement]) -> str:
    """Settlement flat file V2; each document opens with its total."""
    lines = ["\t".join((
        "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date",
        "total-amount", "currency", "transaction-type", "order-id", "marketplace-name",
        "amount-type", "amount-description", "amount", "posted-date", "sku", "quantity-purchased"))]
    for d in documents:
        lines.append("\t".join((d.document, d.start, d.end, d.end, d.amount, "USD", *[""] * 9)))
        lines.append("\t".join((
            d.document, "", "", "", "", "", "Order", "111-1", "Amazon.com", "ItemPrice",
            "Principal", d.amount, d.posted, "SKU-1", "1")))
    return "\n".join(lines) + "\n"


@dataclass
class Store:
    """A store in a folder of its own."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def context(self) -> jobs.Context:
        return jobs.Context(Settings(store="S", store_path=self.folder / "s.duckdb"), NOW)

    def put(self, text: str, name: str = "report.csv", *, market: str = "US",
            period: Period | None = None) -> imports.Outcome:
        """Imports one file; each lies in a folder of its own."""
        folder = self.folder / f"in{next(self.numbers)}"
        folder.mkdir()
        path = folder / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (NOW.timestamp() - 86_400,) * 2)  # so late that nothing is settling
        (outcome,) = jobs.import_paths(
            self.context, [path], marketplace=market, period=str(period) if period else "")
        assert outcome.status != "refused", outcome.message
        return outcome

    def put_item(self, period: Period, items: Mapping[str, Sale]) -> imports.Outcome:
        return self.put(by_item(items), f"BusinessReport {period}.csv")

    def undo(self, outcome: imports.Outcome) -> None:
        assert outcome.import_id is not None
        imports.undo(self.context.database, outcome.import_id)

    def facts(self, metrics: Iterable[str], *periods: Period, by: tuple[str, ...] = ()) -> Facts:
        question = Question(tuple(map(get_metric, metrics)), periods, by)
        return ask(self.context.database, question, store="S", declared=SP_ONLY)

    def cell(self, metric: str, period: Period, *key: str, by: tuple[str, ...] = (),
             group: Group = US) -> Cell:
        facts = self.facts([metric], period, by=by)
        return facts.cell(get_metric(metric), group, key, period)

    def value(self, metric: str, period: Period, *key: str, by: tuple[str, ...] = (),
              group: Group = US) -> Any:
        return self.cell(metric, period, *key, by=by, group=group).value

    def answers(
        self, *periods: Period, by: Iterable[tuple[str, ...]] = ((), ("asin",), ("search_term",))
    ) -> dict[tuple[Any, ...], Cell]:
        """Every metric that has a value, of every group, key and period, by each of `by`."""
        found: dict[tuple[Any, ...], Cell] = {}
        metrics = tuple(METRICS.values())
        with self.context.database.session() as con:
            for dims in by:
                facts = ask(self.context.database, Question(metrics, periods, dims), store="S",
                            declared=SP_ONLY, connection=con)
                for group in facts.groups():
                    keys: Iterable[Key] = facts.values[group]
                    for key, period, metric in itertools.product(keys, periods, metrics):
                        cell = facts.cell(metric, group, key, period)
                        if cell.value is not None:
                            found[dims, group, key, period, metric.name] = cell
        return found


@contextmanager
def new_store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="opsheet-test-") as folder:
        yield Store(Path(folder))
