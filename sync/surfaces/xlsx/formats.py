"""Looks of refilled cells: what people chose stays, number formats and marks of ours follow.

A cell keeps the look it has. Only a number format that Opsheet itself gives (another currency,
another language) and the italic dotted mark of a number that may still change are brought up to
date. A cell that had no look yet gets the one it has in a new workbook.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from sync.ooxml import Workbook, xml
from sync.ooxml.restyle import Restyle
from sync.ooxml.styles import Styles as BookStyles
from sync.ooxml.styles import entries
from sync.surfaces.xlsx.styles import DATE, TIME
from workbook import looks
from workbook.metrics import get_metric
from workbook.model import Unit
from workbook.plan import unit_of
from workbook.template import Change, Dim, Field, Input

# The numbers that Excel gives to the formats that every workbook has.
_BUILT_IN = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
             14: "mm-dd-yy", 49: "@"}
CURRENCIES = (None, "", *looks._CURRENCY)
_MARKED = "dotted"
_TARGET = re.compile("(?:Target|目标) . ")


def bare(code: str) -> str:
    """A number format without its quotes: programs write the same one in several ways."""
    return re.sub(r'["\\]', "", code)


def codes_of(item: Field) -> Callable[[str], bool]:
    """Is a number format one that Opsheet gives to cells of the field?"""
    unit = unit_of(item)
    if isinstance(item, Input):  # of a row's own unit: a share, or what is as it is typed
        return _among({"General", looks.number_format(Unit.SHARE)} if unit is Unit.ROW else set())
    if isinstance(item, Change):
        own = {looks.change_format(get_metric(item.metric).unit)}
    elif unit is None:
        own = {"@", DATE, TIME}
    elif unit is Unit.ROW:
        own = {looks.number_format(one, currency) for one in Unit if one is not Unit.ROW
               for currency in CURRENCIES} | {DATE, TIME}
    else:
        own = {looks.number_format(unit, currency) for currency in CURRENCIES} | {DATE, TIME}
        if unit is Unit.NUMBER and isinstance(item, Dim):
            own.add("General")
    return _among(own)


def _among(codes: set[str]) -> Callable[[str], bool]:
    known = {bare(code) for code in codes}
    return lambda code: bare(code) in known


def card_codes(name: str, unit: Unit) -> Callable[[str], bool]:
    """The same for a cell of a card."""
    if name == "target":
        return lambda code: bool(_TARGET.search(bare(code)))
    own = {looks.number_format(unit, currency) for currency in CURRENCIES}
    return _among(own) if name == "value" else lambda code: False


class Formats:
    """The looks of one workbook that is refilled.

    Args:
        scratch: an XlsxWriter workbook whose formats are those of a new workbook.
    """

    def __init__(self, book: Workbook, scratch: Any, buffer: io.BytesIO) -> None:
        self._styles: BookStyles = book.content.styles
        self._scratch, self._buffer = scratch, buffer
        self._new: dict[int, int] = {}  # id of a new workbook's format -> style here
        self._adapted: dict[tuple[int, str, bool | None, bool], int] = {}
        self._codes: dict[int, str] = {}
        self._known: dict[str, dict[bytes, int]] = {}

    def prepare(self, formats: Iterable[Any]) -> None:
        """Brings formats of a new workbook over; each is then known to `fresh`."""
        wanted = {id(one): one for one in formats}
        sheet = self._scratch.add_worksheet()
        for row, one in enumerate(wanted.values()):
            sheet.write_blank(row, 0, None, one)
        self._scratch.close()
        with Workbook(self._buffer) as donor:
            restyle = Restyle(donor.content.styles, self._styles)
            sheet_of = donor.content.sheet(donor.sheet_names[0])
            for row, key in enumerate(wanted, start=1):
                xf = donor.content.styles.xf(donor._style_of(sheet_of, f"A{row}"))
                if xf is not None:
                    self._new[key] = restyle.cell(donor._style_of(sheet_of, f"A{row}"))

    def fresh(self, new: Any) -> int:
        """The look that a cell has in a new workbook."""
        return self._new[id(new)]

    def is_date(self, style: int) -> bool:
        """Does a style show a number as a date?"""
        return self._styles.is_date(style)

    def code(self, style: int) -> str:
        """A style's number format."""
        if style not in self._codes:
            number = self._styles.format_id(style)
            self._codes[style] = self._styles.code(number) or _BUILT_IN.get(number, "")
        return self._codes[style]

    def adapted(
        self, style: int, new: Any, own: Callable[[str], bool], *, force: bool = False,
        marks: bool = True,
    ) -> int:
        """A cell's look for what it holds now.

        `own` tells the number formats that may change, `force` changes any; `marks`: the cell
        shows by an italic and a dotted line that its number may still change.
        """
        had = self.code(style)
        wanted = str(new.num_format)
        code = wanted if bare(wanted) != bare(had) and (force or own(had)) else ""
        mark = bool(new.italic) if marks else None
        return self.with_look(style, code, mark)

    def with_look(self, style: int, code: str, mark: bool | None, *, plain: bool = False) -> int:
        """The style with a number format ("": its own) and with or without the mark.

        `plain`: the mark is the italic alone.
        """
        key = (style, code, mark, plain)
        if key not in self._adapted:
            self._adapted[key] = self._make(style, code, mark, plain)
        return self._adapted[key]

    def _make(self, style: int, code: str, mark: bool | None, plain: bool) -> int:
        source = self._styles.xf(style)
        if source is None:
            return style
        xf = copy.deepcopy(source)
        xf.tail = None
        changed = False
        if code:
            number = next((n for n, c in _BUILT_IN.items() if c == code), None)
            number = self._styles.number_format(code) if number is None else number
            xf.set("numFmtId", str(number))
            xf.set("applyNumberFormat", "1")
            changed = True
        if mark is not None and self._marked(xf, plain) != mark:
            self._mark(xf, mark, plain)
            changed = True
        return self._number("cellXfs", xf) if changed else style

    def italic(self, style: int) -> bool:
        """Is the style's font italic?"""
        xf = self._styles.xf(style)
        return xf is not None and self._italic(xf)

    def _italic(self, xf: xml.Element) -> bool:
        found = xml.child(self._part(xf, "fonts", "fontId"), "i")
        return found is not None and found.get("val") not in ("0", "false")

    def _marked(self, xf: xml.Element, plain: bool) -> bool:
        if plain:
            return self._italic(xf)
        bottom = xml.child(self._part(xf, "borders", "borderId"), "bottom")
        return self._italic(xf) and bottom is not None and bottom.get("style") == _MARKED

    def _mark(self, xf: xml.Element, mark: bool, plain: bool) -> None:
        font = copy.deepcopy(self._part(xf, "fonts", "fontId"))
        for element in xml.children(font, "i"):
            font.remove(element)
        if mark:
            bold = xml.child(font, "b")
            font.insert(0 if bold is None else font.index(bold) + 1, xml.make(font, "i"))
        xf.set("fontId", str(self._number("fonts", font)))
        xf.set("applyFont", "1")
        if not plain:
            border = copy.deepcopy(self._part(xf, "borders", "borderId"))
            bottom = xml.child(border, "bottom")
            if bottom is not None:
                bottom.set("style", _MARKED if mark else "thin")
                for element in list(bottom):
                    bottom.remove(element)
                colour = looks.GREY if mark else looks.RULE
                bottom.append(xml.make(bottom, "color", rgb=f"FF{colour}"))
            xf.set("borderId", str(self._number("borders", border)))
            xf.set("applyBorder", "1")

    def _part(self, xf: xml.Element, group: str, key: str) -> xml.Element:
        found = entries(self._styles.group(group))
        number = int(xf.get(key) or 0)
        return found[number] if number < len(found) else found[0]

    def _number(self, group: str, element: xml.Element) -> int:
        """An entry's number: of an equal one that is there, or of a new one."""
        if group not in self._known:
            self._known[group] = {}
            for at, one in enumerate(entries(self._styles.group(group))):
                self._known[group].setdefault(_canonical(one), at)
        known, mark = self._known[group], _canonical(element)
        if mark not in known:
            element.tail = None
            known[mark] = self._styles.append(group, element)
        return known[mark]


def _canonical(element: xml.Element) -> bytes:
    one = copy.deepcopy(element)
    one.tail = None
    return bytes(etree.tostring(one, method="c14n", exclusive=True))
