"""One xlsx file: what people typed is read, then the file is filled in place in one step."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.store import durable
from sync.surfaces import Receipt
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.place import META_SHEET, Places
from workbook.errors import SurfaceError
from workbook.plan import Plan, State
from workbook.template import Block

if TYPE_CHECKING:  # the editor is only needed where there is a file
    from sync.ooxml import Workbook
    from sync.surfaces.xlsx.found import Finder, Found

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
           "default_date_format": "yyyy-mm-dd"}
STATUS = "ops_status"  # the cell that says when the workbook was refreshed last


class XlsxFile:
    """A workbook file that Opsheet made, or will make.

    Args:
        path: ends with .xlsx; an .xlsm is filled where it exists, its macros stay as they are.
        blocks: the blocks whose typed cells are to be read, by id.
        backup: keep a copy of a file that is there beside it: `report.backup-20261117-120000.xlsx`.
        computed: have LibreOffice reckon the formulas that are not ours.
    """

    def __init__(
        self, path: Path, blocks: Mapping[str, Block], *, backup: bool = False,
        computed: bool = False,
    ) -> None:
        if path.suffix.lower() == ".xlsm" and not path.exists():
            raise SurfaceError("There is no such macro workbook.", str(path),
                               f"Make it: opsheet workbook new {path.name}")
        if path.suffix.lower() not in (".xlsx", ".xlsm"):
            raise SurfaceError(f"'{path.name}' is no .xlsx file.", str(path),
                               "Give a name that ends with .xlsx.")
        self.path, self._blocks = path, blocks
        self._backup, self._computed = backup, computed
        self.status = ""  # what the cell named `ops_status` shall say, where there is one
        self._seen: tuple[int, int] | None = None
        self._book: Workbook | None = None
        self._known: tuple[Finder, dict[str, Found]] | None = None

    def read(self) -> State:
        """What people typed; empty where the file does not exist yet.

        Raises:
            SurfaceError: open elsewhere, damaged, or not made by Opsheet.
        """
        refuse_if_open(self.path)
        if not self.path.exists():
            return State()
        from sync.ooxml import Workbook
        from sync.surfaces.xlsx.typed import read_meta, read_typed

        with self._told("The workbook cannot be read"):
            self._seen = stamp(self.path)
            self._book = Workbook(io.BytesIO(self.path.read_bytes()), self.path.name)
            if read_meta(self._book) is None:
                raise SurfaceError("This workbook was not made by Opsheet.", str(self.path),
                                   "Give another file name; your workbook stays as it is.")
            state, finder, found = read_typed(self._book, self._blocks)
            self._known = finder, found
            state.source = str(self.path.resolve())
            if state.formerly == state.source or Path(state.formerly or ".").exists():
                state.formerly = ""  # the same file, or a copy beside it
            state.said_at = dt.datetime.fromtimestamp(
                self._seen[0] / 1e9, dt.UTC).replace(tzinfo=None)
            return state

    def apply(self, plan: Plan) -> Receipt:
        """Writes the plan: the file is the old one or the new one, never anything between.

        Raises:
            SurfaceError: open elsewhere, changed since it was read, damaged, or the folder
                refuses it.
        """
        with self._alone():
            refuse_if_open(self.path)
            there = self.path.exists()
            if there and self._seen != stamp(self.path):
                raise self._changed()
            data, cells, notes = self._refilled(plan) if there else _drawn(plan)
            if self._computed:
                from sync.surfaces.xlsx.computed import with_values

                with self._told("LibreOffice's copy cannot be read"):
                    data, count = with_values(data)
                notes.append(f"LibreOffice computed {count} formulas.")
            refuse_if_open(self.path)
            if self.path.exists() != there or (there and self._seen != stamp(self.path)):
                raise self._changed()
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                if there and self._backup:
                    notes.append(f"The file as it was: {self._keep().name}")
                durable.write_atomically(self.path, data)
            except OSError as error:
                raise SurfaceError(
                    f"The workbook cannot be written: {error.strerror}.", str(self.path),
                    "Close it elsewhere, or choose a folder you may write to.") from None
            self._seen = self._book = self._known = None
        return Receipt(str(self.path), cells, tuple(notes))

    def _refilled(self, plan: Plan) -> tuple[bytes, int, list[str]]:
        """The file filled in place."""
        from sync.surfaces.xlsx.refill import refill

        assert self._book is not None and self._known is not None
        with self._told("The workbook cannot be filled"):
            cells, notes, lost = refill(self._book, plan, self.path, *self._known)
            if self.status and STATUS in self._book.defined_names:
                self._book.set_named(STATUS, self.status)
            out = io.BytesIO()
            self._book.save(out)
        return out.getvalue(), cells, [*_left_over(lost), *notes]

    # --- the file -------------------------------------------------------------------------

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """An error of the editor as one of ours."""
        from sync.ooxml import OoxmlError

        try:
            yield
        except OoxmlError as error:
            where = f" ({error.where})" if error.where else ""
            raise SurfaceError(
                f"{what}: {error.what}{where}.", str(self.path),
                error.remedy or "Open it in Excel and save it again, or fill a new file with --to."
            ) from None
        except OSError as error:
            raise SurfaceError(f"{what}: {error.strerror}.", str(self.path),
                               "Close it elsewhere, or check the path.") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time; the mark stands in the folder for temporary files.

        Raises:
            SurfaceError: another opsheet is filling the same file.
        """
        from filelock import FileLock, Timeout

        key = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:24]
        lock = FileLock(Path(tempfile.gettempdir()) / f"opsheet-{key}.lock", mode=0o666)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise SurfaceError("Another opsheet is filling this workbook.", str(self.path),
                               "Wait until it has ended, then run the fill again.") from None
        except OSError:  # no place for a mark; the file's own stamp still tells
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def _changed(self) -> SurfaceError:
        return SurfaceError("The workbook was changed while it was being filled.", str(self.path),
                            "Nothing was written; run the fill again.")

    def _keep(self) -> Path:
        """Puts a copy of the file beside it."""
        stem = f"{self.path.stem}.backup-{dt.datetime.now():%Y%m%d-%H%M%S}"
        name, number = self.path.with_name(stem + self.path.suffix), 2
        while name.exists():
            name, number = self.path.with_name(f"{stem}-{number}{self.path.suffix}"), number + 1
        durable.write_atomically(name, self.path.read_bytes())
        shutil.copystat(self.path, name)
        return name


