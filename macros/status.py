"""What the store holds: per store, marketplace and report kind the days covered and missing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macros.fill import Request, missing
from macros.jobs import Context
from sync.reports import all_kinds
from sync.store import runs
from sync.store.database import tables
from sync.store.runs import Event, Run
from templates import all_templates
from workbook.errors import StoreError
from workbook.model import Label, Period
from workbook.report import Mode, ReportKind
from workbook.standard import Gap

if TYPE_CHECKING:
    import duckdb

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """What is there of one report kind in one marketplace of one store.

    `behind`: days from the last covered day to the last day that is over in the marketplace;
    None for lists (product master, costs), which cover no days.
    """

    store: str
    marketplace: str
    kind: str
    label: Label
    first: dt.date | None
    last: dt.date | None
    closed: dt.date
    missing: tuple[Period, ...]  # days between first and last that no import covers
    imports: int
    rows: int
    rows_refused: int  # of the imports that cover it, whichever marketplace the rows are of
    lag_days: int  # how late Amazon shows the whole of a day

    @property
    def behind(self) -> int | None:
        return max((self.closed - self.last).days, 0) if self.last else None

    @property
    def late(self) -> bool:
        """Has Amazon newer days than the store?"""
        return self.behind is not None and self.behind > self.lag_days


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the import log."""

    id: int
    imported_at: dt.datetime  # UTC
    kind: str
    store: str
    scope: str
    path: str
    rows: int
    rows_refused: int
    undone: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """What a template of a store would leave blank or not whole if it were filled now."""

    store: str
    template: str
    period: Period
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The store as a whole. `imports` is the log, the newest first.

    `runs`: the last refresh of each destination of the settings (of all that the log has, where
    the settings name none), failures first. `untold`: destination, channel and
    error of messages that could not be delivered.
    """

    path: Path
    holdings: tuple[Holding, ...] = ()
    imports: tuple[Logged, ...] = ()
    imports_in_all: int = 0
    undone: int = 0
    lacks: tuple[Lack, ...] = ()
    runs: tuple[Run, ...] = ()
    untold: tuple[tuple[str, str, str], ...] = ()


_LOG = ("id", "imported_at", "kind", "store", "scope", "path", "rows", "rows_refused", "undone")


def status(context: Context, last: int = 10) -> Status:
    """Reads the store; an empty status if nothing is imported yet.

    Args:
        last: how many imports of the log.
    """
    database = context.database
    if not database.exists():
        return Status(database.path)
    with database.session() as con:
        count, undone = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE undone) FROM s.imports").fetchall()[0]
        log = con.execute(
            f"SELECT {', '.join(_LOG)}, notes FROM s.imports ORDER BY id DESC LIMIT ?", [last]
        ).fetchall()
        holdings = tuple(_holdings(context, con))
        # Without destinations the settings say nothing of who was given up.
        here = set(context.settings.destinations)
        refreshed = tuple(run for run in last_runs(runs.read_from(con))
                          if not here or run.destination in here)
        untold = tuple(one for one in runs.undelivered(con) if not here or one[0] in here)
    return Status(database.path, holdings, tuple(_logged(row) for row in log), count, undone,
                  tuple(_lacks(context, dict.fromkeys(one.store for one in holdings))),
                  refreshed, untold)


def last_runs(log: runs.Log) -> tuple[Run, ...]:
    """The last run of each destination, failures first, then the newest."""
    latest = {run.destination: run for run in log.runs}
    newest = sorted(latest.values(), key=lambda run: run.started, reverse=True)
    return tuple(sorted(newest, key=lambda run: run.state in (Event.OK, Event.STARTED)))


def _lacks(context: Context, stores: Iterable[str]) -> Iterator[Lack]:
    for store in stores:
        for template in all_templates():
            try:
                period, gaps = missing(context, Request(template.name, store))
            except StoreError:
                continue  # no report covers its period: the holdings say so
            yield Lack(store, template.name, period, tuple(gaps))


def _logged(row: tuple[Any, ...]) -> Logged:
    *plain, notes = row
    return Logged(**dict(zip(_LOG, plain, strict=True)), notes=tuple(notes))


# --- holdings ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Gathered:
    """What the coverage records of one holding add up to."""

    imports: dict[int, int] = field(default_factory=dict)  # id -> rows refused
    spans: set[tuple[dt.date, dt.date]] = field(default_factory=set)


def _holdings(context: Context, con: duckdb.DuckDBPyConnection) -> list[Holding]:
    gathered: dict[tuple[str, str, str], _Gathered] = defaultdict(_Gathered)
    for store, market, kind, number, refused, start, end in con.execute(
        "SELECT i.store, c.marketplace, i.kind, i.id, i.rows_refused, c.start_day, c.end_day "
        "FROM s.imports i JOIN s.coverage c ON c.import_id = i.id WHERE NOT i.undone"
    ).fetchall():
        found = gathered[store, market, kind]
        found.imports[number] = refused
        if start is not None:
            found.spans.add((start, end))
    rows = _rows(con)
    kinds = {kind.name: kind for kind in all_kinds()}
    return [
        _holding(context, key, kinds.get(key[2]), found,
                 sum(rows.get((number, key[1]), 0) for number in found.imports))
        for key, found in sorted(gathered.items())
    ]


def _rows(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, str], int]:
    """(import, marketplace) -> rows in the store."""
    have, found = tables(con), {}
    for name in sorted({s.name for kind in all_kinds() for s in kind.sections} & have):
        for number, market, count in con.execute(
            f"SELECT import_id, coalesce(marketplace, ''), count(*) FROM s.\"{name}\" GROUP BY ALL"
        ).fetchall():
            found[number, market] = count
    return found


def _holding(
    context: Context, key: tuple[str, str, str], kind: ReportKind | None, found: _Gathered,
    rows: int,
) -> Holding:
    store, market, name = key
    first = min((start for start, _ in found.spans), default=None)
    last = max((end for _, end in found.spans), default=None)
    snapshots = kind is not None and kind.mode is Mode.SNAPSHOT
    return Holding(
        store, market, name, kind.label if kind else Label(name, name), first, last,
        context.last_closed_day(market), () if snapshots else gaps(found.spans),
        len(found.imports), rows, sum(found.imports.values()), kind.lag_days if kind else 0,
    )


def gaps(spans: Iterable[tuple[dt.date, dt.date]]) -> tuple[Period, ...]:
    """The days that lie between spans (first day, last day) and in none of them."""
    found: list[Period] = []
    reached: dt.date | None = None
    for start, end in sorted(spans):
        if reached is not None and start > reached + DAY:
            found.append(Period(reached + DAY, start - DAY))
        reached = max(end, reached or end)
    return tuple(found)
