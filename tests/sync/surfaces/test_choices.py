"""Choices taken from a block, inputs that a row has not, and charts beside a table, in a file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import Places
from tests.conftest import Example
from tests.soffice.office import Office, Pages, has_uno
from tests.workbook.evaluate import ExcelError, Sheet
from workbook.formulas import Formula
from workbook.plan import Plan, State

WEEK, CHOSEN = "2026-W47", "DE|NW-DESK-ORG"
KEY = f"US|NW-DESK-ORG|{WEEK}"
REQUEST = Request("sales_forecast", period="2026-W46", lang="en")


@pytest.fixture(scope="module")
def plan(example: Example) -> Plan:
    return plan_for(example.context, REQUEST, State())


@pytest.fixture(scope="module")
def book(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forecast") / "forecast.xlsx"
    XlsxFile(path, blocks_of("sales_forecast")).apply(plan)
    return path


def spot(plan: Plan, block: str, row: str, field: str) -> tuple[str, str]:
    found = Places(plan).spot(block, row, field)
    return found.sheet, found.a1(absolute=False)


def test_the_list_offers_the_values_of_the_block(plan: Plan, book: Path) -> None:
    first = plan.block("fc_chart").rows[0].key
    sheet, at = spot(plan, "fc_chart", first, "sku")
    opened = openpyxl.load_workbook(book)
    rule = next(v for v in opened[sheet].data_validations.dataValidation if at in v.sqref)
    assert rule.type == "list"
    name, area = rule.formula1.lstrip("=").rsplit("!", 1)
    offered = [c.value for line in opened[name.strip("'")][area] for c in line]
    assert offered == [r.cells["pick"].value for r in plan.block("fc_skus").rows]  # type: ignore[union-attr]
    assert CHOSEN in offered


def test_only_the_first_row_looks_as_if_one_may_type(plan: Plan, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    fills = []
    for row in plan.block("fc_chart").rows[:3]:
        sheet, at = spot(plan, "fc_chart", row.key, "sku")
        fills.append(opened[sheet][at].fill.fgColor.rgb)
    assert fills[0].endswith("FFFBE6") and fills[1] == fills[2] != fills[0]


def test_the_chart_stands_beside_the_table_and_is_printed(plan: Plan, book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        charts = [parts.read(n).decode() for n in parts.namelist() if "charts/chart" in n]
        workbook = parts.read("xl/workbook.xml").decode()
    drawn = next(c for c in charts if "chosen SKU" in c)
    ranges = re.findall(r"<c:f>(?:'?Chart'?)!\$([A-Z]+)\$\d+:\$[A-Z]+\$\d+</c:f>", drawn)
    columns = {spot(plan, "fc_chart", "week -1", f"draw_{name}")[1].rstrip("0123456789")
               for name in ("sold", "final", "low", "high", "event_units")}
    assert columns <= set(ranges)
    assert "(USD)" not in next(c for c in charts if "Units a week and forecast" in c)
    area = re.search(r"Chart'?!\$B\$1:\$([A-Z]+)\$\d+</definedName>", workbook)
    assert area and len(area[1]) == 2  # beyond the last field, where the chart stands


def test_a_choice_survives_a_refill(example: Example, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    surface = XlsxFile(path, blocks_of("sales_forecast"))
    surface.apply(plan)
    first = plan.block("fc_chart").rows[0].key
    sheet, at = spot(plan, "fc_chart", first, "sku")
    opened = openpyxl.load_workbook(path)
    opened[sheet][at].value = CHOSEN
    opened.save(path)
    again = XlsxFile(path, blocks_of("sales_forecast"))
    state = again.read()
    assert state.typed[("fc_chart", first, "sku")] == CHOSEN
    again.apply(plan_for(example.context, REQUEST, state))
    cached = openpyxl.load_workbook(path, data_only=True)
    assert cached[sheet][at].value == CHOSEN
    sheet, at = spot(plan, "fc_chart", "week -1", "draw_final")
    assert cached[sheet][at].value == "#N/A" and cached[sheet][at].data_type == "e"


# --- LibreOffice --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if not has_uno():
        pytest.skip("LibreOffice with Python (python3-uno) is not here")
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running


def wrong(plan: Plan, computed: dict[str, dict[str, dict[str, Any]]], sheet: Sheet) -> list[str]:
    """Formulas of the forecast's own blocks that LibreOffice computes to something else."""
    places, found, count = Places(plan), [], 0
    for block, row, field, known in plan.cells():
        if not isinstance(known, Formula) or ":" in block or not block.startswith("fc_"):
            continue
        count += 1
        at = places.spot(block, row, field)
        got = computed[at.sheet][at.a1(absolute=False)]["value"]
        try:
            value = sheet.value(block, row, field)
        except ExcelError:
            value = None
        same = got == pytest.approx(value) if isinstance(value, float) else (
            value is None or got == (value or ""))
        if not same:
            found.append(f"{block}/{row}/{field}: {got!r}, expected {value!r}")
    assert count > 3000
    return found


@pytest.mark.soffice
def test_an_override_and_another_choice_recalculate_in_libreoffice(
    office: Office, plan: Plan, book: Path, tmp_path: Path
) -> None:
    pdf = tmp_path / "f.pdf"
    assert wrong(plan, office.recalculated(book, pdf=pdf), Sheet(plan)) == []
    first = plan.block("fc_chart").rows[0].key
    changed: dict[tuple[str, str, str], Any] = {
        ("fc_weeks", KEY, "units"): 500, ("fc_chart", first, "sku"): CHOSEN}
    edits = [(*spot(plan, *at), value) for at, value in changed.items()]
    assert wrong(plan, office.recalculated(book, edits), Sheet(plan, changed)) == []
    text = Pages(pdf).text()
    assert not re.search(r"#(N/A|REF|DIV/0|NAME|VALUE)|Err:\d", text)
