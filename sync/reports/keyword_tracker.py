"""Helium 10 Keyword Tracker: where an ASIN stands in the search results of its keywords.

A keyword is looked at several times a day; the last look counts. "-" is no rank at all, ">306" a
rank that was not looked for any further: both are blank and never 306, `rank_state` tells them
apart ("none", "beyond") and `beyond` keeps the 306.
"""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Feed, Mode, ReportKind, Role, Section, Type

_BY = ("asin", "keyword")
_RESHAPE = """
SELECT line, added::DATE AS day, marketplace, asin, keyword, search_volume,
    TRY_CAST(organic AS BIGINT) AS keyword_rank,
    TRY_CAST(sponsored AS BIGINT) AS sponsored_rank,
    CASE WHEN TRY_CAST(organic AS BIGINT) IS NOT NULL THEN 'ranked'
         WHEN organic LIKE '>%' THEN 'beyond' ELSE 'none' END AS rank_state,
    CASE WHEN organic LIKE '>%' THEN TRY_CAST(organic[2:] AS BIGINT) END AS beyond
FROM parsed
QUALIFY row_number() OVER (
    PARTITION BY marketplace, asin, keyword, added::DATE ORDER BY added DESC, line DESC) = 1
"""

KIND = ReportKind(
    name="keyword_tracker",
    label=Label("Keyword ranks (Helium 10)", "关键词排名 (Helium 10)"),
    how_to_download=Label(
        "Helium 10 > Keyword Tracker: choose the product, all keywords, the days you need, Export "
        "CSV (helium10-kt-ASIN-date.csv); one file a product, or several in one.",
        "Helium 10 > Keyword Tracker：选择商品、全部关键词和所需日期，导出 CSV"
        "（helium10-kt-ASIN-日期.csv）；每个商品一个文件，也可合在一起。",
    ),
    mode=Mode.PERIOD,
    sections=(
        Section(
            name="keyword_tracker",
            columns=(
                Column("asin", Type.ID, ("ASIN",), required=True),
                Column("marketplace", Type.MARKETPLACE, ("Marketplace", "站点"),
                       role=Role.MARKETPLACE),
                Column("keyword", Type.TEXT, ("Keyword", "关键词"), required=True),
                Column("search_volume", Type.COUNT, ("Search Volume", "搜索量")),
                Column("organic", Type.TEXT, ("Organic Rank", "自然排名"), required=True),
                Column("sponsored", Type.TEXT, (
                    "Sponsored Position", "Sponsored Rank", "广告排名")),
                Column("added", Type.TIME, ("Date Added", "添加日期"), required=True,
                       role=Role.DAY),
            ),
            key=_BY,
            part="asin",
            reshape=_RESHAPE,
            stored={
                "asin": Type.ID, "keyword": Type.TEXT, "search_volume": Type.COUNT,
                "keyword_rank": Type.COUNT, "sponsored_rank": Type.COUNT,
                "rank_state": Type.TEXT, "beyond": Type.COUNT,
            },
            feeds={
                "keyword_rank": Feed("keyword_rank", needs=_BY),
                "sponsored_rank": Feed("sponsored_rank", needs=_BY),
                "search_volume": Feed("search_volume", needs=_BY),
            },
        ),
    ),
)
