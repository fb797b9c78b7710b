"""Series, axes and the legend of a chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import XlwingsError, base_classes

from tests.soffice.engine.calls import NoApi, Recorded
from tests.soffice.engine.documents import area_of
from tests.soffice.engine.look import number_of, rgb_of
from tests.soffice.engine.runtime import enum, soffice, struct

TYPES = {"column_clustered": "Column", "bar_clustered": "Column", "line": "Line",
         "line_markers": "Line"}
MARKERS = {"none": None, "square": 0, "diamond": 1, "circle": 8}
PLACES = {"top": "PAGE_START", "bottom": "PAGE_END", "left": "LINE_START", "right": "LINE_END"}
_UNSET = base_classes._UNSET


def coordinates(inner: Any) -> Any:
    """The coordinate system of a chart's document."""
    return inner.getFirstDiagram().getCoordinateSystems()[0]


def ordered(inner: Any) -> list[tuple[Any, Any]]:
    """(chart type, series), as their cells stand from left to right."""
    found = [(kind, one) for kind in coordinates(inner).getChartTypes()
             for one in kind.getDataSeries()]
    return sorted(found, key=lambda pair: place_of(pair[1]))


def place_of(series: Any) -> tuple[int, int]:
    """Column and row of the first cell of a series' values."""
    first = values_of(series).SourceRangeRepresentation.split(":")[0].rpartition(".")[2]
    area = area_of(first)
    assert area is not None, first
    return area[1], area[0]


def values_of(series: Any) -> Any:
    return series.getDataSequences()[0].getValues()


def set_categories(inner: Any, representation: str) -> None:
    """The labels of all series."""
    sequence = inner.getDataProvider().createDataSequenceByRangeRepresentation(representation)
    sequence.Role = "categories"
    labelled = soffice().service("com.sun.star.chart2.data.LabeledDataSequence")
    labelled.setValues(sequence)
    axis = coordinates(inner).getAxisByDimension(0, 0)
    scale = axis.getScaleData()
    scale.Categories = labelled
    axis.setScaleData(scale)


class Part(Recorded):
    """Something of a chart."""

    parent: Any

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _inner(self) -> Any:
        return self.parent.inner


class Series(Part, base_classes.ChartSeries):
    """One series, by its place from the left."""

    def __init__(self, parent: Any, number: int) -> None:
        self.parent, self._number = parent, number

    @property
    def label(self) -> str:
        return f"{self.parent.label}.series({self._number + 1})"

    @property
    def _uno(self) -> Any:
        return ordered(self._inner)[self._number][1]

    @property
    def name(self) -> str:
        label = self._uno.getDataSequences()[0].getLabel()
        return "" if label is None else " ".join(label.getTextualData())

    @property
    def line_color(self) -> tuple[int, int, int] | None:
        return rgb_of(self._uno.Color)

    fill_color = line_color

    @property
    def chart_type(self) -> str:
        kind, series = ordered(self._inner)[self._number]
        if kind.getChartType().endswith("LineChartType"):
            drawn = series.Symbol.Style.value != "NONE"
            return "line_markers" if drawn else "line"
        return "bar_clustered" if coordinates(self._inner).SwapXAndYAxis else "column_clustered"

    @property
    def axis_group(self) -> str:
        return "secondary" if self._uno.AttachedAxisIndex else "primary"

    @property
    def marker_style(self) -> str | None:
        symbol = self._uno.Symbol
        if symbol.Style.value == "NONE":
            return "none"
        return next((n for n, at in MARKERS.items() if at == symbol.StandardSymbol), None)

    def set(self, **given: Any) -> None:
        """In the order of xlwings: the type and the axis first, as they change the looks."""
        self.parent.refuse()
        given = {name: value for name, value in given.items() if value is not _UNSET}
        for name in ("chart_type", "axis_group", "name", "line_color", "fill_color",
                     "marker_style", "marker_size", "marker_background_color"):
            if name in given:
                getattr(self, f"_set_{name}")(given[name])

    def _set_chart_type(self, value: str) -> None:
        if value not in TYPES:
            raise NotImplementedError(f"chart type {value} of a series")
        kind, series = ordered(self._inner)[self._number]
        wanted = f"com.sun.star.chart2.{TYPES[value]}ChartType"
        if kind.getChartType() != wanted:
            system = coordinates(self._inner)
            other = next((k for k in system.getChartTypes() if k.getChartType() == wanted), None)
            if other is None:
                other = soffice().service(wanted)
                system.addChartType(other)
            kind.removeDataSeries(series)
            other.addDataSeries(series)
            if not kind.getDataSeries():
                system.removeChartType(kind)
        if TYPES[value] == "Line":
            self._set_marker_style("circle" if value == "line_markers" else "none")

    def _set_axis_group(self, value: str) -> None:
        system, series = coordinates(self._inner), self._uno
        series.AttachedAxisIndex = int(value == "secondary")
        if value == "secondary" and system.getMaximumAxisIndexByDimension(1) < 1:
            axis = soffice().service("com.sun.star.chart2.Axis")
            system.setAxisByDimension(1, axis, 1)
            axis.Show, axis.DisplayLabels = True, True
            axis.CrossoverPosition = enum("chart.ChartAxisPosition", "END")

    def _set_name(self, value: str) -> None:
        text = value.replace('"', '""')
        label = self._inner.getDataProvider().createDataSequenceByRangeRepresentation(
            '"' + text + '"')
        label.Role = "label"
        self._uno.getDataSequences()[0].setLabel(label)

    def _set_line_color(self, value: Any) -> None:
        self._uno.Color = number_of(value)

    _set_fill_color = _set_line_color

    def _symbol(self, **changes: Any) -> None:
        series = self._uno
        symbol = series.Symbol
        for name, value in changes.items():
            setattr(symbol, name, value)
        series.Symbol = symbol

    def _set_marker_style(self, value: str) -> None:
        if value not in MARKERS:
            raise NotImplementedError(f"marker {value}")
        style = enum("chart2.SymbolStyle", "NONE" if value == "none" else "STANDARD")
        self._symbol(Style=style, StandardSymbol=MARKERS[value] or 0)

    def _set_marker_size(self, value: int) -> None:
        side = round(value * 2540 / 72)
        self._symbol(Size=struct("awt.Size", Width=side, Height=side))

    def _set_marker_background_color(self, value: Any) -> None:
        self._symbol(FillColor=number_of(value), BorderColor=number_of(value))


