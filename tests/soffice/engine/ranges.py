"""Ranges: an area of a sheet, its values, formulas and shape."""

from __future__ import annotations

import re
from typing import Any

from xlwings import base_classes

from tests.soffice.engine import values
from tests.soffice.engine.borders import Borders
from tests.soffice.engine.calls import NoApi, failed, protected
from tests.soffice.engine.documents import (
    COLUMNS,
    ROWS,
    Area,
    address_of,
    area_from,
    cells_at,
    hidden,
    jump,
    used_area,
)
from tests.soffice.engine.documents import shift as shift_cells
from tests.soffice.engine.formulas import quoted
from tests.soffice.engine.look import Look, uniform
from tests.soffice.engine.notes import NOTES, Note
from tests.soffice.engine.rules import ConditionalFormats, DataValidation
from tests.soffice.engine.runtime import enum

CONTENTS, FORMATS = 1 | 2 | 4 | 16, 32 | 64 | 256  # com.sun.star.sheet.CellFlags
STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}
LINKED = re.compile(r"(https?|mailto|file|ftp):", re.IGNORECASE)


class Range(Look, base_classes.Range):
    """Some cells; keeps its address when rows are inserted above it."""

    sheet: Any = None  # over the base's property

    def __init__(self, sheet: Any, area: Area, others: tuple[Area, ...] = ()) -> None:
        top, left, rows, columns = area
        if top + rows - 1 > ROWS or left + columns - 1 > COLUMNS or min(top, left) < 1:
            raise failed("Application-defined or object-defined error")
        self.sheet, self.area, self.document = sheet, area, sheet.document
        self.areas = (area, *others)  # of a union, which only a chart takes as its source
        self._cells: Any = None

    @property
    def uno(self) -> Any:
        if self._cells is None:
            self._cells = cells_at(self.sheet.uno, self.area)
        return self._cells

    @property
    def label(self) -> str:
        return f"{self.sheet.label}!{address_of(self.area)}"

    @property
    def api(self) -> Any:
        return NoApi()

    # --- protection -----------------------------------------------------------------

    def refuse_format(self) -> None:
        if self.sheet.uno.isProtected():
            raise protected()

    def _refuse_content(self) -> None:
        if not self.sheet.uno.isProtected():
            return
        lock = uniform(self.uno, "CellProtection")
        if lock is None or lock.IsLocked:
            raise protected()

    # --- place ----------------------------------------------------------------------

    @property
    def coords(self) -> tuple[Any, ...]:
        return (self.sheet, *self.area)

    @property
    def row(self) -> int:
        return self.area[0]

    @property
    def column(self) -> int:
        return self.area[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self.area[2], self.area[3]

    def __len__(self) -> int:
        return self.area[2] * self.area[3]

    def __call__(self, *at: int) -> Range:
        if len(at) == 1:
            row, column = divmod(at[0] - 1, self.area[3])
        else:
            row, column = at[0] - 1, at[1] - 1
        return Range(self.sheet, (self.area[0] + row, self.area[1] + column, 1, 1))

    @property
    def rows(self) -> Range:
        return self

    @property
    def columns(self) -> Range:
        return self

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        plain = address_of(self.area, row_absolute, col_absolute)
        if not external:
            return plain
        book, sheet = self.document.name, self.sheet.uno.Name
        place = f"[{book}]{sheet}"
        if quoted(sheet) != sheet or " " in book:
            place = quoted(place)
        return f"{place}!{plain}"

    @property
    def address(self) -> str:
        return address_of(self.area)

    @property
    def current_region(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToCurrentRegion()
        return Range(self.sheet, area_from(cursor.RangeAddress))

    def end(self, direction: str) -> Range:
        """Where Ctrl and an arrow lead from the first cell."""
        down, right = STEPS[direction]
        top, left = self.area[:2]
        used = used_area(self.sheet.uno)
        if right:
            line = (top, 1, 1, max(used[1] + used[3] - 1, left))
        else:
            line = (1, left, max(used[0] + used[2] - 1, top), 1)
        texts = cells_at(self.sheet.uno, line).getFormulaArray()
        filled = [text != "" for row in texts for text in row]
        at, step = (left if right else top) - 1, down + right
        edge = (COLUMNS if right else ROWS) - 1 if step > 0 else 0
        found = jump(filled, at, step, edge) + 1
        return Range(self.sheet, (top, found, 1, 1) if right else (found, left, 1, 1))

    # --- contents -------------------------------------------------------------------

    @property
    def raw_value(self) -> Any:
        rows, columns = self.shape
        found = values.read(self.uno, rows, columns, self.document.formats, self.document.epoch)
        return found[0][0] if len(self) == 1 else found

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._refuse_content()
        values.write(self.uno, values.matrix_of(data, *self.shape), self.document.formats,
                     self.document.epoch)

    @property
    def formula(self) -> Any:
        found = values.read_formulas(self.uno, *self.shape, self.document.formats)
        return found[0][0] if len(self) == 1 else found

    @formula.setter
    def formula(self, value: Any) -> None:
        self._refuse_content()
        if isinstance(value, str) and value.startswith("=") and len(self) > 1:
            # One formula for many cells is copied: its references move along.
            first = Range(self.sheet, (*self.area[:2], 1, 1))
            values.write(first.uno, [[value]], self.document.formats, self.document.epoch)
            first_column = cells_at(self.sheet.uno, (*self.area[:3], 1))
            first_column.fillAuto(enum("sheet.FillDirection", "TO_BOTTOM"), 1)
            self.uno.fillAuto(enum("sheet.FillDirection", "TO_RIGHT"), 1)
        else:
            values.write(self.uno, values.matrix_of(value, *self.shape), self.document.formats,
                         self.document.epoch)

    formula2 = formula

    @property
    def has_array(self) -> bool:
        return bool(self.uno.getArrayFormula())

    def clear_contents(self) -> None:
        self._refuse_content()
        self.uno.clearContents(CONTENTS)

    def clear_formats(self) -> None:
        self.refuse_format()
        self.uno.clearContents(FORMATS)

    def clear(self) -> None:
        self.refuse_format()
        self.uno.clearContents(CONTENTS | FORMATS | NOTES)

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        self.refuse_format()
        shift_cells("CellInsertMode", self.uno, shift)

    def delete(self, shift: str | None = None) -> None:
        self.refuse_format()
        shift_cells("CellDeleteMode", self.uno, shift, backward=True)

    def copy(self, destination: Any = None) -> None:
        """Copies all that is in the cells, as often as the destination has room."""
        if destination is None:
            raise NotImplementedError("the clipboard")
        target: Range = destination.impl if hasattr(destination, "impl") else destination
        target.refuse_format()
        sheet, (top, left, rows, columns) = target.sheet, target.area
        for row in range(top, top + max(rows, 1), self.area[2]):
            for column in range(left, left + max(columns, 1), self.area[3]):
                cell = sheet.uno.getCellByPosition(column - 1, row - 1).CellAddress
                self.sheet.uno.copyRange(cell, self.uno.RangeAddress)

    # --- rows and columns -----------------------------------------------------------

    @property
    def row_hidden(self) -> bool | None:
        return hidden(self.sheet.uno, (self.area[0], COLUMNS, self.area[2], 1))

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.refuse_format()
        self.uno.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return hidden(self.sheet.uno, (ROWS, self.area[1], 1, self.area[3]), across=True)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.refuse_format()
        self.uno.Columns.IsVisible = not value

    # --- merged cells, notes, links, names, tables ------------------------------------

    @property
    def merge_area(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToMergedArea()
        return Range(self.sheet, area_from(cursor.RangeAddress))

    @property
    def merge_cells(self) -> bool:
        return self.merge_area.shape != (1, 1)

    def merge(self, across: bool) -> None:
        self.refuse_format()
        top, left, rows, columns = self.area
        parts = [(top + row, left, 1, columns) for row in range(rows)] if across else [self.area]
        for part in parts:
            cells_at(self.sheet.uno, part).merge(True)

    def unmerge(self) -> None:
        self.refuse_format()
        self.uno.merge(False)

    @property
    def note(self) -> Note | None:
        made = Note(self)
        return made if made.exists() else None

    def add_note(self, text: str) -> Note:
        self.refuse_format()
        made = Note(self)
        if made.exists():
            raise failed("Application-defined or object-defined error")
        made.write(text)
        return made

    @property
    def hyperlink(self) -> str:
        fields = self.uno.getCellByPosition(0, 0).TextFields
        if not fields.Count:
            raise Exception("The cell doesn't seem to contain a hyperlink!")
        return str(fields.getByIndex(0).URL)

    def add_hyperlink(
        self, address: str, text_to_display: str | None = None,
        screen_tip: str | None = None,
    ) -> None:
        self._refuse_content()
        cell = self.uno.getCellByPosition(0, 0)
        made = self.document.uno.createInstance("com.sun.star.text.TextField.URL")
        made.URL = address if LINKED.match(address) or address.startswith("#") else f"#{address}"
        made.Representation = text_to_display or address
        cell.setString("")
        cell.insertTextContent(cell.createTextCursor(), made, False)

    @property
    def name(self) -> Any:
        return next((name for name in self.sheet.book.names.all()
                     if name.area_on(self.sheet) == self.area), None)

    @name.setter
    def name(self, value: str) -> None:
        where = f"={quoted(self.sheet.uno.Name)}!{address_of(self.area)}"
        self.sheet.book.names.add(value, where)

    @property
    def table(self) -> Any:
        return next((table for table in self.sheet.tables if table.holds(self.area[:2])), None)

    @property
    def borders(self) -> Borders:
        return Borders(self)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    @property
    def data_validation(self) -> DataValidation:
        return DataValidation(self)

    def select(self) -> None:
        if self.sheet.uno.Name != self.document.uno.CurrentController.ActiveSheet.Name:
            raise failed("Select method of Range class failed")
        self.document.selected[self.sheet.uno.Name] = self.area[:2]
        self.document.uno.CurrentController.select(self.uno)
