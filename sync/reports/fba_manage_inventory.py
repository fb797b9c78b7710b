"""Manage FBA Inventory (MYI): units at and on their way to Amazon, now.

The file states neither its day nor its marketplace.
"""

from __future__ import annotations

from sync.reports import _fba
from sync.reports._fba import count
from workbook.model import Label
from workbook.report import Feed, Mode, ReportKind, Section

KIND = ReportKind(
    name="fba_manage_inventory",
    label=Label("Manage FBA Inventory", "管理亚马逊库存"),
    how_to_download=Label(
        "Seller Central > Reports > Fulfillment by Amazon > Inventory > Manage FBA Inventory; "
        "Request CSV download. The file has no date: import it on the day of download, or keep "
        "the day in its name, e.g. 'manage_fba_inventory 2026-11-15.csv'.",
        "卖家平台 > 数据报告 > 库存和销售报告（亚马逊物流）> 库存 > 管理亚马逊库存，请求 CSV 下载。"
        "文件内没有日期：请在下载当天导入，或写在文件名里，例如“管理亚马逊库存 2026-11-15.csv”。",
    ),
    mode=Mode.SNAPSHOT,
    sections=(
        Section(
            name="fba_inventory",
            columns=(
                *_fba.PRODUCT,
                count("mfn_fulfillable", "mfn-fulfillable-quantity"),
                count("warehouse", "afn-warehouse-quantity"),
                count("fulfillable", "afn-fulfillable-quantity", required=True),
                count("unsellable", "afn-unsellable-quantity"),
                count("reserved", "afn-reserved-quantity"),
                count("total", "afn-total-quantity"),
                count("inbound_working", "afn-inbound-working-quantity"),
                count("inbound_shipped", "afn-inbound-shipped-quantity"),
                count("inbound_receiving", "afn-inbound-receiving-quantity"),
                count("researching", "afn-researching-quantity"),
            ),
            key=("sku", "fnsku", "condition"),
            feeds={
                "available_units": Feed("fulfillable", rank=20),
                "reserved_units": Feed("reserved", rank=20),
                # On a plan only (working) is not yet on its way.
                "inbound_units": Feed(
                    "coalesce(inbound_shipped, 0) + coalesce(inbound_receiving, 0)", rank=20
                ),
                "unsellable_units": Feed("unsellable", rank=20),
                "total_units": Feed("total", rank=20),
            },
        ),
    ),
)
