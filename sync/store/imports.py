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
from sync.read.parse import Parsed, parse
from sync.read.recognise import recognise
from sync.read.scope import Said, Settled, settle
from sync.store import durable
from sync.store.append import append_table, parsed_view
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
    parsed_view(parsed)
    for document, stated, lines in parsed.connection.execute(section.tie_out).fetchall():
        if stated is None or lines is None or abs(stated - lines) >= 0.005:
            raise BadContent(
                f"Settlement {document} states {stated} but its lines add up to {lines}.",
                do="The file is not complete; download it again.",
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
        replaced = [append_table(con, number, t, s, kind.mode)
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
