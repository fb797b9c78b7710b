"""The log of the buttons: one line a press, with what was said; kept for each user."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from macros import crash
from workbook.errors import SurfaceError

LARGEST = 1_000_000  # bytes; then a new file is begun, and the one before is kept


def log_file() -> Path:
    """Beside the log of unforeseen errors; only `add` creates it."""
    return crash.log_file().with_name("buttons.log")


def add(button: str, book: str, result: str, seconds: float, lines: Sequence[str] = ()) -> None:
    """Adds a press; that the log cannot be written must not stop a button."""
    head = (f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M:%S}  {button}  {book or '-'}  "
            f"{result}  {seconds:.1f} s")
    text = "\n".join([head, *(f"    {line}" for line in lines if line)])
    path = log_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(path.with_name("buttons.old.log"))
        with path.open("a", encoding="utf-8-sig" if not path.exists() else "utf-8",
                       errors="backslashreplace") as log:
            log.write(text + "\n")


def show() -> None:
    """Opens the log with the program that the system has for it.

    Raises:
        SurfaceError: there is none, or no log.
    """
    path = log_file()
    if not path.exists():
        add("open log", "", "new", 0)
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            opener = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        raise SurfaceError(f"The log cannot be shown: {error.strerror or error}.", str(path),
                           "Open that file with a text editor.") from None
