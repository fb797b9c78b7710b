"""Search-term review (搜索词复盘): negate, bid less, harvest; by evidence, decided in the sheet."""

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

MARKETPLACE = Dim("marketplace", Label("Marketplace", "站点"), 12)
CAMPAIGN = Dim("what", Label("Campaign", "广告活动"), 24)
AD_GROUP = Output("ad_group", Label("Ad group", "广告组"), None, 16)
NOTE = Input("note", Label("Note", "备注"), 28)
ORDER = Output("order", Label("No.", "序号"), Unit.COUNT, 7, folded=True)
APPROVE, REJECT = Label("approve", "批准"), Label("reject", "否决")
LATER, PROTECT = Label("later", "以后再说"), Label("protect", "保护")


def _out(
    name: str, en: str, zh: str, unit: Unit | None = None, width: int = 12, *, folded: bool = False
) -> Output:
    return Output(name, Label(en, zh), unit, width, folded)


NUMBERS = (
    _out("at_stake", "At stake (week)", "周影响金额", Unit.MONEY, 12),
    _out("clicks", "Clicks", "点击量", Unit.COUNT, 9),
    _out("orders", "Orders", "订单", Unit.COUNT, 9),
    _out("spend", "Spend", "花费", Unit.MONEY, 11),
    _out("sales", "Ad sales", "广告销售额", Unit.MONEY, 11),
    _out("acos", "ACoS", "ACoS", Unit.SHARE, 9),
    _out("cvr", "CVR", "转化率", Unit.SHARE, 9),
    _out("break_even_cvr", "Break-even CVR", "盈亏平衡转化率", Unit.SHARE, 11),
    _out("probability", "P(CVR < break-even)", "低于盈亏平衡概率", Unit.SHARE, 12),
    _out("clicks_left", "Clicks still needed", "尚需点击", Unit.COUNT, 10),
)

CARDS = Block(
    "st_cards", Kind.CARDS, Label("Key figures", "关键指标"), source="st_trend",
    fields=(
        Measure("ad_spend"), Measure("ad_sales"), Measure("acos"), Measure("roas"),
        Measure("clicks"), Measure("ad_orders"), Measure("cpc"), Measure("ad_cvr"),
    ),
)
TOP = Block("st_top", Kind.MIRROR, Label("Decide first", "优先决定"), source="st_terms", limit=8)
SPEND_CHART = Block(
    "st_spend_chart", Kind.CHART,
    Label("Spend on terms with and without an order", "有单与无单搜索词的花费"), source="st_trend",
    series=(Series("spend_with"), Series("spend_without", look="before")),
)
ACOS_CHART = Block(
    "st_acos_chart", Kind.CHART, Label("Ad sales and ACoS, 13 weeks", "近 13 周广告销售额与 ACoS"),
    source="st_trend", series=(Series("ad_sales"), Series("acos", line=True, secondary=True)),
)

TERMS = Block(
    "st_terms", Kind.TABLE, Label("Search terms", "搜索词"), by=("term",), rank="-order",
    limit=3000, model="terms.review",
    fields=(
        MARKETPLACE, Dim("severity", Label("Proposal", "建议"), 16),
        Dim("subject", Label("Search term", "搜索词"), 30), CAMPAIGN, AD_GROUP, *NUMBERS,
        _out("proposed_bid", "Proposed bid", "建议竞价", Unit.MONEY, 10),
        Input("decision", Label("Decision", "决定"), 15, topic="decisions", choices=(
            APPROVE, REJECT, LATER, Label("negate exact", "否定精准"),
            Label("negate phrase", "否定词组"), Label("cut the bid", "降竞价"),
            Label("add as exact", "加为精准"), PROTECT)),
        Input("bid", Label("Your bid", "自定竞价"), 10, Unit.MONEY, topic="decisions"),
        Input("into", Label("Add to ad group", "加入广告组"), 26,
              choices_from=("st_ad_groups", "into")),
        Dim("why", Label("Evidence", "依据"), 66),
        _out("week_clicks", "Clicks this week", "本周点击", Unit.COUNT, 10, folded=True),
        _out("week_spend", "Spend this week", "本周花费", Unit.MONEY, 11, folded=True),
        _out("week_orders", "Orders this week", "本周订单", Unit.COUNT, 10, folded=True),
        _out("targeting", "Targeting", "投放", None, 22, folded=True),
        _out("match_type", "Match type", "匹配类型", None, 12, folded=True),
        _out("impressions", "Impressions", "曝光量", Unit.COUNT, folded=True),
        _out("cpc", "CPC", "单次点击成本", Unit.MONEY, folded=True),
        _out("clicks_needed", "Clicks that prove it alone", "单凭点击所需", Unit.COUNT,
             folded=True),
        _out("expected_cvr", "Expected CVR", "预期转化率", Unit.SHARE, folded=True),
        _out("lower_cvr", "CVR, 95 % above", "转化率下限 (95%)", Unit.SHARE, folded=True),
        _out("prior_cvr", "Prior CVR", "先验转化率", Unit.SHARE, folded=True),
        _out("prior_clicks", "Prior weight (clicks)", "先验权重 (点击)", Unit.NUMBER, folded=True),
        _out("break_even", "Break-even ACoS", "盈亏平衡 ACoS", Unit.SHARE, folded=True),
        _out("target", "Target ACoS", "目标 ACoS", Unit.SHARE, folded=True),
        _out("order_value", "Sales per order", "客单价", Unit.MONEY, folded=True),
        _out("protection", "Protection", "保护", None, 26, folded=True),
        _out("action", "Action", "动作代码", None, 11, folded=True),
        _out("write_as", "Written as", "写入类型", None, 15, folded=True), ORDER,
        Input("owner", Label("Owner", "负责人"), 12),
        Input("due", Label("Due", "截止日期"), 12, date=True), NOTE,
    ),
)

