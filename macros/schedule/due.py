"""What is due: from a destination, its runs and the present moment. Pure.

Of several times that passed unserved only the last counts. A run that was killed is done once
more; one that failed is tried again a few times, with growing gaps, until the grace is over or
somebody has refreshed it. A time that lies further back than the grace is skipped, and the log
says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from macros.schedule.destinations import Destination
from sync.store.runs import Event, Log, Run, Why

KILLS = 2  # so often a due time is killed: it is done once more, and then not again
AGAIN = (dt.timedelta(minutes=5), dt.timedelta(minutes=15), dt.timedelta(minutes=45))
FAR = dt.timedelta(days=31)  # further back no missed time is looked for


@dataclass(frozen=True, slots=True)
class Due:
    """A run to be made now, for `due`; `missed`: not to be made any more, only to be logged."""

    why: Why
    due: dt.datetime
    missed: bool = False


def due(destination: Destination, log: Log, now: dt.datetime) -> Due | None:
    """The time that is to be served now, if any; all times in UTC without a zone.

    A schedule counts from the moment that the log knows it.
    """
    when = destination.when
    since = log.since(destination.name, str(when)) if when else None
    if when is None or since is None or not when.at_times:
        return None
    runs = log.of(destination.name)
    served = _served(runs, Why.TIME)
    times = list(when.times(max(since, served or since, now - FAR), now))
    if not times:
        return None
    late = now - times[-1] > destination.grace
    if tried := _tried(runs, Why.TIME, times[-1]):
        return Due(Why.TIME, times[-1]) if not late and _again(tried, runs, now) else None
    return Due(Why.TIME, times[-1], missed=late)


def day_due(destination: Destination, log: Log, day: dt.date, now: dt.datetime) -> Due | None:
    """The closed day as something to be served, if it is not yet; ask only once it is in."""
    runs, moment = log.of(destination.name), dt.datetime.combine(day, dt.time())
    served = _served(runs, Why.DAY)
    if served is not None and served >= moment:
        return None
    tried = _tried(runs, Why.DAY, moment)
    return Due(Why.DAY, moment) if not tried or _again(tried, runs, now) else None


def _tried(runs: tuple[Run, ...], why: Why, moment: dt.datetime) -> list[Run]:
    """The runs for a moment, if one of them failed; those that were only killed do not count."""
    tried = [run for run in runs if run.why is why and run.due == moment]
    return tried if any(run.state is Event.FAILED for run in tried) else []


def _again(tried: list[Run], runs: tuple[Run, ...], now: dt.datetime) -> bool:
    """Whether a moment that failed is to be tried by now."""
    last = tried[-1]
    if any(run.state is Event.OK and run.number > last.number for run in runs):
        return False  # somebody has refreshed it since
    failed = sum(run.state is Event.FAILED for run in tried)
    gap = AGAIN[failed - 1] if last.state is Event.FAILED else dt.timedelta()
    return now >= (last.ended or last.started) + gap


def _served(runs: tuple[Run, ...], why: Why) -> dt.datetime | None:
    """Up to where the schedule is done: filled, skipped, or killed or failed for good."""
    own = [(run.due, run.state) for run in runs if run.why is why and run.due is not None]
    count = Counter(own)
    done = [due for due, state in own
            if state in (Event.OK, Event.SKIPPED)
            or count[due, Event.INTERRUPTED] >= KILLS
            or count[due, Event.FAILED] > len(AGAIN)]
    return max(done, default=None)


def coming(destination: Destination, now: dt.datetime, many: int) -> Iterator[dt.datetime]:
    """The next times of a destination, in UTC without a zone."""
    if destination.when is None:
        return
    for _, moment in zip(range(many), destination.when.times(
            now, now + dt.timedelta(days=366 * 5)), strict=False):
        yield moment
