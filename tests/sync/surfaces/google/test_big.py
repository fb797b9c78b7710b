"""More cells than one write should have: RAW values first, one batch, nobody's cell lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings

from sync.surfaces.google import big
from sync.surfaces.google.requests import MOST
from tests.contract.google import Desk, desk
from tests.contract.small import WEEK
from tests.sync.surfaces.google.test_people import FILLS, QUIET, play
from workbook.answer import Group
from workbook.model import Cell, Label, Unit
from workbook.plan import Plan, PlannedTab, State
from workbook.planning import Planner
from workbook.rows import Row
from workbook.template import Block, Dim, Grain, Input, Kind, Tab, Template

WIDE = 12
BIG = Block("big", Kind.TABLE, Label("Big", "大"), fields=(
    *(Dim(f"d{n}", Label(f"D{n}", f"数{n}"), 8, Unit.COUNT if n else None)
      for n in range(WIDE)),
    Input("note", Label("Note", "备注"))))
TEMPLATE = Template("large", Label("Large", "大表"), Grain.WEEK,
                    (Tab("big", BIG.label, (BIG,)),))
RAW, BATCH = "spreadsheets.values.batchUpdateByDataFilter", "spreadsheets.batchUpdate"


def plan_of(state: State, rows: int, more: int = 0) -> Plan:
    found = []
    for number in range(rows):
        row = Row(f"US|{number:05}", Group("US", "USD"))
        row.cells["d0"] = Cell("=1+1" if number == 0 else f"0{number}")
        row.cells |= {f"d{n}": Cell(number * n + more) for n in range(1, WIDE)}
        found.append(row)
    table = Planner((), WEEK, "en", state).table(BIG, found)
    return Plan(TEMPLATE, "en", WEEK, (PlannedTab("big", "Big", (table,)),), {"ops_scope": "big"})


def fill(made: Desk, rows: int, more: int = 0) -> tuple[dict[str, int], list[str]]:
    """Its calls, and the methods of its writes."""
    sheet, before = made.open(TEMPLATE.blocks()), len(made.server.log)
    sheet.apply(plan_of(sheet.read(), rows, more))
    return sheet.api.calls, [c.method for c in made.server.log[before:] if c.kind == "Write"]


def check(made: Desk, rows: int, more: int, notes: dict[str, str]) -> None:
    tab, table = made.person.book().tables["big"]
    assert len(table.rows) == rows
    for number in range(rows):
        at = table.rows[f"US|{number:05}"]
        held = [tab.cell(at, table.columns[f"d{n}"])["userEnteredValue"] for n in range(WIDE)]
        assert held[0] == {"stringValue": "=1+1" if number == 0 else f"0{number}"}
        assert [one["numberValue"] for one in held[1:]] == [
            number * n + more for n in range(1, WIDE)]
    assert {key: text for key, at in table.rows.items()
            if (text := tab.text(at, table.columns["note"]))} == notes


def play_big(made: Desk, rows: int) -> None:
    """New, unchanged, other numbers, more rows, and a person who sorts in the midst."""
    calls, methods = fill(made, rows)
    assert methods == [BATCH, RAW, BATCH] and calls == {"read": 2, "write": 3}, methods
    assert max(c.sent for c in made.server.log) < 2_000_000
    check(made, rows, 0, {})
    assert fill(made, rows)[0] == {"read": 1, "write": 0}
    made.person.type_in("big", "US|00007", "note", "mine")
    made.person.type_in("big", f"US|{rows - 1:05}", "note", "last")
    mine = {"US|00007": "mine", f"US|{rows - 1:05}": "last"}
    calls, methods = fill(made, rows, 5)
    assert methods == [RAW, BATCH] and calls == {"read": 2, "write": 2}, methods
    check(made, rows, 5, mine)
    for number, (when, applied) in enumerate(((RAW, False), (RAW, True), (BATCH, True)), 6):
        made.server.faults.add("act", on=when.rpartition(".")[2], applied=applied,
                               act=lambda: made.person.reverse("big"))
        fill(made, rows, number)
        check(made, rows, number, mine)
    fill(made, rows + 3, 9)
    check(made, rows + 3, 9, mine)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Google advised a few cells."""
    monkeypatch.setattr(big, "MOST", 12)
    monkeypatch.setattr(big, "RAW_MOST", 10_000)


def test_values_go_first_and_rows_may_move_meanwhile(few: None) -> None:
    with desk() as made:
        play_big(made, 20)


def test_values_of_several_calls(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(big, "RAW_MOST", 50)
    with desk() as made:
        _, methods = fill(made, 20)
        assert methods.count(RAW) == 7 and methods[-1] == BATCH
        check(made, 20, 0, {})


@pytest.mark.slow
def test_more_cells_than_one_write_should_have() -> None:
    with desk() as made:
        made.server.quota.per_user = None
        rows = MOST // WIDE + 100
        play_big(made, rows)


def test_cells_look_the_same_however_they_were_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def formats(made: Desk) -> list[Any]:
        sheet = next(s for s in made.server.books[made.id].sheets if s.title == "Big")
        return [{c: cell.get("userEnteredFormat") for c, cell in row.cells.items()}
                for row in sheet.rows]

    with desk() as one, desk() as two:
        fill(one, 20)
        monkeypatch.setattr(big, "MOST", 12)
        assert RAW in fill(two, 20)[1]
        assert formats(one) == formats(two)


@pytest.mark.parametrize("applied", [False, True])
def test_people_act_while_values_are_sent(few: None, applied: bool) -> None:
    @given(FILLS)
    @settings(max_examples=2, deadline=None, suppress_health_check=QUIET, derandomize=True,
              phases=(Phase.explicit, Phase.generate))
    def run(fills: list[Any]) -> None:
        play(fills, RAW.rpartition(".")[2], applied=applied)

    run()


def test_a_header_over_the_wrong_column(few: None) -> None:
    """A column and deleted rows came in between: the first try wrote headers beside their
    columns, and the second one has to tell by them whose cell it took."""
    between = [("column", 119), ("type", 0), ("delete", 506), ("delete", 28609)]
    play([([("reorder", 1), ("empty", 16676)], between, {"US|E"}, "en", True)],
         RAW.rpartition(".")[2], applied=True)


@pytest.mark.slow
@pytest.mark.parametrize("applied", [False, True])
def test_people_act_while_values_are_sent_a_hundred_times(few: None, applied: bool) -> None:
    @given(FILLS)
    @settings(max_examples=100, deadline=None, suppress_health_check=QUIET,
              phases=(Phase.explicit, Phase.reuse, Phase.generate))
    def run(fills: list[Any]) -> None:
        play(fills, RAW.rpartition(".")[2], applied=applied)

    run()
