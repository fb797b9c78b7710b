"""Rows of a block from facts: keys, changes, ranking, and what a ratio is made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates import all_templates
from tests.workbook.evaluate import parse, run
from workbook.answer import Facts, Group, Known
from workbook.errors import TemplateError
from workbook.formulas import ratio
from workbook.metrics import get_metric
from workbook.model import Agg, Cell, Label, Linear, Period, Ratio, State, Unit
from workbook.rows import (
    Product,
    Row,
    in_front,
    key_rows,
    parts_of,
    question_of,
    ranked,
    relative,
    trend_rows,
)
from workbook.template import Block, Change, Dim, Kind, Measure, field_id

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
US, DE = Group("US", "USD"), Group("DE", "EUR")
BLOCK = Block("b", Kind.TABLE, Label("B", "B"), by=("asin",), rank="ordered_sales", fields=(
    Dim("marketplace", Label("M", "M")), Dim("asin", Label("A", "A")), Dim("name", Label("N", "N")),
    Measure("ordered_sales"), Change("ordered_sales"), Measure("units_ordered"),
    Measure("sessions"), Measure("unit_session_percentage"), Change("unit_session_percentage"),
    Measure("ordered_sales", -1), Measure("units_ordered", -1), Measure("sessions", -1),
    Measure("unit_session_percentage", -1),
))


def facts(values: dict[tuple[Group, str], dict[str, tuple[int, int]]]) -> Facts:
    """(group, ASIN) -> fact -> (this week, the week before)."""
    made = Facts()
    for (group, asin), numbers in values.items():
        cells = made.values.setdefault(group, {}).setdefault((asin,), {})
        for fact, pair in numbers.items():
            for period, number in zip((WEEK, WEEK.previous()), pair, strict=True):
                cells[fact, period] = Decimal(number)
                made.known[fact, group.marketplace, period] = Known()
    return made


def row(group: Group, key: str, sales: int | None) -> Row:
    return Row(key, group, {"ordered_sales": Cell(None if sales is None else Decimal(sales))})


def test_a_row_for_each_key_with_its_changes_and_its_product() -> None:
    known = facts({
        (US, "B0A"): {"ordered_sales": (150, 100), "units_ordered": (15, 20),
                      "sessions": (100, 80)},
        (DE, "B0A"): {"ordered_sales": (10, 0), "units_ordered": (1, 0), "sessions": (9, 0)},
    })
    found = key_rows(BLOCK, known, WEEK, {"B0A": Product("S", "B0A", "=Name", "Li", 30)}, [US, DE])
    assert [r.key for r in found] == ["US|B0A", "DE|B0A"]
    us, de = found
    assert us.value("name") == "=Name" and us.value("marketplace") == "US"
    assert us.value("change:ordered_sales") == 0.5
    assert us.value("unit_session_percentage") == 0.15
    assert us.number("change:unit_session_percentage") == pytest.approx(-10.0), "points"
    assert de.value("change:ordered_sales") is None, "no base to compare with"
    assert de.value("unit_session_percentage@-1") is None and de.value("ordered_sales@-1") == 0


def test_rows_without_any_number_and_without_a_name_are_left_out() -> None:
    known = facts({(US, "B0A"): {"ordered_sales": (0, 0), "sessions": (0, 0)},
                   (US, "B0B"): {"ordered_sales": (0, 5), "sessions": (0, 0)}})
    known.values[US][(None,)] = {("ordered_sales", WEEK): Decimal(7)}
    assert [r.key for r in key_rows(BLOCK, known, WEEK, {}, [US])] == ["US|B0B"]


def test_no_data_is_a_blank_that_says_so() -> None:
    known = facts({(US, "B0A"): {"ordered_sales": (5, 4)}})
    (found,) = key_rows(BLOCK, known, WEEK, {}, [US])
    assert found.cells["sessions"].value is None
    assert found.cells["sessions"].state is State.NO_DATA
    assert found.value("unit_session_percentage") is None
    assert found.value("change:unit_session_percentage") is None


def test_a_trend_has_a_row_a_period_the_oldest_first_even_without_data() -> None:
    block = Block("t", Kind.TABLE, Label("T", "T"), over=3, fields=(Measure("ordered_sales"),))
    found = trend_rows(block, Facts(), WEEK, [US, DE])
    assert [r.key for r in found] == [f"{m}|2026-W{w}" for m in ("US", "DE") for w in (44, 45, 46)]
    assert found[2].value("from") == WEEK.start and found[2].value("until") == WEEK.end
    assert {len(question_of(block, WEEK).periods)} == {3}


def test_a_question_asks_for_the_periods_that_the_fields_show() -> None:
    asked = question_of(BLOCK, WEEK)
    assert set(asked.periods) == {WEEK, WEEK.previous()} and asked.by == ("asin",)


@given(st.lists(st.tuples(st.sampled_from([US, DE]), st.none() | st.integers(0, 9)), max_size=12),
       st.integers(1, 4))
def test_ranking_keeps_marketplaces_apart_and_puts_blanks_last(
    made: list[tuple[Group, int | None]], limit: int
) -> None:
    block = Block("b", Kind.TABLE, Label("B", "B"), rank="ordered_sales", limit=limit)
    rows = [row(group, str(n), sales) for n, (group, sales) in enumerate(made)]
    found = ranked(block, rows)
    for group in (US, DE):
        own = [r.number("ordered_sales") for r in rows if r.group == group]
        known = sorted((n for n in own if n is not None), reverse=True)
        expected = (known + [None] * (len(own) - len(known)))[:limit]
        assert [r.number("ordered_sales") for r in found if r.group == group] == expected
    groups = [r.group for r in found]
    assert groups == sorted(groups, key=groups.index), "one marketplace after the other"


def test_ranking_upwards() -> None:
    block = Block("b", Kind.TABLE, Label("B", "B"), rank="-ordered_sales")
    found = ranked(block, [row(US, "a", 3), row(US, "b", None), row(US, "c", 1)])
    assert [r.key for r in found] == ["c", "a", "b"]


@pytest.mark.parametrize(("unit", "now", "before", "expected"), [
    (Unit.MONEY, Decimal(15), Decimal(10), 0.5), (Unit.COUNT, 0, 4, -1.0),
    (Unit.COUNT, 4, 0, None), (Unit.COUNT, None, 4, None), (Unit.SHARE, 0.25, 0.2, 5.0),
    (Unit.SHARE, 0.25, 0.0, 25.0), (Unit.SHARE, 0.25, None, None),
])
def test_relative_change(unit: Unit, now: object, before: object, expected: float | None) -> None:
    found = relative(unit, now, before)  # type: ignore[arg-type]
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_ratio_without_its_parts_in_sight_is_an_error_of_the_template() -> None:
    block = Block("b", Kind.TABLE, Label("B", "B"), fields=(Measure("acos"), Measure("ad_spend")))
    with pytest.raises(TemplateError, match="'b' shows acos without both of its parts"):
        parts_of(block, block.fields[0])  # type: ignore[arg-type]


@pytest.mark.parametrize("template", all_templates(), ids=lambda t: t.name)
def test_every_template_shows_the_parts_of_its_ratios(template) -> None:  # type: ignore[no-untyped-def]
    for block in template.blocks().values():
        if block.kind is not Kind.TABLE:
            continue
        for item in block.fields:
            if isinstance(item, Measure):
                expr = get_metric(item.metric).expr
                parts = parts_of(block, item)
                alone = isinstance(expr, Linear) and len(expr.terms) == 1  # 1 less a ratio
                ratio = expr.terms[0][1] if alone else expr  # type: ignore[union-attr]
                assert (parts is not None) == isinstance(ratio, Ratio)
                for part in parts or ():
                    shown = next(f for f in block.fields if field_id(f) == part)
                    assert isinstance(shown, Measure) and shown.shift == item.shift


def test_one_minus_a_ratio_is_not_taken_for_the_ratio() -> None:
    """organic_share is 1 - ad orders / order items: a plain quotient would be wrong."""
    expr = get_metric("organic_share").expr
    assert isinstance(expr, Linear) and expr.constant == 1
    block = Block("b", Kind.TABLE, Label("B", "B"), fields=(
        Measure("organic_share"), Measure("ad_orders"), Measure("order_items")))
    share = block.fields[0]
    assert isinstance(share, Measure)
    assert parts_of(block, share) == ("ad_orders", "order_items") and in_front(share) == "1-"
    formula = ratio("ad_orders", "order_items", Cell(0.7), in_front(share))
    assert run(parse(formula.text), {"o": 3.0, "u": 10.0}.get) == pytest.approx(0.7)
    assert in_front(Measure("acos")) == "" and isinstance(get_metric("ad_orders").expr, Agg)
