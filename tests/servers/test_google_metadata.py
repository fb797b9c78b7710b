"""Developer metadata on the local Google server: it stays with its row.

https://developers.google.com/workspace/sheets/api/guides/metadata
"""

from __future__ import annotations

from typing import Any

import gspread
import pytest

from tests.servers.google.requests_metadata import every
from tests.servers.plan import ROWS, Plan, metadata


def looked_up(**wanted: Any) -> dict[str, Any]:
    return {"developerMetadataLookup": wanted}


def by_filter(plan: Plan, *filters: dict[str, Any]) -> list[Any]:
    """The values that data filters select."""
    answer = plan.http.request(
        "post", f"https://sheets.googleapis.com/v4/spreadsheets/{plan.id}"
        "/values:batchGetByDataFilter", json={"dataFilters": list(filters)}).json()
    return [found["valueRange"].get("values") for found in answer.get("valueRanges", [])]


def places(plan: Plan) -> dict[str, int]:
    return {one["metadataKey"]: one["location"]["dimensionRange"]["startIndex"]
            for _, _, one in every(plan.server.books[plan.id])}


def test_metadata_stays_with_its_row(plan: Plan) -> None:
    """DeveloperMetadata: "if developer metadata is associated with row 5 and another row is then
    subsequently inserted above row 5, that original metadata is still associated with the row it
    was first associated with (what is now row 6)"; "If the associated object is deleted its
    metadata is deleted too." """
    plan.put("A5:A7", [["five"], ["six"], ["seven"]])
    plan.batch(metadata(4, "five"), metadata(5, "six"), metadata(6, "seven"))
    person = plan.server.person(plan.id)
    person.insert_rows("Sheet1", 5)
    assert places(plan) == {"five": 5, "six": 6, "seven": 7}
    person.move_rows("Sheet1", 8, 1, above=1)
    assert places(plan) == {"seven": 0, "five": 6, "six": 7}
    person.delete_rows("Sheet1", 7)
    assert places(plan) == {"seven": 0, "six": 6}
    assert by_filter(plan, looked_up(metadataKey="six")) == [[["six"]]]
    assert by_filter(plan, looked_up(metadataKey="five")) == []


@pytest.mark.parametrize("moves", [False, True])
def test_metadata_when_cells_are_sorted(plan: Plan, moves: bool) -> None:
    """Google does not document it: rows do not move when a range is sorted, so metadata stays; a
    test can ask for the other reading, for a writer must be right under both."""
    plan.server.books[plan.id].sort_moves_metadata = moves
    plan.put("A1:A3", [["c"], ["a"], ["b"]])
    plan.batch(metadata(0, "c"))
    plan.server.person(plan.id).sort("Sheet1", "A1:A3", "A")
    assert places(plan) == {"c": 2 if moves else 0}


def test_metadata_rules(plan: Plan) -> None:
    """"Developer metadata must always have a key specified"; "Must be positive"; "must represent a
    single row or column"; lookups "match the intersection of all the specified fields"."""
    plan.batch(metadata(0, "k", metadataValue="a", metadataId=7),
               metadata(1, "k", metadataValue="b"),
               {"createDeveloperMetadata": {"developerMetadata": {
                   "metadataKey": "plan", "visibility": "DOCUMENT",
                   "location": {"spreadsheet": True}}}})
    for bad in (metadata(0, ""), metadata(0, "k", metadataId=-1), metadata(0, "k", metadataId=7),
                metadata(0, "k", location={"dimensionRange": {**ROWS, "startIndex": 0,
                                                              "endIndex": 2}})):
        with pytest.raises(gspread.exceptions.APIError, match="400"):
            plan.batch(bad)
    answer = plan.batch(
        {"updateDeveloperMetadata": {"dataFilters": [looked_up(metadataKey="k",
                                                               metadataValue="a")],
                                     "developerMetadata": {"metadataValue": "c"},
                                     "fields": "metadataValue"}},
        {"deleteDeveloperMetadata": {"dataFilter": looked_up(metadataValue="b")}})
    updated = answer["replies"][0]["updateDeveloperMetadata"]["developerMetadata"]
    assert [(one["metadataId"], one["metadataValue"]) for one in updated] == [(7, "c")]
    assert plan.get("developerMetadata.metadataKey") == {
        "developerMetadata": [{"metadataKey": "plan"}]}
    rows = plan.get("sheets.data.rowMetadata.developerMetadata", "A1:A2")["sheets"][0]["data"][0]
    assert rows["rowMetadata"][0]["developerMetadata"][0]["location"]["dimensionRange"] == {
        "dimension": "ROWS", "startIndex": 0, "endIndex": 1}


def test_metadata_is_searched(plan: Plan) -> None:
    plan.batch(metadata(2, "k"))
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{plan.id}/developerMetadata:search"
    for one, count in (({"a1Range": "A3:B3"}, 1), ({"a1Range": "A1:B2"}, 0),
                       (looked_up(locationType="ROW"), 1), (looked_up(locationType="SHEET"), 0)):
        found = plan.http.request("post", url, json={"dataFilters": [one]}).json()
        assert len(found.get("matchedDeveloperMetadata", [])) == count, one


def test_reading_and_writing_by_filter(plan: Plan) -> None:
    """spreadsheets.getByDataFilter returns what filters select; "If more than one range is
    matched by the specified DataFilter the specified values are applied to all of those ranges"."""
    plan.batch(metadata(1, "k"), metadata(3, "k"))
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{plan.id}"
    answer = plan.http.request("post", f"{url}/values:batchUpdateByDataFilter", json={
        "valueInputOption": "RAW",
        "data": [{"dataFilter": looked_up(metadataKey="k"), "values": [["x", "y"]]}]}).json()
    assert (answer["totalUpdatedCells"], answer["totalUpdatedRows"]) == (4, 2)
    assert plan.read("A1:B4") == [[], ["x", "y"], [], ["x", "y"]]
    params: Any = {"fields": "sheets.data(startRow,rowData.values.formattedValue)"}
    found = plan.http.request("post", f"{url}:getByDataFilter", params=params, json={
        "dataFilters": [looked_up(metadataKey="k")]}).json()["sheets"][0]["data"]
    assert [part["startRow"] for part in found] == [1, 3]
    assert found[1]["rowData"] == [{"values": [{"formattedValue": "x"}, {"formattedValue": "y"}]}]
    assert plan.server.log.number("Read", method="getByDataFilter") == 1
