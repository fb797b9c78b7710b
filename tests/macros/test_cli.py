"""The command line: what it prints, where, its exit status, and what it says when it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from macros import crash, jobs
from macros.cli.app import COMMANDS, app

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]
BY_DATE = (
    "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views - Total,"
    "Sessions - Total,Featured Offer (Buy Box) Percentage,Unit Session Percentage\n"
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A Business Report by date: three days, the last two of W46 2026 and one before."""
    path = tmp_path / "BusinessReport.csv"
    path.write_text(BY_DATE + (
        '11/08/26,$100.00,10,9,80,50,99%,20.00%\n'
        '11/09/26,"$1,200.50",20,18,160,100,99%,20.00%\n'
        '11/10/26,$300.25,30,27,240,150,99%,20.00%\n'
    ), "utf-8")
    return path


def process(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment
    return subprocess.run(
        [sys.executable, "-m", "macros.cli", *words], cwd=cwd, env=env, capture_output=True,
        encoding="utf-8", timeout=120, check=False)


def document(result: Result) -> Any:
    """The one JSON document on standard output."""
    return json.loads(result.stdout)


# --- help -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(opsheet: Run, name: str) -> None:
    command = app.get_command(click.Context(app), name)
    assert command and command.name == name
    assert command.short_help and command.help and len(command.help) > 80
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert all(option.help for option in options), f"{name}: an option without a help text"
    result = opsheet(name, "--help")
    assert result.exit_code == 0 and command.short_help in opsheet("--help").stdout


def test_help_and_version_load_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from macros.cli import app\n"
        "try: app.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'duckdb', 'pandas', 'numpy', 'xlsxwriter', 'openpyxl', 'lxml', 'rich', "
        "'python_calamine', 'sync'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    code = code.replace("from macros.cli import app", "from macros.cli.app import app")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                          encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    assert done.stderr.strip() == "[]" and "Commands:" in done.stdout


def test_metrics_do_without_pandas(example: Any, tmp_path: Path) -> None:
    code = ("import sys; from macros.cli.app import app\n"
            "try: app.main(['metrics', 'acos', '--period', '2026-W46', '--json'])\n"
            "finally: print('pandas' in sys.modules, file=sys.stderr)")
    env = os.environ | {"PYTHONPATH": str(ROOT),
                        "OPSHEET_STORE": str(example.context.settings.store_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                          encoding="utf-8", env=env, check=True)
    assert done.stderr.strip() == "False" and json.loads(done.stdout)["groups"]


def test_version_names_the_program(opsheet: Run) -> None:
    result = opsheet("--version")
    assert result.exit_code == 0 and result.stdout.startswith("opsheet ")


# --- wrong usage: 2 ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["imprt", "x"], "no command 'imprt'. Did you mean import?"),
        (["import"], "PATH"),
        (["import", "x", "--nonsense"], "--nonsense"),
        (["import", ".", "--period", "soon"], "'soon' is no period"),
        (["import", ".", "--marketplace", "Mars"], "'Mars' is no marketplace"),
        (["metrics", "--period", "2026-W99"], "'2026-W99' is no period"),
        (["metrics", "--period", "2026-11-15..2026-11-09"], "ends"),
        (["metrics", "acoss"], "Did you mean acos"),
        (["metrics", "acos", "--by", "skus"], "Did you mean sku"),
        (["metrics", "acos", "--by", "day,week"], "by day and by week"),
        (["list", "things"], "things"),
        (["undo", "last"], "no import number"),
    ],
)
def test_wrong_usage_exits_2_with_at_most_three_lines(
    opsheet: Run, words: list[str], said: str
) -> None:
    result = opsheet(*words)
    assert result.exit_code == 2
    assert said in result.stderr and len(result.stderr.splitlines()) <= 3
    assert result.stdout == "" and "Traceback" not in result.stderr


def test_unreadable_settings_exit_2_and_name_the_file(opsheet: Run, tmp_path: Path) -> None:
    (tmp_path / "opsheet.toml").write_text("store = ", "utf-8")
    result = opsheet("status", "--json")
    assert result.exit_code == 2 and result.stdout == ""
    assert "opsheet.toml" in result.stderr and len(result.stderr.splitlines()) <= 3


def test_no_words_at_all_show_the_help(opsheet: Run) -> None:
    result = opsheet()
    assert result.exit_code == 2 and "Commands:" in result.stderr


# --- errors -----------------------------------------------------------------------------


def test_without_a_store_metrics_say_what_to_do(opsheet: Run) -> None:
    result = opsheet("metrics", "--json")
    assert result.exit_code == 1 and result.stdout == ""
    assert "opsheet import FOLDER" in result.stderr and len(result.stderr.splitlines()) <= 3


