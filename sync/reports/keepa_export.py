"""Keepa Product Viewer: price, sales rank and reviews of any ASIN, as they stand on one day.

A file has 196 columns or the few that a person ticked; its name carries the day.
"""

from __future__ import annotations

from workbook.marketplaces import ALL
from workbook.model import Label
from workbook.report import Column, Feed, Mode, ReportKind, Role, Section, Type

_BY = ("asin",)
_CURRENCIES = " ".join(f"WHEN '{m.code}' THEN '{m.currency}'" for m in ALL)

KIND = ReportKind(
    name="keepa_export",
    label=Label("Listings (Keepa)", "商品页数据 (Keepa)"),
    how_to_download=Label(
        "Keepa > Data > Product Viewer: paste your ASINs, choose the domain, Export as CSV or XLSX "
        "with Locale, Buy Box, Sales Rank and Reviews. Keep the date in the file's name "
        "(KeepaExport-2026-11-15-ProductViewer.csv); it is the day of the numbers.",
        "Keepa > Data > Product Viewer：粘贴 ASIN、选择站点，导出 CSV 或 XLSX，包含 Locale、"
        "Buy Box、Sales Rank 和 Reviews。保留文件名中的日期"
        "（KeepaExport-2026-11-15-ProductViewer.csv），它就是数据的日期。",
    ),
    mode=Mode.SNAPSHOT,
    sections=(
        Section(
            name="keepa_export",
            columns=(
                Column("asin", Type.ID, ("ASIN",), required=True),
                Column("marketplace", Type.MARKETPLACE, ("Locale",), required=True,
                       role=Role.MARKETPLACE),
                Column("title", Type.TEXT, ("Title",)),
                Column("listing_price", Type.MONEY, (
                    "Buy Box: Current", "Buy Box 🚚: Current", "Buy Box 💚: Current",
                    "New, Buy Box: Current")),
                Column("sales_rank", Type.COUNT, ("Sales Rank: Current",)),
                Column("rating", Type.NUMBER, ("Reviews: Rating",)),
                Column("rating_count", Type.COUNT, (
                    "Reviews: Rating Count", "Reviews: Review Count")),
            ),
            key=_BY,
            any_of=(("listing_price", "sales_rank", "rating"),),
            # A domain has one currency, and Keepa gives each price in its domain's.
            reshape=f"""
                SELECT *, CASE marketplace {_CURRENCIES} END AS currency FROM parsed
                QUALIFY row_number() OVER (PARTITION BY marketplace, asin ORDER BY line DESC) = 1
            """,
            feeds={name: Feed(name, needs=_BY)
                   for name in ("listing_price", "sales_rank", "rating", "rating_count")},
        ),
    ),
)
