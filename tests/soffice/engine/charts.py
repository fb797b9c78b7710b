"""Charts and pictures of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, protected
from tests.soffice.engine.look import POINT
from tests.soffice.engine.runtime import options, soffice, struct, url

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


class Chart(Recorded, base_classes.Chart):
    """One chart, found by its name."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any, key: str) -> None:
        self.parent, self._key = parent, key

    @property
    def label(self) -> str:
        return f"{self.parent.label}.charts({self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _uno(self) -> Any:
        return self.parent.uno.Charts.getByName(self._key)

    @property
    def _shape(self) -> Any:
        return next(shape for shape in self.parent.uno.DrawPage
                    if getattr(shape, "PersistName", None) == self._key)

    def _refuse(self) -> None:
        if self.parent.uno.isProtected():
            raise protected()

    @property
    def name(self) -> str:
        return self._key

    @name.setter
    def name(self, value: str) -> None:
        raise NotImplementedError("LibreOffice cannot rename a chart: charts.add(name=...)")

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        if plot_by == "rows":
            raise NotImplementedError("series in rows")
        self._refuse()
        self._uno.setRanges((rng.uno.RangeAddress,))

    @property
    def chart_type(self) -> str:
        diagram = self._uno.EmbeddedObject.Diagram
        kind = diagram.DiagramType.rpartition(".")[2].removesuffix("Diagram")
        for name, (service, switches) in KINDS.items():
            if service == kind and all(
                    getattr(diagram, key) == value for key, value in switches.items()):
                return name
        raise NotImplementedError(diagram.DiagramType)

    @chart_type.setter
    def chart_type(self, chart_type: str) -> None:
        if chart_type not in KINDS:
            raise NotImplementedError(f"chart type {chart_type}")
        self._refuse()
        service, switches = KINDS[chart_type]
        inner = self._uno.EmbeddedObject
        inner.Diagram = inner.createInstance(f"com.sun.star.chart.{service}Diagram")
        for key, value in switches.items():
            setattr(inner.Diagram, key, value)

    @property
    def title(self) -> str | None:
        inner = self._uno.EmbeddedObject
        return str(inner.Title.String) if inner.HasMainTitle else None

    @title.setter
    def title(self, value: str | None) -> None:
        self._refuse()
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
        self._refuse()
        shape = self._shape
        changed = getattr(shape, name)
        setattr(changed, side, round(points * POINT))
        setattr(shape, name, changed)

    def delete(self) -> None:
        self._refuse()
        self.parent.uno.Charts.removeByName(self._key)


class Drawn(Recorded):
    """A collection of things on a sheet that are found by name."""

    parent: Any = None  # over the base's property

    def __init__(self, sheet: Any) -> None:
        self.parent = sheet

    @property
    def label(self) -> str:
        return f"{self.parent.label}.{type(self).__name__.lower()}"

    @property
    def api(self) -> Any:
        return NoApi()

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _made(self, name: str) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter([self._made(name) for name in self._names()])

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, key: str) -> bool:
        return key in self._names()

    def __call__(self, key: int | str) -> Any:
        names = self._names()
        if isinstance(key, int) and 1 <= key <= len(names):
            return self._made(names[key - 1])
        if key not in names:
            raise KeyError(key)
        return self._made(str(key))


class Charts(Drawn, base_classes.Charts):
    """The charts of a sheet."""

    def _names(self) -> list[str]:
        return list(self.parent.uno.Charts.ElementNames)

    def _made(self, name: str) -> Chart:
        return Chart(self.parent, name)

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
        self.parent.uno.Charts.addNewByName(name, place, (), True, True)
        made = Chart(self.parent, name)
        if source is not None:
            made.set_source_data(source, plot_by)
        if chart_type is not None:
            made.chart_type = chart_type
        return made


class Picture(Recorded, base_classes.Picture):
    """One picture, found by its name."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any, key: str) -> None:
        self.parent, self._key = parent, key

    @property
    def label(self) -> str:
        return f"{self.parent.label}.pictures({self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _shape(self) -> Any:
        return next(shape for shape in self.parent.uno.DrawPage if shape.Name == self._key)

    def _refuse(self) -> None:
        if self.parent.uno.isProtected():
            raise protected()

    @property
    def name(self) -> str:
        return self._key

    @name.setter
    def name(self, value: str) -> None:
        self._refuse()
        self._shape.Name = value
        self._key = value

    def delete(self) -> None:
        self._refuse()
        self.parent.uno.DrawPage.remove(self._shape)


class Pictures(Drawn, base_classes.Pictures):
    """The pictures of a sheet."""

    def _names(self) -> list[str]:
        return [shape.Name for shape in self.parent.uno.DrawPage
                if shape.ShapeType.endswith("GraphicObjectShape")]

    def _made(self, name: str) -> Picture:
        return Picture(self.parent, name)

    def add(
        self, filename: str | Path, link_to_file: bool, save_with_document: bool, left: float,
        top: float, width: float, height: float, anchor: Any = None,
    ) -> Picture:
        if self.parent.uno.isProtected():
            raise protected()
        if anchor is not None:
            left, top = anchor.left, anchor.top
        shape = self.parent.document.uno.createInstance("com.sun.star.drawing.GraphicObjectShape")
        graphics = soffice().service("com.sun.star.graphic.GraphicProvider")
        shape.Graphic = graphics.queryGraphic(options(URL=url(filename)))
        self.parent.uno.DrawPage.add(shape)
        names = self._names()
        shape.Name = next(f"Picture {n}" for n in range(1, 999) if f"Picture {n}" not in names)
        shape.Position = struct("awt.Point", X=round(left * POINT), Y=round(top * POINT))
        size = shape.Graphic.Size100thMM if min(width, height) < 0 else struct(
            "awt.Size", Width=round(width * POINT), Height=round(height * POINT))
        shape.Size = size
        return Picture(self.parent, shape.Name)
