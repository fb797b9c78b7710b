"""FBA Inventory (planning): age of the stock, Amazon's days of supply, aged-inventory fees.

Its age buckets overlap (0-30 and 0-90, 181-270 and 181-330, 365-plus beside 366-455 and
456-plus): one set that adds up is stored, the others only fill in where that set is missing.
"""

from __future__ import annotations

from sync.reports import _fba
from sync.reports._fba import count
from workbook.model import Label
from workbook.report import Column, Feed, Mode, ReportKind, Role, Section, Type

_BUCKETS = ("0-to-30", "31-to-60", "61-to-90", "0-to-90", "91-to-180", "181-to-270", "271-to-365",
            "365-plus", "366-to-455", "456-plus")
_FEES = ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365", "365-plus", "366-455",
         "456-plus")


def _age(bucket: str) -> str:
    return f"age_{bucket.replace('-', '_')}"


def _fee(bucket: str) -> str:
    return f"fee_{bucket.replace('-', '_')}"


_YOUNG_FEES = [_fee(bucket) for bucket in _FEES[:6]]
_OLD_FEES = [_fee(bucket) for bucket in _FEES[7:]]


def _sum(names: list[str]) -> str:
    """The sum of those that are known; NULL if none is."""
    known = f"coalesce({', '.join(names)}) IS NOT NULL"
    return f"CASE WHEN {known} THEN {' + '.join(f'coalesce({name}, 0)' for name in names)} END"


_RESHAPE = f"""
SELECT line, day, marketplace, currency, sku, fnsku, asin, title, condition, available,
    reserved_fc_transfer, reserved_fc_processing, reserved, inbound_shipped, inbound_received,
    unfulfillable, days_of_supply,
    available + coalesce(reserved_fc_transfer, 0) + coalesce(reserved_fc_processing, 0)
        AS available_units,
    coalesce(age_0_to_90, {_sum(["age_0_to_30", "age_31_to_60", "age_61_to_90"])})
        AS age_0_to_90_units,
    age_91_to_180 AS age_91_to_180_units,
    age_181_to_270 AS age_181_to_270_units,
    age_271_to_365 AS age_271_to_365_units,
    coalesce({_sum(["age_366_to_455", "age_456_plus"])}, age_365_plus) AS age_over_365_units,
    CASE WHEN coalesce({', '.join(_fee(bucket) for bucket in _FEES)}) IS NOT NULL
        THEN {' + '.join(f'coalesce({name}, 0)' for name in _YOUNG_FEES)}
            + coalesce({_sum(_OLD_FEES)}, fee_365_plus, 0) END AS estimated_aged_fee
FROM parsed
"""
_COUNTS = ("available", "reserved_fc_transfer", "reserved_fc_processing", "reserved",
           "inbound_shipped", "inbound_received", "unfulfillable")

KIND = ReportKind(
    name="fba_inventory_planning",
    label=Label("FBA Inventory (planning and age)", "亚马逊物流库存 (规划与库龄)"),
    how_to_download=Label(
        "Seller Central > Reports > Fulfillment by Amazon > Inventory > FBA Inventory; Request "
        "CSV download. It has the age of the stock and the estimated aged-inventory fees.",
        "卖家平台 > 数据报告 > 库存和销售报告（亚马逊物流）> 库存 > 亚马逊物流库存，请求 CSV 下载。"
        "含库龄和预计库龄附加费。",
    ),
    mode=Mode.SNAPSHOT,
    sections=(
        Section(
            name="fba_planning",
            columns=(
                _fba.SNAPSHOT, *_fba.PRODUCT,
                Column("marketplace", Type.MARKETPLACE, ("marketplace", "站点", "商城"),
                       role=Role.MARKETPLACE),
                _fba.CURRENCY,
                count("available", "available", "可售", required=True),
                count("reserved_fc_transfer", "Reserved FC Transfer", "预留-物流中心转运"),
                count("reserved_fc_processing", "Reserved FC Processing", "预留-物流中心处理"),
                count("reserved", "reserved-quantity", "Total Reserved Quantity", "预留总数量"),
                count("inbound_shipped", "inbound-shipped", "入库-已发货"),
                count("inbound_received", "inbound-received", "入库-已接收"),
                count("unfulfillable", "unfulfillable-quantity"),
                Column("days_of_supply", Type.NUMBER, ("days-of-supply",)),
                *(count(_age(bucket), f"inv-age-{bucket}-days",
                        required=bucket in ("91-to-180", "181-to-270")) for bucket in _BUCKETS),
                *(Column(_fee(bucket), Type.MONEY, (f"estimated-ais-{bucket}-days",))
                  for bucket in _FEES),
            ),
            key=("sku", "fnsku", "condition"),
            reshape=_RESHAPE,
            stored={
                **{column.name: column.type for column in _fba.PRODUCT},
                **dict.fromkeys(_COUNTS, Type.COUNT),
                "days_of_supply": Type.NUMBER,
                "available_units": Type.COUNT,
                **dict.fromkeys(_fba.AGE_UNITS, Type.COUNT),
                "estimated_aged_fee": Type.MONEY,
            },
            feeds={
                "available_units": Feed("available_units", rank=10),
                "reserved_units": Feed("reserved", rank=30),
                "inbound_units": Feed("inbound_shipped + inbound_received", rank=30),
                "unsellable_units": Feed("unfulfillable", rank=30),
                "days_of_supply": Feed("days_of_supply", rank=10, needs=("sku",)),
                "estimated_aged_fee": Feed("estimated_aged_fee", rank=10),
                **_fba.age_feeds(10),
            },
        ),
    ),
)
