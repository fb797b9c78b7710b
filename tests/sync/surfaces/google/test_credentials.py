"""Who asks: order, file modes, the endpoint, and what is said when something is missing."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from macros.cli.app import app
from macros.cli.google import command
from sync.surfaces.google import credentials
from tests.contract.google import desk
from workbook.errors import SettingsError, SurfaceError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No credentials of this machine are looked at."""
    monkeypatch.setattr(credentials, "default_file", lambda: tmp_path / "home" / "google.json")
    for name in (credentials.FILE_VARIABLE, credentials.ENDPOINT_VARIABLE,
                 "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_that_others_can_read_is_refused(home: Path, mode: int) -> None:
    with desk(home) as made:
        key = home / "key.json"
        key.chmod(mode)
        with pytest.raises(SettingsError) as caught:
            credentials.login(key)
        assert caught.value.where == str(key) and "chmod 600" in caught.value.do
        secret = json.loads(key.read_text())["private_key"]
        assert secret not in str(caught.value) and made.id


def test_the_kept_file_is_for_its_owner_only(home: Path) -> None:
    with desk(home):
        key = home / "key.json"
        done = CliRunner().invoke(command, ["login", str(key)], standalone_mode=False)
        assert done.return_value == 0 and "as an editor" in done.output
        kept = credentials.default_file()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert json.loads(key.read_text())["private_key"][40:80] not in done.output
        assert credentials.login().source == str(kept)
        assert credentials.login(key).source == str(key), "an explicit path comes first"
        found = credentials.login(environment={credentials.FILE_VARIABLE: str(key)})
        assert found.source == str(key), "then the environment"


@pytest.mark.parametrize("given", ["https://example.com", "http://127.0.0.1.example.com:1",
                                   "http://10.0.0.1:80", "ftp://localhost", "localhost:80",
                                   "http://user@127.0.0.1"])
def test_only_this_machine_may_stand_in_for_google(given: str) -> None:
    with pytest.raises(SettingsError, match="on this machine"):
        credentials.endpoint({credentials.ENDPOINT_VARIABLE: given})
    assert credentials.endpoint({credentials.ENDPOINT_VARIABLE: "http://127.0.0.1:80/"})


def test_nothing_but_google_is_reached_through_the_endpoint(home: Path) -> None:
    import requests

    with desk(home) as made, pytest.raises(requests.ConnectionError, match="not to be reached"):
        made.login.session.get("https://example.com/")


@pytest.mark.parametrize(("break_it", "words"), [
    (lambda m: m.server.books[m.id].roles.clear(), ["not shared", "Share", "@opsheet-1"]),
    (lambda m: m.server.books[m.id].roles.update({m.email: "reader"}), ["not shared", "editor"]),
    (lambda m: setattr(m.server.auth.accounts[m.email], "api_enabled", False),
     ["not enabled", "Enable it"]),
    (lambda m: m.server.books.pop(m.id), ["no such spreadsheet", "Copy the id"]),
    (lambda m: m.server.faults.add(401, times=None), ["does not accept", "login"]),
])
def test_check_says_what_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    break_it: Any, words: list[str],
) -> None:
    with desk(home) as made:
        monkeypatch.setenv(credentials.FILE_VARIABLE, str(home / "key.json"))
        monkeypatch.setenv(credentials.ENDPOINT_VARIABLE, made.server.url)
        call = ["google", "check", made.id]
        with pytest.raises(SystemExit) as ended:
            app.main(call)
        assert ended.value.code == 0 and "Ready" in capsys.readouterr().out
        break_it(made)
        with pytest.raises(SystemExit) as ended:
            app.main(call)
        text = capsys.readouterr().err
        assert ended.value.code == 1 and all(word in text for word in words), text
        assert len(text.strip().splitlines()) == 3


def test_an_address_is_an_id_and_nonsense_is_not() -> None:
    address = "https://docs.google.com/spreadsheets/d/1AbC-d_9/edit#gid=0"
    assert credentials.refuse_id(address) == "1AbC-d_9"
    for text in ("", "a b", "../x"):
        with pytest.raises(SurfaceError, match="no spreadsheet id"):
            credentials.refuse_id(text)


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "gspread", None)
    with pytest.raises(SettingsError) as caught:
        credentials.needed()
    assert "opsheet[google]" in caught.value.do