NGRAMS = Block(
    "st_ngrams", Kind.TABLE, Label("N-grams", "词根"), by=("words",), rank="-order", limit=500,
    model="terms.ngrams",
    fields=(
        MARKETPLACE, Dim("severity", Label("Proposal", "建议"), 16),
        Dim("words", Label("Words", "词根"), 26), _out("size", "Length", "词数", Unit.COUNT, 8),
        _out("terms", "Terms", "搜索词数", Unit.COUNT, 9),
        _out("ad_groups", "Ad groups to block", "否定涉及广告组", Unit.COUNT, 11), *NUMBERS,
        Input("decision", Label("Decision", "决定"), 15, topic="decisions",
              choices=(APPROVE, REJECT, LATER, PROTECT)),
        Dim("why", Label("Evidence", "依据"), 66), NOTE,
        _out("places", "Which ad groups", "涉及的广告组", None, 40, folded=True),
        _out("action", "Action", "动作代码", None, 11, folded=True), ORDER,
    ),
)

PROTECTED = Block(
    "st_protected", Kind.TABLE, Label("Protected", "受保护"), by=("protection",),
    model="terms.protected",
    fields=(
        MARKETPLACE, Dim("protection", Label("What and why", "对象与原因"), 44),
        _out("terms", "Terms", "搜索词数", Unit.COUNT, 10),
        _out("clicks", "Clicks", "点击量", Unit.COUNT, 10),
        _out("orders", "Orders", "订单", Unit.COUNT, 10),
        _out("spend", "Spend", "花费", Unit.MONEY),
        _out("sales", "Ad sales", "广告销售额", Unit.MONEY),
        _out("negatives", "Else negated", "否则会否定", Unit.COUNT, 12),
        _out("bid_cuts", "Else bid cut", "否则会降竞价", Unit.COUNT, 12),
        _out("harvests", "Else added", "否则会加词", Unit.COUNT, 12), NOTE,
    ),
)

BASIS = Block(
    "st_basis", Kind.TABLE, Label("How it was judged", "评估依据"), by=("item",),
    model="terms.basis",
    fields=(
        MARKETPLACE, Dim("item", Label("What", "项目"), 32),
        _out("value", "Value", "数值", Unit.ROW, 14), Dim("words", Label("Note", "说明"), 96),
    ),
)

AD_GROUPS = Block(
    "st_ad_groups", Kind.TABLE, Label("Ad groups", "广告组"), by=("ad_group",), rank="-order",
    model="terms.ad_groups",
    fields=(
        MARKETPLACE, Dim("what", Label("Campaign", "广告活动"), 28),
        Dim("ad_group", Label("Ad group", "广告组"), 20),
        _out("terms", "Terms", "搜索词数", Unit.COUNT, 10),
        _out("clicks", "Clicks", "点击量", Unit.COUNT, 10),
        _out("orders", "Orders", "订单", Unit.COUNT, 10),
        _out("spend", "Spend", "花费", Unit.MONEY),
        _out("sales", "Ad sales", "广告销售额", Unit.MONEY),
        _out("acos", "ACoS", "ACoS", Unit.SHARE),
        _out("break_even", "Break-even ACoS", "盈亏平衡 ACoS", Unit.SHARE),
        _out("target", "Target ACoS", "目标 ACoS", Unit.SHARE),
        _out("launch", "Launch", "新品", None, 12),
        _out("into", "Takes keywords", "可加关键词", None, 40),
        _out("place", "Name in lists", "列表名称", None, 40, folded=True), ORDER,
    ),
)

TREND = Block(
    "st_trend", Kind.TABLE, Label("Weeks", "周趋势"), by=(), over=13, model="terms.trend",
    fields=(
        MARKETPLACE, Dim("period", Label("Week", "周"), 11),
        Dim("from", Label("From", "从"), 11), Dim("until", Label("Until", "至"), 11),
        _out("spend_with", "Spend, terms with orders", "有单搜索词花费", Unit.MONEY, 16),
        _out("spend_without", "Spend, terms without", "无单搜索词花费", Unit.MONEY, 16),
        Measure("ad_spend"), Measure("ad_sales"), Measure("ad_orders"), Measure("clicks"),
        Measure("acos"), Measure("roas"), Measure("cpc"), Measure("ad_cvr"),
    ),
)

TEMPLATE = Template(
    name="search_term_review",
    label=Label("Search-term review", "搜索词复盘"),
    grain=Grain.WEEK,
    tabs=(
        Tab("st_overview", Label("Search terms", "搜索词"), (CARDS, TOP, SPEND_CHART, ACOS_CHART),
            each=True),
        Tab("st_terms", Label("Terms", "搜索词明细"), (TERMS,)),
        Tab("st_ngrams", Label("N-grams", "词根"), (NGRAMS,)),
        Tab("st_protected", Label("Protected", "受保护"), (PROTECTED,)),
        Tab("st_basis", Label("How judged", "评估依据"), (BASIS,)),
        Tab("st_ad_groups", Label("Ad groups", "广告组"), (AD_GROUPS,), data=True),
        Tab("st_trend", Label("Weeks", "周趋势"), (TREND,), data=True),
    ),
)
