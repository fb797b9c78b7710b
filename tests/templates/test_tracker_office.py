"""The ASIN daily tracker in LibreOffice: it recalculates to our values, also for another ASIN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.fill import blocks_of
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import MIRROR_COLUMNS, Places
from tests.conftest import Example
from tests.soffice.office import Office, has_uno
from tests.templates.tracker import CHOSEN, NAME, planned
from workbook.formulas import Formula
from workbook.plan import Plan

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


def wrong(plan: Plan, computed: dict[str, Any]) -> tuple[int, list[str]]:
    """How many formulas there are, and those whose value is not the one in the plan."""
    places, count, found = Places(plan), 0, []
    for block, row, field, cell in plan.cells():
        if not isinstance(cell, Formula) or (
                block.startswith("at_standup:") and field not in MIRROR_COLUMNS):
            continue
        count += 1
        spot = places.spot(block, row, field)
        got = computed[spot.sheet][spot.a1(absolute=False)]["value"]
        value = cell.cell.value
        if isinstance(value, dt.date):
            value = (value - dt.date(1899, 12, 30)).days
        if value == "#N/A":
            same = got is None  # an error
        elif value is None or isinstance(value, str):
            same = got == (value or "")
        else:
            same = isinstance(got, int | float) and got == pytest.approx(
                float(value), rel=1e-9, abs=1e-12)
        if not same:
            found.append(f"{spot.sheet}!{spot.a1()}: {got!r}, expected {value!r}")
    return count, found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_formula_recalculates_also_for_another_asin(
    office: Office, example: Example, tmp_path: Path, lang: str
) -> None:
    plan, path = planned(example, lang), tmp_path / f"{lang}.xlsx"
    XlsxFile(path, blocks_of(NAME)).apply(plan)
    count, differences = wrong(plan, office.recalculated(path))
    assert count > 4000 and differences == []
    spot = Places(plan).spot("at_view", "01", "pick")
    computed = office.recalculated(path, [(spot.sheet, spot.a1(absolute=False), CHOSEN)])
    other = planned(example, lang, {("at_view", "01", "pick"): CHOSEN})
    assert wrong(other, computed)[1] == []


def test_an_operation_typed_in_the_sheet_marks_its_day_at_once(
    office: Office, example: Example, tmp_path: Path
) -> None:
    plan, path = planned(example), tmp_path / "typed.xlsx"
    XlsxFile(path, blocks_of(NAME)).apply(plan)
    places, key = Places(plan), "US|B0EX000003|2026-11-13"
    typed = places.spot("at_days", key, "what")
    computed = office.recalculated(path, [(typed.sheet, typed.a1(absolute=False), "new bullets")])
    for field, expected in (("operation", "new bullets"), ("sessions_mark", 74)):
        spot = places.spot("at_view", "28", field)
        assert computed[spot.sheet][spot.a1(absolute=False)]["value"] == expected
