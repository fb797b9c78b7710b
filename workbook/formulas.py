"""Symbolic formulas: text with {names} that each surface renders as its own references.

Only functions that Excel 2007, LibreOffice, WPS, Google and Feishu all know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.looks import word
from workbook.model import Cell, Rule, Status, Test
from workbook.rules import HAIR


@dataclass(frozen=True, slots=True)
class Here:
    """A field of the same row."""

    field: str


@dataclass(frozen=True, slots=True)
class At:
    """A field of a row of a block."""

    block: str
    row: str
    field: str


@dataclass(frozen=True, slots=True)
class Column:
    """A whole column of a block's body."""

    block: str
    field: str


@dataclass(frozen=True, slots=True)
class Named:
    """A named cell of the workbook."""

    name: str


Ref = Here | At | Column | Named


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula and the value it has now, which is cached beside it."""

    text: str
    refs: Mapping[str, Ref]
    cell: Cell = field(default_factory=lambda: Cell(None))


def ratio(over: str, under: str, cell: Cell, before: str = "") -> Formula:
    """over / under of the same row; blank where a part is blank or the divisor is 0.

    `before` stands in front of the quotient: `1-` for a share that is the rest of another.
    """
    text = f'IF(OR({{o}}="",{{u}}="",{{u}}=0),"",{before}{{o}}/{{u}})'
    return Formula(text, {"o": Here(over), "u": Here(under)}, cell)


def relative_change(now: Ref, before: Ref, cell: Cell) -> Formula:
    """The change as a fraction of the value before."""
    return Formula('IF(OR({n}="",{p}="",{p}=0),"",({n}-{p})/{p})', {"n": now, "p": before}, cell)


def points_change(now: Ref, before: Ref, cell: Cell) -> Formula:
    """The change of a share in points."""
    return Formula('IF(OR({n}="",{p}=""),"",({n}-{p})*100)', {"n": now, "p": before}, cell)


def copy_of(ref: Ref, cell: Cell) -> Formula:
    """The value of another cell; a blank stays blank."""
    return Formula('IF({x}="","",{x})', {"x": ref}, cell)


def bound(rule: str, which: str, market: Ref | str, plus: Ref | None, cell: Cell) -> Formula:
    """A rule's target or alarm from the Rules sheet: the marketplace's own row, else the general.

    Its first fitting row counts, so the Rules sheet lists the narrower and newer rows first.
    """
    refs: dict[str, Ref] = {"col": Column("rules", which), "key": Column("rules", "key")}
    if isinstance(market, str):
        scope = f'"{rule}:{market}"'
    else:
        refs["m"] = market
        scope = f'"{rule}:"&{{m}}'
    found = (f'IFERROR(INDEX({{col}},MATCH({scope},{{key}},0)),'
             f'IFERROR(INDEX({{col}},MATCH("{rule}:",{{key}},0)),""))')
    if plus is not None:
        refs["plus"] = plus
        found = f'IF(OR({found}="",{{plus}}=""),"",{found}+{{plus}})'
    return Formula(found, refs, cell)


_SIGNS = {Test.AT_LEAST: ">=", Test.AT_MOST: "<=", Test.MORE_THAN: ">", Test.LESS_THAN: "<"}
_HAIR = f"{HAIR:.9f}"


def status(rule: Rule, value: Ref, target: Ref, alarm: Ref, lang: str, cell: Cell) -> Formula:
    """Symbol and word from the row's own value, target and alarm."""
    good, watch, bad, none = (
        word(s, lang) for s in (Status.GOOD, Status.WATCH, Status.BAD, Status.NONE)
    )
    refs = {"v": value, "t": target, "a": alarm}
    if rule.test is Test.WITHIN:
        missed = (f'IF({{v}}<0,"{watch}",IF({{a}}="","{bad}",'
                  f'IF({{v}}<={{a}}+{_HAIR},"{watch}","{bad}")))')
        inside = f'AND({{v}}<={{t}}+{_HAIR},{{v}}>=0-{{t}}-{_HAIR})'
    else:
        sign = _SIGNS[rule.test]
        missed = f'IF({{a}}="","{bad}",IF({{v}}{sign}{{a}},"{watch}","{bad}"))'
        inside = f"{{v}}{sign}{{t}}"
    # AND computes all its arguments, so blanks are told apart before it.
    text = f'IF(OR({{v}}="",{{t}}=""),"{none}",IF({inside},"{good}",{missed}))'
    return Formula(text, refs, cell)


def sign_of(test: Test) -> str:
    """The sign a person reads: ≥, ≤, >, <, ±."""
    if test is Test.WITHIN:
        return "±"
    return {"<=": "≤", ">=": "≥"}.get(_SIGNS[test], _SIGNS[test])
