"""Finds the tables of a workbook that Opsheet made, wherever people have put them.

A table is found by its name (`ops_ads`), or where a program dropped or displaced that, by the
hidden header of its key column (`ops:ads`). A column is found by its header in either language, or
where a person renamed the header, by the hidden name of its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from sync.ooxml import Area, Table, Workbook, refs
from sync.ooxml.carry import Body, BodyRow
from sync.ooxml.values import Value
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.place import KEY_PREFIX, Anchor
from sync.surfaces.xlsx.tables import add_table, fit_columns, move_table
from workbook.plan import label_of
from workbook.template import Block, Field, field_id

LEFT_OVER = "left_over"
_MARK_ROWS = 200  # the mark of an overview tab stands in one of its first rows


@dataclass(slots=True)
class Found:
    """A table of ours as it stands; rows and columns count from 1."""

    block: Block
    table: Table
    key: int
    headers: dict[int, str]  # of the table's columns and of those right beside it
    fields: dict[str, int]  # field -> column
    renamed: frozenset[int]  # columns of ours whose header a person changed
    body: Body

    @property
    def sheet(self) -> str:
        return self.table.sheet.name

    @property
    def own(self) -> list[int]:
        """The columns that are people's: in the table or right beside it."""
        ours = {self.key, *self.fields.values()}
        return [col for col in self.headers if col not in ours]

    @property
    def anchor(self) -> Anchor:
        """Where the table stands, for formulas."""
        columns = {name: col - 1 for name, col in self.fields.items()}
        return Anchor(self.sheet, self.table.ref.top - 1, columns)

    def rows(self) -> Iterator[tuple[str, BodyRow]]:
        """(key, row) of every row of the body; the key is "" where there is none."""
        for row in self.body.rows:
            key = self.body.value(row, self.key)
            yield "" if key is None else str(key), row

    def header_of(self, col: int) -> str:
        """What a column of people's is called."""
        return self.headers[col] or f"column {refs.letters(col)}"


def headers_of(block: Block) -> dict[str, Field]:
    """Header -> field in both languages; of headers that repeat, the second ends with " 2"."""
    found: dict[str, Field] = {}
    for lang in ("en", "zh"):
        for item, text in zip(block.fields, labels_of(block, lang), strict=True):
            found.setdefault(text, item)
    return found


def labels_of(block: Block, lang: str) -> list[str]:
    """The headers of a table; Excel wants each of them once."""
    seen: dict[str, int] = {}
    unique = []
    for label in (label_of(item, lang) for item in block.fields):
        seen[label] = seen.get(label, 0) + 1
        unique.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return unique


