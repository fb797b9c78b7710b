"""What goes wrong with an open workbook, in our words; and Excel's state, given back."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from workbook.errors import OpsheetError, SurfaceError

if TYPE_CHECKING:
    import xlwings

BUSY = {-2147418111, -2147417846, -2146777998}  # rejected, try later, VBA_E_IGNORE
PATIENCE = 5.0  # seconds that a probe waits for Excel
_STATE = {"screen_updating": False, "enable_events": False, "display_alerts": False,
          "calculation": "manual"}


def told(error: Exception, where: str) -> SurfaceError:
    """An error of Excel or xlwings as one of ours."""
    if isinstance(error, SurfaceError):
        return error
    words = _words(error)
    low = words.casefold()
    if getattr(error, "hresult", None) in BUSY or "not responding" in low:
        return busy(where)
    if "workbook is protected" in low or "工作簿受保护" in low or "工作簿有保护" in low:
        return SurfaceError("The workbook's structure is protected; nothing changed.", where,
                            "Review > Protect Workbook takes the protection off.")
    if "protected" in low or "保护" in low:
        return SurfaceError("A sheet is protected; nothing changed.", where,
                            "Review > Unprotect Sheet takes the protection off; then refresh "
                            "again.")
    return SurfaceError(f"Excel refused: {words}", where,
                        "Nothing changed. Undo what stands in the way, or fill a new file.")


def busy(where: str) -> SurfaceError:
    return SurfaceError("Excel is busy: a cell is being edited, or a window asks something; "
                        "nothing changed.", where,
                        "Press Enter or Esc in Excel, close its windows, then refresh again.")


def _words(error: Exception) -> str:
    """The sentence that Excel says; that of pywin32 where it says none."""
    info = getattr(error, "excepinfo", None)
    said = info[2] if info and len(info) > 2 and info[2] else str(error)
    return str(said).strip() or type(error).__name__


@contextlib.contextmanager
def telling(where: str) -> Iterator[None]:
    """Errors of Excel come out as ours."""
    try:
        yield
    except OpsheetError:
        raise
    except Exception as error:
        raise told(error, where) from error


class _Late(BaseException):
    """Raised into a call of Excel that does not end."""


def probe(app: Callable[[], xlwings.App], where: str, patience: float = PATIENCE) -> None:
    """Asks Excel whether it listens; asking for the application itself may be what hangs.

    On Windows xlwings repeats a rejected call without end, in Python: when time is up an exception
    is raised into that loop from outside.

    Raises:
        SurfaceError: Excel does not listen within `patience` seconds.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    timer = threading.Timer(patience, raise_in, (thread, ctypes.py_object(_Late)))
    timer.daemon = True
    timer.start()
    try:
        with telling(where):
            excel = app()
            excel.screen_updating = excel.screen_updating
    except _Late:
        raise busy(where) from None
    finally:
        timer.cancel()
        raise_in(thread, None)  # one that has not arrived yet comes too late


@contextlib.contextmanager
def quiet(book: xlwings.Book) -> Iterator[None]:
    """Nothing flickers, asks or reckons meanwhile; afterwards all is as it was."""
    app, before = book.app, dict[str, Any]()
    active = book.sheets.active
    selected = _selected(book)
    try:
        for name, value in _STATE.items():
            before[name] = getattr(app, name)
            setattr(app, name, value)
        yield
    finally:
        for name, value in reversed(before.items()):
            with contextlib.suppress(Exception):
                setattr(app, name, value)
        with contextlib.suppress(Exception):
            if book.sheets.active.name != active.name:
                active.activate()
            now = _selected(book)
            if selected and now != selected:
                active.range(selected[1]).select()


def _selected(book: xlwings.Book) -> tuple[str, str] | None:
    """Sheet and address of what is selected; None for a chart, or where nobody can tell."""
    with contextlib.suppress(Exception):
        found = book.selection
        return (found.sheet.name, found.address) if found is not None else None
    return None
