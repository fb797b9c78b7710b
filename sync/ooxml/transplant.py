"""A sheet of another workbook (one that we made) moved into this one, looks and all."""

from __future__ import annotations

import copy

from sync.ooxml import refs, rows, scan, xml
from sync.ooxml.content import Content
from sync.ooxml.names import ORDER, Names
from sync.ooxml.package import Package, key, relative, rels_name
from sync.ooxml.restyle import Restyle
from sync.ooxml.sheet import Sheet
from sync.ooxml.values import text_body

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BAD = str.maketrans("", "", "[]:*?/\\")


def add(content: Content, donor: Content, source: Sheet, name: str | None) -> Sheet:
    """Add a sheet of the donor at the end; returns it, ready to be edited."""
    package, names = content.package, content.names
    new_name = _free_sheet_name(names, name or source.name)
    folder = names.part.rpartition("/")[0]
    part = package.free_name((folder + "/" if folder else "") + "worksheets/sheet{}.xml")
    data = _Rows(donor, source, Restyle(donor.styles, content.styles)).part()
    package.put(part, data)
    package.set_content_type(part, _TYPE)
    _Parts(package, donor.package, source, new_name).copy(source.part, part)
    _enter(package, names, part, new_name)
    sheet = Sheet(package, part, new_name, names.epoch_1904)
    content.add(sheet)
    _copy_names(names, donor.names, source.name, new_name)
    return sheet


def _free_sheet_name(names: Names, wanted: str) -> str:
    taken = {name.casefold() for name, _ in names.sheets()}
    base = wanted.translate(_BAD).strip("'")[:31] or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        name = f"{base[:27]} {number}"
        number += 1
    return name


def _enter(package: Package, names: Names, part: str, name: str) -> None:
    """Enter the sheet into the workbook part."""
    strict = xml.namespace(names.root) == xml.STRICT_MAIN
    space = xml.STRICT_REL_ATTR if strict else xml.REL_ATTR
    rel = package.add_rel(names.part, f"{space}/worksheet", part)
    group = xml.child(names.root, "sheets")
    if group is None:
        group = xml.make(names.root, "sheets")
        xml.place(names.root, group, ORDER)
    used = {element.get("sheetId") for element in group}
    number = next(n for n in range(1, 70_000) if str(n) not in used)
    element = xml.make(group, "sheet", name=name, sheetId=str(number))
    element.set(f"{{{space}}}id", rel)
    group.append(element)
    names.touch()


def _copy_names(names: Names, donor: Names, old: str, new_name: str) -> None:
    """Names that stand for cells of the sheet come along, unless they are taken."""
    taken = {n.name.casefold() for n in names.defined()}
    for defined in donor.defined():
        pieces = refs.split_top(defined.ref)
        if not all((refs.split_sheet(p)[0] or "").casefold() == old.casefold() for p in pieces):
            continue
        ref = ",".join(
            f"{refs.quote_sheet(new_name)}!{refs.split_sheet(piece)[1]}" for piece in pieces
        )
        local = new_name if defined.scope is not None else None
        if local is not None or defined.name.casefold() not in taken:
            names.define(defined.name, ref, local)


