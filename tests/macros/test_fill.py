"""The job `fill` and its command: refills of the weekly report, scope, period, every refusal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from macros import demo, fill, jobs
from macros.fill import Request, blocks_of, choose_period, plan_for
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from templates import all_templates, get_template
from tests.conftest import Example
from tests.contract.person import Person, header_of, load
from workbook.errors import UsageError
from workbook.formulas import Formula
from workbook.model import Period
from workbook.plan import Plan, State
from workbook.rules import rulebook
from workbook.standard import rule_key
from workbook.template import Grain

Run = Callable[..., Result]
BLOCKS = blocks_of("weekly_report")
W46, W45 = "2026-W46", "2026-W45"


def refill(example: Example, path: Path, **wish: str) -> Plan:
    surface = XlsxFile(path, BLOCKS)
    plan = plan_for(example.context, Request("weekly_report", **wish), surface.read())
    surface.apply(plan)
    return plan


def value_of(plan: Plan, block: str, row: str, field: str) -> Any:
    cell = next(r for r in plan.block(block).rows if r.key == row).cells[field]
    return cell.cell.value if isinstance(cell, Formula) else cell.value


# --- what people typed ------------------------------------------------------------------


def test_notes_owners_and_dates_stay_with_their_rows_through_weeks_and_languages(
    example: Example, tmp_path: Path
) -> None:
    path = tmp_path / "weekly.xlsx"
    first = refill(example, path, period=W46)
    exception = first.block("exceptions").rows[0].key
    typed = {("exceptions", exception, "owner"): "王敏",
             ("exceptions", exception, "due"): dt.date(2026, 11, 18),
             ("exceptions", exception, "note"): "=look at the listing",
             ("top_skus", "US|B0EX000001", "note"): "@home",
             ("stock", "DE|NW-BIN-L", "note"): "00123",
             ("tasks", "aplus_refresh|2026-W46", "done"): "yes"}
    person = Person(path, BLOCKS)
    person.type_all(typed)
    person.reverse("top_skus")
    person.insert_above("stock", 3)
    person.rename("ads", "PPC")
    person.rename("tasks", "To do")
    with_overview = load(path)
    with_overview[first.tabs[0].title].title = "Monday"
    with_overview.save(path)
    for wish in ({"period": W46}, {"period": W46, "lang": "zh"}, {"period": W45}, {"period": W46}):
        plan = refill(example, path, **wish)
        kept = {at: value_of(plan, *at) for at in typed
                if at[1] in {r.key for r in plan.block(at[0]).rows}}
        lost = dict(plan.unplaced)
        done = "是" if wish.get("lang") == "zh" else "yes"
        assert kept | lost == typed | {("tasks", "aplus_refresh|2026-W46", "done"): done}
        assert not kept.keys() & lost.keys()
    assert not plan.unplaced


def test_a_row_that_vanished_keeps_its_note_and_brings_it_back(
    example: Example, tmp_path: Path
) -> None:
    path = tmp_path / "weekly.xlsx"
    refill(example, path)
    Person(path, BLOCKS).type_in("ads", "DE|SP-广泛-厨房|SP", "note", "pause it?")
    plan = refill(example, path, marketplace="US")
    assert plan.unplaced == ((("ads", "DE|SP-广泛-厨房|SP", "note"), "pause it?"),)
    assert "Left over" in openpyxl.load_workbook(path, read_only=True).sheetnames
    plan = refill(example, path)
    assert value_of(plan, "ads", "DE|SP-广泛-厨房|SP", "note") == "pause it?" and not plan.unplaced
    left_over = openpyxl.load_workbook(path, read_only=True)["Left over"]  # empty, but there
    assert "pause it?" not in [c for row in left_over.iter_rows(values_only=True) for c in row]


def test_a_target_of_ones_own_changes_statuses_and_the_list_and_stays(
    example: Example, tmp_path: Path
) -> None:
    path = tmp_path / "weekly.xlsx"
    plan = refill(example, path)
    acos = next(rule_key(rule) for rule in rulebook() if rule.id == "acos")
    over = [r.key for r in plan.block("exceptions").rows if "|acos|" in r.key]
    assert value_of(plan, "ads", "US|SP | Auto | Storage|SP", "status:acos") == "● good"
    Person(path, BLOCKS).type_in("rules", acos, "your_target", Decimal("0.2"))
    for _ in range(2):
        plan = refill(example, path)
        assert value_of(plan, "ads", "US|SP | Auto | Storage|SP", "target:acos") == 0.2
        assert value_of(plan, "ads", "US|SP | Auto | Storage|SP", "status:acos") == "▲ watch"
        assert value_of(plan, "rules", acos, "your_target") == Decimal("0.2")
        assert len([r for r in plan.block("exceptions").rows if "|acos|" in r.key]) > len(over)


def test_a_second_fill_of_the_same_data_plans_the_same_cells(example: Example) -> None:
    surface = Memory()
    wish = Request("weekly_report", period=W46)
    plans = []
    for _ in range(2):
        fill.fill(example.context, wish, surface)
        assert surface.plan is not None
        plans.append(list(surface.plan.cells()))
    assert plans[0] == plans[1]


def test_demo_makes_a_workbook_in_the_language_asked_for(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo's own fill, on the store that is there."""
    paths = list(demo._fill_all(example.context, tmp_path, "zh", lambda _: None))
    assert [path.stem for path in paths] == [template.name for template in all_templates()]
    assert header_of(load(tmp_path / "weekly_report.xlsx"), "ads")[0].title == "广告"


# --- period and scope -------------------------------------------------------------------


