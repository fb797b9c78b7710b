"""What every ads console report has in common: its columns in every spelling.

SP sellers attribute sales within 7 days, vendors, Sponsored Brands and Display within 14;
the window stands in the header ("7 Day Total Sales") and is kept with the import.
"""

from __future__ import annotations

from workbook.report import Column, Feed, RatioCheck, Role, Type

DAY = Column("day", Type.DATE, ("Date", "日期", "Datum", "日付"), role=Role.DAY)
FIRST = Column("first_day", Type.DATE, ("Start Date", "开始日期", "Startdatum", "開始日"),
               role=Role.FIRST)
LAST = Column("last_day", Type.DATE, ("End Date", "结束日期", "Enddatum", "終了日"), role=Role.LAST)
PORTFOLIO = Column("portfolio", Type.TEXT, ("Portfolio name", "广告组合名称", "Portfolioname",
                                            "Portfolio-Name", "ポートフォリオ名"))
CURRENCY = Column("currency", Type.CURRENCY, ("Currency", "货币", "Währung", "通貨"),
                  role=Role.CURRENCY)
COUNTRY = Column("marketplace", Type.MARKETPLACE, ("Country", "国家/地区", "Land", "国"),
                 role=Role.MARKETPLACE)
CAMPAIGN = Column("campaign", Type.TEXT, ("Campaign Name", "广告活动名称", "Kampagnen-Name",
                                          "Kampagnenname", "キャンペーン名"), required=True)
AD_GROUP = Column("ad_group", Type.TEXT, ("Ad Group Name", "广告组名称", "Anzeigengruppe",
                                          "Anzeigengruppenname", "Name der Anzeigengruppe",
                                          "広告グループ名"))
TARGET = Column("target", Type.TEXT, ("Targeting", "投放", "Ausrichtung", "ターゲティング"))
MATCH_TYPE = Column("match_type", Type.TEXT, ("Match Type", "匹配类型", "Übereinstimmungstyp",
                                              "マッチタイプ"))
SEARCH_TERM = Column("search_term", Type.TEXT, (
    "Customer Search Term", "客户搜索词", "Suchbegriff eines Kunden", "Suchbegriff",
    "カスタマーの検索キーワード"), required=True)

STATUS = Column("campaign_status", Type.TEXT, ("Status", "状态", "Campaign Status"))
BUDGET = Column("budget", Type.MONEY, ("Budget", "预算", "Budget Amount"))

IMPRESSIONS = Column("impressions", Type.COUNT, ("Impressions", "展示量", "展现量", "曝光量",
                                                 "Impressionen", "インプレッション"), required=True)
CLICKS = Column("clicks", Type.COUNT, ("Clicks", "点击量", "Klicks", "クリック"), required=True)
CTR = Column("ctr", Type.SHARE, ("Click-Thru Rate (CTR)", "CTR", "点击率 (CTR)", "点击率(CTR)",
                                 "点击率", "Klickrate", "クリックスルー率 (CTR)"))
SPEND = Column("spend", Type.MONEY, ("Spend", "花费", "支出", "Ausgaben", "Gesamtkosten", "費用",
                                     "広告費"), required=True)
ACOS = Column("acos", Type.SHARE, (
    "Total Advertising Cost of Sales (ACoS)", "ACOS", "广告投入产出比 (ACOS) 总计",
    "广告投入产出比 (ACOS)", "Zugeschriebene Umsatzkosten (ACOS) gesamt",
    "広告費売上高比率(ACOS)合計"))
SALES = Column("ad_sales", Type.MONEY, (
    "7 Day Total Sales", "Sales", "7天总销售额", "7 Tage, Umsatz gesamt", "7 Tage, Verkäufe gesamt",
    "Verkäufe", "広告がクリックされてから7日間の総売上高"), required=True)
ORDERS = Column("ad_orders", Type.COUNT, (
    "7 Day Total Orders (#)", "Orders", "7天总订单数(#)", "7 Tage, Aufträge gesamt",
    "7 Tage, Bestellungen gesamt", "Käufe", "広告がクリックされてから7日間の合計注文数"))
