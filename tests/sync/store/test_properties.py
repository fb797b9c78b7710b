"""What holds for any reports: asked of the store through imports of small generated files."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.store.reports import (
    US,
    Ad,
    Sale,
    Store,
    by_date,
    by_item,
    campaign_summary,
    campaigns,
    new_store,
    products,
    search_terms,
)
from workbook.metrics import get_metric
from workbook.model import Period, State

MONDAY = dt.date(2026, 11, 9)
DAYS = [MONDAY + dt.timedelta(days=n) for n in range(7)]
WEEK = Period(DAYS[0], DAYS[-1])
EACH_DAY = [Period(day, day) for day in DAYS]
SUMS = ("impressions", "clicks", "ad_spend", "ad_sales", "ad_orders", "ad_units")

slow = settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
money = st.decimals(0, 3000, places=2)
sales = st.builds(Sale, money, *[st.integers(0, 60)] * 4)
ads = st.builds(Ad, st.integers(0, 90), money, money, st.integers(0, 9))
slices = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted).map(tuple)
by_term = st.dictionaries(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(["C1", "C2"]),
              st.sampled_from(["mat", "rug"])),
    ads, min_size=1, max_size=12,
)


def consecutive(data: dict[dt.date, Sale]) -> dict[dt.date, Sale]:
    """Days without a gap, so that the file covers what it spans and its grain is clear."""
    first, last = min(data), max(data)
    days = [day for day in DAYS if first <= day <= last]
    return {day: data.get(day, Sale()) for day in days}


shop_days = st.dictionaries(st.sampled_from(DAYS), sales, min_size=1).map(consecutive)


@settings(slow, max_examples=4)
@given(shop_days, by_term)
def test_twice_is_once_disjoint_imports_commute_and_undo_is_never_imported(
    shop: dict[dt.date, Sale], terms: dict[tuple[dt.date, str, str], Ad]
) -> None:
    one, other = by_date(shop), search_terms(terms)
    with new_store() as a, new_store() as b:
        first = a.put(one)
        only_one = a.answers(*EACH_DAY, WEEK)
        second = a.put(other)
        both = a.answers(*EACH_DAY, WEEK)
        assert a.put(one).status == a.put(other).status == "unchanged"
        assert a.answers(*EACH_DAY, WEEK) == both
        a.undo(second)
        assert a.answers(*EACH_DAY, WEEK) == only_one
        assert a.put(other).status == "imported"  # redone
        assert a.answers(*EACH_DAY, WEEK) == both
        b.put(other)
        only_other = b.answers(*EACH_DAY, WEEK)
        b.put(one)
        assert b.answers(*EACH_DAY, WEEK) == both
        a.undo(first)
        assert a.answers(*EACH_DAY, WEEK) == only_other


@slow
@given(by_term, st.dictionaries(st.sampled_from(["B01", "B02", "B03"]), sales, min_size=1))
def test_parts_add_up_to_the_whole_and_ratios_are_of_sums(
    terms: dict[tuple[dt.date, str, str], Ad], items: dict[str, Sale]
) -> None:
    total = sum(terms.values(), Ad())
    sold = sum(items.values(), Sale())
    with new_store() as store:
        store.put(search_terms(terms), period=WEEK)
        store.put_item(WEEK, items)
        cells = store.answers(WEEK, by=[(), ("campaign",), ("search_term",), ("asin",), (
            "campaign", "search_term")])

        def value(metric: str, by: tuple[str, ...] = (), key: tuple[str, ...] = ()) -> object:
            cell = cells.get((by, US, key, WEEK, metric))
            return cell.value if cell else None

        def added(metric: str, by: tuple[str, ...]) -> object:
            return sum(cast(Decimal, cells[at].value) for at in cells
                       if (at[0], at[-1]) == (by, metric))

        assert value("ad_spend") == total.spend
        assert value("ordered_sales") == sold.sales
        for metric in SUMS:
            for by in (("campaign",), ("search_term",), ("campaign", "search_term")):
                assert added(metric, by) == value(metric)
        for metric in ("ordered_sales", "units_ordered", "order_items"):
            assert added(metric, ("asin",)) == value(metric)
        assert value("acos") == ratio(total.spend, total.sales)
        assert value("ctr") == ratio(total.clicks, total.clicks * 20)
        assert value("ad_cvr") == ratio(total.orders, total.clicks)
        organic = ratio(total.orders, sold.items)
        assert value("organic_share") == (None if organic is None else float(
            1 - Decimal(total.orders) / Decimal(sold.items)))
        for asin, item in items.items():
            assert value("unit_session_percentage", ("asin",), (asin,)) == ratio(
                item.units, item.sessions)


def ratio(over: Decimal | int, under: Decimal | int) -> float | None:
    return float(Decimal(over) / Decimal(under)) if under else None


@slow
@given(st.lists(st.tuples(slices, st.integers(0, 10**6)), min_size=1, max_size=4), st.data())
def test_the_newest_report_of_a_day_counts_and_a_day_of_none_leaves_a_blank(
    exports: list[tuple[tuple[int, int], int]], data: st.DataObject
) -> None:
    with new_store() as store:
        done = []
        for (lo, hi), seed in exports:
            made = {day: Sale(Decimal(seed + n) / 100, seed % 7 + n, 1, 2, 3)
                    for n, day in enumerate(DAYS) if lo <= n <= hi}
            done.append((made, store.put(by_date(made), period=Period(DAYS[lo], DAYS[hi]))))
        undone = data.draw(st.sampled_from([*range(len(done)), None]))
        if undone is not None and done[undone][1].status != "unchanged":
            store.undo(done[undone][1])
            gone = done[undone][1].import_id
            done = [(made, outcome) for made, outcome in done if outcome.import_id != gone]
        shop: dict[dt.date, Sale] = {}
        for made, outcome in done:
            if outcome.status != "unchanged":
                shop |= made
        periods = [Period(a, b) for a in DAYS for b in DAYS if a <= b]
        facts = store.facts(["ordered_sales", "units_ordered"], *periods)
        for period in periods:
            cell = facts.cell(get_metric("ordered_sales"), US, (), period)
            if all(day in shop for day in period.all_days()):
                assert cell.value == sum(shop[day].sales for day in period.all_days())
            else:
                assert (cell.value, cell.state) == (None, State.NO_DATA)


# Every report tells the same truth: day n cost 2^n cents in each of two campaigns. An answer that
# takes a day twice, or leaves one out, cannot be the sum of the period's days.
TRUTH = {day: Ad(2**n, Decimal(2**n) / 100, Decimal(3**n) / 100, n) for n, day in enumerate(DAYS)}


def put_report(store: Store, what: str, lo: int, hi: int) -> None:
    days, period = DAYS[lo : hi + 1], Period(DAYS[lo], DAYS[hi])
    if what == "summary":
        both = sum((TRUTH[day] for day in days), Ad())
        store.put(campaign_summary(period, {"C1": both, "C2": both}))
    elif what == "campaign":
        store.put(campaigns({(d, c): TRUTH[d] for d in days for c in ("C1", "C2")}))
    elif what == "product":
        store.put(products({(d, c, "B01"): TRUTH[d] for d in days for c in ("C1", "C2")}))
    else:
        store.put(search_terms({(d, c, "mat"): TRUTH[d] for d in days for c in ("C1", "C2")}))


@settings(slow, max_examples=10)
@given(st.lists(
    st.tuples(st.sampled_from(["summary", "campaign", "product", "term"]), slices),
    min_size=1, max_size=5, unique=True))
def test_reports_that_overlap_in_any_way_never_count_a_day_twice(
    reports: list[tuple[str, tuple[int, int]]]
) -> None:
    with new_store() as store:
        daily: dict[str, set[dt.date]] = defaultdict(set)
        for what, (lo, hi) in reports:
            put_report(store, what, lo, hi)
            if what != "summary" or lo == hi:
                daily[what] |= set(DAYS[lo : hi + 1])
        periods = tuple(Period(a, b) for a in DAYS for b in DAYS if a <= b)
        cells = store.answers(*periods, by=[(), ("campaign",)])
        covered = set().union(*daily.values()) if daily else set()
        for period in periods:
            truth = sum((TRUTH[day] for day in period.all_days()), Ad())
            for by, key, times in (((), (), 2), (("campaign",), ("C1",), 1)):
                spend = cells.get((by, US, key, period, "ad_spend"))
                orders = cells.get((by, US, key, period, "ad_orders"))
                if set(period.all_days()) <= covered:
                    assert spend is not None
                if spend is not None:
                    assert spend.value == times * truth.spend
                    assert orders is not None and orders.value == times * truth.orders


@settings(slow, max_examples=4)
@given(shop_days)
def test_a_coarse_report_beside_the_days_changes_no_total(shop: dict[dt.date, Sale]) -> None:
    """Items of the whole week tell the same units and sales as the days by date."""
    shop = {day: shop.get(day, Sale()) for day in DAYS}
    week = sum(shop.values(), Sale())
    with new_store() as store:
        store.put(by_item({"B01": week}), f"BusinessReport {WEEK}.csv")
        before = {m: store.value(m, WEEK) for m in ("ordered_sales", "units_ordered")}
        assert before == {"ordered_sales": week.sales, "units_ordered": week.units}
        store.put(by_date(shop))
        for metric, value in before.items():
            assert store.value(metric, WEEK) == value
        assert store.value("ordered_sales", WEEK, "B01", by=("asin",)) == week.sales
        facts = store.facts(["units_ordered"], *EACH_DAY)
        assert [facts.cell(get_metric("units_ordered"), US, (), p).value for p in EACH_DAY] == [
            shop[day].units for day in DAYS]
