"""Whether there is news: one message a change, never one a run. What was told is in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from macros.jobs import Context
from macros.notify import message
from macros.notify.channels import Channel, read
from macros.notify.message import Message
from macros.notify.reds import reds
from macros.notify.send import NotSent, send
from macros.schedule.destinations import Destination
from sync.store import runs
from sync.store.runs import Event, Run
from workbook.errors import OpsheetError
from workbook.plan import Plan

REDS, FAILURES = "reds", "failures"
FAILING = "failing"

Send = Callable[[Channel, Message], None]


def tell(
    context: Context, destination: Destination, run: Run, plans: Mapping[str, Plan],
    deliver: Send = send,
) -> list[str]:
    """Tells every channel of the destination what is new after a run; a line each that was tried.

    A message that could not be delivered is tried again after the next run. Nothing is raised.
    """
    found: list[str] = []
    for name in destination.notify:
        try:
            channel = read(context.settings, name)
            for topic, text, keys in _news(context, destination, channel, run, plans):
                problem = _deliver(channel, text, deliver) if text else None
                at = (context.database, destination.name, name, topic)
                if problem is None or problem.partly:  # or those who got it would get it again
                    runs.tell(*at, keys, context.now)
                if problem:
                    runs.untold(*at, str(problem), context.now)
                if text:
                    found.append(f"{name} was not told: {problem}" if problem
                                 else f"{name} was told: {text.title}")
        except OpsheetError as error:
            found.append(f"{name} was not told: {' '.join(error.lines())}")
    return found


def _deliver(channel: Channel, text: Message, deliver: Send) -> NotSent | None:
    """What went wrong, if anything."""
    try:
        deliver(channel, text)
    except NotSent as error:
        return error
    return None


def _news(
    context: Context, destination: Destination, channel: Channel, run: Run,
    plans: Mapping[str, Plan],
) -> Iterator[tuple[str, Message | None, frozenset[str]]]:
    """Topic, message (None: nothing to say, only to remember) and what is then known."""
    with context.database.session() as con:
        told = runs.told(con, destination.name, channel.name, REDS)
        failing = bool(runs.told(con, destination.name, channel.name, FAILURES))
        recent = runs.read_from(con).of(destination.name)
    if plans:
        every = reds(plans)
        before = told or frozenset()
        # What a template that was not filled had red is still so, as far as anyone knows.
        kept = frozenset(key for key in before if key.partition("|")[0] not in plans)
        now = kept | {red.key for red in every}
        new = [red for red in every if red.key not in before]
        if now != before:
            yield REDS, message.of_reds(destination, new, every) if new else None, now
    lost = failures_in_a_row(recent)
    if lost >= channel.failures and not failing:
        yield FAILURES, message.of_failures(destination, run, lost), frozenset({FAILING})
    elif failing and run.state is Event.OK:
        yield FAILURES, message.of_recovery(destination), frozenset()


def failures_in_a_row(recent: tuple[Run, ...]) -> int:
    """How many of the last runs failed; those that were skipped or killed say nothing."""
    many = 0
    for run in reversed(recent):
        if run.state is Event.FAILED:
            many += 1
        elif run.state is Event.OK:
            break
    return many
