"""ASIN daily tracker (ASIN每日跟踪表) with operation log (操作日志): what we did, what it did."""

from __future__ import annotations

from workbook.model import Label, Unit
from workbook.models.tracker.log import KINDS
from workbook.template import (
    Block,
    Dim,
    Grain,
    Input,
    Kind,
    Measure,
    Output,
    Series,
    Tab,
    Template,
)

MARKETPLACE = Dim("marketplace", Label("Marketplace", "站点"), 12)
ASIN = Dim("asin", Label("ASIN", "ASIN"), 13)
NAME = Dim("name", Label("Product", "品名"), 26)
DAY = Dim("day", Label("Day", "日期"), 11)
PRODUCT_OWNER = Dim("product_owner", Label("Product owner", "商品负责人"), 14)
NOTE = Input("note", Label("Note", "备注"), 28)


def _out(
    name: str, en: str, zh: str, unit: Unit | None = None, width: int = 11, *, folded: bool = False
) -> Output:
    return Output(name, Label(en, zh), unit, width, folded)


CARDS = Block(
    "at_cards", Kind.CARDS, Label("Yesterday", "昨日指标"), source="at_trend",
    fields=(
        Measure("ordered_sales"), Measure("units_ordered"), Measure("sessions"),
        Measure("unit_session_percentage"), Measure("ad_spend"), Measure("acos"),
        Measure("tacos"), Measure("organic_share"),
    ),
)
FIRST_LOOKS = Block("at_standup", Kind.MIRROR, Label("ASINs that need a look", "需关注的 ASIN"),
                    source="at_attention", limit=8)
SALES_CHART = Block(
    "at_sales_chart", Kind.CHART, Label("Sales and TACoS, 30 days", "近 30 天销售额与 TACoS"),
    source="at_trend",
    series=(Series("ordered_sales"), Series("tacos", line=True, secondary=True)),
)
TRAFFIC_CHART = Block(
    "at_traffic_chart", Kind.CHART,
    Label("Sessions and conversion, 30 days", "近 30 天会话数与转化率"), source="at_trend",
    series=(Series("sessions"), Series("unit_session_percentage", line=True, secondary=True)),
)

SUMMARY = Block(
    "at_summary", Kind.TABLE, Label("ASINs", "ASIN 汇总"), by=("asin",), model="tracker.summary",
    fields=(
        MARKETPLACE, ASIN, NAME,
        _out("ordered_sales_now", "Sales, 7 days", "近 7 天销售额", Unit.MONEY),
        _out("ordered_sales_change", "Δ Sales", "销售额环比", Unit.SHARE),
        _out("sessions_now", "Sessions, 7 days", "近 7 天会话数", Unit.COUNT),
        _out("conversion_now", "Conversion, 7 days", "近 7 天转化率", Unit.SHARE),
        _out("conversion_change", "Δ Conversion (pp)", "转化率变化 (pp)", Unit.NUMBER),
        Dim("severity", Label("More than chance?", "是否显著"), 22),
        _out("units_ordered_day", "Units, last day", "昨日销量", Unit.COUNT),
        _out("sessions_day", "Sessions, last day", "昨日会话数", Unit.COUNT),
        _out("conversion_day", "Conversion, last day", "昨日转化率", Unit.SHARE),
        _out("acos_now", "ACoS, 7 days", "近 7 天 ACoS", Unit.SHARE),
        _out("days_of_cover", "Days of cover", "可售天数", Unit.DAYS),
        _out("operation", "Last operation", "上次操作", width=28),
        _out("operation_day", "On", "操作日期"),
        PRODUCT_OWNER, NOTE,
        _out("about", "What to know", "说明", width=30),
        _out("chance", "Chance of noise", "偶然概率", Unit.SHARE, folded=True),
        *(_out(f"{name}_{span}", f"{en}, {before}", f"{short}{zh}", unit, folded=True)
          for span, before, short in (("before", "7 days before", "前 7 天"),)
          for name, en, zh, unit in (
              ("ordered_sales", "Sales", "销售额", Unit.MONEY),
              ("sessions", "Sessions", "会话数", Unit.COUNT),
              ("units_ordered", "Units", "销量", Unit.COUNT),
              ("conversion", "Conversion", "转化率", Unit.SHARE))),
        _out("units_ordered_now", "Units, 7 days", "近 7 天销量", Unit.COUNT,
             folded=True),
        _out("ad_spend_now", "Ad spend, 7 days", "近 7 天广告花费", Unit.MONEY,
             folded=True),
        _out("ad_sales_now", "Ad sales, 7 days", "近 7 天广告销售额", Unit.MONEY,
             folded=True),
        _out("available_units", "Available", "可售", Unit.COUNT, folded=True),
        _out("lead_time", "Lead time (days)", "备货周期 (天)", Unit.COUNT, folded=True),
        _out("pick", "To choose", "选择项", width=18, folded=True),
    ),
)

