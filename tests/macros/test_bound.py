"""`opsheet fill` into a team's own workbook, and `opsheet template`, on the example store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sync.ooxml import Workbook
from tests.conftest import Run

WEEK = "2026-W46"


@pytest.fixture
def planner(tmp_path: Path) -> Path:
    """A front page bound by names and placeholders, and a list with the team's own columns."""
    path = tmp_path / "planner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        plan, top = book.add_worksheet("Plan"), book.add_worksheet("Top")
        percent = book.add_format({"num_format": "0.0%"})
        plan.write("B3", 1)
        book.define_name("ops_gmv_US", "=Plan!$B$3")
        plan.write("B4", "{{ gmv | prev week | US }}")
        plan.write("B5", "{{ conversion | marketplace US }}", percent)
        plan.write("B6", "{{ 销售额 | 站点 德国 }}")
        plan.write_formula("B7", "=B3/B4-1", percent)
        plan.write_formula("B8", "=SUM(ops_top_skus_US[Sales])")
        plan.write("B9", "{{ period }}")
        names = ["ASIN", "Sales", "Units", "Price", "Plan for the week"]
        columns: list[dict[str, Any]] = [{"header": name} for name in names]
        here = "ops_top_skus_US[[#This Row],[{}]]"
        columns[3]["formula"] = f'=IFERROR({here.format("Sales")}/{here.format("Units")},"")'
        top.add_table("A3:E4", {"name": "ops_top_skus_US", "columns": columns})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Top!$A$4:$A$4", "values": "=Top!$B$4:$B$4"})
        plan.insert_chart("D2", chart)
    return path


def _one(run: Run, metric: str, market: str, period: str = WEEK) -> Any:
    result = run("metrics", metric, "--period", period, "--marketplace", market, "--json")
    return json.loads(result.stdout)["groups"][0]["rows"][0][metric]


def _fill(run: Run, path: Path, *words: str, code: int = 0) -> dict[str, Any]:
    result = run("fill", "weekly_report", "--to", path, "--period", WEEK, "--json", *words)
    assert result.exit_code == code, result.output
    return dict(json.loads(result.stdout)) if result.stdout else {}


def _cell(path: Path, ref: str) -> Any:
    with Workbook.open(path) as book:
        return book.read(ref)[0][0]


def test_numbers_are_those_of_opsheet_metrics(on_example: Run, planner: Path) -> None:
    told = _fill(on_example, planner)
    assert _cell(planner, "Plan!B3") == _one(on_example, "ordered_sales", "US")
    assert _cell(planner, "Plan!B4") == _one(on_example, "ordered_sales", "US", "2026-W45")
    assert _cell(planner, "Plan!B5") == _one(on_example, "unit_session_percentage", "US")
    assert _cell(planner, "Plan!B6") == _one(on_example, "ordered_sales", "DE")
    assert _cell(planner, "Plan!B9") == WEEK
    assert told["unknown"] == [] and any("backup" in note for note in told["notes"])
    with Workbook.open(planner) as book:
        table = book.table("ops_top_skus_US")
        values = book.read(f"Top!{table.body}")
        wide = table.body.height
    assert wide > 10
    assert sum(row[1] for row in values) == pytest.approx(_cell(planner, "Plan!B3"), abs=0.01)


def test_a_second_fill_keeps_what_was_typed(on_example: Run, planner: Path) -> None:
    _fill(on_example, planner)
    with Workbook.open(planner) as book:
        asin = book.read("Top!A5")[0][0]
        book.set("Top", "E5", "more ads")
        book.save_atomically(planner)
    result = on_example("fill", "weekly_report", "--to", planner, "--period", "2026-W45",
                        "--no-backup")
    assert result.exit_code == 0, result.output
    with Workbook.open(planner) as book:
        table = book.table("ops_top_skus_US")
        kept = {row[0]: row[4] for row in book.read(f"Top!{table.body}") if row[4]}
    assert kept == {asin: "more ads"}


