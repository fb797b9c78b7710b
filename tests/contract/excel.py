"""The live surface on an xlwings engine over LibreOffice, and a person at the same workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlwings

from sync.surfaces.excel import ExcelBook
from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.xlsx.place import column_name
from tests.soffice.engine import Hands
from workbook.template import Block


class ExcelPerson:
    """Types into and sorts one open workbook, by block, row key and field."""

    def __init__(self, book: xlwings.Book, blocks: Mapping[str, Block]) -> None:
        self.book, self.blocks, self.hands = book, blocks, Hands(book)

    def table(self, block: str) -> Table:
        """A table as it stands now."""
        found = Reader(self.book).table(self.blocks[block])
        assert found is not None, block
        return found

    def spot(self, block: str, row: str, field: str) -> tuple[str, str]:
        """Sheet and address of a cell."""
        table = self.table(block)
        line = table.rows[table.keys.index(row)]
        return table.grid.name, f"{column_name(table.fields[field] - 1)}{line}"

    def type_in(self, block: str, row: str, field: str, value: Any) -> None:
        """Types; who wants a number in a cell for texts changes its format first."""
        sheet, a1 = self.spot(block, row, field)
        cell = self.book.sheets[sheet].range(a1)
        if isinstance(value, str):
            cell.number_format = "@"
        elif value is not None and not isinstance(value, dt.date):
            cell.number_format = "General"
        elif cell.number_format == "@":
            cell.number_format = "yyyy-mm-dd"
        self.hands.types(sheet, a1, value)

    def reverse(self, block: str) -> None:
        table = self.table(block)
        self.hands.sorts(table.grid.name, table.body.a1, table.key - table.left + 1,
                         descending=True, header=False)


def excel_bench(
    folder: Path, blocks: Mapping[str, Block]
) -> tuple[Callable[[], ExcelBook], ExcelPerson]:
    """What opens a new workbook, and a person who works on it; each test begins with a new one."""
    from tests.soffice.engine.fixtures import engine

    made, engines = engine(), xlwings.engines
    made.reset()
    engines.active = engines["libreoffice"]  # type: ignore[call-overload]
    book = xlwings.Book()
    return lambda: ExcelBook(book, blocks, keep=folder / "kept"), ExcelPerson(book, blocks)
