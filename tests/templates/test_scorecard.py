"""The scorecard: from report rows and typed values to values, statuses, words at each bound."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.sync.store.reports import Store
from tests.templates.scorecard import (
    LAST_YEAR,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Shop,
    cell,
    row,
    value,
)
from tests.templates.scorecard_fixtures import profit as profit
from tests.templates.scorecard_fixtures import shop as shop
from tests.templates.scorecard_fixtures import us as us
from tests.workbook.evaluate import Sheet, differences
from workbook.errors import UsageError
from workbook.model import Period, State, Unit

RATES = ("day,from_currency,to_currency,rate", "2026-10-01,EUR,USD,1.25")
OVERHEAD = "month,marketplace,currency,amount,item"


# --- actual, changes ----------------------------------------------------------------------


def test_each_kpi_stands_in_a_row_of_its_own_with_the_unit_of_its_own(us: Shop) -> None:
    plan = us.plan()
    assert value(plan, "US|ordered_sales|2026-10", "actual") == 3100
    assert value(plan, "US|acos|2026-10", "actual") == pytest.approx(0.25)
    assert value(plan, "US|roas|2026-10", "actual") == 4
    assert value(plan, "US|tacos|2026-10", "actual") == pytest.approx(0.1)
    assert value(plan, "US|unit_session_percentage|2026-10", "actual") == pytest.approx(0.1)
    assert row(plan, "US|acos|2026-10").unit is Unit.SHARE
    assert row(plan, "US|ordered_sales|2026-10").unit is Unit.MONEY
    assert differences(plan) == []


def test_month_on_month_and_year_on_year_are_percent_or_points(us: Shop) -> None:
    us.sell(SEPTEMBER, "80.00")
    us.advertise(SEPTEMBER, "12.00", "40.00")
    us.sell(LAST_YEAR, "50.00")
    plan = us.plan()
    key = "US|ordered_sales|2026-10"
    assert value(plan, key, "month_on_month") == pytest.approx((3100 - 2400) / 2400 * 100)
    assert value(plan, key, "year_on_year") == pytest.approx(100)
    assert value(plan, key, "change_unit") == "%"
    assert value(plan, "US|acos|2026-10", "month_on_month") == pytest.approx(-5)
    assert value(plan, "US|acos|2026-10", "change_unit") == "pp"
    assert value(plan, "US|acos|2026-10", "year_on_year") is None
    assert (value(plan, key, "ago_12"), value(plan, key, "ago_1")) == (1550, 2400)


# --- targets and statuses -----------------------------------------------------------------


@pytest.mark.parametrize(("target", "expected"), [
    (0.2501, "● good"), (0.25, "● good"), (0.2499, "▲ watch"), (0.1, "▲ watch"),
])
def test_a_typed_target_decides_the_status(us: Shop, target: float, expected: str) -> None:
    """ACoS of 25 %: the rulebook's alarm of 33.33 % is far."""
    plan = us.plan(US_acos=target)
    assert value(plan, "US|acos|2026-10", "status:actual") == expected
    assert value(plan, "US|acos|2026-10", "in_force") == target
    variance = value(plan, "US|acos|2026-10", "variance")
    assert variance == pytest.approx((0.25 - target) * 100)
    assert differences(plan) == []


@pytest.mark.parametrize(("spend", "expected"), [
    ("13.332", "● good"), ("13.34", "■ bad"),
])
def test_the_rulebook_counts_where_nobody_typed(shop: Shop, spend: str, expected: str) -> None:
    shop.sell(OCTOBER, "100.00")
    shop.advertise(OCTOBER, spend, "40.00")
    assert value(shop.plan(), "US|acos|2026-10", "status:actual") == expected


@pytest.mark.parametrize(("target", "expected"), [
    (3099, "● good"), (3100, "● good"), (3101, "■ bad"),
])
def test_what_has_no_rule_is_good_or_bad_by_its_target(
    us: Shop, target: float, expected: str
) -> None:
    plan = us.plan(US_ordered_sales=target)
    assert value(plan, "US|ordered_sales|2026-10", "status:actual") == expected
    assert value(us.plan(), "US|ordered_sales|2026-10", "status:actual") == "–"


def test_spending_is_neither_good_nor_bad(us: Shop) -> None:
    plan = us.plan(US_ad_spend=300)
    assert value(plan, "US|ad_spend|2026-10", "status:actual") == "–"
    assert value(plan, "US|ad_spend|2026-10", "variance") == pytest.approx(100 / 30)


