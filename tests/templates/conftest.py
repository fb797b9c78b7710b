"""The example store's weekly report as a plan and as a file, in both languages, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.xlsx import XlsxFile
from tests.conftest import Example
from workbook.plan import Plan, State

WEEK = "2026-W46"


@pytest.fixture(scope="session")
def plans(example: Example) -> dict[str, Plan]:
    wishes = (Request("weekly_report", period=WEEK, lang=lang) for lang in ("en", "zh"))
    return {wish.lang: plan_for(example.context, wish, State()) for wish in wishes}


@pytest.fixture(scope="session")
def books(plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Language -> the filled file. Read it only."""
    folder = tmp_path_factory.mktemp("weekly")
    made = {}
    for lang, plan in plans.items():
        made[lang] = folder / f"weekly_{lang}.xlsx"
        XlsxFile(made[lang], blocks_of("weekly_report")).apply(plan)
    return made
