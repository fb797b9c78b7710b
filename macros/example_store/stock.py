"""Stock on each day since the last Sunday but one, its age, and what a unit costs."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .chance import cents, poisson, spread, stream
from .goods import Listing
from .ledger import Age, Cost, DayFact, Stock
from .plot import Plot

SNAPSHOTS = 8  # one a day, of the last week and the Sunday before
AGED_UNITS = 640
FRESH = (46, 30, 15, 9, 0, 0, 0, 0, 0, 0, 0, 0)
SLOW = (30, 25, 18, 24, 2, 1, 0, 0, 0, 0, 0, 0)
AGED = (1, 1, 1, 6, 12, 14, 12, 13, 12, 12, 11, 5)
SLOW_SKUS = ("NW-HAMPER-PL", "NW-PLANTER-6", "BR-NAPKIN-12")
LOW_COVER_DAYS = 8


def daily_units(facts: tuple[DayFact, ...], marketplace: str, sku: str, end: date) -> float:
    """Mean units a day over the last 28 days on which the SKU was in stock."""
    since = end - timedelta(days=27)
    found = [
        fact.units
        for fact in facts
        if fact.marketplace == marketplace and fact.sku == sku
        and fact.in_stock and fact.day >= since
    ]  # fmt: skip
    return sum(found) / max(1, len(found))


def now(seed: int, plan: Plot, listing: Listing, daily: float) -> Stock:
    """A listing's stock on the last day."""
    market, product = listing.market.code, listing.product
    rng = stream(seed, "stock", market, product.sku)
    low = market == "US" and product.sku == plan.low_cover_sku
    aged = market == "US" and product.sku == plan.aged_sku
    fulfillable = max(6, round(daily * (LOW_COVER_DAYS if low else rng.uniform(62, 115))))
    if aged:
        fulfillable = AGED_UNITS
    coming = not low and not aged and rng.random() < 0.55
    cartons = max(1, round(daily * 30 / product.carton))
    return Stock(
        marketplace=market, day=plan.end, sku=product.sku, fulfillable=fulfillable,
        unsellable=poisson(rng, fulfillable * 0.01), reserved=poisson(rng, daily * 1.6 + 0.5),
        working=product.carton * cartons if low else 0,
        shipped=product.carton * cartons if coming else 0,
        receiving=product.carton if coming and rng.random() < 0.4 else 0,
    )  # fmt: skip


def before(last: Stock, day: date, sold: int) -> Stock:
    """The stock on an earlier day: what was sold since was still there, nothing had arrived."""
    return Stock(
        marketplace=last.marketplace, day=day, sku=last.sku,
        fulfillable=last.fulfillable + sold, unsellable=last.unsellable,
        reserved=last.reserved, working=last.working + last.receiving,
        shipped=last.shipped, receiving=0,
    )  # fmt: skip


def age(seed: int, plan: Plot, stock: Stock) -> Age:
    """How old the fulfillable units are; only the US holds anything older than 180 days."""
    rng = stream(seed, "age", stock.marketplace, stock.sku)
    weights = FRESH
    if stock.marketplace == "US" and stock.sku == plan.aged_sku:
        weights = AGED
    elif stock.marketplace == "US" and stock.sku in SLOW_SKUS:
        weights = SLOW
    return Age(stock.marketplace, stock.day, stock.sku, spread(rng, stock.fulfillable, weights))


def snapshots(
    seed: int, plan: Plot, listings: tuple[Listing, ...], facts: tuple[DayFact, ...]
) -> tuple[tuple[Stock, ...], tuple[Age, ...]]:
    """Stock on each of the last days, and the ages of what is there now."""
    sold: dict[tuple[str, str, date], int] = defaultdict(int)
    for fact in facts:
        sold[fact.marketplace, fact.sku, fact.day] += fact.units
    earlier, last = [], []
    for listing in listings:
        market, sku = listing.market.code, listing.product.sku
        stock = now(seed, plan, listing, daily_units(facts, market, sku, plan.end))
        last.append(stock)
        units = 0
        for ago in range(1, SNAPSHOTS):
            units += sold[market, sku, plan.end - timedelta(days=ago - 1)]
            earlier.append(before(stock, plan.end - timedelta(days=ago), units))
    return (*earlier, *last), tuple(age(seed, plan, stock) for stock in last)


def costs(seed: int, plan: Plot, listings: tuple[Listing, ...]) -> tuple[Cost, ...]:
    """Dated costs by SKU and currency; every third SKU got dearer, one has none at all."""
    made = []
    for listing in listings:
        sku = listing.product.sku
        if sku == plan.no_cost_sku:
            continue
        rng = stream(seed, "cost", listing.market.code, sku)
        unit = listing.price * Decimal(str(round(rng.uniform(0.17, 0.23), 3)))
        steps = [(date(plan.start.year, 1, 1), Decimal(1))]
        if stream(seed, "dearer", sku).random() < 0.33:
            steps.append((plan.end - timedelta(days=45), Decimal("1.08")))
        made += [
            Cost(sku, since, listing.market.currency, cents(unit * factor),
                 cents(unit * factor / 5), cents(unit / 12))
            for since, factor in steps
        ]  # fmt: skip
    return tuple(made)
