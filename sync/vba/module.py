"""One module of a VBA project: its name, its kind, and its source as Excel stores it.

    Module.from_text(path.read_text("ascii"))      a .bas or .cls file as the VBA editor exports it
    Module.document("Sheet1", Kind.SHEET)          the empty module behind a sheet
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a module belongs to; the value is the class that its `VB_Base` names, if any."""

    STANDARD = ""
    CLASS = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
    WORKBOOK = "0{00020819-0000-0000-C000-000000000046}"
    SHEET = "0{00020820-0000-0000-C000-000000000046}"

    @property
    def of_document(self) -> bool:
        return self in (Kind.WORKBOOK, Kind.SHEET)


# A class file opens with a block for the editor; then both kinds list attributes of the module.
_HEADER = re.compile(
    r'\A(?P<cls>VERSION 1\.0 CLASS\nBEGIN\n(?:.*\n)*?END\n)?'
    r'Attribute VB_Name = "(?P<name>\w+)"\n(?:Attribute VB_\w+ = .*\n)*'
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Module:
    """A module; `code` is what the editor shows, in ASCII with LF.

    ASCII because the bytes of a module are in the project's code page, which differs from PC to
    PC: what people read stands in the sheet. Attributes of the module are derived from its kind.
    """

    name: str
    kind: Kind
    code: str = ""

    def __post_init__(self) -> None:
        # A module's stream has its name; the stream "dir" stands beside it.
        if not _NAME.fullmatch(self.name) or self.name.lower() == "dir":
            raise ValueError(f"not a name for a VBA module: {self.name!r}")
        if not self.code.isascii():
            raise ValueError(f"VBA source is ASCII only; module {self.name} is not")

    @classmethod
    def from_text(cls, text: str) -> Module:
        """The module of an exported .bas or .cls file; line ends may be of either kind.

        Raises:
            ValueError: the text does not start as such a file does.
        """
        text = text.replace("\r\n", "\n")
        header = _HEADER.match(text)
        if not header:
            raise ValueError('an exported module starts with Attribute VB_Name = "..."')
        kind = Kind.CLASS if header["cls"] else Kind.STANDARD
        return cls(header["name"], kind, text[header.end() :])

    @property
    def source(self) -> str:
        """The whole source as a project stores it, attributes first, with CRLF."""
        lines = [f'Attribute VB_Name = "{self.name}"']
        if self.kind is not Kind.STANDARD:
            flags = {
                "GlobalNameSpace": False, "Creatable": False,
                "PredeclaredId": self.kind.of_document, "Exposed": self.kind.of_document,
                "TemplateDerived": False, "Customizable": self.kind.of_document,
            }
            lines += [f'Attribute VB_Base = "{self.kind.value}"',
                      *(f"Attribute VB_{flag} = {value}" for flag, value in flags.items())]
        return "\r\n".join([*lines, *self.code.split("\n")])
