"""Refills one table in place: rows by key, columns by header, people's cells with their row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sync.ooxml import Formula, Table, xml
from sync.ooxml.carry import BodyRow, Carried
from sync.ooxml.formulas import pattern
from sync.ooxml.values import Value as CellValue
from sync.surfaces.xlsx.content import content_of, number
from sync.surfaces.xlsx.draw import style_of
from sync.surfaces.xlsx.formats import Formats, codes_of
from sync.surfaces.xlsx.found import Found
from sync.surfaces.xlsx.moved import OWN, Hanging
from sync.surfaces.xlsx.place import Places, Spot
from sync.surfaces.xlsx.styles import Styles
from sync.surfaces.xlsx.typed import plain
from workbook.formulas import Formula as PlannedFormula
from workbook.model import Cell, Unit, Value
from workbook.plan import Planned, PlannedRow, Typed, unit_of
from workbook.template import Field, Input, field_id

Content = CellValue | Formula | Carried
Lost = dict[Typed, Value]


@dataclass(slots=True)
class Down:
    """A formula that fills a column of people's: how it reads in a row of its own."""

    mark: str  # as it reads in the body's first row
    carried: Carried


@dataclass(slots=True)
class TableRefill:
    """What becomes of one table.

    `lost` are people's cells whose row is gone or has no key; `returned` the ones that stand on the
    Left over tab and find their row again.
    """

    found: Found
    planned: Planned
    lost: Lost = field(default_factory=dict)
    returned: set[Typed] = field(default_factory=set)
    _old: dict[str, BodyRow] = field(default_factory=dict)
    _back: dict[tuple[str, int], Value] = field(default_factory=dict)
    _down: dict[int, Down] = field(default_factory=dict)
    _pool: dict[tuple[int, str], int] = field(default_factory=dict)

    def gather(self, left_over: Lost) -> None:
        """Finds what belongs to people, before anything is written."""
        spare: list[tuple[str, BodyRow]] = []
        for key, row in self.found.rows():
            if not key:
                spare.append((f"row {row.number}", row))
                continue
            if key in self._old:
                spare.append((key, self._old[key]))
            self._old[key] = row
        for col in self.found.own:
            down = self._down_of(col)
            if down is not None:
                self._down[col] = down
        rows = {row.key: row for row in self.planned.rows}
        for key, row in self._old.items():
            if key not in rows:
                self._lose(key, row, self.found.own)
        for key, row in spare:
            self._lose_spare(key, row)
        self._lose_hidden(rows)
        self.lost |= self.hanging().lost()
        self._find_returned(left_over, rows)

    def hanging(self) -> Hanging:
        """Comments and links of the table's rows, which follow their rows."""
        top = self.found.table.body.top
        now = {row.key: top + n for n, row in enumerate(self.planned.rows)}
        keys = {row.number: key for key, row in self.found.rows()}
        moves = {row.number: now.get(key) if self._old.get(key) is row else None
                 for key, row in self.found.rows()}
        return Hanging(self.found, moves, keys)

    # --- people's cells -------------------------------------------------------------------

    def _down_of(self, col: int) -> Down | None:
        """The formula that most rows of a column have."""
        top, body = self.found.table.body.top, self.found.body
        marks: Counter[str] = Counter()
        carried: dict[str, Carried] = {}
        for row in self._old.values():
            mark = self._mark(row, col)
            if mark:
                marks[mark] += 1
                one = body.carried(row, col)
                if one is not None:
                    carried.setdefault(mark, one)
        if not self._old:
            return self._stated(col)
        mark, count = marks.most_common(1)[0] if marks else ("", 0)
        return Down(mark, carried[mark]) if count * 2 >= len(self._old) and top else None

    def _mark(self, row: BodyRow, col: int) -> str:
        text = self.found.body.formula(row, col)
        return pattern(text).moved(self.found.table.body.top - row.number, 0) if text else ""

    def _stated(self, col: int) -> Down | None:
        """The formula that the table itself states for a column, where no row is left to ask."""
        table, number = self.found.table, col - self.found.table.ref.left
        elements = xml.walk(table.root, "tableColumn")
        stated = (xml.child(elements[number], "calculatedColumnFormula")
                  if number < len(elements) else None)
        if stated is None or not stated.text or not pattern(stated.text).fixed:
            return None
        return Down(stated.text, Carried("", "", pattern(stated.text), table.body.top))

    def _lose(self, key: str, row: BodyRow, columns: list[int]) -> None:
        for col in columns:
            if col in self._down and self._mark(row, col) == self._down[col].mark:
                continue
            value = self._said(row, col)
            if value is not None:
                self._put(key, self._name(col), value)

    def _lose_spare(self, key: str, row: BodyRow) -> None:
        """A row without a key, or the second with the same one: what only stands there."""
        kept = self._old.get(key)
        inputs = {self.found.fields.get(field_id(f)) for f in self.found.block.fields
                  if isinstance(f, Input)}
        columns = [col for col in self.found.headers if col != self.found.key and (
            kept is None or col in inputs or col in self.found.own)]
        columns = [col for col in columns
                   if kept is None or self._said(row, col) != self._said(kept, col)]
        self._lose(key, row, columns)

    def _lose_hidden(self, rows: dict[str, PlannedRow]) -> None:
        """What is typed for a column that is not there any more."""
        for item in self.found.block.fields:
            name = field_id(item)
            if isinstance(item, Input) and name not in self.found.fields:
                for key, row in rows.items():
                    cell = row.cells.get(name)
                    if isinstance(cell, Cell) and cell.value is not None:
                        self._put(key, name, cell.value)

    def _find_returned(self, left_over: Lost, rows: dict[str, PlannedRow]) -> None:
        columns = {self._name(col): col for col in self.found.own if col not in self._down}
        for typed, value in left_over.items():
            block, key, name = typed
            col = columns.get(name)
            if block != self.found.block.id or key not in rows or col is None:
                continue
            if key not in self._old or self._said(self._old[key], col) is None:
                self._back[key, col] = value
                self.returned.add(typed)

    def _said(self, row: BodyRow, col: int) -> Value:
        """What a cell shows; of a formula its text."""
        text = self.found.body.formula(row, col)
        return f"={text}" if text else plain(self.found.body.value(row, col))

    def _name(self, col: int) -> str:
        """How the Left over tab calls a column."""
        names = {at: name for name, at in self.found.fields.items()}
        return names.get(col) or OWN + self.found.header_of(col)

    def _put(self, key: str, name: str, value: Value) -> None:
        typed, number = (self.found.block.id, key, name), 2
        while typed in self.lost:
            typed, number = (self.found.block.id, f"{key} ({number})", name), number + 1
        self.lost[typed] = value

    # --- writing --------------------------------------------------------------------------

    def formats(self, styles: Styles) -> list[Any]:
        """The formats of a new workbook for columns that have no look yet."""
        self._fill_pool()
        bare = [item for item in self.found.block.fields
                if (self.found.fields.get(field_id(item), 0), "") not in self._pool]
        return [style_of(styles, item, row, row.cells.get(field_id(item), Cell(None)))
                for row in self.planned.rows for item in bare]

    def write(self, places: Places, formats: Formats, styles: Styles) -> int:
        """Overwrites the table's body; returns how many cells were written."""
        table: Table = self.found.table
        self._fill_pool()
        columns = sorted(self.found.headers)
        table.rewrite(self._rows(places, formats, styles, columns), columns)
        return len(self.planned.rows) * len(self.found.fields)

    def _fill_pool(self) -> None:
        """The most common look of each column, overall and by currency."""
        if self._pool:
            return
        group = {row.key: row.look for row in self.planned.rows}
        keyed = list(self._old.items())
        blank = [("", row) for row in self.found.body.rows] if not keyed else []
        counts: dict[tuple[int, str], Counter[int]] = {}
        for key, row in keyed or blank:
            for col, style in row.styles.items():
                if style or keyed:
                    counts.setdefault((col, ""), Counter())[style] += 1
                if group.get(key):
                    counts.setdefault((col, group[key]), Counter())[style] += 1
        self._pool = {at: count.most_common(1)[0][0] for at, count in counts.items()}

    def _rows(
        self, places: Places, formats: Formats, styles: Styles, columns: list[int]
    ) -> Iterator[list[tuple[Content, int]]]:
        names = {col: name for name, col in self.found.fields.items()}
        items = {field_id(item): item for item in self.found.block.fields}
        own = {col: codes_of(items[name]) for col, name in names.items()}
        made: dict[tuple[object, ...], Any] = {}
        blank = Cell(None)
        for n, row in enumerate(self.planned.rows):
            old = self._old.get(row.key)
            number = self.found.table.body.top + n
            cells: list[tuple[Content, int]] = []
            for col in columns:
                if col == self.found.key:
                    cells.append((row.key, self._base(old, col, row)[0] or 0))
                    continue
                if col not in names:
                    cells.append((self._own_content(old, row.key, col),
                                  self._base(old, col, row)[0] or 0))
                    continue
                item, cell = items[names[col]], row.cells.get(names[col], blank)
                known = cell.cell if isinstance(cell, PlannedFormula) else cell
                kind = (names[col], type(known.value), known.state, row.look,
                        names[col] in row.closed)
                if kind not in made:
                    made[kind] = style_of(styles, item, row, cell)
                look = self._look(formats, old, col, row, item, made[kind], own[col],
                                  type(known.value))
                spot = Spot(self.found.sheet, number - 1, col - 1)
                cells.append((self._content(places, old, col, row, item, cell, spot), look))
            yield cells

    def _base(self, old: BodyRow | None, col: int, row: PlannedRow) -> tuple[int | None, bool]:
        """The look that a cell starts from, and whether it was one of another currency."""
        if old is not None:
            return old.styles.get(col, 0), False
        if row.look and (col, row.look) in self._pool:
            return self._pool[col, row.look], False
        return self._pool.get((col, "")), bool(row.look)

    def _look(
        self, formats: Formats, old: BodyRow | None, col: int, row: PlannedRow, item: Field,
        new: Any, own: Any, value_kind: type,
    ) -> int:
        base, foreign = self._base(old, col, row)
        if base is None:
            return formats.fresh(new)
        force = value_kind in (int, float, Decimal) and formats.is_date(base)
        if isinstance(item, Input):
            return formats.adapted(base, new, own, force=force, marks=False)
        force = force or (foreign and unit_of(item) in (Unit.MONEY, Unit.ROW))
        return formats.adapted(base, new, own, force=force)

    def _content(
        self, places: Places, old: BodyRow | None, col: int, row: PlannedRow, item: Field,
        cell: Cell | PlannedFormula, spot: Spot,
    ) -> Content:
        if isinstance(item, Input) and old is not None and self.found.body.formula(old, col):
            return self.found.body.carried(old, col, cached=True)
        return content_of(places, cell, spot, self.planned.id, row.key)

    def _own_content(self, old: BodyRow | None, key: str, col: int) -> Content:
        if (key, col) in self._back:
            return number(self._back[key, col])
        down = self._down.get(col)
        if old is None:
            return down.carried if down else None
        if down is not None and self._mark(old, col) == down.mark:
            return down.carried
        return self.found.body.carried(old, col)
