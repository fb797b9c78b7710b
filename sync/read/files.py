"""Finds report files in folders and archives."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbook.errors import OpsheetError, UnreadableFile

READABLE = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".zip"}
# Not reports: our settings, and what editors, browsers and spreadsheet programs leave behind.
IGNORED = re.compile(
    r"^(\.|~\$|__MACOSX|Thumbs\.db$|desktop\.ini$)|\.(toml|md|json|crdownload|part|tmp|log|lock|duckdb)$",
    re.IGNORECASE,
)
MAX_ARCHIVE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One file to import: its bytes, and where a person finds it.

    `shown` is the path as given (for a member of an archive `archive.zip/member.csv`),
    `modified` seconds since the epoch. A file on disk is read when it is asked for, so that a
    large one need never stand in memory as a whole.
    """

    shown: str
    parts: tuple[str, ...]  # folder and file names, outermost first
    held: bytes | None  # the content of a member of an archive
    modified: float
    path: Path | None = None  # on disk as it is; None for a member of an archive

    @property
    def content(self) -> bytes:
        if self.held is not None:
            return self.held
        assert self.path is not None
        return self.path.read_bytes()

    @property
    def size(self) -> int:
        if self.held is not None:
            return len(self.held)
        assert self.path is not None
        return self.path.stat().st_size

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """The content in pieces."""
        if self.held is not None:
            yield from (self.held[at : at + size] for at in range(0, len(self.held), size))
            return
        assert self.path is not None
        with self.path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk

    def head(self, size: int) -> bytes:
        """The first `size` bytes."""
        return next(self.chunks(size), b"")

    def line_count(self) -> int:
        """How many lines a text has; blank ones at its end do not count."""
        count = pending = 0
        for chunk in self.chunks():
            written = chunk.rstrip()
            if written:
                count, pending = count + pending + written.count(b"\n"), 0
            pending += chunk.count(b"\n", len(written))
        return count + 1

    @property
    def name(self) -> str:
        return self.parts[-1]


def find(paths: list[Path]) -> list[Path]:
    """The files below `paths`, the oldest download first, so that the newest counts.

    Raises:
        UnreadableFile: a path does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [p for p in path.rglob("*") if p.is_file() and not _ignored(p, path)]
        elif path.exists():
            found.append(path)
        else:
            raise UnreadableFile("There is no such file or folder.", str(path), "Check the path.")
    unique = {path.resolve(): path for path in found}
    return sorted(unique.values(), key=_age)


def _ignored(path: Path, root: Path) -> bool:
    return any(IGNORED.search(part) for part in path.relative_to(root).parts)


def _age(path: Path) -> tuple[float, int, str]:
    """By time of download; a browser's `report (1).csv` came after `report.csv`."""
    copy = re.search(r"\((\d+)\)$", path.stem.strip())
    return (path.stat().st_mtime // 60, int(copy[1]) if copy else 0, str(path))


def load(path: Path) -> Iterator[ReportFile | OpsheetError]:
    """The file, or each member of the archive; an error in place of what cannot be opened."""
    shown = str(path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        yield UnreadableFile(
            f"The file cannot be read: {error.strerror}.", shown, "Close it elsewhere."
        )
        return
    parts = path.resolve().parts[-4:]
    modified = path.stat().st_mtime
    if path.suffix.lower() != ".zip":
        yield ReportFile(shown, parts, None, modified, path)
        return
    try:
        yield from _members(path, shown, parts, modified)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        yield UnreadableFile(
            f"The archive cannot be opened: {error}.", shown,
            "Download it again, or unpack it yourself.",
        )


def _members(
    path: Path, shown: str, parts: tuple[str, ...], modified: float
) -> Iterator[ReportFile | OpsheetError]:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if sum(m.file_size for m in members) > MAX_ARCHIVE_BYTES:
            yield UnreadableFile(
                f"The archive unpacks to more than {MAX_ARCHIVE_BYTES // 10**9} GB.", shown,
                "Unpack it yourself and import the reports in it.",
            )
            return
        for member in members:
            inner = tuple(_member_name(member).replace("\\", "/").split("/"))
            if not any(IGNORED.search(part) for part in inner):
                yield ReportFile(
                    f"{shown}/{'/'.join(inner)}", (*parts[:-1], *inner), archive.read(member),
                    modified,
                )


def _member_name(member: zipfile.ZipInfo) -> str:
    """Chinese Windows writes GBK names without the UTF-8 flag; zipfile reads them as cp437."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
