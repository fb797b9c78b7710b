"""Before a workbook is opened: what kind of file it is, and whether it is made to harm."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from sync.ooxml.errors import DamagedError, EncryptedError, HostileError, OtherFormatError

_MB = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "Open it in Excel, WPS or LibreOffice and save it as .xlsx, then try again."
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be. The defaults are far above what people make."""

    total: int = 2048 * _MB  # all parts, unpacked
    sheet: int = 1024 * _MB  # one part that is streamed
    part: int = 128 * _MB  # one part that is parsed whole
    entries: int = 20_000
    ratio: int = 250  # unpacked over packed, for parts above ratio_from
    ratio_from: int = 16 * _MB
    area: int = 1 << 30  # cells between a sheet's first and last used cell


def sniff(file: BinaryIO, name: str = "") -> None:
    """Refuse every file that is not a zip package, and say what it is."""
    file.seek(0)
    head = file.read(8)
    where = f"file {name}" if name else ""
    if head.startswith(b"PK"):
        return
    if not head:
        raise DamagedError("The file is empty", where, "Export or download it again.")
    if head == _OLE:
        raise _ole_error(file, name, where)
    file.seek(0)
    start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        kind = "a web page"
    elif start.startswith(b"<?xml"):
        kind = "an XML spreadsheet of Excel 2003 or another XML file"
    elif b"\0" not in start and start.isascii():
        kind = "a text file (perhaps CSV)"
    else:
        kind = "not a workbook"
    raise OtherFormatError(f"The file is {kind}, whatever its name says", where, _SAVE_AS)


def _ole_error(file: BinaryIO, name: str, where: str) -> OtherFormatError | EncryptedError:
    file.seek(0)
    data = file.read(64 * _MB)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedError(
            "The workbook is protected with a password to open it",
            where,
            "In Excel: File, Info, Protect Workbook, Encrypt with Password; clear it and save.",
        )
    lowered = name.lower()
    if lowered.endswith((".et", ".ett")):
        kind = "a WPS table (.et)"
    elif "Workbook".encode("utf-16-le") in data or lowered.endswith((".xls", ".xlt")):
        kind = "an Excel 97-2003 workbook (.xls)"
    else:
        kind = "an old Office document, not an .xlsx workbook"
    return OtherFormatError(f"The file is {kind}", where, _SAVE_AS)


def check_package(archive: zipfile.ZipFile, size: int, limits: Limits, name: str = "") -> None:
    """Refuse other packages, bombs and part names that point outside."""
    infos = archive.infolist()
    where = f"file {name}" if name else ""
    _check_sizes(infos, size, limits, where)
    for info in infos:
        _check_name(info.orig_filename, where)
        if info.flag_bits & 1:
            raise EncryptedError(
                "The package is a zip with a password", where, "Save it without a password."
            )
    _check_kind({info.filename.replace("\\", "/").lower() for info in infos}, where)


def _check_sizes(infos: list[zipfile.ZipInfo], size: int, limits: Limits, where: str) -> None:
    remedy = "If you trust it, save it again in Excel; otherwise delete it."
    if len(infos) > limits.entries:
        raise HostileError(f"The file holds {len(infos):,} parts", where, remedy)
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        raise HostileError(f"The file unpacks to {total / _MB:,.0f} MB", where, remedy)
    for info in infos:
        _check_part_size(info, limits, where, remedy)
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end or info.header_offset + info.compress_size > size:
            raise HostileError(
                f"Parts of the file lie on top of each other ({info.filename[:80]})", where, remedy
            )
        end = info.header_offset + 30 + info.compress_size


def _check_part_size(info: zipfile.ZipInfo, limits: Limits, where: str, remedy: str) -> None:
    big = info.file_size > limits.ratio_from
    if info.file_size > limits.sheet or (
        big and info.file_size > limits.ratio * max(1, info.compress_size)
    ):
        raise HostileError(
            f"Part {info.filename[:80]} unpacks from {info.compress_size:,} to "
            f"{info.file_size:,} bytes: a zip bomb",
            where,
            remedy,
        )


def _check_name(name: str, where: str) -> None:
    plain = name.replace("\\", "/")
    if (
        ".." in plain.split("/")
        or plain.startswith("//")
        or _DRIVE.match(plain)
        or any(ord(char) < 32 for char in plain)
    ):
        raise HostileError(
            f"A part's name points outside the file: {name[:80]!a}",
            where,
            "Do not unpack this file; ask its sender for a new export.",
        )


def _check_kind(names: set[str], where: str) -> None:
    if "xl/workbook.bin" in names:
        kind = "a binary workbook (.xlsb)"
    elif "index/document.iwa" in names or "index.zip" in names:
        kind = "an Apple Numbers document"
    elif "mimetype" in names and "content.xml" in names:
        kind = "an OpenDocument file (.ods)"
    elif any(name.startswith("word/") for name in names):
        kind = "a Word document"
    elif any(name.startswith("ppt/") for name in names):
        kind = "a PowerPoint presentation"
    elif not any(name.lstrip("/") == "[content_types].xml" for name in names):
        kind = "a zip archive, not a workbook"
    else:
        return
    raise OtherFormatError(f"The file is {kind}", where, _SAVE_AS)
