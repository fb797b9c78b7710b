"""Which value counts: by day, by time, by file; renamed workbooks; undone tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from workbook.inputs import RENAMED, Entry, Known, Revision, same
from workbook.model import Value

NOON = dt.datetime(2026, 11, 16, 12)
DAYS = [dt.date(2026, 11, day) for day in (2, 9, 16)]


def entry(
    value: Value, minute: int = 0, source: str = "a.xlsx", id: int = 0, day: int | None = None,
    ends: bool = False, number: int = 0,
) -> Entry:
    valid = dt.date.min if day is None else DAYS[day]
    return Entry("account_values", "US|ipi", "value", value, NOON + dt.timedelta(minutes=minute),
                 source, valid, id=id, ends=ends, import_id=number)


def value(known: Known, day: dt.date = dt.date.max) -> Value:
    found = known.entry("account_values", "US|ipi", "value", day)
    return found.value if found else None


def test_the_latest_day_counts_and_of_one_day_what_was_said_last() -> None:
    known = Known.of([entry(600, 9, day=1, id=3), entry(500, 5, day=0, id=1),
                      entry(510, 6, day=1, id=2), entry(700, 1, day=2, id=4)])
    assert [value(known, day) for day in DAYS] == [500, 600, 700]
    assert value(known, DAYS[0] - dt.timedelta(1)) is None


def test_a_day_taken_back_gives_way_to_the_day_before() -> None:
    known = Known.of([entry(500, day=0, id=1), entry(None, 1, day=1, id=2)])
    assert value(known, DAYS[2]) == 500


def test_an_emptied_cell_ends_what_held() -> None:
    known = Known.of([entry(500, day=0, id=1), entry(None, 1, day=1, id=2, ends=True)])
    assert [value(known, day) for day in DAYS] == [500, None, None]
    known = known.grown([entry(520, 2, day=2)])
    assert [value(known, day) for day in DAYS] == [500, None, 520]


def test_a_table_taken_back_counts_no_more_but_the_workbook_was_shown_it() -> None:
    known = Known.of([replace(entry(500, number=1), undone=True), entry(490, -5, id=1)])
    before, after = Revision(1, 1), Revision(1, 1, frozenset({1}))
    asked = "account_values", "US|ipi", "value"
    assert value(known) == 490
    assert [getattr(known.entry(*asked, until=r), "value", None) for r in (before, after)] == [
        500, 490]


def test_two_files_that_disagree_are_both_told() -> None:
    known = Known.of([entry(1, 0, "a.xlsx", 1), entry(2, 1, "b.xlsx", 2), entry(2, 2, "c.csv")])
    ((counts, other),) = known.disputed()
    assert (counts.value, counts.source, other.value) == (2, "c.csv", 1)
    assert not list(Known.of([entry(1, 0, "a.xlsx", 1), entry(None, 1, "a.xlsx", 2),
                              entry(2, 2, "b.xlsx", 3)]).disputed()), "a has taken it back"


def test_a_renamed_workbook_is_the_same_file() -> None:
    move = Entry(RENAMED, "a.xlsx", "name", "b.xlsx", NOON, "b.xlsx", id=2)
    known = Known.of([entry(1, 0, "a.xlsx", 1), move, entry(2, 1, "b.xlsx", 3)])
    assert not list(known.disputed())
    assert {one.source for one in known.all()} == {"b.xlsx"}
    later = known.grown([entry(3, 5, "a.xlsx")])  # another workbook takes the old name
    assert [one.value for one in later.by_source("account_values", "US|ipi", "value")] == [3, 2]


@pytest.mark.parametrize(("a", "b", "equal"), [
    (3, 3.0, True), (0, None, False), ("", None, True), (True, 1, False), ("3", 3, False),
])
def test_values_are_the_same_where_a_sheet_shows_them_so(a: Value, b: Value, equal: bool) -> None:
    assert same(a, b) is equal and same(b, a) is equal
