"""`opsheet import`: report files, folders and archives into the store."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option

if TYPE_CHECKING:
    from sync.read.scope import Ask
    from sync.store.imports import Outcome, Part

SHOWN_ROWS = 5


@click.command("import", short_help="Import reports: files, folders or archives.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...",
                type=click.Path(path_type=Path))
@store_option
@marketplace_option
@click.option("--period", default="", metavar="A..B",
              help="The days a report covers that does not say so itself: 2026-W46, 2026-11, "
              "2026-11-15 or 2026-11-09..2026-11-15.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), default=None,
              help="How dates such as 03/04/2026 are meant where a file leaves it open.")
@show.json_option
def command(
    paths: tuple[Path, ...], store: str, marketplace: str | None, period: str,
    date_order: str | None, as_json: bool,
) -> int:
    """Import report files, folders (with all below them) and zip archives.

    The kind of a report is found from its content. What a file does not say (store, marketplace,
    period) comes from these options, then from [folders] in opsheet.toml, then from the names of
    its folders; on a terminal you are asked for the rest, elsewhere the file is refused.

    Importing a file twice changes nothing; of two reports on the same days the newer one counts,
    and `opsheet undo` takes an import back. A refused file does not stop the others: the exit
    status is then 1.
    """
    from macros import jobs
    from sync.read import files

    total = len(files.find([path for path in paths if os.path.exists(path)]))
    with show.bar(total) as bar:
        outcomes = []
        for outcome in jobs.import_paths(
            context(), list(paths), store=store, marketplace=marketplace or "", period=period,
            date_order=date_order, ask=None if as_json else _asker(bar),
        ):
            outcomes.append(outcome)
            if bar:
                bar.step(Path(outcome.path).name)
    if as_json:
        show.document({"files": [as_data(outcome) for outcome in outcomes]})
    else:
        _print(outcomes)
    return int(any(outcome.status == "refused" for outcome in outcomes))


def _asker(bar: show.Bar | None) -> Ask | None:
    """Somebody to ask, if a person sits at the terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from macros.cli.ask import Asker

    return Asker(bar)


# --- as JSON ----------------------------------------------------------------------------


def as_data(outcome: Outcome) -> dict[str, Any]:
    """The file as a whole, and its parts; what is not known is null."""
    parts = outcome.parts
    periods = [part.period for part in parts if part.period]
    return {
        "path": outcome.path,
        "status": outcome.status,
        "message": outcome.message,
        "rows": outcome.rows,
        "rows_refused": outcome.rows_refused,
        "kind": _joined(part.kind for part in parts),
        "store": _joined(part.store for part in parts),
        "marketplace": _joined(part.marketplace for part in parts),
        "period": (f"{min(p.start for p in periods)}..{max(p.end for p in periods)}"
                   if periods else None),
        "parts": [_part(part) for part in parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "store": part.store,
        "marketplace": part.marketplace or None,
        "period": str(part.period) if part.period else None,
        "rows": part.rows,
    }


def _joined(words: Any) -> str | None:
    """Each word once, with commas; None if there is none."""
    return ",".join(dict.fromkeys(word for word in words if word)) or None


# --- for people -------------------------------------------------------------------------


def _print(outcomes: list[Outcome]) -> None:
    done = [outcome for outcome in outcomes if outcome.status != "refused"]
    if done:
        show.table(
            ["", "report", "marketplace", "period", "rows", "file"],
            [_line(outcome) for outcome in done],
        )
    for outcome in outcomes:
        if outcome.status == "refused":
            click.echo(f"refused  {outcome.path}")
            for line in outcome.message.split("\n"):
                click.echo(f"    {line}")
        elif outcome.message and outcome.status != "unchanged":
            click.echo(f"note  {outcome.path}: {outcome.message}")
        _print_rows(outcome)
    click.echo(summary(outcomes))


def _line(outcome: Outcome) -> list[str]:
    data = as_data(outcome)
    return [outcome.status, data["kind"] or "", data["marketplace"] or "all", data["period"] or "",
            f"{outcome.rows:,}", outcome.path]


def _print_rows(outcome: Outcome) -> None:
    """The first rows that could not be read, with their place and the reason; the rest counted."""
    for line, column, value, reason in outcome.refused[:SHOWN_ROWS]:
        place = f"line {line}" + (f", {column}" if column else "")
        click.echo(f"    {outcome.path}, {place}: '{value}' – {reason}")
    rest = outcome.rows_refused - min(len(outcome.refused), SHOWN_ROWS)
    if rest > 0 and outcome.status != "unchanged":
        click.echo(f"    … and {rest:,} more rows")


def summary(outcomes: list[Outcome]) -> str:
    """`5 files: 3 imported, 1 replaced, 1 refused`."""
    if not outcomes:
        return "There were no files to import."
    counts = {name: sum(outcome.status == name for outcome in outcomes)
              for name in ("imported", "replaced", "unchanged", "refused")}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{len(outcomes)} file{'s' if len(outcomes) > 1 else ''}: {said}"
