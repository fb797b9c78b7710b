"""A workbook that people made: opened, filled in place, put back in one step with a backup."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.ooxml import Area, Workbook
from sync.ooxml.refs import letters, quote_sheet
from sync.ooxml.sheet import Edit
from sync.store import durable
from sync.surfaces import Receipt
from sync.surfaces.bound import newtable, obstacles, record, tables
from sync.surfaces.bound.columns import read_body, roles
from sync.surfaces.bound.errors import told
from sync.surfaces.bound.find import RECORD_SHEET, Bound, find
from sync.surfaces.bound.obstacles import Obstacle
from sync.surfaces.bound.render import columns_by_header, our_formulas
from sync.surfaces.bound.tables import TableFill
from sync.surfaces.xlsx.file import _refuse_if_open
from sync.surfaces.xlsx.typed import META_SHEET
from workbook import looks
from workbook.binding import Vocabulary, What, parse_name, parse_placeholder
from workbook.errors import SurfaceError
from workbook.metrics import get_metric
from workbook.model import Cell
from workbook.template import Block, field_id

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(slots=True)
class Filling:
    """What belongs into the bound places."""

    lang: str
    now: dt.datetime
    cells: dict[Bound, Cell] = field(default_factory=dict)
    tables: dict[Bound, TableFill] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class BoundFile:
    """An open workbook with its bound places.

    Raises:
        SurfaceError: no workbook that can be edited in place; says what to do.
    """

    def __init__(self, path: Path, words: Vocabulary) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise SurfaceError(f"'{path.name}' is no workbook that can be filled.", str(path),
                               "Save it in Excel as .xlsx (or .xlsm, .xltx, .xltm).")
        if not path.exists():
            raise SurfaceError("There is no such workbook.", str(path), "Check the path.")
        self.path, self.words = path.resolve(), words
        with told(path):
            self._stamp = _stamp(self.path)
            self._bytes = self.path.read_bytes()
            self.book = Workbook(io.BytesIO(self._bytes), path.name)
            try:
                self.bound = find(self.book, lambda name: parse_name(name, words),
                                  lambda text: parse_placeholder(text, words))
                self.record = record.read(self.book)
            except BaseException:
                self.book.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.book.close()

    def block(self, bound: Bound) -> Block:
        """The block that a table or placeholder is bound to."""
        assert bound.request is not None
        return self.words.blocks[bound.request.target][1]

    def obstacles(self, bound: Bound, rows: int = 1) -> list[Obstacle]:
        """What keeps a place from being filled, or will."""
        request = bound.request
        with told(self.path):
            if request is None:
                return []
            if request.what is not What.BLOCK:
                return list(obstacles.of_cell(self.book, bound, self.bound))
            if bound.table:
                return list(obstacles.of_table(self.book, bound, self.block(bound)))
            return list(obstacles.of_room(self.book, bound, self.block(bound), rows))

    def has_column(self, bound: Bound, name: str) -> bool:
        """Does a bound table show a field of ours?"""
        return bool(columns_by_header(self.book.table(bound.table), self.block(bound))(name))

    def columns(self, bound: Bound) -> list[tuple[str, str]]:
        """(header, field of ours, "typed" or "formula") of the columns of a bound table."""
        table, block = self.book.table(bound.table), self.block(bound)
        if not table.header_rows:
            return []
        with told(self.path):
            found = roles(table, block, read_body(self.book, table),
                          our_formulas(table, block, columns_by_header(table, block)))
        kinds = {header: field_id(item) for header, item in found.ours.items()}
        kinds |= dict.fromkeys(found.typed, "typed") | dict.fromkeys(found.filled, "formula")
        return [(header, kinds.get(header, "typed")) for header in table.columns]

    def holds(self, bound: Bound) -> tuple[object, str]:
        """(value, formula) of a bound cell as it is."""
        with told(self.path):
            corner = f"{letters(bound.area.left)}{bound.area.top}"
            ref = f"{quote_sheet(bound.sheet)}!{corner}"
            return self.book.read(ref)[0][0], self.book.read_formulas(ref).get(corner, "")

    # --- filling --------------------------------------------------------------------------

    def apply(self, filling: Filling, *, backup: bool = True) -> Receipt:
        """Fills every place and replaces the file, or changes nothing.

        Raises:
            SurfaceError: a place that cannot be filled; the file is open or was changed.
        """
        _refuse_if_open(self.path)
        self.record.lang = filling.lang
        count = 0
        with told(self.path):
            for bound, cell in filling.cells.items():
                self._set(bound, cell)
                count += 1
            for bound, fill in filling.tables.items():
                self._refuse_blocked(bound, len(fill.planned.rows))
                count += tables.fill(self.book, self._as_table(bound, fill, filling.lang), fill,
                                     self.record, filling.now.date())
            known = self.record.kept or self.record.keys or self.record.lost
            if filling.tables and (known or self.record.left_over or _recorded(self.book)):
                record.write(self.book, self.record)
            out = io.BytesIO()
            self.book.save(out)
        notes = [*filling.notes, *self._notes()]
        kept = self._replace(out.getvalue(), filling.now if backup else None)
        if kept is not None:
            notes.append(f"backup: {kept.name}")
        return Receipt(str(self.path), count, tuple(notes))

    def _notes(self) -> list[str]:
        found = []
        if self.record.lost:
            found.append(f"{len(self.record.lost)} typed cells have lost their row and stand on "
                         f"the sheet '{self.record.left_over}'.")
        if self.record.kept:
            rows = {(table, key) for table, key, _ in self.record.kept}
            found.append(f"{len(rows)} rows with typed cells are not in the list now; what was "
                         "typed comes back when they do.")
        return found

    def _refuse_blocked(self, bound: Bound, rows: int) -> None:
        for one in self.obstacles(bound, rows):
            if one.blocks:
                raise SurfaceError(one.what, f"{self.path}, {one.where}", one.do)

    def _set(self, bound: Bound, cell: Cell) -> None:
        """One number; a placeholder's cell gets a name, and a format if it has none."""
        for one in self.obstacles(bound):
            if one.blocks:
                raise SurfaceError(one.what, f"{self.path}, {one.where}", one.do)
        row, column = bound.area.top, bound.area.left
        corner = f"{letters(column)}{row}"
        self.book.set(bound.sheet, corner, cell.value)
        if bound.kind != "placeholder":
            return
        request = bound.request
        assert request is not None
        if request.what is What.METRIC:
            sheet = self.book.content.sheet(bound.sheet)
            style = self.book._style_of(sheet, corner)
            if newtable.is_general(self.book, style):
                code = looks.number_format(get_metric(request.target).unit, cell.currency)
                new = newtable.with_format(self.book, style, code)
                sheet.set(row, column, Edit(cell.value, new))
        absolute = f"${letters(column)}${row}"
        self._name(request.name(), f"{quote_sheet(bound.sheet)}!{absolute}")

    def _name(self, wanted: str, ref: str) -> str:
        """Defines the name, or where it is taken the name with a number."""
        name = self._free(wanted)
        self.book.define_name(name, ref)
        return name

    def _free(self, wanted: str) -> str:
        taken = {n.name.casefold() for n in self.book.defined_names.values()}
        taken |= {name.casefold() for name in self.book.tables}
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _as_table(self, bound: Bound, fill: TableFill, lang: str) -> Bound:
        """The table of a place; for a placeholder it is made or named first."""
        request = bound.request
        assert request is not None
        if bound.kind != "placeholder":
            return bound
        if bound.table:
            ref = self.book.table(bound.table).ref
            self._name(request.name(), f"{quote_sheet(bound.sheet)}!{_absolute(ref)}")
            return bound
        name = self._free(request.name())
        currencies = {row.group.currency for row in fill.planned.rows}
        currency = currencies.pop() if len(currencies) == 1 else ""
        table = newtable.create(self.book, bound.sheet, bound.area.top, bound.area.left,
                                self.block(bound), lang, name, currency)
        return replace(bound, table=name, area=table.ref)

    # --- the file -------------------------------------------------------------------------

    def _replace(self, data: bytes, backup: dt.datetime | None) -> Path | None:
        """Puts the new file into place; the old one stands beside it first, if asked for."""
        path = self.path
        _refuse_if_open(path)
        if not path.exists() or _stamp(path) != self._stamp:
            raise SurfaceError("The workbook was changed while it was being filled.", str(path),
                               "Nothing was written; run the fill again.")
        mode = stat.S_IMODE(path.stat().st_mode)
        kept = _backup_name(path, backup) if backup is not None else None
        try:
            if kept is not None:
                _write(kept, self._bytes, mode)
            _write(path, data, mode)
        except OSError as error:
            raise SurfaceError(f"The workbook cannot be written: {error.strerror}.", str(path),
                               "Close it elsewhere, or copy it to a folder you may write to."
                               ) from None
        return kept


def _write(target: Path, data: bytes, mode: int) -> None:
    """As `durable.write_atomically`, with the rights of the file that is replaced."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            os.chmod(temporary, mode)
            file.write(data)
            durable.fsync(file)
        durable.rename(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    durable.fsync_folder(target.parent)


def _backup_name(path: Path, now: dt.datetime) -> Path:
    """`planner.backup-20261117-120000.xlsx`; a number behind it where that is taken."""
    stem = f"{path.stem}.backup-{now:%Y%m%d-%H%M%S}"
    name, number = path.with_name(f"{stem}{path.suffix}"), 2
    while name.exists():
        name, number = path.with_name(f"{stem}-{number}{path.suffix}"), number + 1
    return name


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _absolute(area: Area) -> str:
    return (f"${letters(area.left)}${area.top}:${letters(area.right)}${area.bottom}")


def _recorded(book: Workbook) -> bool:
    return RECORD_SHEET in book.sheet_names


def made_by_opsheet(path: Path) -> bool:
    """Did `opsheet fill` make this workbook from a template?

    Raises:
        SurfaceError: it is no workbook that can be edited in place.
    """
    with told(path), Workbook.open(path) as book:
        return META_SHEET in book.sheet_names


