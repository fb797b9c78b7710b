"""How the planning models find what they say, for `opsheet explain`: inputs and methods."""

from __future__ import annotations

from dataclasses import dataclass

from macros.explaining.sheets import SAYS
from workbook.model import Label
from workbook.template import Block, Field, field_id

_NONE = Label("", "")


@dataclass(frozen=True, slots=True)
class Method:
    """How a model comes to its cells.

    `metrics` are its inputs as (metric, periods back); `block` the block whose row it read, ""
    for its own row; `stake` how the money at stake is reckoned.
    """

    says: Label
    metrics: tuple[tuple[str, int], ...] = ()
    block: str = ""
    stake: Label = _NONE


_TWO_WEEKS = (("units_ordered", -1), ("sessions", -1), ("units_ordered", 0), ("sessions", 0))

# (block's model, field) -> its method, where the store can be asked for its inputs.
_TRACED = {
    ("verdict", "verdict"): Method(Label(
        "Two-proportion z-test of units in sessions, this week against the one before: below 5 % "
        "the change is more than chance. With an expected count below 5, or more units than "
        "sessions, nothing is said.",
        "本周与上周“销量 / 会话数”的双比例 z 检验：低于 5 % 即为显著。"
        "期望频数低于 5 或销量多于会话数时不下结论。"), _TWO_WEEKS),
    ("verdict", "chance"): Method(Label(
        "Two-proportion z-test with the pooled proportion, two-sided: the probability of a change "
        "at least as large if conversion had stayed the same.",
        "合并比例的双侧双比例 z 检验：若转化率未变，出现至少同样大变化的概率。"), _TWO_WEEKS),
}

# Rule of an exception of the weekly report (the second part of its row's key) -> its method.
EXCEPTIONS = {
    "acos": Method(
        Label("Campaigns whose ACoS misses the rule's target, or that spent without sales.",
              "ACoS 未达目标，或有花费而无销售的广告活动。"),
        (("acos", 0), ("acos", -1)), "ads",
        Label("spend − target × ad sales", "花费 − 目标 × 广告销售额")),
    "days_of_cover": Method(
        Label("SKUs whose days of cover miss the lead time plus the rule's days.",
              "可售天数低于备货周期加规则天数的 SKU。"),
        (("days_of_cover", 0), ("inbound_units", 0)), "stock",
        Label("days without stock in the next 7 at most × units a day × the week's average price",
              "最多 7 天的断货天数 × 日均销量 × 当周均价")),
    "conversion_fall": Method(
        Label("ASINs whose conversion fell by more than chance (two-proportion z-test of units in "
              "sessions).", "转化率显著下降的 ASIN（“销量 / 会话数”双比例 z 检验）。"),
        (*_TWO_WEEKS, ("ordered_sales", -1)), "top_skus",
        Label("(conversion before − now) × sessions × average price of the week before",
              "（上周转化率 − 本周转化率）× 会话数 × 上周均价")),
    "aged_units": Method(
        Label("SKUs with units older than 181 days.", "有超 181 天库龄库存的 SKU。"),
        (("aged_units", 0), ("estimated_aged_fee", 0)), "stock",
        Label("Amazon's estimated fee of a month × 7 / 30", "亚马逊预计月费 × 7 / 30")),
    "tacos": Method(
        Label("Marketplaces whose TACoS misses the rule's target.", "TACoS 未达目标的站点。"),
        (("tacos", 0),), "trend",
        Label("(TACoS − target) × ordered sales", "（TACoS − 目标）× 销售额")),
}
# The same of the other sheets' lists, by the list's model and the finding.
FINDINGS = {
    ("daily.exceptions", "account"): Label(
        "A value of the Account sheet that is ▲ or ■.", "“账户”页中 ▲ 或 ■ 的数值。"),
    ("daily.exceptions", "days_of_cover"): Label(
        "A SKU of the stock alarms that is ▲ or ■; excess stock is not listed here.",
        "“库存预警”中 ▲ 或 ■ 的 SKU；冗余库存不列。"),
    ("daily.exceptions", "acos_benchmark"): Label(
        "A campaign of the Ads sheet outside the band around its mean.",
        "“广告”页中超出均值区间的广告活动。"),
    ("daily.exceptions", "budget_used"): Label(
        "A campaign whose budget ran out on the day.", "当日预算耗尽的广告活动。"),
    ("daily.exceptions", "keyword_places"): Label(
        "A keyword whose rank is ■.", "排名为 ■ 的关键词。"),
    ("daily.exceptions", "conversion_fall"): Label(
        "Conversion of 7 days against the 7 before fell by more than chance (two-proportion "
        "z-test); at stake: (before − now) × sessions × average price of the week before.",
        "近 7 天转化率较前 7 天显著下降（双比例 z 检验）；影响：（前 − 现）× 会话数 × 上周均价。"),
    ("daily.exceptions", "report_gap"): Label(
        "A report without which numbers of this workbook are blank.",
        "缺它则本表有指标空白的报告。"),
    ("tracker.attention", "conversion_fall"): Label(
        "Conversion of 7 days fell by more than chance (two-proportion z-test); at stake: "
        "(before − now) × sessions × average price of the 7 days before.",
        "近 7 天转化率显著下降（双比例 z 检验）；影响：（前 − 现）× 会话数 × 前 7 天均价。"),
    ("tracker.attention", "days_of_cover"): Label(
        "Days of cover below lead time plus the rule's days; at stake: days without stock until a "
        "new order comes, 7 at most × sales a day of the last 7.",
        "可售天数低于备货周期加规则天数；影响：到货前断货天数（最多 7 天）× 近 7 天日均销售额。"),
    ("tracker.attention", "price_step"): Label(
        "A step of the average selling price beyond the rule that the next day keeps, and no "
        "price operation on that day or a day beside it.",
        "平均售价变动超过规则且次日维持，而当天及前后一天没有登记价格操作。"),
    ("forecast.attention", "about"): Label(
        "What the forecast stands on.", "预测所依据的数据。"),
    ("forecast.attention", "surprise"): Label(
        "The last 4 weeks fell outside the 80 % interval made before them; at stake: units off a "
        "week × average price.", "近 4 周落在事前 80% 区间外；影响：每周偏差件数 × 均价。"),
    ("forecast.attention", "override"): Label(
        "Typed units outside the model's 80 % interval; at stake: the difference × average price.",
        "手填数量在模型 80% 区间之外；影响：差额 × 均价。"),
    ("forecast.attention", "accuracy"): Label(
        "MASE of past forecasts is 1 or more; at stake: WAPE × units of a week × average price.",
        "历史预测的 MASE 不小于 1；影响：WAPE × 每周件数 × 均价。"),
}
UNKNOWN = Method(Label("Computed by a planning model.", "由计划模型计算。"))


def method_of(block: Block, item: Field) -> Method | None:
    """How the model of a block comes to a field; None where it does not make it."""
    name = field_id(item)
    if found := _TRACED.get((block.model, name)):
        return found
    says = SAYS.get((block.model, name)) or SAYS.get((block.model, ""))
    return Method(says) if says else None


def finding(block: Block, row_key: str) -> Method:
    """Why a list has the row: its key is marketplace, finding and what it is about."""
    says = FINDINGS.get((block.model, row_key.split("|")[1] if "|" in row_key else ""))
    return Method(says) if says else UNKNOWN
