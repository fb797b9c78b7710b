"""In-place editing of workbooks: cells, tables and names change, every other part stays as it is.

with Workbook.open("planner.xlsx") as book:
    book.set_named("ops_gmv", 12.5)
    book.table("ops_top_skus").fill(rows)
    book.save_atomically("planner.xlsx")
"""

from sync.ooxml.errors import (
    BadValueError,
    BlockedError,
    DamagedError,
    EncryptedError,
    HostileError,
    NotEditableError,
    OoxmlError,
    OtherFormatError,
    ProtectedPlaceError,
    UnknownPlaceError,
)
from sync.ooxml.features import Look
from sync.ooxml.guard import Limits
from sync.ooxml.names import DefinedName
from sync.ooxml.refs import Area
from sync.ooxml.table import Table
from sync.ooxml.values import ErrorValue, Formula, Value
from sync.ooxml.workbook import Workbook

__all__ = [
    "Area",
    "BadValueError",
    "BlockedError",
    "DamagedError",
    "DefinedName",
    "EncryptedError",
    "ErrorValue",
    "Formula",
    "HostileError",
    "Limits",
    "Look",
    "NotEditableError",
    "OoxmlError",
    "OtherFormatError",
    "ProtectedPlaceError",
    "Table",
    "UnknownPlaceError",
    "Value",
    "Workbook",
]
