"""Who asks Google: an explicit file, the environment, the keyring, Google's own defaults.

The scope is `spreadsheets` and nothing else. A secret that others on this machine can read is
refused, and none is ever shown.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbook.errors import SettingsError, SurfaceError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
FILE_VARIABLE, ENDPOINT_VARIABLE = "OPSHEET_GOOGLE_CREDENTIALS", "OPSHEET_GOOGLE_ENDPOINT"
KEYRING = "opsheet-google"
_HOSTS = ("sheets.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com",
          "iamcredentials.googleapis.com")


@dataclass(frozen=True)
class Login:
    """A session that asks as `who` (an address), counted for `project`; `source`: from where."""

    session: Any
    who: str
    project: str
    source: str


def needed() -> None:
    """Says what to install where gspread is missing.

    Raises:
        SettingsError: it is.
    """
    try:
        import google.auth  # noqa: F401
        import gspread  # noqa: F401
        import tenacity  # noqa: F401
    except ImportError:
        raise SettingsError("Google Sheets needs packages that are not installed.", "",
                            "Run: pip install 'opsheet[google]'") from None


def default_file() -> Path:
    """Where `opsheet google login` keeps its file."""
    import platformdirs

    return Path(platformdirs.user_config_dir("opsheet", appauthor=False)) / "google.json"


def login(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Login:
    """An authorised session.

    Order: `path`, OPSHEET_GOOGLE_CREDENTIALS (a file), the file that `opsheet google login` keeps,
    the keyring where it is installed, GOOGLE_APPLICATION_CREDENTIALS and Google's other defaults.

    Raises:
        SettingsError: nothing is found, a file is readable by others, or it is no credentials.
    """
    needed()
    from google.auth.transport.requests import AuthorizedSession, Request

    env = os.environ if environment is None else environment
    base = endpoint(env)
    held, who, project, source = _held(path, env)
    import requests

    plain = requests.Session()
    session = AuthorizedSession(held, auth_request=Request(plain))  # type: ignore[no-untyped-call]
    if base:
        for one in (plain, session):
            one.mount("https://", _redirect(base))
    return Login(session, who, project, source)


def _held(path: Path | None, env: Mapping[str, str]) -> tuple[Any, str, str, str]:
    named = path or (Path(env[FILE_VARIABLE]).expanduser() if env.get(FILE_VARIABLE) else None)
    for file in (named, None if named else default_file()):
        if file and (file == named or file.exists()):
            return *_of(read_secret(file), str(file)), str(file)
    kept = _from_keyring()
    if kept:
        return *_of(kept, "the keyring"), "the keyring"
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    own = env.get("GOOGLE_APPLICATION_CREDENTIALS")
    if own:
        return *_of(read_secret(Path(own)), own), own
    try:
        found, project = google.auth.default(scopes=list(SCOPES))
    except DefaultCredentialsError:
        raise SettingsError(
            "Google does not know who asks: no credentials were found.", FILE_VARIABLE,
            "Run: opsheet google login KEY.json (docs/google.md shows where the key comes from)."
        ) from None
    who = getattr(found, "service_account_email", "") or "you"
    return found, who, project or "", "Google's own defaults"


def _of(secret: dict[str, Any], where: str) -> tuple[Any, str, str]:
    from google.oauth2 import credentials, service_account

    try:
        if secret.get("type") == "service_account":
            made = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                secret, scopes=list(SCOPES))
            return made, str(secret["client_email"]), str(secret.get("project_id", ""))
        if "refresh_token" in secret:
            made = credentials.Credentials.from_authorized_user_info(  # type: ignore[no-untyped-call]
                secret, scopes=list(SCOPES))
            return made, "you", str(secret.get("client_id", ""))
    except (ValueError, KeyError):
        pass
    raise SettingsError("This file holds no Google credentials.", where,
                        "Give the JSON key of a service account (docs/google.md).")


def read_secret(path: Path) -> dict[str, Any]:
    """A file with credentials.

    Raises:
        SettingsError: it is missing, no JSON, or others can read it.
    """
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise SettingsError("Others on this machine can read the Google credentials.",
                                str(path), f"Run: chmod 600 '{path}'")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The Google credentials cannot be read: {error.strerror}.", str(path),
                            "Check the path, or run: opsheet google login KEY.json") from None
    except ValueError:
        raise SettingsError("The Google credentials are no JSON.", str(path),
                            "Download the key of the service account anew.") from None
    return found if isinstance(found, dict) else {}


def keep(secret: dict[str, Any], path: Path | None = None) -> Path:
    """Writes credentials so that only their owner can read them."""
    _of(secret, "the file")
    target = path or default_file()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spare = target.with_name(target.name + ".new")
    spare.unlink(missing_ok=True)
    with open(os.open(spare, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w",
              encoding="utf-8") as file:
        json.dump(secret, file)
    spare.replace(target)
    return target


def keep_in_keyring(secret: dict[str, Any]) -> str:
    """Hands credentials to the system's keyring; says which one.

    Raises:
        SettingsError: the package is missing, or there is no keyring on this machine.
    """
    _of(secret, "the file")
    try:
        import keyring
    except ImportError:
        raise SettingsError("The keyring needs a package that is not installed.", "",
                            "Run: pip install keyring, or log in without --keyring.") from None
    try:
        keyring.set_password(KEYRING, "credentials", json.dumps(secret))
    except keyring.errors.KeyringError:
        raise SettingsError("This machine has no keyring that can be written.", "",
                            "Log in without --keyring: the file can be read by you alone."
                            ) from None
    return str(keyring.get_keyring().name)


def of_person(client: dict[str, Any]) -> dict[str, Any]:
    """Credentials of a person, who allows it in the browser; never written by gspread itself.

    Raises:
        SettingsError: the packages for it are missing, or it was not allowed.
    """
    try:
        from google_auth_oauthlib.flow import InstalledAppFlow  # type: ignore[import-untyped]
    except ImportError:
        raise SettingsError("Logging in as a person needs google-auth-oauthlib.", "",
                            "Run: pip install 'opsheet[google]'") from None
    import webbrowser

    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

    try:
        webbrowser.get()
        opens = True
    except webbrowser.Error:
        opens = False  # the address is printed instead
    try:
        flow = InstalledAppFlow.from_client_config(client, scopes=list(SCOPES))
        made = flow.run_local_server(port=0, open_browser=opens)
    except (OAuth2Error, ValueError) as error:
        why = error.error if isinstance(error, OAuth2Error) else "this is no client of a person"
        raise SettingsError(f"Google did not give leave: {why}.", "",
                            "Log in again, choose your account and allow spreadsheets.") from None
    return dict(json.loads(made.to_json()))


def _from_keyring() -> dict[str, Any] | None:
    """The optional keyring; machines without one have nothing there."""
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    try:
        kept = keyring.get_password(KEYRING, "credentials")
    except keyring.errors.KeyringError:
        return None
    return dict(json.loads(kept)) if kept else None


# --- another server ---------------------------------------------------------------------


def endpoint(env: Mapping[str, str]) -> str:
    """OPSHEET_GOOGLE_ENDPOINT: a server on this machine that stands in for Google; "" is Google.

    Raises:
        SettingsError: it is not on this machine: a token must not go anywhere else.
    """
    given = env.get(ENDPOINT_VARIABLE, "").rstrip("/")
    if not given:
        return ""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or parts.hostname not in (
            "127.0.0.1", "::1", "localhost") or parts.username:
        raise SettingsError("Only a server on this machine may stand in for Google.",
                            f"{ENDPOINT_VARIABLE}={given}",
                            "Give http://127.0.0.1:PORT, or unset the variable.")
    return given


def _redirect(base: str) -> Any:
    """An adapter that sends to `base` what is meant for Google, and nothing anywhere else."""
    import requests
    from requests.adapters import HTTPAdapter

    class Redirect(HTTPAdapter):
        # google-auth copies the session for its look-ups; this is what a copy keeps.
        __attrs__ = [*HTTPAdapter.__attrs__, "base"]  # noqa: RUF012

        def __init__(self) -> None:
            super().__init__()
            self.base = base

        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            parts = urlsplit(request.url or "")
            if parts.hostname not in _HOSTS:
                raise requests.ConnectionError(f"{parts.hostname} is not to be reached")
            request.url = self.base + parts.path + ("?" + parts.query if parts.query else "")
            options["proxies"] = {}  # this machine is reached without a proxy
            return super().send(request, *args, **options)

    return Redirect()


def refuse_id(spreadsheet: str) -> str:
    """The id of a spreadsheet, also out of its address.

    Raises:
        SurfaceError: it cannot be one.
    """
    text = spreadsheet.strip()
    if "/d/" in text:
        text = text.split("/d/")[1].split("/")[0]
    if not text or not all(c.isalnum() or c in "-_" for c in text):
        raise SurfaceError(f"'{spreadsheet}' is no spreadsheet id.", "",
                           "Copy it from the address: docs.google.com/spreadsheets/d/ID/edit")
    return text