class _Rows:
    """The sheet's part with our style numbers and its texts written into the cells."""

    def __init__(self, donor: Content, sheet: Sheet, restyle: Restyle) -> None:
        self._strings, self._restyle = donor.strings, restyle
        self._sheet = sheet
        self._tk = scan.tokens(sheet.index.prefix)

    def part(self) -> bytes:
        root = self._sheet.root
        for element in xml.walk(root, "col"):
            if element.get("style"):
                element.set("style", str(self._restyle.cell(int(element.get("style")))))
        for element in xml.walk(root, "cfRule"):
            if element.get("dxfId"):
                element.set("dxfId", str(self._restyle.look(int(element.get("dxfId")))))
        for element in xml.walk(root, "sheetView"):
            element.attrib.pop("tabSelected", None)
        self._sheet.root_changed = True
        head, tail = self._sheet.around()
        return head + b"".join(self._row(n, raw) for n, raw in self._sheet.rows()) + tail

    def _row(self, number: int, raw: bytes) -> bytes:
        row = rows.split(raw, number, self._tk, self._sheet.part)
        style = scan.style_of(row.attributes)
        if style is not None:
            mark = f' s="{self._restyle.cell(style)}"'.encode()
            row.attributes = scan.without(row.attributes, b"s") + mark
        for cell in row.cells:
            cell.raw = self._cell(cell)
        return rows.join(row, self._tk)

    def _cell(self, cell: rows.Cell) -> bytes:
        style = scan.style_of(cell.attributes)
        attributes, inner = cell.attributes, cell.inner
        if style is not None:
            attributes = scan.without(attributes, b"s")
            attributes += f' s="{self._restyle.cell(style)}"'.encode()
        if scan.attribute(attributes, b"t") == b"s":
            match = self._tk.value.search(inner)
            at = int(match[1]) if match is not None and match[1] else -1
            attributes = scan.without(attributes, b"t") + b' t="inlineStr"'
            inner = text_body(self._strings[at], self._tk.prefix.decode()).encode()
        p = self._tk.prefix
        opened = b"<" + p + b"c" + attributes
        return opened + (b">" + inner + b"</" + p + b"c>" if inner else b"/>")


class _Parts:
    """The parts that belong to the sheet: tables, drawings, charts, comments."""

    def __init__(self, package: Package, donor: Package, sheet: Sheet, name: str) -> None:
        self._package, self._donor = package, donor
        self._old, self._name = sheet.name, name
        self._done: dict[str, str] = {key(sheet.part): ""}

    def copy(self, source: str, target: str) -> None:
        """Copy a part's relationships, keeping their ids, and the parts they lead to."""
        donor = self._donor
        if not donor.has(rels_name(source)):
            return
        root = copy.deepcopy(donor.root(rels_name(source)))
        self._done[key(source)] = target
        by_id = {rel.id: rel for rel in donor.rels(source)}
        for element in xml.walk(root, "Relationship"):
            rel = by_id[element.get("Id") or ""]
            if rel.external or not rel.target:
                continue
            if not donor.has(rel.target):
                root.remove(element)
                continue
            new = self._part(rel.target, rel.kind)
            element.set("Target", relative(target, new))
        self._package.put(rels_name(target), xml.serialise(root))

    def _part(self, source: str, kind: str) -> str:
        if key(source) in self._done:
            return self._done[key(source)]
        donor = self._donor
        base, dot, extension = source.rpartition(".")
        new = self._package.free_name(base.rstrip("0123456789") + "{}" + dot + extension)
        self._done[key(source)] = new
        data = donor.read(source)
        if kind == "table":
            data = self._table(source)
        elif kind == "chart":
            data = self._chart(source)
        self._package.put(new, data)
        self._type(source, new)
        self.copy(source, new)
        return new

    def _type(self, source: str, new: str) -> None:
        kind = self._donor.content_type(source)
        if kind and self._package.content_type(new) != kind:
            self._package.set_content_type(new, kind)

    def _table(self, source: str) -> bytes:
        root = copy.deepcopy(self._donor.root(source))
        ids, taken = {0}, set()
        for part in list(self._package.names()):
            if "table" in part.lower() and "tables/" in part.lower() and part.endswith(".xml"):
                other = self._package.root(part)
                if xml.local(other) == "table":
                    ids.add(int(other.get("id") or 0))
                    taken.add((other.get("displayName") or "").casefold())
        root.set("id", str(max(ids) + 1))
        name, number = root.get("displayName") or "Table", 2
        while name.casefold() in taken:
            name = f"{root.get('displayName')}_{number}"
            number += 1
        root.set("displayName", name)
        root.set("name", name)
        return xml.serialise(root)

    def _chart(self, source: str) -> bytes:
        root = copy.deepcopy(self._donor.root(source))
        for element in xml.walk(root, "f"):
            sheet, ref = refs.split_sheet(element.text or "")
            if sheet is not None and sheet.casefold() == self._old.casefold():
                element.text = f"{refs.quote_sheet(self._name)}!{ref}"
        return xml.serialise(root)
