"""Advertising, by date of the click (ads console reports)."""

from __future__ import annotations

from workbook.model import Agg, Label, Linear, Metric, Ratio, Unit

METRICS = (
    Metric("impressions", Label("Impressions", "曝光量"), Unit.COUNT, Agg("impressions")),
    Metric("clicks", Label("Clicks", "点击量"), Unit.COUNT, Agg("clicks")),
    Metric("ad_spend", Label("Ad spend", "广告花费"), Unit.MONEY, Agg("ad_spend"), good=0),
    Metric("ad_sales", Label("Ad sales", "广告销售额"), Unit.MONEY, Agg("ad_sales")),
    Metric("ad_orders", Label("Ad orders", "广告订单"), Unit.COUNT, Agg("ad_orders")),
    Metric("ad_units", Label("Ad units", "广告销量"), Unit.COUNT, Agg("ad_units")),
    Metric("ctr", Label("CTR", "点击率"), Unit.SHARE, Ratio(Agg("clicks"), Agg("impressions"))),
    Metric("cpc", Label("CPC", "单次点击成本"), Unit.MONEY, Ratio(Agg("ad_spend"), Agg("clicks")),
           good=-1),
    Metric("ad_cvr", Label("Ad CVR", "广告转化率"), Unit.SHARE,
           Ratio(Agg("ad_orders"), Agg("clicks"))),
    Metric("acos", Label("ACoS", "ACoS"), Unit.SHARE,
           Ratio(Agg("ad_spend"), Agg("ad_sales"), no_sales=True), good=-1),
    Metric("tacos", Label("TACoS", "TACoS"), Unit.SHARE,
           Ratio(Agg("ad_spend"), Agg("ordered_sales"), no_sales=True), good=-1),
    Metric("roas", Label("ROAS", "ROAS"), Unit.RATIO, Ratio(Agg("ad_sales"), Agg("ad_spend"))),
    # The sum of the days' budgets, of each campaign on the days on which it was shown.
    Metric("budget", Label("Daily budgets", "日预算合计"), Unit.MONEY, Agg("budget"), good=0),
    Metric("budget_used", Label("Budget used", "预算使用率"), Unit.SHARE,
           Ratio(Agg("ad_spend"), Agg("budget")), good=0),
    # 1 - ad orders / orders: Business Reports carry order items, the nearest count of orders.
    Metric("organic_share", Label("Organic order share", "自然单占比"), Unit.SHARE,
           Linear(((-1, Ratio(Agg("ad_orders"), Agg("order_items"))),), constant=1)),
)
