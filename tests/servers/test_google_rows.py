"""Rows and columns on the local Google server: they move with everything that is on them."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.servers.google import batch
from tests.servers.google.api import new_book
from tests.servers.google.formulas import rewrite, shift
from tests.servers.google.grid import Book, blank_sheet
from tests.servers.google.requests_metadata import every
from tests.servers.plan import ROWS, Plan, metadata

COLUMNS = {"sheetId": 0, "dimension": "COLUMNS"}


# Lines.


def test_inserted_rows_inherit(plan: Plan) -> None:
    """inheritFromBefore: "If true, the two new rows will be red (because the row before the
    insertion point was red), whereas if false, the two new rows will be green"."""
    plan.batch(*[{"updateCells": {"start": {"rowIndex": at}, "fields": "note,userEnteredFormat",
                                  "rows": [{"values": [{"note": "n", "userEnteredFormat": {
                                      "textFormat": {"fontFamily": name}}}]}]}}
                 for at, name in ((0, "Red"), (1, "Green"))])

    def fonts() -> list[str | None]:
        data = plan.get("sheets.data.rowData.values(userEnteredFormat,note)", "A1:A4")
        return [row["values"][0]["userEnteredFormat"]["textFormat"]["fontFamily"]
                + row["values"][0].get("note", "")
                for row in data["sheets"][0]["data"][0]["rowData"]]

    plan.batch({"insertDimension": {"range": {**ROWS, "startIndex": 1, "endIndex": 2},
                                    "inheritFromBefore": True}})
    plan.batch({"insertDimension": {"range": {**ROWS, "startIndex": 2, "endIndex": 3}}})
    assert fonts() == ["Redn", "Red", "Green", "Greenn"]
    with pytest.raises(gspread.exceptions.APIError, match="inheritFromBefore"):
        plan.batch({"insertDimension": {"range": {**ROWS, "startIndex": 0, "endIndex": 1},
                                        "inheritFromBefore": True}})


def test_what_cannot_be_deleted_or_moved(plan: Plan) -> None:
    for request, message in (
        ({"deleteDimension": {"range": ROWS}}, "can't delete all the rows"),
        ({"deleteDimension": {"range": {**ROWS, "startIndex": 999, "endIndex": 1001}}},
         "Cannot delete a row that doesn't exist. Tried to delete row index 1000"),
        ({"moveDimension": {"source": {**ROWS, "startIndex": 0, "endIndex": 3},
                            "destinationIndex": 2}}, "must not be inside the source"),
        ({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 10_000_000}},
         "above the limit of 10000000"),
        ({"insertDimension": {"range": {**ROWS, "startIndex": 1}}}, "must be bounded"),
    ):
        with pytest.raises(gspread.exceptions.APIError, match=message):
            plan.batch(request)


def test_sizes_and_hidden_columns(plan: Plan) -> None:
    plan.put("A1", [["a long text in one cell"]])
    plan.batch({"updateDimensionProperties": {
        "range": {**COLUMNS, "startIndex": 1, "endIndex": 2}, "fields": "pixelSize,hiddenByUser",
        "properties": {"pixelSize": 33, "hiddenByUser": True}}},
        {"autoResizeDimensions": {"dimensions": {**COLUMNS, "startIndex": 0, "endIndex": 1}}})
    wide, hidden, plain = plan.get("sheets.data.columnMetadata", "A1:C1")[
        "sheets"][0]["data"][0]["columnMetadata"]
    assert wide["pixelSize"] > 120
    assert (hidden, plain) == ({"pixelSize": 33, "hiddenByUser": True}, {"pixelSize": 100})


@pytest.mark.parametrize(("first", "second"), [
    ((1, 5), (2, 4)), ((2, 4), (1, 5)), ((1, 4), (2, 5))])
def test_groups_nest(plan: Plan, first: tuple[int, int], second: tuple[int, int]) -> None:
    """AddDimensionGroupRequest: [B:E] + [C:D], [C:D] + [B:E] and [B:D] + [C:E] all result in
    "groups [B:E, depth 1] and [C:D, depth 2]". Deleting D:E of it "leaves
    the sheet with a depth-1 group over B:D and a depth-2 group over C:C"."""
    def span(start: int, end: int) -> dict[str, Any]:
        return {"range": {**COLUMNS, "startIndex": start, "endIndex": end}}

    def found(answer: Any, name: str) -> list[tuple[int, int, int]]:
        return [(g["range"]["startIndex"], g["range"]["endIndex"], g["depth"])
                for g in answer["replies"][-1][name]["dimensionGroups"]]

    answer = plan.batch({"addDimensionGroup": span(*first)}, {"addDimensionGroup": span(*second)})
    assert found(answer, "addDimensionGroup") == [(1, 5, 1), (2, 4, 2)]
    answer = plan.batch({"deleteDimensionGroup": span(3, 5)})
    assert found(answer, "deleteDimensionGroup") == [(1, 4, 1), (2, 3, 2)]
    plan.batch({"updateDimensionGroup": {"dimensionGroup": {
        **span(1, 4), "depth": 1, "collapsed": True}, "fields": "collapsed"}})
    hidden = plan.get("sheets.data.columnMetadata.hiddenByUser", "A1:E1")
    assert hidden["sheets"][0]["data"][0]["columnMetadata"] == [
        {}, *[{"hiddenByUser": True}] * 3, {}]


def test_formulas_and_rules_follow(plan: Plan) -> None:
    plan.put("A1:A4", [[1], [2], [3], [4]])
    plan.put("C1:C3", [["=SUM(A2:A3)"], ["=A4"], ["=$A$2"]], "USER_ENTERED")
    person = plan.server.person(plan.id)
    person.insert_rows("Sheet1", 3)
    person.insert_columns("Sheet1", "A")
    assert plan.read("D1:D4", "FORMULA") == [["=SUM(B2:B4)"], ["=B5"], [], ["=$B$2"]]
    person.delete_rows("Sheet1", 5)
    assert plan.read("D1:D2") == [[5], ["#REF!"]]


