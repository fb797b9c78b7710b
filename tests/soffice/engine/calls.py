"""What the engine is asked, in order; and the errors that Excel's COM interface gives.

Every public method and property of a class derived from `Recorded` notes its call when it is
entered from outside the engine, and fails when Excel is said to be in edit mode.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Known without asking Excel, or only a way to something else: not noted.
SILENT = {"api", "engine", "app", "apps", "book", "books", "sheets", "sheet", "parent", "range",
          "cells", "coords", "row", "column", "shape", "label", "keys",
          "pid"}
# Of the methods that are called: those that change something.
CHANGING = {"activate", "add", "add_custom", "add_hyperlink", "add_note", "alert", "autofit",
            "calculate", "clear", "clear_contents", "clear_formats", "close", "copy", "delete",
            "freeze_at", "insert", "merge", "move", "open", "quit", "resize", "save", "select",
            "set", "set_list", "set_rule", "set_source_data", "set_x_axis_values", "sort",
            "unfreeze", "unmerge"}
BUSY = -2147418111  # RPC_E_CALL_REJECTED
FAILED = -2147352567  # DISP_E_EXCEPTION
ERROR_1004 = -2146827284


class ComError(Exception):
    """Looks like `pywintypes.com_error`: (hresult, text, exception info, argument)."""

    def __init__(
        self, hresult: int, strerror: str, excepinfo: tuple[Any, ...] | None = None
    ) -> None:
        super().__init__(hresult, strerror, excepinfo, None)
        self.hresult, self.strerror, self.excepinfo = hresult, strerror, excepinfo
        self.argerror = None


def failed(text: str) -> ComError:
    """Error 1004, with the sentence that Excel says."""
    return ComError(FAILED, "Exception occurred.",
                    (0, "Microsoft Excel", text, "xlmain11.chm", 0, ERROR_1004))


def protected() -> ComError:
    return failed("The cell or chart you're trying to change is on a protected sheet. To make a "
                  "change, unprotect the sheet. You might be requested to enter a password.")


@dataclass(frozen=True)
class Call:
    """One call: `Call("[Book1]Ads!$A$2:$A$9", "number_format", ("@",), "set")`."""

    target: str
    method: str
    arguments: tuple[Any, ...]
    kind: str  # get, set, call

    @property
    def changes(self) -> bool:
        return self.kind == "set" or (self.kind == "call" and self.method in CHANGING)


@dataclass
class Recorder:
    """The calls of this process, and whether a cell is being edited."""

    calls: list[Call] = field(default_factory=list)
    edit_mode: bool = False
    depth: int = 0

    def note(self, target: Any, method: str, arguments: tuple[Any, ...], kind: str) -> None:
        if self.edit_mode and method not in {"api", "engine"}:
            raise ComError(BUSY, "Call was rejected by callee.")
        if method not in SILENT:
            self.calls.append(Call(target.label, method, arguments, kind))


RECORDER = Recorder()


class Recorded:
    """Notes what is asked of it. A subclass says in `label` what it is."""

    @property
    def label(self) -> str:
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, found in list(vars(cls).items()):
            if (name.startswith("_") and name != "__call__") or name == "label":
                continue
            if isinstance(found, property):
                setattr(cls, name, property(
                    found.fget and _noted(name, found.fget, "get"),
                    found.fset and _noted(name, found.fset, "set"),
                ))
            elif callable(found) and not isinstance(found, type | staticmethod):
                setattr(cls, name, _noted(name, found, "call"))


def _noted(name: str, inner: Callable[..., Any], kind: str) -> Callable[..., Any]:
    @functools.wraps(inner)
    def outer(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.depth == 0 and name != "__call__":
            RECORDER.note(self, name, (*arguments, *named.values()), kind)
        RECORDER.depth += 1
        try:
            return inner(self, *arguments, **named)
        finally:
            RECORDER.depth -= 1

    return outer


class NoApi:
    """Stands where `.api` would be: true, as xlwings asks of it, and good for nothing else."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f".api.{name}: only the public interface of xlwings is to be used")
