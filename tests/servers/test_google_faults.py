"""Faults on command on the local Google server: before and after a request took effect.

google.md is the project's notes on Google's documentation.
"""

from __future__ import annotations

import google.auth.exceptions
import gspread
import pytest
import requests

from tests.servers.google import GoogleServer
from tests.servers.plan import VALUE, Plan, error_of


def value(plan: Plan) -> object:
    return plan.server.person(plan.id).cell("Sheet1", "A1")


@pytest.mark.parametrize(("status", "word"), [
    (429, "RESOURCE_EXHAUSTED"), (503, "UNAVAILABLE"), (500, "INTERNAL"),
    (403, "PERMISSION_DENIED"), (504, "DEADLINE_EXCEEDED")])
def test_a_status_before_anything_is_applied(plan: Plan, status: int, word: str) -> None:
    plan.server.faults.add(status)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.batch(VALUE)
    assert (error_of(caught)["code"], error_of(caught)["status"]) == (status, word)
    assert value(plan) is None
    plan.batch(VALUE)
    assert value(plan) == 1


def test_an_html_502_has_no_json(plan: Plan) -> None:
    """google.md: "An HTML 502 becomes `APIError` with code -1, so read the HTTP status"."""
    plan.server.faults.add(502)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.batch(VALUE)
    assert caught.value.code == -1
    assert caught.value.response.status_code == 502


@pytest.mark.parametrize("applied", [False, True])
def test_a_connection_that_is_closed(plan: Plan, applied: bool) -> None:
    plan.server.faults.add("close", applied=applied)
    with pytest.raises(requests.ConnectionError):
        plan.batch(VALUE)
    assert value(plan) == (1 if applied else None)
    assert plan.server.log.calls("Write")[-1].status == 0


def test_a_time_out_after_it_was_applied(plan: Plan) -> None:
    """google.md: "Faults: ... time-out after apply"."""
    plan.get()
    plan.http.set_timeout((1, 0.2))
    plan.server.faults.add("hang", applied=True, seconds=1)
    with pytest.raises(requests.ReadTimeout):
        plan.batch(VALUE)
    assert value(plan) == 1


def test_half_an_answer(plan: Plan) -> None:
    plan.server.faults.add("truncate")
    with pytest.raises(requests.exceptions.RequestException):
        plan.get()


def test_the_nth_request_and_chance_with_a_seed(plan: Plan) -> None:
    fault = plan.server.faults.add(503, on="batchUpdate", skip=2, times=2)
    outcomes = []
    for _ in range(6):
        try:
            plan.batch(VALUE)
            outcomes.append(200)
        except gspread.exceptions.APIError as error:
            outcomes.append(error.code)
    assert outcomes == [200, 200, 503, 503, 200, 200]
    assert fault.struck == 2
    with GoogleServer() as one, GoogleServer() as two:
        for server in (one, two):
            server.faults.add(503, times=None, chance=0.3)
        struck = [[bool(s.faults.strike("GET /v4/x")[1]) for _ in range(200)] for s in (one, two)]
    assert struck[0] == struck[1]
    assert 30 < sum(struck[0]) < 90


def test_the_token_address_fails(plan: Plan) -> None:
    plan.server.faults.add(500, on="POST /token", times=None)
    with pytest.raises(google.auth.exceptions.RefreshError):
        plan.get()
    assert plan.server.log.number(method="token", status=500) >= 1
    assert not plan.server.log.number("Read")


def test_a_person_edits_between_read_and_write(plan: Plan) -> None:
    """google.md: "a user's edit between read and write"."""
    person = plan.server.person(plan.id)
    plan.put("A1:A3", [["c"], ["a"], ["b"]])
    plan.server.faults.add("act", on="batchUpdate",
                           act=lambda: person.sort("Sheet1", "A1:A3", "A"))
    plan.get()
    plan.batch({**VALUE, "updateCells": {**VALUE["updateCells"], "start": {"columnIndex": 1}}})
    assert person.rows("Sheet1") == [["a", 1], ["b"], ["c"]]
    assert plan.server.log.number("Write") == 2  # the person's sorting counts for nobody
