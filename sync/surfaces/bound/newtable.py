"""Makes an Excel Table where a placeholder such as `{{ top_skus }}` stands."""

from __future__ import annotations

import copy

from sync.ooxml import Area, Table, Workbook, xml
from sync.ooxml.features import ORDER
from sync.ooxml.refs import letters
from sync.ooxml.sheet import Edit, Sheet
from workbook import looks
from workbook.metrics import get_metric
from workbook.plan import label_of, unit_of
from workbook.template import Block, Bound, Change, Field, Input, Measure, Output

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_DRESSED = 100  # rows of an empty table that get number formats


def shown_fields(block: Block) -> list[Field]:
    """The columns of a new table: those that are not folded away in our own workbooks."""
    return [item for item in block.fields
            if not (isinstance(item, Measure | Change | Output | Bound) and item.folded)]


def headers(block: Block, lang: str) -> list[str]:
    """Excel wants every header of a table once."""
    seen: dict[str, int] = {}
    found = []
    for item in shown_fields(block):
        label = label_of(item, lang)
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return found


def area_of(block: Block, row: int, column: int, count: int) -> Area:
    """The cells that a new table with so many rows covers, its header at row and column."""
    return Area(row, column, row + max(count, 1), column + len(shown_fields(block)) - 1)


def create(
    book: Workbook, sheet_name: str, row: int, column: int, block: Block, lang: str, name: str,
    currency: str,
) -> Table:
    """A table with one blank row; the caller has made sure that nothing stands there."""
    content = book.content
    sheet = content.sheet(sheet_name)
    labels, area = headers(block, lang), area_of(block, row, column, 1)
    for at, (label, item) in enumerate(zip(labels, shown_fields(block), strict=True)):
        sheet.set(row, column + at, Edit(label))
        style = with_format(book, 0, format_of(item, currency))
        sheet.set(row + 1, column + at, Edit(None, style))
    part = content.package.free_name("xl/tables/table{}.xml")
    content.package.put(part, _xml(book, sheet, area, labels, name))
    content.package.set_content_type(part, _TYPE)
    _relate(sheet, part)
    content._tables = None  # the list of tables is made anew
    return book.table(name)


def dress(book: Workbook, table: Table, ours: dict[str, Field], currency: str) -> None:
    """Gives the columns of a table that never held anything of ours a number format, where they
    have none: a conversion is to be read as 14.2%."""
    body = table.body.rows(table.body.top, min(table.body.bottom, table.body.top + _DRESSED))
    for header, item in ours.items():
        code = format_of(item, currency)
        column = table.column(header)
        for row in range(body.top, body.bottom + 1):
            style = book._style_of(table.sheet, f"{letters(column)}{row}")
            if code != "General" and is_general(book, style):
                table.sheet.set(row, column, Edit(None, with_format(book, style, code)))


def format_of(item: Field, currency: str) -> str:
    """The number format of a column; General for text."""
    if isinstance(item, Change):
        return looks.change_format(get_metric(item.metric).unit)
    if isinstance(item, Input):
        return "yyyy-mm-dd" if item.date else "General"
    unit = unit_of(item)
    return "General" if unit is None else looks.number_format(unit, currency)


def with_format(book: Workbook, style: int, code: str) -> int:
    """The style with a number format, added to the workbook if it is new."""
    if code == "General":
        return style
    styles = book.content.styles
    number = styles.number_format(code)
    source = styles.xf(style)
    if source is None:
        return style
    group = xml.child(styles.root, "cellXfs")
    for at, other in enumerate(group if group is not None else ()):
        if other.get("numFmtId") == str(number) and _same(other, source):
            return at
    clone = copy.deepcopy(source)
    clone.tail = None
    clone.set("numFmtId", str(number))
    clone.set("applyNumberFormat", "1")
    return styles.append("cellXfs", clone)


def _same(one: xml.Element, other: xml.Element) -> bool:
    keys = ("fontId", "fillId", "borderId", "xfId")
    return len(one) == len(other) == 0 and all(one.get(k) == other.get(k) for k in keys)


def is_general(book: Workbook, style: int) -> bool:
    return book.content.styles.format_id(style) == 0


def _xml(book: Workbook, sheet: Sheet, area: Area, labels: list[str], name: str) -> bytes:
    ids = [int(table.root.get("id") or 0) for table in book.tables.values()]
    space = xml.namespace(sheet.root) or xml.MAIN
    number = max(ids, default=0) + 1
    columns = "".join(f'<tableColumn id="{n}" name="{_attribute(label)}"/>'
                      for n, label in enumerate(labels, start=1))
    return xml.DECLARATION + (
        f'<table xmlns="{space}" id="{number}" name="{name}" displayName="{name}" ref="{area}" '
        f'totalsRowShown="0"><autoFilter ref="{area}"/><tableColumns count="{len(labels)}">'
        f'{columns}</tableColumns><tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" '
        'showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>').encode()


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _relate(sheet: Sheet, part: str) -> None:
    """Enters the table into its sheet."""
    root = sheet.root
    strict = xml.namespace(root) == xml.STRICT_MAIN
    space = xml.STRICT_REL_ATTR if strict else xml.REL_ATTR
    rel = sheet.package.add_rel(sheet.part, f"{space}/table", part)
    group = xml.child(root, "tableParts")
    if group is None:
        group = xml.make(root, "tableParts", count="0")
        xml.place(root, group, ORDER)
    element = xml.make(group, "tablePart")
    element.set(f"{{{space}}}id", rel)
    group.append(element)
    group.set("count", str(len(xml.children(group, "tablePart"))))
    sheet.root_changed = True
