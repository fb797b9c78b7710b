"""Saving: which parts are written anew, and putting a file into its place in one step."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from sync.ooxml import caches
from sync.ooxml.content import Content
from sync.ooxml.refs import Area
from sync.ooxml.rewrite import Rewriter, Watch
from sync.ooxml.zipout import Packed, pack


def write(content: Content, target: BinaryIO) -> None:
    """Write the workbook; parts that did not change are copied with their packed bytes."""
    if any(sheet.edits or sheet.fills for sheet in content.sheets.values()):
        extra = _recalculated(content)
    else:
        extra = {
            sheet.part: pack(Rewriter(sheet, content.styles, strip=False).chunks())
            for sheet in content.sheets.values()
            if sheet.root_changed
        }
    content.package.write(target, extra)


def _recalculated(content: Content) -> dict[str, bytes | Packed]:
    """The parts that change when values do: formulas' values everywhere become stale."""
    extra: dict[str, bytes | Packed] = {}
    areas = caches.watched(content.package, content.resolve)
    watches: dict[str, Watch] = {}
    for name, sheet in content.sheets.items():
        watch = watches[name] = Watch(areas.get(name, ()))
        if sheet.changed or sheet.index.has_formulas:
            writer = Rewriter(sheet, content.styles, strip=True, watch=watch)
            extra[sheet.part] = pack(writer.chunks())

    def stale(name: str, area: Area) -> bool:
        sheet = content.sheets.get(name.casefold())
        if sheet is None:
            return False
        return sheet.touched(area) or area in watches[name.casefold()].hit

    extra.update(caches.refresh(content.package, content.resolve, stale))
    _drop_calc_chain(content)
    extra[content.names.part] = content.names.recalculate()
    return extra


def _drop_calc_chain(content: Content) -> None:
    """The order of calculation: Excel makes it anew, and a wrong one is an error."""
    package = content.package
    for rel in package.rels(content.names.part):
        if rel.kind == "calcChain":
            package.drop_rel(content.names.part, rel)
            if package.has(rel.target):
                package.drop(rel.target)
                package.set_content_type(rel.target, None)


def replace(path: str, fill: Callable[[BinaryIO], None]) -> None:
    """Write a new file beside the path, then put it into its place in one step."""
    folder = os.path.dirname(path) or "."
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _mode(path: str) -> int:
    """The rights of the file that is replaced, or those of any new file."""
    if os.path.exists(path):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: str) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
