"""The few calls after which something has happened for good.

All of them go through here, so that a test can end the process before and after each.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import duckdb


def fsync(file: BinaryIO) -> None:
    """Forces a written file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def rename(source: Path, target: Path) -> None:
    """Puts `source` in the place of `target` in one step."""
    os.replace(source, target)


def fsync_folder(folder: Path) -> None:
    """Forces a rename to the disk (POSIX; Windows has no such call and needs none)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes a folder, with those above it, that is still there after a power failure."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)


def commit(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes a transaction of the store final."""
    connection.execute("COMMIT")


def write_atomically(target: Path, *content: bytes) -> None:
    """The file is the old one or the new one, never anything between, whatever happens."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            if target.exists():
                shutil.copymode(target, temporary)
            file.writelines(content)
            fsync(file)
        rename(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    fsync_folder(target.parent)
