"""How the PROJECT stream writes whether a project is protected ([MS-OVBA] 2.4.3)."""

from __future__ import annotations


def encrypted(value: bytes, project_id: str, seed: int = 0, skipped: bytes = b"\0\0\0") -> str:
    """`value` as hexadecimal digits ([MS-OVBA] 2.4.3.2).

    Args:
        value: the bytes of the property: its length is written before it.
        project_id: with its braces.
        seed: 0 to 255; Excel draws it by chance, and this needs no secret.
        skipped: bytes of no meaning before the value; the seed says how many are written.
    """
    key = sum(project_id.encode("ascii")) & 0xFF
    version = 2
    out = [seed, seed ^ version, seed ^ key]
    before = key  # the plain byte before
    for byte in skipped[: (seed & 6) // 2] + len(value).to_bytes(4, "little") + value:
        out.append(byte ^ (out[-2] + before & 0xFF))
        before = byte
    return bytes(out).hex().upper()
