"""Names of a workbook and of a sheet, over LibreOffice's named ranges."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed
from tests.soffice.engine.documents import Area, area_from
from tests.soffice.engine.formulas import quoted, to_excel, to_office
from tests.soffice.engine.runtime import struct


class Name(Recorded, base_classes.Name):
    """One name; `home` is the sheet it belongs to, None for the workbook's."""

    def __init__(self, book: Any, known: Any, key: str, home: Any = None) -> None:
        self.book, self._known, self._key, self._home = book, known, key, home

    @property
    def _uno(self) -> Any:
        return self._known.getByName(self._key)

    @property
    def label(self) -> str:
        return f"{self.book.label}.names({self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def name(self) -> str:
        if self._home is None:
            return self._key
        return f"{quoted(self._home.Name)}!{self._key}"

    @name.setter
    def name(self, value: str) -> None:
        self._uno.setName(value)
        self._key = value

    @property
    def refers_to(self) -> str:
        return "=" + to_excel(str(self._uno.Content))

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._uno.setContent(to_office(value.removeprefix("=")))

    @property
    def refers_to_range(self) -> Any:
        cells = self._uno.getReferredCells()
        if cells is None:
            raise failed("Application-defined or object-defined error")
        return self.book.sheets(cells.Spreadsheet.Name).range(area_from(cells.RangeAddress))

    def area_on(self, sheet: Any) -> Area | None:
        """The area it names, if that lies on the sheet."""
        cells = self._uno.getReferredCells()
        if cells is None or cells.Spreadsheet.Name != sheet.uno.Name:
            return None
        return area_from(cells.RangeAddress)

    def delete(self) -> None:
        self._known.removeByName(self._key)


class Names(Recorded, base_classes.Names):
    """All names of a workbook, or with `home` those of one sheet."""

    def __init__(self, book: Any, home: Any = None) -> None:
        self.book, self._home = book, home

    @property
    def label(self) -> str:
        return str(self.book.label)

    @property
    def api(self) -> Any:
        return NoApi()

    def all(self) -> list[Name]:
        """In the order of their names, a sheet's own names after the workbook's."""
        document = self.book.document.uno
        homes = [None, *document.Sheets] if self._home is None else [self._home]
        found = []
        for home in homes:
            known = (home or document).NamedRanges
            found += [Name(self.book, known, key, home) for key in sorted(known.ElementNames)]
        return found

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self.all()]

    def __len__(self) -> int:
        return len(self.all())

    def _found(self, name: str) -> Name | None:
        wanted = name.lower().replace("'", "")
        return next((found for text, found in self.snapshot() if wanted in {
            text.lower().replace("'", ""),
            text.lower().rpartition("!")[2] if self._home is not None else "",
        }), None)

    def __call__(self, name_or_index: int | str) -> Name:
        if isinstance(name_or_index, int):
            return self.all()[name_or_index - 1]
        found = self._found(name_or_index)
        if found is None:
            raise failed("Application-defined or object-defined error")
        return found

    def contains(self, name_or_index: str) -> bool:
        return self._found(name_or_index) is not None

    def add(self, name: str, refers_to: str) -> Name:
        """Defines the name, or gives it another meaning if it is known."""
        home = self._home
        if "!" in name:
            sheet, _, name = name.rpartition("!")
            home = self.book.document.uno.Sheets.getByName(sheet.strip("'"))
        known = (home or self.book.document.uno).NamedRanges
        key = next((k for k in known.ElementNames if k.lower() == name.lower()), "")
        content = to_office(refers_to.removeprefix("="))
        if key:  # removed and made anew, formulas would lose it
            known.getByName(key).setContent(content)
        else:
            known.addNewByName(name, content, struct("table.CellAddress"), 0)
        return Name(self.book, known, key or name, home)
