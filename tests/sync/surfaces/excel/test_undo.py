"""Undo of the last refresh, and errors of Excel in the middle of one: all is as it was."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.surfaces.excel import ExcelBook
from tests.contract.small import BLOCKS, Amounts, small_plan
from tests.soffice.engine import ComError, needs_engine
from tests.soffice.engine.calls import RECORDER, Call
from tests.sync.surfaces.excel.live import Desk, differences, image
from workbook.errors import SurfaceError

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine

BEFORE: Amounts = {f"US|{name}": (Decimal(n * 10), Decimal(100)) for n, name in
                   enumerate("ABCDE", start=1)}
AFTER: Amounts = {f"US|{name}": (Decimal(n * 11), Decimal(120)) for n, name in
                  enumerate("FBXDYZQ", start=1)}


@pytest.fixture
def desk(excel: Any, tmp_path: Path) -> Desk:
    made = Desk(tmp_path, BEFORE)
    made.person.type_in("things", "US|A", "note", "=not a formula")
    made.person.type_in("things", "US|B", "budget", Decimal("12.5"))
    made.person.type_in("things", "US|C", "due", dt.date(2026, 11, 20))
    made.fill(BEFORE)
    made.person.reverse("things")
    return made


def refresh(desk: Desk, amounts: Amounts | None = None, press: str = "") -> None:
    """A refresh that inserts, deletes, sorts and fills; nobody is told of a Left over tab."""
    amounts = amounts or AFTER
    surface = desk.open(press)
    state = surface.read()
    state.typed = {at: v for at, v in state.typed.items() if at[1] in amounts or at[1] == ""}
    surface.apply(small_plan(amounts, state))


def test_undo_puts_back_what_a_refresh_replaced(excel: Any, desk: Desk) -> None:
    before = image(desk.book)
    refresh(desk)
    assert desk.keys() == list(AFTER)[::-1]
    assert {call.method for call in excel.changes()} >= {"insert", "sort"}
    assert desk.open().undo() > 20
    assert differences(before, image(desk.book)) == []
    with pytest.raises(SurfaceError, match="no refresh"):
        desk.open().undo()


LATER: Amounts = {f"US|{name}": (Decimal(n * 13), Decimal(90)) for n, name in
                  enumerate("XGDAFB", start=1)}


def test_refreshes_of_one_press_are_undone_together(desk: Desk) -> None:
    before = image(desk.book)
    refresh(desk, AFTER, "press")
    refresh(desk, LATER, "press")
    assert set(desk.keys()) == set(LATER)
    desk.open().undo()
    assert differences(before, image(desk.book)) == []
    with pytest.raises(SurfaceError, match="no refresh"):
        desk.open().undo()


def test_a_refresh_of_another_press_is_undone_alone(desk: Desk) -> None:
    refresh(desk, AFTER, "press")
    between = image(desk.book)
    refresh(desk, LATER, "another")
    desk.open().undo()
    assert differences(between, image(desk.book)) == []


@pytest.mark.parametrize("more", [False, True])
def test_undo_refuses_where_something_was_typed_into_rows_of_the_press(
    desk: Desk, more: bool
) -> None:
    refresh(desk, AFTER, "press")
    if more:  # US|X came with the refresh before
        refresh(desk, LATER, "press")
    desk.person.type_in("things", "US|X", "note", "mine")
    now = image(desk.book)
    with pytest.raises(SurfaceError, match="typed into rows"):
        desk.open().undo()
    assert image(desk.book) == now
    desk.person.type_in("things", "US|X", "note", None)
    desk.open().undo()
    assert set(desk.keys()) == set(BEFORE)


def test_what_is_typed_after_the_refresh_survives_its_undo(desk: Desk) -> None:
    refresh(desk)
    desk.person.type_in("things", "US|B", "owner", "Ann")
    desk.person.type_in("things", "US|D", "note", "later")
    desk.open().undo()
    rows = desk.shown()
    assert set(rows) == set(BEFORE)
    assert rows["US|B"]["owner"] == "Ann" and rows["US|D"]["note"] == "later"
    assert rows["US|B"]["ad_spend"] == 20 and rows["US|B"]["budget"] == 12.5


def test_undo_refuses_where_rows_were_moved(desk: Desk) -> None:
    refresh(desk)
    desk.person.reverse("things")
    now = image(desk.book)
    with pytest.raises(SurfaceError, match="moved since"):
        desk.open().undo()
    assert image(desk.book) == now, "nothing changed"


def test_another_workbook_state_is_not_undone(desk: Desk) -> None:
    refresh(desk)
    meta = desk.book.sheets["_opsheet"]
    row = [value for value in meta.range("A1:A30").value].index("refresh") + 1
    meta.range((row, 2)).value = "an older state, closed without saving"
    with pytest.raises(SurfaceError, match="no refresh"):
        desk.open().undo()


# --- errors of Excel --------------------------------------------------------------------


class Fault:
    """Makes the k-th changing call on the workbook fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.left, self.hit = at, ""
        note = RECORDER.note

        def counting(target: Any, method: str, arguments: tuple[Any, ...], kind: str) -> None:
            note(target, method, arguments, kind)
            call = Call(target.label, method, arguments, kind)
            if call.changes and call.target != "app" and method != "select":
                self.left -= 1
                if self.left == 0:
                    self.hit = method
                    raise ComError(-2147352567, "Exception occurred.", (
                        0, "Microsoft Excel", f"{method} failed", "", 0, -2146827284))

        monkeypatch.setattr(RECORDER, "note", counting)


