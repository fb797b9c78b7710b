"""The vocabulary: every fact that reports feed, with its unit and how it adds over time.

A metric is an expression over these names; a report kind says which of them it feeds.
"""

from __future__ import annotations

from workbook.model import Fact, Label, OverTime, Unit

C, M, S = Unit.COUNT, Unit.MONEY, Unit.SHARE


def _fact(name: str, unit: Unit, en: str, zh: str, over: OverTime = OverTime.SUM) -> Fact:
    return Fact(name, unit, Label(en, zh), over)


def _stock(name: str, en: str, zh: str, unit: Unit = C) -> Fact:
    return _fact(name, unit, en, zh, OverTime.LAST)


ALL: tuple[Fact, ...] = (
    # sales and traffic (order date)
    _fact("ordered_sales", M, "Ordered product sales", "销售额 (GMV)"),
    _fact("ordered_sales_b2b", M, "Ordered product sales – B2B", "销售额 – B2B"),
    _fact("units_ordered", C, "Units ordered", "销量"),
    _fact("order_items", C, "Order items", "订单商品总数"),
    _fact("sessions", C, "Sessions", "会话数"),
    _fact("page_views", C, "Page views", "页面浏览量"),
    _fact("featured_offer_views", Unit.NUMBER, "Views with Featured Offer", "黄金购物车浏览量"),
    # ads (date of the click)
    _fact("impressions", C, "Impressions", "曝光量"),
    _fact("clicks", C, "Clicks", "点击量"),
    _fact("ad_spend", M, "Ad spend", "广告花费"),
    _fact("ad_sales", M, "Ad sales", "广告销售额"),
    _fact("ad_orders", C, "Ad orders", "广告订单"),
    _fact("ad_units", C, "Ad units", "广告销量"),
    _fact("budget", M, "Daily budgets", "日预算合计"),
    # keywords and listings (snapshots)
    _stock("keyword_rank", "Organic rank", "自然排名"),
    _stock("sponsored_rank", "Sponsored rank", "广告排名"),
    _stock("search_volume", "Search volume", "搜索量"),
    _stock("listing_price", "Listing price", "商品页价格", M),
    _stock("sales_rank", "Sales rank (BSR)", "销售排名 (BSR)"),
    _stock("rating", "Rating", "评分", Unit.NUMBER),
    _stock("rating_count", "Ratings", "评分数"),
    # stock (snapshots)
    _stock("available_units", "Available", "可售"),
    _stock("reserved_units", "Reserved", "预留"),
    _stock("inbound_units", "Inbound", "在途"),
    _stock("unsellable_units", "Unsellable", "不可售"),
    _stock("total_units", "Total units", "库存总数"),
    _stock("days_of_supply", "Days of supply (Amazon)", "供货天数 (亚马逊)", Unit.DAYS),
    _stock("age_0_to_90_units", "Aged 0–90 days", "库龄 0–90 天"),
    _stock("age_91_to_180_units", "Aged 91–180 days", "库龄 91–180 天"),
    _stock("age_181_to_270_units", "Aged 181–270 days", "库龄 181–270 天"),
    _stock("age_271_to_365_units", "Aged 271–365 days", "库龄 271–365 天"),
    _stock("age_over_365_units", "Aged over 365 days", "库龄 365 天以上"),
    _stock("estimated_aged_fee", "Estimated aged-inventory fee", "预计库龄附加费", M),
    # settlements (posted date)
    _fact("product_sales", M, "Product sales (settled)", "商品销售 (结算)"),
    _fact("product_tax", M, "Tax on sales (settled)", "销售税 (结算)"),
    _fact("shipping_credits", M, "Shipping and gift-wrap credits", "运费与礼品包装收入"),
    _fact("promotions", M, "Promotional rebates", "促销折扣"),
    _fact("refunds", M, "Refunds", "退款"),
    _fact("referral_fees", M, "Referral fees", "销售佣金"),
    _fact("fba_fees", M, "FBA fees", "FBA 配送费"),
    _fact("storage_fees", M, "Storage fees", "仓储费"),
    _fact("deal_fees", M, "Deal and coupon fees", "秒杀与优惠券费用"),
    _fact("other_fees", M, "Other fees", "其他费用"),
    _fact("reimbursements", M, "Reimbursements", "赔偿"),
    _fact("units_settled", C, "Units settled", "结算销量"),
    _fact("units_refunded", C, "Units refunded", "退款件数"),
    _fact("vat", M, "VAT in settled sales", "结算销售额中的增值税"),
    _fact("cogs", M, "Cost of goods", "商品成本"),
    _fact("inbound_costs", M, "Freight and duty", "头程与关税"),
    _fact("units_without_cost", C, "Settled units without a cost", "缺成本的结算销量"),
    # said by people, so no report carries it (topic `overhead`)
    _fact("overhead", M, "Overhead", "公司费用"),
    # stock, added up over every snapshot of the period
    _fact("sku_days", C, "SKU-days in snapshots", "快照中的 SKU·天"),
    _fact("sku_days_in_stock", C, "SKU-days in stock", "有货的 SKU·天"),
    _fact("stock_cost", M, "Stock at cost, summed over snapshots", "库存成本 (各快照合计)"),
    _fact("costed_snapshots", C, "Snapshots with all costs", "成本齐全的快照数"),
    _fact("stock_without_cost", C, "Units in stock without a cost", "缺成本的库存件数"),
)
BY_NAME: dict[str, Fact] = {fact.name: fact for fact in ALL}
