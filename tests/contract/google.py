"""The Google surface on a local server, and a person who works in the spreadsheet."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sync.surfaces.google import GoogleSheet
from sync.surfaces.google.canvas import MARK
from sync.surfaces.google.credentials import ENDPOINT_VARIABLE, Login, login
from sync.surfaces.google.found import MASK, Book, parse
from sync.surfaces.google.quota import Limiter
from sync.surfaces.google.values import entered
from tests.servers.google import Clock, GoogleServer, masks
from tests.servers.google.render import book_json
from workbook.template import Block

SEEN = masks.parse(MASK.replace("effectiveFormat(", "userEnteredFormat,effectiveFormat("))


class TestClock(Clock):
    """The server's clock; who waits lets its time pass at once."""

    __test__ = False

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)


class GooglePerson:
    """Types into and sorts one spreadsheet, by block, row key and field."""

    def __init__(self, server: GoogleServer, id: str) -> None:
        self.server, self.id = server, id
        self.hands = server.person(id)

    def book(self) -> Book:
        """The spreadsheet as it stands now."""
        with self.server.lock:
            return parse(book_json(self.server.books[self.id], "owner@example.com", grid=True,
                                   tree=SEEN), MARK)

    def type_in(self, block: str, row: str, field: str, value: Any) -> None:
        """Types; a date gets the format of a date, as the program does."""
        tab, table = self.book().tables[block]
        cell: dict[str, Any] = {"userEnteredValue": entered(value)}
        fields = "userEnteredValue"
        if isinstance(value, dt.date):
            kind = "DATE_TIME" if isinstance(value, dt.datetime) else "DATE"
            cell["userEnteredFormat"] = {"numberFormat": {"type": kind}}
            fields += ",userEnteredFormat.numberFormat"
        elif not isinstance(value, str | None):
            fields += ",userEnteredFormat.numberFormat"
        at = {"sheetId": tab.sheet_id, "rowIndex": table.rows[row],
              "columnIndex": table.columns[field]}
        self.hands.do({"updateCells": {"start": at, "fields": fields,
                                       "rows": [{"values": [cell]}]}})

    def reverse(self, block: str) -> None:
        self.sort(block, "", descending=True)

    def sort(self, block: str, field: str, *, descending: bool = False) -> None:
        """Sorts the rows of a table by a column."""
        tab, table = self.book().tables[block]
        if not table.rows:
            return
        order = "DESCENDING" if descending else "ASCENDING"
        self.hands.do({"sortRange": {
            "range": {"sheetId": tab.sheet_id, "startRowIndex": table.header + 1,
                      "endRowIndex": table.end, "startColumnIndex": 0,
                      "endColumnIndex": tab.size[1]},
            "sortSpecs": [{"dimensionIndex": table.columns[field], "sortOrder": order}]}})


class Desk:
    """A server with one spreadsheet that is shared with a service account."""

    def __init__(
        self, server: GoogleServer, clock: TestClock, folder: Path, limiter: Limiter | None = None
    ) -> None:
        self.server, self.clock, self.folder = server, clock, folder
        key = folder / "key.json"
        account = server.service_account(key)
        self.email = account.email
        self.id = server.spreadsheet("Plan", share=(account.email,))
        self.login: Login = login(key, {ENDPOINT_VARIABLE: server.url})
        self.limiter = limiter or Limiter(clock)
        self.person = GooglePerson(server, self.id)

    def open(self, blocks: Mapping[str, Block], **more: Any) -> GoogleSheet:
        assert not self.server.violations, self.server.violations
        return GoogleSheet(self.id, blocks, who=self.login, limiter=self.limiter,
                           keep=self.folder / "kept", **more)


@cache
def _server() -> tuple[GoogleServer, TestClock, Limiter]:
    """One server for all benches of a run; it ends with the process."""
    clock = TestClock(1_800_000_000)
    return GoogleServer(clock).start(), clock, Limiter(clock)


def google_bench(
    folder: Path, blocks: Mapping[str, Block]
) -> tuple[Callable[[], GoogleSheet], GooglePerson]:
    """What opens a new spreadsheet, and a person who works on it."""
    server, clock, limiter = _server()
    made = Desk(server, clock, folder, limiter)
    return lambda: made.open(blocks), made.person


@contextmanager
def desk(folder: Path | None = None) -> Iterator[Desk]:
    """A desk with a running server."""
    clock = TestClock(1_800_000_000)
    with tempfile.TemporaryDirectory() as name, GoogleServer(clock) as server:
        yield Desk(server, clock, folder or Path(name))
