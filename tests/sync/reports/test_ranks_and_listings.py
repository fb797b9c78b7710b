"""Keyword ranks, listings and budgets as answers: the last look counts, a blank stays blank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sync.store.reports import Store, new_store
from workbook.answer import Group
from workbook.model import Period, State

DAY = dt.date(2026, 11, 15)
TODAY = Period(DAY, DAY)
YESTERDAY = Period(DAY - dt.timedelta(days=1), DAY - dt.timedelta(days=1))
BOTH = Period(YESTERDAY.start, DAY)
TERMS = ("asin", "keyword")
TRACKED = (
    "ASIN,Marketplace,Keyword,Search Volume,Organic Rank,Sponsored Position,Date Added\n"
    "B0EX000001,US,bin,1200,12,3,2026-11-14 06:00:00\n"
    "B0EX000001,US,bin,1200,30,-,2026-11-14 22:00:00\n"
    "B0EX000001,US,bin,1300,17,4,2026-11-15 06:00:00\n"
    "B0EX000001,US,box,800,>306,-,2026-11-15 06:00:00\n"
    "B0EX000003,US,bin,1300,-,-,2026-11-15 06:00:00\n"
)
KEEPA = ("ASIN,Locale,Buy Box: Current,Sales Rank: Current,Reviews: Rating,"
         "Reviews: Rating Count\nB0EX000001,{},{},2740,4.7,431\nB0EX000003,{},,,,\n")
CAMPAIGNS = (
    "Date,Currency,Campaign Name,Budget,Targeting Type,Impressions,Clicks,Spend,"
    "7 Day Total Sales \n"
    "2026-11-14,USD,Exact,$20.00,Manual,100,10,$20.00,$50.00\n"
    "2026-11-15,USD,Exact,$25.00,Manual,100,5,$10.00,$0.00\n"
    "2026-11-15,USD,Auto,$8.00,Automatic,100,0,$0.00,$0.00\n"
)


@pytest.fixture
def store() -> Iterator[Store]:
    with new_store() as made:
        yield made


def test_the_last_look_of_the_day_counts(store: Store) -> None:
    store.put(TRACKED)
    term = ("B0EX000001", "bin")
    assert store.value("keyword_rank", YESTERDAY, *term, by=TERMS) == 30
    assert store.value("sponsored_rank", YESTERDAY, *term, by=TERMS) is None
    assert store.value("keyword_rank", BOTH, *term, by=TERMS) == 17
    assert store.value("search_volume", TODAY, *term, by=TERMS) == 1300


def test_a_rank_beyond_the_search_and_none_at_all_are_blank_but_told_apart(store: Store) -> None:
    store.put(TRACKED)
    for term in (("B0EX000001", "box"), ("B0EX000003", "bin")):
        assert store.value("keyword_rank", TODAY, *term, by=TERMS) is None
    with store.context.database.session() as con:
        states = con.execute("SELECT rank_state, beyond FROM s.keyword_tracker "
                             "WHERE period_start = ? ORDER BY line", [DAY]).fetchall()
    assert states == [("ranked", None), ("beyond", 306), ("none", None)]


def test_ranks_of_several_keywords_are_never_added(store: Store) -> None:
    store.put(TRACKED)
    cell = store.cell("keyword_rank", TODAY, "B0EX000001", by=("asin",))
    assert cell.value is None and cell.state is State.NO_DATA


@pytest.mark.parametrize("locale, price, group", [
    ("com", "19.20", Group("US", "USD")), ("co.uk", "£ 15.16", Group("UK", "GBP")),
    ("de", "€ 15.16", Group("DE", "EUR")), ("co.jp", "1980", Group("JP", "JPY")),
])
def test_a_listing_is_of_its_locale_and_of_the_day_in_the_name(
    store: Store, locale: str, price: str, group: Group
) -> None:
    text = KEEPA.format(locale, price, locale)
    store.put(text, "KeepaExport-2026-11-15-ProductViewer.csv", market="")
    item = ("B0EX000001",)
    assert store.value("listing_price", TODAY, *item, by=("asin",), group=group) == Decimal(
        price.split()[-1])
    values = [store.value(m, TODAY, *item, by=("asin",), group=group)
              for m in ("sales_rank", "rating", "rating_count")]
    assert values == [2740, 4.7, 431]
    assert store.value("sales_rank", TODAY, "B0EX000003", by=("asin",), group=group) is None
    assert store.value("sales_rank", YESTERDAY, *item, by=("asin",), group=group) is None


def test_an_export_without_a_day_asks_for_it(store: Store) -> None:
    with pytest.raises(AssertionError, match="--period") as caught:
        store.put(KEEPA.format("com", "1", "com"), "keepa.csv", market="")
    assert "does not say its day" in str(caught.value)
    store.put(KEEPA.format("com", "1", "com"), "keepa.csv", market="", period=TODAY)
    assert store.value("rating", TODAY, "B0EX000001", by=("asin",)) == 4.7


def test_the_budget_of_a_campaign_by_day(store: Store) -> None:
    store.put(CAMPAIGNS)
    by = ("campaign",)
    budgets = [store.value("budget", day, "Exact", by=by) for day in (YESTERDAY, TODAY, BOTH)]
    assert budgets == [20, 25, 45]
    used = [store.value("budget_used", day, "Exact", by=by) for day in (YESTERDAY, TODAY, BOTH)]
    assert used == pytest.approx([1.0, 0.4, 30 / 45])
    assert store.value("budget", TODAY, "Auto", by=by) == 8


def test_the_budget_of_a_store_is_not_the_sum_of_what_was_shown(store: Store) -> None:
    store.put(CAMPAIGNS)
    assert store.cell("budget", TODAY).state is State.NO_DATA


def test_a_summary_prints_a_daily_budget_but_the_spend_of_all_its_days(store: Store) -> None:
    store.put("Start Date,End Date,Currency,Campaign Name,Budget,Targeting Type,Impressions,Clicks,"
              "Spend,7 Day Total Sales \n"
              "2026-11-14,2026-11-15,USD,Exact,20,Manual,100,10,30,50\n")
    assert store.value("budget", BOTH, "Exact", by=("campaign",)) == 40
    assert store.value("budget_used", BOTH, "Exact", by=("campaign",)) == 0.75


def test_a_report_without_budgets_leaves_them_blank(store: Store) -> None:
    text = CAMPAIGNS.replace("Budget,", "Last Year Clicks,")
    store.put(text)
    cell = store.cell("budget_used", TODAY, "Exact", by=("campaign",))
    assert cell.value is None and cell.state is State.NO_DATA
