"""The server's time: real, or standing still until a test advances it."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970. With `start` it stands still; `advance` moves either kind."""

    def __init__(self, start: float | None = None) -> None:
        self._start, self._ahead = start, 0.0

    def now(self) -> float:
        return (time.time() if self._start is None else self._start) + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
