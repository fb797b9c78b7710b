"""Requests about conditional formats and the basic filter."""

from __future__ import annotations

import re
from typing import Any

from .a1 import grid_range
from .errors import invalid
from .grid import Book, Sheet
from .requests_cells import checked

Json = dict[str, Any]
ALLOWED = {"textFormat", "backgroundColorStyle"}
ALLOWED_TEXT = {"bold", "italic", "strikethrough", "foregroundColorStyle", "underline"}
COUNTS = {"NUMBER_BETWEEN": 2, "NUMBER_NOT_BETWEEN": 2, "BLANK": 0, "NOT_BLANK": 0}


def _check(book: Book, rule: Json) -> Sheet:
    """The one sheet of a rule. 400 for what a rule cannot be."""
    ranges = rule.get("ranges", [])
    if not ranges:
        raise invalid("Rule must have at least one range.")
    if len({r.get("sheetId", 0) for r in ranges}) > 1:
        raise invalid("All the ranges must be on the same grid.")
    sheet = book.sheet(ranges[0].get("sheetId", 0))
    for one in ranges:
        checked(sheet, one)
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise invalid("Exactly one of booleanRule and gradientRule must be set.")
    if "booleanRule" in rule:
        _check_boolean(rule["booleanRule"])
    return sheet


def _check_boolean(rule: Json) -> None:
    """"Conditional formatting can only apply a subset of formatting"; a formula may not name
    another sheet: "Conditional format rule cannot reference a different sheet"."""
    condition = rule.get("condition", {})
    kind, values = condition.get("type"), condition.get("values", [])
    if not kind:
        raise invalid("ConditionType must be set.")
    wanted = COUNTS.get(kind, 1)
    if (len(values) != wanted and not kind.endswith("BETWEEN")) or (
            kind.endswith("BETWEEN") and len(values) != 2):
        raise invalid(f"ConditionValue list must have {wanted} values for {kind}.")
    for value in values:
        text = value.get("userEnteredValue", "")
        if kind == "CUSTOM_FORMULA" and text[:1] not in ("=", "+"):
            raise invalid(f"Invalid ConditionValue.userEnteredValue: {text}")
        if text[:1] == "=" and "!" in re.sub(r'"[^"]*"', "", text):
            raise invalid("Conditional format rule cannot reference a different sheet.")
    look = rule.get("format", {})
    if look.keys() - ALLOWED or look.get("textFormat", {}).keys() - ALLOWED_TEXT:
        raise invalid("Invalid conditional format: only bold, italic, underline, strikethrough, "
                      "foreground and background color are supported.")


def add_rule(book: Book, request: Json, who: str) -> None:
    """"Adds a new conditional format rule at the given index. All subsequent rules' indexes are
    incremented." """
    rule = request.get("rule", {})
    sheet = _check(book, rule)
    at = request.get("index", 0)
    if not 0 <= at <= len(sheet.rules):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {at}")
    sheet.rules.insert(at, rule)


def _rule_at(sheet: Sheet, at: int) -> Json:
    if not 0 <= at < len(sheet.rules):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {at}")
    return sheet.rules[at]


def update_rule(book: Book, request: Json, who: str) -> Json:
    """"replaced or moved": a rule replaces, `newIndex` moves."""
    at = request.get("index", 0)
    if ("rule" in request) == ("newIndex" in request):
        raise invalid("Exactly one of rule and newIndex must be set.")
    if "rule" in request:
        sheet = _check(book, request["rule"])
        old = _rule_at(sheet, at)
        sheet.rules[at] = request["rule"]
        return {"oldRule": old, "newRule": request["rule"], "newIndex": at}
    sheet = book.sheet(request.get("sheetId", 0))
    moved, to = _rule_at(sheet, at), request["newIndex"]
    _rule_at(sheet, to)
    sheet.rules.insert(to, sheet.rules.pop(at))
    return {"newRule": moved, "oldIndex": at, "newIndex": to}


def delete_rule(book: Book, request: Json, who: str) -> Json:
    """"All subsequent rules' indexes are decremented." """
    sheet = book.sheet(request.get("sheetId", 0))
    rule = _rule_at(sheet, request.get("index", 0))
    del sheet.rules[request.get("index", 0)]
    return {"rule": rule}


def set_filter(book: Book, request: Json, who: str) -> None:
    given = request.get("filter", {})
    sheet = book.sheet(given.get("range", {}).get("sheetId", 0))
    where = checked(sheet, given.get("range", {}))
    sheet.filter = given | {"range": grid_range(sheet.id, where)}


def clear_filter(book: Book, request: Json, who: str) -> None:
    book.sheet(request.get("sheetId", 0)).filter = None


HANDLERS = {
    "addConditionalFormatRule": add_rule, "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule, "setBasicFilter": set_filter,
    "clearBasicFilter": clear_filter,
}
