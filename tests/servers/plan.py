"""A spreadsheet on the local Google server, as the tests reach it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gspread
import pytest

from tests.servers.google import GoogleServer

ROWS = {"sheetId": 0, "dimension": "ROWS"}
VALUE: dict[str, Any] = {"updateCells": {
    "start": {}, "fields": "userEnteredValue",
    "rows": [{"values": [{"userEnteredValue": {"numberValue": 1}}]}]}}  # 1 in A1


def error_of(caught: pytest.ExceptionInfo[gspread.exceptions.APIError]) -> dict[str, Any]:
    """The error in the body of a refused call."""
    found: dict[str, Any] = caught.value.response.json()["error"]
    return found


@dataclass
class Plan:
    """A spreadsheet that is shared with a service account."""

    server: GoogleServer
    id: str
    key: Path
    client: gspread.Client

    @property
    def http(self) -> gspread.HTTPClient:
        return self.client.http_client

    def batch(self, *requests: dict[str, Any], **options: Any) -> Any:
        """One batchUpdate."""
        return self.http.batch_update(self.id, {"requests": list(requests), **options})

    def get(self, fields: str | None = None, *ranges: str) -> Any:
        """spreadsheets.get with a mask."""
        params: dict[str, Any] = {"fields": fields} if fields else {}
        return self.http.spreadsheets_get(self.id, params | {"ranges": list(ranges)})

    def put(self, where: str, rows: list[list[Any]], option: str = "RAW") -> Any:
        return self.http.values_update(
            self.id, where, {"valueInputOption": option}, {"values": rows})

    def read(self, where: str, render: str = "UNFORMATTED_VALUE", **more: str) -> Any:
        found = self.http.values_get(self.id, where, {"valueRenderOption": render, **more})
        return found.get("values", [])


def area(top: int, bottom: int, left: int, right: int, sheet: int = 0) -> dict[str, int]:
    return {"sheetId": sheet, "startRowIndex": top, "endRowIndex": bottom,
            "startColumnIndex": left, "endColumnIndex": right}


def number(value: float) -> dict[str, Any]:
    return {"userEnteredValue": {"numberValue": value}}


def sheet(plan: Plan, fields: str, title: str = "Sheet1") -> Any:
    found = plan.get(f"sheets(properties.title,{fields})")["sheets"]
    return next(s for s in found if s["properties"]["title"] == title)


def refused(plan: Plan, message: str, *requests: dict[str, Any]) -> None:
    with pytest.raises(gspread.exceptions.APIError, match=message):
        plan.batch(*requests)


def metadata(row: int, key: str, **more: Any) -> dict[str, Any]:
    spot = {**ROWS, "startIndex": row, "endIndex": row + 1}
    return {"createDeveloperMetadata": {"developerMetadata": {
        "metadataKey": key, "visibility": "DOCUMENT", "location": {"dimensionRange": spot},
        **more}}}
