"""The plan of a filled template as JSON that a person can read and compare: one line a row."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from macros import jobs, settings
from macros.example_store import generate
from macros.fill import Request, plan_for
from tests.conftest import NOW
from workbook.formulas import Formula
from workbook.plan import Plan, Planned, State

FOLDER = Path(__file__).parent
# Template -> the period that is kept.
TEMPLATES = {"weekly_report": "2026-W46", "daily_check": "2026-11-15", "kpi_scorecard": "2026-10",
             "search_term_review": "2026-W46",
             "sales_forecast": "2026-W46", "asin_daily_tracker": "2026-11-15"}
LANGS = ("en", "zh")


def expected_path(template: str, lang: str) -> Path:
    return FOLDER / template / f"{lang}.json"


def outcomes() -> Iterator[tuple[Path, str]]:
    """The golden file and its text for every template and language, of the example store."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "Northwind Home"
        generate(folder)
        downloaded = dt.datetime(2026, 11, 17, 8, tzinfo=dt.UTC).timestamp()
        for path in folder.rglob("*"):
            os.utime(path, (downloaded, downloaded))
        store = {"OPSHEET_STORE": str(Path(place) / "example.duckdb")}
        context = jobs.Context(settings.load(folder, store), NOW)
        assert all(o.status == "imported" for o in jobs.import_paths(context, [folder]))
        for template, period in TEMPLATES.items():
            for lang in LANGS:
                request = Request(template, period=period, lang=lang)
                plan = plan_for(context, request, State())
                yield expected_path(template, lang), text_of(plan, folder)


def text_of(plan: Plan, folder: Path) -> str:
    """The JSON text; `folder` is where the reports lie, which differs from run to run."""
    tabs = {
        tab.title: {
            "heading": list(tab.heading),
            "blocks": {planned.id: block(planned) for planned in tab.blocks},
        }
        for tab in plan.tabs
    }
    names = {name: plain(value) for name, value in plan.names.items()}
    lines = json.dumps({"names": names, "tabs": tabs}, ensure_ascii=False, indent=1)
    for value in rows_of(tabs):  # a row on a line of its own
        long = json.dumps(value, ensure_ascii=False, indent=1)
        short = json.dumps(value, ensure_ascii=False)
        depth = " " * 6
        lines = lines.replace(long.replace("\n", "\n" + depth), short)
    return lines.replace(json.dumps(str(folder), ensure_ascii=False)[1:-1] + os.sep, "") + "\n"


def rows_of(tabs: dict[str, Any]) -> Iterator[list[Any]]:
    for tab in tabs.values():
        for found in tab["blocks"].values():
            yield found["fields"]
            yield from found["rows"].values()


def block(planned: Planned) -> dict[str, Any]:
    """Fields, the formula of each field (of the first row that has one), a row's values."""
    fields = list(dict.fromkeys(name for row in planned.rows for name in row.cells))
    formulas: dict[str, str] = {}
    rows: dict[str, list[Any]] = {}
    for row in planned.rows:
        values = []
        for name in fields:
            cell = row.cells.get(name)
            if isinstance(cell, Formula):
                formulas.setdefault(name, f"={cell.text}")
                values.append(plain(cell.cell.value))
            else:
                values.append(plain(cell.value) if cell else None)
        rows[row.key] = values
    return {"fields": fields, "formulas": formulas, "rows": rows}


def plain(value: Any) -> Any:
    """A value as JSON knows it: money as text to the last digit, days and times in ISO."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return round(value, 10)
    return value.isoformat() if isinstance(value, dt.date) else value
