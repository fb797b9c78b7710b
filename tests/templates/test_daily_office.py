"""The daily check in LibreOffice: it recalculates to our values, reacts to edits, prints."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import MIRROR_COLUMNS, Places
from tests.conftest import Example
from tests.soffice.office import Office, Pages, has_uno
from tests.workbook.evaluate import Sheet, plain
from workbook.formulas import Formula
from workbook.plan import Plan, State

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]
EPOCH = dt.date(1899, 12, 30)
US = "US|{}|2026-11-15"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


def filled(example: Example, path: Path, lang: str) -> Plan:
    plan = plan_for(example.context, Request("daily_check", period="2026-11-15", lang=lang),
                    State())
    XlsxFile(path, blocks_of("daily_check")).apply(plan)
    return plan


def wrong(plan: Plan, computed: dict[str, Any], expected: Sheet) -> tuple[int, list[str]]:
    """How many formulas there are, and those that are not what `expected` computes."""
    places, found, count = Places(plan), [], 0
    for block, row, field, cell in plan.cells():
        if not isinstance(cell, Formula) or (
                block.startswith("daily_standup:") and field not in MIRROR_COLUMNS):
            continue
        count += 1
        spot = places.spot(block, row, field)
        got = computed[spot.sheet][spot.a1(absolute=False)]["value"]
        value = expected.value(block, row, field)
        source = cell.cell.value
        if isinstance(source, dt.date) and isinstance(value, float):
            value -= plain(EPOCH)  # days since Excel's own first day
        same = (got == (value or "") if isinstance(value, str) or value is None
                else got == pytest.approx(value, rel=1e-9, abs=1e-12))
        if not same:
            found.append(f"{spot.sheet}!{spot.a1()}: {got!r}, expected {value!r}")
    return count, found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_formula_recalculates_and_pages_are_clean(
    example: Example, office: Office, tmp_path: Path, lang: str
) -> None:
    plan = filled(example, tmp_path / "day.xlsx", lang)
    pdf = tmp_path / "day.pdf"
    computed = office.recalculated(tmp_path / "day.xlsx", pdf=pdf)
    count, found = wrong(plan, computed, Sheet(plan))
    assert count > 1000 and found == []
    text = Pages(pdf).text()
    assert "###" not in text and not re.search(r"#(N/A|REF|DIV/0|NAME|VALUE)|Err:\d", text)


def test_what_is_typed_and_a_rule_change_the_statuses_at_once(
    example: Example, office: Office, tmp_path: Path
) -> None:
    plan = filled(example, tmp_path / "day.xlsx", "en")
    rule = next(r.key for r in plan.block("rules").rows if r.key.startswith("acos_benchmark|"))
    typed: dict[tuple[str, str, str], Any] = {
        ("account", US.format("ipi"), "value"): 399, ("account", US.format("ahr"), "value"): 1000,
        ("account", US.format("negative_review_rate"), "value"): 0.004,
        ("keyword_moves", "US|B0EX000002|over the door hooks", "target_rank"): 3,
        ("rules", rule, "your_target"): 5, ("rules", rule, "your_alarm"): 5,
    }
    places = Places(plan)
    spots = {at: places.spot(*at) for at in typed}
    edits = [(spot.sheet, spot.a1(absolute=False), typed[at]) for at, spot in spots.items()]
    computed = office.recalculated(tmp_path / "day.xlsx", edits)
    expected = Sheet(plan, typed)
    assert wrong(plan, computed, expected)[1] == []
    assert expected.value("account", US.format("ipi"), "status:now") == "■ bad"
    assert expected.value("account", US.format("negative_review_rate"),
                          "status:now") == "● good"
    for row in plan.block("ads_check").rows:
        assert expected.value("ads_check", row.key, "status:acos_7") == "● good"
