"""What people typed into the tables of a workbook that is open."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.excel.grid import Live, Unknown, typed
from sync.surfaces.xlsx.found import LEFT_OVER
from sync.surfaces.xlsx.typed import of_type
from workbook.errors import UsageError
from workbook.model import parse_period
from workbook.plan import State
from workbook.standard import LEFT_OVER as LEFT_OVER_BLOCK
from workbook.template import Block, Input


def read_state(reader: Reader, blocks: Mapping[str, Block]) -> State:
    """What was typed into the tables, and what had lost its row before."""
    state = State()
    if not reader.ours:
        return state
    inputs = [block for block in blocks.values()
              if any(isinstance(item, Input) for item in block.fields)]
    for table in reader.tables(inputs).values():
        _read_table(table, state)
    left_over = reader.table(LEFT_OVER_BLOCK)
    if left_over is not None:
        _read_left_over(left_over, state)
    meta = reader.meta()
    state.revision = str(meta.get("ops_revision") or "")
    state.store = str(meta.get("ops_store") or "")
    state.formerly = str(meta.get("ops_file") or "")
    with contextlib.suppress(UsageError):  # a person may have written there
        state.period = parse_period(str(meta.get("period") or ""))
    return state


def _read_table(table: Table, state: State) -> None:
    if table.block.id == LEFT_OVER:
        return
    for key, row in zip(table.keys, table.rows, strict=True):
        for name, col in table.inputs.items():
            try:
                value = typed(table.grid, row, col)
            except Unknown:
                continue
            if not key or (value is None and isinstance(table.grid.held(row, col), Live)):
                continue
            state.cells.add((table.block.id, key, name))
            if value is not None:
                state.typed[table.block.id, key, name] = value


def _read_left_over(table: Table, state: State) -> None:
    """(block, row, field, value, type) of cells whose row had gone."""
    for row in table.rows:
        said: dict[str, Any] = {}
        for name, col in table.fields.items():
            with contextlib.suppress(Unknown):
                said[name] = typed(table.grid, row, col)
        if said.get("block") and said.get("value") is not None:
            place = (str(said["block"]), str(said.get("row") or ""), str(said.get("field") or ""))
            state.typed.setdefault(place, of_type(str(said.get("kind")), said["value"]))
