"""Groups of rows and columns: each line knows how many groups it is in.

AddDimensionGroupRequest: "a group [B:D, depth 1] + [C:E] results in groups [B:E, depth 1] and
[C:D, depth 2]". A group of depth d is a run of lines that are in at least d groups.
"""

from __future__ import annotations

from typing import Any

from .grid import Sheet

Json = dict[str, Any]


def groups(sheet: Sheet, dimension: str) -> list[Json]:
    """All groups, "ordered by increasing range start index, then by group depth"."""
    lines = sheet.lines(dimension)
    found: list[Json] = []
    for depth in range(1, max((line.depth for line in lines), default=0) + 1):
        start = None
        for at, line in enumerate([*lines, None]):
            if line and line.depth >= depth:
                start = at if start is None else start
            elif start is not None:
                collapsed = all(depth in one.collapsed for one in lines[start:at])
                found.append({"range": {"sheetId": sheet.id, "dimension": dimension,
                                        "startIndex": start, "endIndex": at}, "depth": depth}
                             | ({"collapsed": True} if collapsed else {}))
                start = None
    return sorted(found, key=lambda g: (g["range"]["startIndex"], g["depth"]))
