"""Settlement, flat file V1: several amounts a line, each in its own column.

Quantities stand on lines of their own, without any amount.
"""

from __future__ import annotations

from sync.reports import _settlement
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

# Column of the amount -> (amount type as V2 calls it, SQL for what the amount is).
_KINDS = {
    "price_amount": ("'ItemPrice'", "price_type"),
    "item_fee_amount": ("'ItemFees'", "item_fee_type"),
    "promotion_amount": ("'Promotion'", "promotion_type"),
    "shipment_fee_amount": ("'Shipment-Fees'", "shipment_fee_type"),
    "order_fee_amount": ("'Order-Fees'", "order_fee_type"),
    "misc_fee_amount": ("'misc-fee'", "transaction_type"),
    # The tax on a fee stands beside it: "Cost of Advertising" and "TaxAmount".
    "other_fee_amount": ("'other-fee'", "concat_ws(' ', item_fee_type, other_fee_reason)"),
    "direct_payment_amount": ("'direct-payment'", "direct_payment_type"),
    "other_amount": ("'other-transaction'", "transaction_type"),
}
_EACH = ", ".join(
    f"{{'amount_type': {kind}, 'description': {what}, 'amount': {column}, "
    "'quantity': NULL::BIGINT}"
    for column, (kind, what) in _KINDS.items()
)
_QUANTITY = (
    "{'amount_type': 'ItemPrice', 'description': 'Principal', 'amount': NULL::DECIMAL(18,4), "
    "'quantity': CASE WHEN transaction_type IN ('Order', 'Refund') THEN quantity_purchased END}"
)
_AMOUNTS = f"""
SELECT * EXCLUDE (each), each.amount_type AS amount_type, each.description AS description,
    each.amount AS amount, each.quantity AS quantity
FROM (SELECT *, unnest([{_EACH}, {_QUANTITY}]) AS each FROM ({_settlement.DOCUMENTS}))
WHERE each.amount IS NOT NULL OR each.quantity IS NOT NULL
"""


def _text(name: str, header: str) -> Column:
    return Column(name, Type.TEXT, (header,))


def _money(name: str, header: str, *, required: bool = False) -> Column:
    return Column(name, Type.MONEY, (header,), required)


KIND = ReportKind(
    name="settlement_v1",
    label=Label("Settlement (flat file V1)", "结算报告 (V1)"),
    how_to_download=_settlement.HOW_TO_DOWNLOAD,
    mode=Mode.DOCUMENT,
    sections=(
        Section(
            name=_settlement.TABLE,
            columns=(
                *_settlement.DOCUMENT_COLUMNS,
                _text("shipment_fee_type", "shipment-fee-type"),
                _money("shipment_fee_amount", "shipment-fee-amount", required=True),
                _text("order_fee_type", "order-fee-type"),
                _money("order_fee_amount", "order-fee-amount", required=True),
                _text("price_type", "price-type"),
                _money("price_amount", "price-amount", required=True),
                _text("item_fee_type", "item-related-fee-type"),
                _money("item_fee_amount", "item-related-fee-amount", required=True),
                _money("misc_fee_amount", "misc-fee-amount"),
                _money("other_fee_amount", "other-fee-amount", required=True),
                _text("other_fee_reason", "other-fee-reason-description"),
                # A settlement without promotions comes without these columns.
                _text("promotion_type", "promotion-type"),
                _money("promotion_amount", "promotion-amount"),
                _text("direct_payment_type", "direct-payment-type"),
                _money("direct_payment_amount", "direct-payment-amount"),
                _money("other_amount", "other-amount", required=True),
            ),
            key=_settlement.KEY,
            reshape=_settlement.reshape(_AMOUNTS),
            stored=_settlement.STORED,
            tie_out=_settlement.tie_out(
                " + ".join(f"coalesce(sum({column}), 0)" for column in _KINDS)
            ),
            feeds=_settlement.FEEDS,
        ),
    ),
)
