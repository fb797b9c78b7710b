"""Runs one job and can end its process, as by kill -9, before or after any durable call.

    OPSHEET_FAULT_LOG=points.txt [OPSHEET_FAULT_AT=7] \\
        python -m tests.faults.runner tests.faults.jobs:import_reports STORE FILE...

Every fsync, rename and COMMIT of ours goes through `sync.store.durable`; each is a point before
and a point after. The points passed are written to the log, one a line, before anything happens;
at point number OPSHEET_FAULT_AT the process kills itself. A job is `module:function` and is called
with the other arguments.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sync.store import durable

CALLS = ("fsync", "rename", "fsync_folder", "commit")


class Points:
    """Counts the points that the process passes, and ends it at one of them."""

    def __init__(self, log: str, at: int) -> None:
        self.log, self.at, self.passed = log, at, 0

    def reached(self, name: str) -> None:
        self.passed += 1
        with open(self.log, "a", encoding="utf-8") as out:
            out.write(name + "\n")
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.reached(f"before {call.__name__}")
            result = call(*args, **kwargs)
            self.reached(f"after {call.__name__}")
            return result

        return wrapped


def main(job: str, *arguments: str) -> None:
    module, _, name = job.partition(":")
    function = getattr(importlib.import_module(module), name)
    if log := os.environ.get("OPSHEET_FAULT_LOG"):
        points = Points(log, int(os.environ.get("OPSHEET_FAULT_AT", "0")))
        for call in CALLS:
            setattr(durable, call, points.around(getattr(durable, call)))
    function(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
