"""The daily check of the example store: the planted story stands on it, in both languages."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

import pytest

from macros.fill import Request, plan_for
from tests.conftest import Example
from tests.golden.plans import expected_path, text_of
from tests.templates.daily import row_of, value, word_of
from tests.workbook.evaluate import differences
from workbook.plan import Plan, State

LANGS = ("en", "zh")
DAY = "2026-11-15"


@pytest.fixture(scope="module")
def both(example: Example) -> dict[str, Plan]:
    return {lang: plan_for(example.context, Request("daily_check", period=DAY, lang=lang), State())
            for lang in LANGS}


def story(example: Example, kind: str) -> dict[str, Any]:
    return next(s for s in example.kpis["story"] if s["kind"] == kind)


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_the_golden_one(example: Example, both: dict[str, Plan], lang: str) -> None:
    """After a wanted change: `python -m tests.golden.update`, and read what it prints."""
    expected = expected_path("daily_check", lang).read_text(encoding="utf-8")
    lines = list(difflib.unified_diff(
        expected.splitlines(), text_of(both[lang], example.folder).splitlines(), lineterm="", n=0))
    assert not lines, "\n".join(lines[:40])


@pytest.mark.parametrize("lang", LANGS)
def test_every_formula_computes_to_the_value_beside_it(both: dict[str, Plan], lang: str) -> None:
    assert differences(both[lang]) == []


def test_keys_are_unique_and_the_same_in_both_languages(both: dict[str, Plan]) -> None:
    keys = [[(p.id, [r.key for r in p.rows]) for tab in plan.tabs for p in tab.blocks
             if p.id != "missing"] for plan in both.values()]
    assert keys[0] == keys[1]
    assert all(len(some) == len(set(some)) for _, some in keys[0])


@pytest.mark.parametrize(("kind", "rule", "by"), [
    ("low_cover", "days_of_cover", "sku"), ("ads_overspend", "acos_benchmark", "campaign"),
    ("conversion_fall", "conversion_fall", "asin"),
])
def test_the_planted_problem_stands_on_the_first_tab(
    example: Example, both: dict[str, Plan], kind: str, rule: str, by: str
) -> None:
    subject = story(example, kind)[by]
    mirrored = [r.key for r in both["en"].block("daily_standup:US").rows]
    found = [key for key in mirrored if key.startswith(f"US|{rule}|US|{subject}")]
    assert len(found) == 1, mirrored
    assert value(row_of(both["en"], "daily_exceptions", found[0]), "severity") == "■ bad"


def test_the_overspending_campaign_breaks_its_rule_since_the_plot_began(
    example: Example, both: dict[str, Plan]
) -> None:
    told = story(example, "ads_overspend")
    first = dt.date.fromisoformat(told["period"].partition("..")[0])
    row = row_of(both["en"], "ads_check", f"US|{told['campaign']}|SP")
    assert value(row, "acos_7") > 0.7 and value(row, "benchmark") == 0.27
    assert value(row, "category" if "category" in row.cells else "benchmark_of") == "Kitchen"
    assert abs((value(row, "since") - first).days) <= 3
    assert 0 < value(row, "break_even") < 1


def test_account_alarms_and_the_fallen_keyword_are_found(both: dict[str, Plan]) -> None:
    plan = both["en"]
    at = f"US|{{}}|{DAY}"
    assert word_of(plan, "account", at.format("response_rate_24h"), "status:now") == "bad"
    assert word_of(plan, "account", at.format("ipi"), "status:now") == "watch"
    assert word_of(plan, "account", f"DE|ipi|{DAY}", "status:now") == "good"
    fallen = [r.key for r in plan.block("keyword_moves").rows
              if value(r, "status:keyword_rank") == "■ bad"]
    assert fallen == ["US|B0EX000003|desk organizer"]
    mirrored = [r.key for r in plan.block("daily_standup:US").rows]
    assert f"US|keyword_places|{fallen[0]}" in mirrored


def test_cards_are_the_days_own_numbers(example: Example, both: dict[str, Plan]) -> None:
    facts = [f for f in example.ledger.days
             if f.marketplace == "US" and f.day == dt.date.fromisoformat(DAY)]
    cards = {r.key: r for r in both["en"].block("daily_cards:US").rows}
    assert value(cards["units_ordered"], "value") == sum(f.units for f in facts)
    assert value(cards["ordered_sales"], "value") == sum(f.sales for f in facts)
    assert len(both["en"].block("daily_trend").rows) == 60
