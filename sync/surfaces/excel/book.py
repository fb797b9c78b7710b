"""One workbook that is open in Excel: what people typed is read, then it is filled before their
eyes; whatever Excel refuses, the workbook is as it was."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sync.surfaces import Receipt
from sync.surfaces.excel import before
from sync.surfaces.excel.fill import Fill
from sync.surfaces.excel.found import Reader
from sync.surfaces.excel.overview import write_meta
from sync.surfaces.excel.problems import PATIENCE, probe, quiet, telling, told
from sync.surfaces.excel.typed import read_state
from sync.surfaces.excel.write import Writer
from sync.surfaces.xlsx.place import META_SHEET
from workbook.errors import SurfaceError
from workbook.model import Label
from workbook.plan import Plan, State
from workbook.template import Block

if TYPE_CHECKING:
    import xlwings

STATUS = "ops_status"  # the cell that says when the last refresh was
_DONE = Label("Refreshed {time}, data until {day}{notes}", "{time} 已刷新，数据截至{day}{notes}")
_FAILED = Label("⚠ {time} not refreshed: {what}", "⚠ {time} 未刷新：{what}")
_DAYS = (Label("Monday", "周一"), Label("Tuesday", "周二"), Label("Wednesday", "周三"),
         Label("Thursday", "周四"), Label("Friday", "周五"), Label("Saturday", "周六"),
         Label("Sunday", "周日"))
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_log = logging.getLogger("opsheet.excel")


class ExcelBook:
    """A workbook that is open in Excel.

    Args:
        book: as `open_book` or `xlwings.Book.caller()` gives it.
        blocks: the blocks whose typed cells are to be read, by id.
        keep: the folder for the image before the last refresh.
        press: refreshes of one press, one after the other, are undone together.
        patience: seconds to wait for an Excel that does not answer.
        now: the time of day, for the status line.
    """

    def __init__(
        self, book: xlwings.Book, blocks: Mapping[str, Block], *, keep: Path | None = None,
        patience: float = PATIENCE, now: dt.datetime | None = None, press: str = "",
    ) -> None:
        self.book, self._blocks = book, blocks
        self._keep, self._patience, self._now = keep or before.folder(), patience, now
        self._press = press
        self._first: State | None = None
        self._seen: Reader | None = None

    @property
    def source(self) -> str:
        """What the workbook is called in the history of typed values: its path where it has one."""
        return source_of(self.book)

    def read(self) -> State:
        """What people typed; empty where Opsheet has not filled it yet.

        Raises:
            SurfaceError: Excel is busy or does not answer.
        """
        self._listens()
        with telling("Excel"):
            self._seen = Reader(self.book)
            state = read_state(self._seen, self._blocks)
            if state != State():
                state.source = self.source
                state.said_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
                if state.formerly == state.source or _is_file(state.formerly):
                    state.formerly = ""  # the same workbook, or a copy of one
        self._first = state
        return state

    def apply(self, plan: Plan) -> Receipt:
        """Fills the workbook; it is as it was if anything goes wrong.

        Raises:
            SurfaceError: a table was damaged, Excel is busy, a sheet is protected.
        """
        if self._first is None:
            self.read()
        first, self._first = self._first or State(), None
        self._listens()
        writer = Writer(self.book)
        try:
            with telling(self.book.name), quiet(self.book):
                try:
                    notes = self._fill(plan, writer, first)
                except BaseException as error:
                    self._put_back(writer, error)
                    raise
        except SurfaceError as error:
            _log.warning("%s: %s", self.book.name, error)
            self._say(_FAILED[plan.lang].format(time=self._time(), what=error.what))
            raise
        many = len(plan.unplaced)
        if many:
            notes.insert(0, f"{many} typed cells have lost their row and stand on the Left over "
                            "tab.")
        self._say(self._line(plan, len(notes)))
        cells = sum(1 for _ in plan.cells()) if writer.steps else 0
        return Receipt(self.source, cells, tuple(notes))

    def undo(self) -> int:
        """Takes the last refresh back; returns how many cells were put back.

        Raises:
            SurfaceError: there is none, rows were moved since, or Excel is busy.
        """
        self._listens()
        with telling(self.book.name), quiet(self.book):
            return before.take_back(self.book, Reader(self.book), self._keep, self.source)

    def tell(self, text: str) -> None:
        """Writes into the status cell, where the workbook has one."""
        with telling(self.book.name):
            if self.book.names.contains(STATUS):
                self.book.names[STATUS].refers_to_range.value = text

    # --- inside -----------------------------------------------------------------------------

    def _listens(self) -> None:
        probe(lambda: self.book.app, "Excel", self._patience)

    def _fill(self, plan: Plan, writer: Writer, first: State) -> list[str]:
        reader, self._seen = Reader(self.book, self._seen), None
        fill = Fill(reader, writer, plan, first)
        notes = fill.run()
        touched = {str(step["sheet"]) for step in writer.steps if "sheet" in step} - {META_SHEET}
        if touched or any(step["do"] == "add" for step in writer.steps):
            token = dt.datetime.now(dt.UTC).isoformat()
            for sheet in touched:
                reader.changed(sheet)
            held = str(reader.meta().get(before.TOKEN) or "")
            write_meta(reader, writer, {before.TOKEN: token})
            done = before.Refresh(token, held, self._press, writer.steps, fill.made)
            try:
                before.keep(self._keep, self.source, done, reader)
            except OSError as error:
                notes.append(f"This refresh cannot be undone: {error.strerror} ({self._keep}).")
        return notes

    def _put_back(self, writer: Writer, error: BaseException) -> None:
        """Everything as it was.

        Raises:
            SurfaceError: what went wrong, with the sheet that it went wrong on; or, that not all
                could be put back.
        """
        sheet = next((str(step["sheet"]) for step in writer.steps[-1:] if "sheet" in step), "")
        where = f"{self.book.name}, sheet '{sheet}'" if sheet else self.book.name
        problems = writer.roll_back()
        if problems:
            raise SurfaceError(
                f"The refresh failed, and not all could be put back: {problems[0]}", where,
                "Close the workbook without saving and open it again.") from error
        if isinstance(error, Exception):
            raise told(error, where) from error

    def _say(self, text: str) -> None:
        """The status line; where it cannot be written, the receipt or the error tells."""
        with contextlib.suppress(SurfaceError):
            self.tell(text)

    def _time(self) -> str:
        return f"{self._now or dt.datetime.now():%H:%M}"

    def _line(self, plan: Plan, notes: int) -> str:
        end = plan.period.end
        day = _DAYS[end.weekday()][plan.lang]
        if plan.lang == "zh":
            return _DONE.zh.format(time=self._time(), day=f"{end.month}月{end.day}日（{day}）",
                                   notes=f"，{notes} 条提示" if notes else "")
        many = f", {notes} note{'s' * (notes != 1)}" if notes else ""
        return _DONE.en.format(time=self._time(), notes=many,
                               day=f"{day} {end.day} {_MONTHS[end.month - 1]}")


def source_of(book: xlwings.Book) -> str:
    """A workbook's path; its address in the cloud; `excel:` and its name where Excel knows no
    path, or OneDrive's cannot be told."""
    try:
        name = book.fullname
    except Exception:
        return f"excel:{book.name}"
    if "://" in name:
        return name
    path = Path(name)
    return str(path.resolve()) if path.is_absolute() else f"excel:{book.name}"


