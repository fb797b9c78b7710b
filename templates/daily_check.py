"""Daily check (日检): opened at 8:45, discussed at 9:00: is the store fine, who does what today."""

from __future__ import annotations

from workbook.model import Label, Unit
from workbook.template import (
    Block,
    Bound,
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
NAME = Dim("name", Label("Product", "品名"), 26)
CAMPAIGN = Dim("campaign", Label("Campaign", "广告活动"), 32)
AD_TYPE = Dim("ad_type", Label("Type", "类型"), 7)
PRODUCT_OWNER = Dim("product_owner", Label("Product owner", "商品负责人"), 14)
SINCE = Dim("since", Label("Since", "起始日"), 11)
OWNER = Input("owner", Label("Owner", "负责人"), 12)
DUE = Input("due", Label("Due", "截止日期"), 12, date=True)
NOTE = Input("note", Label("Note", "备注"), 28)

CARDS = Block(
    "daily_cards", Kind.CARDS, Label("Yesterday", "昨日指标"), source="daily_trend",
    fields=(
        Measure("ordered_sales"), Measure("units_ordered"), Measure("sessions"),
        Measure("unit_session_percentage"), Measure("ad_spend"), Measure("acos"),
        Measure("tacos"), Measure("roas"),
    ),
)
STANDUP = Block("daily_standup", Kind.MIRROR, Label("For the stand-up", "早会要点"),
                source="daily_exceptions", limit=8)
SALES_CHART = Block(
    "daily_sales_chart", Kind.CHART, Label("Sales and TACoS, 30 days", "近 30 天销售额与 TACoS"),
    source="daily_trend", series=(Series("ordered_sales"), Series("tacos", line=True,
                                                                  secondary=True)),
)
TRAFFIC_CHART = Block(
    "daily_traffic_chart", Kind.CHART,
    Label("Sessions and conversion, 30 days", "近 30 天会话数与转化率"), source="daily_trend",
    series=(Series("sessions"), Series("unit_session_percentage", line=True, secondary=True)),
)

EXCEPTIONS = Block(
    "daily_exceptions", Kind.TABLE, Label("Exceptions of the day", "今日异常"),
    model="daily.exceptions", by=("exception",),
    fields=(
        MARKETPLACE, Dim("severity", Label("Status", "状态"), 9),
        Dim("what", Label("What", "事项"), 24), Dim("subject", Label("Subject", "对象"), 30),
        Dim("why", Label("Why", "原因"), 58),
        Dim("at_stake", Label("At stake (week)", "周影响金额"), 14, Unit.MONEY),
        SINCE, Dim("days_open", Label("Days open", "持续天数"), 9, Unit.DAYS),
        PRODUCT_OWNER, OWNER, DUE, NOTE,
    ),
)

ACCOUNT = Block(
    "account", Kind.TABLE, Label("Account", "账户"), model="daily.account", by=("account_value",),
    fields=(
        MARKETPLACE, Dim("name", Label("Value", "指标"), 30),
        Input("value", Label("Today (type)", "今日（填写）"), 13, Unit.ROW,
              topic="account_values"),
        Output("now", Label("Counts", "取用值"), Unit.ROW, 11),
        Status("", of="now"),
        Output("target", Label("Target", "目标"), Unit.ROW, 10),
        Output("alarm", Label("Alarm", "警戒"), Unit.ROW, 10),
        Output("change", Label("Change", "变化"), Unit.ROW, 10),
        Output("last", Label("Last reading", "上次读数"), Unit.ROW, 11),
        Dim("last_day", Label("Read on", "读数日期"), 11),
        Output("age", Label("Days old", "距今天数"), Unit.DAYS, 9),
        SINCE, Output("said", Label("Said in", "出处"), width=34),
        Output("disputed", Label("Another source says", "其他来源"), width=34),
        Output("previous", Label("Reading before", "再上次读数"), Unit.ROW, 11,
               folded=True),
        Output("stale", Label("Stale after (days)", "过期天数"), Unit.DAYS, folded=True),
        Output("fall", Label("Flagged below a change of", "变化低于此值即提示"),
               Unit.ROW, 14, folded=True),
        NOTE,
    ),
)

STOCK = Block(
    "stock_alarms", Kind.TABLE, Label("Stock alarms", "库存预警"), model="daily.stock",
    by=("sku",),
    fields=(
        MARKETPLACE, Dim("sku", Label("SKU", "SKU"), 17), NAME,
        Output("days_of_cover", Label("Days of cover", "可售天数"), Unit.DAYS),
        Status("", of="days_of_cover"),
        Output("what", Label("What", "情况"), width=34),
        Output("available_units", Label("Available", "可售"), Unit.COUNT),
        Output("inbound_units", Label("Inbound", "在途"), Unit.COUNT),
        Output("pace", Label("Units a day (28 days)", "日均销量 (28 天)"),
               Unit.NUMBER),
        Dim("lead_time", Label("Lead time (days)", "备货周期 (天)"), 10, Unit.COUNT),
        Dim("runs_out", Label("Runs out", "断货日"), 11),
        Output("at_stake", Label("At stake (week)", "周影响金额"), Unit.MONEY),
        SINCE, Dim("owner", Label("Product owner", "商品负责人"), 14),
        Output("data", Label("Data", "数据状态"), width=18),
        Bound("days_of_cover", "target", plus="lead_time"),
        Bound("days_of_cover", "alarm", plus="lead_time"),
        Output("excess", Label("Excess from", "冗余起点"), Unit.DAYS, folded=True),
        Output("supply", Label("Supply for the low-inventory fee (30 and 90 days)",
                                               "低量库存费供货天数 (30与90天)"), Unit.DAYS, 16),
        Status("", of="supply"),
        Output("supply_target", Label("Fee below", "收费线"), Unit.DAYS,
               folded=True),
        Output("supply_alarm", Label("Alarm below", "警戒线"), Unit.DAYS,
               folded=True),
        Output("reserved_units", Label("Reserved", "预留"), Unit.COUNT,
               folded=True),
        Output("pace_until", Label("Sales until", "销量截至"), width=11,
               folded=True),
        Output("asin", Label("ASIN", "ASIN"), width=13, folded=True), NOTE,
    ),
)

ADS = Block(
    "ads_check", Kind.TABLE, Label("Ads", "广告"), model="daily.ads",
    by=("campaign", "ad_type"),
    fields=(
        MARKETPLACE, CAMPAIGN, AD_TYPE,
        Output("spend", Label("Spend, day", "当日花费"), Unit.MONEY),
        Output("sales", Label("Ad sales, day", "当日广告销售额"), Unit.MONEY),
        Output("acos", Label("ACoS, day", "当日 ACoS"), Unit.SHARE),
        Output("spend_7", Label("Spend, 7 days", "7天花费"), Unit.MONEY),
        Output("sales_7", Label("Ad sales, 7 days", "7天广告销售额"), Unit.MONEY),
        Output("acos_7", Label("ACoS, 7 days", "7天 ACoS"), Unit.SHARE),
        Status("", of="acos_7"),
        Output("benchmark", Label("Category mean", "类目均值"), Unit.SHARE),
        Output("deviation", Label("Against the mean", "相对均值"), Unit.SHARE),
        Output("break_even", Label("Break-even ACoS", "盈亏平衡ACoS"), Unit.SHARE),
        Output("at_stake", Label("Spent beyond (week)", "超支 (周)"), Unit.MONEY),
        SINCE, Output("data", Label("Data", "数据状态"), width=26),
        PRODUCT_OWNER,
        Output("benchmark_of", Label("Mean of", "均值来源"), width=14, folded=True),
        Output("band_target", Label("Band ±", "区间 ±"), Unit.SHARE, folded=True),
        Output("band_alarm", Label("Alarm above", "警戒高于"), Unit.SHARE,
               folded=True),
        Output("difference", Label("Difference in points", "相差百分点"), Unit.SHARE,
               folded=True),
        Output("points_target", Label("Band in points ±", "百分点区间 ±"), Unit.SHARE,
               folded=True),
        Output("points_alarm", Label("Alarm above (points)", "警戒高于 (百分点)"),
               Unit.SHARE, folded=True),
        Output("clicks", Label("Clicks, day", "当日点击量"), Unit.COUNT, folded=True),
        NOTE,
    ),
)

BUDGETS = Block(
    "budgets", Kind.TABLE, Label("Budgets", "预算"), model="daily.budgets",
    by=("campaign", "ad_type"),
    fields=(
        MARKETPLACE, CAMPAIGN, AD_TYPE,
        Output("budget", Label("Daily budget", "日预算"), Unit.MONEY),
        Output("spend", Label("Spend, day", "当日花费"), Unit.MONEY),
        Output("used", Label("Budget used", "预算使用率"), Unit.SHARE),
        Status("", of="used"),
        Output("days_out", Label("Days out, of 7", "7天中耗尽天数"), Unit.COUNT),
        Output("which", Label("Which days", "耗尽日期"), width=34),
        Output("acos_7", Label("ACoS, 7 days", "7天 ACoS"), Unit.SHARE),
        Output("advice", Label("To consider", "建议"), width=40),
        SINCE, OWNER, Bound("budget_used", "target"), Bound("budget_used", "alarm"),
        Output("spend_7", Label("Spend, 7 days", "7天花费"), Unit.MONEY, folded=True),
        Output("sales_7", Label("Ad sales, 7 days", "7天广告销售额"), Unit.MONEY,
               folded=True),
        Output("acos_target", Label("ACoS target", "ACoS 目标"), Unit.SHARE,
               folded=True),
        NOTE,
    ),
)

KEYWORDS = Block(
    "keyword_moves", Kind.TABLE, Label("Keyword ranks", "关键词排名"), model="daily.keywords",
    by=("asin", "keyword"),
    fields=(
        MARKETPLACE, Dim("keyword", Label("Keyword", "关键词"), 30), ASIN, NAME,
        Output("keyword_rank", Label("Organic rank", "自然排名"), Unit.COUNT),
        Status("", of="keyword_rank"),
        Output("before", Label("7 days ago", "7天前"), Unit.COUNT),
        Output("lost", Label("Places lost", "下降名次"), Unit.COUNT),
        Output("standing", Label("Standing", "情况"), width=22),
        Input("target_rank", Label("Target rank", "目标排名"), 10, Unit.COUNT),
        Output("sponsored_rank", Label("Sponsored rank", "广告排名"), Unit.COUNT),
        Output("search_volume", Label("Search volume", "搜索量"), Unit.COUNT),
        Output("data", Label("Data", "数据状态"), width=20), PRODUCT_OWNER,
        Output("places", Label("Watch beyond", "关注线"), Unit.COUNT, folded=True),
        Output("places_alarm", Label("Alarm beyond", "警戒线"), Unit.COUNT,
               folded=True),
        NOTE,
    ),
)

TASKS = Block(
    "daily_tasks", Kind.TABLE, Label("Tasks of the day", "今日任务"), model="tasks", by=("task",),
    fields=(
        Dim("week", Label("Day", "日期"), 11), Dim("task_name", Label("Task", "任务"), 46),
        Input("done", Label("Done", "完成"), 9, choices=(Label("yes", "是"), Label("no", "否"))),
        OWNER, DUE, NOTE,
    ),
)

GAPS = Block(
    "report_gaps", Kind.TABLE, Label("Missing reports", "报表缺口"), model="daily.reports",
    by=("report_gap",),
    fields=(
        Dim("store", Label("Store", "店铺"), 18), MARKETPLACE,
        Dim("severity", Label("Status", "状态"), 9), Dim("report", Label("Report", "报表"), 34),
        Dim("missing", Label("Missing days", "缺少的日期"), 44),
        Dim("days", Label("Days", "天数"), 7, Unit.COUNT), SINCE,
        Dim("last", Label("Last day there", "最后日期"), 12),
        Dim("blocked", Label("Numbers blocked", "受影响指标数"), 10, Unit.COUNT),
        Dim("blocks", Label("Blank without it", "受影响指标"), 40),
        Dim("how", Label("Where to download, what to tick", "下载位置与勾选项"), 64),
        OWNER, NOTE,
    ),
)

TREND = Block(
    "daily_trend", Kind.TABLE, Label("Days", "日趋势"), by=(), over=30,
    fields=(
        MARKETPLACE, Dim("period", Label("Day", "日期"), 11),
        Measure("ordered_sales"), Measure("units_ordered"), Measure("order_items"),
        Measure("sessions"), Measure("page_views"), Measure("unit_session_percentage"),
        Measure("ad_spend"), Measure("ad_sales"), Measure("ad_orders"), Measure("clicks"),
        Measure("impressions"), Measure("acos"), Measure("tacos"), Measure("roas"),
        Measure("ctr"), Measure("cpc"), Measure("ad_cvr"),
    ),
)

TEMPLATE = Template(
    name="daily_check",
    label=Label("Daily check", "日检"),
    grain=Grain.DAY,
    tabs=(
        Tab("daily_overview", Label("Day", "日检"), (CARDS, STANDUP, SALES_CHART, TRAFFIC_CHART),
            each=True),
        Tab("daily_exceptions", EXCEPTIONS.label, (EXCEPTIONS,)),
        Tab("account", ACCOUNT.label, (ACCOUNT,)),
        Tab("stock_alarms", STOCK.label, (STOCK,)),
        Tab("ads_check", ADS.label, (ADS,)),
        Tab("budgets", BUDGETS.label, (BUDGETS,)),
        Tab("keyword_moves", KEYWORDS.label, (KEYWORDS,)),
        Tab("daily_tasks", TASKS.label, (TASKS,)),
        Tab("report_gaps", GAPS.label, (GAPS,)),
        Tab("daily_trend", TREND.label, (TREND,), data=True),
    ),
)
