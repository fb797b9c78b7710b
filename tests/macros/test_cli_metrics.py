"""`opsheet metrics`: against the example store's own arithmetic, and its rows and order."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from click.testing import Result

from macros import answers, jobs
from workbook.model import Period, parse_period

Run = Callable[..., Result]
W46 = "2026-11-09..2026-11-15"
STORE_WEEK = ["ordered_sales", "units_ordered", "order_items", "sessions", "page_views",
              "unit_session_percentage", "impressions", "clicks", "ad_spend", "ad_sales",
              "ad_orders", "ctr", "cpc", "ad_cvr", "acos", "roas", "tacos"]
BY_DATE = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views,Sessions\n"


def groups(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Marketplace -> rows of a `--json` document."""
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout, parse_float=Decimal)
    assert set(data) == {"period", "groups"}
    assert all(set(group) == {"currency", "marketplace", "rows"} for group in data["groups"])
    return {group["marketplace"]: group["rows"] for group in data["groups"]}


def same(ours: Any, truth: Any) -> bool:
    """Money and counts to the last digit, ratios to twelve."""
    if isinstance(truth, float):
        return ours is not None and abs(float(ours) - truth) < 1e-12 * max(1, abs(truth))
    return bool(ours == (Decimal(truth) if isinstance(truth, str) else truth))


def test_every_week_equals_the_truth_behind_the_example_store(
    example: Any, on_example: Run
) -> None:
    weeks = example.kpis["weeks"]
    found = groups(on_example("metrics", *STORE_WEEK, "--by", "week", "--json", "--period",
                              f"{example.kpis['start']}..{example.kpis['end']}"))
    for code, market in example.kpis["marketplaces"].items():
        assert [row["week"] for row in found[code]] == weeks
        wrong = [(row["week"], name, row[name], market["weeks"][row["week"]][name])
                 for row in found[code] for name in STORE_WEEK
                 if not same(row[name], market["weeks"][row["week"]][name])]
        assert not wrong


@pytest.mark.parametrize(
    ("by", "table", "names"),
    [
        ("asin", "asin_weeks", ["ordered_sales", "units_ordered", "sessions", "page_views"]),
        ("campaign", "campaign_weeks", ["impressions", "clicks", "ad_spend", "ad_sales",
                                        "ad_orders", "acos", "roas"]),
    ],
)
def test_every_row_of_a_week_equals_the_truth(
    example: Any, on_example: Run, by: str, table: str, names: list[str]
) -> None:
    found = groups(on_example("metrics", *names, "--by", by, "--period", "2026-W46", "--json"))
    for code, market in example.kpis["marketplaces"].items():
        truth = market[table]["2026-W46"]
        ours = {row[by]: row for row in found[code]}
        assert set(truth) <= set(ours)
        wrong = [(key, name, ours[key][name], truth[key][name])
                 for key in truth for name in names if not same(ours[key][name], truth[key][name])]
        assert not wrong


def test_the_default_is_the_last_week_that_is_over(on_example: Run) -> None:
    data = json.loads(on_example("metrics", "--json").stdout)
    assert data["period"] == W46
    assert [(g["marketplace"], g["currency"]) for g in data["groups"]] == [
        ("DE", "EUR"), ("US", "USD")]
    (row,) = data["groups"][1]["rows"]
    assert set(row) == set(answers.DEFAULT) and row["ordered_sales"] == 7804.0
    assert isinstance(row["units_ordered"], int)


def test_a_week_is_over_only_when_it_is_over_in_california(example: Any) -> None:
    def week(day: int, hour: int, *markets: str) -> str:
        now = dt.datetime(2026, 11, day, hour)
        return jobs.last_closed_week(jobs.Context(example.context.settings, now), markets).label()

    monday_morning_in_beijing = (16, 0)
    assert week(*monday_morning_in_beijing, "US") == "2026-W45"
    assert week(*monday_morning_in_beijing, "DE") == "2026-W46"
    assert week(*monday_morning_in_beijing, "DE", "US") == "2026-W45"
    assert week(16, 8, "US") == "2026-W46"


def test_ads_dimensions_have_ads_metrics_by_default(on_example: Run) -> None:
    rows = groups(on_example("metrics", "--by", "campaign", "--json"))["US"]
    assert set(rows[0]) == {"campaign", *answers.DEFAULT_ADS}


def test_rows_come_with_the_largest_amount_first(on_example: Run) -> None:
    rows = groups(on_example("metrics", "units_ordered", "ordered_sales", "--by", "sku", "--json",
                             "--marketplace", "US"))
    sales = [row["ordered_sales"] for row in rows["US"]]
    assert list(rows) == ["US"] and len(sales) == 40 and sales == sorted(sales, reverse=True)


def test_time_and_a_dimension_together(on_example: Run) -> None:
    period = "2026-11-02..2026-11-15"
    first = groups(on_example("metrics", "ordered_sales", "--by", "week,sku", "--period", period,
                              "--json"))["DE"]
    assert [row["week"] for row in first] == ["2026-W45"] * 24 + ["2026-W46"] * 24
    assert list(first[0]) == ["week", "sku", "ordered_sales"]
    second = groups(on_example("metrics", "ordered_sales", "--by", "sku", "--by", "week",
                               "--period", period, "--json"))["DE"]
    assert [row["week"] for row in second[:4]] == ["2026-W45", "2026-W46"] * 2
    assert second[0]["sku"] == second[1]["sku"] and list(second[0])[:2] == ["sku", "week"]
    total = sum(row["ordered_sales"] for row in first)
    (whole,) = groups(on_example("metrics", "ordered_sales", "--period", period, "--json"))["DE"]
    assert total == whole["ordered_sales"] == sum(row["ordered_sales"] for row in second)


