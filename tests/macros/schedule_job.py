"""A schedule process for `test_schedule_process`: due every few seconds, targets that only note.

    python tests/macros/schedule_job.py FOLDER SECONDS_BETWEEN SECONDS_OF_A_FILL
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from macros.jobs import Context
from macros.schedule.destinations import Destination
from macros.schedule.refresh import Filled
from macros.schedule.run import Runner, run
from macros.schedule.when import When
from macros.settings import Settings
from sync.surfaces import Receipt


def main(folder: Path, between: int, lasting: float) -> None:
    notes = folder / "notes.txt"

    def note(text: str) -> None:
        with notes.open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def fill(_: Context, one: Destination, template: str, target: str) -> Filled:
        note(f"begin {one.name}")
        time.sleep(lasting)
        note(f"end {one.name}")
        return Filled(Receipt(target, 1))

    said = {name: {"template": "daily_check", "to": f"{name}.xlsx", "when": "* * * * *"}
            for name in ("a", "b")}
    settings = Settings(store_path=folder / "s.duckdb", destinations=said)
    runner = Runner(lambda: settings, lambda name, text: note(f"said {name} {text}"), fill)
    often = When("fast", f"*/{between} * * * * *", "UTC")  # with seconds: only for this test
    runner._destinations = tuple(replace(one, when=often) for one in runner._destinations)
    run(runner, every=0.3)
    note("stopped")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
