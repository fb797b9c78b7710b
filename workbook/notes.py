"""Notes that numbers carry: why a cell is blank or not whole, in both languages.

A `Note` is its English text, so that it can be compared, logged and printed as such, and knows
its Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable


class Note(str):
    """A short remark in English that also has its Chinese."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Note:
        note = super().__new__(cls, en)
        note.zh = zh
        return note


def said(note: str, lang: str) -> str:
    """The note in a language; plain text is the same in all."""
    return note.zh if lang == "zh" and isinstance(note, Note) else str(note)


def joined(notes: Iterable[str], before: tuple[str, str] = ("", "")) -> Note:
    """Every different note once, behind `before` if there is any."""
    kept = list(dict.fromkeys(note for note in notes if note))
    if not kept:
        return Note("", "")
    return Note(before[0] + "; ".join(kept), before[1] + "；".join(said(n, "zh") for n in kept))
