"""Settlements: what Amazon pays out every two weeks, line by line."""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .chance import cents, days_between, stream
from .goods import Listing, Market
from .ledger import OrderItem, Settlement, SettlementLine
from .plot import Plot

DAYS = 14
CLOSE = time(21, 37, 18)  # UTC; no order line is posted later in the day
COMMISSION = Decimal("0.15")
SALES_TAX = Decimal("0.07")
STORAGE = {"US": Decimal("168.40"), "DE": Decimal("61.75")}
SUBSCRIPTION = {"US": Decimal("39.99"), "DE": Decimal("39.00")}
RESERVE = Decimal("0.18")  # share of a settlement that Amazon keeps back


def line(
    kind: str, amount_type: str, description: str, amount: Decimal, posted: datetime,
    *, order: OrderItem | None = None, ids: tuple[str, str, str] = ("", "", ""),
    units: int | None = None, promotion: str = "",
) -> SettlementLine:  # fmt: skip
    """One line; `ids` are (adjustment, shipment, order item code)."""
    return SettlementLine(
        transaction=kind, order_id=order.order_id if order else "", adjustment_id=ids[0],
        shipment_id=ids[1], amount_type=amount_type, description=description, amount=amount,
        posted=posted, item_code=ids[2], sku=order.sku if order else "", units=units,
        promotion_id=promotion,
    )  # fmt: skip


def amounts(
    rng: random.Random, listing: Listing, order: OrderItem
) -> list[tuple[str, str, Decimal]]:
    """(amount type, description, amount) of one order.

    A price with VAT is split into principal and tax; the marketplace withholds all tax.
    """
    market, gross = listing.market, order.sales
    net = cents(gross / (1 + market.vat))
    tax = gross - net
    if not market.vat and rng.random() < 0.25:
        tax = cents(gross * SALES_TAX)
    found = [("ItemPrice", "Principal", net)]
    if tax:
        withheld = "VAT" if market.vat else "Tax"
        found.append(("ItemPrice", "Tax", tax))
        found.append(("ItemWithheldTax", f"MarketplaceFacilitator{withheld}-Principal", -tax))
    if rng.random() < 0.05:
        found.append(("ItemPrice", "Shipping", Decimal("4.99")))
        found.append(("Promotion", "Shipping", Decimal("-4.99")))
    found.append(("ItemFees", "FBAPerUnitFulfillmentFee", -listing.fba_fee * order.units))
    found.append(("ItemFees", "Commission", -cents((gross - order.discount) * COMMISSION)))
    if order.discount:
        found.append(("Promotion", "Principal", -order.discount))
    return found


def order_lines(
    rng: random.Random, listing: Listing, order: OrderItem, posted: datetime
) -> list[SettlementLine]:
    """The lines of one order when it settles."""
    shipment = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXZ", k=9))
    ids = ("", shipment, f"{rng.randrange(10**10, 10**11)}")
    promotion = f"PLM-{order.day:%y%m%d}-{order.order_id[4:11]}"
    return [
        line("Order", kind, name, amount, posted, order=order, ids=ids, units=order.units,
             promotion=promotion if kind == "Promotion" else "")
        for kind, name, amount in amounts(rng, listing, order)
    ]  # fmt: skip


def refund_lines(
    rng: random.Random, settled: list[SettlementLine], order: OrderItem, posted: datetime
) -> list[SettlementLine]:
    """A full refund: everything but the fulfilment fee comes back, less Amazon's own fee."""
    back = [one for one in settled if one.description != "FBAPerUnitFulfillmentFee"]
    ids = (f"amzn1:crow:{rng.randrange(16**12):012x}", "", settled[0].item_code)
    made = [
        line("Refund", one.amount_type, one.description, -one.amount, posted, order=order,
             ids=ids, promotion=one.promotion_id)
        for one in back
    ]  # fmt: skip
    commission = next(-one.amount for one in back if one.description == "Commission")
    kept = min(cents(commission * Decimal("0.2")), Decimal("5.00"))
    made.append(line("Refund", "ItemFees", "RefundCommission", -kept, posted, order=order, ids=ids))
    return made


def posted_at(rng: random.Random, day: date, wait: int) -> datetime:
    """A moment before closing time, `wait` days after `day`."""
    start = datetime.combine(day + timedelta(days=wait), time(0, 10))
    return start + timedelta(seconds=rng.randrange(20 * 3600))


def trade_lines(
    seed: int, plan: Plot, listings: tuple[Listing, ...], orders: Iterable[OrderItem],
    market: str,
) -> list[SettlementLine]:  # fmt: skip
    """Order and refund lines of a marketplace over the whole span."""
    sold = {item.product.sku: item for item in listings if item.market.code == market}
    rng = stream(seed, "settlement", market)
    made: list[SettlementLine] = []
    for order in orders:
        posted = posted_at(rng, order.day, rng.choice((1, 2, 2, 2, 3)))
        settled = order_lines(rng, sold[order.sku], order, posted)
        made += settled
        often = market == "US" and order.sku == plan.refund_sku
        if rng.random() < (0.24 if often else 0.035):
            later = posted_at(rng, posted.date(), rng.randrange(3, 13))
            made += refund_lines(rng, settled, order, later)
    return made


def service_lines(market: str, first: date, last: date) -> list[SettlementLine]:
    """Storage on the 10th, the subscription on the 12th of each month."""
    made = []
    for day in days_between(first, last):
        fees = {10: ("Storage Fee", STORAGE), 12: ("Subscription Fee", SUBSCRIPTION)}
        if day.day in fees:
            name, table = fees[day.day]
            posted = datetime.combine(day, time(4, 12))
            kind = "other-transaction"
            made.append(line(kind, kind, name, -table[market], posted))
    return made


def periods(plan: Plot, weeks: int) -> list[tuple[datetime, datetime]]:
    """Contiguous two-week spans, the last one closing on the store's last evening."""
    count = min(weeks, (plan.end - plan.start).days // 7) // 2
    ends = [plan.end - timedelta(days=DAYS * n) for n in range(count)]
    spans = [(end - timedelta(days=DAYS), end) for end in reversed(ends)]
    return [(datetime.combine(a, CLOSE), datetime.combine(b, CLOSE)) for a, b in spans]


def settlements(
    seed: int, plan: Plot, listings: tuple[Listing, ...], orders: Iterable[OrderItem],
    market: Market, weeks: int,
) -> list[Settlement]:  # fmt: skip
    """The settlements of one marketplace; each one's reserve is released by the next."""
    lines = trade_lines(seed, plan, listings, orders, market.code)
    lines += service_lines(market.code, plan.start, plan.end)
    rng = stream(seed, "settlement ids", market.code)
    held = Decimal("412.07")
    made = []
    other = "other-transaction"
    for start, end in periods(plan, weeks):
        inside = sorted((one for one in lines if start < one.posted <= end),
                        key=lambda one: (one.posted, one.order_id))  # fmt: skip
        earned = sum((one.amount for one in inside), Decimal(0))
        before = line(other, other, "Previous Reserve Amount Balance", held, start)
        held = max(Decimal(0), cents((earned + held) * RESERVE))
        after = line(other, other, "Current Reserve Amount", -held, end)
        made.append(Settlement(
            settlement_id=f"{rng.randrange(10**10, 10**11)}",
            report_id=f"{rng.randrange(5 * 10**10, 6 * 10**10)}", marketplace=market.code,
            start=start, end=end, deposit=end + timedelta(days=2),
            lines=(before, *inside, after),
        ))  # fmt: skip
    return made
