"""Writing a changed sheet: one pass over its rows, each copied unless something was asked of it."""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections.abc import Iterable, Iterator
from functools import partial

from sync.ooxml import refs, rows, scan
from sync.ooxml.fill import Fill
from sync.ooxml.formulas import move
from sync.ooxml.index import Block, Shared
from sync.ooxml.refs import Area
from sync.ooxml.rows import Cell, Row
from sync.ooxml.sheet import Edit, Sheet
from sync.ooxml.styles import Styles
from sync.ooxml.values import Formula, formula_parts, parts
from sync.ooxml.xml import escape

_DIMENSION = re.compile(rb"(<(?:[^\s<>/=:]+:)?dimension\s+ref\s*=\s*[\"'])([^\"']*)([\"'])")


class Watch:
    """Areas of a sheet that others keep copies of; `hit` are those whose values changed."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self.waiting = set(areas)
        self.hit: set[Area] = set()

    def stripped(self, row: int, col: int) -> None:
        found = {area for area in self.waiting if area.has(row, col)}
        self.hit |= found
        self.waiting -= found


class Rewriter:
    """Writes one sheet with its edits; `strip` also removes stale values of formulas."""

    def __init__(self, sheet: Sheet, styles: Styles, strip: bool, watch: Watch | None = None):
        if sheet.edits or sheet.fills:
            sheet.make_orderly()
        self._sheet = sheet
        self._styles = styles
        self._strip = strip
        self._watch = watch or Watch()
        self._tk = scan.tokens(sheet.index.prefix)
        self._heads: set[bytes] = set()
        self._unplaced = False  # cells without a place were met: their columns must be counted
        self._columns: list[tuple[int, int, int]] | None = None
        self._formulas = self._move_shared(sheet.index.shared)
        self._blocks = [b for b in sheet.index.blocks if b.kind != "dataTable"]
        self._gone = [b for b in self._blocks if self._replaced(b.area.top, b.area.left)]
        self._payloads: dict[int, Iterator[list[bytes]]] = {}

    # what is replaced
    def _replaced(self, row: int, col: int) -> bool:
        if col in self._sheet.edits.get(row, ()):
            return True
        return any(fill.replaces(row, col) for fill in self._sheet.fills)

    def _move_shared(self, groups: list[Shared]) -> dict[int, dict[int, tuple[bytes, bytes]]]:
        """New formulas (attributes, text) for the cells whose shared formula loses its head."""
        found: dict[int, dict[int, tuple[bytes, bytes]]] = {}
        for group in groups:
            if not self._replaced(group.row, group.col):
                continue
            left = [place for place in group.children if not self._replaced(*place)]
            for (row, col), new in self._heirs(group, left):
                found.setdefault(row, {})[col] = new
        return found

    def _heirs(
        self, group: Shared, left: list[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], tuple[bytes, bytes]]]:
        if not left:
            return
        numbers, cols = [row for row, _ in left], [col for _, col in left]
        box = Area(min(numbers), min(cols), max(numbers), max(cols))
        heads = left[:1] if left[0] == (box.top, box.left) else left
        attributes = f' t="shared" ref="{box}" si="{group.si.decode()}"' if heads != left else ""
        for row, col in heads:
            text = escape(move(group.text, row - group.row, col - group.col))
            yield (row, col), (attributes.encode(), text.encode())

    # the pass
    def chunks(self) -> Iterator[bytes]:
        """The part's new bytes."""
        head, tail = self._sheet.around()
        yield self._with_dimension(head)
        yield from self._rows()
        yield tail

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """(number, bytes) of every row, one by one."""
        wanted = self._wanted()
        target = next(wanted, None)
        for number, raw in self._source():
            while target is not None and target < number:
                yield from self._created(target)
                target = next(wanted, None)
            if target == number:
                target = next(wanted, None)
            yield number, self._changed(number, raw)
        while target is not None:
            yield from self._created(target)
            target = next(wanted, None)

    def _rows(self) -> Iterator[bytes]:
        out, size = [], 0
        for _, raw in self.numbered():
            out.append(raw)
            size += len(raw)
            if size > scan.CHUNK:
                yield b"".join(out)
                out, size = [], 0
        yield b"".join(out)

    def _source(self) -> Iterator[tuple[int, bytes]]:
        reader, number = self._sheet.reader(), 0
        row_open = self._tk.row_open
        for at, batch in enumerate(reader.batches()):
            for raw in batch if at else ():
                opened = row_open.match(raw)
                number = scan.row_number(opened[1] if opened else b"", number, self._sheet.part)
                yield number, raw

    def _wanted(self) -> Iterator[int]:
        """The rows that must exist, in order."""
        last = 0
        fills = (range(f.new.top, f.new.bottom + 1) for f in self._sheet.fills)
        for number in heapq.merge(sorted(self._sheet.edits), *fills):
            if number > last:
                yield number
                last = number

    def _created(self, number: int) -> Iterator[tuple[int, bytes]]:
        raw = rows.join(rows.new_row(number, self._tk), self._tk)
        changed = self._changed(number, raw, new=True)
        if changed != raw:
            yield number, changed

    def _changed(self, number: int, raw: bytes, new: bool = False) -> bytes:
        if number in self._formulas:
            raw = self._inherit(number, raw)
        if self._strip and not new:
            raw = self._stripped(number, raw)
        elif self._gone and not new:
            raw = self._stripped(number, raw, only=self._gone)
        for fill in self._sheet.fills:
            if fill.reach.top <= number <= fill.reach.bottom:
                raw = self._filled(number, raw, fill)
        if number in self._sheet.edits:
            raw = self._edited(number, raw, self._sheet.edits[number])
        return raw

    def _inherit(self, number: int, raw: bytes) -> bytes:
        row = rows.split(raw, number, self._tk, self._sheet.part)
        for cell in row.cells:
            if cell.col in self._formulas[number]:
                new = partial(self._heir, *self._formulas[number][cell.col])
                cell.raw = self._tk.formula.sub(new, cell.raw, count=1)
        return rows.join(row, self._tk)

    def _heir(self, attributes: bytes, text: bytes, old: re.Match[bytes]) -> bytes:
        kept = scan.without(old[1], b"t", b"ref", b"si")
        name = self._tk.prefix + b"f"
        return b"<" + name + kept + attributes + b">" + text + b"</" + name + b">"

    # stale values
    def _stripped(self, number: int, raw: bytes, only: list[Block] | None = None) -> bytes:
        tk = self._tk
        blocks = self._blocks if only is None else only
        blocks = [b for b in blocks if b.area.top <= number <= b.area.bottom]
        if tk.formula_mark not in raw and not blocks:
            return raw
        watched = any(a.top <= number <= a.bottom for a in self._watch.waiting)
        if not blocks and only is None:
            bare_one = partial(self._bare_formula, number if watched else 0)
            new_raw, count = tk.formula_cell.subn(bare_one, raw)
            if count == raw.count(tk.formula_mark) and not self._unplaced:
                return new_raw
        col = 0

        def bare(match: re.Match[bytes]) -> bytes:
            nonlocal col
            col = scan.cell_column(match[1], col, self._sheet.part)
            if not match[2]:
                return match[0]
            new = None
            if only is None and tk.formula_mark in match[2]:
                new = rows.strip_cache(match, tk, self._heads)
            if new is None and tk.formula_mark not in match[2]:
                inside = any(block.area.has(number, col) for block in blocks)
                new = rows.bare(match, tk) if inside else None
            if new is None:
                return match[0]
            if watched:
                self._watch.stripped(number, col)
            return new

        return tk.cell.sub(bare, raw)

    def _bare_formula(self, number: int, match: re.Match[bytes]) -> bytes:
        new = rows.strip_cache(match, self._tk, self._heads)
        if number and new is not None:
            if not scan.has_ref(match[1]):
                self._unplaced = True
                return match[0]
            self._watch.stripped(number, scan.cell_column(match[1], 0))
        return new or match[0]

    # fills and edits
    def _filled(self, number: int, raw: bytes, fill: Fill) -> bytes:
        payload: list[bytes] = []
        if number <= fill.new.bottom:
            if id(fill) not in self._payloads:
                self._payloads[id(fill)] = fill.payloads()
            payload = next(self._payloads[id(fill)])
        solid = fill.solid(number)
        row = None
        if raw and solid is not None:
            row = rows.emptied(raw, number, self._tk, solid, self._sheet.part)
        if row is None and raw:
            row = rows.split(raw, number, self._tk, self._sheet.part)
        row = row or rows.new_row(number, self._tk)
        gone = fill.replaced(number) if row.cells else frozenset()
        kept = [cell for cell in row.cells if cell.col not in gone]
        runs = [Cell(c, b"", data, b' r="A1"', b"") for c, data in fill.runs(number, payload)]
        row.cells = sorted([*kept, *runs], key=lambda cell: cell.col) if kept else runs
        if fill.unhide:
            row.attributes = scan.without(row.attributes, b"hidden")
        if row.plain and not self._sheet.index.implicit_rows:
            return b""
        if runs:
            row.attributes = scan.without(row.attributes, b"spans")
        return rows.join(row, self._tk)

    def _edited(self, number: int, raw: bytes, edits: dict[int, Edit]) -> bytes:
        raw = raw or rows.join(rows.new_row(number, self._tk), self._tk)
        row = rows.split(raw, number, self._tk, self._sheet.part)
        for col, edit in sorted(edits.items()):
            self._apply(row, col, edit)
        return rows.join(row, self._tk)

    def _apply(self, row: Row, col: int, edit: Edit) -> None:
        old = next((cell for cell in row.cells if cell.col == col), None)
        if old is None and edit.value is None and edit.style is None:
            return
        style = edit.style
        if style is None:
            style = self._inherited(row, col) if old is None else scan.style_of(old.attributes) or 0
        value = edit.value
        shown = value.value if isinstance(value, Formula) else value
        if isinstance(shown, dt.date):
            style = self._styles.dated(style, isinstance(shown, dt.datetime))
        p = self._tk.prefix.decode()
        make = formula_parts if isinstance(value, Formula) else parts
        kind, inner = make(value, self._sheet.epoch_1904, p)  # type: ignore[arg-type]
        kept = b""
        if old is not None:
            kept = rows.kept_attributes(old.attributes)
            inner += rows.kept_inside(old.inner)
        data = rows.cell_bytes(row.number, col, style, kind, inner, self._tk, kept)
        rows.put(row, Cell(col, b"", data, b' r="A1"', b""))

    def _inherited(self, row: Row, col: int) -> int:
        if row.style is not None:
            return row.style
        if self._columns is None:
            self._columns = self._sheet.column_styles()
        return next((s for a, b, s in self._columns if a <= col <= b), 0)

    # the used area
    def _with_dimension(self, head: bytes) -> bytes:
        match = _DIMENSION.search(head)
        area = refs.try_area(match[2].decode("utf-8", "replace")) if match else None
        if match is None or area is None:
            return head
        top, left, bottom, right = area.top, area.left, area.bottom, area.right
        boxes = [fill.new for fill in self._sheet.fills]
        for row, cols in self._sheet.edits.items():
            boxes.append(Area(row, min(cols), row, max(cols)))
        for box in boxes:
            top, left = min(top, box.top), min(left, box.left)
            bottom, right = max(bottom, box.bottom), max(right, box.right)
        new = str(Area(top, left, bottom, right)).encode()
        if not boxes or refs.try_area(new.decode()) == area:
            return head
        return head[: match.start(2)] + new + head[match.end(2) :]
