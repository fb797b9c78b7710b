"""The log of refreshes: append only, and a killed run can be told from one that goes on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sync.store import runs
from sync.store.database import Database
from sync.store.runs import Event, Result, Why

NOW = dt.datetime(2026, 11, 17, 7, 30)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "s.duckdb")


def begin(database: Database, name: str = "morning", due: dt.datetime = NOW) -> runs.Run:
    return runs.start(database, name, Why.TIME, due, "daily_check", "a.xlsx", NOW)


def test_a_store_that_is_not_there_has_an_empty_log_and_is_not_made(database: Database) -> None:
    assert runs.read(database) == runs.Log()
    assert not database.exists()


def test_a_run_is_read_back_as_it_ended(database: Database) -> None:
    result = Result(2, 1234, ("a note", "另一条"), "", 3.5, ("by_date.csv",))
    ended = runs.end(database, begin(database), Event.OK, result, NOW + MINUTE)
    (found,) = runs.read(database).of("morning")
    assert found == ended
    assert (found.due, found.started, found.ended) == (NOW, NOW, NOW + MINUTE)
    assert found.result == result and found.state is Event.OK


def test_a_run_without_an_end_shows_as_started(database: Database) -> None:
    begin(database)
    runs.end(database, begin(database), Event.FAILED, Result(error="x"), NOW)
    assert [run.state for run in runs.read(database).runs] == [Event.STARTED, Event.FAILED]


def test_nothing_is_ever_changed_or_deleted(database: Database) -> None:
    runs.end(database, begin(database), Event.INTERRUPTED, Result(), NOW)
    with database.session() as con:
        rows = con.execute("SELECT id, run, event FROM s.runs ORDER BY id").fetchall()
    assert rows == [(1, 1, "started"), (2, 1, "interrupted")]


def test_a_schedule_counts_from_the_moment_it_is_known(database: Database) -> None:
    runs.known(database, [("a", "every day"), ("b", "hourly")], NOW)
    runs.known(database, [("a", "every day")], NOW + MINUTE)
    log = runs.read(database)
    assert log.since("a", "every day") == NOW  # and not a minute later
    assert log.since("a", "every week") is None and log.since("c", "every day") is None
    runs.known(database, [("a", "every week")], NOW + MINUTE)
    runs.known(database, [("a", "every day")], NOW + 2 * MINUTE)
    log = runs.read(database)
    assert log.since("a", "every week") is None
    assert log.since("a", "every day") == NOW + 2 * MINUTE


def test_old_runs_can_be_left_out(database: Database) -> None:
    runs.end(database, begin(database), Event.OK, Result(), NOW)
    runs.known(database, [("morning", "x")], NOW)
    log = runs.read(database, 40, NOW + dt.timedelta(days=41))
    assert not log.runs and log.since("morning", "x") == NOW


def test_what_was_told_is_the_last_that_was_delivered(database: Database) -> None:
    runs.tell(database, "d", "team", "reds", {"b", "a"}, NOW)
    runs.untold(database, "d", "team", "reds", "Slack answers 404", NOW)
    with database.session() as con:
        assert runs.told(con, "d", "team", "reds") == {"a", "b"}
        assert runs.told(con, "d", "boss", "reds") is None
        assert runs.undelivered(con) == [("d", "team", "Slack answers 404")]
    runs.tell(database, "d", "team", "reds", (), NOW)
    with database.session() as con:
        assert runs.told(con, "d", "team", "reds") == frozenset()
        assert runs.undelivered(con) == []
