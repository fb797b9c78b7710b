"""One DuckDB file, opened briefly under a lock of the operating system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sync.reports import all_sections
from sync.store import durable
from workbook.errors import StoreError
from workbook.report import Section

if TYPE_CHECKING:
    import duckdb

SCHEMA_VERSION = 1
# Kept so that the file opens with DuckDB 1.2 and later.
_STORAGE = "v1.2.0"
_TABLES = """
CREATE TABLE IF NOT EXISTS s.meta (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE IF NOT EXISTS s.imports (
    id INTEGER, hash VARCHAR, kind VARCHAR, store VARCHAR, scope VARCHAR, path VARCHAR,
    exported_at TIMESTAMP, imported_at TIMESTAMP, "rows" BIGINT, rows_refused BIGINT,
    undone BOOLEAN, columns VARCHAR[], notes VARCHAR[], windows INTEGER[], original VARCHAR);
CREATE TABLE IF NOT EXISTS s.coverage (
    import_id INTEGER, section VARCHAR, marketplace VARCHAR, start_day DATE, end_day DATE,
    grain VARCHAR, document VARCHAR, start_at TIMESTAMP, end_at TIMESTAMP, "rows" BIGINT,
    currency VARCHAR);
CREATE TABLE IF NOT EXISTS s.refused_rows (
    import_id INTEGER, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR);
"""
META_COLUMNS = {
    "import_id": "INTEGER", "line": "BIGINT", "marketplace": "VARCHAR", "currency": "VARCHAR",
    "document": "VARCHAR", "period_start": "DATE", "period_end": "DATE",
}


class Database:
    """The store's file. Nothing is held open between two `session`s."""

    def __init__(self, path: Path, *, timeout: float = 120) -> None:
        self.path, self.timeout = path, timeout

    @property
    def originals(self) -> Path:
        """The folder of kept originals, beside the file."""
        return self.path.with_name(self.path.name + ".files")

    def exists(self) -> bool:
        return self.path.exists()

    @contextmanager
    def session(
        self, connection: duckdb.DuckDBPyConnection | None = None, *, write: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with the store attached as `s`, while the lock is held.

        Args:
            connection: an in-memory connection to attach to (its temporary tables stay); a new
                one by default.
            write: create the store and its tables if they are not there.

        Raises:
            StoreError: busy for too long, not there, or not a store.
        """
        import duckdb
        from filelock import FileLock, Timeout

        if not write and not self.exists():
            raise StoreError(
                "There is no store yet.", str(self.path),
                "Import a report first: opsheet import FOLDER --store NAME",
            )
        own = connection is None
        con = connection or duckdb.connect()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=self.timeout):
                if write and not self.exists():
                    self._create(con)
                con.execute(f"ATTACH '{_quoted(self.path)}' AS s" + (
                    f" (STORAGE_VERSION '{_STORAGE}')" if write else " (READ_ONLY)"))
                try:
                    if write:
                        con.execute(_TABLES)
                    yield con
                finally:
                    con.execute("DETACH s")
        except Timeout:
            raise StoreError(
                f"Another Opsheet process has used the store for over {self.timeout:.0f} seconds.",
                str(self.path), "Wait until it has ended and try again.",
            ) from None
        except (duckdb.IOException, duckdb.SerializationException) as error:
            raise StoreError(
                f"The store cannot be opened: {str(error).splitlines()[0]}", str(self.path),
                "Check the path and the disk; OPSHEET_STORE names the store.",
            ) from None
        except OSError as error:
            raise StoreError(
                f"The store cannot be used: {error.strerror or error}.",
                str(error.filename or self.path),
                "Check the disk, or name a store elsewhere: OPSHEET_STORE=/path/opsheet.duckdb",
            ) from None
        finally:
            if own:
                con.close()


    def _create(self, con: duckdb.DuckDBPyConnection) -> None:
        """The file appears whole: one that a killed process had just begun opens no more."""
        new = self.path.with_name(f".{self.path.name}.new")
        for leftover in (new, new.with_name(new.name + ".wal")):
            leftover.unlink(missing_ok=True)
        con.execute(f"ATTACH '{_quoted(new)}' AS s (STORAGE_VERSION '{_STORAGE}')")
        try:
            con.execute(_TABLES)
        finally:
            con.execute("DETACH s")  # writes its log into the file and syncs it
        durable.rename(new, self.path)
        durable.fsync_folder(self.path.parent)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def column_names(section: Section) -> frozenset[str]:
    """The names of every column of a section's table, over all kinds that fill it."""
    return frozenset(META_COLUMNS).union(
        *(part.storage() for part in all_sections()[section.name]))


def table_columns(section: Section) -> dict[str, str]:
    """Name -> SQL type of every column of a section's table, over all kinds that fill it."""
    from sync.read.parse import SQL_TYPES

    columns = dict(META_COLUMNS)
    for part in all_sections()[section.name]:
        columns |= {name: SQL_TYPES[kind] for name, kind in part.storage().items()}
    return columns


def ensure_table(con: duckdb.DuckDBPyConnection, section: Section) -> None:
    """Creates the section's table, or adds the columns that a newer Opsheet knows."""
    columns = table_columns(section)
    body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    con.execute(f'CREATE TABLE IF NOT EXISTS s."{section.name}" ({body})')
    have = {name for name, *_ in con.execute(f'DESCRIBE s."{section.name}"').fetchall()}
    for name, kind in columns.items():
        if name not in have:
            con.execute(f'ALTER TABLE s."{section.name}" ADD COLUMN "{name}" {kind}')


def tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables that the store has."""
    rows = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 's'").fetchall()
    return {name for (name,) in rows}
