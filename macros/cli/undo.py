"""`opsheet undo`: takes an import back."""

from __future__ import annotations

import click

from macros.cli.words import context


@click.command("undo", short_help="Take an import back.")
@click.argument("import_id", metavar="IMPORT_ID")
def command(import_id: str) -> None:
    """Take an import back; what it stood over counts again.

    IMPORT_ID is the number that `opsheet status` lists. To take the undo back, import the file
    again.
    """
    from macros import jobs

    if not import_id.removeprefix("#").isdecimal():
        raise click.UsageError(f"'{import_id}' is no import number; `opsheet status` lists them.")
    line = jobs.undo(context(), int(import_id.removeprefix("#")))
    click.echo(f"Undone: #{line['id']} {line['path']} ({line['kind']}, {line['store']})")
