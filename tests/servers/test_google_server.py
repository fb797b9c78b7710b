"""The local Google server over HTTP, with gspread and google-auth: who may, how much, what fails.

Each rule with its source; google.md is the project's notes on Google's documentation.
"""

from __future__ import annotations

import copy
import json
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import google.auth.credentials
import google.auth.exceptions
import gspread
import pytest
import requests

from tests.servers.google import GoogleServer, ServerFault, client, peak, session
from tests.servers.plan import VALUE, Plan, error_of

# Who may.


def test_the_whole_google_auth_path(plan: Plan) -> None:
    """google.md: "A service-account JSON whose token_uri points at the loopback exercises the whole
    google-auth path." One token, then calls with it."""
    assert plan.client.open_by_key(plan.id).title == "Plan"
    assert plan.server.log.number(method="token") == 1
    assert plan.server.log.number("Read", who="opsheet@opsheet-1.iam.gserviceaccount.com") == 1
    assert stat.S_IMODE(plan.key.stat().st_mode) == 0o600


def test_a_signature_of_another_key_is_refused(plan: Plan, tmp_path: Path) -> None:
    """OAuth for service accounts: "invalid_grant: Invalid JWT Signature"."""
    plan.server.service_account(tmp_path / "other.json", "other@x.iam.gserviceaccount.com")
    info = json.loads(plan.key.read_text())
    info["private_key"] = json.loads((tmp_path / "other.json").read_text())["private_key"]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(info))
    with pytest.raises(google.auth.exceptions.RefreshError, match="Invalid JWT Signature"):
        client(forged, plan.server.url).open_by_key(plan.id)


def test_an_unknown_account_is_refused(plan: Plan) -> None:
    plan.server.auth.accounts.clear()
    with pytest.raises(google.auth.exceptions.RefreshError, match="account not found"):
        plan.get()


def test_an_expired_token_is_401_and_google_auth_asks_for_another(plan: Plan) -> None:
    """google.auth AuthorizedSession refreshes on 401; tokens live "1 hour"."""
    plan.get()
    plan.server.clock.advance(3601)
    plan.get()
    assert [c.status for c in plan.server.log.calls() if c.method.startswith("spr")] == [
        200, 401, 200]
    plan.server.auth.expire_all()
    plan.get()
    assert plan.server.log.number(method="token") == 3
    bare = requests.get(f"{plan.server.url}/v4/spreadsheets/{plan.id}", timeout=5)
    assert bare.status_code == 401
    assert bare.json()["error"]["status"] == "UNAUTHENTICATED"


def test_403_not_shared_404_unknown(plan: Plan) -> None:
    """Recorded: "The caller does not have permission" and "Requested entity was not found."."""
    private = plan.server.spreadsheet("Private")
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.http.spreadsheets_get(private)
    assert error_of(caught) == {"code": 403, "status": "PERMISSION_DENIED",
                                "message": "The caller does not have permission"}
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.http.spreadsheets_get("none")
    assert error_of(caught)["status"] == "NOT_FOUND"


def test_a_reader_may_not_write(plan: Plan) -> None:
    reader = plan.server.spreadsheet("Read", share=tuple(plan.server.auth.accounts), role="reader")
    plan.http.spreadsheets_get(reader)
    with pytest.raises(gspread.exceptions.APIError, match="does not have permission"):
        plan.http.batch_update(reader, {"requests": [VALUE]})


