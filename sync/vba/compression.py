"""The compression of VBA streams: [MS-OVBA] 2.4.1, an LZ77 over chunks of 4,096 bytes."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator

CHUNK = 4096
_SIGNATURE = 0b011 << 12
_COMPRESSED = 1 << 15


def compress(data: bytes) -> bytes:
    """A compressed container ([MS-OVBA] 2.4.1.3.6).

    The format has no short raw chunk: a last chunk of 3,641 to 4,095 bytes in which nothing
    repeats is padded with zeros. Text never meets this.
    """
    parts = [b"\x01"]
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        body = b"".join(_token_sequences(chunk))
        if len(body) > CHUNK:
            parts.append(struct.pack("<H", _SIGNATURE | CHUNK - 1) + chunk.ljust(CHUNK, b"\0"))
        else:
            parts.append(struct.pack("<H", _COMPRESSED | _SIGNATURE | len(body) - 1) + body)
    return b"".join(parts)


def decompress(container: bytes) -> bytes:
    """What `compress` was given.

    Raises:
        ValueError: the bytes are no compressed container.
    """
    if container[:1] != b"\x01":
        raise ValueError("a compressed VBA stream starts with 01")
    data, at = bytearray(), 1
    while at < len(container):
        header = int.from_bytes(container[at : at + 2], "little")
        body = container[at + 2 : at + 3 + (header & 0xFFF)]
        if header & 0x7000 != _SIGNATURE or len(body) != (header & 0xFFF) + 1:
            raise ValueError(f"no whole chunk at byte {at}")
        data += _decompressed(body) if header & _COMPRESSED else body
        at += 2 + len(body)
    return bytes(data)


def _offset_bits(position: int) -> int:
    """How many bits of a copy token hold the offset ([MS-OVBA] 2.4.1.3.19.1)."""
    return max((position - 1).bit_length(), 4)


def _token_sequences(chunk: bytes) -> Iterator[bytes]:
    """Eight tokens at a time behind a byte of flags: 0 is a byte itself, 1 a copy."""
    seen: defaultdict[bytes, list[int]] = defaultdict(list)
    at = 0
    while at < len(chunk):
        flags, tokens = 0, b""
        for bit in range(8):
            if at >= len(chunk):
                break
            offset, length = _longest_match(chunk, at, seen)
            if length:
                flags |= 1 << bit
                room = 16 - _offset_bits(at)
                tokens += struct.pack("<H", offset - 1 << room | length - 3)
            else:
                tokens += chunk[at : at + 1]
            step = length or 1
            for passed in range(at, at + step):
                seen[chunk[passed : passed + 3]].append(passed)
            at += step
        yield bytes([flags]) + tokens


def _longest_match(chunk: bytes, at: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """(offset back, length) of the longest earlier run of at least 3 bytes, else (0, 0)."""
    most = min(len(chunk) - at, (0xFFFF >> _offset_bits(at)) + 3)
    best, length = 0, 2
    if most < 3:
        return 0, 0
    for start in reversed(seen.get(chunk[at : at + 3], [])):
        if chunk[start : start + length + 1] != chunk[at : at + length + 1]:
            continue
        while length < most and chunk[start + length] == chunk[at + length]:
            length += 1
        best = start
        if length == most:
            break
    return (at - best, length) if length > 2 else (0, 0)


def _decompressed(body: bytes) -> bytes:
    data, at = bytearray(), 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                break
            if not flags >> bit & 1:
                data.append(body[at])
                at += 1
                continue
            token = int.from_bytes(body[at : at + 2], "little")
            room = 16 - _offset_bits(len(data))
            start = len(data) - (token >> room) - 1
            if start < 0:
                raise ValueError("a copy token points before its chunk")
            for step in range((token & (1 << room) - 1) + 3):  # a run may overlap itself
                data.append(data[start + step])
            at += 2
    return bytes(data)
