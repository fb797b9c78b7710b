"""A small spreadsheet: computes a plan's symbolic formulas from its cells, apart from our code.

Knows what the plan's formulas use and nothing more, with Excel's meaning of blanks and errors.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from workbook.formulas import At, Column, Formula, Here, Named
from workbook.model import Cell
from workbook.plan import Plan

TOKEN = re.compile(
    r'\s*("(?:[^"]|"")*"|\{[a-z_]+\}|[A-Z]+(?=\()|\d+(?:\.\d+)?|<>|<=|>=|[-+*/&=<>(),])'
)
FUNCTIONS = {"IF", "OR", "AND", "IFERROR", "INDEX", "MATCH", "SUM", "COUNT", "SUMIF", "NA"}
Node = tuple[Any, ...]


class ExcelError(Exception):
    """#DIV/0!, #N/A and the like."""


def parse(text: str) -> Node:
    """The formula as a tree."""
    tokens, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, f"cannot read {text[at:]!r}"
        tokens.append(match[1])
        at = match.end()
    tree, rest = _compare(tokens)
    assert not rest, rest
    return tree


@cache
def _parsed(text: str) -> Node:
    return parse(text)


def _chain(
    tokens: list[str], signs: set[str], below: Callable[[list[str]], tuple[Node, list[str]]]
) -> tuple[Node, list[str]]:
    left, rest = below(tokens)
    while rest and rest[0] in signs:
        right, after = below(rest[1:])
        left, rest = (rest[0], left, right), after
    return left, rest


def _compare(tokens: list[str]) -> tuple[Node, list[str]]:
    return _chain(tokens, {"=", "<>", "<", ">", "<=", ">="}, _join)


def _join(tokens: list[str]) -> tuple[Node, list[str]]:
    return _chain(tokens, {"&"}, _sum)


def _sum(tokens: list[str]) -> tuple[Node, list[str]]:
    return _chain(tokens, {"+", "-"}, _product)


def _product(tokens: list[str]) -> tuple[Node, list[str]]:
    return _chain(tokens, {"*", "/"}, _atom)


