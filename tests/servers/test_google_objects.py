"""Rules, filters and things with an id on the local Google server, quoted from Google's
reference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.plan import Plan, area, refused, sheet


def rule(where: dict[str, int], formula: str = "=A1>1") -> dict[str, Any]:
    return {"ranges": [where], "booleanRule": {
        "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]},
        "format": {"backgroundColor": {"red": 0.5, "green": 1}}}}


# Conditional formats, filters.


def test_rules_have_an_order(plan: Plan) -> None:
    """"Adds a new conditional format rule at the given index. All subsequent rules' indexes are
    incremented." google.md: "always give `index`; delete rules from the highest index down"."""
    plan.batch(*[{"addConditionalFormatRule": {"index": at, "rule": rule(area(0, 5, 0, 1), f)}}
                 for at, f in ((0, "=A1>1"), (1, "=A1>2"), (0, "=A1>0"))])

    def formulas() -> list[str]:
        return [r["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
                for r in sheet(plan, "conditionalFormats").get("conditionalFormats", [])]

    assert formulas() == ["=A1>0", "=A1>1", "=A1>2"]
    answer = plan.batch({"updateConditionalFormatRule": {"index": 0, "newIndex": 2, "sheetId": 0}},
                        {"deleteConditionalFormatRule": {"index": 1, "sheetId": 0}})
    assert answer["replies"][0]["updateConditionalFormatRule"]["newIndex"] == 2
    assert formulas() == ["=A1>1", "=A1>0"]
    refused(plan, "No conditional format on sheet: 0 at index: 2",
            {"deleteConditionalFormatRule": {"index": 2, "sheetId": 0}})


def test_what_rules_cannot_do(plan: Plan) -> None:
    """google.md: "Conditional formats read their own row (a reference to another tab would need
    INDIRECT)"; "can only apply a subset of formatting"."""
    refused(plan, "cannot reference a different sheet", {"addConditionalFormatRule": {
        "index": 0, "rule": rule(area(0, 5, 0, 1), "=Rules!A1>1")}})
    big = rule(area(0, 5, 0, 1))
    big["booleanRule"]["format"] = {"textFormat": {"fontSize": 20}}
    refused(plan, "Invalid conditional format", {"addConditionalFormatRule": {
        "index": 0, "rule": big}})
    refused(plan, "index: 1", {"addConditionalFormatRule": {
        "index": 1, "rule": rule(area(0, 5, 0, 1))}})


def test_the_basic_filter(plan: Plan) -> None:
    plan.batch({"setBasicFilter": {"filter": {"range": area(0, 5, 0, 3)}}})
    assert sheet(plan, "basicFilter")["basicFilter"]["range"]["endRowIndex"] == 5
    plan.batch({"clearBasicFilter": {"sheetId": 0}})
    assert "basicFilter" not in sheet(plan, "basicFilter")


# Things with an id.


def chart(chart_id: int, end: int = 3) -> dict[str, Any]:
    source = {"sourceRange": {"sources": [area(0, end, 0, 1)]}}
    return {"chartId": chart_id, "spec": {"title": "t", "basicChart": {
        "chartType": "LINE", "series": [{"series": source}]}},
        "position": {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 5}}}}


def test_charts(plan: Plan) -> None:
    """google.md: "native charts need explicit `chartId`"; OverlayPosition: width "Defaults to 600",
    height "Defaults to 371"; "It is an error to specify the ID of an embedded object that already
    exists." """
    plan.batch({"addChart": {"chart": chart(11)}})
    refused(plan, "id 11 already exists", {"addChart": {"chart": chart(11)}})
    plan.batch({"updateChartSpec": {"chartId": 11, "spec": chart(11, 9)["spec"]}},
               {"updateEmbeddedObjectPosition": {
                   "objectId": 11, "fields": "widthPixels",
                   "newPosition": {"overlayPosition": {"widthPixels": 300}}}})
    plan.server.person(plan.id).insert_rows("Sheet1", 2, 2)
    found = sheet(plan, "charts")["charts"][0]
    assert found["position"]["overlayPosition"] == {
        "anchorCell": {"rowIndex": 7}, "widthPixels": 300, "heightPixels": 371}
    source = found["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"][0]
    assert (source["startRowIndex"], source["endRowIndex"]) == (0, 11)
    plan.batch({"deleteEmbeddedObject": {"objectId": 11}})
    assert "charts" not in sheet(plan, "charts")


