"""Cells of a new tab in live Excel: values as one block, looks as few equal areas.

Excel reads a text as if a person typed it, so texts are formatted "@" before their values; number
formats come after the values, because a formula may take over the format of what it reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sync.surfaces.canvas import Area, Canvas, Ink, Json, Spot

if TYPE_CHECKING:
    import xlwings

TEXT, GENERAL = "@", "General"
_ACROSS = ("left", "right", "center")
_DOWN = {"vcenter": "center", "bottom": "bottom", "top": "top"}
_LINES: dict[int, Json] = {  # Excel draws a weight's line; only dots are a style of their own
    1: {"weight": "thin"}, 2: {"weight": "medium"}, 4: {"weight": "thin", "line_style": "dot"}}


def areas(spots: Iterable[Spot]) -> list[Area]:
    """The spots as few rectangles: runs down the columns, or along the rows, if those are fewer."""
    spots = set(spots)
    down = _areas(spots)
    along = [(top, left, bottom, right) for left, top, right, bottom
             in _areas({(column, row) for row, column in spots})]
    return min(down, along, key=len)


def _areas(spots: set[Spot]) -> list[Area]:
    """Runs down each column, joined with equal runs in the next column."""
    found: list[Area] = []
    open_runs: dict[tuple[int, int, int], int] = {}  # top, bottom, next column -> place in `found`
    for column, top, bottom in _runs(spots):
        at = open_runs.pop((top, bottom, column), None)
        if at is None:
            at = len(found)
            found.append((top, column, bottom, column))
        else:
            found[at] = (*found[at][:3], column)
        open_runs[top, bottom, column + 1] = at
    return found


def _runs(spots: set[Spot]) -> Iterator[tuple[int, int, int]]:
    """(column, first row, last row), from left to right."""
    for column, row in sorted((column, row) for row, column in spots):
        if (row - 1, column) in spots:
            continue
        last = row
        while (last + 1, column) in spots:
            last += 1
        yield column, row, last


def cells_of(sheet: xlwings.Sheet, area: Area) -> xlwings.Range:
    """An area, which counts from 0, as Excel's range."""
    top, left, bottom, right = area
    return sheet.range((top + 1, left + 1), (bottom + 1, right + 1))


def write(sheet: xlwings.Sheet, canvas: Canvas, size: tuple[str, float]) -> None:
    """Writes all cells of an empty sheet; `size`: the font's name and its usual size."""
    rows, columns = canvas.used
    whole = cells_of(sheet, (0, 0, rows - 1, columns - 1))
    whole.font.name, whole.font.size = size
    whole.vertical_alignment = "center"
    texts = {at for at, ink in canvas.cells.items() if _is_text(ink)}
    for area in areas(texts):
        cells_of(sheet, area).number_format = TEXT
    block: list[list[Any]] = [[None] * columns for _ in range(rows)]
    for (row, column), ink in canvas.cells.items():
        block[row][column] = _entered(ink)
    whole.value = block
    _formats(sheet, canvas, texts)
    _looks(sheet, canvas, size[1])
    _borders(sheet, canvas)


def _is_text(ink: Ink) -> bool:
    """Must the cell be formatted as text before its value comes?"""
    if ink.formula.startswith("="):
        return False
    blank = ink.value is None and ink.style.get("num_format") == TEXT
    return blank or isinstance(ink.value, str)


def _entered(ink: Ink) -> Any:
    """What is assigned to the cell; a formula that is none, as its cell is gone, is its value."""
    if ink.formula.startswith("="):
        return ink.formula
    if isinstance(ink.value, dt.date) and not isinstance(ink.value, dt.datetime):
        return dt.datetime(ink.value.year, ink.value.month, ink.value.day)
    return None if ink.value == "" else ink.value


def _formats(sheet: xlwings.Sheet, canvas: Canvas, texts: set[Spot]) -> None:
    """Number formats of all cells but plain texts."""

    def code(at: Spot, ink: Ink) -> str | None:
        shown = str(ink.style.get("num_format", GENERAL))
        if at in texts:
            return None if shown in (TEXT, GENERAL) else shown
        if shown == TEXT:  # a formula, or a number, which Excel would make a text
            return GENERAL
        return shown if ink.formula or shown != GENERAL else None

    for shown, spots in _grouped(canvas, code).items():
        for area in areas(spots):
            cells_of(sheet, area).number_format = shown


def _looks(sheet: xlwings.Sheet, canvas: Canvas, size: float) -> None:
    """Fonts, fills and alignment that differ from what the whole sheet has."""

    def put(of: Callable[[Json], Hashable], change: Callable[[xlwings.Range, Any], None]) -> None:
        for value, spots in _grouped(canvas, lambda _, ink: of(ink.style)).items():
            for area in areas(spots):
                change(cells_of(sheet, area), value)

    put(lambda s: s.get("font_size", size) if s.get("font_size", size) != size else None,
        lambda cells, value: setattr(cells.font, "size", value))
    put(lambda s: s.get("bold") or None, lambda cells, _: setattr(cells.font, "bold", True))
    put(lambda s: s.get("italic") or None, lambda cells, _: setattr(cells.font, "italic", True))
    put(lambda s: s.get("font_color"), lambda cells, value: setattr(cells.font, "color", value))
    put(lambda s: s.get("bg_color"), lambda cells, value: setattr(cells, "color", value))
    put(lambda s: s["align"] if s.get("align") in _ACROSS else None,
        lambda cells, value: setattr(cells, "horizontal_alignment", value))
    put(lambda s: None if s.get("valign", "vcenter") == "vcenter" else _DOWN[s["valign"]],
        lambda cells, value: setattr(cells, "vertical_alignment", value))
    put(lambda s: s.get("text_wrap") or None,
        lambda cells, _: setattr(cells, "wrap_text", True))


def _borders(sheet: xlwings.Sheet, canvas: Canvas) -> None:
    """Lines below, above and around cells; one below is also one between the rows of an area."""

    def line(side: str) -> Callable[[Spot, Ink], Hashable]:
        return lambda _, ink: ((ink.style[side], ink.style.get(f"{side}_color", "#000000"))
                               if side in ink.style else None)

    for (kind, colour), spots in _grouped(canvas, line("bottom")).items():
        for area in areas(spots):
            sides = ["edge_bottom"] + ["inside_horizontal"] * (area[2] > area[0])
            cells_of(sheet, area).borders.set(sides, color=colour, **_LINES[kind])
    for (kind, colour), spots in _grouped(canvas, line("top")).items():
        for area in areas(spots):
            cells_of(sheet, area).borders.set(["edge_top"], color=colour, **_LINES[kind])
    for (kind, colour), spots in _grouped(canvas, line("border")).items():
        for area in areas(spots):
            sides = ["edge_top", "edge_bottom", "edge_left", "edge_right"]
            sides += ["inside_horizontal"] * (area[2] > area[0])
            sides += ["inside_vertical"] * (area[3] > area[1])
            cells_of(sheet, area).borders.set(sides, color=colour, **_LINES[kind])


def _grouped(
    canvas: Canvas, of: Callable[[Spot, Ink], Hashable]
) -> Mapping[Any, list[Spot]]:
    """The cells by what `of` says of them; None is left out."""
    found: dict[Any, list[Spot]] = {}
    for at, ink in canvas.cells.items():
        value = of(at, ink)
        if value is not None:
            found.setdefault(value, []).append(at)
    return found
