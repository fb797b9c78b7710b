"""Sales forecast (销售预测): 13 weeks and 12 months by SKU, overrides, and the purchasing table."""

from __future__ import annotations

from workbook.model import Label, Unit
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

MODEL = "forecast.skus"
MARKETPLACE = Dim("marketplace", Label("Marketplace", "站点"), 12)
SKU = Dim("sku", Label("SKU", "SKU"), 17)
NAME = Dim("name", Label("Product", "品名"), 26)
OWNER = Dim("owner", Label("Owner", "负责人"), 10)
NOTE = Input("note", Label("Note", "备注"), 28)
WEEK = Dim("week", Label("Week", "周"), 11)
DAYS = (Dim("from", Label("From", "从"), 11), Dim("until", Label("Until", "至"), 11))
EVENT = Dim("event", Label("Event", "活动"), 18)


def _units(name: str, en: str, zh: str, *, folded: bool = False) -> Output:
    return Output(name, Label(en, zh), Unit.NUMBER, 10, folded)


def _text(name: str, en: str, zh: str, width: int = 12, *, folded: bool = False) -> Output:
    return Output(name, Label(en, zh), None, width, folded)


LAST_4 = _units("last_4", "Last 4 weeks", "近 4 周")
LAST_13 = _units("last_13", "Last 13 weeks", "近 13 周")
NEXT_4 = _units("next_4", "Next 4 weeks", "未来 4 周")
NEXT_13 = _units("next_13", "Next 13 weeks", "未来 13 周")
BOUNDS = (_units("low", "80 % low", "80% 下限"), _units("high", "80 % high", "80% 上限"))
TREND_OF = Output("trend", Label("Against last 13", "较前 13 周"), Unit.SHARE, 10)
SALES = Output("sales", Label("Sales at the average price (estimate)", "按均价估算销售额"),
               Unit.MONEY, 14)
ACCURACY = (
    Output("wape", Label("WAPE", "WAPE"), Unit.SHARE, 9),
    Output("mase", Label("MASE", "MASE"), Unit.RATIO, 9),
    Output("bias", Label("Bias", "偏差"), Unit.SHARE, 9),
    Output("coverage", Label("Inside 80 %", "区间命中率"), Unit.SHARE, 9),
)
ORIGINS = Output("origins", Label("Past forecasts", "检验次数"), Unit.COUNT, 9, folded=True)
FOLDED_WEEKS = tuple(_units(f"w{n}", f"Week +{n}", f"第 {n} 周", folded=True)
                     for n in range(1, 14))
OPEN_WEEKS = tuple(_units(f"w{n}", f"Week +{n}", f"第 {n} 周") for n in range(1, 14))
MONTHS = tuple(_units(f"m{n}", f"Month {n}", f"第 {n} 月") for n in range(1, 13))
RESTS = tuple(_units(f"rest:m{n}", f"Month {n} beside the 13 weeks", f"第 {n} 月（13 周以外）",
                     folded=True) for n in range(1, 13))

SKUS = Block(
    "fc_skus", Kind.TABLE, Label("Forecast", "销售预测"), model=MODEL, by=("sku",),
    fields=(
        MARKETPLACE, SKU, NAME, OWNER,
        LAST_4, NEXT_4, NEXT_13, *BOUNDS, TREND_OF, SALES,
        _text("model", "Model", "模型", 24), *ACCURACY,
        _text("note", "What to know", "说明", 52), Input(
            "remark", Label("Note", "备注"), 28),
        *FOLDED_WEEKS, _units("last_13", "Last 13 weeks", "近 13 周", folded=True), ORIGINS,
        Output("price", Label("Average price, 13 weeks", "近 13 周均价"), Unit.MONEY, 12,
               folded=True),
        Output("weeks_known", Label("Weeks learnt from", "学习周数"), Unit.COUNT, 9, True),
        Output("left_out", Label("Weeks left out", "剔除周数"), Unit.COUNT, 9, True),
        _text("asin", "ASIN", "ASIN", 13, folded=True),
        _text("parent", "Parent", "父体", 13, folded=True),
        _text("group", "Store", "店铺", folded=True),
        _text("parent_key", "Store and parent", "店铺与父体", 17, folded=True),
        _text("pick", "For the chart", "图表可选", 20, folded=True),
    ),
)

