"""`opsheet schedule`: fill destinations at their times, and see what comes and what was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.refresh import as_data, env_option
from macros.cli.words import context

if TYPE_CHECKING:
    from macros.schedule.destinations import Destination
    from sync.store.runs import Run


@click.group("schedule", short_help="Fill destinations at their times: run, list, next, install.")
def command() -> None:
    """Fill the destinations of opsheet.toml at their times.

    \b
    [destinations.morning]
    template = "daily_check"
    to = "google:SPREADSHEET"
    when = "every weekday 07:30 Asia/Shanghai"

    \b
    opsheet schedule next
    opsheet schedule run
    """


@command.command("run")
@env_option
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def run(environment: Path | None, once: bool) -> int:
    """Run until it is stopped (Ctrl+C or SIGTERM): a refresh that is under way is finished first.

    What became due while it was not running is made up for once, at most 6 hours late
    (grace_hours). Changed settings count from the next minute.
    """
    from macros.schedule import run as schedule
    from macros.schedule.destinations import chosen
    from macros.schedule.environment import take

    if environment:
        take(environment)
    work = context()
    found = chosen(work.settings, ())
    _check_channels(found, work.settings)
    runner = schedule.Runner(schedule.load_again(work.settings), _say)
    if once:
        for look in (runner.tick, runner.poll):
            look(lambda job: job())
        return 0
    click.echo(f"{len(found)} destinations; Ctrl+C ends it.")
    schedule.run(runner)
    click.echo("Stopped.")
    return 0


def _check_channels(found: tuple[Destination, ...], settings: Any) -> None:
    """A missing secret is said at the start and not with the first alarm."""
    from macros.notify.channels import read

    for name in dict.fromkeys(name for one in found for name in one.notify):
        read(settings, name)


def _say(name: str, text: str) -> None:
    import sys

    click.echo(f"{dt.datetime.now():%Y-%m-%d %H:%M:%S}  {name + '  ' if name else ''}{text}")
    sys.stdout.flush()  # a log file shows it at once


@command.command("list")
@show.json_option
def list_(as_json: bool) -> None:
    """List the destinations: when each is due, its last run and what came of it."""
    from macros.schedule.destinations import chosen
    from sync.store import runs

    work = context()
    log = runs.read(work.database)
    rows = [(one, last(log.of(one.name))) for one in chosen(work.settings, ())]
    if as_json:
        show.document({"destinations": [_destination(one, run) for one, run in rows]})
        return
    show.table(["destination", "template", "to", "when", "last run (UTC)", "result"],
               [[one.name, one.template, one.target, words(one),
                 f"{run.started:%Y-%m-%d %H:%M}" if run else "", result(run)]
                for one, run in rows])


def last(found: tuple[Run, ...]) -> Run | None:
    """The run that began last."""
    return found[-1] if found else None


def words(one: Destination) -> str:
    """When it is due, in words; cron is said in words too."""
    when = one.when
    if when is None:
        return "by hand"
    if not when.words.startswith(tuple("0123456789*")):
        return str(when)
    from cronsim import CronSim

    said = CronSim(when.cron, dt.datetime(2026, 1, 1)).explain()
    return f"{said[:1].lower()}{said[1:]} ({when.zone})"


def result(run: Run | None) -> str:
    """`ok, 1,234 cells` or the error's first line."""
    if run is None:
        return "never run"
    if run.result.error:
        return f"{run.state}: {run.result.error.splitlines()[0]}"
    return f"{run.state}, {run.result.cells:,} cells" if run.ended else "running, or was killed"


def _destination(one: Destination, run: Run | None) -> dict[str, Any]:
    return {
        "name": one.name, "template": [template for template, _ in one.fills],
        "to": [target for _, target in one.fills], "store": one.store or None,
        "marketplace": one.marketplace or None, "lang": one.lang, "period": one.period or None,
        "when": one.when.words if one.when else None, "in_words": words(one),
        "cron": one.when.cron or None if one.when else None,
        "zone": one.when.zone or None if one.when else None,
        "notify": list(one.notify), "last_run": as_data(run) if run else None,
    }


@command.command("next")
@click.option("--count", "-n", default=5, type=click.IntRange(1, 1000), show_default=True,
              help="How many times.")
@show.json_option
def next_(count: int, as_json: bool) -> None:
    """Show the next times, in this computer's zone and in the destination's own."""
    from zoneinfo import ZoneInfo

    from macros.schedule.destinations import chosen
    from macros.schedule.due import coming
    from macros.schedule.when import this_zone

    work = context()
    found = chosen(work.settings, ())
    times = sorted((moment, one.name, one.when.zone if one.when else "")
                   for one in found for moment in coming(one, work.now, count))[:count]
    waiting = [one for one in found if one.when and not one.when.at_times]
    here = this_zone()
    shown = [(moment.replace(tzinfo=dt.UTC), name, zone) for moment, name, zone in times]
    if as_json:
        show.document({
            "times": [{"destination": name, "utc": f"{at:%Y-%m-%dT%H:%M:%SZ}", "zone": zone,
                       "local": at.astimezone(ZoneInfo(here)).isoformat(),
                       "in_zone": at.astimezone(ZoneInfo(zone)).isoformat()}
                      for at, name, zone in shown],
            "waiting": [{"destination": one.name, "when": str(one.when)} for one in waiting]})
        return
    show.table(["destination", here, "in its zone", ""],
               [[name, f"{at.astimezone(ZoneInfo(here)):%a %Y-%m-%d %H:%M}",
                 f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}", zone]
                for at, name, zone in shown])
    for one in waiting:
        click.echo(f"{one.name}: {one.when}")


@command.command("install")
@click.option("--for", "system", type=click.Choice(["linux", "macos", "windows"]), default=None,
              help="By default this computer's.")
@click.option("--print", "only_print", is_flag=True, help="Write nothing, print it.")
@env_option
def install(system: str | None, only_print: bool, environment: Path | None) -> int:
    """Write a service that runs the schedule when you are logged in, and say how to enable it.

    A systemd user unit, a launchd agent, or a task for the Windows Task Scheduler.
    """
    from macros.schedule import install as service
    from macros.schedule.destinations import chosen

    work = context()
    chosen(work.settings, ())
    own = service.this_system()
    made = service.make(service.of_this_process(work.settings, environment), system or own)
    if only_print or (system or own) != own:
        click.echo(made.content, nl=False)
        return 0
    service.write(made)
    click.echo(f"Written: {made.path}")
    click.echo(f"Enable it with: {made.enable}")
    return 0
