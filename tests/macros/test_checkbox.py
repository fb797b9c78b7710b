"""The "Refresh now" box: drawn, ticked, seen in one small read, taken away, and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from macros import checkbox
from macros.fill import Request, blocks_of, plan_for
from macros.jobs import Context
from macros.settings import Settings
from sync.surfaces.google.button import BOX
from sync.surfaces.google.compose import FAILED
from tests.conftest import Example
from tests.contract.google import Desk, desk
from workbook.errors import StoreError, SurfaceError
from workbook.plan import Plan, State

BLOCKS = blocks_of("kpi_scorecard")
CONTEXT = Context(Settings(), dt.datetime(2026, 11, 17))


@dataclass(frozen=True)
class To:
    """A destination."""

    name: str
    fills: tuple[tuple[str, str], ...]


def to(name: str, *ids: str) -> To:
    return To(name, tuple(("kpi_scorecard", f"google:{id}") for id in ids))


@pytest.fixture(scope="module")
def plan(example: Example) -> Plan:
    return plan_for(example.context, Request("kpi_scorecard", marketplace="US"), State())


@pytest.fixture(scope="module")
def desk_(plan: Plan) -> Iterator[Desk]:
    with desk() as made:
        fill(made, plan)
        yield made


@pytest.fixture
def made(desk_: Desk, plan: Plan) -> Desk:
    """Filled, not ticked."""
    desk_.server.faults.clear()
    desk_.server.quota.per_user = None
    fill(desk_, plan)
    return desk_


def fill(made: Desk, plan: Plan) -> dict[str, int]:
    sheet = made.open(BLOCKS)
    sheet.read()
    sheet.apply(plan)
    return sheet.api.calls


def first(made: Desk) -> str:
    """The title of our first tab."""
    book = made.person.book()
    return book.tabs[next(iter(book.meta["tabs"]))].title


def tick(made: Desk) -> None:
    made.person.hands.type(first(made), "C4", "TRUE")


def box(made: Desk) -> Any:
    return made.person.hands.cell(first(made), "C4")


def ticked(made: Desk, *destinations: To) -> list[str]:
    return checkbox.ticked(CONTEXT, destinations, lambda: made.login)


def stamped(plan: Plan, words: str) -> Plan:
    return replace(plan, tabs=tuple(
        replace(tab, heading=(*tab.heading[:2], words)) if tab.heading else tab
        for tab in plan.tabs))


def test_it_is_a_box_of_people_beside_its_words(made: Desk) -> None:
    assert BOX == (3, 2) and box(made) is False
    sheet = made.server.books[made.id].titled(first(made))
    assert sheet and sheet.cell(3, 2)["dataValidation"]["condition"] == {"type": "BOOLEAN"}
    assert made.person.hands.cell(sheet.title, "B4") == "Refresh now ▸"
    free = sheet.protected[0]["unprotectedRanges"]
    assert [(one["startRowIndex"], one["startColumnIndex"]) for one in free] == [BOX]
    assert sum(1 for s in made.server.books[made.id].sheets for row in s.rows
               for cell in row.cells.values() if cell.get("dataValidation", {}).get(
                   "condition", {}).get("type") == "BOOLEAN") == 1, "on the first tab only"


def test_a_tick_is_seen_in_one_read_a_spreadsheet(made: Desk) -> None:
    here, twice = to("morning", made.id), to("weekly", made.id)
    assert ticked(made, here, twice) == []
    before = len(made.server.log)
    tick(made)
    assert ticked(made, here, To("file", (("x", "a.xlsx"),)), twice) == ["morning", "weekly"]
    calls = made.server.log[before:]
    assert [c.kind for c in calls] == ["Read"] and calls[0].answered < 200


def test_a_refresh_takes_it_away_and_says_when(made: Desk, plan: Plan) -> None:
    assert fill(made, stamped(plan, "Filled 07:31")) == {"read": 1, "write": 0}
    tick(made)
    assert fill(made, stamped(plan, "Filled 07:32")) == {"read": 1, "write": 1}
    assert box(made) is False and ticked(made, to("a", made.id)) == []
    title = first(made)
    assert made.person.hands.cell(title, "B3") == "Filled 07:32"
    assert fill(made, stamped(plan, "Filled 07:33")) == {"read": 1, "write": 0}


def test_a_tick_while_a_refresh_runs_is_not_lost(made: Desk, plan: Plan) -> None:
    other = replace(plan, lang="zh" if plan.lang == "en" else "en")  # all looks and words differ
    made.server.faults.add("act", on="batchUpdate", act=lambda: tick(made))
    assert fill(made, stamped(other, "later"))["write"] == 1
    assert box(made) is True and ticked(made, to("a", made.id)) == ["a"]


def test_it_is_found_where_it_was_moved(made: Desk, plan: Plan) -> None:
    hands = made.person.hands
    title = first(made)
    hands.insert_rows(title, 1)
    hands.rename_tab(title, "Mine")
    hands.type("Mine", "C5", "TRUE")
    assert ticked(made, to("a", made.id)) == ["a"]
    fill(made, plan)
    assert ticked(made, to("a", made.id)) == [] and box(made) is not True
    tick(made)
    assert ticked(made, to("a", made.id)) == ["a"]


def test_a_sheet_without_it_is_not_ticked_and_one_that_fails_hides_no_other(made: Desk) -> None:
    fresh = made.server.spreadsheet("Fresh", id="fresh", share=(made.email,))
    closed = made.server.spreadsheet("Closed", id="closed")
    assert ticked(made, to("a", fresh)) == []
    with pytest.raises(SurfaceError, match="not shared"):
        ticked(made, to("a", closed), to("b", made.id))
    tick(made)
    assert ticked(made, to("a", closed), to("b", made.id)) == ["b"]


def test_a_failure_before_the_write_is_told_and_unticks(
    made: Desk, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.surfaces.google.sheet.login", lambda: made.login)
    tick(made)
    checkbox.failed(to("a", made.id), StoreError("The store is locked.", "x", "Wait."))
    assert box(made) is False
    said = made.person.hands.cell(first(made), "B3")
    assert said.startswith(FAILED) and said.endswith("The store is locked.")
    fill(made, stamped(plan, "Filled again"))
    assert made.person.hands.cell(first(made), "B3") == "Filled again"
