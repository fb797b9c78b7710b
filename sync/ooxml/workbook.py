"""A workbook edited in place: only what was asked for changes, all else stays byte for byte."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Self

from sync.ooxml import features, refs, rows, save, scan
from sync.ooxml.content import Content
from sync.ooxml.errors import ProtectedPlaceError, UnknownPlaceError
from sync.ooxml.features import Look
from sync.ooxml.guard import Limits
from sync.ooxml.names import DefinedName
from sync.ooxml.read import Reader
from sync.ooxml.refs import Area
from sync.ooxml.rewrite import Rewriter
from sync.ooxml.sheet import Edit, Sheet
from sync.ooxml.table import Table
from sync.ooxml.values import Formula, Value, formula_parts, parts


class Workbook:
    """An open workbook. Nothing is written before `save` or `save_atomically`."""

    def __init__(self, file: BinaryIO, name: str = "", limits: Limits | None = None) -> None:
        self._file = file
        self.content = Content(file, name, limits)

    @classmethod
    def open(cls, path: str | os.PathLike[str], limits: Limits | None = None) -> Self:
        """Open a workbook for editing; refuses what is no workbook, damaged or hostile."""
        file = open(path, "rb")  # noqa: SIM115  closed by close()
        try:
            return cls(file, os.path.basename(os.fspath(path)), limits)
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        self.content.package.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # what is there
    @property
    def sheet_names(self) -> list[str]:
        """The worksheets, in order; chart sheets are left out."""
        return [sheet.name for sheet in self.content.sheets.values()]

    @property
    def defined_names(self) -> dict[str, DefinedName]:
        """Names by name; where a sheet has its own, 'Sheet!name'."""
        return {
            f"{refs.quote_sheet(n.scope)}!{n.name}" if n.scope else n.name: n
            for n in self.content.names.defined()
        }

    @property
    def tables(self) -> dict[str, Table]:
        """The Excel Tables by name."""
        return dict(self.content.tables)

    def table(self, name: str) -> Table:
        """A table by its name, in any case."""
        for other, table in self.content.tables.items():
            if other.casefold() == name.casefold():
                return table
        known = ", ".join(self.content.tables) or "none"
        raise UnknownPlaceError(
            f"The workbook has no table {name!r}",
            f"file {self.content.package.name}",
            f"Its tables: {known}. In Excel: Insert, Table; name it under Table Design.",
        )

    def merged(self, sheet: str) -> list[Area]:
        """The merged areas of a sheet."""
        return features.merged(self.content.sheet(sheet))

    def used(self, sheet: str) -> Area | None:
        """The area from A1 to the last row and column in use; None for an empty sheet."""
        bottom = right = 0
        everything = Area(1, 1, refs.MAX_ROW, refs.MAX_COL)
        for number, cells in self._cells(self.content.sheet(sheet), everything):
            if cells:
                bottom, right = number, max(right, cells[-1].col)
        return Area(1, 1, bottom, right) if right else None

    # reading
    def read(self, ref: str) -> list[list[Value]]:
        """The values of 'Sheet!A1:C9', with the changes made so far."""
        sheet, area = self.content.at(ref)
        reader = self._reader(sheet)
        found: list[list[Value]] = [[None] * area.width for _ in range(area.height)]
        for number, cells in self._cells(sheet, area):
            for cell in cells:
                if area.left <= cell.col <= area.right:
                    found[number - area.top][cell.col - area.left] = reader.value(cell)
        return found

    def read_formulas(self, ref: str) -> dict[str, str]:
        """Cell: formula, for the cells of 'Sheet!A1:C9' that state one themselves."""
        sheet, area = self.content.at(ref)
        reader = self._reader(sheet)
        found = {}
        for number, cells in self._cells(sheet, area):
            for cell in cells:
                formula = reader.formula(cell) if area.has(number, cell.col) else None
                if formula is not None:
                    found[f"{refs.letters(cell.col)}{number}"] = formula
        return found

    def _reader(self, sheet: Sheet) -> Reader:
        tk = scan.tokens(sheet.index.prefix)
        return Reader(tk, self.content.strings, self.content.styles, sheet.epoch_1904)

    def _cells(self, sheet: Sheet, area: Area) -> Iterator[tuple[int, list[rows.Cell]]]:
        tk = scan.tokens(sheet.index.prefix)
        source = (
            Rewriter(sheet, self.content.styles, strip=False).numbered()
            if sheet.edits or sheet.fills
            else sheet.rows(area.top, area.bottom)
        )
        for number, raw in source:
            if raw and area.top <= number <= area.bottom:
                yield number, rows.split(raw, number, tk, sheet.part).cells

    # editing
    def set(
        self,
        sheet: str,
        ref: str,
        value: Value = None,
        formula: str | None = None,
        style_from: str | None = None,
    ) -> None:
        """Put a value into a cell, or a formula with the value it is known to have.

        `style_from` names a cell ('B3' or 'Sheet!B3') whose look the cell takes.
        """
        target = self.content.sheet(sheet)
        row, col = refs.cell(ref)
        self._refuse_table_frame(target, row, col, value)
        style = self._style_of(target, style_from) if style_from is not None else None
        what: Value | Formula = value
        if formula is None:
            parts(value, target.epoch_1904)  # a bad value is refused here, not on saving
        else:
            what = Formula(formula, value)
            formula_parts(what, target.epoch_1904)
        target.set(row, col, Edit(what, style))

    def set_named(self, name: str, value: Value = None, formula: str | None = None) -> None:
        """Put a value into the one cell that a name stands for."""
        sheet, area = self._named(name)
        self.set(sheet, f"{refs.letters(area.left)}{area.top}", value, formula)

    def _named(self, name: str) -> tuple[str, Area]:
        remedy = "In Excel: Formulas, Name Manager; let the name refer to one cell."
        scope, plain = refs.split_sheet(name)
        found = [
            n
            for n in self.content.names.defined()
            if n.name.casefold() == plain.casefold()
            and (scope is None or scope.casefold() == (n.scope or "").casefold())
        ]
        if not found:
            file = f"file {self.content.package.name}"
            raise UnknownPlaceError(f"The workbook has no name {name!r}", file, remedy)
        found.sort(key=lambda n: n.scope is not None)
        place, ref = found[0].place, f"it is {found[0].ref!r}"
        if place is None:
            raise UnknownPlaceError(f"The name {name!r} does not stand for a cell", ref, remedy)
        sheet, area = place
        if area.height * area.width > 1 and area not in self.merged(sheet):
            raise UnknownPlaceError(f"The name {name!r} stands for several cells", ref, remedy)
        return place

    def _refuse_table_frame(self, sheet: Sheet, row: int, col: int, value: Value) -> None:
        """A table's header states its columns' names, and its totals row is the table's own."""
        for table in self.content.tables.values():
            if table.sheet is not sheet or not table.ref.has(row, col):
                continue
            ref = table.ref
            where = f"cell {sheet.name}!{refs.letters(col)}{row}"
            if table.header_rows and row == ref.top and value != table.columns[col - ref.left]:
                raise ProtectedPlaceError(
                    f"The cell is a column header of the table {table.name}",
                    where,
                    "Rename the column in Excel, so that formulas follow.",
                )
            if table.totals_rows and row == ref.bottom:
                raise ProtectedPlaceError(
                    f"The cell is in the totals row of the table {table.name}",
                    where,
                    "Fill a cell outside the table.",
                )

    def _style_of(self, sheet: Sheet, ref: str) -> int:
        name, cell_text = refs.split_sheet(ref)
        source = self.content.sheet(name) if name is not None else sheet
        row, col = refs.cell(cell_text)
        raw = source.row(row)
        tk = scan.tokens(source.index.prefix)
        taken = rows.split(raw, row, tk, source.part) if raw else rows.new_row(row, tk)
        for cell in taken.cells:
            if cell.col == col:
                return scan.style_of(cell.attributes) or 0
        if taken.style is not None:
            return taken.style
        return next((s for a, b, s in source.column_styles() if a <= col <= b), 0)

    def define_name(self, name: str, ref: str, scope: str | None = None) -> None:
        """Let a name stand for a reference such as "'My sheet'!$B$4"."""
        features.check_name(name)
        for sheet in (scope, refs.split_sheet(ref)[0]):
            if sheet is not None:
                self.content.sheet(sheet)
        self.content.names.define(name, ref.removeprefix("="), scope)

    def add_conditional_format(self, sheet: str, ref: str, formula: str, look: Look) -> None:
        """Where the formula (written for the area's first cell) is true, cells get the look."""
        target = self.content.sheet(sheet)
        features.add_conditional_format(target, self.content.styles, ref, formula, look)

    def add_validation(
        self, sheet: str, ref: str, choices: list[str] | str, message: str = ""
    ) -> None:
        """A list to choose from: the choices themselves, or a reference to cells or a name."""
        features.add_validation(self.content.sheet(sheet), ref, choices, message)

    def set_width(self, sheet: str, column: str, width: float) -> None:
        """Set a column's width, in characters."""
        _, col = refs.cell(f"{column}1")
        features.set_width(self.content.sheet(sheet), col, width)

    def add_sheet_from(
        self, other: str | os.PathLike[str] | BinaryIO, sheet: str, name: str | None = None
    ) -> str:
        """Add a sheet of a workbook that we made, with its looks, tables and charts.

        Returns the sheet's name here (another one if the name was taken).
        """
        from sync.ooxml import transplant

        if isinstance(other, (str, os.PathLike)):
            with open(other, "rb") as file:
                return self.add_sheet_from(file, sheet, name)
        donor = Content(other, "", self.content.package.limits)
        return transplant.add(self.content, donor, donor.sheet(sheet), name).name

    # saving
    def save(self, target: BinaryIO) -> None:
        """Write the workbook into a file object, which must not be the file it came from."""
        save.write(self.content, target)

    def save_atomically(self, path: str | os.PathLike[str]) -> None:
        """Replace a file (also the one it came from) by the workbook in one step."""
        save.replace(os.fspath(path), self.save)
