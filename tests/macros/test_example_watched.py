"""The example store's watched and typed side: budgets, ranks, listings, the team's own tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped, unused-ignore]
import pytest

from macros.example_store import Ledger, expected, generate

US, DE = "美国站", "德国站"
END = dt.date(2026, 11, 15)
TIGHT = "SP | Auto | Storage"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watched")


@pytest.fixture(scope="module")
def ledger(folder: Path) -> Ledger:
    return generate(folder)


@pytest.fixture(scope="module")
def kpis(ledger: Ledger) -> dict[str, Any]:
    return expected(ledger)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def read_xlsx(path: Path) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def told(kpis: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(item for item in kpis["story"] if item["kind"] == kind)


def test_one_campaign_alone_runs_out_of_budget_and_the_file_shows_it(
    folder: Path, kpis: dict[str, Any]
) -> None:
    rows = read_csv(folder / US / "Sponsored_Products_Campaign_report.csv")
    found = defaultdict(list)
    for row in rows:
        day = dt.datetime.strptime(row["Date"], "%b %d, %Y").date()
        if Decimal(row["Spend"].strip("$")) >= Decimal(row["Budget"].strip("$")):
            found[row["Campaign Name"]].append(day.isoformat())
    story = told(kpis, "budget_run_out")
    assert found == kpis["marketplaces"]["US"]["run_outs"] and list(found) == [TIGHT]
    assert story["campaign"] == TIGHT and len(found[TIGHT]) == 3
    first, last = story["period"].split("..")
    assert all(first <= day <= last for day in found[TIGHT])
    assert kpis["marketplaces"]["DE"]["run_outs"] == {}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_it_runs_out_on_three_days_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    run_outs = expected(generate(tmp_path, seed=seed, skus=20, weeks=8))
    assert len(run_outs["marketplaces"]["US"]["run_outs"][TIGHT]) == 3


def test_the_last_look_of_a_day_is_the_expected_rank(
    folder: Path, kpis: dict[str, Any]
) -> None:
    rows = read_csv(folder / US / "helium10-kt-2026-11-15.csv")
    assert list(rows[0]) == ["ASIN", "Marketplace", "Keyword", "Search Volume", "Organic Rank",
                             "Sponsored Position", "Date Added"]
    last: dict[tuple[str, str, str], str] = {}
    for row in sorted(rows, key=lambda row: row["Date Added"]):
        last[row["Date Added"][:10], row["ASIN"], row["Keyword"]] = row["Organic Rank"]
    ranks = kpis["marketplaces"]["US"]["ranks"]
    assert len(ranks) == 30 and len(last) == 30 * 12 < len(rows)
    for (day, asin, keyword), text in last.items():
        assert ranks[day][asin][keyword] == (int(text) if text.isdigit() else None)
    assert {text for text in last.values() if not text.isdigit()} == {"-", ">306"}
    assert not list((folder / DE).glob("helium10*"))


def test_one_keyword_of_the_falling_sku_loses_many_places(kpis: dict[str, Any]) -> None:
    story, ranks = told(kpis, "keyword_fall"), kpis["marketplaces"]["US"]["ranks"]
    assert story["sku"] == told(kpis, "conversion_fall")["sku"]
    week_ago = (END - dt.timedelta(days=7)).isoformat()
    lost = {(asin, keyword): now - before
            for asin, keywords in ranks[END.isoformat()].items()
            for keyword, now in keywords.items()
            if now and (before := ranks[week_ago][asin][keyword])}
    fallen = (story["asin"], story["keyword"])
    assert lost.pop(fallen) > 30
    assert max(abs(places) for places in lost.values()) <= 2


def test_keepa_shows_every_asin_and_the_dear_price(folder: Path, kpis: dict[str, Any]) -> None:
    for place, code, locale in ((US, "US", "com"), (DE, "DE", "de")):
        rows = read_csv(folder / place / "KeepaExport-2026-11-15-ProductViewer.csv")
        seen = kpis["marketplaces"][code]["listings"]
        assert {row["Locale"] for row in rows} == {locale}
        assert {row["ASIN"]: row["Buy Box: Current"] for row in rows} == {
            asin: one["price"] for asin, one in seen.items()}
    story = told(kpis, "price_rise")
    assert kpis["marketplaces"]["US"]["listings"][story["asin"]]["price"] == "31.99"
    assert kpis["marketplaces"]["DE"]["listings"][story["asin"]]["price"] == "27.99"


def test_the_price_rise_is_paid_logged_and_begins_with_the_fall(
    folder: Path, ledger: Ledger, kpis: dict[str, Any]
) -> None:
    story = told(kpis, "price_rise")
    first = dt.date.fromisoformat(story["period"][:10])
    assert story["period"] == told(kpis, "conversion_fall")["period"]
    paid = {(order.day >= first, order.price) for order in ledger.orders
            if (order.marketplace, order.sku) == ("US", story["sku"])}
    assert paid == {(False, Decimal("27.99")), (True, Decimal("31.99"))}
    (logged,) = [row for row in read_csv(folder / "操作日志.csv") if row["操作类型"] == "price"]
    assert (logged["日期"], logged["ASIN"]) == (first.isoformat(), story["asin"])
    stock = (folder / US / "fba_manage_inventory 2026-11-15.txt").read_text("cp1252")
    assert [line.split("\t")[5] for line in stock.splitlines()
            if line.startswith(story["sku"])] == ["31.99"]


def test_the_account_falls_in_the_us_alone(folder: Path, kpis: dict[str, Any]) -> None:
    us, de = (kpis["marketplaces"][code]["account"] for code in ("US", "DE"))
    assert len(us) == 14 and min(us) == "2026-11-02"
    for name, before, now in (("ipi", 612, 438), ("ahr", 1000, 996),
                              ("response_rate_24h", 0.93, 0.88)):
        assert (us["2026-11-08"][name], us[END.isoformat()][name]) == (before, now)
        assert len({day[name] for day in de.values()}) == 1
    assert sum(item["kind"] == "account_alarm" for item in kpis["story"]) == 3
    rows = read_csv(folder / "account_values.csv")
    assert {(r["marketplace"], r["value"]) for r in rows
            if (r["name"], r["day"]) == ("response_rate_24h", END.isoformat())} == {
        ("US", "88%"), ("DE", "95%")}


def test_targets_cover_every_month_and_marketplace(folder: Path) -> None:
    rows = read_xlsx(folder / "目标.xlsx")
    months = {f"2026-{n:02d}" for n in range(5, 12)}
    kpis = {"ordered_sales", "acos", "tacos", "roas", "net_margin", "inventory_turns",
            "unit_session_percentage"}
    assert {(r["指标"], r["站点"], r["月份"]) for r in rows} == {
        (kpi, site, month) for kpi in kpis for site in ("美国", "德国") for month in months}
    assert all(r["目标值"] > 0 for r in rows) and len(rows) == 7 * 2 * 7


def test_own_tables_speak_of_known_skus_categories_and_months(
    folder: Path, ledger: Ledger
) -> None:
    skus = {product.sku for product in ledger.products}
    categories = {product.category for product in ledger.products}
    events = read_csv(folder / "events.csv")
    assert {row["sku"] for row in events} - {""} <= skus
    assert {row["SKU"] for row in read_xlsx(folder / "入仓前库存.xlsx")} <= skus
    assert {row["category"] for row in read_csv(folder / "benchmarks.csv")} == categories
    coming = [row for row in events if row["first_day"] > END.isoformat()]
    assert [(row["name"], row["first_day"], row["last_day"]) for row in coming] == [
        ("黑五周", "2026-11-23", "2026-11-29")]
    past = {row["name"]: (row["first_day"], row["last_day"]) for row in events}
    assert past["Prime Day"] == ("2026-07-07", "2026-07-10")
    rates = read_csv(folder / "exchange_rates.csv")
    assert [row["day"] for row in rates] == [f"2026-{n:02d}-01" for n in range(5, 12)]
    okrs = read_xlsx(folder / "OKR.xlsx")
    assert ("acos", 0.28, 0.22) in {(r["指标"], r["起始值"], r["目标值"]) for r in okrs}


def test_net_margin_is_whole_only_where_every_unit_has_a_cost(kpis: dict[str, Any]) -> None:
    us, de = (kpis["marketplaces"][code]["months"] for code in ("US", "DE"))
    assert list(us) == list(de) == ["2026-10"]
    assert us["2026-10"]["net_margin"] is None and us["2026-10"]["contribution"] is None
    month = de["2026-10"]
    assert Decimal(month["net_profit"]) == Decimal(month["contribution"]) - Decimal(
        month["overhead"])
    assert 0 < month["net_margin"] < 0.15
