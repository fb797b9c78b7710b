"""The loss gate: edits workbooks in place and reports whatever else changed.

    python -m tests.loss_gate FOLDER [--edits 1|50] [--jobs N] [--timeout SECONDS] [--list FILE]

Each workbook of the folder (and below) gets a few cells set, is saved elsewhere, and is compared
part by part and element by element with what it was. The last line is one JSON document:
{"files", "edited", "failed", "with_loss", "new_faults"}.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sync.ooxml import OoxmlError, ProtectedPlaceError, Workbook
from tests.sync.ooxml.gate_compare import SetCells, grid, losses
from tests.sync.ooxml.gate_faults import faults, local, parse

SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUES: list[Any] = [
    1234.5, "Loss gate", 42, "=1+1", True, dt.date(2026, 11, 16), " two  spaces ",
    dt.datetime(2026, 11, 16, 8, 30), "a _x0041_ & <b> \u4e2d\u6587", -0.001, None, "line\nbreak",
    (3.0, "1+2"), ("three", '"th"&"ree"'), 10**12, "", "00123",
]  # fmt: skip


def name_of(col: int) -> str:
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = LETTERS[rest] + text
    return text


def choose(book: Workbook, chance: random.Random, edits: int) -> list[tuple[str, int, int]]:
    """Cells to set: some that there are (formulas among them), some beside them."""
    found: list[tuple[str, int, int]] = []
    spare: list[tuple[str, int, int]] = []
    sheets = book.sheet_names
    chance.shuffle(sheets)
    for sheet in sheets[:3]:
        with book.content.sheet(sheet).stream() as stream:
            cells, _ = grid(parse(stream.read()))
        formulas = [p for p, c in cells.items() if any(local(e) == "f" for e in c)]
        places = list(cells)
        for _ in range(edits * 2):
            way = chance.random()
            if way < 0.25 and formulas:
                place = chance.choice(formulas)
            elif way < 0.7 and places:
                place = chance.choice(places)
            else:
                row, col = chance.choice(places) if places else (1, 1)
                place = (row + chance.randint(0, 3), col + chance.randint(0, 3))
            if place[0] <= 1_048_576 and place[1] <= 16_384:
                found.append((sheet, *place))
        last = max((row for row, _ in places), default=0)
        spare += [(sheet, min(last + 2, 1_048_576), col) for col in (1, 3, 30)]
    chance.shuffle(found)
    return found + spare


def edit(source: str, target: str, edits: int) -> SetCells:
    """Set the cells and save; returns what was set."""
    chance = random.Random(f"{Path(source).name} {edits}")
    done: SetCells = {}
    count = 0
    with Workbook.open(source) as book:
        if not book.sheet_names:
            raise OoxmlError("The workbook has no worksheet")
        refused: OoxmlError | None = None
        for sheet, row, col in choose(book, chance, edits):
            part = book.content.sheet(sheet).part.casefold()
            if count == edits or (row, col) in done.get(part, {}):
                continue
            value = VALUES[(count + chance.randint(0, 1)) % len(VALUES)]
            shown, formula = value if isinstance(value, tuple) else (value, None)
            try:
                book.set(sheet, f"{name_of(col)}{row}", shown, formula)
            except ProtectedPlaceError as error:
                refused = error
                continue
            done.setdefault(part, {})[row, col] = value
            count += 1
        if not count:
            raise refused or OoxmlError("No cell could be set")
        with open(target, "wb") as file:
            book.save(file)
    return done


def gate(source: str, edits: int) -> dict[str, Any]:
    """One workbook through the gate."""
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "after.xlsx")
        done = edit(source, target, edits)
        lost = losses(source, target, done)
        new = sorted(faults(target) - faults(source))
        return {"losses": lost, "faults": new, "cells": sum(len(c) for c in done.values())}


def _child(pipe: Connection, source: str, edits: int) -> None:
    try:
        result = gate(source, edits)
    except OoxmlError as error:
        result = {"failed": f"{type(error).__name__}: {error}".replace("\n", "; ")}
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        result = {"failed": f"{error!r} at {Path(where.filename).name}:{where.lineno}"[:400]}
    pipe.send(result)
    pipe.close()


def run_one(source: str, edits: int, timeout: float) -> dict[str, Any]:
    """One workbook in a process of its own: a crash or a hang costs only that file."""
    mine, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_child, args=(theirs, source, edits), daemon=True)
    started = time.monotonic()
    process.start()
    theirs.close()
    result: dict[str, Any] = {"failed": f"no answer within {timeout:g} s"}
    try:
        if mine.poll(timeout):
            result = mine.recv()
    except EOFError:
        result = {"failed": "the process ended without an answer"}
    if process.is_alive() and "failed" in result:
        process.kill()
    process.join()
    result["seconds"] = time.monotonic() - started
    return result


def report(source: str, result: dict[str, Any], counts: dict[str, int]) -> None:
    """Count one result and say what was wrong."""
    counts["files"] += 1
    if "failed" in result:
        counts["failed"] += 1
        print(f"FAILED {source}: {result['failed']}", file=sys.stderr)
        return
    counts["edited"] += 1
    counts["with_loss"] += bool(result["losses"])
    counts["new_faults"] += len(result["faults"])
    for kind, texts in (("LOSS", result["losses"]), ("FAULT", result["faults"])):
        for text in texts[:5]:
            print(f"{kind} {source}: {text[:300]}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=120)
    options = parser.parse_args(arguments)
    files = sorted(
        str(path)
        for path in options.folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith("~$")
    )
    counts = dict.fromkeys(("files", "edited", "failed", "with_loss", "new_faults"), 0)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda path: run_one(path, options.edits, options.timeout), files)
        for source, result in zip(files, results, strict=True):
            report(source, result, counts)
    print(json.dumps(counts))
    return 1 if counts["with_loss"] or counts["new_faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
