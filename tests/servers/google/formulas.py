"""The text of formulas: tokens, references, and what happens to them when cells move.

https://support.google.com/docs/answer/75943; RepeatCellRequest: "the formula's ranges will
automatically increment ... To keep the formula's ranges static, use the $ indicator."
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .a1 import column_index, column_name

END = r"\$?[A-Za-z]{1,3}\$?[1-9]\d*"
TOKEN = re.compile(rf"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<ref>(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
        (?P<cells>\#REF!|{END}(?::(?:{END}|\$?[A-Za-z]{{1,3}}(?![\w(])|\$?[1-9]\d*))?
          |\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?:\$?[1-9]\d*)?|\$?[1-9]\d*:\$?[1-9]\d*)(?![\w(.]))
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)
    | (?P<error>\#(?:N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!))
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign><>|<=|>=|[-+*/^&=<>(),;:%{{}}])
""", re.X)


class Unreadable(Exception):
    """The formula cannot be read: the cell shows #ERROR!."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Corner:
    """One end of a reference; None where it is a whole row or column."""

    row: int | None
    column: int | None
    row_fixed: bool = False
    column_fixed: bool = False

    def text(self) -> str:
        column = "" if self.column is None else "$" * self.column_fixed + column_name(self.column)
        return column + ("" if self.row is None else "$" * self.row_fixed + str(self.row + 1))


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a formula without its `=`, spaces included."""
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Unreadable(f"Formula parse error at {text[at:]!r}")
        kind = match.lastgroup or ""
        if match["ref"]:
            kind, sheet = "ref", match["sheet"]
            title = sheet[1:-1].replace("''", "'") if sheet and sheet[0] == "'" else sheet
            yield Token(kind, match["cells"], title)
        else:
            yield Token(next(k for k in ("space", "text", "number", "error", "name", "sign")
                             if match[k]), match[0])
        at = match.end()


def corner(text: str) -> Corner:
    """`$A1` and the like."""
    match = re.fullmatch(r"(\$?)([A-Za-z]*)(\$?)(\d*)", text)
    assert match, text
    fixed_row = bool(match[3]) or (not match[2] and bool(match[1]))
    return Corner(int(match[4]) - 1 if match[4] else None,
                  column_index(match[2]) if match[2] else None,
                  fixed_row, bool(match[1]) and bool(match[2]))


def corners(cells: str) -> tuple[Corner, Corner]:
    """Both ends of a reference; the same twice for one cell."""
    first, _, second = cells.partition(":")
    return corner(first), corner(second or first)


Ends = tuple[Corner, Corner]


def rewrite(formula: str, change: Callable[[str | None, Ends], Ends | None]) -> str:
    """The formula with each reference changed; None is #REF!. Unreadable text stays as it is."""
    try:
        parts = list(tokens(formula[1:]))
    except Unreadable:
        return formula
    made = "="
    for token in parts:
        if token.kind != "ref" or token.text == "#REF!":
            made += _prefix(token) + token.text
            continue
        ends = change(token.sheet, corners(token.text))
        if ends is None:
            made += _prefix(token) + "#REF!"
        else:
            single = ":" not in token.text
            made += _prefix(token) + ends[0].text() + ("" if single else ":" + ends[1].text())
    return made


def _prefix(token: Token) -> str:
    if token.sheet is None:
        return ""
    plain = re.fullmatch(r"[^\W\d]\w*", token.sheet)
    return (token.sheet if plain else "'" + token.sheet.replace("'", "''") + "'") + "!"


def shift(formula: str, rows: int, columns: int) -> str:
    """The formula copied so many rows down and columns right: `$` stays."""

    def moved(end: Corner) -> Corner | None:
        row = end.row if end.row is None or end.row_fixed else end.row + rows
        column = end.column if end.column is None or end.column_fixed else end.column + columns
        if (row is not None and row < 0) or (column is not None and column < 0):
            return None
        return Corner(row, column, end.row_fixed, end.column_fixed)

    def change(_: str | None, ends: Ends) -> Ends | None:
        first, second = moved(ends[0]), moved(ends[1])
        return (first, second) if first and second else None

    return rewrite(formula, change)


def rename(formula: str, old: str, new: str) -> str:
    """The formula after a sheet got another title."""
    if "!" not in formula:
        return formula
    try:
        parts = list(tokens(formula[1:]))
    except Unreadable:
        return formula
    return "=" + "".join(
        _prefix(t if t.sheet != old else Token(t.kind, t.text, new)) + t.text for t in parts)
