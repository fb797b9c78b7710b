"""What a workbook consists of: its parts' owners, found once when it is opened."""

from __future__ import annotations

from typing import BinaryIO

from sync.ooxml import caches, hostile, refs
from sync.ooxml.errors import UnknownPlaceError
from sync.ooxml.grow import Growth, grow
from sync.ooxml.guard import Limits
from sync.ooxml.names import Names
from sync.ooxml.package import Package
from sync.ooxml.read import SharedStrings
from sync.ooxml.refs import Area
from sync.ooxml.sheet import Sheet
from sync.ooxml.styles import Styles
from sync.ooxml.table import Table


class Content:
    """Package, names, styles, texts, sheets and tables of one workbook."""

    def __init__(self, file: BinaryIO, name: str, limits: Limits | None) -> None:
        self.package = Package(file, name, limits)
        hostile.check(self.package)
        self.names = Names(self.package)
        self.styles = Styles(self.package, self.names.part)
        self.strings = SharedStrings(self.package, self.names.part)
        self.sheets: dict[str, Sheet] = {}  # by casefolded name, in order
        self._tables: dict[str, Table] | None = None
        self._load_sheets()

    def _load_sheets(self) -> None:
        for name, rel in self.names.sheets():
            if rel is None or rel.kind != "worksheet" or name.casefold() in self.sheets:
                continue
            if self.package.has(rel.target):
                hostile.check_far_cells(self.package, rel.target)
                self.add(Sheet(self.package, rel.target, name, self.names.epoch_1904))

    def add(self, sheet: Sheet) -> None:
        self.sheets[sheet.name.casefold()] = sheet
        self._tables = None

    def sheet(self, name: str) -> Sheet:
        sheet = self.sheets.get(name.casefold())
        if sheet is None:
            raise UnknownPlaceError(
                f"The workbook has no worksheet {name!r}",
                f"file {self.package.name}",
                f"Its sheets: {', '.join(s.name for s in self.sheets.values())}.",
            )
        return sheet

    def at(self, ref: str) -> tuple[Sheet, Area]:
        """'Sheet!A1:C9' as sheet and area; without a sheet, the first one is meant."""
        name, text = refs.split_sheet(ref)
        sheet = self.sheet(name) if name is not None else next(iter(self.sheets.values()), None)
        return (sheet or self.sheet("")), refs.area(text)

    @property
    def tables(self) -> dict[str, Table]:
        """The Excel Tables by name."""
        if self._tables is None:
            self._tables = {}
            for sheet in self.sheets.values():
                for rel in sheet.rels():
                    if rel.kind == "table" and self.package.has(rel.target):
                        table = Table(sheet, rel.target, self.styles, self._grew)
                        if refs.try_area(table.root.get("ref") or ""):
                            self._tables[table.name] = table
        return self._tables

    def _grew(self, table: Table, old: Area, new: Area) -> None:
        if old != new:
            ref = table.ref
            growth = Growth(table.sheet.name, (ref.left, ref.right), ref.top, old, new)
            grow(self.package, self.names.part, self.sheets.values(), growth)

    def resolve(self, name: str) -> caches.Places:
        """The cells that a name or a table stands for."""
        plain = refs.split_sheet(name)[1].partition("[")[0].casefold()
        for table in self.tables.values():
            if table.name.casefold() == plain:
                return [(table.sheet.name, table.ref)]
        return [
            place
            for defined in self.names.defined()
            if defined.name.casefold() == plain
            for place in caches.areas_of(defined.ref)
        ]
