"""Writes and reads `xl/vbaProject.bin`: a VBA project that holds source and no compiled code.

[MS-OVBA] 2.2 to 2.3. Without a performance cache Excel compiles the source when it opens the
workbook, so one file serves every version and both systems.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence

from sync.vba import compound, compound_read
from sync.vba.compression import compress, decompress
from sync.vba.module import Kind, Module
from sync.vba.protection import encrypted

CODE_PAGE = 1252  # every source is ASCII, which all code pages share
# Version 0xFFFF: no cache here is for the program that opens it ([MS-OVBA] 2.3.4.1).
_NO_CACHE = bytes.fromhex("cc61ffff000000")
_ENGLISH, _WIN64 = 0x409, 3
_VERSION = (0x68FBFAC5, 4)  # of the project; counts saves, any number will do
_REFERENCES = {  # what Excel puts into each new project; found by their ids, not their paths
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#"
              r"C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
              r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
              r"#Microsoft Office 16.0 Object Library",
}


def write_project(modules: Sequence[Module], name: str = "VBAProject") -> bytes:
    """The project as Excel stores it; the same modules give the same bytes.

    Raises:
        ValueError: two modules have one name (case aside), or none stands for the workbook.
    """
    if len({module.name.lower() for module in modules}) < len(modules):
        raise ValueError("two modules of a VBA project have the same name")
    if sum(module.kind is Kind.WORKBOOK for module in modules) != 1:
        raise ValueError("a VBA project has one module for the workbook")
    modules = sorted(modules, key=lambda module: not module.kind.of_document)
    return compound.write({
        ("VBA", "dir"): compress(_dir(modules, name)),
        **{("VBA", module.name): compress(module.source.encode("ascii")) for module in modules},
        ("VBA", "_VBA_PROJECT"): _NO_CACHE,
        ("PROJECT",): _project(modules, name).encode("ascii"),
        ("PROJECTwm",): _names(modules),
    })


def read_project(binary: bytes) -> dict[str, str]:
    """The source of each module by name, as stored (attributes first, CRLF), in their order.

    Raises:
        ValueError: the bytes are no VBA project.
    """
    streams = compound_read.read(binary)
    try:
        directory = decompress(streams["VBA", "dir"])
        sources: dict[str, str] = {}
        encoding, stream, at = "cp1252", "", 0
        while at < len(directory):
            tag, size = struct.unpack_from("<HI", directory, at)
            size = 6 if tag == 9 else size  # PROJECTVERSION states 4 and has 6
            value = directory[at + 6 : at + 6 + size]
            at += 6 + size
            if tag == 0x03:
                encoding = f"cp{int.from_bytes(value, 'little')}"
            elif tag == 0x32:
                stream = value.decode("utf-16-le")
            elif tag == 0x31:
                packed = streams["VBA", stream][int.from_bytes(value, "little") :]
                sources[stream] = decompress(packed).decode(encoding)
    except (KeyError, LookupError, struct.error) as error:
        raise ValueError(f"no whole VBA project: {error}") from error
    return sources


# --- the dir stream ([MS-OVBA] 2.3.4.2) --------------------------------------------------


def _record(tag: int, value: bytes = b"") -> bytes:
    return struct.pack("<HI", tag, len(value)) + value


def _number(tag: int, value: int, size: int = 4) -> bytes:
    return _record(tag, value.to_bytes(size, "little"))


def _text(tag: int, wide: int, value: str) -> bytes:
    """A text twice: in the code page and in UTF-16."""
    return _record(tag, value.encode("ascii")) + _record(wide, value.encode("utf-16-le"))


def _dir(modules: Sequence[Module], name: str) -> bytes:
    parts = [
        _number(0x01, _WIN64), _number(0x02, _ENGLISH), _number(0x14, _ENGLISH),
        _number(0x03, CODE_PAGE, 2), _record(0x04, name.encode("ascii")),
        _text(0x05, 0x40, ""),  # description
        _text(0x06, 0x3D, ""),  # help file
        _number(0x07, 0),  # help context
        _number(0x08, 0),  # library flags
        struct.pack("<HIIH", 0x09, 4, *_VERSION),
        _text(0x0C, 0x3C, ""),  # constants
    ]
    for reference, library in _REFERENCES.items():
        value = library.encode("ascii")
        parts += [_text(0x16, 0x3E, reference),
                  _record(0x0D, struct.pack("<I", len(value)) + value + b"\0" * 6)]
    parts += [_number(0x0F, len(modules), 2), _number(0x13, 0xFFFF, 2)]
    return b"".join(parts + [_dir_module(module) for module in modules] + [_record(0x10)])


def _dir_module(module: Module) -> bytes:
    return b"".join([
        _text(0x19, 0x47, module.name),
        _text(0x1A, 0x32, module.name),  # its stream
        _text(0x1C, 0x48, ""),  # description
        _number(0x31, 0),  # where the source starts: there is no cache before it
        _number(0x1E, 0),  # help context
        _number(0x2C, 0xFFFF, 2),
        _record(0x21 if module.kind is Kind.STANDARD else 0x22),
        _record(0x2B),
    ])


# --- the PROJECT and PROJECTwm streams (2.3.1, 2.3.3) ------------------------------------


def _project(modules: Sequence[Module], name: str) -> str:
    source = "\0".join(module.source for module in modules)
    project_id = f"{{{uuid.uuid5(uuid.NAMESPACE_OID, source)}}}".upper()
    lines = [f'ID="{project_id}"']
    for module in modules:
        if module.kind.of_document:
            lines.append(f"Document={module.name}/&H00000000")
        else:
            word = "Class" if module.kind is Kind.CLASS else "Module"
            lines.append(f"{word}={module.name}")
    lines += [
        f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"',
        f'CMG="{encrypted(bytes(4), project_id)}"',  # not protected
        f'DPB="{encrypted(bytes(1), project_id)}"',  # no password
        f'GC="{encrypted(bytes([255]), project_id)}"',  # visible
        "", "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "", "[Workspace]", *(f"{module.name}=0, 0, 0, 0, C" for module in modules), "",
    ]
    return "\r\n".join(lines)


def _names(modules: Sequence[Module]) -> bytes:
    return b"".join(
        module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    ) + b"\0\0"
