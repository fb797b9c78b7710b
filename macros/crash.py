"""What to do with an error that nobody foresaw: keep its traceback in a log file."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import traceback
from pathlib import Path


def log_file() -> Path:
    """The user's log file; only `keep` creates it."""
    import platformdirs

    return Path(platformdirs.user_log_dir("opsheet", appauthor=False)) / "opsheet.log"


def keep(error: BaseException, doing: str) -> Path:
    """Appends the traceback to the log file and returns its path.

    Args:
        doing: what Opsheet was at work on: the command's words, or a file.
    """
    text = (
        f"--- {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC, Python {sys.version.split()[0]}, "
        f"{sys.platform}\n{doing}\n{''.join(traceback.format_exception(error))}\n"
    )
    for path in (log_file(), Path(tempfile.gettempdir()) / "opsheet.log"):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(text)
        except OSError:
            continue
        return path
    return Path("-")  # nowhere to write: the message alone has to do


def told(error: BaseException, log: Path) -> str:
    """One line about an unforeseen error: its kind, its message, and where the details are."""
    said = " ".join(str(error).split())[:160]
    name = type(error).__name__ + (f": {said}" if said else "")
    return f"Opsheet failed unexpectedly ({name}). Please report it with the details in {log}"
