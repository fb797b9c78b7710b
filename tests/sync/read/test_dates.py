"""Dates in every style; the order of day and month is decided once for the whole file."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.read.dates import decide_order, read_dates
from workbook.errors import UnclearScope

NOV_10 = dt.datetime(2018, 11, 10)


@pytest.mark.parametrize(
    "text, moment",
    [
        ("Nov 10, 2018", NOV_10),
        ("November 10, 2018", NOV_10),
        ("10 Nov 2018", NOV_10),
        ("10-Nov-2018", NOV_10),
        ("1 Sept 2018", dt.datetime(2018, 9, 1)),
        ("2018-11-10", NOV_10),
        ("2018/11/10", NOV_10),
        ("2018年11月10日", NOV_10),
        ("20181110", NOV_10),
        ("10.11.2018", NOV_10),
        ("24/09/2022", dt.datetime(2022, 9, 24)),
        ("9/21/24", dt.datetime(2024, 9, 21)),
        ("2018-11-10 08:14:22 UTC", dt.datetime(2018, 11, 10, 8, 14, 22)),
        ("2018-11-10T23:59:59+00:00", dt.datetime(2018, 11, 10, 23, 59, 59)),
        ("Feb 1, 2020 12:24:25 AM PST", dt.datetime(2020, 2, 1, 0, 24, 25)),
        ("Feb 1, 2020 12:24:25 PM PST", dt.datetime(2020, 2, 1, 12, 24, 25)),
        ("14/05/2024 09:48:59 BST", dt.datetime(2024, 5, 14, 9, 48, 59)),
        ("not a day", None),
        ("2018-13-45", None),
        ("", None),
    ],
)
def test_reads_a_date_as_written(text: str, moment: dt.datetime | None) -> None:
    assert read_dates([text])[text] == moment


def test_one_number_above_twelve_decides_for_all() -> None:
    assert decide_order([["12/01/2019", "12/13/2019"]]) == "mdy"
    assert decide_order([["12/01/2019", "13/01/2019"]]) == "dmy"


def test_a_column_learns_the_order_from_another() -> None:
    assert decide_order([["05/10/2018"], ["05/20/2018"]]) == "mdy"


@pytest.mark.parametrize(
    "texts, order",
    [
        (["11/09/2026", "11/10/2026", "11/11/2026"], "mdy"),  # day after day
        (["09/11/2026", "10/11/2026", "11/11/2026"], "dmy"),
        (["10/04/2026", "10/11/2026"], "mdy"),  # a week apart
        (["01/02/2026", "01/03/2026", "01/05/2026"], None),  # neither
        (["01/09/2026", "01/10/2026", "01/11/2026"], None),  # three days or three months
    ],
)
def test_regular_days_decide_where_no_number_does(texts: list[str], order: str | None) -> None:
    if order:
        assert decide_order([texts]) == order
    else:
        with pytest.raises(UnclearScope, match="not clear"):
            decide_order([texts])


def test_the_same_number_twice_needs_no_decision() -> None:
    assert read_dates(["11/11/2026"]) == {"11/11/2026": dt.datetime(2026, 11, 11)}


def test_dots_are_day_first_whatever_else_stands_there() -> None:
    assert read_dates(["02.11.2026"], "mdy")["02.11.2026"] == dt.datetime(2026, 11, 2)


STYLES = {
    "iso": "%Y-%m-%d", "slashes": "%Y/%m/%d", "chinese": "%Y年%m月%d日", "compact": "%Y%m%d",
    "us words": "%b %d, %Y", "uk words": "%d %b %Y", "german": "%d.%m.%Y",
    "stamp": "%Y-%m-%dT%H:%M:%S",
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@given(day=st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)))
def test_what_is_written_in_a_style_is_read_back(style: str, day: dt.date) -> None:
    text = day.strftime(style)
    moment = read_dates([text])[text]
    assert moment is not None and moment.date() == day


@pytest.mark.parametrize("style, order", [("%m/%d/%Y", "mdy"), ("%d/%m/%Y", "dmy")])
@given(
    start=st.dates(dt.date(2015, 1, 1), dt.date(2035, 1, 1)),
    length=st.integers(min_value=13, max_value=40),
)
def test_a_run_of_days_is_read_back_in_either_order(
    style: str, order: str, start: dt.date, length: int
) -> None:
    days = [start + dt.timedelta(days=n) for n in range(length)]
    found = read_dates([day.strftime(style) for day in days])
    assert [moment.date() for moment in found.values() if moment] == days
    assert order == decide_order([found])
