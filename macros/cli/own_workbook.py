"""`opsheet fill` into a workbook that people made and bound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from macros.cli import show
from macros.cli.app import complain
from macros.cli.words import context

if TYPE_CHECKING:
    from macros.fill import Request


def is_one(path: Path) -> bool:
    """Is there a workbook that Opsheet did not make?

    Raises:
        SurfaceError: the file is no workbook that can be edited in place.
    """
    from sync.surfaces.bound import made_by_opsheet

    return path.exists() and not made_by_opsheet(path)


def fill(request: Request, path: Path, backup: bool, as_json: bool) -> int:
    """Fills what is bound; exit status 1 if something in it is bound to nothing."""
    from macros.bound import fill_bound

    receipt, unknown = fill_bound(context(), request, path, backup=backup)
    if as_json:
        show.document({"template": request.template.replace("-", "_"), "target": receipt.target,
                       "cells": receipt.cells, "notes": list(receipt.notes), "unknown": unknown})
        return int(bool(unknown))
    click.echo(f"{receipt.target}: {receipt.cells:,} cells filled.")
    for note in receipt.notes:
        click.echo(f"note  {note}")
    if unknown:
        complain(f"{len(unknown)} bound places were left alone.", unknown[0],
                 f"`opsheet template check {path}` lists all of them.")
    return int(bool(unknown))
