"""Reads back what people typed, wherever they moved it.

A table is found by the hidden header of its key column (`ops:top_skus`), its input columns by
their headers in either language: renamed tabs, inserted rows and sorted tables do not matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync.surfaces.xlsx.place import KEY_PREFIX
from workbook.errors import SurfaceError
from workbook.model import Value
from workbook.plan import State, label_of
from workbook.template import Block, Input, field_id

META_SHEET = "_opsheet"
TITLE_CELLS = 2  # title and scope line: all that stands above a table of ours


def read_typed(path: Path, blocks: Mapping[str, Block]) -> tuple[State, dict[str, str]]:
    """What was typed into the workbook, and what it says of itself (template, store, lang).

    Raises:
        SurfaceError: the file is damaged, not ours, or holds things a refill would not keep.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                  for name in book.sheet_names}
    except (CalamineError, ValueError, OSError) as error:
        raise SurfaceError(f"The workbook cannot be read: {error}.", str(path),
                           "Open it in Excel and save it again, or fill a new file.") from None
    if META_SHEET not in sheets:
        raise SurfaceError("This workbook was not made by Opsheet.", str(path),
                           "Give another file name; your workbook stays as it is.")
    meta = {str(row[0]): str(row[1]) for row in sheets[META_SHEET] if len(row) > 1}
    known_sheets = set(meta.get("sheets", "").split("\n"))
    state = State()
    for name, rows in sheets.items():
        if name == META_SHEET:
            continue
        tables = list(_tables(rows))
        if not tables and name not in known_sheets:
            raise _foreign(path, f"the sheet '{name}'")
        for at, block in tables:
            if block == "left_over":
                _read_left_over(rows[at + 1 :], state)
            elif block in blocks:
                _read_table(path, name, rows, at, blocks[block], state)
    return state, meta


def _foreign(path: Path, thing: str) -> SurfaceError:
    return SurfaceError(f"A refill would not keep {thing}.", str(path),
                        "Move it into a workbook of its own, or fill a new file with --to.")


def _tables(rows: list[list[Any]]) -> list[tuple[int, str]]:
    """(header row, block id) of the tables of a sheet."""
    return [(n, row[0].removeprefix(KEY_PREFIX)) for n, row in enumerate(rows)
            if row and isinstance(row[0], str) and row[0].startswith(KEY_PREFIX)]


def _read_table(
    path: Path, sheet: str, rows: list[list[Any]], at: int, block: Block, state: State
) -> None:
    header = [str(cell).strip() for cell in rows[at]]
    columns: dict[int, Input] = {}
    for item in block.fields:
        if isinstance(item, Input):
            for lang in ("en", "zh"):
                if label_of(item, lang) in header:
                    columns[header.index(label_of(item, lang))] = item
    ours = {label_of(f, lang) for f in block.fields for lang in ("en", "zh")}
    for column, name in enumerate(header[1:], start=1):
        base = name.rsplit(" ", 1)[0] if name[-1:].isdigit() else name
        if name and name not in ours and base not in ours:
            raise _foreign(path, f"the column '{name}' of sheet '{sheet}'")
    above = [cell for row in rows[:at] for cell in row if cell not in (None, "")]
    if len(above) > TITLE_CELLS:
        raise _foreign(path, f"'{above[-1]}' above the table of sheet '{sheet}'")
    for row in rows[at + 1 :]:
        key = row[0]
        for column, cell in enumerate(row):
            if cell not in (None, "") and (column >= len(header) or not header[column]):
                raise _foreign(path, f"'{cell}' beside the table of sheet '{sheet}'")
        for column, item in columns.items():
            value = _value(row[column]) if column < len(row) else None
            if value is not None:
                if not key:
                    raise _foreign(path, f"'{value}' below the table of sheet '{sheet}'")
                state.typed[block.id, str(key), field_id(item)] = value


def _value(cell: Any) -> Value:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else Decimal(repr(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date()
    return cell if isinstance(cell, str | bool | int | dt.date | dt.datetime) else str(cell)


_TYPES: dict[str, Callable[[Any], Value]] = {
    "date": lambda v: v if isinstance(v, dt.date) else dt.date.fromisoformat(str(v)[:10]),
    "int": lambda v: int(float(v)),
    "Decimal": lambda v: Decimal(str(v)),
    "datetime": lambda v: v if isinstance(v, dt.datetime) else dt.datetime.fromisoformat(str(v)),
    "bool": lambda v: v if isinstance(v, bool) else str(v).lower() == "true",
}


def _read_left_over(rows: list[list[Any]], state: State) -> None:
    """(block, row, field, value, type) of inputs whose row had gone."""
    for row in rows:
        cells = [*row, *[""] * 6]
        if cells[1] and cells[4] not in (None, ""):
            value = _TYPES.get(str(cells[5]), str)(cells[4])
            state.typed.setdefault((str(cells[1]), str(cells[2]), str(cells[3])), value)
