"""One press of a button: on which workbook, alone, and what became of it said there and logged."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from macros import crash, jobs, presslog, settings
from macros.planner import CONF, About, about, clock
from sync.surfaces.xlsx.place import META_SHEET
from workbook.errors import OpsheetError, SurfaceError
from workbook.model import Label

if TYPE_CHECKING:
    import xlwings

_ROWS = "A1:B99"  # of the hidden sheets on which a workbook speaks of itself
_PATIENCE = 2.0  # seconds that Excel may take to listen to what became of a press


class AtWork(SurfaceError):
    """Another press of the same workbook has not ended yet."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a press tells: a line for the status cell, and a message where a person must know."""

    line: str
    message: str = ""
    failed: bool = False
    notes: tuple[str, ...] = ()  # for the log


@dataclass(frozen=True, slots=True)
class Press:
    """An open workbook, what it says of itself, and settings for it."""

    book: xlwings.Book
    about: About
    context: jobs.Context

    @property
    def lang(self) -> str:
        return self.about.lang or self.context.settings.lang

    def words(self, en: str, zh: str) -> str:
        """The text in the language of the workbook."""
        return Label(en, zh)[self.lang]

    @property
    def at(self) -> str:
        return clock(self.context.now)


def pressed(button: str, work: Callable[[Press], Said]) -> None:
    """Does the work of a button, and tells in the workbook and the log what became of it."""
    import xlwings

    began, book, press, name = time.monotonic(), None, None, ""
    try:
        book = xlwings.Book.caller()
        name = name_of(book)
        with alone(name):
            press = press_on(book)
            said = work(press)
    except AtWork as error:  # whose press is at work writes into the workbook now, we do not
        said = replace(_failure(press, error.lines()), line="")
    except OpsheetError as error:
        said = _failure(press, error.lines())
    except Exception as error:
        said = _failure(press, [crash.told(error, crash.keep(error, f"button {button}"))])
    result = "failed" if said.failed else "done"
    presslog.add(button, name, result, time.monotonic() - began,
                 [*(said.message or said.line).split("\n"), *said.notes])
    if book is None or not _tell(book, said):
        sys.exit(said.message or said.line)  # xlwings' VBA shows it


def _failure(press: Press | None, lines: Sequence[str]) -> Said:
    lines = [" ".join(line.split()) for line in lines]
    line = Label(f"Not done: {lines[0]}", f"未完成：{lines[0]}")
    if press is not None:
        line = Label(f"{press.at} not done: {lines[0]}", f"{press.at} 未完成：{lines[0]}")
    lang = press.lang if press else _lang()
    return Said(line[lang], "\n".join(lines), failed=True)


def _lang() -> str:
    with contextlib.suppress(OpsheetError):
        return settings.load().lang
    return "en"


def _tell(book: xlwings.Book, said: Said) -> bool:
    """Tells it in the workbook; False where Excel does not listen."""
    from sync.surfaces.excel import ExcelBook
    from sync.surfaces.excel.problems import probe

    try:
        probe(lambda: book.app, "", _PATIENCE)
        with contextlib.suppress(SurfaceError):  # the sheet is protected; the message goes on
            if said.line:
                ExcelBook(book, {}).tell(said.line)
        if said.message:
            book.app.alert(said.message, title="Opsheet")
    except Exception:  # the words are not lost: they go to standard error and into the log
        return False
    return True


def name_of(book: xlwings.Book) -> str:
    """The path of the workbook; its name where Excel knows it by an address alone.

    Raises:
        SurfaceError: Excel does not listen.
    """
    from sync.surfaces.excel.problems import probe, telling

    with telling("Excel"):
        probe(lambda: book.app, "Excel")
        try:
            return str(book.fullname)
        except Exception:  # a file in OneDrive or SharePoint without a copy on this PC
            return str(book.name)


def press_on(book: xlwings.Book, context: jobs.Context | None = None) -> Press:
    """Settings beside the workbook or above it, else in the working folder or above that."""
    from sync.surfaces.excel.problems import telling

    if context is None:
        place = Path(name_of(book)).parent
        found = settings.load(place) if place.is_absolute() and place.is_dir() else None
        if found is None or found.file is None:
            found = settings.load()
        context = jobs.Context(found, jobs.utc_now())
    with telling(str(book.name)):
        titles = [sheet.name for sheet in book.sheets]
        meta, said = ({str(name): value for name, value in book.sheets[title].range(_ROWS).value
                       if name is not None} if title in titles else {}
                      for title in (META_SHEET, CONF))
    return Press(book, about(meta, said), context)


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One press at a time on a workbook.

    Raises:
        AtWork: there is another one.
    """
    from filelock import FileLock, Timeout

    key = hashlib.sha256(name.encode()).hexdigest()[:24]
    lock = FileLock(Path(tempfile.gettempdir()) / f"opsheet-press-{key}.lock", mode=0o666)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AtWork("Another button of this workbook is still at work.", Path(name).name,
                     "Wait until its line says that it has ended, then press again.") from None
    try:
        yield
    finally:
        lock.release()
