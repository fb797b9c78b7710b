"""Reports that overlap: one source per fact, scope and day; blanks where days are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sync.store.reports import (
    US,
    Ad,
    Sale,
    Settlement,
    Store,
    by_date,
    campaign_summary,
    campaigns,
    new_store,
    products,
    search_terms,
    settlement_v2,
)
from workbook.answer import Group
from workbook.model import Cell, Period, State

MONDAY = dt.date(2026, 11, 9)
DAY = dt.timedelta(days=1)
WEEK = Period(MONDAY, MONDAY + 6 * DAY)
NEXT = Period(MONDAY + 7 * DAY, MONDAY + 13 * DAY)
FORTNIGHT = Period(WEEK.start, NEXT.end)
SALE = Sale(Decimal("19.99"), 2, 2, 40, 60)
AD = Ad(10, Decimal("3.10"), Decimal("25.00"), 1)


@pytest.fixture
def store() -> Iterator[Store]:
    with new_store() as made:
        yield made


def days(period: Period, sale: Sale = SALE) -> dict[dt.date, Sale]:
    return dict.fromkeys(period.all_days(), sale)


def test_a_finer_grain_arriving_later_changes_no_total(store: Store) -> None:
    week = Sale(7 * SALE.sales, 14, 14, 280, 420)
    store.put(by_date({WEEK.start: week, NEXT.start: SALE}))
    before = {m: store.value(m, WEEK) for m in ("ordered_sales", "units_ordered", "sessions",
                                                "unit_session_percentage")}
    assert before["ordered_sales"] == Decimal("139.93")
    assert store.value("ordered_sales", Period(MONDAY, MONDAY)) is None
    for n, day in enumerate(WEEK.all_days()):
        store.put(by_date({day: SALE}))
        assert {m: store.value(m, WEEK) for m in before} == before, f"after day {n}"
        assert store.value("ordered_sales", Period(day, day)) == SALE.sales
    assert store.value("ordered_sales", FORTNIGHT) == Decimal("159.92")


def test_a_half_covered_week_is_blank_and_says_what_is_missing(store: Store) -> None:
    store.put(by_date(days(Period(MONDAY, MONDAY + 4 * DAY))))
    assert store.cell("ordered_sales", WEEK) == Cell(
        None, State.NO_DATA, "USD",
        note=f"Business Report by date: 2 days from {MONDAY + 5 * DAY} missing")
    assert store.value("ordered_sales", Period(MONDAY, MONDAY + 4 * DAY)) == 5 * SALE.sales


def test_a_day_without_a_row_is_zero_where_the_report_covers_it(store: Store) -> None:
    store.put(campaigns({(MONDAY, "C"): AD, (WEEK.end, "D"): AD}))
    tuesday = Period(MONDAY + DAY, MONDAY + DAY)
    assert store.value("ad_spend", tuesday) == 0
    assert store.value("ad_spend", WEEK, "D", by=("campaign",)) == AD.spend
    assert store.cell("ad_spend", NEXT).state is State.NO_DATA
    assert store.cell("ad_spend", NEXT).value is None
    assert store.value("ordered_sales", WEEK) is None


def test_three_ads_reports_of_one_week_count_once(store: Store) -> None:
    """Campaign, advertised product and search term all hold the same spend."""
    store.put(search_terms({(d, "C", t): AD for d in WEEK.all_days() for t in ("mat", "rug")}))
    assert store.value("ad_spend", WEEK) == 14 * AD.spend
    store.put(products({(d, "C", a): AD for d in WEEK.all_days() for a in ("B01", "B02")}))
    store.put(campaigns({(d, "C"): AD + AD for d in WEEK.all_days()}))
    assert store.value("ad_spend", WEEK) == 14 * AD.spend
    assert store.value("clicks", WEEK) == 14 * AD.clicks
    for by, key in (("campaign", "C"), ("asin", "B01"), ("search_term", "rug")):
        times = 14 if by == "campaign" else 7
        assert store.value("ad_spend", WEEK, key, by=(by,)) == times * AD.spend
    for day in WEEK.all_days():
        facts = store.facts(["ad_spend"], Period(day, day))
        assert [len(ids) for ids in facts.import_ids.values()] == [1]
        assert store.value("ad_spend", Period(day, day)) == 2 * AD.spend


def test_a_hole_in_the_campaign_report_is_filled_day_by_day(store: Store) -> None:
    other = Ad(8, Decimal("9.00"), Decimal(0), 0)  # shows which report answers
    store.put(search_terms({(d, "C", "mat"): other for d in WEEK.all_days()}))
    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()[:3]}))
    assert store.value("ad_spend", WEEK) == 3 * AD.spend + 4 * other.spend


def test_search_terms_alone_give_impressions_only_in_part(store: Store) -> None:
    store.put(search_terms({(d, "C", "mat"): AD for d in WEEK.all_days()}))
    seen = store.cell("impressions", WEEK)
    assert (seen.value, seen.state) == (1400, State.PARTIAL)
    store.put(campaigns({(d, "C"): AD + AD for d in WEEK.all_days()}))
    assert store.cell("impressions", WEEK).value == 2800
    assert store.cell("impressions", WEEK).state is not State.PARTIAL


def test_a_missing_ad_type_is_partial_unless_the_store_runs_none(store: Store) -> None:
    from sync.store.query import ask
    from workbook.answer import Question
    from workbook.metrics import get_metric

    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()}))
    assert store.cell("ad_spend", WEEK).state is State.OK
    asked = ask(store.context.database, Question((get_metric("ad_spend"),), (WEEK,)), store="S")
    found = asked.cell(get_metric("ad_spend"), US, (), WEEK)
    assert (found.state, found.note) == (State.PARTIAL, "SP only")


def test_overlapping_summaries_never_count_a_day_twice(store: Store) -> None:
    early, late = Period(MONDAY, MONDAY + 8 * DAY), Period(MONDAY + 5 * DAY, NEXT.end)
    store.put(campaign_summary(early, {"C": AD}))
    store.put(campaign_summary(late, {"C": AD}))
    assert store.value("ad_spend", FORTNIGHT) is None
    assert "no slices that fit" in store.cell("ad_spend", FORTNIGHT).note
    assert store.value("ad_spend", early) == store.value("ad_spend", late) == AD.spend


def test_a_summary_and_days_that_overlap_it_count_once(store: Store) -> None:
    store.put(campaign_summary(WEEK, {"C": AD}))
    store.put(campaigns({(d, "C"): AD for d in Period(WEEK.end, NEXT.end).all_days()}))
    assert store.value("ad_spend", FORTNIGHT) == 8 * AD.spend  # the span, then seven days
    assert store.value("ad_spend", WEEK) == AD.spend
    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()}))
    assert store.value("ad_spend", FORTNIGHT) == 14 * AD.spend


def test_a_newer_export_of_some_days_replaces_those_days_only(store: Store) -> None:
    store.put(by_date(days(WEEK)))
    double = Sale(2 * SALE.sales, 5, 5, 50, 70)
    outcome = store.put(by_date(days(Period(MONDAY + 2 * DAY, MONDAY + 3 * DAY), double)))
    assert outcome.status == "replaced"
    assert store.value("ordered_sales", WEEK) == 9 * SALE.sales
    store.undo(outcome)
    assert store.value("ordered_sales", WEEK) == 7 * SALE.sales


def test_currencies_and_marketplaces_are_never_added(store: Store) -> None:
    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()}))
    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()}, "GBP"), market="UK")
    facts = store.facts(["ad_spend"], WEEK)
    assert facts.groups() == [Group("UK", "GBP"), US]
    for group in facts.groups():
        cell = store.cell("ad_spend", WEEK, group=group)
        assert (cell.value, cell.currency) == (7 * AD.spend, group.currency)


def test_a_second_marketplace_with_the_first_ones_report_missing_is_blank(store: Store) -> None:
    store.put(by_date(days(WEEK)))
    store.put(campaigns({(d, "C"): AD for d in WEEK.all_days()}, "GBP"), market="UK")
    assert store.value("ordered_sales", WEEK, group=Group("UK", "GBP")) is None
    assert store.value("ad_spend", WEEK) is None


def test_a_store_that_only_shares_the_file_sees_nothing_of_the_other(store: Store) -> None:
    from macros import jobs
    from macros.settings import Settings

    store.put(by_date(days(WEEK)))
    other = Store(store.folder)
    other.numbers = iter([90])
    settings = Settings(store="other", store_path=store.context.settings.store_path)
    path = store.folder / "other.csv"
    path.write_text(by_date(days(WEEK, Sale(Decimal(1), 1))))
    (outcome,) = jobs.import_paths(jobs.Context(settings, store.context.now), [path],
                                   marketplace="US")
    assert outcome.status == "imported"
    assert store.value("ordered_sales", WEEK) == 7 * SALE.sales


def test_items_of_one_day_answer_by_asin_and_child_sessions_are_never_a_total(store: Store) -> None:
    monday = Period(MONDAY, MONDAY)
    store.put_item(monday, {"B01": SALE, "B02": SALE})
    assert store.value("sessions", monday, "B01", by=("asin",)) == SALE.sessions
    assert store.value("sessions", monday) is None
    assert store.value("ordered_sales", monday) == 2 * SALE.sales
    store.put(by_date({MONDAY: Sale(2 * SALE.sales, 4, 4, 70, 100)}))
    assert store.value("sessions", monday) == 70


def test_two_sheets_of_the_same_days_are_refused(store: Store) -> None:
    """Both would stand under one import and count twice."""
    import openpyxl

    from macros import jobs

    book = openpyxl.Workbook()
    rows = [line.split(",") for line in campaigns({(MONDAY, "C"): AD}).splitlines()]
    for sheet in (book.active, book.create_sheet("copy")):
        for row in rows:
            sheet.append(row)
    path = store.folder / "twice.xlsx"
    book.save(path)
    (outcome,) = jobs.import_paths(store.context, [path], marketplace="US")
    assert outcome.status == "refused"
    assert "count twice" in outcome.message


def test_a_file_with_two_settlements_that_meet_on_a_day_counts_each_line_once(store: Store) -> None:
    store.put(settlement_v2([
        Settlement("111", "2026-11-02 08:00:00", "2026-11-10 08:00:00", "2026-11-10", "10.00"),
        Settlement("112", "2026-11-10 08:00:00", "2026-11-18 08:00:00", "2026-11-10", "5.00"),
    ]), "settlement.txt")
    assert store.value("product_sales", WEEK) == Decimal("15.00")


def tracker(asin: str, ranks: dict[dt.date, int]) -> str:
    """A Helium 10 Keyword Tracker export of one product."""
    lines = [f'"{asin}","US","storage bin","41,200","{rank}","-","{day} 06:10:00"'
             for day, rank in ranks.items()]
    head = ('"ASIN","Marketplace","Keyword","Search Volume","Organic Rank","Sponsored Position",'
            '"Date Added"')
    return "\n".join([head, *lines]) + "\n"


def test_one_tracker_file_a_product_stands_beside_the_others(store: Store) -> None:
    by = ("asin", "keyword")

    def rank(asin: str) -> object:
        return store.value("keyword_rank", WEEK, asin, "storage bin", by=by)

    store.put(tracker("B0EX000001", {WEEK.end: 12}))
    assert store.put(tracker("B0EX000002", {WEEK.end: 30})).status == "imported"
    assert (rank("B0EX000001"), rank("B0EX000002")) == (12, 30)
    newer = store.put(tracker("B0EX000001", {WEEK.end: 9}))
    assert newer.status == "replaced"
    assert (rank("B0EX000001"), rank("B0EX000002")) == (9, 30)
    store.undo(newer)
    assert (rank("B0EX000001"), rank("B0EX000002")) == (12, 30)
