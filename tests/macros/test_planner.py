"""A workbook of several templates: what each knows stays its own."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import planner
from macros.jobs import Context
from macros.planner import About, Part, about, fill_file
from macros.vba.make import planner as new_planner
from sync.ooxml import Workbook, refs
from sync.surfaces.memory import Memory
from tests.conftest import NOW, Example
from workbook.plan import State

TWO = ("weekly_report", "daily_check")


@pytest.fixture
def context(example: Example, tmp_path: Path) -> Context:
    """The example store, a copy that may be written to."""
    store = tmp_path / "store.duckdb"
    shutil.copy(example.context.settings.store_path, store)
    return Context(replace(example.context.settings, store_path=store), NOW)


def cell(book: Workbook, label: str, row: int) -> tuple[str, str]:
    """Sheet and address of a cell of the table of tasks."""
    table = book.table("ops_tasks")
    ref, name = table.ref, table.sheet.name
    headers = book.read(f"{refs.quote_sheet(name)}!{ref.rows(ref.top, ref.top)}")[0]
    return name, f"{refs.letters(ref.left + headers.index(label))}{ref.top + row}"


def type_in(path: Path, value: str) -> None:
    with Workbook(io.BytesIO(path.read_bytes())) as book:
        book.set(*cell(book, "Note", 1), value)
        out = io.BytesIO()
        book.save(out)
    path.write_bytes(out.getvalue())


def note(path: Path) -> object:
    with Workbook.open(path) as book:
        sheet, at = cell(book, "Note", 1)
        return book.read(f"{refs.quote_sheet(sheet)}!{at}")[0][0]


def later(context: Context, hours: int) -> Context:
    return replace(context, now=NOW + dt.timedelta(hours=hours))


def test_a_fill_of_one_template_does_not_make_old_notes_of_another_look_new(
    context: Context, tmp_path: Path
) -> None:
    """Another workbook has said otherwise meanwhile; the newer note counts, as everywhere."""
    path, other = tmp_path / "planner.xlsm", tmp_path / "weekly.xlsx"
    path.write_bytes(new_planner(context, About("en", "", "", "", TWO)).data)
    type_in(path, "first")
    fill_file(later(context, 1), "weekly_report", path)
    fill_file(later(context, 2), "weekly_report", other)
    assert note(other) == "first"
    type_in(other, "second")
    fill_file(later(context, 3), "weekly_report", other)
    fill_file(later(context, 4), "daily_check", path)
    assert note(path) == "first"  # its own sheet is as it was
    fill_file(later(context, 5), "weekly_report", path)
    assert note(path) == "second"


def test_each_template_keeps_its_period(context: Context, tmp_path: Path) -> None:
    from macros.planner import about_file
    from sync.surfaces.xlsx import XlsxFile

    path = tmp_path / "planner.xlsm"
    path.write_bytes(new_planner(context, About("en", "Northwind Home", "US", "", TWO)).data)
    fill_file(context, "weekly_report", path, period="2026-W45")
    for name, shown in (("weekly_report", "2026-11-02..2026-11-08"),
                        ("daily_check", "2026-11-16..2026-11-16")):
        assert str(Part(XlsxFile(path, {}), name).read().period) == shown
    assert about_file(path) == About("en", "Northwind Home", "US", "Northwind Home", TWO)
    with Workbook.open(path) as book:  # formulas that hold rules against a day see the newest
        _, area = book.defined_names["ops_period_end"].place or ("", None)
        assert area is not None
        assert book.read(f"_opsheet!{area}")[0][0] == dt.date(2026, 11, 16)


def test_a_workbook_of_one_template_stays_one(context: Context) -> None:
    """Nothing changes for it: revision, titles."""
    from macros.fill import Request, fill

    plain, through = Memory(), Memory()
    for surface in (plain, Part(through, "weekly_report")):
        for _ in range(2):
            fill(context, Request("weekly_report", period="2026-W46"), surface)
    assert plain.plan and through.plan
    assert plain.plan.names == through.plan.names
    assert [t.title for t in plain.plan.tabs] == [t.title for t in through.plan.tabs]


def test_a_second_template_in_a_workbook_of_one(context: Context, tmp_path: Path) -> None:
    """`opsheet fill` into a file that another template made; both have a tab 'Ads'."""
    path = tmp_path / "both.xlsx"
    fill_file(context, "daily_check", path)
    fill_file(context, "weekly_report", path)
    with Workbook.open(path) as book:
        assert {"Ads", "Ads - Weekly report"} <= set(book.sheet_names)


class Says:
    """A surface that says a revision."""

    def __init__(self, revision: str) -> None:
        self.revision = revision

    def read(self) -> State:
        return State(revision=self.revision)

    def apply(self, plan: object) -> None: ...


@given(st.text(max_size=40) | st.sampled_from(['{"a": 1}', "[1]", '{"a": ["x"]}', "null", "1"]))
def test_any_revision_is_read(text: str) -> None:
    """A person may have written there."""
    state = Part(Says(text), "weekly_report").read()  # type: ignore[arg-type]
    assert state.revision in (text, "")


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20) | st.none() | st.integers()))
def test_any_rows_say_something_of_a_workbook(rows: dict[str, object]) -> None:
    said = about(rows, rows)
    assert said.lang in ("", "en", "zh") and set(said.templates) <= set(TWO) | {
        "kpi_scorecard", "sales_forecast", "search_term_review", "asin_daily_tracker"}


@given(st.sampled_from(["", "en", "zh"]), st.text(max_size=20).map(str.strip), st.permutations(
    TWO))
def test_what_a_workbook_says_of_itself_comes_back(
    lang: str, store: str, names: list[str]
) -> None:
    said = About(lang, store, "US", "", tuple(names))
    assert about({}, said.settings()) == said


def test_titles_of_two_templates_are_kept_apart(context: Context) -> None:
    from macros.fill import Request, plan_for

    titles = set[str]()
    for name in ("weekly_report", "daily_check", "search_term_review", "sales_forecast"):
        plan = planner.apart(plan_for(context, Request(name, lang="zh"), State()))
        own = {tab.id for tab in plan.template.tabs}
        mine = {tab.title for tab in plan.tabs if tab.id in own}
        assert not mine & titles and all(len(title) <= 31 for title in mine)
        titles |= mine
