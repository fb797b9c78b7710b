"""What the in-place editor says, as an error of ours: what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.ooxml import (
    BadValueError,
    BlockedError,
    DamagedError,
    EncryptedError,
    HostileError,
    OoxmlError,
    OtherFormatError,
    ProtectedPlaceError,
    UnknownPlaceError,
)
from workbook.errors import SurfaceError

# What to do where the editor itself names no remedy.
_REMEDIES: dict[type[OoxmlError], str] = {
    EncryptedError: "Take the password off in Excel (File, Info, Protect Workbook) and save.",
    OtherFormatError: "Open it in Excel, LibreOffice or WPS and save it as .xlsx.",
    DamagedError: "Open it in Excel, let it repair it, and save it as .xlsx.",
    HostileError: "If you trust the file, open it in Excel and save it again.",
    BlockedError: "`opsheet template check FILE.xlsx` lists every place with its remedy.",
    ProtectedPlaceError: "`opsheet template check FILE.xlsx` lists every place with its remedy.",
    UnknownPlaceError: "`opsheet template check FILE.xlsx` lists what is bound.",
    BadValueError: "Report this with the file, if it holds nothing secret.",
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns an error of the editor into one that names the file.

    Raises:
        SurfaceError: the workbook cannot be read, edited or written.
    """
    try:
        yield
    except OoxmlError as error:
        raise of(error, path) from error
    except OSError as error:
        raise SurfaceError(f"The workbook cannot be used: {error.strerror or error}.", str(path),
                           "Close it elsewhere, or check the path.") from error


def of(error: OoxmlError, path: Path) -> SurfaceError:
    """The same in three lines."""
    where = str(path) if not error.where or path.name in error.where else f"{path}, {error.where}"
    if error.where and path.name in error.where and ":" in error.where:
        where = f"{path}: {error.where.partition(':')[2].strip()}"
    do = error.remedy or next(
        (text for kind, text in _REMEDIES.items() if isinstance(error, kind)), "")
    what = error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."
    return SurfaceError(what, where, do)
