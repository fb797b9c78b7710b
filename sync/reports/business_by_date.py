"""Business Report "Sales and Traffic by Date": days, weeks or months of a whole store.

The only source of a store's sessions: those of child ASINs overlap.
"""

from __future__ import annotations

from sync.reports.business_by_item import COLUMNS as BY_ITEM
from workbook.model import Label
from workbook.report import Column, Feed, Mode, RatioCheck, ReportKind, Role, Section, Type

_ONLY_BY_ITEM = {"parent_asin", "asin", "title", "sku"}
# A by-date report of shipped sales (2019) has no sessions at all.
_SHARED = tuple(
    Column(c.name, c.type, c.headers, c.required and c.name != "sessions")
    for c in BY_ITEM
    if c.name not in _ONLY_BY_ITEM
)

KIND = ReportKind(
    name="business_report_by_date",
    label=Label("Business Report by date", "业务报告 – 按日期"),
    how_to_download=Label(
        "Seller Central > Reports > Business Reports > Sales and Traffic (by Date). Choose the "
        "dates, view by Day, all columns; Download CSV.",
        "卖家平台 > 数据报告 > 业务报告 > 销售量与访问量（按日期）。选择日期范围，按天查看，"
        "勾选全部列，下载 CSV。",
    ),
    mode=Mode.PERIOD,
    lag_days=2,
    sections=(
        Section(
            name="business_by_date",
            columns=(
                Column("day", Type.DATE, ("Date", "日期", "Datum", "日付"), True, Role.DAY),
                *_SHARED,
            ),
            key=("day",),
            spaced=True,
            absent=("(Child) ASIN", "(子)ASIN", "(Untergeordnete) ASIN", "SKU"),
            feeds={
                "ordered_sales": Feed("ordered_sales", rank=10),
                "ordered_sales_b2b": Feed("ordered_sales_b2b", rank=10),
                "units_ordered": Feed("units_ordered", rank=10),
                "order_items": Feed("order_items", rank=10),
                "sessions": Feed("sessions", rank=10),
                "page_views": Feed("page_views", rank=10),
                "featured_offer_views": Feed("featured_offer_percentage * page_views", rank=10),
            },
            checks=(RatioCheck("unit_session_percentage", "units_ordered", "sessions"),),
        ),
    ),
)
