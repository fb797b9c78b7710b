"""Settlement flat files: V2 (24 columns) in the US, the older V1 (36 columns) in DE."""

from datetime import datetime
from pathlib import Path

from .goods import Market
from .ledger import Ledger, Settlement, SettlementLine
from .sheets import write_tabs

V2 = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date",
    "total-amount", "currency", "transaction-type", "order-id", "merchant-order-id",
    "adjustment-id", "shipment-id", "marketplace-name", "amount-type", "amount-description",
    "amount", "fulfillment-id", "posted-date", "posted-date-time", "order-item-code",
    "merchant-order-item-id", "merchant-adjustment-item-id", "sku", "quantity-purchased",
    "promotion-id",
)  # fmt: skip

V1 = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date",
    "total-amount", "currency", "transaction-type", "order-id", "merchant-order-id",
    "adjustment-id", "shipment-id", "marketplace-name", "shipment-fee-type",
    "shipment-fee-amount", "order-fee-type", "order-fee-amount", "fulfillment-id",
    "posted-date", "order-item-code", "merchant-order-item-id", "merchant-adjustment-item-id",
    "sku", "quantity-purchased", "price-type", "price-amount", "item-related-fee-type",
    "item-related-fee-amount", "misc-fee-amount", "other-fee-amount",
    "other-fee-reason-description", "promotion-id", "promotion-type", "promotion-amount",
    "direct-payment-type", "direct-payment-amount", "other-amount",
)  # fmt: skip

PLACES = {  # amount type -> the V1 columns that carry its name and its amount
    "ItemPrice": ("price-type", "price-amount"),
    "ItemFees": ("item-related-fee-type", "item-related-fee-amount"),
    "ItemWithheldTax": ("item-related-fee-type", "item-related-fee-amount"),
    "Promotion": ("promotion-type", "promotion-amount"),
    "other-transaction": ("transaction-type", "other-amount"),
}


def utc(moment: datetime) -> str:
    """`2026-11-15 21:37:18 UTC`."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def iso(moment: datetime) -> str:
    """`2026-11-15T21:37:18+00:00`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"


def trade(line: SettlementLine) -> bool:
    """Whether a line belongs to an order or refund."""
    return bool(line.order_id)


def v2_line(item: Settlement, market: Market, line: SettlementLine) -> dict[str, str]:
    """One amount in V2."""
    day = line.posted.replace(hour=0, minute=0, second=0)
    return {
        "settlement-id": item.settlement_id,
        "currency": market.currency,
        "transaction-type": line.transaction,
        "order-id": line.order_id,
        "adjustment-id": line.adjustment_id,
        "shipment-id": line.shipment_id,
        "marketplace-name": market.domain if trade(line) else "",
        "amount-type": line.amount_type,
        "amount-description": line.description,
        "amount": f"{line.amount:.2f}",
        "fulfillment-id": "AFN" if trade(line) else "",
        "posted-date": utc(day),
        "posted-date-time": utc(line.posted),
        "order-item-code": line.item_code,
        "sku": line.sku,
        "quantity-purchased": "" if line.units is None else str(line.units),
        "promotion-id": line.promotion_id,
    }


def v1_common(item: Settlement, market: Market, line: SettlementLine) -> dict[str, str]:
    """What every V1 row of an order or refund repeats."""
    if not trade(line):
        return {"settlement-id": item.settlement_id, "posted-date": iso(line.posted)}
    return {
        "settlement-id": item.settlement_id,
        "transaction-type": line.transaction,
        "order-id": line.order_id,
        "merchant-order-id": line.order_id,
        "adjustment-id": line.adjustment_id,
        "shipment-id": line.shipment_id,
        "marketplace-name": market.domain,
        "fulfillment-id": "AFN",
        "posted-date": iso(line.posted),
        "order-item-code": line.item_code,
        "sku": line.sku,
    }


def v1_lines(item: Settlement, market: Market, line: SettlementLine) -> list[dict[str, str]]:
    """One amount in V1; the quantity of an order stands on a row of its own before it."""
    common = v1_common(item, market, line)
    name, amount = PLACES[line.amount_type]
    row = {**common, name: line.description, amount: f"{line.amount:.2f}"}
    if line.promotion_id:
        row["promotion-id"] = line.promotion_id
    starts = (line.amount_type, line.description) == ("ItemPrice", "Principal")
    if starts and line.units is not None:
        return [{**common, "quantity-purchased": str(line.units)}, row]
    return [row]


def write_settlements(folder: Path, ledger: Ledger, market: Market) -> None:
    """One file a settlement, named by its report id; the first row is the total."""
    for item in ledger.settlements:
        if item.marketplace != market.code:
            continue
        version, stamp = (V2, utc) if market.code == "US" else (V1, iso)
        head = {
            "settlement-id": item.settlement_id,
            "settlement-start-date": stamp(item.start),
            "settlement-end-date": stamp(item.end),
            "deposit-date": stamp(item.deposit),
            "total-amount": f"{item.total:.2f}",
            "currency": market.currency,
        }
        if version is V2:
            body = [v2_line(item, market, line) for line in item.lines]
        else:
            body = [row for line in item.lines for row in v1_lines(item, market, line)]
        rows = [version, *([row.get(name, "") for name in version] for row in [head, *body])]
        write_tabs(folder / f"{item.report_id}.txt", rows, "utf-8", "\n")
