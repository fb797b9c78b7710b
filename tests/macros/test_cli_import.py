"""`opsheet import` and `undo` from the command line: shapes, statuses, refusals, questions."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from macros.cli.ask import Asker
from sync.read import scope

Run = Callable[..., Result]
BY_DATE = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views,Sessions\n"
DAYS = '11/09/26,"$1,200.50",20,18,160,100\n11/10/26,$300.25,30,27,240,150\n'
BY_ITEM = "(Parent) ASIN,(Child) ASIN,SKU,Sessions,Page Views,Units Ordered,Ordered Product Sales\n"
ITEM = "B0EX00000P,B0EX000001,SKU-1,50,80,5,$50.00\n"
HERE = ["--store", "S", "--marketplace", "US"]
FILE_KEYS = {"path", "status", "message", "rows", "rows_refused", "kind", "store", "marketplace",
             "period", "parts"}
PART_KEYS = {"kind", "store", "marketplace", "period", "rows"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file below the test's folder."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


def files(result: Result) -> list[dict[str, Any]]:
    data = json.loads(result.stdout)
    assert set(data) == {"files"}
    for file in data["files"]:
        assert set(file) == FILE_KEYS and all(set(part) == PART_KEYS for part in file["parts"])
    found: list[dict[str, Any]] = data["files"]
    return found


def test_an_imported_file_states_itself_as_a_whole_and_in_parts(
    opsheet: Run, write: Any
) -> None:
    path = write("r.csv", BY_DATE + DAYS)
    result = opsheet("import", path, *HERE, "--json")
    assert result.exit_code == 0 and result.stderr == ""
    part = {"kind": "business_report_by_date", "store": "S", "marketplace": "US",
            "period": "2026-11-09..2026-11-10", "rows": 2}
    assert files(result) == [part | {
        "path": str(path), "status": "imported", "message": "", "rows_refused": 0,
        "parts": [part]}]


def test_the_same_file_again_changes_nothing_and_newer_days_replace(
    opsheet: Run, write: Any
) -> None:
    opsheet("import", write("r.csv", BY_DATE + DAYS), *HERE)
    again = opsheet("import", write("copy.csv", BY_DATE + DAYS), *HERE, "--json")
    changed = write("new.csv", BY_DATE + DAYS.replace("300", "310"))
    newer = opsheet("import", changed, *HERE, "--json")
    assert (again.exit_code, files(again)[0]["status"]) == (0, "unchanged")
    assert (newer.exit_code, files(newer)[0]["status"]) == (0, "replaced")


def test_refused_files_exit_1_and_the_others_are_imported(opsheet: Run, write: Any) -> None:
    write("in/good.csv", BY_DATE + DAYS)
    write("in/other.csv", "a,b\n1,2\n")
    write("in/empty.csv", "")
    result = opsheet("import", "in", "missing.csv", *HERE, "--json")
    found = {Path(file["path"]).name: file for file in files(result)}
    assert result.exit_code == 1 and result.stderr == ""
    assert {name: file["status"] for name, file in found.items()} == {
        "good.csv": "imported", "other.csv": "refused", "empty.csv": "refused",
        "missing.csv": "refused"}
    other = found["other.csv"]
    assert other["message"] and other["parts"] == [] and other["rows"] == 0
    assert [other[name] for name in ("kind", "store", "marketplace", "period")] == [None] * 4


def test_refused_files_are_told_with_where_and_what_to_do(opsheet: Run, write: Any) -> None:
    write("in/other.csv", "a,b\n1,2\n")
    result = opsheet("import", "in", *HERE)
    assert result.exit_code == 1
    assert "refused  in/other.csv" in result.stdout and "headers found: a, b" in result.stdout
    assert "`opsheet list reports`" in result.stdout and "1 file: 1 refused" in result.stdout


def test_rows_that_cannot_be_read_are_shown_with_line_and_reason(opsheet: Run, write: Any) -> None:
    bad = "".join(f"11/{day:02},$1.00,many,1,1,1\n" for day in range(11, 19)).replace(",$", "/26,$")
    result = opsheet("import", write("r.csv", BY_DATE + DAYS + bad), *HERE)
    assert result.exit_code == 0
    assert "r.csv, line 4, units_ordered: 'many' – not a number" in result.stdout
    assert result.stdout.count("not a number") == 5 and "… and 3 more rows" in result.stdout
    data = files(opsheet("import", write("r2.csv", BY_DATE + DAYS + bad + "\n"), *HERE, "--json"))
    assert (data[0]["rows"], data[0]["rows_refused"]) == (2, 8)


def test_a_member_of_an_archive_is_named_with_its_archive(
    opsheet: Run, write: Any, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("US/r.csv", BY_DATE + DAYS)
    (file,) = files(opsheet("import", "all.zip", "--store", "S", "--json"))
    assert (file["path"], file["marketplace"]) == ("all.zip/US/r.csv", "US")


def test_an_empty_folder_is_no_error(opsheet: Run, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert files(opsheet("import", "none", "--json")) == []
    assert "no files" in opsheet("import", "none").stdout


def test_the_period_option_tells_the_days_of_a_silent_report(opsheet: Run, write: Any) -> None:
    path = write("r.csv", BY_ITEM + ITEM)
    refused = opsheet("import", path, *HERE)
    assert refused.exit_code == 1 and "--period" in refused.stdout
    (file,) = files(opsheet("import", path, *HERE, "--period", "2026-W46", "--json"))
    assert file["period"] == "2026-11-09..2026-11-15"


def test_the_date_order_option_settles_an_ambiguous_file(opsheet: Run, write: Any) -> None:
    path = write("r.csv", BY_DATE + "03/04/2026,$1.00,1,1,1,1\n")
    refused = opsheet("import", path, *HERE)
    assert refused.exit_code == 1 and "--date-order" in refused.stdout
    (file,) = files(opsheet("import", path, *HERE, "--date-order", "dmy", "--json"))
    assert file["period"] == "2026-04-03..2026-04-03"


def test_every_file_of_the_example_store_is_imported(example: Any) -> None:
    refused = {o.path: o.message for o in example.outcomes if o.status == "refused"}
    assert not refused and len(example.outcomes) > 70


# --- undo -------------------------------------------------------------------------------


def test_undo_takes_back_what_status_lists(opsheet: Run, write: Any) -> None:
    opsheet("import", write("r.csv", BY_DATE + DAYS), *HERE)
    result = opsheet("undo", "#1")
    assert result.exit_code == 0 and "#1" in result.stdout and "r.csv" in result.stdout
    twice = opsheet("undo", "1")
    assert twice.exit_code == 1 and "undone already" in twice.stderr
    assert len(twice.stderr.splitlines()) <= 3
    assert json.loads(opsheet("status", "--json").stdout)["imports"][0]["undone"] is True
    again = opsheet("import", "r.csv", *HERE, "--json")
    assert files(again)[0]["status"] == "imported"


def test_undo_without_a_store_creates_none(opsheet: Run, tmp_path: Path) -> None:
    result = opsheet("undo", "1")
    assert result.exit_code == 1 and "opsheet import" in result.stderr
    assert not (tmp_path / "own.duckdb").exists()


# --- asking -----------------------------------------------------------------------------

DAYS_QUESTION = "Which days does it cover (A..B)?"
MARKET_QUESTION = "Which marketplace is it from (US, DE, …)?"
STORE_QUESTION = "Which store is it from?"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person will type, line by line; `""` takes the default."""
    import click

    lines: list[str] = []

    def prompt(text: str, default: str = "", **_: Any) -> str:
        return lines.pop(0) or default

    monkeypatch.setattr(click, "prompt", prompt)
    return lines


