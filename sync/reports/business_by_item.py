"""Business Report "Detail Page Sales and Traffic by Child Item".

Sessions and page views belong to the child ASIN and repeat on the row of each of its SKUs;
units and sales are the row's own. The file states neither period, store nor marketplace.
"""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Feed, Mode, RatioCheck, ReportKind, Section, Type

_BY_CHILD = ("asin",)


def _count(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, Type.COUNT, headers, required)


# The same words in every language: a newer export writes "会话数", one of 2022 "会话次数".
# "转化率 - 总计" is Amazon's session percentage and stands in no column here.
COLUMNS = (
    Column("parent_asin", Type.ID, ("(Parent) ASIN", "(父)ASIN", "(Übergeordnete) ASIN",
                                    "(親)ASIN")),
    Column("asin", Type.ID, ("(Child) ASIN", "(子)ASIN", "(Untergeordnete) ASIN"), required=True),
    Column("title", Type.TEXT, ("Title", "标题", "商品名称", "Titel", "タイトル")),
    Column("sku", Type.ID, ("SKU",)),
    _count("sessions", "Sessions - Total", "Sessions", "会话数 - 总计", "会话次数 - 总计",
           "会话 - 总计", "Sitzungen - Summe", "セッション数 - 合計", "セッション - 合計",
           required=True),
    _count("sessions_b2b", "Sessions - Total - B2B", "会话 - 总计 - B2B", "会话数 - 总计 - B2B",
           "会话次数 - 总计 - B2B", "Sitzungen - Summe - B2B", "セッション数 - 合計 - B2B"),
    _count("sessions_mobile_app", "Sessions - Mobile App", "会话次数 - 移动应用",
           "会话数 - 移动应用"),
    _count("sessions_browser", "Sessions - Browser", "会话次数 - 浏览器", "会话数 - 浏览器"),
    _count("page_views", "Page Views - Total", "Page Views", "页面浏览量 - 总计",
           "Seitenaufrufe - Summe", "ページビュー数 - 合計", "ページビュー - 合計"),
    _count("page_views_b2b", "Page Views - Total - B2B", "页面浏览量 - 总计 - B2B",
           "Seitenaufrufe - Summe - B2B", "ページビュー数 - 合計 - B2B"),
    Column("featured_offer_percentage", Type.SHARE, (
        "Featured Offer (Buy Box) Percentage", "Buy Box Percentage",
        "推荐报价(推荐报价展示位)百分比", "购买按钮赢得率", "Prozentsatz Einkaufswagen",
        "Prozentsatz Einkaufswagen-Feld", "カートボックス獲得率")),
    _count("units_ordered", "Units Ordered", "已订购商品数量", "Bestellte Einheiten",
           "注文された商品点数", required=True),
    _count("units_ordered_b2b", "Units Ordered - B2B", "已订购商品数量 - B2B",
           "Bestellte Einheiten - B2B", "注文点数 - B2B"),
    Column("unit_session_percentage", Type.SHARE, ("Unit Session Percentage", "商品会话百分比",
                                                   "ユニットセッション率")),
    Column("ordered_sales", Type.MONEY, (
        "Ordered Product Sales", "Gross Product Sales", "已订购商品销售额",
        "Durch bestellte Produkte erzielter Umsatz", "注文商品の売上額"), required=True),
    Column("ordered_sales_b2b", Type.MONEY, (
        "Ordered Product Sales - B2B", "已订购商品销售额 - B2B", "Bestellsumme - B2B",
        "注文商品の売上額 - B2B")),
    _count("order_items", "Total Order Items", "Orders Placed", "订单商品总数",
           "Zahl der Bestellposten", "注文品目総数"),
    _count("order_items_b2b", "Total Order Items - B2B", "订单商品总数 - B2B",
           "Zahl der Bestellposten - B2B", "注文品目総数 - B2B"),
)

KIND = ReportKind(
    name="business_report_by_item",
    label=Label("Business Report by child item", "业务报告 – 按子商品"),
    how_to_download=Label(
        "Seller Central > Reports > Business Reports > Detail Page Sales and Traffic by Child "
        "Item. Choose one day (for a daily tracker) or one week, all columns, SKU on; Download "
        "CSV. The file does not say its period: keep it in the name, "
        "e.g. 'BusinessReport 2026-11-09..2026-11-15.csv'.",
        "卖家平台 > 数据报告 > 业务报告 > 按子商品详情页面上的销售量与访问量。选择一天或一周，"
        "勾选全部列和 SKU，下载 CSV。文件内没有日期，请写在文件名里，"
        "例如“BusinessReport 2026-11-09..2026-11-15.csv”。",
    ),
    mode=Mode.PERIOD,
    lag_days=2,
    sections=(
        Section(
            name="business_by_item",
            columns=COLUMNS,
            key=("asin", "sku"),
            absent=("Date", "日期", "Datum", "日付"),
            feeds={
                "ordered_sales": Feed("ordered_sales", rank=20),
                "ordered_sales_b2b": Feed("ordered_sales_b2b", rank=20),
                "units_ordered": Feed("units_ordered", rank=20),
                "order_items": Feed("order_items", rank=20),
                "sessions": Feed("sessions", rank=20, needs=_BY_CHILD, per=_BY_CHILD),
                "page_views": Feed("page_views", rank=20, needs=_BY_CHILD, per=_BY_CHILD),
                "featured_offer_views": Feed("featured_offer_percentage * page_views", rank=20,
                                             needs=_BY_CHILD, per=_BY_CHILD),
            },
            checks=(RatioCheck("unit_session_percentage", "units_ordered", "sessions"),),
        ),
    ),
)
