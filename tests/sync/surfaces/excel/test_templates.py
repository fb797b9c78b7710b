"""Real templates in an open workbook: as the closed file is filled, and undone as a whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlwings

from macros.fill import Request, blocks_of, fill
from macros.planner import Part
from sync.surfaces.excel import ExcelBook
from sync.surfaces.excel.grid import same
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import META_SHEET
from tests.conftest import Example
from tests.contract.small import BLOCKS, THINGS, small_plan
from tests.soffice.engine import needs_engine
from tests.sync.surfaces.excel.live import Image, differences, image, shown
from workbook.model import Label
from workbook.template import Input

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine

SLOW = pytest.mark.slow


def seen(book: xlwings.Book) -> Image:
    """What people see: of texts the format does not matter."""
    return {at: (held, "" if isinstance(held, str) or code == "@" else code)
            for at, (held, code) in image(book).items() if at[0] != META_SHEET}


@pytest.mark.parametrize(("name", "before", "period", "lang"), [
    ("weekly_report", "2026-W45", "2026-W46", "zh"),
    pytest.param("weekly_report", "2026-W46", "2026-W45", "en", marks=SLOW),
    pytest.param("daily_check", "2026-11-14", "2026-11-15", "zh", marks=SLOW),
    pytest.param("kpi_scorecard", "2026-10", "2026-11", "zh", marks=SLOW),
    pytest.param("search_term_review", "2026-W45", "2026-W46", "zh", marks=SLOW),
    pytest.param("sales_forecast", "2026-W45", "2026-W46", "zh", marks=SLOW),
    pytest.param("asin_daily_tracker", "2026-11-14", "2026-11-15", "zh", marks=SLOW),
])
def test_a_refill_is_the_same_as_of_the_closed_file(
    name: str, before: str, period: str, lang: str, example: Example, excel: Any, tmp_path: Path
) -> None:
    closed, opened = tmp_path / "closed.xlsx", tmp_path / "opened.xlsx"
    first = Request(name, period=before, lang="en")
    fill(example.context, first, XlsxFile(closed, blocks_of(name)))
    shutil.copy(closed, opened)
    book = xlwings.Book(opened)
    request = Request(name, period=period, lang=lang)
    fill(example.context, request, ExcelBook(book, blocks_of(name), keep=tmp_path / "kept"))
    fill(example.context, request, XlsxFile(closed, blocks_of(name)))
    there, here = seen(xlwings.Book(closed)), seen(book)
    assert len(here) > 3000
    assert [f"{at}: {here.get(at)} / {there.get(at)}" for at in sorted(here.keys() | there.keys())
            if at not in here or at not in there or not same(here[at][0], there[at][0])
            or (here[at][1] != there[at][1] and "" not in (here[at][1], there[at][1]))] == []


def test_refresh_all_is_undone_to_the_last_cell(
    example: Example, excel: Any, tmp_path: Path
) -> None:
    """Dates come back as dates, and formulas that led to a row which had gone lead there again."""
    path = tmp_path / "planner.xlsx"

    def filled(surface: Any, name: str, period: str) -> None:
        request = Request(name, period=period, lang="en")
        fill(example.context, request, Part(surface, name, shared=True))

    for name, period in (("weekly_report", "2026-W45"), ("kpi_scorecard", "2026-10")):
        filled(XlsxFile(path, blocks_of(name)), name, period)
    book = xlwings.Book(path)
    mine = book.sheets.add("Mine", after=book.sheets[-1])
    # Not the last row: LibreOffice, unlike Excel, finds another cell for what led to it.
    rows = book.sheets["Exceptions"].used_range.last_cell.row - 1
    mine.range((1, 1), (rows, 1)).formula = [[f"=Exceptions!C{row}"] for row in range(1, rows + 1)]
    was, keep = image(book), tmp_path / "kept"
    for name, period in (("weekly_report", "2026-W46"), ("kpi_scorecard", "2026-11")):
        filled(ExcelBook(book, blocks_of(name), keep=keep, press="one"), name, period)
    now = image(book)
    assert len(differences(was, now)) > 1000
    assert "#REF!" in " ".join(str(held) for at, (held, _) in now.items() if at[0] == "Mine")
    ExcelBook(book, {}, keep=keep).undo()
    assert differences(was, image(book)) == []


@pytest.mark.slow
def test_ten_thousand_rows_of_twenty_columns(excel: Any, tmp_path: Path) -> None:
    """Beside the column of keys; what was typed stays with its rows, which all move by one."""
    more = tuple(Input(f"own{n}", Label(f"Own {n}", f"自填 {n}"), 12) for n in range(3))
    things = replace(THINGS, fields=THINGS.fields + more)
    blocks = BLOCKS | {"things": things}
    assert len(things.fields) >= 20

    def amounts(by: int) -> dict[str, tuple[Decimal, Decimal]]:
        return {f"US|SKU-{n:05d}": (Decimal(n * by) / 100, Decimal(n + 1))
                for n in range(by, 10_000 + by)}

    path = tmp_path / "large.xlsx"
    XlsxFile(path, blocks).apply(small_plan(amounts(1), things=things))
    book = xlwings.Book(path)
    sheet = book.sheets["Things"]
    keys = sheet.used_range.columns[0].value
    last = sheet.used_range.last_cell.column
    assert last >= 20
    for number in range(1_000, 10_000, 1_000):
        sheet.range((keys.index(f"US|SKU-{number:05d}") + 1, last)).value = f"mine {number}"
    surface = ExcelBook(book, blocks, keep=tmp_path / "kept")
    excel.calls.clear()
    surface.apply(small_plan(amounts(2), surface.read(), things=things))
    assert len(excel.calls) < 2_000
    found = shown(book, "things", blocks)
    assert len(found) == 10_000
    assert all(found[key]["ad_spend"] == pytest.approx(float(spend))
               for key, (spend, _) in amounts(2).items())
    assert {key: row["own2"] for key, row in found.items() if row["own2"]} == {
        f"US|SKU-{number:05d}": f"mine {number}" for number in range(1_000, 10_000, 1_000)}
