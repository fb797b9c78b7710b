"""Which rows of which files a fact is made of: as many as counted, no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sync.store.lineage import Lineage, Traced, Whose, describe, trace, trace_product, with_texts
from sync.store.sources import Declared
from tests.sync.store.reports import (
    SP_ONLY,
    US,
    Ad,
    Sale,
    Settlement,
    Store,
    by_date,
    by_item,
    campaigns,
    new_store,
    settlement_v2,
)
from workbook.model import Period, State

MONDAY = dt.date(2026, 11, 9)
WEEK = Period(MONDAY, MONDAY + dt.timedelta(days=6))
SALE = Sale(Decimal("19.99"), 2, 2, 40, 60)
AD = Ad(10, Decimal("3.10"), Decimal("25.00"), 1)


@pytest.fixture
def store() -> Iterator[Store]:
    with new_store() as made:
        yield made


def lineage(
    store: Store, fact: str, *key: str, by: tuple[str, ...] = (), given: Declared = SP_ONLY["US"],
    limit: int = 100,
) -> Lineage:
    with store.context.database.session() as con:
        return trace(con, (fact, WEEK), Whose("S", US, by, key), given, limit)


def lines(file: Traced) -> list[tuple[int, object]]:
    return [(line.line, line.value) for line in file.lines]


def test_the_rows_of_a_campaign_are_listed_with_their_lines(store: Store) -> None:
    store.put(campaigns({(day, name): AD for day in WEEK.all_days() for name in ("A", "B | x")}))
    found = lineage(store, "ad_spend", "B | x", "SP", by=("campaign", "ad_type"))
    (file,) = found.files
    assert lines(file) == [(3 + 2 * n, Decimal("3.10")) for n in range(7)]
    assert (found.rows, found.total) == (7, Decimal("21.70"))
    assert file.windows == (7,)
    assert [line.start for line in file.lines] == WEEK.all_days()


def test_only_the_first_rows_are_listed_and_all_are_counted(store: Store) -> None:
    store.put(by_date(dict.fromkeys(WEEK.all_days(), SALE)))
    found = lineage(store, "ordered_sales", limit=2)
    assert [line.line for line in found.files[0].lines] == [2, 3]
    assert (found.rows, found.total) == (7, 7 * SALE.sales)


def test_rows_of_other_days_and_replaced_imports_do_not_count(store: Store) -> None:
    wider = Period(WEEK.start - dt.timedelta(days=3), WEEK.end)
    store.put(by_date(dict.fromkeys(wider.all_days(), SALE)))
    newer = Sale(Decimal("50.00"), 5, 5, 90, 99)
    replaced = store.put(by_date({day: newer for day in WEEK.all_days()[:2]}))
    found = lineage(store, "ordered_sales")
    assert [(f.source.number, [line.line for line in f.lines]) for f in found.files] == [
        (1, [7, 8, 9, 10, 11]), (2, [2, 3])]
    assert found.total == 5 * SALE.sales + 2 * newer.sales
    store.undo(replaced)
    assert [f.source.number for f in lineage(store, "ordered_sales").files] == [1]


def test_what_repeats_on_the_rows_of_an_asin_counts_once(store: Store) -> None:
    text = by_item({"B0A": SALE}).splitlines()
    header = text[0].replace("Title", "Title,SKU")
    rows = [text[1].replace("Item B0A", f"Item B0A,{sku}") for sku in ("S1", "S2")]
    store.put("\n".join([header, *rows]) + "\n", f"BusinessReport {WEEK}.csv")
    sessions = lineage(store, "sessions", "B0A", by=("asin",))
    assert [(line.line, line.repeats) for line in sessions.files[0].lines] == [
        (2, False), (3, True)]
    assert (sessions.rows, sessions.total) == (1, Decimal(40))
    units = lineage(store, "units_ordered", "B0A", by=("asin",))
    assert (units.rows, units.total) == (2, Decimal(4))


def test_an_import_that_covers_the_days_without_such_a_row_is_named(store: Store) -> None:
    store.put(campaigns({(day, "A"): AD for day in WEEK.all_days()}))
    found = lineage(store, "ad_spend", "Z", "SP", by=("campaign", "ad_type"))
    assert [(f.source.number, f.rows, f.lines) for f in found.files] == [(1, 0, ())]
    assert (found.rows, found.total) == (0, None)


def test_a_fact_without_reports_has_no_rows_and_says_why(store: Store) -> None:
    store.put(by_date({MONDAY: SALE}))
    found = lineage(store, "ordered_sales")
    assert found.files == () and found.known.state is State.NO_DATA
    assert "6 days from 2026-11-10 missing" in found.known.note


def test_costs_name_the_rows_of_the_cost_table(store: Store) -> None:
    store.put(settlement_v2([Settlement(
        "12345678901", "2026-11-02T00:00:00+00:00", "2026-11-23T00:00:00+00:00",
        "2026-11-10T12:00:00+00:00", "20.00")]))
    store.put("sku,valid_from,currency,unit_cost,freight,duty\nSKU-9,2026-01-01,USD,1,1,1\n"
              "SKU-1,2026-01-01,USD,4.50,0.40,0.10\nSKU-1,2026-12-01,USD,9,9,9\n", "costs.csv")
    cogs = lineage(store, "cogs")
    assert cogs.total == Decimal("4.50") and lines(cogs.files[0]) == [(3, Decimal("4.50"))]
    (costs,) = cogs.costs
    assert (costs.source.number, lines(costs)) == (2, [(3, Decimal("4.50"))])
    assert lines(lineage(store, "inbound_costs").costs[0]) == [(3, Decimal("0.50"))]
    vat = lineage(store, "vat")
    assert (vat.fact, vat.total) == ("product_sales", Decimal("20.00"))


def test_the_text_of_a_line_comes_from_the_kept_original(store: Store) -> None:
    text = by_date(dict.fromkeys(WEEK.all_days(), SALE))
    store.put(text)
    (file,) = lineage(store, "ordered_sales").files
    for path in store.folder.glob("in*/*.csv"):
        path.write_text("gone", "utf-8")
    told = with_texts(store.context.database, file)
    assert [line.text for line in told.lines] == [*text.splitlines()[1:4], "", "", "", ""]


def test_without_the_kept_original_the_lines_stay(store: Store) -> None:
    store.put(by_date(dict.fromkeys(WEEK.all_days(), SALE)))
    (file,) = lineage(store, "ordered_sales").files
    for path in store.context.database.originals.rglob("*.zst"):
        path.write_bytes(b"damaged")
    assert with_texts(store.context.database, file) == file
    for path in store.context.database.originals.rglob("*.zst"):
        path.unlink()
    assert with_texts(store.context.database, file) == file


def test_an_attribute_comes_from_the_product_master_else_from_a_report(store: Store) -> None:
    store.put(by_item({"B0A": SALE, "B0B": SALE}).replace("Title", "Title,SKU").replace(
        "Item B0A", "Item B0A,S1").replace("Item B0B", "Item B0B,S2"),
        f"BusinessReport {WEEK}.csv")
    store.put("sku,asin,name,owner\nS1,B0A,Short name,Ann\n", "products.csv")
    with store.context.database.session() as con:
        (master,) = trace_product(con, "S", "S1", "name")
        (report,) = trace_product(con, "S", "B0B", "name")
        nothing = trace_product(con, "S", "S2", "owner")
    assert (master.source.number, lines(master)) == (2, [(2, "Short name")])
    assert (report.source.number, lines(report)) == (1, [(3, "Item B0B")])
    assert nothing == ()


def test_an_import_is_described_for_the_marketplace_asked_for(store: Store) -> None:
    store.put(by_date(dict.fromkeys(WEEK.all_days(), SALE)))
    with store.context.database.session() as con:
        (found,) = describe(con, [1, 99], "US").values()
    assert Path(found.source.file).name == "report.csv" and found.source.marketplace == "US"
