"""The cost table: our own simple table of what a unit costs from which day on."""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Role, Section, Type

KIND = ReportKind(
    name="cost_table",
    label=Label("Costs", "成本表"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a SKU, day and currency: sku, valid_from "
        "(2026-01-31), currency, unit_cost, freight, duty. A later valid_from replaces an "
        "earlier one from that day on.",
        "自己的表格（CSV 或 XLSX），每个 SKU、生效日期、币种一行：SKU、生效日期（2026-01-31）、"
        "币种、单位成本、头程运费、关税。新的生效日期从当天起取代旧的。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="cost_table",
            columns=(
                Column("sku", Type.ID, ("sku", "MSKU", "Seller SKU"), required=True),
                Column("valid_from", Type.DATE, ("valid_from", "Valid from", "生效日期"),
                       required=True),
                Column("currency", Type.CURRENCY, ("currency", "币种", "货币"), role=Role.CURRENCY),
                Column("unit_cost", Type.MONEY, ("unit_cost", "Unit cost", "单位成本", "采购成本"),
                       required=True),
                Column("freight", Type.MONEY, ("freight", "头程运费", "头程", "头程费用")),
                Column("duty", Type.MONEY, ("duty", "关税")),
            ),
            key=("sku", "valid_from", "currency"),
        ),
    ),
)
