"""One currency: the rate of a day, sums of converted parts, blanks that name the pair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.answer import Facts, Group, Known
from workbook.inputs import Entry
from workbook.inputs import Known as Said
from workbook.metrics import get_metric
from workbook.model import Cell, State, month_of
from workbook.models.currency import Together, common_currency, missing, rate_on

OCTOBER = month_of(dt.date(2026, 10, 1))
LAST = OCTOBER.end
US, DE, UK = Group("US", "USD"), Group("DE", "EUR"), Group("UK", "GBP")
SAID_AT = dt.datetime(2026, 11, 1)
AMOUNTS = st.decimals(0, 10**6, places=2)
WORTH = st.decimals("0.001", 1000, places=4)


def said(*rates: tuple[str, str, str, str]) -> Said:
    """(from, to, day, rate) as the user's table says them."""
    return Said.of(Entry("exchange_rates", f"{a}|{b}", "rate", Decimal(rate), SAID_AT, "t.csv",
                         dt.date.fromisoformat(day)) for a, b, day, rate in rates)


def facts(
    values: dict[Group, dict[str, Decimal]], lacking: Collection[tuple[str, str]] = ()
) -> Facts:
    names = {name for row in values.values() for name in row}
    return Facts(
        {group: {(): {(name, OCTOBER): value for name, value in row.items()}}
         for group, row in values.items()},
        {(name, group.marketplace, OCTOBER): Known(
            State.NO_DATA if (name, group.marketplace) in lacking else State.OK)
         for group in values for name in names})


def cell(name: str, together: Together) -> Cell:
    metric = get_metric(name)
    together.prepare(metric, OCTOBER)
    return together.facts.cell(metric, together.group, (), OCTOBER)


@pytest.mark.parametrize(("day", "expected"), [
    ("2026-09-30", None), ("2026-10-01", "1.10"), ("2026-10-14", "1.10"), ("2026-10-15", "1.20"),
    ("2026-12-31", "1.20"),
])
def test_the_rate_is_that_of_the_day_or_the_latest_before(day: str, expected: str | None) -> None:
    known = said(("EUR", "USD", "2026-10-15", "1.20"), ("EUR", "USD", "2026-10-01", "1.10"))
    rate = rate_on(known, "EUR", "USD", dt.date.fromisoformat(day))
    assert (rate.value if rate else None) == (Decimal(expected) if expected else None)


def test_a_pair_can_be_turned_round_and_the_newer_of_both_counts() -> None:
    known = said(("USD", "EUR", "2026-10-01", "0.8"))
    rate = rate_on(known, "EUR", "USD", LAST)
    assert rate is not None and rate.value == Decimal("1.25")
    assert rate.note() == "EUR → USD 1.25 of 2026-10-01" and "2026-10-01" in rate.note().zh
    known = said(("USD", "EUR", "2026-10-09", "0.5"), ("EUR", "USD", "2026-10-01", "1.1"))
    newer = rate_on(known, "EUR", "USD", LAST)
    assert newer is not None and newer.value == 2
    known = said(("USD", "EUR", "2026-10-01", "0.5"), ("EUR", "USD", "2026-10-01", "1.1"))
    direct = rate_on(known, "EUR", "USD", LAST)
    assert direct is not None and direct.value == Decimal("1.1")


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_a_rate_that_is_not_positive_is_none(rate: str) -> None:
    assert rate_on(said(("EUR", "USD", "2026-10-01", rate)), "EUR", "USD", LAST) is None
    assert "EUR → USD" in missing("EUR", "USD", LAST) and str(LAST) in missing("EUR", "USD", LAST)


def test_the_one_currency_is_the_wanted_one_or_the_rates_goal_or_the_first() -> None:
    rates = said(("EUR", "CNY", "2026-10-01", "8"), ("USD", "CNY", "2026-10-01", "7"))
    assert common_currency(rates, [US, DE]) == "CNY"
    assert common_currency(rates, [US, DE], "GBP") == "GBP"
    assert common_currency(said(), [DE, US]) == "EUR"
    both = said(("EUR", "CNY", "2026-10-01", "8"), ("EUR", "USD", "2026-10-01", "1"))
    assert common_currency(both, [US, DE]) == "USD"


@given(sales=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), spend=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS),
       worth=st.tuples(WORTH, WORTH))
def test_a_ratio_is_the_ratio_of_converted_sums(
    sales: tuple[Decimal, ...], spend: tuple[Decimal, ...], worth: tuple[Decimal, Decimal]
) -> None:
    groups = [US, DE, UK]
    rates = (Decimal(1), *worth)
    known = said(("EUR", "USD", "2026-10-01", str(worth[0])),
                 ("GBP", "USD", "2026-10-01", str(worth[1])))
    together = Together(facts({g: {"ordered_sales": s, "ad_spend": a} for g, s, a in zip(
        groups, sales, spend, strict=True)}), groups, "USD", known)
    total = sum((s * r for s, r in zip(sales, rates, strict=True)), Decimal(0))
    spent = sum((a * r for a, r in zip(spend, rates, strict=True)), Decimal(0))
    assert cell("ordered_sales", together).value == total
    tacos = cell("tacos", together).value
    assert (tacos is None) if total == 0 else tacos == pytest.approx(float(spent / total))
    assert cell("tacos", together).value == tacos


def test_a_missing_rate_or_part_leaves_a_blank_that_names_it() -> None:
    values = {US: {"ordered_sales": Decimal(10)}, DE: {"ordered_sales": Decimal(5)}}
    no_rate = cell("ordered_sales", Together(facts(values), [US, DE], "USD", said()))
    assert no_rate.value is None and "no rate EUR → USD on 2026-10-31" in no_rate.note
    rates = said(("EUR", "USD", "2026-10-01", "1"))
    lacking = Together(facts(values, {("ordered_sales", "DE")}), [US, DE], "USD", rates)
    blank = cell("ordered_sales", lacking)
    assert blank.value is None and blank.note.startswith("DE: ")


def test_counts_need_no_rate_and_nothing_needs_none() -> None:
    values = {US: {"units_ordered": Decimal(3), "ordered_sales": Decimal(4)},
              DE: {"units_ordered": Decimal(5), "ordered_sales": Decimal(0)}}
    together = Together(facts(values), [US, DE], "USD", said())
    assert cell("units_ordered", together).value == 8
    assert cell("ordered_sales", together).value == 4


def test_the_worst_state_and_the_last_day_count() -> None:
    own = facts({US: {"ad_spend": Decimal(1)}, DE: {"ad_spend": Decimal(1)}})
    own.known["ad_spend", "DE", OCTOBER] = Known(State.SETTLING, "SP only", dt.date(2026, 11, 14))
    together = Together(own, [US, DE], "USD", said(("EUR", "USD", "2026-10-01", "1")))
    found = cell("ad_spend", together)
    assert found.state is State.SETTLING and found.final_on == dt.date(2026, 11, 14)
    assert found.note == "DE: SP only" and together.rates(LAST)[0].source == "EUR"
