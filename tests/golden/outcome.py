"""What Opsheet makes of a report file, as plain JSON that a person can read and compare."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from sync.read.files import ReportFile
from sync.read.parse import SQL_TYPES, Parsed, parse
from sync.read.recognise import recognise

DATABASE = duckdb.connect()
FOLDER = Path(__file__).parent / "reports"


def inputs() -> list[Path]:
    """Every golden input, `<kind>/<case>.<ext>`."""
    return sorted(p for p in FOLDER.glob("*/*") if p.suffix != ".json")


def expected_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def report_file(path: Path) -> ReportFile:
    return ReportFile(path.name, (path.name,), path.read_bytes(), 0.0, path)


def outcome(path: Path) -> str:
    """The JSON text for one file."""
    file, tables = report_file(path), []
    with DATABASE.cursor() as connection:
        for number, found in enumerate(recognise(file)):
            tables.append(_table(parse(found, file, connection, number=number)))
    return json.dumps(tables, ensure_ascii=False, indent=1, default=str) + "\n"


def _table(parsed: Parsed) -> dict[str, Any]:
    section = parsed.found.section
    return {
        "kind": parsed.found.kind.name,
        "table": section.name,
        "constants": section.constants,
        "rejected": [f"{r.line} {r.column}: {r.value} ({r.reason})" for r in parsed.rejects],
        "currencies": parsed.currencies,
        "marketplaces": parsed.marketplaces,
        "days": [str(day) for day in parsed.days],
        "windows": parsed.windows,
        "notes": parsed.notes,
        "tie_out": [[plain(cell) for cell in row] for row in tie_out(parsed)],
        "facts": facts(parsed),
        "rows": stored_rows(parsed),
    }


def whole(parsed: Parsed) -> None:
    """The view `parsed`, in which every column of the section stands."""
    have = parsed.found.columns
    missing = [c for c in parsed.found.section.columns if c.name not in have]
    nulls = "".join(f', NULL::{SQL_TYPES[c.type]} AS "{c.name}"' for c in missing)
    parsed.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW parsed AS SELECT *{nulls} FROM {parsed.table}"
    )


def tie_out(parsed: Parsed) -> list[tuple[Any, ...]]:
    """(document, total as stated, sum of lines)."""
    if not parsed.found.section.tie_out:
        return []
    whole(parsed)
    return parsed.connection.execute(parsed.found.section.tie_out).fetchall()


def source(parsed: Parsed) -> str:
    """SQL of the section's rows."""
    whole(parsed)
    reshape = parsed.found.section.reshape
    return f"({reshape})" if reshape else "parsed"


def stored_rows(parsed: Parsed) -> list[dict[str, Any]]:
    """The section's rows in the order of the file; columns that the file lacks are left out."""
    names = (
        "*"
        if parsed.found.section.reshape
        else ", ".join(["line", *(f'"{name}"' for name in parsed.found.columns)])
    )
    result = parsed.connection.execute(f"SELECT {names} FROM {source(parsed)} ORDER BY ALL")
    columns = [description[0] for description in result.description]
    return [
        {name: plain(cell) for name, cell in zip(columns, row, strict=True) if cell is not None}
        for row in result.fetchall()
    ]


def facts(parsed: Parsed) -> dict[str, Any]:
    """Fact -> its sum over the file's rows; None where the file does not carry it."""
    feeds = parsed.found.section.feeds
    if not feeds:
        return {}
    sums = ", ".join(f'sum({feed.sql}) AS "{name}"' for name, feed in feeds.items())
    row = parsed.connection.execute(f"SELECT {sums} FROM {source(parsed)}").fetchone()
    assert row is not None
    return {name: plain(cell) for name, cell in zip(feeds, row, strict=True)}


def plain(cell: Any) -> Any:
    """A cell as JSON knows it: money as text to the last digit, times in ISO."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, float):
        return round(cell, 10)
    if isinstance(cell, dt.date):
        return str(cell)
    return cell
