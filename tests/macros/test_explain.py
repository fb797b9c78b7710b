"""`opsheet explain`: every cell is traced to its files and lines, and says what it cannot tell."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from macros import jobs
from macros.fill import Request, blocks_of, fill
from sync.surfaces.xlsx import XlsxFile

Run = Callable[..., Result]
WEEK = [dt.date(2026, 11, 9) + dt.timedelta(days=n) for n in range(7)]
DESK = "US|SP | Exact | Desk|SP"


def filled(context: jobs.Context, path: Path, lang: str = "en") -> Path:
    request = Request("weekly_report", period="2026-W46", lang=lang)
    fill(context, request, XlsxFile(path, blocks_of("weekly_report")))
    return path


@pytest.fixture(scope="module")
def workbook(example: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weekly report of the example store. Read it only."""
    return filled(example.context, tmp_path_factory.mktemp("book") / "weekly_report.xlsx")


@pytest.fixture
def told(on_example: Run, workbook: Path) -> Callable[..., dict[str, Any]]:
    def tell(cell: str, *words: str, book: Path = workbook) -> dict[str, Any]:
        result = on_example("explain", book, cell, "--json", *words)
        assert result.exit_code == 0, result.stderr
        return dict(json.loads(result.stdout))

    return tell


def place(book: Path, block: str, key: str, header: str) -> str:
    """`'Sheet'!B7` of a row and a column, found with openpyxl alone."""
    for sheet in openpyxl.load_workbook(book):
        for cell in sheet["A"]:
            if cell.value == f"ops:{block}":
                row = next(c.row for c in sheet["A"][cell.row :] if c.value == key)
                column = next(c.column_letter for c in sheet[cell.row] if c.value == header)
                return f"'{sheet.title}'!{column}{row}"
    raise AssertionError(block)


def part(document: dict[str, Any], label: str) -> dict[str, Any]:
    return next(p for p in document["parts"] if p["label"] == label)


