"""The weekly report in LibreOffice: it recalculates to our values, reacts to edits, prints well."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import MIRROR_COLUMNS, Places
from tests.conftest import Example
from tests.soffice.office import Office, Pages, has_uno, rgb
from tests.workbook.evaluate import Sheet
from workbook.formulas import Formula
from workbook.looks import STATUS_COLOURS
from workbook.model import Status
from workbook.plan import Plan, State

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]
LANGS = ("en", "zh")
RED, GREEN = (rgb(STATUS_COLOURS[s][1]) for s in (Status.BAD, Status.GOOD))
Computed = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
def plans(example: Example) -> dict[str, Plan]:
    wishes = (Request("weekly_report", period="2026-W46", lang=lang) for lang in LANGS)
    return {wish.lang: plan_for(example.context, wish, State()) for wish in wishes}


@pytest.fixture(scope="module")
def files(plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("weekly")
    made = {lang: folder / f"{lang}.xlsx" for lang in LANGS}
    for lang, plan in plans.items():
        XlsxFile(made[lang], blocks_of("weekly_report")).apply(plan)
    return made


Opened = dict[str, tuple[Computed, Pages]]


@pytest.fixture(scope="module")
def opened(office: Office, files: dict[str, Path]) -> Opened:
    """Both workbooks recalculated, and as pages; each is opened once."""
    made = {}
    for lang, path in files.items():
        pdf = path.with_suffix(".pdf")
        made[lang] = (office.recalculated(path, pdf=pdf), Pages(pdf))
    return made


def spot(plan: Plan, block: str, row: str, field: str) -> tuple[str, str]:
    found = Places(plan).spot(block, row, field)
    return found.sheet, found.a1(absolute=False)


def wrong_values(plan: Plan, computed: Computed, expected: Sheet | None = None) -> list[str]:
    """Formulas whose value in LibreOffice is not the cached one (or the one of `expected`)."""
    wrong, count = [], 0
    for block, row, field, cell in plan.cells():
        if not isinstance(cell, Formula):
            continue
        if block.startswith("standup:") and field not in MIRROR_COLUMNS:
            continue  # planned, but the stand-up list shows only some fields
        count += 1
        sheet, at = spot(plan, block, row, field)
        found = computed[sheet][at]
        value = expected.value(block, row, field) if expected else cell.cell.value
        if isinstance(value, dt.date):
            value = (value - dt.date(1899, 12, 30)).days
        if isinstance(value, str) or value is None:
            same = found["value"] == (value or "")
        else:
            same = isinstance(found["value"], int | float) and found["value"] == pytest.approx(
                float(value), rel=1e-9, abs=1e-12)
        if not found["formula"] or not same:
            wrong.append(f"{sheet}!{at}: {found}, expected {value!r}")
    assert count > 1000
    return wrong


def test_the_recalculation_is_a_hard_one(
    office: Office, files: dict[str, Path], tmp_path: Path
) -> None:
    """A cached value that is wrong does not survive: so equal values prove something."""
    path = tmp_path / "stale.xlsx"
    with zipfile.ZipFile(files["en"]) as before, zipfile.ZipFile(path, "w") as after:
        for item in before.infolist():
            data = before.read(item)
            if item.filename == "xl/worksheets/sheet5.xml":
                data, changed = re.subn(rb"(<f>[^<]*</f><v>)0\.\d+", rb"\g<1>77777", data)
                assert changed > 20
            after.writestr(item, data)
    computed = office.recalculated(path)
    assert not any(cell["value"] == 77777 for sheet in computed.values() for cell in sheet.values())


@pytest.mark.parametrize("lang", LANGS)
def test_every_formula_recalculates_to_the_value_we_cached(
    opened: Opened, plans: dict[str, Plan], lang: str
) -> None:
    assert wrong_values(plans[lang], opened[lang][0]) == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_pages(opened: Opened, plans: dict[str, Plan], lang: str) -> None:
    pages = opened[lang][1]
    text = pages.text()
    assert "###" not in text
    assert not re.search(r"#(N/A|REF|DIV/0|NAME|VALUE)|Err:\d", text)
    # One page a tab; only what is longer than 45 rows takes more.
    rows = [max((len(p.rows) for p in tab.blocks), default=0) for tab in plans[lang].tabs]
    longest = sum(1 if tab.heading else 1 + n // 40
                  for tab, n in zip(plans[lang].tabs, rows, strict=True))
    assert len(plans[lang].tabs) <= pages.count() <= longest
    for number, market in enumerate(("US", "DE"), start=1):
        first = pages.text(number)
        assert market in first and f"{number} / {pages.count()}" in first
        colours = pages.colours(number)
        assert colours.get(RED, 0) > 200 and colours.get(GREEN, 0) > 200
    ads = pages.colours(next(n for n in range(3, pages.count() + 1)
                             if plans[lang].tabs[4].title in pages.text(n).split()[0]))
    assert ads.get(RED, 0) > 200 and ads.get(GREEN, 0) > 200


def test_an_edit_changes_ratio_status_and_colour(
    office: Office, files: dict[str, Path], plans: dict[str, Plan], opened: Opened, tmp_path: Path
) -> None:
    """A campaign's spend is multiplied: its ACoS, status and colour follow, as do the cards."""
    plan = plans["en"]
    rows = plan.block("ads").rows
    good = [r for r in rows if r.cells["status:acos"].cell.value == "● good"]  # type: ignore[union-attr]
    newest = next(r.key for r in reversed(plan.block("trend").rows) if r.key.startswith("US"))
    changed: dict[tuple[str, str, str], Any] = {
        ("ads", row.key, "ad_spend"): 5000 for row in good
    } | {("trend", newest, "ordered_sales"): 100_000, ("trend", newest, "ad_spend"): 16_000}
    edits = [(*spot(plan, *at), value) for at, value in changed.items()]
    shutil.copy(files["en"], tmp_path / "edited.xlsx")
    pdf = tmp_path / "edited.pdf"
    computed = office.recalculated(tmp_path / "edited.xlsx", edits, pdf)
    assert wrong_values(plan, computed, Sheet(plan, changed)) == []
    for row in good:
        sheet, at = spot(plan, "ads", row.key, "status:acos")
        assert computed[sheet][at]["value"] == "■ bad"
    sheet, at = spot(plan, "cards:US", "tacos", "status")
    assert computed[sheet][at]["value"] == "■ bad"
    sheet, at = spot(plan, "cards:US", "tacos", "value")
    assert computed[sheet][at]["value"] == pytest.approx(0.16)
    page = next(n for n in range(3, 20) if Pages(pdf).text(n).split()[0] == "Ads")
    before, after = opened["en"][1].colours(page), Pages(pdf).colours(page)
    assert before.get(GREEN, 0) > 200 and after.get(GREEN, 0) == 0
    assert after[RED] > before[RED]


def test_a_target_typed_in_the_rules_sheet_changes_every_status(
    office: Office, files: dict[str, Path], plans: dict[str, Plan]
) -> None:
    plan = plans["en"]
    rule = next(r.key for r in plan.block("rules").rows if r.key.startswith("acos|"))
    typed = {("rules", rule, "your_target"): 0.05, ("rules", rule, "your_alarm"): 2}
    edits = [(*spot(plan, *at), value) for at, value in typed.items()]
    computed = office.recalculated(files["en"], edits)
    assert wrong_values(plan, computed, Sheet(plan, typed)) == []
    for row in plan.block("ads").rows:
        sheet, at = spot(plan, "ads", row.key, "status:acos")
        assert computed[sheet][at]["value"] in ("▲ watch", "–")
