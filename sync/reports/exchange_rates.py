"""Exchange rates: our own simple table of dated rates; currencies are never added without one."""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="exchange_rates",
    label=Label("Exchange rates", "汇率表"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a day and pair: day (2026-11-01), from_currency, "
        "to_currency, rate (one unit of from_currency in to_currency: EUR, USD, 1.0842).",
        "自己的表格（CSV 或 XLSX），每个日期、币种对一行：日期（2026-11-01）、原币种、目标币种、"
        "汇率（1 单位原币种等于多少目标币种：EUR、USD、1.0842）。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="exchange_rates",
            columns=(
                Column("day", Type.DATE, ("day", "Date", "日期"), required=True),
                Column("from_currency", Type.CURRENCY, ("from_currency", "From", "原币种"),
                       required=True),
                Column("to_currency", Type.CURRENCY, ("to_currency", "To", "目标币种"),
                       required=True),
                Column("rate", Type.NUMBER, ("rate", "汇率"), required=True),
            ),
            key=("day", "from_currency", "to_currency"),
        ),
    ),
)
