"""Google's quotas, used fully and never passed: one limiter for all sheets of a process.

Reads and writes count apart: 60 a minute for a user, 300 for a project; about one write a second
for a spreadsheet (developers.google.com/workspace/sheets/api/limits).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

PER_USER, PER_PROJECT = 60, 300
# A little over a minute: calls may come closer to each other than they were sent.
WINDOW, BETWEEN_WRITES = 61.0, 1.0


class Clock(Protocol):
    """Seconds that only go forward, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    """The time of this machine."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Limiter:
    """Lets a call go when no window of a minute would hold more than the quota."""

    clock: Clock = field(default_factory=RealClock)
    per_user: int = PER_USER
    per_project: int = PER_PROJECT
    _gone: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _written: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acquire(self, kind: str, user: str, project: str, spreadsheet: str = "") -> None:
        """Waits until a `read` or `write` may be sent, and counts it."""
        while (wait := self._take(kind, user, project, spreadsheet)) > 0:
            self.clock.sleep(wait)

    def _take(self, kind: str, user: str, project: str, spreadsheet: str) -> float:
        with self._lock:
            now, free = self.clock.now(), 0.0
            counted = []
            for name, limit in ((f"{project} {user}", self.per_user), (project, self.per_project)):
                gone = self._gone.setdefault((kind, name), deque())
                while gone and gone[0] <= now - WINDOW:
                    gone.popleft()
                if len(gone) >= limit:
                    free = max(free, gone[0] + WINDOW - now)
                counted.append(gone)
            if kind == "write" and spreadsheet in self._written:
                free = max(free, self._written[spreadsheet] + BETWEEN_WRITES - now)
            if free > 0:
                return free
            for gone in counted:
                gone.append(now)
            if kind == "write":
                self._written[spreadsheet] = now
            return 0.0


SHARED = Limiter()