BUY = Block(
    "fc_buy", Kind.TABLE, Label("Purchasing", "采购用表"), model="forecast.buy", by=("sku",),
    fields=(
        MARKETPLACE, SKU, NAME, OWNER,
        Output("available_units", Label("Available", "可售"), Unit.COUNT, 10),
        Output("inbound_units", Label("Inbound", "在途"), Unit.COUNT, 10),
        Output("before_amazon", Label("Before Amazon", "亚马逊前"), Unit.COUNT, 10),
        Dim("arrives", Label("Next arrival", "最近到货"), 11),
        Output("cover_at_amazon", Label("Days of cover, Amazon", "可售天数（亚马逊）"),
               Unit.DAYS, 10),
        Output("cover_all_units", Label("Days of cover, all", "可售天数（全部）"),
               Unit.DAYS, 10),
        Dim("lead_time", Label("Lead time (days)", "备货周期 (天)"), 10, Unit.COUNT),
        NEXT_13, *OPEN_WEEKS, *MONTHS, NOTE,
        _units("pace", "Units a day", "日均销量", folded=True),
        Output("at_amazon", Label("Available and inbound", "可售与在途"), Unit.COUNT,
               folded=True),
        Output("all_units", Label("All units", "全部库存"), Unit.COUNT, folded=True),
        _text("snapshot", "Stock of", "库存日期", folded=True),
        _text("asin", "ASIN", "ASIN", 13, folded=True),
        _text("group", "Store", "店铺", folded=True),
        _text("parent_key", "Store and parent", "店铺与父体", 17, folded=True), *RESTS,
    ),
)

TOTALS = Block(
    "fc_totals", Kind.TABLE, Label("Totals", "合计"), model="forecast.totals", by=("member",),
    fields=(
        MARKETPLACE, Dim("level", Label("Level", "层级"), 8), NAME,
        Dim("members", Label("SKUs", "SKU 数"), 8, Unit.COUNT),
        LAST_4, NEXT_4, NEXT_13, *BOUNDS, TREND_OF, SALES, *ACCURACY,
        _text("note", "What to know", "说明", 34), *FOLDED_WEEKS,
        _units("last_13", "Last 13 weeks", "近 13 周", folded=True), ORIGINS,
        _text("member", "Of", "归属", 17, folded=True),
    ),
)
BY_MONTH = Block(
    "fc_months", Kind.TABLE, Label("Months", "月度"), model="forecast.months", by=("member",),
    fields=(MARKETPLACE, Dim("level", Label("Level", "层级"), 8), NAME, *MONTHS,
            _text("member", "Of", "归属", 17, folded=True)),
)

WEEKS = Block(
    "fc_weeks", Kind.TABLE, Label("Weeks", "逐周"), model="forecast.weeks", by=("week",),
    fields=(
        MARKETPLACE, SKU, WEEK, *DAYS,
        _units("sold", "Sold", "销量"),
        _units("forecast", "Forecast", "预测"), *BOUNDS,
        Input("units", Label("Your units", "手填数量"), 11, Unit.NUMBER,
              topic="forecast_overrides"),
        _units("final", "Final", "最终值"), EVENT,
        Output("in_stock", Label("In stock", "有货率"), Unit.SHARE, 9),
        _text("mark", "What to know", "说明", 34), NOTE,
        _units("standing", "Without your units", "未手填时", folded=True),
        _units("event_units", "Units of the event", "活动周数量", folded=True),
        _text("key", "Key", "键", 28, folded=True),
    ),
)

STORE = Block(
    "fc_store", Kind.TABLE, Label("Store by week", "店铺逐周"), model="forecast.store",
    by=("week",),
    fields=(
        MARKETPLACE, WEEK, *DAYS, _units("sold", "Sold", "销量"),
        _units("final", "Final", "最终值"), _units("forecast", "Forecast", "预测"), *BOUNDS, EVENT,
        _units("event_units", "Event", "活动"), _text("member", "Of", "归属", folded=True),
    ),
)
LINES = (Series("final", line=True, look="forecast"), Series("low", line=True, look="bound"),
         Series("high", line=True, look="bound"), Series("event_units", line=True, look="mark"))
