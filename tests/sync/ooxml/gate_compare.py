"""The loss gate's comparison: what differs between two workbooks beyond the cells that were set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from openpyxl.formula.translate import Translator  # type: ignore[import-untyped,unused-ignore]
from openpyxl.utils.cell import (  # type: ignore[import-untyped,unused-ignore]
    get_column_letter,
    range_boundaries,
)

from tests.sync.ooxml.gate_faults import CELL, column, load, local, parse, rels

Place = tuple[int, int]
SetCells = dict[str, dict[Place, Any]]  # sheet part (casefolded) -> place -> value


def losses(before: str, after: str, cells: SetCells) -> list[str]:
    """Sentences about what was lost or changed without being asked for."""
    old, new = load(before), load(after)
    main = next((t for k, t in rels(old, "").values() if k == "officeDocument"), "xl/workbook.xml")
    kinds = {target: kind for kind, target in rels(old, main).values()}
    had_styles = any(kind == "styles" and name in old for name, kind in kinds.items())
    found = []
    for name, data in old.items():
        if name not in new:
            if kinds.get(name) != "calcChain":
                found.append(f"part lost: {name}")
        elif new[name] != data:
            found += [f"{name}: {text}" for text in _part(name, data, new, kinds, main, cells)]
    for name in new:
        if name not in old and (had_styles or "styles" not in name):
            found.append(f"part added: {name}")
    for name in cells:
        if cells[name] and old.get(name) == new.get(name):
            found.append(f"{name}: nothing was written")
    return found


def _part(
    name: str, data: bytes, parts: dict[str, bytes], kinds: dict[str, str], main: str,
    cells: SetCells,
) -> Iterator[str]:  # fmt: skip
    old, new = parse(data), parse(parts[name])
    folder, _, base = main.rpartition("/")
    if kinds.get(name) == "worksheet":
        yield from _sheet(old, new, cells.get(name, {}), kinds)
    elif name == main:
        for root in (old, new):
            for element in [e for e in root if local(e) == "calcPr"]:
                element.attrib.pop("fullCalcOnLoad", None)
                if not element.attrib:
                    root.remove(element)
        yield from _same(old, new)
    elif name == "[content_types].xml" or name == f"{folder}/_rels/{base}.rels".lstrip("/"):
        yield from _entries(old, new)
    elif kinds.get(name) == "styles":
        yield from _styles(old, new)
    elif "chart" in name:
        for root in (old, new):
            for element in list(root.iter()):
                if local(element) in ("numCache", "strCache", "multiLvlStrCache"):
                    element.getparent().remove(element)
        yield from _same(old, new)
    elif "pivotcachedefinition" in name:
        for root in (old, new):
            root.attrib.pop("refreshOnLoad", None)
        yield from _same(old, new)
    else:
        yield "changed without being asked"


def signature(element: Any) -> Any:
    """An element as nested data; formatting blanks do not count, texts do."""
    if not isinstance(element.tag, str):
        return None
    below = [signature(e) for e in element if isinstance(e.tag, str)]
    text = "".join([element.text or "", *(e.tail or "" for e in element)])
    if below and not text.strip():
        text = ""
    return element.tag, sorted(element.attrib.items()), text, below


def _same(old: Any, new: Any) -> Iterator[str]:
    if signature(old) == signature(new):
        return
    if (old.tag, dict(old.attrib)) != (new.tag, dict(new.attrib)):
        yield f"{local(old)} {dict(old.attrib)} became {dict(new.attrib)}"
    a = [e for e in old if isinstance(e.tag, str)]
    b = [e for e in new if isinstance(e.tag, str)]
    if [e.tag for e in a] != [e.tag for e in b]:
        yield f"{local(old)} holds {[local(e) for e in b][:20]}, not {[local(e) for e in a][:20]}"
        return
    if not a and (old.text or "") != (new.text or ""):
        yield f"{local(old)} says {new.text!r}, not {old.text!r}"
    for one, other in zip(a, b, strict=True):
        yield from _same(one, other)


def _entries(old: Any, new: Any) -> Iterator[str]:
    def keys(root: Any) -> set[tuple[tuple[str, str], ...]]:
        return {tuple(sorted(e.attrib.items())) for e in root if isinstance(e.tag, str)}

    for entry in keys(old) ^ keys(new):
        text = str(entry)
        if "calcChain" not in text and "/styles" not in text:
            yield f"entry {text}"


def _styles(old: Any, new: Any) -> Iterator[str]:
    olds, news = {local(e): e for e in old}, {local(e): e for e in new}
    for name, element in olds.items():
        if name not in news:
            yield f"{name} lost"
            continue
        before = [signature(e) for e in element if isinstance(e.tag, str)]
        after = [signature(e) for e in news[name] if isinstance(e.tag, str)]
        grows = name in ("cellXfs", "numFmts")
        if before != (after[: len(before)] if grows else after):
            yield f"{name} changed"
    for name in news.keys() - olds.keys() - {"numFmts", "cellXfs"}:
        yield f"{name} added"


def grid(root: Any) -> tuple[dict[Place, Any], dict[int, Any]]:
    """(cells by place, rows by number)."""
    cells, rows, number = {}, {}, 0
    data = next((e for e in root if local(e) == "sheetData"), ())
    for row in data:
        if local(row) != "row":
            continue
        number = int(row.get("r") or number + 1)
        rows[number] = row
        col = 0
        for cell in row:
            if local(cell) == "c":
                match = CELL.fullmatch((cell.get("r") or "").upper())
                col = column(match[1]) if match else col + 1
                cells[number, col] = cell
    return cells, rows


def _sheet(old: Any, new: Any, places: dict[Place, Any], kinds: dict[str, str]) -> Iterator[str]:
    before, old_rows = grid(old)
    after, new_rows = grid(new)
    yield from _rows(old_rows, new_rows, {row for row, _ in places})
    formulas, arrays = _formulas(before)
    now, _ = _formulas(after)
    for place in before.keys() | after.keys():
        if place in places:
            continue
        if place not in after or place not in before:
            yield f"cell {place} {'lost' if place in before else 'appeared'}"
        elif _plain(before[place]) != _plain(after[place]):
            yield from _cell(place, before, after, formulas, now, arrays)
    for place, value in places.items():
        yield from _was_set(place, after.get(place), value, now.get(place))
    for root in (old, new):
        for element in list(root):
            if local(element) == "sheetData":
                for row in list(element):
                    element.remove(row)
            elif local(element) == "dimension":
                element.attrib.pop("ref", None)
    yield from _same(old, new)


def _rows(old: dict[int, Any], new: dict[int, Any], touched: set[int]) -> Iterator[str]:
    for number in old.keys() | new.keys():
        if number not in new or (number not in old and number not in touched):
            yield f"row {number} {'lost' if number in old else 'appeared'}"
        elif number in old:
            one = {k: v for k, v in old[number].attrib.items() if k not in ("r", "spans")}
            other = {k: v for k, v in new[number].attrib.items() if k not in ("r", "spans")}
            if one != other:
                yield f"row {number}: {one} became {other}"


def _plain(cell: Any) -> Any:
    tag, attributes, text, below = signature(cell)
    return tag, [pair for pair in attributes if pair[0] != "r"], text.strip(), below


def _formulas(cells: dict[Place, Any]) -> tuple[dict[Place, str], list[tuple[int, ...]]]:
    """Every cell's formula with shared ones written out, and the areas that one formula fills."""
    found: dict[Place, str] = {}
    heads: dict[str, tuple[Place, str]] = {}
    areas = []
    for place in sorted(cells):
        formula = next((e for e in cells[place] if local(e) == "f"), None)
        if formula is None:
            continue
        si, text = formula.get("si"), formula.text or ""
        if formula.get("t") == "shared":
            if text:
                heads[si] = (place, text)
            elif si in heads:
                (row, col), source = heads[si]
                origin = f"{get_column_letter(col)}{row}"
                here = f"{get_column_letter(place[1])}{place[0]}"
                text = Translator("=" + source, origin).translate_formula(here)[1:]
        if formula.get("t") in ("array", "dataTable") and formula.get("ref"):
            areas.append(range_boundaries(formula.get("ref")))
        found[place] = text
    return found, areas


