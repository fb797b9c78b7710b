"""Values on the local Google server: RAW and USER_ENTERED, renders, formulas, ranges, limits."""

from __future__ import annotations

from typing import Any

import gspread
import pytest

from tests.servers.google import client
from tests.servers.google.formats import show
from tests.servers.plan import Plan

CELL = "sheets.data.rowData.values"


def cells(plan: Plan, where: str, fields: str) -> list[dict[str, Any]]:
    data = plan.get(f"{CELL}({fields})", where)["sheets"][0]["data"][0]
    return [cell for row in data.get("rowData", []) for cell in row.get("values", [])]


def entered(plan: Plan, where: str = "A1") -> Any:
    return cells(plan, where, "userEnteredValue")[0].get("userEnteredValue", {})


# Writing.


@pytest.mark.parametrize("text", ["=1+1", "3", "5%", "2026-11-03", "TRUE", "'x"])
def test_raw_is_stored_as_it_is(plan: Plan, text: str) -> None:
    """ValueInputOption.RAW: "The values the user has entered will not be parsed and will be stored
    as-is." """
    plan.put("A1", [[text]])
    assert entered(plan) == {"stringValue": text}


@pytest.mark.parametrize(("text", "kept", "shown"), [
    ("3", {"numberValue": 3}, "3"),
    ("-1,234.5", {"numberValue": -1234.5}, "-1,234.50"),
    ("5%", {"numberValue": 0.05}, "5%"),
    ("12.5%", {"numberValue": 0.125}, "12.50%"),
    ("$100.15", {"numberValue": 100.15}, "$100.15"),
    ("2026-11-03", {"numberValue": 46329}, "2026-11-03"),
    ("11/3/2026", {"numberValue": 46329}, "11/3/2026"),
    ("Mar 1 2016", {"numberValue": 42430}, "Mar 1, 2016"),
    ("12:30", {"numberValue": 0.5208333333333334}, "12:30:00"),
    ("true", {"boolValue": True}, "TRUE"),
    ("'123", {"stringValue": "123"}, "123"),
    ("B0C1234567", {"stringValue": "B0C1234567"}, "B0C1234567"),
    ("2026-13-03", {"stringValue": "2026-13-03"}, "2026-13-03"),
    ("=1+2", {"formulaValue": "=1+2"}, "3"),
])
def test_user_entered_is_parsed_as_typed(
    plan: Plan, text: str, kept: dict[str, Any], shown: str
) -> None:
    """USER_ENTERED: "strings may be converted to numbers, dates, etc." ExtendedValue: "if the user
    typed '123 into the UI, this would be represented as a stringValue of "123""; numbers are
    serial: google.md: "Dates are serial numbers (epoch 1899-12-30)"."""
    plan.put("A1", [[text]], "USER_ENTERED")
    assert entered(plan) == kept
    assert plan.read("A1", "FORMATTED_VALUE") == [[shown]]


@pytest.mark.parametrize(("locale", "text", "number"), [
    ("en_GB", "3/11/2026", 46329), ("zh_CN", "2026/11/3", 46329), ("de_DE", "3.11.2026", 46329),
    ("de_DE", "1.234,5", 1234.5), ("zh_CN", "2026年11月3日", 46329)])
def test_typing_follows_the_locale(plan: Plan, locale: str, text: str, number: float) -> None:
    plan.server.books[plan.id].properties["locale"] = locale
    plan.put("A1", [[text]], "USER_ENTERED")
    assert entered(plan) == {"numberValue": number}


def test_a_cell_with_a_text_format_keeps_what_is_typed(plan: Plan) -> None:
    plan.batch({"repeatCell": {"range": {"endRowIndex": 1, "endColumnIndex": 1},
                               "fields": "userEnteredFormat.numberFormat",
                               "cell": {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}}})
    plan.put("A1", [["007"]], "USER_ENTERED")
    assert entered(plan) == {"stringValue": "007"}


def test_null_leaves_a_cell_and_an_empty_text_clears_it(plan: Plan) -> None:
    """google.md: "`null` in a values write leaves a cell untouched"; ValueRange: "to set a cell
    to an empty value, set the string value to an empty string"."""
    plan.put("A1:C1", [[1, 2, 3]])
    answer = plan.put("A1:C1", [[None, "", 4]])
    assert plan.read("A1:C1") == [[1, "", 4]]
    assert answer["updatedCells"] == 2


def test_writing_beyond_the_range_and_the_grid(plan: Plan) -> None:
    with pytest.raises(gspread.exceptions.APIError, match=r"tried writing to row \[2\]"):
        plan.put("A1:B1", [[1], [2]])
    with pytest.raises(gspread.exceptions.APIError, match=r"tried writing to column \[C\]"):
        plan.put("A1:B1", [[1, 2, 3]])
    with pytest.raises(gspread.exceptions.APIError, match=r"exceeds grid limits\. Max rows: 1000"):
        plan.put("A1001", [[1]])
    with pytest.raises(gspread.exceptions.APIError, match="Unable to parse range: None!A1"):
        plan.put("None!A1", [[1]])
    with pytest.raises(gspread.exceptions.APIError, match="'valueInputOption' is required"):
        plan.http.values_update(plan.id, "A1", {}, {"values": [[1]]})
    assert plan.read("A1:C3") == []


