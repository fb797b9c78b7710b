"""Very large writes: values on their own, then one batch of formulas and formats.

A cell costs about 52 bytes in a batch and 10 as a RAW value, and Google advises 2 MB. RAW values
are no part of the atomic batch: nothing holds rows still between the two, so who sends them reads
the spreadsheet once more afterwards (`stood`) and puts right what moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sync.surfaces.google.found import Book
from sync.surfaces.google.requests import MOST, area, rectangles, update_cells
from sync.surfaces.google.values import same

Json = dict[str, Any]
Spot = tuple[int, int]
RAW_MOST = 150_000  # values of one call


@dataclass(frozen=True)
class Machine:
    """Our cells of one tab, in the place of a request: (row, column) -> CellData.

    `born`: requests for the keys and people's cells of new rows, which have to come together with
    their rows; `keys`: where those keys are, for no other row must ever get them. `header`: the
    row of headers, which has to be as it was when the tab is copied.
    """

    sheet_id: int
    cells: Mapping[Spot, Json]
    fields: str
    born: tuple[Json, ...] = ()
    keys: frozenset[Spot] = frozenset()
    header: int | None = None


@dataclass
class Split:
    """A write in three: `room` makes tabs, rows and columns; `raw` are values; `rest` the rest."""

    room: list[Json]
    raw: list[list[Json]]
    rest: list[Json]
    held: dict[tuple[int, int, int], Json]  # (sheet, row, column) -> what RAW put there
    sent: bool = False  # have the values been sent?


def split(requests: list[Json | Machine], room: int) -> Split:
    """One batch, or, of more cells than Google advises, values first; the first `room` requests
    make tabs, rows and columns."""
    many = sum(len(one.cells) for one in requests if isinstance(one, Machine))
    if many <= MOST:
        return Split([], [], list(_plain(requests)), {})
    made = Split([one for one in requests[:room] if isinstance(one, dict)], [], [], {})
    ranges: list[Json] = []
    for one in requests[room:]:
        if isinstance(one, dict):
            made.rest.append(one)
            continue
        made.room += one.born
        values = {spot: cell["userEnteredValue"] for spot, cell in one.cells.items()
                  if spot not in one.keys}
        raw = {spot: value for spot, value in values.items()
               if "formulaValue" not in value and spot[0] != one.header}
        ranges += _ranges(one.sheet_id, raw)
        made.held |= {(one.sheet_id, *spot): value for spot, value in raw.items()}
        formulas = {spot: {"userEnteredValue": value} for spot, value in values.items()
                    if spot not in raw}
        made.rest += update_cells(one.sheet_id, formulas, "userEnteredValue")
        if "userEnteredFormat" in one.fields:
            made.rest += _formats(one)
    made.raw = list(_portions(ranges))
    return made


def _plain(requests: list[Json | Machine]) -> Iterator[Json]:
    for one in requests:
        if isinstance(one, Machine):
            yield from update_cells(one.sheet_id, one.cells, one.fields)
            yield from one.born
        else:
            yield one


def _ranges(sheet: int, values: Mapping[Spot, Json]) -> Iterator[Json]:
    """Rectangles of values, by the id of their tab: its title is people's."""
    for top, end, left, right in rectangles(values):
        yield {"dataFilter": {"gridRange": area(sheet, top, end, left, right)}, "values": [
            [next(iter(values[row, column].values()), "") for column in range(left, right)]
            for row in range(top, end)]}


def _portions(ranges: Iterable[Json]) -> Iterator[list[Json]]:
    """Ranges in as few calls as their values allow."""
    portion: list[Json] = []
    count = 0
    for one in (part for whole in ranges for part in _halves(whole)):
        cells = len(one["values"]) * len(one["values"][0])
        if portion and count + cells > RAW_MOST:
            yield portion
            portion, count = [], 0
        portion.append(one)
        count += cells
    if portion:
        yield portion


def _halves(one: Json) -> Iterator[Json]:
    """A range that is too large for one call as several."""
    rows, where = one["values"], one["dataFilter"]["gridRange"]
    step = max(1, RAW_MOST // len(rows[0]))
    for first in range(0, len(rows), step):
        top = where["startRowIndex"] + first
        part = rows[first:first + step]
        place = where | {"startRowIndex": top, "endRowIndex": top + len(part)}
        yield {"dataFilter": {"gridRange": place}, "values": part}


def _formats(one: Machine) -> Iterator[Json]:
    """One request for each rectangle of cells that look alike."""
    looks: dict[str, dict[Spot, Json]] = {}
    for spot, cell in one.cells.items():
        look = cell["userEnteredFormat"]
        looks.setdefault(json.dumps(look, sort_keys=True), {})[spot] = look
    for alike in looks.values():
        look = next(iter(alike.values()))
        for top, end, left, right in rectangles(alike):
            yield {"repeatCell": {
                "range": area(one.sheet_id, top, end, left, right),
                "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}}


def stood(held: Mapping[tuple[int, int, int], Json], book: Book) -> bool:
    """Do all RAW values stand where they were put?"""
    tabs = {tab.sheet_id: tab for tab in book.tabs.values()}
    return all(sheet in tabs and same(value, tabs[sheet].cell(row, column).get(
        "userEnteredValue", {})) for (sheet, row, column), value in held.items())
