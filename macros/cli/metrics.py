"""`opsheet metrics`: the numbers of a store over a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import Names, context, marketplace_option, store_option

if TYPE_CHECKING:
    from macros.answers import Answer, Row
    from workbook.model import Cell


@click.command("metrics", short_help="Show metrics over a period.")
@click.argument("names", nargs=-1, type=Names(), metavar="[NAME]...")
@click.option("--period", default="", metavar="P",
              help="2026-W46, 2026-11, 2026-11-15 or 2026-11-09..2026-11-15. "
              "By default the last week that is over.")
@click.option("--by", multiple=True, type=Names(), metavar="DIM[,DIM]",
              help="One row for each: day, week or month, and asin, sku, owner, campaign, "
              "search_term, …")
@store_option
@marketplace_option
@show.json_option
def command(
    names: tuple[tuple[str, ...], ...], period: str, by: tuple[tuple[str, ...], ...], store: str,
    marketplace: str | None, as_json: bool,
) -> None:
    """Show metrics of a store, apart for each marketplace and currency.

    Without names a set that fits the dimensions is shown; `opsheet list metrics` has all of them.
    Ratios are ratios of the sums. What no report covers is blank, never 0. Rows by time stand in
    the order of time, others with the largest amount first.

    \b
    opsheet metrics --period 2026-W46
    opsheet metrics acos roas --by campaign --period 2026-11
    opsheet metrics ordered_sales --by week,sku --period 2026-10-01..2026-11-15
    """
    from macros import jobs

    work = context()
    answer = jobs.metrics(
        work, _flat(names), period=period, by=_flat(by), store=store, marketplace=marketplace or ""
    )
    if as_json:
        show.document(as_data(answer))
    else:
        _print(answer, work.settings.lang)


def _flat(given: tuple[tuple[str, ...], ...]) -> list[str]:
    return [name for names in given for name in names]


def as_data(answer: Answer) -> dict[str, Any]:
    """`{"period", "groups": [{"currency", "marketplace", "rows": [...]}]}`."""
    names = (*answer.by, *(metric.name for metric in answer.metrics))
    return {
        "period": str(answer.period),
        "groups": [
            {"currency": group.currency, "marketplace": group.marketplace,
             "rows": [dict(zip(names, values(row), strict=True)) for row in rows]}
            for group, rows in answer.groups
        ],
    }


def values(row: Row) -> list[Any]:
    """Dimensions and metrics of a row as plain values."""
    from macros.answers import plain

    return [plain(value) for value in (*row.key, *(cell.value for cell in row.cells))]


# --- for people -------------------------------------------------------------------------


def _print(answer: Answer, lang: str) -> None:
    if not answer.groups:
        click.echo(f"{answer.store}: no report covers {answer.period}.")
    for group, rows in answer.groups:
        label = answer.period.label()
        days = "" if label == str(answer.period) else f" ({answer.period})"
        click.echo(f"{answer.store} · {group.marketplace} · {group.currency} · {label}{days}")
        notes: list[str] = []
        if rows:
            _print_rows(answer, rows, lang, notes)
        else:
            click.echo("no rows")
        for number, note in enumerate(notes, start=1):
            click.echo(f"  [{number}] {note}")
        if group is not answer.groups[-1][0]:
            click.echo()
    for note in answer.notes:
        click.echo(f"  {note}")
    cells = [cell for _, rows in answer.groups for row in rows for cell in row.cells]
    if all(cell.value is None for cell in cells):
        click.echo("  `opsheet status` shows which days are there.")


def _print_rows(answer: Answer, rows: tuple[Row, ...], lang: str, notes: list[str]) -> None:
    """A column a metric; a mark that a whole column shares stands in its header."""
    if not answer.by:
        _print_one(answer, rows[0], lang, notes)
        return
    keys = [[str(row.key[n]) if row.key[n] is not None else "–" for row in rows]
            for n in range(len(answer.by))]
    headers, columns = list(answer.by), keys
    for at, metric in enumerate(answer.metrics):
        cells = [row.cells[at] for row in rows]
        marks = [_mark(remark(cell), notes) for cell in cells]
        shared = marks[0] if len(set(marks)) == 1 else ""
        own = [""] * len(marks) if shared else marks
        wide = max(map(len, own))
        headers.append(" ".join(filter(None, [metric.label[lang], shared])))
        columns.append([show.number(cell.value, metric.unit) + mark.rjust(wide and wide + 1)
                        if cell.value is not None or mark else ""
                        for cell, mark in zip(cells, own, strict=True)])
    show.table(headers, list(zip(*columns, strict=True)) if columns else [])


def _print_one(answer: Answer, row: Row, lang: str, notes: list[str]) -> None:
    """A line a metric."""
    show.table(["metric", "value", ""], [
        [metric.label[lang], show.number(cell.value, metric.unit), _mark(remark(cell), notes)]
        for metric, cell in zip(answer.metrics, row.cells, strict=True)
    ])


def remark(cell: Cell) -> str:
    """What must be known about a value: `partial: SP only`, `settling until 2026-11-29`."""
    from workbook.model import State

    states = [cell.state.value]
    if cell.state in (State.OK, State.SETTLING) or cell.state.value == cell.note or (
        cell.state is State.NO_DATA and cell.note
    ):
        states = []  # the note says it, or the date does
    if cell.final_on:
        states.append(f"settling until {cell.final_on}")
    return ": ".join(filter(None, [", ".join(states), cell.note]))


def _mark(text: str, notes: list[str]) -> str:
    if not text:
        return ""
    if text not in notes:
        notes.append(text)
    return f"[{notes.index(text) + 1}]"


