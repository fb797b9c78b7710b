"""Symbolic formulas: each computes what our own arithmetic says, blanks and zeros included."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook.evaluate import ExcelError, parse, run
from workbook import formulas
from workbook.formulas import Column, Formula, Here, sign_of
from workbook.looks import word
from workbook.model import Cell, Unit
from workbook.model import Test as Sign
from workbook.rows import relative
from workbook.rules import DEFAULTS, status

NUMBERS = st.none() | st.sampled_from([0.0, 0.3333, 1.0]) | st.floats(-1e6, 1e6)
BLANK = Cell(None)


def computed(formula: Formula, **values: Any) -> Any:
    return run(parse(formula.text), lambda name: values[name])


def blank(value: Any) -> Any:
    return "" if value is None else value


@given(NUMBERS, NUMBERS)
def test_a_ratio_is_blank_where_a_part_is_or_the_divisor_is_zero(over: Any, under: Any) -> None:
    expected = None if over is None or not under else over / under
    assert computed(formulas.ratio("a", "b", BLANK), o=over, u=under) == blank(expected)


@given(NUMBERS, NUMBERS)
def test_changes_agree_with_the_planned_ones(now: Any, before: Any) -> None:
    a, b = Here("a"), Here("b")
    share = formulas.points_change(a, b, BLANK)
    assert computed(share, n=now, p=before) == blank(relative(Unit.SHARE, now, before))
    other = formulas.relative_change(a, b, BLANK)
    assert computed(other, n=now, p=before) == blank(relative(Unit.MONEY, now, before))


@given(st.none() | st.floats(-9, 9) | st.text(max_size=3))
def test_a_copy_of_a_blank_is_blank(value: Any) -> None:
    assert computed(formulas.copy_of(Here("x"), BLANK), x=value) == blank(value)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("sign", list(Sign))
@given(value=NUMBERS, target=NUMBERS, alarm=NUMBERS)
def test_a_status_says_what_the_rulebook_says(
    sign: Sign, lang: str, value: Any, target: Any, alarm: Any
) -> None:
    rule = replace(DEFAULTS[0], test=sign)
    formula = formulas.status(rule, Here("v"), Here("t"), Here("a"), lang, BLANK)
    expected = word(status(sign, value, target, alarm), lang)
    assert computed(formula, v=value, t=target, a=alarm) == expected


@pytest.mark.parametrize(("keys", "market", "expected"), [
    (["acos:US", "acos:"], "US", 1.0), (["acos:US", "acos:"], "DE", 2.0),
    (["", "acos:"], "US", 2.0), (["acos:DE", "tacos:"], "US", ""), (["acos:", "acos:"], "US", 1.0),
])
@pytest.mark.parametrize("live", [True, False])
def test_a_bound_is_the_marketplaces_own_row_else_the_general_one(
    keys: list[str], market: str, expected: Any, live: bool
) -> None:
    formula = formulas.bound("acos", "target", Here("m") if live else market, None, BLANK)
    assert computed(formula, col=[1.0, 2.0], key=keys, m=market) == expected
    assert formula.refs["col"] == Column("rules", "target")


@pytest.mark.parametrize(("plus", "expected"), [(35.0, 49.0), (None, ""), (0.0, 14.0)])
def test_a_bound_may_be_added_to_a_field_of_the_row(plus: Any, expected: Any) -> None:
    formula = formulas.bound("days_of_cover", "target", "US", Here("lead_time"), BLANK)
    assert computed(formula, col=[14.0], key=["days_of_cover:"], plus=plus) == expected
    assert computed(formula, col=[14.0], key=["other:"], plus=35.0) == ""


def test_every_name_in_braces_is_a_reference_and_the_other_way_round() -> None:
    here = Here("x")
    for made in (
        formulas.ratio("a", "b", BLANK), formulas.relative_change(here, here, BLANK),
        formulas.points_change(here, here, BLANK), formulas.copy_of(here, BLANK),
        formulas.bound("acos", "alarm", here, here, BLANK),
        formulas.status(DEFAULTS[0], here, here, here, "en", BLANK),
    ):
        assert set(re.findall(r"\{([a-z_]+)\}", made.text)) == set(made.refs)


def test_the_sign_that_people_read() -> None:
    assert [sign_of(Sign(s)) for s in (">=", "<=", ">", "<")] == ["≥", "≤", ">", "<"]


def test_the_small_spreadsheet_of_these_tests_knows_errors() -> None:
    with pytest.raises(ExcelError):
        run(parse("1/0"), lambda _: None)
    assert run(parse('IFERROR(1/0,"x")'), lambda _: None) == "x"
    assert run(parse('"a">9'), lambda _: None) is True
    assert run(parse("2+3*4-1"), lambda _: None) == 13
    assert run(parse('{x}=""'), lambda _: None) is True
    assert Decimal(str(run(parse("({x}-1)*100"), lambda _: 1.5))) == 50