def test_the_marketplace_s_target_goes_before_the_general_one_and_that_before_the_rules(
    us: Shop,
) -> None:
    """The precedence, and the same when a person empties or types the cell in the sheet."""
    key = "US|acos|2026-10"
    assert value(us.plan(), key, "in_force") == pytest.approx(0.3333)
    us.table("kpi,marketplace,month,target", "acos,,2026-10,30%")
    assert value(us.plan(), key, "in_force") == pytest.approx(0.30)
    us.table("kpi,marketplace,month,target", "ACoS,US,2026-10,28%", "acos,US,2026-09,1%")
    plan = us.plan()
    assert value(plan, key, "in_force") == pytest.approx(0.28)
    assert float(value(plan, key, "target")) == 0.28  # shown where one types
    assert value(us.plan(US_acos=0.2), key, "in_force") == pytest.approx(0.2)
    for typed, expected in ((None, 0.30), (0.2, 0.2), ("soon", 0.30)):
        sheet = Sheet(plan, {("sc_kpis", key, "target"): typed})
        assert sheet.value("sc_kpis", key, "in_force") == pytest.approx(expected)


def test_a_text_for_a_target_changes_nothing(us: Shop) -> None:
    plan = us.plan(US_acos="soon")
    assert value(plan, "US|acos|2026-10", "in_force") == pytest.approx(0.3333)
    assert differences(plan) == []


def test_what_is_typed_this_month_leaves_last_month_as_it_was(us: Shop) -> None:
    us.sell(NOVEMBER, "100.00")
    us.advertise(NOVEMBER, "10.00", "40.00")
    before = us.plan(OCTOBER)
    us.fill({("sc_kpis", "US|acos|2026-11", "target"): 0.1}, NOVEMBER)
    assert value(us.plan(NOVEMBER), "US|acos|2026-11", "status:actual") == "▲ watch"
    again = us.plan(OCTOBER)
    for field in ("in_force", "target", "status:actual", "variance"):
        assert value(again, "US|acos|2026-10", field) == value(before, "US|acos|2026-10", field)
    us.fill({("sc_kpis", "US|acos|2026-10", "target"): 0.2}, OCTOBER)
    assert value(us.plan(OCTOBER), "US|acos|2026-10", "in_force") == 0.2
    assert value(us.plan(NOVEMBER), "US|acos|2026-11", "in_force") == 0.1


# --- typed readings -----------------------------------------------------------------------


@pytest.mark.parametrize(("ipi", "expected"), [
    (500, "● good"), (499, "▲ watch"), (400, "▲ watch"), (399, "■ bad"),
])
def test_a_reading_is_the_last_of_the_month_with_its_day(
    us: Shop, ipi: int, expected: str
) -> None:
    us.table("name,marketplace,day,value", "ipi,US,2026-10-05,700", f"ipi,US,2026-10-20,{ipi}",
             "ipi,US,2026-11-02,900")
    plan = us.plan()
    assert value(plan, "US|ipi|2026-10", "actual") == ipi
    assert value(plan, "US|ipi|2026-10", "status:actual") == expected
    assert value(plan, "US|ipi|2026-10", "about") == "as of 2026-10-20"
    us.sell(NOVEMBER, "1.00")
    december = NOVEMBER.shifted(1)
    us.sell(Period(december.start, december.start), "1.00")
    old = us.plan(december)
    assert cell(old, "US|ipi|2026-12", "actual").state is State.PARTIAL
    assert "not read in this month" in value(old, "US|ipi|2026-12", "about")
    assert value(old, "US|ipi|2026-12", "ago_2") == ipi


def test_a_reading_that_nobody_typed_is_blank_and_says_so(us: Shop) -> None:
    plan = us.plan()
    assert value(plan, "US|ahr|2026-10", "actual") is None
    assert value(plan, "US|ahr|2026-10", "status:actual") == "–"
    assert value(plan, "US|ahr|2026-10", "about") == "nobody has typed it"
    assert value(us.plan(lang="zh"), "US|ahr|2026-10", "about") == "无人填写"


# --- profit -------------------------------------------------------------------------------


