"""Settlement, flat file V2: one amount a line. Its first line states the total."""

from __future__ import annotations

from sync.reports import _settlement
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

# The quantity stands on every line of an order item and counts once: with its price.
_AMOUNTS = f"""
SELECT * EXCLUDE (quantity_purchased),
    CASE WHEN amount_type = 'ItemPrice' AND description = 'Principal'
        AND transaction_type IN ('Order', 'Refund') THEN quantity_purchased END AS quantity
FROM ({_settlement.DOCUMENTS})
WHERE amount IS NOT NULL
"""

KIND = ReportKind(
    name="settlement_v2",
    label=Label("Settlement (flat file V2)", "结算报告 (V2)"),
    how_to_download=_settlement.HOW_TO_DOWNLOAD,
    mode=Mode.DOCUMENT,
    sections=(
        Section(
            name=_settlement.TABLE,
            columns=(
                *_settlement.DOCUMENT_COLUMNS,
                Column("amount_type", Type.TEXT, ("amount-type",), required=True),
                Column("description", Type.TEXT, ("amount-description",), required=True),
                Column("amount", Type.MONEY, ("amount",), required=True),
            ),
            key=_settlement.KEY,
            reshape=_settlement.reshape(_AMOUNTS),
            stored=_settlement.STORED,
            tie_out=_settlement.tie_out("sum(amount)"),
            feeds=_settlement.FEEDS,
        ),
    ),
)
