"""Looks of another workbook, added to ours: each style number there gets one here."""

from __future__ import annotations

import copy

from sync.ooxml import xml
from sync.ooxml.styles import Styles
from sync.ooxml.styles import entries as list_of
from sync.ooxml.xml import Element

_LISTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class Restyle:
    """Maps cell styles and conditional looks from one workbook into another."""

    def __init__(self, source: Styles, target: Styles) -> None:
        self._source, self._target = source, target
        self._cells: dict[int, int] = {}
        self._looks: dict[int, int] = {}
        self._entries: dict[tuple[str, int], int] = {}

    def cell(self, style: int) -> int:
        """A cell style's number here."""
        if style not in self._cells:
            xf = self._source.xf(style)
            self._cells[style] = self._add(xf) if xf is not None else 0
        return self._cells[style]

    def _add(self, xf: Element) -> int:
        new = self._foreign(xf, "cellXfs")
        for attribute, group in _LISTS.items():
            number = xf.get(attribute)
            if number is not None:
                new.set(attribute, str(self._entry(group, int(number))))
        new.set("xfId", "0")
        for part in ("Font", "Fill", "Border", "Alignment", "NumberFormat", "Protection"):
            new.set(f"apply{part}", "1")
        number = int(xf.get("numFmtId") or 0)
        code = self._source.code(number)
        if code is not None:
            new.set("numFmtId", str(self._target.number_format(code)))
        return self._target.append("cellXfs", new)

    def _entry(self, group: str, number: int) -> int:
        if (group, number) not in self._entries:
            entries = list_of(self._source.group(group))
            if number >= len(entries):
                return 0
            new = self._foreign(entries[number], group)
            self._entries[group, number] = self._target.append(group, new)
        return self._entries[group, number]

    def look(self, number: int) -> int:
        """A conditional look's number here."""
        if number not in self._looks:
            entries = list_of(self._source.group("dxfs"))
            if number >= len(entries):
                return 0
            new = self._foreign(entries[number], "dxfs")
            self._looks[number] = self._target.append("dxfs", new)
        return self._looks[number]

    def _foreign(self, element: Element, group: str) -> Element:
        """A copy in the target's namespace."""
        old, new = xml.namespace(element), xml.namespace(self._target.group(group))
        taken = copy.deepcopy(element)
        taken.tail = None
        if old != new:
            for one in taken.iter():
                if xml.namespace(one) == old:
                    one.tag = f"{{{new}}}{xml.local(one)}"
        return taken
