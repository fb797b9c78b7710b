"""`opsheet template`: check a workbook that people bound, or write a starter to restyle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option

if TYPE_CHECKING:
    from macros.bound_check import Check, Finding

lang_option = click.option("--lang", type=click.Choice(["en", "zh"]), default=None,
                           help="Language of the sheet; by default that of opsheet.toml.")


@click.group("template", short_help="Check a workbook that you bound, or write a starter.")
def command() -> None:
    """Your own workbook as a template, or a starter of ours for you to restyle.

    \b
    opsheet template check planner.xlsx
    opsheet template new weekly_report --to starter.xlsx
    """


@command.command("check", short_help="List what is bound in a workbook and what must be mended.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--period", default="", metavar="P", help="2026-W46, 2026-11 or A..B.")
@store_option
@marketplace_option
@lang_option
@show.json_option
def check(
    file: Path, period: str, store: str, marketplace: str | None, lang: str | None, as_json: bool
) -> int:
    """List what is bound in a workbook, what is unknown, what a fill would overwrite, and every
    place that breaks the rule that rows are never inserted. Nothing is changed.

    Exit status 1: something must be mended.
    """
    from macros.bound_check import check as check_file
    from macros.fill import Request

    request = Request("", store, marketplace or "", period, lang or "")
    found = check_file(context(), request, file)
    if as_json:
        show.document(as_data(found))
    else:
        _print(found)
    return int(bool(found.to_mend) or not found.findings)


def as_data(found: Check) -> dict[str, Any]:
    """The check as one document."""
    return {"file": found.path, "to_mend": found.to_mend, "notes": found.notes,
            "places": [_place(one) for one in found.findings]}


def _place(one: Finding) -> dict[str, Any]:
    bound, wish = one.bound, one.bound.request
    unknown = one.unknown
    return {
        "cell": bound.cell, "area": str(bound.area) if bound.sheet else "", "sheet": bound.sheet,
        "kind": "table" if bound.table else bound.kind, "name": bound.name, "text": bound.text,
        "what": wish.what.value if wish else "", "target": wish.target if wish else "",
        "shows": one.shows, "store": one.store, "marketplace": one.market, "period": one.period,
        "holds": _plain(one.value), "formula": one.formula,
        "columns": dict(one.columns),
        "unknown": {"what": unknown.what, "do": unknown.do} if unknown else None,
        "mend": [{"what": o.what, "where": o.where, "do": o.do, "blocks": o.blocks}
                 for o in one.obstacles],
    }


def _plain(value: object) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _print(found: Check) -> None:
    rows = []
    for one in found.findings:
        bound = one.bound
        how = bound.name or bound.text
        rows.append([bound.cell, how, one.shows or "?", one.period,
                     " ".join(filter(None, [one.store, one.market])), _overwritten(one)])
    if rows:
        show.table(["place", "bound by", "shows", "period", "scope", "overwrites"], rows)
    for one in found.findings:
        _print_columns(one)
    for one in found.findings:
        if one.unknown:
            click.echo(f"\nmend  {one.bound.cell}: {one.unknown.what}\n      {one.unknown.do}")
        for obstacle in one.obstacles:
            stops = "" if obstacle.blocks else " (the fill goes on while there is room)"
            click.echo(f"\nmend  {obstacle.where}: {obstacle.what}{stops}\n      {obstacle.do}")
    for note in found.notes:
        click.echo(f"note  {note}")
    if found.findings:
        click.echo(f"\n{found.to_mend or 'Nothing'} to mend.")


def _print_columns(one: Finding) -> None:
    """Whose the columns of a table are, so that a misspelt header is seen."""
    for kind, said in (("ours", "filled"), ("formula", "your formulas, filled down"),
                       ("typed", "yours, follow their row")):
        names = [header for header, what in one.columns
                 if what == kind or (kind == "ours" and what not in ("formula", "typed"))]
        if names:
            click.echo(f"{one.bound.table}  {said}: {', '.join(names)}")


def _overwritten(one: Finding) -> str:
    """What a fill would replace, in few words."""
    if one.bound.table:
        return f"table {one.bound.table}"
    if one.formula:
        return f"={one.formula}"[:30]
    return "" if one.value is None or one.bound.text else str(one.value)[:30]


@command.command("new", short_help="Write the designed starter of a template.")
@click.argument("name")
@click.option("--to", "target", default="", metavar="FILE.xlsx",
              help="The workbook to write; by default NAME.xlsx in this folder.")
@click.option("--period", default="", metavar="P", help="2026-W46, 2026-11 or A..B.")
@store_option
@marketplace_option
@lang_option
@show.json_option
def new(
    name: str, target: str, period: str, store: str, marketplace: str | None, lang: str | None,
    as_json: bool,
) -> None:
    """Write a template's workbook for you to restyle: colours, logo, widths and charts are yours.

    With a store it is filled, without one empty. `opsheet fill` fills it again in place.
    """
    from macros.fill import Request
    from macros.starter import write_starter

    plain = name.replace("-", "_")
    request = Request(plain, store, marketplace or "", period, lang or "")
    path = Path(target or f"{plain}.xlsx")
    receipt, filled = write_starter(context(), request, path)
    if as_json:
        show.document({"template": plain, "target": receipt.target, "filled": filled})
        return
    click.echo(f"{receipt.target}: {'filled' if filled else 'an empty starter'}. Restyle it, then: "
               f"opsheet fill {plain} --to {path}")
