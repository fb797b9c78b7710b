"""The plan of the weekly report is the one that a person has read: tests/golden/weekly_report."""

from __future__ import annotations

import difflib

import pytest

from tests.conftest import Example
from tests.golden.plans import LANGS, expected_path, text_of
from workbook.plan import Plan


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_the_golden_one(example: Example, plans: dict[str, Plan], lang: str) -> None:
    """After a wanted change: `python -m tests.golden.update`, and read what it prints."""
    expected = expected_path("weekly_report", lang).read_text(encoding="utf-8")
    found = text_of(plans[lang], example.folder)
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "golden", "now",
                                      lineterm="", n=0))
    assert not lines, "\n".join(lines[:40])
