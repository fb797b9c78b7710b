"""Cells as they stand, taken from a table's body so that they can stand in another of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.ooxml import rows, scan, xml
from sync.ooxml.formulas import Pattern, move, pattern
from sync.ooxml.read import Reader
from sync.ooxml.refs import Area
from sync.ooxml.rows import Cell
from sync.ooxml.sheet import Sheet
from sync.ooxml.values import Value
from sync.ooxml.xml import escape

if TYPE_CHECKING:
    from sync.ooxml.content import Content


@dataclass(frozen=True, slots=True)
class Carried:
    """A cell's content as bytes of the file; a formula reads its new row as it read its old one."""

    attributes: str  # all but place and style
    inner: str
    formula: Pattern | None = None
    row: int = 0  # where the formula stood
    array: bool = False

    def cell(self, row: int, column: str, mark: str, p: str) -> str:
        """The cell at another place, with a style's mark."""
        inner = self.inner
        if self.formula is not None:
            kind = f' t="array" ref="{column}{row}"' if self.array else ""
            text = escape(self.formula.moved(row - self.row, 0))
            inner = f"<{p}f{kind}>{text}</{p}f>{inner}"
        return f'<{p}c r="{column}{row}"{mark}{self.attributes}>{inner}</{p}c>'


@dataclass(slots=True)
class BodyRow:
    """One row of a body: styles by column, and the cells that are there."""

    number: int
    styles: dict[int, int] = field(default_factory=dict)
    cells: dict[int, Cell] = field(default_factory=dict)


class Body:
    """The rows of an area as they are in the file, without edits that wait to be written."""

    def __init__(self, content: Content, sheet: Sheet, area: Area) -> None:
        self._tk = scan.tokens(sheet.index.prefix)
        self._sheet = sheet
        self._reader = Reader(self._tk, content.strings, content.styles, sheet.epoch_1904)
        self._columns = sheet.column_styles()
        self.area = area
        self.rows = list(self._read(area))
        self._shared: dict[tuple[int, int], tuple[str, int, int]] = {
            place: (group.text, place[0] - group.row, place[1] - group.col)
            for group in sheet.index.shared for place in group.children}

    def _read(self, area: Area) -> Iterator[BodyRow]:
        blank = {col: self._column_style(col) for col in range(area.left, area.right + 1)}
        expected = area.top
        for number, raw in self._sheet.rows(area.top, area.bottom):
            while expected < number:
                yield BodyRow(expected, dict(blank))
                expected += 1
            expected = number + 1
            found = rows.split(raw, number, self._tk, self._sheet.part)
            styles = dict(blank) if found.style is None else dict.fromkeys(blank, found.style)
            cells = {}
            for cell in found.cells:
                if area.left <= cell.col <= area.right:
                    cells[cell.col] = cell
                    styles[cell.col] = scan.style_of(cell.attributes) or 0
            yield BodyRow(number, styles, cells)
        for number in range(expected, area.bottom + 1):
            yield BodyRow(number, dict(blank))

    def _column_style(self, col: int) -> int:
        return next((s for a, b, s in self._columns if a <= col <= b), 0)

    def value(self, row: BodyRow, col: int) -> Value:
        """What a cell shows."""
        cell = row.cells.get(col)
        return None if cell is None else self._reader.value(cell)

    def formula(self, row: BodyRow, col: int) -> str:
        """A cell's formula, its share of a shared one too; "" where it has none."""
        cell = row.cells.get(col)
        match = None if cell is None else self._tk.formula.search(cell.inner)
        if match is None:
            return ""
        text = xml.unescape((match[2] or b"").decode())
        if not text and (row.number, col) in self._shared:
            text = move(*self._shared[row.number, col])
        return text

    def carried(self, row: BodyRow, col: int, *, cached: bool = False) -> Carried | None:
        """A cell's content; `cached` keeps the value that a formula had. None: it is empty."""
        cell = row.cells.get(col)
        if cell is None or not cell.inner.strip():
            return None
        text = self.formula(row, col)
        if not text:
            kept = scan.without(cell.attributes, b"r", b"s").decode()
            return Carried(kept.rstrip("/").rstrip(), cell.inner.decode())
        match = self._tk.formula.search(cell.inner)
        assert match is not None
        array = scan.attribute(match[1], b"t") == b"array"
        gone = (b"r", b"s", b"vm") if cached else (b"r", b"s", b"vm", b"t")
        value = self._tk.value.search(cell.inner) if cached else None
        return Carried(scan.without(cell.attributes, *gone).decode().rstrip(),
                       value[0].decode() if value else "", pattern(text), row.number, array)
