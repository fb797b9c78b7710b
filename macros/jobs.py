"""What Opsheet does, as functions: import reports, undo, ask for metrics, fill a template.

The command line, buttons and the schedule all end here.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from macros.settings import Settings
from sync.store.database import Database
from workbook.errors import OpsheetError, StoreError, UnreadableFile, UsageError
from workbook.marketplaces import BY_CODE
from workbook.model import Period, parse_period, week_of
from workbook.nearest import nearest

if TYPE_CHECKING:
    import duckdb
    import pandas

    from macros.answers import Answer
    from sync.read import files
    from sync.read.scope import Ask, Said
    from sync.store import imports


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, the store and the present moment (UTC, without a zone) that a job works with."""

    settings: Settings
    now: dt.datetime

    @property
    def database(self) -> Database:
        return Database(self.settings.store_path)

    def local_now(self, zone: str) -> dt.datetime:
        return self.now.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))

    def last_closed_day(self, marketplace: str) -> dt.date:
        """The last day that is over in the marketplace's own time zone (UTC if it has none)."""
        market = BY_CODE.get(marketplace)
        return self.local_now(market.zone if market else "UTC").date() - dt.timedelta(days=1)


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


# --- importing --------------------------------------------------------------------------


def import_paths(
    context: Context, paths: list[Path], *, store: str = "", marketplace: str = "",
    period: str = "", date_order: str | None = None, ask: Ask | None = None,
) -> Iterator[imports.Outcome]:
    """Imports files, folders and archives, the oldest download first; one outcome a file.

    A file that cannot be used or does not exist is refused and the others go on.

    Raises:
        UsageError: the period is none.
    """
    from sync.read import files
    from sync.read.scope import Said

    settings = context.settings
    said = Said(
        store=store, marketplace=marketplace,
        period=parse_period(period, week_first=settings.week_first) if period else None,
        default_store=settings.store, rules=settings.rules, date_order=date_order,
        week_first=settings.week_first, ask=ask,
    )
    import duckdb

    for path in paths:
        if not os.path.exists(path):
            missing = UnreadableFile(
                "There is no such file or folder.", str(path), "Check the path.")
            yield refused(str(path), missing)
    with duckdb.connect() as connection:
        for path in files.find([path for path in paths if os.path.exists(path)]):
            for file in files.load(path):
                yield _import(context, path, file, said, connection)


def _import(
    context: Context, path: Path, file: files.ReportFile | OpsheetError, said: Said,
    connection: duckdb.DuckDBPyConnection,
) -> imports.Outcome:
    """One file's outcome; an error that nobody foresaw refuses the file and is kept in the log."""
    import duckdb

    from macros import crash
    from sync.store import imports

    if isinstance(file, OpsheetError):
        return refused(str(path), file)
    try:
        return imports.import_file(context.database, file, said, context.now, connection)
    except OpsheetError as error:
        return refused(file.shown, error)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except OSError as error:
        return refused(file.shown, OpsheetError(
            f"{error.strerror or error}.", str(error.filename or context.database.path),
            "Check the disk and the path; OPSHEET_STORE names the store."))
    except Exception as error:
        log = crash.keep(error, f"import of {file.shown}")
        return imports.Outcome(file.shown, "refused", crash.told(error, log))


def refused(path: str, error: OpsheetError) -> imports.Outcome:
    """The outcome of a file that was not used; nothing of it is in the store."""
    from sync.store import imports

    return imports.Outcome(path, "refused", "\n".join(error.lines()))


def undo(context: Context, import_id: int) -> dict[str, object]:
    """Takes an import back; what it stood over counts again. Returns the import's log line.

    Raises:
        StoreError: there is no such import, or it is undone already.
    """
    from sync.store import imports

    with context.database.session():
        pass  # a store that is not there is an error, and is not created
    return imports.undo(context.database, import_id)


# --- metrics ----------------------------------------------------------------------------


def metrics(
    context: Context, names: Iterable[str] = (), *, period: str = "", by: Iterable[str] = (),
    store: str = "", marketplace: str = "",
) -> Answer:
    """Metrics of one store over a period; one row a key and time bucket, currencies apart.

    Args:
        names: by default a set that fits the dimensions.
        period: `2026-W46`, `2026-11`, a day or `A..B`; by default the last closed week.
        by: dimensions, and at most one of day, week, month.
        store: may be left out if the settings name one or the store file holds only one.
        marketplace: a code; by default all that the store has.

    Raises:
        TemplateError: an unknown metric or dimension. UsageError: an unknown store or period.
        StoreError: nothing is imported yet.
    """
    from macros import answers
    from sync.store.query import ask

    settings = context.settings
    wish = answers.wish(names, by)
    span = parse_period(period, week_first=settings.week_first) if period else None
    with context.database.session() as con:
        name = one_store(store or settings.store, _stores(con))
        codes = (marketplace,) if marketplace else _marketplaces(con, name)
        span = span or last_closed_week(context, codes)
        buckets = answers.buckets(span, wish.time, settings.week_first)
        facts = ask(context.database, wish.question(buckets), store=name, marketplaces=codes,
                    declared=settings.of(name), connection=con)
    return answers.answer(wish, facts, name, span, buckets, codes, settings.week_first)


def metrics_frame(
    context: Context, names: Iterable[str] = (), *, period: str = "", by: Iterable[str] = (),
    store: str = "", marketplace: str = "",
) -> pandas.DataFrame:
    """`metrics` as a frame: marketplace, currency, dimensions, then a column a metric.

    Counts are Int64, money and ratios float64, blanks NA, days timestamps.
    """
    from macros import answers

    found = metrics(context, names, period=period, by=by, store=store, marketplace=marketplace)
    return answers.frame(found)


def last_closed_week(context: Context, marketplaces: Iterable[str]) -> Period:
    """The last week that is over in every one of the marketplaces."""
    day = min(map(context.last_closed_day, marketplaces), default=context.last_closed_day(""))
    week = week_of(day, first=context.settings.week_first)
    return week if week.end <= day else week.previous()


def stores(context: Context) -> list[str]:
    """The stores that have imports; none if nothing is imported yet."""
    if not context.database.exists():
        return []
    with context.database.session() as con:
        return _stores(con)


def _stores(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("SELECT DISTINCT store FROM s.imports WHERE NOT undone").fetchall()
    return sorted(name for (name,) in rows)


def _marketplaces(con: duckdb.DuckDBPyConnection, store: str) -> tuple[str, ...]:
    from sync.store.covered import read_coverage

    return tuple(sorted(read_coverage(con, store).marketplaces))


def one_store(wanted: str, known: list[str]) -> str:
    """The store that is meant: the only one needs no name.

    Raises:
        UsageError: there is no such store, or several and none is named. StoreError: none at all.
    """
    if not known:
        raise StoreError("Nothing is imported yet.",
                         do="Import reports first: opsheet import FOLDER")
    if not wanted and len(known) == 1:
        return known[0]
    if wanted in known:
        return wanted
    if wanted:
        raise UsageError(f"There is no store '{wanted}'.",
                         do=f"{nearest(wanted, known)}Stores: {', '.join(known)}.")
    raise UsageError("There are several stores.", f"stores: {', '.join(known)}",
                     "Name one with --store, or write store = \"NAME\" into opsheet.toml.")
