"""Watches a folder: imports what lands in it, and refills workbooks that are closed.

The folder is looked at every few seconds. Messages of the system about changed files would come
sooner, but not from network drives or folders that OneDrive syncs, and they do not say when a file
is whole: for that it must be looked at again anyway. So no library is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from macros import crash, jobs
from sync.read import files
from sync.surfaces.xlsx.file import refuse_if_open
from workbook.errors import OpsheetError, SurfaceError, UnreadableFile

EVERY = 5.0  # seconds from one look to the next
SETTLED = 4.0  # seconds that a file must have stayed as it is; less than EVERY
# What browsers, Safari's being a folder, and programs name a file that is not whole yet.
_UNFINISHED = re.compile(r"^~\$|\.(crdownload|part|partial|download|opdownload|tmp)$", re.I)

Stamp = tuple[int, int]  # size, time of change


@dataclass(frozen=True, slots=True)
class Refill:
    """A workbook that is filled whenever something was imported."""

    template: str
    path: Path


@dataclass(slots=True)
class Watch:
    """What is known of a watched folder from one look to the next.

    Args:
        folder: with all folders below it.
        context: settings, the store and the present moment, asked for at every look.
        tell: is given a line for the person.
        clock: seconds that only grow.
    """

    folder: Path
    refills: Sequence[Refill]
    context: Callable[[], jobs.Context]
    tell: Callable[[str], None]
    clock: Callable[[], float]
    failed: bool = False  # was something refused, or could not be filled?
    _seen: dict[Path, tuple[Stamp, float]] = field(default_factory=dict)
    _done: dict[Path, Stamp] = field(default_factory=dict)
    _waiting: dict[Refill, str] = field(default_factory=dict)  # and why, as told last

    @property
    def waiting(self) -> list[Refill]:
        """The workbooks that are to be filled when they are closed."""
        return list(self._waiting)

    def run(self, wait: Callable[[float], bool]) -> None:
        """Looks again and again; `wait(seconds)` says whether to stop."""
        self.look()
        while not wait(EVERY):
            self.look()

    def once(self, wait: Callable[[float], bool]) -> bool:
        """Looks twice, so that what still grows is left alone; was all done?"""
        self.look()
        wait(SETTLED)
        self.look()
        return not (self.failed or self._waiting)

    def look(self) -> None:
        """Imports what has landed and is whole; fills what is due and closed."""
        ready = list(self._ready())
        if ready and self._import(ready):
            self._waiting |= {refill: "" for refill in self.refills}
        for refill in self.waiting:
            self._fill(refill)

    # --- files that land ------------------------------------------------------------------

    def _ready(self) -> Iterator[Path]:
        """Files that nobody writes to any more and that were not imported as they are."""
        now, stamps = self.clock(), self._stamps()
        self._seen = {
            path: known if (known := self._seen.get(path)) and known[0] == stamp else (stamp, now)
            for path, stamp in stamps.items()}
        for path, (stamp, since) in self._seen.items():
            if now - since >= SETTLED and self._done.get(path) != stamp and _opens(path):
                self._done[path] = stamp
                yield path

    def _stamps(self) -> dict[Path, Stamp]:
        """The files in the folder that can be reports; the workbooks that are filled are none."""
        ours = {refill.path.resolve() for refill in self.refills}
        found: dict[Path, Stamp] = {}
        try:
            for path in files.find([self.folder]):
                below = path.relative_to(self.folder).parts
                if not any(map(_UNFINISHED.search, below)) and path.resolve() not in ours:
                    status = path.stat()
                    found[path] = status.st_size, status.st_mtime_ns
        except (OSError, UnreadableFile):  # one went, or all did; the next look sees it right
            return {path: stamp for path, (stamp, _) in self._seen.items() if path.exists()}
        return found

    def _import(self, paths: list[Path]) -> bool:
        """Imports files; did any of them change the store?"""
        changed = False
        for outcome in jobs.import_paths(self.context(), paths):
            shown = outcome.message.replace("\n", " ")
            self.tell(f"{outcome.status}  {outcome.path}" + (f": {shown}" if shown else ""))
            changed |= outcome.status in ("imported", "replaced")
            self.failed |= outcome.status == "refused"
        return changed

    # --- workbooks ------------------------------------------------------------------------

    def _fill(self, refill: Refill) -> None:
        """Fills a workbook; one that is open is tried again at the next look."""
        reason = _open(refill.path)
        if not reason:
            try:
                self._filled(refill)
            except OpsheetError as error:
                reason = _open(refill.path) if isinstance(error, SurfaceError) else ""
                if not reason:
                    self._gave_up(refill, " ".join(error.lines()))
            except Exception as error:
                log = crash.keep(error, f"watch: {refill.template} into {refill.path}")
                self._gave_up(refill, crash.told(error, log))
        if reason and self._waiting.get(refill) != reason:
            self._waiting[refill] = reason
            self.tell(f"waits  {refill.path}: {reason} It is filled when it is closed.")

    def _filled(self, refill: Refill) -> None:
        from macros import planner
        from macros.fill import Request
        from sync.surfaces.bound import made_by_opsheet

        context, path = self.context(), refill.path
        if path.exists() and not made_by_opsheet(path):
            from macros.bound import fill_bound

            receipt, _ = fill_bound(context, Request(refill.template), path)
        else:
            receipt = planner.fill_file(context, refill.template, path)
        del self._waiting[refill]
        self.tell(f"filled  {receipt.target}: {refill.template}, {receipt.cells:,} cells")
        for note in receipt.notes:
            self.tell(f"note  {note}")

    def _gave_up(self, refill: Refill, why: str) -> None:
        """Not before the next import is it tried again."""
        del self._waiting[refill]
        self.failed = True
        self.tell(f"failed  {refill.path}: {why}")


def _open(path: Path) -> str:
    """Why a workbook cannot be filled now: it is open; "" if it is not."""
    try:
        refuse_if_open(path)
    except SurfaceError as error:
        return error.what
    return ""


def _opens(path: Path) -> bool:
    """Can a file be read? On Windows one that is being written cannot."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
