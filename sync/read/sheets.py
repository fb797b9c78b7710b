"""Workbooks as report files: guarded, then read with calamine, cells as plain text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from workbook.errors import UnreadableFile

MAX_UNPACKED = 1_500_000_000
MAX_RATIO = 400
_WAY_OUT = (
    "Open it in Excel or WPS and save it as .xlsx (without a password), or download it again."
)
OLE = b"\xd0\xcf\x11\xe0"
_FAR_CELL = re.compile(rb'<dimension ref="[^"]*?:?\$?([A-Z]{1,3})\$?(\d{1,7})"')


def is_workbook(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", OLE))


def guard(content: bytes) -> None:
    """Refuses what would hang or kill the process: bombs, old binary formats, passwords.

    Raises:
        UnreadableFile: with the reason and a way out.
    """
    if content.startswith(OLE):
        raise UnreadableFile("An old or password-protected Excel file cannot be read.", do=_WAY_OUT)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            infos = package.infolist()
            names = {info.filename.lower() for info in infos}
            unpacked = sum(info.file_size for info in infos)
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(content), 10_000):
                raise UnreadableFile("The workbook unpacks to an absurd size.", do=_WAY_OUT)
            if "xl/workbook.bin" in names or not any(n.endswith("workbook.xml") for n in names):
                raise UnreadableFile("This is no .xlsx workbook.", do=_WAY_OUT)
            for info in infos:
                if re.match(r"xl/worksheets/[^/]+\.xml$", info.filename, re.IGNORECASE):
                    _guard_sheet(package, info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFile(f"The workbook is damaged ({error}).", do=_WAY_OUT) from None


def _guard_sheet(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """A tiny sheet with one far-away cell makes a dense reader allocate the whole grid."""
    with package.open(info) as stream:
        far_row = far_column = 0
        if info.file_size > 3_000_000:
            return  # enough real cells to carry its own extent
        for match in re.finditer(rb'\sr="([A-Z]{1,3})(\d{1,7})"', stream.read()):
            far_row = max(far_row, int(match[2]))
            far_column = max(far_column, _column_number(match[1]))
    if far_row * far_column > max(3_000_000, info.file_size * 4):
        raise UnreadableFile(
            "A cell stands absurdly far from the others.", info.filename,
            "Delete the empty rows and columns behind the table and save the file again.",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def tables(content: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    """(sheet name, rows of cells) of every sheet that has any.

    Raises:
        UnreadableFile: see `guard`.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    guard(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if cells:
                yield name, cells
    except (CalamineError, ValueError) as error:
        raise UnreadableFile(f"The workbook is damaged ({error}).", do=_WAY_OUT) from None


def as_text(cell: Any) -> str:
    """The cell as the text that a CSV export would hold: ISO dates, a decimal point."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)
