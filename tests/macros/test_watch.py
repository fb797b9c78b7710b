"""`opsheet watch`: files are taken in when they are whole, workbooks filled when closed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from macros import jobs, planner, settings
from macros.watch import EVERY, SETTLED, Refill, Watch
from sync.surfaces import Receipt
from tests.conftest import NOW, Run
from workbook.errors import StoreError

HEADER = (
    "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views - Total,"
    "Sessions - Total,Featured Offer (Buy Box) Percentage,Unit Session Percentage\n"
)
LINE = "10/{},$100.00,10,9,80,50,99%,20.00%\n"


class Scene:
    """A folder that is watched, a clock that only waiting moves, and what was told."""

    def __init__(self, folder: Path, refills: list[Refill]) -> None:
        self.folder, self.time, self.told = folder, 0.0, list[str]()
        found = settings.load(folder, {"OPSHEET_STORE": str(folder.parent / "own.duckdb")})
        self.watch = Watch(folder, refills, lambda: jobs.Context(found, NOW), self.told.append,
                           lambda: self.time)

    def wait(self, seconds: float) -> bool:
        self.time += seconds
        return False

    def look(self, times: int = 1) -> list[str]:
        """What is told in some looks, by its first word."""
        before = len(self.told)
        for _ in range(times):
            self.watch.look()
            self.wait(EVERY)
        return [line.split()[0] for line in self.told[before:]]

    def lands(self, name: str, day: int = 19) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + LINE.format(f"{day}/26"))
        return path


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "opsheet.toml").write_text(
        '[folders]\nin = { store = "N", marketplace = "US" }\n')
    filled: list[str] = []

    def fill_file(context: Any, template: str, path: Path) -> Receipt:
        filled.append(template)
        if template == "daily_check":
            raise StoreError("Nothing of that day.", "daily", "Import it.")
        return Receipt(str(path), 7, ("a note",))

    monkeypatch.setattr(planner, "fill_file", fill_file)
    made = Scene(folder, [Refill("weekly_report", tmp_path / "w.xlsx")])
    made.filled = filled  # type: ignore[attr-defined]
    return made


def test_a_file_is_imported_when_it_has_stopped_growing(scene: Scene) -> None:
    path = scene.lands("report.csv")
    assert scene.look() == []
    path.write_text(path.read_text() + LINE.format("20/26"))
    assert scene.look() == []  # it grew
    assert scene.look() == ["imported", "filled", "note"]
    assert scene.look(3) == []


def test_two_looks_in_a_moment_are_not_enough(scene: Scene) -> None:
    scene.lands("report.csv")
    scene.watch.look()
    scene.wait(SETTLED - 0.1)
    scene.watch.look()
    assert scene.told == []


@pytest.mark.parametrize("name", [
    "report.csv.crdownload", "report.csv.part", "report.tmp", "~$report.xlsx", ".report.csv",
    "report.csv.download/report.csv", "report.opdownload", "w.csv.partial"])
def test_names_of_unfinished_files_are_left_alone(scene: Scene, name: str) -> None:
    scene.lands(name)
    assert scene.look(3) == []


def test_a_finished_download_gets_its_name_and_is_imported(scene: Scene) -> None:
    path = scene.lands("report.csv.crdownload")
    scene.look(3)
    path.rename(scene.folder / "report.csv")
    assert scene.look(2) == ["imported", "filled", "note"]


def test_a_refused_file_is_told_once_and_tried_again_when_it_changes(scene: Scene) -> None:
    path = scene.folder / "letter.csv"
    path.write_text("Dear,Sir\n1,2\n")
    assert scene.look(4) == ["refused"] and scene.watch.failed
    scene.lands("letter.csv")
    assert scene.look(2) == ["imported", "filled", "note"]


def test_the_same_content_again_fills_nothing(scene: Scene) -> None:
    scene.lands("report.csv")
    scene.look(2)
    scene.lands("copy.csv")
    assert scene.look(2) == ["unchanged"]


def test_a_workbook_that_is_open_is_filled_when_it_is_closed(
    scene: Scene, tmp_path: Path
) -> None:
    mark = tmp_path / "~$w.xlsx"
    mark.touch()
    scene.lands("report.csv")
    assert scene.look(4) == ["imported", "waits"]
    assert "open in Excel" in scene.told[-1] and [r.template for r in scene.watch.waiting]
    mark.unlink()
    assert scene.look(2) == ["filled", "note"] and not scene.watch.waiting


def test_a_fill_that_fails_is_told_and_tried_at_the_next_import(
    scene: Scene, tmp_path: Path
) -> None:
    scene.watch.refills = [Refill("daily_check", tmp_path / "d.xlsx"), *scene.watch.refills]
    scene.lands("report.csv")
    assert scene.look(4) == ["imported", "failed", "filled", "note"]
    assert "Nothing of that day." in scene.told[1] and scene.watch.failed
    scene.lands("more.csv", 21)
    assert scene.look(2) == ["imported", "failed", "filled", "note"]


def test_the_workbook_that_is_filled_is_no_report(scene: Scene) -> None:
    scene.watch.refills = [Refill("weekly_report", scene.lands("w.xlsx"))]
    assert scene.look(3) == []


def test_a_folder_that_is_away_for_a_while(scene: Scene) -> None:
    """A network drive: nothing is told, and it goes on when it is back."""
    away = scene.folder.with_name("away")
    scene.folder.rename(away)
    assert scene.look(2) == []
    away.rename(scene.folder)
    scene.lands("report.csv")
    assert scene.look(2) == ["imported", "filled", "note"]


def test_once(scene: Scene) -> None:
    scene.lands("report.csv")
    assert scene.watch.once(scene.wait)
    assert [line.split()[0] for line in scene.told] == ["imported", "filled", "note"]


def test_run_ends_when_it_is_told_to(scene: Scene) -> None:
    scene.lands("report.csv")
    looks = iter([False, False, True])

    def wait(seconds: float) -> bool:
        scene.time += seconds
        return next(looks)

    scene.watch.run(wait)
    assert scene.told[0].startswith("imported")


# --- the command ----------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "said"), [
    (("nowhere",), "no such folder"),
    ((".", "--fill", "weekly_report"), "does not say what to fill"),
    ((".", "--fill", "weekly=a.xlsx"), "Did you mean weekly_report"),
    ((".", "--fill", "weekly_report=a.xlsm"), "opsheet workbook new a.xlsm"),
])
def test_wrong_words(opsheet: Run, words: tuple[str, ...], said: str) -> None:
    done = opsheet("watch", *words, "--once")
    assert done.exit_code == 2 and said in done.output


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    env = os.environ | {"OPSHEET_STORE": str(tmp_path / "own.duckdb"), "PYTHONUNBUFFERED": "1",
                        "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen([sys.executable, "-m", "macros.cli", "watch", str(tmp_path)], env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "watching" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(30) == 0
        assert "Stopped." in process.stdout.read() and process.stderr.read() == ""