def test_check_lists_what_is_bound(on_example: Run, planner: Path) -> None:
    result = on_example("template", "check", planner, "--period", WEEK, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    places = {one["cell"]: one for one in told["places"]}
    assert told["to_mend"] == 0
    assert places["Plan!B3"] | {"name": "", "mend": []} == places["Plan!B3"] | {
        "name": "", "mend": [], "target": "ordered_sales", "period": WEEK, "marketplace": "US",
        "holds": 1, "kind": "name"}
    assert places["Plan!B4"]["period"] == "2026-W45"
    assert places["Top!A3"]["kind"] == "table" and places["Top!A3"]["name"] == "ops_top_skus_US"
    assert on_example("template", "check", planner).exit_code == 0


def test_check_names_what_must_be_mended(on_example: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    with xlsxwriter.Workbook(path) as book:
        plan = book.add_worksheet("Plan")
        plan.write("A1", "{{ gmv }}")
        plan.write("A2", "{{ gvm }}")
        plan.add_table("A5:B6", {"name": "ops_top_skus", "total_row": True, "columns": [
            {"header": "ASIN"}, {"header": "GMV"}]})
    result = on_example("template", "check", path, "--json")
    assert result.exit_code == 1
    places = {one["cell"]: one for one in json.loads(result.stdout)["places"]}
    assert "DE, US" in places["Plan!A1"]["mend"][0]["what"]
    assert "marketplace" in places["Plan!A1"]["mend"][0]["do"]
    assert "gmv" in places["Plan!A2"]["unknown"]["do"]
    said = [one["what"] for one in places["Plan!A5"]["mend"]]
    assert any("totals row" in what for what in said)
    assert any("does not say which" in what for what in said)
    shown = on_example("template", "check", path)
    assert shown.exit_code == 1 and shown.stdout.count("mend ") >= 4


def test_a_place_that_does_not_say_which_marketplace_is_refused(
    on_example: Run, tmp_path: Path
) -> None:
    path = tmp_path / "planner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Plan").write("A1", "{{ gmv }}")
    before = path.read_bytes()
    result = on_example("fill", "weekly_report", "--to", path)
    assert result.exit_code == 2 and "DE, US" in result.stderr and "Plan!A1" in result.stderr
    assert path.read_bytes() == before
    assert on_example("fill", "weekly_report", "--to", path, "--marketplace", "DE").exit_code == 0


def test_unknown_placeholders_are_left_alone_and_told(on_example: Run, tmp_path: Path) -> None:
    path = tmp_path / "planner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        plan = book.add_worksheet("Plan")
        plan.write("A1", "{{ gmv | US }}")
        plan.write("A2", "{{ gvm }}")
    result = on_example("fill", "weekly_report", "--to", path, "--period", WEEK)
    assert result.exit_code == 1 and "Did you mean gmv" in result.stderr
    assert _cell(path, "Plan!A2") == "{{ gvm }}"
    assert _cell(path, "Plan!A1") == _one(on_example, "ordered_sales", "US")


def test_a_workbook_without_bindings_is_refused_with_the_way_out(
    on_example: Run, tmp_path: Path
) -> None:
    path = tmp_path / "planner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Plan")
    result = on_example("fill", "weekly_report", "--to", path)
    assert result.exit_code == 1 and "{{ gmv }}" in result.stderr and "ops_gmv" in result.stderr
    assert [f.name for f in tmp_path.glob("planner*")] == ["planner.xlsx"]


def test_a_placeholder_for_a_table_keeps_its_notes_in_both_languages(
    on_example: Run, tmp_path: Path
) -> None:
    path = tmp_path / "planner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Lists").write("B2", "{{ 异常清单 }}")
        book.add_worksheet("Tasks").write("A1", "{{ tasks }}")
    _fill(on_example, path, "--lang", "zh")
    with Workbook.open(path) as book:
        table = book.table("ops_exceptions")
        row = table.body.top + 1
        column = "BCDEFGHIJKL"[table.columns.index("备注")]
        key = book.read(f"Lists!D{row}:E{row}")
        book.set("Lists", f"{column}{row}", "谁处理?")
        book.save_atomically(path)
    _fill(on_example, path, "--no-backup")  # the workbook's own language
    with Workbook.open(path) as book:
        table = book.table("ops_exceptions")
        found = [values for values in book.read(f"Lists!{table.body}") if "谁处理?" in values]
        assert "任务" in book.table("ops_tasks").columns
    assert len(found) == 1 and [found[0][2:4]] == key


def test_a_starter_is_filled_with_a_store_and_empty_without(
    on_example: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, empty = tmp_path / "full.xlsx", tmp_path / "empty.xlsx"
    result = on_example("template", "new", "weekly_report", "--to", full)
    assert result.exit_code == 0, result.output
    assert on_example("template", "new", "weekly_report", "--to", full).exit_code == 1
    monkeypatch.setenv("OPSHEET_STORE", str(tmp_path / "none.duckdb"))
    result = on_example("template", "new", "weekly-report", "--to", empty, "--json", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["filled"] is False
    with Workbook.open(empty) as book:
        assert "热销商品" in book.sheet_names
    assert on_example("template", "new", "no_such").exit_code == 2


@pytest.mark.soffice
def test_libreoffice_calculates_the_planner_anew(
    on_example: Run, planner: Path, tmp_path: Path
) -> None:
    from tests.soffice.office import Office

    _fill(on_example, planner)
    with Office(tmp_path) as office:
        sheets = office.recalculated(planner)
    plan = {cell: one["value"] for cell, one in sheets["Plan"].items()}
    assert plan["B7"] == pytest.approx(plan["B3"] / plan["B4"] - 1)
    assert plan["B8"] == pytest.approx(plan["B3"], abs=0.01)
    with Workbook.open(planner) as book:
        body = book.table("ops_top_skus_US").body
    for row in range(body.top, body.bottom + 1):
        units = sheets["Top"][f"C{row}"]["value"]
        price = sheets["Top"][f"D{row}"]["value"]
        if units:
            assert price == pytest.approx(sheets["Top"][f"B{row}"]["value"] / units)
