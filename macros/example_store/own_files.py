"""The tables only the user has: product master, dated costs, and the settings file."""

from pathlib import Path

from .ledger import Ledger
from .sheets import Value, write_csv, write_xlsx

MASTER = (
    "sku", "asin", "parent_asin", "name", "owner", "life_stage", "lead_time_days_sea",
    "lead_time_days_air", "moq", "carton", "target_acos", "category", "brand", "marketplace",
)  # fmt: skip
COSTS = ("sku", "valid_from", "currency", "unit_cost", "freight", "duty")

SETTINGS = """\
store = "Northwind Home"
week_start = "monday"

[folders]
"美国站" = { marketplace = "US" }
"德国站" = { marketplace = "DE" }

[stores."Northwind Home".US]
ad_types = ["SP", "SB"]

[stores."Northwind Home".DE]
ad_types = ["SP"]
vat_rate = 0  # Amazon pays the VAT itself: settled sales are net of it
"""


def write_master(folder: Path, ledger: Ledger) -> None:
    """商品资料.xlsx: one row a marketplace and SKU; SKUs are text cells."""
    rows: list[list[Value]] = []
    for listing in ledger.listings:
        item = listing.product
        rows.append([
            item.sku, item.asin, item.parent_asin, item.name, item.owner, item.life_stage,
            item.lead_time_days_sea, item.lead_time_days_air, item.moq, item.carton,
            item.target_acos, item.category, item.brand, listing.market.code,
        ])  # fmt: skip
    formats = ["0%" if name == "target_acos" else "" for name in MASTER]
    write_xlsx(folder / "商品资料.xlsx", "商品资料", MASTER, rows, formats)


def write_costs(folder: Path, ledger: Ledger) -> None:
    """costs.csv: what a unit costs, by SKU, currency and the day from which it holds."""
    rows = [
        [cost.sku, cost.valid_from.isoformat(), cost.currency, f"{cost.unit_cost:.2f}",
         f"{cost.freight:.2f}", f"{cost.duty:.2f}"]
        for cost in ledger.costs
    ]  # fmt: skip
    write_csv(folder / "costs.csv", COSTS, rows)


def write_settings(folder: Path) -> None:
    """opsheet.toml: which folder is which marketplace, and the ad types each one runs."""
    (folder / "opsheet.toml").write_text(SETTINGS, encoding="utf-8", newline="\n")
