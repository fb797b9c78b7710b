"""Series, axes and the legend of the engine's charts."""

from __future__ import annotations

from typing import Any

import pytest
import xlwings

from tests.soffice.engine import LibreOfficeEngine, needs_engine

pytestmark = needs_engine
pytest_plugins = ["tests.soffice.engine.fixtures"]
ROWS = [["week", "sales", "units", "acos"],
        ["W1", 100, 10, 0.2], ["W2", 120, 11, 0.3], ["W3", 90, 9, 0.25]]


@pytest.fixture
def sheet(excel: LibreOfficeEngine) -> Any:
    made = xlwings.Book().sheets[0]
    made["B3"].value = ROWS
    return made


def test_series_of_a_table_are_named_by_its_headers(sheet: Any) -> None:
    chart = sheet.charts.add(source=sheet["B3:E6"], plot_by="columns")
    assert [series.name for series in chart.series] == ["sales", "units", "acos"]
    assert [series.chart_type for series in chart.series] == ["column_clustered"] * 3


def test_columns_apart_become_columns_and_a_line_on_an_axis_of_its_own(sheet: Any) -> None:
    chart = sheet.charts.add(source=sheet["C4:C6,E4:E6"], plot_by="columns",
                             chart_type="column_clustered")
    chart.set_x_axis_values(sheet["B4:B6"])
    sales, acos = chart.series
    sales.set(name="Sales", fill_color="#1f4e79")
    acos.set(name="ACoS 广告", chart_type="line_markers", line_color=(179, 38, 30),
             marker_style="circle", marker_size=4)
    acos.set(axis_group="secondary")
    sales, acos = chart.series  # their order stays
    assert (sales.name, sales.fill_color, sales.axis_group) == (
        "Sales", (0x1F, 0x4E, 0x79), "primary")
    assert (acos.name, acos.chart_type, acos.axis_group, acos.marker_style) == (
        "ACoS 广告", "line_markers", "secondary", "circle")
    chart.value_axis.set(minimum_scale=0, number_format="#,##0")
    chart.secondary_value_axis.set(minimum_scale=0, number_format="0%")
    assert chart.secondary_value_axis.number_format == "0%"
    assert chart.value_axis.minimum_scale == 0.0
    used = chart.impl.inner.getUsedRangeRepresentations()
    assert {"$Sheet1.$B$4:$B$6", "$Sheet1.$C$4:$C$6", "$Sheet1.$E$4:$E$6"} <= set(used)


def test_an_empty_corner_makes_names_and_labels_of_numbers(sheet: Any) -> None:
    sheet["C4"].value = None
    assert len(sheet.charts.add(source=sheet["C4:E6"]).series) == 2
    sheet["C4"].value = 1
    assert len(sheet.charts.add(source=sheet["C4:E6"]).series) == 3


def test_a_chart_leaves_out_hidden_columns(sheet: Any) -> None:
    chart = sheet.charts.add(source=sheet["B3:E6"])
    assert chart.impl.inner.getFirstDiagram().IncludeHiddenCells is False


def test_axes_legend_and_name(sheet: Any) -> None:
    chart = sheet.charts.add(name="ops:trend:US", source=sheet["B3:C6"],
                             chart_type="bar_clustered")
    other = sheet.book.sheets.add("Other").charts.add(name="ops:trend:US")
    assert chart.name == other.name == "ops:trend:US" and "ops:trend:US" in sheet.charts
    chart.category_axis.reverse_order = True
    assert chart.category_axis.reverse_order and not chart.value_axis.reverse_order
    with pytest.raises(xlwings.XlwingsError, match="secondary"):
        chart.secondary_value_axis.set(number_format="0%")
    chart.legend.position = "top"
    assert (chart.legend.visible, chart.legend.position) == (True, "top")
    chart.legend.visible = False
    assert chart.legend.position is None
    chart.name = "again"
    assert sheet.charts["again"].chart_type == "bar_clustered"
