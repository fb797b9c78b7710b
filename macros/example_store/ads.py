"""Advertising: every single click with its price, then every ad order pinned to one click.

Because the reports are sums over the same clicks, advertised product, campaign and search term
agree to the cent; only the impressions of terms nobody clicked are missing from the last one.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from .campaigns import terms_of
from .chance import binomial, cents, days_between, pick, poisson, stream
from .demand import EXTRA_BAD_CLICKS
from .goods import Campaign, Listing
from .ledger import AdFact, BrandAdFact, DayFact, OrderItem, TermFact
from .plot import BAD_CAMPAIGN, RUN_OUTS, TIGHT_CAMPAIGN, Plot
from .watched import BudgetChange

OVERBID_PRICE = 2.15  # cost per click against the usual one
VALUE_PER_ORDER = 1.25  # mean units in an order item
LEAST_SESSIONS = {"US": 5.5, "DE": 2.6}  # a day, for a SKU to be advertised


@dataclass(slots=True)
class Click:
    """One click on a Sponsored Products ad, and the order it led to."""

    campaign: Campaign
    day: date
    sku: str
    targeting: str
    match: str
    term: str
    quality: float
    cost: Decimal
    impressions: int
    order: OrderItem | None = None


class Results(NamedTuple):
    """Sums over some clicks."""

    impressions: int
    clicks: int
    spend: Decimal
    orders: int
    same_units: int
    other_units: int
    same_sales: Decimal
    other_sales: Decimal


@dataclass(slots=True)
class Book:
    """What one marketplace's campaigns brought while they are simulated."""

    clicks: list[Click] = field(default_factory=list)
    unclicked: dict[tuple[str, date, str], int] = field(default_factory=dict)
    attributed: set[str] = field(default_factory=set)  # order ids


def sums(clicks: Iterable[Click]) -> Results:
    """Add clicks up; an order of another SKU than the advertised one counts as `other`."""
    found = list(clicks)
    own = [c.order for c in found if c.order and c.order.sku == c.sku]
    other = [c.order for c in found if c.order and c.order.sku != c.sku]
    return Results(
        impressions=sum(c.impressions for c in found),
        clicks=len(found),
        spend=sum((c.cost for c in found), Decimal(0)),
        orders=len(own) + len(other),
        same_units=sum(order.units for order in own),
        other_units=sum(order.units for order in other),
        same_sales=sum((order.sales for order in own), Decimal(0)),
        other_sales=sum((order.sales for order in other), Decimal(0)),
    )


def click(
    rng: random.Random, campaign: Campaign, listing: Listing, day: date, overbid: bool
) -> Click:
    """One click: which term, which target, what it cost."""
    terms = terms_of(campaign, listing.product.family)
    term = pick(rng, terms, [t.weight for t in terms])
    exact = [target for target in campaign.targets if target[0] == term.text]
    fitting = [t for t in campaign.targets if t[0].split()[-1].rstrip("s") in term.text]
    options = exact or fitting or list(campaign.targets)
    targeting, match = options[len(term.text) % len(options)]
    mean = campaign.acos * listing.conversion * float(listing.price) * VALUE_PER_ORDER
    cost = rng.gauss(mean, mean * 0.15) * (OVERBID_PRICE if overbid else 1.0)
    return Click(campaign, day, listing.product.sku, targeting, match, term.text, term.quality,
                 max(Decimal("0.06"), cents(cost)), 1 + poisson(rng, 48))  # fmt: skip


def advertises(campaign: Campaign, listing: Listing) -> bool:
    """Whether a campaign holds a SKU: those of its families that people look at enough."""
    busy = listing.sessions >= LEAST_SESSIONS[campaign.marketplace]
    return busy and listing.product.family in campaign.families


def click_day(
    rng: random.Random, campaign: Campaign, plan: Plot, listing: Listing, fact: DayFact,
    book: Book,
) -> None:  # fmt: skip
    """The clicks on one advertised SKU through one campaign on one day."""
    if not fact.in_stock:
        return
    overbid = campaign.name == BAD_CAMPAIGN and plan.overbids(fact.day)
    more = (1 + EXTRA_BAD_CLICKS) / (1 + campaign.share * EXTRA_BAD_CLICKS) if overbid else 1.0
    for _ in range(binomial(rng, fact.sessions, campaign.share * more)):
        book.clicks.append(click(rng, campaign, listing, fact.day, overbid))
    key = (campaign.name, fact.day, fact.sku)
    book.unclicked[key] = 5 + poisson(rng, 22 + fact.sessions * campaign.share * 35)


def attribute(
    rng: random.Random, orders: Iterable[OrderItem], clicks: Iterable[Click],
    shares: dict[str, float], families: dict[str, str],
) -> set[str]:  # fmt: skip
    """Pin some orders to clicks of the same day; return the ids of those orders."""
    free: dict[tuple[date, str], list[Click]] = defaultdict(list)
    for one in clicks:
        free[one.day, families[one.sku]].append(one)
    used: set[str] = set()
    for order in orders:
        if rng.random() >= shares.get(order.sku, 0.0):
            continue
        near = [c for c in free[order.day, families[order.sku]] if c.order is None]
        own = [c for c in near if c.sku == order.sku]
        candidates = own if own and rng.random() < 0.9 else near
        weights = [c.quality for c in candidates]
        if sum(weights) > 0:
            pick(rng, candidates, weights).order = order
            used.add(order.order_id)
    return used


