"""A drawn tab in Google's words: what its cells hold, how they look, and what lies over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync.surfaces import canvas
from sync.surfaces.canvas import Area, Chart, Ink, Spot, Width
from sync.surfaces.google.formats import cell_format, conditional_format
from sync.surfaces.google.values import entered

Json = dict[str, Any]
MARK = 'N("ops")=0'  # tells our conditional formats from those of people
_CHART = (18, 8)  # rows and columns that a chart takes at least


@dataclass
class Drawn:
    """One cell: its value and its format."""

    value: Json
    look: Json


@dataclass
class Canvas:
    """One tab. Rows and columns are those of a new one."""

    name: str
    cells: dict[Spot, Drawn] = field(default_factory=dict)
    widths: dict[int, Width] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)  # points
    rules: list[tuple[Area, Json]] = field(default_factory=list)
    choices: list[tuple[Area, Json]] = field(default_factory=list)
    charts: list[tuple[Spot, Chart]] = field(default_factory=list)
    frozen: Spot = (0, 0)
    colour: str = ""
    gridlines: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns that it takes, charts included."""
        rows = [row for row, _ in self.cells] + [row + _CHART[0] for (row, _), _ in self.charts]
        columns = [column for _, column in self.cells]
        columns += [column + _CHART[1] for (_, column), _ in self.charts]
        return max(rows, default=0) + 1, max(columns, default=0) + 1


def translated(tab: canvas.Canvas) -> Canvas:
    """What was drawn, for Google."""
    made = Canvas(
        tab.name, {at: _cell(ink) for at, ink in tab.cells.items()}, tab.widths, tab.heights,
        [(area, _rule(options)) for area, options in tab.rules],
        [(area, _choice(options)) for area, options in tab.choices],
        tab.charts, tab.frozen, tab.colour, tab.gridlines)
    made.cells |= {at: Drawn(_sparkline(options), {}) for at, options in tab.sparklines}
    return made


def _cell(ink: Ink) -> Drawn:
    look = cell_format(ink.style)
    if not ink.formula.startswith("="):  # one that is none reads what people deleted: its value
        return Drawn(entered(ink.value), look)
    if look.get("numberFormat", {}).get("type") == "TEXT":
        del look["numberFormat"]
    return Drawn({"formulaValue": ink.formula}, look)


def _sparkline(options: Json) -> Json:
    """A small chart is a formula here."""
    look = (f'{{"charttype","column";"color","{options["series_color"]}";'
            f'"lastcolor","{options["last_color"]}";"ymin",0}}')
    return {"formulaValue": f"=SPARKLINE({options['range']},{look})"}


def _rule(options: Json) -> Json:
    condition = options["criteria"].removeprefix("=")
    return {"condition": {"type": "CUSTOM_FORMULA", "values": [
        {"userEnteredValue": f"=AND({MARK},{condition})"}]},
        "format": conditional_format(options["format"])}


def _choice(options: Json) -> Json:
    """Choices warn; they never refuse what a person wants to type."""
    if options["validate"] == "date":
        condition: Json = {"type": "DATE_IS_VALID"}
    elif isinstance(options["source"], str):
        condition = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": options["source"]}]}
    else:
        condition = {"type": "ONE_OF_LIST", "values": [
            {"userEnteredValue": text} for text in options["source"]]}
    return {"condition": condition, "showCustomUi": True, "strict": False}
