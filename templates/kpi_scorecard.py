"""KPI scorecard (绩效记分卡): each KPI of a month against its target, its trend, and the OKRs."""

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
    Status,
    Tab,
    Template,
)

MARKETPLACE = Dim("marketplace", Label("Marketplace", "站点"), 12)


def _out(
    name: str, en: str, zh: str, unit: Unit | None = Unit.ROW, width: int = 12, *,
    folded: bool = False,
) -> Output:
    return Output(name, Label(en, zh), unit, width, folded)


CARDS = Block(
    "sc_cards", Kind.CARDS, Label("Key figures of the month", "本月关键指标"), source="sc_trend",
    fields=(
        Measure("ordered_sales"), Measure("contribution"), Measure("net_margin"), Measure("acos"),
        Measure("tacos"), Measure("roas"), Measure("inventory_turns"), Measure("in_stock_rate"),
    ),
)
SALES_CHART = Block(
    "sc_sales_chart", Kind.CHART, Label("GMV and TACoS, 13 months", "近 13 个月 GMV 与 TACoS"),
    source="sc_trend", series=(Series("ordered_sales"), Series("tacos", line=True, secondary=True)),
)
PROFIT_CHART = Block(
    "sc_profit_chart", Kind.CHART,
    Label("Contribution and net margin, 13 months", "近 13 个月毛利润与净利润率"),
    source="sc_trend",
    series=(Series("contribution"), Series("net_margin", line=True, secondary=True)),
)

SCORECARD = Block(
    "sc_kpis", Kind.TABLE, Label("Scorecard", "记分卡"), model="scorecard.kpis",
    by=("kpi",),
    fields=(
        MARKETPLACE, Dim("kpi", Label("KPI", "指标"), 30),
        _out("actual", "Actual", "实际", width=14),
        _out("in_force", "Target", "目标", width=14),
        Input("target", Label("Your target", "自定目标"), 14, Unit.ROW, topic="targets"),
        _out("variance", "Variance (% or pp)", "差异 (% 或 pp)", Unit.NUMBER),
        Status("", of="actual"),
        _out("month_on_month", "Month on month (% or pp)", "环比 (% 或 pp)", Unit.NUMBER),
        _out("year_on_year", "Year on year (% or pp)", "同比 (% 或 pp)", Unit.NUMBER),
        _out("change_unit", "In", "单位", None, 6),
        _out("rule_alarm", "Alarm", "警戒", folded=True),
        _out("due", "Target to date", "截至目前的目标", width=14, folded=True),
        _out("share", "Share of the month's days", "占当月天数", Unit.SHARE, folded=True),
        _out("until", "Data until", "数据截至", None, folded=True),
        _out("standing", "Target if none is typed", "未填时的目标", folded=True),
        _out("general", "Target of all marketplaces", "全部站点的目标", folded=True),
        _out("rule_target", "Target of the rulebook", "规则目标", folded=True),
        *(_out(f"ago_{ago}", f"{ago} months before" if ago > 1 else "Month before",
               f"{ago} 个月前" if ago > 1 else "上月", folded=True) for ago in range(12, 0, -1)),
        _out("basis", "Basis", "口径", None, 40, folded=True),
        Input("owner", Label("Owner", "负责人"), 12),
        Input("note", Label("Note", "备注"), 28),
        _out("about", "What to know", "说明", None, 58),
    ),
)

OKRS = Block(
    "sc_okrs", Kind.TABLE, Label("OKR", "OKR"), model="scorecard.okr", by=("okr",),
    fields=(
        Dim("okr", Label("Objective", "目标描述"), 30),
        Dim("place", Label("Marketplace", "站点"), 12),
        Input("objective", Label("New objective", "新目标描述"), 24),
        Input("marketplace", Label("Its marketplace", "新目标站点"), 12),
        Input("kpi", Label("KPI", "指标"), 30, topic="okrs", choices_from=("sc_names", "kpi")),
        Input("start", Label("Start", "起始值"), 12, Unit.ROW, topic="okrs"),
        Output("actual", Label("Actual", "实际"), Unit.ROW),
        Input("target", Label("Target", "目标值"), 12, Unit.ROW, topic="okrs"),
        Output("progress", Label("Progress", "进度"), Unit.SHARE, 10),
        Output("expected", Label("Expected by now", "时间进度"), Unit.SHARE, 10),
        Output("pace", Label("Progress / expected", "进度 ÷ 时间"), Unit.RATIO, 10),
        Status("", of="pace"),
        Output("as_of", Label("As of", "截至"), folded=True),
        Output("pace_target", Label("Good from", "达标线"), Unit.RATIO, folded=True),
        Output("pace_alarm", Label("Watch from", "关注线"), Unit.RATIO, folded=True),
        Input("start_day", Label("Start day", "开始日期"), 12, date=True, topic="okrs"),
        Input("due", Label("Due", "截止日期"), 12, date=True, topic="okrs"),
        Input("owner", Label("Owner", "负责人"), 12, topic="okrs"),
        Output("why", Label("What to know", "说明"), width=44),
    ),
)

NAMES = Block(
    "sc_names", Kind.TABLE, Label("What each KPI is", "指标口径"), model="scorecard.names",
    by=("kpi",),
    fields=(
        Dim("kpi", Label("KPI", "指标"), 34),
        Dim("name", Label("In tables of your own", "自有表格中的名称"), 28),
        Dim("better", Label("Better", "方向"), 12), Dim("basis", Label("Basis", "口径"), 74),
    ),
)

TREND = Block(
    "sc_trend", Kind.TABLE, Label("Months", "月趋势"), by=(), over=13, model="scorecard.trend",
    fields=(
        MARKETPLACE, Dim("period", Label("Month", "月份"), 11),
        Dim("from", Label("From", "从"), 11), Dim("until", Label("Until", "至"), 11),
        Measure("ordered_sales"), Measure("units_ordered"), Measure("sessions"),
        Measure("unit_session_percentage"), Measure("ad_spend"), Measure("ad_sales"),
        Measure("acos"), Measure("tacos"), Measure("roas"), Measure("contribution"),
        Measure("net_sales"),
        Output("net_profit", Label("Net profit", "净利润"), Unit.MONEY),
        Output("net_margin", Label("Net margin", "净利润率"), Unit.SHARE),
        Output("inventory_turns", Label("Inventory turns (annual)", "库存周转率"),
               Unit.RATIO),
        Output("in_stock_rate", Label("In stock (share of SKU-days)",
                                                   "有货率 (SKU·天)"), Unit.SHARE),
    ),
)

TEMPLATE = Template(
    name="kpi_scorecard",
    label=Label("KPI scorecard", "绩效记分卡"),
    grain=Grain.MONTH,
    tabs=(
        Tab("sc_overview", Label("Scorecard", "绩效"), (CARDS, SALES_CHART, PROFIT_CHART),
            each=True),
        Tab("sc_kpis", Label("KPIs", "指标"), (SCORECARD,)),
        Tab("sc_okrs", Label("OKR", "OKR"), (OKRS,)),
        Tab("sc_trend", Label("Months", "月趋势"), (TREND,), data=True),
        Tab("sc_names", Label("KPI names", "指标口径"), (NAMES,), data=True),
    ),
)
