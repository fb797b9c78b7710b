"""Relations that queries use beside the sections: costed settlement lines, the product list."""

from __future__ import annotations

from workbook.report import Feed

# Each cost with the day until which it holds: an ASOF join would sort all lines first.
_COSTS = """(
        SELECT *, lead(valid_from) OVER (PARTITION BY sku, currency ORDER BY valid_from) AS until
        FROM (
            SELECT c.sku, c.valid_from, c.currency, c.unit_cost, c.freight, c.duty, c.import_id,
                   c.line
            FROM s.cost_table c JOIN s.imports i ON i.id = c.import_id
            WHERE NOT i.undone AND i.store = $store
            QUALIFY row_number() OVER (PARTITION BY c.sku, c.valid_from, c.currency
                                       ORDER BY c.import_id DESC, c.line DESC) = 1)
    ) costs ON costs.sku = lines.sku AND costs.currency = lines.currency
           AND lines.period_start >= costs.valid_from
           AND (costs.until IS NULL OR lines.period_start < costs.until)"""


def costed(units: str) -> str:
    """Settled units at the cost that was valid on the day they were posted, in their currency.

    `units` is SQL over a settlement line: the units it stands for, NULL where it stands for none.
    """
    return f"""(
    SELECT lines.*, lines.units * costs.unit_cost AS cogs,
           lines.units * (coalesce(costs.freight, 0) + coalesce(costs.duty, 0)) AS inbound_costs,
           CASE WHEN costs.unit_cost IS NULL THEN lines.units ELSE 0 END AS without_cost,
           costs.import_id AS cost_import, costs.line AS cost_line
    FROM (SELECT *, {units} AS units FROM s.settlement WHERE {units} IS NOT NULL) lines
    LEFT JOIN {_COSTS})"""


# Stock at the cost of its day. A snapshot in which any SKU lacks a cost has no value as a whole.
STOCK_AT_COST = f"""(
    SELECT lines.*, costs.unit_cost IS NULL AND lines.total > 0 AS uncosted,
           CASE WHEN uncosted THEN lines.total ELSE 0 END AS without_cost,
           CASE WHEN bool_or(uncosted) OVER snapshot THEN 0 ELSE 1 END AS whole,
           CASE WHEN whole = 1 THEN coalesce(lines.total * costs.unit_cost, 0) ELSE 0 END
               AS stock_cost
    FROM s.fba_inventory lines LEFT JOIN {_COSTS}
    WINDOW snapshot AS (PARTITION BY lines.import_id, lines.marketplace, lines.period_start))"""

# Facts of the section of daily stock, with the relation that answers ("": the section itself).
STOCK_FEEDS = {
    "sku_days": (Feed("1"), ""),
    "sku_days_in_stock": (Feed("CASE WHEN fulfillable > 0 THEN 1 ELSE 0 END"), ""),
    "stock_cost": (Feed("stock_cost"), STOCK_AT_COST),
    "costed_snapshots": (Feed("whole", per=("marketplace",)), STOCK_AT_COST),
    "stock_without_cost": (Feed("without_cost"), STOCK_AT_COST),
}

COSTED_FEEDS = {
    "cogs": Feed("cogs"),
    "inbound_costs": Feed("inbound_costs"),
    "units_without_cost": Feed("without_cost"),
}

# Columns of the product master that a question may group by.
PRODUCT_DIMS = ("owner", "category", "brand", "life_stage", "parent_asin", "name")

# The newest row of each SKU (and marketplace, where the user keeps them apart).
PRODUCTS = """(
    SELECT p.* FROM s.product_master p JOIN s.imports i ON i.id = p.import_id
    WHERE NOT i.undone AND i.store = $store
    QUALIFY row_number() OVER (PARTITION BY p.sku, p.marketplace
                               ORDER BY p.import_id DESC, p.line DESC) = 1)"""

# Sections from which the ASIN of a SKU can be read, the best first.
IDENTITY_SECTIONS = ("product_master", "fba_inventory", "fba_planning", "fba_age",
                     "business_by_item", "sp_advertised_product")
