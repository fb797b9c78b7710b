"""Faults on command: what goes wrong, on which request, before or after it took effect."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import (
    BAD_GATEWAY,
    GoogleError,
    no_permission,
    quota_exceeded,
    unauthenticated,
    unavailable,
)


@dataclass
class Fault:
    """One thing that goes wrong.

    `what`: a status (401, 403, 429, 500, 503, 504, or 502, which is an HTML page), "close" (the
    connection is closed without an answer), "truncate" (half of the answer, then closed), "hang"
    (the answer comes after `seconds`), or "act" (only `act` is called, as a person would step in).
    `applied`: the request takes effect first. `on`: a pattern searched in "VERB /path"; the token
    address is "POST /token". `skip` matching requests pass, then `times` (None: all) are struck,
    each with `chance`.
    """

    what: int | str
    on: str = "/v4/"
    applied: bool = False
    skip: int = 0
    times: int | None = 1
    chance: float = 1.0
    seconds: float = 0.0
    act: Callable[[], object] | None = None
    struck: int = 0

    @property
    def name(self) -> str:
        return str(self.what) + (" after it was applied" if self.applied else "")


@dataclass
class Faults:
    """The faults that are set. `seed` makes chances repeat."""

    seed: int = 0
    _set: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, what: int | str, **details: object) -> Fault:
        """Sets a fault; see Fault for the details."""
        fault = Fault(what, **details)  # type: ignore[arg-type]
        self._set.append(fault)
        return fault

    def clear(self) -> None:
        self._set.clear()

    def strike(self, line: str) -> tuple[list[Fault], Fault | None]:
        """(those that only step in or delay, the one that decides the answer) for a request."""
        asides: list[Fault] = []
        with self._lock:
            for fault in self._set:
                if not re.search(fault.on, line) or fault.times == fault.struck:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if self._random.random() >= fault.chance:
                    continue
                fault.struck += 1
                if fault.what not in ("act", "hang"):
                    return asides, fault
                asides.append(fault)
        return asides, None


def answer(fault: Fault, project: str) -> tuple[int, str, bytes]:
    """(status, content type, body) of a fault that is a status."""
    status = int(fault.what)
    if status == 502:
        return 502, "text/html; charset=UTF-8", BAD_GATEWAY.encode()
    known: dict[int, Callable[[], GoogleError]] = {
        401: unauthenticated, 503: unavailable,
        403: no_permission,
        429: lambda: quota_exceeded("Read", 60, True, project),
        500: lambda: GoogleError(500, "Internal error encountered."),
        504: lambda: GoogleError(504, "The request timed out."),
    }
    error = known[status]() if status in known else GoogleError(status, "A fault on command.")
    return status, "application/json; charset=UTF-8", json.dumps(error.body()).encode()
