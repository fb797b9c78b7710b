"""The search-term review in LibreOffice: it recalculates to our values, and prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import MIRROR_COLUMNS, Places
from tests.conftest import Example
from tests.soffice.office import Office, Pages, has_uno
from tests.templates.terms import NAME
from workbook.formulas import Formula
from workbook.plan import State

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_formula_recalculates_to_the_value_we_cached(
    example: Example, tmp_path: Path, lang: str
) -> None:
    plan = plan_for(example.context, Request(NAME, period="2026-W46", lang=lang), State())
    path, pdf = tmp_path / "review.xlsx", tmp_path / "review.pdf"
    XlsxFile(path, blocks_of(NAME)).apply(plan)
    with Office(tmp_path) as office:
        computed = office.recalculated(path, pdf=pdf)
    places, wrong, count = Places(plan), [], 0
    for block, row, field, cell in plan.cells():
        if not isinstance(cell, Formula) or (
                block.startswith("st_top:") and field not in MIRROR_COLUMNS):
            continue
        spot = places.spot(block, row, field)
        found = computed[spot.sheet][spot.a1(absolute=False)]
        count += 1
        if not found["formula"] or not same(found["value"], cell.cell.value):
            wrong.append((block, row, field, found, cell.cell.value))
    assert not wrong
    assert count > 400
    text = Pages(pdf).text()
    assert "###" not in text and not re.search(r"#(N/A|REF|DIV/0|NAME|VALUE)|Err:\d", text)


def same(found: Any, value: Any) -> bool:
    if isinstance(value, str) or value is None:
        return bool(found == (value or ""))
    return isinstance(found, int | float) and bool(found == pytest.approx(
        float(value), rel=1e-9, abs=1e-12))
