"""The example store: its files are Amazon's formats, tie out, and tell the planted story."""

import csv
import hashlib
import io
import json
import math
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped, unused-ignore]
import pytest

from macros.example_store import Ledger, expected, generate

Rows = list[dict[str, Any]]
END = date(2026, 11, 15)
LAST_WEEK = "2026-W46"
US, DE = "美国站", "德国站"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's store is written."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def ledger(folder: Path) -> Ledger:
    """The default store, generated once."""
    return generate(folder)


@pytest.fixture(scope="module")
def kpis(ledger: Ledger) -> dict[str, Any]:
    """What a reader must find."""
    return expected(ledger)


def read_csv(path: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def read_tabs(path: Path, encoding: str = "utf-8") -> Rows:
    lines = path.read_bytes().decode(encoding).replace("\r\n", "\n").split("\n")[:-1]
    header, *rows = [line.split("\t") for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_xlsx(path: Path) -> Rows:
    book = openpyxl.load_workbook(path, read_only=True)
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def sheets(folder: Path, ledger: Ledger) -> dict[str, Rows]:
    """The advertising workbooks, read back once."""
    assert ledger.end == END
    return {path.name: read_xlsx(path) for path in sorted(folder.glob("*/*.xlsx"))}


def amount(text: str) -> Decimal:
    return Decimal(text.strip("$€").replace(",", "") or "0")


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def by_item(folder: Path, days: int) -> Iterator[tuple[date, date, Rows]]:
    """The reports by child item that cover so many days each."""
    for path in sorted(folder.glob("BusinessReport *..*.csv")):
        first, last = map(date.fromisoformat, path.stem.split(" ")[1].split(".."))
        if (last - first).days == days - 1:
            yield first, last, read_csv(path)


def test_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    one = generate(tmp_path / "a", seed=3, skus=20, weeks=8)
    two = generate(tmp_path / "b", seed=3, skus=20, weeks=8)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert one == two
    assert generate(tmp_path / "c", seed=4, skus=20, weeks=8) != one


@pytest.mark.parametrize(
    ("skus", "weeks", "end"), [(19, 26, END), (40, 7, END), (40, 26, END - timedelta(days=1))]
)
def test_a_store_too_small_for_the_story_is_refused(
    tmp_path: Path, skus: int, weeks: int, end: date
) -> None:
    with pytest.raises(ValueError, match="the story needs"):
        generate(tmp_path, skus=skus, weeks=weeks, end=end)


def test_more_skus_than_the_catalogue_are_filled_up(tmp_path: Path) -> None:
    assert len(generate(tmp_path, skus=45, weeks=8).products) == 45


def test_the_folder_stays_small_and_holds_every_kind(folder: Path, ledger: Ledger) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 4.6e6
    assert len(ledger.products) == 40
    assert len({item.product.sku for item in ledger.listings if item.market.code == "DE"}) == 24
    for place, ads in ((US, 4), (DE, 3)):
        names = [path.name for path in files if path.parent.name == place]
        assert sum(name.startswith("BusinessReport 2026-") for name in names) == 26 + 14
        assert sum(name.startswith("fba_manage_inventory") for name in names) == 8
        assert sum(name[:-4].isdigit() for name in names) == 4
        assert sum("Sponsored" in name or "商品推广" in name for name in names) == ads


def test_settings_name_folders_and_ad_types(folder: Path, ledger: Ledger) -> None:
    settings = tomllib.loads((folder / "opsheet.toml").read_text("utf-8"))
    assert settings["folders"] == {US: {"marketplace": "US"}, DE: {"marketplace": "DE"}}
    assert settings["stores"]["Northwind Home"]["US"]["ad_types"] == ["SP", "SB"]
    assert {fact.marketplace for fact in ledger.brand_ads} == {"US"}


# Business reports

BY_DATE_US = (
    "Date|Ordered Product Sales|Ordered Product Sales - B2B|Units Ordered|Units Ordered - B2B|"
    "Total Order Items|Total Order Items - B2B|Page Views - Total|Page Views - Total - B2B|"
    "Sessions - Total|Sessions - Total - B2B|Featured Offer (Buy Box) Percentage|"
    "Featured Offer (Buy Box) Percentage - B2B|Unit Session Percentage|"
    "Unit Session Percentage - B2B|Average Offer Count|Average Parent Items"
)
BY_ITEM_DE = (
    "（父）ASIN|（子）ASIN|标题|SKU|会话数 - 总计|会话 - 总计 - B2B|转化率 - 总计|"
    "会话百分比 - 总计 - B2B|页面浏览量 - 总计 |页面浏览量 - 总计 - B2B|页面浏览量百分比 - 总计|"
    "页面浏览量百分比 - 总计 - B2B|推荐报价（推荐报价展示位）百分比 |"
    "推荐报价（推荐报价展示位）百分比 - B2B|已订购商品数量|已订购商品数量 - B2B|商品会话百分比|"
    "商品会话百分比 - B2B|已订购商品销售额|已订购商品销售额 - B2B|订单商品总数|订单商品总数 - B2B"
)


def test_business_headers_are_amazons(folder: Path, ledger: Ledger) -> None:
    daily = {place: read_csv(folder / place / "BusinessReport-11-16-26.csv") for place in (US, DE)}
    assert list(daily[US][0]) == BY_DATE_US.split("|")
    assert list(daily[DE][0])[:2] == ["日期", "已订购商品销售额"]
    assert (daily[US][-1]["Date"], daily[DE][-1]["日期"]) == ("11/15/26", "2026/11/15")
    assert len(daily[US]) == len(daily[DE]) == 182
    name = "BusinessReport 2026-11-09..2026-11-15.csv"
    assert list(read_csv(folder / DE / name)[0]) == BY_ITEM_DE.split("|")
    assert len(read_csv(folder / US / name)[0]) == 22


@pytest.mark.parametrize(("place", "code"), [(US, "US"), (DE, "DE")])
def test_items_add_up_to_the_days_of_their_week(
    folder: Path, kpis: dict[str, Any], place: str, code: str
) -> None:
    days = [list(row.values()) for row in read_csv(folder / place / "BusinessReport-11-16-26.csv")]
    for number, (first, _, rows) in enumerate(by_item(folder / place, 7)):
        week = days[number * 7 : number * 7 + 7]
        items = [list(row.values()) for row in rows]
        truth = kpis["marketplaces"][code]["weeks"][f"2026-W{first.isocalendar()[1]}"]
        for of_day, of_item, name in ((3, 14, "units_ordered"), (5, 20, "order_items")):
            total = sum(whole(day[of_day]) for day in week)
            assert total == sum(whole(item[of_item]) for item in items) == truth[name]
        # Views belong to the ASIN: the row of each of its SKUs repeats them.
        views = {item[1]: whole(item[8]) for item in items}
        assert sum(whole(day[7]) for day in week) == sum(views.values()) == truth["page_views"]
        sales = sum(amount(day[1]) for day in week)
        assert sales == sum(amount(item[18]) for item in items) == Decimal(truth["ordered_sales"])
        sessions = sum(whole(day[9]) for day in week)
        assert sessions == truth["sessions"] < sum(whole(item[4]) for item in items)
        for item in items:
            share = round(Decimal(whole(item[14])) * 100 / whole(item[4]), 4)
            assert abs(Decimal(item[16].rstrip("%")) - share) <= Decimal("0.005")


@pytest.mark.parametrize("place", [US, DE])
def test_the_daily_items_add_up_to_their_weeks(folder: Path, place: str) -> None:
    """Traffic, units and sales of each SKU; every day of the last two weeks has its file."""
    columns = (4, 5, 8, 9, 14, 15, 18, 19, 20, 21)
    days = list(by_item(folder / place, 1))
    assert [first for first, _, _ in days] == [END - timedelta(days=n) for n in range(13, -1, -1)]
    for first, last, rows in list(by_item(folder / place, 7))[-2:]:
        found: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(columns))
        for day, _, items in days:
            for cells in (list(item.values()) for item in items if first <= day <= last):
                values = [amount(cells[n]) for n in columns]
                found[cells[3]] = [a + b for a, b in zip(found[cells[3]], values, strict=True)]
        weeks = [list(item.values()) for item in rows]
        assert found == {cells[3]: [amount(cells[n]) for n in columns] for cells in weeks}


def test_one_asin_has_two_skus_and_children_share_a_parent(ledger: Ledger) -> None:
    asins = [product.asin for product in ledger.products]
    assert len(asins) == len(set(asins)) + 1
    parents = defaultdict(set)
    for product in ledger.products:
        parents[product.parent_asin].add(product.asin)
    assert max(len(children) for children in parents.values()) > 3


# Advertising

RESULTS_US = (
    "Impressions|Clicks|Click-Thru Rate (CTR)|Cost Per Click (CPC)|Spend|7 Day Total Sales |"
    "Total Advertising Cost of Sales (ACoS) |Total Return on Advertising Spend (RoAS)|"
    "7 Day Total Orders (#)|7 Day Total Units (#)|7 Day Conversion Rate|"
    "7 Day Advertised SKU Units (#)|7 Day Other SKU Units (#)|7 Day Advertised SKU Sales |"
    "7 Day Other SKU Sales "
)
HEAD = "Date|Portfolio name|Currency|Campaign Name|Ad Group Name|"


def test_ads_headers_are_amazons(folder: Path, sheets: dict[str, Rows]) -> None:
    product = sheets["Sponsored_Products_Advertised_product_report.xlsx"][0]
    assert list(product) == f"{HEAD}Advertised SKU|Advertised ASIN|{RESULTS_US}".split("|")
    term = sheets["Sponsored_Products_Search_term_report.xlsx"][0]
    assert list(term) == (
        f"{HEAD}Targeting|Match Type|Customer Search Term|{RESULTS_US}".split("|")
    )
    campaign = read_csv(folder / US / "Sponsored_Products_Campaign_report.csv")[0]
    assert list(campaign)[-3:] == ["7 Day Total Orders (#)",
                                   "Total Advertising Cost of Sales (ACoS) ",
                                   "7 Day Total Sales "]  # fmt: skip
    assert {"广告活动名称", "匹配类型", "客户搜索词", "7天总销售额"} <= set(
        sheets["商品推广_搜索词_报告.xlsx"][0]
    )
    brands = sheets["Sponsored_Brands_Campaign_report.xlsx"][0]
    assert "14 Day New-to-brand Orders (#)" in brands


def test_ads_workbooks_hold_true_dates_fractions_and_blanks(sheets: dict[str, Rows]) -> None:
    rows = sheets["Sponsored_Products_Advertised_product_report.xlsx"]
    for row in rows:
        acos, sales = row["Total Advertising Cost of Sales (ACoS) "], row["7 Day Total Sales "]
        assert isinstance(row["Date"], datetime)
        assert (acos is None) == (sales == 0)
        assert acos is None or abs(acos - row["Spend"] / sales) < 1e-6
    assert any(row["7 Day Other SKU Units (#)"] for row in rows)


Key = tuple[str, str]
Sums = dict[Key, list[Decimal]]


def by_campaign(rows: Rows, names: tuple[str, ...]) -> Sums:
    """(impressions, clicks, spend, orders, sales) by day and campaign."""
    day, campaign, *columns = names
    found: Sums = defaultdict(lambda: [Decimal(0)] * 5)
    for row in rows:
        if isinstance(row[day], datetime):
            key = (row[day].date().isoformat(), row[campaign])
            values = [Decimal(str(row[column])) for column in columns]
            found[key] = [a + b for a, b in zip(found[key], values, strict=True)]
    return found


NAMES_US = ("Date", "Campaign Name", "Impressions", "Clicks", "Spend", "7 Day Total Orders (#)",
            "7 Day Total Sales ")  # fmt: skip
NAMES_DE = ("日期", "广告活动名称", "展示量", "点击量", "花费", "7天总订单数(#)", "7天总销售额")


def us_campaigns(folder: Path) -> Sums:
    """The campaign CSV by day and campaign."""
    rows = read_csv(folder / US / "Sponsored_Products_Campaign_report.csv")
    return {
        (datetime.strptime(row["Date"], "%b %d, %Y").date().isoformat(), row["Campaign Name"]): [
            amount(row[name]) for name in NAMES_US[2:]
        ]
        for row in rows
    }


def campaigns_agree(campaigns: Sums, products: Sums, terms: Sums) -> None:
    assert campaigns == products
    assert set(terms) <= set(campaigns)
    for key, (shown, *rest) in campaigns.items():
        found = terms.get(key, [Decimal(0)] * 5)
        assert found[1:] == rest
        assert found[0] < shown


def test_the_three_sponsored_products_reports_agree(folder: Path, sheets: dict[str, Rows]) -> None:
    campaigns_agree(
        us_campaigns(folder),
        by_campaign(sheets["Sponsored_Products_Advertised_product_report.xlsx"], NAMES_US),
        by_campaign(sheets["Sponsored_Products_Search_term_report.xlsx"], NAMES_US),
    )
    campaigns_agree(
        by_campaign(sheets["商品推广_广告活动_报告.xlsx"], NAMES_DE),
        by_campaign(sheets["商品推广_推广的商品_报告.xlsx"], NAMES_DE),
        by_campaign(sheets["商品推广_搜索词_报告.xlsx"], NAMES_DE),
    )


def test_the_chinese_campaign_report_ends_with_its_total(sheets: dict[str, Rows]) -> None:
    *rows, last = sheets["商品推广_广告活动_报告.xlsx"]
    assert last["日期"] == "总计"
    assert last["点击量"] == sum(row["点击量"] for row in rows)
    assert last["花费"] == pytest.approx(sum(row["花费"] for row in rows), abs=0.001)


def test_ads_never_claim_more_than_was_ordered(ledger: Ledger) -> None:
    clicked: dict[tuple[str, date], int] = defaultdict(int)
    sold: dict[tuple[str, date], int] = defaultdict(int)
    for ad in ledger.ads:
        clicked[ad.marketplace, ad.day] += ad.orders
    for brand in ledger.brand_ads:
        clicked[brand.marketplace, brand.day] += brand.orders
    for fact in ledger.days:
        sold[fact.marketplace, fact.day] += fact.order_items
    assert all(clicked[key] <= sold[key] for key in clicked)
    assert all(ad.orders <= ad.clicks <= ad.impressions for ad in ledger.terms)


# Settlements

V1_MONEY = ("price-amount", "item-related-fee-amount", "promotion-amount", "other-amount",
            "shipment-fee-amount", "order-fee-amount", "misc-fee-amount", "other-fee-amount",
            "direct-payment-amount")  # fmt: skip


def settlement_files(folder: Path, place: str) -> list[Rows]:
    files = [path for path in sorted((folder / place).glob("*.txt")) if path.stem.isdigit()]
    found = [read_tabs(path) for path in files]
    return sorted(found, key=lambda rows: str(rows[0]["settlement-start-date"]))


@pytest.mark.parametrize(("place", "columns"), [(US, 24), (DE, 36)])
def test_settlements_tie_out_and_follow_each_other(
    folder: Path, ledger: Ledger, place: str, columns: int
) -> None:
    files = settlement_files(folder, place)
    assert [len(rows[0]) for rows in files] == [columns] * 4
    for head, *lines in files:
        fields = ("amount",) if columns == 24 else V1_MONEY
        found = sum(amount(line[field]) for line in lines for field in fields)
        assert found == Decimal(head["total-amount"])
    edges = [(rows[0]["settlement-start-date"], rows[0]["settlement-end-date"]) for rows in files]
    assert all(one[1] == two[0] for one, two in pairwise(edges))
    assert edges[-1][1].startswith("2026-11-15") and ledger.end == END


def test_each_reserve_is_released_by_the_next_settlement(ledger: Ledger) -> None:
    for code in ("US", "DE"):
        mine = [item for item in ledger.settlements if item.marketplace == code]
        for before, after in pairwise(mine):
            assert before.lines[-1].description == "Current Reserve Amount"
            assert after.lines[0].description == "Previous Reserve Amount Balance"
            assert before.lines[-1].amount == -after.lines[0].amount


def test_expected_settlement_week_equals_the_us_file(folder: Path, kpis: dict[str, Any]) -> None:
    week = kpis["marketplaces"]["US"]["weeks"][LAST_WEEK]
    rows = settlement_files(folder, US)[-1]
    inside = [row for row in rows if "2026-11-09" <= row["posted-date"][:10] <= "2026-11-15"]
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in inside:
        name = "/".join(row[part] for part in ("transaction-type", "amount-type",
                                               "amount-description"))  # fmt: skip
        found[name] += Decimal(row["amount"])
    assert {name: str(value) for name, value in found.items()} == week["settlement_lines"]
    assert Decimal(week["product_sales"]) > 0 > Decimal(week["refunds"])
    assert Decimal(week["other_fees"]) == Decimal("-208.39")
    units = sum(
        int(row["quantity-purchased"])
        for row in inside
        if (row["transaction-type"], row["amount-description"], row["amount-type"])
        == ("Order", "Principal", "ItemPrice")
    )
    assert units == week["units_settled"]


def test_a_week_before_the_first_settlement_is_blank(kpis: dict[str, Any]) -> None:
    weeks = kpis["marketplaces"]["DE"]["weeks"]
    assert weeks["2026-W38"]["product_sales"] is None
    assert weeks["2026-W38"]["units_settled"] is None
    assert weeks["2026-W39"]["product_sales"] is not None


# Stock and own tables

MANAGE = (
    "sku|fnsku|asin|product-name|condition|your-price|mfn-listing-exists|"
    "mfn-fulfillable-quantity|afn-listing-exists|afn-warehouse-quantity|"
    "afn-fulfillable-quantity|afn-unsellable-quantity|afn-reserved-quantity|afn-total-quantity|"
    "per-unit-volume|afn-inbound-working-quantity|afn-inbound-shipped-quantity|"
    "afn-inbound-receiving-quantity|afn-researching-quantity|afn-reserved-future-supply|"
    "afn-future-supply-buyable"
)


def test_stock_files_show_the_expected_units(folder: Path, kpis: dict[str, Any]) -> None:
    for place, code in ((US, "US"), (DE, "DE")):
        rows = read_tabs(folder / place / "fba_manage_inventory 2026-11-15.txt", "cp1252")
        assert list(rows[0]) == MANAGE.split("|")
        for row in rows:
            stock = kpis["marketplaces"][code]["stock"][row["sku"]]
            inbound = ("afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity")
            assert int(row["afn-fulfillable-quantity"]) == stock["fulfillable"]
            assert sum(int(row[name]) for name in inbound) == stock["inbound"]
            assert int(row["afn-total-quantity"]) == stock["total"]
    titles = [row["product-name"] for row in read_tabs(
        folder / US / "fba_manage_inventory 2026-11-08.txt", "cp1252")]  # fmt: skip
    assert {title[0] for title in titles} >= set("=+-@")
    assert any('"' in title for title in titles) and any("è" in title for title in titles)


def test_age_buckets_overlap_but_each_set_adds_up(folder: Path, kpis: dict[str, Any]) -> None:
    for place, code in ((US, "US"), (DE, "DE")):
        for row in read_tabs(folder / place / "FBA Inventory 2026-11-15.txt", "cp1252"):
            old = ("0-to-90", "91-to-180", "181-to-270", "271-to-365", "365-plus")
            new = ("0-to-30", "31-to-60", "61-to-90", "91-to-180", "181-to-330", "331-to-365",
                   "366-to-455", "456-plus")  # fmt: skip
            ages = kpis["marketplaces"][code]["ages"][row["sku"]]
            for names in (old, new):
                total = sum(int(row[f"inv-age-{name}-days"]) for name in names)
                assert total == int(row["available"]) == ages["total"]
            assert int(row["inv-age-271-to-365-days"]) == ages["271-365"]
            assert (row["snapshot-date"], row["marketplace"]) == ("2026-11-15", code)


def test_master_keeps_skus_as_text_and_one_sku_has_no_cost(folder: Path, ledger: Ledger) -> None:
    master = read_xlsx(folder / "商品资料.xlsx")
    skus = [row["sku"] for row in master]
    assert {"00123-BL", "1E5-GREY", "3-4-PACK"} <= set(skus)
    assert all(isinstance(sku, str) for sku in skus)
    assert any(row["name"].startswith("=") for row in master)
    costs = read_csv(folder / "costs.csv")
    assert {row["sku"] for row in master} - {row["sku"] for row in costs} == {"QL-LAMP-01"}
    dated = [row["sku"] for row in costs if row["currency"] == "USD"]
    assert 5 < len(dated) - len(set(dated)) < len(ledger.products)


# The expected KPIs and the story


def test_expected_is_json_and_its_ratios_are_ratios_of_sums(kpis: dict[str, Any]) -> None:
    json.dumps(kpis, allow_nan=False)
    week = kpis["marketplaces"]["US"]["weeks"][LAST_WEEK]
    spend, sales = Decimal(week["ad_spend"]), Decimal(week["ad_sales"])
    assert week["acos"] == pytest.approx(float(spend / sales))
    assert week["tacos"] == pytest.approx(float(spend / Decimal(week["ordered_sales"])))
    parts = week["by_ad_type"]
    assert spend == Decimal(parts["SP"]["ad_spend"]) + Decimal(parts["SB"]["ad_spend"])
    campaigns = kpis["marketplaces"]["US"]["campaign_weeks"][LAST_WEEK].values()
    assert spend == sum(Decimal(one["ad_spend"]) for one in campaigns)
    asins = kpis["marketplaces"]["US"]["asin_weeks"][LAST_WEEK].values()
    assert week["units_ordered"] == sum(one["units_ordered"] for one in asins)
    assert len(kpis["weeks"]) == 26 and kpis["weeks"][-1] == LAST_WEEK


def test_no_sales_gives_a_blank_acos(kpis: dict[str, Any]) -> None:
    groups = [
        campaign
        for market in kpis["marketplaces"].values()
        for week in market["campaign_weeks"].values()
        for campaign in week.values()
    ]
    bare = [one for one in groups if Decimal(one["ad_sales"]) == 0]
    assert bare and all(one["acos"] is None for one in bare)


def told(kpis: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(item for item in kpis["story"] if item["kind"] == kind)


def test_story_names_every_planted_problem(kpis: dict[str, Any]) -> None:
    assert {item["kind"] for item in kpis["story"]} == {
        "stock_out", "low_cover", "promotion", "aged_stock", "ads_overspend", "refunds",
        "conversion_fall", "no_sales_day", "wasted_search_term", "missing_cost",
        "price_rise", "budget_run_out", "keyword_fall", "account_alarm",
    }  # fmt: skip
    assert told(kpis, "stock_out")["period"] == "2026-10-06..2026-10-14"


def test_stock_out_and_the_day_without_sales(ledger: Ledger, kpis: dict[str, Any]) -> None:
    sku = told(kpis, "stock_out")["sku"]
    mine = [fact for fact in ledger.days if (fact.marketplace, fact.sku) == ("US", sku)]
    out = [fact for fact in mine if not fact.in_stock]
    assert len(out) == 9 and all(fact.units == 0 and fact.sessions for fact in out)
    assert sum(fact.units for fact in mine) / 173 > 2
    day = date.fromisoformat(told(kpis, "no_sales_day")["period"][:10])
    quiet = [fact for fact in ledger.days if (fact.marketplace, fact.day) == ("DE", day)]
    assert sum(fact.sessions for fact in quiet) > 20
    assert sum(fact.units for fact in quiet) == 0


def cover(ledger: Ledger, code: str, sku: str) -> float:
    """Days the fulfillable units last at the pace of the last 28 days."""
    since = END - timedelta(days=27)
    units = sum(
        fact.units
        for fact in ledger.days
        if (fact.marketplace, fact.sku) == (code, sku) and fact.day >= since
    )
    stock = next(s for s in ledger.stock
                 if (s.marketplace, s.sku, s.day) == (code, sku, END))  # fmt: skip
    return stock.fulfillable * 28 / units if units else math.inf


def test_only_one_top_sku_is_short_of_cover(ledger: Ledger, kpis: dict[str, Any]) -> None:
    short = [
        (item.market.code, item.product.sku)
        for item in ledger.listings
        if cover(ledger, item.market.code, item.product.sku) < item.product.lead_time_days_sea
    ]
    sku = told(kpis, "low_cover")["sku"]
    product = next(product for product in ledger.products if product.sku == sku)
    assert short == [("US", sku)]
    assert cover(ledger, "US", sku) < product.lead_time_days_air
    assert kpis["marketplaces"]["US"]["stock"][sku]["inbound"] == 0


def test_promotion_lifts_sales_and_is_paid_for(ledger: Ledger, kpis: dict[str, Any]) -> None:
    skus = {item["sku"] for item in kpis["story"] if item["kind"] == "promotion"}
    weeks = kpis["marketplaces"]["US"]["asin_weeks"]
    asins = {product.asin for product in ledger.products if product.sku in skus}
    units = {
        week: sum(weeks[week][asin]["units_ordered"] for asin in asins)
        for week in ("2026-W40", "2026-W41", "2026-W42", "2026-W43")
    }
    assert len(skus) == 3
    assert units["2026-W42"] > 1.5 * max(units["2026-W41"], units["2026-W43"])
    paid = [one["promotions"] for one in kpis["marketplaces"]["US"]["weeks"].values()]
    lowest = min(Decimal(value) for value in paid if value is not None)
    assert lowest == min(
        Decimal(kpis["marketplaces"]["US"]["weeks"][week]["promotions"])
        for week in ("2026-W42", "2026-W43")
    )


def test_aged_sku_is_mostly_old(kpis: dict[str, Any]) -> None:
    ages = kpis["marketplaces"]["US"]["ages"]
    aged = ages[told(kpis, "aged_stock")["sku"]]
    assert aged["over_181"] > 0.8 * aged["total"] > 400
    assert aged["366-455"] and aged["456+"]
    assert all(one["over_181"] == 0 for one in kpis["marketplaces"]["DE"]["ages"].values())


def test_bad_campaign_doubles_its_acos_in_two_weeks(kpis: dict[str, Any]) -> None:
    weeks = kpis["marketplaces"]["US"]["campaign_weeks"]
    name = told(kpis, "ads_overspend")["campaign"]
    before = [weeks[week][name] for week in kpis["weeks"][-12:-2]]
    spend = sum(Decimal(one["ad_spend"]) for one in before)
    sales = sum(Decimal(one["ad_sales"]) for one in before)
    assert Decimal("0.2") < spend / sales < Decimal("0.32")
    for week in kpis["weeks"][-2:]:
        assert weeks[week][name]["acos"] > 0.7
        biggest = max(weeks[week], key=lambda one: Decimal(weeks[week][one]["ad_spend"]))
        assert biggest == name


def test_one_sku_is_refunded_far_more_often(ledger: Ledger, kpis: dict[str, Any]) -> None:
    sku = told(kpis, "refunds")["sku"]
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    lines = [line for item in ledger.settlements if item.marketplace == "US" for line in item.lines]
    for line in lines:
        if (line.amount_type, line.description) == ("ItemPrice", "Principal"):
            counts[line.transaction, line.sku == sku] += 1
    assert counts["Refund", True] / counts["Order", True] > 0.12
    assert 0.01 < counts["Refund", False] / counts["Order", False] < 0.08


def fall(weeks: dict[str, Any], asin: str, last: list[str], before: list[str]) -> float:
    """z of a fall of units per session between two groups of weeks."""

    def rate(names: list[str]) -> tuple[float, int]:
        sessions = sum(weeks[week][asin]["sessions"] for week in names)
        return sum(weeks[week][asin]["units_ordered"] for week in names) / sessions, sessions

    (now, n), (then, m) = rate(last), rate(before)
    pooled = (now * n + then * m) / (n + m)
    return (then - now) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def test_one_sku_converts_worse_beyond_chance(kpis: dict[str, Any]) -> None:
    weeks = kpis["marketplaces"]["US"]["asin_weeks"]
    falls = {asin: fall(weeks, asin, [LAST_WEEK], ["2026-W45"]) for asin in weeks[LAST_WEEK]}
    asin = told(kpis, "conversion_fall")["asin"]
    assert falls[asin] > 3
    assert max(value for key, value in falls.items() if key != asin) < falls[asin]


def test_wasted_term_has_clicks_but_never_an_order(ledger: Ledger, kpis: dict[str, Any]) -> None:
    note = told(kpis, "wasted_search_term")["note"]
    found = [fact for fact in ledger.terms if f"'{fact.term}'" in note]
    assert sum(fact.clicks for fact in found) > 60
    assert sum(fact.orders for fact in found) == 0
