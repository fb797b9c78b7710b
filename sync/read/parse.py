"""Reads the columns of a recognised table into typed rows, in DuckDB.

Rows that cannot be read are set aside with their line and the reason; they never get lost
and never get in. All numbers are exact: money is DECIMAL(18,4).
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sync.read import sheets, text
from sync.read.dates import read_dates
from sync.read.files import ReportFile
from sync.read.numbers import (
    bad_number, decimal_comma, marks_in, number_sql, plain_columns, stored_sql,
)
from sync.read.recognise import Found, SheetTable
from workbook.errors import BadContent, UnclearScope
from workbook.marketplaces import currencies_of, marketplace_code
from workbook.report import Column, Type

if TYPE_CHECKING:
    import duckdb

NUMERIC = {Type.COUNT, Type.MONEY, Type.NUMBER, Type.SHARE}
DATED = {Type.DATE, Type.TIME}
SQL_TYPES = {
    Type.TEXT: "VARCHAR", Type.ID: "VARCHAR", Type.MARKETPLACE: "VARCHAR",
    Type.CURRENCY: "VARCHAR", Type.COUNT: "BIGINT", Type.MONEY: "DECIMAL(18,4)",
    Type.SHARE: "DOUBLE", Type.NUMBER: "DOUBLE", Type.DATE: "DATE", Type.TIME: "TIMESTAMP",
}
# An id that a spreadsheet program has turned into a number: 1.23E+11.
_DAMAGED = r"^\d(\.\d+)?[eE]\+\d+$"
TOTAL_WORDS = ("total", "totals", "grand total", "总计", "合计", "總計", "gesamt", "summe", "合計")
MAX_KEPT_REJECTS = 10_000


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was set aside: where it stands, which column, what it holds, and why."""

    line: int
    column: str
    value: str
    reason: str


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
    rejects = _stage(found, file, connection, raw)
    _drop_totals_and_blanks(found, connection, raw)
    columns = [c for c in found.section.columns if c.name in found.columns]
    comma = decimal_comma(connection, raw, [c.name for c in columns if c.type in NUMERIC])
    _map_texts(found, columns, connection, raw, date_order)
    _type_rows(found, columns, comma, connection, raw, table)
    money = [c.name for c in columns if c.type is Type.MONEY]
    currencies = _currencies(found, marks_in(connection, raw, money))
    rejects += _set_aside(connection, raw, table, columns)
    (rows,) = _one(connection, f"SELECT count(*) FROM {table}")
    (bad,) = _one(connection, f"SELECT count(*) FROM {raw}")
    connection.execute(f"DROP TABLE {raw}")
    parsed = Parsed(
        found, connection, table, rows, rejects[:MAX_KEPT_REJECTS],
        bad - rows + sum(r.column == "" for r in rejects), currencies,
    )
    _describe(parsed, columns)
    return parsed


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row


# --- staging: every cell as text --------------------------------------------------------


def _stage(
    found: Found, file: ReportFile, connection: duckdb.DuckDBPyConnection, raw: str
) -> list[Reject]:
    """Loads the needed cells as text into `raw(line, first, <columns>)`."""
    source = found.source
    if isinstance(source, SheetTable):
        lines: Iterable[tuple[int, list[str]]] = (
            (source.header_line + n, [sheets.as_text(c) for c in row])
            for n, row in enumerate(source.rows, start=1)
        )
        return _stage_slowly(found, lines, connection, raw)
    if source.encoding in ("utf-8", "utf-8-sig") and file.path:
        import duckdb

        try:
            _stage_fast(found, source, file.path, connection, raw)
        except duckdb.Error:
            pass  # ragged, badly quoted or badly encoded lines: read again, line by line
        else:
            return []
    return _stage_slowly(found, text.rows(file.content, source), connection, raw)


