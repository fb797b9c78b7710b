"""What can go wrong with a workbook file. Each message says what, where and what to do.

OoxmlError
├── NotEditableError      not a workbook that can be edited in place
│   ├── EncryptedError        opened with a password
│   ├── OtherFormatError      .xls, .xlsb, .et, .numbers, .ods, text...
│   └── DamagedError          cut off, or not well-formed
├── HostileError          a file made to harm whoever opens it
├── UnknownPlaceError     no such sheet, name, table or column
├── BadValueError         a value that no cell can hold
├── ProtectedPlaceError   part of an array formula, a table's header, a data table
└── BlockedError          a table has no room to grow
"""

from __future__ import annotations


class OoxmlError(Exception):
    """Anything that keeps a workbook from being read or edited."""

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__("\n".join(part for part in (what, where, remedy) if part))


class NotEditableError(OoxmlError):
    """The file is not a workbook that can be edited in place."""


class EncryptedError(NotEditableError):
    """The workbook is opened with a password."""


class OtherFormatError(NotEditableError):
    """The file is of another format, whatever its name says."""


class DamagedError(NotEditableError):
    """The file is cut off, or a part of it is not well-formed."""


class HostileError(OoxmlError):
    """The file looks made to harm whoever opens it."""


class UnknownPlaceError(OoxmlError):
    """No sheet, name, table or column is called so."""


class BadValueError(OoxmlError):
    """No cell can hold this value."""


class ProtectedPlaceError(OoxmlError):
    """The cell belongs to something that only changes as a whole."""


class BlockedError(OoxmlError):
    """A table cannot grow: something stands below it."""
