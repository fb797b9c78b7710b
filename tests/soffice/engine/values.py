"""Blocks of values between Python and cells, as Excel's COM interface passes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.soffice.engine.calls import failed
from tests.soffice.engine.entry import Entry, entered
from tests.soffice.engine.formats import DATE, LOGICAL, TEXT, Formats, keys_of
from tests.soffice.engine.formulas import balanced, to_excel, to_office

# What `Cell.getError` says -> the integer that COM gives.
ERRORS = {532: -2146826281, 32767: -2146826246, 525: -2146826259, 521: -2146826288,
          503: -2146826252, 524: -2146826265, 519: -2146826273, 502: -2146826252}
VALUE_ERROR = -2146826273
UNREADABLE = {501, 507, 508, 509, 510, 511, 512}  # LibreOffice could not parse the formula
FORMULA, ANY_ERROR, ANY_RESULT = 16, 4, 7
UNREADABLE_FORMULA = failed("There's a problem with this formula.")
LONGEST = 32767  # characters of a cell


def matrix_of(data: Any, rows: int, columns: int) -> list[list[Any]]:
    """What was assigned, as rows: one value fills the range, one row fills every row."""
    if not isinstance(data, list | tuple):
        return [[data] * columns for _ in range(rows)]
    if not data or not isinstance(data[0], list | tuple):
        data = [list(data)] * rows
    if len(data) != rows or any(len(row) != columns for row in data):
        raise NotImplementedError("values of another shape than the range")
    return [list(row) for row in data]


def read(cells: Any, rows: int, columns: int, formats: Formats, epoch: dt.datetime) -> Any:
    """Rows of float, str, bool, datetime, None and COM's integers of errors."""
    data = cells.getDataArray()
    keys = keys_of(cells, rows, columns)
    special = {key for row in keys for key in row if formats.kind(key) & (DATE | LOGICAL)}
    formulas = _mask(cells, rows, columns) if any("" in row for row in data) else None

    def value(row: int, column: int, found: Any) -> Any:
        if found is None:
            return ERRORS.get(cells.getCellByPosition(column, row).getError(), VALUE_ERROR)
        if found == "":
            return "" if formulas and formulas[row][column] else None
        if isinstance(found, str) or keys[row][column] not in special:
            return found
        if formats.kind(keys[row][column]) & LOGICAL:
            return bool(found)
        # Whole milliseconds: a serial number holds no more.
        return epoch + dt.timedelta(milliseconds=round(found * 86_400_000))

    return tuple(tuple(value(r, c, found) for c, found in enumerate(row))
                 for r, row in enumerate(data))


def read_formulas(cells: Any, rows: int, columns: int, formats: Formats) -> Any:
    """Rows of texts: formulas in Excel's spelling, else the content as it would be typed."""
    data, texts = cells.getDataArray(), cells.getFormulaArray()
    keys = keys_of(cells, rows, columns)
    mask = _mask(cells, rows, columns)

    def text(row: int, column: int) -> str:
        found, key = data[row][column], keys[row][column]
        if mask[row][column]:
            return to_excel(texts[row][column])
        if isinstance(found, str):
            return found
        if formats.kind(key) & LOGICAL:
            return "TRUE" if found else "FALSE"
        return str(texts[row][column])

    return tuple(tuple(text(r, c) for c in range(columns)) for r in range(rows))


