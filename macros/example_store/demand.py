"""Visitors and orders: one simulated day after another, SKU by SKU."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .chance import binomial, cents, days_between, pick, poisson, stream
from .goods import Campaign, Listing
from .ledger import DayFact, OrderItem, StoreDay
from .plot import BAD_CAMPAIGN, Plot

WEEKDAYS = {  # Monday first
    "US": (1.04, 1.00, 0.97, 0.96, 0.92, 0.99, 1.12),
    "DE": (1.02, 0.98, 0.97, 0.98, 0.93, 0.96, 1.16),
}
EXTRA_BAD_CLICKS = 0.6  # share by which overbidding raises the campaign's clicks
B2B_SHARE = 0.06


def season(plan: Plot, marketplace: str, day: date) -> float:
    """The day's pace against the mean: weekday times a mild upward trend."""
    gone = (day - plan.start).days / max(1, (plan.end - plan.start).days)
    return WEEKDAYS[marketplace][day.weekday()] * (0.93 + 0.14 * gone)


def pace(listing: Listing, plan: Plot, day: date, bad_share: float) -> tuple[float, float]:
    """A SKU's mean sessions and its conversion on one day; the story is told here."""
    market, product = listing.market.code, listing.product
    sessions = listing.sessions * season(plan, market, day)
    conversion = listing.conversion
    if plan.on_deal(market, product.family, day):
        sessions, conversion = sessions * 1.8, conversion * 1.3
    if plan.out_of_stock(market, product.sku, day):
        sessions, conversion = sessions * 0.35, 0.0
    if plan.falls(market, product.sku, day):
        conversion *= 0.42
    if market == "DE" and day == plan.no_sales_day:
        sessions, conversion = sessions * 0.7, 0.0
    if bad_share and plan.overbids(day):
        more = 1 + bad_share * EXTRA_BAD_CLICKS
        sessions, conversion = sessions * more, conversion / more
    return sessions, conversion


def order_items(
    rng: random.Random, listing: Listing, plan: Plot, day: date, count: int
) -> list[OrderItem]:
    """`count` ordered items of one SKU on one day."""
    market, product = listing.market.code, listing.product
    deal, price = plan.on_deal(market, product.family, day), plan.price(listing, day)
    made = []
    for _ in range(count):
        units = pick(rng, (1, 2, 3), (0.80, 0.15, 0.05))
        rate = plan.deal_off if deal and rng.random() < 0.6 else 0.0
        if not rate and rng.random() < 0.03:
            rate = 0.05
        made.append(OrderItem(
            marketplace=market, day=day, sku=product.sku, asin=product.asin, units=units,
            order_id=f"{rng.randrange(101, 306)}-{rng.randrange(10**7):07d}"
                     f"-{rng.randrange(10**7):07d}",
            price=price,
            discount=cents(price * units * Decimal(str(rate))),
            b2b=rng.random() < B2B_SHARE,
        ))  # fmt: skip
    return made


def day_fact(
    rng: random.Random, listing: Listing, day: date, sessions: int, items: list[OrderItem],
    in_stock: bool,
) -> DayFact:  # fmt: skip
    """The traffic and sales of one SKU on one day, added up from its ordered items."""
    business = [item for item in items if item.b2b]
    b2b = max(binomial(rng, sessions, B2B_SHARE), len(business))
    views = sessions + poisson(rng, sessions * 0.34)
    views_b2b = min(views, b2b + poisson(rng, b2b * 0.34))
    featured_b2b = binomial(rng, views_b2b, 0.97 if in_stock else 0.0)
    featured = featured_b2b + binomial(rng, views - views_b2b, 0.97 if in_stock else 0.0)
    return DayFact(
        marketplace=listing.market.code, day=day, sku=listing.product.sku,
        asin=listing.product.asin, sessions=sessions, sessions_b2b=b2b, page_views=views,
        page_views_b2b=views_b2b, buy_box_views=featured, buy_box_views_b2b=featured_b2b,
        units=sum(item.units for item in items),
        units_b2b=sum(item.units for item in business),
        order_items=len(items), order_items_b2b=len(business),
        sales=sum((item.sales for item in items), Decimal(0)),
        sales_b2b=sum((item.sales for item in business), Decimal(0)), in_stock=in_stock,
    )  # fmt: skip


def bad_shares(campaigns: Iterable[Campaign]) -> dict[tuple[str, str], float]:
    """The share of sessions that the bad campaign brings, by marketplace and family."""
    return {
        (campaign.marketplace, family): campaign.share
        for campaign in campaigns
        if campaign.name == BAD_CAMPAIGN
        for family in campaign.families
    }


def simulate(
    seed: int, plan: Plot, listings: tuple[Listing, ...], campaigns: tuple[Campaign, ...]
) -> tuple[tuple[OrderItem, ...], tuple[DayFact, ...]]:
    """Every order item and every day x SKU fact of the whole span."""
    bad = bad_shares(campaigns)
    orders: list[OrderItem] = []
    facts: list[DayFact] = []
    for listing in listings:
        market, product = listing.market.code, listing.product
        rng = stream(seed, "demand", market, product.sku)
        share = bad.get((market, product.family), 0.0)
        for day in days_between(plan.start, plan.end):
            mean, conversion = pace(listing, plan, day, share)
            sessions = max(1, poisson(rng, mean * rng.gauss(1, 0.05)))
            items = order_items(rng, listing, plan, day, binomial(rng, sessions, conversion))
            in_stock = not plan.out_of_stock(market, product.sku, day)
            facts.append(day_fact(rng, listing, day, sessions, items, in_stock))
            orders += items
    return tuple(orders), tuple(facts)


def store_days(seed: int, facts: tuple[DayFact, ...]) -> tuple[StoreDay, ...]:
    """The store's own sessions a day: a visit to several products counts once."""
    groups: dict[tuple[str, date], list[DayFact]] = defaultdict(list)
    for fact in facts:
        groups[fact.marketplace, fact.day].append(fact)
    made = []
    for (market, day), group in groups.items():
        rng = stream(seed, "store", market, day.isoformat())
        children = sum(fact.sessions for fact in group)
        business = sum(fact.sessions_b2b for fact in group)
        sessions = round(children * rng.uniform(0.80, 0.86))
        made.append(StoreDay(
            marketplace=market, day=day, sessions=sessions,
            sessions_b2b=min(sessions, round(business * 0.9)),
            offers=len({fact.sku for fact in group}),
            parents=len({fact.asin for fact in group}),
        ))  # fmt: skip
    return tuple(made)
