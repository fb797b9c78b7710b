"""Compound files, version 3, written as [MS-CFB] has them (`compound_read.py` reads them).

Version 3 has sectors of 512 bytes; streams below 4,096 bytes live in 64-byte sectors of the mini
stream, which is the root's own stream. Libraries read these files (olefile) or write them under
a licence that is not ours (cfbwrite is AGPL).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT, DIFAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
NONE = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
IN_HEADER = 109  # FAT sectors that the header itself lists
_PER = SECTOR // 4  # numbers in a sector
Path = tuple[str, ...]


@dataclass
class _Entry:
    """One directory entry ([MS-CFB] 2.6.1)."""

    name: str
    kind: int
    data: bytes = b""
    children: list[_Entry] = field(default_factory=list)
    colour: int = BLACK
    left: int = NONE
    right: int = NONE
    child: int = NONE
    start: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ", name, len(name), self.kind, self.colour, self.left, self.right,
            self.child, b"", 0, 0, 0, self.start, len(self.data),
        )


def write(streams: Mapping[Path, bytes]) -> bytes:
    """A compound file with these streams; every part but the last of a path is a storage.

    Raises:
        ValueError: a name is empty, longer than 31 UTF-16 units, or has one of / \\ : !
    """
    entries = _directory(streams)
    root, file, mini = entries[0], _Chains(SECTOR), _Chains(MINI)
    for entry in entries:
        if entry.kind == STREAM:
            entry.start = (mini if len(entry.data) < CUTOFF else file).add(entry.data)
    root.data = b"".join(mini.sectors)
    root.start = file.add(root.data)
    free = b"\0" * 68 + struct.pack("<III", NONE, NONE, NONE) + b"\0" * 48
    packed = [entry.packed() for entry in entries]
    directory = file.add(b"".join(packed + [free] * (-len(packed) % 4)))
    mini_table = mini.table()
    mini_start = file.add(mini_table)
    return _assembled(file, directory, mini_start, len(mini_table) // SECTOR)


@dataclass
class _Chains:
    """Sectors of one size with the table that says which one follows which."""

    size: int
    sectors: list[bytes] = field(default_factory=list)
    following: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Appends the data in a chain of its own; the number of its first sector."""
        if not data:
            return END
        first = len(self.sectors)
        self.sectors += [data[at : at + self.size].ljust(self.size, b"\0")
                         for at in range(0, len(data), self.size)]
        self.following += [*range(first + 1, len(self.sectors)), END]
        return first

    def table(self) -> bytes:
        """The table in whole sectors of the file."""
        numbers = self.following + [FREE] * (-len(self.following) % _PER)
        return struct.pack(f"<{len(numbers)}I", *numbers)


def _assembled(file: _Chains, directory: int, mini_start: int, mini_sectors: int) -> bytes:
    """Header, sectors, and the tables of the sectors, which count themselves ([MS-CFB] 2.2-2.5)."""
    content = len(file.sectors)
    fats = difats = 0
    while (content + fats + difats) > fats * _PER or (fats - IN_HEADER) > difats * (_PER - 1):
        fats += (content + fats + difats) > fats * _PER
        difats += (fats - IN_HEADER) > difats * (_PER - 1)
    file.following += [FAT] * fats + [DIFAT] * difats
    places = [*range(content, content + fats)]
    listed = places[:IN_HEADER] + [FREE] * (IN_HEADER - len(places))
    rest = b""
    for number in range(difats):
        part = places[IN_HEADER + number * (_PER - 1) :][: _PER - 1]
        follows = content + fats + number + 1 if number + 1 < difats else END
        part += [FREE] * (_PER - 1 - len(part))
        rest += struct.pack(f"<{_PER}I", *part, follows)
    header = MAGIC + struct.pack(
        "<16sHHHHH6sIIIIIIIII", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, fats, directory, 0, CUTOFF,
        mini_start, mini_sectors, content + fats if difats else END, difats,
    ) + struct.pack(f"<{IN_HEADER}I", *listed)
    return header + b"".join(file.sectors) + file.table() + rest


# --- the directory ----------------------------------------------------------------------


def _directory(streams: Mapping[Path, bytes]) -> list[_Entry]:
    """All entries, the root first; siblings hang together as a red-black tree (2.6.4)."""
    root = _Entry("Root Entry", ROOT)
    storages: dict[Path, _Entry] = {(): root}
    for path, data in streams.items():
        for depth in range(1, len(path)):
            if path[:depth] not in storages:
                storages[path[:depth]] = _Entry(_name(path[depth - 1]), STORAGE)
                storages[path[: depth - 1]].children.append(storages[path[:depth]])
        storages[path[:-1]].children.append(_Entry(_name(path[-1]), STREAM, data))
    entries = [root]
    for storage in storages.values():
        entries += storage.children
    numbers = {id(entry): number for number, entry in enumerate(entries)}
    for storage in storages.values():
        children = sorted(storage.children, key=_order)
        # Halving fills every level but the lowest; that one is red unless it is full too.
        red = len(children).bit_length() if len(children) & len(children) + 1 else 0
        storage.child = _tree(children, numbers, 1, red)
    return entries


def _tree(siblings: list[_Entry], numbers: dict[int, int], depth: int, red: int) -> int:
    """Links the sorted siblings below their middle one; the middle one's number."""
    if not siblings:
        return NONE
    middle = len(siblings) // 2
    entry = siblings[middle]
    entry.colour = RED if depth == red else BLACK
    entry.left = _tree(siblings[:middle], numbers, depth + 1, red)
    entry.right = _tree(siblings[middle + 1 :], numbers, depth + 1, red)
    return numbers[id(entry)]


def _order(entry: _Entry) -> tuple[int, str]:
    """Shorter names first, then by upper case."""
    return len(entry.name.encode("utf-16-le")), entry.name.upper()


def _name(name: str) -> str:
    if not name or len(name.encode("utf-16-le")) > 62 or set(name) & set("/\\:!"):
        raise ValueError(f"not a name for a stream: {name!r}")
    return name
