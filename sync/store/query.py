"""Asks the store: one SQL statement gathers all facts that a question needs.

The statement is plain SQL over the section tables; `ranges` lists for each period which rows of
which import count, so that no day is counted twice and the newest report wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sync.reports import all_kinds
from sync.store import views
from sync.store.covered import Coverage, read_coverage
from sync.store.database import Database, column_names, tables
from sync.store.sources import Declared, dimension, resolve
from workbook.answer import Facts, Group, Known, Question
from workbook.coverage import Range
from workbook.errors import TemplateError
from workbook.marketplaces import BY_CODE
from workbook.model import Period, State
from workbook.nearest import nearest
from workbook.notes import Note
from workbook.report import Feed, Mode, Section

if TYPE_CHECKING:
    import duckdb


def ask(
    database: Database, question: Question, *, store: str, marketplaces: tuple[str, ...] = (),
    declared: dict[str, Declared] | None = None,
    connection: duckdb.DuckDBPyConnection | None = None, coverage: Coverage | None = None,
) -> Facts:
    """The facts that a question needs, by group and key.

    Args:
        marketplaces: empty for all that the store has.
        declared: marketplace -> what the user declares.
        connection: a connection with the store attached, to share one session.
        coverage: the store's, where several questions share it.

    Raises:
        TemplateError: a dimension that no report has.
        StoreError: the store cannot be read.
    """
    if connection is None:
        with database.session() as con:
            return ask(database, question, store=store, marketplaces=marketplaces,
                       declared=declared, connection=con, coverage=coverage)
    _check_dimensions(question.by)
    state = coverage or read_coverage(connection, store)
    facts = Facts()
    jobs: dict[tuple[str, str, str], dict[str, Feed]] = defaultdict(dict)
    wanted: dict[tuple[str, str, str], set[tuple[Period, str, Range]]] = defaultdict(set)
    for market in marketplaces or sorted(state.marketplaces):
        given = (declared or {}).get(market, Declared())
        for need in sorted(question.needs(), key=str):
            for source, found in resolve(state, facts, need, market, given, question.by):
                job = (source.section, "/".join(source.feed.per), source.relation)
                jobs[job][need[0]] = source.feed
                wanted[(*job[:2], need[0])] |= {(need[1], market, r) for r in found}
    if jobs:
        _run(connection, store, question.by, jobs, wanted, facts)
    _derive(facts, declared or {})
    return facts


def _check_dimensions(by: tuple[str, ...]) -> None:
    known = {d for d in dimensions()}
    for dim in by:
        if dim not in known:
            raise TemplateError(f"There is no dimension '{dim}'.",
                                do=f"{nearest(dim, known)}Known: {', '.join(sorted(known))}.")


def dimensions() -> list[str]:
    """What a question may group by, beside time: keys of the sections and product columns."""
    keys = {k for kind in all_kinds() for s in kind.sections for k in s.key
            if kind.mode in (Mode.PERIOD, Mode.SNAPSHOT)}
    return sorted((keys | set(views.PRODUCT_DIMS) | {"ad_type", "portfolio"}) - {"day"})


# --- the statement ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Batch:
    """Facts of one section that stand on the same rows."""

    number: int
    section: str
    per: str
    relation: str
    feeds: dict[str, Feed]
    pieces: frozenset[tuple[Period, str, Range]]

    @property
    def source(self) -> str:
        return f"relation_{self.number}" if self.relation else f"s.{self.section}"

    def common_table(self) -> str:
        """The relation over the imports that count; DuckDB reads no others then."""
        ids = ", ".join(str(n) for n in sorted({piece.import_id for _, _, piece in self.pieces}))
        return f"{self.source} AS (SELECT * FROM {self.relation} WHERE import_id IN ({ids})), "


def _batches(
    jobs: dict[tuple[str, str, str], dict[str, Feed]],
    wanted: dict[tuple[str, str, str], set[tuple[Period, str, Range]]],
) -> list[_Batch]:
    found: list[_Batch] = []
    for (section, per, relation), feeds in jobs.items():
        sets: dict[frozenset[tuple[Period, str, Range]], dict[str, Feed]] = defaultdict(dict)
        for fact, feed in feeds.items():
            sets[frozenset(wanted[section, per, fact])][fact] = feed
        for pieces, own in sets.items():
            found.append(_Batch(len(found), section, per, relation, own, pieces))
    return found


# As lists, because a long VALUES takes DuckDB longer to parse than the rest takes to run.
_RANGES = ("batch", "period", "import_id", "marketplace", "lo", "hi", "document")


def _ranges(batches: list[_Batch], periods: dict[Period, int]) -> dict[str, list[object]]:
    """Which rows count for which period of which batch, a list a column."""
    rows = [(batch.number, periods.setdefault(period, len(periods)), piece.import_id, market,
             piece.start, piece.end, piece.document)
            for batch in batches for period, market, piece in batch.pieces]
    return {name: [row[n] for row in rows] for n, name in enumerate(_RANGES)}


def _run(
    con: duckdb.DuckDBPyConnection, store: str, by: tuple[str, ...],
    jobs: dict[tuple[str, str, str], dict[str, Feed]],
    wanted: dict[tuple[str, str, str], set[tuple[Period, str, Range]]], facts: Facts,
) -> None:
    batches, periods = _batches(jobs, wanted), dict[Period, int]()
    values: dict[str, object] = {**_ranges(batches, periods)}
    selects = [_select(batch, by) for batch in batches]
    named = any(" JOIN identity " in text or " JOIN product_" in text for text in selects)
    lists = ", ".join(f"unnest(${name}) AS {name}" for name in _RANGES)
    sql = (f"WITH {product_tables(con) if named else ''} "
           + "".join(batch.common_table() for batch in batches if batch.relation)
           + f"ranges AS (SELECT {lists}) " + " UNION ALL BY NAME ".join(selects))
    keys = [f"k{n}" for n in range(len(by))]
    names = sorted({name for feeds in jobs.values() for name in feeds})
    outer = ", ".join(["period", "marketplace", "currency", *keys,
                       *(f'sum("{n}") AS "{n}"' for n in names)])
    if "$store" in sql:
        values["store"] = store
    # In a fixed order, for a sum of floats in another order is another number in its last digit.
    order = ", ".join(["marketplace", "currency", *keys, "period"])
    result = con.execute(f"SELECT {outer} FROM ({sql}) GROUP BY ALL ORDER BY {order}", values)
    _collect(result.fetchall(), names, list(periods), len(by), facts)


def _collect(
    rows: list[tuple[Any, ...]], names: list[str], periods: list[Period], dims: int, facts: Facts
) -> None:
    """Adds the statement's rows to the facts."""
    needs = [[(name, period) for name in names] for period in periods]
    for number, market, currency, *rest in rows:
        key = tuple(rest[:dims])
        cells = facts.values.setdefault(Group(market, currency), {}).setdefault(key, {})
        for need, value in zip(needs[number], rest[dims:], strict=True):
            if value is not None:
                exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
                cells[need] = cells[need] + exact if need in cells else exact


