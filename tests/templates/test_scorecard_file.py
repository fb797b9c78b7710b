"""The example store's scorecard as a file: golden plan, recalculation in LibreOffice, refills."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.store import typed as history
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import Places
from tests.conftest import NOW, Example
from tests.golden.plans import LANGS, TEMPLATES, expected_path, text_of
from tests.soffice.office import Office, Pages, has_uno, rgb
from tests.workbook.evaluate import Sheet, differences
from workbook import keeping
from workbook.formulas import Formula
from workbook.looks import STATUS_COLOURS
from workbook.model import Status
from workbook.plan import Plan, State

NAME = "kpi_scorecard"
OPEN = "2026-11"  # the example store ends in the middle of it
office_only = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]


def plan_in(example: Example, lang: str, period: str) -> Plan:
    return plan_for(example.context, Request(NAME, period=period, lang=lang), State())


@pytest.fixture(scope="module")
def plans(example: Example) -> dict[tuple[str, str], Plan]:
    return {(lang, period): plan_in(example, lang, period)
            for lang in LANGS for period in (TEMPLATES[NAME], OPEN)}


@pytest.fixture(scope="module")
def files(
    plans: dict[tuple[str, str], Plan], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp(NAME)
    made = {}
    for (lang, period), plan in plans.items():
        made[lang, period] = folder / f"{period}_{lang}.xlsx"
        XlsxFile(made[lang, period], blocks_of(NAME)).apply(plan)
    return made


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_the_golden_one(
    example: Example, plans: dict[tuple[str, str], Plan], lang: str
) -> None:
    """After a wanted change: `python -m tests.golden.update`, and read what it prints."""
    expected = expected_path(NAME, lang).read_text(encoding="utf-8")
    found = text_of(plans[lang, TEMPLATES[NAME]], example.folder)
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "golden", "now",
                                      lineterm="", n=0))
    assert not lines, "\n".join(lines[:40])


def test_every_formula_computes_the_value_beside_it(plans: dict[tuple[str, str], Plan]) -> None:
    for plan in plans.values():
        assert differences(plan) == []


def test_a_refill_of_what_nobody_touched_says_nothing_new(
    plans: dict[tuple[str, str], Plan], files: dict[tuple[str, str], Path], example: Example
) -> None:
    """Not what tables say nor what the sheet itself shows is taken for typed."""
    period = TEMPLATES[NAME]
    state = XlsxFile(files["en", period], blocks_of(NAME)).read()
    with example.context.database.session() as con:
        known = history.read(con, "Northwind Home")
        revision = history.parsed(state.revision, history.revision(con))
    sheet = keeping.Sheet(NAME, blocks_of(NAME), plans["en", period].period, revision)
    assert keeping.edits(sheet, state, known, NOW) == []


# --- in LibreOffice -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


def wrong_values(plan: Plan, computed: Any, expected: Sheet | None = None) -> list[str]:
    """Formulas whose value in LibreOffice is not the cached one, or the one of `expected`."""
    wrong = []
    for block, row, field, cell in plan.cells():
        if not isinstance(cell, Formula):
            continue
        spot = Places(plan).spot(block, row, field)
        found = computed[spot.sheet][spot.a1(absolute=False)]
        value = expected.value(block, row, field) if expected else cell.cell.value
        if isinstance(value, dt.date):
            value = (value - dt.date(1899, 12, 30)).days
        if isinstance(value, str) or value is None:
            same = found["value"] == (value or "")
        else:
            same = found["value"] == pytest.approx(float(value), rel=1e-9, abs=1e-9)
        if not found["formula"] or not same:
            wrong.append(f"{block}/{row}/{field}: {found}, expected {value!r}")
    return wrong


class TestInLibreOffice:
    pytestmark = office_only

    @pytest.mark.parametrize("period", [TEMPLATES[NAME], OPEN])
    @pytest.mark.parametrize("lang", LANGS)
    def test_it_recalculates_to_our_values_and_prints_no_error(
        self, office: Office, plans: dict[tuple[str, str], Plan],
        files: dict[tuple[str, str], Path], lang: str, period: str,
    ) -> None:
        pdf = files[lang, period].with_suffix(".pdf")
        computed = office.recalculated(files[lang, period], pdf=pdf)
        assert wrong_values(plans[lang, period], computed) == []
        text = Pages(pdf).text()
        assert "###" not in text
        assert not re.search(r"#(N/A|REF|DIV/0|NAME|VALUE)|Err:\d", text)

    def test_a_typed_target_changes_status_and_colour_at_once(
        self, office: Office, plans: dict[tuple[str, str], Plan],
        files: dict[tuple[str, str], Path], tmp_path: Path,
    ) -> None:
        period = TEMPLATES[NAME]
        plan, path = plans["en", period], files["en", period]
        rows = [r.key for r in plan.block("sc_kpis").rows]
        typed = {("sc_kpis", key, "target"): 0.0001 for key in rows
                 if key.split("|")[1] in ("acos", "tacos")}
        edits = []
        for at, value in typed.items():
            spot = Places(plan).spot(*at)
            edits.append((spot.sheet, spot.a1(absolute=False), value))
        pdf = tmp_path / "typed.pdf"
        computed = office.recalculated(path, edits, pdf)
        sheet = Sheet(plan, typed)
        assert wrong_values(plan, computed, sheet) == []
        assert all(sheet.value("sc_kpis", key, "status:actual") != "● good"
                   for _, key, _ in typed)
        amber, green = (rgb(STATUS_COLOURS[s][1]) for s in (Status.WATCH, Status.GOOD))
        page = next(n for n in range(1, 9) if Pages(pdf).text(n).split()[0] == "KPIs")
        before = tmp_path / "before.pdf"
        office.recalculated(path, pdf=before)
        was, now = Pages(before).colours(page), Pages(pdf).colours(page)
        assert now[amber] > was.get(amber, 0) and now.get(green, 0) < was[green]
