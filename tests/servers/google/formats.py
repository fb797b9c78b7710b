"""How a value is shown: number, percent, currency, date and time patterns.

https://developers.google.com/workspace/sheets/api/guides/formats. Dates are days since
1899-12-30; rounding is half away from zero; month and day names are English.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]
EPOCH = dt.datetime(1899, 12, 30)
DEFAULTS = {"NUMBER": "#,##0.00", "PERCENT": "0.00%", "CURRENCY": "$#,##0.00", "TEXT": "@",
            "DATE": "m/d/yyyy", "TIME": "h:mm:ss am/pm", "DATE_TIME": "m/d/yyyy h:mm:ss",
            "SCIENTIFIC": "0.00E+00"}
DATES = ("DATE", "TIME", "DATE_TIME")
LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|'
                     r'Color\d+)\]|_(.)|\[\$([^\]-]*)[^\]]*\]', re.I)
DATE_PART = re.compile(r"am/pm|a/p|y+|m+|d+|h+|s+|\.0+|\[h+\]|\[m+\]|\[s+\]", re.I)
DECIMAL_COMMA = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr")


def default_pattern(kind: str, locale: str) -> str:
    """The pattern of a type that is given without one, in the spreadsheet's locale."""
    if kind.startswith("DATE"):
        return date_pattern(locale) + (" h:mm:ss" if kind == "DATE_TIME" else "")
    return DEFAULTS.get(kind, "General")


def date_pattern(locale: str) -> str:
    """How a date is written in a locale."""
    if locale == "en_US":
        return "m/d/yyyy"
    if locale[:2] in ("zh", "ja", "ko"):
        return "yyyy/m/d"
    return "dd.mm.yyyy" if locale[:2] == "de" else "dd/mm/yyyy"


def serial(moment: dt.date) -> float:
    """A date or time as its serial number."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    return (moment - EPOCH) / dt.timedelta(days=1)


def show(value: Any, number_format: Json | None, locale: str) -> str:
    """The text of a computed value: None, bool, number or str."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    kind = (number_format or {}).get("type", "")
    pattern = (number_format or {}).get("pattern") or default_pattern(kind, locale)
    if isinstance(value, str):
        parts = pattern.split(";")
        return _text_part(parts[3], value) if len(parts) == 4 else value
    if pattern in ("General", "@", "Automatic"):
        return _localised(general(value), locale)
    if kind in DATES or (not kind and DATE_PART.search(LITERAL.sub("", pattern))):
        return _date(value, pattern)
    return _number(value, pattern, locale)


def general(value: float) -> str:
    """A number without a format: up to ten significant digits."""
    if value and not 1e-5 <= abs(value) < 1e15:
        return f"{value:.5E}".replace("E+0", "E+").replace("E-0", "E-")
    shown = f"{Decimal(repr(float(value))):.10f}" if abs(value) < 1 else f"{value:.15g}"
    if "." in shown:
        whole = len(shown.split(".")[0].lstrip("-0"))
        shown = f"{Decimal(repr(float(value))):.{max(0, 10 - whole)}f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def _localised(shown: str, locale: str) -> str:
    if locale[:2] in DECIMAL_COMMA and locale != "es_MX":
        return shown.translate(str.maketrans(".,", ",."))
    return shown


def _text_part(part: str, value: str) -> str:
    return LITERAL.sub(lambda m: m[1] or m[2] or "", part).replace("@", value)


def _section(value: float, pattern: str) -> tuple[float, str]:
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;])+|(?<=;)(?=;|$)', pattern)
    if len(parts) == 1 or (value > 0) or (value == 0 and len(parts) < 3):
        return value, parts[0]
    return (abs(value), parts[1]) if value < 0 else (value, parts[2])


def _number(value: float, pattern: str, locale: str) -> str:
    value, part = _section(value, pattern)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        text = next((one for one in (match[1], match[2], match[4]) if one is not None), None)
        if text is None and match[0][0] == "[":
            return ""
        kept.append(" " if text is None else text)
        return chr(0xE000 + len(kept) - 1)  # a private character stands for the literal

    part = LITERAL.sub(keep, part)
    digits = re.search(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[0#?]+,*", part)
    if not digits:
        shown = part
    else:
        scaled = Decimal(repr(float(value))) * (100 if "%" in part else 1)
        power = re.match(r"E([+-])(0+)", part[digits.end():])
        if power:
            number = f"{scaled:.{len(digits[0].partition('.')[2])}E}"
            mantissa, _, exponent = number.partition("E")
            made = f"{mantissa}E{exponent[0]}{exponent[1:].zfill(len(power[2]))}"
            end = digits.end() + power.end()
        else:
            made, end = _localised(_digits(scaled, digits[0]), locale), digits.end()
        minus = "-" if made.startswith("-") else ""
        shown = minus + part[: digits.start()] + made.lstrip("-") + part[end:]
    return re.sub("[\ue000-\uefff]", lambda m: kept[ord(m[0]) - 0xE000], shown)


def _digits(value: Decimal, pattern: str) -> str:
    while pattern.endswith(","):  # "Scales the number down by thousands"
        value, pattern = value / 1000, pattern[:-1]
    whole, _, places = pattern.partition(".")
    rounded = value.quantize(Decimal(1).scaleb(-len(places)), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}" if "," in whole else f"{abs(rounded):f}"
    front, _, back = text.partition(".")
    while back and len(back) > places.count("0") and back.endswith("0"):
        back = back[:-1]
    front = "" if front == "0" and "0" not in whole else front.zfill(whole.count("0"))
    sign = "-" if rounded < 0 else ""
    return sign + front + ("." + back if places and (back or "0" in places) else "")


def _date(value: float, pattern: str) -> str:
    moment = EPOCH + dt.timedelta(seconds=round(value * 86400))
    half = re.search(r"am/pm|a/p", pattern, re.I)
    last = ""

    def part(match: re.Match[str]) -> str:
        nonlocal last
        found = match[0].lower()
        after = pattern[match.end():].lstrip(":")
        minutes = found[0] == "m" and len(found) < 3 and (
            last[:1] == "h" or bool(re.match(r"\W*s", after)))
        last = found
        return _date_text(found, moment, bool(half), minutes)

    made, at = "", 0
    for literal in LITERAL.finditer(pattern):
        made += DATE_PART.sub(part, pattern[at:literal.start()]) + (literal[1] or literal[2] or "")
        at = literal.end()
    return made + DATE_PART.sub(part, pattern[at:])


def _date_text(found: str, moment: dt.datetime, half: bool, minutes: bool) -> str:
    count = len(found)
    if found[0] == "y":
        return f"{moment.year:04}" if count > 2 else f"{moment.year % 100:02}"
    if found[0] == "m" and not minutes:
        return (str(moment.month), f"{moment.month:02}", moment.strftime("%b"),
                moment.strftime("%B"), moment.strftime("%b")[0])[min(count, 5) - 1]
    if found[0] == "d":
        return (str(moment.day), f"{moment.day:02}", moment.strftime("%a"),
                moment.strftime("%A"))[min(count, 4) - 1]
    if found in ("am/pm", "a/p"):
        return moment.strftime("%p")[: 2 if found == "am/pm" else 1]
    if found[0] == "h":
        hour = (moment.hour + 11) % 12 + 1 if half else moment.hour
        return str(hour).zfill(count)
    if found[0] in "ms":
        return str(moment.minute if minutes else moment.second).zfill(count)
    return found
