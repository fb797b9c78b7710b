"""A canvas that the drawing code of workbooks draws on: keeps cells, rules and charts as data.

`sync.surfaces.xlsx.draw` speaks to XlsxWriter; this speaks the same words and writes nothing, so
that live Excel and Google Sheets show the design of a file. Rows and columns count from 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from workbook.model import Value

Json = dict[str, Any]
Spot = tuple[int, int]  # row, column
Area = tuple[int, int, int, int]  # top, left, bottom, right, both ends within


@dataclass(frozen=True, slots=True)
class Ink:
    """One cell: a value or a formula, and its format as XlsxWriter's properties."""

    value: Value
    formula: str
    style: Json


@dataclass(frozen=True, slots=True)
class Width:
    """A column: characters wide, hidden or not, folded away or not."""

    characters: float
    hidden: bool = False
    folded: bool = False


@dataclass
class Chart:
    """One chart, or the lines that are laid over its columns; series as XlsxWriter's options."""

    kind: str
    name: str
    series: list[Json] = field(default_factory=list)
    over: Chart | None = None
    title: str = ""
    size: tuple[int, int] = (600, 300)  # pixels
    x_axis: Json = field(default_factory=dict)
    y_axis: Json = field(default_factory=dict)
    y2_axis: Json = field(default_factory=dict)
    legend: Any = ""  # top, right ...

    def add_series(self, options: Json) -> None:
        self.series.append(options)

    def combine(self, other: Chart) -> None:
        self.over = other

    def set_title(self, options: Json) -> None:
        self.title = options["name"]

    def set_size(self, options: Json) -> None:
        self.size = (options["width"], options["height"])

    def set_x_axis(self, options: Json) -> None:
        self.x_axis = options

    def set_y_axis(self, options: Json) -> None:
        self.y_axis = options

    def set_y2_axis(self, options: Json) -> None:
        self.y2_axis = options

    def set_legend(self, options: Json) -> None:
        self.legend = options["position"]

    def show_blanks_as(self, _: str) -> None:
        """Gaps are what everybody shows."""

    def show_hidden_data(self) -> None:
        """What is hidden is for each surface to know."""


@dataclass
class Canvas:
    """One tab."""

    name: str
    cells: dict[Spot, Ink] = field(default_factory=dict)
    widths: dict[int, Width] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)  # points
    tables: list[tuple[Area, str]] = field(default_factory=list)  # with the table's name
    rules: list[tuple[Area, Json]] = field(default_factory=list)
    choices: list[tuple[Area, Json]] = field(default_factory=list)
    charts: list[tuple[Spot, Chart]] = field(default_factory=list)
    sparklines: list[tuple[Spot, Json]] = field(default_factory=list)
    frozen: Spot = (0, 0)  # how many rows and columns
    colour: str = ""  # of the tab
    printed: Area | None = None
    gridlines: bool = True

    def write_string(self, row: int, column: int, text: str, style: Json | None = None) -> None:
        self.cells[row, column] = Ink(text, "", style or {})

    def write_blank(self, row: int, column: int, _: None, style: Json | None = None) -> None:
        self.cells[row, column] = Ink(None, "", style or {})

    def write_number(
        self, row: int, column: int, number: float, style: Json | None = None
    ) -> None:
        self.cells[row, column] = Ink(number, "", style or {})

    def write_boolean(self, row: int, column: int, value: bool, style: Json | None = None) -> None:
        self.cells[row, column] = Ink(value, "", style or {})

    def write_datetime(
        self, row: int, column: int, value: dt.date, style: Json | None = None
    ) -> None:
        self.cells[row, column] = Ink(value, "", style or {})

    def write_formula(
        self, row: int, column: int, formula: str, style: Json | None = None, cached: Value = None
    ) -> None:
        self.cells[row, column] = Ink(cached, formula, style or {})

    def add_table(self, top: int, left: int, bottom: int, right: int, options: Json) -> None:
        """A table and its header row."""
        self.tables.append(((top, left, bottom, right), options["name"]))
        for column, said in enumerate(options["columns"], start=left):
            self.write_string(top, column, said["header"], said["header_format"])

    def set_column(
        self, first: int, last: int, width: float | None, _: Any = None,
        options: Json | None = None,
    ) -> None:
        folded = bool((options or {}).get("level"))
        hidden = bool((options or {}).get("hidden"))
        for column in range(first, last + 1):
            if width is not None:
                self.widths[column] = Width(width, hidden, folded)

    def set_row(self, row: int, height: float) -> None:
        self.heights[row] = height

    def conditional_format(
        self, top: int, left: int, bottom: int, right: int, options: Json
    ) -> None:
        self.rules.append(((top, left, bottom, right), options))

    def data_validation(self, top: int, left: int, bottom: int, right: int, options: Json) -> None:
        self.choices.append(((top, left, bottom, right), options))

    def insert_chart(self, row: int, column: int, chart: Chart, _: Json | None = None) -> None:
        self.charts.append(((row, column), chart))

    def add_sparkline(self, row: int, column: int, options: Json) -> None:
        self.sparklines.append(((row, column), options))

    def freeze_panes(self, row: int, column: int) -> None:
        self.frozen = (row, column)

    def set_tab_color(self, colour: str) -> None:
        self.colour = colour

    def hide_gridlines(self, _: int) -> None:
        self.gridlines = False

    def print_area(self, top: int, left: int, bottom: int, right: int) -> None:
        self.printed = (top, left, bottom, right)

    def _file_only(self, *_: Any, **__: Any) -> None:
        """What only a file or its paper has."""

    set_landscape = set_paper = fit_to_pages = set_margins = set_footer = repeat_rows = _file_only
    ignore_errors = set_first_sheet = activate = _file_only

    @property
    def used(self) -> Spot:
        """How many rows and columns the cells take."""
        return (max((row for row, _ in self.cells), default=-1) + 1,
                max((column for _, column in self.cells), default=-1) + 1)


class Easel:
    """Holds a canvas for every tab, as a workbook holds sheets."""

    def __init__(self) -> None:
        self.tabs: dict[str, Canvas] = {}

    def add_worksheet(self, title: str, _: Any = None) -> Canvas:
        self.tabs[title] = Canvas(title)
        return self.tabs[title]

    def add_format(self, properties: Json) -> Json:
        return properties

    def add_chart(self, options: Json) -> Chart:
        return Chart(options["type"], options.get("name", ""))
