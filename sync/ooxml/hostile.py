"""Traps inside a package: document types, relationships in a circle, cells far apart."""

from __future__ import annotations

import re

from sync.ooxml import index, scan, xml
from sync.ooxml.errors import HostileError
from sync.ooxml.package import Package

_OURS = ("xl/", "_rels/", "[content_types].xml")
_FAR = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{1,4}[0-9]{5,}[\"']|\sr\s*=\s*[\"'][0-9]{7,}[\"']")
_SMALL = 4 << 20


def check(package: Package) -> None:
    """Run once, when a workbook is opened."""
    _check_doctypes(package)
    _check_circles(package)


def _check_doctypes(package: Package) -> None:
    for part in package.names():
        lowered = part.lower()
        if lowered.startswith(_OURS) and lowered.endswith((".xml", ".rels")):
            with package.open(part) as stream:
                xml.refuse_doctype(package.drain(stream, part, 1024), part)


def _check_circles(package: Package) -> None:
    """A part that leads back to itself keeps careless readers busy for ever."""
    done: set[str] = set()
    path: list[str] = []
    stack: list[tuple[str, bool]] = [("", False)]
    while stack:
        part, leave = stack.pop()
        if leave:
            path.pop()
            done.add(part)
            continue
        if part in done:
            continue
        path.append(part)
        stack.append((part, True))
        for rel in package.rels(part):
            target = rel.target
            if rel.external or not target or not package.has(target):
                continue
            if target in path:
                raise HostileError(
                    "The workbook's parts refer to each other in a circle",
                    f"{part or 'package'} to {target}",
                    "Open the file in Excel, let it repair it, and save it as .xlsx.",
                )
            stack.append((target, False))


def check_far_cells(package: Package, part: str) -> None:
    """A small sheet with a cell at the far corner; large sheets are checked when they are read."""
    if package.size(part) > _SMALL:
        return
    with package.open(part) as stream:
        data = package.drain(stream, part)
    if _FAR.search(data):
        try:
            with package.open(part) as stream:
                index.check_area(scan.SheetReader(stream, part), part, package.limits.area)
        except scan.NeedsTreeError:
            return