def write(
    cells: Any, matrix: list[list[Any]], formats: Formats, epoch: dt.datetime
) -> None:
    """Enters the values as Excel does: texts are read unless the cell is formatted as text."""
    rows, columns = len(matrix), len(matrix[0])
    keys = keys_of(cells, rows, columns)
    kinds = {key: formats.kind(key) for row in keys for key in row}
    general = formats.key("General")
    content: list[list[Any]] = []
    styled: dict[int, list[tuple[int, int]]] = {}  # format key -> (column, row)
    formulas: list[tuple[int, int]] = []
    for r, row in enumerate(matrix):
        line: list[Any] = []
        for c, value in enumerate(row):
            key = keys[r][c]
            entry = _as_text(value) if kinds[key] & TEXT else _entry(value, epoch)
            is_general = not key or key == general or bool(kinds[key] & LOGICAL)
            if isinstance(entry.value, bool):
                styled.setdefault(formats.key("BOOLEAN"), []).append((c, r))
            elif is_general and entry.format:
                styled.setdefault(formats.key(entry.format), []).append((c, r))
            elif kinds[key] & LOGICAL and entry.value is not None:
                styled.setdefault(general, []).append((c, r))
            if entry.formula:
                formulas.append((c, r))
            line.append(entry)
        content.append(line)
    spelt = {(c, r): _office(content[r][c].value) for c, r in formulas}
    cells.setDataArray(tuple(tuple(_plain(e) for e in line) for line in content))
    for column, top, bottom in _runs(formulas):
        cells.getCellRangeByPosition(column, top, column, bottom).setFormulaArray(
            tuple((spelt[column, row],) for row in range(top, bottom + 1)))
    if formulas:
        _refuse_unreadable(cells)
    for key, places in styled.items():
        for column, top, bottom in _runs(places):
            cells.getCellRangeByPosition(column, top, column, bottom).NumberFormat = key


def _entry(value: Any, epoch: dt.datetime) -> Entry:
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise failed("Application-defined or object-defined error")
        return entered(value) if value else Entry(None)
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None)
        day = (moment - epoch) / dt.timedelta(days=1)
        return Entry(day, "m/d/yyyy h:mm" if moment.time() != dt.time() else "m/d/yyyy")
    if isinstance(value, dt.date):
        return Entry(float((value - epoch.date()).days), "m/d/yyyy")
    if isinstance(value, Decimal):  # pywin32 passes a Decimal as a currency
        return Entry(float(round(value, 4)), "$#,##0.00")
    if value is None or isinstance(value, bool):
        return Entry(value)
    if isinstance(value, int | float):
        return Entry(float(value))
    raise TypeError(f"Excel does not take {type(value).__name__}: {value!r}")


def _as_text(value: Any) -> Entry:
    """In a cell formatted as text Excel keeps texts and turns numbers into texts."""
    if isinstance(value, bool):
        return Entry(str(value).upper())
    if isinstance(value, int | float | Decimal):
        return Entry(f"{value:.15g}" if isinstance(value, float) else str(value))
    if isinstance(value, dt.date):
        return Entry(f"{value.month}/{value.day}/{value.year}")
    return Entry(value or None)


def _plain(entry: Entry) -> Any:
    """For `setDataArray`: it would make #N/A of None, and keeps texts as they are."""
    if entry.formula or entry.value is None:
        return ""
    return float(entry.value) if isinstance(entry.value, bool) else entry.value


def _office(formula: Any) -> str:
    if not balanced(formula):
        raise UNREADABLE_FORMULA
    return to_office(formula)


def _runs(places: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Cells (column, row) as runs within a column: (column, first row, last row)."""
    start, places = 0, sorted(places)
    for at in range(1, len(places) + 1):
        column, row = places[at - 1]
        if at == len(places) or places[at] != (column, row + 1):
            yield column, places[start][1], row
            start = at


def _mask(cells: Any, rows: int, columns: int) -> list[list[bool]]:
    """Which cells hold a formula."""
    mask = [[False] * columns for _ in range(rows)]
    top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
    for area in cells.queryFormulaCells(ANY_RESULT).RangeAddresses:
        for row in range(area.StartRow - top, area.EndRow - top + 1):
            for column in range(area.StartColumn - left, area.EndColumn - left + 1):
                mask[row][column] = True
    return mask


def _refuse_unreadable(cells: Any) -> None:
    top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
    for area in cells.queryFormulaCells(ANY_ERROR).RangeAddresses:
        cell = cells.getCellByPosition(area.StartColumn - left, area.StartRow - top)
        if cell.getError() in UNREADABLE:
            cell.setString("")
            raise UNREADABLE_FORMULA