def test_api_not_enabled_and_missing_scope(plan: Plan) -> None:
    """google.rpc.ErrorInfo: SERVICE_DISABLED, ACCESS_TOKEN_SCOPE_INSUFFICIENT."""
    small = client(plan.key, plan.server.url,
                   ("https://www.googleapis.com/auth/spreadsheets.readonly",))
    small.http_client.spreadsheets_get(plan.id)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        small.http_client.batch_update(plan.id, {"requests": [VALUE]})
    assert error_of(caught)["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    next(iter(plan.server.auth.accounts.values())).api_enabled = False
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.get()
    assert error_of(caught)["details"][1]["reason"] == "SERVICE_DISABLED"


def test_a_service_account_cannot_create(plan: Plan) -> None:
    """google.md: "Service accounts have no Drive storage: `create` gives 403"."""
    with_drive = client(plan.key, plan.server.url, ("https://www.googleapis.com/auth/drive",))
    with pytest.raises(gspread.exceptions.APIError, match="storage quota has been exceeded"):
        with_drive.create("New")
    plan.server.auth.accounts["opsheet@opsheet-1.iam.gserviceaccount.com"].drive_storage = True
    made = with_drive.create("New")
    assert with_drive.open("New").id == made.id
    made.share("someone@example.com", perm_type="user", role="writer")
    assert plan.server.books[made.id].roles == {"someone@example.com": "writer"}


def test_nothing_leaves_the_machine(plan: Plan) -> None:
    """google-auth copies the session that asks for tokens and looks things up with the copy at
    iamcredentials.googleapis.com (2.50 to 2.62 in the background, later where it is switched on):
    that comes here too."""
    made = session(plan.key, plan.server.url)
    copied = copy.deepcopy(made._auth_request)
    found = copied("https://iamcredentials.googleapis.com/v1/projects/-/allowedLocations")
    assert found.status == 200
    assert any(call.path.endswith("/allowedLocations") for call in plan.server.log)
    with pytest.raises(requests.ConnectionError, match="not to be reached"):
        made.get("https://example.com", timeout=5)


# Schemas.


@pytest.mark.parametrize(("request_", "message"), [
    ({"addShet": {}}, "Unknown name \"addShet\" at 'requests[0]': Cannot find field."),
    ({"updateCells": {"start": {"rowIndex": "x"}}},
     "Invalid value at 'requests[0].update_cells.start.row_index' (TYPE_INT32), \"x\""),
    ({"insertDimension": {"range": {"dimension": "LINES"}}},
     "Invalid value at 'requests[0].insert_dimension.range.dimension' (enum), \"LINES\""),
    ({"deleteSheet": {"sheetId": True}},
     "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), true"),
])
def test_a_body_that_does_not_fit_the_schema(
    plan: Plan, request_: dict[str, Any], message: str
) -> None:
    """google.md: "Validate every request and response in tests with it" (the discovery
    document)."""
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.batch(request_)
    error = error_of(caught)
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert message in error["message"]
    assert error["details"][0]["fieldViolations"][0]["description"] == error["message"]


def test_an_unknown_query_parameter(plan: Plan) -> None:
    with pytest.raises(gspread.exceptions.APIError, match="Cannot bind query parameter"):
        plan.http.values_get(plan.id, "A1", {"valueRender": "FORMULA"})


def test_a_mask_of_unknown_fields(plan: Plan) -> None:
    """Field masks: "Error expanding 'fields' parameter"."""
    with pytest.raises(gspread.exceptions.APIError, match=r"path 'sheets\.property'"):
        plan.get("sheets.property.title")


def test_an_answer_that_does_not_conform_fails_the_test(tmp_path: Path) -> None:
    with pytest.raises(ServerFault, match="updatedRws"), GoogleServer() as server:
        account = server.service_account(tmp_path / "key.json")
        book = server.spreadsheet(share=(account.email,))
        server.books[book].properties["updatedRws"] = 1
        answer = session(tmp_path / "key.json", server.url).get(
            f"https://sheets.googleapis.com/v4/spreadsheets/{book}", timeout=5)
        assert answer.status_code == 500


def test_what_the_server_does_not_know_fails_the_test(tmp_path: Path) -> None:
    with pytest.raises(ServerFault, match="does not know addSlicer"), GoogleServer() as server:
        account = server.service_account(tmp_path / "key.json")
        book = server.spreadsheet(share=(account.email,))
        session(tmp_path / "key.json", server.url).post(
            f"https://sheets.googleapis.com/v4/spreadsheets/{book}:batchUpdate",
            json={"requests": [{"addSlicer": {}}]}, timeout=5)


# Quotas.


def test_60_reads_a_minute_per_user(plan: Plan) -> None:
    """google.md: "300 requests a minute per project and 60 per user, reads and writes apart"."""
    for _ in range(60):
        plan.get("spreadsheetId")
    with pytest.raises(gspread.exceptions.APIError) as caught:
        plan.get("spreadsheetId")
    error = error_of(caught)
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert "'Read requests per minute per user'" in error["message"]
    assert error["details"][0]["metadata"]["quota_limit_value"] == "60"
    plan.batch(VALUE)  # writes are counted apart
    plan.server.clock.advance(59.9)
    with pytest.raises(gspread.exceptions.APIError):
        plan.get("spreadsheetId")
    plan.server.clock.advance(0.2)
    plan.get("spreadsheetId")
    assert peak(plan.server.log.calls("Read")) == 60


def test_300_a_minute_per_project(plan: Plan, tmp_path: Path) -> None:
    plan.server.quota.per_project = 70
    other = plan.server.service_account(tmp_path / "b.json", "b@opsheet-1.iam.gserviceaccount.com")
    plan.server.books[plan.id].roles[other.email] = "writer"
    second = client(tmp_path / "b.json", plan.server.url)
    for _ in range(60):
        plan.get("spreadsheetId")
    for _ in range(10):
        second.http_client.spreadsheets_get(plan.id)
    with pytest.raises(gspread.exceptions.APIError, match="'Read requests per minute' of"):
        second.http_client.spreadsheets_get(plan.id)
    foreign = plan.server.service_account(tmp_path / "c.json", "c@else.iam.gserviceaccount.com",
                                          "else")
    plan.server.books[plan.id].roles[foreign.email] = "writer"
    client(tmp_path / "c.json", plan.server.url).http_client.spreadsheets_get(plan.id)


def test_a_batch_counts_once(plan: Plan) -> None:
    """google.md: "a batch counts once and is atomic"."""
    plan.batch(*[VALUE] * 500)
    assert plan.server.log.number("Write") == 1


# The server itself.


def test_many_at_once(plan: Plan) -> None:
    plan.server.quota.per_user = plan.server.quota.per_project = None
    plan.get()

    def work(column: int) -> None:
        own = client(plan.key, plan.server.url)
        for row in range(5):
            own.http_client.batch_update(plan.id, {"requests": [{"updateCells": {
                **VALUE["updateCells"], "start": {"rowIndex": row, "columnIndex": column}}}]})

    threads = [threading.Thread(target=work, args=(column,)) for column in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plan.server.person(plan.id).rows("Sheet1") == [[1] * 8] * 5


def test_the_log_says_what_was_sent(plan: Plan) -> None:
    plan.batch(VALUE)
    call = plan.server.log.calls("Write")[0]
    assert (call.spreadsheet, call.method, call.project) == (
        plan.id, "spreadsheets.batchUpdate", "opsheet-1")
    assert call.sent == len(json.dumps({"requests": [VALUE]}))
    assert call.answered > 0


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.google", "--key", str(tmp_path / "key.json")],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout
        said = json.loads(process.stdout.readline())
        sheet = client(Path(said["key"]), said["endpoint"]).open_by_key(said["spreadsheet"])
        assert sheet.sheet1.title == "Sheet1"
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()
