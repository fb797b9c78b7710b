"""The "Refresh now" box: a person ticks it, the schedule looks at it, the refresh unticks it.

It stands below the status line of the first overview, under a name, so that one small read finds
it wherever it was moved. A refresh writes into it only where it has seen the tick: a tick that
comes while a refresh runs stays for the next one.
"""

from __future__ import annotations

from typing import Any

from sync.surfaces.google.canvas import Canvas, Drawn
from sync.surfaces.google.found import Tab
from workbook.model import Label

Json = dict[str, Any]
NAME = "ops_refresh"
LABEL = Label("Refresh now ▸", "立即刷新 ▸")
BOX, _BESIDE = (3, 2), (3, 1)  # free between the status line and the cards
TICKED: Json = {"boolValue": True}
EMPTY: Json = {"userEnteredValue": {"boolValue": False},
               "userEnteredFormat": {"horizontalAlignment": "LEFT"}}
_QUIET: Json = {"textFormat": {"foregroundColorStyle": {
    "rgbColor": {"red": 0.42, "green": 0.45, "blue": 0.5}}}, "horizontalAlignment": "RIGHT"}


def draw(canvas: Canvas, lang: str) -> None:
    """The words beside the box, and what makes a box of its cell."""
    canvas.cells[_BESIDE] = Drawn({"stringValue": LABEL[lang]}, _QUIET)
    canvas.choices.append(((*BOX, *BOX), {"condition": {"type": "BOOLEAN"}, "strict": True}))


def is_ticked(tab: Tab | None) -> bool:
    """Is the box of the first tab ticked, as it was read?"""
    return tab is not None and tab.cell(*BOX).get("userEnteredValue") == TICKED
