"""What lies over the cells of a tab: widths, colours by rules, choices, protection, charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.surfaces.google import button, requests
from sync.surfaces.google.chart import chart_spec, stable_id
from sync.surfaces.google.formats import colour
from sync.surfaces.google.found import Tab
from sync.surfaces.google.wanted import WantedTab
from workbook.template import Input, field_id

Json = dict[str, Any]


def layout_of(tab: WantedTab, there: Tab | None) -> list[Json]:
    """The layout of a tab but for its sizes."""
    made = [_page(tab)]
    for place in sorted(there.rules if there else [], reverse=True):
        made.append({"deleteConditionalFormatRule": {"sheetId": tab.sheet_id, "index": place}})
    first = there.other_rules if there else 0
    for number, (area, rule) in enumerate(tab.canvas.rules):
        condition = rule["condition"]
        values = [{"userEnteredValue": tab.condition(value["userEnteredValue"])}
                  for value in condition["values"]]
        made.append({"addConditionalFormatRule": {"index": first + number, "rule": {
            "ranges": [_area(tab, area)],
            "booleanRule": rule | {"condition": condition | {"values": values}}}}})
    for area, rule in tab.canvas.choices:
        made.append({"setDataValidation": {"range": _area(tab, area), "rule": rule}})
    if not tab.hidden:
        id = stable_id("protection", tab.id)
        free = _free(tab)
        made.append(requests.protection(tab.sheet_id, id, free,
                                        there=bool(there and id in there.protected)))
    return made


def sizes(tab: WantedTab) -> list[Json]:
    """Widths and folds of a new tab; later they are people's."""
    made = [requests.widths(tab.sheet_id, column, round(said.characters * 7 + 5),
                            hidden=said.hidden)
            for column, said in tab.canvas.widths.items()]
    made += [requests.height(tab.sheet_id, row, round(points * 4 / 3))
             for row, points in tab.canvas.heights.items()]
    folded = sorted(c for c, said in tab.canvas.widths.items() if said.folded)
    while folded:
        left = right = folded.pop(0)
        while folded and folded[0] == right + 1:
            right = folded.pop(0)
        made += requests.fold(tab.sheet_id, left, right + 1)
    return made


def _page(tab: WantedTab) -> Json:
    rows, columns = tab.canvas.frozen
    if tab.stand and rows:
        rows = tab.stand.header + 1
    properties: Json = {"gridProperties": {
        "frozenRowCount": rows, "frozenColumnCount": columns,
        "hideGridlines": not tab.canvas.gridlines}}
    fields = ["gridProperties.frozenRowCount", "gridProperties.frozenColumnCount",
              "gridProperties.hideGridlines"]
    if tab.canvas.colour:
        properties["tabColorStyle"] = colour(tab.canvas.colour)
        fields.append("tabColorStyle")
    return requests.sheet_properties(tab.sheet_id, properties, ",".join(fields))


def _area(tab: WantedTab, area: tuple[int, int, int, int]) -> Json:
    """Of a table the whole column below the header, as far as it may grow."""
    top, left, bottom, right = area
    if tab.stand is None:
        return requests.area(tab.sheet_id, top, bottom + 1, left, right + 1)
    column = tab.column(left)
    return requests.area(tab.sheet_id, tab.stand.header + 1, None, column, column + 1)


def _free(tab: WantedTab) -> list[Json]:
    """The cells that people type into."""
    if tab.box:
        row, column = button.BOX
        return [requests.area(tab.sheet_id, row, row + 1, column, column + 1)]
    if tab.stand is None or tab.planned is None:
        return []
    return [requests.area(tab.sheet_id, tab.stand.header + 1, None, at, at + 1)
            for item in tab.planned.block.fields if isinstance(item, Input)
            for at in [tab.stand.columns[field_id(item)]]]


def charts_of(
    tab: WantedTab, ids: Mapping[str, int], headers: Mapping[int, int]
) -> list[tuple[int, Json, tuple[int, int], tuple[int, int]]]:
    """(id, spec, anchor cell, size) of each chart."""
    return [(stable_id("chart", chart.name), chart_spec(chart, ids, headers), at, chart.size)
            for at, chart in tab.canvas.charts]
