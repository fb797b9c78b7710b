"""Refilled workbooks in LibreOffice: they recalculate to our values, and survive its own saving."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.computed import _convert, office
from tests.conftest import Example
from tests.contract.person import header_of, load, opened
from tests.soffice.office import Office, has_uno
from tests.soffice.test_weekly_report import wrong_values
from tests.sync.surfaces.test_refill_weekly import contents
from workbook.plan import Plan

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]
BLOCKS = blocks_of("weekly_report")


@pytest.fixture(scope="module")
def office_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


def fill(example: Example, path: Path, period: str, lang: str = "en") -> Plan:
    surface = XlsxFile(path, BLOCKS)
    plan = plan_for(example.context, Request("weekly_report", period=period, lang=lang),
                    surface.read())
    surface.apply(plan)
    return plan


def test_a_refilled_workbook_recalculates_to_the_cached_values(
    example: Example, office_: Office, tmp_path: Path
) -> None:
    path = tmp_path / "weekly.xlsx"
    fill(example, path, "2026-W44")
    with opened(path) as book:
        sheet, header = header_of(book, "ads")
        col = sheet.max_column + 1
        sheet.cell(header, col).value = "Twice"
        for row in range(header + 1, sheet.max_row + 1):
            sheet.cell(row, col).value = f"=2*E{row}"
        book.create_sheet("Mine")["A1"] = "=SUM(ops_ads[Ad spend])"
    plan = fill(example, path, "2026-W46")
    computed = office_.recalculated(path)
    assert wrong_values(plan, computed) == []
    sheet, header = header_of(load(path), "ads")
    rows = range(header + 1, header + 1 + len(plan.block("ads").rows))
    spend = [sheet.cell(row, 5).value for row in rows]
    name = sheet.cell(header, col).column_letter
    assert [computed["Ads"][f"{name}{row}"]["value"] for row in rows] == pytest.approx(
        [2 * value for value in spend])
    assert computed["Mine"]["A1"]["value"] == pytest.approx(sum(spend))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_that_libreoffice_saved_is_refilled_like_a_new_one(
    example: Example, tmp_path: Path, lang: str
) -> None:
    path, fresh = tmp_path / "weekly.xlsx", tmp_path / "fresh.xlsx"
    fill(example, path, "2026-W45")
    shutil.copy(_convert(office(), path, tmp_path), path)
    fill(example, path, "2026-W46", lang)
    fill(example, fresh, "2026-W46", lang)

    def values(path: Path) -> dict[tuple[int, str], object]:
        return {at: found[:2] for at, found in contents(path).items()}

    assert values(path) == values(fresh)
    assert [t.ref for s in load(path) for t in s.tables.values()] == [
        t.ref for s in load(fresh) for t in s.tables.values()]
