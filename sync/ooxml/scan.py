"""A sheet's XML taken apart without building a tree: head, rows, tail.

`Tokens` are the regular expressions for one namespace prefix. Rows come out as bytes, each with
whatever stands between it and the next row, so that head + rows + tail is the part byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import IO

from sync.ooxml.errors import DamagedError, HostileError
from sync.ooxml.refs import MAX_COL, MAX_ROW, number

CHUNK = 1 << 16
_MAX_HEAD = 64 << 20
_ATTRS = rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*?"
_PREFIX = rb"(?:[^\s<>/=:\"'!?]+:)?"
_START = re.compile(rb"<!--.*?-->|<(" + _PREFIX + rb")sheetData(?=[\s/>])(" + _ATTRS + rb")>", re.S)
_R_ROW = re.compile(rb"\sr\s*=\s*[\"']\s*([0-9]{1,12})")
_R_CELL = re.compile(rb"\sr\s*=\s*[\"']\s*\$?([A-Za-z]{1,4})\$?([0-9]{1,12})")


class NeedsTreeError(Exception):
    """The part uses XML that only a real parser understands (CDATA, comments, other encodings)."""


class Tokens:
    """The regular expressions for a sheet whose elements carry a prefix (b'' or b'x:')."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self.prefix = prefix
        self.row_start = re.compile(rb"<" + p + rb"row(?=[\s/>])")
        self.row_open = re.compile(rb"<" + p + rb"row(?=[\s/>])(" + _ATTRS + rb")(/?)>")
        self.row_close = b"</" + prefix + b"row"
        self.end = b"</" + prefix + b"sheetData"
        self.cell = re.compile(
            rb"<" + p + rb"c(?=[\s/>])(" + _ATTRS + rb")(?:/>|>(.*?)</" + p + rb"c\s*>)", re.S
        )
        self.formula_cell = re.compile(
            rb"<" + p + rb"c(?=[\s/>])(" + _ATTRS + rb")(?<!/)>\s*(<" + p
            + rb"f(?=[\s/>]).*?)</" + p + rb"c\s*>", re.S
        )  # fmt: skip
        self.formula = re.compile(
            rb"<" + p + rb"f(?=[\s/>])(" + _ATTRS + rb")(?:/>|>(.*?)</" + p + rb"f\s*>)", re.S
        )
        self.value = re.compile(
            rb"<" + p + rb"v(?=[\s/>])" + _ATTRS + rb"(?:/>|>(.*?)</" + p + rb"v\s*>)", re.S
        )
        self.inline = re.compile(
            rb"<" + p + rb"is(?=[\s/>])" + _ATTRS + rb"(?:/>|>(.*?)</" + p + rb"is\s*>)", re.S
        )
        self.formula_mark = b"<" + prefix + b"f"
        self.plain_cell = re.compile(
            rb"<" + p + rb"c r=\"([A-Z]{1,3})[0-9]+\"(?: s=\"([0-9]+)\")?(?=[ />])(?![^<>]*\ss\s*=)"
        )


@lru_cache(maxsize=64)
def tokens(prefix: bytes) -> Tokens:
    return Tokens(prefix)


class SheetReader:
    """Reads a sheet's part once, from its start."""

    def __init__(self, stream: IO[bytes], part: str) -> None:
        self._stream = stream
        self._part = part
        self.tail = b""
        self._read_head()

    def _damaged(self) -> DamagedError:
        return DamagedError(
            "The sheet has no table of cells that can be read",
            f"part {self._part}",
            "Open the file in Excel, let it repair it, and save it as .xlsx.",
        )

    def _read_head(self) -> None:
        buffer = b""
        while True:
            chunk = self._stream.read(CHUNK)
            buffer += chunk
            match = next((m for m in _START.finditer(buffer) if m[2] is not None), None)
            if match:
                break
            if not chunk or len(buffer) > _MAX_HEAD:
                raise self._damaged()
        if b"<!DOCTYPE" in buffer[: match.start()]:
            raise HostileError(
                "The sheet holds an XML document type, which no sheet needs",
                f"part {self._part}",
                "Do not open this file; ask its sender for a new export.",
            )
        self.tokens = tokens(match[1])
        if match[2].endswith(b"/"):
            opened = buffer[match.start() : match.end() - 2].rstrip() + b">"
            self.head = buffer[: match.start()] + opened
            self._rest = self.tokens.end + b">" + buffer[match.end() :]
        else:
            self.head = buffer[: match.end()]
            self._rest = buffer[match.end() :]

    def batches(self) -> Iterator[list[bytes]]:
        """The rows, several at a time; what stands before the first row is the first item."""
        buffer, rest, searched, lead = b"", self._rest, 0, True
        while True:
            buffer += rest
            end = buffer.find(self.tokens.end, searched)
            limit = len(buffer) if end < 0 else end
            if buffer.find(b"<!", searched, limit) >= 0 or buffer.find(b"<?", searched, limit) >= 0:
                raise NeedsTreeError
            starts = [m.start() for m in self.tokens.row_start.finditer(buffer, searched, limit)]
            if not lead and (not starts or starts[0] != 0):
                starts.insert(0, 0)
            if end >= 0:
                yield from self._last(buffer, starts, end, lead)
                return
            if lead and starts:
                yield [buffer[: starts[0]]]
                lead = False
            if len(starts) > 1:
                yield [buffer[a:b] for a, b in pairwise(starts)]
            if starts:
                buffer = buffer[starts[-1] :]
            searched = max(0, len(buffer) - 64)
            rest = self._stream.read(CHUNK)
            if not rest or len(buffer) > _MAX_HEAD:
                raise self._damaged()

    def _last(
        self, buffer: bytes, starts: list[int], end: int, lead: bool
    ) -> Iterator[list[bytes]]:
        if lead:
            yield [buffer[: starts[0] if starts else end]]
        if starts:
            yield [buffer[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
        self.tail = buffer[end:] + self._stream.read()


def row_number(attributes: bytes, last: int, part: str = "") -> int:
    """A row's number: written, or the one after the last."""
    match = _R_ROW.search(attributes)
    if match is None:
        return last + 1
    value = int(match[1])
    if not 1 <= value <= MAX_ROW:
        raise HostileError(
            f"A sheet says it has a row {value:,}",
            f"part {part}",
            f"Excel has {MAX_ROW:,} rows; save the file again in Excel.",
        )
    return value


def cell_column(attributes: bytes, last: int, part: str = "") -> int:
    """A cell's column: written, or the one after the last."""
    match = _R_CELL.search(attributes)
    if match is None:
        return last + 1
    value = number(match[1].decode("ascii"))
    if value > MAX_COL:
        raise HostileError(
            f"A sheet says it has a column {match[1].decode('ascii')}",
            f"part {part}",
            f"Excel has {MAX_COL:,} columns; save the file again in Excel.",
        )
    return value


def has_ref(attributes: bytes) -> bool:
    return b"r" in attributes and (
        _R_CELL.search(attributes) is not None or _R_ROW.search(attributes) is not None
    )


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """An attribute's raw value."""
    match = _attribute(name).search(attributes)
    return None if match is None else (match[1] if match[1] is not None else match[2])


def without(attributes: bytes, *names: bytes) -> bytes:
    """The attributes less some of them."""
    for name in names:
        if name in attributes:
            attributes = _attribute(name).sub(b"", attributes)
    return attributes


@lru_cache(maxsize=64)
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s+" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def style_of(attributes: bytes) -> int | None:
    """The style index that a cell or row states."""
    value = attribute(attributes, b"s")
    return int(value) if value is not None and value.strip().isdigit() else None