def test_an_unforeseen_error_is_one_line_and_a_log(
    opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise KeyError("a\nbug")

    monkeypatch.setattr(crash, "log_file", lambda: tmp_path / "log" / "opsheet.log")
    monkeypatch.setattr(jobs, "metrics", burst)
    result = opsheet("metrics")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1
    assert "report it" in result.stderr and str(tmp_path / "log" / "opsheet.log") in result.stderr
    assert "Traceback" in (tmp_path / "log" / "opsheet.log").read_text("utf-8")


def test_an_unforeseen_error_in_one_file_refuses_that_file_only(
    opsheet: Run, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.store import imports

    real = imports.import_file

    def sometimes(database: Any, file: Any, *rest: Any) -> Any:
        if file.name == "bad.csv":
            raise ZeroDivisionError("a bug")
        return real(database, file, *rest)

    monkeypatch.setattr(imports, "import_file", sometimes)
    (tmp_path / "bad.csv").write_text("anything", "utf-8")
    words = ["--store", "S", "--marketplace", "US", "--json"]
    result = opsheet("import", tmp_path / "bad.csv", report, *words)
    assert result.exit_code == 1
    files = {Path(f["path"]).name: f for f in document(result)["files"]}
    assert files["BusinessReport.csv"]["status"] == "imported"
    assert files["bad.csv"]["status"] == "refused"
    assert "ZeroDivisionError" in files["bad.csv"]["message"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_says_so_in_one_line(
    opsheet: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(jobs, "metrics", stop)
    result = opsheet("metrics")
    assert result.exit_code == 130 and "Stopped" in result.stderr
    assert len([line for line in result.stderr.splitlines() if line]) == 1


def test_a_full_disk_is_no_bug(opsheet: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/data/x")

    monkeypatch.setattr(jobs, "metrics", full)
    result = opsheet("metrics")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) <= 3
    assert "No space left on device" in result.stderr and "/data/x" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_a_reader_that_leaves_causes_no_noise(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m macros.cli list reports | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True,
                          encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0 and done.stderr == "" and len(done.stdout.splitlines()) == 1


# --- processes --------------------------------------------------------------------------


def test_a_process_prints_one_json_document_in_utf8(tmp_path: Path, report: Path) -> None:
    report.rename(tmp_path / "业务报告.csv")
    store = str(tmp_path / "p.duckdb")
    done = process("import", "业务报告.csv", "--store", "一店", "--marketplace", "美国", "--json",
                   cwd=tmp_path, OPSHEET_STORE=store, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stderr == ""
    (file,) = json.loads(done.stdout)["files"]
    assert (file["path"], file["store"], file["marketplace"]) == ("业务报告.csv", "一店", "US")
    done = process("status", cwd=tmp_path, OPSHEET_STORE=store, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stderr == ""  # a code page without Chinese is no crash


def test_a_process_without_a_terminal_never_asks(tmp_path: Path, report: Path) -> None:
    done = process("import", report.name, cwd=tmp_path, OPSHEET_STORE=str(tmp_path / "p.duckdb"))
    assert done.returncode == 1 and "--store NAME" in done.stdout
    assert not (tmp_path / "p.duckdb").exists()


def test_settings_are_found_above_the_working_folder(tmp_path: Path, report: Path) -> None:
    (tmp_path / "opsheet.toml").write_text('store = "S"\nstore_path = "here.duckdb"\n', "utf-8")
    inner = tmp_path / "US" / "deep"
    inner.mkdir(parents=True)
    report.rename(inner / report.name)
    done = process("import", report.name, "--marketplace", "US", cwd=inner)
    assert done.returncode == 0, done.stderr + done.stdout
    assert (tmp_path / "here.duckdb").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_at_a_terminal_a_person_is_asked_beside_the_progress_bar(
    tmp_path: Path, report: Path
) -> None:
    import pty

    keyboard, terminal = pty.openpty()
    env = os.environ | {"PYTHONPATH": str(ROOT), "OPSHEET_STORE": str(tmp_path / "p.duckdb"),
                        "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "macros.cli", "import", report.name], cwd=tmp_path, env=env,
        stdin=terminal, stderr=terminal, stdout=subprocess.PIPE, encoding="utf-8",
    ) as running:
        os.write(keyboard, b"My store\nMars\nUS\n")
        out, _ = running.communicate(timeout=60)
    os.close(terminal)
    shown = os.read(keyboard, 100_000).decode("utf-8", "replace")
    os.close(keyboard)
    assert running.returncode == 0 and "1 imported" in out and "US" in out
    assert "Which store is it from?" in shown and "'Mars' is no marketplace" in shown
    assert "?" not in out and "\x1b" not in out
