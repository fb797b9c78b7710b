"""One run of a destination: import what is new, fill, log. Never two at a time."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from macros import crash, jobs
from macros.fill import Request, blocks_of, fill, plan_for
from macros.jobs import Context
from macros.planner import Part, fill_file
from macros.schedule.destinations import Destination
from macros.schedule.inbox import Inbox
from sync.store import runs
from sync.store.runs import Event, Log, Result, Run, Why
from sync.surfaces import Receipt
from workbook.errors import OpsheetError, SurfaceError, UsageError
from workbook.plan import Plan, State

if TYPE_CHECKING:
    import datetime as dt

PATIENCE = 300  # seconds to wait while another destination fills the same target


class Busy(UsageError):
    """Another process is refreshing the destination."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling one target came to; `plan` where it was needed or at hand."""

    receipt: Receipt
    calls: int | None = None
    plan: Plan | None = None


Fill = Callable[[Context, Destination, str, str], Filled]


@contextmanager
def held(context: Context, name: str) -> Iterator[None]:
    """Keeps other threads and processes from refreshing the destination.

    Raises:
        Busy: one of them is at it.
    """
    from filelock import FileLock, Timeout

    path = context.settings.store_path
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.{name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(f"'{name}' is being refreshed by another process.", str(path),
                   "Wait until it has ended; `opsheet status` shows it.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def alone(destination: Destination, target: str, patience: float = PATIENCE) -> Iterator[None]:
    """Waits until no other destination, of whichever store, fills the same target.

    Raises:
        SurfaceError: it is still being filled, or the target is none.
    """
    from filelock import FileLock, Timeout

    place = _place(destination, target)
    key = hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
    lock = FileLock(Path(tempfile.gettempdir()) / f"opsheet-target-{key}.lock", mode=0o666)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise SurfaceError("Another destination is filling the same target.", place,
                           "Wait until it has ended; `opsheet status` shows it.") from None
    except OSError:
        pass  # no place for a mark; the target's own guard still tells
    try:
        yield
    finally:
        lock.release()


def _place(destination: Destination, target: str) -> str:
    """The same for each way to write the same spreadsheet or file."""
    if target.startswith("google:"):
        from sync.surfaces.google.credentials import refuse_id

        return f"google:{refuse_id(target.removeprefix('google:'))}"
    return str(destination.path(target).resolve())


def mark_killed(context: Context, log: Log, name: str) -> int:
    """Marks runs that a killed process began; call it while you hold the destination."""
    open_runs = [run for run in log.of(name) if run.state is Event.STARTED]
    for run in open_runs:
        runs.end(context.database, run, Event.INTERRUPTED,
                 Result(error="The process was ended while it refreshed."), jobs.utc_now())
    return len(open_runs)


def skip(context: Context, destination: Destination, due: dt.datetime) -> Run:
    """Logs that a time passed too long ago to be run."""
    run = runs.start(context.database, destination.name, Why.TIME, due, destination.template,
                     destination.target, context.now)
    late = context.now - due
    return runs.end(context.database, run, Event.SKIPPED, Result(
        error=f"Opsheet was not running; {late.total_seconds() / 3600:.1f} hours late."),
        context.now)


def refresh(
    context: Context, destination: Destination, why: Why, due: dt.datetime | None,
    inbox: Inbox, fill_one: Fill | None = None,
) -> tuple[Run, dict[str, Plan]]:
    """Imports, fills every target and logs it; call it while you hold the destination.

    Returns the run, and the plans that were written, by template. A failure is in the run.

    Raises:
        StoreError: the log cannot be written.
    """
    run = runs.start(context.database, destination.name, why, due, destination.template,
                     destination.target, jobs.utc_now())
    begun, plans = time.monotonic(), dict[str, Plan]()
    cells, calls, notes, errors = 0, list[int](), list[str](), list[str]()
    imported: tuple[str, ...] = ()
    try:
        notes += _take(inbox, context)
        imported, refused = inbox.drained()
        notes += refused
        for template, target in destination.fills:
            try:
                with alone(destination, target):
                    done = (fill_one or fill_target)(context, destination, template, target)
            except Exception as error:
                problem = _problem(error, f"refresh {destination.name}")
                errors.append("\n".join(problem.lines()))
                if target.startswith("google:") and not isinstance(error, SurfaceError):
                    _tell_sheet(replace(destination, fills=((template, target),)), problem)
                continue
            cells += done.receipt.cells
            notes += done.receipt.notes
            calls += [done.calls] if done.calls is not None else []
            if done.plan is not None:
                plans[template] = done.plan
    except BaseException:
        runs.end(context.database, run, Event.INTERRUPTED,
                 Result(error="It was stopped by hand.", imported=imported), jobs.utc_now())
        raise
    result = Result(sum(calls) if calls else None, cells, tuple(notes), "\n".join(errors),
                    round(time.monotonic() - begun, 3), imported)
    state = Event.FAILED if errors else Event.OK
    return runs.end(context.database, run, state, result, jobs.utc_now()), plans


def _take(inbox: Inbox, context: Context) -> list[str]:
    """An inbox that cannot be read is a note: the sheet shows what there is."""
    try:
        inbox.take(context)
    except Exception as error:
        return [f"The inbox was not imported: {_problem(error, 'inbox').lines()[0]}"]
    return []


def _problem(error: Exception, doing: str) -> OpsheetError:
    if isinstance(error, OpsheetError):
        return error
    return OpsheetError(crash.told(error, crash.keep(error, doing)))


def _tell_sheet(destination: Destination, problem: OpsheetError) -> None:
    """Says it in the spreadsheet, and unticks its box; a surface's own errors stand there."""
    from macros.checkbox import failed

    with suppress(Exception):  # the log has the error anyway
        failed(destination, problem)


# --- filling one target -----------------------------------------------------------------


def fill_target(
    context: Context, destination: Destination, template: str, target: str
) -> Filled:
    """Fills a spreadsheet or a file, one of the user's own making too.

    Raises:
        OpsheetError: see its message.
    """
    request, plans = destination.request(template), list[Plan]()
    if target.startswith("google:"):
        from sync.surfaces.google import GoogleSheet

        sheet = GoogleSheet(target.removeprefix("google:"), blocks_of(template))
        receipt = fill(context, request, Part(sheet, template, before=plans.append))
        return Filled(receipt, sum(sheet.api.calls.values()), plans[-1])
    from sync.surfaces.bound import made_by_opsheet

    path = destination.path(target)
    if path.exists() and not made_by_opsheet(path):
        return _fill_own(context, request, path, watched=bool(destination.notify))
    path.parent.mkdir(parents=True, exist_ok=True)
    receipt = fill_file(context, template, path, period=request.period, store=request.store,
                        marketplace=request.marketplace, lang=request.lang, seen=plans.append)
    return Filled(receipt, None, plans[-1])


def _fill_own(context: Context, request: Request, path: Path, *, watched: bool) -> Filled:
    """A workbook that people made and bound; its plan is made for the sake of its exceptions."""
    from macros.bound import fill_bound

    receipt, unknown = fill_bound(context, request, path)
    notes = (*receipt.notes, *(f"Bound to nothing: {place}" for place in unknown))
    plan = plan_for(context, request, State()) if watched else None
    return Filled(Receipt(receipt.target, receipt.cells, notes), None, plan)
