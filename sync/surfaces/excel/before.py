"""How a workbook was before its last refresh, in a file: undo works from another process too.

The refreshes of one press of "Refresh all" are kept, and undone, together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.store import durable
from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.excel.grid import Area, Live, read_block, same
from sync.surfaces.excel.rows import Arranged
from sync.surfaces.excel.write import Step, decoded, encoded, undo
from workbook.errors import SurfaceError

if TYPE_CHECKING:
    import xlwings

TOKEN = "refresh"  # on the hidden sheet: which refresh the workbook shows
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Refresh:
    """One refresh: `token` is what the workbook shows after it, `held` what it showed before;
    `press`: which press it belongs to, "" for one that stands alone."""

    token: str
    held: str
    press: str
    steps: list[Step]
    made: dict[str, Arranged]


def folder() -> Path:
    """Beside the default store."""
    import platformdirs

    return Path(platformdirs.user_data_dir("opsheet", appauthor=False)) / "excel"


def _file(where: Path, source: str) -> Path:
    return where / f"{hashlib.sha256(source.encode()).hexdigest()[:24]}.json"


def keep(where: Path, source: str, refresh: Refresh, reader: Reader) -> None:
    """Writes the steps of a refresh, readable by their owner only, and how its tables stand."""
    last = _read(where, source) if refresh.press else None
    goes_on = last and (last["press"], last["token"]) == (refresh.press, refresh.held)
    earlier = last if last and goes_on else {"steps": [], "tables": {}}
    tables = dict(earlier["tables"])
    for id, arranged in refresh.made.items():
        table = reader.table(arranged.planned.block)
        if table is not None:
            new = {*tables.get(id, {}).get("new", ()),
                   *(slot.key for slot in arranged.slots if slot.fresh)}
            tables[id] = _standing(table) | {
                "new": sorted(new), "fresh": _fresh(table, new)}
    kept = {"version": _VERSION, "source": source, "token": refresh.token,
            "press": refresh.press, "steps": [*earlier["steps"], *refresh.steps],
            "tables": tables}
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = _file(where, source)
    durable.write_atomically(target, json.dumps(kept, ensure_ascii=False).encode())
    target.chmod(0o600)


def take_back(book: xlwings.Book, reader: Reader, where: Path, source: str) -> int:
    """Undoes the last refresh; returns how many cells were put back.

    Raises:
        SurfaceError: there is none, or rows were moved since; nothing is changed then.
    """
    kept = _read(where, source)
    if kept is None or reader.meta().get(TOKEN) != kept["token"]:
        raise SurfaceError("There is no refresh of this workbook to undo.", book.name,
                           "Only the last refresh can be undone, and only once.")
    for table in kept["tables"].values():
        _refuse_moved(book, table)
    count = 0
    for step in reversed(kept["steps"]):
        count += undo(book, step, same)
    _file(where, source).unlink(missing_ok=True)
    return count


def _read(where: Path, source: str) -> dict[str, Any] | None:
    try:
        kept = json.loads(_file(where, source).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("version") == _VERSION else None


def _standing(table: Table) -> dict[str, Any]:
    """Where a table stands, its headers and its keys."""
    width = table.right - table.left + 1
    return {"sheet": table.grid.name, "head": [table.top, table.left, 1, width],
            "headers": encoded(table.grid.block(Area(table.top, table.left, 1, width))),
            "body": [table.top + 1, table.key, len(table.rows) + 1, 1],
            "keys": encoded(table.grid.block(
                Area(table.top + 1, table.key, len(table.rows) + 1, 1)))}


def _fresh(table: Table, new: Collection[str]) -> list[list[Any]]:
    """(row, column, content) of people's cells in rows that the press made, by their keys."""
    cols = sorted({*table.inputs.values(), *table.own})
    return [[row, col, encoded([[table.grid.held(row, col)]])[0][0]]
            for row, key in zip(table.rows, table.keys, strict=True) if key in new
            for col in cols]


def _refuse_moved(book: xlwings.Book, kept: dict[str, Any]) -> None:
    moved = SurfaceError(
        "Rows or columns were moved since the last refresh.", f"{book.name}, {kept['sheet']}",
        "Undo the moves first (or sort as before), then undo the refresh; nothing was changed.")
    if kept["sheet"] not in [sheet.name for sheet in book.sheets]:
        raise moved
    sheet = book.sheets[kept["sheet"]]
    for part, said in (("head", "headers"), ("body", "keys")):
        now = read_block(sheet, Area(*kept[part]))
        if any(not same(a, b) for two in zip(now, decoded(kept[said]), strict=True)
               for a, b in zip(*two, strict=True)):
            raise moved
    top = kept["body"][0]
    if not kept["fresh"]:
        return
    left, width = kept["head"][1], kept["head"][3]
    now = read_block(sheet, Area(top, left, kept["body"][2], width))
    for row, col, said in kept["fresh"]:
        held, then = now[row - top][col - left], decoded([[said]])[0][0]
        if not same(held, then) and not isinstance(held, Live):
            raise SurfaceError(
                "Something was typed into rows that the refresh brought; undoing would lose it.",
                f"{book.name}, {kept['sheet']} row {row}",
                "Clear what was typed there (or copy it elsewhere), then undo again.")
