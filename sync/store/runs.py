"""The log of refreshes, and of what was told about them: append only.

A run is a row when it starts and one when it ends. A row that started and never ended is of a
process that was killed: whoever holds the destination's lock next marks it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sync.store import durable
from sync.store.database import Database, tables

if TYPE_CHECKING:
    import duckdb

_TABLES = """
CREATE TABLE IF NOT EXISTS s.runs (
    id BIGINT, run BIGINT, event VARCHAR, moment TIMESTAMP, destination VARCHAR, why VARCHAR,
    due TIMESTAMP, template VARCHAR, target VARCHAR, calls INTEGER, cells BIGINT,
    notes VARCHAR[], error VARCHAR, seconds DOUBLE, imported VARCHAR[]);
CREATE TABLE IF NOT EXISTS s.told (
    id BIGINT, moment TIMESTAMP, destination VARCHAR, channel VARCHAR, topic VARCHAR,
    keys VARCHAR[], error VARCHAR);
"""


class Why(StrEnum):
    """What a run was for."""

    TIME = "time"  # a time of its schedule; `due` is that moment
    DAY = "day"  # a closed day that is in; `due` is that day
    ASKED = "asked"  # somebody ticked "Refresh now"
    HAND = "hand"  # opsheet refresh


class Event(StrEnum):
    """`known`: the schedule `target` counts from here on. The last four end a run."""

    KNOWN = "known"
    STARTED = "started"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"  # nothing was run: its time had passed too long ago
    INTERRUPTED = "interrupted"  # the process was killed


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to. `calls`: requests to the target's server, where it has one."""

    calls: int | None = None
    cells: int = 0
    notes: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0
    imported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the log has it; `state` STARTED while it goes on. Times in UTC without a zone."""

    number: int
    destination: str
    why: Why
    due: dt.datetime | None
    started: dt.datetime
    state: Event
    template: str = ""
    target: str = ""
    ended: dt.datetime | None = None
    result: Result = field(default_factory=Result)


@dataclass(frozen=True, slots=True)
class Log:
    """The runs of all destinations, oldest first, and since when each schedule is known."""

    runs: tuple[Run, ...] = ()
    known: tuple[tuple[str, str, dt.datetime], ...] = ()  # destination, words, since

    def of(self, destination: str) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.destination == destination)

    def since(self, destination: str, words: str) -> dt.datetime | None:
        """From when on these words count; None if others, or none, are the latest."""
        latest = [(said, at) for name, said, at in self.known if name == destination][-1:]
        return latest[0][1] if latest and latest[0][0] == words else None


def read(database: Database, days: int | None = None, now: dt.datetime | None = None) -> Log:
    """The log; empty where there is no store yet.

    Args:
        days: only runs that began in the last so many days before `now`.
    """
    if not database.exists():
        return Log()
    with database.session() as con:
        return read_from(con, now - dt.timedelta(days=days) if days and now else None)


def read_from(con: duckdb.DuckDBPyConnection, after: dt.datetime | None = None) -> Log:
    """The log, from an open session."""
    if "runs" not in tables(con):
        return Log()
    known = con.execute("SELECT destination, target, moment FROM s.runs WHERE event = 'known' "
                        "ORDER BY id").fetchall()
    rows = con.execute(
        "SELECT run, event, moment, destination, why, due, template, target, calls, cells, notes, "
        "error, seconds, imported FROM s.runs WHERE event <> 'known' AND moment >= ? ORDER BY id",
        [after or dt.datetime(1, 1, 1)]).fetchall()
    return Log(tuple(_runs(rows)), tuple(known))


def _runs(rows: Iterable[tuple[Any, ...]]) -> Iterator[Run]:
    found: dict[int, Run] = {}
    for (number, event, at, destination, why, due, template, target, calls, cells, notes, error,
         seconds, imported) in rows:
        result = Result(calls, cells or 0, tuple(notes or ()), error or "", seconds or 0.0,
                        tuple(imported or ()))
        before = found.get(number)
        ended = None if event == Event.STARTED else at
        found[number] = Run(number, destination, Why(why), due,
                            before.started if before else at, Event(event), template, target,
                            ended, result)
    yield from found.values()


# --- writing ----------------------------------------------------------------------------


def known(database: Database, said: Iterable[tuple[str, str]], now: dt.datetime) -> None:
    """Notes schedules (destination, words) that count from now on; known ones are passed over."""
    with _writing(database) as con:
        log = read_from(con)
        for destination, words in said:
            if log.since(destination, words) is None:
                _append(con, "runs", event=Event.KNOWN, moment=now, destination=destination,
                        target=words)


def start(
    database: Database, destination: str, why: Why, due: dt.datetime | None, template: str,
    target: str, now: dt.datetime,
) -> Run:
    """A run begins; call it while you hold the destination's lock."""
    with _writing(database) as con:
        row = con.execute("SELECT coalesce(max(run), 0) + 1 FROM s.runs").fetchone()
        number = row[0] if row else 1
        _append(con, "runs", run=number, event=Event.STARTED, moment=now, destination=destination,
                why=why, due=due, template=template, target=target)
    return Run(number, destination, why, due, now, Event.STARTED, template, target)


