"""What the FBA inventory reports have in common: identity, age buckets, units."""

from __future__ import annotations

from workbook.report import Column, Feed, Role, Type

SNAPSHOT = Column("day", Type.DATE, ("snapshot-date", "快照日期"), True, Role.SNAPSHOT)
CURRENCY = Column("currency", Type.CURRENCY, ("currency", "货币"), role=Role.CURRENCY)
SKU = Column("sku", Type.ID, ("sku", "Merchant SKU"), required=True)
FNSKU = Column("fnsku", Type.ID, ("fnsku",))
ASIN = Column("asin", Type.ID, ("asin",))
TITLE = Column("title", Type.TEXT, ("product-name", "商品名称"))
CONDITION = Column("condition", Type.TEXT, ("condition", "状况"))
PRODUCT = (SKU, FNSKU, ASIN, TITLE, CONDITION)


def count(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, Type.COUNT, headers, required)


# Names of facts, so that a section that stores them feeds them as they are.
AGE_UNITS = (
    "age_0_to_90_units", "age_91_to_180_units", "age_181_to_270_units", "age_271_to_365_units",
    "age_over_365_units",
)


def age_feeds(rank: int) -> dict[str, Feed]:
    return {name: Feed(name, rank) for name in AGE_UNITS}
