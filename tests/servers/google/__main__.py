"""`python -m tests.servers.google [--port N] [--key key.json]`: the server until it is stopped.

Prints what a client needs as one JSON line: the address, the key file, a spreadsheet's id.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from .app import GoogleServer


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.servers.google", description=__doc__)
    words.add_argument("--port", type=int, default=0, help="0: any free port")
    words.add_argument("--key", type=Path, default=Path("google-key.json"),
                       help="where the service account's key file is written")
    words.add_argument("--title", default="Plan", help="the spreadsheet's title")
    given = words.parse_args()
    server = GoogleServer(port=given.port)
    account = server.service_account(given.key)
    book = server.spreadsheet(given.title, share=(account.email,))
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: sys.exit(0))
    with server:
        print(json.dumps({"endpoint": server.url, "key": str(given.key), "spreadsheet": book,
                          "account": account.email}), flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
