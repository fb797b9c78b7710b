"""Operation log: our own simple table of what the team changed on a listing, and when."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

_KINDS = {
    "价格": "price", "调价": "price", "图片": "image", "主图": "image", "竞价": "bid",
    "优惠券": "coupon", "标题": "title", "其他": "other",
}

KIND = ReportKind(
    name="operations",
    label=Label("Operation log", "操作日志"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a change: day (2026-11-15), asin, marketplace "
        "(empty: all), kind (price, image, bid, coupon, title, other), what (25.99 to 29.99), who.",
        "自己的表格（CSV 或 XLSX），每次操作一行：日期（2026-11-15）、ASIN、站点（空：全部）、"
        "操作类型（价格、图片、竞价、优惠券、标题、其他）、操作内容（25.99 调至 29.99）、操作人。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="operations",
            columns=(
                Column("day", Type.DATE, ("day", "Date", "日期"), required=True),
                Column("asin", Type.ID, _own.ASIN_HEADERS, required=True),
                _own.MARKETPLACE,
                Column("kind", Type.TEXT, ("kind", "类型", "操作类型"), required=True),
                Column("what", Type.TEXT, ("what", "操作内容", "内容"), required=True),
                Column("who", Type.TEXT, ("who", "操作人")),
            ),
            key=("day", "asin", "marketplace", "kind", "what"),
            reshape=_own.rows(kind=_own.word("kind", _KINDS)),
        ),
    ),
)
