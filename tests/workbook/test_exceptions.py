"""The stand-up list: what breaks a rule, why, and what is at stake, by hand-made rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from workbook.answer import Group
from workbook.model import Cell, Period, State
from workbook.models.exceptions import Findings, exception_rows
from workbook.models.tasks import TASKS, task_rows
from workbook.models.verdict import add_verdict
from workbook.rows import Product, Row
from workbook.rules import rulebook

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
US = Group("US", "USD")


def row(key: str, **values: Any) -> Row:
    names = {name.replace("_before", "@-1"): value for name, value in values.items()}
    return Row(f"US|{key}", US, {name: Cell(value) for name, value in names.items()})


def find(lang: str = "en", rules: Any = None, products: Any = None, **rows: list[Row]) -> list[Row]:
    return exception_rows(Findings(rows, rules or rulebook(), WEEK, lang, products or {}))


def campaign(spend: Any, sales: Any, before: float | None = None) -> Row:
    acos = float(Decimal(spend) / Decimal(sales)) if sales else None
    return row("C|SP", campaign="C", ad_spend=Decimal(spend), ad_sales=Decimal(sales), acos=acos,
               acos_before=before)


# --- ads --------------------------------------------------------------------------------


def test_a_campaign_above_its_acos_stakes_what_it_spent_beyond_the_target() -> None:
    (found,) = find(ads=[campaign(60, 100, 0.25)])
    assert found.key == "US|acos|US|C|SP"
    assert found.value("severity") == "■ bad" and found.value("subject") == "C"
    assert found.value("why") == "ACoS 60.0%, target 33.3%, was 25.0%; spent 60.00"
    assert found.value("at_stake") == Decimal("26.67")
    assert found.cells["at_stake"].state is State.ESTIMATE
    assert found.cells["at_stake"].currency == "USD"


@pytest.mark.parametrize(("spend", "sales"), [("33.33", 100), (0, 0), (0, 100), (10, 100)])
def test_campaigns_within_the_rule_or_without_spend_are_not_named(spend: Any, sales: Any) -> None:
    assert find(ads=[campaign(spend, sales)]) == []


def test_spend_without_sales_is_bad_and_all_of_it_is_at_stake() -> None:
    (found,) = find(ads=[campaign(12, 0)])
    assert found.value("severity") == "■ bad" and found.value("at_stake") == 12
    assert "ACoS no sales" in str(found.value("why"))
    (zh,) = find("zh", ads=[campaign(12, 0)])
    assert zh.value("severity") == "■ 异常" and "无销售" in str(zh.value("why"))
    assert zh.key == found.key


def test_between_target_and_alarm_it_is_to_be_watched() -> None:
    rules = rulebook([{"id": "acos", "marketplace": "US", "target": 0.3, "alarm": 0.7}])
    (found,) = find(rules=rules, ads=[campaign(60, 100)])
    assert found.value("severity") == "▲ watch"


# --- stock ------------------------------------------------------------------------------


def stock(cover: float | None, **more: Any) -> Row:
    values = {"sku": "S", "asin": "B0A", "days_of_cover": cover, "lead_time": 30,
              "daily_units": 2.0, "inbound_units": 0, "owner": "李强", "aged_units": 0} | more
    return row("S", **values)


@pytest.mark.parametrize(("cover", "severity"), [
    (44.0, None), (43.9, "▲ watch"), (30.0, "▲ watch"), (29.9, "■ bad"), (0.0, "■ bad"),
    (None, None),
])
def test_cover_is_held_against_each_skus_own_lead_time(
    cover: float | None, severity: str | None
) -> None:
    found = find(stock=[stock(cover)])
    assert [r.value("severity") for r in found] == ([severity] if severity else [])


def test_cover_says_when_it_runs_out_and_stakes_at_most_a_week() -> None:
    price = row("B0A", asin="B0A", ordered_sales=Decimal(200), units_ordered=10)
    (found,) = find(stock=[stock(8.6)], top_skus=[price])
    assert found.value("why") == "9 days left, lead time 30; out about 11-23; inbound 0"
    assert found.value("at_stake") == 7 * 2 * 20 and found.value("product_owner") == "李强"
    (late,) = find(stock=[stock(28.0)], top_skus=[price])
    assert late.value("at_stake") == 2 * 2 * 20
    (unknown,) = find(stock=[stock(8.0)])
    assert unknown.value("at_stake") is None, "no price, no guess"


@pytest.mark.parametrize("lacking", ["lead_time", "daily_units"])
def test_without_a_lead_time_or_sales_nothing_is_said_of_cover(lacking: str) -> None:
    assert find(stock=[stock(5.0, **{lacking: None})]) == []


def test_aged_units_stake_a_week_of_the_months_fee() -> None:
    aged = stock(90.0, aged_units=12, estimated_aged_fee=Decimal("30.00"))
    (found,) = find(stock=[aged])
    assert found.value("why") == "12 units older than 181 days; Amazon estimates 30.00 a month"
    assert found.value("at_stake") == 7
    (silent,) = find(stock=[stock(90.0, aged_units=1, estimated_aged_fee=None)])
    assert silent.value("at_stake") is None and silent.value("severity") == "■ bad"


# --- conversion -------------------------------------------------------------------------


def asin(before: tuple[int, int], now: tuple[int, int], **more: Any) -> Row:
    rates = [u / s if s else None for u, s in (before, now)]
    moved = None if None in rates else (rates[1] - rates[0]) * 100  # type: ignore[operator]
    made = row("B0A", asin="B0A", name="Name", units_ordered=now[0], sessions=now[1],
               units_ordered_before=before[0], sessions_before=before[1],
               unit_session_percentage=rates[1], unit_session_percentage_before=rates[0],
               ordered_sales_before=Decimal(before[0] * 20), **more)
    made.cells["change:unit_session_percentage"] = Cell(moved)
    add_verdict(made, "en")
    return made


def test_a_fall_beyond_chance_stakes_the_sales_that_did_not_come() -> None:
    fallen = asin((100, 500), (40, 500))
    assert fallen.value("verdict") == "yes, a fall"
    (found,) = find(top_skus=[fallen], products={"B0A": Product(owner="王敏")})
    assert found.value("severity") == "■ bad" and found.value("product_owner") == "王敏"
    assert found.value("why") == "20.0% to 8.0% in 500 sessions; noise 0.0%"
    assert found.value("at_stake") == Decimal("1200.00")  # 12 points of 500 sessions at 20 each


@pytest.mark.parametrize(("before", "now", "verdict", "severity"), [
    ((40, 500), (100, 500), "yes, a rise", None),
    ((50, 500), (47, 500), "no", None),
    ((2, 20), (1, 20), "too few to say", None),
    ((60, 500), (40, 500), "yes, a fall", "▲ watch"),  # chance 0.035: below 5 %, not below 1 %
    ((60, 50), (40, 50), "too few to say", None),  # more units than sessions
    ((0, 0), (40, 500), "too few to say", None),
])
def test_rises_noise_and_few_sessions_are_not_on_the_list(
    before: tuple[int, int], now: tuple[int, int], verdict: str, severity: str | None
) -> None:
    made = asin(before, now)
    assert made.value("verdict") == verdict
    assert [r.value("severity") for r in find(top_skus=[made])] == ([severity] if severity else [])


# --- the whole store, the whole list ----------------------------------------------------


@pytest.mark.parametrize(("tacos", "severity"), [
    (0.12, None), (0.13, "▲ watch"), (0.2, "■ bad"), (None, None),
])
def test_tacos_of_the_newest_week(tacos: float | None, severity: str | None) -> None:
    old = row("2026-W45", tacos=0.9, ordered_sales=Decimal(1000))
    new = row("2026-W46", tacos=tacos, ordered_sales=Decimal(1000))
    found = find(trend=[old, new])
    assert [r.value("severity") for r in found] == ([severity] if severity else [])
    if tacos == 0.2:
        assert found[0].value("at_stake") == 80


def test_an_empty_store_has_an_empty_list() -> None:
    assert find() == []


def test_keys_are_unique_and_the_same_in_chinese() -> None:
    rows = {"ads": [campaign(60, 100)], "stock": [stock(5.0, aged_units=4)],
            "top_skus": [asin((100, 500), (40, 500))]}
    en, zh = find("en", **rows), find("zh", **rows)
    assert [r.key for r in en] == [r.key for r in zh] and len({r.key for r in en}) == 4
    assert all(r.value("what") != z.value("what") for r, z in zip(en, zh, strict=True))


def test_a_task_marked_in_an_earlier_week_stays_with_its_week() -> None:
    rows = task_rows("en", "2026-W46", {"aplus_refresh|2026-W45", "aplus_refresh|2026-W46", "x"})
    assert [r.key for r in rows][len(TASKS):] == ["aplus_refresh|2026-W45"]
    assert rows[-1].value("week") == "2026-W45"


def test_tasks_stand_in_both_languages() -> None:
    en, zh = task_rows("en", "2026-W46"), task_rows("zh", "2026-W46")
    assert [r.key for r in en] == [r.key for r in zh] == [f"{name}|2026-W46" for name in TASKS]
    assert all(r.value("task_name") for r in (*en, *zh))
