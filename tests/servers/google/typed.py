"""What a cell holds after a person, or USER_ENTERED, typed a text into it.

ValueInputOption: RAW "will not be parsed and will be stored as-is"; USER_ENTERED "parsed as if the
user typed them into the UI. Numbers will stay as numbers, but strings may be converted to numbers,
dates, etc. following the same rules that are applied when entering text into a cell".
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from .formats import DECIMAL_COMMA, date_pattern, serial

Json = dict[str, Any]
MONTHS = {name.lower(): at for at, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}
NUMBER = re.compile(r"([-+]?)([$€£¥￥]?)\s*([-+]?)(\d{1,3}(?:,\d{3})+|\d+|)(\.\d*)?"
                    r"(?:[eE]([-+]?\d+))?\s*(%?)")
TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([AaPp])[Mm])?")


def typed(text: str, locale: str, is_text: bool = False) -> tuple[Json | None, Json | None]:
    """(userEnteredValue or None for a blank, the number format that goes with it or None)."""
    if text == "":
        return None, None
    if text[0] == "'":
        return {"stringValue": text[1:]}, None
    if is_text:
        return {"stringValue": text}, None
    if text[0] == "=" and len(text) > 1:
        return {"formulaValue": text}, None
    plain = text.strip()
    if plain.upper() in ("TRUE", "FALSE"):
        return {"boolValue": plain.upper() == "TRUE"}, None
    return (_number(plain, locale) or _moment(plain, locale)
            or ({"stringValue": text}, None))


def _number(text: str, locale: str) -> tuple[Json, Json | None] | None:
    if locale[:2] in DECIMAL_COMMA:
        text = text.translate(str.maketrans(".,", ",."))
    match = NUMBER.fullmatch(text)
    if not match or not (match[4] or (match[5] or "") > "."):
        return None
    places = len(match[5] or "") > 1
    value = float(match[1] + match[4].replace(",", "") + (match[5] or "")
                  + ("e" + match[6] if match[6] else ""))
    if match[3] == "-":
        value = -value
    if match[7]:
        return {"numberValue": value / 100}, {
            "type": "PERCENT", "pattern": "0.00%" if places else "0%"}
    if match[2]:
        return {"numberValue": value}, {
            "type": "CURRENCY", "pattern": '"' + match[2] + '"#,##0' + (".00" if places else "")}
    if match[6]:
        return {"numberValue": value}, {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in match[4]:
        return {"numberValue": value}, {
            "type": "NUMBER", "pattern": "#,##0" + (".00" if places else "")}
    return {"numberValue": value}, None


def _moment(text: str, locale: str) -> tuple[Json, Json | None] | None:
    day_text, _, time_text = text.partition(" ")
    time = _time(text)
    if time is not None:
        return {"numberValue": time}, {"type": "TIME", "pattern": "h:mm:ss"}
    whole = _date(text, locale)
    if whole:
        return {"numberValue": serial(whole[0])}, {"type": "DATE", "pattern": whole[1]}
    day, time = _date(day_text, locale), _time(time_text)
    if day and time is not None:
        return {"numberValue": serial(day[0]) + time}, {
            "type": "DATE_TIME", "pattern": day[1] + " h:mm:ss"}
    return None


def _time(text: str) -> float | None:
    match = TIME.fullmatch(text)
    if not match:
        return None
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    if hour > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    return (hour * 3600 + int(match[2]) * 60 + int(match[3] or 0)) / 86400


def _date(text: str, locale: str) -> tuple[dt.date, str] | None:
    """The day and the pattern that shows it as it was typed."""
    for pattern, order, shown in (
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", "ymd",
         "yyyy-mm-dd" if "-" in text else "yyyy/m/d"),
        (r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})",
         "mdy" if locale == "en_US" else "dmy", date_pattern(locale)),
        (r"([A-Za-z]{3})[a-z]* (\d{1,2}),? (\d{4})", "mdy", "mmm d, yyyy"),
        (r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4})", "dmy", "d-mmm-yyyy"),
        (r"(\d{4})年(\d{1,2})月(\d{1,2})日", "ymd", 'yyyy"年"m"月"d"日"'),
    ):
        match = re.fullmatch(pattern, text)
        if not match:
            continue
        found = dict(zip(order, match.groups(), strict=True))
        month = MONTHS.get(found["m"].lower(), 0) if found["m"].isalpha() else int(found["m"])
        try:
            return dt.date(int(found["y"]), month, int(found["d"])), shown
        except ValueError:
            return None
    return None
