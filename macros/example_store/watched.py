"""More of the truth: changes of budgets and prices, what tools and dashboards show, what is typed.

As in the ledger, money is `Decimal` in the marketplace's own currency.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """A campaign's budget a day from `since` on, where it is no longer the one it began with."""

    campaign: str
    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a buyer pays for a unit from `since` on, where it is not the listing's usual price."""

    marketplace: str
    sku: str
    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class KeywordLook:
    """Where an ASIN stood in the results of a keyword at one moment; None: nowhere."""

    marketplace: str
    asin: str
    sku: str
    keyword: str
    search_volume: int
    organic: int | None
    sponsored: int | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class ListingView:
    """What the product page of an ASIN showed on one day."""

    marketplace: str
    day: date
    asin: str
    price: Decimal
    sales_rank: int
    rating: Decimal
    rating_count: int


@dataclass(frozen=True, slots=True)
class AccountValue:
    """A number of the account's dashboards on one day; shares are fractions."""

    name: str
    marketplace: str
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Overhead:
    """A cost of a month that belongs to no SKU."""

    month: date
    marketplace: str
    currency: str
    item: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `from_currency` in `to_currency` from a day on."""

    day: date
    from_currency: str
    to_currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Event:
    """Days unlike others; `marketplace` or `sku` empty: all."""

    name: str
    kind: str
    marketplace: str
    first_day: date
    last_day: date
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What the team changed on a listing."""

    day: date
    asin: str
    marketplace: str
    kind: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Units that are not yet at Amazon, and the day they will be, where that is known."""

    sku: str
    stage: str
    units: int
    as_of: date
    arrives: date | None
