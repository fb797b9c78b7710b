"""Charts of a sheet."""

from __future__ import annotations

import time
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, protected
from tests.soffice.engine.documents import Area, address_of
from tests.soffice.engine.formats import DATE, TIME, keys_of
from tests.soffice.engine.formulas import quoted, to_office
from tests.soffice.engine.look import POINT
from tests.soffice.engine.pictures import Drawn
from tests.soffice.engine.runtime import enum, options, struct
from tests.soffice.engine.series import Axis, Legend, SeriesCollection, set_categories

_TRIES = 40
# xlwings' name -> LibreOffice's diagram and what is switched on in it.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "column_clustered": ("Bar", {"Vertical": False, "Stacked": False, "Percent": False}),
    "column_stacked": ("Bar", {"Vertical": False, "Stacked": True, "Percent": False}),
    "column_stacked_100": ("Bar", {"Vertical": False, "Stacked": True, "Percent": True}),
    "bar_clustered": ("Bar", {"Vertical": True, "Stacked": False, "Percent": False}),
    "bar_stacked": ("Bar", {"Vertical": True, "Stacked": True, "Percent": False}),
    "line": ("Line", {"SymbolType": -3}),
    "line_markers": ("Line", {"SymbolType": -1}),
    "area": ("Area", {"Stacked": False}),
    "area_stacked": ("Area", {"Stacked": True}),
    "pie": ("Pie", {}),
    "xy_scatter": ("XY", {"SymbolType": -1}),
}


def _like(found: Any, wanted: Any) -> bool:
    """Is a switch as it was put? Markers that were left to LibreOffice (-1) have got a shape."""
    return bool(found == wanted or (wanted == -1 and found != -3))


def _plain(inner: Any) -> None:
    """Without LibreOffice's grey wall, which no style of Excel has."""
    if inner.Diagram.supportsService("com.sun.star.chart.ChartAxisYSupplier"):
        inner.Diagram.Wall.FillStyle = enum("drawing.FillStyle", "NONE")


def guessed(rng: Any) -> tuple[bool, bool]:
    """Has a source a row of names, a column of labels? Excel takes texts and dates for these, and
    both where the corner is empty."""
    first = rng.sheet.range(rng.areas[0])
    block, texts = first.uno.getDataArray(), first.uno.getFormulaArray()
    if texts[0][0] == "":
        return True, True
    kinds = first.document.formats
    keys = keys_of(first.uno, len(block), len(block[0]))

    def text(row: int, column: int) -> bool:  # a blank is none
        return isinstance(block[row][column], str) and texts[row][column] != ""

    header = any(text(0, column) for column in range(len(block[0])))
    rows = range(int(header), len(block))
    dated = any(kinds.kind(keys[row][0]) & (DATE | TIME) for row in rows)
    labels = dated or any(text(row, 0) for row in rows)
    return header, labels


def _place(sheet: Any, area: Area) -> str:
    return to_office(f"{quoted(sheet.uno.Name)}!{address_of(area)}")


