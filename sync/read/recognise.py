"""Finds the one report kind that a file's content matches; never looks at its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sync.headers import Header, header, normal
from sync.read import sheets, text
from sync.read.files import ReportFile
from sync.reports import all_kinds
from workbook.errors import OpsheetError, UnknownReport
from workbook.report import ReportKind, Section


@dataclass(frozen=True, slots=True)
class Found:
    """A recognised table: its kind and section, and which column of the file is which of ours."""

    kind: ReportKind
    section: Section
    columns: dict[str, int]  # our column -> position in the file
    headers: tuple[Header, ...]
    source: text.TextTable | SheetTable


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table of a workbook: header row (1-based) and the rows behind it."""

    sheet: str
    header_line: int
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A section's headers, folded once."""

    kind: ReportKind
    section: Section
    by_header: dict[str, str]
    required: frozenset[str]
    absent: frozenset[str]


@cache
def _shapes() -> tuple[_Shape, ...]:
    shapes = []
    for kind in all_kinds():
        for section in kind.sections:
            by_header = {normal(h): c.name for c in section.columns for h in c.headers}
            required = frozenset(c.name for c in section.columns if c.required)
            absent = frozenset(map(normal, section.absent))
            shapes.append(_Shape(kind, section, by_header, required, absent))
    return tuple(shapes)


@cache
def _known() -> frozenset[str]:
    return frozenset(name for shape in _shapes() for name in (*shape.by_header, *shape.absent))


def is_known(cell: str) -> bool:
    """Does any report kind know this header?"""
    return normal(cell) in _known()


def recognise(file: ReportFile) -> list[Found]:
    """Every table of the file that is a report; all are of one kind.

    Raises:
        UnreadableFile: broken, empty, in no encoding, or unsafe to open.
        UnknownReport: no kind matches, or several do.
    """
    if sheets.is_workbook(file.content):
        found = [match for table in _sheet_tables(file.content) if (match := _match(*table))]
        seen: Iterable[str] = _sheet_headers(file.content) if not found else ()
    else:
        table = text.look(file.content, is_known)
        found = []
        seen = table.header if table else _first_line(file.content)
        if table and (match := _match(table.header, table)):
            found = [match]
    if not found:
        raise _unknown(list(seen))
    kinds = {match.kind.name for match in found}
    if len(kinds) > 1:
        raise UnknownReport(
            f"The workbook holds reports of several kinds: {', '.join(sorted(kinds))}.",
            do="Save each sheet as a file of its own.",
        )
    return found


def _sheet_tables(content: bytes) -> Iterable[tuple[tuple[str, ...], SheetTable]]:
    for name, rows in sheets.tables(content):
        best, at = 1, -1
        for number, row in enumerate(rows[: text.HEADER_WITHIN]):
            score = sum(is_known(cell) for cell in row if isinstance(cell, str))
            if score > best:
                best, at = score, number
        if at >= 0:
            cells = tuple(sheets.as_text(cell) for cell in rows[at])
            yield cells, SheetTable(name, at + 1, rows[at + 1 :])


def _sheet_headers(content: bytes) -> list[str]:
    for _, rows in sheets.tables(content):
        return [sheets.as_text(cell) for cell in rows[0]]
    return []


def _first_line(content: bytes) -> list[str]:
    encoding = text.candidates(content)[0]
    lines = content[:4000].decode(encoding, errors="ignore").splitlines()
    return [lines[0]] if lines else []


def _match(cells: tuple[str, ...], source: text.TextTable | SheetTable) -> Found | None:
    """The one section that fits these headers; None if none does."""
    headers = tuple(header(cell) for cell in cells)
    present = {h.normal for h in headers if h.normal}
    fitting: list[tuple[_Shape, dict[str, int]]] = []
    for shape in _shapes():
        columns = _positions(shape, headers)
        if shape.required <= columns.keys() and not shape.absent & present and all(
            any(name in columns for name in group) for group in shape.section.any_of
        ):
            fitting.append((shape, columns))
    if len(fitting) > 1:
        raise UnknownReport(
            "The file matches several report kinds: "
            + ", ".join(shape.kind.name for shape, _ in fitting)
            + ".",
            f"headers: {', '.join(cells[:8])} …",
            "Download the report with all its columns, so that it shows which one it is.",
        )
    if not fitting:
        return None
    shape, columns = fitting[0]
    return Found(shape.kind, shape.section, columns, headers, source)


def _positions(shape: _Shape, headers: tuple[Header, ...]) -> dict[str, int]:
    """Our column -> position; of two attribution windows in one file the shorter counts."""
    columns: dict[str, int] = {}
    for position, head in enumerate(headers):
        name = shape.by_header.get(head.normal)
        if name is None:
            continue
        other = columns.get(name)
        if other is None or (head.window or 99) < (headers[other].window or 99):
            columns[name] = position
    return columns


def _unknown(cells: list[str]) -> OpsheetError:
    """Names the nearest kind and what it lacks, or says what stands in the file."""
    present = {normal(cell) for cell in cells}
    nearest: tuple[int, _Shape, set[str]] | None = None
    for shape in _shapes():
        have = {shape.by_header[cell] for cell in present if cell in shape.by_header}
        if len(have) >= 2 and (nearest is None or len(have) > nearest[0]):
            nearest = (len(have), shape, set(shape.required - have))
    shown = ", ".join(cell for cell in cells[:6] if cell) or "nothing"
    if nearest and nearest[2]:
        _, shape, missing = nearest
        first = [shape.section.column(name).headers[0] for name in sorted(missing)]
        return UnknownReport(
            f"Nearest is '{shape.kind.label.en}', but these columns are missing: {', '.join(first)}.",
            f"headers found: {shown} …",
            f"Download it with all columns. {shape.kind.how_to_download.en}",
        )
    return UnknownReport(
        "No report kind matches this file.",
        f"headers found: {shown} …",
        "`opsheet list reports` shows the kinds and how to download each.",
    )
