"""A Google Sheets API on loopback for tests, written from Google's documented rules.

    with GoogleServer() as server:
        account = server.service_account(tmp_path / "key.json")
        book = server.spreadsheet("Plan", share=(account.email,))
        sheet = client(tmp_path / "key.json", server.url).open_by_key(book).sheet1

app.py answers HTTP; discovery.py and validate.py hold it to Google's own schemas; auth.py, quota.py
and faults.py are what goes wrong; grid.py, moves.py, formulas.py, evaluate.py are the spreadsheet;
values.py and requests_*.py what can be done with it; person.py a colleague who edits it.
"""

from .app import GoogleServer
from .client import Redirect, client, session
from .clock import Clock
from .person import Person
from .quota import Call, Log, peak
from .validate import ServerFault

__all__ = ["Call", "Clock", "GoogleServer", "Log", "Person", "Redirect", "ServerFault", "client",
           "peak", "session"]
