"""A spreadsheet in memory: sheets of rows, columns and cells, and their computed values.

Cells are dicts with the writable fields of CellData and are never changed in place, so a copy of a
spreadsheet costs its rows and not its cells: a batch works on a copy and takes its place.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .a1 import Box, box, parse_box, split
from .errors import invalid
from .evaluate import Area, CellError, Node, parse, run, scalar
from .formulas import Unreadable, corners

Json = dict[str, Any]
MAX_CELLS, MAX_TEXT = 10_000_000, 50_000
sys.setrecursionlimit(max(20_000, sys.getrecursionlimit()))


@dataclass
class Line:
    """A row or a column: its properties and, of a row, its cells by column."""

    size: int | None = None  # pixels
    hidden: bool = False
    depth: int = 0  # of the groups it is in
    collapsed: frozenset[int] = frozenset()  # depths of its collapsed groups
    meta: tuple[Json, ...] = ()  # developer metadata, without their location
    cells: dict[int, Json] = field(default_factory=dict)

    def copy(self) -> Line:
        return replace(self, cells=dict(self.cells))


@dataclass
class Sheet:
    """One tab."""

    id: int
    properties: Json  # SheetProperties without sheetId, index and the sizes of the grid
    rows: list[Line]
    columns: list[Line]
    meta: tuple[Json, ...] = ()
    merges: list[Json] = field(default_factory=list)
    rules: list[Json] = field(default_factory=list)  # conditional formats
    protected: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    tables: list[Json] = field(default_factory=list)
    filter: Json | None = None

    @property
    def title(self) -> str:
        title: str = self.properties["title"]
        return title

    def lines(self, dimension: str) -> list[Line]:
        return self.rows if dimension == "ROWS" else self.columns

    def cell(self, row: int, column: int) -> Json:
        return self.rows[row].cells.get(column, {})

    def put(self, row: int, column: int, cell: Json) -> None:
        """Sets a whole cell; an empty one is no cell."""
        if cell:
            self.rows[row].cells[column] = cell
        else:
            self.rows[row].cells.pop(column, None)

    def bounded(self, where: Box) -> Box:
        return where.within(len(self.rows), len(self.columns))

    def each(self, where: Box) -> Iterator[tuple[int, int]]:
        """(row, column) of every cell place in a box."""
        b = self.bounded(where)
        for row in range(b.top or 0, b.bottom or 0):
            for column in range(b.left or 0, b.right or 0):
                yield row, column

    def copy(self) -> Sheet:
        made = copy.deepcopy(replace(self, rows=[], columns=[]))
        made.rows = [line.copy() for line in self.rows]
        made.columns = [line.copy() for line in self.columns]
        return made


def blank_sheet(id: int, title: str, rows: int = 1000, columns: int = 26) -> Sheet:
    """A new tab of the size that Google gives it."""
    return Sheet(id, {"title": title, "sheetType": "GRID"},
                 [Line() for _ in range(rows)], [Line() for _ in range(columns)])


@dataclass
class Book:
    """A spreadsheet, and who may do what with it."""

    id: str
    properties: Json
    sheets: list[Sheet]
    owner: str = "owner@example.com"
    roles: dict[str, str] = field(default_factory=dict)  # address -> writer | reader
    named: list[Json] = field(default_factory=list)
    meta: tuple[Json, ...] = ()
    # Google does not say whether a row's metadata follows its cells when they are sorted. Rows
    # themselves do not move, so here they stay; a test can ask for the other reading.
    sort_moves_metadata: bool = False
    next_id: int = 1
    _known: dict[tuple[int, int, int], Any] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        locale: str = self.properties.get("locale", "en_US")
        return locale

    def copy(self) -> Book:
        made = replace(self, sheets=[], _known={})
        made.named, made.properties = copy.deepcopy((self.named, self.properties))
        made.sheets = [sheet.copy() for sheet in self.sheets]
        return made

    def fresh_id(self) -> int:
        """A new positive id; the same each run."""
        self.next_id += 1
        return (self.next_id * 1_103_515_245) % 2_147_483_629 + 1

    def sheet(self, sheet_id: int) -> Sheet:
        """400 when there is none."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise invalid(f"No grid with id: {sheet_id}")

    def titled(self, title: str) -> Sheet | None:
        return next((s for s in self.sheets if s.title.casefold() == title.casefold()), None)

    def check_size(self) -> None:
        """400 above 10 million cells."""
        if sum(len(s.rows) * len(s.columns) for s in self.sheets) > MAX_CELLS:
            raise invalid("This action would increase the number of cells in the workbook above "
                          f"the limit of {MAX_CELLS} cells.")

    def find(self, text: str) -> tuple[Sheet, Box]:
        """A range in A1 notation or a named range. 400 when it cannot be read."""
        title, cells = split(text)
        named = next((n for n in self.named if n["name"].casefold() == cells.casefold()), None)
        on = self.titled(title) if title is not None else None
        if named and (title is None or (on and on.id == named["range"].get("sheetId", 0))):
            return self.sheet(named["range"].get("sheetId", 0)), box(named["range"])
        where = parse_box(cells) if cells else Box()
        whole = self.titled(cells) if title is None else None
        if whole and where is None:
            return whole, Box()
        sheet = self.sheets[0] if title is None else on
        if sheet is None or where is None:
            raise invalid(f"Unable to parse range: {text}")
        return sheet, where

    # What cells compute to.

    def touched(self) -> None:
        """Something changed: computed values are forgotten."""
        self._known.clear()

    def value(self, sheet: Sheet, row: int, column: int) -> Any:
        """The computed value of a cell: None, bool, number, str or CellError."""
        entered = sheet.cell(row, column).get("userEnteredValue")
        if not entered:
            return None
        kind, content = next(iter(entered.items()))
        if kind != "formulaValue":
            return content
        at = (sheet.id, row, column)
        if at not in self._known:
            self._known[at] = CellError("#REF!", "Circular dependency detected.")
            self._known[at] = self._computed(sheet, content)
        return self._known[at]

    def _computed(self, sheet: Sheet, formula: str) -> Any:
        try:
            return scalar(run(parse(formula), lambda node: self._look(sheet, node)))
        except CellError as error:
            return error
        except Unreadable as error:
            return CellError("#ERROR!", str(error))

    def _look(self, sheet: Sheet, node: Node) -> Area:
        if node[0] == "name":
            named = next((n for n in self.named
                          if n["name"].casefold() == node[1].casefold()), None)
            if not named:
                raise CellError("#NAME?", f"Unknown range name: '{node[1].upper()}'.")
            return self._area(self.sheet(named["range"].get("sheetId", 0)), box(named["range"]))
        _, title, cells = node
        target = sheet if title is None else self.titled(title)
        if target is None or cells == "#REF!":
            raise CellError("#REF!", "Reference does not exist.")
        first, second = corners(cells)
        rows = [c.row for c in (first, second)]
        columns = [c.column for c in (first, second)]
        where = Box(*_side(rows), *_side(columns))
        if (where.top or 0) >= len(target.rows) or (where.left or 0) >= len(target.columns):
            raise CellError("#REF!", "Reference does not exist.")
        return self._area(target, where)

    def _area(self, sheet: Sheet, where: Box) -> Area:
        b = sheet.bounded(where)
        return Area(tuple(
            tuple(self.value(sheet, row, column) for column in range(b.left or 0, b.right or 0))
            for row in range(b.top or 0, b.bottom or 0)))


def _side(ends: list[int | None]) -> tuple[int | None, int | None]:
    """Start and end of one side of a reference; an end that is missing is unbounded."""
    first, second = ends
    if first is None and second is None:
        return None, None
    if first is None or second is None:
        return (first if first is not None else second), None
    return min(first, second), max(first, second) + 1


def check_text(entered: Json | None) -> None:
    """400 for more than 50,000 characters in a cell."""
    for content in (entered or {}).values():
        if isinstance(content, str) and len(content) > MAX_TEXT:
            raise invalid("Your input contains more than the maximum of "
                          f"{MAX_TEXT} characters in a single cell.")