def test_sorting(plan: Plan) -> None:
    """SortSpec: "Later specifications are used when values are equal in the earlier
    specifications"; blanks are last, notes go with their cells, what is outside the range stays."""
    plan.put("A1:C5", [["b", 2, "x"], ["a", 2, "y"], ["", "", "z"], ["c", 1, "u"], ["d", 10, "v"]])
    plan.batch({"updateCells": {"start": {"columnIndex": 1}, "fields": "note",
                                "rows": [{"values": [{"note": "of b"}]}]}})
    plan.batch({"sortRange": {
        "range": {"endRowIndex": 5, "endColumnIndex": 2},
        "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "DESCENDING"},
                      {"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}})
    assert plan.read("A1:C5") == [["d", 10, "x"], ["a", 2, "y"], ["b", 2, "z"], ["c", 1, "u"],
                                  ["", "", "v"]]
    note = plan.get("sheets.data.rowData.values.note", "B3")["sheets"][0]["data"][0]["rowData"]
    assert note == [{"values": [{"note": "of b"}]}]


# Against a list of rows.

SIZE = 12
Operation = tuple[str, int, int, int]
operations = st.lists(
    st.tuples(st.sampled_from(["insert", "delete", "move", "sort", "type"]),
              st.integers(0, SIZE), st.integers(1, 4), st.integers(0, SIZE)), max_size=25)


def small() -> Book:
    """Twelve rows: a number, a formula that doubles it, metadata with its name."""
    book = new_book("b", {}, "me")
    book.sheets = [blank_sheet(0, "Sheet1", SIZE, 4)]
    requests: list[dict[str, Any]] = []
    for row in range(SIZE):
        values = [{"userEnteredValue": {"numberValue": (row * 7) % SIZE}},
                  {"userEnteredValue": {"formulaValue": f"=A{row + 1}*2"}}]
        requests += [{"updateCells": {"start": {"rowIndex": row}, "fields": "userEnteredValue",
                                      "rows": [{"values": values}]}}, metadata(row, str(row))]
    requests.append({"addNamedRange": {"namedRange": {
        "name": "row_6", "range": {"startRowIndex": 6, "endRowIndex": 7}}}})
    batch.apply(book, requests, "me")
    return book


def step(model: list[dict[str, Any]], operation: Operation, number: int) -> dict[str, Any] | None:
    """Does one operation to a list of rows and gives the request for it; None if there is none."""
    kind, at, count, to = operation
    at, end = at % len(model), min(at % len(model) + count, len(model))
    span = {**ROWS, "startIndex": at, "endIndex": end}
    if kind == "insert":
        model[at:at] = [{"value": None, "name": None} for _ in range(count)]
        return {"insertDimension": {"range": {**span, "endIndex": at + count}}}
    if kind == "delete" and end - at < len(model):
        del model[at:end]
        return {"deleteDimension": {"range": span}}
    if kind == "move" and not at < to < end and to <= len(model):
        block = model[at:end]
        del model[at:end]
        to_after = to if to <= at else to - len(block)
        model[to_after:to_after] = block
        return {"moveDimension": {"source": span, "destinationIndex": to}}
    if kind == "sort":
        values = sorted(row["value"] for row in model if row["value"] is not None)
        for row, value in zip(model, values + [None] * len(model), strict=False):
            row["value"] = value
        return {"sortRange": {"range": {}, "sortSpecs": [{"dimensionIndex": 0,
                                                          "sortOrder": "ASCENDING"}]}}
    if kind == "type":
        model[at]["value"] = 100 + number
        cells = [{"userEnteredValue": {"numberValue": 100 + number}},
                 {"userEnteredValue": {"formulaValue": f"=A{at + 1}*2"}}]
        return {"updateCells": {"start": {"rowIndex": at}, "fields": "userEnteredValue",
                                "rows": [{"values": cells}]}}
    return None


@settings(max_examples=300, deadline=None)
@given(operations)
def test_rows_behave_like_a_list(sequence: list[Operation]) -> None:
    """Values, the formula beside each, metadata and a named range against a plain list of rows."""
    book = small()
    model: list[dict[str, Any]] = [
        {"value": (row * 7) % SIZE, "name": str(row)} for row in range(SIZE)]
    for number, operation in enumerate(sequence):
        request = step(model, operation, number)
        if request:
            batch.apply(book, [request], "me")
    sheet = book.sheets[0]
    assert [book.value(sheet, r, 0) for r in range(len(sheet.rows))] == [
        row["value"] for row in model]
    assert [book.value(sheet, r, 1) for r in range(len(sheet.rows))] == [
        None if row["value"] is None else row["value"] * 2 for row in model]
    names = {one["metadataKey"]: one["location"]["dimensionRange"]["startIndex"]
             for _, _, one in every(book)}
    assert names == {row["name"]: at for at, row in enumerate(model) if row["name"]}
    where = book.named[0]["range"]
    if "6" in names:
        assert (where["startRowIndex"], where["endRowIndex"]) == (names["6"], names["6"] + 1)
    else:
        assert where["startRowIndex"] == where["endRowIndex"]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_formula_copied_there_and_back_is_the_same(r: int, c: int, rows: int, cols: int) -> None:
    formula = f'=IF(A{r + 1}="B2",$C{r + 1}:D${c + 2},\'x y\'!E{c + 3}&"A1")'
    assert shift(shift(formula, rows, cols), -rows, -cols) == formula
    assert rewrite(formula, lambda _, ends: ends) == formula
