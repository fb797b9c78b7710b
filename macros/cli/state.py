"""`opsheet status`: what is there, how old it is, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.refresh import as_data as run_data
from macros.cli.words import context

if TYPE_CHECKING:
    from macros.status import Holding, Lack, Logged, Status

NOTES = 3  # of the last run of a destination; --json has all


@click.command("status", short_help="Show what is there, how old it is and what is missing.")
@click.option("--last", default=10, type=click.IntRange(min=0), metavar="N", show_default=True,
              help="How many of the last imports to list.")
@show.json_option
def command(last: int, as_json: bool) -> None:
    """Show for each store, marketplace and report which days are there.

    Age counts from the last covered day to the last day that is over in the marketplace's own time
    zone. Days missing between the first and the last one are listed, and so are the last imports;
    their number is what `opsheet undo` takes.
    """
    from macros.status import status

    work = context()
    found = status(work, last)
    if as_json:
        show.document(as_data(found) | {"now": f"{work.now:%Y-%m-%dT%H:%M:%SZ}"})
    else:
        _print(found, work.settings.lang)


def as_data(found: Status) -> dict[str, Any]:
    """Reports by store, marketplace and kind; the log of imports, the newest first."""
    return {
        "store_path": str(found.path),
        "reports": [_holding(one) for one in found.holdings],
        "templates": [_lack(one) for one in found.lacks],
        "imports": [_logged(one) for one in found.imports],
        "imports_in_all": found.imports_in_all,
        "undone": found.undone,
        "runs": [run_data(one) for one in found.runs],
        "untold": [{"destination": destination, "channel": channel, "error": error}
                   for destination, channel, error in found.untold],
    }


def _holding(one: Holding) -> dict[str, Any]:
    return {
        "store": one.store, "marketplace": one.marketplace or None, "kind": one.kind,
        "first_day": str(one.first) if one.first else None,
        "last_day": str(one.last) if one.last else None,
        "last_closed_day": str(one.closed), "days_behind": one.behind, "late": one.late,
        "missing": [str(period) for period in one.missing],
        "imports": one.imports, "rows": one.rows, "rows_refused": one.rows_refused,
    }


def _lack(one: Lack) -> dict[str, Any]:
    return {
        "store": one.store, "template": one.template, "period": str(one.period),
        "missing": [{"marketplace": gap.marketplace, "number": gap.number, "state": gap.state,
                     "why": gap.why} for gap in one.gaps],
    }


def _logged(one: Logged) -> dict[str, Any]:
    return {
        "id": one.id, "imported_at": f"{one.imported_at:%Y-%m-%dT%H:%M:%SZ}", "kind": one.kind,
        "store": one.store, "scope": one.scope.strip(), "path": one.path, "rows": one.rows,
        "rows_refused": one.rows_refused, "undone": one.undone, "notes": list(one.notes),
    }


# --- for people -------------------------------------------------------------------------


def _print(found: Status, lang: str) -> None:
    click.echo(f"Store file: {found.path}")
    _print_runs(found)
    if not found.imports_in_all:
        click.echo("Nothing is imported yet: opsheet import FOLDER --store NAME")
        return
    for store in dict.fromkeys(one.store for one in found.holdings):
        click.echo(f"\n{store}")
        own = [one for one in found.holdings if one.store == store]
        show.table(
            ["", "report", "first day", "last day", "age", "imports", "rows", "refused", "missing"],
            [[one.marketplace or "all", one.label[lang], str(one.first or ""), str(one.last or ""),
              age(one), f"{one.imports:,}", f"{one.rows:,}", f"{one.rows_refused or ''}",
              missing(one)] for one in own],
        )
    for lack in found.lacks:
        said = "is whole" if not lack.gaps else "would lack"
        click.echo(f"\n{lack.store}: {lack.template} of {lack.period.label()} {said}")
        reasons: dict[tuple[str, str], list[str]] = {}
        for gap in lack.gaps:
            reasons.setdefault((gap.marketplace, gap.why), []).append(gap.number)
        show.table(["", "why", "numbers"],
                   [[market, why, ", ".join(names[:4]) + (" …" if len(names) > 4 else "")]
                    for (market, why), names in reasons.items()])
    if found.imports:
        click.echo(f"\nThe last {len(found.imports)} of {found.imports_in_all} imports"
                   + (f", {found.undone} undone" if found.undone else ""))
        show.table(
            ["id", "imported (UTC)", "report", "rows", "", "file"],
            [[str(one.id), f"{one.imported_at:%Y-%m-%d %H:%M}", one.kind, f"{one.rows:,}",
              "undone" if one.undone else "", one.path] for one in found.imports],
        )


def _print_runs(found: Status) -> None:
    if found.runs:
        click.echo("\nLast refreshes")
        show.table(
            ["destination", "began (UTC)", "result", "cells", "template", "to"],
            [[run.destination, f"{run.started:%Y-%m-%d %H:%M}",
              ": ".join(filter(None, (run.state.value, run.result.error.split("\n")[0]))),
              f"{run.result.cells:,}", run.template, run.target] for run in found.runs])
    for run in found.runs:
        for note in run.result.notes[:NOTES]:
            click.echo(f"note  {run.destination}: {note}")
        if len(run.result.notes) > NOTES:
            click.echo(f"note  {run.destination}: … and {len(run.result.notes) - NOTES} more")
    for destination, channel, error in found.untold:
        click.echo(f"not delivered  {destination} to {channel}: {error}")


def age(one: Holding) -> str:
    """`up to date`, or by how many days newer reports can be downloaded."""
    if one.behind is None:
        return ""
    return f"{one.behind} days" if one.late else "up to date"


def missing(one: Holding) -> str:
    """The first gaps, and how many more there are."""
    shown = [str(p.start) if p.days == 1 else str(p) for p in one.missing[:3]]
    rest = len(one.missing) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
