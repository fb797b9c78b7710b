"""Sponsored Products search term report: what shoppers typed before they clicked.

Only terms with at least one click are listed, so its impressions are not the whole.
"""

from __future__ import annotations

from sync.reports import _ads
from workbook.model import Label
from workbook.notes import Note
from workbook.report import Column, Mode, ReportKind, Section, Type

# Vendors see sales by ASIN where sellers see them by SKU.
_OWN_SALES = Column("advertised_sales", Type.MONEY, ("14 Day Advertised ASIN Sales",
                                                     "7 Day Advertised SKU Sales"))
_OTHER_SALES = Column("other_sales", Type.MONEY, ("14 Day Brand Halo ASIN Sales",
                                                  "7 Day Other SKU Sales"))


def _section(absent: tuple[str, ...], any_of: tuple[tuple[str, ...], ...] = ()) -> Section:
    return Section(
        name="sp_search_term",
        columns=(
            _ads.DAY, _ads.FIRST, _ads.LAST, _ads.PORTFOLIO, _ads.CURRENCY, _ads.COUNTRY,
            _ads.CAMPAIGN, _ads.AD_GROUP, _ads.TARGET, _ads.MATCH_TYPE, _ads.SEARCH_TERM,
            *_ads.NUMBERS, _OWN_SALES, _OTHER_SALES,
        ),
        key=("campaign", "ad_group", "target", "match_type", "search_term"),
        constants={"ad_type": "SP"},
        absent=(
            *_ads.NOT_SPONSORED_PRODUCTS, *_ads.PLACEMENTS, *_ads.ADVERTISED, *_ads.PURCHASED,
            *_ads.OTHER_REPORTS, *absent,
        ),
        any_of=any_of,
        feeds=_ads.feeds(
                40, impressions=Note("search terms with a click only", "仅含有点击的搜索词")),
        checks=_ads.CHECKS,
    )


KIND = ReportKind(
    name="sp_search_term",
    label=Label("Sponsored Products search term", "商品推广 – 搜索词"),
    how_to_download=Label(
        "Ads console > Measurement & reporting > Sponsored ads reports > Create report: "
        "Sponsored Products, Search term, time unit Daily, all columns.",
        "广告后台 > 衡量和报告 > 推广报告 > 创建报告：商品推广，搜索词，时间单位“每日”，"
        "勾选全部列。",
    ),
    mode=Mode.PERIOD,
    lag_days=1,
    settles_after=14,
    sections=(
        _section(_ads.SALES_IN_14_DAYS),
        # Vendors: 14 days, as Sponsored Brands have; sales of the advertised ASIN tell them apart.
        _section(_ads.SALES_IN_7_DAYS, (("advertised_sales", "other_sales"),)),
    ),
)