def simulate(
    seed: int, plan: Plot, listings: tuple[Listing, ...], campaigns: tuple[Campaign, ...],
    facts: tuple[DayFact, ...], orders: tuple[OrderItem, ...], market: str,
) -> Book:  # fmt: skip
    """All Sponsored Products clicks of one marketplace, with the orders they led to."""
    rng = stream(seed, "ads", market)
    sold = {item.product.sku: item for item in listings if item.market.code == market}
    book = Book()
    shares: dict[str, float] = defaultdict(float)
    for campaign in campaigns:
        for sku, listing in sold.items():
            if advertises(campaign, listing):
                shares[sku] += campaign.share
    for fact in facts:
        for campaign in campaigns:
            listing = sold[fact.sku]
            if advertises(campaign, listing):
                click_day(rng, campaign, plan, listing, fact, book)
    families = {sku: listing.product.family for sku, listing in sold.items()}
    book.attributed = attribute(rng, orders, book.clicks, dict(shares), families)
    return book


def ad_facts(book: Book, asins: dict[str, str]) -> list[AdFact]:
    """Clicks and unclicked impressions by campaign, day and advertised SKU."""
    groups: dict[tuple[str, date, str], list[Click]] = {key: [] for key in book.unclicked}
    for one in book.clicks:
        groups[one.campaign.name, one.day, one.sku].append(one)
    market = {one.campaign.name: one.campaign.marketplace for one in book.clicks}
    made = []
    for (campaign, day, sku), clicks in groups.items():
        if campaign not in market:
            continue
        total = sums(clicks)
        shown = total.impressions + book.unclicked[campaign, day, sku]
        made.append(AdFact(market[campaign], campaign, day, sku, asins[sku], shown, *total[1:]))
    return made


def term_facts(book: Book) -> list[TermFact]:
    """Clicks by campaign, day, target and search term."""
    groups: dict[tuple[str, str, date, str, str, str], list[Click]] = defaultdict(list)
    for one in book.clicks:
        market = one.campaign.marketplace
        groups[
            market, one.campaign.name, one.day, one.targeting, one.match, one.term
        ].append(one)  # fmt: skip
    return [
        TermFact(market, campaign, day, targeting, match, term, *sums(clicks))
        for (market, campaign, day, targeting, match, term), clicks in groups.items()
    ]


def brand_facts(
    seed: int, plan: Plot, listings: tuple[Listing, ...], campaigns: tuple[Campaign, ...],
    orders: Iterable[OrderItem],
) -> list[BrandAdFact]:  # fmt: skip
    """Sponsored Brands by campaign and day; `orders` are those no Sponsored Product claimed."""
    family = {item.product.sku: item.product.family for item in listings}
    left: dict[date, list[OrderItem]] = defaultdict(list)
    for order in orders:
        left[order.day].append(order)
    made = []
    for number, campaign in enumerate(campaigns):
        rng = stream(seed, "brands", campaign.name)
        for day in days_between(plan.start, plan.end):
            fitting = [o for o in left[day] if family[o.sku] in campaign.families]
            own = [o for o in fitting[number :: len(campaigns)] if rng.random() < 0.22]
            clicks = len(own) + poisson(rng, 5.5)
            made.append(brand_fact(rng, campaign, day, clicks, own))
    return made


def brand_fact(
    rng: random.Random, campaign: Campaign, day: date, clicks: int, own: list[OrderItem]
) -> BrandAdFact:
    """One day of one Sponsored Brands campaign."""
    new = [order for order in own if rng.random() < 0.55]
    price = 1.15 if "Video" in campaign.name else 0.85
    spend = sum((cents(rng.gauss(price, price * 0.15)) for _ in range(clicks)), Decimal(0))
    return BrandAdFact(
        marketplace=campaign.marketplace, campaign=campaign.name, day=day,
        impressions=clicks + 60 + poisson(rng, clicks * 110), clicks=clicks, spend=spend,
        orders=len(own), units=sum(o.units for o in own),
        sales=sum((o.sales for o in own), Decimal(0)),
        new_orders=len(new), new_units=sum(o.units for o in new),
        new_sales=sum((o.sales for o in new), Decimal(0)),
    )  # fmt: skip


def cut_budgets(plan: Plot, facts: Iterable[AdFact]) -> tuple[BudgetChange, ...]:
    """One campaign's budget was cut a week ago, so low that its spend reaches it on some days."""
    spend: dict[date, Decimal] = defaultdict(Decimal)
    for fact in facts:
        if fact.campaign == TIGHT_CAMPAIGN and fact.day > plan.end - timedelta(days=7):
            spend[fact.day] += fact.spend
    most = sorted(spend.values(), reverse=True)
    dimes = most[RUN_OUTS - 1].quantize(Decimal("0.1"), ROUND_DOWN)
    amount = dimes if dimes > most[RUN_OUTS] else most[RUN_OUTS - 1]
    return (BudgetChange(TIGHT_CAMPAIGN, plan.end - timedelta(days=6), amount),)
