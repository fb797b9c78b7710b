"""The weekly report refreshed in an open workbook, against cell by cell, and against the file.

    python bench/live_refresh.py [--runs 3]

All three take the example store from one week to the next and back. The open workbook stands in
LibreOffice behind xlwings (`tests/soffice/engine`), not in Excel: so calls are counted as well,
for each of them is a trip between two processes there too. The peer writes the values of the
plan's cells one by one, as scripts for xlwings often do; it reads nothing and formats nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwings

from macros import jobs, settings
from macros.example_store import generate
from macros.fill import Request, blocks_of, plan_for
from sync.surfaces import Surface
from sync.surfaces.excel import ExcelBook
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import Places
from tests.soffice.engine.fixtures import engine
from workbook.formulas import Formula
from workbook.plan import Plan, State

NAME, WEEKS = "weekly_report", ("2026-W45", "2026-W46")
NOW = dt.datetime(2026, 11, 17, 8)


def example(folder: Path) -> jobs.Context:
    """The example store, imported."""
    generate(folder / "store")
    found = settings.load(folder / "store", {"OPSHEET_STORE": str(folder / "store.duckdb")})
    context = jobs.Context(found, NOW)
    list(jobs.import_paths(context, [folder / "store"]))
    return context


def plan_of(context: jobs.Context, week: str, state: State) -> Plan:
    return plan_for(context, Request(NAME, period=week, lang="en"), state)


def refill(context: jobs.Context, surface: Surface, week: str) -> None:
    """A refresh as a button does it: read, plan, write."""
    surface.apply(plan_of(context, week, surface.read()))


def cell_by_cell(context: jobs.Context, book: Any, week: str) -> None:
    plan = plan_of(context, week, State())
    places = Places(plan)
    for block, key, field, cell in plan.cells():
        if block.startswith("standup:"):  # mirrors other cells
            continue
        value = cell.cell.value if isinstance(cell, Formula) else cell.value
        spot = places.spot(block, key, field)
        book.sheets[spot.sheet].range((spot.row + 1, spot.column + 1)).value = (
            float(value) if isinstance(value, Decimal) else value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    excel: Any = engine()
    xlwings.engines.active = xlwings.engines["libreoffice"]  # type: ignore[call-overload]
    with tempfile.TemporaryDirectory(prefix="opsheet-bench-") as name:
        folder = Path(name)
        context, blocks = example(folder), blocks_of(NAME)
        for file in ("file.xlsx", "open.xlsx", "peer.xlsx"):
            if file == "file.xlsx":
                refill(context, XlsxFile(folder / file, blocks), WEEKS[0])
            else:
                shutil.copy(folder / "file.xlsx", folder / file)
        live, peer = (xlwings.Book(folder / f"{one}.xlsx") for one in ("open", "peer"))
        ways: dict[str, Callable[[str], None]] = {
            "open workbook": lambda week: refill(
                context, ExcelBook(live, blocks, keep=folder / "kept"), week),
            "cell by cell": lambda week: cell_by_cell(context, peer, week),
            "file": lambda week: refill(context, XlsxFile(folder / "file.xlsx", blocks), week),
        }
        took: dict[str, list[float]] = {way: [] for way in ways}
        calls = dict.fromkeys(ways, 0)
        for number in range(options.runs + 1):  # the first one fills caches
            for way, work in ways.items():
                excel.calls.clear()
                began = time.perf_counter()
                work(WEEKS[(number + 1) % 2])
                if number:
                    took[way].append(time.perf_counter() - began)
                calls[way] = len(excel.calls)
        excel.reset()
    ours = statistics.median(took["open workbook"])
    for way, seconds in took.items():
        print(f"{way}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to "
              f"{max(seconds):.2f}), {calls[way]:,} calls; open workbook / it: "
              f"{ours / statistics.median(seconds):.2f}")


if __name__ == "__main__":
    main()
