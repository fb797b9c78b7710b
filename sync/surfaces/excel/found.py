"""Finds our tabs, tables and cells in a workbook that is open, wherever people have put them.

As in a file: a table by its name (`ops_ads`) or by the hidden header of its key column, a column
by its header in either language or by the hidden name of that cell, an overview by its names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync.ooxml import refs
from sync.surfaces.excel.grid import Area, Grid, Live, read_grid
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.found import headers_of
from sync.surfaces.xlsx.place import KEY_PREFIX, META_SHEET, Anchor
from workbook.template import Block, Input, field_id

if TYPE_CHECKING:
    import xlwings

MARK_ROWS = 200  # our marks stand in the first rows of a sheet that no name of ours leads to
SMALL = 20_000  # cells of a sheet that is read only to know its formulas
_PLACE = tuple[str, int, int]


@dataclass
class Table:
    """A table as it stands: `edge` is its last column, `right` that of what stands beside it."""

    block: Block
    grid: Grid
    top: int
    key: int
    left: int
    edge: int
    right: int
    bottom: int
    native: Any  # xlwings' table; None where a program dropped it
    headers: dict[int, str]
    fields: dict[str, int] = field(default_factory=dict)
    renamed: frozenset[int] = frozenset()

    @property
    def keys(self) -> list[str]:
        """The key of each row of the body; "" where there is none."""
        return ["" if value is None else str(value)
                for value in (self.grid.shown(row, self.key) for row in self.rows)]

    @property
    def rows(self) -> range:
        return range(self.top + 1, self.bottom + 1)

    @property
    def own(self) -> list[int]:
        """The columns that are people's."""
        ours = {self.key, *self.fields.values()}
        return [col for col in self.headers if col not in ours]

    @property
    def inputs(self) -> dict[str, int]:
        """The columns that people type into, by field."""
        return {name: self.fields[name] for item in self.block.fields
                if isinstance(item, Input) and (name := field_id(item)) in self.fields}

    @property
    def anchor(self) -> Anchor:
        columns = {name: col - 1 for name, col in self.fields.items()}
        return Anchor(self.grid.name, self.top - 1, columns)

    @property
    def body(self) -> Area:
        return Area(self.top + 1, self.left, self.bottom - self.top, self.right - self.left + 1)


