"""Account values: what stands in the account's dashboards and in no report, typed by day."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

_NAMES = {
    "库存绩效指标": "ipi", "IPI分数": "ipi", "IPI score": "ipi",
    "账户状况评级": "ahr", "Account Health Rating": "ahr",
    "24小时回复率": "response_rate_24h", "Buyer messages answered in 24 h": "response_rate_24h",
    "订单缺陷率": "odr", "Order defect rate": "odr",
}

KIND = ReportKind(
    name="account_values",
    label=Label("Account values", "账户数值"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a value and day: name (ipi, ahr, response_rate_24h, "
        "odr or any word of yours), marketplace (empty: all), day (2026-11-15), value (612, 93%). "
        "Read them in Seller Central: Inventory Performance, Account Health.",
        "自己的表格（CSV 或 XLSX），每个数值、日期一行：名称（ipi、ahr、response_rate_24h、odr "
        "或自定）、站点（空：全部）、日期（2026-11-15）、数值（612、93%）。"
        "数值见卖家平台的“库存绩效”和“账户状况”。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="account_values",
            columns=(
                Column("name", Type.TEXT, ("name", "名称", "账户指标"), required=True),
                _own.MARKETPLACE,
                Column("day", Type.DATE, ("day", "Date", "日期"), required=True),
                Column("value", Type.NUMBER, ("value", "数值"), required=True),
            ),
            key=("name", "marketplace", "day"),
            absent=("sku", "asin", "kpi", "category"),
            reshape=_own.rows(name=_own.word("name", _NAMES)),
        ),
    ),
)