@pytest.mark.parametrize("name", ["ops.gmv", "1st", "A1", "R1C1", "true", "two words", ""])
def test_names_that_are_refused(plan: Plan, name: str) -> None:
    """google.md: "Named ranges allow letters, digits and underscores"."""
    refused(plan, "not valid for a named range", {"addNamedRange": {"namedRange": {
        "name": name, "range": area(0, 1, 0, 1)}}})


def test_named_ranges_follow_their_cells(plan: Plan) -> None:
    plan.batch({"addNamedRange": {"namedRange": {
        "namedRangeId": "gmv", "name": "ops_gmv", "range": area(3, 4, 0, 1)}}})
    person = plan.server.person(plan.id)
    person.insert_rows("Sheet1", 2, 2)
    person.delete_rows("Sheet1", 1)
    found = plan.get("namedRanges")["namedRanges"][0]
    assert (found["namedRangeId"], found["range"]["startRowIndex"]) == ("gmv", 4)
    refused(plan, "already exists", {"addNamedRange": {"namedRange": {
        "namedRangeId": "gmv", "name": "x", "range": area(0, 1, 0, 1)}}})
    plan.batch({"updateNamedRange": {"namedRange": {"namedRangeId": "gmv", "name": "ops_units"},
                                     "fields": "name"}})
    plan.batch({"deleteNamedRange": {"namedRangeId": "gmv"}})
    assert plan.get("namedRanges") == {}


def test_protected_ranges(plan: Plan) -> None:
    """warningOnly: "every user can edit data in the protected range, except editing will prompt a
    warning"; else only the editors: 400 "You are trying to edit a protected cell or object"."""
    plan.batch({"addProtectedRange": {"protectedRange": {
        "protectedRangeId": 4, "range": area(0, 2, 0, 2), "warningOnly": True}}})
    person = plan.server.person(plan.id, "colleague@example.com")
    person.type("Sheet1", "A1", "1")
    plan.batch({"updateProtectedRange": {"protectedRange": {"protectedRangeId": 4},
                                         "fields": "warningOnly"}})
    with pytest.raises(Exception, match="protected cell or object"):
        person.type("Sheet1", "B2", "2")
    plan.put("B2", [[2]])  # who added the protection is its editor
    plan.batch({"deleteProtectedRange": {"protectedRangeId": 4}})
    person.type("Sheet1", "B2", "3")


def test_tables(plan: Plan) -> None:
    """Table.name: "This is unique to all tables in the same spreadsheet." """
    table = {"tableId": "t1", "name": "Skus", "range": area(0, 3, 0, 2)}
    assert plan.batch({"addTable": {"table": table}})["replies"][0]["addTable"]["table"]["name"]
    refused(plan, "name 'Skus' already exists", {"addTable": {"table": {
        "name": "Skus", "range": area(5, 6, 0, 2)}}})
    refused(plan, "cannot overlap", {"addTable": {"table": {
        "name": "Other", "range": area(2, 6, 0, 2)}}})
    plan.batch({"updateTable": {"table": {"tableId": "t1", "range": area(0, 4, 0, 2)},
                                "fields": "range"}}, {"deleteTable": {"tableId": "t1"}})
    assert "tables" not in sheet(plan, "tables")


# Find and replace.


def test_find_replace_counts(plan: Plan) -> None:
    """occurrencesChanged: "if replacing "e" with "o" in "Google Sheets", this would be "3" because
    "Google Sheets" -> "Googlo Shoots""; regex: "o.* (.*)" with "$1 Rocks"."""
    plan.put("A1:A2", [["Google Sheets"], ["Google Docs"]])
    answer = plan.batch({"findReplace": {"find": "e", "replacement": "o", "sheetId": 0,
                                         "range": None}})
    assert answer["replies"][0]["findReplace"] == {
        "occurrencesChanged": 4, "valuesChanged": 2, "rowsChanged": 2, "sheetsChanged": 1}
    assert plan.read("A1:A2") == [["Googlo Shoots"], ["Googlo Docs"]]
    plan.put("A1:A2", [["Google Sheets"], ["Google Docs"]])
    plan.batch({"findReplace": {"find": "o.* (.*)", "replacement": "$1 Rocks", "allSheets": True,
                                "searchByRegex": True}})
    assert plan.read("A1:A2") == [["GSheets Rocks"], ["GDocs Rocks"]]
