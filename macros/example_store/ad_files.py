"""The advertising reports: campaigns, advertised products, search terms, Sponsored Brands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from . import ad_headers as h
from .goods import Campaign, Market
from .ledger import AdFact, BrandAdFact, Ledger, TermFact
from .sheets import Value, divide, percent, write_csv, write_xlsx

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STRATEGY = {"US": "Dynamic bids - down only", "DE": "动态竞价 - 仅降低"}
TARGETING = {
    ("US", "auto"): "Automatic targeting",
    ("US", "manual"): "Manual targeting",
    ("DE", "auto"): "自动投放",
    ("DE", "manual"): "手动投放",
}
NAMES = {
    ("US", "campaign"): "Sponsored_Products_Campaign_report.csv",
    ("US", "product"): "Sponsored_Products_Advertised_product_report.xlsx",
    ("US", "term"): "Sponsored_Products_Search_term_report.xlsx",
    ("US", "brand"): "Sponsored_Brands_Campaign_report.xlsx",
    ("DE", "campaign"): "商品推广_广告活动_报告.xlsx",
    ("DE", "product"): "商品推广_推广的商品_报告.xlsx",
    ("DE", "term"): "商品推广_搜索词_报告.xlsx",
}


def total_sales(fact: AdFact | TermFact) -> Decimal:
    """Sales of the advertised SKU and of others."""
    return fact.same_sales + fact.other_sales


def results(fact: AdFact | TermFact) -> list[Value]:
    """The fifteen result columns; percents are fractions, x/0 is an empty cell."""
    sales = total_sales(fact)
    return [
        fact.impressions, fact.clicks, divide(fact.clicks, fact.impressions),
        divide(fact.spend, fact.clicks), fact.spend, sales, divide(fact.spend, sales),
        divide(sales, fact.spend), fact.orders, fact.same_units + fact.other_units,
        divide(fact.orders, fact.clicks), fact.same_units, fact.other_units,
        fact.same_sales, fact.other_sales,
    ]  # fmt: skip


def of_market(ledger: Ledger, market: Market, kind: str) -> dict[str, Campaign]:
    """A marketplace's campaigns of one ad type, by name."""
    return {c.name: c for c in ledger.campaigns if (c.marketplace, c.kind) == (market.code, kind)}


def by_campaign(ledger: Ledger, market: Market) -> list[tuple[Campaign, date, list[AdFact]]]:
    """The advertised products' facts by campaign and day, in order of days."""
    campaigns = of_market(ledger, market, "SP")
    groups: dict[tuple[date, str], list[AdFact]] = defaultdict(list)
    for fact in ledger.ads:
        if fact.marketplace == market.code:
            groups[fact.day, fact.campaign].append(fact)
    return [(campaigns[name], day, groups[day, name]) for day, name in sorted(groups)]


def campaign_sums(facts: Iterable[AdFact]) -> tuple[int, int, Decimal, int, Decimal]:
    """(impressions, clicks, spend, orders, sales)."""
    found = list(facts)
    return (
        sum(f.impressions for f in found),
        sum(f.clicks for f in found),
        sum((f.spend for f in found), Decimal(0)),
        sum(f.orders for f in found),
        sum((total_sales(f) for f in found), Decimal(0)),
    )


def text_money(symbol: str, value: Decimal | None) -> str:
    """`$12.50` as the campaign CSV writes money; empty for a blank."""
    return "" if value is None else f"{symbol}{value:.2f}"


def campaign_csv_row(
    ledger: Ledger, market: Market, campaign: Campaign, day: date, facts: list[AdFact]
) -> list[str]:
    """One campaign and day as text, as the US console's CSV gives it."""
    shown, clicks, spend, orders, sales = campaign_sums(facts)
    cpc = divide(spend, clicks)
    return [
        us_date(day), us_date(ledger.start.replace(day=1)), "", campaign.portfolio,
        "Sponsored Products", campaign.name, "ENABLED", market.currency,
        f"{market.symbol}{float(ledger.budget(campaign, day))}",
        TARGETING[market.code, campaign.targeting], STRATEGY[market.code], str(shown), "",
        str(clicks), "", percent(clicks, shown), text_money(market.symbol, spend), "",
        text_money(market.symbol, cpc), "", str(orders),
        percent(spend, sales) if sales else "", text_money(market.symbol, sales),
    ]  # fmt: skip


