"""Rules: opsheet.toml < the rules table and other workbooks < this workbook; by day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from workbook.inputs import Entry, Known
from workbook.model import Rule, Value
from workbook.plan import State
from workbook.rules import rule_for, rulebook
from workbook.ruling import rule_key, said_rules, typed_rules, unknown_rules

NOON = dt.datetime(2026, 11, 16, 12)
EARLY, START, LATE = (dt.date(2026, 11, day) for day in (8, 9, 20))
GENERAL = "acos||2000-01-01..9999-12-31"


def table(
    market: str = "*", valid: dt.date = START, minute: int = 0, rule: str = "acos", number: int = 1,
    undone: bool = False, **fields: Value,
) -> list[Entry]:
    return [Entry("rules_table", f"{rule}|{market}", name, value,
                  NOON + dt.timedelta(minutes=minute), f"rules{number}.csv", valid,
                  import_id=number, undone=undone) for name, value in fields.items()]


def typed(value: Value, source: str, valid: dt.date = START, id: int = 1, **extra: Any) -> Entry:
    return Entry("rules", GENERAL, "your_target", value, NOON, source, valid, id=id, **extra)


def counts(
    entries: list[Entry], day: dt.date = LATE, market: str = "US", state: State | None = None,
    toml: tuple[dict[str, Any], ...] = (),
) -> Rule:
    held = state or State(source="mine.xlsx")
    rules = typed_rules(said_rules(rulebook(toml), Known.of(entries), held, day), held)
    found = rule_for(rules, "acos", market, day)
    assert found is not None
    return found


def mine(value: Value, key: str = GENERAL) -> State:
    return State({("rules", key, "your_target"): value}, source="mine.xlsx")


def test_a_table_counts_from_its_day_on_and_until_its_last() -> None:
    rows = table(target=Decimal("0.2"), alarm=Decimal("0.4"), valid_to=dt.date(2026, 11, 15))
    days = (EARLY, START, dt.date(2026, 11, 15), dt.date(2026, 11, 16))
    assert [float(counts(rows, day).target or 0) for day in days] == [0.3333, 0.2, 0.2, 0.3333]
    found = counts(rows, START)
    assert (found.source, found.alarm) == ("rules1.csv", Decimal("0.4"))


def test_a_newer_table_replaces_a_row_and_an_undone_one_does_not() -> None:
    old = table(target=Decimal("0.2"))
    new = table(target=Decimal("0.1"), minute=5, number=2)
    assert counts(old + new).target == Decimal("0.1")
    assert counts(old + table(target=Decimal("0.1"), minute=5, number=2, undone=True)
                  ).target == Decimal("0.2")


def test_a_marketplace_of_its_own_comes_first() -> None:
    rows = table(target=Decimal("0.2")) + table("DE", EARLY, target=Decimal("0.5"))
    assert counts(rows).target == Decimal("0.2")
    assert counts(rows, market="DE").target == Decimal("0.5")


def test_the_store_counts_before_opsheet_toml() -> None:
    later = ({"id": "acos", "target": 0.4, "valid_from": dt.date(2026, 11, 16)},)
    assert counts([], toml=later).target == Decimal("0.4")
    assert counts(table(target=Decimal("0.2")), toml=later).target == Decimal("0.2")
    ended = table(target=Decimal("0.2"), valid_to=dt.date(2026, 11, 18))
    assert counts(ended, toml=later).target == Decimal("0.4")


def test_this_workbook_counts_before_the_store() -> None:
    rows = table(target=Decimal("0.2"))
    assert counts([*rows, typed(Decimal("0.1"), "mine.xlsx")],
                  state=mine(Decimal("0.1"))).target == Decimal("0.1")
    key = rule_key(counts(rows))
    assert counts(rows, state=mine(Decimal("0.15"), key)).target == Decimal("0.15")


def test_what_another_workbook_typed_holds_from_its_period_on() -> None:
    said = [typed(Decimal("0.2"), "other.xlsx")]
    assert counts(said, EARLY).target == Decimal("0.3333")
    assert (counts(said).target, counts(said).source) == (Decimal("0.2"), "other.xlsx")
    assert counts(said, state=mine(Decimal("0.1"))).target == Decimal("0.1")


def test_one_that_takes_its_bound_back_leaves_the_others() -> None:
    said = [typed(Decimal("0.2"), "b.xlsx"), typed(Decimal("0.1"), "c.xlsx", id=2)]
    assert counts(said).target == Decimal("0.1")
    back = typed(None, "c.xlsx", id=3, ends=True)
    assert counts([*said, back]).target == Decimal("0.2")
    assert counts([*said, typed(None, "mine.xlsx", id=4, ends=True)]).target == Decimal("0.1")


def test_a_text_is_no_bound() -> None:
    assert counts([typed("ask", "b.xlsx")]).target == Decimal("0.3333")


@pytest.mark.parametrize("name", ["acso", "Acoss"])
def test_an_unknown_rule_is_left_out_and_told_with_the_nearest_name(name: str) -> None:
    known = Known.of(table(rule=name, target=1))
    assert said_rules(rulebook(), known, State(), LATE) == rulebook()
    (told,) = unknown_rules(known)
    assert f"no rule '{name}' (rules1.csv)" in told.en and "Did you mean acos" in told.en
    assert "没有规则" in told.zh
    assert not unknown_rules(Known.of(table(rule="ACoS", target=1)))