def _stage_fast(
    found: Found, source: text.TextTable, path: Path, connection: duckdb.DuckDBPyConnection, raw: str
) -> None:
    names = {f"c{n}": "VARCHAR" for n in range(len(found.headers))}
    cells = ", ".join(f'c{at} AS "{name}"' for name, at in found.columns.items())
    connection.execute(
        f"CREATE TEMP TABLE {raw} AS SELECT row_number() OVER () + {source.header_line} AS line, "
        f"c0 AS first, {cells} FROM read_csv(?, columns={names!r}, header=false, auto_detect=false, "
        "skip=?, delim=?, quote=?, escape=?, nullstr='', max_line_size=8000000)",
        [str(path), source.header_line, source.delimiter, *(('"', '"') if source.quoted else ("", ""))],
    )


def _stage_slowly(
    found: Found, lines: Iterable[tuple[int, list[str]]], connection: duckdb.DuckDBPyConnection,
    raw: str,
) -> list[Reject]:
    """Through a clean temporary CSV; rows of another width than the header are set aside."""
    width, rejects = len(found.headers), []
    wanted = list(found.columns.values())
    with tempfile.TemporaryDirectory(prefix="opsheet-") as folder:
        clean = Path(folder) / "rows.csv"
        with clean.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            for line, cells in lines:
                if len(cells) < width:
                    if any(cells) and len(cells) <= max(wanted):
                        rejects.append(_ragged(line, cells, width))
                        continue
                    cells = cells + [""] * (width - len(cells))
                elif any(cells[width:]):
                    rejects.append(_ragged(line, cells, width))
                    continue
                writer.writerow([line, cells[0], *(cells[at] for at in wanted)])
        names = {"line": "BIGINT", "first": "VARCHAR"} | dict.fromkeys(found.columns, "VARCHAR")
        connection.execute(
            f"CREATE TEMP TABLE {raw} AS SELECT * FROM read_csv(?, columns={names!r}, header=false, "
            "auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', max_line_size=8000000, "
            "allow_quoted_nulls=true, parallel=false)",
            [str(clean)],
        )
    return rejects


def _ragged(line: int, cells: list[str], width: int) -> Reject:
    return Reject(line, "", " | ".join(cells)[:200], f"{len(cells)} cells under {width} headers")


def _drop_totals_and_blanks(found: Found, connection: duckdb.DuckDBPyConnection, raw: str) -> None:
    """A total row names itself in its first cell and leaves the other texts blank."""
    texts = [
        name for name, at in found.columns.items()
        if at != 0 and found.section.column(name).type in (Type.TEXT, Type.ID)
    ]
    others = "".join(f' AND trim(coalesce("{name}", \'\')) IN (\'\', \'-\', \'--\')' for name in texts)
    cells = ", ".join(f'"{name}"' for name in found.columns)
    words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
    connection.execute(f"DELETE FROM {raw} WHERE coalesce({cells}) IS NULL")
    connection.execute(f"DELETE FROM {raw} WHERE lower(trim(first)) IN ({words}){others}")


# --- typing -----------------------------------------------------------------------------


def _map_texts(
    found: Found, columns: list[Column], connection: duckdb.DuckDBPyConnection, raw: str,
    date_order: str | None,
) -> None:
    """For columns that Python reads better: a small table text -> value for each."""
    for column in columns:
        if column.type not in DATED | {Type.MARKETPLACE}:
            continue
        texts = [
            t for (t,) in connection.execute(
                f'SELECT DISTINCT trim("{column.name}") FROM {raw} WHERE trim("{column.name}") <> \'\''
            ).fetchall()
        ]
        values: dict[str, str | None]
        if column.type is Type.MARKETPLACE:
            values = {t: marketplace_code(t) for t in texts}
            kind = "VARCHAR"
        else:
            try:
                moments = read_dates(texts, date_order)
            except UnclearScope as error:
                name = found.headers[found.columns[column.name]].text
                raise UnclearScope(error.what, f"column '{name}'", error.do) from None
            values = {t: m.isoformat(sep=" ") if m else None for t, m in moments.items()}
            kind = SQL_TYPES[column.type]
        connection.execute(
            f'CREATE OR REPLACE TEMP TABLE "map_{column.name}" AS '
            f"SELECT unnest(?::VARCHAR[]) AS t, unnest(?::VARCHAR[])::TIMESTAMP::{kind} AS v"
            if kind != "VARCHAR" else
            f'CREATE OR REPLACE TEMP TABLE "map_{column.name}" AS '
            "SELECT unnest(?::VARCHAR[]) AS t, unnest(?::VARCHAR[]) AS v",
            [list(values), list(values.values())],
        )


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
    """A day that cannot be read; a blank one where the row would belong to no period."""
    needed = column.required or column.name in _must_have(found)
    unread = f'NOT ({_blank(column)}) AND "v_{column.name}" IS NULL'
    if column.type is Type.MARKETPLACE and not column.required:
        return unread
    return f"{unread} OR {_blank(column)}" if needed else unread


