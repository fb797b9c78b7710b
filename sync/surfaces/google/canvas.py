"""A canvas that the drawing code of workbooks draws on: keeps cells, rules and charts as data.

`sync.surfaces.xlsx.draw` speaks to XlsxWriter; this speaks the same words and writes nothing, so
both surfaces show one design. Rows and columns are those of a new tab.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sync.surfaces.google.chart import Chart
from sync.surfaces.google.formats import cell_format, conditional_format
from sync.surfaces.google.values import entered

Json = dict[str, Any]
MARK = 'N("ops")=0'  # tells our conditional formats from those of people
Area = tuple[int, int, int, int]  # top, left, bottom, right, both ends within


@dataclass
class Drawn:
    """One cell: its value and its format."""

    value: Json
    look: Json


@dataclass
class Canvas:
    """One tab."""

    name: str
    cells: dict[tuple[int, int], Drawn] = field(default_factory=dict)
    widths: dict[int, Json] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    rules: list[tuple[Area, Json]] = field(default_factory=list)
    choices: list[tuple[Area, Json]] = field(default_factory=list)
    charts: list[tuple[int, int, Chart]] = field(default_factory=list)
    frozen: tuple[int, int] = (0, 0)
    colour: str = ""
    gridlines: bool = True

    def _put(self, row: int, column: int, value: Json, style: Any) -> None:
        look = cell_format(style or {})
        if "formulaValue" in value and look.get("numberFormat", {}).get("type") == "TEXT":
            del look["numberFormat"]
        self.cells[row, column] = Drawn(value, look)

    def write_string(self, row: int, column: int, text: str, style: Any = None) -> None:
        self._put(row, column, entered(text), style)

    def write_blank(self, row: int, column: int, _: None, style: Any = None) -> None:
        self._put(row, column, {}, style)

    def write_number(self, row: int, column: int, number: float, style: Any = None) -> None:
        self._put(row, column, entered(number), style)

    def write_boolean(self, row: int, column: int, value: bool, style: Any = None) -> None:
        self._put(row, column, entered(value), style)

    def write_datetime(self, row: int, column: int, value: dt.date, style: Any = None) -> None:
        self._put(row, column, entered(value), style)

    def write_formula(
        self, row: int, column: int, formula: str, style: Any = None, cached: Any = None
    ) -> None:
        if formula.startswith("="):
            self._put(row, column, {"formulaValue": formula}, style)
        else:  # it reads what people deleted: its value
            self._put(row, column, entered(cached), style)

    def add_sparkline(self, row: int, column: int, options: Json) -> None:
        """A small chart is a formula here."""
        look = (f'{{"charttype","column";"color","{options["series_color"]}";'
                f'"lastcolor","{options["last_color"]}";"ymin",0}}')
        self._put(row, column, {"formulaValue": f"=SPARKLINE({options['range']},{look})"}, {})

    def add_table(self, top: int, left: int, bottom: int, right: int, options: Json) -> None:
        """The header row; the table itself is known by metadata."""
        for column, said in enumerate(options["columns"], start=left):
            self.write_string(top, column, said["header"], said["header_format"])

    def set_column(
        self, first: int, last: int, width: float | None, _: Any = None, options: Any = None
    ) -> None:
        for column in range(first, last + 1):
            if width is not None:
                options = options or {}
                self.widths[column] = {"pixels": round(width * 7 + 5),
                                       "hidden": bool(options.get("hidden")),
                                       "level": options.get("level", 0)}

    def set_row(self, row: int, height: float, *_: Any) -> None:
        self.heights[row] = height

    def conditional_format(
        self, top: int, left: int, bottom: int, right: int, options: Json
    ) -> None:
        condition = options["criteria"].removeprefix("=")
        self.rules.append(((top, left, bottom, right), {
            "condition": {"type": "CUSTOM_FORMULA", "values": [
                {"userEnteredValue": f"=AND({MARK},{condition})"}]},
            "format": conditional_format(options["format"])}))

    def data_validation(self, top: int, left: int, bottom: int, right: int, options: Json) -> None:
        """Choices warn; they never refuse what a person wants to type."""
        if options["validate"] == "date":
            condition: Json = {"type": "DATE_IS_VALID"}
        elif isinstance(options["source"], str):
            condition = {"type": "ONE_OF_RANGE",
                         "values": [{"userEnteredValue": options["source"]}]}
        else:
            condition = {"type": "ONE_OF_LIST", "values": [
                {"userEnteredValue": text} for text in options["source"]]}
        self.choices.append(((top, left, bottom, right), {
            "condition": condition, "showCustomUi": True, "strict": False}))

    def freeze_panes(self, row: int, column: int) -> None:
        self.frozen = (row, column)

    def insert_chart(self, row: int, column: int, chart: Chart, _: Any = None) -> None:
        self.charts.append((row, column, chart))

    def set_tab_color(self, colour: str) -> None:
        self.colour = colour

    def hide_gridlines(self, _: int) -> None:
        self.gridlines = False

    def _paper(self, *_: Any, **__: Any) -> None:
        """What only paper or Excel has."""

    set_landscape = set_paper = fit_to_pages = set_margins = set_footer = repeat_rows = _paper
    print_area = ignore_errors = set_first_sheet = activate = _paper

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns that it takes, charts included."""
        rows = [row for row, _ in self.cells] + [row + 18 for row, _, _ in self.charts]
        columns = [column for _, column in self.cells] + [c + 8 for _, c, _ in self.charts]
        return max(rows, default=0) + 1, max(columns, default=0) + 1


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
