"""Stock: the latest snapshot of the period, and cover at the pace of the last 28 days."""

from __future__ import annotations

from workbook.model import Agg, Label, Linear, Metric, Ratio, Unit

_AGED = tuple(
    (1, Agg(name))
    for name in ("age_181_to_270_units", "age_271_to_365_units", "age_over_365_units")
)

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
)
