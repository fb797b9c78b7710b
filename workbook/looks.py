"""How cells look, for every surface: colours, number formats, symbols (design: docs/looks)."""

from __future__ import annotations

import re

from workbook.model import State, Status, Unit

ACCENT = "1F4E79"
GREY = "6B7280"
RULE = "D9DDE3"
INPUT_FILL, INPUT_EDGE = "FFFBE6", "E0C97F"
STATUS_COLOURS = {  # text on fill
    Status.GOOD: ("1B7F4B", "E6F4EC"),
    Status.WATCH: ("9A5B00", "FFF4DF"),
    Status.BAD: ("B3261E", "FCE8E6"),
    Status.NONE: (GREY, "FFFFFF"),
}
SYMBOLS = {Status.GOOD: "●", Status.WATCH: "▲", Status.BAD: "■", Status.NONE: "–"}
WORDS = {
    Status.BAD: ("■ bad", "■ 异常"),
    Status.WATCH: ("▲ watch", "▲ 关注"),
    Status.GOOD: ("● good", "● 正常"),
    Status.NONE: ("–", "–"),
}
FONTS = {"en": ("Calibri", 11), "zh": ("Microsoft YaHei", 10)}

_CURRENCY = {
    "USD": ("$", 2), "CAD": ("CA$", 2), "MXN": ("MX$", 2), "GBP": ("£", 2), "EUR": ("€", 2),
    "INR": ("₹", 2), "JPY": ("¥", 0), "AUD": ("A$", 2), "SGD": ("S$", 2), "BRL": ("R$", 2),
}


def word(state: Status, lang: str) -> str:
    """Symbol and word of a status: never colour alone."""
    return WORDS[state][lang == "zh"]


def money_format(currency: str | None) -> str:
    """No decimals from 1,000 on, negative with a minus; the currency is shown with the number."""
    sign, digits = _CURRENCY.get(currency or "", (f"{currency} " if currency else "", 2))
    small = "0." + "0" * digits if digits else "0"
    mark = f'"{sign}"' if sign else ""
    return f"[>=1000]{mark}#,##0;[<=-1000]-{mark}#,##0;{mark}{small}" if digits else f"{mark}#,##0"


def number_format(unit: Unit | None, currency: str | None = None) -> str:
    """The format of a plain value."""
    return {
        Unit.COUNT: "#,##0", Unit.SHARE: "0.0%", Unit.RATIO: "0.00", Unit.DAYS: "0",
        Unit.NUMBER: "#,##0.0", Unit.MONEY: money_format(currency), Unit.ROW: "General", None: "@",
    }[unit]


def worded(words: str, code: str) -> str:
    """A number format with words before the number: in each section, behind its condition.

    `[>=1000]"$"#,##0;0.00` -> `[>=1000]"Target ≥ $"#,##0;"Target ≥ "0.00`
    """
    sections = re.findall(r'((?:\[[^\]]*\])?)((?:"[^"]*"|[^;"])+)', code)
    said = ";".join(f'{condition}"{words}"{rest}' for condition, rest in sections)
    return said.replace('""', "")


def change_format(unit: Unit) -> str:
    """Arrow, sign and unit of a change: points for shares, percent for the rest."""
    body = '0.0" pp"' if unit is Unit.SHARE else "0.0%"
    return f"▲ +{body};▼ -{body};{body}"


def unsettled(state: State) -> bool:
    """Is the value shown in italics with a dotted line, because it may still change?"""
    return state in (State.SETTLING, State.PARTIAL)
