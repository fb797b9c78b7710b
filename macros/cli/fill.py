"""`opsheet fill`: a template into a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option
from workbook.errors import UsageError


@click.command("fill", short_help="Fill a template: weekly_report into an .xlsx file.")
@click.argument("template")
@click.option("--to", "target", default="", metavar="FILE.xlsx",
              help="The workbook to write; by default TEMPLATE.xlsx in this folder.")
@click.option("--period", default="", metavar="P",
              help="2026-W46, 2026-11 or A..B; by default the last week that has closed.")
@store_option
@marketplace_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default=None,
              help="Language of the sheet; by default that of opsheet.toml.")
@show.json_option
def command(
    template: str, target: str, period: str, store: str, marketplace: str | None, lang: str | None,
    as_json: bool,
) -> None:
    """Fill a template from the store.

    A workbook that Opsheet made is filled again in place: notes, owners and due dates that people
    typed stay with their rows. Any other workbook is refused, and nothing changes while the file is
    open in Excel, LibreOffice or WPS.
    """
    from macros.fill import Request, blocks_of, fill
    from sync.surfaces.xlsx import XlsxFile

    if target.startswith(("excel", "google:", "feishu:")):
        raise UsageError(f"'{target}' cannot be filled yet.", do="Give a file: --to report.xlsx")
    path = Path(target or f"{template.replace('-', '_')}.xlsx")
    surface = XlsxFile(path, blocks_of(template))
    request = Request(template, store, marketplace or "", period, lang or "")
    receipt = fill(context(), request, surface)
    if as_json:
        show.document({"template": template.replace("-", "_"), "target": receipt.target,
                       "cells": receipt.cells, "notes": list(receipt.notes)})
        return
    click.echo(f"{receipt.target}: {receipt.cells:,} cells filled.")
    for note in receipt.notes:
        click.echo(f"note  {note}")