STORE_CHART = Block(
    "fc_store_chart", Kind.CHART, Label("Units a week and forecast", "周销量与预测"),
    source="fc_store", category="week", series=(Series("sold"), *LINES),
)

PICK = Block(
    "fc_chart", Kind.TABLE, Label("One SKU", "单品走势"), model="forecast.chart", by=("week",),
    fields=(
        Input("sku", Label("Choose a SKU here", "在此选择 SKU"), 24,
              choices_from=("fc_skus", "pick")),
        Dim("week", Label("Week", "周"), 11), Dim("from", Label("From", "从"), 11),
        _units("sold", "Sold", "销量"), _units("final", "Final", "最终值"),
        _units("forecast", "Forecast", "预测"), *BOUNDS, _text("event", "Event", "活动", 18),
        _units("event_units", "Units of the event", "活动周数量", folded=True),
        _units("draw_sold", "Sold (chart)", "销量（图）", folded=True),
        _units("draw_final", "Forecast (chart)", "预测（图）", folded=True),
        _units("draw_low", "80 % low (chart)", "80% 下限（图）", folded=True),
        _units("draw_high", "80 % high (chart)", "80% 上限（图）", folded=True),
        _units("draw_event_units", "Event (chart)", "活动（图）", folded=True),
        _text("chosen", "Chosen", "已选", 24, folded=True),
        _text("default", "If nothing is chosen", "未选时", 24, folded=True),
    ),
)
PICK_CHART = Block(
    "fc_sku_chart", Kind.CHART, Label("Units a week of the chosen SKU", "所选 SKU 的周销量"),
    source="fc_chart", category="week",
    series=(Series("draw_sold"), Series("draw_final", line=True, look="forecast"),
            Series("draw_low", line=True, look="bound"),
            Series("draw_high", line=True, look="bound"),
            Series("draw_event_units", line=True, look="mark")),
)

ATTENTION = Block(
    "fc_attention", Kind.TABLE, Label("Needs attention", "需关注"), model="forecast.attention",
    by=("exception",),
    fields=(
        MARKETPLACE, Dim("severity", Label("Status", "状态"), 9),
        Dim("what", Label("What", "事项"), 24), Dim("subject", Label("Subject", "对象"), 30),
        Dim("why", Label("Why", "原因"), 58),
        Dim("at_stake", Label("At stake (week)", "周影响金额"), 14, Unit.MONEY),
        Dim("product_owner", Label("Product owner", "商品负责人"), 14),
        Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True), NOTE,
    ),
)
STANDUP = Block("fc_standup", Kind.MIRROR, Label("Needs attention", "需关注"),
                source="fc_attention", limit=8)
TREND = Block(
    "fc_trend", Kind.TABLE, Label("Trend", "趋势"), by=(), over=13,
    fields=(MARKETPLACE, Dim("period", Label("Week", "周"), 11), *DAYS,
            Measure("units_ordered"), Measure("ordered_sales"), Measure("sessions"),
            Measure("unit_session_percentage")),
)
CARDS = Block(
    "fc_cards", Kind.CARDS, Label("Last week", "上周"), source="fc_trend",
    fields=(Measure("units_ordered"), Measure("ordered_sales"), Measure("sessions"),
            Measure("unit_session_percentage")),
)

TEMPLATE = Template(
    name="sales_forecast",
    label=Label("Sales forecast", "销售预测"),
    grain=Grain.WEEK,
    tabs=(
        Tab("fc_overview", Label("Forecast", "预测总览"), (CARDS, STANDUP, STORE_CHART), each=True),
        Tab("fc_skus", Label("By SKU", "销售预测"), (SKUS,)),
        Tab("fc_buy", Label("Purchasing", "采购用表"), (BUY,)),
        Tab("fc_chart", Label("Chart", "单品走势"), (PICK, PICK_CHART)),
        Tab("fc_totals", Label("Totals", "合计"), (TOTALS,)),
        Tab("fc_months", Label("Months", "月度"), (BY_MONTH,)),
        Tab("fc_attention", Label("Attention", "需关注"), (ATTENTION,)),
        Tab("fc_weeks", Label("Weeks", "逐周"), (WEEKS,), data=True),
        Tab("fc_store", Label("Store weeks", "店铺逐周"), (STORE,), data=True),
        Tab("fc_trend", Label("Trend", "趋势"), (TREND,), data=True),
    ),
)