def _drawn(plan: Plan) -> tuple[bytes, int, list[str]]:
    """A new workbook."""
    import xlsxwriter

    from sync.surfaces.xlsx.draw import draw

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    cells = draw(book, plan)
    _meta(book, plan)
    book.set_calc_mode("auto")
    book.close()
    return buffer.getvalue(), cells, _left_over(len(plan.unplaced))


def _left_over(count: int) -> list[str]:
    many = f"{count} typed cells have lost their row and stand on the Left over tab."
    return [many] if count else []


def stamp(path: Path) -> tuple[int, int]:
    """Tells whether a file was changed."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def refuse_if_open(path: Path) -> None:
    """Excel, LibreOffice and WPS leave a mark beside a file that they have open.

    Raises:
        SurfaceError: there is one, or the file cannot be written to.
    """
    marks = {
        f"~${path.name}": "Excel", f"~${path.name[2:]}": "Excel",
        f".~lock.{path.name}#": "LibreOffice", f".~{path.name}": "WPS",
    }
    for mark, program in marks.items():
        if (path.parent / mark).exists():
            raise SurfaceError(
                f"The workbook is open in {program}.", str(path),
                f"Close it and run again. (If nobody has it open, delete '{mark}' beside it.)",
            )
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except OSError:
            raise SurfaceError("The workbook is open elsewhere or write-protected.", str(path),
                               "Close it, or give another file name with --to.") from None


_refuse_if_open = refuse_if_open  # the name that surfaces.bound uses


def _meta(book: Any, plan: Plan) -> None:
    """What the workbook says of itself, on a sheet that people do not see, and its names."""
    sheet = book.add_worksheet(META_SHEET)
    sheet.very_hidden()
    facts = {
        "opsheet": "1", "template": plan.template.name, "lang": plan.lang,
        "period": str(plan.period), "sheets": "\n".join(tab.title for tab in plan.tabs),
    }
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, (name, text) in enumerate(facts.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
    for row, (name, value) in enumerate(plan.names.items(), start=len(facts)):
        sheet.write_string(row, 0, name)
        if isinstance(value, str):
            sheet.write_string(row, 1, value)
        else:
            sheet.write_datetime(row, 1, value, date)
        book.define_name(name, f"={META_SHEET}!$B${row + 1}")
    anchors.define(book, plan, Places(plan))
    book.set_custom_property("opsheet", plan.template.name)
