"""Native charts: what was drawn of a chart, as Google's EmbeddedChart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from sync.surfaces.canvas import Chart
from sync.surfaces.google.formats import colour

Json = dict[str, Any]
_RANGE = re.compile(r"=?'((?:[^']|'')*)'!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)")
_DASHES = {"dash": "MEDIUM_DASHED", "solid": "SOLID"}


def stable_id(*parts: str) -> int:
    """An id that is the same in every refresh: 31 bits, never 0."""
    return int(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8], 16) % (2**31 - 2) + 1


def column_number(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def grid_range(text: str, ids: Mapping[str, int]) -> Json:
    """`'Tab'!$B$5:$B$17` as a GridRange; `ids`: the tabs' ids by title."""
    match = _RANGE.fullmatch(text)
    assert match, text
    return {"sheetId": ids[match[1].replace("''", "'")], "startRowIndex": int(match[3]) - 1,
            "endRowIndex": int(match[5]), "startColumnIndex": column_number(match[2]),
            "endColumnIndex": column_number(match[4]) + 1}


def chart_spec(chart: Chart, ids: Mapping[str, int], headers: Mapping[int, int]) -> Json:
    """The ChartSpec; `headers`: the header row of the table on each tab, which names series."""
    lines = chart.over.series if chart.over else []
    kind = "COMBO" if lines else chart.kind.upper()

    def data(text: str) -> Json:
        body = grid_range(text, ids)
        row = headers[body["sheetId"]]
        name = body | {"startRowIndex": row, "endRowIndex": row + 1}
        return {"sourceRange": {"sources": [name, body]}}

    left = "BOTTOM_AXIS" if kind == "BAR" else "LEFT_AXIS"
    made = []
    for one in [*chart.series, *lines]:
        axis = "RIGHT_AXIS" if one.get("y2_axis") else left
        series: Json = {"series": data(one["values"]), "targetAxis": axis, **_ink(one)}
        if kind == "COMBO":
            series["type"] = "LINE" if one in lines else "COLUMN"
        made.append(series)
    return {"title": chart.title, "hiddenDimensionStrategy": "SHOW_ALL", "basicChart": {
        "chartType": kind, "legendPosition": "TOP_LEGEND", "headerCount": 1,
        "domains": [{"domain": data(chart.series[0]["categories"])
                     } if chart.series else {"domain": data(lines[0]["categories"])}],
        "series": made}}


def _ink(series: Json) -> Json:
    """Colour, width and dashes of a series."""
    marker = series.get("marker") or {}
    line, fill = series.get("line") or {}, series.get("fill") or marker.get("fill") or {}
    shade = line.get("color") or fill.get("color")
    made: Json = {"colorStyle": colour(shade)} if shade else {}
    if line.get("width"):
        made["lineStyle"] = {"width": max(1, round(line["width"])),
                             "type": _DASHES[line.get("dash_type", "solid")]}
    if line.get("none") and marker:  # points without a line
        made["lineStyle"] = {"type": "INVISIBLE"}
        made["pointStyle"] = {"shape": "DIAMOND", "size": marker.get("size", 8)}
    return made