def test_whatever_call_excel_refuses_the_workbook_is_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = image(desk.book)
    at, seen = 1, set()
    while True:
        with monkeypatch.context() as patch:
            fault = Fault(patch, at)
            try:
                refresh(desk)
            except SurfaceError as error:
                assert "failed" in error.what or "protected" in error.what, error
            if fault.left > 0:
                break
        seen.add(fault.hit)
        assert differences(before, image(desk.book)) == [], f"call {at}: {fault.hit}"
        at += 1 if at < 12 else 5
    assert seen >= {"insert", "sort", "number_format", "raw_value", "formula"}
    assert at > 20 and desk.keys() == list(AFTER)[::-1]


def test_a_protected_sheet_is_told_and_nothing_changed(desk: Desk) -> None:
    desk.person.hands.protects("Legend")
    desk.person.hands.protects("Rules")
    before = image(desk.book)
    surface = desk.open()
    plan = small_plan(AFTER, surface.read(), "zh")
    with pytest.raises(SurfaceError, match="protected") as told:
        surface.apply(plan)
    assert "Rules" in told.value.where or "Legend" in told.value.where
    assert "Unprotect" in told.value.do
    for sheet in ("Legend", "Rules"):
        desk.person.hands.unprotects(sheet)
    assert differences(before, image(desk.book)) == []
    surface = desk.open()
    surface.apply(small_plan(AFTER, surface.read(), "zh"))


def test_a_cell_that_is_being_edited_is_told_and_nothing_changed(excel: Any, desk: Desk) -> None:
    surface = desk.open()
    plan = small_plan(AFTER, surface.read())
    before = image(desk.book)
    acts = (lambda: surface.apply(plan), desk.open().read, desk.open().undo)
    excel.edit_mode = True
    for act in acts:
        with pytest.raises(SurfaceError, match="being edited"):
            act()
    excel.edit_mode = False
    assert differences(before, image(desk.book)) == []


def test_an_excel_that_never_answers_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch
                                                 ) -> None:
    def endless(*_: Any) -> None:
        while True:  # what xlwings does on Windows with a rejected call
            pass

    surface = ExcelBook(desk.book, BLOCKS, patience=0.05)
    monkeypatch.setattr(RECORDER, "note", endless)
    with pytest.raises(SurfaceError, match="busy"):
        surface.read()


@pytest.mark.parametrize("fails", [False, True])
def test_excels_state_and_the_selection_are_given_back(
    excel: Any, desk: Desk, fails: bool
) -> None:
    sheet = desk.book.sheets["Legend"]
    sheet.activate()
    excel.state |= {"calculation": "semiautomatic", "enable_events": False}
    before = dict(excel.state)
    if fails:
        desk.person.hands.protects("Things")
        with pytest.raises(SurfaceError):
            refresh(desk)
    else:
        refresh(desk)
    assert excel.state == before
    assert desk.book.sheets.active.name == "Legend"
