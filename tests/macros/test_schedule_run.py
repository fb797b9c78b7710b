"""What happens each minute, on a real store and a clock of the test's own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from macros import jobs, settings
from macros.jobs import Context
from macros.schedule import refresh
from macros.schedule.destinations import Destination, read
from macros.schedule.refresh import Filled
from macros.schedule.run import Runner
from sync.store import runs
from sync.store.runs import Event, Why
from sync.surfaces import Receipt
from tests.sync.store.reports import Sale, by_date
from workbook.errors import StoreError, SurfaceError

DUE = dt.datetime(2026, 11, 17, 7, 30)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
DAILY = '''
[destinations.morning]
template = "daily_check"
to = "daily.xlsx"
when = "every day 07:30 UTC"
'''


class Desk:
    """A folder with settings, a store, a clock, and targets that only count."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = DAILY) -> None:
        self.folder, self.now, self.filled = folder, DUE - HOUR, list[str]()
        self.said: list[str] = []
        self.trouble: Exception | None = None
        monkeypatch.setattr(jobs, "utc_now", lambda: self.now)
        self.write(text)
        self.runner = self.start()

    def write(self, text: str) -> None:
        (self.folder / "opsheet.toml").write_text(f'store_path = "s.duckdb"\n{text}', "utf-8")

    def load(self) -> settings.Settings:
        return settings.load(self.folder, {})

    def start(self) -> Runner:
        """A process starts."""
        return Runner(self.load, lambda name, text: self.said.append(f"{name} {text}"), self.fill)

    def fill(self, _: Context, one: Destination, template: str, target: str) -> Filled:
        self.filled.append(one.name)
        if self.trouble:
            raise self.trouble
        return Filled(Receipt(target, 10, ("a note",)), 2)

    def tick(self, at: dt.datetime | None = None) -> None:
        self.now = at or self.now
        self.runner.tick(lambda job: job())

    @property
    def context(self) -> Context:
        return Context(self.load(), self.now)

    def log(self, name: str = "morning") -> list[tuple[Why, dt.datetime | None, Event]]:
        return [(run.why, run.due, run.state)
                for run in runs.read(self.context.database).of(name)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_it_runs_at_its_time_once(desk: Desk) -> None:
    for at in (DUE - HOUR, DUE - MINUTE, DUE, DUE + MINUTE, DUE + HOUR):
        desk.tick(at)
    assert desk.filled == ["morning"] and desk.log() == [(Why.TIME, DUE, Event.OK)]
    (run,) = runs.read(desk.context.database).runs
    assert (run.result.cells, run.result.calls, run.result.notes) == (10, 2, ("a note",))
    assert desk.said == ["morning ok, 10 cells, 2 calls, 1 note, 0.0 s"]


def test_the_morning_after_a_night_without_power(desk: Desk) -> None:
    desk.tick()
    desk.now, desk.runner = DUE + 2 * HOUR, desk.start()
    desk.tick()
    desk.tick()
    assert desk.log() == [(Why.TIME, DUE, Event.OK)]


def test_what_is_too_late_is_skipped_and_said_once(desk: Desk) -> None:
    desk.tick()
    desk.tick(DUE + 7 * HOUR)
    desk.tick(DUE + 8 * HOUR)
    assert desk.filled == [] and desk.log() == [(Why.TIME, DUE, Event.SKIPPED)]
    assert desk.said == ["morning skipped, Opsheet was not running; 7.0 hours late."]


def test_a_failure_is_logged_and_the_next_time_tries_again(desk: Desk) -> None:
    desk.tick()
    desk.trouble = SurfaceError("The file is open.", "daily.xlsx", "Close it.")
    desk.tick(DUE)
    desk.tick(DUE + MINUTE)
    desk.trouble = None
    desk.tick(DUE + 24 * HOUR)
    assert [state for *_, state in desk.log()] == [Event.FAILED, Event.OK]
    (run, _) = runs.read(desk.context.database).runs
    assert run.result.error == "The file is open.\ndaily.xlsx\nClose it."


def test_a_failure_that_passes_is_made_good_soon(desk: Desk) -> None:
    desk.tick()
    desk.trouble = SurfaceError("The file is open.", "daily.xlsx", "Close it.")
    desk.tick(DUE)
    desk.trouble = None
    desk.tick(DUE + 4 * MINUTE)
    desk.tick(DUE + 5 * MINUTE)
    desk.tick(DUE + 6 * MINUTE)
    assert desk.log() == [(Why.TIME, DUE, Event.FAILED), (Why.TIME, DUE, Event.OK)]


def test_an_unforeseen_error_ends_neither_the_process_nor_the_other_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, monkeypatch, DAILY.replace(
        '"daily_check"', '["daily_check", "weekly_report"]').replace(
        '"daily.xlsx"', '"{template}.xlsx"'))
    desk.tick()
    desk.trouble = ZeroDivisionError("x")
    desk.tick(DUE)
    assert desk.filled == ["morning", "morning"]
    assert desk.log() == [(Why.TIME, DUE, Event.FAILED)]
    (run,) = runs.read(desk.context.database).runs
    assert run.result.error.count("Opsheet failed unexpectedly (ZeroDivisionError") == 2


