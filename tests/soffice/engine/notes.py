"""Notes of cells."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded
from tests.soffice.engine.runtime import struct

NOTES = 8  # com.sun.star.sheet.CellFlags.ANNOTATION


class Note(Recorded, base_classes.Note):
    """The note of one cell."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    @property
    def label(self) -> str:
        return f"{self.cell.label}.note"

    def exists(self) -> bool:
        address = self.cell.uno.RangeAddress
        return any((a.Position.Row, a.Position.Column) == (address.StartRow, address.StartColumn)
                   for a in self.cell.sheet.uno.Annotations)

    def write(self, text: str) -> None:
        address = self.cell.uno.RangeAddress
        where = struct("table.CellAddress", Sheet=address.Sheet, Row=address.StartRow,
                       Column=address.StartColumn)
        self.cell.sheet.uno.Annotations.insertNew(where, text)

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def text(self) -> str:
        return str(self.cell.uno.getCellByPosition(0, 0).Annotation.String)

    @text.setter
    def text(self, value: str) -> None:
        self.cell.refuse_format()
        self.cell.uno.getCellByPosition(0, 0).Annotation.String = value

    @property
    def location(self) -> Any:
        return self.cell

    def delete(self) -> None:
        self.cell.refuse_format()
        self.cell.uno.clearContents(NOTES)
