"""How the planning models find what they say, for `opsheet explain`: inputs and methods."""

from __future__ import annotations

from dataclasses import dataclass

from workbook.model import Label

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

# Output column -> its method.
OUTPUTS = {
    "verdict": Method(Label(
        "Two-proportion z-test of units in sessions, this week against the one before: below 5 % "
        "the change is more than chance. With an expected count below 5, or more units than "
        "sessions, nothing is said.",
        "本周与上周“销量 / 会话数”的双比例 z 检验：低于 5 % 即为显著。"
        "期望频数低于 5 或销量多于会话数时不下结论。"), _TWO_WEEKS),
    "chance": Method(Label(
        "Two-proportion z-test with the pooled proportion, two-sided: the probability of a change "
        "at least as large if conversion had stayed the same.",
        "合并比例的双侧双比例 z 检验：若转化率未变，出现至少同样大变化的概率。"), _TWO_WEEKS),
}

# Rule of an exception (the second part of its row's key) -> its method.
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
UNKNOWN = Method(Label("Computed by a planning model.", "由计划模型计算。"))
