"""VBA projects: oletools reads our source back, and each stream is as the specification says."""

from __future__ import annotations

import re

import olefile  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.vba import Kind, Module, compound_read, read_project, write_project
from sync.vba.protection import encrypted
from tests.sync.vba.oracle import olevba, sources

BOOK = Module("ThisWorkbook", Kind.WORKBOOK)
code = st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\n"), max_size=6000)
names = st.from_regex(r"[A-Z][A-Za-z0-9_]{0,20}", fullmatch=True).filter(
    lambda name: name.lower() not in ("dir", "thisworkbook"))
kinds = st.sampled_from([Kind.STANDARD, Kind.CLASS, Kind.SHEET])


def plain(secret: str) -> tuple[int, bytes]:
    """(version, value) of an encrypted property ([MS-OVBA] 2.4.3.3)."""
    seed, version, key, *rest = bytes.fromhex(secret)
    last, before, two_before = key ^ seed, key, version
    out = []
    for byte in rest:
        last = byte ^ (two_before + last & 0xFF)
        out.append(last)
        two_before, before = before, byte
    value = bytes(out[(seed & 6) // 2 :])
    assert int.from_bytes(value[:4], "little") == len(value) - 4
    return version ^ seed, value[4:]


def project_lines(binary: bytes) -> list[str]:
    return compound_read.read(binary)["PROJECT",].decode("ascii").split("\r\n")


@given(st.dictionaries(names, st.tuples(kinds, code), max_size=5).filter(
    lambda found: len({name.lower() for name in found}) == len(found)))
def test_every_source_is_read_back(found: dict[str, tuple[Kind, str]]) -> None:
    """By oletools in its strict mode and by us, exactly."""
    modules = [BOOK, *(Module(name, kind, text) for name, (kind, text) in found.items())]
    binary = write_project(modules)
    expected = {module.name: module.source for module in modules}
    assert read_project(binary) == expected
    assert {name.rsplit(".")[0]: text for name, text in sources(binary).items()} == expected


def test_the_streams() -> None:
    """PROJECT, PROJECTwm, the version, and one stream for each module; nothing else."""
    modules = [Module("Mine", Kind.STANDARD, "' m\n"), BOOK, Module("Sheet1", Kind.SHEET),
               Module("Thing", Kind.CLASS)]
    binary = write_project(modules)
    found = compound_read.read(binary)
    assert set(found) == {("PROJECT",), ("PROJECTwm",), ("VBA", "dir"), ("VBA", "_VBA_PROJECT"),
                          *(("VBA", module.name) for module in modules)}
    # Reserved1, Version, Reserved2, Reserved3 and no cache behind them.
    assert found["VBA", "_VBA_PROJECT"] == bytes.fromhex("cc61 ffff 00 0000")
    assert found["PROJECTwm",].startswith(b"ThisWorkbook\0T\0h\0i\0")
    assert found["PROJECTwm",].endswith(b"Mine\0M\0i\0n\0e\0\0\0Thing\0T\0h\0i\0n\0g\0\0\0\0\0")
    lines = project_lines(binary)
    assert re.fullmatch(r'ID="\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"', lines[0])
    assert lines[1:5] == ["Document=ThisWorkbook/&H00000000", "Document=Sheet1/&H00000000",
                          "Module=Mine", "Class=Thing"]
    assert lines[5:8] == ['Name="VBAProject"', 'HelpContextID="0"',
                          'VersionCompatible32="393222000"']
    assert write_project(modules) == binary
    with olefile.OleFileIO(binary) as ole:
        assert ole.exists("VBA/dir")


def test_the_project_is_open_to_read_and_change() -> None:
    """Not protected, no password, visible."""
    values = dict(line.split("=", 1) for line in project_lines(write_project([BOOK]))[3:8])
    assert plain(values["CMG"].strip('"')) == (2, bytes(4))
    assert plain(values["DPB"].strip('"')) == (2, b"\0")
    assert plain(values["GC"].strip('"')) == (2, b"\xff")


def test_protection_as_excel_writes_it() -> None:
    """The three properties of a project that Excel made (xlwings' standalone quickstart)."""
    project_id, skipped = "{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}", b"\xa9\xdb"
    for value, secret in [(bytes(4), "8D8FA61394EA98EA98EA98EA98"),
                          (b"\0", "8D8FA61394EF95EF95EF"), (b"\xff", "8D8FA61394EF95EF9510")]:
        assert encrypted(value, project_id, 0x8D, skipped) == secret


@given(st.binary(min_size=1, max_size=40), st.integers(0, 255))
def test_encryption_is_undone(value: bytes, seed: int) -> None:
    assert plain(encrypted(value, "{A}", seed)) == (2, value)


def test_the_attributes_of_modules() -> None:
    """Documents and classes name their base; the flags are those of Excel's own files."""
    assert Module("M", Kind.STANDARD, "' x").source == 'Attribute VB_Name = "M"\r\n\' x'
    assert Module("Sheet1", Kind.SHEET).source == (
        'Attribute VB_Name = "Sheet1"\r\n'
        'Attribute VB_Base = "0{00020820-0000-0000-C000-000000000046}"\r\n'
        "Attribute VB_GlobalNameSpace = False\r\nAttribute VB_Creatable = False\r\n"
        "Attribute VB_PredeclaredId = True\r\nAttribute VB_Exposed = True\r\n"
        "Attribute VB_TemplateDerived = False\r\nAttribute VB_Customizable = True\r\n"
    )
    assert "VB_PredeclaredId = False" in Module("C", Kind.CLASS).source


def test_exported_files_become_modules() -> None:
    """The editor's block and the module's attributes go; those of procedures stay."""
    text = ('VERSION 1.0 CLASS\r\nBEGIN\r\n  MultiUse = -1\r\nEND\r\n'
            'Attribute VB_Name = "Thing"\r\nAttribute VB_Exposed = True\r\n'
            "Option Explicit\r\nAttribute Item.VB_UserMemId = 0\r\n")
    assert Module.from_text(text) == Module(
        "Thing", Kind.CLASS, "Option Explicit\nAttribute Item.VB_UserMemId = 0\n")
    assert Module.from_text('Attribute VB_Name = "M"\nSub A()\n').kind is Kind.STANDARD
    with pytest.raises(ValueError, match="starts with Attribute VB_Name"):
        Module.from_text("Sub A()\n")


@pytest.mark.parametrize(("name", "text"), [
    ("1st", ""), ("周报", ""), ("x" * 32, ""), ("Dir", ""), ("M", "周"),
])
def test_modules_that_vba_cannot_hold(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="VBA"):
        Module(name, Kind.STANDARD, text)


def test_projects_that_excel_would_refuse() -> None:
    with pytest.raises(ValueError, match="same name"):
        write_project([BOOK, Module("A", Kind.STANDARD), Module("a", Kind.CLASS)])
    with pytest.raises(ValueError, match="one module for the workbook"):
        write_project([Module("A", Kind.STANDARD)])


@pytest.mark.parametrize("binary", [b"", b"PK\3\4" * 200, olevba.olefile.MAGIC + bytes(2000)])
def test_what_is_no_project_is_refused(binary: bytes) -> None:
    with pytest.raises(ValueError):
        read_project(binary)
