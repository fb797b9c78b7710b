"""Runs xlwings' own server of cell functions as Windows would, with COM's modules replaced.

    python tests/macros/windows_udfs.py < calls.json > answer.json

The calls: [[function, [arguments]]] as Excel hands them over, {"date": "2026-11-10"} for a date
and {"missing": true} for one that is left out. The answer: {"vba": what xlwings generates,
"results": a rectangle of values for each call}.
"""

import asyncio  # noqa: F401  (before the platform is another)
import concurrent.futures  # noqa: F401
import ctypes
import datetime as dt
import io
import json
import subprocess  # noqa: F401
import sys
import types
from typing import Any
from unittest.mock import MagicMock

import duckdb  # noqa: F401
import pandas  # noqa: F401

MISSING = -2147352572  # what COM gives for an argument that is left out
MODULES = (
    "pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process",
    "win32timezone", "win32com", "win32com.client", "win32com.server", "win32com.server.util",
    "win32com.server.dispatcher", "win32com.server.policy",
)


class ComTime(dt.datetime):
    """A date as COM hands it over."""


def simulate_windows() -> Any:
    """Imports xlwings as on Windows and returns its module of cell functions."""
    sys.modules |= {name: MagicMock() for name in MODULES}
    fake: Any = sys.modules
    fake["pythoncom"].__file__ = "pythoncom"
    fake["pywintypes"].TimeType = ComTime
    fake["pywintypes"].com_error = type("com_error", (Exception,), {})
    fake["win32timezone"].TimeZoneInfo.utc = lambda: dt.UTC
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(fake["win32com.client"], name, type(name, (), {}))
    for name in ("windll", "oledll", "PyDLL"):
        setattr(ctypes, name, MagicMock())
    own, sys.platform = sys.platform, "win32"
    try:
        from xlwings import udfs  # type: ignore[attr-defined,unused-ignore]
    finally:
        sys.platform = own
    return udfs


def argument(value: Any) -> Any:
    if isinstance(value, dict):
        return MISSING if "missing" in value else ComTime.fromisoformat(value["date"])
    return value


def main() -> None:
    calls = json.load(sys.stdin)
    udfs = simulate_windows()
    from macros import functions

    vba = io.StringIO()
    udfs.generate_vba_wrapper("macros.functions", functions, vba,
                              types.SimpleNamespace(Name="planner.xlsm"))
    results = [udfs.call_udf("macros.functions", name, tuple(map(argument, arguments)), None,
                             MagicMock()) for name, arguments in calls]
    json.dump({"vba": vba.getvalue(), "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
