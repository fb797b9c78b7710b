"""Explains one cell of a filled workbook: what it is, from which rows of which files, and how.

The cell is located in the workbook, its numbers are asked again from the store, and the rows
behind each are listed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from macros.explaining.cells import Cells
from macros.explaining.parts import Explanation
from macros.fill import blocks_of
from macros.jobs import Context, one_store, stores
from sync.store.lineage import describe
from sync.surfaces.xlsx.locate import Book
from workbook import standard
from workbook.errors import StoreError
from workbook.model import Value
from workbook.said import TYPED

if TYPE_CHECKING:
    import duckdb

BOOKS = (standard.RULES, standard.SOURCES, standard.MISSING, standard.LEGEND, standard.LEFT_OVER,
         TYPED)


def explain(
    context: Context, path: Path, target: str, *, store: str = "", limit: int = 5
) -> Explanation:
    """What one cell means and where it comes from.

    Args:
        target: `SHEET!B7`, or a defined name such as `ops_acos_US`.
        store: if the workbook's own store is now called otherwise.
        limit: how many rows of each file are listed.

    Raises:
        UsageError: no such file, sheet, cell or name. SurfaceError: not a workbook of ours.
        StoreError: the store is not the one that the workbook was filled from.
    """
    book = Book(path, lambda name: blocks_of(name) | {block.id: block for block in BOOKS})
    found = book.locate(target)
    known = stores(context)
    with context.database.session() as con:
        _check_store(book, con, context)
        name = one_store(store or _store_of(book, known) or context.settings.store, known)
        cells = Cells(book, found, context, con, name, limit)
        told = cells.explained()
    if cells.wants_plan:
        cells.compare_with_plan()
    if told.compared and not told.same:
        with context.database.session() as con:
            told.why_differs = _why(book, con, told, found.marketplace)
    return told


def _store_of(book: Book, known: list[str]) -> str:
    """The scope line ends with the store: week · days · zone · store."""
    name = str(book.meta.get("ops_scope") or "").split(" · ", 3)[-1]
    return name if name in known or len(known) != 1 else ""


# --- workbook and store -----------------------------------------------------------------


def _listed(book: Book) -> dict[str, Mapping[str, Value]]:
    """First half of the hash -> line of the workbook's Sources tab."""
    return {str(row["hash"]): row for row in book.table("sources").values() if row.get("hash")}


def _check_store(book: Book, con: duckdb.DuckDBPyConnection, context: Context) -> None:
    """Raises StoreError if the store has none of the files that the workbook stands on."""
    listed = _listed(book)
    have = {text[:16] for (text,) in con.execute("SELECT hash FROM s.imports").fetchall()}
    if listed and not have & set(listed):
        raise StoreError(
            f"The store has none of the {len(listed)} reports that this workbook was filled from.",
            str(context.database.path),
            "Name its store with OPSHEET_STORE, or import those reports again.")


def _why(
    book: Book, con: duckdb.DuckDBPyConnection, told: Explanation, market: str
) -> list[str]:
    """Why the store says something else now than the workbook."""
    listed = _listed(book)
    if not listed:
        return []
    # Costs and products have no period and no line on the Sources tab: newer ones count.
    times = [at for row in listed.values() if isinstance(at := row.get("imported"), dt.datetime)]
    newest = max(times, default=dt.datetime.max)
    found = [f"#{n} {Path(file.source.file).name} answers now and did not when the workbook was "
             f"filled (imported {file.source.imported:%Y-%m-%d %H:%M} UTC)"
             for n, file in sorted(describe(con, told.imports(), market).items())
             if file.source.hash[:16] not in listed
             and (file.source.start is not None or file.source.imported > newest)]
    active = {text[:16] for (text,) in con.execute(
        "SELECT hash FROM s.imports WHERE NOT undone").fetchall()}
    found += [f"#{row['import']} {Path(str(row['file'])).name} answered then and was taken back"
              for text, row in listed.items()
              if text not in active and row.get("marketplace") in (market, None, "*")]
    return found or [
        "its reports are the same: the cell, a rule, a product or a setting was changed"]
