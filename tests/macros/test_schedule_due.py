"""What is due: once, the last of several, again only after a kill or a failure, never too late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from macros.schedule.destinations import Destination
from macros.schedule.due import AGAIN, KILLS, Due, coming, day_due, due
from macros.schedule.when import parse
from sync.store.runs import Event, Log, Run, Why

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
DUE = dt.datetime(2026, 11, 17, 7, 30)


def destination(words: str = "every day 07:30", **more: Any) -> Destination:
    return Destination("d", (("daily_check", "a.xlsx"),), when=parse(words, "UTC", ""), **more)


def log(*runs: tuple[dt.datetime, Event], since: dt.datetime = DUE - 20 * HOUR,
        words: str = "every day 07:30 (UTC)", why: Why = Why.TIME) -> Log:
    return Log(tuple(Run(n, "d", why, at, at, state) for n, (at, state) in enumerate(runs)),
               (("d", words, since),))


def test_it_is_due_from_its_time_on() -> None:
    assert due(destination(), log(), DUE - MINUTE) is None
    assert due(destination(), log(), DUE) == Due(Why.TIME, DUE)
    assert due(destination(), log(), DUE + HOUR) == Due(Why.TIME, DUE)


def test_a_finished_run_is_not_due_again() -> None:
    for state in (Event.OK, Event.SKIPPED):
        assert due(destination(), log((DUE, state)), DUE + HOUR) is None


def failed(*started: dt.datetime, state: Event = Event.FAILED) -> Log:
    runs = tuple(Run(n, "d", Why.TIME, DUE, at, state) for n, at in enumerate(started))
    return Log(runs, (("d", "every day 07:30 (UTC)", DUE - 20 * HOUR),))


def test_a_failed_run_is_tried_again_with_growing_gaps() -> None:
    started = [DUE]
    for gap in AGAIN:
        next_one = started[-1] + gap
        assert due(destination(), failed(*started), next_one - MINUTE) is None
        assert due(destination(), failed(*started), next_one) == Due(Why.TIME, DUE)
        started.append(next_one)
    assert due(destination(), failed(*started), DUE + 5 * HOUR) is None, "not for ever"


def test_a_failed_run_is_not_tried_again_too_late_or_after_somebody_refreshed() -> None:
    one = destination(grace=10 * MINUTE)
    assert due(one, failed(DUE), DUE + 10 * MINUTE) == Due(Why.TIME, DUE)
    assert due(one, failed(DUE), DUE + 11 * MINUTE) is None
    by_hand = Run(9, "d", Why.HAND, None, DUE + 2 * MINUTE, Event.OK)
    served = failed(DUE)
    assert due(destination(), replace(served, runs=(*served.runs, by_hand)), DUE + HOUR) is None


def test_a_run_by_hand_serves_no_due_time() -> None:
    done = log((DUE - MINUTE, Event.OK), why=Why.HAND)
    assert due(destination(), done, DUE) == Due(Why.TIME, DUE)


def test_a_killed_run_is_done_once_more_and_not_twice() -> None:
    once = log((DUE, Event.INTERRUPTED))
    assert due(destination(), once, DUE + MINUTE) == Due(Why.TIME, DUE)
    twice = log((DUE, Event.INTERRUPTED), (DUE, Event.INTERRUPTED))
    assert due(destination(), twice, DUE + MINUTE) is None
    done = log((DUE, Event.INTERRUPTED), (DUE, Event.OK))
    assert due(destination(), done, DUE + MINUTE) is None


def test_of_several_missed_times_the_last_is_run_once() -> None:
    hourly = destination("0 * * * *")
    seen = log(words="0 * * * * (UTC)", since=DUE - 10 * HOUR)
    assert due(hourly, seen, DUE) == Due(Why.TIME, DUE.replace(minute=0))


def test_what_is_too_late_is_missed() -> None:
    assert due(destination(), log(), DUE + 6 * HOUR) == Due(Why.TIME, DUE)
    assert due(destination(), log(), DUE + 6 * HOUR + MINUTE) == Due(Why.TIME, DUE, missed=True)
    strict = destination(grace=dt.timedelta())
    assert due(strict, log(), DUE) == Due(Why.TIME, DUE)
    assert due(strict, log(), DUE + MINUTE) == Due(Why.TIME, DUE, missed=True)


def test_a_new_schedule_does_not_make_up_for_the_past() -> None:
    assert due(destination(), log(since=DUE), DUE + HOUR) is None
    assert due(destination(), Log(), DUE + HOUR) is None
    changed = log(words="every day 08:00 (UTC)")
    assert due(destination(), changed, DUE + HOUR) is None


def test_a_clock_that_is_put_back_runs_nothing_twice() -> None:
    assert due(destination(), log((DUE, Event.OK)), DUE - HOUR) is None
    assert due(destination(), log((DUE, Event.OK)), DUE) is None


def test_a_closed_day_is_due_once() -> None:
    waiting = destination("when the day is in")
    day = dt.date(2026, 11, 16)
    at = dt.datetime(2026, 11, 16)
    assert day_due(waiting, log(), day, DUE) == Due(Why.DAY, at)
    assert day_due(waiting, log((at, Event.OK), why=Why.DAY), day, DUE) is None
    assert day_due(waiting, log((at, Event.OK), why=Why.HAND), day, DUE) == Due(Why.DAY, at)
    assert day_due(waiting, log((at, Event.INTERRUPTED), why=Why.DAY), day, DUE) == Due(Why.DAY, at)
    lost = log((at, Event.FAILED), why=Why.DAY)
    assert day_due(waiting, lost, day, at + AGAIN[0] - MINUTE) is None
    assert day_due(waiting, lost, day, at + AGAIN[0]) == Due(Why.DAY, at)
    later = log((at, Event.OK), why=Why.DAY)
    assert day_due(waiting, later, day + dt.timedelta(days=1), DUE) is not None
    assert day_due(waiting, later, day - dt.timedelta(days=1), DUE) is None
    assert due(waiting, log(words="when the day is in"), DUE) is None


def test_the_next_times() -> None:
    assert list(coming(destination(), DUE, 2)) == [DUE + 24 * HOUR, DUE + 48 * HOUR]
    assert list(coming(replace(destination(), when=None), DUE, 2)) == []


# --- any sequence of stops, kills and restarts ------------------------------------------


class Machine:
    """Plays a process on a clock: looks each minute while it is on; may be killed in a run."""

    def __init__(self, one: Destination, start: dt.datetime) -> None:
        self.one, self.now, self.start = one, start, start
        self.log = Log((), (("d", str(one.when), start),))
        self.looks: list[dt.datetime] = []

    def add(self, at: dt.datetime, state: Event) -> None:
        run = Run(len(self.log.runs), "d", Why.TIME, at, self.now, state)
        self.log = replace(self.log, runs=(*self.log.runs, run))

    def look(self, outcome: str) -> None:
        self.looks.append(self.now)
        found = due(self.one, self.log, self.now)
        if found is None:
            return
        if found.missed:
            self.add(found.due, Event.SKIPPED)
        else:
            self.add(found.due, {"kill": Event.INTERRUPTED, "fail": Event.FAILED}.get(
                outcome, Event.OK))


STEPS = st.lists(st.tuples(
    st.sampled_from([1, 1, 1, 2, 7, 29, 61, 300, 361, 700, 1441, 3000]),  # minutes off, or 1: on
    st.sampled_from(["ok", "ok", "fail", "kill"])), min_size=1, max_size=60)
WORDS = st.sampled_from(["every day 07:30 Asia/Shanghai", "0 * * * *", "*/20 * * * *",
                         "30 2 * * * Europe/Berlin", "30 1 * * * America/New_York",
                         "* * * * *", "every Monday 08:00"])
STARTS = st.sampled_from([dt.datetime(2026, 10, 24, 22), dt.datetime(2026, 3, 28, 23, 50),
                          dt.datetime(2026, 10, 31, 23), dt.datetime(2026, 11, 16)])


@given(WORDS, STARTS, STEPS, st.sampled_from([0, 5, 360]))
@settings(max_examples=150, deadline=None)
def test_no_due_time_is_lost_or_doubled(
    words: str, start: dt.datetime, steps: list[tuple[int, str]], grace: int
) -> None:
    one = destination(words, grace=grace * MINUTE)
    machine = Machine(one, start)
    for minutes, outcome in steps:
        machine.now += minutes * MINUTE
        machine.look(outcome)
    assert one.when is not None
    times = list(one.when.times(start, machine.looks[-1]))
    tries = {moment: [run for run in machine.log.runs if run.due == moment] for moment in times}
    assert sum(map(len, tries.values())) == len(machine.log.runs)  # only real times were served
    served = [run.due for run in machine.log.runs]
    assert served == sorted(served, key=lambda at: at or start)
    for moment, made in tries.items():
        ended = [run.state for run in made if run.state is not Event.INTERRUPTED]
        done = [state for state in ended if state is not Event.FAILED]
        assert len(made) - len(ended) <= KILLS and len(ended) - len(done) <= len(AGAIN) + 1
        assert not done or (len(done) == 1 and made[-1].state is done[0])  # nothing comes after
        losses = [run.started for run in made if run.state is Event.FAILED]
        for gap, one_try, next_try in zip(AGAIN, losses, losses[1:], strict=False):
            assert next_try >= one_try + gap
        for run in made:
            late = run.started - moment
            assert (run.state is Event.SKIPPED) == (late > one.grace)
        # Passed over, or killed and not done once more, only where a later time had come by then.
        last = made[-1].started if made else moment - MINUTE
        look = next((at for at in machine.looks if at >= moment and at > last), None)
        if not ended and len(made) < KILLS and look is not None:
            assert any(moment < other <= look for other in times)
