"""FBA stock as tab-separated cp1252 text: Manage FBA Inventory and inventory planning."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from .chance import cents
from .goods import Listing, Market
from .ledger import AGE_BUCKETS, NO_LIMIT, Age, DayFact, Ledger, Stock
from .sheets import write_tabs

MANAGE = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity",
    "afn-fulfillable-quantity", "afn-unsellable-quantity", "afn-reserved-quantity",
    "afn-total-quantity", "per-unit-volume", "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable",
)  # fmt: skip

AIS_NAMES = ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365", "365-plus")

PLANNING = (
    "snapshot-date", "sku", "fnsku", "asin", "product-name", "condition", "available",
    "pending-removal-quantity", "inv-age-0-to-90-days", "inv-age-91-to-180-days",
    "inv-age-181-to-270-days", "inv-age-271-to-365-days", "inv-age-365-plus-days",
    "inv-age-366-to-455-days", "inv-age-456-plus-days", "currency",
    "qty-to-be-charged-ltsf-9-mo", "projected-ltsf-9-mo", "qty-to-be-charged-ltsf-12-mo",
    "estimated-ltsf-next-charge", "units-shipped-t7", "units-shipped-t30", "units-shipped-t60",
    "units-shipped-t90", "alert", "your-price", "sales-price", "lowest-price-new-plus-shipping",
    "lowest-price-used", "recommended-action", "healthy-inventory-level",
    "recommended-sales-price", "recommended-sale-duration-days", "recommended-removal-quantity",
    "estimated-cost-savings-of-recommended-actions", "sell-through", "item-volume",
    "volume-unit-measurement", "storage-type", "storage-volume", "marketplace", "product-group",
    "sales-rank", "days-of-supply", "estimated-excess-quantity", "weeks-of-cover-t30",
    "weeks-of-cover-t90", "featuredoffer-price", "sales-shipped-last-7-days",
    "sales-shipped-last-30-days", "sales-shipped-last-60-days", "sales-shipped-last-90-days",
    "inv-age-0-to-30-days", "inv-age-31-to-60-days", "inv-age-61-to-90-days",
    "inv-age-181-to-330-days", "inv-age-331-to-365-days", "estimated-storage-cost-next-month",
    "inbound-quantity", "inbound-working", "inbound-shipped", "inbound-received",
    "no-sale-last-6-months", "reserved-quantity", "unfulfillable-quantity",
    *(f"estimated-ais-{name}-days" for name in AIS_NAMES),
    *(f"quantity-to-be-charged-ais-{name}-days" for name in AIS_NAMES),
)  # fmt: skip

SURCHARGE = {  # the US table, per cubic foot; the last two at least this much a unit
    181: ("0.50", "0"), 211: ("1.00", "0"), 241: ("1.50", "0"), 271: ("5.45", "0"),
    301: ("5.70", "0"), 331: ("5.90", "0"), 366: ("6.90", "0.30"), 456: ("7.90", "0.35"),
}  # fmt: skip
METRES = Decimal("0.0283168")  # cubic metres in a cubic foot


def title_of(listing: Listing) -> str:
    """The title in the marketplace's language."""
    product = listing.product
    return product.title_en if listing.market.code == "US" else product.title_de


def fnsku(listing: Listing) -> str:
    """Amazon's own label of a SKU, invented."""
    product = listing.product
    return f"X0EX{listing.market.code}{int(product.asin[-6:]):03d}{len(product.sku) % 10}"


def manage_row(listing: Listing, stock: Stock, price: Decimal) -> dict[str, str]:
    """One SKU in Manage FBA Inventory."""
    return {
        "sku": listing.product.sku,
        "fnsku": fnsku(listing),
        "asin": listing.product.asin,
        "product-name": title_of(listing),
        "condition": "New",
        "your-price": f"{price:.2f}",
        "mfn-listing-exists": "No",
        "mfn-fulfillable-quantity": "",
        "afn-listing-exists": "Yes",
        "afn-warehouse-quantity": str(stock.warehouse),
        "afn-fulfillable-quantity": str(stock.fulfillable),
        "afn-unsellable-quantity": str(stock.unsellable),
        "afn-reserved-quantity": str(stock.reserved),
        "afn-total-quantity": str(stock.total),
        "per-unit-volume": f"{listing.product.cubic_feet:.2f}",
        "afn-inbound-working-quantity": str(stock.working),
        "afn-inbound-shipped-quantity": str(stock.shipped),
        "afn-inbound-receiving-quantity": str(stock.receiving),
        "afn-researching-quantity": "0",
        "afn-reserved-future-supply": "0",
        "afn-future-supply-buyable": "0",
    }


def surcharges(age: Age, volume: Decimal) -> dict[str, str]:
    """Amazon's estimate of the aged-inventory surcharge, and the units it is charged on."""
    fees: dict[str, Decimal] = defaultdict(Decimal)
    units: dict[str, int] = defaultdict(int)
    for (low, high), quantity in zip(AGE_BUCKETS, age.units, strict=True):
        if low in SURCHARGE:
            foot, least = (Decimal(part) for part in SURCHARGE[low])
            name = "365-plus" if low > 365 else f"{low}-{high}"
            fees[name] += cents(quantity * max(foot * volume, least))
            units[name] += quantity
    return {
        **{f"estimated-ais-{name}-days": f"{fees[name]:.2f}" for name in AIS_NAMES},
        **{f"quantity-to-be-charged-ais-{name}-days": str(units[name]) for name in AIS_NAMES},
    }


