"""A small workbook that a file was drawn for, open in the engine, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlwings

from sync.surfaces.excel import ExcelBook
from sync.surfaces.excel.found import Reader
from sync.surfaces.excel.grid import Area, Content, Live, same
from sync.surfaces.excel.write import formats_of
from sync.surfaces.xlsx import XlsxFile
from tests.contract.excel import ExcelPerson
from tests.contract.small import BLOCKS, Amounts, small_plan
from workbook.plan import Plan

THINGS = BLOCKS["things"]


class Desk:
    """A workbook that stands open, as `open_it` of each button press sees it."""

    def __init__(self, folder: Path, amounts: Amounts, name: str = "small.xlsx") -> None:
        self.folder, self.path = folder, folder / name
        XlsxFile(self.path, BLOCKS).apply(small_plan(amounts))
        self.book = xlwings.Book(self.path)
        self.person = ExcelPerson(self.book, BLOCKS)

    def open(self, press: str = "") -> ExcelBook:
        return ExcelBook(self.book, BLOCKS, keep=self.folder / "kept", press=press)

    def fill(self, amounts: Amounts, lang: str = "en") -> Plan:
        surface = self.open()
        plan = small_plan(amounts, surface.read(), lang)
        surface.apply(plan)
        return plan

    def keys(self, block: str = "things") -> list[str]:
        return self.person.table(block).keys

    def shown(self, block: str = "things") -> dict[str, dict[str, Any]]:
        """Key -> field -> what the cell shows."""
        return shown(self.book, block)


def shown(book: xlwings.Book, block: str, blocks: Mapping[str, Any] = BLOCKS) -> Any:
    table = Reader(book).table(blocks[block])
    assert table is not None, block
    return {key: {name: table.grid.shown(row, col) for name, col in table.fields.items()}
            for key, row in zip(table.keys, table.rows, strict=True) if key}


Image = dict[tuple[str, int, int], tuple[Content, Any]]


def image(book: xlwings.Book) -> Image:
    """Every cell with content: what was entered, and its number format."""
    reader = Reader(book)
    found: Image = {}
    for title in reader.sheets:
        grid = reader.grid(title)
        for col in range(1, grid.width + 1):
            codes = formats_of(grid.sheet, Area(1, col, grid.height, 1))
            for row, code in enumerate(codes, start=1):
                held = grid.held(row, col)
                if held is not None:
                    text = Live(held.text.replace(" ", "")) if isinstance(held, Live) else held
                    found[title, row, col] = text, code
    return found


def differences(one: Image, other: Image) -> list[str]:
    """Cells that are not the same."""
    return [f"{at}: {one.get(at)} / {other.get(at)}" for at in sorted(one.keys() | other.keys())
            if at not in one or at not in other or not same(one[at][0], other[at][0])
            or one[at][1] != other[at][1]]