def end(database: Database, run: Run, state: Event, result: Result, now: dt.datetime) -> Run:
    """A run ended."""
    with _writing(database) as con:
        _append(con, "runs", run=run.number, event=state, moment=now, destination=run.destination,
                why=run.why, due=run.due, template=run.template, target=run.target,
                calls=result.calls, cells=result.cells, notes=list(result.notes),
                error=result.error, seconds=result.seconds, imported=list(result.imported))
    return Run(run.number, run.destination, run.why, run.due, run.started, state, run.template,
               run.target, now, result)


def told(con: duckdb.DuckDBPyConnection, destination: str, channel: str, topic: str
         ) -> frozenset[str] | None:
    """What a channel was told last of a topic; None: nothing ever."""
    if "told" not in tables(con):
        return None
    row = con.execute(
        "SELECT keys FROM s.told WHERE error IS NULL AND (destination, channel, topic) = (?, ?, ?) "
        "ORDER BY id DESC LIMIT 1", [destination, channel, topic]).fetchone()
    return frozenset(row[0]) if row else None


def tell(
    database: Database, destination: str, channel: str, topic: str, keys: Iterable[str],
    now: dt.datetime,
) -> None:
    """Keeps what a channel was told."""
    with _writing(database) as con:
        _append(con, "told", moment=now, destination=destination, channel=channel, topic=topic,
                keys=sorted(keys))


def untold(
    database: Database, destination: str, channel: str, topic: str, error: str, now: dt.datetime
) -> None:
    """Keeps that a message could not be delivered."""
    with _writing(database) as con:
        _append(con, "told", moment=now, destination=destination, channel=channel, topic=topic,
                keys=[], error=error)


def undelivered(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Destination, channel and error where the last message could not be delivered."""
    if "told" not in tables(con):
        return []
    rows = con.execute(
        "SELECT destination, channel, arg_max(coalesce(error, ''), id) FROM s.told "
        "GROUP BY destination, channel ORDER BY ALL").fetchall()
    return [(destination, channel, error) for destination, channel, error in rows if error]


@contextmanager
def _writing(database: Database) -> Iterator[duckdb.DuckDBPyConnection]:
    with database.session(write=True) as con:
        con.execute(_TABLES)
        con.execute("BEGIN")
        yield con
        durable.commit(con)


def _append(con: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    columns = ", ".join(values)
    places = ", ".join("?" for _ in values)
    con.execute(f"INSERT INTO s.{table} (id, {columns}) SELECT (SELECT coalesce(max(id), 0) + 1 "
                f"FROM s.{table}), {places}", list(values.values()))
