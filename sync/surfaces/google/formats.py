"""Cell formats: properties as the drawing code names them, as Google's CellFormat."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]
_LINES = {1: "SOLID", 2: "SOLID_MEDIUM", 4: "DOTTED"}
_ALIGN = {"left": "LEFT", "right": "RIGHT", "center": "CENTER"}
_VERTICAL = {"vcenter": "MIDDLE", "bottom": "BOTTOM", "top": "TOP"}


def colour(code: str) -> Json:
    """`#1F4E79` as a ColorStyle."""
    code = code.removeprefix("#")
    parts = (int(code[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return {"rgbColor": dict(zip(("red", "green", "blue"), parts, strict=True))}


def number_format(pattern: str) -> Json | None:
    """A pattern with the type that Google wants beside it; None for Google's own choice."""
    if pattern in ("", "General"):
        return None
    if pattern == "@":
        return {"type": "TEXT"}
    if "yyyy" in pattern:
        return {"type": "DATE_TIME" if "hh" in pattern else "DATE", "pattern": pattern}
    quoted = re.sub(r'"[^"]*"|[▲▼]', lambda m: m[0] if m[0][0] == '"' else f'"{m[0]}"', pattern)
    kind = "PERCENT" if "%" in pattern else "CURRENCY" if '"' in pattern else "NUMBER"
    if "pp" in pattern or pattern.startswith(";"):
        kind = "NUMBER"
    return {"type": kind, "pattern": quoted}


def cell_format(given: Json) -> Json:
    """Fonts are left to the spreadsheet; a machine's text needs no text format."""
    made: Json = {"verticalAlignment": _VERTICAL.get(given.get("valign", ""), "MIDDLE")}
    text: Json = {"fontSize": given["font_size"]} if "font_size" in given else {}
    for ours, theirs in (("bold", "bold"), ("italic", "italic")):
        if given.get(ours):
            text[theirs] = True
    if "font_color" in given:
        text["foregroundColorStyle"] = colour(given["font_color"])
    made["textFormat"] = text
    if "bg_color" in given:
        made["backgroundColorStyle"] = colour(given["bg_color"])
    if given.get("align") in _ALIGN:
        made["horizontalAlignment"] = _ALIGN[given["align"]]
    if given.get("text_wrap"):
        made["wrapStrategy"] = "WRAP"
    shown = number_format(given.get("num_format", ""))
    if shown and (shown["type"] != "TEXT" or given.get("locked") is False):
        made["numberFormat"] = shown
    borders = {side: _border(given, side) for side in ("top", "bottom", "left", "right")
               if given.get(side, given.get("border"))}
    if borders:
        made["borders"] = borders
    return made


def _border(given: Json, side: str) -> Json:
    line = given.get(side, given.get("border"))
    shade = str(given.get(f"{side}_color", given.get("border_color", "#000000")))
    return {"style": _LINES.get(int(line or 1), "SOLID"), "colorStyle": colour(shade)}


def conditional_format(given: Json) -> Json:
    """The format of a rule, which may only name colours, bold and italic."""
    made: Json = {}
    if "font_color" in given:
        made["textFormat"] = {"foregroundColorStyle": colour(given["font_color"])}
    if "bg_color" in given:
        made["backgroundColorStyle"] = colour(given["bg_color"])
    return made