def at(example: Example, moment: dt.datetime) -> jobs.Context:
    return jobs.Context(example.context.settings, moment)


@pytest.mark.parametrize(("moment", "week"), [
    (dt.datetime(2026, 11, 16, 0, 45), "2026-W45"),  # Monday 08:45 in Beijing: open everywhere
    (dt.datetime(2026, 11, 16, 7, 59), "2026-W45"),  # a minute before midnight in California
    (dt.datetime(2026, 11, 16, 8, 0), "2026-W46"),
    (dt.datetime(2026, 11, 22, 12, 0), "2026-W46"),
])
def test_without_a_period_the_last_week_closed_everywhere_is_filled(
    example: Example, moment: dt.datetime, week: str
) -> None:
    found = choose_period(at(example, moment), "", Grain.WEEK, ["US", "DE"])
    assert found.label() == week


def test_days_and_months_that_have_closed(example: Example) -> None:
    context = at(example, dt.datetime(2026, 12, 1, 3, 0))  # still 30 November in California
    assert choose_period(context, "", Grain.DAY, ["US", "DE"]).label() == "2026-11-29"
    assert choose_period(context, "", Grain.MONTH, ["US", "DE"]).label() == "2026-10"
    assert choose_period(context, "", Grain.MONTH, ["DE"]).label() == "2026-11"
    assert choose_period(context, "2026-11-01..2026-11-05", Grain.WEEK, ["US"]) == Period(
        dt.date(2026, 11, 1), dt.date(2026, 11, 5))
    with pytest.raises(UsageError, match="is no period"):
        choose_period(context, "last week", Grain.WEEK, ["US"])


def test_one_marketplace_has_one_overview(example: Example) -> None:
    plan = plan_for(example.context, Request("weekly_report", marketplace="DE"), State())
    assert [tab.id for tab in plan.tabs if tab.heading] == ["overview:DE"]
    assert {r.group.marketplace for r in plan.block("ads").rows} == {"DE"}


def test_the_template_may_be_named_with_a_dash(example: Example) -> None:
    assert get_template("weekly-report") is get_template("weekly_report")


# --- the command ------------------------------------------------------------------------


def test_the_command_fills_a_file_and_says_where(on_example: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    done = on_example("fill", "weekly-report", "--to", target, "--lang", "zh", "--period", W46)
    assert done.exit_code == 0 and not done.stderr
    assert done.stdout.startswith(f"{target}: ") and "cells filled." in done.stdout
    again = on_example("fill", "weekly_report", "--to", target, "--json")
    document = json.loads(again.stdout)
    assert document.keys() == {"template", "target", "cells", "notes"}
    assert (document["template"], document["target"]) == ("weekly_report", str(target))


@pytest.mark.parametrize(("words", "status", "said"), [
    (("weekly_reprot",), 2, ("no template 'weekly_reprot'", "weekly_report")),
    (("weekly_report", "--period", "2026-W99"), 2, ("'2026-W99' is no period", "2026-W46")),
    (("weekly_report", "--period", "yesterday"), 2, ("is no period", "2026-11")),
    (("weekly_report", "--store", "Nordwind"), 2, ("no store 'Nordwind'", "Northwind Home")),
    (("weekly_report", "--marketplace", "JP"), 2, ("no reports from JP", "--marketplace")),
    (("weekly_report", "--to", "report.xls"), 1, ("'report.xls' is no .xlsx file", ".xlsx")),
    (("weekly_report", "--to", "feishu:abc"), 2, ("cannot be filled yet", "--to report.xlsx")),
    (("weekly_report", "--to", "excel"), 1, ("Excel is not running", "Open the workbook")),
    (("weekly_report", "--lang", "fr"), 2, ("'fr'", "--help")),
    ((), 2, ("TEMPLATE", "--help")),
])
def test_every_refusal_says_what_where_and_what_to_do(
    on_example: Run, words: tuple[str, ...], status: int, said: tuple[str, str]
) -> None:
    done = on_example("fill", *words)
    assert done.exit_code == status, done.output
    lines = done.stderr.strip().splitlines()
    assert 2 <= len(lines) <= 3 and lines[0].startswith("Error: ")
    assert said[0] in lines[0] and any(said[1] in line for line in lines[1:])
    assert not done.stdout


def test_without_a_store_the_command_says_to_import_first(opsheet: Run, tmp_path: Path) -> None:
    done = opsheet("fill", "weekly_report")
    assert done.exit_code == 1 and "opsheet import" in done.stderr
    assert not (tmp_path / "weekly_report.xlsx").exists()


def test_a_workbook_that_is_not_ours_is_refused_and_unchanged(
    on_example: Run, tmp_path: Path
) -> None:
    target = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(target)
    before = target.read_bytes()
    done = on_example("fill", "weekly_report", "--to", target)
    assert done.exit_code == 1 and target.read_bytes() == before
    what, where, do = done.stderr.strip().splitlines()
    assert "was not made by Opsheet" in what and str(target) in where and do.strip()


@pytest.mark.parametrize("mark", ["~$weekly.xlsx", ".~lock.weekly.xlsx#", ".~weekly.xlsx"])
def test_a_workbook_that_is_open_is_left_alone(
    example: Example, on_example: Run, tmp_path: Path, mark: str
) -> None:
    target = tmp_path / "weekly.xlsx"
    refill(example, target)
    before = target.read_bytes()
    (tmp_path / mark).touch()
    done = on_example("fill", "weekly_report", "--to", target)
    assert done.exit_code == 1 and target.read_bytes() == before
    what, where, do = done.stderr.strip().splitlines()
    assert "is open in" in what and str(target) in where and mark in do
