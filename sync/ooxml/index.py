"""What a sheet's cells are tied into: shared formulas, arrays, data tables, its used area."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sync.ooxml import refs, scan, xml
from sync.ooxml.errors import HostileError
from sync.ooxml.refs import Area


@dataclass(slots=True)
class Shared:
    """A shared formula: its head states the text, the others only its number."""

    row: int
    col: int
    si: bytes
    text: str
    ref: Area | None
    children: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that one formula fills: an array formula, a spill, or a data table."""

    area: Area
    kind: str  # array, spill, dataTable


@dataclass(slots=True)
class Index:
    """What one pass over a sheet finds."""

    head: bytes = b""
    tail: bytes = b""
    prefix: bytes = b""
    has_formulas: bool = False
    in_order: bool = True
    implicit_rows: bool = False
    last_row: int = 0
    shared: list[Shared] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def block_at(self, row: int, col: int) -> Block | None:
        return next((b for b in self.blocks if b.area.has(row, col)), None)


def used_cells(reader: scan.SheetReader, part: str) -> int:
    """How many cells lie between the first and the last one with a value."""
    tk = reader.tokens
    top = bottom = last = right = 0
    left = refs.MAX_COL + 1
    for at, batch in enumerate(reader.batches()):
        for raw in batch if at else ():
            opened = tk.row_open.match(raw)
            last = scan.row_number(opened[1] if opened else b"", last, part)
            first = tk.cell.search(raw)
            if first is None or not (b"v>" in raw or b"is>" in raw or tk.formula_mark in raw):
                continue
            top, bottom = top or last, last
            left = min(left, scan.cell_column(first[1], 0, part))
            end = tk.cell.match(raw, raw.rfind(b"<" + tk.prefix + b"c"))
            if end is not None:
                right = max(right, scan.cell_column(end[1], 0, part))
    return (bottom - top + 1) * max(0, right - left + 1)


def check_area(reader: scan.SheetReader, part: str, most: int) -> None:
    """Refuse a sheet whose cells lie so far apart that a dense table of them fills the memory."""
    cells = used_cells(reader, part)
    if cells > most:
        raise HostileError(
            "A sheet's cells lie so far apart that programs run out of memory on it",
            f"part {part}: {cells:,} cells between the first and the last",
            "Delete the far cells in Excel (Ctrl+End shows the last one) and save.",
        )


def build(reader: scan.SheetReader, part: str) -> Index:
    """Read a sheet once."""
    tk = reader.tokens
    found = Index(prefix=tk.prefix)
    heads: dict[bytes, Shared] = {}
    last, lead = 0, b""
    for batch_number, batch in enumerate(reader.batches()):
        if batch_number == 0:
            lead = batch[0]
            continue
        for raw in batch:
            opened = tk.row_open.match(raw)
            attributes = opened[1] if opened else b""
            row = scan.row_number(attributes, last, part)
            if row <= last:
                found.in_order = False
            found.implicit_rows = found.implicit_rows or not scan.has_ref(attributes)
            last = row
            if tk.formula_mark in raw:
                found.has_formulas = True
                if b"shared" in raw or b"array" in raw or b"dataTable" in raw:
                    _formulas(raw, row, tk, found, heads, part)
    found.last_row = last
    found.head, found.tail = reader.head + lead, reader.tail
    return found


def _formulas(
    raw: bytes, row: int, tk: scan.Tokens, found: Index, heads: dict[bytes, Shared], part: str
) -> None:
    col = 0
    for match in tk.cell.finditer(raw):
        col = scan.cell_column(match[1], col, part)
        formula = tk.formula.search(match[2] or b"")
        if formula is None:
            continue
        kind = scan.attribute(formula[1], b"t")
        if kind == b"shared":
            _shared(formula, row, col, found, heads)
        elif kind in (b"array", b"dataTable"):
            ref = scan.attribute(formula[1], b"ref")
            area = refs.try_area(ref.decode("utf-8", "replace")) if ref else None
            if area is not None and area.has(row, col):
                dynamic = scan.attribute(match[1], b"cm") is not None
                name = "spill" if dynamic and kind == b"array" else kind.decode()
                found.blocks.append(Block(area, name))


def _shared(
    formula: re.Match[bytes], row: int, col: int, found: Index, heads: dict[bytes, Shared]
) -> None:
    si = scan.attribute(formula[1], b"si") or b""
    if formula[2]:
        ref = scan.attribute(formula[1], b"ref")
        area = refs.try_area(ref.decode("utf-8", "replace")) if ref else None
        text = xml.unescape(formula[2].decode("utf-8", "replace"))
        heads[si] = Shared(row, col, si, text, area)
        found.shared.append(heads[si])
    elif si in heads:
        heads[si].children.append((row, col))