def _select(batch: _Batch, by: tuple[str, ...]) -> str:
    columns = column_names(_section(batch.section))
    dims = [dimension(dim, columns) for dim in by]
    keys = "".join(f", {sql} AS k{n}" for n, sql in enumerate(dims))
    joins = joins_for(dims, columns)
    head = f"{counted(batch.source)} {joins}WHERE r.batch = {batch.number}"
    values = {name: qualified(feed.sql, columns | {"cogs", "inbound_costs", "without_cost"})
              for name, feed in batch.feeds.items()}
    if batch.per:
        own = "".join(f', t."{p}" AS per_{p}' for p in batch.per.split("/"))
        inner = ", ".join(f'max({sql}) AS "{name}"' for name, sql in values.items())
        once = (f"SELECT r.period, t.marketplace, t.currency, t.period_start{own}{keys}, {inner} "
                f"{head} GROUP BY ALL")
        sums = ", ".join(f'sum("{name}") AS "{name}"' for name in values)
        names = "".join(f", k{n}" for n in range(len(by)))
        return f"SELECT period, marketplace, currency{names}, {sums} FROM ({once}) GROUP BY ALL"
    sums = ", ".join(f'sum({sql}) AS "{name}"' for name, sql in values.items())
    return f"SELECT r.period, t.marketplace, t.currency{keys}, {sums} {head} GROUP BY ALL"


