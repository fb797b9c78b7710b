"""The Business Reports: by date (one file) and by child item (one file a week, lately a day)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from .chance import days_between, mondays
from .goods import Market, Product
from .ledger import DayFact, Ledger, StoreDay
from .sheets import count, money, percent, write_csv

DAILY = 14  # days for which the report by item was downloaded every day

BY_DATE = {
    "US": (
        "Date", "Ordered Product Sales", "Ordered Product Sales - B2B", "Units Ordered",
        "Units Ordered - B2B", "Total Order Items", "Total Order Items - B2B",
        "Page Views - Total", "Page Views - Total - B2B", "Sessions - Total",
        "Sessions - Total - B2B", "Featured Offer (Buy Box) Percentage",
        "Featured Offer (Buy Box) Percentage - B2B", "Unit Session Percentage",
        "Unit Session Percentage - B2B", "Average Offer Count", "Average Parent Items",
    ),
    "DE": (
        "日期", "已订购商品销售额", "已订购商品销售额 - B2B", "已订购商品数量",
        "已订购商品数量 - B2B", "订单商品总数", "订单商品总数 - B2B", "页面浏览量 - 总计",
        "页面浏览量 - 总计 - B2B", "会话数 - 总计", "会话 - 总计 - B2B",
        "推荐报价（推荐报价展示位）百分比", "推荐报价（推荐报价展示位）百分比 - B2B",
        "商品会话百分比", "商品会话百分比 - B2B", "平均在售商品数量", "平均父商品数量",
    ),
}  # fmt: skip

BY_ITEM = {
    "US": (
        "(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions - Total",
        "Sessions - Total - B2B", "Session Percentage - Total",
        "Session Percentage - Total - B2B", "Page Views - Total", "Page Views - Total - B2B",
        "Page Views Percentage - Total", "Page Views Percentage - Total - B2B",
        "Featured Offer (Buy Box) Percentage", "Featured Offer (Buy Box) Percentage - B2B",
        "Units Ordered", "Units Ordered - B2B", "Unit Session Percentage",
        "Unit Session Percentage - B2B", "Ordered Product Sales",
        "Ordered Product Sales - B2B", "Total Order Items", "Total Order Items - B2B",
    ),
    "DE": (
        "（父）ASIN", "（子）ASIN", "标题", "SKU", "会话数 - 总计", "会话 - 总计 - B2B",
        "转化率 - 总计", "会话百分比 - 总计 - B2B", "页面浏览量 - 总计 ",
        "页面浏览量 - 总计 - B2B", "页面浏览量百分比 - 总计", "页面浏览量百分比 - 总计 - B2B",
        "推荐报价（推荐报价展示位）百分比 ", "推荐报价（推荐报价展示位）百分比 - B2B",
        "已订购商品数量", "已订购商品数量 - B2B", "商品会话百分比", "商品会话百分比 - B2B",
        "已订购商品销售额", "已订购商品销售额 - B2B", "订单商品总数", "订单商品总数 - B2B",
    ),
}  # fmt: skip


class Sums(NamedTuple):
    """Additive figures of some day facts, total and B2B."""

    sessions: int
    sessions_b2b: int
    views: int
    views_b2b: int
    featured: int
    featured_b2b: int
    units: int
    units_b2b: int
    items: int
    items_b2b: int
    sales: Decimal
    sales_b2b: Decimal


def add(facts: Iterable[DayFact]) -> Sums:
    """Add day facts up."""
    found = list(facts)
    return Sums(
        sessions=sum(f.sessions for f in found), sessions_b2b=sum(f.sessions_b2b for f in found),
        views=sum(f.page_views for f in found), views_b2b=sum(f.page_views_b2b for f in found),
        featured=sum(f.buy_box_views for f in found),
        featured_b2b=sum(f.buy_box_views_b2b for f in found),
        units=sum(f.units for f in found), units_b2b=sum(f.units_b2b for f in found),
        items=sum(f.order_items for f in found),
        items_b2b=sum(f.order_items_b2b for f in found),
        sales=sum((f.sales for f in found), Decimal(0)),
        sales_b2b=sum((f.sales_b2b for f in found), Decimal(0)),
    )  # fmt: skip


def date_row(market: Market, store: StoreDay, facts: list[DayFact]) -> list[str]:
    """One day of the by-date report."""
    total, day = add(facts), store.day
    us = market.code == "US"
    return [
        f"{day.month}/{day.day}/{day:%y}" if us else f"{day:%Y/%m/%d}",
        money(market.symbol, total.sales), money(market.symbol, total.sales_b2b),
        count(total.units), count(total.units_b2b),
        count(total.items), count(total.items_b2b),
        count(total.views), count(total.views_b2b),
        count(store.sessions), count(store.sessions_b2b),
        percent(total.featured, total.views), percent(total.featured_b2b, total.views_b2b),
        percent(total.units, store.sessions), percent(total.units_b2b, store.sessions_b2b),
        str(store.offers), str(store.parents),
    ]  # fmt: skip


def item_row(market: Market, product: Product, own: Sums, all_: Sums) -> list[str]:
    """One SKU of a by-item report; `all_` holds the store's own sessions."""
    title = product.title_en if market.code == "US" else product.title_de
    return [
        product.parent_asin, product.asin, title, product.sku,
        count(own.sessions), count(own.sessions_b2b),
        percent(own.sessions, all_.sessions), percent(own.sessions_b2b, all_.sessions_b2b),
        count(own.views), count(own.views_b2b),
        percent(own.views, all_.views), percent(own.views_b2b, all_.views_b2b),
        percent(own.featured, own.views), percent(own.featured_b2b, own.views_b2b),
        count(own.units), count(own.units_b2b),
        percent(own.units, own.sessions), percent(own.units_b2b, own.sessions_b2b),
        money(market.symbol, own.sales), money(market.symbol, own.sales_b2b),
        count(own.items), count(own.items_b2b),
    ]  # fmt: skip


