"""Many sheets through the real surface: the quota is used fully, never passed."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pytest

from sync.surfaces.google import GoogleSheet
from sync.surfaces.google.credentials import ENDPOINT_VARIABLE, login
from sync.surfaces.google.quota import PER_PROJECT, PER_USER, Limiter
from tests.contract.google import TestClock
from tests.contract.small import WEEK
from tests.servers.google import GoogleServer, peak
from workbook.answer import Group
from workbook.model import Cell, Label
from workbook.plan import Plan, PlannedTab, State
from workbook.planning import Planner
from workbook.rows import Row
from workbook.template import Block, Dim, Grain, Input, Kind, Tab, Template

ONE = Block("one", Kind.TABLE, Label("One", "一"), fields=(
    Dim("name", Label("Name", "品名")), Input("note", Label("Note", "备注"))))
TINY = Template("tiny", Label("Tiny", "极小"), Grain.WEEK, (Tab("one", ONE.label, (ONE,)),))


def tiny_plan(state: State) -> Plan:
    """One row."""
    row = Row("US|A", Group("US", "USD"))
    row.cells["name"] = Cell("A")
    table = Planner((), WEEK, "en", state).table(ONE, [row])
    return Plan(TINY, "en", WEEK, (PlannedTab("one", "One", (table,)),), {"ops_scope": "tiny"})


def fill_all(folder: Path, sheets: int, users: int) -> tuple[float, GoogleServer]:
    """Seconds of the simulated clock that filling so many new spreadsheets takes."""
    clock = TestClock(1_800_000_000)
    limiter, began = Limiter(clock), clock.now()
    with GoogleServer(clock) as server:
        logins = []
        for number in range(users):
            key = folder / f"{number}.json"
            account = server.service_account(key, f"robot{number}@opsheet-1.iam.example.com")
            logins.append((account.email, login(key, {ENDPOINT_VARIABLE: server.url})))
        for number in range(sheets):
            email, who = logins[number % users]
            id = server.spreadsheet(id=f"sheet-{number}", share=(email,))
            sheet = GoogleSheet(id, TINY.blocks(), who=who, limiter=limiter, keep=folder)
            sheet.apply(tiny_plan(sheet.read()))
            assert sheet.api.calls == {"read": 1, "write": 1}
            assert server.person(id).cell("One", "B5") == "A"
            server.books.clear()  # what was looked at is not needed any more
    return clock.now() - began, server


def check(folder: Path, sheets: int, users: int) -> None:
    took, server = fill_all(folder, sheets, users)
    rate = min(PER_PROJECT, PER_USER * users)
    allowed = (ceil(sheets / rate) - 1) * 60  # the first minute's calls go at once
    assert allowed <= took <= allowed * 1.1, (took, allowed)
    assert not server.log.number(status=429)
    for kind in ("Read", "Write"):
        calls = server.log.calls(kind)
        assert len(calls) == sheets and peak(calls) <= PER_PROJECT
        assert max(peak(server.log.calls(kind, who=c.who)) for c in calls[:users]) <= PER_USER


def test_sixty_one_sheets_keep_to_the_quota(tmp_path: Path) -> None:
    check(tmp_path, 61, 1)


@pytest.mark.slow
@pytest.mark.parametrize("users", [1, 3, 10])
def test_a_thousand_sheets_keep_to_the_quota(tmp_path: Path, users: int) -> None:
    check(tmp_path, 1000, users)