class Finder:
    """Finds tables of blocks in an open workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._keys: dict[str, tuple[str, int, int]] | None = None
        self._names: dict[str, tuple[str, Area] | None] = {}
        self.again()

    def find(self, block: Block) -> Found | None:
        """The table of a block; None if neither it nor its hidden header is there."""
        name = f"ops_{block.id}"
        table = next((t for n, t in self._book.tables.items() if n.casefold() == name), None)
        if table is not None:
            key = self._key_in(table, block.id)
            if key:
                return self._found(block, table, key)
        at = self._key_cells().get(block.id)
        if at is None:
            return None
        sheet, row, col = at
        if table is not None and table.sheet.name == sheet:
            move_table(table, self._extent(sheet, row, col, table.ref.width))
        else:
            width = self._width(sheet, row, col)
            table = add_table(self._book.content, sheet, self._extent(sheet, row, col, width), name)
        return self._found(block, table, col)

    def find_all(
        self, blocks: Iterable[Block], known: Mapping[str, Found] | None = None
    ) -> dict[str, Found]:
        """The tables of the blocks that the workbook has, by block; `known` are found already."""
        found = {block.id: (known or {}).get(block.id) or self.find(block) for block in blocks}
        return {id: table for id, table in found.items() if table is not None}

    def place(self, name: str) -> tuple[str, int, int] | None:
        """(sheet, row, column) of a hidden name, if it still stands for a cell."""
        found = self._names.get(name)
        if found is None or found[0].casefold() not in self._book.content.sheets:
            return None
        return found[0], found[1].top, found[1].left

    def leaves_traces(self, id: str) -> bool:
        """Does a hidden name of a block still stand for a cell, though its table is gone?"""
        return any(anchors.belongs(name, id) and self.place(name) for name in self._names)

    def tab(self, id: str, blocks: Iterable[str]) -> str | None:
        """The sheet of an overview tab: by its hidden names, or by the mark in its first cell."""
        for name in [anchors.text_name(id, f"line{n}") for n in range(3)]:
            place = self.place(name)
            if place is not None:
                return place[0]
        for block in blocks:
            start = anchors.name_of(block, "")
            for name in self._names:
                place = self.place(name) if name.startswith(start) else None
                if place is not None:
                    return place[0]
        return dict(self.tabs(id.partition(":")[0])).get(id)

    def tabs(self, kind: str) -> list[tuple[str, str]]:
        """(id, sheet) of every overview tab, marketplaces that are gone among them."""
        with_tables = {table.sheet.name for table in self._book.tables.values()}
        marks: dict[str, tuple[str, int, int]] = {}
        for sheet in self._book.sheet_names:
            if sheet not in with_tables:
                self._scan(sheet, _MARK_ROWS, marks)
        found = {id: at[0] for id, at in marks.items() if id.startswith(f"{kind}:")}
        for name in self._names:
            market = anchors.overview_of(name, kind)
            place = self.place(name) if market else None
            if place is not None and place[0] not in found.values():
                found[f"{kind}:{market}"] = place[0]
        return list(found.items())

    def again(self) -> Self:
        """Looks anew, because tabs were added."""
        self._keys = None
        self._names = {n.name: n.place for n in self._book.defined_names.values()
                       if n.name.startswith(anchors.PREFIX) and n.place and n.scope is None}
        return self

    # --- where it stands ------------------------------------------------------------------

    def _key_in(self, table: Table, id: str) -> int:
        """The key column of a table; 0 if its header is not where the table says."""
        ref = table.ref
        return next((ref.left + n for n, text in enumerate(self._row(table.sheet.name, ref))
                     if text == KEY_PREFIX + id), 0)

    def _row(self, sheet: str, area: Area) -> list[Value]:
        return self._book.read(f"{refs.quote_sheet(sheet)}!{area.rows(area.top, area.top)}")[0]

    def _key_cells(self) -> dict[str, tuple[str, int, int]]:
        """Block id -> place of the cell that says `ops:<block>`."""
        if self._keys is None:
            self._keys = {}
            whole = {table.sheet.name for name, table in self._book.tables.items()
                     if name.startswith("ops_") and self._key_in(table, name.removeprefix("ops_"))}
            for sheet in self._book.sheet_names:
                if sheet not in whole:
                    self._scan(sheet, refs.MAX_ROW, self._keys)
        return self._keys

    def _scan(self, sheet: str, rows: int, found: dict[str, tuple[str, int, int]]) -> None:
        used = self._book.used(sheet)
        if used is None:
            return
        area = used.rows(1, min(used.bottom, rows))
        for n, row in enumerate(self._book.read(f"{refs.quote_sheet(sheet)}!{area}"), 1):
            for m, cell in enumerate(row, 1):
                if isinstance(cell, str) and cell.startswith(KEY_PREFIX):
                    found.setdefault(cell.removeprefix(KEY_PREFIX), (sheet, n, m))

    def _extent(self, sheet: str, top: int, left: int, width: int) -> Area:
        """The table below a header: as far as its rows have a key."""
        used = self._book.used(sheet)
        bottom = top + 1
        area = Area(top + 1, left, max(used.bottom if used else 0, top + 1), left)
        for n, row in enumerate(self._book.read(f"{refs.quote_sheet(sheet)}!{area}"), top + 1):
            if row[0] in (None, ""):
                break
            bottom = n
        return Area(top, left, bottom, left + width - 1)

    def _width(self, sheet: str, row: int, col: int) -> int:
        used = self._book.used(sheet)
        cells = self._row(sheet, Area(row, col, row, used.right if used else col))
        return next((n for n, cell in enumerate(cells) if cell in (None, "")), len(cells))

    # --- its columns ----------------------------------------------------------------------

    def _found(self, block: Block, table: Table, key: int) -> Found:
        ref = table.ref
        fit_columns(self._book.content, table)
        right = self._beside(table)
        whole = Area(ref.top, ref.left, ref.bottom, right)
        texts = self._row(table.sheet.name, whole)
        headers = {ref.left + n: "" if text is None else str(text).strip()
                   for n, text in enumerate(texts)}
        inside = {col: text for col, text in headers.items() if col <= ref.right and col != key}
        fields, renamed = self._fields(block, table, inside)
        body = Body(self._book.content, table.sheet, Area(
            table.body.top, ref.left, table.body.bottom, right))
        return Found(block, table, key, headers, fields, renamed, body)

    def _fields(
        self, block: Block, table: Table, headers: Mapping[int, str]
    ) -> tuple[dict[str, int], frozenset[int]]:
        known, fields, renamed = headers_of(block), dict[str, int](), set[int]()
        named = {field_id(item): self._named_column(block, field_id(item), table)
                 for item in block.fields}
        for col, text in headers.items():
            if text in known:
                name = field_id(known[text])
                if name not in fields or col == named[name]:  # people may have one called so too
                    fields[name] = col
        for name, at in named.items():
            if name not in fields and at in headers and at not in fields.values():
                fields[name] = at
                renamed.add(at)
        return fields, frozenset(renamed)

    def _named_column(self, block: Block, name: str, table: Table) -> int:
        """The column whose header cell has the field's hidden name; 0 if none has."""
        at = self.place(anchors.column_anchor(block.id, name))
        here = at is not None and at[:2] == (table.sheet.name, table.ref.top)
        return at[2] if at is not None and here else 0

    def _beside(self, table: Table) -> int:
        """The last column of what stands right of the table without a gap."""
        ref = table.ref
        used = self._book.used(table.sheet.name)
        right = used.right if used else ref.right
        if right <= ref.right:
            return ref.right
        others = [t.ref for t in self._book.tables.values()
                  if t.sheet is table.sheet and t.root is not table.root]
        area = Area(ref.top, ref.right + 1, ref.bottom, right)
        place = f"{refs.quote_sheet(table.sheet.name)}!{area}"
        filled = {m for row in self._book.read(place)
                  for m, cell in enumerate(row, ref.right + 1) if cell not in (None, "")}
        for text in self._book.read_formulas(place):
            filled.add(refs.cell(text)[1])
        blocks = [b.area for b in table.sheet.index.blocks if b.area.height * b.area.width > 1]
        apart = [one for one in (*others, *blocks) if one.meets(area)]  # these stay as a whole
        last = ref.right
        while last + 1 in filled and not any(o.left <= last + 1 <= o.right for o in apart):
            last += 1
        return last
