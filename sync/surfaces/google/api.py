"""Asks Google: counted, limited, retried as Google advises, and never repeated blindly.

Each write carries a number that can be used once (the id of our metadata): of two writers only one
succeeds, and a write whose answer was lost is looked up before it is sent again.
"""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from sync.surfaces.google.credentials import Login
from sync.surfaces.google.found import META, load
from sync.surfaces.google.quota import SHARED, Limiter
from workbook.errors import SurfaceError

Json = dict[str, Any]
_log = logging.getLogger("opsheet.google")
_BASE = "https://sheets.googleapis.com/v4/spreadsheets/"
TIMEOUT = (10, 190)  # seconds to connect, to answer: Google gives up after 180
TRIES, CAP, DEADLINE = 6, 64, 900
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_QUOTA = ("Wait a minute and run it again: Google allows 60 calls a minute, and other programs of "
          "your project count too.")
_REACH = "Check the connection; behind a proxy set HTTPS_PROXY. Nothing that people typed is lost."
_FIRST_ID = 1_900_000_000  # ids of our metadata: this and the number of the write


class Again(Exception):
    """A call that may be repeated; `unsure`: it may have taken effect. `do`: what else helps."""

    def __init__(self, what: str, *, unsure: bool, do: str = "") -> None:
        super().__init__(what)
        self.unsure = unsure
        self.do = do or "Nothing that people typed is lost; run it again later."


class Refused(Exception):
    """Google refuses the call: (status, message)."""


class Moved(Exception):
    """Nothing was written: another refresh or a person changed what the write counts on.

    Its argument is the error to tell if it stays so.
    """


class Api:
    """The calls on one spreadsheet. `calls`: how many were sent, by kind."""

    def __init__(
        self, spreadsheet: str, login: Login, limiter: Limiter | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        import gspread

        self.spreadsheet, self.login, self.limiter = spreadsheet, login, limiter or SHARED
        client = gspread.Client(auth=login.session.credentials, session=login.session)
        self._http = client.http_client
        self._http.set_timeout(timeout)
        self._until, self._tries = self.limiter.clock.now() + DEADLINE, TRIES
        self.calls = {"read": 0, "write": 0}

    def start(self) -> None:
        """A refresh begins: it has so many seconds from now."""
        self._until, self._tries = self.limiter.clock.now() + DEADLINE, TRIES

    def briefly(self) -> None:
        """Some seconds, and one try: to look, or to say that a refresh could not finish."""
        self._until, self._tries = self.limiter.clock.now() + 30, 1

    def read(self, fields: str) -> Json:
        """`spreadsheets.get` with a mask.

        Raises:
            SurfaceError: Google refuses, or does not answer.
        """
        try:
            for attempt in self._attempts():
                with attempt:
                    return self._call("get", "", params={"fields": fields})
        except (Again, Refused) as error:
            raise self._told(error) from None
        raise AssertionError

    def write(
        self, requests: list[Json], meta: Json, ranges: list[str], fields: str
    ) -> Json | None:
        """One atomic batchUpdate that also replaces our metadata; what `ranges` hold afterwards.

        None: it was applied, but the answer was lost.

        Raises:
            Moved: another refresh was first, or a tab is gone; nothing was written.
            SurfaceError: Google refuses, or does not answer; where it says so, all was written.
        """
        number, token = int(meta.get("number", 0)) + 1, uuid.uuid4().hex
        meta |= {"number": number, "token": token}
        body = {"requests": [*requests, *_stamp(number, json.dumps(meta))],
                "includeSpreadsheetInResponse": bool(ranges), "responseRanges": ranges,
                "responseIncludeGridData": bool(ranges)}
        mask = f"spreadsheetId,updatedSpreadsheet({fields})" if ranges else "spreadsheetId"
        unsure = False
        try:
            for attempt in self._attempts():
                with attempt:
                    if unsure and self._stands(token):
                        return None
                    try:
                        done = self._call("post", ":batchUpdate", json=body,
                                          params={"fields": mask})
                        return dict(done.get("updatedSpreadsheet", {}))
                    except Again as error:
                        unsure |= error.unsure
                        raise
        except Refused as error:
            if error.args[0] != 400:
                raise self._told(error) from None
            if self._stands_now(token):
                return None
            raise Moved(self._told(error)) from None
        except Again as error:
            if unsure and self._stands_now(token):
                return None
            raise self._told(error) from None
        raise AssertionError

    def values(self, ranges: list[Json]) -> None:
        """RAW values: absolute, so they may be sent twice, and text is never a formula.

        Raises:
            Moved: a tab is gone or smaller than it was.
            SurfaceError: Google refuses, or does not answer.
        """
        body = {"valueInputOption": "RAW", "data": ranges}
        try:
            for attempt in self._attempts():
                with attempt:
                    self._call("post", "/values:batchUpdateByDataFilter", json=body,
                               params={"fields": "spreadsheetId"})
        except Refused as error:
            if error.args[0] != 400:
                raise self._told(error) from None
            raise Moved(self._told(error)) from None
        except Again as error:
            raise self._told(error) from None

    def named(self, name: str) -> Any:
        """The value of the one cell of a name; None where it is empty or there is no such name.

        Raises:
            SurfaceError: Google refuses, or does not answer.
        """
        try:
            for attempt in self._attempts():
                with attempt:
                    found = self._call("get", f"/values/{name}", params={
                        "valueRenderOption": "UNFORMATTED_VALUE"})
                    return (found.get("values") or [[None]])[0][0]
        except Refused as error:
            if error.args[0] == 400:
                return None
            raise self._told(error) from None
        except Again as error:
            raise self._told(error) from None
        raise AssertionError

    def probe(self) -> None:
        """A write that changes nothing: it deletes metadata of a name that nothing has.

        Raises:
            SurfaceError: the spreadsheet cannot be written.
        """
        nothing = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {
            "metadataKey": "ops_nothing"}}}}
        try:
            for attempt in self._attempts():
                with attempt:
                    self._call("post", ":batchUpdate", json={"requests": [nothing]},
                               params={"fields": "spreadsheetId"})
        except (Again, Refused) as error:
            raise self._told(error) from None

    def _stands(self, token: str) -> bool:
        """Is the metadata in the spreadsheet that of the write with this token?"""
        found = self._call("get", "", params={
            "fields": "developerMetadata(metadataKey,metadataValue)"})
        return any(one["metadataKey"] == META and load(one.get("metadataValue", "")).get(
            "token") == token for one in found.get("developerMetadata", []))

    def _stands_now(self, token: str) -> bool:
        try:
            for attempt in self._attempts():
                with attempt:
                    return self._stands(token)
        except (Again, Refused) as error:
            raise self._told(error) from None
        raise AssertionError

    def _attempts(self) -> Any:
        """Full jitter, at most TRIES, within the refresh's own time."""
        import tenacity

        clock = self.limiter.clock
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Again), reraise=True,
            wait=tenacity.wait_random_exponential(multiplier=1, max=CAP),
            stop=lambda state: state.attempt_number >= self._tries or clock.now() > self._until,
            sleep=clock.sleep)

    def _call(self, verb: str, what: str, **options: Any) -> Json:
        """One request; its HTTP status decides, not its body: a 502 is a page of HTML."""
        import gspread
        import requests
        from google.auth import exceptions

        kind = "read" if verb == "get" else "write"
        self.limiter.acquire(kind, self.login.who, self.login.project, self.spreadsheet)
        self.calls[kind] += 1
        try:
            answer = self._http.request(verb, _BASE + self.spreadsheet + what, **options)
            return dict(answer.json())
        except gspread.exceptions.APIError as error:
            status = error.response.status_code
            _log.info("%s %s: %s", kind, self.spreadsheet, status)
            if status == 429:
                raise Again("the quota is used up (429)", unsure=False, do=_QUOTA) from None
            if status in _AGAIN:
                raise Again(f"it answers {status}", unsure=True) from None
            raise Refused(status, _message(error.response)) from None
        except exceptions.RefreshError as error:
            if error.retryable:
                raise Again("it gives no token", unsure=False) from None
            raise Refused(401, "") from None
        except exceptions.TransportError:
            raise Again("it cannot be reached", unsure=False, do=_REACH) from None
        except requests.ConnectionError as error:
            raise Again(f"no answer ({type(error).__name__})", unsure=True, do=_REACH) from None
        except (requests.RequestException, ValueError) as error:
            raise Again(f"no answer ({type(error).__name__})", unsure=True) from None

    def _told(self, error: Again | Refused) -> SurfaceError:
        where = f"google:{self.spreadsheet}"
        if isinstance(error, Again):
            tried = ", tried several times" if self._tries > 1 else ""
            return SurfaceError(f"Google did not do it{tried}: {error}.", where, error.do)
        status, message = error.args
        return refusal(status, message, where, self.login.who)