def test_50_000_characters_a_cell(plan: Plan) -> None:
    """google.md: "50,000 characters a cell"."""
    plan.put("A1", [["x" * 50_000]])
    with pytest.raises(gspread.exceptions.APIError, match="maximum of 50000 characters"):
        plan.put("A1", [["x" * 50_001]])


def test_several_ranges_are_written_or_none(plan: Plan) -> None:
    """values.batchUpdate; recorded: "Invalid data[1]: Unable to parse range: ..."."""
    body = {"valueInputOption": "RAW", "data": [
        {"range": "A1", "values": [[1]]}, {"range": "Nowhere!A1", "values": [[2]]}]}
    with pytest.raises(gspread.exceptions.APIError, match=r"Invalid data\[1\]: Unable to parse"):
        plan.http.values_batch_update(plan.id, body)
    assert plan.read("A1") == []
    body["data"] = [{"range": "A1:B1", "values": [[1, 2]]}, {"range": "A2", "values": [[3]]}]
    answer = plan.http.values_batch_update(plan.id, body)
    assert (answer["totalUpdatedRows"], answer["totalUpdatedColumns"],
            answer["totalUpdatedCells"]) == (2, 2, 3)


def test_clearing_keeps_formats(plan: Plan) -> None:
    """values.clear: "Only values are cleared -- all other properties of the cell (such as
    formatting, data validation, etc..) are kept." """
    plan.put("A1", [["5%"]], "USER_ENTERED")
    assert plan.http.values_clear(plan.id, "A1:B2")["clearedRange"] == "Sheet1!A1:B2"
    assert cells(plan, "A1", "userEnteredValue,userEnteredFormat") == [
        {"userEnteredFormat": {"numberFormat": {"type": "PERCENT", "pattern": "0%"}}}]


def test_appending(plan: Plan) -> None:
    """values.append: "Values are appended after the last row of the table", in new rows if need
    be."""
    plan.put("B2:C3", [["k", "v"], ["a", 1]])
    sheet = plan.client.open_by_key(plan.id).sheet1
    answer = sheet.append_row(["b", 2])
    assert answer["tableRange"] == "Sheet1!B2:C3"
    assert answer["updates"]["updatedRange"] == "Sheet1!B4:C4"
    sheet.resize(rows=4)
    assert sheet.append_row(["c", 3])["updates"]["updatedRange"] == "Sheet1!B5:C5"


# Reading.


def test_empty_trailing_rows_and_columns_are_left_out(plan: Plan) -> None:
    """ValueRange.values: "For output, empty trailing rows and columns will not be included." """
    plan.put("A1:D4", [[1, "", "x", ""], ["", "", "", ""], ["", 2, "", ""], ["", "", "", ""]])
    assert plan.read("A1:D4") == [[1, "", "x"], [], ["", 2]]
    assert plan.read("A1:D4", majorDimension="COLUMNS") == [[1], ["", "", 2], ["x"]]
    assert "values" not in plan.http.values_get(plan.id, "Z9")


def test_renders(plan: Plan) -> None:
    """ValueRenderOption: "if A1 is 1.23 and A2 is =A1 and formatted as currency, then A2 would
    return "$1.23"", 1.23, "=A1"; DateTimeRenderOption.SERIAL_NUMBER is the default."""
    plan.put("A1:A3", [["$1.23"], ["=A1"], ["2026-11-03"]], "USER_ENTERED")
    plan.batch({"repeatCell": {
        "range": {"startRowIndex": 1, "endRowIndex": 2, "endColumnIndex": 1},
        "fields": "userEnteredFormat.numberFormat", "cell": {"userEnteredFormat": {
            "numberFormat": {"type": "CURRENCY", "pattern": "$0.00"}}}}})
    assert plan.read("A1:A3", "FORMATTED_VALUE") == [["$1.23"], ["$1.23"], ["2026-11-03"]]
    assert plan.read("A1:A3") == [[1.23], [1.23], [46329]]
    assert plan.read("A1:A3", "FORMULA") == [[1.23], ["=A1"], [46329]]
    assert plan.read("A3", dateTimeRenderOption="FORMATTED_STRING") == [["2026-11-03"]]


def test_ranges_in_a1_notation(plan: Plan) -> None:
    """Guides/concepts: `A1:B2`, `A:A`, `1:2`, `A5:A`, a sheet's title, quoted titles, named
    ranges."""
    plan.put("A1:B2", [[1, 2], [3, 4]])
    plan.batch({"addNamedRange": {"namedRange": {"name": "ops_x", "range": {
        "startRowIndex": 1, "endRowIndex": 2}}}})
    for where, expected in (("A:A", [[1], [3]]), ("2:2", [[3, 4]]), ("A2:A", [[3]]),
                            ("Sheet1", [[1, 2], [3, 4]]), ("'Sheet1'!B1", [[2]]),
                            ("ops_x", [[3, 4]]), ("sheet1!A1:1", [[1, 2]])):
        assert plan.read(where) == expected, where
    plan.server.person(plan.id).rename_tab("Sheet1", "Jon's Data")
    assert plan.http.values_get(plan.id, "'Jon''s Data'!A1:B9")["range"] == "'Jon''s Data'!A1:B9"


