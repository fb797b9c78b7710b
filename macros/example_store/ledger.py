"""The truth of the example store: frozen records from which files and expected KPIs are made.

Money is `Decimal` in the marketplace's own currency with two digits; days are the marketplace's
own days; settlement times are UTC. Nothing here knows about files.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .goods import Campaign, Listing, Market, Product
from .watched import (
    AccountValue,
    BudgetChange,
    Event,
    KeywordLook,
    ListingView,
    Operation,
    Overhead,
    PriceChange,
    Rate,
    Stage,
)


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One ordered item (one order has one item here). `discount` is for the whole item, > 0."""

    marketplace: str
    day: date
    order_id: str
    sku: str
    asin: str
    units: int
    price: Decimal
    discount: Decimal
    b2b: bool

    @property
    def sales(self) -> Decimal:
        """Price x units, before discounts and refunds."""
        return self.price * self.units


@dataclass(frozen=True, slots=True)
class DayFact:
    """Traffic and sales of one SKU on one day; the `_b2b` part is included in the total."""

    marketplace: str
    day: date
    sku: str
    asin: str
    sessions: int
    sessions_b2b: int
    page_views: int
    page_views_b2b: int
    buy_box_views: int  # page views on which our offer was the featured one
    buy_box_views_b2b: int
    units: int
    units_b2b: int
    order_items: int
    order_items_b2b: int
    sales: Decimal
    sales_b2b: Decimal
    in_stock: bool


@dataclass(frozen=True, slots=True)
class StoreDay:
    """A store's own sessions on one day: fewer than its children's, whose visits overlap."""

    marketplace: str
    day: date
    sessions: int
    sessions_b2b: int
    offers: int
    parents: int


@dataclass(frozen=True, slots=True)
class AdFact:
    """Sponsored Products, one campaign x advertised SKU x day; orders and sales within 7 days."""

    marketplace: str
    campaign: str
    day: date
    sku: str
    asin: str
    impressions: int
    clicks: int
    spend: Decimal
    orders: int
    same_units: int
    other_units: int
    same_sales: Decimal
    other_sales: Decimal


@dataclass(frozen=True, slots=True)
class TermFact:
    """Sponsored Products, one campaign x target x customer search term x day (clicked terms)."""

    marketplace: str
    campaign: str
    day: date
    targeting: str
    match: str
    term: str
    impressions: int
    clicks: int
    spend: Decimal
    orders: int
    same_units: int
    other_units: int
    same_sales: Decimal
    other_sales: Decimal


@dataclass(frozen=True, slots=True)
class BrandAdFact:
    """Sponsored Brands, one campaign x day; orders and sales within 14 days."""

    marketplace: str
    campaign: str
    day: date
    impressions: int
    clicks: int
    spend: Decimal
    orders: int
    units: int
    sales: Decimal
    new_orders: int
    new_units: int
    new_sales: Decimal


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One amount of a settlement, signed as in the file: what the seller pays is negative."""

    transaction: str
    order_id: str
    adjustment_id: str
    shipment_id: str
    amount_type: str
    description: str
    amount: Decimal
    posted: datetime
    item_code: str
    sku: str
    units: int | None
    promotion_id: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """One two-week settlement; `total` is the sum of its lines."""

    settlement_id: str
    report_id: str
    marketplace: str
    start: datetime
    end: datetime
    deposit: datetime
    lines: tuple[SettlementLine, ...]

    @property
    def total(self) -> Decimal:
        """What Amazon pays out: the sum of all lines."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Stock:
    """Units of one SKU in Amazon's warehouses at the end of one day."""

    marketplace: str
    day: date
    sku: str
    fulfillable: int
    unsellable: int
    reserved: int
    working: int
    shipped: int
    receiving: int

    @property
    def inbound(self) -> int:
        """Units on their way: shipped + receiving, without `working`."""
        return self.shipped + self.receiving

    @property
    def warehouse(self) -> int:
        """Units inside the warehouses: fulfillable + unsellable + reserved."""
        return self.fulfillable + self.unsellable + self.reserved

    @property
    def total(self) -> int:
        """afn-total-quantity: warehouse + working + shipped + receiving."""
        return self.warehouse + self.working + self.inbound


@dataclass(frozen=True, slots=True)
class Age:
    """Fulfillable units of one SKU by age; `units` follows `AGE_BUCKETS` and adds up to it."""

    marketplace: str
    day: date
    sku: str
    units: tuple[int, ...]

    def between(self, first: int, last: int) -> int:
        """Units aged from `first` to `last` days; both must be borders of `AGE_BUCKETS`."""
        pairs = zip(AGE_BUCKETS, self.units, strict=True)
        return sum(units for (low, high), units in pairs if first <= low and high <= last)


NO_LIMIT = 9999
AGE_BUCKETS: tuple[tuple[int, int], ...] = (
    (0, 30),
    (31, 60),
    (61, 90),
    (91, 180),
    (181, 210),
    (211, 240),
    (241, 270),
    (271, 300),
    (301, 330),
    (331, 365),
    (366, 455),
    (456, NO_LIMIT),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit costs from `valid_from` on, in `currency`."""

    sku: str
    valid_from: date
    currency: str
    unit_cost: Decimal
    freight: Decimal
    duty: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    """One planted problem: where it is and when."""

    kind: str
    marketplace: str
    start: date
    end: date
    note: str
    sku: str | None = None
    asin: str | None = None
    campaign: str | None = None
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the example store did."""

    seed: int
    start: date
    end: date
    markets: tuple[Market, ...]
    products: tuple[Product, ...]
    listings: tuple[Listing, ...]
    campaigns: tuple[Campaign, ...]
    orders: tuple[OrderItem, ...]
    days: tuple[DayFact, ...]
    store_days: tuple[StoreDay, ...]
    ads: tuple[AdFact, ...]
    terms: tuple[TermFact, ...]
    brand_ads: tuple[BrandAdFact, ...]
    settlements: tuple[Settlement, ...]
    stock: tuple[Stock, ...]
    ages: tuple[Age, ...]
    costs: tuple[Cost, ...]
    story: tuple[Story, ...]
    budget_changes: tuple[BudgetChange, ...]
    price_changes: tuple[PriceChange, ...]
    keyword_looks: tuple[KeywordLook, ...]
    listing_views: tuple[ListingView, ...]
    account_values: tuple[AccountValue, ...]
    overheads: tuple[Overhead, ...]
    rates: tuple[Rate, ...]
    events: tuple[Event, ...]
    operations: tuple[Operation, ...]
    stages: tuple[Stage, ...]

    def budget(self, campaign: Campaign, day: date) -> Decimal:
        """A campaign's budget on one day."""
        changes = [c for c in self.budget_changes if c.campaign == campaign.name and c.since <= day]
        return max(changes, key=lambda c: c.since).amount if changes else Decimal(campaign.budget)

    def price(self, listing: Listing, day: date) -> Decimal:
        """A listing's price on one day."""
        key = (listing.market.code, listing.product.sku)
        changes = [c for c in self.price_changes
                   if (c.marketplace, c.sku) == key and c.since <= day]
        return max(changes, key=lambda c: c.since).amount if changes else listing.price
