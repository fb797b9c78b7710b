"""The three-way merge of what a sheet says and what the history knows, case by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.contract.history import BLOCKS, WEEKS
from workbook import keeping
from workbook.inputs import Entry, Known, Revision
from workbook.model import Period, Value
from workbook.plan import State, Typed

NOW = dt.datetime(2026, 11, 25, 12)
TARGET = "goals", "US|acos|2026-11", "target"
NOTE = "goals", "US|acos|2026-11", "done"
IPI = "health", "US|ipi", "value"
RULE = "rules", "acos||2000-01-01..9999-12-31", "your_target"


def state(cell: tuple[str, str, str], value: Value, **said: object) -> State:
    typed = {} if value is None else {cell: value}
    fields = {"source": "a.xlsx", "said_at": NOW, **said}
    return State(typed, {cell}, **fields)  # type: ignore[arg-type]


def sheet(
    revision: Revision | None = None, period: Period = WEEKS[1], before: Period | None = None
) -> keeping.Sheet:
    return keeping.Sheet("desk", BLOCKS, period, revision, before)


def target(value: Value, hour: int = 8, source: str = "b.xlsx", id: int = 1) -> Entry:
    return Entry("targets", TARGET[1], "target", value, NOW.replace(hour=hour), source, id=id)


def ipi(value: Value, week: int, id: int = 1) -> Entry:
    return Entry("account_values", "US|ipi", "value", value, NOW.replace(hour=8), "b.xlsx",
                 WEEKS[week].start, id=id)


def new(one: keeping.Sheet, held: State, *known: Entry) -> list[Entry]:
    return keeping.taken_in(one, held, Known.of(known), NOW)[1]


def shown(one: keeping.Sheet, held: State, known: Sequence[Entry]) -> dict[Typed, Value]:
    grown, _ = keeping.taken_in(one, held, Known.of(known), NOW)
    return dict(keeping.merged(one, held, grown).typed)


def test_what_a_person_changed_is_new() -> None:
    (said,) = new(sheet(Revision(1, 0)), state(TARGET, 2, who="Li"), target(1))
    assert (said.topic, said.value, said.source, said.who, said.said_at) == (
        "targets", 2, "a.xlsx", "Li", NOW)


def test_what_stands_there_since_the_refill_is_not_new() -> None:
    known = [target(1), target(3, 9, id=2)]
    assert not new(sheet(Revision(1, 0)), state(TARGET, 1), *known)
    assert shown(sheet(Revision(1, 0)), state(TARGET, 1), known) == {TARGET: 3}


def test_a_restored_backup_takes_nothing_back() -> None:
    """It shows what it was shown then; what was typed into it since is in the history."""
    known = [target(1, 8, "a.xlsx"), target(3, 9, "a.xlsx", 2)]
    assert not new(sheet(Revision(1, 0)), state(TARGET, 1), *known)
    assert shown(sheet(Revision(1, 0)), state(TARGET, None), known) == {}


def test_a_fill_that_died_after_the_store_is_not_said_twice() -> None:
    known = [target(1), target(2, 12, "a.xlsx", 2)]
    assert not new(sheet(Revision(1, 0)), state(TARGET, 2), *known)


def test_who_comes_to_the_same_value_as_another_file_says_so() -> None:
    """Else a third file, saved between the two, would win over it."""
    (said,) = new(sheet(Revision(1, 0)), state(TARGET, 3), target(1), target(3, 9, "c.xlsx", 2))
    assert (said.value, said.source) == (3, "a.xlsx")


@pytest.mark.parametrize("saved", [NOW - dt.timedelta(days=90), NOW + dt.timedelta(days=90)])
def test_what_is_typed_over_what_was_seen_counts_whatever_the_clock_says(
    saved: dt.datetime,
) -> None:
    held = state(TARGET, 2, said_at=saved)
    (said,) = new(sheet(Revision(1, 0)), held, target(1))
    assert said.said_at <= NOW
    assert shown(sheet(Revision(1, 0)), held, [target(1)]) == {TARGET: 2}


def test_over_an_emptied_value_too() -> None:
    known = [target(1), target(None, 9, id=2)]
    held = state(TARGET, 2, said_at=NOW - dt.timedelta(days=9))
    assert shown(sheet(Revision(2, 0)), held, known) == {TARGET: 2}


def test_of_two_files_the_one_saved_later_counts_and_the_other_is_told() -> None:
    held = state(TARGET, 2, said_at=NOW.replace(hour=7))
    known, (said,) = keeping.taken_in(sheet(Revision(0, 0)), held, Known.of([target(1)]), NOW)
    assert keeping.merged(sheet(), held, known).typed == {TARGET: 1}
    (note,) = keeping.overruled(sheet(), held, known, "en")
    assert note.en == ("Targets: US · ACoS · 2026-11, target: 2 of this workbook gave way to 1 of "
                       "b.xlsx (2026-11-25 08:00 UTC, newer).")
    assert "b.xlsx 中较新的 1" in keeping.overruled(sheet(), held, known, "zh")[0].zh
    assert said.value == 2


def test_many_that_gave_way_are_told_in_one_line() -> None:
    cells = {("goals", f"US|acos|2026-{m:02}", "target"): 2 for m in range(1, 10)}
    held = State(dict(cells), set(cells), source="a.xlsx", said_at=NOW.replace(hour=7))
    others = [Entry("targets", c[1], "target", 1, NOW, "b.xlsx", id=9) for c in cells]
    known, _ = keeping.taken_in(sheet(), held, Known.of(others), NOW)
    notes = keeping.overruled(sheet(), held, known, "en")
    assert len(notes) == 6 and "4 more" in notes[-1].en


def test_an_emptied_cell_says_so_and_a_deleted_row_says_nothing() -> None:
    (said,) = new(sheet(Revision(1, 0)), state(TARGET, None), target(1))
    assert said.value is None
    assert not new(sheet(Revision(1, 0)), State(source="a.xlsx"), target(1))
    assert shown(sheet(Revision(1, 0)), State(source="a.xlsx"), [target(1)]) == {TARGET: 1}


def test_the_empty_cells_of_an_unknown_workbook_say_nothing() -> None:
    assert not new(sheet(None), state(TARGET, None), target(1))
    assert [one.value for one in new(sheet(None), state(TARGET, 2), target(1))] == [2]


def test_a_table_taken_back_leaves_the_cell_but_may_be_typed_again() -> None:
    table = Entry("targets", TARGET[1], "target", 5, NOW.replace(hour=9), "t.csv", import_id=1,
                  undone=True)
    assert not new(sheet(Revision(1, 1)), state(TARGET, 5), table, target(1))
    (said,) = new(sheet(Revision(1, 1, frozenset({1}))), state(TARGET, 5), table, target(1))
    assert said.value == 5, "it was taken back before the workbook was filled"


# --- periods ----------------------------------------------------------------------------


def test_a_value_typed_into_a_week_holds_from_that_week_on() -> None:
    """The sheet showed week 0 when it was typed, though week 1 is being filled."""
    one = sheet(Revision(0, 0), WEEKS[1], WEEKS[0])
    (said,) = new(one, state(IPI, 500))
    assert said.valid == WEEKS[0].start
    assert shown(one, state(IPI, 500), [])[IPI] == 500


def test_a_past_week_shows_and_changes_what_held_then() -> None:
    known = [ipi(500, 0), ipi(520, 2, 2)]
    past = sheet(Revision(2, 0), WEEKS[1], WEEKS[1])
    assert not new(past, state(IPI, 500), *known)
    (said,) = new(past, state(IPI, 505), *known)
    assert said.valid == WEEKS[1].start
    assert shown(past, state(IPI, 505), known)[IPI] == 505
    assert shown(sheet(Revision(2, 0), WEEKS[2], WEEKS[1]), state(IPI, 505), known)[IPI] == 520


def test_emptying_a_dated_cell_ends_it_and_keeps_the_weeks_before() -> None:
    held, known = state(IPI, None), [ipi(500, 0)]
    assert shown(sheet(Revision(1, 0), WEEKS[1]), held, known).get(IPI) is None
    grown, _ = keeping.taken_in(sheet(Revision(1, 0), WEEKS[1]), held, Known.of(known), NOW)
    assert grown.value("account_values", "US", "ipi", day=WEEKS[0].end) == 500


def test_a_row_of_one_day_is_about_that_day() -> None:
    cell = "health", f"US|ipi|{WEEKS[0].start}", "value"
    (said,) = new(sheet(Revision(0, 0), WEEKS[2]), state(cell, 1))
    assert (said.key, said.valid, said.ends) == ("US|ipi", WEEKS[0].start, False)
    (said,) = new(sheet(Revision(1, 0), WEEKS[2]), state(cell, None), ipi(1, 0))
    assert (said.value, said.ends) == (None, False)


@pytest.mark.parametrize("key", ["US|ipi|soon", "US", "US|ipi|2026-11-02|x", ""])
def test_a_key_that_a_person_has_spoilt_is_left_alone(key: str) -> None:
    held = state(("health", key, "value"), 1)
    assert not new(sheet(), held) and shown(sheet(), held, []) == held.typed


# --- values -----------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "value"), [
    ("0.25", Decimal("0.25")), ("25%", Decimal("0.25")), ("２５％", Decimal("0.25")), ("300", 300),
    ("1,200", 1200), ("-3", -3), ("1,2", "1,2"), ("none", "none"), ("12 or so", "12 or so"),
])
def test_numbers_typed_as_text_are_numbers(text: str, value: Value) -> None:
    (said,) = new(sheet(Revision(0, 0)), state(TARGET, text))
    assert said.value == value and type(said.value) is type(value)


@pytest.mark.parametrize("word", ["yes", "是"])
def test_a_choice_means_the_same_in_both_languages(word: str) -> None:
    (said,) = new(sheet(Revision(0, 0)), state(NOTE, word))
    assert (said.topic, said.value) == ("desk.goals", "yes")
    done = Entry("desk.goals", NOTE[1], "done", "yes", NOW, "a.xlsx", id=1)
    assert not new(sheet(Revision(1, 0)), state(NOTE, word), done)


# --- the Rules sheet, other names, other stores -----------------------------------------


def rule(value: Value, source: str, id: int = 1) -> Entry:
    return Entry("rules", RULE[1], RULE[2], value, NOW.replace(hour=8), source, WEEKS[0].start,
                 id=id)


def test_each_workbook_has_bounds_of_its_own() -> None:
    held, others = state(RULE, 2), rule(1, "b.xlsx")
    (said,) = new(sheet(Revision(1, 0)), held, others)
    assert (said.value, said.source) == (2, "a.xlsx")
    assert shown(sheet(Revision(1, 0)), held, [others]) == {RULE: 2}
    assert shown(sheet(Revision(1, 0)), state(RULE, None), [others]) == {}


def test_a_deleted_row_of_the_rules_sheet_brings_its_own_bound_back() -> None:
    own = rule(1, "a.xlsx")
    assert shown(sheet(Revision(1, 0)), State(source="a.xlsx"), [own]) == {RULE: 1}
    assert shown(sheet(Revision(1, 0)), state(RULE, None), [own]) == {}


def test_a_renamed_workbook_keeps_its_bounds() -> None:
    held = state(RULE, 1, source="new.xlsx", formerly="a.xlsx")
    known, (moved,) = keeping.taken_in(
        sheet(Revision(1, 0)), held, Known.of([rule(1, "a.xlsx")]), NOW)
    assert (moved.key, moved.value) == ("a.xlsx", "new.xlsx")
    assert [one.source for one in known.by_source(*RULE)] == ["new.xlsx"]
    assert not new(sheet(Revision(1, 0)), state(RULE, 1, formerly="never.xlsx"),
                   rule(1, "a.xlsx")), "a name that the history never knew"


def test_of_a_workbook_of_another_store_only_what_is_no_input_of_ours_stays() -> None:
    strange = "gone", "x", "own"
    held = State({TARGET: 1, strange: 2}, {TARGET})
    left = keeping.of_another_store(sheet(), held)
    assert (left.typed, left.cells) == ({strange: 2}, set())