def test_a_run_that_is_stopped_by_hand_is_logged(desk: Desk) -> None:
    def stopped(*_: Any) -> Filled:
        raise KeyboardInterrupt

    (one,) = read(desk.load())
    with pytest.raises(KeyboardInterrupt):
        refresh.refresh(desk.context, one, Why.HAND, None, refresh.Inbox(), stopped)
    assert desk.log() == [(Why.HAND, None, Event.INTERRUPTED)]


def test_what_is_killed_twice_waits_for_its_next_time(desk: Desk) -> None:
    desk.tick()
    for _ in range(2):
        run = runs.start(desk.context.database, "morning", Why.TIME, DUE, "", "", DUE)
        runs.end(desk.context.database, run, Event.INTERRUPTED, runs.Result(), DUE)
    desk.tick(DUE + MINUTE)
    assert desk.filled == []
    desk.tick(DUE + 24 * HOUR)
    assert desk.filled == ["morning"]


def test_a_killed_run_is_done_once_more(desk: Desk) -> None:
    desk.tick()
    runs.start(desk.context.database, "morning", Why.TIME, DUE, "", "", DUE)
    desk.tick(DUE + MINUTE)
    desk.tick(DUE + 2 * MINUTE)
    assert desk.log() == [(Why.TIME, DUE, Event.INTERRUPTED), (Why.TIME, DUE, Event.OK)]
    assert desk.said[0] == "morning A run of it was interrupted."


def test_what_another_process_refreshes_is_left_to_it(desk: Desk) -> None:
    desk.tick()
    with refresh.held(desk.context, "morning"):
        run = runs.start(desk.context.database, "morning", Why.TIME, DUE, "", "", DUE)
        desk.tick(DUE)
        assert desk.log() == [(Why.TIME, DUE, Event.STARTED)]  # it goes on: no kill
        runs.end(desk.context.database, run, Event.OK, runs.Result(), DUE)
    desk.tick(DUE + MINUTE)
    assert desk.filled == [] and desk.log() == [(Why.TIME, DUE, Event.OK)]


def test_of_two_processes_one_serves_a_time(desk: Desk) -> None:
    """The second had seen it due before the first held it."""
    desk.tick()
    desk.now, other = DUE, desk.start()
    waiting: list[Callable[[], None]] = []
    other.tick(waiting.append)
    assert len(waiting) == 1
    desk.tick(DUE)
    waiting[0]()
    assert desk.filled == ["morning"] and desk.log() == [(Why.TIME, DUE, Event.OK)]


def test_while_a_run_goes_on_the_destination_is_not_begun_again(desk: Desk) -> None:
    desk.tick()
    waiting: list[Callable[[], None]] = []
    for minute in range(3):
        desk.now = DUE + minute * MINUTE
        desk.runner.tick(waiting.append)
    assert len(waiting) == 1


def test_after_a_stop_nothing_new_begins_and_it_stays_due(desk: Desk) -> None:
    desk.tick()
    waiting: list[Callable[[], None]] = []
    desk.now = DUE
    desk.runner.tick(waiting.append)
    desk.runner.stopping = True
    waiting[0]()
    assert desk.filled == [] and desk.log() == []
    desk.runner = desk.start()
    desk.tick(DUE + MINUTE)
    assert desk.log() == [(Why.TIME, DUE, Event.OK)]