def _atom(tokens: list[str]) -> tuple[Node, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        inside, rest = _compare(rest)
        assert rest[0] == ")"
        return inside, rest[1:]
    if first.startswith('"'):
        return ("value", first[1:-1].replace('""', '"')), rest
    if first.startswith("{"):
        return ("ref", first[1:-1]), rest
    if first[0].isdigit():
        return ("value", float(first)), rest
    assert first in FUNCTIONS, first
    arguments: list[Node] = []
    rest = rest[1:] if rest[1] == ")" else rest  # NA() has none
    while rest[0] != ")":
        found, rest = _compare(rest[1:])
        arguments.append(found)
    return ("call", first, arguments), rest[1:]


def plain(value: Any) -> Any:
    """A cell's value as a spreadsheet holds it."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, dt.date):
        return float(value.toordinal())
    return float(value)


def run(node: Node, look: Callable[[str], Any]) -> Any:
    """The value of a tree; `look` gives what a name in braces stands for."""
    kind = node[0]
    if kind == "value":
        return node[1]
    if kind == "ref":
        return look(node[1])
    if kind == "call":
        return _call(node[1], node[2], look)
    left, right = run(node[1], look), run(node[2], look)
    if kind == "&":
        return _text(left) + _text(right)
    if kind in "+-*/":
        a, b = _number(left), _number(right)
        if kind == "/":
            if b == 0:
                raise ExcelError("#DIV/0!")
            return a / b
        return {"+": a + b, "-": a - b, "*": a * b}[kind]
    return _compared(kind, left, right)


def _call(name: str, given: list[Node], look: Callable[[str], Any]) -> Any:
    if name == "IF":
        return run(given[1] if run(given[0], look) else given[2], look)
    if name == "IFERROR":
        try:
            return run(given[0], look)
        except ExcelError:
            return run(given[1], look)
    values = [run(one, look) for one in given]  # OR and AND compute all their arguments
    if name in ("OR", "AND"):
        return (any if name == "OR" else all)(bool(v) for v in values)
    if name in ("SUM", "COUNT"):  # of references: texts are passed over
        numbers = [v for v in values if isinstance(v, float)]
        return float(sum(numbers) if name == "SUM" else len(numbers))
    if name == "SUMIF":
        return float(sum(v for at, v in zip(values[0], values[2], strict=True)
                         if at == values[1] and isinstance(v, float)))
    if name == "NA":
        raise ExcelError("#N/A")
    if name == "MATCH":
        assert values[2] == 0
        if values[0] not in values[1]:
            raise ExcelError("#N/A")
        return values[1].index(values[0]) + 1
    return values[0][int(values[1]) - 1]  # INDEX


def _compared(sign: str, left: Any, right: Any) -> bool:
    if left is None:
        left = "" if isinstance(right, str) else 0.0
    if right is None:
        right = "" if isinstance(left, str) else 0.0
    # A text is greater than any number.
    a, b = ((isinstance(v, str), v) for v in (left, right))
    if a[0] != b[0]:
        a, b = (a[0], 0), (b[0], 0)
    return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> float:
    if isinstance(value, str):
        raise ExcelError("#VALUE!")
    return float(value or 0)


class Sheet:
    """A plan whose formulas are computed from its plain cells; `changed` puts values over some."""

    def __init__(
        self, plan: Plan, changed: Mapping[tuple[str, str, str], Any] | None = None
    ) -> None:
        self._cells = {(b, r, f): cell for b, r, f, cell in plan.cells()} | {
            at: Cell(value) for at, value in (changed or {}).items()
        }
        self._rows = {p.id: [r.key for r in p.rows] for tab in plan.tabs for p in tab.blocks}
        self._names = plan.names
        self._known: dict[tuple[str, str, str], Any] = {}

    def value(self, block: str, row: str, field: str) -> Any:
        """The computed value of a cell; raises ExcelError where Excel shows an error."""
        at = (block, row, field)
        if at not in self._known:
            cell = self._cells.get(at, Cell(None))
            self._known[at] = (
                self._run(cell, block, row) if isinstance(cell, Formula) else plain(cell.value)
            )
        if isinstance(self._known[at], ExcelError):
            raise self._known[at]
        return self._known[at]

    def _run(self, cell: Formula, block: str, row: str) -> Any:
        """The formula's value, 0 for a blank that it refers to, or its error."""
        try:
            found = run(_parsed(cell.text), lambda name: self._look(cell, block, row, name))
        except ExcelError as error:
            return error
        return 0.0 if found is None else found

    def _look(self, formula: Formula, block: str, row: str, name: str) -> Any:
        match formula.refs[name]:
            case Here(field):
                return self.value(block, row, field)
            case At(other, key, field):
                return self.value(other, key, field)
            case Column(other, field):
                return [self.value(other, key, field) for key in self._rows[other]]
            case Named(known):
                return plain(self._names[known])


def same(computed: Any, cached: Any) -> bool:
    """Does a computed value equal the cached one? An empty text is a blank."""
    cached = plain(cached)
    if isinstance(computed, float) and isinstance(cached, float):
        return abs(computed - cached) <= 1e-9 * max(1.0, abs(cached))
    return (computed if computed is not None else "") == (cached if cached is not None else "")


def differences(plan: Plan) -> list[str]:
    """Every formula whose computed value is not the one cached beside it."""
    sheet = Sheet(plan)

    def value(b: str, r: str, f: str) -> Any:
        try:
            return sheet.value(b, r, f)
        except ExcelError as error:
            return str(error)

    return [
        f"{b}/{r}/{f}: {cell.text} is {value(b, r, f)!r}, cached {cell.cell.value!r}"
        for b, r, f, cell in plan.cells()
        if isinstance(cell, Formula) and not same(value(b, r, f), cell.cell.value)
    ]



