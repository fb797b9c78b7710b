"""Stock: the latest snapshot of the period, and cover at the pace of the last 28 days.

Turns and the in-stock rate stand on every snapshot of the period.
"""

from __future__ import annotations

from workbook.model import Agg, Label, Linear, Metric, Ratio, Unit

_AGED = tuple(
    (1, Agg(name))
    for name in ("age_181_to_270_units", "age_271_to_365_units", "age_over_365_units")
)

# Unit costs alone (no freight, no duty), as in the cost of goods they are compared with.
STOCK_AT_COST = Ratio(Agg("stock_cost"), Agg("costed_snapshots"))
A_YEAR = 365

METRICS = (
    Metric("available_units", Label("Available", "可售"), Unit.COUNT, Agg("available_units")),
    Metric("reserved_units", Label("Reserved", "预留"), Unit.COUNT, Agg("reserved_units"), good=0),
    Metric("inbound_units", Label("Inbound", "在途"), Unit.COUNT, Agg("inbound_units"), good=0),
    Metric("unsellable_units", Label("Unsellable", "不可售"), Unit.COUNT, Agg("unsellable_units"),
           good=-1),
    Metric("total_units", Label("Total units", "库存总数"), Unit.COUNT, Agg("total_units"), good=0),
    Metric("daily_units", Label("Units a day (28 days)", "日均销量 (28 天)"), Unit.NUMBER,
           Agg("units_ordered", trailing=28, per_day=True)),
    Metric("days_of_cover", Label("Days of cover", "可售天数"), Unit.DAYS,
           Ratio(Agg("available_units"), Agg("units_ordered", trailing=28, per_day=True))),
    Metric("days_of_supply", Label("Days of supply (Amazon)", "供货天数 (亚马逊)"), Unit.DAYS,
           Agg("days_of_supply"), good=0),
    Metric("aged_units", Label("Units older than 181 days", "超 181 天库龄件数"), Unit.COUNT,
           Linear(_AGED), good=-1),
    Metric("estimated_aged_fee", Label("Estimated aged-inventory fee", "预计库龄附加费"),
           Unit.MONEY, Agg("estimated_aged_fee"), good=-1),
    Metric("in_stock_rate", Label("In stock (share of SKU-days)", "有货率 (SKU·天)"), Unit.SHARE,
           Ratio(Agg("sku_days_in_stock"), Agg("sku_days"))),
    Metric("stock_at_cost", Label("Mean stock at cost", "平均库存成本"), Unit.MONEY,
           STOCK_AT_COST, good=0),
    Metric("stock_without_cost", Label("Units in stock without a cost", "缺成本的库存件数"),
           Unit.COUNT, Agg("stock_without_cost"), good=-1),
    # Annualised cost of goods over mean stock at cost, both at unit cost.
    Metric("inventory_turns", Label("Inventory turns (annual)", "库存周转率"), Unit.RATIO,
           Ratio(Linear(((A_YEAR, Agg("cogs", per_day=True)),)), STOCK_AT_COST)),
)
