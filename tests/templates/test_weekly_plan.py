"""The weekly report's plan: right numbers in it, and the planted story plain to see."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Example
from tests.workbook.evaluate import differences
from workbook.formulas import Formula
from workbook.metrics import get_metric
from workbook.model import Cell, Linear, Ratio, State, Unit
from workbook.plan import Plan, PlannedRow
from workbook.template import Change, Measure, field_id

LANGS = ("en", "zh")


def cell(row: PlannedRow, field: str) -> Cell:
    found = row.cells[field]
    return found.cell if isinstance(found, Formula) else found


def row(plan: Plan, block: str, **wanted: str) -> PlannedRow:
    """The only row of a block whose fields hold these values."""
    found = [r for r in plan.block(block).rows
             if all(cell(r, name).value == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, len(found))
    return found[0]


def story(example: Example, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in example.kpis["story"] if s["kind"] == kind)
    return found


@pytest.fixture(params=LANGS)
def plan(request: pytest.FixtureRequest, plans: dict[str, Plan]) -> Plan:
    return plans[request.param]


# --- formulas ---------------------------------------------------------------------------


def test_every_formula_computes_to_the_value_cached_beside_it(plan: Plan) -> None:
    assert differences(plan) == []


def test_every_ratio_and_change_is_a_live_formula(plan: Plan) -> None:
    """Except in a trend, where a blank ratio is an empty cell that charts can skip."""
    count = 0
    for planned in (p for tab in plan.tabs for p in tab.blocks):
        for item in planned.block.fields:
            if isinstance(item, Measure):
                expr = get_metric(item.metric).expr
                live = isinstance(expr, Ratio) or (
                    isinstance(expr, Linear) and isinstance(expr.terms[0][1], Ratio))
            else:
                live = isinstance(item, Change)
            for planned_row in planned.rows if live else ():
                found = planned_row.cells.get(field_id(item))
                if found is None or (planned.block.over and cell(planned_row, field_id(item)).value
                                     is None):
                    continue
                assert isinstance(found, Formula), (planned.id, planned_row.key, field_id(item))
                count += 1
    assert count > 600


def test_no_formula_uses_what_other_programs_do_not_know(plan: Plan) -> None:
    known = {"IF", "OR", "AND", "IFERROR", "INDEX", "MATCH"}
    for *where, found in plan.cells():
        if isinstance(found, Formula):
            assert set(re.findall(r"([A-Z][A-Z.]+)\(", found.text)) <= known, where


def test_keys_stay_the_same_in_both_languages(plans: dict[str, Plan]) -> None:
    keys = [[(p.id, [r.key for r in p.rows]) for tab in plan.tabs for p in tab.blocks
             if p.id != "missing"] for plan in plans.values()]
    assert keys[0] == keys[1]
    values = [{(b, r, f): c.cell.value if isinstance(c, Formula) else c.value
               for b, r, f, c in plan.cells()} for plan in plans.values()]
    numbers = [{at: v for at, v in some.items() if isinstance(v, int | float | Decimal)}
               for some in values]
    assert numbers[0] == numbers[1]


def test_row_keys_are_unique(plan: Plan) -> None:
    for planned in (p for tab in plan.tabs for p in tab.blocks):
        keys = [r.key for r in planned.rows]
        assert len(keys) == len(set(keys)), planned.id


# --- numbers ----------------------------------------------------------------------------


def test_the_cards_are_the_weeks_kpis(example: Example, plan: Plan) -> None:
    for market in ("US", "DE"):
        kpis = example.kpis["marketplaces"][market]["weeks"]["2026-W46"]
        for card in plan.block(f"cards:{market}").rows:
            if card.key != "contribution":
                value = cell(card, "value").value
                assert float(value) == pytest.approx(float(kpis[card.key]), abs=1e-9)  # type: ignore[arg-type]


def test_the_trend_has_thirteen_weeks_a_marketplace(example: Example, plan: Plan) -> None:
    rows = plan.block("trend").rows
    assert len(rows) == 26
    for r in rows:
        market, week = r.key.split("|")
        kpis = example.kpis["marketplaces"][market]["weeks"][week]
        for name in ("ordered_sales", "sessions", "ad_spend", "acos", "tacos"):
            assert float(cell(r, name).value) == pytest.approx(float(kpis[name]), abs=1e-9)  # type: ignore[arg-type]
        assert cell(r, "from").value == dt.date.fromisocalendar(2026, int(week[-2:]), 1)


def test_rows_are_ordered_by_what_matters_and_marketplaces_stay_apart(plan: Plan) -> None:
    for block, rank in (("top_skus", "ordered_sales"), ("ads", "ad_spend"),
                        ("exceptions", "at_stake")):
        rows = plan.block(block).rows
        markets = [r.group.marketplace for r in rows]
        assert markets == sorted(markets, reverse=True), "US before DE, never mixed"
        for market in ("US", "DE"):
            sizes = [cell(r, rank).value for r in rows if r.group.marketplace == market]
            known = [float(s) for s in sizes if s is not None]  # type: ignore[arg-type]
            assert known == sorted(known, reverse=True)


# --- the planted story ------------------------------------------------------------------


def test_the_conversion_fall_is_on_the_list_and_called_more_than_chance(
    example: Example, plans: dict[str, Plan]
) -> None:
    asin = story(example, "conversion_fall")["asin"]
    top = row(plans["en"], "top_skus", asin=asin, marketplace="US")
    assert cell(top, "verdict").value == "yes, a fall"
    assert cell(top, "chance").value < 0.01  # type: ignore[operator]
    key = f"US|conversion_fall|US|{asin}"
    found = next(r for r in plans["en"].block("exceptions").rows if r.key == key)
    assert cell(found, "severity").value == "■ bad"
    assert cell(found, "at_stake").value > 0  # type: ignore[operator]


@pytest.mark.parametrize(("kind", "rule", "by"), [
    ("aged_stock", "aged_units", "sku"), ("low_cover", "days_of_cover", "sku"),
    ("ads_overspend", "acos", "campaign"), ("conversion_fall", "conversion_fall", "asin"),
])
def test_the_planted_problem_stands_on_the_first_tab(
    example: Example, plan: Plan, kind: str, rule: str, by: str
) -> None:
    subject = story(example, kind)[by]
    keys = [r.key for r in plan.block("exceptions").rows]
    found = [key for key in keys if key.startswith(f"US|{rule}|US|{subject}")]
    assert len(found) == 1, keys
    mirrored = [r.key for r in plan.block("standup:US").rows]
    assert found[0] in mirrored


def test_low_cover_is_below_its_lead_time_and_says_when_it_runs_out(
    example: Example, plans: dict[str, Plan]
) -> None:
    sku = story(example, "low_cover")["sku"]
    found = row(plans["en"], "stock", sku=sku, marketplace="US")
    assert cell(found, "days_of_cover").value < cell(found, "lead_time").value  # type: ignore[operator]
    assert cell(found, "status:days_of_cover").value == "■ bad"
    assert cell(found, "inbound_units").value == 0
    good = [r for r in plans["en"].block("stock").rows
            if cell(r, "status:days_of_cover").value == "● good"]
    assert len(good) > 40, "and nearly all others are fine"


def test_ads_overspend_stands_above_its_rule(example: Example, plans: dict[str, Plan]) -> None:
    campaign = story(example, "ads_overspend")["campaign"]
    found = row(plans["en"], "ads", campaign=campaign)
    assert cell(found, "acos").value > 0.7  # type: ignore[operator]
    assert cell(found, "status:acos").value == "■ bad"
    assert cell(found, "target:acos").value == pytest.approx(0.3333)


def test_the_day_without_sales_makes_the_week_smaller_and_nothing_blank(plan: Plan) -> None:
    rows = [r for r in plan.block("trend").rows if r.key.startswith("DE|")]
    assert all(cell(r, "ordered_sales").value is not None for r in rows)


def test_a_missing_cost_leaves_contribution_blank_and_names_it(plan: Plan) -> None:
    us, de = (next(c for c in plan.block(f"cards:{market}").rows if c.key == "contribution")
              for market in ("US", "DE"))
    assert cell(us, "value").value is None
    note = str(cell(us, "note").value)
    assert ("no cost for" in note) == (plan.lang == "en") and note
    assert cell(de, "value").value is not None


def test_ads_of_the_week_are_marked_as_settling(plan: Plan) -> None:
    newest = {r.group.marketplace: r for r in plan.block("trend").rows}
    for found in newest.values():
        assert cell(found, "ad_spend").state is State.SETTLING
        assert cell(found, "ad_spend").final_on == dt.date(2026, 11, 29)
        assert cell(found, "ordered_sales").state is State.OK


def test_every_money_cell_is_in_its_rows_currency(plan: Plan) -> None:
    for planned in (p for tab in plan.tabs for p in tab.blocks):
        for item in planned.block.fields:
            if isinstance(item, Measure) and get_metric(item.metric).unit is Unit.MONEY:
                for r in planned.rows:
                    found = r.cells.get(field_id(item))
                    known = found.cell if isinstance(found, Formula) else found
                    assert known is None or known.currency in (r.group.currency, None)
