"""Appends imports, finds repeated ones, undoes. Rows stay; which of them count is coverage."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sync.read.files import ReportFile
from sync.read.parse import SQL_TYPES, Parsed, parse
from sync.read.recognise import recognise
from sync.read.scope import Said, Settled, settle
from sync.store import durable
from sync.store.database import Database, ensure_table
from workbook.errors import BadContent, StoreError
from workbook.model import Period
from workbook.report import Mode, Role

if TYPE_CHECKING:
    import duckdb

_MEGABYTES_A_THREAD = 110

Packed = tuple[str, list[bytes]]  # SHA-256 and the compressed content, in pieces


@dataclass(frozen=True, slots=True)
class Part:
    """One section of an imported file for one marketplace."""

    kind: str
    store: str
    marketplace: str
    period: Period | None
    rows: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: imported, unchanged, replaced (or refused, see jobs)."""

    path: str
    status: str
    message: str
    parts: tuple[Part, ...] = ()
    rows: int = 0
    rows_refused: int = 0
    import_id: int | None = None
    refused: tuple[tuple[int, str, str, str], ...] = ()


def import_file(
    database: Database, file: ReportFile, said: Said, now: dt.datetime,
    connection: duckdb.DuckDBPyConnection,
) -> Outcome:
    """Reads one file and appends it in one transaction.

    Args:
        now: the time of import, in UTC without a zone.
        connection: an in-memory connection to read with; several files may share it.

    Raises:
        ReportError: the file cannot be used. StoreError: the store cannot be written.
    """
    _bound(connection)
    # A cursor has temporary tables of its own; they go with it.
    with ThreadPoolExecutor(1) as pool, connection.cursor() as con:
        packed = pool.submit(_compress, file)
        tables = [
            parse(found, file, con, number=n, date_order=said.date_order)
            for n, found in enumerate(recognise(file))
        ]
        _refuse_unreadable(tables)
        settled = [settle(parsed, file, said) for parsed in tables]
        _refuse_twice(tables, settled)
        for parsed in tables:
            _tie_out(parsed)
        with database.session(con, write=True):
            return _append(database, con, file, tables, settled, packed, now)


def _bound(connection: duckdb.DuckDBPyConnection) -> None:
    """A large file's rows go to a temporary folder before they take the machine's memory.

    Each of DuckDB's threads needs its buffers; a file that is read with care lifts the bound.
    """
    folder = Path(tempfile.gettempdir()) / f"opsheet-rows-{os.getpid()}"
    used, threads = connection.execute(
        "SELECT current_setting('temp_directory'), current_setting('threads')").fetchall()[0]
    connection.execute(f"SET memory_limit = '{_MEGABYTES_A_THREAD * max(2, threads)}MB'")
    if used != str(folder):
        connection.execute(f"SET temp_directory = '{str(folder).replace(chr(39), chr(39) * 2)}'")


def _compress(file: ReportFile) -> Packed:
    """Piece by piece: a large file never stands in memory as a whole."""
    import zstandard

    digest, packed = hashlib.sha256(), []
    compressor = zstandard.ZstdCompressor(level=1).compressobj(size=file.size)
    for chunk in file.chunks():
        digest.update(chunk)
        packed.append(compressor.compress(chunk))
    return digest.hexdigest(), [*packed, compressor.flush()]


def _refuse_unreadable(tables: list[Parsed]) -> None:
    """A file none of whose rows can be read is refused as a whole."""
    for parsed in tables:
        if parsed.rejected and not parsed.rows:
            first = parsed.rejects[0]
            raise BadContent(
                f"None of its {parsed.rejected} rows can be read: {first.reason}.",
                f"line {first.line}, {first.column or 'row'}: {first.value}",
                "Download the report again; a spreadsheet program may have changed it.",
            )


def _refuse_twice(tables: list[Parsed], settled: list[Settled]) -> None:
    """Two sheets of one workbook that cover the same days would count twice."""
    seen: list[tuple[Parsed, Settled]] = []
    for table, own in zip(tables, settled, strict=True):
        mode = table.found.kind.mode
        for earlier, other in seen if mode in (Mode.PERIOD, Mode.SNAPSHOT) else ():
            if (
                table.found.section.name == earlier.found.section.name
                and set(own.marketplaces) & set(other.marketplaces)
                and own.period and other.period
                and own.period.start <= other.period.end and other.period.start <= own.period.end
            ):
                raise BadContent(
                    f"Two sheets hold the same report for the same days ({other.period} and "
                    f"{own.period}); together they would count twice.",
                    do="Save the sheet that is right as a file of its own.",
                )
        seen.append((table, own))


def _tie_out(parsed: Parsed) -> None:
    """The lines of a settlement add up to the total on its first row, to the cent."""
    section = parsed.found.section
    if not section.tie_out:
        return
    _parsed_view(parsed)
    for document, stated, lines in parsed.connection.execute(section.tie_out).fetchall():
        if stated is None or lines is None or abs(stated - lines) >= 0.005:
            raise BadContent(
                f"Settlement {document} states {stated} but its lines add up to {lines}.",
                do="The file is not complete; download it again.",
            )


def _parsed_view(parsed: Parsed) -> None:
    """The view `parsed` with every column of the section; those the file lacks are NULL."""
    missing = [c for c in parsed.found.section.columns if c.name not in parsed.found.columns]
    nulls = "".join(f', NULL::{SQL_TYPES[c.type]} AS "{c.name}"' for c in missing)
    parsed.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW parsed AS SELECT *{nulls} FROM {parsed.table}"
    )