class Reader:
    """What is known of an open workbook; sheets are read when they are first asked for.

    `last`: what was known a moment ago. Names are asked for one by one; where every cell is what
    it was, they are those of then.
    """

    def __init__(self, book: xlwings.Book, last: Reader | None = None) -> None:
        self.book = book
        self._grids: dict[str, Grid] = {}
        self.names: dict[str, _PLACE] = {}
        self.refer: dict[str, str] = {}
        self.again(last)

    def again(self, last: Reader | None = None) -> None:
        """Looks anew at everything: tabs were added."""
        self._grids.clear()
        self.sheets = {sheet.name: sheet for sheet in self.book.sheets}
        self._natives = {sheet: self._tables_on(sheet) for sheet in self.sheets}
        self.refer = last.refer if last is not None and self._still(last) else {
            name.name: name.refers_to or "" for name in self.book.names}
        self.names = {name: place for name, text in self.refer.items()
                      if (place := self._place(text)) is not None}
        self._marks: dict[str, _PLACE] | None = None

    def _still(self, last: Reader) -> bool:
        """Does every cell that a name leads to stand where it stood?"""
        named = {at[0] for at in last.names.values()}
        return (list(self.sheets) == list(last.sheets) and named <= last._grids.keys()
                and len(self.book.names) == len(last.refer)
                and all(self.grid(title).formulas == last.grid(title).formulas
                        for title in named))

    def changed(self, sheet: str, row: int = 0, count: int = 0) -> None:
        """A sheet has to be read anew; `count` rows were inserted above `row`, or (below 0)
        deleted from there on."""
        self._grids.pop(sheet, None)
        self._natives[sheet] = self._tables_on(sheet)
        self._marks = None
        if count:
            self.names = {name: (at[0], at[1] + count, at[2])
                          if at[0] == sheet and at[1] >= row else at
                          for name, at in self.names.items()}

    def moved(self) -> None:
        """Rows have moved: the formulas that lead to them are read anew."""
        self._grids = {title: grid for title, grid in self._grids.items() if not grid.live()}

    def formulas(self) -> dict[str, dict[tuple[int, int], str]]:
        """Sheet -> (row, column) -> formula, but of sheets of people's own that are large."""
        small = (title for title, sheet in self.sheets.items()
                 if title in self._grids or sheet.used_range.count <= SMALL)
        return {title: self.grid(title).live() for title in small}

    def grid(self, sheet: str) -> Grid:
        if sheet not in self._grids:
            self._grids[sheet] = read_grid(self.sheets[sheet])
        return self._grids[sheet]

    def _tables_on(self, sheet: str) -> dict[str, tuple[Any, Area]]:
        found = {}
        for table in self.sheets[sheet].tables:
            if table.name.casefold().startswith("ops_"):
                at = table.range
                found[table.name.casefold()] = table, Area(at.row, at.column, *at.shape)
        return found

    def _place(self, text: str) -> _PLACE | None:
        if "!" not in text or "#REF!" in text:
            return None
        sheet, ref = refs.split_sheet(text.removeprefix("="))
        area = refs.try_area(ref)
        title = next((one for one in self.sheets if sheet and one.casefold() == sheet.casefold()),
                     None)
        return (title, area.top, area.left) if title and area else None

    # --- what the workbook says of itself -------------------------------------------------

    @property
    def ours(self) -> bool:
        """Did Opsheet fill this workbook before?"""
        return META_SHEET in self.sheets

    def meta(self) -> dict[str, Any]:
        """Fact -> value, of the hidden sheet."""
        if not self.ours:
            return {}
        grid = self.grid(META_SHEET)
        return {str(grid.shown(row, 1)): grid.shown(row, 2) for row in range(1, grid.height + 1)
                if grid.shown(row, 1) is not None}

    # --- names ------------------------------------------------------------------------------

    def place(self, name: str) -> _PLACE | None:
        """(sheet, row, column) of a hidden name, if it still stands for a cell."""
        return self.names.get(name)

    def leaves_traces(self, id: str) -> bool:
        """Does a hidden name of a block or tab still stand for a cell?"""
        return any(anchors.belongs(name, id) for name in self.names)

    # --- tabs -------------------------------------------------------------------------------

    def tab(self, id: str, blocks: Iterable[str]) -> str | None:
        """The sheet of an overview tab: by its hidden names, or by the mark in its first cell."""
        starts = tuple(anchors.name_of(block, "") for block in blocks)
        wanted = {anchors.text_name(id, f"line{n}") for n in range(3)}
        for name, at in self.names.items():
            if name in wanted or (starts and name.startswith(starts)):
                return at[0]
        mark = self.marks().get(id)
        return mark[0] if mark else None

    def tabs(self, kind: str) -> list[tuple[str, str]]:
        """(id, sheet) of every overview tab, marketplaces that are gone among them."""
        found = {id: at[0] for id, at in self.marks().items() if id.startswith(f"{kind}:")}
        for name, at in self.names.items():
            market = anchors.overview_of(name, kind)
            if market and at[0] not in found.values():
                found[f"{kind}:{market}"] = at[0]
        return list(found.items())

    def marks(self) -> dict[str, _PLACE]:
        """Block or tab -> the cell that says `ops:<id>`."""
        if self._marks is None:
            self._marks = {}
            named = {at[0] for at in self.names.values()}
            for title, sheet in self.sheets.items():
                ours = title in self._grids or title in named or self._natives[title]
                grid = self.grid(title) if ours else read_grid(sheet, MARK_ROWS)
                for n, row in enumerate(grid.values, start=1):
                    for m, cell in enumerate(row, start=1):
                        if isinstance(cell, str) and cell.startswith(KEY_PREFIX):
                            self._marks.setdefault(cell.removeprefix(KEY_PREFIX), (title, n, m))
        return self._marks

    # --- tables -----------------------------------------------------------------------------

    def tables(self, blocks: Iterable[Block]) -> dict[str, Table]:
        """The tables of the blocks that the workbook has, by block."""
        found = ((block.id, self.table(block)) for block in blocks)
        return {id: table for id, table in found if table is not None}

    def table(self, block: Block) -> Table | None:
        """The table of a block; None if neither it nor its hidden header is there."""
        name, mark = f"ops_{block.id}", KEY_PREFIX + block.id
        for sheet, tables in self._natives.items():
            if name in tables:
                native, area = tables[name]
                grid = self.grid(sheet)
                key = next((col for col in range(area.left, area.left + area.width)
                            if grid.shown(area.top, col) == mark), 0)
                if key:
                    bottom = max(area.top + area.height - 1, area.top + 1)
                    return self._table(block, grid, native, area, key, bottom)
        at = self.marks().get(block.id)
        if at is None:
            return None
        grid, top, key = self.grid(at[0]), at[1], at[2]
        width = next((n for n in range(grid.width) if grid.shown(top, key + n) in (None, "")),
                     grid.width)
        bottom = top + 1
        while grid.shown(bottom + 1, key) not in (None, ""):
            bottom += 1
        return self._table(block, grid, None, Area(top, key, 1, width), key, bottom)

    def _table(
        self, block: Block, grid: Grid, native: Any, area: Area, key: int, bottom: int
    ) -> Table:
        edge = area.left + area.width - 1
        right = self._beside(grid, area.top, bottom, edge, block)
        headers = {col: grid.text(area.top, col) for col in range(area.left, right + 1)}
        table = Table(block, grid, area.top, key, area.left, edge, right, bottom, native, headers)
        known, named = headers_of(block), {
            field_id(item): self._named(block, field_id(item), table) for item in block.fields}
        inside = [col for col in headers if col <= edge and col != key]
        for col in inside:
            if headers[col] in known:
                name = field_id(known[headers[col]])
                if name not in table.fields or col == named[name]:
                    table.fields[name] = col
        lost = {name: at for name, at in named.items() if name not in table.fields
                and at in inside and at not in table.fields.values()}
        table.fields |= lost
        table.renamed = frozenset(lost.values())
        return table

    def _named(self, block: Block, name: str, table: Table) -> int:
        at = self.place(anchors.column_anchor(block.id, name))
        return at[2] if at is not None and at[:2] == (table.grid.name, table.top) else 0

    def _beside(self, grid: Grid, top: int, bottom: int, edge: int, block: Block) -> int:
        """The last column of what stands right of the table without a gap."""
        others = [area for name, (_, area) in self._natives[grid.name].items()
                  if name != f"ops_{block.id}"]
        last = edge
        while last < grid.width and not any(
                area.left <= last + 1 < area.left + area.width and area.top <= bottom
                and top < area.top + area.height for area in others) and any(
                grid.shown(row, last + 1) not in (None, "")
                or isinstance(grid.held(row, last + 1), Live) for row in range(top, bottom + 1)):
            last += 1
        return last
