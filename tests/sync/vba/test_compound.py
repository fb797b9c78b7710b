"""Compound files: read by olefile without a complaint, and their directory is a red-black tree."""

from __future__ import annotations

import random
import struct

import olefile  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.vba.compound import BLACK, NONE, RED, STREAM, Path, write
from sync.vba.compound_read import read

names = st.text("abcXYZ019_é中", min_size=1, max_size=31)
streams = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map(tuple), st.binary(max_size=300), max_size=12
)


def apart(found: dict[Path, bytes]) -> bool:
    """No name is at once a stream's and a storage's, nor differs from another by case alone."""
    places = {path[:depth] for path in found for depth in range(1, len(path) + 1)}
    folded = {tuple(part.upper() for part in path) for path in places}
    return len(folded) == len(places) and not any(
        longer[: len(path)] == path and longer != path for path in found for longer in found
    )


def olefile_reads(file: bytes) -> dict[Path, bytes]:
    with olefile.OleFileIO(file, raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert not ole.parsing_issues
        return {tuple(path): ole.openstream(path).read() for path in ole.listdir()}


@given(streams.filter(apart))
def test_streams_in_storages_come_back(found: dict[Path, bytes]) -> None:
    file = write(found)
    assert len(file) % 512 == 0
    assert read(file) == found
    assert olefile_reads(file) == found


@pytest.mark.parametrize("size", [
    0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 8192, 65_536, 109 * 65_536 - 9 * 512,
    7_200_000, 16_000_000,
])
def test_streams_of_any_size(size: int) -> None:
    """Around the edges of sectors, of the mini stream, and of the FAT that the header lists."""
    found = {("VBA", "one"): random.Random(size).randbytes(size), ("two",): b"2" * (size % 5000)}
    file = write(found)
    assert read(file) == found
    assert olefile_reads(file) == found


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 8, 20, 63, 64, 100])
def test_the_directory_is_a_red_black_tree(count: int) -> None:
    """In order; the root black; no red below red; as many black ones on every way down."""
    file = write({(f"m{number}" + "x" * (number % 3),): b"" for number in range(count)})
    start = struct.unpack_from("<I", file, 48)[0]
    entries = [file[at : at + 128] for at in range(512 * (start + 1), len(file) - 127, 128)]
    found: list[tuple[int, str]] = []

    def blacks(number: int, above: int) -> int:
        if number == NONE:
            return 1
        entry = entries[number]
        length, kind, colour, left, right, _ = struct.unpack_from("<HBBIII", entry, 64)
        assert kind == STREAM
        assert not (colour == RED and above == RED)
        below = blacks(left, colour)
        name = entry[: length - 2].decode("utf-16-le")
        found.append((len(name), name.upper()))
        assert blacks(right, colour) == below
        return below + int(colour == BLACK)

    blacks(struct.unpack_from("<I", entries[0], 76)[0], RED)
    assert len(found) == count
    assert found == sorted(found)


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "!", "x" * 32])
def test_names_that_the_format_forbids(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        write({("VBA", name): b""})


@given(st.integers(0, 4000), st.binary(min_size=4, max_size=4))
def test_a_damaged_file_is_read_or_refused(at: int, patch: bytes) -> None:
    """Never an endless loop, never another error."""
    file = bytearray(write({("VBA", "dir"): b"d" * 900, ("VBA", "M"): b"m" * 5000, ("P",): b"p"}))
    at %= len(file) - 4
    file[at : at + 4] = patch
    try:
        read(bytes(file))
    except ValueError as error:
        assert str(error)
