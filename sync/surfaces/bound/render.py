"""Planned cells as the editor takes them: values, and live formulas over columns of the table."""

from __future__ import annotations

import re
from collections.abc import Callable

from sync.ooxml import Formula as Live
from sync.ooxml import Table, Value
from sync.ooxml.refs import letters
from workbook import formulas
from workbook.formulas import Formula, Here
from workbook.headers import columns_of
from workbook.metrics import get_metric
from workbook.model import Cell, Unit
from workbook.plan import PlannedRow
from workbook.rows import parts_of
from workbook.spans import plain
from workbook.template import Block, Change, Field, Input, Measure, field_id

Columns = Callable[[str], str]  # field id -> the letters of its column, "" if none shows it


def live_text(formula: Formula, columns: Columns, row: int) -> str:
    """The formula's text in a row of the sheet; "" if the table lacks a column that it reads."""
    cells: dict[str, str] = {}
    for name, ref in formula.refs.items():
        column = columns(ref.field) if isinstance(ref, Here) else ""
        if not column:
            return ""
        cells[name] = f"{column}{row}"
    return re.sub(r"\{([a-z_]+)\}", lambda match: cells[match[1]], formula.text)


def formula_of(block: Block, item: Field) -> Formula | None:
    """How a column of ours is computed from others of its row; only ratios and changes are."""
    if isinstance(item, Measure):
        parts = parts_of(block, item)
        return formulas.ratio(*parts, Cell(None)) if parts else None
    if isinstance(item, Change):
        share = get_metric(item.metric).unit is Unit.SHARE
        make = formulas.points_change if share else formulas.relative_change
        return make(Here(item.metric), Here(f"{item.metric}@-1"), Cell(None))
    return None


def columns_by_header(table: Table, block: Block) -> Columns:
    """The columns as their headers name them."""
    known = columns_of(block)
    places: dict[str, str] = {}
    for at, header in enumerate(table.columns):
        item = known.get(plain(header))
        if item is not None and not isinstance(item, Input):
            places.setdefault(field_id(item), letters(table.ref.left + at))
    return lambda name: places.get(name, "")


def our_formulas(table: Table, block: Block, columns: Columns) -> dict[str, str]:
    """Field id -> our formula, as the first row of the table would have it."""
    found = {}
    for item in block.fields:
        formula = formula_of(block, item)
        text = live_text(formula, columns, table.body.top) if formula else ""
        if text:
            found[field_id(item)] = text
    return found


def cell_of(
    block: Block, item: Field, row: PlannedRow, columns: Columns, number: int
) -> Value | Live:
    """One cell of ours. A blank is an empty cell, so that charts and sums see none."""
    cell = row.cells.get(field_id(item), Cell(None))
    value = cell.cell.value if isinstance(cell, Formula) else cell.value
    if value is None or value == "":
        return None
    formula = formula_of(block, item)
    text = live_text(formula, columns, number) if formula else ""
    return Live(text, value) if text else value