def _stamp(number: int, value: str) -> list[Json]:
    """Only the metadata that were read are replaced: if others stand there, the id is taken."""
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {
            "metadataId": _FIRST_ID + number - 1, "metadataKey": META}}}},
        {"createDeveloperMetadata": {"developerMetadata": {
            "metadataId": _FIRST_ID + number, "metadataKey": META, "metadataValue": value,
            "location": {"spreadsheet": True}, "visibility": "DOCUMENT"}}}]


def _message(response: Any) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""


def refusal(status: int, message: str, where: str, who: str) -> SurfaceError:
    """What Google's refusal means, and what to do about it."""
    low = message.lower()
    if status == 404:
        return SurfaceError("There is no such spreadsheet.", where,
                            "Copy the id from the address: docs.google.com/spreadsheets/d/ID/edit")
    if status == 401:
        return SurfaceError("Google does not accept the credentials.", where,
                            "Run: opsheet google login KEY.json with a key that is still valid.")
    if status == 403 and ("has not been used" in low or "disabled" in low):
        return SurfaceError("The Google Sheets API is not enabled in your project.", where,
                            "Enable it: console.cloud.google.com/apis/library/sheets.googleapis.com"
                            ", wait some minutes, run it again.")
    if status == 403 and "scope" in low:
        return SurfaceError("The credentials may not change spreadsheets.", where,
                            "Run `opsheet google login` again and allow spreadsheets.")
    if status == 403 and "storage" in low:
        return SurfaceError("The owner's Google Drive is full.", where, "Free some space.")
    if status == 403:
        return SurfaceError(f"The spreadsheet is not shared with {who}.", where,
                            f"Open it, press Share, and add {who} as an editor.")
    return SurfaceError(f"Google refused the call ({status}): {message}", where,
                        "Please report this with the text above.")
