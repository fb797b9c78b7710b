"""Reads the streams of a compound file of version 3 ([MS-CFB]); `compound.py` writes them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sync.vba.compound import CUTOFF, DIFAT, MAGIC, MINI, NONE, SECTOR, STREAM, Path

_ENTRY = 128  # bytes of a directory entry


def read(file: bytes) -> dict[Path, bytes]:
    """Every stream, by path.

    Raises:
        ValueError: the bytes are no such file, or its sectors lead out of it or in a circle.
    """
    if file[:8] != MAGIC or len(file) < SECTOR or file[26:28] != b"\3\0":
        raise ValueError("no compound file of version 3")
    directory, mini_start, difat = (
        int.from_bytes(file[at : at + 4], "little") for at in (48, 60, 68)
    )
    sectors = file[SECTOR:]
    fat = _numbers(b"".join(_sector(sectors, place, SECTOR)
                            for place in _fat_places(file, sectors, difat)))
    entries = _chain(sectors, fat, directory, SECTOR)
    root_start, root_size = struct.unpack_from("<II", entries, 116)
    mini = _chain(sectors, fat, root_start, SECTOR)[:root_size]
    mini_fat = _numbers(_chain(sectors, fat, mini_start, SECTOR))
    return {
        path: (_chain(sectors, fat, start, SECTOR) if size >= CUTOFF
               else _chain(mini, mini_fat, start, MINI))[:size]
        for path, start, size in _streams(entries)
    }


def _fat_places(file: bytes, sectors: bytes, difat: int) -> list[int]:
    """The sectors that hold the FAT: listed in the header, then in a chain of its own."""
    places = _numbers(file[76:SECTOR])
    while difat < DIFAT:
        *part, difat = _numbers(_sector(sectors, difat, SECTOR))
        places += part
        if len(places) > len(file) // 4:
            raise ValueError("a chain of sectors runs in a circle")
    return [place for place in places if place < DIFAT]


def _chain(sectors: bytes, following: list[int], start: int, size: int) -> bytes:
    """The sectors from `start` on, joined."""
    parts: list[bytes] = []
    while start < DIFAT:
        parts.append(_sector(sectors, start, size))
        if start >= len(following) or len(parts) > len(following):
            raise ValueError("a chain of sectors leads out of the file or in a circle")
        start = following[start]
    return b"".join(parts)


def _streams(entries: bytes) -> Iterator[tuple[Path, int, int]]:
    """(path, first sector, bytes) of each stream below the root."""
    seen: set[int] = set()
    waiting: list[tuple[int, Path]] = [(int.from_bytes(entries[76:80], "little"), ())]
    while waiting:
        number, above = waiting.pop()
        if number == NONE:
            continue
        if number in seen or (number + 1) * _ENTRY > len(entries):
            raise ValueError("the directory leads out of the file or in a circle")
        seen.add(number)
        entry = entries[number * _ENTRY : (number + 1) * _ENTRY]
        length, kind, _, left, right, child = struct.unpack_from("<HBBIII", entry, 64)
        path = (*above, entry[: max(length - 2, 0)].decode("utf-16-le"))
        waiting += [(left, above), (right, above), (child, path)]
        if kind == STREAM:
            yield path, *struct.unpack_from("<II", entry, 116)


def _sector(sectors: bytes, number: int, size: int) -> bytes:
    found = sectors[number * size : (number + 1) * size]
    if not found:
        raise ValueError("a sector lies outside the file")
    return found


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
