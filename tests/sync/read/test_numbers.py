"""Numbers and money as reports print them, read in SQL to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.read.numbers import (
    bad_number,
    decimal_comma,
    marks_in,
    number_sql,
    plain_columns,
    stored_sql,
)
from workbook.errors import BadContent
from workbook.report import Type

CONNECTION = duckdb.connect()


def read(texts: Sequence[str | None], kind: Type, *, percent: bool = False) -> list[Any]:
    """What the cells of one column are read as; "bad" for what is no number."""
    CONNECTION.execute("CREATE OR REPLACE TABLE raw (n INTEGER, x VARCHAR)")
    CONNECTION.executemany("INSERT INTO raw VALUES (?, ?)", list(enumerate(texts)))
    comma = decimal_comma(CONNECTION, "raw", ["x"])
    plain = not comma and "x" in plain_columns(CONNECTION, "raw", ["x"])
    value = stored_sql("v", kind)
    sql = number_sql("x", kind, comma=comma, percent=percent, plain=plain)
    found = CONNECTION.execute(
        f"SELECT CASE WHEN {bad_number('x', value, plain=plain)} THEN 'bad' END, {value} "
        f"FROM (SELECT *, {sql} AS v FROM raw) ORDER BY n"
    ).fetchall()
    return [bad or value for bad, value in found]


@pytest.mark.parametrize(
    "text, value",
    [
        ("$5,216.29", "5216.29"),
        ("£12,897.84", "12897.84"),
        ("AED 4,426.00", "4426"),
        ("$-9.02", "-9.02"),
        ("-$9.02", "-9.02"),
        ("US$1,234.56", "1234.56"),
        ("JP¥1,280", "1280"),
        ("￥5,000", "5000"),
        ("Rs.201.68", "201.68"),
        ("Rs.1,23,456.78", "123456.78"),
        ("1.234,56", "1234.56"),
        ("5.255,61\u00a0€", "5255.61"),
        ("-19 353,69", "-19353.69"),
        ("−3", "-3"),
        ("(12.34)", "-12.34"),
        ("12.34-", "-12.34"),
        ("0.00", "0"),
        ("1 234,50 kr", "1234.5"),
        ("12.345678", "12.3457"),
        (" 7 ", "7"),
        (".5", "0.5"),
        ("321.69    ", "321.69"),
    ],
)
def test_money_in_every_spelling(text: str, value: str) -> None:
    assert read([text, "x"][:1], Type.MONEY) == [Decimal(value)]


@pytest.mark.parametrize(
    "text", ["", "-", "--", "—", "N/A", "n/a", "365+", "<5%", ">100,000", ">306"]
)
def test_placeholders_and_hidden_values_are_blank_and_not_wrong(text: str) -> None:
    assert read([text, "1"], Type.MONEY)[0] is None


@pytest.mark.parametrize("text", ["abc", "12 apples", "1.2.3", "$$5", "5 USD EUR", "1-2"])
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    assert read([text, "1"], Type.MONEY)[0] == "bad"


@pytest.mark.parametrize("text, value", [("2,956", 2956), ("12", 12), ("12.0", 12), ("1.5", "bad")])
def test_counts_are_whole(text: str, value: Any) -> None:
    assert read([text], Type.COUNT) == [value]


@pytest.mark.parametrize(
    "text, percent, value",
    [
        ("6.35%", False, 0.0635),
        ("0.0099", False, 0.0099),
        ("0.68", True, 0.0068),
        ("-12 %", False, -0.12),
        ("300.00%", False, 3.0),
        ("1.66%", True, 0.0166),
    ],
)
def test_shares_are_fractions(text: str, percent: bool, value: float) -> None:
    (found,) = read([text], Type.SHARE, percent=percent)
    assert found == pytest.approx(value)


def test_a_decimal_comma_anywhere_decides_for_the_whole_file() -> None:
    assert read(["1.234", "5,50"], Type.MONEY) == [Decimal(1234), Decimal("5.5")]


@pytest.mark.parametrize("texts", [["1,234.56", "12,34"], ["12.34", "12,34"]])
def test_comma_and_point_mixed_are_refused(texts: list[str | None]) -> None:
    with pytest.raises(BadContent, match="decimal comma and others a decimal point") as caught:
        read(texts, Type.MONEY)
    assert "download the report again" in caught.value.do


def test_marks_say_which_currencies_stand_there() -> None:
    CONNECTION.execute("CREATE OR REPLACE TABLE raw AS SELECT unnest(['$5', 'AED 4.00', '7']) AS x")
    assert marks_in(CONNECTION, "raw", ["x"]) == ["$", "AED"]


LOCALES = {
    "us": ("$", ",", ".", ""), "uk": ("£", ",", ".", ""), "ae": ("AED ", ",", ".", ""),
    "de": ("", ".", ",", " €"), "fr": ("", "\u202f", ",", " €"), "se": ("", "\u00a0", ",", " kr"),
    "ch": ("", "’", ".", ""), "bare": ("", "", ".", ""),
}  # fmt: skip


def printed(value: Decimal, before: str, group: str, point: str, after: str) -> str:
    text = f"{abs(value):,.2f}".replace(",", "G").replace(".", point).replace("G", group)
    return f"{'-' if value < 0 else ''}{before}{text}{after}"


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES.keys())
@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(
        st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2), min_size=1, max_size=30
    )
)
def test_money_printed_in_a_locale_is_read_back(
    locale: tuple[str, str, str, str], values: list[Decimal]
) -> None:
    texts: list[str | None] = [printed(value, *locale) for value in values]
    assert read(texts, Type.MONEY) == values
