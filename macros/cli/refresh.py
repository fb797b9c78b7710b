"""`opsheet refresh`: fill destinations of opsheet.toml now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context
from workbook.errors import OpsheetError

if TYPE_CHECKING:
    from macros.jobs import Context
    from macros.schedule.destinations import Destination
    from macros.schedule.inbox import Inbox
    from sync.store.runs import Run

env_option = click.option(
    "--env", "environment", type=click.Path(path_type=Path), default=None, metavar="FILE",
    help="Read NAME=VALUE lines (webhook addresses, passwords) from a file only you can read.")


@click.command("refresh", short_help="Fill destinations of opsheet.toml now.")
@click.argument("destinations", nargs=-1, required=True, metavar="DEST...")
@env_option
@show.json_option
def command(destinations: tuple[str, ...], environment: Path | None, as_json: bool) -> int:
    """Import new files of the inbox, then fill the destinations; logged like a run of the schedule.

    Exit status 1 if one of them failed; the others are filled all the same.
    """
    from macros.schedule.destinations import chosen
    from macros.schedule.environment import take
    from macros.schedule.inbox import Inbox

    if environment:
        take(environment)
    work = context()
    inbox = Inbox(settled=0)
    done = [_refreshed(work, one, inbox) for one in chosen(work.settings, destinations)]
    if as_json:
        show.document({"runs": [as_data(run) | {"told": told} for run, told in done]})
    else:
        for run, told in done:
            _print(run, told)
    return int(any(run.state != "ok" for run, _ in done))


def _refreshed(work: Context, one: Destination, inbox: Inbox) -> tuple[Run, list[str]]:
    """The run, and what was told of it; one that could not even begin is not in the log."""
    from macros import jobs
    from macros.notify import tell
    from macros.schedule import refresh
    from sync.store import runs

    try:
        with refresh.held(work, one.name):
            refresh.mark_killed(work, runs.read(work.database), one.name)
            run, plans = refresh.refresh(work, one, runs.Why.HAND, None, inbox)
            return run, tell(work, one, run, plans) if one.notify else []
    except OpsheetError as error:
        now = jobs.utc_now()
        return runs.Run(0, one.name, runs.Why.HAND, None, now, runs.Event.FAILED, one.template,
                        one.target, now, runs.Result(error="\n".join(error.lines()))), []


def as_data(run: Run) -> dict[str, Any]:
    """One run of the log; times in UTC."""
    done = run.result
    return {
        "destination": run.destination, "why": run.why.value, "state": run.state.value,
        "due": f"{run.due:%Y-%m-%dT%H:%M:%SZ}" if run.due else None,
        "started": f"{run.started:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{run.ended:%Y-%m-%dT%H:%M:%SZ}" if run.ended else None,
        "template": run.template, "target": run.target, "calls": done.calls, "cells": done.cells,
        "seconds": done.seconds, "notes": list(done.notes), "error": done.error or None,
        "imported": list(done.imported),
    }


def _print(run: Run, told: list[str]) -> None:
    from macros.cli.app import complain

    done = run.result
    if run.state == "ok":
        calls = f", {done.calls} calls" if done.calls is not None else ""
        click.echo(f"{run.destination}: {done.cells:,} cells filled{calls}, {run.target}")
    else:
        first, *rest = done.error.split("\n")
        complain(f"{run.destination}: {first}", *rest)
    for name in done.imported:
        click.echo(f"imported  {name}")
    for note in (*done.notes, *told):
        click.echo(f"note  {note}")
