"""What is due: from a destination, its runs and the present moment. Pure.

Of several times that passed unserved only the last counts. A run that was killed is done once
more. A time that lies further back than the grace is skipped, and the log says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from macros.schedule.destinations import Destination
from sync.store.runs import Event, Log, Run, Why

TRIES = 2  # a due time is begun at most so often: once, and once more after a kill
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
    served = _served(log.of(destination.name), Why.TIME)
    times = list(when.times(max(since, served or since, now - FAR), now))
    if not times:
        return None
    return Due(Why.TIME, times[-1], missed=now - times[-1] > destination.grace)


def day_due(destination: Destination, log: Log, day: dt.date) -> Due | None:
    """The closed day as something to be served, if it is not yet; ask only once it is in."""
    served = _served(log.of(destination.name), Why.DAY)
    moment = dt.datetime.combine(day, dt.time())
    return None if served is not None and served >= moment else Due(Why.DAY, moment)


def _served(runs: tuple[Run, ...], why: Why) -> dt.datetime | None:
    """Up to where the schedule is done: finished, skipped, or killed as often as is allowed."""
    own = [run for run in runs if run.why is why and run.due is not None]
    killed = [run.due for run in own if run.state is Event.INTERRUPTED]
    done = [run.due for run in own
            if run.state in (Event.OK, Event.FAILED, Event.SKIPPED)
            or killed.count(run.due) >= TRIES]
    return max((moment for moment in done if moment), default=None)


def coming(destination: Destination, now: dt.datetime, many: int) -> Iterator[dt.datetime]:
    """The next times of a destination, in UTC without a zone."""
    if destination.when is None:
        return
    for _, moment in zip(range(many), destination.when.times(
            now, now + dt.timedelta(days=366 * 5)), strict=False):
        yield moment
