"""The jobs that are killed; each takes its arguments as text, as from a command line."""

from __future__ import annotations

from pathlib import Path

from macros import jobs
from macros.fill import Request, blocks_of, fill
from macros.settings import Settings
from sync.store import imports
from sync.store.database import Database
from sync.surfaces.xlsx import XlsxFile
from tests.sync.store.reports import NOW


def import_reports(store: str, *paths: str) -> None:
    """Imports files into a store and prints one line a file: status and number of the import."""
    context = jobs.Context(Settings(store="S", store_path=Path(store)), NOW)
    for outcome in jobs.import_paths(context, [Path(p) for p in paths], marketplace="US"):
        print(outcome.status, outcome.import_id, outcome.message, flush=True)
        if outcome.status == "refused":
            raise SystemExit(outcome.message)


def fill_report(store: str, workbook: str) -> None:
    """Fills the weekly report from a store into a workbook."""
    context = jobs.Context(Settings(store="S", store_path=Path(store)), NOW)
    surface = XlsxFile(Path(workbook), blocks_of("weekly_report"))
    fill(context, Request("weekly_report", period="2026-W46"), surface)


def undo(store: str, number: str) -> None:
    """Takes an import back."""
    imports.undo(Database(Path(store)), int(number))
