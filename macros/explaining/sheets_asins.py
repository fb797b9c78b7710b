"""How the columns of the ASIN tracker and the forecast come about, for `opsheet explain`."""

from __future__ import annotations

# model -> (fields, English, Chinese), as in `sheets.py`
TEXTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "tracker.days": (
        ("organic_orders", "Order items − ad orders. Ads count on the day of the click, so it can "
         "be negative.", "商品订单 − 广告订单。广告按点击日计，可能为负。"),
        ("offer", "Featured-offer page views as a share of page views on the day.",
         "当日黄金购物车浏览占比。"),
        ("events", "Events of your table on the day, and operations of all marketplaces.",
         "自有活动表中当日的活动，及全站点操作。"),
        ("about", "Why the day is blank, or what to know of it.", "当日空白的原因或说明。"),
        ("", "Made of the row's day, marketplace and ASIN.", "由本行日期、站点与 ASIN 得出。"),
    ),
    "tracker.summary": (
        ("severity chance", "Two-proportion z-test of units in sessions, 7 days against the 7 "
         "before, under the bound of the rule conversion_fall.",
         "近 7 天与前 7 天“销量 / 会话数”的双比例 z 检验，界限为规则 conversion_fall。"),
        ("operation operation_day", "The newest entry of the operation log.", "操作日志最近一条。"),
        ("days_of_cover available_units", "The newest snapshot; cover is at the pace of 28 days.",
         "最近快照；可售天数按 28 天日均销量。"),
        ("lead_time", "Of the product master.", "来自产品主数据。"),
        ("conversion_now conversion_before conversion_day", "Units / sessions of these days.",
         "这些天的销量 / 会话数。"),
        ("acos_now", "Ad spend / ad sales of 7 days.", "7 天广告花费 / 广告销售额。"),
        ("ordered_sales_change conversion_change", "7 days against the 7 before: relative, for "
         "conversion in points.", "近 7 天对前 7 天：相对变化；转化率为百分点。"),
        ("", "The ASIN's sum over the days that the header names.",
         "该 ASIN 在标题所述天数的合计。"),
    ),
    "tracker.view": (
        ("conversion_line conversion_mark sessions_mark price_mark spend_mark", "For the charts: "
         "#N/A where there is nothing to draw.", "供图表使用：无值处为 #N/A。"),
        ("chosen", "The choice in the first row; if empty, the ASIN of the newest operation.",
         "首行所选；未选则为最近有操作的 ASIN。"),
        ("", "Looked up in 'ASIN by day' in the row of the chosen ASIN and the day.",
         "按所选 ASIN 与日期从“ASIN 每日”查得。"),
    ),
    "tracker.operations": (
        ("severity chance why", "Two-proportion z-test of units in sessions before and after. No "
         "verdict while too few sessions are there; other changes in these days are named.",
         "操作前后“销量 / 会话数”的双比例 z 检验。会话太少不下结论；期间其他变化会列出。"),
        ("conversion_before conversion_after change", "Units / sessions of both sides, and the "
         "difference in points.", "两侧的销量 / 会话数，及百分点差。"),
        ("kind what who said_in day", "As typed in 'ASIN by day' or imported.",
         "在“ASIN 每日”填写或导入。"),
        ("", "Before: the 7 days (or as typed); after: until the next operation, 28 days at most; "
         "days without a report or stock are left out; whole weeks where reports are weekly.",
         "前：7 天（或填写的天数）；后：到下次操作止，最多 28 天；剔除无报告或断货的天；"
         "只有周报告时按整周。"),
    ),
    "forecast.skus": (
        ("last_4 last_13", "Units sold in the last weeks.", "最近几周的销量。"),
        ("next_4 next_13", "The sum of the final units of the coming weeks.",
         "未来各周最终值之和。"),
        ("low high", "The model's 80 % interval of the 13 weeks together, from past errors; what "
         "is typed does not move it.", "模型对 13 周合计的 80% 区间，来自历史误差；手填不改变它。"),
        ("trend", "(next 13 weeks − last 13) / last 13.", "（未来 13 周 − 近 13 周）/ 近 13 周。"),
        ("sales price", "Next 13 weeks × the average price of the last 13. An estimate.",
         "未来 13 周 × 近 13 周均价。估算。"),
        ("wape mase bias coverage origins", "Past forecasts re-made week after week: WAPE = sum of "
         "|error| / sum of actual; MASE = mean |error| / mean change week to week; bias = "
         "(forecast − actual) / actual; share of actuals inside the interval.",
         "逐周重做历史预测：WAPE = |误差| 之和 / 实际之和；MASE = 平均 |误差| / 平均周间变化；"
         "偏差 =（预测 − 实际）/ 实际；实际落入区间的比例。"),
        ("model note", "The model that was better on this SKU's own past, and what to know.",
         "在该 SKU 历史上更优的模型，及说明。"),
        ("weeks_known left_out", "Weeks that the model learnt from; those out of stock for more "
         "than half the week are left out.", "模型学习的周数；断货过半的周剔除。"),
        ("asin parent group parent_key pick", "Names the SKU's ASIN, parent and store.",
         "该 SKU 的 ASIN、父体与店铺。"),
        ("", "The final units of that coming week, as 'Weeks' has them.", "“逐周”页该周的最终值。"),
    ),
    "forecast.weeks": (
        ("final", "Your units if typed, else without your units.",
         "填了手填数量则用之，否则用“未手填时”。"),
        ("standing", "The forecast, or what is typed for all marketplaces.",
         "预测值，或全站点手填值。"),
        ("forecast low high", "The model's units of the week and their 80 % interval.",
         "模型的当周数量及 80% 区间。"),
        ("sold", "Units ordered in the week.", "当周销量。"),
        ("in_stock", "The least that snapshots, reports or your events say.",
         "快照、报告与活动表中的最小值。"),
        ("mark event", "Your events, and how the model used the week.",
         "您的活动，及模型如何使用该周。"),
        ("", "Made of the row's week and SKU.", "由本行的周与 SKU 得出。"),
    ),
    "forecast.buy": (
        ("available_units inbound_units snapshot", "The newest stock snapshot within two weeks of "
         "the week's end.", "周末前后两周内最近的库存快照。"),
        ("before_amazon arrives", "Your table of stock before Amazon, and its next arrival.",
         "您的“亚马逊前库存”表，及最近到货日。"),
        ("cover_at_amazon cover_all_units at_amazon all_units pace", "Units / (final units of the "
         "13 weeks / 91 days).", "库存 /（13 周最终值 / 91 天）。"),
        ("", "Final units of the week or calendar month; weeks are spread evenly over their days.",
         "该周或自然月的最终值；周按天平均分摊。"),
    ),
    "forecast.totals": (
        ("low high wape mase bias coverage origins", "Of the sum itself, not added up from the "
         "SKUs.", "按合计本身计算，不由 SKU 相加。"),
        ("", "The live sum of the SKUs of the parent or store.", "父体或店铺内 SKU 的实时合计。"),
    ),
    "forecast.months": (("", "The live sum of the purchasing table.", "采购用表的实时合计。"),),
    "forecast.store": (
        ("low high", "The 80 % interval of the store's sum.", "店铺合计的 80% 区间。"),
        ("", "The sum over the store's SKUs.", "店铺内 SKU 之和。"),
    ),
    "forecast.chart": (
        ("draw_sold draw_final draw_low draw_high draw_event_units", "For the chart: #N/A where "
         "there is nothing to draw.", "供图表使用：无值处为 #N/A。"),
        ("chosen default", "The choice in the first row; if empty, the SKU with most money.",
         "首行所选；未选则为金额最大的 SKU。"),
        ("", "Looked up in 'Weeks' in the row of the chosen SKU and the week.",
         "按所选 SKU 与周从“逐周”查得。"),
    ),
}
