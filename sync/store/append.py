"""Writes one parsed table into the store: its rows, set-aside rows and coverage."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sync.read.parse import SQL_TYPES, Parsed
from sync.read.scope import Settled
from workbook.report import Mode, Role

if TYPE_CHECKING:
    import duckdb


def parsed_view(parsed: Parsed) -> None:
    """The view `parsed` with every column of the section; those the file lacks are NULL."""
    missing = [c for c in parsed.found.section.columns if c.name not in parsed.found.columns]
    nulls = "".join(f', NULL::{SQL_TYPES[c.type]} AS "{c.name}"' for c in missing)
    parsed.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW parsed AS SELECT *{nulls} FROM {parsed.table}"
    )


def append_table(
    con: duckdb.DuckDBPyConnection, number: int, parsed: Parsed, settled: Settled, mode: Mode
) -> bool:
    """Writes rows, set-aside rows and coverage; says whether it stands over an earlier import."""
    section = parsed.found.section
    parsed_view(parsed)
    source = f"({section.reshape})" if section.reshape else "parsed"
    have = {name for name, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    start, end = _row_period(settled)
    market = "coalesce(nullif(marketplace, '*'), $market)" if "marketplace" in have else "$market"
    currency = "coalesce(currency, $currency)" if "currency" in have else "$currency"
    document = f'"{section.part}"' if section.part else (
        "document" if "document" in have else "NULL")
    stored = [name for name in section.storage() if name in have]
    columns = "".join(f', "{name}"' for name in stored)
    columns += "".join(f", '{v}' AS \"{n}\"" for n, v in section.constants.items())
    con.execute(
        f'INSERT INTO s."{section.name}" BY NAME SELECT {number} AS import_id, line, '
        f"{market} AS marketplace, {currency} AS currency, {document} AS document, "
        f"{start} AS period_start, {end} AS period_end{columns} FROM {source}",
        _used(f"{market} {currency}", market=settled.marketplace, currency=settled.currency),
    )
    if parsed.rejects:
        con.executemany(
            "INSERT INTO s.refused_rows VALUES (?,?,?,?,?)",
            [[number, r.line, r.column, r.value, r.reason] for r in parsed.rejects],
        )
    records = _coverage(con, parsed, settled, mode)
    over = False
    for record in records:
        over = _covers_earlier(con, section.name, settled.store, record) or over
        con.execute("INSERT INTO s.coverage VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                    [number, section.name, *record, parsed.rows, settled.currency])
    return over


def _used(sql: str, **values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _row_period(settled: Settled) -> tuple[str, str]:
    """SQL of a row's slice: its own day, week or month, or the whole span."""
    if settled.grain in ("day", "document"):
        return "day", "day"
    if settled.grain == "week":
        return "day", "day + 6"
    if settled.grain == "month":
        return "day", "last_day(day)"
    if settled.period is None:
        return "NULL", "NULL"
    return f"DATE '{settled.period.start}'", f"DATE '{settled.period.end}'"


Record = tuple[
    str, dt.date | None, dt.date | None, str, str, dt.datetime | None, dt.datetime | None]


def _coverage(
    con: duckdb.DuckDBPyConnection, parsed: Parsed, settled: Settled, mode: Mode
) -> list[Record]:
    markets = settled.marketplaces or (settled.marketplace,)
    if mode is not Mode.DOCUMENT:
        start, end = (settled.period.start, settled.period.end) if settled.period else (None, None)
        return [(market, start, end, settled.grain, part, None, None)
                for market in markets for part in _parts(con, parsed)]
    names = {role: parsed.found.section.with_role(role) for role in
             (Role.DOCUMENT, Role.FIRST, Role.LAST)}
    document, first, last = (f'"{c.name}"' if c else "NULL" for c in names.values())
    rows = con.execute(
        f"SELECT {document}, min({first}), max({last}) FROM parsed GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [
        (market, start.date(), end.date(), "document", name, start, end)
        for name, start, end in rows if start and end for market in markets
    ]


def _parts(con: duckdb.DuckDBPyConnection, parsed: Parsed) -> list[str]:
    """What the file is about, where files of one report stand beside each other."""
    name = parsed.found.section.part
    if not name:
        return [""]
    rows = con.execute(f'SELECT DISTINCT "{name}" FROM parsed ORDER BY 1').fetchall()
    return [str(value) for (value,) in rows]


def _covers_earlier(
    con: duckdb.DuckDBPyConnection, section: str, store: str, record: Record
) -> bool:
    market, start, end, grain, document, *_ = record
    row = con.execute(
        "SELECT count(*) FROM s.coverage c JOIN s.imports i ON i.id = c.import_id "
        "WHERE NOT i.undone AND i.store = $store AND c.section = $section "
        "AND c.marketplace = $market AND c.grain = $grain AND c.document = $document "
        "AND (c.start_day IS NULL OR $grain = 'document' OR CASE "
        "WHEN $grain IN ('span', 'snapshot') THEN c.start_day = $start::DATE "
        "AND c.end_day = $end::DATE "
        "ELSE c.start_day <= $end::DATE AND c.end_day >= $start::DATE END)",
        {"store": store, "section": section, "market": market, "grain": grain, "document": document,
         "start": start, "end": end},
    ).fetchone()
    return bool(row and row[0])
