"""The structure check: what is wrong with a workbook file, as a set of stable sentences."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

ORDER = [
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
]  # fmt: skip
Texts = dict[tuple[int, int], tuple[str, str]]  # place -> (type, text)
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
AREA = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(:\$?[A-Z]{1,3}\$?[0-9]{1,7})?")


def parse(data: bytes) -> Any:
    """A part's root, big parts too."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return etree.fromstring(data.strip(b" \r\n\t\0"), parser)


def local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def column(name: str) -> int:
    value = 0
    for char in name:
        value = value * 26 + ord(char) - 64
    return value


def load(path: str) -> dict[str, bytes]:
    """Part name (as compared: without case) to bytes."""
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename.replace("\\", "/").lstrip("/").casefold(): archive.read(info)
            for info in archive.infolist()
            if not info.is_dir()
        }


def rels(parts: dict[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Relationship id to (kind, target part); outside targets are left out."""
    folder, _, base = part.rpartition("/")
    data = parts.get(f"{folder}/_rels/{base}.rels".lstrip("/"))
    found = {}
    for element in parse(data) if data else ():
        if element.get("TargetMode") == "External":
            continue
        target = unquote((element.get("Target") or "").replace("\\", "/").partition("#")[0])
        if target:
            full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = (element.get("Type") or "").rpartition("/")[2]
            found[element.get("Id") or ""] = (kind, full.casefold())
    return found


def faults(path: str) -> set[str]:
    """Everything that a careful reader could object to."""
    with zipfile.ZipFile(path) as archive:
        names = [i.filename.casefold() for i in archive.infolist()]
        found = (
            {f"part twice: {n}" for n in names if names.count(n) > 1} if _twice(names) else set()
        )
    parts = load(path)
    roots: dict[str, Any] = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                roots[name] = parse(data)
            except etree.XMLSyntaxError:
                found.add(f"not well-formed: {name}")
    if any(fault.startswith("not well-formed: ") and ".rels" in fault for fault in found):
        return found
    found.update(_relations(parts))
    found.update(_types(parts, roots))
    found.update(_workbook(parts, roots))
    return found


def _twice(names: list[str]) -> bool:
    return len(set(names)) != len(names)


def _relations(parts: dict[str, bytes]) -> Iterator[str]:
    for name in parts:
        if name.endswith(".rels"):
            folder, _, base = name.rpartition("/")
            source = posixpath.join(folder.rpartition("_rels")[0], base[:-5])
            for rid, (kind, target) in rels(parts, source).items():
                if target not in parts:
                    yield f"dangling relationship: {source} {rid} {kind} {target}"


def _types(parts: dict[str, bytes], roots: dict[str, Any]) -> Iterator[str]:
    root = roots.get("[content_types].xml")
    if root is None:
        yield "no content types"
        return
    defaults = {(e.get("Extension") or "").casefold() for e in root if local(e) == "Default"}
    overrides = [
        (e.get("PartName") or "").lstrip("/").casefold() for e in root if local(e) == "Override"
    ]
    for name in parts:
        known = name in overrides or name.rpartition(".")[2] in defaults
        if name != "[content_types].xml" and not known:
            yield f"no content type: {name}"
    for name in overrides:
        if name not in parts:
            yield f"content type of nothing: {name}"
        if overrides.count(name) > 1:
            yield f"content type twice: {name}"


def _workbook(parts: dict[str, bytes], roots: dict[str, Any]) -> Iterator[str]:
    main = next((t for k, t in rels(parts, "").values() if k == "officeDocument"), "")
    root = roots.get(main)
    if root is None:
        yield "no workbook"
        return
    related = rels(parts, main)
    limits = _limits(roots, related)
    sheets = [e for e in root.iter() if local(e) == "sheet"]
    for element in root.iter():
        if local(element) == "definedName":
            scope = element.get("localSheetId")
            if scope is not None and int(scope) >= len(sheets):
                yield f"name of no sheet: {element.get('name')}"
    order = [local(e) for e in root]
    if "calcPr" in order and "sheets" in order and order.index("calcPr") < order.index("sheets"):
        yield "workbook: calcPr before sheets"
    formulas: dict[str, set[tuple[int, int]]] = {}
    for number, element in enumerate(sheets):
        rid = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        kind, target = related.get(rid, ("", ""))
        if kind == "worksheet" and target in roots:
            formulas[element.get("sheetId") or str(number)] = set()
            yield from _sheet(target, roots, parts, limits, formulas[element.get("sheetId") or ""])
    yield from _calc_chain(roots, related, formulas)


def _limits(roots: dict[str, Any], related: dict[str, tuple[str, str]]) -> dict[str, int]:
    limits = {"xf": 1, "dxf": 0, "si": 0}
    for kind, target in related.values():
        root = roots.get(target)
        if root is None:
            continue
        if kind == "styles":
            for element in root:
                if local(element) == "cellXfs":
                    limits["xf"] = _count(element, "xf")
                if local(element) == "dxfs":
                    limits["dxf"] = _count(element, "dxf")
        if kind == "sharedStrings":
            limits["si"] = sum(local(e) == "si" for e in root)
    return limits


def _count(group: Any, name: str) -> int:
    """Entries of a list, one of several alternatives counted."""
    count = 0
    for element in group:
        if local(element) == "AlternateContent":
            count += max((_count(way, name) for way in element), default=0)
        count += local(element) == name
    return count


def _calc_chain(
    roots: dict[str, Any],
    related: dict[str, tuple[str, str]],
    formulas: dict[str, set[tuple[int, int]]],
) -> Iterator[str]:
    target = next((t for k, t in related.values() if k == "calcChain"), "")
    sheet = ""
    for element in roots.get(target, ()):
        sheet = element.get("i") or sheet
        match = CELL.fullmatch(element.get("r") or "")
        place = (int(match[2]), column(match[1])) if match else (0, 0)
        if match and sheet in formulas and place not in formulas[sheet]:
            yield f"calculation chain: {sheet} {element.get('r')} has no formula"


def _sheet(
    name: str,
    roots: dict[str, Any],
    parts: dict[str, bytes],
    limits: dict[str, int],
    formulas: set[tuple[int, int]],
) -> Iterator[str]:
    root = roots[name]
    last = -1
    for element in root:
        if local(element) in ORDER:
            at = ORDER.index(local(element))
            if at < last:
                yield f"{name}: {local(element)} out of order"
            last = max(at, last)
        if local(element) == "dimension" and not AREA.fullmatch(element.get("ref") or ""):
            yield f"{name}: dimension {element.get('ref')}"
    data = next((e for e in root if local(e) == "sheetData"), ())
    texts = yield from _cells(name, data, limits, formulas)
    yield from _marks(name, root, parts)
    yield from _tables(name, roots, parts, texts)


def _cells(
    name: str, data: Any, limits: dict[str, int], formulas: set[tuple[int, int]]
) -> Generator[str, None, Texts]:
    last_row = 0
    heads: set[str] = set()
    texts: Texts = {}
    for row in data:
        if local(row) != "row":
            continue
        number = int(row.get("r") or last_row + 1)
        if number <= last_row:
            yield f"{name}: row {number} out of order"
        if number > 1_048_576:
            yield f"{name}: row {number} too far"
        last_row, last_col = number, 0
        for cell in row:
            if local(cell) != "c":
                continue
            match = CELL.fullmatch(cell.get("r") or "")
            col = column(match[1]) if match else last_col + 1
            if (cell.get("r") and not match) or (match and int(match[2]) != number):
                yield f"{name}: cell {cell.get('r')} in row {number}"
            if col <= last_col or col > 16_384:
                yield f"{name}: cell {number},{col} out of order"
            last_col = col
            yield from _cell(name, cell, number, col, limits, heads, formulas)
            value = next((e for e in cell if local(e) in ("v", "is")), None)
            if value is not None:
                texts[number, col] = (cell.get("t") or "n", "".join(value.itertext()))
    return texts


def _cell(
    name: str, cell: Any, row: int, col: int, limits: dict[str, int], heads: set[str],
    formulas: set[tuple[int, int]],
) -> Iterator[str]:  # fmt: skip
    where = f"{name}: cell {row},{col}"
    style = cell.get("s")
    if style and int(style) >= limits["xf"]:
        yield f"{where}: style {style}"
    kinds = [local(e) for e in cell]
    if [k for k in kinds if k in ("f", "v", "is")] != sorted(
        (k for k in kinds if k in ("f", "v", "is")), key=["f", "v", "is"].index
    ):
        yield f"{where}: children {kinds}"
    if len(set(kinds)) != len(kinds):
        yield f"{where}: children {kinds}"
    value = next((e for e in cell if local(e) == "v"), None)
    kind = cell.get("t") or "n"
    if kind == "s" and value is not None and not (value.text or "").strip().isdigit():
        yield f"{where}: text number {value.text!r}"
    elif kind == "s" and value is not None and int(value.text) >= limits["si"]:
        yield f"{where}: no text {value.text}"
    if kind == "n" and value is not None and value.text:
        try:
            float(value.text)
        except ValueError:
            yield f"{where}: number {value.text!r}"
    if kind == "inlineStr" and "is" not in kinds and "f" not in kinds:
        yield f"{where}: inline text without text"
    formula = next((e for e in cell if local(e) == "f"), None)
    if formula is not None:
        formulas.add((row, col))
        si = formula.get("si") or ""
        if formula.get("t") == "shared":
            if formula.text:
                heads.add(si)
                if not AREA.fullmatch(formula.get("ref") or ""):
                    yield f"{where}: shared formula over {formula.get('ref')}"
            elif si not in heads:
                yield f"{where}: shared formula {si} without a head"


def _marks(name: str, root: Any, parts: dict[str, bytes]) -> Iterator[str]:
    known = rels(parts, name)
    folder, _, base = name.rpartition("/")
    raw = parts.get(f"{folder}/_rels/{base}.rels", b"")
    for element in root.iter():
        for key, value in element.attrib.items():
            outside = f'"{value}"'.encode() not in raw and f"'{value}'".encode() not in raw
            if key.endswith("/relationships}id") and value not in known and outside:
                yield f"{name}: {local(element)} names no relationship {value}"
        sqref = element.get("sqref")
        if sqref and not all(_area(item) for item in sqref.split()):
            yield f"{name}: {local(element)} over {sqref}"
    ignorable = next((v for k, v in root.attrib.items() if k.endswith("}Ignorable")), "")
    for prefix in ignorable.split():
        if prefix not in root.nsmap:
            yield f"{name}: prefix {prefix} is not declared"


def _area(item: str) -> bool:
    return bool(AREA.fullmatch(item)) or bool(
        re.fullmatch(r"\$?([A-Z]{1,3}:\$?[A-Z]{1,3}|[0-9]+:\$?[0-9]+)", item)
    )


def _tables(
    name: str, roots: dict[str, Any], parts: dict[str, bytes],
    texts: Texts,
) -> Iterator[str]:  # fmt: skip
    for kind, target in rels(parts, name).values():
        root = roots.get(target)
        if kind != "table" or root is None:
            continue
        ref = root.get("ref") or ""
        if not AREA.fullmatch(ref):
            yield f"{target}: table over {ref}"
            continue
        first, _, last = ref.replace("$", "").partition(":")
        top, left = CELL.fullmatch(first), CELL.fullmatch(last or first)
        assert top and left
        columns = [e for e in root.iter() if local(e) == "tableColumn"]
        if len(columns) != column(left[1]) - column(top[1]) + 1:
            yield f"{target}: {len(columns)} columns over {ref}"
        if root.get("headerRowCount", "1") == "0":
            continue
        for at, element in enumerate(columns):
            kind, text = texts.get((int(top[2]), column(top[1]) + at), ("", ""))
            if kind == "inlineStr" and text != (element.get("name") or ""):
                yield f"{target}: header {text!r} of column {element.get('name')!r}"