def test_a_dimension_of_the_product_master(on_example: Run) -> None:
    by_owner = groups(on_example("metrics", "ordered_sales", "--by", "owner", "--json"))["US"]
    assert len(by_owner) > 1 and all(row["owner"] for row in by_owner)
    assert sum(row["ordered_sales"] for row in by_owner) == Decimal("7804")


def test_what_no_report_covers_is_null_and_not_zero(on_example: Run) -> None:
    found = groups(on_example("metrics", "ordered_sales", "units_ordered", "acos", "--period",
                              "2025-W01", "--json"))
    blank = {"ordered_sales": None, "units_ordered": None, "acos": None}
    assert found == {"DE": [blank], "US": [blank]}
    assert groups(on_example("metrics", "ordered_sales", "--marketplace", "FR", "--json")) == {
        "FR": [{"ordered_sales": None}]}


def test_footnotes_say_what_is_settling_and_what_is_missing(on_example: Run) -> None:
    shown = on_example("metrics", "ad_spend", "acos", "contribution",
                       "--period", "2026-W46", "--marketplace", "US").stdout
    assert "Northwind Home · US · USD · 2026-W46 (2026-11-09..2026-11-15)" in shown
    assert "settling until 2026-11-29" in shown and "893.42" in shown and "42.7 %" in shown
    assert "missing: " in shown


def test_no_rows_come_with_their_reason(on_example: Run) -> None:
    shown = on_example("metrics", "ad_spend", "--by", "campaign", "--period", "2025-W01").stdout
    assert "no rows" in shown and "US: Sponsored Products" in shown and "opsheet status" in shown


def test_a_column_of_numbers_stays_aligned_with_marks(on_example: Run) -> None:
    lines = on_example("metrics", "ad_spend", "tacos", "--by", "week", "--marketplace", "US",
                       "--period", "2026-11-09..2026-11-22").stdout.splitlines()
    head, known, blank = [line for line in lines if line.startswith(("week", "2026-W4"))][:3]
    assert "893.42 [1]" in known and "893" not in blank and "[2]" in blank
    assert known.index("[1]") == blank.index("[2]") and head.index("Ad spend") < known.index("[1]")


def test_labels_follow_the_language(on_example: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSHEET_LANG", "zh")
    assert "广告花费" in on_example("metrics", "ad_spend").stdout


def test_several_stores_must_be_told_apart(opsheet: Run, tmp_path: Any) -> None:
    days = "11/09/26,$10.00,1,1,1,1\n11/10/26,$20.00,2,2,2,2\n"
    (tmp_path / "r.csv").write_text(BY_DATE + days, "utf-8")
    for store in ("North", "South"):
        opsheet("import", "r.csv", "--store", store, "--marketplace", "US")
    unclear = opsheet("metrics", "ordered_sales", "--json")
    assert unclear.exit_code == 2 and "North, South" in unclear.stderr
    assert "--store" in unclear.stderr and len(unclear.stderr.splitlines()) <= 3
    typo = opsheet("metrics", "ordered_sales", "--store", "Nort")
    assert typo.exit_code == 2 and "Did you mean North" in typo.stderr
    told = opsheet("metrics", "ordered_sales", "--store", "North", "--by", "day", "--period",
                   "2026-11-09..2026-11-11", "--json")
    assert groups(told) == {"US": [
        {"day": "2026-11-09", "ordered_sales": 10}, {"day": "2026-11-10", "ordered_sales": 20},
        {"day": "2026-11-11", "ordered_sales": None}]}


# --- buckets and frames -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "first", "names"),
    [
        ("", 0, ["2026-10-30..2026-11-03"]),
        ("day", 0, ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"]),
        ("week", 0, ["2026-W44", "2026-W45"]),  # Monday the 2nd begins W45
        ("week", 6, ["2026-W44", "2026-W45"]),  # Sunday the 1st begins W45
        ("month", 0, ["2026-10", "2026-11"]),
    ],
)
def test_buckets_fill_the_period_exactly(time: str, first: int, names: list[str]) -> None:
    period = parse_period("2026-10-30..2026-11-03")
    found = answers.buckets(period, time, first)
    assert [day for bucket in found for day in bucket.all_days()] == period.all_days()
    if time:
        assert [answers.bucket_name(bucket, time, first) for bucket in found] == names


def test_a_week_that_starts_on_sunday_keeps_the_name_that_reads_it() -> None:
    for text in ("2026-W46", "2026-W01", "2020-W53"):
        week = parse_period(text, week_first=6)
        assert answers.bucket_name(week, "week", 6) == text
        assert answers.buckets(week, "week", 6) == (week,)
    assert answers.bucket_name(Period(dt.date(2027, 1, 1), dt.date(2027, 1, 3)), "week", 0) == (
        "2026-W53")


def test_weeks_cut_off_by_the_period_are_named(on_example: Run) -> None:
    shown = on_example("metrics", "ordered_sales", "--by", "week", "--period",
                       "2026-11-05..2026-11-15").stdout
    assert "2026-W45: only 2026-11-05..2026-11-08, 4 of 7 days" in shown


def test_a_frame_has_numbers_blanks_and_days(example: Any) -> None:
    data = jobs.metrics_frame(example.context, ["ordered_sales", "units_ordered", "acos"],
                              period="2026-11-14..2026-11-16", by=["day"])
    assert list(data.columns) == ["marketplace", "currency", "day", "ordered_sales",
                                  "units_ordered", "acos"]
    assert str(data.dtypes["units_ordered"]) == "Int64" and str(data.dtypes["acos"]) == "float64"
    assert data["day"].max() == dt.datetime(2026, 11, 16) and len(data) == 6
    assert data[data["day"] == "2026-11-16"]["ordered_sales"].isna().all()