def _bad_text(found: Found, column: Column) -> str:
    damaged = f"regexp_matches(\"{column.name}\", '{_DAMAGED}')" if column.type is Type.ID else ""
    missing = _blank(column) if column.required and column.name in found.section.key else ""
    return " OR ".join(filter(None, [damaged, missing]))


def _must_have(found: Found) -> set[str]:
    """Dated columns without which a row belongs to no period."""
    return {c.name for c in found.section.columns if c.role in ("day", "snapshot")}


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
        Type.DATE: "not a date", Type.TIME: "not a date and time",
        Type.MARKETPLACE: "not a marketplace", Type.TEXT: "the name is missing",
    }.get(column.type, "not a number")


# --- what the table says about itself ---------------------------------------------------


def _currencies(found: Found, marks: list[str]) -> tuple[str, ...]:
    """The currencies that headers and symbols leave possible.

    Raises:
        BadContent: symbols of two currencies without a currency column.
    """
    if found.section.with_role("currency") and "currency" in found.columns:  # type: ignore[arg-type]
        return ()
    used = [found.headers[at].currencies for at in found.columns.values()]
    options = [set(found_in) for found_in in used if found_in]
    options += [set(known) for mark in marks if (known := currencies_of(mark))]
    if not options:
        return ()
    common = set.intersection(*options)
    if not common:
        raise BadContent(
            f"Amounts are in several currencies ({', '.join(marks) or 'by their headers'}), and no "
            "column says which row is in which.",
            do="Download the report for each marketplace alone.",
        )
    return tuple(sorted(common))


def _describe(parsed: Parsed, columns: list[Column]) -> None:
    connection, table, found = parsed.connection, parsed.table, parsed.found
    for column in columns:
        if column.role == "marketplace":
            rows = connection.execute(f'SELECT DISTINCT "{column.name}" FROM {table}').fetchall()
            parsed.marketplaces = tuple(sorted(code for (code,) in rows))
        if column.role in ("day", "snapshot", "first", "last"):
            rows = connection.execute(f'SELECT DISTINCT "{column.name}" FROM {table}').fetchall()
            parsed.days = tuple(sorted({*parsed.days, *(day for (day,) in rows if day)}))
    windows = {found.headers[at].window for at in found.columns.values()} - {None}
    parsed.windows = tuple(sorted(w for w in windows if w))
    names = {c.name for c in columns}
    for check in found.section.checks:
        if {check.column, check.over, check.under} <= names:
            _check_ratio(parsed, check.column, check.over, check.under)
    if len(parsed.windows) > 1:
        parsed.notes.append(f"Two attribution windows; the {parsed.windows[0]}-day columns are used.")


def _check_ratio(parsed: Parsed, stated: str, over: str, under: str) -> None:
    """Amazon's ratios are printed with two decimals of a percent: half a step is rounding."""
    (differ,) = _one(
        parsed.connection,
        f'SELECT count(*) FROM {parsed.table} WHERE "{under}" <> 0 AND "{stated}" IS NOT NULL '
        f'AND abs("{stated}" - "{over}"::DOUBLE / "{under}"::DOUBLE) > 0.000051',
    )
    if differ:
        parsed.notes.append(
            f"{differ} of {parsed.rows} rows print a {stated} that differs from {over} / {under}; "
            "the recomputed one is used."
        )
