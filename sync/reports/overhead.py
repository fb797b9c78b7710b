"""Overhead: our own simple table of the costs of a month that no report and no SKU carries."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Role, Section, Type

KIND = ReportKind(
    name="overhead",
    label=Label("Overhead", "管理费用"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a month and item: month (2026-11), marketplace "
        "(empty: the whole store), currency, amount, item (salaries, rent, software).",
        "自己的表格（CSV 或 XLSX），每个月份、项目一行：月份（2026-11）、站点（空：整个店铺）、"
        "币种、金额、费用项目（工资、房租、软件）。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="overhead",
            columns=(
                _own.MONTH, _own.MARKETPLACE,
                Column("currency", Type.CURRENCY, ("currency", "币种", "货币"), required=True,
                       role=Role.CURRENCY),
                Column("amount", Type.MONEY, ("amount", "overhead", "金额"), required=True),
                Column("item", Type.TEXT, ("item", "项目", "费用项目")),
            ),
            key=("month", "marketplace", "currency", "item"),
            absent=("sku", "asin", "settlement-id"),
        ),
    ),
)
