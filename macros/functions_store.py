"""The cell functions' memory: each question goes to the store once, until the store changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from macros import jobs, settings
from macros.jobs import Context
from macros.planner import CONF, About, about
from macros.settings import Settings
from sync.store.database import Database
from workbook.metrics import METRICS
from workbook.model import Period, Rule

if TYPE_CHECKING:
    import duckdb
    import xlwings

    from macros.answers import Answer
    from workbook.inputs import Known

T = TypeVar("T")

_FRESH = 2.0  # seconds for which settings are not looked for again
_TRY_AGAIN = 30.0  # seconds for which an error stands, unless the store changes
_BUSY = 10.0  # seconds that a cell waits for an import; a person looks at an hourglass meanwhile
_MANY = 5_000  # questions; beyond them the memory begins anew


class _Context(Context):
    """A context whose store is not waited for long."""

    @property
    def database(self) -> Database:
        return Database(self.settings.store_path, timeout=_BUSY)


Look = Callable[[], tuple[Path | None, About]]


def workbook_of_cell() -> tuple[str, Look]:
    """The name of the workbook whose cell is computed, and how to find out more: its folder on
    this PC, and for whom it was made."""
    try:
        import xlwings

        book = xlwings.Book.caller()
        return book.name, lambda: (_folder(book), _about(book))
    except Exception:  # no Excel, or no cell behind this call
        return "", lambda: (None, About())


def _folder(book: xlwings.Book) -> Path | None:
    try:
        path = Path(book.fullname)
    except Exception:  # in OneDrive or SharePoint, without a copy on this PC
        return None
    return path.parent if path.is_absolute() else None


def _about(book: xlwings.Book) -> About:
    if CONF not in [sheet.name for sheet in book.sheets]:
        return About()
    rows = book.sheets[CONF].range("A1:B99").value
    return about({}, {str(name): value for name, value in rows if name is not None})


@dataclass(slots=True)
class _Shelf:
    """What is known of one store under some settings; `stamp` is the file's."""

    settings: Settings
    stamp: object
    kept: dict[object, Any] = field(default_factory=dict)
    failed: dict[object, tuple[float, Exception]] = field(default_factory=dict)


class Memory:
    """Answers for cells. Any thread may ask; one question is never asked twice at a time.

    Args:
        clock: seconds that only grow.
        workbook: see `workbook_of_cell`.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic,
        workbook: Callable[[], tuple[str, Look]] = workbook_of_cell,
    ) -> None:
        self._clock, self._workbook = clock, workbook
        self._lock = threading.RLock()
        self._settings: dict[str, tuple[float, Settings]] = {}
        self._shelves: dict[object, _Shelf] = {}

    def settings(self) -> Settings:
        """Those beside the workbook or above it, else those of the working folder; a planner's
        own store and language stand over them.

        Raises:
            SettingsError: see `settings.load`.
        """
        with self._lock:
            name, look = self._workbook()
            read_at, found = self._settings.get(name, (0.0, None))
            if found is None or self._clock() - read_at > _FRESH:
                found = _settings_of(*look())
                self._settings[name] = self._clock(), found
            return found

    def numbers(self, store: str, period: Period) -> Answer:
        """Every metric of every marketplace: all cells of one period are one question."""
        return self._once(("numbers", store, period), lambda context: jobs.metrics(
            context, METRICS, period=str(period), store=store))

    def rows(self, store: str, period: Period, metric: str, by: str) -> Answer:
        """One metric by one dimension, the largest first."""
        return self._once(("rows", store, period, metric, by), lambda context: jobs.metrics(
            context, [metric], period=str(period), by=[by], store=store))

    def rules(self, store: str, period: Period) -> tuple[Rule, ...]:
        """The rulebook with what people typed and imported, as on the period's last day."""
        from workbook.plan import State
        from workbook.rules import rulebook
        from workbook.ruling import said_rules

        def ask(context: Context) -> tuple[Rule, ...]:
            rows = rulebook(context.settings.rule_rows, str(context.settings.file or ""))
            return said_rules(rows, self.known(store), State(), period.end)

        return self._once(("rules", store, period.end), ask)

    def known(self, store: str) -> Known:
        """What people have said of the store."""
        from sync.store import typed

        return self._in_store(("known",), store, typed.read)

    def markets(self, store: str) -> list[str]:
        """The marketplaces with reports."""
        from sync.store import history

        return self._in_store(("markets",), store, lambda con, name: history.stores(con)[name])

    def names(self, store: str, keys: frozenset[str]) -> dict[str, str]:
        """SKU or ASIN -> the product's name."""
        from sync.store import history

        return self._in_store(("names", keys), store, lambda con, name: {
            key: product.name for key, product in history.products(con, name, keys).items()})

    def _in_store(
        self, question: tuple[object, ...], store: str,
        ask: Callable[[duckdb.DuckDBPyConnection, str], T],
    ) -> T:
        from sync.store import history

        def asked(context: Context) -> T:
            with context.database.session() as con:
                known = list(history.stores(con))
                return ask(con, jobs.one_store(store or context.settings.store, known))

        return self._once((*question, store), asked)

    def is_over(self, period: Period, marketplace: str) -> bool:
        """Has the period ended on the marketplace?"""
        return period.end <= _Context(self.settings(), jobs.utc_now()).last_closed_day(marketplace)

    def _once(self, question: object, ask: Callable[[Context], T]) -> T:
        with self._lock:
            found = self.settings()
            shelf = self._shelf(found)
            if question not in shelf.kept:
                failed_at, error = shelf.failed.get(question, (0.0, None))
                if error is not None and self._clock() - failed_at < _TRY_AGAIN:
                    raise error
                try:
                    shelf.kept[question] = ask(_Context(found, jobs.utc_now()))
                except Exception as wrong:
                    shelf.failed[question] = self._clock(), wrong
                    raise
            answer: T = shelf.kept[question]
            return answer

    def _shelf(self, found: Settings) -> _Shelf:
        """Empty again after an import, an undo, a fill that kept something typed, new settings."""
        place = found.file, found.store_path, found.store, found.lang
        stamp = _stamp(found.store_path)
        shelf = self._shelves.get(place)
        if (shelf is None or shelf.stamp != stamp or shelf.settings != found
                or len(shelf.kept) > _MANY):
            shelf = self._shelves[place] = _Shelf(found, stamp)
        return shelf


def _settings_of(folder: Path | None, planner: About) -> Settings:
    found = settings.load(folder) if folder and folder.is_dir() else None
    if found is None or found.file is None:
        found = settings.load()
    return replace(found, store=planner.store or found.store, lang=planner.lang or found.lang)


def _stamp(path: Path) -> object:
    """What changes with each change of the store's file; None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino
