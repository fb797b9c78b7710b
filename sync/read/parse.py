"""Reads the columns of a recognised table into typed rows, in DuckDB.

Rows that cannot be read are set aside with their line and the reason; they never get lost
and never get in. All numbers are exact: money is DECIMAL(18,4).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.read.dates import decide_order, read_dates, read_months
from sync.read.describe import currencies_shown, describe
from sync.read.files import ReportFile
from sync.read.numbers import (
    bad_number,
    decimal_comma,
    marks_in,
    number_sql,
    plain_columns,
    stored_sql,
)
from sync.read.plain import read_plain
from sync.read.recognise import Found
from sync.read.stage import Reject, drop_totals_and_blanks, stage
from workbook.errors import UnclearScope
from workbook.marketplaces import marketplace_code
from workbook.report import Column, Role, Type

if TYPE_CHECKING:
    import duckdb

NUMERIC = {Type.COUNT, Type.MONEY, Type.NUMBER, Type.SHARE}
DATED = {Type.DATE, Type.MONTH, Type.TIME}
SQL_TYPES = {
    Type.TEXT: "VARCHAR", Type.ID: "VARCHAR", Type.MARKETPLACE: "VARCHAR",
    Type.CURRENCY: "VARCHAR", Type.COUNT: "BIGINT", Type.MONEY: "DECIMAL(18,4)",
    Type.SHARE: "DOUBLE", Type.NUMBER: "DOUBLE", Type.DATE: "DATE", Type.MONTH: "DATE",
    Type.TIME: "TIMESTAMP",
}
# An id that a spreadsheet program has turned into a number: 1.23E+11.
_DAMAGED = r"^\d(\.\d+)?[eE]\+\d+$"
MAX_KEPT_REJECTS = 10_000


@dataclass(slots=True)
class Parsed:
    """What a table says. The rows are in the temporary table `table` of `connection`."""

    found: Found
    connection: duckdb.DuckDBPyConnection
    table: str
    rows: int
    rejects: list[Reject]
    rejected: int
    currencies: tuple[str, ...] = ()  # possible ones, from headers or symbols; () if none shows
    marketplaces: tuple[str, ...] = ()
    days: tuple[dt.date, ...] = ()  # distinct days of the rows
    notes: list[str] = field(default_factory=list)
    windows: tuple[int, ...] = ()


def parse(
    found: Found, file: ReportFile, connection: duckdb.DuckDBPyConnection, *, number: int = 0,
    date_order: str | None = None,
) -> Parsed:
    """Reads one table. `number` keeps the temporary tables of several tables apart.

    Raises:
        UnreadableFile, BadContent, UnclearScope: see their messages.
    """
    raw, table = f"raw_{number}", f"parsed_{number}"
    columns = [c for c in found.section.columns if c.name in found.columns]
    plain = read_plain(found, file, columns, _must_have(found), _DAMAGED, connection, table)
    if plain is not None:
        parsed = Parsed(found, connection, table, plain, [], 0, currencies_shown(found, []))
        describe(parsed, columns)
        return parsed
    connection.execute("RESET memory_limit")  # the bound is made for plain files
    rejects = stage(found, file, connection, raw)
    drop_totals_and_blanks(found, connection, raw)
    comma = decimal_comma(connection, raw, [c.name for c in columns if c.type in NUMERIC])
    _map_texts(found, columns, connection, raw, date_order)
    _type_rows(found, columns, comma, connection, raw, table)
    money = [c.name for c in columns if c.type is Type.MONEY]
    currencies = currencies_shown(found, marks_in(connection, raw, money))
    rejects += _set_aside(connection, raw, table, columns)
    (rows,) = _one(connection, f"SELECT count(*) FROM {table}")
    (bad,) = _one(connection, f"SELECT count(*) FROM {raw}")
    connection.execute(f"DROP TABLE {raw}")
    parsed = Parsed(
        found, connection, table, rows, rejects[:MAX_KEPT_REJECTS],
        bad - rows + sum(r.column == "" for r in rejects), currencies,
    )
    describe(parsed, columns)
    return parsed


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row


# --- typing -----------------------------------------------------------------------------


def _map_texts(
    found: Found, columns: list[Column], connection: duckdb.DuckDBPyConnection, raw: str,
    date_order: str | None,
) -> None:
    """For columns that Python reads better: a small table text -> value for each."""
    mapped = [c for c in columns if c.type in DATED | {Type.MARKETPLACE}]
    texts = {
        c.name: [t for (t,) in connection.execute(
            f'SELECT DISTINCT trim("{c.name}") FROM {raw} WHERE trim("{c.name}") <> \'\''
        ).fetchall()]
        for c in mapped
    }
    order = date_order or _date_order(found, [c for c in mapped if c.type in DATED], texts)
    for column in mapped:
        values: dict[str, str | None]
        if column.type is Type.MARKETPLACE:
            # Some tools give the end of the domain alone: com, co.uk.
            values, cast = {t: marketplace_code(t) or marketplace_code(f"amazon.{t}")
                            for t in texts[column.name]}, ""
        else:
            read = read_months if column.type is Type.MONTH else read_dates
            moments = read(texts[column.name], order)
            values = {t: m.isoformat(sep=" ") if m else None for t, m in moments.items()}
            cast = f"::TIMESTAMP::{SQL_TYPES[column.type]}"
        connection.execute(
            f'CREATE OR REPLACE TEMP TABLE "map_{column.name}" AS '
            f"SELECT unnest(?::VARCHAR[]) AS t, unnest(?::VARCHAR[]){cast} AS v",
            [list(values), list(values.values())],
        )


def _date_order(found: Found, dated: list[Column], texts: dict[str, list[str]]) -> str:
    """One order for the whole file: a column with a single date learns it from the others."""
    try:
        return decide_order([texts[c.name] for c in dated])
    except UnclearScope as error:
        names = ", ".join(f"'{found.headers[found.columns[c.name]].text}'" for c in dated)
        raise UnclearScope(error.what, f"column {names}", error.do) from None


def _type_rows(
    found: Found, columns: list[Column], comma: bool, connection: duckdb.DuckDBPyConnection,
    raw: str, table: str,
) -> None:
    """Creates `table` with typed columns and `bad`: the names of what could not be read."""
    numeric = [c.name for c in columns if c.type in NUMERIC]
    plain = frozenset() if comma else plain_columns(connection, raw, numeric)
    read, values, bad, joins = [], [], [], []
    for column in columns:
        cell, name = f'r."{column.name}"', column.name
        if column.type in NUMERIC:
            percent = found.headers[found.columns[name]].percent
            sql = number_sql(cell, column.type, comma=comma, percent=percent, plain=name in plain)
            read.append(f'{sql} AS "v_{name}"')
            value = stored_sql(f'"v_{name}"', column.type)
            problem = bad_number(f'"{name}"', value, plain=name in plain)
        elif column.type in DATED | {Type.MARKETPLACE}:
            joins.append(f'LEFT JOIN "map_{name}" m_{name} ON m_{name}.t = trim({cell})')
            read.append(f'm_{name}.v AS "v_{name}"')
            value, problem = f'"v_{name}"', _bad_mapped(found, column)
        else:
            value = f"nullif(trim(\"{name}\"), '')"
            value = f"upper({value})" if column.type is Type.CURRENCY else value
            problem = _bad_text(found, column)
        values.append(f'{value} AS "{name}"')
        if problem:
            bad.append(f"CASE WHEN {problem} THEN '{name}' END")
    inner = ", ".join(["r.*", *read])
    connection.execute(
        f"CREATE TEMP TABLE {table} AS SELECT line, {', '.join(values)}, "
        f"concat_ws(',', {', '.join(bad) or 'NULL'}) AS bad "
        f"FROM (SELECT {inner} FROM {raw} r {' '.join(joins)})"
    )


def _blank(column: Column) -> str:
    return f"trim(coalesce(\"{column.name}\", '')) = ''"


def _bad_mapped(found: Found, column: Column) -> str:
    """A day or marketplace that cannot be read; a blank one where the row needs it."""
    unread = f'NOT ({_blank(column)}) AND "v_{column.name}" IS NULL'
    return f"{unread} OR {_blank(column)}" if column.name in _must_have(found) else unread


def _bad_text(found: Found, column: Column) -> str:
    damaged = f"regexp_matches(\"{column.name}\", '{_DAMAGED}')" if column.type is Type.ID else ""
    missing = _blank(column) if column.name in _must_have(found) else ""
    return " OR ".join(filter(None, [damaged, missing]))


def _must_have(found: Found) -> set[str]:
    """Columns without which a row belongs to no period or has no key.

    In a document only its id: the total row has nothing else, and account fees have no SKU.
    """
    section = found.section
    if document := section.with_role(Role.DOCUMENT):
        return {document.name}
    dated = {c.name for c in section.columns if c.role in (Role.DAY, Role.SNAPSHOT)}
    keys = {c.name for c in section.columns if c.required and c.name in section.key}
    return dated | keys


def _set_aside(
    connection: duckdb.DuckDBPyConnection, raw: str, table: str, columns: list[Column]
) -> list[Reject]:
    rejects = []
    names = ", ".join(f'r."{c.name}"' for c in columns)
    rows = connection.execute(
        f"SELECT p.line, p.bad, {names} FROM {table} p JOIN {raw} r USING (line) "
        f"WHERE p.bad <> '' ORDER BY p.line LIMIT {MAX_KEPT_REJECTS}"
    ).fetchall()
    at = {c.name: n for n, c in enumerate(columns)}
    for line, bad, *cells in rows:
        name = bad.split(",")[0]
        rejects.append(Reject(line, name, str(cells[at[name]] or ""), _reason(columns[at[name]])))
    connection.execute(f"DELETE FROM {table} WHERE bad <> ''")
    connection.execute(f"ALTER TABLE {table} DROP COLUMN bad")
    return rejects


def _reason(column: Column) -> str:
    return {
        Type.ID: "the id is missing, or a spreadsheet program has damaged it",
        Type.DATE: "not a date", Type.TIME: "not a date and time", Type.MONTH: "not a month",
        Type.CURRENCY: "the currency is missing",
        Type.MARKETPLACE: "not a marketplace", Type.TEXT: "the name is missing",
    }.get(column.type, "not a number")