@pytest.mark.parametrize(("overhead", "expected"), [
    ("530", "● good"), ("529.9", "● good"), ("530.1", "■ bad"),
])
def test_net_profit_is_contribution_less_the_items_of_overhead(
    profit: Shop, overhead: str, expected: str
) -> None:
    """2,000 - 550 of goods, freight and duty - 310 of ads - 310 and the rest of overhead."""
    profit.table(OVERHEAD, f"2026-10,US,USD,{overhead},salaries", "2026-10,US,USD,310,rent",
                 "2026-09,US,USD,999,rent")
    plan = profit.plan()
    assert value(plan, "US|contribution|2026-10", "actual") == 1140
    net = 1140 - 310 - float(overhead)
    assert float(value(plan, "US|net_profit|2026-10", "actual")) == pytest.approx(net)
    assert value(plan, "US|net_margin|2026-10", "actual") == pytest.approx(net / 2000)
    assert value(plan, "US|net_margin|2026-10", "status:actual") == expected


def test_without_overhead_net_profit_is_blank_and_says_which_is_missing(profit: Shop) -> None:
    plan = profit.plan()
    assert value(plan, "US|contribution|2026-10", "actual") == 1140
    assert value(plan, "US|net_profit|2026-10", "actual") is None
    about = value(plan, "US|net_profit|2026-10", "about")
    assert about == "missing: overhead of 2026-10 (US); type 0 if there is none"
    profit.table(OVERHEAD, "2026-10,US,USD,0,none")
    assert value(profit.plan(), "US|net_profit|2026-10", "actual") == 1140


def test_a_margin_names_the_skus_without_a_cost_and_the_settlement_that_is_open(
    profit: Shop,
) -> None:
    profit.settle(SEPTEMBER, "100.00", 3, sku="SKU-9")
    profit.sell(NOVEMBER, "1.00")
    september = profit.plan(SEPTEMBER)
    assert value(september, "US|contribution|2026-09", "actual") is None
    assert "without a cost: SKU-9" in value(september, "US|contribution|2026-09", "about")
    november = value(profit.plan(NOVEMBER), "US|contribution|2026-11", "about")
    assert "missing: settlements: 29 days missing" in november


def test_overhead_in_another_currency_needs_a_rate(profit: Shop) -> None:
    profit.table(OVERHEAD, "2026-10,US,CNY,1400,salaries")
    about = value(profit.plan(), "US|net_profit|2026-10", "about")
    assert "no rate CNY → USD on 2026-10-31" in about
    profit.table("day,from_currency,to_currency,rate", "2026-10-15,CNY,USD,0.1",
                 "2026-11-01,CNY,USD,9")
    plan = profit.plan()
    assert value(plan, "US|net_profit|2026-10", "actual") == 1000
    assert "CNY → USD 0.1 of 2026-10-15" in value(plan, "US|net_profit|2026-10", "about")


# --- stock --------------------------------------------------------------------------------


def test_turns_are_annualised_cost_of_goods_over_mean_stock_at_cost(profit: Shop) -> None:
    """500 of goods in 31 days against 10 and 30 pieces of 50: a mean of 1,000."""
    assert "no daily snapshots" in value(profit.plan(), "US|inventory_turns|2026-10", "about")
    profit.count_stock(dt.date(2026, 10, 1), SKU_1=10)
    profit.count_stock(dt.date(2026, 10, 31), SKU_1=30)
    plan = profit.plan()
    turns = value(plan, "US|inventory_turns|2026-10", "actual")
    assert turns == pytest.approx(500 / 31 * 365 / 1000)
    assert value(plan, "US|inventory_turns|2026-10", "status:actual") == "● good"
    assert "snapshots of 2 of 31 days" in value(plan, "US|inventory_turns|2026-10", "about")
    assert cell(plan, "US|inventory_turns|2026-10", "actual").state is State.PARTIAL


def test_a_snapshot_with_a_sku_that_has_no_cost_has_no_value(profit: Shop) -> None:
    profit.count_stock(dt.date(2026, 10, 1), SKU_1=10, SKU_9=0)
    profit.count_stock(dt.date(2026, 10, 2), SKU_1=999, SKU_9=5)
    plan = profit.plan()
    assert value(plan, "US|inventory_turns|2026-10", "actual") == pytest.approx(
        500 / 31 * 365 / 500)
    other = Store.value(profit, "stock_without_cost", OCTOBER)
    assert other == 5
    for day in (1,):
        profit.count_stock(dt.date(2026, 10, day), SKU_9=5)  # the newer file of that day counts
    plan = profit.plan()
    assert value(plan, "US|inventory_turns|2026-10", "actual") is None
    assert "without a cost: SKU-9" in value(plan, "US|inventory_turns|2026-10", "about")