def us_campaigns(example: Any) -> tuple[Path, list[tuple[int, dict[str, str]]]]:
    """The rows of the US campaign report with their lines, read with the csv module alone."""
    (path,) = example.folder.rglob("Sponsored_Products_Campaign_report.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return path, list(enumerate(csv.DictReader(file), start=2))


def money(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", "") or 0)


# --- numbers ----------------------------------------------------------------------------


def test_the_lines_of_a_ratio_are_those_of_the_original_and_add_up(
    example: Any, workbook: Path, told: Any
) -> None:
    document = told(place(workbook, "ads", DESK, "ACoS"), "--rows", "100")
    assert document["kind"] == "metric" and document["formula"] == "ACoS = Ad spend / Ad sales"
    assert document["same"] is True
    assert (document["row"], document["field"], document["period"]) == (
        DESK, "acos", "2026-11-09..2026-11-15")
    path, rows = us_campaigns(example)
    days = {f"{day:%b} {day.day}, {day.year}" for day in WEEK}
    for label, column in (("Ad spend", "Spend"), ("Ad sales", "7 Day Total Sales ")):
        expected = {line: money(row[column]) for line, row in rows
                    if row["Date"] in days and row["Campaign Name"] == "SP | Exact | Desk"}
        found = part(document, label)
        (file,) = (f for f in found["files"] if f["rows"])
        assert Path(file["path"]) == path
        assert {n["line"]: Decimal(str(n["value"])) for n in file["lines"]} == expected
        assert Decimal(str(found["now"])) == sum(expected.values()) == Decimal(str(found["total"]))
        assert found["in_workbook"] and found["shown"] == pytest.approx(found["now"])
    spend, sales = (part(document, label)["now"] for label in ("Ad spend", "Ad sales"))
    assert document["now"] == pytest.approx(spend / sales)
    assert document["final_on"] == "2026-11-29"


def test_the_quoted_lines_are_the_originals(example: Any, workbook: Path, told: Any) -> None:
    document = told(place(workbook, "ads", DESK, "Ad spend"))
    path, _ = us_campaigns(example)
    original = path.read_text("utf-8-sig").splitlines()
    (file,) = (f for f in document["parts"][0]["files"] if f["rows"])
    assert [n["text"] for n in file["lines"][:3]] == [
        original[n["line"] - 1] for n in file["lines"][:3]]
    assert file["lines"][3]["text"] == "" and len(file["sha256"]) == 64


def test_a_name_a_card_and_the_cell_that_it_mirrors_say_the_same(
    example: Any, workbook: Path, told: Any
) -> None:
    name, card = told("ops_ordered_sales_US"), told("Week US!B6")
    table = told(place(workbook, "trend", "US|2026-W46", "Ordered product sales"))
    label = told("'Week US'!B5")
    assert {d["mirrors"].replace("$", "") for d in (name, card)} == {
        f"{table['sheet']}!{table['cell']}"}
    assert name["shown"] == card["shown"] == table["shown"] == label["shown"]
    assert name["parts"] == table["parts"] and name["same"] and label["part"] == "label"
    (path,) = [p for p in example.folder.rglob("BusinessReport-*.csv") if "美国" in str(p)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        days = {f"{d.month}/{d.day}/{d:%y}" for d in WEEK}
        total = sum(money(row["Ordered Product Sales"]) for row in csv.DictReader(file)
                    if row["Date"] in days)
    assert Decimal(str(name["now"])) == total


def test_a_trend_row_is_about_its_own_week(workbook: Path, told: Any) -> None:
    document = told(place(workbook, "trend", "DE|2026-W40", "Sessions"))
    assert document["period"] == "2026-09-28..2026-10-04" and document["currency"] == "EUR"
    assert document["same"] and document["parts"][0]["rows"] == 7


def test_a_change_shows_both_periods(workbook: Path, told: Any) -> None:
    document = told(place(workbook, "ads", DESK, "Δ ACoS"))
    now, before = (item["value"] for item in document["inputs"])
    assert document["kind"] == "change" and document["same"]
    assert document["now"] == pytest.approx((now - before) * 100)
    assert {p["period"] for p in document["parts"]} == {
        "2026-11-09..2026-11-15", "2026-11-02..2026-11-08"}
    assert told("Week US!E13")["field"] == "change:acos"


def test_days_of_cover_reach_back_28_days(workbook: Path, told: Any) -> None:
    document = told(place(workbook, "stock", "US|QL-HOOK-12", "Days of cover"))
    stock, pace = document["parts"]
    assert document["formula"].startswith("Days of cover = Available / Units ordered a day")
    assert (stock["rows"], pace["period"]) == (1, "2026-10-19..2026-11-15")
    assert pace["now"] == pytest.approx(pace["total"] / 28) and document["same"]


def test_contribution_names_its_settlement_and_its_costs(told: Any) -> None:
    document = told("ops_contribution_DE", "--rows", "10000")
    signs = {"VAT in settled sales": -1, "Cost of goods": -1, "Freight and duty": -1,
             "Ad spend": -1}
    total = sum(signs.get(p["label"], 1) * p["now"] for p in document["parts"])
    assert document["now"] == pytest.approx(total) and document["same"]
    assert document["state"] == "partial" and "not settled" in document["note"]
    costs = part(document, "Cost of goods")["costs"]
    assert [Path(f["path"]).name for f in costs] == ["costs.csv"]
    sales = part(document, "Product sales (settled)")
    (file,) = (f for f in sales["files"] if f["rows"])
    lines = Path(file["path"]).read_text("utf-8").splitlines()
    amounts = [lines[n["line"] - 1].split("\t") for n in file["lines"]]
    assert sum(float(next(c for c in reversed(row) if c.strip()).replace(",", "."))
               for row in amounts) == pytest.approx(sales["now"])


def test_a_blank_number_says_what_is_missing(told: Any) -> None:
    document = told("ops_contribution_US")
    assert document["shown"] is None and document["now"] is None and document["same"]
    assert document["state"] == "no data" and "no cost for 2 settled units" in document["note"]


# --- rules, models, texts, inputs -------------------------------------------------------


def test_bounds_and_status_name_their_rule(workbook: Path, told: Any) -> None:
    for cell in (place(workbook, "ads", DESK, "Target"), "Week US!F13"):
        document = told(cell)
        assert document["kind"] == "rule" and document["same"], cell
        assert (document["rule"]["rule"], document["rule"]["source"]) == ("acos", "operations plan")
        assert document["shown"] == pytest.approx(0.3333)
    for cell in (place(workbook, "ads", DESK, "Status"), "Week US!F12"):
        document = told(cell)
        assert document["kind"] == "status" and document["shown"] == "■ bad" and document["same"]
        assert [i["label"] for i in document["inputs"]] == ["ACoS", "Target", "Alarm"]
        assert {p["label"] for p in document["parts"]} == {"Ad spend", "Ad sales"}
    cover = told(place(workbook, "stock", "US|QL-HOOK-12", "Target"))
    assert cover["now"] == cover["shown"] == 14 + cover["inputs"][0]["value"]


def test_models_show_their_inputs_and_method(workbook: Path, told: Any) -> None:
    verdict = told(place(workbook, "top_skus", "US|B0EX000003", "More than chance?"))
    assert verdict["kind"] == "model" and verdict["same"] and "z-test" in verdict["says"][0]
    assert [i["value"] for i in verdict["inputs"]] == [79, 472, 18, 548]
    found = told(place(workbook, "exceptions", f"US|acos|{DESK}", "At stake (week)"))
    assert found["same"] and found["state"] == "estimate" and found["rule"]["rule"] == "acos"
    spend, sales = (next(p["now"] for p in found["parts"] if p["label"] == label)
                    for label in ("Ad spend", "Ad sales"))
    assert found["now"] == pytest.approx(spend - 0.3333 * sales, abs=0.005)


def test_the_stand_up_list_leads_to_its_exception(workbook: Path, told: Any) -> None:
    sheet = openpyxl.load_workbook(workbook)["Week US"]
    row = next(c.row for c in sheet["B"] if c.value == "For the stand-up") + 2
    document = told(f"Week US!F{row}")
    assert (document["block"], document["field"]) == ("exceptions", "subject")
    assert document["mirrors"].startswith("Exceptions!") and document["same"]


def test_texts_come_from_the_product_master(workbook: Path, told: Any) -> None:
    document = told(place(workbook, "stock", "US|QL-HOOK-12", "Owner"))
    assert document["kind"] == "text" and document["same"]
    (file,) = document["files"]
    assert file["report"] == "Product master"
    assert all(line["value"] == document["shown"] for line in file["lines"])
    key = told(place(workbook, "ads", DESK, "Campaign"))
    assert key["parts"][0]["rows"] == 7 and "key of the row" in key["says"][0]


def test_typed_cells_belong_to_people(example: Any, tmp_path: Path, told: Any) -> None:
    path = filled(example.context, tmp_path / "typed.xlsx")
    cell = place(path, "ads", DESK, "Note")
    assert "Nothing is typed" in told(cell, book=path)["says"][0]
    book = openpyxl.load_workbook(path)
    sheet, _, at = cell.rpartition("!")
    book[sheet.strip("'")][at] = "ask Ann"
    book.save(path)
    document = told(cell, book=path)
    assert (document["kind"], document["shown"]) == ("typed", "ask Ann")
    assert "A person typed this" in document["says"][0] and document["parts"] == []


def test_headings_headers_and_sources_are_told_apart(workbook: Path, told: Any) -> None:
    assert told("Week US!B1")["kind"] == "heading"
    header = place(workbook, "ads", DESK, "ACoS").rstrip("0123456789") + "4"
    assert told(header)["formula"] == "ACoS = Ad spend / Ad sales"
    source = told("Sources!C5")
    assert source["kind"] == "import" and source["files"][0]["path"] == source["shown"]
    assert told("Rules!I5")["rule"]["rule"] == "acos"
    assert told("Ads!A5")["kind"] == "heading"


# --- wherever people moved it -----------------------------------------------------------


def test_sorted_rows_renamed_tabs_and_inserted_rows_do_not_matter(
    workbook: Path, tmp_path: Path, told: Any
) -> None:
    book = openpyxl.load_workbook(workbook)
    sheet = book["Ads"]
    sheet.title = "Our ads"
    sheet.insert_rows(1, 3)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    for number, row in enumerate(reversed(rows), start=8):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    book.save(tmp_path / "moved.xlsx")
    moved = place(tmp_path / "moved.xlsx", "ads", DESK, "Ad spend")
    document = told(moved, book=tmp_path / "moved.xlsx")
    assert moved.startswith("'Our ads'") and (document["row"], document["same"]) == (DESK, True)


@pytest.mark.soffice
def test_a_workbook_that_another_program_saved_is_explained_alike(
    workbook: Path, tmp_path: Path, told: Any
) -> None:
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
                    "--convert-to", "xlsx", "--outdir", tmp_path / "out", workbook],
                   check=True, capture_output=True, timeout=180)
    saved = tmp_path / "out" / workbook.name
    for cell in ("ops_acos_US", "Week US!E13", "Week US!F12", "Week US!F13",
                 place(workbook, "ads", DESK, "ACoS")):
        document, own = told(cell, book=saved), told(cell)
        assert document["same"] is True, cell
        assert [document[n] for n in ("row", "field", "now")] == [
            own[n] for n in ("row", "field", "now")]


def test_a_chinese_workbook_is_explained_in_its_words(
    example: Any, tmp_path: Path, told: Any, on_example: Run
) -> None:
    path = filled(example.context, tmp_path / "zh.xlsx", "zh")
    document = told("ops_acos_DE", book=path)
    assert document["formula"] == "ACoS = 广告花费 / 广告销售额" and document["same"]
    shown = on_example("explain", path, place(path, "ads", DESK, "状态"))
    assert shown.exit_code == 0 and "■ 异常" in shown.stdout


def test_the_text_names_parts_files_lines_and_notes(workbook: Path, on_example: Run) -> None:
    text = on_example("explain", workbook, "ops_acos_US").stdout
    for expected in ("ACoS = Ad spend / Ad sales", "Northwind Home · US · USD · 2026-W46",
                     "the same", "settling until 2026-11-29", "Sponsored_Products_Campaign_report",
                     "7-day attribution", "SHA-256", "line 1227: 2026-11-09", "and 44 more rows"):
        assert expected in text, expected


# --- what changed since -----------------------------------------------------------------


@pytest.fixture
def own(example: Any, opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`opsheet` on a copy of the example store, which a test may change."""
    source = example.context.settings.store_path
    shutil.copy(source, tmp_path / "copy.duckdb")
    shutil.copytree(f"{source}.files", tmp_path / "copy.duckdb.files")
    monkeypatch.setenv("OPSHEET_STORE", str(tmp_path / "copy.duckdb"))
    monkeypatch.chdir(example.folder)
    return opsheet


def restated(example: Any, folder: Path) -> Path:
    """The US campaign report as downloaded a day later: one spend is higher."""
    path, rows = us_campaigns(example)
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    line, row = next((n, r) for n, r in rows if r["Campaign Name"] == "SP | Exact | Desk"
                     and r["Date"] == "Nov 10, 2026")
    lines[line - 1] = lines[line - 1].replace(row["Spend"], "$99.00")
    newer = folder / "restated.csv"
    newer.write_text("".join(lines), "utf-8")
    os.utime(newer, (dt.datetime(2026, 11, 17, 9, tzinfo=dt.UTC).timestamp(),) * 2)
    return newer


def test_a_newer_report_makes_it_differ_and_is_named(
    own: Run, example: Any, workbook: Path, tmp_path: Path
) -> None:
    newer, number = restated(example, tmp_path), len(example.outcomes) + 1
    assert own("import", newer, "--store", "Northwind Home", "--marketplace", "US").exit_code == 0
    cell = place(workbook, "ads", DESK, "Ad spend")
    document = json.loads(own("explain", workbook, cell, "--json").stdout)
    assert document["same"] is False and document["now"] > document["shown"]
    assert any(f"#{number} restated.csv answers now" in why for why in document["why_differs"])
    text = own("explain", workbook, cell).stdout
    assert "DIFFERS" in text and "restated.csv" in text
    path = filled(jobs.Context(
        jobs.Settings(store_path=Path(os.environ["OPSHEET_STORE"])), example.context.now),
        tmp_path / "later.xlsx")
    assert own("undo", str(number)).exit_code == 0
    document = json.loads(own("explain", path, cell, "--json").stdout)
    assert any(f"#{number} restated.csv answered then" in why for why in document["why_differs"])


def test_a_cell_changed_by_hand_is_not_blamed_on_reports(
    example: Any, tmp_path: Path, told: Any
) -> None:
    path = filled(example.context, tmp_path / "hand.xlsx")
    cell = place(path, "ads", DESK, "Ad spend")
    book = openpyxl.load_workbook(path)
    book["Ads"][cell.rpartition("!")[2]] = 1
    book.save(path)
    document = told(cell, book=path)
    assert document["same"] is False and document["shown"] == 1
    assert "its reports are the same" in document["why_differs"][0]


# --- errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "said", "status"), [
    ("Nope!A1", "There is no sheet 'Nope'", 2),
    ("Addds!A1", "Sheets: Week US", 2),
    ("Ads!ZZ99", "The cell is empty", 2),
    ("Ads!B7:C9", "'B7:C9' is no cell", 2),
    ("Ads!", "is no cell", 2),
    ("B7", "sheet is not named", 2),
    ("ops_acos_UK", "Did you mean ops_acos_US", 2),
    ("ops_period_end", "stands for no cell", 2),
])
def test_what_is_not_there_says_so_in_three_lines(
    on_example: Run, workbook: Path, cell: str, said: str, status: int
) -> None:
    result = on_example("explain", workbook, cell, "--json")
    assert result.exit_code == status and result.stdout == ""
    assert said in result.stderr and len(result.stderr.splitlines()) <= 3


def test_a_cell_beside_the_table_is_somebody_elses(
    workbook: Path, tmp_path: Path, on_example: Run
) -> None:
    book = openpyxl.load_workbook(workbook)
    book["Ads"]["AZ5"] = "mine"
    book.save(tmp_path / "beside.xlsx")
    result = on_example("explain", tmp_path / "beside.xlsx", "Ads!AZ5")
    assert result.exit_code == 2 and "did not fill this cell: it holds 'mine'" in result.stderr


def test_other_files_are_refused(on_example: Run, tmp_path: Path) -> None:
    result = on_example("explain", tmp_path / "none.xlsx", "A!A1")
    assert result.exit_code == 2 and "no such file" in result.stderr
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    result = on_example("explain", tmp_path / "other.xlsx", "Sheet!A1")
    assert result.exit_code == 1 and "not made by Opsheet" in result.stderr
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    result = on_example("explain", tmp_path / "broken.xlsx", "Sheet!A1")
    assert result.exit_code == 1 and "cannot be read" in result.stderr


def test_another_store_is_said_to_lack_the_reports(
    opsheet: Run, workbook: Path, tmp_path: Path
) -> None:
    result = opsheet("explain", workbook, "ops_acos_US")
    assert result.exit_code == 1 and "no store yet" in result.stderr
    (tmp_path / "r.csv").write_text(
        "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views - Total,"
        "Sessions - Total\n11/19/26,$100.00,10,9,80,50\n", "utf-8")
    assert opsheet("import", tmp_path / "r.csv", "--store", "S", "--marketplace",
                   "US").exit_code == 0
    result = opsheet("explain", workbook, "ops_acos_US")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) <= 3
    assert "has none of the" in result.stderr and "OPSHEET_STORE" in result.stderr
