"""What goes into the cells of a refilled workbook: values as sheets hold them, formulas."""

from __future__ import annotations

from decimal import Decimal

from sync.ooxml import Formula
from sync.ooxml.values import ErrorValue
from sync.ooxml.values import Value as CellValue
from sync.surfaces.xlsx.place import Places, Spot
from workbook.formulas import Formula as PlannedFormula
from workbook.model import Cell, Value

NOT_AVAILABLE = "#N/A"  # what a chart passes over


def content_of(
    places: Places, cell: Cell | PlannedFormula, spot: Spot, block: str, row: str
) -> CellValue | Formula:
    """What goes into a cell; a formula that reads a column which people deleted is its value."""
    if not isinstance(cell, PlannedFormula):
        return number(cell.value)
    known = cell.cell.value
    value: CellValue = float(known) if isinstance(known, Decimal) else known
    if known == NOT_AVAILABLE:
        value = ErrorValue(NOT_AVAILABLE)
    try:
        text = places.render(cell, spot, block, row)
    except KeyError:
        return value
    return Formula(text.removeprefix("="), "" if value is None else value)


def number(value: Value) -> CellValue:
    """A value as a sheet holds it, with as many digits as in a new workbook."""
    if isinstance(value, Decimal | float):
        short = float(f"{value:.16G}")
        return int(short) if short.is_integer() and abs(short) < 1e15 else short
    return value[:32_767] if isinstance(value, str) else value
