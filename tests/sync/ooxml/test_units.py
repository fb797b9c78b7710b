"""Addresses, formulas and values: the small parts by themselves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import (  # type: ignore[import-untyped,unused-ignore]
    Translator,
)

from sync.ooxml import BadValueError, ErrorValue, Formula, UnknownPlaceError, refs
from sync.ooxml.formulas import move
from sync.ooxml.refs import Area
from sync.ooxml.styles import shows_date
from sync.ooxml.values import (
    Value,
    escape_text,
    formula_parts,
    from_serial,
    parts,
    serial,
    unescape_text,
)
from sync.ooxml.xml import unescape


@given(st.integers(1, refs.MAX_COL))
def test_letters_and_numbers_agree(col: int) -> None:
    """Both ways give the same column."""
    assert refs.number(refs.letters(col)) == col


def test_areas() -> None:
    """Corners in any order, dollars, single cells; nothing beyond the sheet."""
    assert refs.area("$C$9:b2") == Area(2, 2, 9, 3)
    assert str(refs.area("B4")) == "B4"
    assert refs.try_area("A0") is None and refs.try_area("XFE1") is None
    assert refs.try_area("A1:B2:C3") is None
    with pytest.raises(UnknownPlaceError, match="B4"):
        refs.cell("B1048577")


def test_sheet_names_in_references() -> None:
    """Quotes come and go as in Excel."""
    assert refs.split_sheet("'It''s 1'!$B$2") == ("It's 1", "$B$2")
    assert refs.split_sheet("B2") == (None, "B2")
    assert refs.quote_sheet("It's") == "'It''s'"
    assert refs.quote_sheet("R1C1") == "'R1C1'" and refs.quote_sheet("Data") == "Data"
    assert refs.split_top("'a,b'!A1,SUM(1,2),\"x,\"") == ["'a,b'!A1", "SUM(1,2)", '"x,"']


FORMULAS = [
    "A1*$A$1+A$1-$A1", 'IF(B2="A1",SUM(C:C),SUM(3:4))', "Sheet2!A1+'My A1'!B2", "LOG10(A1)+AB1C",
    "SUM(A1:B2,$C$3:D4)", "Table1[[#This Row],[A1]]*2", "Q1!A1+Q1", "1E5+A1",
    "'It''s'!A1&\"\"\"A1\"\"\"", "A1%+(-B2)^2", "{1,2;3,4}*A1", "Jan!A1:B2",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@given(rows=st.integers(0, 50), cols=st.integers(0, 30))
def test_formulas_move_as_openpyxl_moves_them(formula: str, rows: int, cols: int) -> None:
    """Filled down and right; openpyxl's Translator is the oracle."""
    target = f"{refs.letters(cols + 5)}{rows + 5}"
    expected = Translator("=" + formula, origin="E5").translate_formula(target)[1:]
    assert move(formula, rows, cols) == expected


def test_what_falls_off_the_sheet() -> None:
    """It becomes #REF!, as in Excel."""
    assert move("A1+B2", -1, 0) == "#REF!+B1"
    assert move("XFD1", 0, 1) == "#REF!"
    assert move("A1:INDEX(B:B,3)", 0, 1) == "B1:INDEX(C:C,3)"


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_text_survives(text: str) -> None:
    """Control characters and literal _xHHHH_ come back as they were."""
    escaped = escape_text(text)
    assert unescape_text(unescape(escaped)) == text
    assert "<" not in escaped and "\r" not in escaped


def test_text_is_never_a_formula() -> None:
    """=, +, - and @ stay text; blanks at the ends are kept."""
    for text in ("=1+1", "+1", "-1", "@x", "\t1"):
        kind, inner = parts(text, False)
        assert kind == ' t="inlineStr"' and "<f>" not in inner
    assert 'xml:space="preserve"' in parts(" a", False)[1]
    assert parts("_x0041_", False)[1] == "<is><t>_x005F_x0041_</t></is>"


@given(st.datetimes(dt.datetime(1904, 1, 2), dt.datetime(9999, 12, 30)), st.booleans())
def test_dates_come_back(moment: dt.datetime, epoch: bool) -> None:
    """In both date systems, to the millisecond."""
    moment = moment.replace(microsecond=0)
    back = from_serial(float(serial(moment, epoch)), epoch, True)
    assert isinstance(back, dt.datetime)
    assert abs(back - moment) <= dt.timedelta(milliseconds=1)


def test_the_first_days_of_1900() -> None:
    """Excel counts a 29 February 1900; days before 1900 are refused."""
    assert serial(dt.date(1900, 1, 1), False) == "1"
    assert serial(dt.date(1900, 3, 1), False) == "61"
    assert serial(dt.date(1904, 1, 2), True) == "1"
    with pytest.raises(BadValueError, match="write it as text"):
        serial(dt.date(1899, 12, 31), False)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Decimal("NaN"), "x" * 32_768, "\ud800", 10**400, b"x", [1]],
)
def test_values_that_no_cell_can_hold(value: object) -> None:
    """Each is refused with a remedy."""
    with pytest.raises(BadValueError) as caught:
        parts(value, False)  # type: ignore[arg-type]
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("value", "kind", "inside"),
    [
        (True, ' t="b"', "<v>1</v>"),
        (12, "", "<v>12</v>"),
        (0.1, "", "<v>0.1</v>"),
        (Decimal("1.10"), "", "<v>1.10</v>"),
        (Decimal("1E+30"), "", "<v>1e+30</v>"),
        (None, "", ""),
        (ErrorValue("#N/A"), ' t="e"', "<v>#N/A</v>"),
    ],
)
def test_cells(value: Value, kind: str, inside: str) -> None:
    """How values stand in the file."""
    assert parts(value, False) == (kind, inside)


def test_formulas_with_values() -> None:
    """The value stands beside the formula; without one Excel computes it."""
    assert formula_parts(Formula("=A1<2", True), False) == (' t="b"', "<f>A1&lt;2</f><v>1</v>")
    assert formula_parts(Formula("A1", "a&b"), False) == (' t="str"', "<f>A1</f><v>a&amp;b</v>")
    assert formula_parts(Formula("A1"), False) == ("", "<f>A1</f>")
    with pytest.raises(BadValueError):
        formula_parts(Formula("="), False)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy-mm-dd", True), ("General", False), ("0.00", False), ('"day" 0', False),
        ("[h]:mm", True), ("[Red]0.00", False), ("[$-409]d/m/yy", True), ("#,##0\\d", False),
    ],
)  # fmt: skip
def test_date_formats(code: str, expected: bool) -> None:
    """A format is a date's if it shows a day or an hour outside quotes."""
    assert shows_date(code) is expected
