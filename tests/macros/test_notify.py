"""One message a change, never one a run: what turned red, what keeps failing, back to normal."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.fill import Request, plan_for
from macros.jobs import Context
from macros.notify import message, news
from macros.notify.channels import Channel
from macros.notify.message import Message
from macros.notify.reds import Red, reds
from macros.notify.send import NotSent
from macros.schedule.destinations import Destination
from macros.schedule.refresh import fill_target
from macros.settings import Settings
from sync.ooxml import Workbook
from sync.store import runs
from sync.store.runs import Event, Why
from workbook.plan import Plan, State

NOW = dt.datetime(2026, 11, 17, 7, 30)


class Plans(dict[str, Plan]):
    """Plans by template; a failing property does not print them all."""

    def __repr__(self) -> str:
        return "plans"


@pytest.fixture(scope="module")
def plans(example: Any) -> Plans:
    """The example store's daily check, in Chinese."""
    return Plans(daily_check=plan_for(example.context, Request("daily_check", lang="zh"), State()))


class Desk:
    """A destination with one channel, whose messages are kept instead of sent."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
        monkeypatch.setenv("OPSHEET_TEST_URL", "https://example.com/T0KEN")
        said = {"team": {"kind": "slack", "url_env": "OPSHEET_TEST_URL"} | more}
        self.context = Context(Settings(store_path=folder / "s.duckdb", notify=said), NOW)
        self.one = Destination("morning", (("daily_check", "google:abc"),), lang="zh",
                               notify=("team",))
        self.sent: list[Message] = []
        self.trouble = ""

    def deliver(self, channel: Channel, text: Message) -> None:
        if self.trouble:
            raise NotSent(self.trouble)
        self.sent.append(text)

    def run(
        self, plans: Mapping[str, Plan] | None = None, state: Event = Event.OK, error: str = "",
    ) -> list[str]:
        run = runs.start(self.context.database, "morning", Why.TIME, NOW, "", "google:abc", NOW)
        run = runs.end(self.context.database, run, state, runs.Result(error=error), NOW)
        return news.tell(self.context, self.one, run, plans or {}, self.deliver)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def without(plans: Mapping[str, Plan], keys: set[str]) -> dict[str, Plan]:
    """The plans without some red rows."""
    found = {}
    for name, plan in plans.items():
        tabs = tuple(replace(tab, blocks=tuple(
            replace(block, rows=tuple(row for row in block.rows
                                      if f"{name}|{row.key}" not in keys))
            for block in tab.blocks)) for tab in plan.tabs)
        found[name] = replace(plan, tabs=tabs)
    return found


# --- what is red ------------------------------------------------------------------------


def test_the_red_rows_are_those_of_the_exceptions_block(plans: Plans) -> None:
    found = reds(plans)
    block = plans["daily_check"].block("daily_exceptions")
    bad = [row for row in block.rows if row.cells["severity"].value == "■ 异常"]  # type: ignore[union-attr]
    assert 0 < len(found) == len(bad) < len(block.rows)
    assert [red.key for red in found] == [f"daily_check|{row.key}" for row in bad]
    money = [red for red in found if red.stake is not None]
    assert money and all(red.currency in ("USD", "EUR", "JPY", "GBP") for red in money)
    assert any(red.owner for red in found) and any(red.days for red in found)


def test_the_weekly_report_has_red_rows_too(example: Any) -> None:
    plan = plan_for(example.context, Request("weekly_report", lang="en"), State())
    found = reds({"weekly_report": plan})
    assert found and all(red.what and red.subject and red.marketplace for red in found)


# --- one message a change ---------------------------------------------------------------


def test_off_by_default(desk: Desk, plans: Plans) -> None:
    desk.one = replace(desk.one, notify=())
    assert desk.run(plans) == [] and not desk.sent


def test_the_first_run_tells_all_and_the_next_nothing(
    desk: Desk, plans: Plans
) -> None:
    many = len(reds(plans))
    lines = desk.run(plans)
    assert lines == [f"team was told: morning：新增 {many} 项异常"]
    assert desk.run(plans) == [] and len(desk.sent) == 1
    assert len(desk.sent[0].items) == min(many, message.SHOWN)
    assert desk.sent[0].link == "https://docs.google.com/spreadsheets/d/abc/edit"


def test_only_what_is_new_is_told(desk: Desk, plans: Plans) -> None:
    keys = [red.key for red in reds(plans)]
    desk.run(without(plans, set(keys[:2])))
    desk.run(without(plans, {keys[0]}))
    desk.run(without(plans, {keys[0]}))
    assert [len(sent.items) for sent in desk.sent][1:] == [1]
    assert f"共 {len(keys) - 1} 项" in desk.sent[1].below


def test_what_gets_better_is_no_message_and_worse_again_is_one(
    desk: Desk, plans: Plans
) -> None:
    key = reds(plans)[0].key
    desk.run(plans)
    desk.run(without(plans, {key}))
    assert len(desk.sent) == 1
    desk.run(plans)
    assert len(desk.sent) == 2 and len(desk.sent[1].items) == 1


def test_a_template_that_was_not_filled_is_no_change(desk: Desk, plans: Plans) -> None:
    desk.run(plans)
    desk.run({"weekly_report": replace(plans["daily_check"], tabs=())}, Event.FAILED)
    desk.run({}, Event.FAILED)
    desk.run(plans)
    assert len(desk.sent) == 1


def test_what_could_not_be_delivered_is_told_after_the_next_run(
    desk: Desk, plans: Plans
) -> None:
    desk.trouble = "Slack answers 503"
    assert desk.run(plans) == ["team was not told: Slack answers 503"]
    with desk.context.database.session() as con:
        assert runs.undelivered(con) == [("morning", "team", "Slack answers 503")]
    desk.trouble = ""
    desk.run(plans)
    desk.run(plans)
    assert len(desk.sent) == 1
    with desk.context.database.session() as con:
        assert runs.undelivered(con) == []


def test_each_channel_is_told_for_itself(desk: Desk, plans: Plans) -> None:
    desk.run(plans)
    desk.context.settings.notify["boss"] = dict(desk.context.settings.notify["team"])
    desk.one = replace(desk.one, notify=("team", "boss"))
    assert [line.split()[0] for line in desk.run(plans)] == ["boss"]


def test_a_channel_that_does_not_fit_fails_no_refresh(
    desk: Desk, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPSHEET_TEST_URL")
    (line,) = desk.run(plans)
    assert line.startswith("team was not told: The environment variable OPSHEET_TEST_URL")


# --- failures ---------------------------------------------------------------------------


def test_the_third_failure_in_a_row_is_told_once_and_so_is_the_recovery(desk: Desk) -> None:
    for _ in range(2):
        desk.run(state=Event.FAILED, error="x")
    assert not desk.sent
    for _ in range(3):
        desk.run(state=Event.FAILED, error="The file is open.\ndaily.xlsx\nClose it.")
    (failing,) = desk.sent
    assert "连续 3 次刷新失败" in failing.title and failing.alarm
    assert failing.items == (("google:abc", "The file is open. daily.xlsx Close it."),)
    desk.run()
    desk.run()
    assert [sent.title for sent in desk.sent[1:]] == ["morning：刷新已恢复"]
    assert not desk.sent[1].alarm


def test_how_many_failures_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, monkeypatch, failures=1)
    desk.run(state=Event.FAILED, error="x")
    assert len(desk.sent) == 1


def test_killed_and_skipped_runs_are_no_failures(desk: Desk) -> None:
    for state in (Event.FAILED, Event.INTERRUPTED, Event.FAILED, Event.SKIPPED):
        desk.run(state=state)
    assert not desk.sent
    found = runs.read(desk.context.database).of("morning")
    assert news.failures_in_a_row(found) == 2


@given(st.lists(st.tuples(st.sets(st.integers(0, 2)), st.sampled_from(["ok", "fail", "down"])),
                min_size=1, max_size=8))
@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_change_is_told_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch,
    plans: Plans, steps: list[tuple[set[int], str]],
) -> None:
    """`down`: the message cannot be delivered; `fail`: the refresh fails and shows nothing."""
    desk = Desk(tmp_path_factory.mktemp("desk"), monkeypatch, failures=99)
    keys = [red.key for red in reds(plans)][:3]
    rest = {red.key for red in reds(plans)} - set(keys)
    known: set[int] = set()
    for red, what in steps:
        before = len(desk.sent)
        desk.trouble = "down" if what == "down" else ""
        hidden = rest | {key for n, key in enumerate(keys) if n not in red}
        desk.run({} if what == "fail" else without(plans, hidden),
                 Event.FAILED if what == "fail" else Event.OK)
        if what == "fail":
            assert len(desk.sent) == before
            continue
        new = red - known
        assert len(desk.sent) - before == (1 if new and what == "ok" else 0)
        if new and what == "ok":
            assert len(desk.sent[-1].items) == len(new)
        if what == "ok" or not new:  # what was not delivered is still news
            known = set(red)


def test_a_workbook_of_the_teams_own_tells_of_its_exceptions_too(
    example: Any, tmp_path: Path
) -> None:
    path, store = tmp_path / "planner.xlsx", tmp_path / "s.duckdb"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Plan").write("B4", "{{ gmv | US }}")
    shutil.copy(example.context.settings.store_path, store)
    context = replace(example.context, settings=replace(
        example.context.settings, store_path=store))
    one = Destination("own", (("daily_check", str(path)),), notify=("team",))
    done = fill_target(context, one, *one.fills[0])
    with Workbook.open(path) as filled:
        assert isinstance(filled.read("B4")[0][0], int | float)
    assert done.plan is not None and reds({"daily_check": done.plan})
    silent = fill_target(context, replace(one, notify=()), *one.fills[0])
    assert silent.plan is None, "a plan that nobody asks for is not made"


# --- words ------------------------------------------------------------------------------


def test_the_words_of_a_card() -> None:
    red = Red("k", "US", "ACoS above target", "Lamp | Exact", "ACoS 41.0%", "Li Qiang",
              Decimal("1242.40"), "USD", 3)
    bare = Red("k2", "DE", "Report missing", "Sales")
    one = Destination("morning", (("daily_check", "a.xlsx"),), lang="en")
    made = message.of_reds(one, [red, bare], [red, bare])
    assert made.text() == (
        "morning: 2 new alerts\n\n"
        "■ US · ACoS above target · Lamp | Exact\n"
        "    at stake USD 1,242 a week · owner Li Qiang · open 3 days · ACoS 41.0%\n"
        "■ DE · Report missing · Sales\n\n"
        "2 open in all. · Opsheet\n")
    chinese = message.of_reds(replace(one, lang="zh"), [red] * 10, [red] * 12)
    assert chinese.items[0][1] == "周影响 USD 1,242 · 负责人 Li Qiang · 持续 3 天 · ACoS 41.0%"
    assert len(chinese.items) == 8 and chinese.below == "另有 2 项。当前共 12 项异常。 · Opsheet"
    assert not made.link
