"""Copies of cell values that other parts keep: charts and pivot tables."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from sync.ooxml import refs, xml
from sync.ooxml.package import Package
from sync.ooxml.refs import Area
from sync.ooxml.xml import Element

Places = list[tuple[str, Area]]  # (sheet, area)
Resolve = Callable[[str], Places]
_CACHES = ("numCache", "strCache", "multiLvlStrCache")


def charts(package: Package) -> Iterator[str]:
    """The chart parts, of both kinds."""
    for name in list(package.names()):
        if name.lower().endswith(".xml") and "chart" in name.lower():
            kind = package.content_type(name)
            if "drawingml.chart+xml" in kind or "chartex+xml" in kind:
                yield name


def pivots(package: Package) -> Iterator[str]:
    for name in list(package.names()):
        if "pivotcachedefinition" in name.lower() and name.lower().endswith(".xml"):
            yield name


def areas_of(text: str) -> Places:
    """The areas that a reference names: one, or several in parentheses."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found: Places = []
    for item in refs.split_top(text):
        sheet, ref = refs.split_sheet(item)
        area = refs.try_area(ref)
        if sheet is not None and area is not None:
            found.append((sheet, area))
    return found


def chart_sources(root: Element, resolve: Resolve) -> Iterator[tuple[Element, Element, Places]]:
    """(reference, cache, areas) of a chart's series and categories."""
    for cache in xml.walk(root, *_CACHES):
        ref = cache.getparent()
        formula = xml.child(ref, "f")
        if formula is not None and formula.text:
            yield ref, cache, areas_of(formula.text) or resolve(formula.text)


def pivot_places(root: Element, resolve: Resolve) -> Places:
    """The cells that a pivot table's cache was made from, if they are in this workbook."""
    for source in xml.walk(root, "worksheetSource"):
        if xml.rel_id(source):
            return []
        name, ref = source.get("name"), source.get("ref") or ""
        area = refs.try_area(ref)
        if name:
            return resolve(name)
        if area is not None and source.get("sheet"):
            return [(source.get("sheet"), area)]
    return []


def watched(package: Package, resolve: Resolve) -> dict[str, set[Area]]:
    """Sheet (casefolded): the areas that charts and pivots keep copies of."""
    found: dict[str, set[Area]] = {}
    places: Places = []
    for part in charts(package):
        for _, _, areas in chart_sources(package.root(part), resolve):
            places += areas
    for part in pivots(package):
        places += pivot_places(package.root(part), resolve)
    for sheet, area in places:
        found.setdefault(sheet.casefold(), set()).add(area)
    return found


def refresh(
    package: Package, resolve: Resolve, stale: Callable[[str, Area], bool]
) -> dict[str, bytes]:
    """The chart and pivot parts without what is no longer true, by part name."""
    out = {}
    for part in charts(package):
        root = copy.deepcopy(package.root(part).getroottree()).getroot()
        gone = [
            cache
            for _, cache, areas in chart_sources(root, resolve)
            if any(stale(sheet, area) for sheet, area in areas)
        ]
        for cache in gone:
            cache.getparent().remove(cache)
        if gone:
            out[part] = xml.serialise(root)
    for part in pivots(package):
        root = package.root(part)
        old = any(stale(sheet, area) for sheet, area in pivot_places(root, resolve))
        if old and root.get("refreshOnLoad") not in ("1", "true"):
            root = copy.deepcopy(root.getroottree()).getroot()
            root.set("refreshOnLoad", "1")
            out[part] = xml.serialise(root)
    return out
