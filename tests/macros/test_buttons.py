"""What buttons do and say, on a workbook that only remembers; with LibreOffice: tests/soffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from macros import buttons, crash, jobs, press, presslog
from macros.planner import CONF, About
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx.place import META_SHEET
from tests.conftest import NOW, Example
from workbook.errors import SurfaceError

xlwings = pytest.importorskip("xlwings")
import sync.surfaces.excel  # noqa: E402  the names below are replaced in it

MANY = ("weekly_report", "kpi_scorecard")


class Book:
    """As much of xlwings' Book as the buttons ask for; `broken`: templates that cannot be filled;
    `deaf`: Excel does not listen."""

    def __init__(self, path: Path, about: About) -> None:
        self.name, self.fullname = path.name, str(path)
        self.rows: dict[str, dict[str, Any]] = {META_SHEET: {"opsheet": "1"},
                                                CONF: about.settings()}
        self.memories: dict[str, Memory] = {}
        self.told: list[str] = []
        self.alerts: list[str] = []
        self.broken: dict[str, Exception] = {}
        self.deaf, self.undoes = False, 0
        self.presses: list[str] = []
        self.app = SimpleNamespace(alert=lambda text, title: self.alerts.append(text))
        self.sheets = Sheets(self)


class Sheets:
    def __init__(self, book: Book) -> None:
        self._book = book

    def __iter__(self) -> Iterator[Any]:
        return iter([SimpleNamespace(name=name) for name in ("Home", *self._book.rows)])

    def __getitem__(self, name: str) -> Any:
        rows = [[*row] for row in self._book.rows[name].items()]
        return SimpleNamespace(range=lambda _: SimpleNamespace(
            value=[*rows, *[[None, None]] * (99 - len(rows))]))


class Remembers:
    """Stands for `ExcelBook`."""

    def __init__(self, book: Book, blocks: dict[str, Any], press: str = "") -> None:
        self._book = book
        book.presses.append(press)
        self._name = next((n for n in ("weekly_report", "kpi_scorecard", "daily_check")
                           if blocks and blocks.keys() & {
                               "weekly_report": {"tasks"}, "kpi_scorecard": {"sc_kpis"},
                               "daily_check": {"account"}}[n]), "")
        self._memory = book.memories.setdefault(self._name, Memory())

    def read(self) -> Any:
        if error := self._book.broken.get(self._name):
            raise error
        return self._memory.read()

    def apply(self, plan: Any) -> Any:
        return self._memory.apply(plan)

    def tell(self, text: str) -> None:
        self._book.told.append(text)

    def undo(self) -> int:
        if not self._book.undoes:
            raise SurfaceError("There is no refresh to undo.", self._book.name)
        return self._book.undoes


@pytest.fixture
def book(tmp_path: Path, example: Example, monkeypatch: pytest.MonkeyPatch) -> Book:
    """The workbook whose button was pressed, with the example store behind it."""
    made = Book(tmp_path / "planner.xlsm", About("en", "Northwind Home", "", "", MANY))
    monkeypatch.setenv("OPSHEET_STORE", str(example.context.settings.store_path))
    monkeypatch.setattr(xlwings.Book, "caller", lambda: made)
    monkeypatch.setattr(sync.surfaces.excel, "ExcelBook", Remembers)
    monkeypatch.setattr(sync.surfaces.excel.problems, "probe", listens)
    monkeypatch.setattr(jobs, "utc_now", lambda: NOW)
    monkeypatch.setattr(crash, "log_file", lambda: tmp_path / "logs" / "opsheet.log")
    monkeypatch.setattr("macros.planner.clock", lambda now: f"{now:%H:%M}")
    monkeypatch.setattr(press, "clock", lambda now: f"{now:%H:%M}")
    monkeypatch.chdir(tmp_path)
    made.app.book = made
    return made


def listens(app: Callable[[], Any], where: str, patience: float = 5) -> None:
    if app().book.deaf:
        raise SurfaceError("Excel is busy.", where, "Press Esc.")


def log() -> str:
    return presslog.log_file().read_text("utf-8-sig")


# --- refreshing -----------------------------------------------------------------------------


def test_a_press_fills_and_says_so_in_the_workbook(book: Book) -> None:
    buttons.refresh("weekly_report")
    plan = book.memories["weekly_report"].plan
    assert plan and plan.lang == "en" and str(plan.names["ops_store"]) == "Northwind Home"
    assert book.told == ["Refreshed 12:00: Weekly report, until Sun 2026-11-15"]
    assert not book.alerts
    assert "refresh weekly_report" in log() and str(book.fullname) in log() and "done" in log()


def test_it_speaks_the_language_of_the_workbook(book: Book) -> None:
    book.rows[CONF] = About("zh", "Northwind Home", "", "", MANY).settings()
    buttons.refresh("weekly_report")
    assert book.told == ["已于 12:00 刷新：周报，截至 周日 2026-11-15"]
    plan = book.memories["weekly_report"].plan
    assert plan and plan.lang == "zh"


def test_an_error_is_told_in_the_cell_and_in_a_message(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What, where, what to do; nothing goes to the console alone."""
    monkeypatch.setenv("OPSHEET_STORE", str(tmp_path / "none.duckdb"))
    buttons.refresh("weekly_report")
    assert book.told == ["12:00 not done: There is no store yet."]
    assert len(book.alerts) == 1 and "opsheet import" in book.alerts[0]
    assert "failed" in log() and "There is no store yet." in log()


