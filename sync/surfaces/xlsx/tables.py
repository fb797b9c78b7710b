"""Table objects that a program displaced or dropped: put right, or made anew over their cells."""

from __future__ import annotations

from sync.ooxml import Area, Table, xml
from sync.ooxml.carry import Body
from sync.ooxml.content import Content
from sync.ooxml.features import ORDER

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"


def move_table(table: Table, area: Area) -> None:
    """Lets a table stand where its cells are."""
    table.root.set("ref", str(area))
    found = xml.child(table.root, "autoFilter")
    if found is not None:
        found.set("ref", str(area))
    table.sheet.package.touch(table.part)


def add_table(content: Content, sheet_name: str, area: Area, name: str) -> Table:
    """Makes a table over cells that stand there; the cells of its first row name its columns."""
    sheet, package = content.sheet(sheet_name), content.package
    root = sheet.root
    space = xml.namespace(root) or xml.MAIN
    ids = [int(table.root.get("id") or 0) for table in content.tables.values()]
    table = xml.parse(xml.DECLARATION + (
        f'<table xmlns="{space}" id="{max(ids, default=0) + 1}" name="{name}" '
        f'displayName="{name}" ref="{area}" totalsRowShown="0"><autoFilter ref="{area}"/>'
        '<tableColumns/></table>').encode(), name)
    columns = xml.walk(table, "tableColumns")[0]
    body = Body(content, sheet, area.rows(area.top, area.top))
    for number, col in enumerate(range(area.left, area.right + 1), start=1):
        text = str(body.value(body.rows[0], col) or f"Column{number}")
        columns.append(xml.make(columns, "tableColumn", id=str(number), name=text))
    columns.set("count", str(area.width))
    part = package.free_name("xl/tables/table{}.xml")
    package.put(part, xml.serialise(table))
    package.set_content_type(part, _TYPE)
    strict = space == xml.STRICT_MAIN
    link = xml.STRICT_REL_ATTR if strict else xml.REL_ATTR
    group = xml.child(root, "tableParts")
    if group is None:
        group = xml.make(root, "tableParts")
        xml.place(root, group, ORDER)
    element = xml.make(group, "tablePart")
    element.set(f"{{{link}}}id", package.add_rel(sheet.part, f"{link}/table", part))
    group.append(element)
    group.set("count", str(len(xml.children(group, "tablePart"))))
    sheet.root_changed = True
    content.add(sheet)  # the list of tables is made anew
    return content.tables[name]


def fit_columns(content: Content, table: Table) -> None:
    """As many columns as the table is wide, where a program left out some or too many."""
    group, ref = xml.walk(table.root, "tableColumns")[0], table.ref
    there = xml.children(group, "tableColumn")
    if len(there) == ref.width:
        return
    for element in there[ref.width :]:
        group.remove(element)
    body = Body(content, table.sheet, ref.rows(ref.top, ref.top))
    number = max((int(e.get("id") or 0) for e in there), default=0)
    for col in range(ref.left + len(there), ref.right + 1):
        number += 1
        text = str(body.value(body.rows[0], col) or f"Column{number}")
        group.append(xml.make(group, "tableColumn", id=str(number), name=text))
    group.set("count", str(ref.width))
    table.sheet.package.touch(table.part)


def rename_columns(table: Table, headers: dict[int, str]) -> None:
    """The columns' names as their header cells say them."""
    left = table.ref.left
    for number, element in enumerate(xml.walk(table.root, "tableColumn")):
        text = headers.get(left + number)
        if text and element.get("name") != text:
            element.set("name", text)
            table.sheet.package.touch(table.part)
