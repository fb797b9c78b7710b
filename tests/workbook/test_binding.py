"""Placeholders and names: both say what, which period and whose, in two languages."""

from __future__ import annotations

import datetime as dt
import doctest

import pytest

from templates import all_templates
from workbook import spans
from workbook.binding import (
    ALIASES,
    Request,
    Unknown,
    Vocabulary,
    What,
    parse_name,
    parse_placeholder,
)
from workbook.headers import columns_of
from workbook.metrics import METRICS
from workbook.model import Period
from workbook.spans import period_of, period_word, plain
from workbook.template import field_id

WORDS = Vocabulary(all_templates(), ["Acme Home", "北京店"])
BASE = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))


def found(text: str) -> Request:
    request = parse_placeholder(text, WORDS)
    assert isinstance(request, Request), request
    return request


@pytest.mark.parametrize(("text", "target", "period", "store", "market"), [
    ("{{ gmv }}", "ordered_sales", "", "", ""),
    ("{{gmv}}", "ordered_sales", "", "", ""),
    (" {{ GMV | Prev Week }} ", "ordered_sales", "prev_week", "", ""),
    ("{{ 销售额 }}", "ordered_sales", "", "", ""),
    ("{{ 转化率 | 上周 }}", "unit_session_percentage", "prev_week", "", ""),
    ("{{ acos | store US }}", "acos", "", "", "US"),
    ("{{ acos | store acme home }}", "acos", "", "Acme Home", ""),
    ("{{ tacos | marketplace DE | prev week }}", "tacos", "prev_week", "", "DE"),
    ("{{ tacos｜站点 德国｜近4周 }}", "tacos", "last_4_weeks", "", "DE"),
    ("{{ Unit session % (conversion) | 2026-W45 }}", "unit_session_percentage", "2026_W45", "", ""),
    ("{{ ad_spend | 2026-11-09..2026-11-15 }}", "ad_spend", "2026_11_09_to_2026_11_15", "", ""),
    ("{{ top_skus }}", "weekly_report:top_skus", "", "", ""),
    ("{{ 热销商品 | US }}", "weekly_report:top_skus", "", "", "US"),
    ("{{ weekly_report_stock | 店铺 北京店 }}", "weekly_report:stock", "", "北京店", ""),
    ("{{ period start }}", "period_start", "", "", ""),
])
def test_placeholders(text: str, target: str, period: str, store: str, market: str) -> None:
    request = found(text)
    assert (request.target, request.period, request.store, request.marketplace) == (
        target, period, store, market)


@pytest.mark.parametrize("text", [
    "{{ gmv }}", "{{ 销售额 | 上周 | 美国 }}", "{{ top_skus | DE }}",
    "{{ acos | store Acme Home }}",
    "{{ roas | prev 4 weeks | store 北京店 | JP }}", "{{ gmv | 2026-11 }}", "{{ gmv | 2026-W45 }}",
    "{{ gmv | 2026-11-09..2026-11-15 | US }}", "{{ gmv | last 7 days }}", "{{ gmv | ytd }}",
])
def test_a_name_says_all_that_its_placeholder_said(text: str) -> None:
    request = found(text)
    assert parse_name(request.name(), WORDS) == request
    assert parse_name(request.name() + "_2", WORDS) == request
    assert "." not in request.name()


def test_every_metric_and_alias_has_a_name_that_comes_back() -> None:
    for name in METRICS:
        assert found(f"{{{{ {name} }}}}").target == name
        assert found(f"{{{{ {METRICS[name].label.zh} }}}}").what is What.METRIC
        request = parse_name(f"ops_{name}_US", WORDS)
        assert isinstance(request, Request) and request.target == name
    for name, aliases in ALIASES.items():
        for alias in aliases:
            assert found(f"{{{{ {alias} }}}}").target == name


def test_parts_of_names_may_stand_in_any_order() -> None:
    assert parse_name("ops_gmv_US_prev_week", WORDS) == parse_name("ops_gmv_prev_week_US", WORDS)
    assert parse_name("OPS_GMV_us", WORDS) == parse_name("ops_gmv_US", WORDS)


@pytest.mark.parametrize(("text", "said"), [
    ("{{ gvm }}", "Did you mean gmv"), ("GMV {{ gmv }}", "alone"),
    ("{{ gmv | sometime }}", "prev week"), ("{{ gmv | store Nobody }}", "Acme Home"),
    ("{{ gmv | marketplace Mars }}", "US, UK"), ("{{ }}", "list metrics"),
])
def test_what_is_unknown_says_what_to_do(text: str, said: str) -> None:
    request = parse_placeholder(text, WORDS)
    assert isinstance(request, Unknown) and said in request.do


def test_what_is_not_ours_is_left_alone() -> None:
    assert parse_placeholder("plain text", WORDS) is None
    assert parse_name("Team_total", WORDS) is None
    assert isinstance(parse_name("ops_gmv_sometime", WORDS), Unknown)
    assert isinstance(parse_name("ops_team", WORDS), Unknown)


@pytest.mark.parametrize(("word", "start", "end"), [
    ("", "2026-11-09", "2026-11-15"), ("prev_week", "2026-11-02", "2026-11-08"),
    ("prev_4_weeks", "2026-10-12", "2026-11-08"), ("last_4_weeks", "2026-10-19", "2026-11-15"),
    ("month", "2026-11-01", "2026-11-15"), ("prev_month", "2026-10-01", "2026-10-31"),
    ("prev_3_months", "2026-08-01", "2026-10-31"), ("last_7_days", "2026-11-09", "2026-11-15"),
    ("prev_7_days", "2026-11-02", "2026-11-08"), ("year", "2026-01-01", "2026-11-15"),
    ("2026_W45", "2026-11-02", "2026-11-08"), ("2026_11", "2026-11-01", "2026-11-30"),
    ("2026_11_09_to_2026_11_15", "2026-11-09", "2026-11-15"),
])
def test_periods(word: str, start: str, end: str) -> None:
    period = period_of(word, BASE)
    assert (str(period.start), str(period.end)) == (start, end)


def test_prev_of_a_month_is_the_month_before() -> None:
    month = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert str(period_of("prev", month)) == "2026-02-01..2026-02-28"
    assert str(period_of("prev_week", month)) == "2026-03-23..2026-03-29"


@pytest.mark.parametrize("text", ["", "gmv", "last", "0 weeks", "prev 0 weeks", "week 4"])
def test_what_is_no_period(text: str) -> None:
    assert period_word(text) is None


def test_headers_of_both_languages_and_aliases() -> None:
    columns = columns_of(WORDS.blocks["weekly_report:top_skus"][1])
    wanted = {"ASIN": "asin", "Sales": "ordered_sales", "销售额": "ordered_sales",
              "转化率": "unit_session_percentage", "GMV prev": "ordered_sales@-1",
              "上周销量": "units_ordered@-1", "Δ gmv": "change:ordered_sales", "备注": "note"}
    assert {text: field_id(columns[plain(text)]) for text in wanted} == wanted


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(spans).failed == 0
