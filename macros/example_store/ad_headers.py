"""Headers, names and number formats of the advertising console's reports."""

CAMPAIGN_US = (
    "Date", "Start Date", "End Date", "Portfolio name", "Campaign Type", "Campaign Name",
    "Status", "Currency", "Budget", "Targeting Type", "Bidding strategy", "Impressions",
    "Last Year Impressions", "Clicks", "Last Year Clicks", "Click-Thru Rate (CTR)", "Spend",
    "Last Year Spend", "Cost Per Click (CPC)", "Last Year Cost Per Click (CPC)",
    "7 Day Total Orders (#)", "Total Advertising Cost of Sales (ACoS) ", "7 Day Total Sales ",
)  # fmt: skip

CAMPAIGN_DE = (
    "日期", "开始日期", "结束日期", "广告组合名称", "广告活动类型", "广告活动名称", "状态",
    "货币", "预算", "定位类型", "竞价策略", "展示量", "点击量", "点击率 (CTR)", "花费",
    "单次点击成本 (CPC)", "7天总订单数(#)", "广告投入产出比 (ACOS) 总计", "7天总销售额",
)  # fmt: skip

RESULTS_US = (
    "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend",
    "7 Day Total Sales ", "Total Advertising Cost of Sales (ACoS) ",
    "Total Return on Advertising Spend (RoAS)", "7 Day Total Orders (#)",
    "7 Day Total Units (#)", "7 Day Conversion Rate", "7 Day Advertised SKU Units (#)",
    "7 Day Other SKU Units (#)", "7 Day Advertised SKU Sales ", "7 Day Other SKU Sales ",
)  # fmt: skip

RESULTS_DE = (
    "展示量", "点击量", "点击率 (CTR)", "单次点击成本 (CPC)", "花费", "7天总销售额",
    "广告投入产出比 (ACOS) 总计", "总广告投资回报率 (ROAS)", "7天总订单数(#)",
    "7天总销售量(#)", "7天的转化率", "7天内广告SKU销售量(#)", "7天内其他SKU销售量(#)",
    "7天内广告SKU销售额", "7天内其他SKU销售额",
)  # fmt: skip

ADVERTISED = {
    "US": ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name",
           "Advertised SKU", "Advertised ASIN", *RESULTS_US),
    "DE": ("日期", "广告组合名称", "货币", "广告活动名称", "广告组名称", "广告SKU", "广告ASIN",
           *RESULTS_DE),
}  # fmt: skip

SEARCH_TERM = {
    "US": ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Targeting",
           "Match Type", "Customer Search Term", *RESULTS_US),
    "DE": ("日期", "广告组合名称", "货币", "广告活动名称", "广告组名称", "投放", "匹配类型",
           "客户搜索词", *RESULTS_DE),
}  # fmt: skip

BRANDS = (
    "Date", "Portfolio name", "Currency", "Campaign Name", "Impressions", "Clicks",
    "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend",
    "Total Advertising Cost of Sales (ACoS)", "Total Return on Advertising Spend (RoAS)",
    "14 Day Total Sales", "14 Day Total Orders (#)", "14 Day Total Units (#)",
    "14 Day Conversion Rate", "14 Day New-to-brand Orders (#)",
    "14 Day % of Orders New-to-brand", "14 Day New-to-brand Sales",
    "14 Day % of Sales New-to-brand", "14 Day New-to-brand Units (#)",
    "14 Day % of Units New-to-brand", "14 Day New-to-brand Order Rate",
)  # fmt: skip

DATE, WHOLE, RATE, SHARE = "mmm dd, yyyy", "0", "0.00", "0.0000%"


def result_formats(symbol: str) -> tuple[str, ...]:
    """Number formats of the fifteen result columns."""
    cash = f'"{symbol}"#,##0.00'
    return (WHOLE, WHOLE, SHARE, cash, cash, cash, SHARE, RATE, WHOLE, WHOLE, SHARE, WHOLE,
            WHOLE, cash, cash)  # fmt: skip


def brand_formats(symbol: str) -> tuple[str, ...]:
    """Number formats of the Sponsored Brands report."""
    cash = f'"{symbol}"#,##0.00'
    return (DATE, "", "", "", WHOLE, WHOLE, SHARE, cash, cash, SHARE, RATE, cash, WHOLE, WHOLE,
            SHARE, WHOLE, SHARE, cash, SHARE, WHOLE, SHARE, SHARE)  # fmt: skip


def campaign_formats(symbol: str) -> tuple[str, ...]:
    """Number formats of the Chinese campaign workbook."""
    cash = f'"{symbol}"#,##0.00'
    return (DATE, DATE, DATE, "", "", "", "", "", cash, "", "", WHOLE, WHOLE, SHARE, cash, cash,
            WHOLE, SHARE, cash)  # fmt: skip
