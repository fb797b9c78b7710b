"""Sponsored Display campaign report; sales within 14 days of a click or a view."""

from __future__ import annotations

from sync.reports import _brand_ads
from workbook.model import Label
from workbook.report import Mode, ReportKind

KIND = ReportKind(
    name="sd_campaign",
    label=Label("Sponsored Display campaign", "展示型推广 – 广告活动"),
    how_to_download=Label(
        "Ads console > Measurement & reporting > Sponsored ads reports > Create report: "
        "Sponsored Display, Campaign, time unit Daily, all columns.",
        "广告后台 > 衡量和报告 > 推广报告 > 创建报告：展示型推广，广告活动，时间单位“每日”，"
        "勾选全部列。",
    ),
    mode=Mode.PERIOD,
    lag_days=1,
    settles_after=14,
    sections=(
        _brand_ads.section(
            "sd_campaign", "SD", _brand_ads.ONLY_DISPLAY, _brand_ads.ONLY_BRANDS
        ),
    ),
)
