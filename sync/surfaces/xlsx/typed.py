"""Reads back what people typed, wherever they moved it.

A row is known by the key in its hidden first column, an input column by its header (see `found`):
renamed tabs, inserted rows and sorted tables do not matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from sync.ooxml import ErrorValue, Workbook, refs, xml
from sync.surfaces.xlsx.found import LEFT_OVER, Finder, Found
from sync.surfaces.xlsx.place import META_SHEET as META_SHEET
from workbook.errors import UsageError
from workbook.model import Value, parse_period
from workbook.plan import State
from workbook.standard import LEFT_OVER as LEFT_OVER_BLOCK
from workbook.template import Block, Input, field_id


def read_meta(book: Workbook) -> dict[str, Any] | None:
    """What the workbook says of itself (template, lang, period); None: Opsheet did not make it."""
    if META_SHEET not in book.sheet_names:
        return None
    used = book.used(META_SHEET)
    rows = book.read(f"{refs.quote_sheet(META_SHEET)}!A1:B{used.bottom if used else 1}")
    return {str(name): value for name, value in rows if name is not None}


def read_typed(
    book: Workbook, blocks: Mapping[str, Block]
) -> tuple[State, Finder, dict[str, Found]]:
    """What was typed into the tables, and what had lost its row before; and where they stand."""
    state = State()
    inputs = [block for block in blocks.values()
              if any(isinstance(item, Input) for item in block.fields)]
    finder = Finder(book)
    found = finder.find_all([*inputs, LEFT_OVER_BLOCK])
    for id, table in found.items():
        if id != LEFT_OVER:
            _read_table(table, state)
    if LEFT_OVER in found:
        _read_left_over(found[LEFT_OVER], state)
    _read_meta(book, state)
    state.who = _saved_by(book)
    return state, finder, found


def _read_meta(book: Workbook, state: State) -> None:
    """What the workbook was filled for, how far it knows the history, what it was called."""
    meta = read_meta(book) or {}
    state.revision = str(meta.get("ops_revision") or "")
    state.store = str(meta.get("ops_store") or "")
    state.formerly = str(meta.get("ops_file") or "")
    with suppress(UsageError):  # a person may have written there
        state.period = parse_period(str(meta.get("period") or ""))


def _saved_by(book: Workbook) -> str:
    """Who saved the workbook last, as its properties say."""
    name = "docProps/core.xml"
    if not book.content.package.has(name):
        return ""
    found = xml.walk(xml.parse(book.content.package.read(name), name), "lastModifiedBy")
    return (found[0].text or "").strip() if found else ""


def _read_table(table: Found, state: State) -> None:
    columns = {field_id(item): table.fields.get(field_id(item))
               for item in table.block.fields if isinstance(item, Input)}
    for key, row in table.rows():
        for name, col in columns.items():
            if not key or col is None:
                continue
            held = table.body.value(row, col)
            value = plain(held)
            if value is None and (held is not None or table.body.formula(row, col)):
                continue  # an error, or a formula that nothing has reckoned yet, is not emptied
            state.cells.add((table.block.id, key, name))
            if value is not None:
                state.typed[table.block.id, key, name] = value


def plain(cell: Any) -> Value:
    """A cell's value in our types; an error is no value."""
    if cell is None or cell == "" or isinstance(cell, ErrorValue):
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


def _read_left_over(table: Found, state: State) -> None:
    """(block, row, field, value, type) of cells whose row had gone."""
    for _, row in table.rows():
        said = {name: table.body.value(row, col) for name, col in table.fields.items()}
        value = said.get("value")
        if said.get("block") and value not in (None, ""):
            typed = (str(said["block"]), str(said.get("row") or ""), str(said.get("field") or ""))
            state.typed.setdefault(typed, of_type(str(said.get("kind")), value))


def of_type(kind: str, value: Any) -> Value:
    try:
        return _TYPES.get(kind, str)(value)
    except (ValueError, ArithmeticError):  # a person wrote something else there
        return plain(value)
