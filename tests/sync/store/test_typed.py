"""The history in the store: values and their kinds, revisions, two writers, other stores."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path

import pytest

from sync.store import typed
from tests.sync.store.reports import NOW, Sale, Store, by_date
from tests.sync.store.test_overlaps import DAY, MONDAY
from workbook.inputs import Entry, Known, Revision
from workbook.model import Value

SALES = by_date({MONDAY + n * DAY: Sale(Decimal(10), 1, 1, 5, 9) for n in range(7)})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.put(SALES)
    return made


def note(value: Value, key: str = "US|x", **extra: object) -> Entry:
    return Entry("weekly_report.ads", key, "note", value, NOW, "a.xlsx", **extra)  # type: ignore[arg-type]


def revision(store: Store) -> str:
    with store.context.database.session() as con:
        return typed.revision(con)


def known(store: Store, name: str = "S") -> Known:
    with store.context.database.session() as con:
        return typed.read(con, name)


def add(store: Store, *entries: Entry, expected: str = "", name: str = "S") -> str | None:
    return typed.append(store.context.database, name, entries, expected or revision(store), NOW)


@pytest.mark.parametrize("value", [
    "ask 李强", "=1+1", "00123", "None", 7, -1, Decimal("0.10"), True, False,
    dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 8, 30), None,
])
def test_a_value_comes_back_as_it_was(store: Store, value: Value) -> None:
    add(store, note(value, valid=dt.date(2026, 11, 9), who="Li"))
    (found,) = known(store).all()
    assert (found.value, type(found.value)) == (value, type(value))
    assert (found.valid, found.who, found.said_at, found.id, found.ends) == (
        dt.date(2026, 11, 9), "Li", NOW, 1, False)


def test_an_emptied_cell_that_ends_a_value_comes_back_so(store: Store) -> None:
    add(store, note(None, ends=True))
    assert next(known(store).all()).ends


def test_of_two_that_read_the_same_only_one_may_write(store: Store) -> None:
    before = revision(store)
    after = add(store, note(1), expected=before)
    assert add(store, note(2), expected=before) is None
    assert after == revision(store) and [one.value for one in known(store).all()] == [1]


def test_stores_in_one_file_have_their_own_history(store: Store) -> None:
    add(store, note(1))
    add(store, note(2), name="T")
    assert [one.value for one in known(store).all()] == [1]
    assert [one.value for one in known(store, "T").all()] == [2]


def test_a_revision_is_of_its_own_store_only(store: Store, tmp_path: Path) -> None:
    now = revision(store)
    assert typed.parsed(now, now) == Revision(0, 1)
    (tmp_path / "other").mkdir()
    other = Store(tmp_path / "other")
    other.put(SALES + "\n")
    assert typed.parsed(now, revision(other)) is None


@pytest.mark.parametrize("text", [
    "", "x", "h:1", "h:a:1:", "h:1:1:x", "g:1:1:", "h:9:1:", "h:1:9:",
])
def test_what_is_no_revision_or_knows_more_than_the_store_is_none(text: str) -> None:
    """A store that was restored from a backup must not pass for the one that was known."""
    assert typed.parsed(text, "h:5:5:2,3") is None
    assert typed.parsed("h:4:5:2", "h:5:5:2,3") == Revision(4, 5, frozenset({2}))


def test_a_blank_in_a_later_table_takes_back_what_an_earlier_one_said(store: Store) -> None:
    head = "rule,target,alarm,valid_from,valid_to\n"
    store.put(head + "acos,0.3,0.4,2026-11-01,2026-11-30\n", "one.csv")
    store.put(head + "acos,0.2,,2026-11-01,\n", "two.csv")
    found = known(store).of_topic("rules_table")["acos|US"]
    assert {name: entry.value for name, entry in found.items()} == {"target": Decimal("0.2")}


def test_thousands_of_values_are_kept_and_read_quickly(store: Store) -> None:
    entries = [note(f"note {n}", f"US|{n}") for n in range(5000)]
    start = time.perf_counter()
    add(store, *entries)
    assert len(known(store).entries) == 5000
    assert time.perf_counter() - start < 3, "one statement, not one a row"
