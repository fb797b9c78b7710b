"""429, 503, HTML 502, lost answers, tokens that fail: right at the end, or honestly not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sync.surfaces.google.compose import FAILED
from tests.contract.google import Desk, desk
from tests.contract.small import BLOCKS, small_plan
from tests.sync.surfaces.google.test_people import KEYS, amounts, check, lean
from workbook.errors import SurfaceError

KINDS: list[tuple[Any, dict[str, Any]]] = [
    (429, {}), (503, {}), (502, {}), (500, {"applied": True}), (503, {"applied": True}),
    (502, {"applied": True}), ("close", {}), ("close", {"applied": True}), ("truncate", {}),
    (504, {"applied": True}), (429, {"times": 3}), (503, {"times": 4}), (429, {"times": 6}),
    (503, {"on": "POST /token"}), (500, {"on": "POST /token", "times": 3}),
    (400, {"on": "POST /token"}),
]
HANG = ("hang", {"applied": True, "seconds": 1.2})  # longer than a refresh of these tests waits


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth waits between its own tries for a token."""
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)


def refresh(made: Desk, number: int, keys: list[str]) -> Any:
    sheet = made.open(BLOCKS, timeout=(1, 1))
    plan = lean(small_plan(amounts(number, keys), sheet.read()))
    sheet.apply(plan)
    return plan


def storm(made: Desk, rounds: int, seed: int) -> tuple[int, int]:
    """Refreshes among faults; (done, honestly failed)."""
    luck, done, failed = random.Random(seed), 0, 0
    made.server.quota.per_user = made.server.quota.per_project = None
    plan = refresh(made, 1, KEYS)
    made.person.type_in("things", KEYS[0], "note", "mine")
    mine = {(KEYS[0], "note"): "mine"}
    for number in range(2, rounds + 2):
        for _ in range(luck.randint(1, 2)):
            what, more = HANG if luck.random() < 0.02 else luck.choice(KINDS)
            if "token" in more.get("on", ""):
                made.server.auth.expire_all()
            on = luck.choice(["/v4/", "batchUpdate"])
            made.server.faults.add(what, **{"on": on, "skip": luck.randint(0, 1)} | more)
        keys = sorted({KEYS[0], *luck.sample(KEYS, luck.randint(1, 6))})
        try:
            plan = refresh(made, number, keys)
        except SurfaceError as error:
            assert len(error.lines()) == 3
            failed += 1
            made.server.faults.clear()
            plan = refresh(made, number, keys)
        else:
            done += 1
        made.server.faults.clear()
        check(made.person, mine, plan)
        everything = made.person.hands.rows(made.person.book().tables["things"][0].title)
        found = [row[0] for row in everything if row and str(row[0]).startswith("US|")]
        assert len(found) == len(set(found)), "no row is there twice"
    return done, failed


def test_refreshes_among_faults_end_right_or_honestly_failed() -> None:
    with desk() as made:
        done, failed = storm(made, 20, 7)
        assert done + failed == 20 and done >= 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_refreshes_among_faults(seed: int) -> None:
    """Four times 250."""
    with desk() as made:
        done, failed = storm(made, 250, seed)
        assert done + failed == 250 and done >= 150


def test_a_write_whose_answer_was_lost_is_not_sent_again() -> None:
    with desk() as made:
        refresh(made, 1, KEYS)
        made.server.faults.add("close", on="batchUpdate", applied=True)
        before = made.server.log.number("Write")
        plan = refresh(made, 2, KEYS)
        assert made.server.log.number("Write") == before + 1
        check(made.person, {}, plan)


def test_a_refresh_that_cannot_finish_says_so_in_the_sheet_and_is_well_again_later() -> None:
    with desk() as made:
        refresh(made, 1, KEYS)
        made.server.faults.add(503, on="batchUpdate", times=6)
        with pytest.raises(SurfaceError) as caught:
            refresh(made, 2, KEYS)
        assert "503" in caught.value.what and made.id in caught.value.where and caught.value.do
        assert FAILED in str(made.person.hands.rows("Things"))
        made.server.faults.clear()
        refresh(made, 3, KEYS)
        assert FAILED not in str(made.person.hands.rows("Things"))


def test_no_token_is_told_and_then_works() -> None:
    with desk() as made:
        made.server.faults.add(500, on="POST /token", times=None)
        with pytest.raises(SurfaceError, match="token"):
            refresh(made, 1, KEYS)
        made.server.faults.clear()
        made.server.auth.expire_all()
        check(made.person, {}, refresh(made, 1, KEYS))
        made.server.auth.expire_all()
        check(made.person, {}, refresh(made, 2, KEYS))


def test_two_refreshes_at_once_do_not_double_rows() -> None:
    with desk() as made:
        refresh(made, 1, KEYS[:3])
        one, two = made.open(BLOCKS), made.open(BLOCKS)
        plan = small_plan(amounts(2, KEYS), one.read())
        two.read()
        one.apply(plan)
        two.apply(plan)
        check(made.person, {}, plan)
        rows = [r[0] for r in made.person.hands.rows("Things") if r and "|" in str(r[0])]
        assert sorted(rows) == KEYS
