"""`opsheet workbook`: macro workbooks with buttons."""

from __future__ import annotations

from pathlib import Path

import click

from macros.cli import show
from macros.cli.app import complain
from macros.cli.words import Names, context, marketplace_option, store_option
from workbook.errors import SurfaceError, UsageError


@click.group("workbook", short_help="Macro workbooks: a button for each template.")
def command() -> None:
    """Make an Excel workbook with buttons (.xlsm), or give one of Opsheet's own a home sheet of
    buttons.

    A button fills its sheets while the workbook is open; Excel for Windows or macOS is needed for
    that. Without macros it is an ordinary workbook, and `opsheet fill TEMPLATE --to FILE.xlsm`
    fills it while it is closed.
    """


_templates = click.option("--templates", type=Names(), default=(), metavar="NAME,NAME",
                          help="The templates with a button, in this order.")


@command.command("new", short_help="A new workbook of buttons.")
@click.argument("path", metavar="FILE.xlsm", type=click.Path(path_type=Path))
@_templates
@click.option("--lang", type=click.Choice(["en", "zh"]), default=None,
              help="Language of the workbook; by default that of opsheet.toml.")
@store_option
@marketplace_option
@show.json_option
def new(
    path: Path, templates: tuple[str, ...], lang: str | None, store: str, marketplace: str | None,
    as_json: bool,
) -> int:
    """Make a workbook with a button for each template (by default all of them), and fill its
    sheets from the store. While the store is empty it has the home sheet only: the first press of
    a button draws the sheets.

    It keeps the store and the marketplace that you name, and its buttons fill for these. A file
    that is there already is never overwritten.
    """
    from macros.planner import About
    from macros.vba.make import planner
    from sync.store import durable
    from templates import all_templates, get_template

    path = _free(path, "opsheet workbook new")
    here = context()
    names = [get_template(name).name for name in templates] or [
        template.name for template in all_templates()]
    said = About(lang or here.settings.lang, store, marketplace or "", "",
                 tuple(dict.fromkeys(names)))
    made = planner(here, said)
    durable.make_folder(path.resolve().parent)
    durable.write_atomically(path, made.data)
    failed = {name: error.lines() for name, error in made.failed.items()}
    if as_json:
        show.document({"target": str(path), "buttons": list(said.templates), "cells": made.cells,
                       "filled": made.filled, "failed": failed})
        return int(bool(failed))
    many = len(said.templates)
    click.echo(f"{path}: {many} button{'s' * (many != 1)}, {made.cells:,} cells filled.")
    if not made.filled and not failed:
        click.echo("Nothing is imported yet: the first press of a button draws its sheets.")
    for name, lines in failed.items():
        complain(f"{name}: {lines[0]}", *lines[1:])
    return int(bool(failed))


@command.command("add-buttons", short_help="A home sheet of buttons for a filled workbook.")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--to", "target", default=None, metavar="FILE.xlsm", type=click.Path(path_type=Path),
              help="The new file; by default beside it, with the same name.")
@_templates
def add_buttons(path: Path, target: Path | None, templates: tuple[str, ...]) -> None:
    """Write a copy of a workbook that Opsheet made, with a home sheet of buttons before its sheets.

    The workbook itself stays as it is. One that has macros of its own gets no buttons, because
    they would have to be changed for that.
    """
    from macros.vba.make import with_buttons
    from sync.store import durable
    from templates import get_template

    names = [get_template(name).name for name in templates]
    data, said = with_buttons(path, names)
    target = _free(target or path.with_suffix(".xlsm"), f"opsheet workbook add-buttons {path} --to")
    durable.write_atomically(target, data)
    click.echo(f"{target}: buttons for {', '.join(said.templates)}.")


def _free(path: Path, again: str) -> Path:
    """The path, if a new macro workbook can stand there.

    Raises:
        UsageError: the name is no .xlsm. SurfaceError: a file stands there.
    """
    if path.suffix.lower() != ".xlsm":
        raise UsageError(f"'{path.name}' is no .xlsm file.", str(path),
                         "A workbook with buttons holds macros: give a name that ends with .xlsm.")
    if path.exists():
        raise SurfaceError("There is a file of that name already; it was not touched.", str(path),
                           f"Choose another name: {again} OTHER.xlsm")
    return path
