"""Events: our own simple table of the days that are unlike others: deals, stock-outs, launches."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

_KINDS = {
    "秒杀": "deal", "促销": "deal", "lightning deal": "deal", "best deal": "deal",
    "会员日": "prime_day", "断货": "stock_out", "缺货": "stock_out", "stock-out": "stock_out",
    "上新": "launch", "新品": "launch", "其他": "other",
}

KIND = ReportKind(
    name="events",
    label=Label("Events", "事件表"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row an event: name (Prime Day), kind (deal, prime_day, "
        "stock_out, launch, other), marketplace (empty: all), first_day, last_day (2026-07-10), "
        "sku (empty: all). Past ones explain the sales, coming ones go into the forecast.",
        "自己的表格（CSV 或 XLSX），每个事件一行：事件名称（会员日）、事件类型（秒杀、会员日、"
        "断货、上新、其他）、站点（空：全部）、开始日期、结束日期（2026-07-10）、SKU（空：全部）。"
        "过去的用于解释销量，将来的计入预测。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="events",
            columns=(
                Column("name", Type.TEXT, ("name", "event", "事件", "事件名称", "名称"),
                       required=True),
                Column("kind", Type.TEXT, ("kind", "类型", "事件类型"), required=True),
                _own.MARKETPLACE,
                Column("first_day", Type.DATE, ("first_day", "First day", "开始日期", "开始日"),
                       required=True),
                Column("last_day", Type.DATE, ("last_day", "Last day", "结束日期", "结束日"),
                       required=True),
                Column("sku", Type.ID, _own.SKU_HEADERS),
            ),
            key=("name", "marketplace", "first_day", "sku"),
            reshape=_own.rows(kind=_own.word("kind", _KINDS),
                              last_day="coalesce(last_day, first_day)"),
        ),
    ),
)