def test_store_and_marketplace_are_asked_once_per_folder(typed: list[str]) -> None:
    ask = Asker()
    typed += ["My store", "Other store", "德国"]
    assert [ask(file, STORE_QUESTION) for file in ("a/1", "a/2", "b/1")] == [
        "My store", "My store", "Other store"]
    assert [ask(file, MARKET_QUESTION) for file in ("a/1", "a/2")] == ["德国", "德国"]
    assert typed == []


def test_days_are_asked_for_every_file_and_enter_takes_the_last_answer(typed: list[str]) -> None:
    ask = Asker()
    typed += ["2026-W46", "", "2026-W45"]
    assert [ask(f"a/{n}", DAYS_QUESTION) for n in range(3)] == ["2026-W46", "2026-W46", "2026-W45"]


def test_an_answer_that_does_not_fit_is_asked_again(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed += ["Mars", "US", "yesterday", "2026-11-09"]
    ask = Asker()
    assert ask("a/1", MARKET_QUESTION) == "US" and ask("a/1", DAYS_QUESTION) == "2026-11-09"
    captured = capsys.readouterr()
    assert "'Mars' is no marketplace" in captured.err and "no period" in captured.err
    assert captured.out == ""


def test_no_answer_leaves_the_whole_folder_out(typed: list[str]) -> None:
    typed += [""]
    ask = Asker()
    assert ask("a/1", STORE_QUESTION) is None and ask("a/2", STORE_QUESTION) is None


def test_the_questions_are_the_ones_that_reading_asks() -> None:
    source = Path(scope.__file__).read_text("utf-8")
    assert all(question in source for question in (STORE_QUESTION, MARKET_QUESTION, DAYS_QUESTION))


def test_a_person_at_a_terminal_is_asked_and_the_answer_is_used(
    opsheet: Run, write: Any, typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from macros.cli import import_

    monkeypatch.setattr(import_, "_asker", Asker)
    write("in/a.csv", BY_ITEM + ITEM)
    write("in/b.csv", BY_ITEM + ITEM.replace("50,80", "60,80"))
    typed += ["S", "US", "2026-W45", "2026-W46"]
    result = opsheet("import", "in")
    assert result.exit_code == 0 and "2 imported" in result.stdout and typed == []
    assert "2026-11-02..2026-11-08" in result.stdout and "2026-11-09..2026-11-15" in result.stdout