@pytest.mark.parametrize(("empty", "expected"), [
    (0, "● good"), (1, "▲ watch"), (2, "■ bad"),
])
def test_in_stock_is_the_share_of_sku_days(us: Shop, empty: int, expected: str) -> None:
    """Thirty SKU-days: with one empty 96.7 %, with two 93.3 %."""
    for day in range(1, 16):
        us.count_stock(dt.date(2026, 10, day), SKU_1=5, SKU_2=0 if day <= empty else 2)
    plan = us.plan()
    assert value(plan, "US|in_stock_rate|2026-10", "actual") == pytest.approx((30 - empty) / 30)
    assert value(plan, "US|in_stock_rate|2026-10", "status:actual") == expected
    assert value(plan, "US|in_stock_rate|2026-10", "about") == "snapshots of 15 of 31 days"


# --- months that are open -----------------------------------------------------------------


@pytest.mark.parametrize(("target", "expected"), [
    (3000, "● good"), (2999, "● good"), (3001, "■ bad"),
])
def test_an_open_month_is_compared_to_date(shop: Shop, target: int, expected: str) -> None:
    """Ten days of 100 against a third of the target; ratios against the whole target."""
    shop.sell(OCTOBER, "90.00")
    shop.sell(Period(NOVEMBER.start, dt.date(2026, 11, 10)), "100.00")
    shop.advertise(Period(NOVEMBER.start, dt.date(2026, 11, 9)), "10.00", "40.00")
    plan = shop.plan(NOVEMBER, US_ordered_sales=target, US_acos=0.25)
    key = "US|ordered_sales|2026-11"
    assert value(plan, key, "actual") == 1000
    assert cell(plan, key, "actual").state is State.PARTIAL
    assert value(plan, key, "until") == dt.date(2026, 11, 10)
    assert value(plan, key, "due") == pytest.approx(target / 3)
    assert value(plan, key, "status:actual") == expected
    assert value(plan, key, "month_on_month") is None  # ten days against a month
    assert "data until 2026-11-10" in value(plan, key, "about")
    assert "10/30 of the target" in value(plan, key, "about")
    assert value(plan, "US|acos|2026-11", "until") == dt.date(2026, 11, 9)
    assert value(plan, "US|acos|2026-11", "due") == 0.25
    assert value(plan, "US|tacos|2026-11", "actual") == pytest.approx(0.1)  # both of nine days
    assert differences(plan) == []


def test_a_hole_in_the_days_ends_what_is_to_date(shop: Shop) -> None:
    shop.sell(Period(NOVEMBER.start, dt.date(2026, 11, 3)), "100.00")
    shop.sell(Period(dt.date(2026, 11, 5), dt.date(2026, 11, 8)), "100.00")
    assert value(shop.plan(NOVEMBER), "US|ordered_sales|2026-11", "actual") == 300


# --- the rest -----------------------------------------------------------------------------


def test_another_period_than_a_month_is_refused(us: Shop) -> None:
    with pytest.raises(UsageError) as error:
        us.plan(Period(dt.date(2026, 10, 5), dt.date(2026, 10, 11)))
    assert "about a month" in str(error.value) and "--period 2026-11" in str(error.value)


def test_cards_and_charts_read_the_months(profit: Shop) -> None:
    profit.table(OVERHEAD, "2026-10,US,USD,540,office")
    plan = profit.plan()
    cards: dict[str, Any] = {r.key: cell(plan, r.key, "value", "sc_cards:US").value
                             for r in plan.block("sc_cards:US").rows}
    assert len(cards) == 8
    assert cards["ordered_sales"] == 3100 and cards["net_margin"] == pytest.approx(0.3)
    assert value(plan, "net_margin", "status", "sc_cards:US") == "● good"
    assert len(plan.block("sc_sales_chart:US").rows) == 13


def test_a_card_is_held_against_the_month_s_own_target_as_its_row_is(us: Shop) -> None:
    plan = us.plan(US_acos=0.2, US_ordered_sales=3000)
    for name, target, expected in (("acos", 0.2, "▲ watch"), ("ordered_sales", 3000, "● good")):
        assert value(plan, name, "target", "sc_cards:US") == target
        assert value(plan, name, "status", "sc_cards:US") == expected
        assert value(plan, f"US|{name}|2026-10", "status:actual") == expected
    assert "status" not in row(us.plan(), "contribution", "sc_cards:US").cells
    assert differences(plan) == []