# --- the transaction --------------------------------------------------------------------


def _append(
    database: Database, con: duckdb.DuckDBPyConnection, file: ReportFile, tables: list[Parsed],
    settled: list[Settled], packed: Future[Packed], now: dt.datetime,
) -> Outcome:
    kind = tables[0].found.kind
    digest, original = packed.result()
    scope = " ".join(f"{s.marketplace} {s.period or ''}" for s in settled)
    parts = [_parts(t, s) for t, s in zip(tables, settled, strict=True)]
    rows, refused = sum(t.rows for t in tables), sum(t.rejected for t in tables)
    outcome = Outcome(
        file.shown, "imported", "", tuple(p for some in parts for p in some), rows, refused,
        refused=tuple((r.line, r.column, r.value, r.reason) for t in tables for r in t.rejects),
    )
    if earlier := _same(con, digest, kind.name, settled[0].store, scope):
        return replace(outcome, status="unchanged", import_id=earlier,
                       message=f"Already imported as #{earlier}; nothing changed.")
    import duckdb

    name = _keep_original(database.originals, digest, original)
    for parsed in tables:
        ensure_table(con, parsed.found.section)
    con.execute("BEGIN")
    try:
        (number,) = con.execute("SELECT coalesce(max(id), 0) + 1 FROM s.imports").fetchall()[0]
        replaced = [_append_table(con, number, t, s, kind.mode)
                    for t, s in zip(tables, settled, strict=True)]
        notes = [n for t, s in zip(tables, settled, strict=True) for n in (*t.notes, *s.notes)]
        exported = dt.datetime.fromtimestamp(file.modified, dt.UTC).replace(tzinfo=None)
        con.execute(
            "INSERT INTO s.imports VALUES (?,?,?,?,?,?,?,?,?,?,false,?,?,?,?)",
            [number, digest, kind.name, settled[0].store, scope, file.shown, min(exported, now),
             now, rows, refused, _columns(tables), notes,
             sorted({w for t in tables for w in t.windows}),
             name],
        )
        durable.commit(con)
    except BaseException:
        with suppress(duckdb.Error):  # a failed COMMIT has rolled back already
            con.execute("ROLLBACK")
        raise
    status = "replaced" if any(replaced) else "imported"
    message = " ".join(([f"{refused} rows could not be read."] if refused else []) + notes)
    return replace(outcome, status=status, message=message, import_id=number)


def _same(
    con: duckdb.DuckDBPyConnection, digest: str, kind: str, store: str, scope: str
) -> int | None:
    row = con.execute(
        "SELECT max(id) FROM s.imports WHERE hash = ? AND kind = ? AND store = ? AND scope = ? "
        "AND NOT undone", [digest, kind, store, scope],
    ).fetchone()
    return row[0] if row else None


def _keep_original(folder: Path, digest: str, original: list[bytes]) -> str:
    """Before the commit: an original without an import is harmless, the reverse is not."""
    target = folder / digest[:2] / f"{digest}.zst"
    if not target.exists():
        durable.make_folder(target.parent)
        durable.write_atomically(target, *original)
    return f"{digest[:2]}/{digest}.zst"


def _columns(tables: list[Parsed]) -> list[str]:
    names: set[str] = set()
    for parsed in tables:
        section = parsed.found.section
        names |= set(section.stored or parsed.found.columns) | set(section.constants)
    return sorted(names)


def _parts(parsed: Parsed, settled: Settled) -> list[Part]:
    name = parsed.found.kind.name
    if len(settled.marketplaces) <= 1:
        market = settled.marketplaces[0] if settled.marketplaces else settled.marketplace
        return [Part(name, settled.store, market, settled.period, parsed.rows)]
    column = parsed.found.section.with_role(Role.MARKETPLACE)
    assert column is not None
    counts = dict(parsed.connection.execute(
        f'SELECT "{column.name}", count(*) FROM {parsed.table} GROUP BY 1').fetchall())
    return [Part(name, settled.store, code, settled.period, counts.get(code, 0))
            for code in settled.marketplaces]


def _append_table(
    con: duckdb.DuckDBPyConnection, number: int, parsed: Parsed, settled: Settled, mode: Mode
) -> bool:
    """Writes rows, set-aside rows and coverage; says whether it stands over an earlier import."""
    section = parsed.found.section
    _parsed_view(parsed)
    source = f"({section.reshape})" if section.reshape else "parsed"
    have = {name for name, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    start, end = _row_period(settled)
    market = "coalesce(nullif(marketplace, '*'), $market)" if "marketplace" in have else "$market"
    currency = "coalesce(currency, $currency)" if "currency" in have else "$currency"
    document = "document" if "document" in have else "NULL"
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
        return [(market, start, end, settled.grain, "", None, None) for market in markets]
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


# --- undo and history -------------------------------------------------------------------


def undo(database: Database, number: int) -> dict[str, object]:
    """Takes an import back; what it stood over counts again. Returns the import's log line.

    Raises:
        StoreError: there is no such import, or it is undone already.
    """
    with database.session(write=True) as con:
        row = con.execute(
            "SELECT id, path, kind, store, undone FROM s.imports WHERE id = ?", [number]
        ).fetchone()
        if row is None or row[4]:
            raise StoreError(
                f"There is no import #{number}." if row is None
                else f"#{number} is undone already.",
                str(database.path), "`opsheet status` lists the imports.",
            )
        con.execute("BEGIN")
        con.execute("UPDATE s.imports SET undone = true WHERE id = ?", [number])
        durable.commit(con)
    return dict(zip(("id", "path", "kind", "store"), row, strict=False))
