"""gspread and google-auth pointed at a server on loopback; nothing leaves this machine.

gspread has no setting for its address: its URLs are constants. They are redirected in the
transport, which also catches google-auth's own look-ups (newer versions ask
iamcredentials.googleapis.com). """

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from requests.adapters import HTTPAdapter

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
HOSTS = ("sheets.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com",
         "iamcredentials.googleapis.com")


class Redirect(HTTPAdapter):
    """Sends what is meant for Google to `endpoint`, and refuses every other https address."""

    # google-auth copies the session for a look-up in the background; this is what a copy keeps.
    __attrs__ = [*HTTPAdapter.__attrs__, "endpoint"]  # noqa: RUF012

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self.endpoint = endpoint

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        parts = urlsplit(request.url or "")
        if parts.hostname not in HOSTS:
            raise requests.ConnectionError(f"{parts.hostname} is not to be reached")
        request.url = self.endpoint + parts.path + ("?" + parts.query if parts.query else "")
        return super().send(request, *args, **options)


def session(key_file: Path, endpoint: str, scopes: tuple[str, ...] = SCOPES) -> AuthorizedSession:
    """An authorised session whose calls to Google, and its own for tokens, go to `endpoint`."""
    plain = requests.Session()
    plain.mount("https://", Redirect(endpoint))
    credentials = service_account.Credentials.from_service_account_file(  # type: ignore
        str(key_file), scopes=list(scopes))
    made = AuthorizedSession(credentials, auth_request=Request(plain))  # type: ignore
    made.mount("https://", Redirect(endpoint))
    return made


def client(key_file: Path, endpoint: str, scopes: tuple[str, ...] = SCOPES) -> gspread.Client:
    """A gspread client on `endpoint`."""
    made = session(key_file, endpoint, scopes)
    return gspread.Client(auth=made.credentials, session=made)