@pytest.mark.parametrize(("value", "pattern", "expected"), [
    (1234.5, "#,##0.00", "1,234.50"), (0.256, "0.0%", "25.6%"), (-3, "0;(0)", "(3)"),
    (0, '0;-0;"none"', "none"), (1234567, "0.0,,", "1.2"), (5, '"¥"#,##0', "¥5"),
    (46329.5, "yyyy-mm-dd hh:mm", "2026-11-03 12:00"), (46329, "ddd d mmm yy", "Tue 3 Nov 26"),
    (0.75, "h:mm am/pm", "6:00 PM"), (12345, "0.00E+00", "1.23E+04"), (2.5, "0", "3"),
    (0.5, "#.##", ".5"), (7, "000", "007"), (1234.5, "[$€]#,##0.0", "€1,234.5"),
])
def test_patterns(value: float, pattern: str, expected: str) -> None:
    """https://developers.google.com/workspace/sheets/api/guides/formats"""
    assert show(value, {"type": "NUMBER" if pattern[0] not in "ydh" else "DATE",
                        "pattern": pattern}, "en_US") == expected


# Formulas.


@pytest.mark.parametrize(("formula", "expected"), [
    ("=A1+B1*2", 5), ("=(A1+B1)/2", 1.5), ("=A1/0", "#DIV/0!"), ('=IFERROR(A1/0,"-")', "-"),
    ('=IF(OR(A1="",B1=""),"",A1/B1)', 0.5), ('=IF(C1="","blank","full")', "blank"),
    ('=INDEX(B2:B4,MATCH("b",A2:A4,0))', 20), ('=MATCH("z",A2:A4,0)', "#N/A"),
    ("=SUM(B2:B4)", 60), ('=SUMIF(A2:A4,"a",B2:B4)', 40), ('=SUMIF(B2:B4,">15")', 50),
    ('=A2&"-"&A1', "a-1"), ("=AND(A1<B1,TRUE)", True), ("=A2=\"A\"", True), ("=-A1^2", 1),
    ("=SUM(ops_b)", 60), ("=Sheet1!$B$4", 30), ("=NOPE(1)", "#NAME?"), ("=nope", "#NAME?"),
    ("=ZZZ1", "#REF!"), ("=1+", "#ERROR!"), ("=D1", "#REF!"), ("=A2*1", "#VALUE!"),
    ("=50%", 0.5), ("=IF(A1>B1,1/0,2)", 2), ('=COUNTIF(A2:A4,"a")', 2), ("=C1", ""),
])
def test_formulas_are_computed(plan: Plan, formula: str, expected: Any) -> None:
    """Known: references, operators, IF OR AND IFERROR INDEX MATCH SUM SUMIF and a few more. D1
    holds the formula, so `=D1` is circular. Not known is #NAME?, never a made-up value."""
    plan.put("A1:B1", [[1, 2]])
    plan.put("A2:B4", [["a", 10], ["b", 20], ["A", 30]])
    plan.batch({"addNamedRange": {"namedRange": {"name": "ops_b", "range": {
        "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 1, "endColumnIndex": 2}}}})
    plan.put("D1", [[formula]], "USER_ENTERED")
    assert (plan.read("D1") or [[""]])[0][0] == expected


def test_effective_values_and_errors_in_grid_data(plan: Plan) -> None:
    """CellData: "For cells with formulas, this is the calculated value"; ErrorValue has a type."""
    plan.put("A1:B1", [["=1+1", "=1/0"]], "USER_ENTERED")
    two, error = cells(plan, "A1:B1", "effectiveValue,formattedValue")
    assert two == {"effectiveValue": {"numberValue": 2}, "formattedValue": "2"}
    assert error["effectiveValue"]["errorValue"]["type"] == "DIVIDE_BY_ZERO"
    assert error["formattedValue"] == "#DIV/0!"


def test_gspread_on_top(plan: Plan) -> None:
    """gspread's own calls: get_all_records, find, format, batch_clear, worksheets."""
    sheet = client(plan.key, plan.server.url).open_by_key(plan.id).sheet1
    sheet.update([["k", "v"], ["a", 1], ["b", 2]], "A1")
    sheet.format("A1:B1", {"textFormat": {"bold": True}})
    assert sheet.get_all_records() == [{"k": "a", "v": 1}, {"k": "b", "v": 2}]
    found = sheet.find("b")
    assert found and found.address == "A3"
    sheet.batch_clear(["A3:B3"])
    assert sheet.get_all_values() == [["k", "v"], ["a", "1"]]
