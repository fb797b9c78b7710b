"""The functions that the evaluator knows: https://support.google.com/docs/table/25273."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from .evaluate import Area, CellError, Node, number, scalar, text, truth

Run = Callable[[Node], Any]


def _if(given: tuple[Node, ...], run: Run) -> Any:
    if len(given) not in (2, 3):
        raise CellError("#N/A", "Wrong number of arguments to IF.")
    if truth(scalar(run(given[0]))):
        return scalar(run(given[1]))
    return scalar(run(given[2])) if len(given) == 3 else False


def _iferror(given: tuple[Node, ...], run: Run) -> Any:
    try:
        return scalar(run(given[0]))
    except CellError:
        return scalar(run(given[1])) if len(given) > 1 else None


def _ifna(given: tuple[Node, ...], run: Run) -> Any:
    try:
        return scalar(run(given[0]))
    except CellError as error:
        if error.shown != "#N/A":
            raise
        return scalar(run(given[1])) if len(given) > 1 else None


def _iserror(given: tuple[Node, ...], run: Run) -> Any:
    try:
        scalar(run(given[0]))
    except CellError:
        return True
    return False


LAZY: dict[str, Callable[[tuple[Node, ...], Run], Any]] = {
    "IF": _if, "IFERROR": _iferror, "IFNA": _ifna, "ISERROR": _iserror}


def _each(given: tuple[Any, ...]) -> Iterator[tuple[Any, bool]]:
    """(value, does it stand in a range) of all arguments; an error in any is the result."""
    for one in given:
        for value in one.flat() if isinstance(one, Area) else [one]:
            if isinstance(value, CellError):
                raise value
            yield value, isinstance(one, Area)


def _numbers(*given: Any) -> list[float]:
    """Texts, booleans and blanks of a range do not count."""
    return [number(value) for value, ranged in _each(given)
            if not ranged or (isinstance(value, int | float) and not isinstance(value, bool))]


def _average(*given: Any) -> float:
    found = _numbers(*given)
    if not found:
        raise CellError("#DIV/0!", "Evaluation of function AVERAGE caused a divide by zero error.")
    return sum(found) / len(found)


def _truths(*given: Any) -> list[bool]:
    return [truth(value) for value, ranged in _each(given)
            if not ranged or not (value is None or isinstance(value, str))]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a.casefold() == b.casefold()
    return a is not None and b is not None and isinstance(a, str | bool) == isinstance(
        b, str | bool) and a == b


def _match(key: Any, among: Any, kind: Any = 1) -> float:
    key, kind = scalar(key), number(scalar(kind))
    values = among.flat() if isinstance(among, Area) else [among]
    best = None
    for at, value in enumerate(values):
        if isinstance(value, CellError) or value is None:
            continue
        if kind == 0 and _same(value, key):
            return float(at + 1)
        if kind and isinstance(value, str) == isinstance(key, str):
            if (value <= key) if kind > 0 else (value >= key):
                best = float(at + 1)
            else:
                break
    if best is None:
        raise CellError("#N/A", f"Did not find value '{text(key)}' in MATCH evaluation.")
    return best


def _index(area: Any, row: Any = 0, column: Any = 0) -> Any:
    rows = area.rows if isinstance(area, Area) else ((area,),)
    r, c = int(number(scalar(row))), int(number(scalar(column)))
    if len(rows) == 1 and r > 1 and not c:
        r, c = 1, r
    if r > len(rows) or c > len(rows[0]) or r < 0 or c < 0:
        raise CellError("#REF!", "Function INDEX parameter is out of range.")
    chosen = rows if r == 0 else (rows[r - 1],)
    return Area(tuple(one if c == 0 else (one[c - 1],) for one in chosen))


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le,
    ">=": operator.ge}


def _meets(value: Any, test: Any) -> bool:
    """A criterion of SUMIF: a value, or a text with <, >, =, <>, * and ?."""
    sign, rest = "=", test
    if isinstance(test, str):
        match = re.match(r"<>|<=|>=|[<>=]", test)
        if match:
            sign, rest = match[0], test[match.end():]
        try:
            rest = float(rest)
        except ValueError:
            pattern = re.escape(rest).replace(r"\*", ".*").replace(r"\?", ".")
            like = bool(re.fullmatch(pattern, text(value), re.I | re.S))
            return like if sign == "=" else not like if sign == "<>" else False
    if not isinstance(value, int | float) or isinstance(value, bool) != isinstance(rest, bool):
        return sign == "<>"
    return bool(COMPARE[sign](value, rest))


def _chosen(values: Area, tests: tuple[Any, ...]) -> list[Any]:
    keep = [True] * len(values.flat())
    for among, test in zip(tests[::2], tests[1::2], strict=True):
        for at, value in enumerate(among.flat()):
            keep[at] = keep[at] and not isinstance(value, CellError) and _meets(value, scalar(test))
    return [value for value, kept in zip(values.flat(), keep, strict=True) if kept]


def _sumif(among: Area, test: Any, values: Area | None = None) -> float:
    return sum(_numbers(Area((tuple(_chosen(values or among, (among, test))),))))


def _round(value: Any, places: Any = 0) -> float:
    scale = 10.0 ** int(number(scalar(places)))
    found = number(scalar(value)) * scale
    return float(int(found + (0.5 if found >= 0 else -0.5))) / scale


def _vlookup(key: Any, area: Area, column: Any, ordered: Any = True) -> Any:
    first = Area(tuple((row[0],) for row in area.rows))
    at = _match(key, first, 1 if truth(scalar(ordered)) else 0)
    return _index(area, at, column)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ABS": lambda v: abs(number(scalar(v))),
    "AND": lambda *v: all(_truths(*v)),
    "AVERAGE": _average,
    "COUNT": lambda *v: float(len(_numbers(*v))),
    "COUNTA": lambda *v: float(sum(value is not None for value, _ in _each(v))),
    "COUNTIF": lambda among, test: float(len(_chosen(among, (among, test)))),
    "INDEX": _index,
    "ISBLANK": lambda v: scalar(v) is None,
    "ISNUMBER": lambda v: isinstance(scalar(v), float | int) and not isinstance(scalar(v), bool),
    "LEN": lambda v: float(len(text(scalar(v)))),
    "MATCH": _match,
    "MAX": lambda *v: max(_numbers(*v), default=0.0),
    "MIN": lambda *v: min(_numbers(*v), default=0.0),
    "NA": lambda: (_ for _ in ()).throw(CellError("#N/A", "Error value")),
    "NOT": lambda v: not truth(scalar(v)),
    "OR": lambda *v: any(_truths(*v)),
    "ROUND": _round,
    # A small chart in the cell: it has no value.
    "SPARKLINE": lambda *_: None,
    "SUM": lambda *v: sum(_numbers(*v)),
    "SUMIF": _sumif,
    "SUMIFS": lambda values, *tests: sum(_numbers(Area((tuple(_chosen(values, tests)),)))),
    # Google: "Removes leading, trailing, and repeated spaces in text."
    "TRIM": lambda v: " ".join(part for part in text(scalar(v)).split(" ") if part),
    "VLOOKUP": _vlookup,
}
