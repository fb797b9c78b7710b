"""A running server, and a spreadsheet on it that a gspread client can reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.google import Clock, GoogleServer, client
from tests.servers.plan import Plan


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    """Its clock stands still until a test advances it."""
    with GoogleServer(Clock(1_800_000_000)) as running:
        yield running


@pytest.fixture
def plan(server: GoogleServer, tmp_path: Path) -> Plan:
    key = tmp_path / "key.json"
    account = server.service_account(key)
    book = server.spreadsheet("Plan", share=(account.email,))
    return Plan(server, book, key, client(key, server.url))
