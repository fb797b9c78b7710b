"""Benchmarks: our own simple table of a category's mean, such as its ACoS."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="benchmarks",
    label=Label("Category benchmarks", "类目基准"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a category, KPI and day: category (as in the "
        "product master), marketplace (empty: all), kpi (empty: acos), valid_from (2026-01-31), "
        "value (31%). A later valid_from replaces an earlier one from that day on.",
        "自己的表格（CSV 或 XLSX），每个类目、指标、生效日期一行：类目（与产品主数据一致）、"
        "站点（空：全部）、指标（空：acos）、生效日期（2026-01-31）、基准值（31%）。"
        "新的生效日期从当天起取代旧的。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="benchmarks",
            columns=(
                Column("category", Type.TEXT, ("category", "类目", "品类"), required=True),
                _own.MARKETPLACE,
                Column("kpi", Type.TEXT, ("kpi", "指标")),
                _own.VALID_FROM,
                Column("value", Type.NUMBER, ("value", "benchmark", "基准值", "数值"),
                       required=True),
            ),
            key=("category", "marketplace", "kpi", "valid_from"),
            absent=("sku", "rule"),
            reshape=_own.rows(kpi=f"coalesce({_own.kpi()}, 'acos')"),
        ),
    ),
)
