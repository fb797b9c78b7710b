"""A sheet being edited: what was asked of it, and what it takes to place it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from sync.ooxml import refs, scan, xml
from sync.ooxml.errors import DamagedError, ProtectedPlaceError
from sync.ooxml.index import Block, Index, build, check_area
from sync.ooxml.package import Package, Rel
from sync.ooxml.refs import Area
from sync.ooxml.values import Formula, Value
from sync.ooxml.xml import Element

if TYPE_CHECKING:
    from sync.ooxml.fill import Fill

_ROWS = "rows-stand-here-5d1c9be0"
_KEPT_ROWS = 4 << 20  # sheets up to this size keep their rows at hand


@dataclass(frozen=True, slots=True)
class Edit:
    """What a cell is to hold; style None: the one it has."""

    value: Value | Formula
    style: int | None = None


class Sheet:
    """One worksheet of the workbook."""

    def __init__(self, package: Package, part: str, name: str, epoch_1904: bool) -> None:
        self.package = package
        self.part = part
        self.name = name
        self.epoch_1904 = epoch_1904
        self.edits: dict[int, dict[int, Edit]] = {}
        self.fills: list[Fill] = []
        self._source: bytes | None = None
        self._index: Index | None = None
        self._root: Element | None = None
        self.root_changed = False
        self._rows: dict[int, bytes] | None = None

    # reading
    def stream(self) -> IO[bytes]:
        if self._source is not None:
            return io.BytesIO(self._source)
        return self.package.open(self.part)

    def reader(self) -> scan.SheetReader:
        """A reader from the start of the part; odd XML is straightened out first."""
        if self._source is None:
            with self.stream() as stream:
                head = self.package.drain(stream, self.part, 512)
            if not xml.is_utf8(head):
                self.straighten()
        return scan.SheetReader(self.stream(), self.part)

    @property
    def index(self) -> Index:
        """What one pass over the sheet finds; made when first asked for."""
        if self._index is None:
            try:
                self._index = self._build()
            except scan.NeedsTreeError:
                self.straighten()
                self._index = self._build()
        return self._index

    def _build(self) -> Index:
        limit = self.package.limits.area
        found = build(self.reader(), self.part)
        if found.last_row * refs.MAX_COL > limit:
            check_area(self.reader(), self.part, limit)
        return found

    def make_orderly(self) -> None:
        """Rows that stand out of order or twice are sorted before the sheet is edited."""
        if not self.index.in_order:
            self.straighten()
            self._index = self._build()

    def straighten(self) -> None:
        """Write the part anew as plain UTF-8 without comments, its rows in order."""
        data = self.stream().read()
        root = xml.parse(data, self.part)
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
        for element in root.iter():
            if isinstance(element.tag, str) and element.text:
                element.text = str(element.text)  # CDATA becomes text
        found = xml.walk(root, "sheetData")
        if not found:
            raise DamagedError("The sheet has no table of cells", f"part {self.part}")
        _sort_rows(found[0], self.part)
        self._source = xml.serialise(root)
        self._rows = None

    def rows(self, first: int = 1, last: int = refs.MAX_ROW) -> Iterator[tuple[int, bytes]]:
        """(number, bytes) of the rows in the file between two numbers."""
        _ = self.index
        if self._source is None and self.package.size(self.part) > _KEPT_ROWS:
            yield from self._streamed_rows(first, last)
            return
        if self._rows is None:
            self._rows = dict(self._streamed_rows(1, refs.MAX_ROW))
        for number, raw in self._rows.items():
            if first <= number <= last:
                yield number, raw

    def row(self, number: int) -> bytes | None:
        if self._rows is not None:
            return self._rows.get(number)
        return next((raw for _, raw in self.rows(number, number)), None)

    def _streamed_rows(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        reader, number = self.reader(), 0
        tk = reader.tokens
        for at, batch in enumerate(reader.batches()):
            for raw in batch if at else ():
                opened = tk.row_open.match(raw)
                number = scan.row_number(opened[1] if opened else b"", number, self.part)
                if number > last and self.index.in_order:
                    return
                if first <= number <= last:
                    yield number, raw

    # everything around the cells
    @property
    def root(self) -> Element:
        """The worksheet element without its rows; set `root_changed` after changing it."""
        if self._root is None:
            mark = _ROWS.encode()
            self._root = xml.parse(self.index.head + mark + self.index.tail, self.part)
        return self._root

    def around(self) -> tuple[bytes, bytes]:
        """What stands before the first row and after the last."""
        if not self.root_changed:
            return self.index.head, self.index.tail
        head, _, tail = xml.serialise(self.root).partition(_ROWS.encode())
        return head, tail

    def rels(self) -> list[Rel]:
        return self.package.rels(self.part)

    def column_styles(self) -> list[tuple[int, int, int]]:
        """(first, last, style) of the columns that have a style."""
        if b"cols" not in self.index.head:
            return []
        cols = xml.child(self.root, "cols")
        found = []
        for col in cols if cols is not None else ():
            style = (col.get("style") or "0") if xml.local(col) == "col" else "0"
            if style.isdigit() and int(style):
                found.append((int(col.get("min", 0)), int(col.get("max", 0)), int(style)))
        return found

    # editing
    def set(self, row: int, col: int, edit: Edit) -> None:
        """Ask for a cell; refused where only the whole changes."""
        block = self.index.block_at(row, col)
        if block is not None:
            self._check_block(row, col, block)
        self.edits.setdefault(row, {})[col] = edit

    def _check_block(self, row: int, col: int, block: Block) -> None:
        head = (row, col) == (block.area.top, block.area.left)
        if block.kind == "spill" and head:
            return
        if block.kind == "array" and block.area.height == block.area.width == 1:
            return
        what = "a data table" if block.kind == "dataTable" else "an array formula"
        raise ProtectedPlaceError(
            f"The cell is part of {what} over {block.area}, which only changes as a whole",
            f"cell {refs.quote_sheet(self.name)}!{refs.letters(col)}{row}",
            "Fill another cell, or clear that formula in Excel first.",
        )

    @property
    def changed(self) -> bool:
        return bool(self.edits or self.fills or self.root_changed)

    def touched(self, area: Area) -> bool:
        """Whether a cell of the area was set or filled."""
        for fill in self.fills:
            if fill.reach.meets(area):
                return True
        if area.height > len(self.edits):
            return any(area.has(row, col) for row, cols in self.edits.items() for col in cols)
        return any(
            area.left <= col <= area.right
            for row in range(area.top, area.bottom + 1)
            for col in self.edits.get(row, ())
        )


def _sort_rows(data: Element, part: str) -> None:
    last = 0
    rows: dict[int, Element] = {}
    order = True
    for element in list(data):
        if xml.local(element) != "row":
            continue
        text = f' r="{element.get("r")}"' if element.get("r") else ""
        number = scan.row_number(text.encode(), last, part)
        order = order and number > last
        last = number
        if number in rows:
            _merge_row(rows[number], element)
        else:
            rows[number] = element
            element.set("r", str(number))
    if order:
        return
    for element in list(data):
        data.remove(element)
    for number in sorted(rows):
        data.append(rows[number])


def _merge_row(row: Element, again: Element) -> None:
    """A row that stands twice: the later cells win, in order of their columns."""
    cells: dict[int, Element] = {}
    for element in (row, again):
        col = 0
        for cell in list(element):
            text = f' r="{cell.get("r")}"' if cell.get("r") else ""
            col = scan.cell_column(text.encode(), col)
            cells[col] = cell
            element.remove(cell)
    for col in sorted(cells):
        row.append(cells[col])
