"""What Excel (English, United States) makes of a text that is entered into a cell. No LibreOffice.

    entered("00123") -> Entry(123.0)      entered("3-4") -> Entry(<4 March>, "d-mmm")
    entered("1E5") -> Entry(100000.0, "0.00E+00")     entered("=A1+1") -> a formula

Through COM `Range.Value` and `Range.Formula` read texts as if a person had typed them. Only a cell
formatted as text ("@") beforehand keeps them. Written from Microsoft's support pages on automatic
conversion; kinds that no sheet of ours meets (fractions, times before noon, other currencies) are
texts here.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?(?P<money>\$)?(?P<digits>(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)"
    r"(?P<power>[eE][+-]?\d+)?(?P<share>%)?(?P<close>\))?"
)
YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})(?:[-/](\d{4}|\d{2}))?")
NAMED_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})(?:[- ](\d{4}|\d{2}))?")
MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})[- ](\d{1,4})")
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
ERRORS = {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"}
EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Entry:
    """A value; the number format that a General cell gets; or a formula."""

    value: str | float | bool | None
    format: str = ""
    formula: bool = False


def entered(text: str) -> Entry:
    """The cell's content after `text` is entered into a cell that is not formatted as text."""
    if text.startswith("'"):
        return Entry(text[1:])
    if text.startswith("=") and len(text) > 1:
        return Entry(text, formula=True)
    bare = text.strip(" ")
    if bare.upper() in {"TRUE", "FALSE"}:
        return Entry(bare.upper() == "TRUE")
    if bare.upper() in ERRORS:
        return Entry("=" + bare.upper(), formula=True)
    found = _number(bare) or _date(bare) or _clock(bare)
    if found:
        return found
    if text[:1] in {"+", "-", "@"} and len(text) > 1:
        return Entry("=" + text.removeprefix("@"), formula=True)
    return Entry(text)


def _number(text: str) -> Entry | None:
    match = NUMBER.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    if match["open"] and match["sign"]:
        return None
    digits = match["digits"].replace(",", "")
    value = float(digits + (match["power"] or ""))
    if match["sign"] == "-" or match["open"]:
        value = -value
    decimals = ".00" if "." in digits else ""
    if match["share"]:
        return Entry(value / 100, "0" + decimals + "%")
    if match["power"]:
        return Entry(value, "0.00E+00")
    if match["money"]:
        return Entry(value, "$#,##0" + decimals)
    return Entry(value, "#,##0" + decimals if "," in match["digits"] else "")


def _date(text: str) -> Entry | None:
    this_year = dt.date.today().year
    if match := YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), "m/d/yyyy")
    if match := MONTH_FIRST.fullmatch(text):
        if match[3]:
            return _day(_year(match[3]), int(match[1]), int(match[2]), "m/d/yyyy")
        day = _day(this_year, int(match[1]), int(match[2]), "d-mmm")
        return day or _day(_year(match[2].zfill(2)), int(match[1]), 1, "mmm-yy")
    if (match := NAMED_MONTH.fullmatch(text)) and match[2].lower() in MONTHS:
        year = _year(match[3]) if match[3] else this_year
        form = "d-mmm-yy" if match[3] else "d-mmm"
        return _day(year, MONTHS[match[2].lower()], int(match[1]), form)
    if (match := MONTH_NAMED.fullmatch(text)) and match[1].lower() in MONTHS:
        month, number = MONTHS[match[1].lower()], match[2]
        day = _day(this_year, month, int(number), "d-mmm") if len(number) < 3 else None
        return day or _day(_year(number.zfill(2)), month, 1, "mmm-yy")
    return None


def _clock(text: str) -> Entry | None:
    match = CLOCK.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    form = "[h]:mm:ss" if hours > 23 else "h:mm:ss" if match[3] else "h:mm"
    return Entry((hours * 3600 + minutes * 60 + seconds) / 86400, form)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 30 else 1900)


def _day(year: int, month: int, day: int, form: str) -> Entry | None:
    try:
        return Entry(float((dt.date(year, month, day) - EPOCH).days), form)
    except ValueError:
        return None
