"""`opsheet doctor` on destinations, channels and inboxes: what would fail at 07:30 is told now."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.doctor import Check, Health
from macros.schedule.checks import checks
from macros.settings import Settings
from tests.conftest import Run

TEAM = {"kind": "slack", "url_env": "OPSHEET_TEST_URL"}


def found(**said: object) -> dict[str, Check]:
    return {one.name: one for one in checks(Settings(**said))}  # type: ignore[arg-type]


def test_nothing_is_said_where_nothing_is_set_up() -> None:
    assert found() == {}


def test_a_destination_that_can_be_filled(tmp_path: Path) -> None:
    morning = {"template": "daily_check", "to": str(tmp_path / "new" / "check.xlsx"),
               "when": "every weekday 07:30"}
    one = found(destinations={"morning": morning})["destination morning"]
    assert one.health is Health.OK
    assert "daily_check to" in one.message and "every weekday 07:30" in one.message


def test_a_destination_whose_words_do_not_fit_is_told(tmp_path: Path) -> None:
    one = found(destinations={"morning": {"template": "daily_check", "to": "x.xlsx",
                                          "when": "now and then"}})["destinations"]
    assert one.health is Health.FAIL and "morning" in one.do


def test_a_target_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("macros.schedule.checks.os.access", lambda path, mode: False)
    one = found(destinations={"morning": {"template": "daily_check",
                                          "to": str(tmp_path / "x.xlsx")}})["destination morning"]
    assert one.health is Health.FAIL
    assert "cannot be written" in one.message and "Choose" in one.do


def test_google_without_credentials_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "gone.json"
    monkeypatch.setenv("OPSHEET_GOOGLE_CREDENTIALS", str(nowhere))
    one = found(destinations={"team": {"template": "daily_check", "to": "google:" + "a" * 44}})
    assert one["destination team"].health is Health.FAIL
    assert str(nowhere) in one["destination team"].message + one["destination team"].do


def test_a_channel_whose_variable_is_not_set_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSHEET_TEST_URL", raising=False)
    one = found(notify={"team": TEAM})["notify team"]
    assert one.health is Health.WARN and "OPSHEET_TEST_URL" in one.message
    monkeypatch.setenv("OPSHEET_TEST_URL", "https://example.com/T0KEN")
    one = found(notify={"team": TEAM})["notify team"]
    assert one.health is Health.OK and "T0KEN" not in one.message
    assert found(notify={"team": {"kind": "pigeon"}})["notify team"].health is Health.FAIL


def test_an_inbox_that_is_not_there(tmp_path: Path) -> None:
    assert found(inbox=(tmp_path,))["inbox"].health is Health.OK
    one = found(inbox=(tmp_path / "gone",))["inbox"]
    assert one.health is Health.WARN and "Make the folder" in one.do


def test_the_command_shows_them(opsheet: Run, tmp_path: Path) -> None:
    settings = tmp_path / "opsheet.toml"
    settings.write_text('[destinations.morning]\ntemplate = "daily_check"\nto = "x.xlsx"\n'
                        '[notify.team]\nkind = "slack"\nurl_env = "OPSHEET_TEST_URL"\n')
    shown = opsheet("doctor").stdout
    assert "destination morning" in shown and "notify team" in shown
