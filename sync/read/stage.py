"""Loads the cells of a recognised table as text, each row with its line in the file.

DuckDB reads a UTF-8 file by itself; where that fails, or where its rows are not the file's
lines, Python reads line by line and sets rows of another width aside.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.read import sheets, text
from sync.read.files import ReportFile
from sync.read.recognise import Found, SheetTable
from workbook.report import Type

if TYPE_CHECKING:
    import duckdb

TOTAL_WORDS = ("total", "totals", "grand total", "总计", "合计", "總計", "gesamt", "summe", "合計")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was set aside: where it stands, which column, what it holds, and why."""

    line: int
    column: str
    value: str
    reason: str


def stage(
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
            rows = _stage_fast(found, source, file.path, connection, raw)
        except duckdb.Error:
            rows = -1  # ragged, badly quoted or badly encoded lines: read again, line by line
        if rows == file.line_count() - source.header_line:
            return []
        connection.execute(f"DROP TABLE IF EXISTS {raw}")  # its rows are not the file's lines
    return _stage_slowly(found, text.rows(file.content, source), connection, raw)


def _stage_fast(
    found: Found, source: text.TextTable, path: Path, connection: duckdb.DuckDBPyConnection,
    raw: str,
) -> int:
    """The number of rows."""
    names = {f"c{n}": "VARCHAR" for n in range(len(found.headers))}
    quote = '"' if source.quoted else ""
    cells = ", ".join(f'c{at} AS "{name}"' for name, at in found.columns.items())
    connection.execute(
        f"CREATE TEMP TABLE {raw} AS SELECT row_number() OVER () + {source.header_line} AS line, "
        f"c0 AS first, {cells} FROM read_csv(?, columns={names!r}, header=false, "
        "auto_detect=false, skip=?, delim=?, quote=?, escape=?, nullstr='', max_line_size=8000000)",
        [str(path), source.header_line, source.delimiter, quote, quote],
    )
    count = connection.execute(f"SELECT count(*) FROM {raw}").fetchone()
    assert count is not None
    return int(count[0])


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
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
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
            f"CREATE TEMP TABLE {raw} AS SELECT * FROM read_csv(?, columns={names!r}, "
            "header=false, auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', "
            "max_line_size=8000000, new_line='\\n', allow_quoted_nulls=true, parallel=false)",
            [str(clean)],
        )
    return rejects


def _ragged(line: int, cells: list[str], width: int) -> Reject:
    return Reject(line, "", " | ".join(cells)[:200], f"{len(cells)} cells under {width} headers")


def drop_totals_and_blanks(
    found: Found, connection: duckdb.DuckDBPyConnection, raw: str
) -> None:
    """A total row names itself in its first cell and leaves the other texts blank."""
    texts = [
        name for name, at in found.columns.items()
        if at != 0 and found.section.column(name).type in (Type.TEXT, Type.ID)
    ]
    others = "".join(
        f" AND trim(coalesce(\"{name}\", '')) IN ('', '-', '--')" for name in texts
    )
    cells = ", ".join(f'"{name}"' for name in found.columns)
    words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
    connection.execute(f"DELETE FROM {raw} WHERE coalesce({cells}) IS NULL")
    connection.execute(f"DELETE FROM {raw} WHERE lower(trim(first)) IN ({words}){others}")