def test_changed_settings_count_from_the_next_minute_and_broken_ones_are_said_once(
    desk: Desk,
) -> None:
    desk.tick()
    desk.write(DAILY + "[destinations.extra]\n" + 'template = "no_such"\nto = "a.xlsx"\n')
    desk.tick(DUE - 10 * MINUTE)
    desk.tick(DUE - 9 * MINUTE)
    assert len(desk.said) == 1 and "no_such" in desk.said[0]
    desk.write(DAILY.replace("07:30", "07:40"))
    desk.tick(DUE - 5 * MINUTE)
    desk.tick(DUE)
    assert desk.filled == []
    desk.tick(DUE + 10 * MINUTE)
    assert desk.log() == [(Why.TIME, DUE + 10 * MINUTE, Event.OK)]


def test_a_store_that_cannot_be_opened_is_said_once_and_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.tick()

    def locked(*_: Any, **__: Any) -> Any:
        raise StoreError("Another process.", "s.duckdb", "Wait.")

    with monkeypatch.context() as patch:
        patch.setattr(runs, "read", locked)
        desk.tick(DUE)
        desk.tick(DUE + MINUTE)
    assert desk.said == [" Another process. s.duckdb Wait."]
    desk.tick(DUE + 2 * MINUTE)
    assert desk.log() == [(Why.TIME, DUE, Event.OK)]


# --- "Refresh now" ----------------------------------------------------------------------


def test_a_ticked_box_refreshes_and_serves_what_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, monkeypatch, DAILY.replace("daily.xlsx", "google:abc")
                + '[destinations.file]\ntemplate = "daily_check"\nto = "a.xlsx"\n')
    from macros import checkbox

    asked: list[list[str]] = []

    def ticked(_: Context, sheets: list[Destination]) -> list[str]:
        asked.append([one.name for one in sheets])
        return ["morning"]

    monkeypatch.setattr(checkbox, "ticked", ticked)
    desk.tick()
    desk.runner.poll(lambda job: job())
    assert asked == [["morning"]]  # files have no box
    desk.now = DUE + MINUTE
    desk.runner.poll(lambda job: job())
    desk.tick(DUE + 2 * MINUTE)
    assert desk.log() == [(Why.ASKED, None, Event.OK), (Why.TIME, DUE, Event.OK)]


def test_a_failure_is_told_in_the_spreadsheet_and_not_repeated_every_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macros import checkbox

    desk = Desk(tmp_path, monkeypatch, DAILY.replace("daily.xlsx", "google:abc"))
    told: list[tuple[Any, str]] = []
    monkeypatch.setattr(checkbox, "ticked", lambda *_: ["morning"])  # it could not be unticked
    monkeypatch.setattr(checkbox, "failed",
                        lambda one, error: told.append((one.fills, error.what)))
    desk.trouble = StoreError("Nothing is imported yet.")
    for minute in range(12):
        desk.now = DUE - HOUR + minute * MINUTE
        desk.runner.poll(lambda job: job())
    assert [why for why, *_ in desk.log()] == [Why.ASKED, Why.ASKED]  # at 0 and 10 minutes
    assert told == [((("daily_check", "google:abc"),), "Nothing is imported yet.")] * 2
    told.clear()
    desk.trouble = SurfaceError("Google did not do it.")  # the surface has told it itself
    desk.tick(DUE - HOUR + 30 * MINUTE)
    desk.tick(DUE)
    assert not told


def test_boxes_that_cannot_be_read_are_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macros import checkbox

    def away(*_: Any) -> list[str]:
        raise SurfaceError("Google cannot be reached.")

    desk = Desk(tmp_path, monkeypatch, DAILY.replace("daily.xlsx", "google:abc"))
    monkeypatch.setattr(checkbox, "ticked", away)
    for _ in range(3):
        desk.runner.poll(lambda job: job())
    assert desk.said == [" Google cannot be reached."]


# --- the inbox, and the day that is in --------------------------------------------------


def put(desk: Desk, name: str, days: list[dt.date], age: float = 60) -> None:
    folder = desk.folder / "in" / "US"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(by_date({day: Sale(units=3, sessions=9) for day in days}))
    moment = dt.datetime.now().timestamp() - age
    os.utime(folder / name, (moment, moment))


INBOX = '''
store = "S"
inbox = ["in"]
[folders]
US = { marketplace = "US" }
'''
WAITING = INBOX + '''
[destinations.morning]
template = "weekly_report"
to = "weekly.xlsx"
when = "when US is in"
'''