def counted(source: str) -> str:
    """The rows `t` of a section that the table `ranges` lets count."""
    return (f"FROM ranges r JOIN {source} t ON t.import_id = r.import_id AND t.marketplace = "
            "r.marketplace AND t.period_start >= r.lo AND t.period_end <= r.hi "
            "AND (r.document = '' OR t.document = r.document)")


def _section(name: str) -> Section:
    return next(s for kind in all_kinds() for s in kind.sections if s.name == name)


def qualified(sql: str, columns: frozenset[str] | set[str]) -> str:
    """SQL over a section's columns, as columns of its row `t`."""
    return re.sub(r"(?<![\w'.])([a-z_][a-z_0-9]*)(?![\w'(])",
                  lambda m: f't."{m[1]}"' if m[1] in columns else m[1], sql)


def joins_for(dims: list[str], columns: frozenset[str]) -> str:
    """The joins that the SQL of dimensions needs."""
    text = ""
    if any("identity." in dim for dim in dims):
        text += "LEFT JOIN identity ON identity.sku = t.sku "
    if any("product." in dim for dim in dims):
        own = "sku" if "sku" in columns else "asin"
        text += f"LEFT JOIN product_{own} product ON product.{own} = t.{own} "
    return text


def product_tables(con: duckdb.DuckDBPyConnection) -> str:
    """Common tables for dimensions that a section does not carry itself."""
    have = tables(con)
    identity = [
        f"SELECT {n} AS best, t.sku, t.asin, t.import_id FROM s.\"{name}\" t JOIN s.imports i "
        "ON i.id = t.import_id WHERE NOT i.undone AND i.store = $store AND t.sku IS NOT NULL "
        "AND t.asin IS NOT NULL"
        for n, name in enumerate(views.IDENTITY_SECTIONS) if name in have
    ] or ["SELECT 0 AS best, NULL AS sku, NULL AS asin, 0 AS import_id"]
    dims = ", ".join(f"any_value({d}) AS {d}" for d in views.PRODUCT_DIMS)
    nulls = ", ".join(f"NULL AS {d}" for d in views.PRODUCT_DIMS)
    product = {own: (f"SELECT {own}, {dims} FROM {views.PRODUCTS} GROUP BY 1"
                     if "product_master" in have else f"SELECT NULL AS {own}, {nulls}")
               for own in ("sku", "asin")}
    return (
        "identity AS (SELECT sku, arg_min(asin, best * 1000000 - import_id) AS asin FROM ("
        + " UNION ALL ".join(identity) + ") GROUP BY sku), "
        + f"product_sku AS ({product['sku']}), product_asin AS ({product['asin']}),"
    )


# --- facts that are not in any report ---------------------------------------------------


def _derive(facts: Facts, declared: dict[str, Declared]) -> None:
    """VAT inside settled sales, and blanks where a settled unit has no cost."""
    for fact, market, period in list(facts.known):
        if fact == "vat":
            _vat(facts, market, period, declared.get(market, Declared()).vat_rate)
        if fact == "cogs" and "cogs" not in declared.get(market, Declared()).zero:
            _uncosted(facts, market, period)


def _vat(facts: Facts, market: str, period: Period, rate: Decimal | None) -> None:
    country = BY_CODE.get(market)
    if rate is None and country is not None and not country.vat_included:
        rate = Decimal(0)
    if rate is None:
        facts.known["vat", market, period] = Known(
            State.NO_DATA, Note(f"VAT rate of {market} is not declared (vat_rate in opsheet.toml)",
                                f"未声明 {market} 的增值税率 (opsheet.toml 的 vat_rate)"))
        return
    facts.known["vat", market, period] = facts.known.get(
        ("product_sales", market, period), Known(State.NO_DATA))
    for group, rows in facts.values.items():
        for cells in rows.values() if group.marketplace == market else ():
            sales = cells.get(("product_sales", period))
            if sales is not None:
                cells["vat", period] = sales * rate / (1 + rate)


def _uncosted(facts: Facts, market: str, period: Period) -> None:
    for group, rows in facts.values.items():
        for key, cells in rows.items() if group.marketplace == market else ():
            units = cells.get(("units_without_cost", period), Decimal(0))
            if units:
                why = Note(f"no cost for {units} settled units", f"{units} 件结算商品缺成本")
                for fact in ("cogs", "inbound_costs"):
                    facts.unknown[group, key, (fact, period)] = why
