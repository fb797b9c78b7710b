"""Weekly report (周报): is it fine, what moved, what to do; ready for a 15-minute stand-up."""

from __future__ import annotations

from workbook.model import Label, Unit
from workbook.template import (
    Block,
    Bound,
    Change,
    Dim,
    Grain,
    Input,
    Kind,
    Measure,
    Output,
    Series,
    Status,
    Tab,
    Template,
)

MARKETPLACE = Dim("marketplace", Label("Marketplace", "站点"), 12)
ASIN = Dim("asin", Label("ASIN", "ASIN"), 13)
SKU = Dim("sku", Label("SKU", "SKU"), 17)
NAME = Dim("name", Label("Product", "品名"), 26)
OWNER = Dim("owner", Label("Owner", "负责人"), 10)
NOTE = Input("note", Label("Note", "备注"), 28)

CARDS = Block(
    "cards", Kind.CARDS, Label("Key figures", "关键指标"), source="trend",
    fields=(
        Measure("ordered_sales"), Measure("units_ordered"), Measure("sessions"),
        Measure("unit_session_percentage"), Measure("ad_spend"), Measure("acos"),
        Measure("tacos"), Measure("contribution"),
    ),
)
STANDUP = Block("standup", Kind.MIRROR, Label("For the stand-up", "早会要点"), source="exceptions",
                limit=8)
SALES_CHART = Block(
    "sales_chart", Kind.CHART, Label("Sales and ACoS, 13 weeks", "近 13 周销售额与 ACoS"),
    source="trend", series=(Series("ordered_sales"), Series("acos", line=True, secondary=True)),
)
TOP_CHART = Block(
    "top_chart", Kind.CHART, Label("Top SKUs, sales this week", "本周热销商品销售额"),
    source="top_skus", series=(Series("ordered_sales@-1"), Series("ordered_sales")), limit=10,
)

EXCEPTIONS = Block(
    "exceptions", Kind.TABLE, Label("Exceptions", "异常清单"), model="exceptions",
    by=("exception",), rank="at_stake",
    fields=(
        MARKETPLACE,
        Dim("severity", Label("Status", "状态"), 9),
        Dim("what", Label("What", "事项"), 24),
        Dim("subject", Label("Subject", "对象"), 30),
        Dim("why", Label("Why", "原因"), 58),
        Dim("at_stake", Label("At stake (week)", "周影响金额"), 14, Unit.MONEY),
        Dim("product_owner", Label("Product owner", "商品负责人"), 14),
        Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True),
        NOTE,
    ),
)

TOP_SKUS = Block(
    "top_skus", Kind.TABLE, Label("Top SKUs", "热销商品"), by=("asin",), rank="ordered_sales",
    limit=200, model="verdict",
    fields=(
        MARKETPLACE, ASIN, SKU, NAME,
        Measure("ordered_sales"), Change("ordered_sales"),
        Measure("units_ordered"), Measure("sessions"), Measure("unit_session_percentage"),
        Change("unit_session_percentage"),
        Output("verdict", Label("More than chance?", "是否显著"), width=17),
        Measure("ordered_sales", -1, folded=True), Measure("units_ordered", -1, folded=True),
        Measure("sessions", -1, folded=True), Measure("unit_session_percentage", -1, folded=True),
        Output("chance", Label("Chance of noise", "偶然概率"), Unit.SHARE, 14,
               folded=True),
        Measure("ad_spend", folded=True), Measure("ad_sales", folded=True),
        Measure("acos", folded=True), Measure("tacos", folded=True), NOTE,
    ),
)

ADS = Block(
    "ads", Kind.TABLE, Label("Ads by campaign", "广告活动"), by=("campaign", "ad_type"),
    rank="ad_spend",
    fields=(
        MARKETPLACE, Dim("campaign", Label("Campaign", "广告活动"), 32),
        Dim("ad_type", Label("Type", "类型"), 7),
        Measure("ad_spend"), Change("ad_spend"), Measure("ad_sales"), Measure("ad_orders"),
        Measure("acos"), Change("acos"), Status("acos", of="acos"),
        Bound("acos", "target"), Bound("acos", "alarm"),
        Measure("impressions", folded=True), Measure("clicks", folded=True),
        Measure("ctr", folded=True), Measure("cpc", folded=True), Measure("ad_cvr", folded=True),
        Measure("roas", folded=True), Measure("ad_spend", -1, folded=True),
        Measure("ad_sales", -1, folded=True), Measure("acos", -1, folded=True), NOTE,
    ),
)

STOCK = Block(
    "stock", Kind.TABLE, Label("Stock", "库存"), by=("sku",), rank="-days_of_cover",
    fields=(
        MARKETPLACE, SKU, Dim("asin", Label("ASIN", "ASIN"), 13), NAME, OWNER,
        Measure("available_units"), Measure("inbound_units"), Measure("daily_units"),
        Measure("days_of_cover"),
        Dim("lead_time", Label("Lead time (days)", "备货周期 (天)"), 10, Unit.COUNT),
        Status("days_of_cover", of="days_of_cover"),
        Bound("days_of_cover", "target", plus="lead_time"),
        Bound("days_of_cover", "alarm", plus="lead_time"),
        Measure("reserved_units", folded=True), Measure("total_units", folded=True),
        Measure("aged_units", folded=True), Measure("estimated_aged_fee", folded=True), NOTE,
    ),
)

TASKS = Block(
    "tasks", Kind.TABLE, Label("Tasks of the week", "本周任务"), model="tasks", by=("task",),
    fields=(
        Dim("week", Label("Week", "周"), 11), Dim("task_name", Label("Task", "任务"), 46),
        Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True),
        Input("done", Label("Done", "完成"), 9, choices=(Label("yes", "是"), Label("no", "否"))),
        NOTE,
    ),
)

TREND = Block(
    "trend", Kind.TABLE, Label("Weeks", "周趋势"), by=(), over=13,
    fields=(
        MARKETPLACE, Dim("period", Label("Week", "周"), 11),
        Dim("from", Label("From", "从"), 11), Dim("until", Label("Until", "至"), 11),
        Measure("ordered_sales"), Measure("units_ordered"), Measure("order_items"),
        Measure("sessions"), Measure("page_views"), Measure("unit_session_percentage"),
        Measure("ad_spend"), Measure("ad_sales"), Measure("ad_orders"), Measure("clicks"),
        Measure("impressions"), Measure("acos"), Measure("tacos"), Measure("roas"),
        Measure("ctr"), Measure("cpc"), Measure("ad_cvr"), Measure("contribution"),
    ),
)

TEMPLATE = Template(
    name="weekly_report",
    label=Label("Weekly report", "周报"),
    grain=Grain.WEEK,
    tabs=(
        Tab("overview", Label("Week", "周报"), (CARDS, STANDUP, SALES_CHART, TOP_CHART), each=True),
        Tab("exceptions", Label("Exceptions", "异常清单"), (EXCEPTIONS,)),
        Tab("top_skus", Label("Top SKUs", "热销商品"), (TOP_SKUS,)),
        Tab("ads", Label("Ads", "广告"), (ADS,)),
        Tab("stock", Label("Stock", "库存"), (STOCK,)),
        Tab("tasks", Label("Tasks", "任务"), (TASKS,)),
        Tab("trend", Label("Weeks", "周趋势"), (TREND,), data=True),
    ),
)
