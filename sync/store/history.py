"""What the store can tell beside facts: its stores, products, and the files behind numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sync.reports import kind_named
from sync.store import views
from sync.store.database import tables
from workbook.rows import Product, SourceFile

if TYPE_CHECKING:
    import duckdb


def stores(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Store name -> its marketplaces, from the imports that count."""
    rows = con.execute(
        "SELECT i.store, c.marketplace FROM s.imports i JOIN s.coverage c ON c.import_id = i.id "
        "WHERE NOT i.undone GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for store, market in rows:
        found.setdefault(store, [])
        if market and market != "*":
            found[store].append(market)
    return found


def products(
    con: duckdb.DuckDBPyConnection, store: str, wanted: Iterable[str] | None = None
) -> dict[str, Product]:
    """SKU -> product and ASIN -> product; names from the master, else from a report's title.

    Args:
        wanted: the SKUs and ASINs that matter; by default all. The reports, which are long, are
            read only if the master does not know them all.
    """
    have = tables(con)
    rows = con.execute(
        f"SELECT sku, asin, name, owner, lead_time_days_sea, lead_time_days_air "
        f"FROM {views.PRODUCTS} ORDER BY sku, marketplace", {"store": store}
    ).fetchall() if "product_master" in have else []
    found: dict[str, Product] = {}
    named = {key for sku, asin, name, *_ in rows if asin and name for key in (sku, asin)}
    if wanted is None or not named.issuperset(wanted):
        for section in ("business_by_item", "fba_inventory", "fba_planning"):
            if section in have and {"sku", "asin", "title"} <= _columns(con, section):
                _add_titles(con, store, section, found)
    for row in rows:
        _add_master(row, found)
    return found


def _add_master(row: tuple[Any, ...], found: dict[str, Product]) -> None:
    """A row of the product master stands over what reports say."""
    sku, asin, name, owner, sea, air = row
    known = found.get(sku) or found.get(asin) or Product()
    lead = sea if sea is not None else air
    product = Product(sku or "", asin or known.asin, name or known.name, owner or "", lead)
    found[sku] = product
    if asin:
        other = found.get(asin)
        both = other and other.owner and sku not in other.sku.split(", ")
        skus = f"{other.sku}, {sku}" if other and both else sku
        found[asin] = Product(skus, asin, product.name, product.owner, lead)


def _columns(con: duckdb.DuckDBPyConnection, section: str) -> set[str]:
    return {name for name, *_ in con.execute(f'DESCRIBE s."{section}"').fetchall()}


def _add_titles(
    con: duckdb.DuckDBPyConnection, store: str, section: str, found: dict[str, Product]
) -> None:
    rows = con.execute(
        f"SELECT t.asin, arg_max(t.title, t.import_id), "
        "string_agg(DISTINCT t.sku, ', ' ORDER BY t.sku) "
        f"FROM s.{section} t JOIN s.imports i ON i.id = t.import_id "
        "WHERE i.store = ? AND NOT i.undone AND t.asin IS NOT NULL GROUP BY 1", [store]
    ).fetchall()
    for asin, name, skus in rows:
        if asin not in found:
            found[asin] = Product(skus or "", asin, name or "")
        for sku in (skus or "").split(", "):
            if sku and sku not in found:
                found[sku] = Product(sku, asin, name or "")


def table_imports(con: duckdb.DuckDBPyConnection, store: str) -> list[int]:
    """The imports of the user's own tables (products, costs) that count."""
    rows = con.execute(
        "SELECT DISTINCT i.id FROM s.imports i JOIN s.coverage c ON c.import_id = i.id "
        "WHERE i.store = ? AND NOT i.undone AND c.start_day IS NULL", [store]
    ).fetchall()
    return [number for (number,) in rows]


def source_files(con: duckdb.DuckDBPyConnection, ids: Iterable[int]) -> list[SourceFile]:
    """The imports behind numbers, one line a marketplace, the newest first."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    rows = con.execute(
        "SELECT i.id, i.path, i.kind, c.marketplace, min(c.start_day), max(c.end_day), "
        "any_value(i.rows), "
        "any_value(i.rows_refused), any_value(i.exported_at), any_value(i.imported_at), "
        "any_value(i.hash) FROM s.imports i JOIN s.coverage c ON c.import_id = i.id "
        "WHERE list_contains($ids::INTEGER[], i.id) "
        "GROUP BY i.id, i.path, i.kind, c.marketplace ORDER BY c.marketplace, i.kind, i.id DESC",
        {"ids": wanted},
    ).fetchall()
    return [_source_file(*row) for row in rows]


def _source_file(
    number: int, path: str, kind: str, market: str, start: dt.date | None, end: dt.date | None,
    rows: int, refused: int, exported: dt.datetime, imported: dt.datetime, digest: str,
) -> SourceFile:
    known = kind_named(kind)
    settling = None
    if known.settles_after and end:
        due = end + dt.timedelta(days=known.settles_after)
        settling = due if exported.date() < due else None
    return SourceFile(number, path, known.label, market, start, end, rows, refused,
                      exported.replace(microsecond=0), imported.replace(microsecond=0),
                      settling, digest)