def test_new_files_are_imported_before_a_refresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, monkeypatch, INBOX + DAILY)
    desk.tick()
    desk.runner._inbox.settled = 3600
    put(desk, "one.csv", [dt.date(2026, 11, 15)], age=3601)
    put(desk, "half.csv", [dt.date(2026, 11, 16)], age=0)  # still being downloaded
    desk.tick(DUE)
    for number in range(8):
        put(desk, f"junk {number}.csv", [], age=-60)  # a clock that goes wrong hides nothing
    desk.tick(DUE + 24 * HOUR)
    first, second = runs.read(desk.context.database).runs
    assert first.result.imported == ("one.csv",) and second.result.imported == ()
    assert first.result.notes == ("a note",)
    *told, rest, own = second.result.notes
    assert len(told) == 5 and all(note.startswith("Not imported: junk ") for note in told)
    assert rest == "… and 3 more files were not imported." and own == "a note"


def test_the_day_is_run_once_when_its_report_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, monkeypatch, WAITING)
    desk.tick(dt.datetime(2026, 11, 16, 9))  # 01:00 in Los Angeles
    assert desk.log() == []
    days = [dt.date(2026, 11, 15) - n * dt.timedelta(days=1) for n in range(14)]
    put(desk, "a.csv", days)
    desk.tick(dt.datetime(2026, 11, 16, 10))
    desk.tick(dt.datetime(2026, 11, 16, 20))
    assert desk.log() == [(Why.DAY, dt.datetime(2026, 11, 15), Event.OK)]
    assert runs.read(desk.context.database).runs[0].result.imported == ("a.csv",)
    desk.tick(dt.datetime(2026, 11, 17, 7, 59))  # 23:59 on the 16th: the day goes on
    desk.tick(dt.datetime(2026, 11, 17, 8, 1))  # closed, but its report is not in
    assert len(desk.log()) == 1
    put(desk, "b.csv", [dt.date(2026, 11, 16)])
    desk.tick(dt.datetime(2026, 11, 17, 15))
    desk.tick(dt.datetime(2026, 11, 17, 16))
    assert desk.log()[1:] == [(Why.DAY, dt.datetime(2026, 11, 16), Event.OK)]


# --- filling for real -------------------------------------------------------------------


def test_a_real_refresh_of_files(example: Any, tmp_path: Path) -> None:
    import shutil

    path = shutil.copy(example.context.settings.store_path, tmp_path / "s.duckdb")
    (tmp_path / "opsheet.toml").write_text('''
store_path = "s.duckdb"
[destinations.weekly]
template = "weekly_report"
to = "new folder/{template}.xlsx"
period = "2026-W46"
''', "utf-8")
    found = settings.load(tmp_path, {})
    assert found.store_path == Path(path)
    context = Context(found, example.context.now)
    (one,) = read(found)
    run, plans = refresh.refresh(context, one, Why.HAND, None, refresh.Inbox())
    assert run.state is Event.OK and run.result.cells > 500 and run.result.calls is None
    assert (tmp_path / "new folder" / "weekly_report.xlsx").exists()
    assert set(plans) == {"weekly_report"}


def test_a_spreadsheet_is_filled_and_its_requests_are_counted(
    example: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from sync.surfaces.google.credentials import ENDPOINT_VARIABLE, FILE_VARIABLE
    from tests.contract.google import desk as google_desk

    shutil.copy(example.context.settings.store_path, tmp_path / "s.duckdb")
    with google_desk(tmp_path) as google:
        monkeypatch.setenv(ENDPOINT_VARIABLE, google.server.url)
        monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "key.json"))
        address = f"google:https://docs.google.com/spreadsheets/d/{google.id}/edit#gid=0"
        desk = Desk(tmp_path, monkeypatch, DAILY.replace("daily.xlsx", address).replace(
            "daily_check", "kpi_scorecard"))
        desk.runner = Runner(desk.load, lambda name, text: desk.said.append(f"{name} {text}"))
        desk.tick(DUE - HOUR)
        desk.tick(DUE)
        desk.runner.poll(lambda job: job())  # nobody has ticked the box
        google.server.spreadsheet("Other")
        desk.write(DAILY.replace("daily.xlsx", "google:not-shared-1234567890123456789012345"))
        desk.tick(DUE + 24 * HOUR)
        assert not google.server.violations
    done, refused = runs.read(desk.context.database).runs
    assert done.state is Event.OK and done.result.calls == 2 and done.result.cells > 100
    assert refused.state is Event.FAILED and "There is no such spreadsheet." in refused.result.error
