"""Contribution on the basis of settlements: everything by its posted date.

Fees by posted date are never subtracted from sales by order date (domain.md, "Profit"),
so sales here are the settled ones. In settlements, costs are negative: they are added.
"""

from __future__ import annotations

from workbook.model import Agg, Label, Linear, Metric, Ratio, Unit

POSTED = "settlements, by posted date; ads by date of the click"

CONTRIBUTION = Linear((
    (1, Agg("product_sales")),
    (1, Agg("shipping_credits")),
    (1, Agg("promotions")),
    (1, Agg("refunds")),
    (1, Agg("referral_fees")),
    (1, Agg("fba_fees")),
    (1, Agg("storage_fees")),
    (1, Agg("deal_fees")),
    (1, Agg("other_fees")),
    (1, Agg("reimbursements")),
    (-1, Agg("vat")),
    (-1, Agg("cogs")),
    (-1, Agg("inbound_costs")),
    (-1, Agg("ad_spend")),
))

NET_SALES = Linear(((1, Agg("product_sales")), (-1, Agg("vat"))))
# Overhead is what people say of a month (topic `overhead`); without it net profit is blank.
NET_PROFIT = Linear((*CONTRIBUTION.terms, (-1, Agg("overhead"))))


def _settled(name: str, en: str, zh: str, good: int = 1, unit: Unit = Unit.MONEY) -> Metric:
    return Metric(name, Label(en, zh), unit, Agg(name), good, POSTED)


METRICS = (
    _settled("product_sales", "Product sales (settled)", "商品销售 (结算)"),
    _settled("shipping_credits", "Shipping and gift-wrap credits", "运费与礼品包装收入"),
    _settled("promotions", "Promotional rebates", "促销折扣", 0),
    _settled("refunds", "Refunds", "退款", -1),
    _settled("referral_fees", "Referral fees", "销售佣金", 0),
    _settled("fba_fees", "FBA fees", "FBA 配送费", 0),
    _settled("storage_fees", "Storage fees", "仓储费", 0),
    _settled("deal_fees", "Deal and coupon fees", "秒杀与优惠券费用", 0),
    _settled("other_fees", "Other fees", "其他费用", 0),
    _settled("reimbursements", "Reimbursements", "赔偿", 0),
    _settled("units_settled", "Units settled", "结算销量", 1, Unit.COUNT),
    _settled("cogs", "Cost of goods", "商品成本", 0),
    _settled("inbound_costs", "Freight and duty", "头程与关税", 0),
    Metric("contribution", Label("Contribution", "毛利润"), Unit.MONEY, CONTRIBUTION, 1, POSTED),
    Metric("contribution_margin", Label("Contribution margin", "毛利率"), Unit.SHARE,
           Ratio(CONTRIBUTION, NET_SALES), 1, POSTED),
    Metric("net_sales", Label("Sales net of VAT (settled)", "不含增值税销售额 (结算)"), Unit.MONEY,
           NET_SALES, 1, POSTED),
    _settled("overhead", "Overhead", "公司费用", -1),
    Metric("net_profit", Label("Net profit", "净利润"), Unit.MONEY, NET_PROFIT, 1, POSTED),
    Metric("net_margin", Label("Net margin", "净利润率"), Unit.SHARE,
           Ratio(NET_PROFIT, NET_SALES), 1, POSTED),
    _settled("units_without_cost", "Settled units without a cost", "缺成本的结算销量", -1,
             Unit.COUNT),
)
