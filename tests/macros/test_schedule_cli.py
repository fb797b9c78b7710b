"""`opsheet schedule`, `refresh` and what `status` shows of them."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from macros.schedule import environment, install
from sync.store import runs
from sync.store.database import Database
from sync.store.runs import Event, Why
from tests.conftest import NOW

Run = Callable[..., Result]
TWO = '''
[destinations.morning]
template = "weekly_report"
to = "out/weekly.xlsx"
when = "every weekday 07:30 Asia/Shanghai"
[destinations.day]
template = "daily_check"
to = "daily.xlsx"
when = "when US is in"
[destinations.cron]
template = "daily_check"
to = "cron.xlsx"
when = "0 8 * * 1 Europe/Berlin"
'''


@pytest.fixture
def desk(opsheet: Run, tmp_path: Path) -> Run:
    (tmp_path / "opsheet.toml").write_text(TWO, "utf-8")
    return opsheet


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# --- list and next ----------------------------------------------------------------------


def test_list_says_when_in_words_and_what_came_of_the_last_run(desk: Run, tmp_path: Path) -> None:
    database = Database(tmp_path / "own.duckdb")
    run = runs.start(database, "morning", Why.TIME, NOW, "weekly_report", "out/weekly.xlsx", NOW)
    runs.end(database, run, Event.FAILED, runs.Result(error="The file is open.\nx\ny"), NOW)
    shown = desk("schedule", "list").stdout
    assert "every weekday 07:30 Asia/Shanghai" in shown and "when US is in" in shown
    assert "at 08:00 on Monday (Europe/Berlin)" in shown
    assert "failed: The file is open." in shown and "never run" in shown
    first, day, cron = data(desk("schedule", "list", "--json"))["destinations"]
    assert first["last_run"]["state"] == "failed" and first["last_run"]["why"] == "time"
    assert (first["cron"], first["zone"]) == ("30 7 * * 1,2,3,4,5", "Asia/Shanghai")
    assert day["cron"] is None and day["last_run"] is None
    assert cron["in_words"] == "at 08:00 on Monday (Europe/Berlin)"


def test_next_shows_both_clocks(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from macros.schedule import when

    monkeypatch.setattr(when, "this_zone", lambda: "America/New_York")
    found = data(desk("schedule", "next", "-n", "3", "--json"))
    assert [(one["destination"], one["local"], one["in_zone"]) for one in found["times"]] == [
        ("morning", "2026-11-17T18:30:00-05:00", "2026-11-18T07:30:00+08:00"),
        ("morning", "2026-11-18T18:30:00-05:00", "2026-11-19T07:30:00+08:00"),
        ("morning", "2026-11-19T18:30:00-05:00", "2026-11-20T07:30:00+08:00")]
    assert found["waiting"] == [{"destination": "day", "when": "when US is in"}]
    shown = desk("schedule", "next").stdout
    assert "Tue 2026-11-17 18:30" in shown and "Wed 2026-11-18 07:30" in shown
    assert "day: when US is in" in shown


def test_without_destinations_it_says_how_to_write_one(opsheet: Run, tmp_path: Path) -> None:
    for words in (("schedule", "list"), ("schedule", "run"), ("refresh", "x")):
        result = opsheet(*words)
        assert result.exit_code == 2 and "[destinations.morning]" in result.stderr
    assert "Usage" in opsheet("refresh").stderr or opsheet("refresh").exit_code == 2


# --- refresh and status -----------------------------------------------------------------


@pytest.fixture
def real(example: Any, opsheet: Run, tmp_path: Path) -> Run:
    """The settings of `desk` on a copy of the example store."""
    shutil.copy(example.context.settings.store_path, tmp_path / "own.duckdb")
    (tmp_path / "opsheet.toml").write_text(
        TWO + '[destinations.broken]\ntemplate = "weekly_report"\nto = "b.xlsx"\n'
              'store = "Nobody"\n', "utf-8")
    return opsheet


def test_refresh_fills_logs_and_goes_on_after_a_failure(real: Run, tmp_path: Path) -> None:
    result = real("refresh", "broken", "morning")
    assert result.exit_code == 1
    assert "broken: There is no store 'Nobody'." in result.stderr
    assert "morning: " in result.stdout and (tmp_path / "out" / "weekly.xlsx").exists()
    told = data(real("status", "--json"))["runs"]
    assert [(one["destination"], one["state"], one["why"]) for one in told] == [
        ("broken", "failed", "hand"), ("morning", "ok", "hand")]  # failures first
    assert told[1]["cells"] > 500 and told[1]["target"] == "out/weekly.xlsx"
    shown = real("status").stdout
    assert shown.index("Last refreshes") < shown.index("broken") < shown.index("morning")
    both = data(real("refresh", "morning", "--json"))["runs"]
    assert [one["state"] for one in both] == ["ok"] and both[0]["told"] == []


def test_refresh_waits_for_nobody(desk: Run, tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(f"{tmp_path / 'own.duckdb'}.morning.lock"):
        result = desk("refresh", "morning")
    assert result.exit_code == 1 and "is being refreshed by another process" in result.stderr
    assert not runs.read(Database(tmp_path / "own.duckdb")).runs


def test_refresh_knows_the_names(desk: Run) -> None:
    result = desk("refresh", "mornin")
    assert result.exit_code == 2 and "morning" in result.stderr


def test_run_once_serves_what_is_due(real: Run, tmp_path: Path) -> None:
    assert real("schedule", "run", "--once").exit_code == 0
    log = runs.read(Database(tmp_path / "own.duckdb"))
    assert {name for name, *_ in log.known} == {"morning", "day", "cron"}


# --- install ----------------------------------------------------------------------------

SERVICE = install.Service(
    ("/opt/my tools/opsheet", "schedule", "run", "--env", '/home/zoë/50% "a"\\b $HOME/e & f.env'),
    "/home/zoë/Store & Co 100%", "/tmp/l.log")


def test_the_systemd_unit_quotes_every_word(tmp_path: Path) -> None:
    made = install.make(SERVICE, "linux")
    line = next(line for line in made.content.splitlines() if line.startswith("ExecStart="))
    assert line == ('ExecStart="/opt/my tools/opsheet" "schedule" "run" "--env" '
                    '"/home/zoë/50%% \\"a\\"\\\\b $$HOME/e & f.env"')
    assert "WorkingDirectory=/home/zoë/Store & Co 100%%\n" in made.content
    assert made.path.name == "opsheet-schedule.service" and "systemctl --user" in made.enable


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "my tools" / "opsheet"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "opsheet-schedule.service"
    made = install.make(install.Service(
        (str(program), "schedule", "run", "--env", "a b%.env"), str(program.parent)), "linux")
    unit.write_text(made.content, "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--user", str(unit)], check=False,
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    if "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd cannot look at units here")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_launchd_agent_is_a_property_list() -> None:
    made = install.make(SERVICE, "macos")
    found = plistlib.loads(made.content.encode())
    assert found["ProgramArguments"] == list(SERVICE.words)
    assert found["WorkingDirectory"] == SERVICE.folder
    assert found["KeepAlive"] == {"SuccessfulExit": False} and found["RunAtLoad"] is True
    assert found["ExitTimeOut"] >= 900  # a refresh may take as long
    assert made.path.suffix == ".plist" and "launchctl bootstrap" in made.enable


def test_the_windows_task_has_the_elements_of_the_schema_in_its_order() -> None:
    made = install.make(SERVICE, "windows")
    root = ET.fromstring(made.content.split("\n", 1)[1])
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert root.tag == f"{space}Task"
    assert [child.tag.removeprefix(space) for child in root] == [
        "RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    run = root.find(f"{space}Actions/{space}Exec")
    assert run is not None
    assert [child.tag.removeprefix(space) for child in run] == [
        "Command", "Arguments", "WorkingDirectory"]
    command, words, folder = (child.text for child in run)
    assert (command, folder) == (SERVICE.words[0], SERVICE.folder)
    assert words == subprocess.list2cmdline(SERVICE.words[1:])
    principal = root.find(f"{space}Principals/{space}Principal")
    actions = root.find(f"{space}Actions")
    assert principal is not None and actions is not None
    assert principal.get("id") == actions.get("Context")
    assert root.findtext(f"{space}Settings/{space}ExecutionTimeLimit") == "PT0S"  # no limit


def test_install_writes_the_file_of_this_system_and_says_how_to_enable_it(
    desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPSHEET_STORE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(install, "this_system", lambda: "linux")
    secrets = tmp_path / "my secrets.env"
    secrets.write_text("OPSHEET_LOG=x\n")
    secrets.chmod(0o600)
    result = desk("schedule", "install", "--env", secrets)
    path = tmp_path / "config" / "systemd" / "user" / "opsheet-schedule.service"
    assert result.exit_code == 0 and f"Written: {path}" in result.stdout, result.stderr
    assert "Enable it with: systemctl --user" in result.stdout
    assert f'"--env" "{tmp_path / "my secrets.env"}"' in path.read_text("utf-8")
    assert f"WorkingDirectory={tmp_path}" in path.read_text("utf-8")
    path.unlink()
    assert desk("schedule", "install", "--print").stdout.startswith("[Unit]")
    assert desk("schedule", "install", "--for", "macos").stdout.startswith("<?xml")
    assert "<Task" in desk("schedule", "install", "--for", "windows").stdout
    assert not path.exists()


def test_a_windows_task_is_written_as_utf_16(tmp_path: Path) -> None:
    made = install.make(SERVICE, "windows")
    path = tmp_path / "deep" / "task.xml"
    install.write(install.Made(path, made.content, made.enable, made.encoding))
    root = ET.fromstring(path.read_bytes())  # the declaration names the encoding
    assert "Store & Co" in (root.findtext(".//{*}WorkingDirectory") or "")


def test_a_store_that_only_this_shell_knows_is_refused(desk: Run) -> None:
    result = desk("schedule", "install", "--print")
    assert result.exit_code == 2 and "store_path" in result.stderr


# --- the file of variables --------------------------------------------------------------


def test_variables_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSHEET_TEST_A", "old")
    monkeypatch.setenv("OPSHEET_TEST_B", "old")
    path = tmp_path / "secrets.env"
    path.write_text('# ours\n\nexport OPSHEET_TEST_A="https://x/y=z"\nOPSHEET_TEST_B = plain\n')
    path.chmod(0o600)
    environment.take(path)
    assert os.environ["OPSHEET_TEST_A"] == "https://x/y=z"
    assert os.environ["OPSHEET_TEST_B"] == "plain"


@pytest.mark.parametrize(("text", "mode", "says"), [
    ("A=hidden-value", 0o644, "chmod 600"), ("hidden-value", 0o600, "line 1"),
    (None, 0o600, "cannot be read"),
])
def test_a_file_of_variables_that_cannot_be_used(
    desk: Run, tmp_path: Path, text: str | None, mode: int, says: str
) -> None:
    path = tmp_path / "secrets.env"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    result = desk("schedule", "run", "--once", "--env", path)
    assert result.exit_code == 2 and says in result.stderr
    assert "hidden-value" not in result.output
