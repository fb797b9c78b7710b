"""What both settlement layouts share: their columns, and the component that each amount is.

Every line of a settlement gets exactly one component, so that the components add up to what
Amazon paid out. `product_tax` and `marketplace_tax` (tax that Amazon withholds and pays itself)
stand outside of profit, and so do `advertising` (ad spend comes from the ads reports) and
`reserve` (money that only moves).
"""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Feed, Role, Type

TABLE = "settlement"
KEY = ("sku", "order_id", "transaction_type", "amount_type", "description")

HOW_TO_DOWNLOAD = Label(
    "Seller Central > Payments > Reports Repository (or All Statements) > the closed settlement > "
    "Download Flat File V2. Each settlement is one file; nothing but its lines decides its period.",
    "卖家平台 > 付款 > 报告库（或“所有结算”）> 已关闭的结算周期 > 下载 Flat File V2。"
    "每个结算一个文件，期间由文件内的明细决定。",
)

DOCUMENT_COLUMNS = (
    Column("document", Type.ID, ("settlement-id",), True, Role.DOCUMENT),
    Column("first_moment", Type.TIME, ("settlement-start-date",), True, Role.FIRST),
    Column("last_moment", Type.TIME, ("settlement-end-date",), True, Role.LAST),
    Column("total_amount", Type.MONEY, ("total-amount",), True),
    Column("currency", Type.CURRENCY, ("currency",), True, Role.CURRENCY),
    Column("transaction_type", Type.TEXT, ("transaction-type",), True),
    Column("order_id", Type.ID, ("order-id",), True),
    Column("marketplace", Type.MARKETPLACE, ("marketplace-name",), True, Role.MARKETPLACE),
    Column("day", Type.DATE, ("posted-date",), True, Role.DAY),
    Column("sku", Type.ID, ("sku",), True),
    Column("quantity_purchased", Type.COUNT, ("quantity-purchased",), True),
)

STORED = {
    "sku": Type.ID, "order_id": Type.ID, "transaction_type": Type.TEXT, "amount_type": Type.TEXT,
    "description": Type.TEXT, "component": Type.TEXT, "amount": Type.MONEY, "quantity": Type.COUNT,
}  # fmt: skip

# Components that are facts of the vocabulary; the others are kept for whoever asks.
_FED = (
    "product_sales", "product_tax", "shipping_credits", "promotions", "refunds", "referral_fees",
    "fba_fees", "storage_fees", "deal_fees", "other_fees", "reimbursements",
)  # fmt: skip


def _feed(component: str, column: str) -> Feed:
    return Feed(f"CASE WHEN component = '{component}' THEN {column} END", rank=10)


FEEDS = {
    **{name: _feed(name, "amount") for name in _FED},
    "units_settled": _feed("product_sales", "quantity"),
    "units_refunded": _feed("refunds", "quantity"),
}

_REFUND = (
    "regexp_matches(t, '^(refund|chargeback|atoz|guarantee)') "
    "OR d IN ('goodwill', 'restockingfee', 'returnshipping')"
)
_PRICE = "a IN ('itemprice', 'promotion')"

_ALL = "t || '|' || a || '|' || d"
# Money that only moves between settlements, the bank and Amazon's claims.
_MOVES = (
    "reserve(amount|d|balance)|previousbalance|successfulcharge|payabletoamazon|transferoffunds|"
    "failedtransfer|debtrecovery|debtpayment|carriedforward|lending|amazoncapital|microdeposit"
)
_DEALS = "coupon|deal|primeexclusive|promotionfee"
_BESIDE_THE_PRICE = "^(shipping|giftwrap|delivery|cod)"
_WITHHELD = "^marketplacefacilitator|withheld|^lowvaluegoods|^tcs|^tds"
_MADE_GOOD = (
    "reimburs|warehouse(damage|lost)|missingfrominbound|clawback|inboundcarrierdamage|safet|"
    "reevaluation|freereplacementrefund|incorrectfeesitems|cserroritems"
)
_HANDLING = (
    "^fba|fulfil|^digitalservicesfeefba|chargeback$|^pickpack|^weightbased|customerreturn|"
    "returnprocessing"
)
_SELLING = (
    "^(commission|refundcommission|referral|salestax|peritem|shippingcommission|"
    "giftwrapcommission|shippinghb|digitalservicesfee|(variable|fixed)?closingfee)"
)

# (component, condition) over t, a, d: transaction type, amount type and description in lower case
# without spaces and signs. The first condition that holds decides.
_RULES: tuple[tuple[str, str], ...] = (
    # A coupon's name can hold any word, so it is asked for first.
    ("deal_fees", f"NOT {_PRICE} AND regexp_matches({_ALL}, '{_DEALS}')"),
    ("marketplace_tax", f"a = 'itemwithheldtax' OR regexp_matches(d, '{_WITHHELD}')"),
    ("product_tax", f"{_PRICE} AND contains(d, 'tax')"),
    ("refunds", f"{_PRICE} AND ({_REFUND})"),
    ("promotions", f"a = 'promotion' OR regexp_matches({_ALL}, 'costofpoints|pointsgranted')"),
    ("product_sales", "a = 'itemprice' AND d = 'principal'"),
    ("shipping_credits", f"a = 'itemprice' AND regexp_matches(d, '{_BESIDE_THE_PRICE}')"),
    ("advertising", f"regexp_matches({_ALL}, 'advertising|sponsoredproducts')"),
    ("reserve", f"t = 'transfer' OR regexp_matches({_ALL}, '{_MOVES}')"),
    ("reimbursements", f"regexp_matches({_ALL}, '{_MADE_GOOD}')"),
    ("storage_fees", "regexp_matches(d, 'storage|longterm|agedinventory|overage|lowinventory')"),
    ("other_fees", f"regexp_matches({_ALL}, 'inbound|removal|disposal|liquidation|placement')"),
    ("fba_fees", f"a = 'shipmentfees' OR regexp_matches(d, '{_HANDLING}')"),
    ("referral_fees", f"regexp_matches(d, '{_SELLING}')"),
)


def _plain(column: str) -> str:
    return f"regexp_replace(lower(coalesce({column}, '')), '[^a-z0-9]', '', 'g')"


def reshape(amounts: str) -> str:
    """SQL for the rows of a settlement.

    Args:
        amounts: SQL that yields the columns of `parsed` with amount_type, description, amount,
            quantity; one row an amount.
    """
    cases = " ".join(f"WHEN {condition} THEN '{name}'" for name, condition in _RULES)
    return f"""
SELECT line, document, day, marketplace, currency, sku, order_id, transaction_type, amount_type,
    description, CASE {cases} ELSE 'other_fees' END AS component, amount, quantity
FROM (
    SELECT *, {_plain("transaction_type")} AS t, {_plain("amount_type")} AS a,
        {_plain("description")} AS d
    FROM ({amounts})
)
"""


# The first row of a document carries what holds for all of it: currency, end and total.
DOCUMENTS = """
SELECT line, document, coalesce(day, CAST(max(last_moment) OVER whole AS DATE)) AS day,
    coalesce(marketplace, '*') AS marketplace, max(currency) OVER whole AS currency,
    * EXCLUDE (line, document, day, marketplace, currency, first_moment, last_moment, total_amount)
FROM parsed
WINDOW whole AS (PARTITION BY document)
"""


def tie_out(lines: str) -> str:
    """SQL for (document, total as stated, sum of its lines); `lines` is a sum."""
    return (
        f"SELECT document, max(total_amount) AS stated, coalesce({lines}, 0) AS lines "
        "FROM parsed GROUP BY document ORDER BY document"
    )
