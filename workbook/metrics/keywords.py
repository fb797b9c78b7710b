"""Keywords: where an ASIN stands in search results, at the last look of the period."""

from __future__ import annotations

from workbook.model import Agg, Label, Metric, Unit

METRICS = (
    Metric("keyword_rank", Label("Organic rank", "自然排名"), Unit.COUNT, Agg("keyword_rank"),
           good=-1),
    Metric("sponsored_rank", Label("Sponsored rank", "广告排名"), Unit.COUNT,
           Agg("sponsored_rank"), good=-1),
    Metric("search_volume", Label("Search volume", "搜索量"), Unit.COUNT, Agg("search_volume"),
           good=0),
)