def _is_file(name: str) -> bool:
    try:
        return bool(name) and Path(name).exists()
    except OSError:  # an address that is no path here
        return False


# --- which workbook -----------------------------------------------------------------------


def open_book(name: str = "") -> xlwings.Book:
    """The workbook that is open in Excel and was made by Opsheet; with `name` that one.

    Raises:
        SurfaceError: Excel is not running, no workbook of ours is open, or several are.
    """
    try:
        import xlwings
    except ImportError:
        raise SurfaceError("xlwings is not installed.", "Excel",
                           'Install it: pip install "opsheet[excel]"') from None
    try:
        apps = list(xlwings.apps)
    except Exception:
        apps = []
    if not apps:
        raise SurfaceError("Excel is not running.", "",
                           "Open the workbook in Excel, then run this again.")
    for app in apps:
        probe(partial(_itself, app), "Excel")
    with telling("Excel"):
        books = [book for app in apps for book in app.books]
        ours = [book for book in books if _ours(book)]
    if name:
        stem = Path(name).name.casefold()
        ours = [book for book in ours if stem in (book.name.casefold(),
                                                  Path(book.name).stem.casefold())]
    known = ", ".join(book.name for book in books) or "none"
    if not ours:
        what = f"'{name}' is not open in Excel, or" if name else "No open workbook"
        what += " was not made by Opsheet." if name else " was made by Opsheet."
        raise SurfaceError(what, f"Open workbooks: {known}",
                           "Open one that Opsheet filled, or make one: opsheet fill "
                           "weekly_report --to report.xlsx")
    if len(ours) > 1:
        raise SurfaceError("Several workbooks of Opsheet are open.",
                           ", ".join(book.name for book in ours), "Name one: --to excel:NAME")
    return ours[0]


def _itself(app: xlwings.App) -> xlwings.App:
    return app


def _ours(book: xlwings.Book) -> bool:
    return any(sheet.name == META_SHEET for sheet in book.sheets) or book.names.contains(STATUS)
