"""The little of Drive v3 that gspread asks for: files and who they are shared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .api import Ask, new_book
from .errors import DriveError
from .grid import Book

Json = dict[str, Any]
SHEET = "application/vnd.google-apps.spreadsheet"
TIME = "2026-11-01T00:00:00.000Z"


def _file(book: Book) -> Json:
    return {"kind": "drive#file", "id": book.id, "name": book.properties["title"],
            "mimeType": SHEET, "createdTime": TIME, "modifiedTime": TIME}


def _book(ask: Ask) -> Book:
    book = ask.store.get(ask.given["fileId"])
    if book is None or (ask.who != book.owner and ask.who not in book.roles):
        raise DriveError(404, f"File not found: {ask.given['fileId']}.", "global", "notFound")
    return book


def create(ask: Ask) -> Json:
    """"Service accounts have no Drive storage": 403 unless the account was given some."""
    if not ask.account.drive_storage:
        raise DriveError(403, "The user's Drive storage quota has been exceeded.", "usageLimits",
                         "storageQuotaExceeded")
    book = new_book(f"made-{len(ask.store) + 1}", {"title": ask.body.get("name", "Untitled")},
                    ask.who)
    ask.store[book.id] = book
    return {k: v for k, v in _file(book).items() if k in ("kind", "id", "name", "mimeType")}


def listed(ask: Ask) -> Json:
    """Files that are shared with who asks, with the title that `q` names."""
    title = re.search(r'name\s*=\s*["\'](.*?)["\']', ask.given.get("q", ""))
    seen = [b for b in ask.store.values() if ask.who == b.owner or ask.who in b.roles]
    return {"kind": "drive#fileList", "incompleteSearch": False,
            "files": [_file(b) for b in seen if not title or b.properties["title"] == title[1]]}


def get(ask: Ask) -> Json:
    return _file(_book(ask))


def delete(ask: Ask) -> Json:
    del ask.store[_book(ask).id]
    return {}


def share(ask: Ask) -> Json:
    book, address = _book(ask), ask.body.get("emailAddress", "anyone")
    role = "writer" if ask.body.get("role") in ("writer", "owner") else "reader"
    book.roles[address] = role
    return {"kind": "drive#permission", "id": address, "type": ask.body.get("type", "user"),
            "role": role, "emailAddress": address}


def permissions(ask: Ask) -> Json:
    book = _book(ask)
    people = {book.owner: "owner"} | book.roles
    return {"kind": "drive#permissionList", "permissions": [
        {"kind": "drive#permission", "id": address, "type": "user", "role": role,
         "emailAddress": address} for address, role in people.items()]}


METHODS: dict[str, Callable[[Ask], Json]] = {
    "drive.files.create": create, "drive.files.list": listed, "drive.files.get": get,
    "drive.files.delete": delete, "drive.permissions.create": share,
    "drive.permissions.list": permissions,
}
