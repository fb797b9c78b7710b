"""Computes formulas: references, + - * / ^ & %, comparisons and the functions of functions.py.

What it does not know shows #NAME?, as a misspelt function does in Google Sheets; a cell never
takes a value that was not computed. Errors: https://support.google.com/docs/answer/3238305.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .formulas import Token, Unreadable, tokens

Node = tuple[Any, ...]
TYPES = {"#NULL!": "NULL_VALUE", "#DIV/0!": "DIVIDE_BY_ZERO", "#VALUE!": "VALUE", "#REF!": "REF",
         "#NAME?": "NAME", "#NUM!": "NUM", "#N/A": "N_A", "#ERROR!": "ERROR"}


class CellError(Exception):
    """An error value: what the cell shows, and its explanation."""

    def __init__(self, shown: str, message: str = "") -> None:
        super().__init__(message)
        self.shown, self.message = shown, message


@dataclass(frozen=True)
class Area:
    """The values of a range, by rows."""

    rows: tuple[tuple[Any, ...], ...]

    def flat(self) -> list[Any]:
        return [value for row in self.rows for value in row]


@lru_cache(maxsize=20_000)
def parse(formula: str) -> Node:
    """The tree of a formula that starts with `=`. Raises Unreadable."""
    reader = _Reader([t for t in tokens(formula[1:]) if t.kind != "space"])
    tree = reader.level(0)
    if reader.at < len(reader.tokens):
        raise Unreadable("Formula parse error.")
    return tree


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": operator.pow}
LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


class _Reader:
    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.at = found, 0

    def peek(self) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token.text if token and token.kind == "sign" else ""

    def level(self, depth: int) -> Node:
        if depth == len(LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while self.peek() in LEVELS[depth]:
            sign = self.peek()
            self.at += 1
            left = ("op", sign, left, self.level(depth + 1))
        return left

    def unary(self) -> Node:
        if self.peek() in ("+", "-"):
            sign = self.peek()
            self.at += 1
            return ("op", sign, ("value", 0.0), self.unary())
        found = self.atom()
        while self.peek() == "%":
            self.at += 1
            found = ("op", "/", found, ("value", 100.0))
        return found

    def atom(self) -> Node:
        if self.at >= len(self.tokens):
            raise Unreadable("Formula parse error.")
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "text":
            return ("value", token.text[1:-1].replace('""', '"'))
        if token.kind == "number":
            return ("value", float(token.text))
        if token.kind == "ref":
            return ("ref", token.sheet, token.text)
        if token.kind == "error":
            return ("error", token.text)
        if token.text == "(":
            inside = self.level(0)
            self.expect(")")
            return inside
        if token.kind == "name":
            if self.peek() == "(":
                return ("call", token.text.upper(), self.arguments())
            if token.text.upper() in ("TRUE", "FALSE"):
                return ("value", token.text.upper() == "TRUE")
            return ("name", token.text)
        raise Unreadable("Formula parse error.")

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        found: list[Node] = []
        while self.peek() != ")":
            found.append(("value", None) if self.peek() in (",", ";") else self.level(0))
            if self.peek() in (",", ";"):
                self.at += 1
            elif self.peek() != ")":
                raise Unreadable("Formula parse error.")
        self.expect(")")
        return tuple(found)

    def expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise Unreadable("Formula parse error.")
        self.at += 1


Look = Callable[[Node], Any]


def run(node: Node, look: Look) -> Any:
    """The value of a tree: None, bool, float, str or Area. `look` resolves references and names."""
    from .functions import FUNCTIONS, LAZY

    kind = node[0]
    if kind == "value":
        return node[1]
    if kind == "error":
        raise CellError(node[1])
    if kind in ("ref", "name"):
        return look(node)
    if kind == "call":
        name, given = node[1], node[2]
        if name in LAZY:
            return LAZY[name](given, lambda one: run(one, look))
        if name not in FUNCTIONS:
            raise CellError("#NAME?", f"Unknown function: '{name}'.")
        try:
            return FUNCTIONS[name](*[run(one, look) for one in given])
        except TypeError as wrong:
            raise CellError("#N/A", f"Wrong number of arguments to {name}.") from wrong
    left, right = scalar(run(node[2], look)), scalar(run(node[3], look))
    return operate(node[1], left, right)


def operate(sign: str, left: Any, right: Any) -> Any:
    """One operator on two single values."""
    if sign == "&":
        return text(left) + text(right)
    if sign in ("=", "<>", "<", ">", "<=", ">="):
        a, b = _ranked(left, right)
        return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b,
                "<=": a <= b, ">=": a >= b}[sign]
    a, b = number(left), number(right)
    if sign == "/" and b == 0:
        raise CellError("#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
    try:
        return ARITHMETIC[sign](a, b)
    except (OverflowError, ZeroDivisionError) as wrong:
        raise CellError("#NUM!", "The result is not a number.") from wrong


def _ranked(left: Any, right: Any) -> tuple[Any, Any]:
    """Comparable: numbers < texts < booleans; a blank is the other's zero; case does not count."""

    def rank(value: Any, other: Any) -> tuple[int, Any]:
        if value is None:
            value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
        if isinstance(value, bool):
            return 2, value
        return (1, value.casefold()) if isinstance(value, str) else (0, value)

    return rank(left, right), rank(right, left)


def scalar(value: Any) -> Any:
    """A single value; of a range its first, when it is one cell."""
    if not isinstance(value, Area):
        found = value
    elif len(value.flat()) == 1:
        found = value.flat()[0]
    else:
        raise CellError("#VALUE!", "An array value could not be found.")
    if isinstance(found, CellError):
        raise found
    return found


def number(value: Any) -> float:
    """What arithmetic takes a value for: a blank 0, TRUE 1, text that is a number that number."""
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise CellError("#VALUE!", f"'{value}' is a text and cannot be coerced to a number."
                            ) from None
    return float(value)


def text(value: Any) -> str:
    """What `&` takes a value for."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return f"{value:.15g}"
    return str(value)


def truth(value: Any) -> bool:
    """What IF takes a value for."""
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        raise CellError("#VALUE!", f"'{value}' cannot be coerced to a boolean.")
    return bool(value)
