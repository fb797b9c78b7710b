"""The rulebook: dated and scoped rows, who wins, overrides of opsheet.toml, every bound."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.errors import SettingsError
from workbook.formulas import Formula
from workbook.model import Label, Period, Rule, Status
from workbook.model import Test as Sign
from workbook.plan import State
from workbook.rules import DEFAULTS, IDS, passes, rule_for, rulebook, status
from workbook.standard import rule_key, rules_tab, typed_rules

DAY = dt.date(2026, 11, 15)
STEP = Decimal("0.0001")


def target(rows: tuple[Rule, ...], id: str = "acos", market: str = "US", day: dt.date = DAY) -> Any:
    found = rule_for(rows, id, market, day)
    return found and found.target


# --- which row counts -------------------------------------------------------------------


def test_the_defaults_hold_everywhere_and_always() -> None:
    assert target(rulebook()) == Decimal("0.3333")
    assert target(rulebook(), market="DE", day=dt.date(2001, 1, 1)) == Decimal("0.3333")
    assert rule_for(rulebook(), "no such rule", "US", DAY) is None
    assert len(set(IDS)) == len(IDS)


def test_the_marketplaces_own_row_goes_before_the_general_one() -> None:
    german = {"id": "acos", "marketplace": "DE", "target": 0.2}
    rows = rulebook([german, {"id": "acos", "target": 0.3}])
    assert target(rows, market="DE") == Decimal("0.2")
    assert target(rows, market="US") == Decimal("0.3")


def test_the_newer_row_goes_before_the_older_one_and_a_past_week_has_its_own() -> None:
    rows = rulebook([
        {"id": "acos", "target": 0.30, "valid_from": dt.date(2026, 1, 1)},
        {"id": "acos", "target": "0.25", "valid_from": "2026-07-01"},
    ])
    assert target(rows, day=dt.date(2025, 12, 31)) == Decimal("0.3333")
    assert target(rows, day=dt.date(2026, 1, 1)) == Decimal("0.30")
    assert target(rows, day=dt.date(2026, 6, 30)) == Decimal("0.30")
    assert target(rows, day=dt.date(2026, 7, 1)) == Decimal("0.25")


def test_a_row_that_has_ended_counts_no_more() -> None:
    rows = rulebook([{"id": "acos", "target": 0.2, "valid_to": dt.date(2026, 6, 30)}])
    assert target(rows, day=dt.date(2026, 6, 30)) == Decimal("0.2")
    assert target(rows, day=dt.date(2026, 7, 1)) == Decimal("0.3333")


def test_of_equal_rows_the_later_one_counts() -> None:
    rows = rulebook([{"id": "acos", "target": 0.2}, {"id": "acos", "target": 0.1}])
    assert target(rows) == Decimal("0.1")


def test_an_override_keeps_what_it_does_not_say() -> None:
    found = rule_for(rulebook([{"id": "tacos", "target": 0.1, "note": "ours"}]), "tacos", "US", DAY)
    default = next(rule for rule in DEFAULTS if rule.id == "tacos")
    assert found and found.alarm == default.alarm and found.test is default.test
    assert (found.source, found.note) == ("opsheet.toml", "ours")


@pytest.mark.parametrize(("row", "words"), [
    ({"id": "acoss", "target": 1}, ("There is no rule 'acoss'", "[[rules]] row 1", "acos")),
    ({"target": 1}, ("There is no rule 'None'", "row 1", "opsheet list rules")),
    ({"id": "acos", "goal": 1}, ("A rule has no 'goal'", "row 1", "target, alarm")),
    ({"id": "acos", "target": "low"}, ("A bound must be a number", "row 1", "target = 0.25")),
    ({"id": "acos", "valid_from": "soon"}, ("a day a date", "row 1", "valid_from = 2026-01-01")),
    ({"id": "acos", "marketplace": "Mars"}, ("'Mars' is no marketplace", "row 1", "US, DE")),
])
def test_a_wrong_override_is_refused_with_its_row(
    row: dict[str, Any], words: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as caught:
        rulebook([row], "opsheet.toml")
    what, where, do = caught.value.lines()
    assert words[0] in what and words[1] in where and where.startswith("opsheet.toml")
    assert words[2] in do


# --- status at, above and below each bound ----------------------------------------------


def expected(rule: Rule, value: Decimal) -> Status:
    """The plan's words, spelt out: a person's reading of `target` and `alarm`."""
    def meets(bound: Decimal) -> bool:
        sign = rule.test.value
        if sign == "within":
            return -bound <= value <= bound
        return {">=": value >= bound, "<=": value <= bound, ">": value > bound,
                "<": value < bound}[sign]

    assert rule.target is not None
    if meets(rule.target):
        return Status.GOOD
    if rule.alarm is not None and meets(rule.alarm):
        return Status.WATCH
    if rule.test is Sign.WITHIN and value < 0:
        return Status.WATCH  # below the band is a question
    return Status.BAD


@pytest.mark.parametrize("rule", DEFAULTS, ids=lambda rule: rule.id)
def test_every_rule_at_above_and_below_each_of_its_bounds(rule: Rule) -> None:
    assert rule.target is not None
    seen = set()
    for bound in {rule.target, rule.alarm} - {None}:
        values = {bound - STEP, bound, bound + STEP}
        for value in values | {-v for v in values if rule.test is Sign.WITHIN}:
            assert status(rule.test, value, rule.target, rule.alarm) is expected(rule, value)
            seen.add(expected(rule, value))
    assert {Status.GOOD, Status.BAD} <= seen
    differ = rule.test is Sign.WITHIN or rule.alarm not in (None, rule.target)
    assert (Status.WATCH in seen) == differ


@pytest.mark.parametrize(("id", "value", "state"), [
    ("acos", "0.3333", "good"), ("acos", "0.3334", "bad"),
    ("tacos", "0.12", "good"), ("tacos", "0.15", "watch"), ("tacos", "0.1501", "bad"),
    ("ahr", "991", "good"), ("ahr", "990", "watch"), ("ahr", "201", "watch"), ("ahr", "200", "bad"),
    ("ipi", "500", "good"), ("ipi", "499", "watch"), ("ipi", "400", "watch"), ("ipi", "399", "bad"),
    ("conversion_fall", "0.05", "good"), ("conversion_fall", "0.0499", "watch"),
    ("conversion_fall", "0.0099", "bad"), ("redemption_rate", "0.3", "bad"),
    ("odr", "0.01", "bad"), ("odr", "0.0099", "good"), ("aged_units", "1", "bad"),
    ("negative_review_rate", "0.005", "bad"), ("inventory_turns", "4", "good"),
    ("net_margin", "0.15", "good"), ("roas", "2.99", "bad"), ("valid_tracking_rate", "0.95", "bad"),
])
def test_the_figures_of_the_operations_plan(id: str, value: str, state: str) -> None:
    rule = rule_for(rulebook(), id, "US", DAY)
    assert rule and status(rule.test, Decimal(value), rule.target, rule.alarm).value == state


def test_nothing_to_compare_is_neither_good_nor_bad() -> None:
    assert status(Sign.AT_MOST, None, 1, 2) is Status.NONE
    assert status(Sign.AT_MOST, 1, None, 2) is Status.NONE
    assert status(Sign.AT_MOST, 3, 2, None) is Status.BAD


@given(st.sampled_from([Sign.AT_LEAST, Sign.AT_MOST, Sign.MORE_THAN, Sign.LESS_THAN]),
       st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_test_and_its_opposite_never_agree(test: Sign, value: float, bound: float) -> None:
    opposite = {Sign.AT_LEAST: Sign.LESS_THAN, Sign.LESS_THAN: Sign.AT_LEAST,
                Sign.AT_MOST: Sign.MORE_THAN, Sign.MORE_THAN: Sign.AT_MOST}[test]
    assert passes(test, value, bound) != passes(opposite, value, bound)


# --- the Rules sheet agrees with the rulebook -------------------------------------------

DAYS = st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 12, 31)])
ROWS = st.fixed_dictionaries(
    {"id": st.sampled_from(["acos", "tacos"]), "target": st.integers(1, 99)},
    optional={"marketplace": st.sampled_from(["US", "DE"]), "valid_from": DAYS, "valid_to": DAYS},
)


@given(st.lists(ROWS, max_size=6), st.sampled_from(["US", "DE", "JP"]),
       st.sampled_from([dt.date(2025, 12, 31), dt.date(2026, 6, 30), dt.date(2026, 7, 1),
                        dt.date(2027, 1, 1)]))
def test_the_first_row_that_the_sheet_finds_is_the_row_that_counts(
    overrides: list[dict[str, Any]], market: str, day: dt.date
) -> None:
    rules = rulebook(overrides)
    tab = rules_tab(rules, State(), Period(day, day), "en")
    found = rule_for(rules, "acos", market, day)
    assert found
    rows = tab.blocks[0].rows
    assert len({row.key for row in rows}) == len(rows)
    keys = [row.cells["key"].cell.value for row in rows]  # type: ignore[union-attr]
    wanted = f"acos:{market}" if f"acos:{market}" in keys else "acos:"
    looked_up = rows[keys.index(wanted)].cells["target"]
    assert isinstance(looked_up, Formula) and looked_up.cell.value == found.target


def test_what_people_type_into_the_sheet_goes_over_every_other_row() -> None:
    rules = rulebook([{"id": "acos", "marketplace": "DE", "target": 0.2}])
    general, german = rules[IDS.index("acos")], rules[-1]
    state = State({("rules", rule_key(german), "your_target"): Decimal("0.18"),
                   ("rules", rule_key(general), "your_alarm"): 1,
                   ("rules", rule_key(rules[0]), "your_target"): "high"})
    changed = typed_rules(rules, state)
    assert target(changed, market="DE") == Decimal("0.18")
    assert target(changed, market="US") == Decimal("0.3333")
    assert rule_for(changed, "acos", "US", DAY).alarm == 1  # type: ignore[union-attr]
    assert changed[0] == rules[0], "a word is no bound"


def test_labels_stand_in_both_languages() -> None:
    assert all(isinstance(r.label, Label) and r.label.en and r.label.zh for r in DEFAULTS)
