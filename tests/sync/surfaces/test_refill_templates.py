"""Every template in place: filled again with nothing changed, a workbook holds what it held."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from macros.fill import Request, blocks_of, fill
from sync.surfaces.xlsx import XlsxFile, anchors
from templates import all_templates
from tests.conftest import Example
from workbook.template import Kind

NAMES = [template.name for template in all_templates()]


def cells(path: Path) -> dict[tuple[str, str, str], Any]:
    """Every value and formula of the sheets that people see."""
    found = {}
    for kind, values in (("formula", False), ("value", True)):
        book = load_workbook(path, data_only=values)
        for sheet in (one for one in book if one.sheet_state == "visible"):
            for row in sheet.iter_rows():
                found |= {(kind, sheet.title, c.coordinate): plain(c.value)
                          for c in row if c.value not in (None, "")}
    return found


def plain(value: Any) -> Any:
    """XlsxWriter writes numbers with 16 digits, a refill with all that they have."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("name", NAMES)
def test_a_second_fill_changes_nothing(name: str, example: Example, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"

    def filled() -> dict[tuple[str, str, str], Any]:
        fill(example.context, Request(name), XlsxFile(path, blocks_of(name)))
        return cells(path)

    first = filled()
    assert len(first) > 500
    assert filled() == first


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize(("name", "before", "period"), [
    ("daily_check", "2026-11-14", "2026-11-15"), ("kpi_scorecard", "2026-10", "2026-11")])
def test_what_is_typed_looks_as_its_row_asks(
    name: str, before: str, period: str, example: Example, tmp_path: Path
) -> None:
    """996 in a row of counts is not 99600.0%: the rows of another period are other rows."""
    def formats(path: Path, *periods: str) -> dict[tuple[str, str, str], str]:
        for one in periods:
            fill(example.context, Request(name, period=one), XlsxFile(path, blocks_of(name)))
        tab = load_workbook(path)["KPIs" if name == "kpi_scorecard" else "Account"]
        heads = {c.value: c.column for c in tab[4]}
        col = heads["Your target" if name == "kpi_scorecard" else "Today (type)"]
        return {tab.cell(row, 1).value: tab.cell(row, col).number_format
                for row in range(5, tab.max_row + 1) if tab.cell(row, 1).value}

    fresh = formats(tmp_path / "fresh.xlsx", period)
    assert {"General", "0.0%"} <= set(fresh.values())
    assert formats(tmp_path / "refilled.xlsx", before, period) == fresh


def test_no_hidden_name_can_be_taken_for_another_block_s() -> None:
    ids = [block.id for template in all_templates() for block in template.blocks().values()
           if block.kind is not Kind.CHART]
    assert len(ids) == len(set(ids)), "a workbook may hold several templates"
    for one, other in permutations(ids, 2):
        assert not anchors.belongs(anchors.column_anchor(other, "x"), one)
        assert not anchors.overview_of(anchors.column_anchor(other, "x"), one)
