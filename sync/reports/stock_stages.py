"""Stock before Amazon: what is in production, on its way or in warehouses of one's own."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

_STAGES = {
    "在产": "in_production", "生产中": "in_production",
    "国内仓": "domestic", "domestic warehouse": "domestic",
    "海外仓": "overseas", "overseas warehouse": "overseas",
    "已下单": "on_order", "采购中": "on_order",
}

KIND = ReportKind(
    name="stock_stages",
    label=Label("Stock before Amazon", "入仓前库存"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a SKU, stage and arrival: sku, stage "
        "(in_production, domestic, overseas, on_order), units, as_of (2026-11-15), arrives (the "
        "day it will reach Amazon, if known), marketplace (empty: all).",
        "自己的表格（CSV 或 XLSX），每个 SKU、阶段、到货日一行：SKU、阶段（在产、国内仓、海外仓、"
        "已下单）、数量、截至日期（2026-11-15）、预计到货（到达亚马逊的日期，可空）、站点（空：全部）。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="stock_stages",
            columns=(
                Column("sku", Type.ID, _own.SKU_HEADERS, required=True),
                Column("stage", Type.TEXT, ("stage", "阶段", "库存阶段"), required=True),
                Column("units", Type.COUNT, ("units", "quantity", "数量", "件数"), required=True),
                Column("as_of", Type.DATE, ("as_of", "As of", "截至日期"), required=True),
                Column("arrives", Type.DATE, ("arrives", "预计到货", "到货日期")),
                _own.MARKETPLACE,
            ),
            key=("sku", "marketplace", "stage", "as_of", "arrives"),
            reshape=_own.rows(stage=_own.word("stage", _STAGES)),
        ),
    ),
)
