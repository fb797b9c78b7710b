"""Cell styles: which ones show dates, and new ones made from those that are there."""

from __future__ import annotations

import copy
import re

from sync.ooxml import xml
from sync.ooxml.errors import OoxmlError
from sync.ooxml.package import Package
from sync.ooxml.xml import Element

ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_TIME_IDS = {*range(18, 23), *range(45, 48)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.I | re.S)
_MOST = 65_000
_EMPTY = (
    '<styleSheet xmlns="{}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/>'
    '<bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


def entries(group: Element) -> list[Element]:
    """A list's entries; where there are alternatives, the one for every reader."""
    found = []
    for element in group:
        if xml.local(element) == "AlternateContent":
            ways = [way for way in element if xml.local(way) in ("Choice", "Fallback")]
            found += entries(ways[-1]) if ways else []
        elif xml.local(element):
            found.append(element)
    return found


def shows_date(code: str) -> bool:
    """Whether a number format's code shows a date or a time."""
    plain = _NOT_CODE.sub("", code.partition(";")[0]).lower()
    return "general" not in plain and any(char in plain for char in "ymdhs")


def shows_time(code: str) -> bool:
    plain = _NOT_CODE.sub("", code.partition(";")[0]).lower()
    return any(char in plain for char in "hs")


class Styles:
    """The workbook's styles part, read when first needed and written only if it grew."""

    def __init__(self, package: Package, workbook_part: str) -> None:
        self._package = package
        self._workbook = workbook_part
        self._dated: dict[tuple[int, bool], int] = {}
        self._date: dict[int, bool] = {}
        rel = next((r for r in package.rels(workbook_part) if r.kind == "styles"), None)
        self.part = rel.target if rel is not None and package.has(rel.target) else ""

    @property
    def root(self) -> Element:
        if not self.part:
            self._create()
        return self._package.root(self.part)

    def _create(self) -> None:
        """Some programs write workbooks without styles."""
        root = self._package.root(self._workbook)
        space = xml.namespace(root) or xml.MAIN
        strict = space == xml.STRICT_MAIN
        base = xml.STRICT_REL_ATTR if strict else xml.REL_ATTR
        folder = self._workbook.rpartition("/")[0]
        folder = folder + "/" if folder else ""
        usual = folder + "styles.xml"  # some readers look nowhere else
        taken = self._package.has(usual)
        self.part = self._package.free_name(folder + "styles{}.xml") if taken else usual
        self._package.put(self.part, xml.DECLARATION + _EMPTY.format(space).encode())
        self._package.set_content_type(self.part, TYPE)
        self._package.add_rel(self._workbook, f"{base}/styles", self.part)

    def touch(self) -> None:
        self._package.touch(self.part)

    def group(self, name: str) -> Element:
        """A list of the part (fonts, dxfs...), made if it is missing."""
        found = xml.child(self.root, name)
        if found is None:
            found = xml.make(self.root, name, count="0")
            xml.place(self.root, found, ORDER)
        return found

    def append(self, name: str, element: Element) -> int:
        """Add to a list of the part; returns the new entry's number."""
        group = self.group(name)
        count = len(entries(group))
        if count >= _MOST:
            raise OoxmlError(
                "The workbook has as many cell styles as Excel allows",
                f"part {self.part}",
                "Clear unused formats in Excel and save.",
            )
        last = next((e for e in reversed(group) if xml.local(e)), None)
        group.insert(group.index(last) + 1 if last is not None else 0, element)
        group.set("count", str(count + 1))
        self.touch()
        return count

    def xf(self, style: int) -> Element | None:
        group = xml.child(self.root, "cellXfs") if self.part else None
        xfs = entries(group) if group is not None else []
        return xfs[style] if 0 <= style < len(xfs) else None

    def code(self, format_id: int) -> str | None:
        """A custom number format's code."""
        group = xml.child(self.root, "numFmts") if self.part else None
        for element in xml.children(group, "numFmt") if group is not None else ():
            if element.get("numFmtId") == str(format_id):
                return element.get("formatCode") or ""
        return None

    def format_id(self, style: int) -> int:
        xf = self.xf(style)
        value = xf.get("numFmtId") if xf is not None else "0"
        return int(value) if value and value.isdigit() else 0

    def is_date(self, style: int) -> bool:
        if style not in self._date:
            number = self.format_id(style)
            code = self.code(number)
            self._date[style] = number in _DATE_IDS if code is None else shows_date(code)
        return self._date[style]

    def has_time(self, style: int) -> bool:
        number = self.format_id(style)
        code = self.code(number)
        return number in _TIME_IDS if code is None else shows_time(code)

    def dated(self, style: int, with_time: bool) -> int:
        """The style itself if it shows dates, else the same one with a date format."""
        if self.is_date(style):
            return style
        if (style, with_time) not in self._dated:
            source = self.xf(style)
            if source is None:
                source = xml.make(self.group("cellXfs"), "xf", fontId="0", fillId="0", borderId="0")
                source.set("xfId", "0")
            clone = copy.deepcopy(source)
            clone.tail = None
            clone.set("numFmtId", str(self.number_format("yyyy\\-mm\\-dd hh:mm:ss"))
                      if with_time else "14")  # fmt: skip
            clone.set("applyNumberFormat", "1")
            self._dated[style, with_time] = self.append("cellXfs", clone)
        return self._dated[style, with_time]

    def number_format(self, code: str) -> int:
        """The number of a custom format, added if it is new."""
        group = self.group("numFmts")
        used = {}
        for element in xml.children(group, "numFmt"):
            if element.get("formatCode") == code:
                return int(element.get("numFmtId"))
            used[element.get("numFmtId")] = True
        number = next(n for n in range(164, 70_000) if str(n) not in used)
        self.append("numFmts", xml.make(group, "numFmt", numFmtId=str(number), formatCode=code))
        return number
