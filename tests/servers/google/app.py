"""The server: HTTP on loopback; every request and answer is held to Google's schemas."""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import api, drive, faults, masks, validate
from .auth import Account, Auth, TokenError
from .clock import Clock
from .discovery import Method, route
from .errors import GoogleError, NotKnown, not_found
from .grid import Book
from .person import Person
from .quota import Call, Log, Quota

Json = dict[str, Any]
Answer = tuple[int, str, bytes]
JSON = "application/json; charset=UTF-8"


class GoogleServer:
    """A Google Sheets API on loopback. Use it as a context manager; `url` is its address.

    Leaving it raises ServerFault when an answer did not conform to Google's schemas or a method
    or request was asked for that this server does not know: a test cannot pass over that.
    """

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.clock = clock or Clock()
        self.auth = Auth(self.clock)
        self.quota = Quota(self.clock)
        self.faults = faults.Faults()
        self.log = Log()
        self.books: dict[str, Book] = {}
        self.violations: list[str] = []
        self.stopping = threading.Event()
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> GoogleServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> GoogleServer:
        return self.start()

    def __exit__(self, kind: object, *_: object) -> None:
        self.stop()
        if self.violations and kind is None:
            raise validate.ServerFault("\n".join(self.violations))

    # What a test prepares.

    def service_account(self, path: Path, email: str = "", project: str = "opsheet-1") -> Account:
        """Writes a key file for gspread.service_account or google.oauth2 to `path`."""
        return self.auth.service_account(path, self.url, email, project)

    def spreadsheet(self, title: str = "Plan", *, id: str = "", share: tuple[str, ...] = (),
                    role: str = "writer", locale: str = "en_US") -> str:
        """A spreadsheet that a person made and shared with these addresses; its id."""
        made = id or f"spreadsheet-{len(self.books) + 1}"
        self.books[made] = api.new_book(made, {"title": title, "locale": locale},
                                        "owner@example.com")
        self.books[made].roles = dict.fromkeys(share, role)
        return made

    def person(self, spreadsheet: str, who: str = "owner@example.com") -> Person:
        """A colleague who edits the spreadsheet between two calls."""
        return Person(self.books, spreadsheet, who, self.lock)

    # Answering.

    def answer(self, verb: str, target: str, headers: Any, body: bytes) -> Answer | None:
        """The answer to a request; None closes the connection without one."""
        parts = urlsplit(target)
        call = Call(self.clock.now(), verb, parts.path, sent=len(body))
        asides: list[faults.Fault] = []
        struck, answered = None, None
        try:
            found = route(verb, parts.path)
            if parts.path == "/token":
                call.method = "token"
            if found:
                call.method, call.kind = found[0].id.partition(".")[2], found[0].kind
                call.spreadsheet = found[1].get("spreadsheetId", "")
            account = self._admit(found, headers, call)
            asides, struck = self.faults.strike(f"{verb} {parts.path}")
            for one in asides:
                self._step_in(one, before=True)
            if not struck or struck.applied or struck.what == "truncate":
                answered = self._done(verb, parts.path, parts.query, headers, body, found, account)
        except GoogleError as error:
            if isinstance(error, NotKnown):
                self.violations.append(error.message)
            answered = error.code, JSON, json.dumps(error.body()).encode()
        for one in asides:
            self._step_in(one, before=False)
        if struck:
            call.fault = struck.name
            if isinstance(struck.what, int):
                answered = faults.answer(struck, call.project)
            elif struck.what == "close":
                answered = None
        call.status = answered[0] if answered else 0
        call.answered = len(answered[2]) if answered else 0
        self.log.append(call)
        if answered and struck and struck.what == "truncate":
            return 0, answered[1], answered[2]
        return answered

    def _step_in(self, fault: faults.Fault, *, before: bool) -> None:
        """A person acts before the request is done, or after it with `applied`; a delay alike."""
        if before == fault.applied:
            return
        if fault.act:
            fault.act()
        if fault.what == "hang":
            self.stopping.wait(fault.seconds)

    def _admit(self, found: Any, headers: Any, call: Call) -> Account | None:
        """Who asks, within the quota; None for what needs no token."""
        if not found:
            return None
        method = found[0]
        account = self.auth.check(headers.get("Authorization", ""), method.scopes)
        call.who, call.project = account.email, account.project
        if method.id.startswith("drive."):
            call.kind = ""
        else:
            self.quota.spend(method.kind, account.email, account.project)
        return account

    def _done(self, verb: str, path: str, query: str, headers: Any, body: bytes,
              found: tuple[Method, dict[str, str]] | None, account: Account | None) -> Answer:
        if path == "/token":
            return self._token(body)
        if path.endswith("/allowedLocations"):  # google-auth asks this of iamcredentials
            return 200, JSON, b'{"locations": [], "encodedLocations": "0x0"}'
        if not found or not account:
            if path.startswith(("/v4/", "/drive/")):
                raise NotKnown(f"{verb} {path}")
            raise not_found()
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        with self.lock:
            made = self._method(*found, query, body, account)
        return 200, JSON, json.dumps(made, ensure_ascii=False).encode()

    def _token(self, body: bytes) -> Answer:
        form = {name: texts[0] for name, texts in parse_qs(body.decode()).items()}
        try:
            return 200, JSON, json.dumps(self.auth.grant(form, self.url)).encode()
        except TokenError as wrong:
            error, text = wrong.args
            return 400, JSON, json.dumps({"error": error, "error_description": text}).encode()

    def _method(self, method: Method, path: dict[str, str], query: str, body: bytes,
                account: Account) -> Json:
        name = "drive.v3" if method.id.startswith("drive.") else "sheets.v4"
        given = validate.parameters(method, parse_qs(query, keep_blank_values=True) | {
            key: [text] for key, text in path.items()})
        try:
            parsed = json.loads(body or b"{}")
        except ValueError as wrong:
            raise GoogleError(400, "Invalid JSON payload received. Unexpected token.") from wrong
        known: Any = drive.METHODS if name == "drive.v3" else api.METHODS
        if method.id not in known:
            raise NotKnown(method.id)
        mask = given.pop("fields", None)
        tree = masks.of(method.response, mask, name) if mask and mask != "*" else None
        if name == "sheets.v4" and method.request:  # Drive passes over fields that it does not know
            parsed = validate.request(method.request, parsed)
        ask = api.Ask(self.books, account, method.kind == "Write", given, parsed, tree)
        made = known[method.id](ask)
        self._check(method, made, name)
        if ask.changed is not None:
            self.books[ask.changed.id] = ask.changed
        return masks.pick(tree, made) if tree else made  # type: ignore[no-any-return]

    def _check(self, method: Method, made: Json, name: str) -> None:
        if not method.response:
            return
        try:
            validate.answer(method.response, made, name)
        except validate.ServerFault as fault:
            self.violations.append(f"{method.id}: {fault}")
            raise GoogleError(500, f"Not as Google's schema says: {fault}") from fault


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], owner: GoogleServer) -> None:
        self.owner = owner
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a fault of this server."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            self.owner.violations.append(f"{type(error).__name__}: {error}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answered = self.server.owner.answer(self.command, self.path, self.headers, body)
        if answered is None:
            self._hang_up()
            return
        status, kind, content = answered
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(content) > 1000
        if packed:
            content = gzip.compress(content, 1)
        self.send_response(status or 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content if status else content[: len(content) // 2])
        if not status:
            self._hang_up()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the server's own log."""