def write_by_date(folder: Path, ledger: Ledger, market: Market) -> None:
    """The whole span day by day; the date in the name is the day of download."""
    by_day: dict[date, list[DayFact]] = defaultdict(list)
    for fact in ledger.days:
        if fact.marketplace == market.code:
            by_day[fact.day].append(fact)
    stores = [item for item in ledger.store_days if item.marketplace == market.code]
    rows = [date_row(market, item, by_day[item.day]) for item in stores]
    downloaded = ledger.end + timedelta(days=1)
    name = f"BusinessReport-{downloaded.month}-{downloaded.day}-{downloaded:%y}.csv"
    write_csv(folder / name, BY_DATE[market.code], rows)


def write_by_item(folder: Path, ledger: Ledger, market: Market) -> None:
    """One file a week, its period in the name."""
    weeks = [(day, day + timedelta(days=6)) for day in mondays(ledger.start, ledger.end)]
    _write_items(folder, ledger, market, weeks)


def write_by_item_daily(folder: Path, ledger: Ledger, market: Market) -> None:
    """One file a day for the last two weeks; they add up to the weekly ones."""
    days = days_between(ledger.end - timedelta(days=DAILY - 1), ledger.end)
    _write_items(folder, ledger, market, [(day, day) for day in days])


def _write_items(
    folder: Path, ledger: Ledger, market: Market, spans: Iterable[tuple[date, date]]
) -> None:
    """One file for each (first, last) day; best sellers first."""
    facts = [fact for fact in ledger.days if fact.marketplace == market.code]
    stores = [item for item in ledger.store_days if item.marketplace == market.code]
    products = {product.sku: product for product in ledger.products}
    for first, last in spans:
        by_sku: dict[str, list[DayFact]] = defaultdict(list)
        for fact in facts:
            if first <= fact.day <= last:
                by_sku[fact.sku].append(fact)
        visits = [item for item in stores if first <= item.day <= last]
        all_ = add(fact for group in by_sku.values() for fact in group)._replace(
            sessions=sum(item.sessions for item in visits),
            sessions_b2b=sum(item.sessions_b2b for item in visits),
        )
        sums = _traffic_of_asins({sku: add(group) for sku, group in by_sku.items()}, products)
        order = sorted(sums, key=lambda sku: (-sums[sku].sales, sku))
        rows = [item_row(market, products[sku], sums[sku], all_) for sku in order]
        name = f"BusinessReport {first.isoformat()}..{last.isoformat()}.csv"
        write_csv(folder / name, BY_ITEM[market.code], rows)


OF_ASIN = ("sessions", "sessions_b2b", "views", "views_b2b", "featured", "featured_b2b")


def _traffic_of_asins(sums: dict[str, Sums], products: dict[str, Product]) -> dict[str, Sums]:
    """Sessions and views belong to the child ASIN: Amazon repeats them on the row of each SKU."""
    shared: dict[str, list[Sums]] = defaultdict(list)
    for sku, own in sums.items():
        shared[products[sku].asin].append(own)
    return {
        sku: own._replace(**{
            name: sum(getattr(part, name) for part in shared[products[sku].asin])
            for name in OF_ASIN
        })
        for sku, own in sums.items()
    }
