"""Tables that only the user has: words, months and numbers as people write them, newest row wins.

Several currencies and marketplaces in one file stay apart; what cannot be read is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.read.dates import read_months
from tests.sync.read.reading import read, rows, workbook
from tests.sync.store.reports import Store, new_store
from workbook.errors import UnclearScope, UnknownReport

NOVEMBER = dt.date(2026, 11, 1)
TARGETS = "kpi,marketplace,month,target\n"


@pytest.fixture
def store() -> Iterator[Store]:
    with new_store() as made:
        yield made


def stored(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.context.database.session() as con:
        return con.execute(sql).fetchall()


@pytest.mark.parametrize("text", [
    "2026-11", "2026/11", "202611", "2026年11月", "11/2026", "11.2026", "Nov-26", "Nov 2026",
    "2026-11-01", "2026-11-30", "30.11.2026", "November 2026",
])
def test_a_month_in_any_style_is_its_first_day(text: str) -> None:
    assert read_months([text], "dmy") == {text: dt.datetime(2026, 11, 1)}


@pytest.mark.parametrize("text", ["2026-13", "0/2026", "soon", "2026", "11"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert read_months([text], "dmy") == {text: None}


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_in_its_month(day: dt.date) -> None:
    first = dt.datetime(day.year, day.month, 1)
    styles = [f"{day:%Y-%m}", f"{day:%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d} 23:59:59"]
    assert set(read_months(styles, "mdy").values()) == {first}


def test_the_month_of_a_spreadsheet_date(tmp_path: Any) -> None:
    table = workbook([["kpi", "marketplace", "month", "target"], ["acos", "US", "2026-11", "28%"]])
    assert rows(read(table, tmp_path / "t.xlsx"), "month", "target") == [(NOVEMBER, 0.28)]


@pytest.mark.parametrize("text, value", [
    ("28%", 0.28), ("28 %", 0.28), ("0.28", 0.28), ("3", 3.0), ("120000", 120_000.0),
    ('"$120,000"', 120_000.0), ('"€1,480.50"', 1480.5), ("-5%", -0.05), ("", None), ("-", None),
])
def test_a_target_is_a_number_and_a_percent_sign_makes_it_a_fraction(
    text: str, value: float | None
) -> None:
    assert rows(read(f"{TARGETS}acos,US,2026-11,{text}\n"), "target") == [(value,)]


@given(st.lists(st.decimals(0, 10_000, places=2), min_size=1, max_size=8))
def test_percents_beside_plain_numbers_keep_their_own_meaning(numbers: list[Any]) -> None:
    lines = "".join(f"k{n},US,2026-11,{number}%\nk{n},DE,2026-11,{number}\n"
                    for n, number in enumerate(numbers))
    values = [value for (value,) in rows(read(TARGETS + lines), "target")]
    assert values == pytest.approx([float(v) for n in numbers for v in (n / 100, n)])


def test_a_row_that_cannot_be_read_is_named_with_its_reason() -> None:
    parsed = read(f"{TARGETS}acos,US,2026-11,28%\nacos,US,soon,1\n,US,2026-11,1\n"
                  "acos,Mars,2026-11,1\nroas,US,2026-11,three\n")
    assert [(r.line, r.column, r.reason) for r in parsed.rejects] == [
        (3, "month", "not a month"), (4, "kpi", "the name is missing"),
        (5, "marketplace", "not a marketplace"), (6, "target", "not a number")]
    assert parsed.rows == 1


def test_an_overhead_without_a_currency_is_refused_and_names_the_column() -> None:
    parsed = read("month,currency,amount\n2026-11,USD,10\n2026-11,,10\n")
    assert [(r.line, r.reason) for r in parsed.rejects] == [(3, "the currency is missing")]
    with pytest.raises(UnknownReport) as caught:
        read("month,amount,item\n2026-11,10,Rent\n")
    assert "currency" in str(caught.value) and caught.value.do


def test_a_day_that_could_be_two_asks_for_the_order() -> None:
    with pytest.raises(UnclearScope) as caught:
        read("name,marketplace,day,value\nipi,US,05/06/2026,438\n")
    assert "--date-order" in caught.value.do


def test_several_marketplaces_and_currencies_of_one_file(store: Store) -> None:
    store.put("month,marketplace,currency,amount,item\n2026-11,US,USD,$100.00,Rent\n"
              "2026-11,德国,EUR,€80.00,Rent\n2026-11,,CNY,¥700,Rent\n", market="")
    found = stored(store, "SELECT marketplace, currency, amount FROM s.overhead ORDER BY line")
    assert found == [("US", "USD", 100), ("DE", "EUR", 80), ("", "CNY", 700)]


def test_words_are_stored_as_codes_whatever_the_language(store: Store) -> None:
    store.put("KPI,站点,月份,目标值\n销售额 (GMV),美国,2026-11,5\nTACoS,美国,2026-11,5\n"
              "Own number,美国,2026-11,5\n", market="")
    store.put("SKU,阶段,数量,截至日期\nA,海外仓,5,2026-11-15\n", market="")
    store.put("类目,生效日期,基准值\n收纳,2026-11-15,5\n", market="")
    assert stored(store, "SELECT kpi FROM s.targets ORDER BY line") == [
        ("ordered_sales",), ("tacos",), ("own_number",)]
    assert stored(store, "SELECT stage, marketplace FROM s.stock_stages") == [("overseas", "")]
    assert stored(store, "SELECT kpi FROM s.benchmarks") == [("acos",)]


def test_the_last_day_of_an_event_of_one_day_may_stay_empty(store: Store) -> None:
    store.put("name,kind,first_day,last_day\nDeal,deal,2026-11-15,\n", market="")
    assert stored(store, "SELECT first_day = last_day FROM s.events") == [(True,)]
