"""Hostile files and other formats: refused at once, in little memory, with a way out."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from sync.ooxml import (
    DamagedError,
    EncryptedError,
    HostileError,
    OoxmlError,
    OtherFormatError,
    Workbook,
)
from tests.sync.ooxml.corpus import HEAD, OFFICE, PACKAGE, parts_of, worksheet, write

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)


def opened(path: Path) -> None:
    """Open, look at everything, edit."""
    with Workbook.open(path) as book:
        for sheet in book.sheet_names:
            book.set(sheet, "A1", 1)
            book.read(f"{sheet}!A1:B2")
        book.save(io.BytesIO())


def _bomb(path: Path, size: int = 250 << 20) -> None:
    """A part of 250 MB of zeros in 250 KB; made without holding it."""
    write(str(path), parts_of(worksheet(ROW)))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(size >> 20):
            part.write(bytes(1 << 20))


def _lying_bomb(path: Path) -> None:
    """The directory says 100 bytes, the data unpacks to 64 MB."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(bytes(64 << 20)) + deflate.flush()
    write(str(path), parts_of(worksheet(ROW)))
    data = path.read_bytes()
    at = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    name = b"xl/sharedStrings.xml"
    fields = (20, 0, 8, 0, 33, 0, len(packed), 100, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + packed
    central = struct.pack("<4s4B4H3L5H2L", b"PK\1\2", 20, 0, 20, 0, *fields[1:], 0, 0, 0, 0, at)
    count = struct.unpack("<H", data[end + 10 : end + 12])[0] + 1
    directory = data[at:end] + central + name
    tail = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), at + len(local), 0
    )
    path.write_bytes(data[:at] + local + directory + tail)


def _overlap(path: Path) -> None:
    """Many entries that share the same bytes."""
    write(str(path), parts_of(worksheet(ROW)))
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(bytes(data))


def _parts(**changes: str) -> dict[str, str | bytes]:
    return parts_of(worksheet(ROW), **changes)  # type: ignore[arg-type]


def _circle(path: Path) -> None:
    rels = f'<Relationship Id="rId1" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    back = f'<Relationship Id="r" Type="{OFFICE}/worksheet" Target="../worksheets/sheet1.xml"/>'
    extra: dict[str, str | bytes] = {
        "xl/drawings/drawing1.xml": HEAD + "<x/>",
        "xl/drawings/_rels/drawing1.xml.rels": HEAD
        + f'<Relationships xmlns="{PACKAGE}/relationships">{back}</Relationships>',
    }
    write(str(path), parts_of(worksheet(ROW), sheet_rels=rels, extra=extra))


def _hostile() -> dict[str, object]:
    far = ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    absurd = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    wide = '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'
    entity_sheet = ENTITIES + worksheet('<row r="1"><c r="A1" t="str"><v>&f;</v></c></row>')
    return {
        "far cells": parts_of(worksheet(far)),
        "absurd row": parts_of(worksheet(absurd)),
        "absurd column": parts_of(worksheet(wide)),
        "entities in the sheet": _parts() | {"xl/worksheets/sheet1.xml": entity_sheet},
        "entities in the types": _parts() | {"[Content_Types].xml": ENTITIES + "<Types/>"},
        "entities late": _parts()
        | {"xl/workbook.xml": HEAD + f"<!--{'x' * 3000}-->" + ENTITIES[21:] + "<workbook/>"},
        "parent folder": _parts() | {"../../etc/passwd": "x"},
        "drive": _parts() | {"C:\\x.xml": "x"},
        "control": _parts() | {"xl/a\nb.xml": "x"},
        "many parts": _parts() | {f"xl/media/{n}": "" for n in range(20_001)},
        "deep": _parts() | {"xl/workbook.xml": "<a>" * 100_000},
        "bomb": _bomb,
        "overlap": _overlap,
        "circle": _circle,
    }


@pytest.mark.parametrize("name", _hostile())
def test_hostile_files(name: str, tmp_path: Path) -> None:
    """Refused in under a second with what, where and what to do."""
    path = tmp_path / "hostile.xlsx"
    made = _hostile()[name]
    if callable(made):
        made(path)
    else:
        assert isinstance(made, dict)
        write(str(path), made)
    started = time.process_time()
    with pytest.raises(OoxmlError) as caught:
        opened(path)
    assert time.process_time() - started < 1
    assert isinstance(caught.value, HostileError) or name in ("deep",)
    assert caught.value.what and caught.value.where and caught.value.remedy


def test_a_part_never_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    """A directory that lies about a size gains nothing."""
    path = tmp_path / "hostile.xlsx"
    _lying_bomb(path)
    with pytest.raises(OoxmlError), Workbook.open(path) as book:
        book.content.package.read("xl/sharedStrings.xml")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_memory_stays_low_on_a_bomb(tmp_path: Path) -> None:
    """Under 300 MB for the whole process."""
    path = tmp_path / "hostile.xlsx"
    _bomb(path)
    code = (
        "from sync.ooxml import *\n"
        f"try: Workbook.open({str(path)!r})\n"
        "except HostileError: print(open('/proc/self/status').read())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    peak = next(line for line in done.stdout.splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 300 * 1024  # getrusage would count the process that started it


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    [
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedError, "Encrypt with"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), OtherFormatError, "Excel 97-2003"),
        ("a.et", OLE + "Workbook".encode("utf-16-le"), OtherFormatError, "WPS table"),
        ("a.xlsx", OLE, OtherFormatError, "old Office document"),
        ("a.xlsx", b"", DamagedError, "empty"),
        ("a.xlsx", b"PK\3\4 then nothing", DamagedError, "cut off"),
        ("a.xlsx", b"sku,units\na,1\n", OtherFormatError, "CSV"),
        ("a.xlsx", b"<html><table>", OtherFormatError, "web page"),
        ("a.xlsx", b'<?xml version="1.0"?><Workbook/>', OtherFormatError, "Excel 2003"),
        ("a.xlsx", b"\x89PNG\0\0", OtherFormatError, "not a workbook"),
    ],
)
def test_files_that_are_no_packages(
    name: str, data: bytes, error: type[OoxmlError], says: str, tmp_path: Path
) -> None:
    """What the file really is, and how to make a workbook of it."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=says) as caught:
        Workbook.open(path)
    assert name in caught.value.where and caught.value.remedy


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("xl/workbook.bin", "xlsb"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("readme.txt", "zip archive"),
    ],
)
def test_packages_of_other_programs(part: str, says: str, tmp_path: Path) -> None:
    """Likewise."""
    path = tmp_path / "a.xlsx"
    write(str(path), {part: "x"})
    with pytest.raises(OtherFormatError, match=says) as caught:
        Workbook.open(path)
    assert "save it as .xlsx" in caught.value.remedy


def test_a_missing_part_and_a_broken_part(tmp_path: Path) -> None:
    """Both say which part, and the way out."""
    path = tmp_path / "a.xlsx"
    broken = _parts() | {"xl/workbook.xml": "<workbook"}
    write(str(path), broken)
    with pytest.raises(DamagedError, match=r"xl/workbook\.xml"):
        Workbook.open(path)
    gone = {k: v for k, v in _parts().items() if k != "xl/workbook.xml"}
    write(str(path), gone)
    with pytest.raises(DamagedError, match="no workbook"):
        Workbook.open(path)
