"""Google's discovery documents: which methods there are, and the schema of everything they carry.

They ship in google-api-python-client (googleapiclient/discovery_cache/documents).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient.discovery_cache  # type: ignore[import-untyped]

FOLDER = Path(googleapiclient.discovery_cache.__file__).parent / "documents"
# Every method takes these: https://cloud.google.com/apis/docs/system-parameters
COMMON = {"fields", "alt", "prettyPrint", "key", "quotaUser", "access_token", "$.xgafv"}


@cache
def document(name: str) -> dict[str, Any]:
    """A discovery document: `sheets.v4` or `drive.v3`."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


@dataclass(frozen=True)
class Method:
    """One method of the API."""

    id: str  # sheets.spreadsheets.values.get
    verb: str
    pattern: re.Pattern[str]
    parameters: dict[str, Any]
    request: str | None  # the schema's name
    response: str
    scopes: frozenset[str]

    @property
    def kind(self) -> str:
        """Which quota it counts against: Read for what a read-only scope allows, else Write."""
        reads = self.verb == "GET" or self.id.endswith(("ByDataFilter", ".search"))
        return "Read" if reads and "Update" not in self.id and "Clear" not in self.id else "Write"


@cache
def methods(name: str) -> tuple[Method, ...]:
    """All methods of a document, the more specific paths first."""
    found: list[Method] = []

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            path = method.get("flatPath", method["path"])
            if name == "drive.v3":
                path = "drive/v3/" + path
            parts = re.split(r"\{\+?(\w+)\}", path)
            pattern = "".join(f"(?P<{part}>[^/]+?)" if at % 2 else re.escape(part)
                              for at, part in enumerate(parts))
            found.append(Method(
                method["id"], method["httpMethod"], re.compile(pattern),
                method.get("parameters", {}), method.get("request", {}).get("$ref"),
                method.get("response", {}).get("$ref", ""), frozenset(method.get("scopes", ()))))
        for below in resource.get("resources", {}).values():
            walk(below)

    walk(document(name))
    return tuple(sorted(found, key=lambda m: -len(re.sub(r"\(.*?\)", "", m.pattern.pattern))))


def route(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that a path means and the parameters in it."""
    for name in ("sheets.v4", "drive.v3"):
        for method in methods(name):
            match = method.verb == verb and method.pattern.fullmatch(path.lstrip("/"))
            if match:
                return method, {key: unquote(text) for key, text in match.groupdict().items()}
    return None
