"""batchUpdate on the local Google server: each request's rule, quoted from Google's reference."""

from __future__ import annotations

from tests.servers.google.discovery import document
from tests.servers.plan import Plan, area, number, refused, sheet


def titles(plan: Plan) -> list[str]:
    return plan.server.person(plan.id).tabs()


# The batch.


def test_one_bad_request_refuses_the_whole_batch(plan: Plan) -> None:
    """"If any request is not valid then the entire request will fail and nothing will be
    applied." """
    good = {"updateCells": {"start": {}, "fields": "userEnteredValue",
                            "rows": [{"values": [number(1)]}]}}
    before = plan.get(), plan.read("A1:B2")
    refused(plan, r"Invalid requests\[2\].deleteSheet: No sheet with id: 7", good,
            {"addSheet": {"properties": {"title": "New"}}}, {"deleteSheet": {"sheetId": 7}})
    assert (plan.get(), plan.read("A1:B2")) == before


def test_replies_are_in_order_and_the_spreadsheet_comes_along(plan: Plan) -> None:
    """"This maps 1:1 with the updates, although replies to some requests may be empty." """
    answer = plan.batch(
        {"addSheet": {"properties": {"title": "B", "sheetId": 5}}},
        {"updateCells": {"start": {"sheetId": 5}, "fields": "userEnteredValue",
                         "rows": [{"values": [number(3)]}]}},
        {"addSheet": {"properties": {"title": "C"}}},
        includeSpreadsheetInResponse=True, responseRanges=["B!A1:B2"], responseIncludeGridData=True)
    assert [r.get("addSheet", {}).get("properties", {}).get("title")
            for r in answer["replies"]] == ["B", None, "C"]
    seen = answer["updatedSpreadsheet"]["sheets"]
    assert [s["properties"]["sheetId"] for s in seen] == [5]
    assert seen[0]["data"][0]["rowData"][0]["values"][0]["effectiveValue"] == {"numberValue": 3}


def test_an_empty_batch_is_refused(plan: Plan) -> None:
    refused(plan, "Must specify at least one request")


def test_the_methods_and_requests_that_a_planning_sheet_needs_are_known() -> None:
    from tests.servers.google.batch import HANDLERS

    assert HANDLERS.keys() <= document("sheets.v4")["schemas"]["Request"]["properties"].keys()
    assert len(HANDLERS) >= 40


# Cells.


def test_update_cells_clears_what_its_range_lists_not(plan: Plan) -> None:
    """google.md: "`updateCells` with a range clears the masked fields of cells it does not
    list"."""
    plan.put("A1:B2", [[1, 2], [3, 4]])
    plan.batch({"updateCells": {"range": area(0, 2, 0, 2), "fields": "userEnteredValue",
                                "rows": [{"values": [number(9)]}]}})
    assert plan.read("A1:B2") == [[9]]


def test_a_mask_leaves_other_fields_and_clears_named_ones(plan: Plan) -> None:
    """"fields: The fields of CellData that should be updated"; a masked field without a value is
    cleared: guides/field-masks."""
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n", **number(1)}
    plan.batch({"updateCells": {"start": {}, "fields": "*", "rows": [{"values": [bold]}]}})
    plan.batch({"updateCells": {"start": {}, "fields": "userEnteredValue,note",
                                "rows": [{"values": [number(2)]}]}})
    cell = sheet(plan, "data.rowData.values(userEnteredValue,userEnteredFormat,note)")["data"][0]
    assert cell["rowData"][0]["values"] == [
        {"userEnteredFormat": {"textFormat": {"bold": True}}, **number(2)}]
    refused(plan, "At least one field must be listed in 'fields'",
            {"updateCells": {"start": {}, "rows": []}})
    refused(plan, "path 'userEnteredValu'",
            {"updateCells": {"start": {}, "fields": "userEnteredValu", "rows": []}})


def test_update_cells_beyond_the_grid(plan: Plan) -> None:
    """Recorded: "Attempting to write row: 1000, beyond the last requested row of: 999"."""
    refused(plan, "Attempting to write row: 1000, beyond the last requested row of: 999",
            {"updateCells": {"start": {"rowIndex": 1000}, "fields": "note",
                             "rows": [{"values": [{"note": "x"}]}]}})


def test_a_string_value_stays_text(plan: Plan) -> None:
    """google.md: "`stringValue` "=..." stays text. `formulaValue` only from templates"."""
    values = [{"userEnteredValue": {"stringValue": "=1+1"}},
              {"userEnteredValue": {"formulaValue": "=1+1"}}]
    plan.batch({"updateCells": {"start": {}, "fields": "userEnteredValue",
                                "rows": [{"values": values}]}})
    assert plan.read("A1:B1") == [["=1+1", 2]]
    refused(plan, "read-only", {"updateCells": {
        "start": {}, "fields": "userEnteredValue",
        "rows": [{"values": [{"userEnteredValue": {"errorValue": {"type": "REF"}}}]}]}})


def test_a_number_format_needs_a_type(plan: Plan) -> None:
    """NumberFormat.type: "When writing, this field must be set." """
    refused(plan, "type must be set", {"repeatCell": {
        "range": area(0, 1, 0, 1), "fields": "userEnteredFormat",
        "cell": {"userEnteredFormat": {"numberFormat": {"pattern": "0"}}}}})


