"""Forecast overrides: the units that a person expects of a SKU in a week, against the model."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="forecast_overrides",
    label=Label("Forecast overrides", "预测修正"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a SKU, marketplace and week: sku, marketplace "
        "(empty: all), week (2026-W46, or a day of it), units. They stand in place of the "
        "forecast of that week.",
        "自己的表格（CSV 或 XLSX），每个 SKU、站点、周一行：SKU、站点（空：全部）、"
        "周（2026-W46 或其中一天）、数量。取代该周的预测值。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="forecast_overrides",
            columns=(
                Column("sku", Type.ID, _own.SKU_HEADERS, required=True),
                _own.MARKETPLACE,
                Column("week", Type.TEXT, ("week", "周", "周次"), required=True),
                Column("units", Type.COUNT, ("units", "数量", "件数"), required=True),
            ),
            key=("sku", "marketplace", "week"),
            absent=("stage", "asin", "kpi"),
        ),
    ),
)
