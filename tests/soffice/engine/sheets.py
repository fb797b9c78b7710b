"""Sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed
from tests.soffice.engine.charts import Charts
from tests.soffice.engine.documents import (
    COLUMNS,
    ROWS,
    Area,
    address_of,
    area_from,
    area_of,
    used_area,
)
from tests.soffice.engine.names import Names
from tests.soffice.engine.notes import Note
from tests.soffice.engine.pictures import Pictures
from tests.soffice.engine.ranges import Range
from tests.soffice.engine.tables import ITEM, Tables


class Sheet(Recorded, base_classes.Sheet):
    """One sheet; `title` is its name when it was looked up, for the record of calls."""

    book: Any = None  # over the base's property

    def __init__(self, book: Any, sheet: Any, title: str) -> None:
        self.book, self.document, self.uno = book, book.document, sheet
        self._title = title

    @property
    def label(self) -> str:
        return f"{self.book.label}{self._title}"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def name(self) -> str:
        return str(self.uno.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.document.protected_structure()
        names = {n.lower() for n in self.document.uno.Sheets.ElementNames}
        if value.lower() in names - {self.uno.Name.lower()}:
            raise failed("That name is already taken. Try a different one.")
        self.uno.Name = self._title = value

    @property
    def index(self) -> int:
        return int(self.uno.RangeAddress.Sheet) + 1

    @property
    def names(self) -> Names:
        return Names(self.book, self.uno)

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def notes(self) -> list[Note]:
        return [Note(Range(self, (a.Position.Row + 1, a.Position.Column + 1, 1, 1)))
                for a in self.uno.Annotations]

    # --- ranges ---------------------------------------------------------------------

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        if isinstance(arg1, str) and "," in arg1:
            first, *others = [self._area(part) for part in arg1.split(",")]
            return Range(self, first, tuple(others))
        if arg2 is None:
            return Range(self, self._area(arg1))
        if isinstance(arg1, int):
            return Range(self, (arg1, arg2, 1, 1))
        first, last = self._area(arg1), self._area(arg2)
        top, left = min(first[0], last[0]), min(first[1], last[1])
        bottom = max(first[0] + first[2], last[0] + last[2])
        right = max(first[1] + first[3], last[1] + last[3])
        return Range(self, (top, left, bottom - top, right - left))

    def _area(self, place: Any) -> Area:
        if isinstance(place, Range):
            return place.area
        if isinstance(place, tuple):
            if 0 in place:
                raise IndexError(
                    "Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            return (*place, 1, 1) if len(place) == 2 else place
        return area_of(place) or self._named(place)

    def _named(self, text: str) -> Area:
        """A name, a table or `Table[item]` on this sheet."""
        names = self.book.names
        for known in (Names(self.book, self.uno), names):
            if known.contains(text):
                area = known(text).area_on(self)
                if area:
                    return area
        match = ITEM.fullmatch(text)
        if match and match["table"] in self.tables:
            found = self.tables(match["table"]).item(match["item"])
            if found is not None:
                found_area: Area = found.area
                return found_area
        raise failed("Application-defined or object-defined error")

    @property
    def cells(self) -> Range:
        return Range(self, (1, 1, ROWS, COLUMNS))

    @property
    def used_range(self) -> Range:
        return Range(self, used_area(self.uno))

    # --- the whole sheet ------------------------------------------------------------

    def activate(self) -> None:
        self.document.uno.CurrentController.ActiveSheet = self.uno

    select = activate

    def clear_contents(self) -> None:
        self.used_range.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def clear(self) -> None:
        self.cells.clear()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def delete(self) -> None:
        self.document.protected_structure()
        sheets = self.document.uno.Sheets
        if sum(1 for sheet in sheets if sheet.IsVisible) == 1 and self.uno.IsVisible:
            raise failed("A workbook must contain at least one visible worksheet.")
        sheets.removeByName(self.uno.Name)

    def _position(self, before: Sheet | None, after: Sheet | None) -> int:
        if before is not None:
            return before.index - 1
        return after.index if after is not None else self.document.uno.Sheets.Count

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        self.document.protected_structure()
        target = before or after
        if target is not None and target.document is not self.document:
            raise NotImplementedError("a copy into another workbook")
        sheets, name = self.document.uno.Sheets, self.uno.Name
        new = next(f"{name} ({n})" for n in range(2, 999)
                   if not sheets.hasByName(f"{name} ({n})"))
        sheets.copyByName(name, new, self._position(before, after))

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        self.document.protected_structure()
        self.document.uno.Sheets.moveByName(self.uno.Name, self._position(before, after))

    @property
    def visible(self) -> bool:
        return bool(self.uno.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.document.protected_structure()
        self.uno.IsVisible = bool(value)

    @property
    def show_gridlines(self) -> bool:
        return self.uno.Name not in self.document.gridless

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        if not self.uno.IsVisible:  # as xlwings says it
            raise ValueError("Sheet.show_gridlines: hidden sheets can't be activated.")
        change = self.document.gridless.discard if value else self.document.gridless.add
        change(self.uno.Name)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)


class PageSetup(Recorded, base_classes.PageSetup):
    """What of a sheet is printed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def label(self) -> str:
        return self.sheet.label + ".page_setup"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def print_area(self) -> str | None:
        found = self.sheet.uno.getPrintAreas()
        return ",".join(address_of(area_from(one)) for one in found) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        parts = value.split(",") if value else []
        self.sheet.uno.setPrintAreas(tuple(
            self.sheet.range(part).uno.RangeAddress for part in parts))


class FreezePanes(Recorded, base_classes.FreezePanes):
    """Rows and columns that stay in view."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def label(self) -> str:
        return self.sheet.label + ".freeze_panes"

    def freeze_at(self, frozen_range: str) -> None:
        """Keeps all rows and columns of the range, from A1 to its last cell."""
        top, left, rows, columns = self.sheet.range(frozen_range).area
        self.sheet.activate()
        down = 0 if rows == ROWS else top + rows - 1
        right = 0 if columns == COLUMNS else left + columns - 1
        self.sheet.document.uno.CurrentController.freezeAtPosition(right, down)

    def unfreeze(self) -> None:
        self.sheet.activate()
        self.sheet.document.uno.CurrentController.freezeAtPosition(0, 0)


class Sheets(Recorded, base_classes.Sheets):
    """The sheets of a workbook, in their order."""

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def label(self) -> str:
        return f"{self.book.label}sheets"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _uno(self) -> Any:
        return self.book.document.uno.Sheets

    def _sheet(self, name: str) -> Sheet:
        return Sheet(self.book, self._uno.getByName(name), name)

    @property
    def active(self) -> Sheet:
        return self._sheet(self.book.document.uno.CurrentController.ActiveSheet.Name)

    def __call__(self, name_or_index: int | str) -> Sheet:
        names = self._uno.ElementNames
        if isinstance(name_or_index, int) and 1 <= name_or_index <= len(names):
            return self._sheet(names[name_or_index - 1])
        for name in names:
            if name.lower() == str(name_or_index).lower():
                return self._sheet(name)
        raise failed("Subscript out of range")

    def __len__(self) -> int:
        return int(self._uno.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return iter([self._sheet(name) for name in self._uno.ElementNames])

    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        self.book.document.protected_structure()
        names = self._uno.ElementNames
        if name is None:
            name = next(f"Sheet{n}" for n in range(1, 999) if f"Sheet{n}" not in names)
        place = after.index if after else (before or self.active).index - 1
        self._uno.insertNewByName(name, place)
        made = self._sheet(name)
        made.activate()
        return made
