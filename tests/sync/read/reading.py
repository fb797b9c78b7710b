"""Shared steps of these tests: bytes -> recognised -> parsed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from sync.read.files import ReportFile
from sync.read.parse import Parsed, parse
from sync.read.recognise import recognise

DATABASE = duckdb.connect()  # each test has a cursor, and so temporary tables, of its own

BY_ITEM = "(Child) ASIN,SKU,Sessions - Total,Units Ordered,Ordered Product Sales\n"
BY_DATE = "Date,Sessions - Total,Units Ordered,Ordered Product Sales\n"
COSTS = "sku,valid_from,currency,unit_cost\n"


def file_of(content: bytes | str, path: Path | None = None) -> ReportFile:
    raw = content.encode() if isinstance(content, str) else content
    if path:
        path.write_bytes(raw)
    return ReportFile("report.csv", ("report.csv",), raw, 0.0, path)


def read(content: bytes | str, path: Path | None = None, **options: Any) -> Parsed:
    """The only table of a file. With a `path` DuckDB reads it, without one Python does."""
    file = file_of(content, path)
    (found,) = recognise(file)
    return parse(found, file, DATABASE.cursor(), **options)


def rows(parsed: Parsed, *columns: str) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{name}"' for name in columns)
    return parsed.connection.execute(f"SELECT {names} FROM {parsed.table} ORDER BY line").fetchall()


def workbook(rows: Iterable[Iterable[Any]], sheet: str = "Sheet1", **more: Any) -> bytes:
    """A workbook with one table; `more` are further sheets by name."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, table in {sheet: rows, **more}.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(table):
                page.write_row(number, 0, list(row))
    return out.getvalue()