def age_cells(age: Age) -> dict[str, str]:
    """Both overlapping sets of age buckets."""
    spans = [(0, 90), (91, 180), (181, 270), (271, 365), (366, 455), (0, 30), (31, 60),
             (61, 90), (181, 330), (331, 365)]  # fmt: skip
    cells = {f"inv-age-{a}-to-{b}-days": str(age.between(a, b)) for a, b in spans}
    return {
        **cells,
        "inv-age-365-plus-days": str(age.between(366, NO_LIMIT)),
        "inv-age-456-plus-days": str(age.between(456, NO_LIMIT)),
    }


def pace_cells(facts: list[DayFact], stock: Stock) -> dict[str, str]:
    """Units and sales of the last 7 to 90 days, and how long the stock lasts at that pace."""
    cells: dict[str, str] = {}
    units: dict[int, int] = {}
    for span in (7, 30, 60, 90):
        found = [fact for fact in facts if fact.day > stock.day - timedelta(days=span)]
        units[span] = sum(fact.units for fact in found)
        sales = sum((fact.sales for fact in found), Decimal(0))
        cells[f"units-shipped-t{span}"] = str(units[span])
        cells[f"sales-shipped-last-{span}-days"] = f"{sales:.2f}"
    for span, name in ((30, "weeks-of-cover-t30"), (90, "weeks-of-cover-t90")):
        pace = units[span] / span
        cells[name] = f"{stock.fulfillable / pace / 7:.1f}" if pace else ""
    pace = units[90] / 90
    held = stock.fulfillable + units[90] / 2
    cells["sell-through"] = f"{units[90] / held:.2f}" if held else ""
    cells["days-of-supply"] = str(round(stock.fulfillable / pace)) if pace else ""
    excess = max(0, round(stock.fulfillable - pace * 90))
    cells["estimated-excess-quantity"] = str(excess)
    cells["alert"] = "Excess" if excess > 200 else "Low stock" if held < pace * 60 else ""
    cells["recommended-action"] = "Create sale" if excess > 200 else "No action required"
    return cells


def planning_row(
    listing: Listing, stock: Stock, age: Age, facts: list[DayFact], paid: Decimal
) -> dict[str, str]:  # fmt: skip
    """One SKU in FBA inventory planning."""
    us, product = listing.market.code == "US", listing.product
    volume = product.cubic_feet if us else product.cubic_feet * METRES
    price = f"{paid:.2f}"
    return {
        "snapshot-date": stock.day.isoformat(), "sku": product.sku, "fnsku": fnsku(listing),
        "asin": product.asin, "product-name": title_of(listing), "condition": "New",
        "available": str(stock.fulfillable), "pending-removal-quantity": "0",
        "currency": listing.market.currency, "your-price": price, "sales-price": price,
        "featuredoffer-price": price, "item-volume": f"{volume:.5f}",
        "volume-unit-measurement": "cubic feet" if us else "cubic meters",
        "storage-type": "Standard-size", "storage-volume": f"{volume * stock.warehouse:.3f}",
        "marketplace": listing.market.code, "product-group": product.category,
        "inbound-quantity": str(stock.working + stock.inbound),
        "inbound-working": str(stock.working), "inbound-shipped": str(stock.shipped),
        "inbound-received": str(stock.receiving), "no-sale-last-6-months": "0",
        "reserved-quantity": str(stock.reserved), "unfulfillable-quantity": str(stock.unsellable),
        "estimated-storage-cost-next-month": f"{product.cubic_feet * stock.warehouse * 2:.2f}",
        **age_cells(age), **surcharges(age, product.cubic_feet), **pace_cells(facts, stock),
    }  # fmt: skip


def write_stock(folder: Path, ledger: Ledger, market: Market) -> None:
    """A snapshot a day of Manage FBA Inventory, and inventory planning of the last day."""
    listed = {item.product.sku: item for item in ledger.listings if item.market == market}
    ages = {age.sku: age for age in ledger.ages if age.marketplace == market.code}
    sold: dict[str, list[DayFact]] = defaultdict(list)
    for fact in ledger.days:
        if fact.marketplace == market.code:
            sold[fact.sku].append(fact)
    mine = [stock for stock in ledger.stock if stock.marketplace == market.code]
    for day in sorted({stock.day for stock in mine}):
        now = [stock for stock in mine if stock.day == day]
        found = [manage_row(listed[s.sku], s, ledger.price(listed[s.sku], day)) for s in now]
        rows = [MANAGE, *([row.get(name, "") for name in MANAGE] for row in found)]
        write_tabs(folder / f"fba_manage_inventory {day.isoformat()}.txt", rows, "cp1252", "\r\n")
    last = [stock for stock in mine if stock.day == ledger.end]
    plans = [planning_row(listed[s.sku], s, ages[s.sku], sold[s.sku],
                          ledger.price(listed[s.sku], s.day)) for s in last]
    rows = [PLANNING, *([row.get(name, "") for name in PLANNING] for row in plans)]
    name = f"FBA Inventory {ledger.end.isoformat()}.txt"
    write_tabs(folder / name, rows, "cp1252", "\r\n")