DAYS = Block(
    "at_days", Kind.TABLE, Label("ASIN by day", "ASIN 每日"), by=("asin",), over=30, limit=3000,
    rank="ordered_sales",
    model="tracker.days",
    fields=(
        Dim("period", Label("Day", "日期"), 11), MARKETPLACE, ASIN, NAME,
        _out("weekday", "Weekday", "星期", width=7),
        Measure("sessions"), Measure("units_ordered"), Measure("unit_session_percentage"),
        Measure("average_selling_price"), Measure("ad_spend"), Measure("acos"),
        _out("organic_orders", "Organic items (items − ad orders)",
             "自然订单 (商品订单 − 广告订单)", Unit.COUNT),
        Measure("available_units"),
        Input("kind", Label("What kind", "操作类型"), 11, choices=tuple(KINDS.values()),
              topic="operations"),
        Input("what", Label("What we did", "操作内容"), 34, topic="operations"),
        Input("who", Label("Who", "操作人"), 10, topic="operations"),
        _out("events", "Events", "活动", width=18),
        Measure("listing_price"), Measure("sales_rank"), Measure("rating"),
        Measure("rating_count"),
        _out("about", "What to know", "说明", width=30),
        Measure("organic_share", folded=True),
        _out("offer", "Featured offer (Buy Box) %", "黄金购物车占比", Unit.SHARE,
             folded=True),
        Measure("ordered_sales", folded=True), Measure("order_items", folded=True),
        Measure("page_views", folded=True), Measure("ad_orders", folded=True),
        Measure("ad_sales", folded=True), Measure("clicks", folded=True),
        _out("lookup", "To look up", "查找键", width=26, folded=True),
    ),
)

# The chosen ASIN's marketplace decides the currency: money has two decimals and no sign here.
VIEW = Block(
    "at_view", Kind.TABLE, Label("One ASIN", "单个 ASIN"), by=("day",), model="tracker.view",
    fields=(
        Input("pick", Label("Choose an ASIN (first row)", "选择 ASIN（首行）"), 16,
              choices_from=("at_summary", "pick")),
        _out("name", "Product", "品名", width=20), DAY,
        _out("sessions", "Sessions", "会话数", Unit.COUNT),
        _out("units_ordered", "Units", "销量", Unit.COUNT),
        _out("unit_session_percentage", "Unit session % (conversion)",
             "商品会话百分比 (转化率)", Unit.SHARE),
        _out("average_selling_price", "Average selling price", "平均售价", Unit.RATIO),
        _out("ad_spend", "Ad spend", "广告花费", Unit.RATIO),
        _out("operation", "Operation", "操作", width=28),
        _out("events", "Events", "活动", width=18, folded=True),
        _out("acos", "ACoS", "ACoS", Unit.SHARE, folded=True),
        _out("organic_share", "Organic order share", "自然单占比", Unit.SHARE,
             folded=True),
        _out("available_units", "Available", "可售", Unit.COUNT, folded=True),
        _out("sales_rank", "Sales rank (BSR)", "销售排名 (BSR)", Unit.COUNT,
             folded=True),
        _out("rating", "Rating", "评分", Unit.NUMBER, folded=True),
        _out("chosen", "Shown", "所示", width=18, folded=True),
        _out("at", "Row", "行号", Unit.COUNT, folded=True),
        _out("conversion_line", "Conversion", "转化率", Unit.SHARE, folded=True),
        *(_out(f"{name}_mark", "Operation", "操作日", Unit.NUMBER, folded=True)
          for name in ("conversion", "sessions", "price", "spend")),
    ),
)


def _chart(id: str, en: str, zh: str, *series: Series) -> Block:
    return Block(id, Kind.CHART, Label(en, zh), source="at_view", category="day", series=series)


