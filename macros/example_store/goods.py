"""What stands before any day is simulated: marketplaces, products, listings and campaigns."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Market:
    """One marketplace and how its reports look."""

    code: str
    currency: str
    symbol: str
    folder: str
    domain: str
    vat: Decimal  # share of the gross price; 0 where prices are shown before tax


@dataclass(frozen=True, slots=True)
class Product:
    """One SKU of the store, as the product master knows it."""

    sku: str
    asin: str
    parent_asin: str
    family: str
    brand: str
    category: str
    owner: str
    life_stage: str
    title_en: str
    title_de: str
    name: str
    lead_time_days_sea: int
    lead_time_days_air: int
    moq: int
    carton: int
    target_acos: Decimal
    cubic_feet: Decimal  # volume of one unit


@dataclass(frozen=True, slots=True)
class Listing:
    """A product offered in one marketplace: price per unit and its usual pace per day."""

    market: Market
    product: Product
    price: Decimal
    fba_fee: Decimal
    sessions: float  # mean child sessions a day
    conversion: float  # order items / sessions


@dataclass(frozen=True, slots=True)
class Campaign:
    """One advertising campaign. `targets` are (targeting, match type) pairs."""

    name: str
    marketplace: str
    portfolio: str
    kind: str  # "SP" or "SB"
    targeting: str  # "auto" or "manual"
    families: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    share: float  # share of its SKUs' sessions that arrive through this campaign
    acos: float  # the usual spend / sales
    budget: int  # a day
