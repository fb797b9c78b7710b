"""Finds the one report kind that a file's content matches; never looks at its name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    absent: tuple[Header, ...]

    def foreign(self, headers: Iterable[Header]) -> list[str]:
        """Headers that stand in other kinds only; one with a window ("14 Day") asks for it."""
        windows: dict[str, int] = {}
        texts: dict[str, str] = {}
        for head in headers:
            window = head.window or 0
            windows[head.normal] = min(window, windows.get(head.normal, window))
            texts.setdefault(head.normal, head.text)
        return [
            texts[head.normal] for head in self.absent
            if head.normal in windows and head.window in (None, windows[head.normal])
        ]

    def lacking(self, columns: Collection[str]) -> list[str]:
        """Required columns that are not there, by header; of a group one is enough."""
        missing = [self.section.column(name).headers[0] for name in sorted(self.required)
                   if name not in columns]
        for group in self.section.any_of:
            if not any(name in columns for name in group):
                missing.append(" or ".join(self.section.column(name).headers[0] for name in group))
        return missing


@cache
def _shapes() -> tuple[_Shape, ...]:
    shapes = []
    for kind in all_kinds():
        for section in kind.sections:
            by_header = {normal(h): c.name for c in section.columns for h in c.headers}
            required = frozenset(c.name for c in section.columns if c.required)
            absent = tuple(map(header, section.absent))
            shapes.append(_Shape(kind, section, by_header, required, absent))
    return tuple(shapes)


@cache
def _known() -> frozenset[str]:
    own = {name for shape in _shapes() for name in shape.by_header}
    return frozenset(own | {head.normal for shape in _shapes() for head in shape.absent})


def is_known(cell: str) -> bool:
    """Does any report kind know this header?"""
    return normal(cell) in _known()


def recognise(file: ReportFile) -> list[Found]:
    """Every table of the file that is a report; all are of one kind.

    Raises:
        UnreadableFile: broken, empty, in no encoding, or unsafe to open.
        UnknownReport: no kind matches, or several do.
    """
    if sheets.is_workbook(file.head(4)):
        content = file.content
        found = [match for table in _sheet_tables(content) if (match := _match(*table))]
        seen: Iterable[str] = _sheet_headers(content) if not found else ()
    else:
        table = text.look(file, is_known)
        found = []
        seen = table.header if table else _first_line(file)
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


def _first_line(file: ReportFile) -> list[str]:
    encoding = text.candidates(file)[0]
    lines = file.head(4000).decode(encoding, errors="ignore").splitlines()
    first = next((line for line in lines if line.strip()), "")
    return text.split(first, max(text.DELIMITERS, key=first.count))


def _match(cells: tuple[str, ...], source: text.TextTable | SheetTable) -> Found | None:
    """The one section that fits these headers; None if none does."""
    headers = tuple(header(cell) for cell in cells)
    fitting: list[tuple[_Shape, dict[str, int]]] = []
    for shape in _shapes():
        columns = _positions(shape, headers)
        if not shape.lacking(columns) and not shape.foreign(headers):
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
    shown = ", ".join(cell for cell in cells[:6] if cell) or "nothing"
    headers = tuple(header(cell) for cell in cells)
    nearest = _nearest(headers)
    if nearest:
        label, missing = nearest.kind.label.en, nearest.lacking(_positions(nearest, headers))
        if missing:
            return UnknownReport(
                f"Nearest is '{label}', but these columns are missing: {', '.join(missing)}.",
                f"headers found: {shown} …",
                f"Download it with all columns. {nearest.kind.how_to_download.en}",
            )
        foreign = ", ".join(f"'{text}'" for text in nearest.foreign(headers)[:3])
        return UnknownReport(
            f"Nearest is '{label}', but that has no column {foreign}: this is another report.",
            f"headers found: {shown} …",
            "`opsheet list reports` shows the kinds and how to download each.",
        )
    return UnknownReport(
        "No report kind matches this file.",
        f"headers found: {shown} …",
        "`opsheet list reports` shows the kinds and how to download each.",
    )


def _nearest(headers: tuple[Header, ...]) -> _Shape | None:
    """The shape with the most of its columns there, if half of what it requires is."""
    best: tuple[int, int, _Shape] | None = None
    for shape in _shapes():
        have = _positions(shape, headers).keys()
        if len(have) < 2 or 2 * len(shape.required & have) < len(shape.required):
            continue
        score = (len(have), -len(shape.lacking(have)) - len(shape.foreign(headers)))
        if best is None or score > best[:2]:
            best = (*score, shape)
    return best[2] if best else None
