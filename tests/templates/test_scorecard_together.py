"""All marketplaces together: converted with dated rates, never split, never added by mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from macros.fill import Request, plan_for
from macros.jobs import Context
from tests.templates.scorecard import OCTOBER, Shop, row, value
from tests.templates.scorecard_fixtures import profit as profit
from tests.templates.scorecard_fixtures import shop as shop
from tests.templates.scorecard_fixtures import us as us
from tests.workbook.evaluate import differences
from workbook.plan import State

RATES = ("day,from_currency,to_currency,rate", "2026-10-01,EUR,USD,1.25")
OVERHEAD = "month,marketplace,currency,amount,item"


@pytest.fixture
def both(us: Shop) -> Shop:
    """The same in Germany, in euro: 1,240 of sales; 62 of spend for 124 of ad sales."""
    us.sell(OCTOBER, "40.00", market="DE", sign="€", units=3, sessions=10)
    us.advertise(OCTOBER, "2.00", "4.00", market="DE", currency="EUR")
    return us


def test_all_marketplaces_are_converted_at_the_rate_of_the_month_s_last_day(both: Shop) -> None:
    both.table(*RATES, "2026-11-01,EUR,USD,9", "2026-09-01,EUR,USD,5")
    plan = both.plan()
    assert value(plan, "*|ordered_sales|2026-10", "actual") == 3100 + 1240 * 1.25
    assert value(plan, "*|ordered_sales|2026-10", "about") == "EUR → USD 1.25 of 2026-10-01"
    acos = (310 + 62 * 1.25) / (1240 + 124 * 1.25)
    assert value(plan, "*|acos|2026-10", "actual") == pytest.approx(acos)
    conversion = value(plan, "*|unit_session_percentage|2026-10", "actual")
    assert conversion == pytest.approx((31 + 93) / 620)
    assert row(plan, "*|ordered_sales|2026-10").group.currency == "USD"
    keys = [r.key for r in plan.block("sc_kpis").rows]
    assert not any(key.startswith("*|ipi") for key in keys)  # readings are not added up
    assert differences(plan) == []


def test_the_rates_decide_the_one_currency(both: Shop) -> None:
    both.table("day,from_currency,to_currency,rate", "2026-10-01,EUR,CNY,8",
               "2026-10-01,USD,CNY,7")
    plan = both.plan()
    assert value(plan, "*|ordered_sales|2026-10", "actual") == 3100 * 7 + 1240 * 8
    assert row(plan, "*|ordered_sales|2026-10").group.currency == "CNY"


def test_a_missing_rate_leaves_a_blank_that_names_the_pair_and_the_day(both: Shop) -> None:
    both.table("day,from_currency,to_currency,rate", "2026-11-01,EUR,USD,1.25")
    plan = both.plan()
    for kpi in ("ordered_sales", "acos"):
        assert value(plan, f"*|{kpi}|2026-10", "actual") is None
        assert "no rate EUR → USD on 2026-10-31" in value(plan, f"*|{kpi}|2026-10", "about")
    assert value(plan, "*|units_ordered|2026-10", "actual") == 31 + 93  # nothing to convert
    zh = value(both.plan(lang="zh"), "*|ordered_sales|2026-10", "about")
    assert "2026-10-31" in zh and "EUR → USD" in zh and "缺" in zh


def test_what_one_marketplace_lacks_keeps_the_sum_blank(us: Shop) -> None:
    us.sell(OCTOBER, "40.00", market="DE", sign="€")
    us.table(*RATES)
    plan = us.plan()
    assert value(plan, "*|ad_spend|2026-10", "actual") is None
    assert value(plan, "*|ad_spend|2026-10", "about").startswith("DE: ")


def test_a_target_of_all_marketplaces_for_an_amount_is_that_of_their_sum(both: Shop) -> None:
    both.table(*RATES)
    both.table("kpi,marketplace,month,target", "ordered_sales,,2026-10,4000",
               "acos,,2026-10,26%")
    plan = both.plan()
    assert value(plan, "*|ordered_sales|2026-10", "in_force") == 4000
    assert value(plan, "US|ordered_sales|2026-10", "in_force") is None
    assert value(plan, "US|acos|2026-10", "in_force") == pytest.approx(0.26)
    assert value(plan, "DE|acos|2026-10", "status:actual") == "■ bad"


def test_overhead_of_all_marketplaces_is_never_split(both: Shop) -> None:
    both.settle(OCTOBER, "2000.00", 10)
    both.settle(OCTOBER, "400.00", 2, market="Amazon.de", code="DE", currency="EUR")
    both.table("sku,valid_from,currency,unit_cost,freight,duty", "SKU-1,2026-01-01,USD,50,4,1",
               "SKU-1,2026-01-01,EUR,20,0,0")
    both.table(*RATES)
    both.table(OVERHEAD, "2026-10,,USD,100,office", "2026-10,DE,EUR,10,VAT agent")
    plan = both.plan()
    assert value(plan, "*|net_profit|2026-10", "actual") == 1140 - 100 + (298 - 10) * 1.25
    assert value(plan, "DE|net_profit|2026-10", "actual") == 288
    assert value(plan, "US|net_profit|2026-10", "actual") is None
    assert "all marketplaces together only" in value(plan, "US|net_profit|2026-10", "about")


def test_a_store_of_one_marketplace_has_no_rows_of_all_and_takes_what_is_said_of_all(
    profit: Shop,
) -> None:
    profit.table(OVERHEAD, "2026-10,,USD,140,office")
    profit.table("kpi,marketplace,month,target", "ordered_sales,,2026-10,3000")
    plan = profit.plan()
    assert not [r for r in plan.block("sc_kpis").rows if r.key.startswith("*")]
    assert value(plan, "US|net_profit|2026-10", "actual") == 1000
    assert value(plan, "US|ordered_sales|2026-10", "in_force") == 3000


def test_opsheet_toml_can_choose_the_one_currency(both: Shop) -> None:
    both.table("day,from_currency,to_currency,rate", "2026-10-01,EUR,USD,1.25",
               "2026-10-01,USD,EUR,0.8")
    context = Context(replace(both.context.settings, currency="EUR"), both.now)
    plan = plan_for(context, Request("kpi_scorecard", period="2026-10"), State())
    assert value(plan, "*|ordered_sales|2026-10", "actual") == 3100 * 0.8 + 1240
    assert row(plan, "*|ordered_sales|2026-10").group.currency == "EUR"


def test_a_sheet_of_one_marketplace_of_several_does_not_take_what_is_said_of_all(
    both: Shop,
) -> None:
    both.table("kpi,marketplace,month,target", "ordered_sales,,2026-10,4000")
    plan = plan_for(both.context, Request("kpi_scorecard", marketplace="US", period="2026-10"),
                    State())
    assert value(plan, "US|ordered_sales|2026-10", "in_force") is None
