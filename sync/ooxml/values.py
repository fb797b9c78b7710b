"""Cell values: how they are written into a cell and read back. Text is never a formula."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from sync.ooxml.errors import BadValueError
from sync.ooxml.xml import escape

Value: TypeAlias = bool | int | float | Decimal | str | dt.date | dt.datetime | None

MAX_TEXT = 32_767
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SPECIAL = re.compile("[&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY = 86_400


class ErrorValue(str):
    """An error that a cell shows, such as #N/A."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, with its value where we know it (`value` None: Excel computes it)."""

    text: str
    value: Value = None


def escape_text(text: str) -> str:
    """Text for a `t` element: what XML cannot hold becomes _xHHHH_, as in Excel."""
    if not _SPECIAL.search(text):
        return text
    text = _LITERAL.sub("_x005F_", text)
    text = _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
    return escape(text)


def unescape_text(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def check_text(text: str) -> str:
    """Refuse text that no cell can hold."""
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAX_TEXT:
        raise BadValueError(
            f"A cell holds at most {MAX_TEXT:,} characters; this text has {len(text):,}",
            remedy="Shorten the text.",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValueError(
            "The text holds half a character (a lone surrogate)",
            ascii(text[:40]),
            "Read its source in the right encoding.",
        ) from None
    return text


def number_text(value: int | float | Decimal) -> str:
    """A number's text in the file."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadValueError(f"No cell can hold {value}", remedy="Write None for a blank.")
        return float.__repr__(value)
    if isinstance(value, Decimal):
        if not value.is_finite() or not math.isfinite(float(value)):
            raise BadValueError(f"No cell can hold {value}", remedy="Write None for a blank.")
        return str(value) if -20 < value.adjusted() < 20 else repr(float(value))
    if abs(value) >= 10**308:
        raise BadValueError("The number is too large for a cell", remedy="Write it as text.")
    return int.__repr__(value)


def serial(value: dt.date, epoch_1904: bool) -> str:
    """A date's number: days since 1900 (with Excel's 29 February 1900) or since 1904."""
    if isinstance(value, dt.datetime):
        day, clock = value.date(), value.time()
        seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
        part = (seconds + clock.microsecond / 1e6) / _DAY
    else:
        day, part = value, 0.0
    days = (day - dt.date(1904, 1, 1)).days if epoch_1904 else (day - dt.date(1899, 12, 30)).days
    if not epoch_1904 and days < 61:
        days -= 1
    if days < (0 if epoch_1904 else 1):
        raise BadValueError(
            f"Excel has no date {day.isoformat()}",
            remedy=f"Dates start in {1904 if epoch_1904 else 1900}; write it as text.",
        )
    return repr(days + part) if part else str(days)


def from_serial(number: float, epoch_1904: bool, with_time: bool) -> Value:
    """A date from its number; the number itself when it is no date."""
    days = math.floor(number)
    if not epoch_1904 and 0 < days < 61:
        days += 1
    base = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    try:
        whole = base + dt.timedelta(days=days)
        micro = round((number - math.floor(number)) * _DAY * 1e6)
        moment = whole + dt.timedelta(milliseconds=round(micro / 1000))
    except OverflowError:
        return number
    if number < 0 or (days == 0 and not epoch_1904):
        return number
    return moment if with_time or moment.time() != dt.time() else moment.date()


def text_body(text: str, prefix: str = "") -> str:
    """The inside of an inline string cell."""
    body = escape_text(check_text(text))
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<{prefix}is><{prefix}t{space}>{body}</{prefix}t></{prefix}is>"


def parts(value: Value, epoch_1904: bool, prefix: str = "") -> tuple[str, str]:
    """(type attribute, inside) of a cell that holds the value."""
    if value is None:
        return "", ""
    if isinstance(value, ErrorValue):
        return ' t="e"', f"<{prefix}v>{escape(value)}</{prefix}v>"
    if isinstance(value, str):
        return ' t="inlineStr"', text_body(value, prefix)
    if isinstance(value, bool):
        return ' t="b"', f"<{prefix}v>{int(value)}</{prefix}v>"
    if isinstance(value, (int, float, Decimal)):
        return "", f"<{prefix}v>{number_text(value)}</{prefix}v>"
    if isinstance(value, dt.date):
        return "", f"<{prefix}v>{serial(value, epoch_1904)}</{prefix}v>"
    raise BadValueError(
        f"A cell cannot hold a {type(value).__name__}",
        repr(value)[:60],
        "Give text, a number, a date, True, False or None.",
    )


def formula_parts(formula: Formula, epoch_1904: bool, prefix: str = "") -> tuple[str, str]:
    """(type attribute, inside) of a cell with a formula and, if known, its value."""
    text = formula.text.removeprefix("=")
    if not text or len(text) > 8192 or _CONTROL.search(text):
        raise BadValueError(
            "This is not a formula that a cell can hold",
            repr(text[:60]),
            "Formulas have 1 to 8,192 characters and no control characters.",
        )
    head = f"<{prefix}f>{escape(text)}</{prefix}f>"
    value = formula.value
    if isinstance(value, str) and not isinstance(value, ErrorValue):
        body = escape_text(check_text(value))
        space = ' xml:space="preserve"' if value != value.strip() else ""
        return ' t="str"', f"{head}<{prefix}v{space}>{body}</{prefix}v>"
    kind, inside = parts(value, epoch_1904, prefix)
    return kind, head + inside
