"""Moving a formula: what Excel does with relative references when a formula is filled down."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.ooxml.refs import MAX_COL, MAX_ROW, letters, number

_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|'(?:[^']|'')*'"  # a quoted sheet
    r"|(?P<bracket>\[)"
    r"|(?:[^\W\d]|[\\.])[\w.]*(?::(?:[^\W\d]|[\\.])[\w.]*)?!"  # Sheet1! or Jan:Dec!
    r"|#[A-Z/0!?]+"
    r"|(?P<ref>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(!\\]))"
    r"|(?P<cols>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!\\$]))"
    r"|(?P<rows>\$?[0-9]{1,7}:\$?[0-9]{1,7}(?![\w.(!\\$]))"
    r"|[\w.\\?]+"  # names, functions, numbers
    r"|[^\w]",
    re.S,
)
_REF = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")


def _column(dollar: str, name: str, by: int) -> str | None:
    if dollar:
        return f"${name}"
    moved = number(name) + by
    return letters(moved) if 1 <= moved <= MAX_COL else None


def _row(dollar: str, text: str, by: int) -> str | None:
    if dollar:
        return f"${text}"
    moved = int(text) + by
    return str(moved) if 1 <= moved <= MAX_ROW else None


def _moved_ref(text: str, rows: int, cols: int) -> str:
    match = _REF.fullmatch(text)
    assert match
    if not 1 <= int(match[4]) <= MAX_ROW or number(match[2]) > MAX_COL:
        return text  # a name that looks like a cell
    col, row = _column(match[1], match[2], cols), _row(match[3], match[4], rows)
    return "#REF!" if col is None or row is None else col + row


def _moved_pair(text: str, by: int, is_col: bool) -> str:
    ends = []
    for end in text.split(":"):
        dollar, name = ("$", end[1:]) if end.startswith("$") else ("", end)
        if is_col and number(name) > MAX_COL:
            return text
        moved = _column(dollar, name, by) if is_col else _row(dollar, name, by)
        if moved is None:
            return "#REF!"
        ends.append(moved)
    return ":".join(ends)


def _bracket_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "'":  # escapes the next character
            at += 1
        elif char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class Pattern:
    """A formula taken apart once, to be written for many cells."""

    parts: tuple[tuple[str, str], ...]  # (kind, text); kind: text, ref, cols, rows

    @property
    def fixed(self) -> bool:
        """It reads the same in every cell."""
        return all(kind == "text" or "$" in text for kind, text in self.parts) and (
            self.moved(1, 1) == self.moved(0, 0)
        )

    def reads_row(self, row: int, left: int, right: int) -> bool:
        """It looks at a cell of one row, between two columns, that moves when filled down."""
        for kind, text in self.parts:
            match = _REF.fullmatch(text) if kind == "ref" else None
            here = match and not match[3] and int(match[4]) == row
            if match and here and left <= number(match[2]) <= right:
                return True
            if kind == "text" and "[#This Row]" in text:
                return True
        return False

    def moved(self, rows: int, cols: int) -> str:
        """The formula's text that many rows further down and columns further right."""
        out = []
        for kind, text in self.parts:
            if kind == "ref":
                out.append(_moved_ref(text, rows, cols))
            elif kind == "cols":
                out.append(_moved_pair(text, cols, True))
            elif kind == "rows":
                out.append(_moved_pair(text, rows, False))
            else:
                out.append(text)
        return "".join(out)


def pattern(formula: str) -> Pattern:
    """Take a formula apart into fixed text and references."""
    parts: list[tuple[str, str]] = []
    fixed, at = [], 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            fixed.append(formula[at])
            at += 1
            continue
        kind, end = match.lastgroup, match.end()
        if kind == "bracket":
            end = _bracket_end(formula, at)
        if kind in ("ref", "cols", "rows"):
            parts.append(("text", "".join(fixed)))
            parts.append((kind, match[0]))
            fixed = []
        else:
            fixed.append(formula[at:end])
        at = end
    parts.append(("text", "".join(fixed)))
    return Pattern(tuple(part for part in parts if part[1]))


def move(formula: str, rows: int, cols: int) -> str:
    """The formula as it reads `rows` further down and `cols` further right."""
    return pattern(formula).moved(rows, cols)
