"""The long-running schedule: every minute it asks what is due, and fills it.

APScheduler wakes it; what is due is decided from the run log alone (`due.py`), so that a restart,
a second process and a machine that slept need nothing else.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from macros import crash, jobs, settings
from macros.jobs import Context
from macros.schedule import due, refresh
from macros.schedule.day import day_in
from macros.schedule.destinations import Destination, read
from macros.schedule.due import Due
from macros.schedule.inbox import Inbox
from macros.settings import Settings
from sync.store import runs
from sync.store.runs import Event, Log, Run, Why
from workbook.errors import OpsheetError, SettingsError

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

WORKERS = 4  # destinations that are refreshed at the same time
PAUSE = dt.timedelta(minutes=10)  # after a failure, before a box that is still ticked counts
LOOK_BACK = 40  # days of the log; more than due.FAR

Submit = Callable[[Callable[[], None]], object]
Say = Callable[[str, str], None]  # destination or "", what happened


class Runner:
    """What happens each minute; `submit` runs a refresh, in a pool or at once.

    Args:
        load: reads the settings.
        say: tells a person what happened.
        fill_one: fills one target; by default `refresh.fill_target`.
    """

    def __init__(
        self, load: Callable[[], Settings], say: Say, fill_one: refresh.Fill | None = None
    ) -> None:
        self._load, self._say, self._fill_one = load, say, fill_one
        self._settings = load()
        self._destinations = read(self._settings)
        self._stamp = _stamp(self._settings.file)
        self._inbox = Inbox()
        self._busy: set[str] = set()
        self._said: dict[str, str] = {}
        # No Event: a signal that comes while its lock is held would wait for itself.
        self.stopping = False

    def tick(self, submit: Submit) -> None:
        """Refreshes what is due; an error is told, and the next minute tries again."""
        with self._telling("the settings", "The settings from before still count."):
            self._reload()
        context = self._context()
        with self._telling("opsheet schedule run"):
            log = runs.read(context.database, LOOK_BACK, context.now)
            self._sweep(context, log)
            new = [(one.name, str(one.when)) for one in self._destinations
                   if one.when and log.since(one.name, str(one.when)) is None]
            if new:
                runs.known(context.database, new, context.now)
            for one in self._destinations:
                if due.due(one, log, context.now):
                    self._begin(submit, one)
            with self._telling("the days that are waited for"):
                for one, day in self._days(context):
                    if due.day_due(one, log, day, context.now):
                        self._begin(submit, one, day)

    def poll(self, submit: Submit) -> None:
        """Refreshes the destinations whose "Refresh now" box is ticked."""
        sheets = [one for one in self._destinations
                  if any(target.startswith("google:") for _, target in one.fills)]
        if not sheets:
            return
        with self._telling('the "Refresh now" boxes'):
            from macros.checkbox import ticked

            asked = ticked(self._context(), sheets)
            for one in sheets:
                if one.name in asked:
                    self._begin(submit, one, asked=True)

    def _context(self) -> Context:
        return Context(self._settings, jobs.utc_now())

    @contextmanager
    def _telling(self, doing: str, more: str = "") -> Iterator[None]:
        """Tells of an error, once and not every minute, and goes on."""
        try:
            yield
        except refresh.Busy:
            return  # another process serves it; if it does not, the next minute does
        except OpsheetError as error:
            text = " ".join(error.lines())
        except Exception as error:
            text = crash.told(error, crash.keep(error, doing))
        else:
            self._said.pop(doing, None)
            return
        if self._said.get(doing) != text:
            self._said[doing] = text
            self._say("", f"{text} {more}".rstrip())

    def _begin(
        self, submit: Submit, one: Destination, day: dt.date | None = None, *, asked: bool = False
    ) -> None:
        if one.name not in self._busy:
            self._busy.add(one.name)
            submit(partial(self._serve, one, day, asked))

    def _serve(self, one: Destination, day: dt.date | None, asked: bool) -> None:
        """Refreshes a destination if it is still due now that it is held."""
        try:
            if self.stopping:
                return  # it stays due
            with self._telling(f"schedule of {one.name}"), refresh.held(self._context(), one.name):
                context = self._context()
                log = runs.read(context.database, LOOK_BACK, context.now)
                if refresh.mark_killed(context, log, one.name):
                    log = runs.read(context.database, LOOK_BACK, context.now)
                found = _due(one, log, context.now, day)
                if found and found.missed:
                    self._tell_run(refresh.skip(context, one, found.due))
                    found = None
                if found:
                    self._refresh(context, one, found.why, found.due)
                elif asked and not _just_failed(log.of(one.name), context.now):
                    self._refresh(context, one, Why.ASKED, None)
        finally:
            self._busy.discard(one.name)

    def _refresh(
        self, context: Context, one: Destination, why: Why, moment: dt.datetime | None
    ) -> None:
        run, plans = refresh.refresh(context, one, why, moment, self._inbox, self._fill_one)
        self._tell_run(run)
        if one.notify:
            from macros.notify import tell

            for line in tell(context, one, run, plans):
                self._say(one.name, line)

    # --- what is looked at each minute ------------------------------------------------------

    def _reload(self) -> None:
        """Changed settings count from now on.

        Raises:
            SettingsError: they are gone, or there is a mistake in them.
        """
        file = self._settings.file
        stamp = _stamp(file)
        if stamp == self._stamp:
            return
        fresh = self._load()
        if fresh.file != file:  # none, or one of a folder above: it is another's
            raise SettingsError("The settings are not there any more.", str(file),
                                "Put the file back, or end the schedule.")
        self._destinations, self._settings, self._stamp = read(fresh), fresh, stamp
        self._inbox.try_again()
        self._say("", "The settings have changed and count from now on.")

    def _sweep(self, context: Context, log: Log) -> None:
        """Marks the runs of killed processes."""
        for name in {run.destination for run in log.runs if run.state is Event.STARTED}:
            if name in self._busy:
                continue
            try:
                with refresh.held(context, name):
                    fresh = runs.read(context.database, LOOK_BACK, context.now)
                    if refresh.mark_killed(context, fresh, name):
                        self._say(name, "A run of it was interrupted.")
            except refresh.Busy:
                continue

    def _days(self, context: Context) -> list[tuple[Destination, dt.date]]:
        """The destinations that wait for a day, where the last closed one is in."""
        waiting = [one for one in self._destinations if one.when and not one.when.at_times]
        if not waiting:
            return []
        for note in self._inbox.take(context):
            self._say("", note)  # a report that is waited for may be among them
        if not context.database.exists():
            return []
        with context.database.session() as con:
            found = [(one, day_in(con, context, one)) for one in waiting]
        return [(one, seen[0]) for one, seen in found if seen and not seen[1]]

    def _tell_run(self, run: Run) -> None:
        done = run.result
        parts = [run.state.value, f"{done.cells:,} cells",
                 f"{done.calls} calls" if done.calls is not None else "",
                 f"{len(done.imported)} files imported" if done.imported else "",
                 f"{len(done.notes)} note{'s' * (len(done.notes) != 1)}" if done.notes else "",
                 f"{done.seconds:.1f} s", " ".join(done.error.split())]
        if run.state is Event.SKIPPED:
            parts = [run.state.value, done.error]
        self._say(run.destination, ", ".join(filter(None, parts)))


def _due(one: Destination, log: Log, now: dt.datetime, day: dt.date | None) -> Due | None:
    return due.due(one, log, now) or (due.day_due(one, log, day, now) if day else None)


def _just_failed(found: tuple[Run, ...], now: dt.datetime) -> bool:
    """A box that a failure could not untick is not served every minute."""
    return bool(found) and found[-1].state is Event.FAILED and now - found[-1].started < PAUSE


def _stamp(file: Path | None) -> tuple[int, int] | None:
    try:
        stat = file.stat() if file else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size) if stat else None


# --- the process ------------------------------------------------------------------------


def run(runner: Runner, every: float = 60) -> None:
    """Runs until SIGTERM, SIGINT or Ctrl+C; a refresh that is under way is finished first.

    A second signal ends the process at once; the log marks the run at the next start.

    Args:
        every: seconds between two looks.
    """
    scheduler, pool = _scheduler(), ThreadPoolExecutor(WORKERS, "refresh")
    for look in (runner.tick, runner.poll):
        scheduler.add_job(look, "interval", args=[pool.submit], seconds=every,
                          next_run_time=dt.datetime.now(dt.UTC))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(runner))
    scheduler.start()
    while not runner.stopping:
        time.sleep(0.5)
    scheduler.shutdown(wait=True)
    pool.shutdown(wait=True)


def _stop(runner: Runner) -> None:
    if runner.stopping:
        os._exit(130)  # at once: anything gentler waits for the refresh
    runner.stopping = True


def _scheduler() -> BackgroundScheduler:
    """Looks are never late and never two at a time: of several missed ones one is made up for."""
    import logging

    from apscheduler.schedulers.background import BackgroundScheduler

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a look that lasts is no news
    return BackgroundScheduler(timezone=dt.UTC, job_defaults={
        "coalesce": True, "max_instances": 1, "misfire_grace_time": None})


def load_again(first: Settings) -> Callable[[], Settings]:
    """Reads the settings from where they were found at first."""
    folder = first.file.parent if first.file else None
    return lambda: settings.load(folder)
