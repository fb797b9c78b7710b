"""Values as Google holds them, and back; dates are days since 1899-12-30."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from workbook.model import Value

Json = dict[str, Any]
LONGEST = 50_000  # characters of a cell
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = dt.timedelta(days=1)


class Unknown(Exception):
    """An error or a formula without a result: it says nothing of what was typed."""


def entered(value: Value) -> Json:
    """A value as `userEnteredValue`; {} for none. Text stays text, whatever it begins with."""
    if value is None or value == "":
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value[:LONGEST]}
    if isinstance(value, dt.date):
        return {"numberValue": serial(value)}
    number = float(value)
    return {"numberValue": int(number) if number.is_integer() and abs(number) < 1e15 else number}


def serial(moment: dt.date) -> float:
    """2026-11-15 is 46341."""
    if not isinstance(moment, dt.datetime):
        return (moment - _EPOCH.date()).days
    return (moment.replace(tzinfo=None) - _EPOCH) / _DAY


def typed(cell: Json) -> Value:
    """What a person typed, in our types.

    Raises:
        Unknown: an error, or a formula without a value.
    """
    held = cell.get("userEnteredValue", {})
    if "formulaValue" in held:
        held = cell.get("effectiveValue", {})
        if not held or "errorValue" in held:
            raise Unknown
    if "errorValue" in held:
        raise Unknown
    if "numberValue" in held:
        kind = cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type", "")
        return _number(held["numberValue"], kind)
    found: Value = held.get("stringValue", held.get("boolValue"))
    return None if found == "" else found


def _number(number: float, kind: str) -> Value:
    if kind in ("DATE", "DATE_TIME", "TIME"):
        moment = _EPOCH + dt.timedelta(seconds=round(number * 86_400))
        return moment.date() if moment.time() == dt.time() else moment
    return int(number) if float(number).is_integer() else Decimal(repr(number))


def same(one: Json, other: Json) -> bool:
    """Do two cells hold the same? Google may write a formula's quotes and spaces its own way."""
    a, b = one or {}, other or {}
    if "formulaValue" in a and "formulaValue" in b:
        return _plain(a["formulaValue"]) == _plain(b["formulaValue"])
    if "numberValue" in a and "numberValue" in b:
        one_number, number = float(a["numberValue"]), float(b["numberValue"])
        return abs(one_number - number) <= 1e-12 * abs(one_number)
    return (a or {"stringValue": ""}) == (b or {"stringValue": ""})


def _plain(formula: str) -> str:
    return re.sub(r"[\s']", "", formula).upper()


_KINDS: dict[str, Any] = {
    "date": lambda v: v if isinstance(v, dt.date) else dt.date.fromisoformat(str(v)[:10]),
    "datetime": lambda v: v if isinstance(v, dt.datetime) else (
        dt.datetime.combine(v, dt.time()) if isinstance(v, dt.date)
        else dt.datetime.fromisoformat(str(v))),
    "int": lambda v: int(float(v)), "Decimal": lambda v: Decimal(str(v)), "str": str,
    "bool": lambda v: v if isinstance(v, bool) else str(v).lower() == "true",
}


def of_kind(kind: str, value: Value) -> Value:
    """A value of the Left over tab as the type that it says there."""
    try:
        made: Value = _KINDS.get(kind, str)(value)
    except (ValueError, ArithmeticError):  # a person wrote something else there
        return value
    return made
