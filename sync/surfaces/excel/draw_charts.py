"""Native charts in live Excel, from what the drawing code said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sync.surfaces.canvas import Canvas, Chart, Json, Spot

if TYPE_CHECKING:
    import xlwings

_RANGE = re.compile(r"=?'((?:[^']|'')*)'!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)")
_POINTS = 0.75  # of a pixel
_KINDS = {"column": "column_clustered", "bar": "bar_clustered", "line": "line"}


def draw_chart(book: xlwings.Book, sheet: xlwings.Sheet, at: Spot, chart: Chart) -> None:
    """Draws one chart whose corner is the cell `at`.

    Excel guesses from a range what its series are. A chart in which it guessed otherwise (a column
    taken for labels, areas of one range passed over) would lie, so it is taken away again.
    """
    lines = chart.over.series if chart.over else []
    wanted = sorted([*chart.series, *lines], key=lambda one: _number(_parts(one["values"])[1]))
    with _numbers_first(book, wanted):
        made = sheet.charts.add(
            width=chart.size[0] * _POINTS, height=chart.size[1] * _POINTS,
            anchor=sheet.range((at[0] + 1, at[1] + 1)), name=chart.name,
            source=_source(book, wanted), plot_by="columns", chart_type=_KINDS[chart.kind])
    found = list(made.series)
    if len(found) != len(wanted):
        made.delete()
        return
    made.set_x_axis_values(range_at(book, wanted[0]["categories"]))
    for series, one in zip(found, wanted, strict=True):
        series.set(name=one["name"], **_look(one, line=one in lines or chart.kind == "line"))
        if one.get("y2_axis"):
            with suppress(NotImplementedError):  # macOS
                series.set(axis_group="secondary")
    made.title = chart.title
    made.legend.position = chart.legend
    _axes(made, chart)


@contextmanager
def _numbers_first(book: xlwings.Book, series: list[Json]) -> Iterator[None]:
    """Numbers in the first cell of every series: Excel would take blanks and texts for labels."""
    firsts = []
    for one in series:
        title, column, first, _ = _parts(one["values"])
        firsts.append(book.sheets[title].range(f"{column}{first}"))
    held = [(cell, cell.formula) for cell in firsts if not isinstance(cell.value, int | float)]
    for cell, _ in held:
        cell.value = 0
    try:
        yield
    finally:
        for cell, formula in held:
            cell.formula = formula


def _axes(made: xlwings.Chart, chart: Chart) -> None:
    names, numbers = chart.x_axis, chart.y_axis
    if chart.kind == "bar":  # which has its names at the left
        names, numbers = numbers, names
        made.category_axis.reverse_order = bool(names.get("reverse"))
    made.value_axis.set(minimum_scale=numbers["min"], number_format=numbers["num_format"])
    second = chart.over.y2_axis if chart.over else {}
    if second:
        with suppress(NotImplementedError):
            made.secondary_value_axis.set(
                minimum_scale=second["min"], number_format=second["num_format"])


def _look(one: Json, *, line: bool) -> dict[str, Any]:
    """Colours and markers of a series, as xlwings names them."""
    marker, stroke = one.get("marker") or {}, one.get("line") or {}
    if not line:
        return {"fill_color": one["fill"]["color"]}
    look: dict[str, Any] = {"chart_type": "line" if marker.get("type") == "none"
                            else "line_markers"}
    colour = stroke.get("color") or marker["fill"]["color"]
    if not stroke.get("none"):
        look["line_color"] = colour
    if marker.get("type") != "none":
        look |= {"marker_style": marker["type"], "marker_size": marker["size"],
                 "marker_background_color": colour, "marker_foreground_color": colour}
    return look


# --- the cells that a chart reads -------------------------------------------------------------


def _parts(text: str) -> tuple[str, str, int, int]:
    """`'Tab'!$B$5:$B$17` as (title, column, first row, last row)."""
    match = _RANGE.fullmatch(text)
    assert match, text
    return match[1].replace("''", "'"), match[2], int(match[3]), int(match[5])


def _number(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def range_at(book: xlwings.Book, text: str) -> xlwings.Range:
    """The cells of `'Tab'!$B$5:$B$17`."""
    title, column, first, last = _parts(text)
    return book.sheets[title].range(f"{column}{first}:{column}{last}")


def _source(book: xlwings.Book, series: list[Json]) -> xlwings.Range:
    """The columns of all series as one range; neighbours as one area, since macOS knows no more."""
    runs: list[tuple[str, str]] = []  # first and last column
    for one in series:
        title, column, first, last = _parts(one["values"])
        if runs and _number(column) == _number(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return book.sheets[title].range(
        ",".join(f"{left}{first}:{right}{last}" for left, right in runs))


def read_by(canvas: Canvas) -> Iterator[tuple[str, int]]:
    """(title, column) of every column that the charts of a tab read."""
    for _, chart in canvas.charts:
        for one in [*chart.series, *(chart.over.series if chart.over else ())]:
            for text in (one["values"], one["categories"]):
                title, column, _, _ = _parts(text)
                yield title, _number(column)
