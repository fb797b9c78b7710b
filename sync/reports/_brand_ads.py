"""The columns that Sponsored Brands and Sponsored Display have beside those of every ads report.

Both print new-to-brand orders and, in newer files, detail page views. Shares and rates of
new-to-brand orders stand in Sponsored Brands only; viewable impressions and their price (vCPM)
without those shares are Sponsored Display.
"""

from __future__ import annotations

from sync.reports import _ads
from workbook.report import Column, Section, Type

NEW_ORDERS = Column("new_to_brand_orders", Type.COUNT, _ads.NEW_TO_BRAND)
NEW_SALES = Column("new_to_brand_sales", Type.MONEY, (
    "14 Day New-to-brand Sales", '14天内的"品牌新买家"销售额', '14天内"品牌新买家"销售额'))
NEW_UNITS = Column("new_to_brand_units", Type.COUNT, (
    "14 Day New-to-brand Units (#)", '14天内的"品牌新买家"商品销量(#)',
    '14天内"品牌新买家"销售量(#)'))
NEW_ORDER_SHARE = Column("new_to_brand_order_share", Type.SHARE, (
    "14 Day % of Orders New-to-brand", '14天内的"品牌新买家"订单百分比',
    '14天内"品牌新买家"订单百分比'))
NEW_ORDER_RATE = Column("new_to_brand_order_rate", Type.SHARE, (
    "14 Day New-to-brand Order Rate", '14天内的"品牌新买家"订单转化率',
    '14天内"品牌新买家"订单转化率'))
VIEWABLE = Column("viewable_impressions", Type.COUNT, _ads.VIEWABLE)
DETAIL_PAGE_VIEWS = Column("detail_page_views", Type.COUNT, _ads.DETAIL_PAGE_VIEWS)
PER_THOUSAND = Column("cost_per_thousand_views", Type.MONEY, _ads.PER_THOUSAND_VIEWS)

ONLY_BRANDS = (NEW_ORDER_SHARE, NEW_ORDER_RATE)
ONLY_DISPLAY = (VIEWABLE, DETAIL_PAGE_VIEWS, PER_THOUSAND)


def headers(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """All spellings of some columns."""
    return tuple(spelling for column in columns for spelling in column.headers)


def section(
    name: str, ad_type: str, any_of: tuple[Column, ...], absent: tuple[Column, ...] = ()
) -> Section:
    """A campaign table of one ad type; one column of `any_of` must be there, `absent` must not."""
    return Section(
        name=name,
        columns=(
            _ads.DAY, _ads.FIRST, _ads.LAST, _ads.PORTFOLIO, _ads.CURRENCY, _ads.COUNTRY,
            _ads.CAMPAIGN, _ads.STATUS, _ads.BUDGET,
            Column("cost_type", Type.TEXT, ("Cost Type", "成本类型")),
            *_ads.NUMBERS, VIEWABLE, DETAIL_PAGE_VIEWS, PER_THOUSAND,
            NEW_ORDERS, NEW_SALES, NEW_UNITS, NEW_ORDER_SHARE, NEW_ORDER_RATE,
        ),
        key=("campaign",),
        constants={"ad_type": ad_type},
        absent=(*_ads.BELOW_CAMPAIGN, *headers(absent)),
        any_of=(tuple(column.name for column in any_of),),
        feeds=_ads.feeds(10),
        checks=_ads.CHECKS,
    )
