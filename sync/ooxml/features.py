"""What is added around cells: conditional formats, validations, column widths, names."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass

from sync.ooxml import refs, xml
from sync.ooxml.errors import BadValueError
from sync.ooxml.refs import Area
from sync.ooxml.sheet import Sheet
from sync.ooxml.styles import Styles
from sync.ooxml.xml import Element

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_NAME = re.compile(r"[^\W\d][\w.\\]{0,254}|_[\w.\\]{0,254}")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*")
_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks under a conditional format; colours as RRGGBB."""

    fill: str | None = None
    colour: str | None = None
    bold: bool = False


def merged(sheet: Sheet) -> list[Area]:
    """The merged areas of a sheet."""
    if b"mergeCell" not in sheet.index.tail:
        return []
    found = (refs.try_area(e.get("ref") or "") for e in xml.walk(sheet.root, "mergeCell"))
    return [area for area in found if area is not None]


def check_name(name: str) -> None:
    """Refuse what Excel does not take as a name."""
    if not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name):
        raise BadValueError(
            f"{name[:60]!r} cannot be a name",
            remedy="Use letters, digits and underscores, a letter first, not like a cell (B4).",
        )


def _rgb(colour: str) -> str:
    match = _COLOUR.fullmatch(colour)
    if match is None:
        raise BadValueError(f"{colour!r} is not a colour", remedy="Write six digits: FFC7CE.")
    return "FF" + match[1].upper()


def _sqref(ref: str) -> str:
    return " ".join(str(refs.area(item)) for item in ref.split())


def add_conditional_format(
    sheet: Sheet, styles: Styles, ref: str, formula: str, look: Look
) -> None:
    """A rule that colours cells where a formula is true; it comes after the rules there are."""
    sqref = _sqref(ref)
    number = _add_look(styles, look)
    ranks = [
        int(rule.get("priority") or 0)
        for rule in xml.walk(sheet.root, "cfRule")
        if (rule.get("priority") or "").isdigit()
    ]
    block = xml.make(sheet.root, "conditionalFormatting", sqref=sqref)
    rule = xml.make(block, "cfRule", type="expression", dxfId=str(number))
    rule.set("priority", str(max(ranks, default=0) + 1))
    text = xml.make(rule, "formula")
    text.text = formula.removeprefix("=")
    rule.append(text)
    block.append(rule)
    xml.place(sheet.root, block, ORDER)
    sheet.root_changed = True


def _add_look(styles: Styles, look: Look) -> int:
    dxf = xml.make(styles.group("dxfs"), "dxf")
    if look.bold or look.colour:
        font = xml.make(dxf, "font")
        if look.bold:
            font.append(xml.make(font, "b"))
        if look.colour:
            font.append(xml.make(font, "color", rgb=_rgb(look.colour)))
        dxf.append(font)
    if look.fill:
        fill = xml.make(dxf, "fill")
        pattern = xml.make(fill, "patternFill")
        pattern.append(xml.make(pattern, "bgColor", rgb=_rgb(look.fill)))
        fill.append(pattern)
        dxf.append(fill)
    return styles.append("dxfs", dxf)


def add_validation(sheet: Sheet, ref: str, choices: list[str] | str, message: str = "") -> None:
    """A list to choose from."""
    if isinstance(choices, str):
        source = choices.removeprefix("=")
    else:
        source = '"' + ",".join(choices).replace('"', '""') + '"'
        if len(source) > 257 or any("," in choice for choice in choices):
            raise BadValueError(
                "Excel takes choices of at most 255 characters together, without commas",
                f"validation of {sheet.name}!{ref}",
                "Put the choices into cells and give their reference.",
            )
    group = xml.child(sheet.root, "dataValidations")
    if group is None:
        group = xml.make(sheet.root, "dataValidations", count="0")
        xml.place(sheet.root, group, ORDER)
    rule = xml.make(group, "dataValidation", type="list", allowBlank="1", showErrorMessage="1")
    if message:
        rule.set("showInputMessage", "1")
        rule.set("prompt", message[:255])
    rule.set("sqref", _sqref(ref))
    text = xml.make(rule, "formula1")
    text.text = source
    rule.append(text)
    group.append(rule)
    group.set("count", str(len(xml.children(group, "dataValidation"))))
    sheet.root_changed = True


def set_width(sheet: Sheet, col: int, width: float) -> None:
    """A column's width in characters; other columns of the same entry keep theirs."""
    if not 0 <= width <= 255:
        raise BadValueError("A column is 0 to 255 characters wide", f"column {refs.letters(col)}")
    group = xml.child(sheet.root, "cols")
    if group is None:
        group = xml.make(sheet.root, "cols")
        xml.place(sheet.root, group, ORDER)
    entry = _own_entry(group, col)
    entry.set("width", f"{width:g}")
    entry.set("customWidth", "1")
    sheet.root_changed = True


def _own_entry(group: Element, col: int) -> Element:
    """The entry of this one column, cut out of the one that covers it."""
    at = len(group)
    for entry in xml.children(group, "col"):
        first, last = int(entry.get("min", 0)), int(entry.get("max", 0))
        if first <= col <= last:
            _cut(group, entry, first, col - 1)
            _cut(group, entry, col + 1, last, after=True)
            entry.set("min", str(col))
            entry.set("max", str(col))
            return entry
        if first > col:
            at = group.index(entry)
            break
    new = xml.make(group, "col", min=str(col), max=str(col))
    group.insert(at, new)
    return new


def _cut(group: Element, entry: Element, first: int, last: int, after: bool = False) -> None:
    if first > last:
        return
    piece = copy.deepcopy(entry)
    piece.tail = None
    piece.set("min", str(first))
    piece.set("max", str(last))
    group.insert(group.index(entry) + (1 if after else 0), piece)
