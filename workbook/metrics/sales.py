"""Sales and traffic, by order date (Business Reports)."""

from __future__ import annotations

from workbook.model import Agg, Label, Metric, Ratio, Unit

METRICS = (
    Metric("ordered_sales", Label("Ordered product sales", "销售额 (GMV)"), Unit.MONEY,
           Agg("ordered_sales")),
    Metric("ordered_sales_b2b", Label("Ordered product sales – B2B", "销售额 – B2B"), Unit.MONEY,
           Agg("ordered_sales_b2b")),
    Metric("units_ordered", Label("Units", "销量"), Unit.COUNT, Agg("units_ordered")),
    Metric("order_items", Label("Order items", "订单商品总数"), Unit.COUNT, Agg("order_items")),
    Metric("sessions", Label("Sessions", "会话数"), Unit.COUNT, Agg("sessions")),
    Metric("page_views", Label("Page views", "页面浏览量"), Unit.COUNT, Agg("page_views")),
    Metric("unit_session_percentage",
           Label("Unit session % (conversion)", "商品会话百分比 (转化率)"), Unit.SHARE,
           Ratio(Agg("units_ordered"), Agg("sessions"))),
    Metric("featured_offer_percentage", Label("Featured offer (Buy Box) %", "黄金购物车占比"),
           Unit.SHARE, Ratio(Agg("featured_offer_views"), Agg("page_views"))),
    Metric("average_selling_price", Label("Average selling price", "平均售价"), Unit.MONEY,
           Ratio(Agg("ordered_sales"), Agg("units_ordered")), good=0),
)