def test_colours_are_quantised_and_zero_parts_left_out(plan: Plan) -> None:
    """google.md: "`sheetId: 0`, `false` and zero colour parts are omitted from Google's JSON;
    colours are quantised to 8 bits". Recorded: 0.5 is read back as 0.49803922."""
    plan.batch({"repeatCell": {
        "range": area(0, 1, 0, 1), "fields": "userEnteredFormat.backgroundColor",
        "cell": {"userEnteredFormat": {"backgroundColor": {"red": 0.5, "green": 0, "blue": 1}}}}})
    cell = sheet(plan, "data.rowData.values.userEnteredFormat")["data"][0]["rowData"][0]
    colour = {"red": 0.49803922, "blue": 1}
    assert cell["values"][0]["userEnteredFormat"] == {
        "backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}}


def test_repeat_cell_moves_its_formula(plan: Plan) -> None:
    """"if writing a cell with formula =A1 into range B2:C4, B2 would be =A1, B3 would be =A2 ... C2
    would be =B1 ... the formula =$A$1 to prevent both the row and the column from incrementing"."""
    for formula, expected in (("=A1", [["=A1", "=B1"], ["=A2", "=B2"], ["=A3", "=B3"]]),
                              ("=$A$1+A$2", [["=$A$1+A$2", "=$A$1+B$2"]] * 3)):
        plan.batch({"repeatCell": {"range": area(1, 4, 1, 3), "fields": "userEnteredValue",
                                   "cell": {"userEnteredValue": {"formulaValue": formula}}}})
        assert plan.read("B2:C4", "FORMULA") == expected


def test_data_validation_is_set_and_cleared(plan: Plan) -> None:
    """"To clear validation in a range, call this with no rule specified." """
    one = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "yes"}]},
           "showCustomUi": True, "strict": False}
    plan.batch({"setDataValidation": {"range": area(0, 2, 0, 1), "rule": one}})
    read = sheet(plan, "data.rowData.values.dataValidation")["data"][0]["rowData"]
    assert [row["values"][0]["dataValidation"] for row in read] == [
        {k: v for k, v in one.items() if v}] * 2
    plan.batch({"setDataValidation": {"range": area(0, 2, 0, 1)}})
    assert "rowData" not in sheet(plan, "data.rowData")["data"][0]


def test_merging_keeps_the_first_cell(plan: Plan) -> None:
    plan.put("A1:B2", [[1, 2], [3, 4]])
    plan.batch({"mergeCells": {"range": area(0, 2, 0, 2), "mergeType": "MERGE_ALL"}})
    assert plan.read("A1:B2") == [[1]]
    assert len(sheet(plan, "merges")["merges"]) == 1
    refused(plan, "all cells in a merged range", {"unmergeCells": {"range": area(0, 1, 0, 1)}})
    refused(plan, "can't sort a range with merged", {"sortRange": {
        "range": area(0, 3, 0, 2), "sortSpecs": []}})
    plan.batch({"unmergeCells": {"range": area(0, 3, 0, 3)}})
    assert "merges" not in sheet(plan, "merges")


# Tabs.


def test_tabs_are_added_renamed_moved_and_deleted(plan: Plan) -> None:
    """SheetProperties.index: "movement is considered in 'before the move' indexes ... if there were
    three sheets (S1, S2, S3) in order to move S1 ahead of S2 the index would have to be set to
    2"."""
    plan.batch({"addSheet": {"properties": {"title": "S2", "sheetId": 2}}},
               {"addSheet": {"properties": {"title": "S3", "sheetId": 3}}})
    move = {"updateSheetProperties": {"properties": {"sheetId": 0, "index": 2}, "fields": "index"}}
    plan.batch(move)
    assert titles(plan) == ["S2", "Sheet1", "S3"]
    plan.batch(move)  # "ignored if ... equal to the current sheet index + 1"
    assert titles(plan) == ["S2", "Sheet1", "S3"]
    plan.batch({"updateSheetProperties": {"properties": {"sheetId": 3, "title": "Neu"},
                                          "fields": "title"}}, {"deleteSheet": {"sheetId": 2}})
    assert titles(plan) == ["Sheet1", "Neu"]


def test_what_tabs_cannot_be(plan: Plan) -> None:
    """Recorded: "A sheet with the name ... already exists", "You can't hide all the sheets"; "It
    is an error to specify the ID of a sheet that already exists." """
    refused(plan, 'A sheet with the name "sheet1" already exists. Please enter another name.',
            {"addSheet": {"properties": {"title": "sheet1"}}})
    refused(plan, "ID 0 already exists", {"addSheet": {"properties": {"sheetId": 0}}})
    refused(plan, "can't remove all the sheets", {"deleteSheet": {"sheetId": 0}})
    refused(plan, "can't hide all the sheets", {"updateSheetProperties": {
        "properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}})
    refused(plan, "can't freeze all visible rows", {"updateSheetProperties": {
        "properties": {"gridProperties": {"frozenRowCount": 1000}},
        "fields": "gridProperties.frozenRowCount"}})
    refused(plan, "above the limit of 10000000 cells", {"addSheet": {"properties": {
        "gridProperties": {"rowCount": 1_000_000, "columnCount": 10}}}})


def test_a_renamed_tab_keeps_formulas_and_a_deleted_one_breaks_them(plan: Plan) -> None:
    plan.batch({"addSheet": {"properties": {"title": "Data", "sheetId": 2}}})
    plan.put("Data!A1", [[7]])
    plan.put("A1", [["=Data!A1*2"]], "USER_ENTERED")
    plan.server.person(plan.id).rename_tab("Data", "My data")
    assert plan.read("A1", "FORMULA") == [["='My data'!A1*2"]]
    assert plan.read("A1") == [[14]]
    plan.batch({"deleteSheet": {"sheetId": 2}})
    assert plan.read("A1") == [["#REF!"]]
