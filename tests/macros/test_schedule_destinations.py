"""[destinations] of opsheet.toml: what it may say, and what is said where it does not fit."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from macros import settings
from macros.schedule.destinations import Destination, chosen, read
from workbook.errors import SettingsError, UsageError

WHOLE = """
lang = "zh"
inbox = ["in", "~/Downloads"]
[notify.team]
kind = "slack"
[destinations.morning]
template = "daily-check"
to = "out/daily.xlsx"
store = "Northwind Home"
marketplace = "Germany"
period = "2026-11-15"
when = "每个工作日 07:30"
zone = "Asia/Shanghai"
notify = "team"
grace_hours = 2
reports = ["business_report_by_date"]
[destinations.both]
template = ["weekly_report", "kpi_scorecard"]
to = ["google:abc", "{template}.xlsx"]
lang = "en"
"""


def load(folder: Path, text: str) -> settings.Settings:
    (folder / "opsheet.toml").write_text(text, encoding="utf-8")
    return settings.load(folder, {})


def test_a_whole_destination(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)
    assert found.inbox == (tmp_path / "in", Path("~/Downloads").expanduser())
    morning, both = read(found)
    assert morning.fills == (("daily_check", "out/daily.xlsx"),)
    assert (morning.store, morning.marketplace, morning.lang) == ("Northwind Home", "DE", "zh")
    assert morning.when and morning.when.zone == "Asia/Shanghai"
    assert morning.grace == dt.timedelta(hours=2) and morning.notify == ("team",)
    assert morning.reports == ("business_report_by_date",)
    assert morning.path(morning.target) == tmp_path / "out" / "daily.xlsx"
    request = morning.request("daily_check")
    assert (request.marketplace, request.period, request.lang) == ("DE", "2026-11-15", "zh")
    assert both.when is None and both.lang == "en"
    assert [target for _, target in both.fills] == ["google:abc", "{template}.xlsx"]
    assert chosen(found, ("both",)) == (both,) and chosen(found, ()) == (morning, both)


def test_one_target_with_the_template_in_it(tmp_path: Path) -> None:
    (one,) = read(load(tmp_path, '[destinations.a]\ntemplate = ["weekly_report", "daily_check"]\n'
                                 'to = "out/{template}.xlsx"\n'))
    assert one.target == "out/weekly_report.xlsx, out/daily_check.xlsx"


@pytest.mark.parametrize(("line", "key"), [
    ('template = "weekly_reprot"', "template"), ("template = 3", "template"), ("to = []", "to"),
    ('to = "excel"', "to"), ('to = "feishu:x"', "to"), ('to = "report.pdf"', "to"),
    ('to = ["a.xlsx", "b.xlsx"]', "to"), ('marketplace = "Mars"', "marketplace"),
    ('lang = "fr"', "lang"), ('period = "soon"', "period"), ('when = "soon"', "when"),
    ("when = 7", "when"), ('when = "every day 07:30"\nzone = "Mars"', "when"),
    ("grace_hours = -1", "grace_hours"), ('grace_hours = "6h"', "grace_hours"),
    ("grace_hours = true", "grace_hours"), ('notify = "team"', "notify"),
    ('reports = ["by_dat"]', "reports"), ("store = 1", "store"),
])
def test_an_error_names_file_destination_and_key(tmp_path: Path, line: str, key: str) -> None:
    lines = {"template": 'template = "daily_check"', "to": 'to = "a.xlsx"'}
    lines[line.split(" =")[0]] = line
    text = "[destinations.morning]\n" + "\n".join(lines.values()) + "\n"
    with pytest.raises(SettingsError) as error:
        read(load(tmp_path, text))
    assert error.value.where == f"{tmp_path / 'opsheet.toml'}, destination morning, key {key}"
    assert error.value.what and error.value.do


@pytest.mark.parametrize("text", [
    '[destinations.a]\ntemplate = "daily_check"\n', '[destinations.a]\nto = "a.xlsx"\n',
    '[destinations.a]\ntemplate = "daily_check"\nto = "a.xlsx"\nwehn = "x"\n',
    '[destinations."a/b"]\ntemplate = "daily_check"\nto = "a.xlsx"\n',
])
def test_what_is_missing_or_unknown_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(load(tmp_path, text))
    assert str(tmp_path) in error.value.where and error.value.do


@pytest.mark.parametrize("text", ["inbox = 3", "inbox = [3]", "destinations = 3",
                                  "[destinations]\na = 3", "notify = []"])
def test_a_setting_of_the_wrong_kind_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path, text)


def test_a_name_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        chosen(load(tmp_path, WHOLE), ("mornign",))
    assert "morning" in error.value.do
    with pytest.raises(SettingsError):
        chosen(load(tmp_path, ""), ())


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(tmp_path, WHOLE)
    find = importlib.util.find_spec

    def without(name: str, *more: Any) -> Any:
        return None if name == "cronsim" else find(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(SettingsError) as error:
        read(found)
    assert error.value.do == "Run: pip install 'opsheet[schedule]'"


def test_a_destination_is_plain() -> None:
    assert Destination("a", (("daily_check", "a.xlsx"), ("daily_check", "b.xlsx"))).template == (
        "daily_check")
