"""Whatever is written: texts go into cells that are "@" by then, numbers into none that are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlwings

from sync.surfaces.excel import ExcelBook
from sync.surfaces.excel.grid import Area
from sync.surfaces.excel.write import formats_of
from sync.surfaces.xlsx.place import META_SHEET
from tests.contract.small import BLOCKS, small_plan
from tests.soffice.engine import needs_engine
from tests.soffice.engine.calls import RECORDER
from tests.sync.surfaces.excel.live import Desk
from tests.sync.surfaces.excel.test_undo import AFTER, BEFORE

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine


class Watch:
    """Looks at the formats of cells in the moment before values come into them."""

    def __init__(self, book: xlwings.Book) -> None:
        self.book, self.texts, self.numbers = book, 0, 0
        self.wrong: list[tuple[str, Any, str]] = []
        self._note = RECORDER.note

    def note(self, target: Any, method: str, arguments: tuple[Any, ...], kind: str) -> None:
        self._note(target, method, arguments, kind)
        if method == "raw_value" and kind == "set" and f"]{META_SHEET}!" not in target.label:
            RECORDER.depth += 1  # what is asked here is no call of the surface
            try:
                self._look(target.label, arguments[0])
            finally:
                RECORDER.depth -= 1

    def _look(self, label: str, value: Any) -> None:
        title, _, address = label.partition("]")[2].rpartition("!")
        sheet = self.book.sheets[title.strip("'")]
        block = sheet.range(address)
        rows = value if isinstance(value, list | tuple) else [[value]]
        rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
        for column in range(len(rows[0])):
            codes = formats_of(sheet, Area(block.row, block.column + column, len(rows), 1))
            for row, code in zip(rows, codes, strict=True):
                held = row[column]
                if isinstance(held, str) and held and not held.startswith("="):
                    self.texts += 1
                    good = code in ("@", ";;;")
                else:
                    number = isinstance(held, int | float) and not isinstance(held, bool)
                    self.numbers += number
                    good = not (number and code == "@")
                if not good:
                    self.wrong.append((label, held, code))


def test_in_a_refill(excel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, BEFORE)
    watch = Watch(desk.book)
    monkeypatch.setattr(RECORDER, "note", watch.note)
    desk.fill(AFTER)
    assert watch.wrong == [] and watch.texts > 10 and watch.numbers > 10


def test_in_tabs_that_are_drawn(
    excel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = xlwings.Book()
    watch = Watch(book)
    surface = ExcelBook(book, BLOCKS, keep=tmp_path)
    plan = small_plan(BEFORE, surface.read())
    monkeypatch.setattr(RECORDER, "note", watch.note)
    surface.apply(plan)
    assert watch.wrong == [] and watch.texts > 50 and watch.numbers > 10
