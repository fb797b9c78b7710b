"""One row of a sheet: taken apart, changed, put together; whatever is not changed stays bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sync.ooxml import scan
from sync.ooxml.refs import letters
from sync.ooxml.scan import Tokens

_SPANS = re.compile(rb"\sspans\s*=\s*[\"']\s*(\d+):(\d+)\s*[\"']")
_PLAIN_ROW = re.compile(rb"\s+(?:r|spans|[^\s=:]+:dyDescent)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class Cell:
    """A cell as it stands: its gap is what stands between it and the cell before."""

    col: int
    gap: bytes
    raw: bytes
    attributes: bytes
    inner: bytes


@dataclass(slots=True)
class Row:
    """A row taken apart."""

    number: int
    attributes: bytes
    cells: list[Cell]
    close: bytes  # from after the last cell to the next row

    @property
    def style(self) -> int | None:
        """The style that cells without one of their own take from the row."""
        if scan.attribute(self.attributes, b"customFormat") in (b"1", b"true"):
            return scan.style_of(self.attributes)
        return None

    @property
    def plain(self) -> bool:
        """Nothing but its number stands on the row."""
        return not self.cells and not _PLAIN_ROW.sub(b"", self.attributes).strip()


def split(raw: bytes, number: int, tk: Tokens, part: str = "") -> Row:
    """Take a row apart."""
    opened = tk.row_open.match(raw)
    assert opened is not None
    attributes, at = opened[1], opened.end()
    if opened[2]:
        return Row(number, attributes, [], tk.row_close + b">" + raw[at:])
    cells, col = [], 0
    for match in tk.cell.finditer(raw, at):
        col = scan.cell_column(match[1], col, part)
        gap = raw[at : match.start()]
        cells.append(Cell(col, gap, match[0], match[1].rstrip(b"/"), match[2] or b""))
        at = match.end()
    return Row(number, attributes, cells, raw[at:])


def emptied(raw: bytes, number: int, tk: Tokens, columns: range, part: str = "") -> Row | None:
    """A row without its cells, if all of them stand in a range of columns; else None."""
    first = tk.cell.search(raw)
    opened = tk.row_open.match(raw)
    if first is None or opened is None or opened[2]:
        return None
    last = tk.cell.match(raw, raw.rfind(b"<" + tk.prefix + b"c"))
    if last is None or not (scan.has_ref(first[1]) and scan.has_ref(last[1])):
        return None
    if scan.cell_column(first[1], 0, part) not in columns:
        return None
    if scan.cell_column(last[1], 0, part) not in columns:
        return None
    return Row(number, opened[1], [], raw[last.end() :])


def join(row: Row, tk: Tokens) -> bytes:
    """Put a row together; cells that state no place get one where they would slip."""
    out: list[bytes] = []
    implied = 1
    for cell in row.cells:
        raw = cell.raw
        if cell.col != implied and not scan.has_ref(cell.attributes):
            raw = _with_ref(raw, cell.col, row.number, tk)
        out += (cell.gap, raw)
        implied = cell.col + 1
    opened = b"<" + tk.prefix + b"row" + _spans(row).rstrip(b"/") + b">"
    return opened + b"".join(out) + row.close


def _with_ref(raw: bytes, col: int, row: int, tk: Tokens) -> bytes:
    start = len(tk.prefix) + 2
    return raw[:start] + f' r="{letters(col)}{row}"'.encode() + raw[start:]


def _spans(row: Row) -> bytes:
    match = _SPANS.search(row.attributes)
    if match is None or not row.cells:
        return row.attributes
    low, high = int(match[1]), int(match[2])
    first, last = row.cells[0].col, row.cells[-1].col
    if low <= first and last <= high:
        return row.attributes
    spans = f' spans="{min(low, first)}:{max(high, last)}"'.encode()
    return row.attributes[: match.start()] + spans + row.attributes[match.end() :]


def new_row(number: int, tk: Tokens) -> Row:
    return Row(number, f' r="{number}"'.encode(), [], tk.row_close + b">")


def put(row: Row, cell: Cell) -> None:
    """Place a cell by its column."""
    for at, other in enumerate(row.cells):
        if other.col == cell.col:
            cell.gap = other.gap
            row.cells[at] = cell
            return
        if other.col > cell.col:
            row.cells.insert(at, cell)
            return
    row.cells.append(cell)


def take(row: Row, cols: Iterable[int]) -> None:
    """Remove cells."""
    gone = set(cols)
    row.cells = [cell for cell in row.cells if cell.col not in gone]


def cell_bytes(
    row: int, col: int, style: int, kind: str, inner: str, tk: Tokens, kept: bytes = b""
) -> bytes:
    """A cell from its parts; `kept` are further attributes it had."""
    p = tk.prefix.decode()
    mark = f' s="{style}"' if style else ""
    head = f'<{p}c r="{letters(col)}{row}"{mark}{kind}'.encode() + kept
    return head + (f">{inner}</{p}c>".encode() if inner else b"/>")


_OWN = (b"r", b"s", b"t", b"cm", b"vm")


def kept_attributes(attributes: bytes) -> bytes:
    """What stays on a cell that gets another value."""
    return scan.without(attributes, *_OWN).rstrip()


def kept_inside(inner: bytes) -> str:
    """A cell's extension list stays with it."""
    at = inner.find(b"extLst")
    return "" if at < 0 else inner[inner.rfind(b"<", 0, at) :].decode()


def strip_cache(match: re.Match[bytes], tk: Tokens, heads: set[bytes]) -> bytes | None:
    """A formula's cell without its stale value; None when there is nothing to strip."""
    inner = match[2]
    formula = tk.formula.search(inner)
    if formula is None:
        return None
    kind = scan.attribute(formula[1], b"t")
    si = scan.attribute(formula[1], b"si") or b""
    if kind == b"dataTable":
        return None  # Excel may be told not to recompute these; their values stay
    if formula[2] and kind == b"shared":
        heads.add(si)
    if not formula[2] and not (kind == b"shared" and si in heads):
        return None  # not a formula after all
    return bare(match, tk)


def bare(match: re.Match[bytes], tk: Tokens) -> bytes | None:
    """A cell without its value."""
    inner = tk.inline.sub(b"", tk.value.sub(b"", match[2]))
    if inner == match[2]:
        return None
    attributes = scan.without(match[1], b"t", b"vm")
    opened = b"<" + tk.prefix + b"c" + attributes
    if not inner.strip():
        return opened.rstrip() + b"/>"
    return opened + b">" + inner + b"</" + tk.prefix + b"c>"
