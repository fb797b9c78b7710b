"""The daily check from report rows and typed values to each status: at, above, below each bound."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.templates.daily import CAMPAIGN, DAY, Shop, days_before, row_of, value, word_of
from tests.workbook.evaluate import differences
from workbook.plan import Plan
from workbook.rules import rulebook
from workbook.standard import rule_key

AT = f"US|{{}}|{DAY}"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def checked(plan: Plan) -> Plan:
    """The plan, each of whose formulas computes to the value beside it."""
    assert differences(plan) == []
    return plan


# --- account ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "typed", "state"), [
    ("ahr", 991, "good"), ("ahr", 990, "watch"), ("ahr", 201, "watch"), ("ahr", 200, "bad"),
    ("ahr", 199, "bad"),
    ("response_rate_24h", 0.901, "good"), ("response_rate_24h", 0.9, "good"),
    ("response_rate_24h", 0.899, "bad"),
    ("ipi", 501, "good"), ("ipi", 500, "good"), ("ipi", 499, "watch"), ("ipi", 400, "watch"),
    ("ipi", 399, "bad"),
    ("odr", 0.0099, "good"), ("odr", 0.01, "bad"), ("odr", 0.0101, "bad"),
    ("negative_feedback_rate", 0.0049, "good"), ("negative_feedback_rate", 0.005, "bad"),
    ("negative_review_rate", 0.0049, "good"), ("negative_review_rate", 0.005, "bad"),
    ("ad_hours", 2.7, "good"), ("ad_hours", 2.6, "bad"), ("ad_hours", 2.8, "good"),
])
def test_a_typed_account_value_against_its_rule(
    shop: Shop, name: str, typed: float, state: str
) -> None:
    shop.stock({"A": 10})
    key = AT.format(name)
    plan = checked(shop.plan({("account", key, "value"): typed}))
    assert value(row_of(plan, "account", key), "now") == typed
    assert word_of(plan, "account", key, "status:now") == state
    exceptions = [r.key for r in plan.block("daily_exceptions").rows]
    assert (f"US|account|US|{name}" in exceptions) == (state != "good")


@pytest.mark.parametrize(("name", "read", "state"), [
    ("late_shipment_rate", "3.9%", "good"), ("late_shipment_rate", "4%", "bad"),
    ("cancellation_rate", "2.4%", "good"), ("cancellation_rate", "2.5%", "bad"),
    ("valid_tracking_rate", "95.1%", "good"), ("valid_tracking_rate", "95%", "bad"),
    ("otdr", "90%", "good"), ("otdr", "89.9%", "bad"),
])
def test_merchant_fulfilled_measures_show_only_when_somebody_gave_them(
    shop: Shop, name: str, read: str, state: str
) -> None:
    shop.stock({"A": 10})
    assert AT.format(name) not in {r.key for r in shop.plan().block("account").rows}
    shop.imports("values.csv", ["name,marketplace,day,value", f"{name},US,{DAY},{read}"])
    plan = checked(shop.plan())
    assert word_of(plan, "account", AT.format(name), "status:now") == state


def test_a_store_without_fba_stock_shows_what_amazon_measures_of_it(shop: Shop) -> None:
    shop.campaigns({"One": (3, 10)})
    assert AT.format("otdr") in {r.key for r in shop.plan().block("account").rows}


@pytest.mark.parametrize(("days", "state"), [(6, "good"), (7, "good"), (8, "watch")])
def test_an_old_reading_counts_and_is_watched_after_a_week(
    shop: Shop, days: int, state: str
) -> None:
    shop.stock({"A": 10})
    read = DAY - dt.timedelta(days=days)
    shop.imports("values.csv", ["name,marketplace,day,value", f"ipi,US,{read},612"])
    plan = checked(shop.plan())
    row = row_of(plan, "account", AT.format("ipi"))
    assert (value(row, "value"), value(row, "now"), value(row, "age")) == (None, 612, days)
    assert value(row, "last_day") == read and value(row, "said") == "values.csv"
    assert word_of(plan, "account", row.key, "status:now") == state


@pytest.mark.parametrize(("now", "state"), [(1000, "good"), (999, "watch"), (1001, "good")])
def test_any_drop_of_the_account_health_rating_is_flagged(
    shop: Shop, now: int, state: str
) -> None:
    shop.stock({"A": 10})
    before = DAY - dt.timedelta(days=1)
    shop.imports("values.csv", ["name,marketplace,day,value", f"ahr,US,{before},1000"])
    key = AT.format("ahr")
    plan = checked(shop.plan({("account", key, "value"): now}))
    row = row_of(plan, "account", key)
    assert value(row, "change") == now - 1000 and value(row, "last") == 1000
    assert word_of(plan, "account", key, "status:now") == state


def test_a_word_is_no_reading(shop: Shop) -> None:
    shop.stock({"A": 10})
    plan = checked(shop.plan({("account", AT.format("ipi"), "value"): "later"}))
    row = row_of(plan, "account", AT.format("ipi"))
    assert value(row, "now") is None and value(row, "status:now") == "–"


def test_what_two_sources_say_of_a_day_is_both_shown(shop: Shop) -> None:
    shop.stock({"A": 10})
    shop.imports("values.csv", ["name,marketplace,day,value", f"ipi,US,{DAY},612"])
    shop.imports("others.csv", ["name,marketplace,day,value", f"ipi,US,{DAY},598"])
    row = row_of(checked(shop.plan()), "account", AT.format("ipi"))
    assert value(row, "now") == 598 and value(row, "said") == "others.csv"
    assert value(row, "disputed") == f"612 · values.csv · {DAY}"


def test_the_first_day_is_that_of_the_unbroken_run_of_readings(shop: Shop) -> None:
    shop.stock({"A": 10})
    shop.imports("values.csv", ["name,marketplace,day,value", *(
        f"ipi,US,{day},{read}" for day, read in zip(
            days_before(5), (450, 600, 499, 480, 450), strict=True))])
    found = row_of(shop.plan(), "daily_exceptions", "US|account|US|ipi")
    assert value(found, "since") == DAY - dt.timedelta(days=2) and value(found, "days_open") == 3


# --- stock ------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "what"), [
    (0, "bad"), (29, "bad"), (30, "watch"), (31, "watch"), (43, "watch"), (44, "good"),
    (45, "good"), (90, "good"), (91, "watch"),
])
def test_cover_against_lead_time_safety_and_excess(shop: Shop, units: int, what: str) -> None:
    """A unit a day, 30 days of lead time, 14 of safety, excess above 90."""
    shop.sold({"A": 28})
    shop.stock({"A": units})
    shop.products({"A": 30})
    plan = checked(shop.plan())
    row = row_of(plan, "stock_alarms", "US|A")
    assert value(row, "days_of_cover") == units
    assert word_of(plan, "stock_alarms", "US|A", "status:days_of_cover") == what
    gone = min(7, max(0, 30 - units))
    assert (value(row, "at_stake") or 0) == gone * 10
    assert value(row, "runs_out") == DAY + dt.timedelta(days=units)
    keys = [r.key for r in plan.block("daily_exceptions").rows]
    assert ("US|days_of_cover|US|A" in keys) == (units < 44)


@pytest.mark.parametrize(("units", "state"), [(27, "bad"), (28, "good"), (29, "good")])
def test_the_low_inventory_fee_needs_both_supplies_below_28_days(
    shop: Shop, units: int, state: str
) -> None:
    shop.sold({"A": 30, "B": 30}, days=30)
    shop.sold({"A": 60, "B": 600}, until=DAY - dt.timedelta(days=30), days=60)
    shop.stock({"A": units, "B": units})
    plan = checked(shop.plan())
    assert value(row_of(plan, "stock_alarms", "US|A"), "supply") == units
    assert word_of(plan, "stock_alarms", "US|A", "status:supply") == state
    # B sold faster before: its 90-day supply is short, its 30-day supply as long as A's.
    assert word_of(plan, "stock_alarms", "US|B", "status:supply") == state


def test_the_pace_ends_with_the_newest_days_that_are_there(shop: Shop) -> None:
    """Weekly reports end on a Sunday; on Tuesday their pace is two days old, and not blank."""
    shop.sold({"A": 28})
    shop.stock({"A": 10}, DAY + dt.timedelta(days=2))
    row = row_of(shop.plan(day=DAY + dt.timedelta(days=2)), "stock_alarms", "US|A")
    assert value(row, "days_of_cover") == 10 and value(row, "pace_until") == DAY
    assert value(row, "lead_time") is None and value(row, "status:days_of_cover") == "–"


def test_stock_alarms_say_since_when_without_a_break(shop: Shop) -> None:
    shop.products({"A": 30})
    for day in days_before(5):
        shop.sold({"A": 28}, until=day)
    for day, units in zip(days_before(5), (10, 60, 20, 20, 20), strict=True):
        shop.stock({"A": units}, day)
    found = row_of(shop.plan(), "daily_exceptions", "US|days_of_cover|US|A")
    assert value(found, "since") == DAY - dt.timedelta(days=2)


# --- ads --------------------------------------------------------------------------------


@pytest.mark.parametrize(("spend", "state"), [
    (25.49, "watch"), (25.50, "good"), (30.00, "good"), (34.50, "good"), (34.51, "bad"),
])
def test_acos_of_seven_days_against_the_category(shop: Shop, spend: float, state: str) -> None:
    """The mean is 30 %: 25.5 % and 34.5 % are the ends of ±15 %."""
    shop.campaigns({"One": (spend, 100)})
    shop.imports("means.csv", ["category,marketplace,kpi,valid_from,value",
                               "*,US,acos,2026-01-01,30%"])
    plan = checked(shop.plan())
    row = row_of(plan, "ads_check", "US|One|SP")
    assert value(row, "acos_7") == pytest.approx(spend / 100)
    assert word_of(plan, "ads_check", row.key, "status:acos_7") == state
    over = 7 * (spend - 30) if state == "bad" else None
    at_stake = value(row, "at_stake")
    assert (at_stake and float(at_stake)) == (over and pytest.approx(over, abs=0.01))


@pytest.mark.parametrize(("spend", "state"), [
    (26.9, "watch"), (27, "good"), (33, "good"), (33.1, "bad"),
])
def test_points_count_where_the_rules_sheet_gives_them(
    shop: Shop, spend: float, state: str
) -> None:
    shop.campaigns({"One": (spend, 100)})
    shop.imports("means.csv", ["category,marketplace,kpi,valid_from,value",
                               "*,US,acos,2026-01-01,30%"])
    rule = next(rule_key(r) for r in rulebook() if r.id == "acos_benchmark_points")
    plan = checked(shop.plan({("rules", rule, "your_target"): 0.03,
                              ("rules", rule, "your_alarm"): 0.03}))
    assert word_of(plan, "ads_check", "US|One|SP", "status:acos_7") == state


def test_without_a_mean_the_rules_target_stands_and_no_sales_is_an_alarm(shop: Shop) -> None:
    shop.campaigns({"One": (33.33, 100), "Two": (5, 0), "Idle": (0, 0)})
    plan = checked(shop.plan())
    row = row_of(plan, "ads_check", "US|One|SP")
    assert value(row, "benchmark") == 0.3333 and value(row, "benchmark_of") == "rule"
    assert word_of(plan, "ads_check", row.key, "status:acos_7") == "good"
    assert word_of(plan, "ads_check", "US|Two|SP", "status:acos_7") == "bad"
    assert value(row_of(plan, "ads_check", "US|Two|SP"), "acos_7") is None
    assert "US|Idle|SP" not in {r.key for r in plan.block("ads_check").rows}
    assert value(row, "data") == "settling until 2026-11-29"
    assert value(row, "break_even") is None


def test_a_day_without_its_report_is_blank_and_names_it(shop: Shop) -> None:
    shop.campaigns({"One": (40, 100)})
    plan = checked(shop.plan(day=DAY + dt.timedelta(days=1)))
    row = row_of(plan, "ads_check", "US|One|SP")
    assert [value(row, n) for n in ("spend", "sales", "acos", "spend_7", "acos_7")] == [None] * 5
    assert value(row, "status:acos_7") == "–" and "missing" in value(row, "data")
    gap = row_of(plan, "report_gaps", "US|sp_campaign")
    assert str(value(gap, "missing")).startswith("2026-11-16")
    assert value(gap, "last") == DAY and "Ad spend" in value(gap, "blocks")
    assert "Create report" in value(gap, "how")


@pytest.mark.parametrize(("spend", "state"), [
    (47.49, "good"), (47.50, "watch"), (49.99, "watch"), (50, "bad"), (50.01, "bad"),
])
def test_a_budget_ran_out_where_the_spend_reached_it(
    shop: Shop, spend: float, state: str
) -> None:
    shop.campaigns({"One": (spend, 500)}, days=7)
    plan = checked(shop.plan())
    row = row_of(plan, "budgets", "US|One|SP")
    assert value(row, "used") == pytest.approx(spend / 50)
    assert word_of(plan, "budgets", row.key, "status:used") == state
    assert value(row, "days_out") == (7 if state == "bad" else 0)
    advice = "ACoS on target: try a higher budget"
    assert value(row, "advice") == (advice if state == "bad" else None)


def test_the_days_on_which_a_budget_ran_out_are_named(shop: Shop) -> None:
    spent = dict(zip(days_before(7), (50, 10, 10, 50, 10, 50, 60), strict=True))
    shop.imports("campaigns.csv", [CAMPAIGN, *(
        f'"{day:%b %d, %Y}",One,ENABLED,USD,$50.00,Manual targeting,1000,50,${spend},1,$20.00'
        for day, spend in spent.items())])
    plan = checked(shop.plan())
    row = row_of(plan, "budgets", "US|One|SP")
    assert value(row, "which") == "11-09, 11-12, 11-14, 11-15" and value(row, "days_out") == 4
    assert value(row, "since") == dt.date(2026, 11, 14)
    assert value(row, "advice") == "ACoS above target: bids and search terms first"


# --- keywords ---------------------------------------------------------------------------


def ranks(shop: Shop, now: str, before: str) -> None:
    week_ago = DAY - dt.timedelta(days=7)
    shop.imports("ranks.csv", [
        "ASIN,Marketplace,Keyword,Search Volume,Organic Rank,Sponsored Position,Date Added",
        *(f'B0EX000001,amazon.com,bin,8400,{rank},-,"{day:%b %d, %Y} 11:05:09 PM"'
          for day, rank in ((week_ago, before), (DAY, now)))])


@pytest.mark.parametrize(("now", "before", "target", "state"), [
    ("9", "10", None, "good"), ("10", "10", None, "good"), ("11", "10", None, "watch"),
    ("15", "10", None, "watch"), ("16", "10", None, "bad"),
    ("10", "10", 10, "good"), ("10", "10", 11, "good"), ("10", "10", 9, "watch"),
    (">306", "10", None, "bad"), (">306", ">306", None, "–"), (">306", "-", 5, "bad"),
    ("10", ">306", None, "–"),
])
def test_keyword_ranks_against_seven_days_ago_and_a_typed_target(
    shop: Shop, now: str, before: str, target: int | None, state: str
) -> None:
    ranks(shop, now, before)
    key = "US|B0EX000001|bin"
    typed = {} if target is None else {("keyword_moves", key, "target_rank"): target}
    plan = checked(shop.plan(typed))
    row = row_of(plan, "keyword_moves", key)
    assert word_of(plan, "keyword_moves", key, "status:keyword_rank") == state
    censored = not now.isdigit()
    assert value(row, "keyword_rank") == (None if censored else int(now))
    assert value(row, "standing") == ("not in the top ranks" if censored else None)


# --- missing reports and tasks ----------------------------------------------------------


def test_kinds_that_were_never_imported_are_no_gap(shop: Shop) -> None:
    shop.campaigns({"One": (3, 10)})
    plan = checked(shop.plan())
    rows = {r.key: r for r in plan.block("report_gaps").rows}
    assert "US|sp_campaign" not in rows and "US|keepa_export" not in rows
    for key in ("US|keyword_tracker", "US|business_report_by_date"):
        assert value(rows[key], "missing") == "never imported, optional"
        assert value(rows[key], "severity") == "–"
    assert not [r for r in plan.block("daily_exceptions").rows if "report_gap" in r.key]


def test_holes_between_reports_are_named_to_the_day(shop: Shop) -> None:
    shop.imports("campaigns.csv", [CAMPAIGN, *(
        f'"{day:%b %d, %Y}",One,ENABLED,USD,$50.00,Manual targeting,1000,50,$5.00,1,$20.00'
        for day in days_before(10)[:4])])
    gap = row_of(shop.plan(), "report_gaps", "US|sp_campaign")
    assert value(gap, "missing") == "2026-11-10..2026-11-15"
    assert value(gap, "severity") == "■ bad" and value(gap, "since") == dt.date(2026, 11, 10)
    key = "US|report_gap|US|sp_campaign"
    assert value(row_of(shop.plan(), "daily_exceptions", key), "severity") == "■ bad"


def test_tasks_of_the_day_stay_with_their_day(shop: Shop) -> None:
    shop.stock({"A": 1})
    yesterday = ("daily_tasks", "buyer_messages|2026-11-14", "done")
    plan = shop.plan({yesterday: "yes"}, lang="zh")
    rows = plan.block("daily_tasks").rows
    assert [r.key for r in rows][-1] == yesterday[1] and value(rows[-1], "done") == "是"
    assert all(r.key.endswith(str(DAY)) for r in rows[:-1]) and len(rows) > 4
