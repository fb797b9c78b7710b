"""Which imports answer for which days."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from workbook.coverage import (
    Covered,
    Range,
    Slice,
    document_ranges,
    latest_snapshot,
    newest,
    newest_documents,
    ranges,
    tile,
    units,
)
from workbook.model import Period

MONDAY = dt.date(2026, 11, 9)
DAY = dt.timedelta(days=1)
WEEK = Period(MONDAY, MONDAY + 6 * DAY)


def covered(
    number: int, start: int, end: int, grain: str = "day", section: str = "a"
) -> Covered:
    """Days are counted from the Monday."""
    return Covered(number, section, "US", MONDAY + start * DAY, MONDAY + end * DAY, grain)


def tiled(*records: tuple[Covered, int], period: Period = WEEK) -> list[Range] | None:
    chosen = tile(newest(records), period)
    return None if chosen is None else ranges(chosen)


def span(number: int, start: int, end: int, section: str = "a") -> Range:
    return Range(section, number, MONDAY + start * DAY, MONDAY + end * DAY)


# --- units and slices -------------------------------------------------------------------


def test_a_record_stands_for_the_units_of_its_grain() -> None:
    assert len(list(units(covered(1, 0, 6)))) == 7
    assert list(units(covered(1, 0, 13, "week"))) == [
        (MONDAY, MONDAY + 6 * DAY), (MONDAY + 7 * DAY, MONDAY + 13 * DAY)]
    assert list(units(covered(1, 0, 6, "span"))) == [(WEEK.start, WEEK.end)]
    months = Covered(1, "a", "US", dt.date(2026, 1, 1), dt.date(2026, 3, 31), "month")
    assert [end.day for _, end in units(months)] == [31, 28, 31]


def test_of_one_slice_the_newest_import_counts() -> None:
    assert tiled((covered(1, 0, 6), 0), (covered(2, 2, 4), 0)) == [
        span(1, 0, 1), span(2, 2, 4), span(1, 5, 6)]


def test_an_older_import_of_a_slice_never_comes_back_beside_the_newer() -> None:
    assert tiled((covered(2, 0, 6), 0), (covered(1, 0, 6), 0)) == [span(2, 0, 6)]


# --- tiling -----------------------------------------------------------------------------


def test_days_fill_a_week_before_the_week_itself() -> None:
    week, days = covered(9, 0, 6, "week"), covered(1, 0, 6)
    assert tiled((week, 0), (days, 0)) == [span(1, 0, 6)]


def test_a_week_with_a_day_missing_is_filled_by_its_week() -> None:
    assert tiled((covered(1, 0, 5), 0), (covered(2, 0, 6, "week"), 0)) == [span(2, 0, 6)]


def test_a_gap_leaves_nothing() -> None:
    assert tiled((covered(1, 0, 2), 0), (covered(2, 4, 6), 0)) is None
    assert tiled() is None


def test_weeks_and_days_stand_side_by_side() -> None:
    fortnight = Period(MONDAY, MONDAY + 13 * DAY)
    assert tiled((covered(1, 0, 6, "week"), 0), (covered(2, 7, 13), 0), period=fortnight) == [
        span(1, 0, 6), span(2, 7, 13)]


def test_a_slice_that_reaches_over_the_edge_is_not_used() -> None:
    assert tiled((covered(1, -1, 6, "span"), 0)) is None
    assert tiled((covered(1, 0, 7, "span"), 0)) is None


def test_overlapping_spans_that_do_not_fit_are_no_answer() -> None:
    assert tiled((covered(1, 0, 4, "span"), 0), (covered(2, 3, 6, "span"), 0)) is None


def test_a_span_and_days_never_overlap() -> None:
    found = tiled((covered(1, 0, 4, "span"), 0), (covered(2, 3, 6), 0))
    assert found == [span(1, 0, 4), span(2, 5, 6)]  # days 3 and 4 are within the span
    assert tiled((covered(1, 0, 4, "span"), 0), (covered(2, 3, 5), 0)) is None


def test_of_equally_fine_sources_the_better_rank_is_used_not_the_newer_import() -> None:
    good, other = covered(1, 0, 6, section="campaign"), covered(2, 0, 6, section="terms")
    assert tiled((good, 10), (other, 40)) == [span(1, 0, 6, "campaign")]


def test_a_finer_source_of_a_worse_rank_is_used_before_a_coarse_one() -> None:
    assert tiled((covered(1, 0, 6, "span", "campaign"), 10), (covered(2, 0, 6, section="terms"), 40)
                 ) == [span(2, 0, 6, "terms")]


def test_a_hole_in_one_source_is_filled_from_another() -> None:
    campaign, terms = covered(1, 0, 2, section="campaign"), covered(2, 0, 6, section="terms")
    assert tiled((campaign, 10), (terms, 40)) == [span(1, 0, 2, "campaign"), span(2, 3, 6, "terms")]


RECORDS = st.lists(
    st.tuples(
        st.builds(
            lambda number, start, length, grain, section: covered(
                number, start, start + (6 if grain == "week" else length), grain, section),
            st.integers(1, 9), st.integers(-8, 12), st.integers(0, 12),
            st.sampled_from(["day", "week", "span"]), st.sampled_from(["a", "b"]),
        ),
        st.sampled_from([10, 40]),
    ),
    max_size=8,
)


@given(RECORDS, st.integers(0, 13))
def test_what_is_chosen_fills_the_period_exactly_and_nothing_finer_does(
    records: list[tuple[Covered, int]], length: int
) -> None:
    period = Period(MONDAY, MONDAY + length * DAY)
    slices = newest(records)
    chosen = tile(slices, period)
    if chosen is None:
        singles = {s.start for s in slices if s.start == s.end}
        assert not set(period.all_days()) <= singles
        return
    days = [day for s in chosen for day in Period(s.start, s.end).all_days()]
    assert days == period.all_days()
    assert [day for r in ranges(chosen) for day in Period(r.start, r.end).all_days()] == days
    for start in period.all_days():  # days that are all there beat any coarser slice
        whole = next((s for s in chosen if s.start == start and s.end > start), None)
        if whole:
            inside = set(Period(whole.start, whole.end).all_days())
            assert not inside <= {s.start for s in slices if s.start == s.end}


@given(RECORDS)
def test_the_order_of_the_records_does_not_matter(records: list[tuple[Covered, int]]) -> None:
    # An import covers a section once, so equal numbers in one section are left out.
    once = list({(c.import_id, c.section): (c, rank) for c, rank in records}.values())
    forward, backward = newest(once), newest(once[::-1])
    assert set(forward) == set(backward)


# --- documents --------------------------------------------------------------------------


def document(
    number: int, name: str, start: str, end: str
) -> Covered:
    begin, stop = dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
    return Covered(number, "settlement", "US", begin.date(), stop.date(), "document", name, begin,
                   stop)


FIRST = document(1, "A", "2026-10-26 10:00:00", "2026-11-09 10:00:00")
SECOND = document(2, "B", "2026-11-09 10:00:01", "2026-11-23 10:00:00")


def test_documents_that_follow_each_other_by_the_second_leave_no_gap() -> None:
    found, missing = document_ranges([SECOND, FIRST], WEEK)
    assert missing == dt.timedelta()
    assert [(r.import_id, r.document, r.start, r.end) for r in found] == [
        (1, "A", MONDAY, MONDAY), (2, "B", WEEK.start, WEEK.end)]  # both have lines of the Monday


def test_a_document_that_ends_on_the_last_day_leaves_the_rest_of_that_day() -> None:
    _, missing = document_ranges([FIRST], Period(MONDAY, MONDAY))
    assert missing == dt.timedelta(hours=14)


def test_a_document_between_two_others_is_missed() -> None:
    third = document(3, "C", "2026-11-23 10:00:01", "2026-12-07 10:00:00")
    _, missing = document_ranges([FIRST, third], Period(MONDAY, MONDAY + 20 * DAY))
    assert missing == dt.timedelta(days=14, seconds=1)


def test_of_one_document_the_newest_import_counts_and_documents_add_up() -> None:
    again = document(5, "A", "2026-10-26 10:00:00", "2026-11-09 10:00:00")
    assert newest_documents([FIRST, SECOND, again]) == [again, SECOND]


def test_no_document_leaves_the_whole_period() -> None:
    assert document_ranges([], WEEK) == ([], dt.timedelta(days=7))


# --- snapshots --------------------------------------------------------------------------


def snapshot(number: int, day: int, rank: int = 0) -> Slice:
    return Slice(MONDAY + day * DAY, MONDAY + day * DAY, number, "stock", rank)


def test_the_last_snapshot_that_is_not_too_old_counts() -> None:
    assert latest_snapshot([snapshot(1, 1), snapshot(2, 4), snapshot(3, 7)], WEEK) == snapshot(2, 4)
    assert latest_snapshot([snapshot(1, -1)], WEEK) == snapshot(1, -1)
    assert latest_snapshot([snapshot(1, -2)], WEEK) is None
    assert latest_snapshot([snapshot(1, 3, 20), snapshot(2, 3, 40)], WEEK) == snapshot(1, 3, 20)
