"""Sponsored Products advertised product report: which product's ad was shown and clicked.

The finest report that holds all impressions and all spend by ASIN. Vendors have no SKU in it.
"""

from __future__ import annotations

from sync.reports import _ads
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

_SKUS = tuple(h for h in _ads.ADVERTISED if "SKU" in h)
_ASINS = tuple(h for h in _ads.ADVERTISED if "ASIN" in h)

KIND = ReportKind(
    name="sp_advertised_product",
    label=Label("Sponsored Products advertised product", "商品推广 – 推广的商品"),
    how_to_download=Label(
        "Ads console > Measurement & reporting > Sponsored ads reports > Create report: "
        "Sponsored Products, Advertised product, time unit Daily, all columns.",
        "广告后台 > 衡量和报告 > 推广报告 > 创建报告：商品推广，推广的商品，时间单位“每日”，"
        "勾选全部列。",
    ),
    mode=Mode.PERIOD,
    lag_days=1,
    settles_after=14,
    sections=(
        Section(
            name="sp_advertised_product",
            columns=(
                _ads.DAY, _ads.FIRST, _ads.LAST, _ads.PORTFOLIO, _ads.CURRENCY, _ads.COUNTRY,
                _ads.CAMPAIGN, _ads.AD_GROUP,
                Column("sku", Type.ID, _SKUS),
                Column("asin", Type.ID, _ASINS, required=True),
                *_ads.NUMBERS,
            ),
            key=("campaign", "ad_group", "sku", "asin"),
            constants={"ad_type": "SP"},
            absent=(
                *_ads.NOT_SPONSORED_PRODUCTS, *_ads.TARGETS, *_ads.SEARCH_TERMS,
                *_ads.PLACEMENTS, *_ads.PURCHASED, *_ads.OTHER_REPORTS,
            ),
            feeds=_ads.feeds(20),
            checks=_ads.CHECKS,
        ),
    ),
)
