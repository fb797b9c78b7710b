"""The compression of VBA streams: the specification's examples, and what oletools reads."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.vba.compression import CHUNK, compress, decompress
from tests.sync.vba.oracle import olevba

# [MS-OVBA] 3.2.1 to 3.2.3.
EXAMPLES = {
    "nothing repeats": (
        b"abcdefghijklmnopqrstuv.",
        "0119b000616263646566676800696a6b6c6d6e6f70007172737475762e",
    ),
    "some repeats": (
        b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        "012fb00023616161626364658266007061676869"
        "6a013808616b6c00306d6e6f70067102700410727374757610777879"
        "7a003c",
    ),
    "all repeats": (b"a" * 73, "0103b002614500"),
}
# Text repeats, bytes may not; both over the edges of chunks.
lines = st.lists(st.sampled_from(
    ["Public Sub A()", "End Sub", "    x = x + 1", "' 0123456789", "If Mac Then", ""]
), max_size=900).map(lambda found: "\r\n".join(found).encode())
anything = st.binary(max_size=3 * CHUNK)
stretched = st.builds(lambda part, times: part * times, st.binary(max_size=40),
                      st.integers(0, 400))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_the_specification(name: str) -> None:
    """Read as printed, written as printed.

    The second example takes the farther of two equal matches, unlike the specification's own
    procedure, which starts at the nearest: there only the length is compared.
    """
    plain, packed = EXAMPLES[name]
    assert decompress(bytes.fromhex(packed)) == plain
    if name == "some repeats":
        assert len(compress(plain)) == len(bytes.fromhex(packed))
    else:
        assert compress(plain).hex() == packed


@given(lines | anything | stretched)
@example(b"")
@example(random.Random(1).randbytes(3640))  # the longest that surely fits in a compressed chunk
@example(random.Random(1).randbytes(2 * CHUNK))  # raw chunks
@example(b"ab" * CHUNK)
def test_decompressing_gives_back_what_was_compressed(plain: bytes) -> None:
    """The same for us and for oletools; zeros follow only where the format has no other way."""
    packed = compress(plain)
    found = decompress(packed)
    assert found[: len(plain)] == plain
    padding = found[len(plain) :]
    assert not padding.strip(b"\0")
    assert not padding or len(plain) % CHUNK > 3640
    assert bytes(olevba.decompress_stream(bytearray(packed))) == found


def test_a_last_chunk_without_repeats_is_padded() -> None:
    """A raw chunk has 4,096 bytes, always."""
    plain = random.Random(1).randbytes(4000)
    assert decompress(compress(plain)) == plain.ljust(CHUNK, b"\0")


@pytest.mark.parametrize(
    "broken", ["", "02", "0119b0", "0119b00061", "01030000000000", "0102b0010000"]
)
def test_what_is_not_compressed_is_refused(broken: str) -> None:
    """No start, no whole chunk, no signature, a copy from before the chunk."""
    with pytest.raises(ValueError):
        decompress(bytes.fromhex(broken))
