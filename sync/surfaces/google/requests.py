"""Small builders of batchUpdate requests, with explicit ids and masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.surfaces.google.found import COLUMN, HEADER, TAB

Json = dict[str, Any]
MOST = 35_000  # cells of one write: about 2 MB, which is what Google advises
Cells = Mapping[tuple[int, int], Json]  # (row, column) -> CellData


def area(
    sheet: int, top: int | None, bottom: int | None, left: int | None, right: int | None
) -> Json:
    """A GridRange, half open; None is unbounded."""
    ends = {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
            "endColumnIndex": right}
    return {"sheetId": sheet} | {name: end for name, end in ends.items() if end is not None}


def lines(sheet: int, dimension: str, start: int, end: int) -> Json:
    """A DimensionRange."""
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


def insert(sheet: int, dimension: str, at: int, count: int) -> Json:
    """Blank lines that look as the one before."""
    return {"insertDimension": {"range": lines(sheet, dimension, at, at + count),
                                "inheritFromBefore": True}}


def add_sheet(sheet: int, title: str, size: tuple[int, int], *, hidden: bool) -> Json:
    return {"addSheet": {"properties": {
        "sheetId": sheet, "title": title, "hidden": hidden,
        "gridProperties": {"rowCount": size[0], "columnCount": size[1]}}}}


def sheet_properties(sheet: int, properties: Json, fields: str) -> Json:
    return {"updateSheetProperties": {"properties": {"sheetId": sheet, **properties},
                                      "fields": fields}}


def tab_mark(sheet: int, value: str) -> Json:
    return _metadata(TAB, value, {"sheetId": sheet})


def header_mark(sheet: int, row: int, block: str) -> Json:
    return _metadata(HEADER, block, {"dimensionRange": lines(sheet, "ROWS", row, row + 1)})


def column_mark(sheet: int, column: int, block: str, field: str) -> Json:
    place = {"dimensionRange": lines(sheet, "COLUMNS", column, column + 1)}
    return _metadata(COLUMN, f"{block}/{field}", place)


def _metadata(key: str, value: str, location: Json) -> Json:
    return {"createDeveloperMetadata": {"developerMetadata": {
        "metadataKey": key, "metadataValue": value, "location": location,
        "visibility": "DOCUMENT"}}}


def rectangles(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """(top, end, left, right), half open: together they are just these cells."""
    rows: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        rows.setdefault(row, []).append(column)
    blocks: list[tuple[int, int, int, int]] = []
    open_: dict[tuple[int, int], int] = {}  # (left, right) -> place in blocks
    for row, columns in rows.items():
        still: dict[tuple[int, int], int] = {}
        for span in _spans(columns):
            at = open_.get(span)
            if at is not None and blocks[at][1] == row:
                blocks[at] = (blocks[at][0], row + 1, *span)
            else:
                at = len(blocks)
                blocks.append((row, row + 1, *span))
            still[span] = at
        open_ = still
    return blocks


def update_cells(sheet: int, cells: Cells, fields: str) -> Iterable[Json]:
    """As few requests as rectangles: only cells that are listed are touched."""
    for top, end, left, right in rectangles(cells):
        step = max(1, MOST // (right - left))
        for first in range(top, end, step):
            last = min(first + step, end)
            yield {"updateCells": {
                "range": area(sheet, first, last, left, right), "fields": fields,
                "rows": [{"values": [cells[row, column] for column in range(left, right)]}
                         for row in range(first, last)]}}


def parts(requests: list[Json]) -> list[list[Json]]:
    """The requests in order, in as few writes as their cells allow."""
    made: list[list[Json]] = [[]]
    count = 0
    for one in requests:
        rows = one.get("updateCells", {}).get("rows", [])
        cells = sum(len(row["values"]) for row in rows)
        if count + cells > MOST and made[-1]:
            made.append([])
            count = 0
        made[-1].append(one)
        count += cells
    return made


def _spans(columns: list[int]) -> Iterable[tuple[int, int]]:
    start = previous = columns[0]
    for column in columns[1:]:
        if column != previous + 1:
            yield start, previous + 1
            start = column
        previous = column
    yield start, previous + 1


def widths(sheet: int, column: int, pixels: int, *, hidden: bool) -> Json:
    return {"updateDimensionProperties": {
        "range": lines(sheet, "COLUMNS", column, column + 1),
        "properties": {"pixelSize": pixels, "hiddenByUser": hidden},
        "fields": "pixelSize,hiddenByUser"}}


def height(sheet: int, row: int, pixels: int) -> Json:
    return {"updateDimensionProperties": {
        "range": lines(sheet, "ROWS", row, row + 1), "properties": {"pixelSize": pixels},
        "fields": "pixelSize"}}


def fold(sheet: int, left: int, right: int) -> list[Json]:
    """Columns behind a `+`, folded."""
    span = lines(sheet, "COLUMNS", left, right)
    return [{"addDimensionGroup": {"range": span}}, {"updateDimensionGroup": {
        "dimensionGroup": {"range": span, "depth": 1, "collapsed": True}, "fields": "collapsed"}}]


def named_range(name: str, id: str, where: Json, *, there: bool) -> Json:
    given = {"namedRangeId": id, "name": name, "range": where}
    if there:
        return {"updateNamedRange": {"namedRange": given, "fields": "range"}}
    return {"addNamedRange": {"namedRange": given}}


def protection(sheet: int, id: int, free: list[Json], *, there: bool) -> Json:
    """A warning over a tab, except the cells that people type into."""
    given = {"protectedRangeId": id, "range": {"sheetId": sheet}, "warningOnly": True,
             "description": "Opsheet fills these cells", "unprotectedRanges": free}
    if there:
        return {"updateProtectedRange": {"protectedRange": given, "fields": "unprotectedRanges"}}
    return {"addProtectedRange": {"protectedRange": given}}


def chart(
    sheet: int, id: int, spec: Json, at: tuple[int, int], size: tuple[int, int], *, there: bool
) -> Json:
    if there:
        return {"updateChartSpec": {"chartId": id, "spec": spec}}
    anchor = {"sheetId": sheet, "rowIndex": at[0], "columnIndex": at[1]}
    return {"addChart": {"chart": {"chartId": id, "spec": spec, "position": {"overlayPosition": {
        "anchorCell": anchor, "widthPixels": size[0], "heightPixels": size[1]}}}}}
