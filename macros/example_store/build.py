"""From a seed to the ledger, and from the ledger to the files."""

from datetime import date, timedelta
from pathlib import Path

from . import ads, catalog, demand, settle, stock, typed, watch
from .ad_files import write_brands, write_campaigns, write_products, write_terms
from .business_files import write_by_date, write_by_item, write_by_item_daily
from .campaigns import CAMPAIGNS
from .goods import Listing
from .ledger import AdFact, BrandAdFact, DayFact, Ledger, OrderItem, TermFact
from .own_files import write_costs, write_master, write_settings
from .plot import Plot, plot, story
from .settlement_files import write_settlements
from .stock_files import write_stock
from .typed_files import write_tables
from .watch_files import write_listings, write_ranks
from .watched import PriceChange

SETTLED_WEEKS = 8  # how far back the person kept settlement files
LEAST_WEEKS = 8


def generate(
    folder: Path,
    *,
    seed: int = 7,
    skus: int = 40,
    weeks: int = 26,
    end: date = date(2026, 11, 15),
) -> Ledger:
    """Write the example store's report files below `folder` and return the truth behind them.

    `skus` (20 or more) are offered in the US and about 60 % of them in DE too; the store runs
    `weeks` (8 or more) ISO weeks up to `end`, a Sunday. Files: one folder a marketplace with
    Business Reports, ads reports, FBA stock, settlements, keyword ranks and listings; above
    them the team's own tables (product master, costs, targets, …) and `opsheet.toml`.
    The same arguments give the same bytes.
    """
    ledger = simulate(seed=seed, skus=skus, weeks=weeks, end=end)
    write(folder, ledger)
    return ledger


def simulate(*, seed: int, skus: int, weeks: int, end: date) -> Ledger:
    """The ledger alone, without any file."""
    if skus < catalog.LEAST_SKUS or weeks < LEAST_WEEKS or end.weekday() != 6:
        raise ValueError(
            f"the story needs {catalog.LEAST_SKUS} SKUs, {LEAST_WEEKS} weeks and a Sunday "
            f"as its end; got {skus}, {weeks} and {end:%A %Y-%m-%d}"
        )
    plan = plot(end - timedelta(days=7 * weeks - 1), end)
    products = catalog.products(skus)
    listings = catalog.listings(products)
    orders, days = demand.simulate(seed, plan, listings, CAMPAIGNS)
    ad_facts, terms, brands = advertise(seed, plan, listings, orders, days)
    snapshots, ages = stock.snapshots(seed, plan, listings, days)
    return Ledger(
        seed=seed, start=plan.start, end=end, markets=catalog.MARKETS, products=products,
        listings=listings, campaigns=CAMPAIGNS, orders=orders, days=days,
        store_days=demand.store_days(seed, days), ads=ad_facts, terms=terms, brand_ads=brands,
        settlements=tuple(
            item
            for market in catalog.MARKETS
            for item in settle.settlements(
                seed, plan, listings, [o for o in orders if o.marketplace == market.code],
                market, SETTLED_WEEKS)
        ),
        stock=snapshots, ages=ages, costs=stock.costs(seed, plan, listings),
        story=story(plan, products),
        budget_changes=ads.cut_budgets(plan, ad_facts),
        price_changes=(
            PriceChange("US", plan.falling_sku, plan.falling[0], plan.dear_price),
        ),
        keyword_looks=watch.keyword_looks(seed, plan, listings),
        listing_views=watch.listing_views(seed, plan, listings),
        account_values=typed.account_values(plan), overheads=typed.overheads(plan),
        rates=typed.rates(seed, plan), events=typed.events(plan, products),
        operations=typed.operations(plan, products),
        stages=typed.stages(seed, plan, listings),
    )  # fmt: skip


def advertise(
    seed: int, plan: Plot, listings: tuple[Listing, ...], orders: tuple[OrderItem, ...],
    days: tuple[DayFact, ...],
) -> tuple[tuple[AdFact, ...], tuple[TermFact, ...], tuple[BrandAdFact, ...]]:  # fmt: skip
    """Both ad types in every marketplace; an order is claimed by at most one ad."""
    asins = {item.product.sku: item.product.asin for item in listings}
    facts: list[AdFact] = []
    terms: list[TermFact] = []
    brands: list[BrandAdFact] = []
    for market in catalog.MARKETS:
        mine = tuple(order for order in orders if order.marketplace == market.code)
        seen = tuple(fact for fact in days if fact.marketplace == market.code)
        own = [one for one in CAMPAIGNS if one.marketplace == market.code]
        products = tuple(one for one in own if one.kind == "SP")
        book = ads.simulate(seed, plan, listings, products, seen, mine, market.code)
        facts += ads.ad_facts(book, asins)
        terms += ads.term_facts(book)
        left = [order for order in mine if order.order_id not in book.attributed]
        named = tuple(one for one in own if one.kind == "SB")
        brands += ads.brand_facts(seed, plan, listings, named, left)
    return tuple(facts), tuple(terms), tuple(brands)


def write(folder: Path, ledger: Ledger) -> None:
    """Every file of the store below `folder`, which is made where it is missing."""
    for market in ledger.markets:
        place = folder / market.folder
        place.mkdir(parents=True, exist_ok=True)
        for writer in (
            write_by_date, write_by_item, write_by_item_daily, write_campaigns,
            write_products, write_terms, write_brands, write_stock, write_settlements,
            write_ranks, write_listings,
        ):  # fmt: skip
            writer(place, ledger, market)
    write_master(folder, ledger)
    write_costs(folder, ledger)
    write_tables(folder, ledger)
    write_settings(folder)