VIEW_CHARTS = (
    _chart("at_units_chart", "Units and conversion, days of operations marked",
           "销量与转化率（标出操作日）", Series("units_ordered"),
           Series("conversion_line", line=True, secondary=True),
           Series("conversion_mark", line=True, secondary=True, look="mark")),
    _chart("at_sessions_chart", "Sessions", "会话数", Series("sessions"),
           Series("sessions_mark", line=True, look="mark")),
    _chart("at_price_chart", "Average selling price", "平均售价", Series("average_selling_price"),
           Series("price_mark", line=True, look="mark")),
    _chart("at_spend_chart", "Ad spend", "广告花费", Series("ad_spend"),
           Series("spend_mark", line=True, look="mark")),
)

LOG = Block(
    "at_log", Kind.TABLE, Label("Operation log", "操作日志"), by=("operation",),
    model="tracker.operations",
    fields=(
        MARKETPLACE, ASIN, NAME, DAY,
        _out("kind", "What kind", "操作类型"),
        _out("what", "What we did", "操作内容", width=34),
        Dim("severity", Label("Conversion since", "转化率变化判断"), 22),
        _out("conversion_before", "Conversion before", "操作前转化率", Unit.SHARE),
        _out("conversion_after", "Conversion after", "操作后转化率", Unit.SHARE),
        _out("change", "Change (pp)", "变化 (pp)", Unit.NUMBER),
        _out("chance", "Chance of noise", "偶然概率", Unit.SHARE),
        _out("why", "What to know", "说明", width=46),
        _out("who", "Who", "操作人"),
        Input("days", Label("Days before (7)", "对比天数 (7)"), 10, Unit.COUNT), NOTE,
        *(_out(f"{name}_{span}", f"{en} {span}", f"{short}{zh}", unit,
               folded=True)
          for name, en, zh, unit in (
              ("sessions", "Sessions", "会话数", Unit.COUNT),
              ("units", "Units", "销量", Unit.COUNT),
              ("price", "Price", "售价", Unit.MONEY),
              ("spend", "Ad spend a day", "日均广告花费", Unit.MONEY),
              ("days", "Days", "天数", Unit.COUNT))
          for span, short in (("before", "操作前"), ("after", "操作后"))),
        _out("said_in", "Written in", "登记于", width=26, folded=True),
    ),
)

ATTENTION = Block(
    "at_attention", Kind.TABLE, Label("Needs a look", "需关注"), by=("finding",),
    model="tracker.attention",
    fields=(
        MARKETPLACE, Dim("severity", Label("Status", "状态"), 9),
        Dim("what", Label("What", "事项"), 24), Dim("subject", Label("Subject", "对象"), 30),
        ASIN, Dim("why", Label("Why", "原因"), 58),
        Dim("at_stake", Label("At stake (week)", "周影响金额"), 14, Unit.MONEY),
        PRODUCT_OWNER, Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True), NOTE,
    ),
)

TREND = Block(
    "at_trend", Kind.TABLE, Label("Days of the store", "店铺每日"), by=(), over=30,
    fields=(
        MARKETPLACE, Dim("period", Label("Day", "日期"), 11),
        Measure("ordered_sales"), Measure("units_ordered"), Measure("order_items"),
        Measure("sessions"), Measure("page_views"), Measure("unit_session_percentage"),
        Measure("ad_spend"), Measure("ad_sales"), Measure("ad_orders"), Measure("acos"),
        Measure("tacos"), Measure("organic_share"),
    ),
)

TEMPLATE = Template(
    name="asin_daily_tracker",
    label=Label("ASIN daily tracker", "ASIN每日跟踪表"),
    grain=Grain.DAY,
    tabs=(
        Tab("at_overview", Label("Today", "今日"),
            (CARDS, FIRST_LOOKS, SALES_CHART, TRAFFIC_CHART), each=True),
        Tab("at_view", Label("One ASIN", "单个 ASIN"), (VIEW, *VIEW_CHARTS)),
        Tab("at_days", Label("ASIN by day", "ASIN 每日"), (DAYS,)),
        Tab("at_summary", Label("ASINs", "ASIN 汇总"), (SUMMARY,)),
        Tab("at_log", Label("Operation log", "操作日志"), (LOG,)),
        Tab("at_attention", Label("Needs a look", "需关注"), (ATTENTION,)),
        Tab("at_trend", Label("Days of the store", "店铺每日"), (TREND,), data=True),
    ),
)
