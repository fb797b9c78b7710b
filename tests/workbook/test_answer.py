"""Facts become metric cells: ratios of sums, blanks with their reason, states that merge."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.answer import Facts, Group, Known, Question
from workbook.metrics import METRICS, get_metric
from workbook.model import Agg, Cell, Label, Linear, Metric, Period, Ratio, State, Unit

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
MONTH = WEEK.trailing(28)
US = Group("US", "USD")
KEY = ("B0X",)


def facts(**values: str | int | None) -> Facts:
    """Facts of one row; None is a fact that no report covers."""
    found = Facts()
    row = found.values.setdefault(US, {}).setdefault(KEY, {})
    for name, value in values.items():
        if value is not None:
            row[name, WEEK] = Decimal(value)
            found.known[name, "US", WEEK] = Known()
    return found


def cell(found: Facts, metric: str, period: Period = WEEK) -> Cell:
    return found.cell(get_metric(metric), US, KEY, period)


# --- values -----------------------------------------------------------------------------


def test_counts_are_whole_money_is_exact_and_carries_its_currency() -> None:
    found = facts(clicks=12, ad_spend="10.10")
    assert cell(found, "clicks") == Cell(12)
    assert cell(found, "ad_spend") == Cell(Decimal("10.10"), currency="USD")
    assert cell(found, "cpc").value == Decimal("10.10") / 12
    assert cell(found, "cpc").currency == "USD"


def test_a_share_carries_no_currency() -> None:
    assert cell(facts(ad_spend=3, ad_sales=12), "acos") == Cell(0.25)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 900)), min_size=1, max_size=9))
def test_a_ratio_over_several_rows_is_the_ratio_of_their_sums(rows: list[tuple[int, int]]) -> None:
    units, sessions = (sum(part) for part in zip(*rows, strict=True))
    found = facts(units_ordered=units, sessions=sessions)
    assert cell(found, "unit_session_percentage").value == float(Decimal(units) / Decimal(sessions))


def test_organic_share_is_what_is_left_of_all_orders() -> None:
    assert cell(facts(ad_orders=3, order_items=12), "organic_share") == Cell(0.75)
    assert cell(facts(ad_orders=0, order_items=12), "organic_share") == Cell(1.0)
    assert cell(facts(ad_orders=0, order_items=0), "organic_share").value is None


# --- blanks -----------------------------------------------------------------------------


def test_no_report_is_a_blank_and_a_covered_row_without_an_entry_is_zero() -> None:
    found = facts(ad_spend=None, clicks=3)
    assert cell(found, "ad_spend") == Cell(None, State.NO_DATA, "USD")
    assert found.cell(get_metric("clicks"), US, ("other",), WEEK) == Cell(0)


@pytest.mark.parametrize(
    "metric", [name for name, made in METRICS.items() if isinstance(made.expr, Ratio)])
def test_nothing_by_nothing_is_blank(metric: str) -> None:
    found = Facts()
    for name, period in Question((get_metric(metric),), (WEEK,)).needs():
        found.values.setdefault(US, {}).setdefault(KEY, {})[name, period] = Decimal(0)
        found.known[name, "US", period] = Known()
    assert cell(found, metric) == Cell(None, State.NO_DATA,
                                       "USD" if get_metric(metric).unit is Unit.MONEY else None)


def test_spend_without_sales_has_its_own_mark() -> None:
    assert cell(facts(ad_spend=5, ad_sales=0), "acos") == Cell(
        None, State.NO_SALES, note="no sales")
    assert cell(facts(ad_spend=5, ordered_sales=0), "tacos").state is State.NO_SALES
    assert cell(facts(ad_spend=0, ad_sales=0), "acos").state is State.NO_DATA
    assert cell(facts(ad_orders=5, clicks=0), "ad_cvr").state is State.NO_DATA  # only of sales


def test_spend_on_unknown_sales_is_no_data_and_not_no_sales() -> None:
    assert cell(facts(ad_spend=5), "acos") == Cell(None, State.NO_DATA)


def test_a_sum_with_missing_parts_is_blank_and_names_them_once() -> None:
    found = facts(age_181_to_270_units=4)
    missing = Known(State.NO_DATA, "FBA inventory age missing")
    found.known["age_271_to_365_units", "US", WEEK] = missing
    found.known["age_over_365_units", "US", WEEK] = missing
    assert cell(found, "aged_units") == Cell(
        None, State.NO_DATA, note="missing: FBA inventory age missing")


def test_a_missing_part_without_a_note_is_named_by_its_facts() -> None:
    total = Metric("t", Label("t", "t"), Unit.MONEY,
                   Linear(((1, Agg("refunds")), (-1, Ratio(Agg("cogs"), Agg("vat"))))))
    found = facts(refunds=1)
    assert found.cell(total, US, KEY, WEEK).note == "missing: cogs / vat"


def test_a_stock_that_the_snapshot_does_not_list_is_blank() -> None:
    found = facts(available_units=7)
    assert cell(found, "available_units") == Cell(7)
    assert found.cell(get_metric("available_units"), US, ("other",), WEEK) == Cell(
        None, State.NO_DATA, note="not in the snapshot")


def test_a_row_whose_value_is_unknown_is_blank_with_the_reason() -> None:
    found = facts(cogs=5)
    found.unknown[US, KEY, ("cogs", WEEK)] = "no cost for 2 settled units"
    assert cell(found, "cogs") == Cell(
        None, State.NO_DATA, "USD", note="no cost for 2 settled units")


# --- states -----------------------------------------------------------------------------


def test_the_worse_state_both_notes_and_the_later_final_day_are_kept() -> None:
    found = facts(ad_spend=5, ordered_sales=50)
    found.known["ad_spend", "US", WEEK] = Known(State.PARTIAL, "SP only", dt.date(2026, 11, 20))
    found.known["ordered_sales", "US", WEEK] = Known(State.SETTLING, "late", dt.date(2026, 11, 29))
    assert cell(found, "tacos") == Cell(
        0.1, State.PARTIAL, None, dt.date(2026, 11, 29), "SP only; late")


@given(st.permutations(list(State)))
def test_states_merge_alike_in_any_order(states: list[State]) -> None:
    severity = [State.OK, State.SETTLING, State.ESTIMATE, State.PARTIAL, State.CENSORED,
                State.NO_SALES, State.NO_DATA]
    found = facts(ad_spend=1, ordered_sales=2)
    found.known["ad_spend", "US", WEEK] = Known(states[0])
    found.known["ordered_sales", "US", WEEK] = Known(states[1])
    expected = max(states[:2], key=severity.index)
    assert cell(found, "tacos").state is expected
    assert (cell(found, "tacos").value is None) == (expected is State.NO_DATA)


# --- windows over time ------------------------------------------------------------------


def test_days_of_cover_divides_by_the_pace_of_the_last_28_days() -> None:
    found = facts(available_units=40)
    found.values[US][KEY]["units_ordered", MONTH] = Decimal(56)
    found.known["units_ordered", "US", MONTH] = Known()
    assert cell(found, "daily_units").value == 2.0
    assert cell(found, "days_of_cover") == Cell(20.0)


def test_a_question_asks_for_each_fact_over_the_span_that_it_needs() -> None:
    question = Question((get_metric("days_of_cover"), get_metric("units_ordered")), (WEEK,))
    assert question.needs() == {
        ("available_units", WEEK), ("units_ordered", MONTH), ("units_ordered", WEEK)}


def test_cost_of_goods_is_asked_for_with_the_units_that_lack_a_cost() -> None:
    assert Question((get_metric("cogs"),), (WEEK,)).needs() == {
        ("cogs", WEEK), ("units_without_cost", WEEK)}


def test_groups_are_ordered_and_never_added() -> None:
    found = facts(clicks=1)
    found.values[Group("UK", "GBP")] = {KEY: {("clicks", WEEK): Decimal(2)}}
    found.known["clicks", "UK", WEEK] = Known()
    assert found.groups() == [Group("UK", "GBP"), US]
    assert [found.cell(get_metric("clicks"), g, KEY, WEEK).value for g in found.groups()] == [2, 1]
