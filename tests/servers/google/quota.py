"""Quotas a minute, and the log of every request.

https://developers.google.com/workspace/sheets/api/limits: 300 read and 300 write requests per
minute per project, 60 and 60 per minute per user per project; above that 429. "Every request,
including batch, counts as one." Google refills "every minute"; here no 60 seconds ever hold more
than the limit, so who keeps to it here keeps to it wherever the minutes begin.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from .clock import Clock
from .errors import quota_exceeded

MINUTE = 60.0


@dataclass
class Quota:
    """Counts requests; `per_user` and `per_project` can be changed by a test, None is no limit."""

    clock: Clock
    per_user: int | None = 60
    per_project: int | None = 300
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, kind: str, user: str, project: str) -> None:
        """Counts one request. 429 when a quota is used up; a refused request does not count."""
        with self._lock:
            now = self.clock.now()
            counted = []
            for name, limit, per_user in ((f"{user} {project}", self.per_user, True),
                                          (project, self.per_project, False)):
                times = self._seen.setdefault((kind, name), deque())
                while times and times[0] <= now - MINUTE:
                    times.popleft()
                if limit is not None and len(times) >= limit:
                    raise quota_exceeded(kind, limit, per_user, project)
                counted.append(times)
            for times in counted:
                times.append(now)


@dataclass
class Call:
    """One request as it was answered."""

    at: float  # the server's clock
    verb: str
    path: str
    method: str = ""  # the id of the API's method; `token` for the token address
    kind: str = ""  # Read, Write, or nothing where no quota counts
    who: str = ""
    project: str = ""
    spreadsheet: str = ""
    status: int = 0  # 0: the connection was closed without an answer
    sent: int = 0  # bytes of the request's body as it came (gzip counts as it is)
    answered: int = 0  # bytes of the answer's body as it went
    fault: str = ""


class Log(list[Call]):
    """All requests in the order in which they were answered."""

    def calls(self, kind: str | None = None, method: str | None = None,
              who: str | None = None, status: int | None = None) -> list[Call]:
        """Those of a kind (Read, Write), a method's id (its end is enough), a user, a status."""
        return [c for c in list(self)
                if kind in (None, c.kind) and (method is None or c.method.endswith(method))
                and who in (None, c.who) and status in (None, c.status)]

    def number(self, kind: str | None = None, method: str | None = None,
              who: str | None = None, status: int | None = None) -> int:
        return len(self.calls(kind, method, who, status))


def peak(calls: Iterable[Call], seconds: float = MINUTE) -> int:
    """The most requests in any window of so many seconds that were not refused with 429."""
    times = sorted(c.at for c in calls if c.status != 429)
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
