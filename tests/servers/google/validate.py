"""Fits JSON to the schemas of the discovery document, in both directions.

Requests: what Google's JSON parser says of unknown names, wrong types and unknown enum values.
Answers: the same rules, and a violation is a fault of this server.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .discovery import COMMON, Method, document
from .errors import bad_fields

Violations = list[tuple[str, str]]
INT32 = 2**31


class ServerFault(AssertionError):
    """This server answered with something that Google's schema does not allow."""


def request(schema: str, body: Any, api: str = "sheets.v4") -> Any:
    """The body as the schema reads it: no nulls, numbers in text as numbers. 400 if it cannot."""
    wrong: Violations = []
    if not isinstance(body, dict):
        raise bad_fields([("", "Invalid JSON payload received. Root element must be a message.")])
    # Google names the body of a values method `data`.
    root = "data" if schema == "ValueRange" else ""
    fitted = _message(schema, body, root, wrong, api, strict=False)
    if wrong:
        raise bad_fields(wrong)
    return fitted


def answer(schema: str, body: Any, api: str = "sheets.v4") -> None:
    """Raises ServerFault when an answer does not conform."""
    wrong: Violations = []
    _message(schema, body, "", wrong, api, strict=True)
    if wrong:
        raise ServerFault(f"{schema}: " + "; ".join(text for _, text in wrong))


def parameters(method: Method, query: dict[str, list[str]]) -> dict[str, Any]:
    """The query's parameters by their declared type. 400 for unknown names and values."""
    wrong: Violations = []
    fitted: dict[str, Any] = {}
    for name, texts in query.items():
        declared = method.parameters.get(name)
        if declared is None:
            if name not in COMMON:
                wrong.append(("", f'Invalid JSON payload received. Unknown name "{name}": Cannot '
                              f"bind query parameter. Field '{name}' could not be found in request "
                              "message."))
            elif name == "fields":
                fitted[name] = texts[-1]
            continue
        values = [_parameter(declared, text, name, wrong) for text in texts]
        fitted[name] = values if declared.get("repeated") else values[-1]
    if wrong:
        raise bad_fields(wrong)
    return fitted


def _parameter(declared: dict[str, Any], text: str, name: str, wrong: Violations) -> Any:
    if declared["type"] == "boolean":
        if text.lower() not in ("true", "false", "1", "0"):
            wrong.append((name, f"Invalid value at '{snake(name)}' (TYPE_BOOL), \"{text}\""))
        return text.lower() in ("true", "1")
    if declared["type"] == "integer":
        return _scalar(declared, text, name, wrong, strict=False)
    if "enum" in declared and text not in declared["enum"]:
        wrong.append((name, f"Invalid value at '{snake(name)}', \"{text}\""))
    return text


def snake(path: str) -> str:
    """`updateCells.start` as Google writes it in messages: `update_cells.start`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), path)


def _message(schema: str, body: Any, path: str, wrong: Violations, api: str, strict: bool) -> Any:
    if not isinstance(body, dict):
        wrong.append((snake(path), f"Invalid value at '{snake(path)}' ({schema}), {_json(body)}"))
        return {}
    known = document(api)["schemas"][schema].get("properties", {})
    fitted = {}
    for name, value in body.items():
        below = f"{path}.{name}" if path else name
        if name not in known:
            where = f" at '{snake(path)}'" if path else ""
            wrong.append((snake(path), f'Invalid JSON payload received. Unknown name "{name}"'
                          f"{where}: Cannot find field."))
        elif value is not None or strict:
            fitted[name] = _value(known[name], value, below, wrong, api, strict)
    return fitted


def _value(declared: Any, value: Any, path: str, wrong: Violations, api: str, strict: bool) -> Any:
    if "$ref" in declared:
        return _message(declared["$ref"], value, path, wrong, api, strict)
    if declared["type"] == "array":
        if not isinstance(value, list):
            name = "type.googleapis.com/google.protobuf.ListValue"
            text = f"Invalid value at '{snake(path)}' ({name}), {_json(value)}"
            wrong.append((snake(path), text))
            return []
        return [_value(declared["items"], one, f"{path}[{at}]", wrong, api, strict)
                for at, one in enumerate(value)]
    if declared["type"] == "object":
        of = declared.get("additionalProperties")
        if not isinstance(value, dict):
            wrong.append((snake(path), f"Invalid value at '{snake(path)}' (map), {_json(value)}"))
            return {}
        return {key: _value(of, one, f"{path}.{key}", wrong, api, strict) if of else one
                for key, one in value.items()}
    if declared["type"] == "any":
        return value
    return _scalar(declared, value, path, wrong, strict)


def _scalar(declared: Any, value: Any, path: str, wrong: Violations, strict: bool) -> Any:
    kind = declared["type"]
    fits, name = False, f"TYPE_{kind.upper()}"
    if kind == "boolean":
        fits, name = isinstance(value, bool), "TYPE_BOOL"
    elif kind in ("integer", "number"):
        name = "TYPE_INT32" if kind == "integer" else "TYPE_DOUBLE"
        value, fits = _number(value, kind == "integer", strict)
    elif kind == "string":
        fits = isinstance(value, str)
        if fits and "enum" in declared:
            fits, name = value in declared["enum"], "enum"
        elif fits and declared.get("format") == "int64":
            fits, name = bool(re.fullmatch(r"-?\d+", value)), "TYPE_INT64"
    if not fits:
        wrong.append((snake(path), f"Invalid value at '{snake(path)}' ({name}), {_json(value)}"))
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any, whole: bool, strict: bool) -> tuple[Any, bool]:
    if isinstance(value, str) and not strict:  # proto3 JSON: a number may stand in text
        try:
            value = float(value)
        except ValueError:
            return value, False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value, False
    if value != value or value in (float("inf"), float("-inf")):
        return value, False
    if not whole:
        return value, True
    if value != int(value) or not -INT32 <= value < INT32:
        return value, False
    return int(value), True