def us_date(day: date) -> str:
    """`Nov 5, 2026`, in English whatever the locale."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def campaign_sheet_row(
    ledger: Ledger, market: Market, campaign: Campaign, day: date, facts: list[AdFact]
) -> list[Value]:
    """One campaign and day as typed cells of the Chinese workbook."""
    shown, clicks, spend, orders, sales = campaign_sums(facts)
    return [
        day, ledger.start.replace(day=1), None, campaign.portfolio, "商品推广", campaign.name,
        "已启用", market.currency, ledger.budget(campaign, day),
        TARGETING[market.code, campaign.targeting], STRATEGY[market.code], shown, clicks,
        divide(clicks, shown), spend, divide(spend, clicks), orders, divide(spend, sales), sales,
    ]  # fmt: skip


def totals_row(facts: Iterable[AdFact]) -> list[Value]:
    """The 总计 row that closes the Chinese campaign workbook."""
    shown, clicks, spend, orders, sales = campaign_sums(facts)
    head: list[Value] = ["总计", *([None] * 10)]
    return [*head, shown, clicks, divide(clicks, shown), spend, divide(spend, clicks), orders,
            divide(spend, sales), sales]  # fmt: skip


def write_campaigns(folder: Path, ledger: Ledger, market: Market) -> None:
    """Sponsored Products by campaign and day: CSV in the US, a Chinese workbook in DE."""
    groups = by_campaign(ledger, market)
    path = folder / NAMES[market.code, "campaign"]
    if market.code == "US":
        rows = [campaign_csv_row(ledger, market, *group) for group in groups]
        write_csv(path, h.CAMPAIGN_US, rows)
        return
    cells: list[Sequence[Value]] = [campaign_sheet_row(ledger, market, *g) for g in groups]
    cells.append(totals_row(fact for _, _, facts in groups for fact in facts))
    formats = h.campaign_formats(market.symbol)
    write_xlsx(path, "商品推广_广告活动_报告", h.CAMPAIGN_DE, cells, formats)


def write_products(folder: Path, ledger: Ledger, market: Market) -> None:
    """Sponsored Products by advertised SKU and day."""
    campaigns = of_market(ledger, market, "SP")
    facts = sorted((f for f in ledger.ads if f.marketplace == market.code),
                   key=lambda f: (f.day, f.campaign, f.sku))  # fmt: skip
    rows: list[list[Value]] = [
        [f.day, campaigns[f.campaign].portfolio, market.currency, f.campaign, group_of(f.campaign),
         f.sku, f.asin, *results(f)]
        for f in facts
    ]  # fmt: skip
    formats = (h.DATE, *[""] * 6, *h.result_formats(market.symbol))
    path = folder / NAMES[market.code, "product"]
    title = "Sponsored Product Advertised Product" if market.code == "US" else path.stem
    write_xlsx(path, title, h.ADVERTISED[market.code], rows, formats)


def write_terms(folder: Path, ledger: Ledger, market: Market) -> None:
    """Sponsored Products by clicked search term and day."""
    campaigns = of_market(ledger, market, "SP")
    facts = sorted((f for f in ledger.terms if f.marketplace == market.code),
                   key=lambda f: (f.day, f.campaign, f.targeting, f.term))  # fmt: skip
    rows: list[list[Value]] = [
        [f.day, campaigns[f.campaign].portfolio, market.currency, f.campaign, group_of(f.campaign),
         f.targeting, f.match, f.term, *results(f)]
        for f in facts
    ]  # fmt: skip
    formats = (h.DATE, *[""] * 7, *h.result_formats(market.symbol))
    path = folder / NAMES[market.code, "term"]
    title = "Sponsored Product Search Term Report" if market.code == "US" else path.stem
    write_xlsx(path, title, h.SEARCH_TERM[market.code], rows, formats)


def group_of(campaign: str) -> str:
    """Each campaign has one ad group."""
    return f"{campaign} - AG1"


def brand_row(market: Market, campaign: Campaign, fact: BrandAdFact) -> list[Value]:
    """One day of one Sponsored Brands campaign."""
    return [
        fact.day, campaign.portfolio, market.currency, fact.campaign, fact.impressions,
        fact.clicks, divide(fact.clicks, fact.impressions), divide(fact.spend, fact.clicks),
        fact.spend, divide(fact.spend, fact.sales), divide(fact.sales, fact.spend), fact.sales,
        fact.orders, fact.units, divide(fact.orders, fact.clicks), fact.new_orders,
        divide(fact.new_orders, fact.orders), fact.new_sales,
        divide(fact.new_sales, fact.sales), fact.new_units,
        divide(fact.new_units, fact.units), divide(fact.new_orders, fact.clicks),
    ]  # fmt: skip


def write_brands(folder: Path, ledger: Ledger, market: Market) -> None:
    """Sponsored Brands by campaign and day; no file where there are no such campaigns."""
    campaigns = of_market(ledger, market, "SB")
    facts = sorted((f for f in ledger.brand_ads if f.marketplace == market.code),
                   key=lambda f: (f.day, f.campaign))  # fmt: skip
    if facts:
        rows = [brand_row(market, campaigns[f.campaign], f) for f in facts]
        path = folder / NAMES[market.code, "brand"]
        title = "Sponsored Brands Campaign Report"
        write_xlsx(path, title, h.BRANDS, rows, h.brand_formats(market.symbol))
