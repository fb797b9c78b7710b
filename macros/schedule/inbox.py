"""The inbox: folders whose new files are imported before a refresh."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from macros import jobs
from macros.jobs import Context

TOLD = 5  # refused files that a run's notes name
SETTLED = 5.0  # seconds since a file last changed: it is not being downloaded any more
AGAIN = 3600.0  # seconds before a refused file is tried again: the store may have been busy


@dataclass
class Inbox:
    """Each file is imported once; one that was refused is tried again each hour.

    `settled`: seconds that a file must have been left alone, or it is taken the next time.
    """

    settled: float = SETTLED
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _refusals: dict[Path, float] = field(default_factory=dict)  # file -> when to try it again
    _told: set[str] = field(default_factory=set)
    _imported: list[str] = field(default_factory=list)
    _refused: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, context: Context) -> tuple[str, ...]:
        """Imports what is new, and keeps what came of it for the log of the next run.

        Returns a note for each file that was refused, once.
        """
        with self._lock:
            folders = [folder for folder in context.settings.inbox if folder.is_dir()]
            new = dict(self._new(folders))
            refused, notes = set[str](), list[str]()
            for one in jobs.import_paths(context, list(new)) if new else ():
                name = re.split(r"[/\\]", one.path)[-1]
                if one.status in ("imported", "replaced"):
                    self._imported.append(name)
                elif one.status == "refused":
                    refused.add(one.path)
                    notes.append(f"Not imported: {name}: {one.message.splitlines()[0]}")
            notes = [note for note in notes if note not in self._told]
            self._told.update(notes)
            self._refused += notes
            for path, mark in new.items():
                self._seen[path] = mark
                self._refusals.pop(path, None)
                if any(shown == str(path) or shown.startswith(f"{path}/") for shown in refused):
                    self._refusals[path] = time.monotonic() + AGAIN
            return tuple(notes)

    def try_again(self) -> None:
        """The settings have changed: what was refused may fit now."""
        with self._lock:
            self._refusals = dict.fromkeys(self._refusals, 0.0)

    def drained(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The files that brought something since the last time, and notes of those refused."""
        with self._lock:
            imported, refused = tuple(self._imported), list(self._refused)
            self._imported.clear()
            self._refused.clear()
        if len(refused) > TOLD:
            refused[TOLD:] = [f"… and {len(refused) - TOLD} more files were not imported."]
        return imported, tuple(refused)

    def _new(self, folders: list[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
        from sync.read import files

        now = time.time()
        for path in files.find(folders):
            try:
                stat = path.stat()
            except OSError:
                continue  # gone again
            mark = (stat.st_mtime_ns, stat.st_size)
            if 0 <= now - stat.st_mtime < self.settled:
                continue
            if self._seen.get(path) != mark or self._refusals.get(
                    path, float("inf")) <= time.monotonic():
                yield path, mark
