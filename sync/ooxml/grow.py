"""When a table's body changes its size, whatever covered exactly the old rows covers the new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.ooxml import caches, refs, xml
from sync.ooxml.package import Package
from sync.ooxml.refs import Area
from sync.ooxml.sheet import Sheet
from sync.ooxml.xml import Element

_FORMULAS = ("formula", "formula1", "formula2", "f", "sqref")
_HINTS = (b"sqref", b"autoFilter", b"sortState")


@dataclass(frozen=True, slots=True)
class Growth:
    """From the old rows of a table to the new ones."""

    sheet: str
    columns: tuple[int, int]  # the table's first and last
    header: int  # the header's row (the body's first if there is none)
    old: Area
    new: Area

    def area(self, area: Area) -> Area | None:
        """Where an area grows to; None when it was not exactly the old rows."""
        if not (self.columns[0] <= area.left and area.right <= self.columns[1]):
            return None
        if area.bottom != self.old.bottom or area.top not in (self.old.top, self.header):
            return None
        return area.rows(area.top, self.new.bottom)

    def sqref(self, text: str) -> str:
        """A list of areas on the table's own sheet."""
        out = []
        for item in text.split():
            area = refs.try_area(item)
            grown = self.area(area) if area is not None else None
            out.append(refs.resize(item, grown) if grown is not None else item)
        return " ".join(out)

    def formula(self, text: str, here: str = "", single: bool = True) -> str:
        """A reference such as Sheet1!$B$2:$B$12, or several; other formulas stay."""
        lead, body = ("(", text[1:-1]) if text[:1] == "(" and text[-1:] == ")" else ("", text)
        out = [self._one(item, here, single) for item in refs.split_top(body)]
        joined = ",".join(out)
        return f"({joined})" if lead else joined

    def _one(self, item: str, here: str, single: bool) -> str:
        sheet, ref = refs.split_sheet(item)
        if (sheet if sheet is not None else here).casefold() != self.sheet.casefold():
            return item
        area = refs.try_area(ref)
        if area is None or (not single and ":" not in ref):
            return item
        grown = self.area(area)
        if grown is None:
            return item
        if ":" not in ref:
            ref = f"{ref}:{ref}"
        return item[: len(item.strip()) - len(refs.split_sheet(item)[1])] + refs.resize(ref, grown)


def grow_sheet(sheet: Sheet, growth: Growth) -> None:
    """Conditional formats, validations, sparklines, filters: also those of newer Excels."""
    around = sheet.index.tail + sheet.index.head
    if not any(hint in around for hint in (*_HINTS, growth.sheet.encode())):
        return
    same = sheet.name.casefold() == growth.sheet.casefold()
    for element in sheet.root.iter():
        if not isinstance(element.tag, str):
            continue
        name = xml.local(element)
        if same and name not in ("selection", "pane"):
            for key in ("sqref", "ref") if name in ("autoFilter", "sortState") else ("sqref",):
                _set(sheet, element, key, growth)
        if name in _FORMULAS and element.text:
            _set_text(sheet, element, growth, same)


def _set(sheet: Sheet, element: Element, key: str, growth: Growth) -> None:
    text = element.get(key)
    if text:
        new = growth.sqref(text)
        if new != " ".join(text.split()):
            element.set(key, new)
            sheet.root_changed = True


def _set_text(sheet: Sheet, element: Element, growth: Growth, same: bool) -> None:
    text = element.text
    if xml.local(element) == "sqref":
        new = growth.sqref(text) if same else text
    elif len(text) > 400:
        return
    else:
        new = growth.formula(text, sheet.name, single="formula" not in xml.local(element))
    if new != text and new != " ".join(text.split()):
        element.text = new
        sheet.root_changed = True


def grow_names(package: Package, workbook_part: str, growth: Growth) -> None:
    """Defined names, print areas and filters' hidden names among them."""
    changed = False
    for element in xml.walk(package.root(workbook_part), "definedName"):
        new = growth.formula(element.text or "", single=False)
        if new != (element.text or ""):
            element.text = new
            changed = True
    if changed:
        package.touch(workbook_part)


def grow_parts(package: Package, growth: Growth) -> None:
    """Charts and pivot tables."""
    for part in list(caches.charts(package)):
        changed = False
        for element in xml.walk(package.root(part), "f"):
            new = growth.formula(element.text or "")
            if new != (element.text or ""):
                element.text = new
                changed = True
        if changed:
            package.touch(part)
    for part in list(caches.pivots(package)):
        for source in xml.walk(package.root(part), "worksheetSource"):
            same = (source.get("sheet") or "").casefold() == growth.sheet.casefold()
            ref = source.get("ref") or ""
            if same and growth.sqref(ref) != ref:
                source.set("ref", growth.sqref(ref))
                package.touch(part)


def grow(package: Package, workbook_part: str, sheets: Iterable[Sheet], growth: Growth) -> None:
    """Everything in the workbook."""
    grow_names(package, workbook_part, growth)
    grow_parts(package, growth)
    for sheet in sheets:
        grow_sheet(sheet, growth)
