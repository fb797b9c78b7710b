"""Which rows of which files a fact is made of, down to the line.

The same coverage that lets `query.ask` add rows up says here which of them counted.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sync.read import sheets, text
from sync.store import history, views
from sync.store.covered import read_coverage
from sync.store.database import Database, table_columns, tables
from sync.store.query import counted, joins_for, product_tables, qualified
from sync.store.sources import Declared, Source, dimension, resolve
from workbook.answer import Facts, Group, Key, Known, Need
from workbook.coverage import Range
from workbook.errors import OpsheetError
from workbook.model import Value
from workbook.report import Section
from workbook.rows import SourceFile

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

_COSTED = {"cogs": "unit_cost", "inbound_costs": "coalesce(freight, 0) + coalesce(duty, 0)"}
# Facts that are reckoned from another one.
DERIVED = {"vat": "product_sales"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file that counted: its line, its days, and its value of the fact.

    `repeats`: the value stands on an earlier line already and counts once (the sessions of an
    ASIN on the row of each of its SKUs).
    """

    line: int
    start: dt.date | None
    end: dt.date | None
    value: Value
    repeats: bool = False
    text: str = ""  # as it stands in the kept original


@dataclass(frozen=True, slots=True)
class Traced:
    """One import that answered: how many of its rows counted, their sum, and the first of them."""

    source: SourceFile
    windows: tuple[int, ...]  # attribution windows in days
    rows: int = 0
    total: Decimal | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """The rows behind one fact of one row of a sheet. `costs`: the cost rows it was priced with."""

    fact: str
    known: Known
    files: tuple[Traced, ...] = ()
    costs: tuple[Traced, ...] = ()

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def total(self) -> Decimal | None:
        totals = [file.total for file in self.files if file.total is not None]
        return sum(totals, Decimal(0)) if totals else None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose fact it is: the store, the group and the row, as a question's dimensions name it."""

    store: str
    group: Group
    by: tuple[str, ...] = ()
    key: Key = ()


def trace(
    con: duckdb.DuckDBPyConnection, need: Need, whose: Whose, given: Declared, limit: int = 5
) -> Lineage:
    """The imports and rows that answer for a fact over a period.

    Args:
        con: a connection with the store attached.
        limit: how many rows of each import are listed.
    """
    fact = DERIVED.get(need[0], need[0])
    facts, market = Facts(), whose.group.marketplace
    state = read_coverage(con, whose.store)
    found = resolve(state, facts, (fact, need[1]), market, given, whose.by)
    files: list[Traced] = []
    costs: list[Traced] = []
    for source, pieces in found:
        sql, values = _rows_sql(con, source, pieces, whose)
        files += _files(con, sql, values, {r.import_id for r in pieces}, whose, limit)
        if source.relation and fact in _COSTED:
            costs += _costs(con, sql, values, fact, whose, limit)
    return Lineage(fact, facts.known[fact, market, need[1]], tuple(files), tuple(costs))


def _rows_sql(
    con: duckdb.DuckDBPyConnection, source: Source, pieces: Sequence[Range], whose: Whose
) -> tuple[str, dict[str, Value]]:
    """SQL of the common table `hits`: every row that counts, and every line that repeats one."""
    columns = frozenset(table_columns(_section(source)))
    dims = [dimension(dim, columns) for dim in whose.by]
    value = qualified(source.feed.sql, columns | {"cogs", "inbound_costs", "without_cost"})
    listed = ", ".join(
        f"({r.import_id}, '{whose.group.marketplace}', DATE '{r.start}', DATE '{r.end}', "
        f"'{_quoted(r.document)}')" for r in dict.fromkeys(pieces))
    relation = f"relation AS {source.relation}, " if source.relation else ""
    wanted = "".join(f" AND {dim} IS NOT DISTINCT FROM $k{n}" for n, dim in enumerate(dims))
    per = "".join(f', t."{name}"' for name in source.feed.per)
    order = f"PARTITION BY t.period_start{per} ORDER BY {value} DESC, t.line"
    repeats = f"row_number() OVER ({order}) > 1" if per else "false"
    costs = "t.cost_import, t.cost_line" if source.relation else "NULL, NULL"
    sql = (
        f"WITH {product_tables(con)} {relation}"
        f"ranges(import_id, marketplace, lo, hi, document) AS (VALUES {listed}), "
        "hits(import_id, line, lo, hi, value, repeats, cost_import, cost_line) AS ("
        f"SELECT t.import_id, t.line, t.period_start, t.period_end, {value}, {repeats}, {costs} "
        f"{counted('relation' if relation else 's.' + source.section)} {joins_for(dims, columns)}"
        f"WHERE t.currency IS NOT DISTINCT FROM $currency AND ({value}) IS NOT NULL{wanted}) ")
    values: dict[str, Value] = {"currency": whose.group.currency}
    values |= {f"k{n}": part for n, part in enumerate(whose.key)}
    return sql, values | ({"store": whose.store} if "$store" in sql else {})


def _section(source: Source) -> Section:
    return next(s for s in source.kind.sections if s.name == source.section)


def _quoted(words: str) -> str:
    return words.replace("'", "''")


