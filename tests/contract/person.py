"""What a person does to a filled workbook in a spreadsheet program, done with openpyxl."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from sync.surfaces.xlsx.place import KEY_PREFIX
from workbook.plan import label_of
from workbook.template import Block, field_id


def load(path: Path, *, values: bool = False) -> Any:
    """The workbook; openpyxl's remark that it does not know sparklines is not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=values)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook, saved afterwards."""
    book = load(path)
    yield book
    book.save(path)


def header_of(book: Any, block: str) -> tuple[Worksheet, int]:
    """The sheet and the header row of a table."""
    for sheet in book:
        for row in range(1, min(sheet.max_row, 40) + 1):
            if sheet.cell(row, 1).value == KEY_PREFIX + block:
                return sheet, row
    raise AssertionError(f"no table {block}")


class Person:
    """Types into and rearranges one filled workbook."""

    def __init__(self, path: Path, blocks: dict[str, Block]) -> None:
        self.path, self.blocks = path, blocks

    def type_in(self, block: str, row: str, field: str, value: Any) -> None:
        """Types into the input cell of a row."""
        self.type_all({(block, row, field): value})

    def type_all(self, typed: dict[tuple[str, str, str], Any]) -> None:
        with opened(self.path) as book:
            for (block, row, field), value in typed.items():
                sheet, header = header_of(book, block)
                keys = {sheet.cell(r, 1).value: r for r in range(header + 1, sheet.max_row + 1)}
                cell = sheet.cell(keys[row], self.column(sheet, header, block, field))
                if cell.is_date and not isinstance(value, str | dt.date | None):
                    cell.number_format = "General"  # or the program would make a date of it
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # a typed text, also where it begins with "="

    def column(self, sheet: Worksheet, header: int, block: str, field: str) -> int:
        item = next(f for f in self.blocks[block].fields if field_id(f) == field)
        labels = {label_of(item, lang) for lang in ("en", "zh")}
        return next(c for c in range(1, sheet.max_column + 1)
                    if sheet.cell(header, c).value in labels)

    def reverse(self, block: str) -> None:
        """Sorts a table the other way round: whole rows change places."""
        with opened(self.path) as book:
            sheet, header = header_of(book, block)
            rows = [[(cell.value, cell.data_type, copy(cell._style)) for cell in row]
                    for row in sheet.iter_rows(min_row=header + 1)]
            for number, row in enumerate(reversed(rows), start=header + 1):
                for column, (value, kind, style) in enumerate(row, start=1):
                    cell = sheet.cell(number, column)
                    cell.value = value
                    cell._style = style  # a sort takes the formats along
                    if kind == "s":
                        cell.data_type = kind

    def insert_above(self, block: str, count: int) -> None:
        """Inserts rows above a table."""
        with opened(self.path) as book:
            sheet, _ = header_of(book, block)
            sheet.insert_rows(1, count)

    def rename(self, block: str, title: str) -> None:
        """Gives a table's tab another name."""
        with opened(self.path) as book:
            header_of(book, block)[0].title = title