class SeriesCollection(Part, base_classes.ChartSeriesCollection):
    """The series of a chart."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return f"{self.parent.label}.series"

    def __len__(self) -> int:
        return len(ordered(self._inner))

    def __iter__(self) -> Iterator[Series]:
        return iter([Series(self.parent, number) for number in range(len(self))])

    def __call__(self, key: int) -> Series:
        if not 1 <= key <= len(self):
            raise KeyError(key)
        return Series(self.parent, key - 1)


class Axis(Part, base_classes.ChartAxis):
    """An axis: `dimension` 0 has the categories, 1 the values; `index` 1 is the secondary one."""

    def __init__(self, parent: Any, dimension: int, index: int = 0) -> None:
        self.parent, self._dimension, self._index = parent, dimension, index

    @property
    def label(self) -> str:
        return f"{self.parent.label}.axis({self._dimension}, {self._index})"

    @property
    def _uno(self) -> Any:
        system = coordinates(self._inner)
        if self._index > system.getMaximumAxisIndexByDimension(self._dimension):
            raise XlwingsError("The chart has no secondary axis group. Move a series to it first "
                               "with series.axis_group = 'secondary'.")
        return system.getAxisByDimension(self._dimension, self._index)

    def _scale(self, **changes: Any) -> Any:
        axis = self._uno
        scale = axis.getScaleData()
        for name, value in changes.items():
            setattr(scale, name, value)
        if changes:
            axis.setScaleData(scale)
        return scale

    @property
    def minimum_scale(self) -> float:
        return float(self._scale().Minimum)

    @property
    def number_format(self) -> str:
        return str(self.parent.parent.document.formats.code(self._uno.NumberFormat))

    @property
    def reverse_order(self) -> bool:
        return bool(self._scale().Orientation.value == "REVERSE")

    @reverse_order.setter
    def reverse_order(self, value: bool) -> None:
        self.set(reverse_order=value)

    def set(self, **given: Any) -> None:
        self.parent.refuse()
        given = {name: value for name, value in given.items() if value is not _UNSET}
        for name, value in given.items():
            if name == "minimum_scale":
                self._scale(Minimum=value)
            elif name == "number_format":
                axis = self._uno
                axis.LinkNumberFormatToSource = False
                axis.NumberFormat = self.parent.parent.document.formats.key(value)
            elif name == "reverse_order":
                self._scale(Orientation=enum("chart2.AxisOrientation",
                                             "REVERSE" if value else "MATHEMATICAL"))
            else:
                raise NotImplementedError(f"{name} of an axis")


class Legend(Part, base_classes.ChartLegend):
    """The legend of a chart."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return f"{self.parent.label}.legend"

    @property
    def visible(self) -> bool:
        return bool(self._inner.HasLegend)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.parent.refuse()
        self._inner.HasLegend = value

    @property
    def position(self) -> str | None:
        if not self._inner.HasLegend:
            return None
        found = self._inner.getFirstDiagram().getLegend().AnchorPosition.value
        return next((ours for ours, theirs in PLACES.items() if theirs == found), None)

    @position.setter
    def position(self, value: str) -> None:
        self.parent.refuse()
        if value not in PLACES:
            raise NotImplementedError(f"legend at {value}")
        self._inner.HasLegend = True
        legend = self._inner.getFirstDiagram().getLegend()
        wide = value in {"top", "bottom"}
        legend.AnchorPosition = enum("chart2.LegendPosition", PLACES[value])
        legend.Expansion = enum("chart.ChartLegendExpansion", "WIDE" if wide else "HIGH")
