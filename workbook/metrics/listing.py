"""Listings: what a buyer sees on the product page, at the last look of the period."""

from __future__ import annotations

from workbook.model import Agg, Label, Metric, Unit

METRICS = (
    Metric("listing_price", Label("Listing price", "商品页价格"), Unit.MONEY,
           Agg("listing_price"), good=0),
    Metric("sales_rank", Label("Sales rank (BSR)", "销售排名 (BSR)"), Unit.COUNT,
           Agg("sales_rank"), good=-1),
    Metric("rating", Label("Rating", "评分"), Unit.NUMBER, Agg("rating")),
    Metric("rating_count", Label("Ratings", "评分数"), Unit.COUNT, Agg("rating_count")),
)
