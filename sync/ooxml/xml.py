"""XML as workbooks use it: safe parsing, any prefix, transitional and Strict namespaces."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from sync.ooxml.errors import DamagedError, HostileError

Element: TypeAlias = Any  # lxml ships no types

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REL_ATTR = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_REL_ATTR = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def refuse_doctype(data: bytes, part: str) -> None:
    """A document type can hold entities that blow up or read other files."""
    plain = data.replace(b"\0", b"") if b"\0" in data[:200] else data
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise HostileError(
            "The workbook holds an XML document type, which no workbook needs",
            f"part {part}",
            "Do not open this file; ask its sender for a new export.",
        )


def parse(data: bytes, part: str) -> Element:
    """The root element of a part."""
    refuse_doctype(data, part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        stripped = data.strip(b" \t\r\n\0")
        if stripped != data:
            return parse(stripped, part)
        raise DamagedError(
            "A part of the workbook is not well-formed XML",
            f"part {part}: {error.msg}",
            "Open the file in Excel, let it repair it, and save it as .xlsx.",
        ) from error


def serialise(root: Element) -> bytes:
    """A part's bytes, with everything that stood around its root element."""
    body: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return DECLARATION + body


def is_utf8(head: bytes) -> bool:
    """Whether the part can be edited as UTF-8 bytes without being re-encoded."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:64]:
        return False
    match = _ENCODING.match(head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    return match is None or match[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def local(element: Element) -> str:
    """An element's name without namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[0] == "{" else ""


def child(parent: Element, name: str) -> Element | None:
    """The first child called so, in the parent's own namespace."""
    space = namespace(parent)
    return parent.find(f"{{{space}}}{name}" if space else name)


def children(parent: Element, name: str) -> list[Element]:
    space = namespace(parent)
    return list(parent.findall(f"{{{space}}}{name}" if space else name))


def make(parent: Element, name: str, /, **attributes: str) -> Element:
    """An element in the parent's namespace, with its prefix, not yet placed."""
    space = namespace(parent)
    element = parent.makeelement(f"{{{space}}}{name}" if space else name)
    for key, value in attributes.items():
        element.set(key, value)
    return element


def walk(root: Element, *names: str) -> list[Element]:
    """Every element called so, in any namespace."""
    wanted = set(names)
    return [e for e in root.iter() if isinstance(e.tag, str) and local(e) in wanted]


def rel_id(element: Element, name: str = "id") -> str | None:
    """The relationship an element names (r:id)."""
    for space in (REL_ATTR, STRICT_REL_ATTR):
        value: str | None = element.get(f"{{{space}}}{name}")
        if value is not None:
            return value
    ending = f"/relationships}}{name}"
    return next((v for k, v in element.attrib.items() if k.endswith(ending)), None)


def place(parent: Element, element: Element, order: tuple[str, ...]) -> None:
    """Put a child where the schema wants it."""
    after = set(order[: order.index(local(element)) + 1])
    at = 0
    for index, sibling in enumerate(parent):
        name = local(sibling)
        wrapped = name == "AlternateContent" and any(local(e) in after for e in sibling.iter())
        if name in after or wrapped:
            at = index + 1
    parent.insert(at, element)


def attribute(text: str) -> str:
    """Text as it stands between double quotes."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;")


def escape(text: str) -> str:
    """Text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The characters that XML's own references stand for."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    number = int(match[1], 16) if match[1] else int(match[2])
    return chr(number) if number <= 0x10FFFF else match[0]
