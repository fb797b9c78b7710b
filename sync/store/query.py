"""Asks the store: one SQL statement gathers all facts that a question needs.

The statement is plain SQL over the section tables; `ranges` lists for each period which rows of
which import count, so that no day is counted twice and the newest report wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from sync.reports import all_kinds
from sync.store import views
from sync.store.database import Database, table_columns, tables
from sync.store.sources import Declared, dimension, read_coverage, resolve
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
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Facts:
    """The facts that a question needs, by group and key.

    Args:
        marketplaces: empty for all that the store has.
        declared: marketplace -> what the user declares.
        connection: a connection with the store attached, to share one session.

    Raises:
        TemplateError: a dimension that no report has.
        StoreError: the store cannot be read.
    """
    if connection is None:
        with database.session() as con:
            return ask(database, question, store=store, marketplaces=marketplaces,
                       declared=declared, connection=con)
    _check_dimensions(question.by)
    state = read_coverage(connection, store)
    facts = Facts()
    jobs: dict[tuple[str, str, str], dict[str, Feed]] = defaultdict(dict)
    wanted: dict[tuple[str, str, str], set[tuple[Period, str, Range]]] = defaultdict(set)
    for market in marketplaces or sorted(state.marketplaces):
        given = (declared or {}).get(market, Declared())
        for need in sorted(question.needs(), key=str):
            for source, found in resolve(state, facts, need, market, given, question.by):
                job = (source.section, source.feed.per and "/".join(source.feed.per) or "",
                       source.relation)
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


def _run(
    con: duckdb.DuckDBPyConnection, store: str, by: tuple[str, ...],
    jobs: dict[tuple[str, str, str], dict[str, Feed]],
    wanted: dict[tuple[str, str, str], set[tuple[Period, str, Range]]], facts: Facts,
) -> None:
    periods: dict[Period, int] = {}
    selects, listed = [], []
    for number, ((section, per, relation), feeds) in enumerate(jobs.items()):
        sets: dict[frozenset[tuple[Period, str, Range]], list[str]] = defaultdict(list)
        for fact in feeds:
            sets[frozenset(wanted[section, per, fact])].append(fact)
        for part, (pieces, names) in enumerate(sets.items()):
            batch = f"{number}.{part}"
            for period, market, piece in pieces:
                at = periods.setdefault(period, len(periods))
                listed.append(f"('{batch}', {at}, {piece.import_id}, '{market}', "
                              f"DATE '{piece.start}', DATE '{piece.end}', "
                              f"'{_quoted(piece.document)}')")
            source = f"relation_{number}" if relation else f"s.{section}"
            selects.append(_select(section, source, per, by, {n: feeds[n] for n in names}, batch))
    relations = "".join(f"relation_{number} AS {relation}, "
                        for number, (_, _, relation) in enumerate(jobs) if relation)
    sql = (f"WITH {product_tables(con)} {relations}ranges("
           "batch, period, import_id, marketplace, lo, hi, document) AS (VALUES "
           f"{', '.join(listed)}) " + " UNION ALL BY NAME ".join(selects))
    keys = [f"k{n}" for n in range(len(by))]
    names = sorted({name for feeds in jobs.values() for name in feeds})
    outer = ", ".join(["period", "marketplace", "currency", *keys,
                       *(f'sum("{n}") AS "{n}"' for n in names)])
    result = con.execute(
        f"SELECT {outer} FROM ({sql}) GROUP BY ALL",
        {"store": store} if "$store" in sql else {},
    )
    numbered = list(periods)
    for row in result.fetchall():
        period, market, currency, *rest = row
        key, values = tuple(rest[: len(by)]), rest[len(by) :]
        cells = facts.values.setdefault(Group(market, currency), {}).setdefault(key, {})
        for name, value in zip(names, values, strict=True):
            if value is not None:
                exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
                cells[name, numbered[period]] = cells.get((name, numbered[period]), Decimal(0)) + exact


def _select(
    section: str, source: str, per: str, by: tuple[str, ...], feeds: dict[str, Feed], batch: str
) -> str:
    columns = frozenset(table_columns(_section(section)))
    dims = [dimension(dim, columns) for dim in by]
    keys = "".join(f", {sql} AS k{n}" for n, sql in enumerate(dims))
    joins = joins_for(dims, columns)
    head = f"{counted(source)} {joins}WHERE r.batch = '{batch}'"
    values = {name: qualified(feed.sql, columns | {"cogs", "inbound_costs", "without_cost"})
              for name, feed in feeds.items()}
    if per:
        own = "".join(f', t."{p}" AS per_{p}' for p in per.split("/"))
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


def _quoted(text: str) -> str:
    return text.replace("'", "''")


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