def _spaceless(formula: str | None) -> str | None:
    """The oracle's Translator drops blanks, so blanks outside texts do not count."""
    if formula is None:
        return None
    parts = formula.split('"')
    return '"'.join("".join(p.split()) if n % 2 == 0 else p for n, p in enumerate(parts))


def _cell(
    place: Place, before: dict[Place, Any], after: dict[Place, Any], old: dict[Place, str],
    new: dict[Place, str], arrays: list[tuple[int, ...]],
) -> Iterator[str]:  # fmt: skip
    row, col = place
    spilled = any(a <= col <= c and b <= row <= d for a, b, c, d in arrays)
    if place not in old and not spilled:
        yield f"cell {place} changed"
        return
    if _spaceless(old.get(place)) != _spaceless(new.get(place)):
        yield f"cell {place}: formula {old.get(place)!r} became {new.get(place)!r}"
    for cell in (before[place], after[place]):
        for element in list(cell):
            if local(element) in ("v", "is"):
                cell.remove(element)
            elif local(element) == "f" and element.get("t") == "shared":
                for name in ("t", "ref", "si"):
                    element.attrib.pop(name, None)
                element.text = None
            elif local(element) == "f" and place in old:
                element.text = None
        for name in ("t", "vm"):
            cell.attrib.pop(name, None)
    if _plain(before[place]) != _plain(after[place]):
        yield f"cell {place}: {_plain(before[place])} became {_plain(after[place])}"


def _was_set(place: Place, cell: Any, value: Any, formula: str | None) -> Iterator[str]:
    shown, text = value if isinstance(value, tuple) else (value, None)
    if text is not None and formula != text:
        yield f"cell {place}: formula {formula!r} instead of {text!r}"
    if text is None and formula is not None:
        yield f"cell {place}: still has the formula {formula!r}"
    if cell is None:
        if shown is not None:
            yield f"cell {place} was not written"
        return
    inside = "".join(
        e.text or "" for e in cell.iter() if local(e) in ("v", "t") and e.text is not None
    )
    if not _matches(shown, inside, cell.get("t") or "n"):
        yield f"cell {place} holds {inside!r} instead of {shown!r}"


def _matches(value: Any, inside: str, kind: str) -> bool:
    if value is None:
        return inside == ""
    if isinstance(value, str):
        if kind not in ("inlineStr", "str"):
            return False
        return inside.replace("_x005F_", "_") == value.replace("\r", "_x000D_")
    if isinstance(value, bool):
        return kind == "b" and inside == str(int(value))
    if isinstance(value, (int, float, Decimal)):
        return kind == "n" and float(inside) == float(value)
    return kind == "n" and isinstance(value, dt.date) and float(inside) > 0
