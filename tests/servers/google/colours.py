"""Colours as Google keeps them: 8 bits a part, zero parts left out, `xColor` beside `xColorStyle`.

ColorStyle: "If backgroundColor is also set, this field takes precedence." Colours are kept as
styles and the older field is added to answers.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from .masks import Tree

# Schemas that know only the newer field.
STYLE_ONLY = {"rowsProperties"}


@cache
def part(value: float) -> float:
    """One part of a colour after 8 bits, printed as the shortest 32-bit float: 0.2, 0.8509804."""
    # As recorded: 0.5 comes back as 127/255, so parts are cut off and not rounded.
    exact = int(max(0.0, min(1.0, value)) * 255 + 1e-4) / 255
    if exact in (0, 1):
        return int(exact)
    for digits in range(1, 10):
        short = float(f"{exact:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", exact):
            return short
    return exact


def kept(value: Any) -> Any:
    """A request with each colour as a style of quantised parts."""
    if isinstance(value, list):
        return [kept(one) for one in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for name, one in value.items():
        if name == "rgbColor":
            made[name] = {p: part(v) for p, v in one.items() if part(v) or p == "alpha"}
        elif name.lower().endswith("color") and isinstance(one, dict):
            made.setdefault(name + "Style", kept({"rgbColor": one}))
        else:
            made[name] = kept(one)
    return made


def kept_mask(tree: Tree) -> Tree:
    """A mask that names the style wherever it named the colour."""
    made: Tree = {}
    for name, below in tree.items():
        if name.lower().endswith("color"):
            made[name + "Style"] = {}
        elif name.lower().endswith("colorstyle"):
            made[name] = {}
        else:
            made[name] = kept_mask(below)
    return made


def shown(value: Any) -> Any:
    """A kept value with both fields of each colour, for an answer."""
    if isinstance(value, list):
        return [shown(one) for one in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for name, one in value.items():
        made[name] = one if name in STYLE_ONLY else shown(one)
        if name.lower().endswith("colorstyle") and "rgbColor" in one:
            made[name.removesuffix("Style")] = dict(one["rgbColor"])
    return made
