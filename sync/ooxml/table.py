"""Excel Tables: what they are, and filling them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from sync.ooxml import refs, xml
from sync.ooxml.carry import Carried
from sync.ooxml.errors import BadValueError, BlockedError, UnknownPlaceError
from sync.ooxml.fill import Down, Encoder, Fill
from sync.ooxml.formulas import pattern
from sync.ooxml.refs import Area
from sync.ooxml.sheet import Sheet
from sync.ooxml.survey import Survey, Surveyor, check_blocks, check_room
from sync.ooxml.values import Formula, Value, unescape_text
from sync.ooxml.xml import Element

if TYPE_CHECKING:
    from sync.ooxml.styles import Styles

Grow = Callable[["Table", Area, Area], None]


class Table:
    """One Excel Table: a header row, a body, perhaps a totals row."""

    def __init__(self, sheet: Sheet, part: str, styles: Styles, grow: Grow) -> None:
        self.sheet, self.part = sheet, part
        self._styles, self._grow = styles, grow

    @property
    def root(self) -> Element:
        return self.sheet.package.root(self.part)

    @property
    def name(self) -> str:
        return self.root.get("displayName") or self.root.get("name") or ""

    @property
    def ref(self) -> Area:
        """Header, body and totals row."""
        return refs.area(self.root.get("ref") or "")

    @property
    def header_rows(self) -> int:
        return int(self.root.get("headerRowCount", "1"))

    @property
    def totals_rows(self) -> int:
        return int(self.root.get("totalsRowCount", "0"))

    @property
    def body(self) -> Area:
        ref = self.ref
        return ref.rows(ref.top + self.header_rows, max(ref.bottom - self.totals_rows, ref.top))

    @property
    def columns(self) -> list[str]:
        return [unescape_text(e.get("name") or "") for e in self._column_elements()]

    def _column_elements(self) -> list[Element]:
        group = xml.child(self.root, "tableColumns")
        return xml.children(group, "tableColumn") if group is not None else []

    def column(self, name: str) -> int:
        """A column's number on the sheet."""
        for at, other in enumerate(self.columns):
            if other.casefold() == name.casefold():
                return self.ref.left + at
        raise UnknownPlaceError(
            f"The table has no column {name!r}",
            f"table {self.name} on sheet {self.sheet.name}",
            f"It has: {', '.join(self.columns)}.",
        )

    def formula_columns(self) -> list[str]:
        """The columns that a formula fills."""
        down = self._down(self._survey())
        left = self.ref.left
        return [name for at, name in enumerate(self.columns) if left + at in down]

    # filling
    def fill(
        self,
        rows: Iterable[Sequence[Value | Formula]],
        columns: Sequence[str] | None = None,
        beside: bool = True,
    ) -> int:
        """Overwrite the body with rows and resize the table; returns the number of rows.

        `columns` names the columns that the rows hold, in their order; None: every column that
        no formula fills. Formula columns are filled down; the other columns keep their cells
        row by row. Formulas right of the table that run along all of it go along (`beside`).
        The rows are consumed at once and may be a generator.
        """
        survey = self._survey()
        down = self._down(survey)
        given = self._given(columns, down)
        down = {col: one for col, one in down.items() if col not in given}
        own = tuple(range(self.ref.left, self.ref.right + 1))
        extra = survey.beside if beside else ()
        down.update({col: survey.down[col] for col in extra})
        kept = frozenset(own) - set(given) - set(down)
        encoder, count = self._encode(rows, survey, down, given, (*own, *extra), kept)
        body = self.body
        new = body.rows(body.top, body.top + max(count, 1) - 1)
        fill = Fill(body, new, (*own, *extra), kept, encoder.spool, self._filtered())
        self._check(fill, survey)
        self._forget_edits(fill)
        self.sheet.fills.append(fill)
        self._resize(body, new)
        self._grow(self, body, new)
        return count

    def rewrite(
        self, rows: Iterable[Sequence[tuple[Value | Formula | Carried, int]]],
        columns: Sequence[int],
    ) -> int:
        """Overwrite the body, and columns right of it, with cells that bring their own looks.

        Every row holds a (content, style) for each of `columns`, which are columns of the sheet
        in order, all of the table's own among them. A table without rows keeps one blank row.
        """
        survey, body = self._survey(), self.body
        where = f"table {self.name} on sheet {self.sheet.name}"
        prefix = self.sheet.index.prefix.decode()
        encoder = Encoder(prefix, self.sheet.epoch_1904, self._styles.dated, where)
        count = 0
        for cells in rows:
            encoder.write(body.top + count, [
                (col, *cell) for col, cell in zip(columns, cells, strict=True)])
            count += 1
        if not count:
            styles = dict(zip(range(body.left, body.right + 1), survey.row_styles(0), strict=False))
            encoder.write(body.top, [(col, None, styles.get(col, 0)) for col in columns])
        new = body.rows(body.top, body.top + max(count, 1) - 1)
        fill = Fill(body, new, tuple(columns), frozenset(), encoder.spool, self._filtered())
        self._check(fill, survey)
        self._forget_edits(fill)
        self.sheet.fills.append(fill)
        self._resize(body, new)
        self._grow(self, body, new)
        return count

    def _survey(self) -> Survey:
        return Surveyor(self.sheet, self._styles, self.body).run()

    def _down(self, survey: Survey) -> dict[int, Down]:
        """The formulas of the table's own columns."""
        ref = self.ref
        found = {c: one for c, one in survey.down.items() if ref.left <= c <= ref.right}
        for at, element in enumerate(self._column_elements()):
            stated = xml.child(element, "calculatedColumnFormula")
            if ref.left + at not in found and stated is not None and stated.text:
                taken = pattern(stated.text)
                if taken.fixed:
                    array = stated.get("array") in ("1", "true")
                    found[ref.left + at] = Down(taken, self.body.top, array)
        return found

    def _given(self, columns: Sequence[str] | None, down: dict[int, Down]) -> list[int]:
        if columns is not None:
            given = [self.column(name) for name in columns]
            if len(set(given)) != len(given):
                raise BadValueError("A column is named twice", f"table {self.name}")
            return given
        return [c for c in range(self.ref.left, self.ref.right + 1) if c not in down]

    def _encode(
        self,
        rows: Iterable[Sequence[Value | Formula]],
        survey: Survey,
        down: dict[int, Down],
        given: list[int],
        columns: tuple[int, ...],
        kept: frozenset[int],
    ) -> tuple[Encoder, int]:
        sheet, body = self.sheet, self.body
        where = f"table {self.name} on sheet {sheet.name}"
        prefix = sheet.index.prefix.decode()
        encoder = Encoder(prefix, sheet.epoch_1904, self._styles.dated, where)
        place = {col: at for at, col in enumerate(given)}
        count = 0
        blank: tuple[Value, ...] = (None,) * len(given)
        wide = [
            (col, place.get(col, -1), down.get(col), at if at < survey.width else -1)
            for at, col in enumerate(columns)
        ]
        narrow = [slot for slot in wide if slot[0] not in kept]
        for values in _at_least_one(rows, blank):
            if values is not blank:
                count += 1
            if len(values) != len(given):
                raise BadValueError(
                    f"Row {count} has {len(values)} values for {len(given)} columns",
                    where,
                    f"Give: {', '.join(self.columns[c - body.left] for c in given)}.",
                )
            at = max(count - 1, 0)
            styles = (*survey.row_styles(at), 0)
            cells = [
                (col, values[index] if index >= 0 else formula, styles[look])
                for col, index, formula, look in (narrow if at < body.height else wide)
            ]
            encoder.write(body.top + at, cells)
        return encoder, count

    def _check(self, fill: Fill, survey: Survey) -> None:
        bottom = fill.new.bottom
        where = f"table {self.name} on sheet {self.sheet.name}"
        check_blocks(self.sheet, fill.reach, self.name)
        if self.totals_rows and fill.new != fill.old:
            raise BlockedError(
                "The table has a totals row, so it cannot grow or shrink",
                where,
                "Switch the totals row off (Table Design) and put totals on another sheet.",
            )
        if bottom <= fill.old.bottom:
            return
        check_room(self.sheet, survey, bottom, fill.columns, self.name)
        added = Area(fill.old.bottom + 1, fill.reach.left, bottom, fill.reach.right)
        for other in _merged(self.sheet):
            if other.meets(added):
                raise BlockedError(
                    f"The table cannot grow to row {bottom}: {other} is merged below it",
                    where,
                    "Unmerge those cells, or give the table a sheet of its own.",
                )

    def _forget_edits(self, fill: Fill) -> None:
        for row in list(self.sheet.edits):
            if fill.reach.top <= row <= fill.reach.bottom:
                gone = fill.replaced(row)
                left = {c: e for c, e in self.sheet.edits[row].items() if c not in gone}
                if left:
                    self.sheet.edits[row] = left
                else:
                    del self.sheet.edits[row]

    def _filtered(self) -> bool:
        """Some rows may be hidden by a filter that knew the old rows."""
        found = xml.child(self.root, "autoFilter")
        return found is not None and len(found) > 0

    def _resize(self, old: Area, new: Area) -> None:
        if old == new:
            return
        ref = self.ref
        full = ref.rows(ref.top, ref.bottom + new.bottom - old.bottom)
        for element in xml.walk(self.root, "autoFilter", "sortState", "sortCondition"):
            area = refs.try_area(element.get("ref") or "")
            if area is None:
                continue
            if area == ref:
                element.set("ref", str(full))
            elif (area.top, area.bottom) == (old.top, old.bottom):
                element.set("ref", str(area.rows(new.top, new.bottom)))
            elif (area.top, area.bottom) == (ref.top, old.bottom):
                element.set("ref", str(area.rows(ref.top, new.bottom)))
        self.root.set("ref", _with_colon(full))
        self.sheet.package.touch(self.part)


def _at_least_one(
    rows: Iterable[Sequence[Value | Formula]], blank: Sequence[Value]
) -> Iterable[Sequence[Value | Formula]]:
    """A table without rows keeps one blank row, as in Excel."""
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        yield blank


def _with_colon(area: Area) -> str:
    text = str(area)
    return text if ":" in text else f"{text}:{text}"


def _merged(sheet: Sheet) -> list[Area]:
    if b"mergeCell" not in sheet.index.tail:
        return []
    found = (refs.try_area(e.get("ref") or "") for e in xml.walk(sheet.root, "mergeCell"))
    return [area for area in found if area is not None]
