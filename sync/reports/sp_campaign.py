"""Sponsored Products campaign report, daily or a summary; 7 days (sellers) or 14 (vendors).

Its Start Date and End Date are the campaign's own where the file has a Date.
"""

from __future__ import annotations

from sync.reports import _ads
from workbook.model import Label
from workbook.report import Column, Feed, Mode, ReportKind, Section, Type


def _section(absent: tuple[str, ...], any_of: tuple[tuple[str, ...], ...] = ()) -> Section:
    return Section(
        name="sp_campaign",
        columns=(
            _ads.DAY, _ads.FIRST, _ads.LAST, _ads.PORTFOLIO, _ads.CURRENCY, _ads.COUNTRY,
            _ads.CAMPAIGN,
            Column("campaign_type", Type.TEXT, ("Campaign Type", "Program Type", "广告活动类型")),
            _ads.STATUS, _ads.BUDGET,
            Column("targeting_type", Type.TEXT, ("Targeting Type", "投放类型", "定位类型",
                                               "Ausrichtungstyp")),
            Column("bidding_strategy", Type.TEXT, ("Bidding strategy", "竞价策略",
                                                   "Gebotsstrategie")),
            *_ads.NUMBERS,
        ),
        key=("campaign",),
        constants={"ad_type": "SP"},
        absent=(*_ads.BELOW_CAMPAIGN, *_ads.NOT_SPONSORED_PRODUCTS, *absent),
        any_of=any_of,
        # A summary's row prints the budget of one day; its spend is that of all its days.
        reshape="""
            SELECT * REPLACE ((CASE WHEN day IS NOT NULL THEN budget
                ELSE budget * (last_day - first_day + 1) END)::DECIMAL(18,4) AS budget) FROM parsed
        """,
        feeds=_ads.feeds(10) | {"budget": Feed("budget", 10, needs=("campaign",))},
        checks=_ads.CHECKS,
    )


KIND = ReportKind(
    name="sp_campaign",
    label=Label("Sponsored Products campaign", "商品推广 – 广告活动"),
    how_to_download=Label(
        "Ads console > Measurement & reporting > Sponsored ads reports > Create report: "
        "Sponsored Products, Campaign, time unit Daily, all columns.",
        "广告后台 > 衡量和报告 > 推广报告 > 创建报告：商品推广，广告活动，时间单位“每日”，"
        "勾选全部列。",
    ),
    mode=Mode.PERIOD,
    lag_days=1,
    settles_after=14,
    sections=(
        _section(_ads.SALES_IN_14_DAYS),
        # Vendors: 14 days, as Sponsored Brands have; what only Sponsored Products has tells them.
        _section(_ads.SALES_IN_7_DAYS, (("targeting_type", "bidding_strategy"),)),
    ),
)