def _files(
    con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Value], ids: set[int],
    whose: Whose, limit: int,
) -> list[Traced]:
    rows = con.execute(
        f"{sql} SELECT import_id, count(*) FILTER (WHERE NOT repeats) OVER own, "
        "sum(value) FILTER (WHERE NOT repeats) OVER own, line, lo, hi, value, repeats FROM hits "
        "WINDOW own AS (PARTITION BY import_id) QUALIFY row_number() OVER "
        f"(PARTITION BY import_id ORDER BY line) <= {int(limit)} ORDER BY import_id, line", values,
    ).fetchall()
    found = describe(con, ids, whose.group.marketplace)
    for number, count, total, line, lo, hi, value, repeats in rows:
        file = found[number]
        found[number] = replace(file, rows=count, total=_exact(total), lines=(
            *file.lines, Line(line, lo, hi, _exact(value), repeats)))
    return [found[number] for number in sorted(found)]


def _costs(
    con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Value], fact: str, whose: Whose,
    limit: int,
) -> list[Traced]:
    """The rows of the cost table that priced the units."""
    rows = con.execute(
        f"{sql} SELECT c.import_id, c.line, any_value(c.valid_from), any_value({_COSTED[fact]}) "
        "FROM s.cost_table c JOIN hits "
        "ON hits.cost_import = c.import_id AND hits.cost_line = c.line GROUP BY 1, 2 "
        "ORDER BY 1, 2", values).fetchall()
    found = describe(con, {row[0] for row in rows}, whose.group.marketplace)
    for number, line, valid_from, cost in rows:
        file = found[number]
        more = (Line(line, valid_from, None, _exact(cost)),) if len(file.lines) < limit else ()
        found[number] = replace(file, rows=file.rows + 1, lines=(*file.lines, *more))
    return [found[number] for number in sorted(found)]


def _exact(value: float | int | Decimal | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def describe(
    con: duckdb.DuckDBPyConnection, ids: Iterable[int], marketplace: str = ""
) -> dict[int, Traced]:
    """The imports by number; of one that covers several marketplaces the one asked for."""
    wanted = sorted(set(ids))
    windows = dict(con.execute(
        "SELECT id, windows FROM s.imports WHERE list_contains($ids::INTEGER[], id)",
        {"ids": wanted}).fetchall())
    found: dict[int, Traced] = {}
    for file in history.source_files(con, wanted):
        if file.number not in found or file.marketplace == marketplace:
            found[file.number] = Traced(file, tuple(windows[file.number] or ()))
    return found


# --- attributes of products -------------------------------------------------------------

_TITLES = {"business_by_item": "title", "fba_inventory": "title", "fba_planning": "title"}
_MASTER = {"sku": "sku", "asin": "asin", "name": "name", "owner": "owner",
           "lead_time": "coalesce(lead_time_days_sea, lead_time_days_air)"}


def trace_product(
    con: duckdb.DuckDBPyConnection, store: str, product: str, attribute: str, limit: int = 5
) -> tuple[Traced, ...]:
    """Where an attribute of a SKU or an ASIN stands: in the product master, else in a report."""
    have = tables(con)
    if "product_master" in have and attribute in _MASTER:
        rows = con.execute(
            f"SELECT import_id, line, {_MASTER[attribute]} AS value FROM {views.PRODUCTS} "
            "WHERE (sku = $product OR asin = $product) AND value IS NOT NULL ORDER BY 1, 2",
            {"store": store, "product": product}).fetchall()
        if rows:
            return _attributes(con, rows, limit)
    for section, title in _TITLES.items():
        column = title if attribute == "name" else attribute
        if section not in have or column not in _columns(con, section):
            continue
        rows = con.execute(
            f'SELECT t.import_id, t.line, t."{column}" AS value FROM s.{section} t '
            "JOIN s.imports i ON i.id = t.import_id WHERE i.store = $store AND NOT i.undone "
            "AND (t.sku = $product OR t.asin = $product) AND value IS NOT NULL "
            "ORDER BY t.import_id DESC, t.line", {"store": store, "product": product}).fetchall()
        if rows:
            return _attributes(con, [row for row in rows if row[0] == rows[0][0]], limit)
    return ()


def _columns(con: duckdb.DuckDBPyConnection, section: str) -> set[str]:
    return {name for name, *_ in con.execute(f'DESCRIBE s."{section}"').fetchall()}


def _attributes(
    con: duckdb.DuckDBPyConnection, rows: list[tuple[int, int, Value]], limit: int
) -> tuple[Traced, ...]:
    found = describe(con, {row[0] for row in rows})
    for number, line, value in rows[:limit]:
        file = found[number]
        found[number] = replace(file, rows=file.rows + 1,
                                lines=(*file.lines, Line(line, None, None, value)))
    return tuple(file for file in found.values() if file.lines)


# --- the kept originals -----------------------------------------------------------------


def with_texts(database: Database, file: Traced, first: int = 3) -> Traced:
    """The first lines with their text in the kept original; as it is where that is gone."""
    digest = file.source.hash
    path = database.originals / digest[:2] / f"{digest}.zst"
    if not path.exists() or not file.lines:
        return file
    import zstandard

    try:
        content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        rows = _sheet_rows(content) if sheets.is_workbook(content) else _text_rows(content)
    except (OSError, OpsheetError, zstandard.ZstdError):
        return file
    lines = tuple(
        replace(line, text=rows[line.line - 1]) if n < first and line.line <= len(rows) else line
        for n, line in enumerate(file.lines))
    return replace(file, lines=lines)


def _text_rows(content: bytes) -> list[str]:
    decoded = content.decode(text.candidates(content)[0], errors="replace")
    return [line.rstrip("\r\n") for line in io.StringIO(decoded, newline="")]


def _sheet_rows(content: bytes) -> list[str]:
    """The rows of a workbook's only sheet; of several it is not known which one counted."""
    found = list(sheets.tables(content))
    if len(found) != 1:
        return []
    return [" | ".join(map(sheets.as_text, row)) for row in found[0][1]]
