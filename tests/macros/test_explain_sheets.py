"""`opsheet explain` on the planning sheets: every column says how it comes about, and truly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from macros.explaining.methods import FINDINGS, method_of
from macros.fill import Request, blocks_of, fill
from sync.surfaces.xlsx import XlsxFile
from templates import get_template
from tests.macros.test_explain import Run
from workbook.template import Output, Status

NAMES = ("daily_check", "kpi_scorecard", "search_term_review", "asin_daily_tracker",
         "sales_forecast")


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_a_model_has_a_method(name: str) -> None:
    for block in get_template(name).blocks().values():
        for item in block.fields:
            if isinstance(item, Output) or (isinstance(item, Status) and not item.rule):
                found = method_of(block, item)
                assert found and found.says.en and found.says.zh, (block.id, item)


def test_findings_are_told_in_both_languages() -> None:
    assert all(says.en and says.zh for says in FINDINGS.values())


def cell(book: Path, block: str, number: int) -> str:
    """`'Sheet'!X5`: the first row of a table, its column by number."""
    for sheet in openpyxl.load_workbook(book):
        for key in sheet["A"]:
            if key.value == f"ops:{block}":
                letter = openpyxl.utils.get_column_letter(number + 2)
                return f"'{sheet.title}'!{letter}{key.row + 1}"
    raise AssertionError(block)


@pytest.mark.parametrize(("name", "block", "field", "said"), [
    ("daily_check", "account", "status:now", "Stale after"),
    ("daily_check", "daily_exceptions", "why", "Account sheet"),
    ("daily_check", "stock_alarms", "status:days_of_cover", "Excess from"),
    ("kpi_scorecard", "sc_kpis", "in_force", "Your target"),
    ("kpi_scorecard", "sc_kpis", "status:actual", "target to date"),
    ("search_term_review", "st_terms", "severity", "How judged"),
    ("asin_daily_tracker", "at_log", "chance", "before and after"),
    ("asin_daily_tracker", "at_view", "conversion_mark", "#N/A"),
    ("sales_forecast", "fc_skus", "wape", "|error|"),
    ("sales_forecast", "fc_chart", "draw_final", "#N/A"),
])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_cell_says_how_it_comes_about(
    example: Any, on_example: Run, tmp_path: Path, name: str, block: str, field: str, said: str,
    lang: str,
) -> None:
    path = tmp_path / f"{name}.xlsx"
    fill(example.context, Request(name, lang=lang), XlsxFile(path, blocks_of(name)))
    ids = list(get_template(name).blocks()[block].fields)
    from workbook.template import field_id
    number = [field_id(item) for item in ids].index(field)
    result = on_example("explain", path, cell(path, block, number), "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["field"] == field and told["same"] is not False
    if lang == "en":
        assert any(said in line for line in told["says"])