UNITS = Column("ad_units", Type.COUNT, (
    "7 Day Total Units (#)", "Units", "7天总销售量(#)", "7天总销量(#)",
    "7 Tage, verkaufte Einheiten gesamt", "Verkaufte Einheiten",
    "広告がクリックされてから7日間の合計販売数"))

NUMBERS = (IMPRESSIONS, CLICKS, CTR, SPEND, ACOS, SALES, ORDERS, UNITS)
CHECKS = (RatioCheck("ctr", "clicks", "impressions"), RatioCheck("acos", "spend", "ad_sales"))

# --- columns by which a report shows that it is of another kind -----------------------------

# The window counts here: 14 days are a vendor's or another ad type's, 7 days a seller's.
SALES_IN_7_DAYS = tuple(h for h in SALES.headers if "7" in h)
SALES_IN_14_DAYS = tuple(h.replace("7", "14") for h in SALES_IN_7_DAYS)
SEARCH_TERMS = SEARCH_TERM.headers
TARGETS = (*TARGET.headers, *MATCH_TYPE.headers)
PLACEMENTS = ("Placement", "Placement Type", "广告位", "展示位置", "Platzierung", "掲載枠")
ADVERTISED = (
    "Advertised ASIN", "Advertised SKU", "推广的 ASIN", "推广的 SKU", "推广的ASIN", "推广的SKU",
    "广告ASIN", "广告SKU", "广告 ASIN", "广告 SKU",
    "Beworbene ASIN", "Beworbene SKU", "広告対象ASIN", "広告対象SKU",
)
PURCHASED = (
    "Purchased ASIN", "已购买的 ASIN", "已购买的ASIN", "Gekaufte ASIN", "Attribution type",
    "7 Day Other SKU Orders (#)",
)
OTHER_REPORTS = (
    "Hour", "Matched target", "Recommended Budget", "Average Time in Budget", "Gross Impressions",
    "Search Term Impression Rank", "Search Term Impression Share", "搜索词展示量排名",
    "搜索词展示量份额", "Audience Name", "Segment Name", "Entity", "Campaign ID",
)
NEW_TO_BRAND = (
    "14 Day New-to-brand Orders (#)", '14天内的"品牌新买家"订单数量(#)',
    '14天内"品牌新买家"订单数量(#)',
)
DETAIL_PAGE_VIEWS = ("14 Day Detail Page Views (DPV)", "14天内的商品详情页浏览量 (DPV)",
                     "14天的商品详情页浏览次数 (DPV)", "14天商品详情页浏览量 (DPV)")
VIEWABLE = ("Viewable Impressions", "可见展示量", "可见展示次数")
PER_THOUSAND_VIEWS = ("Cost per 1,000 viewable impressions (VCPM)", "每千次可见展示成本 (VCPM)",
                      "每千次可见展示费用 (VCPM)")
NOT_SPONSORED_PRODUCTS = (
    *NEW_TO_BRAND, *DETAIL_PAGE_VIEWS, *VIEWABLE, *PER_THOUSAND_VIEWS, "Cost Type", "成本类型",
)
# What a report of a level below the campaign has, and a campaign report has not.
BELOW_CAMPAIGN = (
    *AD_GROUP.headers, *TARGETS, *SEARCH_TERMS, *PLACEMENTS, *ADVERTISED, *PURCHASED,
    *OTHER_REPORTS,
)


def feeds(rank: int, *, impressions: str = "") -> dict[str, Feed]:
    """What an ads section feeds; `impressions` names why its impressions are not the whole."""
    return {
        "impressions": Feed("impressions", rank, partial=impressions),
        "clicks": Feed("clicks", rank),
        "ad_spend": Feed("spend", rank),
        "ad_sales": Feed("ad_sales", rank),
        "ad_orders": Feed("ad_orders", rank),
        "ad_units": Feed("ad_units", rank),
    }
