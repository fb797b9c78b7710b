"""`opsheet list`, `status` and `doctor`; and that everything listed is documented."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from macros import doctor
from macros.cli import show
from macros.status import gaps
from workbook.model import Period, Unit

Run = Callable[..., Result]
BY_DATE = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views,Sessions\n"


def rows(result: Result, name: str) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert set(data) == {name}
    found: list[dict[str, Any]] = data[name]
    return found


# --- list -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "key", "texts"),
    [
        ("reports", "name", ["label", "how_to_download"]),
        ("metrics", "name", ["label"]),
        ("rules", "id", ["label"]),
        ("templates", "name", ["label"]),
    ],
)
def test_everything_listed_is_documented_in_both_languages(
    opsheet: Run, what: str, key: str, texts: list[str]
) -> None:
    found = rows(opsheet("list", what, "--json"), what)
    assert found and all(row[key] for row in found)
    for row in found:
        for text in texts:
            assert row[text]["en"].strip() and row[text]["zh"].strip(), f"{row[key]}: {text}"
        if what == "reports":
            assert len(row["how_to_download"]["en"]) > 40, row[key]
        if what == "rules":
            assert row["source"], row[key]
    shown = opsheet("list", what)
    assert shown.exit_code == 0 and found[0]["label"]["en"] in shown.stdout


def test_how_to_download_is_shown_in_chinese(opsheet: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSHEET_LANG", "zh")
    lines = opsheet("list", "reports").stdout.splitlines()
    assert any("下载" in line for line in lines) and max(map(show.width, lines)) <= 120


def test_stores_are_listed_with_their_marketplaces(on_example: Run, opsheet: Run) -> None:
    assert rows(on_example("list", "stores", "--json"), "stores") == [
        {"store": "Northwind Home", "marketplaces": ["DE", "US"], "first_day": "2026-05-18",
         "last_day": "2026-11-15"}]


def test_no_store_has_no_stores(opsheet: Run) -> None:
    assert rows(opsheet("list", "stores", "--json"), "stores") == []
    assert "no stores yet" in opsheet("list", "stores").stdout


# --- status -----------------------------------------------------------------------------


def test_status_without_a_store_says_how_to_begin(opsheet: Run, tmp_path: Path) -> None:
    data = json.loads(opsheet("status", "--json").stdout)
    assert data["reports"] == [] and data["imports"] == []
    assert not (tmp_path / "own.duckdb").exists()
    assert "opsheet import" in opsheet("status").stdout


def test_status_counts_days_from_the_marketplaces_own_yesterday(on_example: Run) -> None:
    data = json.loads(on_example("status", "--json", "--last", "3").stdout)
    found = {(row["marketplace"], row["kind"]): row for row in data["reports"]}
    us = found["US", "business_report_by_date"]
    assert (us["first_day"], us["last_day"], us["rows"]) == ("2026-05-18", "2026-11-15", 182)
    assert (us["last_closed_day"], us["days_behind"], us["late"]) == ("2026-11-16", 1, False)
    assert found["US", "sp_campaign"]["rows"] == 1274 and us["missing"] == []
    assert found["DE", "business_report_by_item"]["imports"] == 26 + 14
    assert len(data["imports"]) == 3 and data["imports_in_all"] > 70 and data["undone"] == 0
    assert data["now"] == "2026-11-17T12:00:00Z"
    shown = on_example("status").stdout
    assert "up to date" in shown and "The last 10 of" in shown and "all  Costs" in shown


def test_status_shows_gaps_refused_rows_and_undone_imports(opsheet: Run, tmp_path: Path) -> None:
    here = ["--store", "S", "--marketplace", "US"]
    for name, days in (("a", (2, 3)), ("b", (6, 7)), ("c", (9, 10))):
        lines = "".join(f"11/{day:02}/26,$1.00,1,1,1,1\n" for day in days)
        (tmp_path / f"{name}.csv").write_text(
            BY_DATE + lines + ("11/08/26,$1.00,x,1,1,1\n" if name == "b" else ""), "utf-8")
        opsheet("import", f"{name}.csv", *here)
    opsheet("undo", "3")
    (row,) = json.loads(opsheet("status", "--json").stdout)["reports"]
    assert (row["first_day"], row["last_day"], row["missing"]) == (
        "2026-11-02", "2026-11-07", ["2026-11-04..2026-11-05"])
    assert (row["rows"], row["rows_refused"], row["days_behind"], row["late"]) == (4, 1, 9, True)
    shown = opsheet("status").stdout
    assert "9 days" in shown and "2026-11-04..2026-11-05" in shown and "1 undone" in shown


def test_gaps_between_spans() -> None:
    def span(first: int, last: int) -> tuple[dt.date, dt.date]:
        return dt.date(2026, 11, first), dt.date(2026, 11, last)

    assert gaps([]) == ()
    assert gaps([span(1, 9), span(2, 3), span(10, 12)]) == ()
    assert gaps([span(1, 2), span(8, 9), span(4, 5)]) == (
        Period(*span(3, 3)), Period(*span(6, 7)))


# --- doctor -----------------------------------------------------------------------------


def test_doctor_finds_this_installation_whole(on_example: Run) -> None:
    result = on_example("doctor", "--json")
    checks = {check["name"]: check for check in rows(result, "checks")}
    assert {f"package {name}" for name in doctor.PACKAGES} <= set(checks)
    assert checks["store"]["health"] == "ok" and "imports" in checks["store"]["message"]
    assert all(check["do"] for check in checks.values() if check["health"] != "ok")
    assert "package workbook" in on_example("doctor").stdout


def test_doctor_fails_on_a_package_of_somebody_else(
    opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    result = opsheet("doctor")
    assert result.exit_code == 1 and "virtual environment of its own" in result.stdout


def test_doctor_says_where_settings_and_store_are_wrong(opsheet: Run, tmp_path: Path) -> None:
    (tmp_path / "own.duckdb").write_text("no database at all" * 100, "utf-8")
    result = opsheet("doctor", "--json")
    health = {check["name"]: check["health"] for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 1 and health["store"] == "fail" and health["settings"] == "ok"
    (tmp_path / "opsheet.toml").write_text("nonsense = 1", "utf-8")
    result = opsheet("doctor")
    assert result.exit_code == 1 and "Unknown setting 'nonsense'" in result.stdout


def test_versions_compare_as_numbers() -> None:
    assert doctor._dependency("click>=8.2").health is doctor.Health.OK
    old = doctor._dependency("click>=99.1")
    assert old.health is doctor.Health.FAIL and "99.1 is needed" in old.message
    missing = doctor._dependency("no-such-package-at-all>=1")
    assert missing.health is doctor.Health.FAIL and "pip install" in missing.do


# --- tables -----------------------------------------------------------------------------


def test_tables_align_chinese_and_numbers() -> None:
    lines = list(show.table_lines(["店铺", "n"], [["北", "1,000"], ["ab", "7"]]))
    assert lines == ["店铺      n", "北    1,000", "ab        7"]


def test_chinese_text_wraps_by_its_width() -> None:
    assert list(show.wrapped("卖家平台 > 数据报告", 10)) == ["卖家平台 >", "数据报告"]
    assert list(show.wrapped("one two three", 8)) == ["one two", "three"]


def test_numbers_have_the_digits_of_their_unit() -> None:
    shown = [show.number(value, unit) for value, unit in (
        (1234, Unit.COUNT), (0.2841, Unit.SHARE), (1234.5, Unit.MONEY), (12.34, Unit.DAYS),
        (None, Unit.MONEY))]
    assert shown == ["1,234", "28.4 %", "1,234.50", "12.3", ""]
