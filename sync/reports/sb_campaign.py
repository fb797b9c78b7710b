"""Sponsored Brands campaign report; sales within 14 days, with new-to-brand orders."""

from __future__ import annotations

from sync.reports import _brand_ads
from workbook.model import Label
from workbook.report import Mode, ReportKind

KIND = ReportKind(
    name="sb_campaign",
    label=Label("Sponsored Brands campaign", "品牌推广 – 广告活动"),
    how_to_download=Label(
        "Ads console > Measurement & reporting > Sponsored ads reports > Create report: "
        "Sponsored Brands, Campaign, time unit Daily, all columns.",
        "广告后台 > 衡量和报告 > 推广报告 > 创建报告：品牌推广，广告活动，时间单位“每日”，"
        "勾选全部列。",
    ),
    mode=Mode.PERIOD,
    lag_days=1,
    settles_after=14,
    sections=(
        _brand_ads.section("sb_campaign", "SB", _brand_ads.ONLY_BRANDS),
        # Without the shares: new-to-brand orders and nothing of Sponsored Display.
        _brand_ads.section(
            "sb_campaign", "SB", (_brand_ads.NEW_ORDERS,),
            (*_brand_ads.ONLY_BRANDS, *_brand_ads.ONLY_DISPLAY),
        ),
    ),
)
