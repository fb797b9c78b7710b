"""Fills the body of one table: our columns as blocks, people's cells only where the plan knows
more than the sheet."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sync.ooxml.formulas import pattern
from sync.surfaces.excel.grid import Area, Content, Live, Unknown, content, same, typed
from sync.surfaces.excel.places import LivePlaces
from sync.surfaces.excel.rows import Arranged
from sync.surfaces.excel.write import GENERAL, TEXT, Form, Writer, formats_of, runs, shows_dates
from sync.surfaces.xlsx.draw import style_of
from sync.surfaces.xlsx.formats import bare, codes_of
from sync.surfaces.xlsx.found import labels_of
from sync.surfaces.xlsx.place import Spot
from sync.surfaces.xlsx.styles import Styles
from workbook.formulas import Formula
from workbook.model import Cell
from workbook.plan import PlannedRow, State
from workbook.template import Field, Input, field_id


class Recorder:
    """Takes the formats that drawing code asks XlsxWriter for, and keeps what they say."""

    def add_format(self, properties: dict[str, Any]) -> SimpleNamespace:
        return SimpleNamespace(**{"num_format": GENERAL} | properties)


class TableFill:
    """One table of an open workbook; its rows stand as `arrange` left them.

    `first`: what people had typed when the workbook was read; what they typed since counts more
    than the plan.
    """

    def __init__(
        self, made: Arranged, places: LivePlaces, writer: Writer, styles: Styles, first: State
    ) -> None:
        self._made, self._places, self._writer = made, places, writer
        self._styles, self._first = styles, first
        self._table = made.table
        self._rows = {row.key: row for row in made.planned.rows}
        self._lines = [self._rows.get(slot.key) if not slot.stays else None
                       for slot in made.slots]
        self._codes: dict[tuple[object, ...], str] = {}

    def write(self, lang: str) -> None:
        """Headers in the language, keys, our columns, then what the plan knows of people's."""
        self._headers(lang)
        wanted: dict[int, list[Content]] = {}
        if any(slot.fresh or not slot.key for slot in self._made.slots):
            wanted[self._table.key] = [slot.key or None for slot in self._made.slots]
        items = {field_id(item): item for item in self._table.block.fields}
        forms: dict[int, list[str]] = {}
        for name, col in self._table.fields.items():
            if not isinstance(items[name], Input):
                wanted[col], forms[col] = self._machine(items[name], name, col)
        self._blocks(wanted, forms, items)
        for name, col in self._table.inputs.items():
            self._typed(items[name], name, col)
        for col in self._table.own:
            self._fill_down(col)

    # --- our columns --------------------------------------------------------------------

    def _machine(self, item: Field, name: str, col: int) -> tuple[list[Content], list[str]]:
        wanted: list[Content] = []
        codes: list[str] = []
        for n, (slot, row) in enumerate(zip(self._made.slots, self._lines, strict=True)):
            if row is None:  # a person's row: its names stay, numbers that are gone do not
                held = self._table.grid.held(self._table.top + 1 + n, col)
                keep = slot.stays and (not slot.key or isinstance(held, str))
                wanted.append(held if keep else None)
                codes.append(TEXT if keep and isinstance(held, str) else "")
                continue
            cell = row.cells.get(name, Cell(None))
            spot = Spot(self._table.grid.name, self._table.top + n, col - 1)
            wanted.append(self._places.content(cell, spot, self._made.planned.id, row.key))
            codes.append(self._code(item, row, cell, wanted[-1]))
        return wanted, codes

    def _code(self, item: Field, row: PlannedRow, cell: Cell | Formula, held: Content) -> str:
        """The number format that the cell needs; a formula in a text cell would be a text."""
        if isinstance(held, str):
            return TEXT
        known = cell.cell if isinstance(cell, Formula) else cell
        key = (field_id(item), type(known.value), row.look, field_id(item) in row.closed)
        if key not in self._codes:
            self._codes[key] = str(style_of(self._styles, item, row, cell).num_format)
        code = self._codes[key]
        if code == TEXT and isinstance(held, Live | int | float):
            return GENERAL
        return code

    def _blocks(
        self, wanted: dict[int, list[Content]], forms: dict[int, list[str]],
        items: dict[str, Field],
    ) -> None:
        """Writes the columns that differ, neighbours together."""
        height, top = len(self._made.slots), self._table.top + 1
        names = {col: name for name, col in self._table.fields.items()}
        fresh = {n for n, slot in enumerate(self._made.slots) if slot.fresh}
        changed: dict[int, tuple[int, int]] = {}
        for col, column in wanted.items():
            differ = [n for n, one in enumerate(column)
                      if n in fresh or not same(one, self._table.grid.held(top + n, col))]
            if differ:
                changed[col] = differ[0], differ[-1]
        for group in _neighbours(sorted(changed), wanted):
            first = min(changed[col][0] for col in group)
            last = max(changed[col][1] for col in group)
            area = Area(top + first, group[0], last - first + 1, len(group))
            own: list[Form] = []
            for col in group:
                column = wanted[col][first : last + 1]
                codes = forms.get(col, [TEXT] * height)[first : last + 1]
                item = items.get(names.get(col, ""))
                own += self._forms(item, col, top + first, column, codes, fresh, first)
            rows = [[wanted[col][n] for col in group] for n in range(first, last + 1)]
            self._put(area, rows, own)
        self._other_formats(forms, items, names, changed)

    def _forms(
        self, item: Field | None, col: int, top: int, column: list[Content], codes: list[str],
        fresh: set[int], first: int,
    ) -> list[Form]:
        """Formats of a column's cells before they are written; one that a person chose stays."""
        own = codes_of(item) if item is not None else None
        found: list[Form] = []
        for start, count, code in runs(codes):
            area = Area(top + start, col, count, 1)
            if not code:
                continue
            if code == TEXT:
                found.append(Form(area, TEXT))
                continue
            had = formats_of(self._table.grid.sheet, area)
            kept = [self._kept(code, had[n], own, column[start + n],
                               new=first + start + n in fresh) for n in range(count)]
            found += [Form(Area(area.top + at, col, many, 1), one, had[at : at + many])
                      for at, many, one in runs(kept)]
        return found

    def _kept(
        self, code: str, had: str, own: Any, held: Content, *, new: bool
    ) -> str:
        """The format of one cell: ours, unless a person chose another that suits the content."""
        if code == had or new or own is None or own(had) or had in (TEXT, GENERAL):
            return code
        number = isinstance(held, int | float | Decimal)
        return code if number and shows_dates(had) else had

    def _other_formats(
        self, forms: dict[int, list[str]], items: dict[str, Field], names: dict[int, str],
        changed: dict[int, tuple[int, int]],
    ) -> None:
        """Formats of ours that changed where the contents did not: another currency."""
        top, sheet = self._table.top + 1, self._table.grid.sheet
        made: list[tuple[Area, list[str], str]] = []
        for col, codes in forms.items():
            if col in changed or not items[names[col]]:
                continue
            own = codes_of(items[names[col]])
            for start, count, code in runs(codes):
                if code in ("", TEXT, GENERAL):
                    continue
                area = Area(top + start, col, count, 1)
                had = formats_of(sheet, area)
                for at, many, one in runs(had):
                    if bare(one) != bare(code) and own(one):
                        part = Area(area.top + at, col, many, 1)
                        made.append((part, had[at : at + many], code))
        self._writer.form(sheet, made)

    def _put(self, area: Area, rows: list[list[Content]], forms: list[Form]) -> None:
        """One block. Where rows are hidden, Excel must not be trusted with a block across them:
        each run of rows that are all shown or all hidden is one, and is looked at again."""
        sheet, grid = self._table.grid.sheet, self._table.grid
        for top, height in self._runs_of(area) if self._made.hidden else [
                (area.top, area.height)]:
            part = area._replace(top=top, height=height)
            inside = [one for form in forms if (one := _meet(form, top, height)) is not None]
            start = top - area.top
            self._writer.fill(sheet, part, rows[start : start + height], grid.block(part), inside)

    def _runs_of(self, area: Area) -> list[tuple[int, int]]:
        sheet = self._table.grid.sheet

        def parts(top: int, height: int) -> list[tuple[int, int]]:
            if height == 1 or sheet.range((top, 1), (top + height - 1, 1)).rows.hidden is not None:
                return [(top, height)]
            half = height // 2
            return [*parts(top, half), *parts(top + half, height - half)]

        return parts(area.top, area.height)

    # --- people's columns -----------------------------------------------------------------

    def _typed(self, item: Field, name: str, col: int) -> None:
        """Cells of new rows, and cells of which the plan knows more than the sheet did."""
        top, block = self._table.top + 1, self._made.planned.id
        wanted: list[tuple[int, Content, str]] = []
        for n, (slot, row) in enumerate(zip(self._made.slots, self._lines, strict=True)):
            held = self._table.grid.held(top + n, col)
            if row is None:
                if not slot.key and not slot.stays and held is not None:
                    wanted.append((n, None, ""))  # an emptied row
                continue
            cell = row.cells.get(name)
            value = cell.value if isinstance(cell, Cell) else None
            style = style_of(self._styles, item, row, cell or Cell(None))
            code = GENERAL if isinstance(value, int | float | Decimal) and (
                style.num_format == TEXT) else str(style.num_format)
            if slot.fresh:
                wanted.append((n, content(value), code))
                continue
            try:
                now = typed(self._table.grid, top + n, col)
            except Unknown:
                continue
            newer = now != self._first.typed.get((block, row.key, name))
            if now != value and not newer:
                wanted.append((n, content(value), code))
        for at, many in _runs([n for n, _, _ in wanted]):
            part = wanted[at : at + many]
            area = Area(top + part[0][0], col, many, 1)
            forms = [Form(Area(area.top + start, col, count, 1), code)
                     for start, count, code in runs([code for _, _, code in part]) if code]
            self._put(area, [[one] for _, one, _ in part], forms)

    def _fill_down(self, col: int) -> None:
        """A formula that a person filled down a column goes on in new rows."""
        top = self._table.top + 1
        held = [self._table.grid.held(top + n, col) for n in range(len(self._made.slots))]
        old = [(n, one) for n, one in enumerate(held)
               if isinstance(one, Live) and not self._made.slots[n].fresh]
        others = sum(not slot.fresh for slot in self._made.slots)
        if not old or len(old) * 2 <= others:
            self._clear_own(col, held)
            return
        at, formula = old[0]
        model = pattern(formula.text.removeprefix("="))
        for n, slot in enumerate(self._made.slots):
            text = Live("=" + model.moved(n - at, 0))
            if slot.fresh and not same(held[n], text):
                area = Area(top + n, col, 1, 1)
                self._put(area, [[text]], [])

    def _clear_own(self, col: int, held: list[Content]) -> None:
        """What was copied into a new row from the row beside it is not its own."""
        top = self._table.top + 1
        for n, slot in enumerate(self._made.slots):
            if slot.fresh and held[n] is not None:
                self._put(Area(top + n, col, 1, 1), [[None]], [])

    # --- headers --------------------------------------------------------------------------

    def _headers(self, lang: str) -> None:
        table = self._table
        taken = {table.headers[col].casefold() for col in table.own}
        labels = labels_of(table.block, lang)
        for item, label in zip(table.block.fields, labels, strict=True):
            col = table.fields.get(field_id(item), 0)
            if not col or col in table.renamed or table.headers[col] == label:
                continue
            if label.casefold() not in taken:
                area = Area(table.top, col, 1, 1)
                self._writer.fill(table.grid.sheet, area, [[label]], [[table.headers[col]]])


def _neighbours(columns: list[int], wanted: dict[int, list[Content]]) -> list[list[int]]:
    """Columns side by side that are written with one call: with formulas, or without."""
    live = {col: any(isinstance(one, Live) for one in wanted[col]) for col in columns}
    groups: list[list[int]] = []
    for col in columns:
        if groups and groups[-1][-1] == col - 1 and live[col] == live[col - 1]:
            groups[-1].append(col)
        else:
            groups.append([col])
    return groups


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """(place in the list, how many) of numbers that follow each other."""
    found: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if found and rows[at - 1] == row - 1:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((at, 1))
    return found


def _meet(form: Form, top: int, height: int) -> Form | None:
    area = form.area
    first, last = max(area.top, top), min(area.top + area.height, top + height)
    if last <= first:
        return None
    return form._replace(area=area._replace(top=first, height=last - first),
                         had=form.had[first - area.top : last - area.top])