def test_an_unforeseen_error_names_the_report_of_it(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.broken["weekly_report"] = RuntimeError("a surprise")
    buttons.refresh("weekly_report")
    assert str(crash.log_file()) in book.alerts[0] and "a surprise" in book.alerts[0]
    assert "Traceback" in crash.log_file().read_text("utf-8")
    told = book.alerts[0] + "".join(book.told) + "".join(capsys.readouterr())
    assert "Traceback" not in told


def test_where_excel_does_not_listen_the_words_are_for_the_macro_to_show(book: Book) -> None:
    """xlwings' VBA shows standard error in a message; no call is made that Excel would refuse."""
    book.deaf = True
    with pytest.raises(SystemExit) as end:
        buttons.refresh("weekly_report")
    assert end.value.code == "Excel is busy.\nExcel\nPress Esc."
    assert not book.told and not book.alerts and not book.memories
    assert "Excel is busy." in log()


def test_a_press_while_another_is_at_work_is_refused(book: Book) -> None:
    with press.alone(book.fullname):
        buttons.refresh("weekly_report")
        assert not book.told and not book.memories and "still at work" in book.alerts[0]
    buttons.refresh("weekly_report")
    assert "weekly_report" in book.memories and len(book.alerts) == 1


def test_refresh_all_goes_on_when_one_fails_and_sums_up_once(book: Book) -> None:
    book.broken["weekly_report"] = SurfaceError("A table was damaged.", "Ads", "Undo that.")
    buttons.refresh_all()
    assert book.told == ["Refreshed 12:00: 1 of 2 templates"]
    assert book.alerts == ["Refreshed 12:00: 1 of 2 templates\n"
                           "✗ Weekly report: A table was damaged. Ads Undo that.\n"
                           "✓ KPI scorecard"]
    assert book.memories["kpi_scorecard"].plan is not None


def test_the_fills_of_refresh_all_are_one_press_to_undo(book: Book) -> None:
    buttons.refresh_all()
    first = set(book.presses) - {""}
    assert len(first) == 1 and sum(one in first for one in book.presses) == len(MANY)
    buttons.refresh_all()
    assert len(set(book.presses) - {""}) == 2


def test_refresh_all_of_a_workbook_without_buttons(book: Book) -> None:
    book.rows[CONF] = {}
    buttons.refresh_all()
    assert "does not say" in book.alerts[0]


def test_undo(book: Book) -> None:
    buttons.undo_refresh()
    assert "There is no refresh to undo." in book.alerts[0]
    book.undoes = 1234
    buttons.undo_refresh()
    assert book.told[-1] == "Undone 12:00: 1,234 cells are as before the last refresh."


# --- importing ------------------------------------------------------------------------------


HEADER = (
    "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views - Total,"
    "Sessions - Total,Featured Offer (Buy Box) Percentage,Unit Session Percentage\n"
)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two reports and a letter, and a store of the test's own."""
    monkeypatch.setenv("OPSHEET_STORE", str(tmp_path / "own.duckdb"))
    folder = tmp_path / "inbox"
    folder.mkdir()
    for day in ("10/19/26", "10/20/26"):
        line = f"{day},$100.00,10,9,80,50,99%,20.00%\n"
        (folder / f"{day.replace('/', '-')}.csv").write_text(HEADER + line)
    (folder / "letter.csv").write_text("Dear,Sir\n1,2\n")
    return folder


def test_imports_from_the_inbox_that_the_settings_beside_the_workbook_name(
    book: Book, reports: Path, tmp_path: Path
) -> None:
    (tmp_path / "opsheet.toml").write_text(
        'inbox = "inbox"\n[folders]\ninbox = { store = "N", marketplace = "US" }\n')
    buttons.import_reports()
    assert book.told == ["Imported 12:00: 2 new, 0 unchanged, 1 refused"]
    assert "letter.csv: " in book.alerts[0]
    buttons.import_reports()
    assert book.told[-1] == "Imported 12:00: 0 new, 2 unchanged, 1 refused"


def test_imports_from_downloads_and_passes_over_what_is_no_report(
    book: Book, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import platformdirs

    (tmp_path / "opsheet.toml").write_text(
        '[folders]\ninbox = { store = "N", marketplace = "US" }\n')
    monkeypatch.setattr(platformdirs, "user_downloads_dir", lambda: str(reports))
    (reports / "photo.jpg").write_bytes(b"\xff\xd8")
    (reports / "3.csv.crdownload").write_text("Date,")
    (reports / "broken.xlsx").write_bytes(b"PK\x03\x04 no")
    buttons.import_reports()
    assert book.alerts == ["Imported 12:00: 2 new, 0 unchanged, 0 refused"]


def test_no_reports_at_all(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_downloads_dir", lambda: str(tmp_path / "nowhere"))
    buttons.import_reports()
    assert book.alerts == [f"No reports were found in {tmp_path / 'nowhere'}."]


def test_settings_stand_beside_the_workbook_or_above_or_in_the_working_folder(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, elsewhere = tmp_path / "a" / "b", tmp_path / "c"
    place.mkdir(parents=True)
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    book.fullname = str(place / "planner.xlsm")

    def file() -> Path | None:
        return press.press_on(book).context.settings.file  # type: ignore[arg-type]

    assert file() is None
    for folder in (elsewhere, place.parent, place):
        (folder / "opsheet.toml").write_text("")
        assert file() == folder / "opsheet.toml"


# --- the log --------------------------------------------------------------------------------


def test_the_log_opens_with_the_systems_viewer(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(presslog.sys, "platform", "darwin")  # type: ignore[attr-defined]
    monkeypatch.setattr(presslog.subprocess, "Popen",  # type: ignore[attr-defined]
                        lambda words, **_: calls.append(words))
    buttons.open_log()
    assert calls == [["open", str(presslog.log_file())]]
    assert presslog.log_file().exists() and not book.alerts


def test_without_a_viewer_it_says_where_the_log_is(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(presslog.sys, "platform", "linux")  # type: ignore[attr-defined]
    monkeypatch.setattr(presslog.subprocess, "Popen", missing)  # type: ignore[attr-defined]
    buttons.open_log()
    assert str(presslog.log_file()) in book.alerts[0]


def test_a_long_log_is_put_aside(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presslog, "LARGEST", 10)
    presslog.add("refresh", "a.xlsm", "done", 1)
    presslog.add("undo", "b.xlsm", "done", 1)
    assert "b.xlsm" in log() and "a.xlsm" not in log()
    assert "a.xlsm" in presslog.log_file().with_name("buttons.old.log").read_text("utf-8-sig")
