"""What Opsheet does, as functions: import reports, ask for metrics, fill a template.

The command line, buttons and the schedule all end here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from macros.settings import Settings
from sync.read import files
from sync.read.scope import Ask, Said
from sync.store import imports
from sync.store.database import Database
from workbook.errors import OpsheetError
from workbook.model import parse_period

if TYPE_CHECKING:
    import pandas


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


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def import_paths(
    context: Context, paths: list[Path], *, store: str = "", marketplace: str = "", period: str = "",
    date_order: str | None = None, ask: Ask | None = None,
) -> Iterator[imports.Outcome]:
    """Imports files, folders and archives, the oldest download first; one outcome a file.

    A file that cannot be used is refused and the others go on.

    Raises:
        UsageError, UnreadableFile: the period or a path does not exist.
    """
    settings = context.settings
    said = Said(
        store=store, marketplace=marketplace,
        period=parse_period(period, week_first=settings.week_first) if period else None,
        default_store=settings.store, rules=settings.rules, date_order=date_order,
        week_first=settings.week_first, ask=ask,
    )
    import duckdb

    with duckdb.connect() as connection:
        for path in files.find(paths):
            for file in files.load(path):
                try:
                    if isinstance(file, OpsheetError):
                        raise file
                    yield imports.import_file(
                        context.database, file, said, context.now, connection)
                except OpsheetError as error:
                    yield refused(getattr(file, "shown", str(path)), error)


def refused(path: str, error: OpsheetError) -> imports.Outcome:
    """The outcome of a file that was not used; nothing of it is in the store."""
    return imports.Outcome(path, "refused", str(error))
