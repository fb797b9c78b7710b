"""FBA Inventory Age, the layout before Inventory Planning replaced it (until about 2021)."""

from __future__ import annotations

from sync.reports import _fba
from sync.reports._fba import count
from workbook.model import Label
from workbook.report import Feed, Mode, ReportKind, Section

KIND = ReportKind(
    name="fba_inventory_age",
    label=Label("FBA Inventory Age (old layout)", "亚马逊库存库龄 (旧版)"),
    how_to_download=Label(
        "Seller Central > Reports > Fulfillment by Amazon > Inventory > Inventory Age. Amazon has "
        "replaced it by FBA Inventory (planning): download that one for new days.",
        "卖家平台 > 数据报告 > 库存和销售报告（亚马逊物流）> 库存 > 库龄。"
        "该报告已被“亚马逊物流库存”取代，新日期请下载后者。",
    ),
    mode=Mode.SNAPSHOT,
    sections=(
        Section(
            name="fba_age",
            columns=(
                _fba.SNAPSHOT, *_fba.PRODUCT,
                # Amazon's own spelling; the right one in case it was ever corrected.
                count("available", "avaliable-quantity(sellable)", "available-quantity(sellable)",
                      required=True),
                count("age_0_to_90_units", "inv-age-0-to-90-days", required=True),
                count("age_91_to_180_units", "inv-age-91-to-180-days"),
                count("age_181_to_270_units", "inv-age-181-to-270-days"),
                count("age_271_to_365_units", "inv-age-271-to-365-days"),
                count("age_over_365_units", "inv-age-365-plus-days"),
                _fba.CURRENCY,
            ),
            key=("sku", "fnsku", "condition"),
            feeds={"available_units": Feed("available", rank=30), **_fba.age_feeds(30)},
        ),
    ),
)