class Chart(Recorded, base_classes.Chart):
    """One chart; `key` is LibreOffice's own name of it."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any, key: str) -> None:
        self.parent, self._key = parent, key

    @property
    def label(self) -> str:
        return f"{self.parent.label}.charts({self._shape.Name or self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _uno(self) -> Any:
        return self.parent.uno.Charts.getByName(self._key)

    @property
    def _shape(self) -> Any:
        for _ in range(_TRIES):  # while its kind changes, LibreOffice may not show it
            for shape in self.parent.uno.DrawPage:
                if getattr(shape, "PersistName", None) == self._key:
                    return shape
            time.sleep(0.05)
        raise LookupError(f"There is no chart {self._key} on {self.parent.label}.")

    @property
    def inner(self) -> Any:
        """The chart's own document."""
        return self._uno.EmbeddedObject

    def refuse(self) -> None:
        if self.parent.uno.isProtected():
            raise protected()

    @property
    def name(self) -> str:
        return str(self._shape.Name or self._key)

    @name.setter
    def name(self, value: str) -> None:
        self.refuse()
        self._shape.Name = value

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        if plot_by == "rows":
            raise NotImplementedError("series in rows")
        self.refuse()
        header, labels = guessed(rng)
        source = options(
            CellRangeRepresentation=",".join(_place(rng.sheet, area) for area in rng.areas),
            FirstCellAsLabel=header, HasCategories=labels,
            DataRowSource=enum("chart.ChartDataRowSource", "COLUMNS"))
        diagram = self.inner.getFirstDiagram()
        diagram.setDiagramData(self.inner.getDataProvider().createDataSource(source), source)
        diagram.IncludeHiddenCells = False  # as in every new chart of Excel

    def set_x_axis_values(self, rng: Any) -> None:
        self.refuse()
        set_categories(self.inner, _place(rng.sheet, rng.area))

    @property
    def series(self) -> SeriesCollection:
        return SeriesCollection(self)

    @property
    def legend(self) -> Legend:
        return Legend(self)

    @property
    def category_axis(self) -> Axis:
        return Axis(self, 0)

    @property
    def value_axis(self) -> Axis:
        return Axis(self, 1)

    @property
    def secondary_value_axis(self) -> Axis:
        return Axis(self, 1, 1)

    @property
    def chart_type(self) -> str:
        diagram = self._uno.EmbeddedObject.Diagram
        kind = diagram.DiagramType.rpartition(".")[2].removesuffix("Diagram")
        for name, (service, switches) in KINDS.items():
            if service == kind and all(
                    _like(getattr(diagram, key), value) for key, value in switches.items()):
                return name
        raise NotImplementedError(diagram.DiagramType)

    @chart_type.setter
    def chart_type(self, chart_type: str) -> None:
        if chart_type not in KINDS:
            raise NotImplementedError(f"chart type {chart_type}")
        self.refuse()
        service, switches = KINDS[chart_type]
        inner = self._uno.EmbeddedObject
        inner.Diagram = inner.createInstance(f"com.sun.star.chart.{service}Diagram")
        for key, value in switches.items():
            setattr(inner.Diagram, key, value)
        _plain(inner)

    @property
    def title(self) -> str | None:
        inner = self._uno.EmbeddedObject
        return str(inner.Title.String) if inner.HasMainTitle else None

    @title.setter
    def title(self, value: str | None) -> None:
        self.refuse()
        inner = self._uno.EmbeddedObject
        inner.HasMainTitle = value is not None
        if value is not None:
            inner.Title.String = value

    @property
    def left(self) -> float:
        return float(self._shape.Position.X / POINT)

    @left.setter
    def left(self, value: float) -> None:
        self._place("Position", "X", value)

    @property
    def top(self) -> float:
        return float(self._shape.Position.Y / POINT)

    @top.setter
    def top(self, value: float) -> None:
        self._place("Position", "Y", value)

    @property
    def width(self) -> float:
        return float(self._shape.Size.Width / POINT)

    @width.setter
    def width(self, value: float) -> None:
        self._place("Size", "Width", value)

    @property
    def height(self) -> float:
        return float(self._shape.Size.Height / POINT)

    @height.setter
    def height(self, value: float) -> None:
        self._place("Size", "Height", value)

    def _place(self, name: str, side: str, points: float) -> None:
        self.refuse()
        shape = self._shape
        changed = getattr(shape, name)
        setattr(changed, side, round(points * POINT))
        setattr(shape, name, changed)

    def delete(self) -> None:
        self.refuse()
        self.parent.uno.Charts.removeByName(self._key)


class Charts(Drawn, base_classes.Charts):
    """The charts of a sheet."""

    def _keys(self) -> dict[str, str]:
        """Name -> LibreOffice's own name, which takes no colon."""
        keys = [getattr(shape, "PersistName", "") for shape in self.parent.uno.DrawPage]
        known = self.parent.uno.Charts.ElementNames
        return {Chart(self.parent, key).name: key for key in keys if key in known}

    def _names(self) -> list[str]:
        return list(self._keys())

    def _made(self, name: str) -> Chart:
        return Chart(self.parent, self._keys()[name])

    def add(
        self, left: float, top: float, width: float, height: float, chart_type: str | None = None,
        source: Any = None, plot_by: str | None = None, name: str | None = None,
        anchor: Any = None, style: int | None = 227,
    ) -> Chart:
        """A chart of columns, unless a type is given; the first row and column are labels."""
        if self.parent.uno.isProtected():
            raise protected()
        if anchor is not None:
            left, top = anchor.left, anchor.top
        names = self._names()
        name = name or next(f"Chart {n}" for n in range(1, 9999) if f"Chart {n}" not in names)
        place = struct("awt.Rectangle", X=round(left * POINT), Y=round(top * POINT),
                       Width=round(width * POINT), Height=round(height * POINT))
        known = self.parent.uno.Charts
        keys = {key for sheet in self.parent.document.uno.Sheets
                for key in sheet.Charts.ElementNames}
        key = next(f"Object {n}" for n in range(1, 9999) if f"Object {n}" not in keys)
        known.addNewByName(key, place, (), True, True)
        made = Chart(self.parent, key)
        made.name = name
        provider = "com.sun.star.chart2.data.DataProvider"
        made.inner.attachDataProvider(self.parent.document.uno.createInstance(provider))
        made.inner.Diagram = made.inner.createInstance("com.sun.star.chart.BarDiagram")
        _plain(made.inner)
        if source is not None:
            made.set_source_data(source, plot_by)
        if chart_type is not None:
            made.chart_type = chart_type
        return made
