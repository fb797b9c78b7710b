"""`opsheet fill`: a template into a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option
from workbook.errors import UsageError

if TYPE_CHECKING:
    from sync.surfaces import Receipt


@click.command("fill", short_help="Fill a template: weekly_report into an .xlsx file.")
@click.argument("template")
@click.option("--to", "target", default="", metavar="FILE.xlsx | excel | google:ID",
              help="The workbook to write; by default TEMPLATE.xlsx in this folder. `excel`: the "
              "one that is open in Excel, `excel:NAME.xlsx` that of several.")
@click.option("--period", default="", metavar="P",
              help="2026-W46, 2026-11 or A..B; by default the last week that has closed.")
@store_option
@marketplace_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default=None,
              help="Language of the sheet; by default that of opsheet.toml.")
@click.option("--backup/--no-backup", default=None,
              help="Keep the old file beside the new one; by default only for a workbook that "
              "Opsheet did not make.")
@click.option("--computed", is_flag=True,
              help="Have LibreOffice compute the formulas of your own, so that previews and Feishu "
              "show their values at once.")
@show.json_option
def command(
    template: str, target: str, period: str, store: str, marketplace: str | None, lang: str | None,
    backup: bool | None, computed: bool, as_json: bool,
) -> int:
    """Fill a template from the store.

    A workbook that Opsheet made is filled again in place: what people typed, added and restyled
    stays, and follows its row. In any other workbook the cells are filled that are bound: named
    ops_gmv, a table named ops_top_skus, or {{ gmv }} typed into a cell. All else stays as it is,
    and nothing changes while the file is open in Excel, LibreOffice or WPS.

    `--to excel` fills the workbook of Opsheet's that is open in Excel, before your eyes; it is
    not saved for you.
    """
    from macros.cli import own_workbook
    from macros.fill import Request, blocks_of, fill
    from macros.planner import Part, fill_file
    from sync.surfaces.xlsx.computed import compute_file, office

    if target.startswith("google:"):
        from sync.surfaces.google import GoogleSheet

        request = Request(template, store, marketplace or "", period, lang or "")
        sheet = GoogleSheet(target.removeprefix("google:"), blocks_of(template))
        return _told(template, fill(context(), request, Part(sheet, template)), as_json)
    if target == "excel" or target.startswith("excel:"):
        from macros.buttons import fill_open
        from sync.surfaces.excel import open_book

        book = open_book(target.removeprefix("excel").removeprefix(":"))
        receipt = fill_open(book, context(), template, period=period, store=store,
                            marketplace=marketplace or "", lang=lang or "")
        return _told(template, receipt, as_json)
    if target.startswith("feishu:"):
        raise UsageError(f"'{target}' cannot be filled yet.", do="Give a file: --to report.xlsx")
    path = Path(target or f"{template.replace('-', '_')}.xlsx")
    request = Request(template, store, marketplace or "", period, lang or "")
    if computed:
        office()  # that it is missing is said before anything is filled
    if own_workbook.is_one(path):
        status = own_workbook.fill(request, path, backup is not False, as_json)
        if computed:
            compute_file(path)
        return status
    return _told(template, fill_file(
        context(), template, path, period=period, store=store, marketplace=marketplace or "",
        lang=lang or "", backup=bool(backup), computed=computed), as_json)


def _told(template: str, receipt: Receipt, as_json: bool) -> int:
    """Says what was filled."""
    if as_json:
        show.document({"template": template.replace("-", "_"), "target": receipt.target,
                       "cells": receipt.cells, "notes": list(receipt.notes)})
        return 0
    click.echo(f"{receipt.target}: {receipt.cells:,} cells filled.")
    for note in receipt.notes:
        click.echo(f"note  {note}")
    return 0
