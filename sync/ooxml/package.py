"""The package: parts, relationships and content types. Only changed parts are ever rewritten."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from sync.ooxml import guard, xml
from sync.ooxml.errors import DamagedError, HostileError
from sync.ooxml.xml import Element
from sync.ooxml.zipout import Packed, ZipWriter

_TYPES = "[Content_Types].xml"
_READ_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip


def key(name: str) -> str:
    """Part names are compared without case."""
    return name.replace("\\", "/").lstrip("/").casefold()


def rels_name(part: str) -> str:
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def resolve(source: str, target: str) -> str:
    """A relationship's target as a part name."""
    target = _unquote(target.replace("\\", "/").partition("#")[0])
    base = "" if target.startswith("/") else source.rpartition("/")[0]
    return posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")


def _unquote(text: str) -> str:
    if "%" not in text:
        return text
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())
    return raw.decode("utf-8", "replace")


def relative(source: str, target: str) -> str:
    """A part's name as a relationship of another part writes it."""
    return posixpath.relpath("/" + target, "/" + source.rpartition("/")[0])


@dataclass(frozen=True, slots=True)
class Rel:
    """One relationship: from a part to another part, or outside."""

    id: str
    type: str
    target: str  # a part name, or what stands in the file when it leads outside
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: worksheet, table, drawing..."""
        return self.type.rpartition("/")[2]


class Package:
    """An open package with the changes made to it."""

    def __init__(self, file: BinaryIO, name: str = "", limits: guard.Limits | None = None) -> None:
        self.limits = limits or guard.Limits()
        self.name = name
        guard.sniff(file, name)
        size = file.seek(0, io.SEEK_END)
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (*_READ_ERRORS, ValueError) as error:
            raise DamagedError(
                "The file is cut off or not a complete zip package",
                f"file {name}: {error}",
                "Download or export it again.",
            ) from error
        guard.check_package(self._zip, size, self.limits, name)
        self._entries = {key(i.filename): i for i in self._zip.infolist() if not i.is_dir()}
        self._changed: dict[str, bytes | Packed] = {}
        self._new: dict[str, str] = {}  # key -> name
        self._dropped: set[str] = set()
        self._roots: dict[str, Element] = {}

    # parts
    def has(self, part: str) -> bool:
        name = key(part)
        return name not in self._dropped and (name in self._entries or name in self._new)

    def names(self) -> Iterator[str]:
        for name, info in self._entries.items():
            if name not in self._dropped:
                yield info.filename.replace("\\", "/").lstrip("/")
        yield from self._new.values()

    def size(self, part: str) -> int:
        info = self._entries.get(key(part))
        return info.file_size if info else 0

    def read(self, part: str) -> bytes:
        """A part that is used whole."""
        changed = self._changed.get(key(part))
        if isinstance(changed, bytes):
            return changed
        if self.size(part) > self.limits.part:
            raise HostileError(
                f"A part of the workbook has {self.size(part) >> 20:,} MB",
                f"part {part}",
                "If you trust the file, save it again in Excel.",
            )
        with self.open(part) as stream:
            return self.drain(stream, part)

    def open(self, part: str) -> IO[bytes]:
        """A part as it is in the file, to be read piece by piece."""
        changed = self._changed.get(key(part))
        if isinstance(changed, bytes):
            return io.BytesIO(changed)
        info = self._entries.get(key(part))
        if info is None:
            raise DamagedError(
                "A part that the workbook needs is missing",
                f"part {part}",
                "Open the file in Excel, let it repair it, and save it as .xlsx.",
            )
        try:
            return self._zip.open(info)
        except _READ_ERRORS as error:
            raise self._damaged(part, error) from error

    def drain(self, stream: IO[bytes], part: str, size: int = -1) -> bytes:
        try:
            return stream.read(size)
        except _READ_ERRORS as error:
            raise self._damaged(part, error) from error

    def _damaged(self, part: str, error: Exception) -> DamagedError:
        return DamagedError(
            "A part of the file cannot be unpacked",
            f"part {part}: {error}",
            "Download or export the file again.",
        )

    def put(self, part: str, data: bytes | Packed) -> None:
        """Replace or add a part."""
        name = key(part)
        self._dropped.discard(name)
        self._changed[name] = data
        self._roots.pop(name, None)
        if name not in self._entries:
            self._new.setdefault(name, part)

    def drop(self, part: str) -> None:
        name = key(part)
        self._dropped.add(name)
        self._changed.pop(name, None)
        self._new.pop(name, None)

    # parsed parts
    def root(self, part: str) -> Element:
        """A part's parsed root; call `touch` after changing it."""
        name = key(part)
        if name not in self._roots:
            self._roots[name] = xml.parse(self.read(part), part)
        return self._roots[name]

    def touch(self, part: str) -> None:
        root = self._roots[key(part)]
        self.put(part, xml.serialise(root))
        self._roots[key(part)] = root

    # relationships
    def rels(self, part: str) -> list[Rel]:
        name = rels_name(part)
        if not self.has(name):
            return []
        found = []
        for element in xml.walk(self.root(name), "Relationship"):
            external = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            if not external:
                target = resolve(part, target) if target.partition("#")[0] else ""
            found.append(Rel(element.get("Id") or "", element.get("Type") or "", target, external))
        return found

    def add_rel(self, part: str, kind: str, target: str, external: bool = False) -> str:
        """Relate a part to another; returns the new relationship's id."""
        name = rels_name(part)
        if not self.has(name):
            empty = f'<Relationships xmlns="{xml.RELATIONSHIPS}"/>'
            self.put(name, xml.DECLARATION + empty.encode())
        used = {rel.id for rel in self.rels(part)}
        new = next(f"rId{n}" for n in range(1, len(used) + 2) if f"rId{n}" not in used)
        root = self.root(name)
        element = xml.make(root, "Relationship", Id=new, Type=kind)
        element.set("Target", target if external else relative(part, target))
        if external:
            element.set("TargetMode", "External")
        root.append(element)
        self.touch(name)
        return new

    def drop_rel(self, part: str, rel: Rel) -> None:
        root = self.root(rels_name(part))
        for element in xml.walk(root, "Relationship"):
            if element.get("Id") == rel.id:
                root.remove(element)
        self.touch(rels_name(part))

    # content types
    def content_type(self, part: str) -> str:
        root, name = self.root(_TYPES), key(part)
        for element in xml.walk(root, "Override"):
            if key(element.get("PartName") or "") == name:
                return element.get("ContentType") or ""
        extension = name.rpartition(".")[2]
        for element in xml.walk(root, "Default"):
            if (element.get("Extension") or "").casefold() == extension:
                return element.get("ContentType") or ""
        return ""

    def set_content_type(self, part: str, kind: str | None) -> None:
        """State a part's type, or (None) forget it."""
        root, name = self.root(_TYPES), key(part)
        changed = False
        for element in xml.walk(root, "Override"):
            if key(element.get("PartName") or "") == name:
                root.remove(element)
                changed = True
        if kind is not None:
            root.append(xml.make(root, "Override", PartName=f"/{part}", ContentType=kind))
            changed = True
        if changed:
            self.touch(_TYPES)

    def free_name(self, pattern: str) -> str:
        """The first unused part name of the form xl/tables/table{}.xml."""
        number = 1
        while self.has(pattern.format(number)) or key(pattern.format(number)) in self._dropped:
            number += 1
        return pattern.format(number)

    # writing
    def write(self, out: BinaryIO, extra: dict[str, bytes | Packed]) -> None:
        """Write the package; `extra` are parts that were rewritten for this one writing."""
        changed = {**self._changed, **{key(name): data for name, data in extra.items()}}
        writer = ZipWriter(out)
        last = {key(info.filename): info for info in self._zip.infolist()}
        for info in self._zip.infolist():
            name = key(info.filename)
            if name in self._dropped:
                continue
            if name in changed:
                if last[name] is info:
                    writer.add(info.orig_filename, changed[name])
            else:
                writer.copy(self._file, info)
        for name, part in self._new.items():
            writer.add(part, changed[name])
        writer.close(self._zip.comment)

    def close(self) -> None:
        self._zip.close()
