"""One limiter for many sheets: the quota is used fully and never passed."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

import pytest

from sync.surfaces.google.quota import PER_PROJECT, PER_USER, Limiter
from tests.contract.google import TestClock
from tests.servers.google import Call, peak


def run(sheets: int, users: int) -> tuple[float, list[Call]]:
    """Seconds that refreshes of one read and one write each take, and their calls."""
    clock = TestClock(0)
    limiter, calls = Limiter(clock), []
    for number in range(sheets):
        who = f"user{number % users}"
        for kind in ("read", "write"):
            limiter.acquire(kind, who, "project", f"sheet{number}")
            calls.append(Call(clock.now(), "POST", "/", kind=kind, who=who))
    return clock.now(), calls


@pytest.mark.parametrize("users", [1, 3, 10])
def test_a_thousand_sheets_take_little_longer_than_the_quota_allows(users: int) -> None:
    took, calls = run(1000, users)
    rate = min(PER_PROJECT, PER_USER * users)
    allowed = (ceil(1000 / rate) - 1) * 60  # the first minute's calls go at once
    assert allowed <= took <= allowed * 1.1
    for kind in ("read", "write"):
        own = [call for call in calls if call.kind == kind]
        assert peak(own) <= PER_PROJECT
        assert max(peak(c for c in own if c.who == f"user{n}") for n in range(users)) <= PER_USER


def test_writes_to_one_spreadsheet_are_a_second_apart() -> None:
    clock = TestClock(0)
    limiter, times = Limiter(clock), []
    for _ in range(5):
        limiter.acquire("write", "me", "project", "one")
        times.append(clock.now())
    assert all(b - a >= 1 for a, b in pairwise(times))
