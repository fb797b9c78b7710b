"""Every refusal says what happened, where, and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sync.read import sheets
from sync.read.recognise import recognise
from tests.sync.read.reading import BY_DATE, BY_ITEM, COSTS, file_of, read, rows, workbook
from workbook.errors import BadContent, ReportError, UnclearScope, UnknownReport, UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def refusal(content: bytes | str, kind: type[ReportError]) -> ReportError:
    with pytest.raises(kind) as caught:
        read(content)
    assert caught.value.do, "every refusal ends in what to do"
    return caught.value


# --- files that cannot be read ----------------------------------------------------------


def test_empty_file() -> None:
    assert refusal(b"", UnreadableFile).lines() == [
        "The file is empty.",
        "Download the report again.",
    ]


def test_binary_file() -> None:
    assert refusal(b"\x89PNG\r\n\x00\x00", UnreadableFile).what == "The file is not text."


def test_broken_workbook() -> None:
    content = workbook([["sku"]])
    error = refusal(content[: len(content) // 2], UnreadableFile)
    assert error.what.startswith("The workbook is damaged")
    assert "save it as .xlsx" in error.do


def test_workbook_with_a_broken_sheet() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["sku"]]))) as good, zipfile.ZipFile(out, "w") as bad:
        for info in good.infolist():
            sheet = info.filename.startswith("xl/worksheets/")
            bad.writestr(info.filename, b"<worksheet><sheetData><row" if sheet else good.read(info))
    error = refusal(out.getvalue(), UnreadableFile)
    assert error.what.startswith("The workbook is damaged")


def test_encrypted_or_old_workbook() -> None:
    error = refusal(OLE, UnreadableFile)
    assert "password-protected" in error.what and "without a password" in error.do


def test_archive_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal(out.getvalue(), UnreadableFile).what == "This is no .xlsx workbook."


def test_binary_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.bin", "x")
    assert refusal(out.getvalue(), UnreadableFile).what == "This is no .xlsx workbook."


def test_bomb() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (sheets.MAX_RATIO * 10_000 + 1))
    error = refusal(out.getvalue(), UnreadableFile)
    assert error.what == "The workbook unpacks to an absurd size." and ".xlsx" in error.do


@pytest.mark.parametrize("last", ["XFD1048576", "XFD1000"])
def test_far_cell(last: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["sku"]]))) as good, zipfile.ZipFile(out, "w") as bad:
        for info in good.infolist():
            text = good.read(info)
            if info.filename.startswith("xl/worksheets/"):
                text = text.replace(
                    b"</sheetData>",
                    (
                        f'<row r="{last.lstrip("AXFD")}"><c r="{last}"><v>1</v></c>'
                        "</row></sheetData>"
                    ).encode(),
                )
            bad.writestr(info.filename, text)
    error = refusal(out.getvalue(), UnreadableFile)
    assert "absurdly far" in error.what and "sheet1.xml" in error.where
    assert "Delete the empty rows and columns" in error.do


def test_quote_that_never_ends() -> None:
    endless = '"' + "x" * 140_000
    error = refusal(f"sku,name,owner\nA,{endless},W\n", UnreadableFile)
    assert "breaks off" in error.what and error.where == "line 2"


# --- files that are none, or two, of the kinds ------------------------------------------


def test_unknown_kind_shows_what_stands_there() -> None:
    error = refusal("colour;taste\nred;sweet\n", UnknownReport)
    assert error.what == "No report kind matches this file."
    assert error.where == "headers found: colour, taste …"
    assert "opsheet list reports" in error.do


def test_missing_required_column_is_named() -> None:
    error = refusal(
        "(Child) ASIN,SKU,Units Ordered,Ordered Product Sales\nA,B,1,$1.00\n", UnknownReport
    )
    assert error.what == (
        "Nearest is 'Business Report by child item', but these columns are missing: "
        "Sessions - Total."
    )
    assert error.where.startswith("headers found: (Child) ASIN, SKU")
    assert "all columns" in error.do and "Seller Central" in error.do


def test_one_column_of_a_group_is_enough_and_the_group_is_named() -> None:
    error = refusal("sku,asin,name\nA,B,C\n", UnknownReport)
    assert "owner or life_stage or lead_time_days_sea" in error.what


def test_another_report_is_named_by_the_column_that_shows_it() -> None:
    error = refusal(
        "Campaign Name,Placement,Impressions,Clicks,Spend,7 Day Total Sales\nA,Top,1,1,1,1\n",
        UnknownReport,
    )
    assert error.what == (
        "Nearest is 'Sponsored Products campaign', but that has no column 'Placement': "
        "this is another report."
    )


def test_two_kinds_in_one_table() -> None:
    header = COSTS.strip() + ",afn-fulfillable-quantity\n"
    error = refusal(header + "A,2026-01-01,USD,1.00,5\n", UnknownReport)
    assert error.what == "The file matches several report kinds: cost_table, fba_manage_inventory."
    assert error.where.startswith("headers: sku, valid_from")
    assert "all its columns" in error.do


def test_two_kinds_in_one_workbook() -> None:
    content = workbook(
        [COSTS.strip().split(","), ["A", "2026-01-01", "USD", 1]],
        Master=[["sku", "owner"], ["A", "W"]],
    )
    error = refusal(content, UnknownReport)
    assert error.what == (
        "The workbook holds reports of several kinds: cost_table, product_master."
    )
    assert error.do == "Save each sheet as a file of its own."


def test_a_second_sheet_that_is_no_report_is_passed_over() -> None:
    content = workbook([COSTS.strip().split(","), ["A", "2026-01-01", "USD", 1]], Notes=[["hello"]])
    assert [found.kind.name for found in recognise(file_of(content))] == ["cost_table"]


# --- content that contradicts itself ----------------------------------------------------


def test_mixed_currencies_without_a_column() -> None:
    error = refusal(BY_ITEM + "A,B,1,1,$1.00\nC,D,1,1,£1.00\n", BadContent)
    assert error.what.startswith("Amounts are in several currencies ($, £)")
    assert error.do == "Download the report for each marketplace alone."


def test_contradictory_dates() -> None:
    error = refusal(BY_DATE + "13/11/2026,1,1,$1.00\n11/14/2026,1,1,$1.00\n", UnclearScope)
    assert error.what == "Dates contradict each other: 13/11/2026 and 11/14/2026."
    assert error.where == "column 'Date'" and "download the report again" in error.do


def test_ambiguous_dates() -> None:
    error = refusal(BY_DATE + "11/09/2026,1,1,$1.00\n", UnclearScope)
    assert error.what == "It is not clear whether 11/09/2026 is day/month or month/day."
    assert error.where == "column 'Date'" and "--date-order mdy" in error.do


def test_ambiguous_dates_are_read_as_a_person_says() -> None:
    parsed = read(BY_DATE + "11/09/2026,1,1,$1.00\n", date_order="mdy")
    assert [str(day) for day in parsed.days] == ["2026-11-09"]


def test_decimal_comma_and_point_mixed() -> None:
    error = refusal(BY_ITEM + 'A,B,1,1,"$1,234.56"\nC,D,1,1,"$12,34"\n', BadContent)
    assert error.what == "Some numbers have a decimal comma and others a decimal point."
    assert "spreadsheet program" in error.do


# --- rows that are set aside, with line and reason --------------------------------------


@pytest.mark.parametrize("from_disk", [True, False])
def test_ragged_rows(from_disk: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = BY_ITEM + "A,B,1,1,$1.00\nshort,row\nC,D,1,1,$1.00,too,long\nE,F,2,2,$2.00\n"
    path = tmp_path_factory.mktemp("x") / "r.csv" if from_disk else None
    parsed = read(content, path)
    assert rows(parsed, "line", "asin") == [(2, "A"), (5, "E")]
    assert [(r.line, r.reason) for r in parsed.rejects] == [
        (3, "2 cells under 5 headers"),
        (4, "7 cells under 5 headers"),
    ]
    assert parsed.rejected == 2


def test_damaged_ids() -> None:
    parsed = read(BY_ITEM + "B0EX000001,1.23E+11,1,1,$1.00\nB0EX000002,1E5-GREY,1,1,$1.00\n")
    assert rows(parsed, "sku") == [("1E5-GREY",)]
    (reject,) = parsed.rejects
    assert (reject.line, reject.column, reject.value) == (2, "sku", "1.23E+11")
    assert reject.reason == "the id is missing, or a spreadsheet program has damaged it"


@pytest.mark.parametrize(
    "row, column, reason",
    [
        ("soon,1,1,$1.00", "day", "not a date"),
        (",1,1,$1.00", "day", "not a date"),
        ("2026-11-15,1.5,1,$1.00", "sessions", "not a number"),
        ("2026-11-15,1,1,cheap", "ordered_sales", "not a number"),
    ],
)
def test_unreadable_cells(row: str, column: str, reason: str) -> None:
    parsed = read(BY_DATE + "2026-11-14,1,1,$1.00\n" + row + "\n")
    assert parsed.rows == 1 and parsed.rejected == 1
    assert [(r.line, r.column, r.reason) for r in parsed.rejects] == [(3, column, reason)]


def test_a_key_that_is_missing() -> None:
    parsed = read(BY_ITEM + ",B,1,1,$1.00\nC,D,1,1,$1.00\n")
    assert [(r.line, r.column) for r in parsed.rejects] == [(2, "asin")]


def test_an_unknown_marketplace() -> None:
    parsed = read("sku,owner,marketplace\nA,W,Mars\nB,W,德国\nC,W,\n")
    assert rows(parsed, "sku", "marketplace") == [("B", "DE"), ("C", None)]
    assert [(r.line, r.value, r.reason) for r in parsed.rejects] == [
        (2, "Mars", "not a marketplace")
    ]


def test_a_report_without_rows_is_valid() -> None:
    assert read(BY_ITEM).rows == 0


# --- every row keeps the line on which it stands ----------------------------------------


@pytest.mark.parametrize("from_disk", [True, False])
@pytest.mark.parametrize(
    "content, lines",
    [
        ("sku,name,owner\nA,one,W\n\n\nB,two,W\n", [2, 5]),
        ('sku,name,owner\nA,"two\nlines",W\nB,Tray,W\n', [2, 4]),
        ("a title\n\nsku,name,owner\r\nA,one,W\r\nB,two,W", [4, 5]),
    ],
)
def test_lines_are_those_of_the_file(
    from_disk: bool, content: str, lines: list[int], tmp_path: Path
) -> None:
    parsed = read(content, tmp_path / "r.csv" if from_disk else None)
    assert [line for (line,) in rows(parsed, "line")] == lines
