"""One Google spreadsheet: what people typed is read, then the spreadsheet is filled in one write.

A refresh is one read and one write; of unchanged numbers one read. Cells of people are written
only where the plan knows more than the sheet. The answer to the write shows where rows stood at
that very moment: if people moved them meanwhile, the refresh reads again and puts it right.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.surfaces import Receipt
from sync.surfaces.google import big, button, requests, snapshot
from sync.surfaces.google.api import Api, Moved
from sync.surfaces.google.canvas import MARK
from sync.surfaces.google.compose import FAILED, compose
from sync.surfaces.google.credentials import Login, login, refuse_id
from sync.surfaces.google.found import BEFORE, MASK, Book, Tab, image_of, parse, state_of
from sync.surfaces.google.quota import Limiter
from sync.surfaces.google.wanted import STATUS
from sync.surfaces.google.work import (
    ANSWER,
    Memory,
    Work,
    before_id,
    landed,
    ranges_of,
    remember,
    typed_cells,
)
from workbook.errors import OpsheetError, SurfaceError
from workbook.plan import Plan, State
from workbook.template import Block, Input

Json = dict[str, Any]
REDONE = 3  # how often a write is done again when rows moved
_log = logging.getLogger("opsheet.google")


class GoogleSheet:
    """A spreadsheet that a person made and shared with the credentials' address.

    Args:
        spreadsheet_id: as its address has it.
        blocks: the blocks whose typed cells are to be read, by id.
        who: the session; by default the credentials that `credentials.login` finds.
        limiter: shared by all sheets of a process.
        keep: the folder for snapshots of what was typed.
        timeout: seconds to connect and to wait for an answer.
    """

    def __init__(
        self, spreadsheet_id: str, blocks: Mapping[str, Block], *, who: Login | None = None,
        limiter: Limiter | None = None, keep: Path | None = None,
        timeout: tuple[float, float] | None = None,
    ) -> None:
        self.id = refuse_id(spreadsheet_id)
        self._blocks, self._keep = blocks, keep or snapshot.folder()
        more = {"timeout": timeout} if timeout else {}
        self.api = Api(self.id, who or login(), limiter, **more)
        self._book: Book | None = None
        self._state = State()

    @property
    def target(self) -> str:
        return f"google:{self.id}"

    def read(self) -> State:
        """What people typed; empty where Opsheet has not filled it yet.

        Raises:
            SurfaceError: not shared, not there, or Google does not answer.
        """
        self.api.start()
        self._book = self._fresh()[0]
        self._state = state_of(self._book, self._blocks, self.target)
        if self._book.meta:
            self._state.said_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return self._state

    def apply(self, plan: Plan) -> Receipt:
        """Writes what differs from the plan; nothing where nothing does.

        Raises:
            SurfaceError: Google refuses or does not answer, or people keep moving rows; the
                status cell says so where it can be written.
        """
        if self._book is None:
            self.read()
        book, self._book = self._book, None
        assert book is not None
        snapshot.keep(self._keep, self.id, self._state)
        try:
            cells, notes = self._refresh(plan, book)
        except SurfaceError as error:
            self.tell(error)
            raise
        many = len(plan.unplaced)
        if many:
            notes.insert(0, f"{many} typed cells have lost their row and stand on the Left over "
                            "tab.")
        return Receipt(self.target, cells, tuple(notes))

    # --- one refresh ----------------------------------------------------------------------

    def _refresh(self, plan: Plan, book: Book) -> tuple[int, list[str]]:
        memory = Memory(typed_cells(book, self._inputs(plan)))
        wrote, images = False, set[int]()
        problem = SurfaceError("People keep moving rows while they are filled.", self.target,
                               "Nothing that they typed is lost; run the fill again later.")
        for turn in range(REDONE + 1):
            work = compose(plan, book, memory)
            if not work.changed:
                break
            parts, answer, right = big.split(work.requests, work.room), None, False
            try:
                answer = self._write(work, parts)
                wrote = True
                images |= {one.sheet_id for one in work.typing}
                right = answer is not None and landed(work, answer)
                if right and not parts.raw:
                    break
                _log.info("%s: rows are looked at again, turn %s", self.id, turn + 1)
            except Moved as error:
                work = Work(wrote=parts.held if parts.sent else {})
                problem = error.args[0]
            seen = book
            book, raw = self._fresh()
            if right and big.stood(parts.held, book):
                break
            found = {id: image for id in images
                     if (image := image_of(answer or raw, before_id(id))) is not None}
            remember(work, memory, found, seen, book)
            if images:
                self._forget(book.meta, images)
                images = set()
                book.titles = {id: t for id, t in book.titles.items() if not t.startswith(BEFORE)}
        else:
            raise problem
        if images:
            self._forget(work.meta, images)
        return (sum(1 for _ in plan.cells()) if wrote else 0), []

    def _fresh(self) -> tuple[Book, Json]:
        answer = self.api.read(MASK)
        return parse(answer, MARK), answer

    def _write(self, work: Work, parts: big.Split) -> Json | None:
        """One write, or as many as the cells need; the last one shows where rows stand."""
        *first, last = requests.parts(parts.rest)
        if parts.room:
            self.api.write(parts.room, work.before, [], ANSWER)
        for values in parts.raw:
            parts.sent = True
            self.api.values(values)
        for part in first:
            self.api.write(part, work.before, [], ANSWER)
        work.meta["number"] = work.before.get("number", 0)
        return self.api.write(last, work.meta, ranges_of(work), ANSWER)

    def _inputs(self, plan: Plan) -> dict[str, frozenset[str]]:
        return {planned.id: frozenset(item.name for item in planned.block.fields
                                      if isinstance(item, Input))
                for tab in plan.tabs for planned in tab.blocks}

    def _forget(self, meta: Json, images: set[int]) -> None:
        """Deletes the copies of tabs that stood for the moment before a write."""
        with contextlib.suppress(Moved):
            self.api.write([{"deleteSheet": {"sheetId": before_id(id)}} for id in images],
                           meta, [], ANSWER)

    def tell(self, error: OpsheetError) -> None:
        """Says in the sheet that it is not fresh, if it can be said, and takes a tick away."""
        _log.warning("%s: %s", self.id, error)
        with contextlib.suppress(SurfaceError, Moved):
            self.api.briefly()
            book = self._fresh()[0]
            spot = status_spot(book)
            if spot is not None:
                tab, row, column = spot
                text = f"{FAILED}{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC · {error.what}"
                cell: Json = {"userEnteredValue": {"stringValue": text}}
                cells = {(row, column): cell}
                if button.is_ticked(tab):
                    cells[button.BOX] = {"userEnteredValue": {"boolValue": False}}
                self.api.write(list(requests.update_cells(
                    tab.sheet_id, cells, "userEnteredValue")), book.meta, [], ANSWER)


def status_spot(book: Book) -> tuple[Tab, int, int] | None:
    """The status cell: under the heading of the first tab."""
    first = next((book.tabs[id] for id in book.meta.get("tabs", {}) if id in book.tabs), None)
    if first is None:
        return None
    table = next(iter(first.tables.values()), None)
    if table is None:
        return first, *STATUS
    row = table.header - 1
    return (first, row, min(c for c in table.columns.values() if c)) if row >= 0 else None
