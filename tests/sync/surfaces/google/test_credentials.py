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
from sync.surfaces.google.check import check as look
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
    (lambda m: m.server.faults.add(429, times=None), ["quota is used up", "60 calls a minute"]),
    (lambda m: m.server.faults.add(403, times=None), ["not shared", "Share"]),
    (lambda m: m.server.stop(), ["Google did not do it", "HTTPS_PROXY"]),
    (lambda m: m.server.auth.accounts.pop(m.email), ["does not accept", "login"]),
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


def test_the_keyring_keeps_it_where_there_is_one(home: Path) -> None:
    keyring: Any = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class Ring(KeyringBackend):  # type: ignore[misc]
        priority = 1
        kept: dict[tuple[str, str], str] = {}  # noqa: RUF012

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    before = keyring.get_keyring()
    with desk(home):
        words = ["login", "--keyring", str(home / "key.json")]
        try:
            keyring.set_keyring(keyring.backends.fail.Keyring())
            with pytest.raises(SettingsError, match="no keyring") as caught:
                CliRunner().invoke(command, words, standalone_mode=False, catch_exceptions=False)
            assert "without --keyring" in caught.value.do
            keyring.set_keyring(Ring())
            done = CliRunner().invoke(command, words, standalone_mode=False)
            assert done.return_value == 0 and "@opsheet-1" in done.output, done.exception
            assert credentials.login(environment={}).source == "the keyring"
            assert not credentials.default_file().exists()
        finally:
            keyring.set_keyring(before)


def test_a_person_allows_it_in_the_browser(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole flow on a local token server: consent, code, refresh token, a call."""
    import threading
    import webbrowser
    from urllib.parse import parse_qs, urlsplit

    import requests

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the token server has no TLS
    with desk(home) as made:
        code = made.server.auth.person("li@example.com")
        made.server.books[made.id].roles["li@example.com"] = "writer"
        client = home / "client.json"
        client.write_text(json.dumps({"installed": {
            "client_id": "7.apps.googleusercontent.com", "client_secret": "GOCSPX-secret",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": f"{made.server.url}/token", "redirect_uris": ["http://localhost"]}}))
        asked: list[dict[str, list[str]]] = []

        class Browser:
            def open(self, url: str, *_: Any, **__: Any) -> bool:
                query = parse_qs(urlsplit(url).query)
                asked.append(query)
                back = {"code": code, "state": query["state"][0]}
                threading.Thread(target=requests.get, args=(query["redirect_uri"][0],),
                                 kwargs={"params": back, "timeout": 10}).start()
                return True

        monkeypatch.setattr(webbrowser, "get", lambda *_: Browser())
        done = CliRunner().invoke(command, ["login", str(client)], standalone_mode=False)
        assert done.return_value == 0, (done.exception, done.output)
        assert asked[0]["scope"] == list(credentials.SCOPES), "spreadsheets and nothing else"
        kept = credentials.default_file()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        for secret in ("GOCSPX-secret", "1//refresh", "ya29"):
            assert secret not in done.output
        env = {credentials.ENDPOINT_VARIABLE: made.server.url}
        assert look(made.id, credentials.login(environment=env)) == "Plan"
        again = CliRunner().invoke(command, ["login", str(client)], standalone_mode=False)
        assert isinstance(again.exception, SettingsError), "a code is good once"
        assert "GOCSPX-secret" not in str(again.exception.lines())
        made.server.auth.expire_all()
        made.server.auth.people.clear()  # the person took the leave back
        with pytest.raises(SurfaceError, match="does not accept"):
            look(made.id, credentials.login(environment=env))


class Proxy:
    """Writes down which hosts it is asked for, and connects to none."""

    def __init__(self) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        asked = self.asked = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                asked.append(self.path)
                self.send_error(403)

            def log_message(self, format: str, *args: Any) -> None:
                """In `asked`."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"


def test_a_proxy_is_honoured(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both for tokens and for the calls; a server on this machine is reached without."""
    import threading

    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    for name in ("https_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    proxy = Proxy()
    threading.Thread(target=proxy.http.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with desk(home) as made:
        key = home / "google-key.json"
        secret = json.loads((home / "key.json").read_text())
        key.touch(mode=0o600)
        key.write_text(json.dumps(secret | {"token_uri": "https://oauth2.googleapis.com/token"}))
        who = credentials.login(key, {})
        with pytest.raises(SurfaceError) as caught:
            look(made.id, who)
        assert "HTTPS_PROXY" in caught.value.do
        assert set(proxy.asked) == {"oauth2.googleapis.com:443"}
        who.session.credentials.token = "ya29.held"
        with pytest.raises(SurfaceError, match="no answer"):
            look(made.id, who)
        count = proxy.asked.count("sheets.googleapis.com:443")  # google-auth may ask beside it
        assert count
        assert look(made.id, made.login) == "Plan"
        assert proxy.asked.count("sheets.googleapis.com:443") == count
    proxy.http.shutdown()


def test_nothing_secret_is_logged(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), desk(home) as made:
        secret = json.loads((home / "key.json").read_text())["private_key"]
        made.server.faults.add(503)
        with pytest.raises(SurfaceError):
            look(made.id, made.login)
        assert look(made.id, made.login) == "Plan"
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert made.id in text, "something is logged"
    assert "ya29." not in text and secret[60:90] not in text and "assertion=" not in text
