"""The ASIN daily tracker of the example store: the story, what is typed, what is chosen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from pathlib import Path
from typing import Any

import pytest

from macros import jobs
from macros.fill import Request, blocks_of, fill
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from tests.conftest import Example
from tests.contract.person import Person
from tests.golden.plans import LANGS, expected_path, text_of
from tests.sync.store.reports import Sale, Store
from tests.templates.tracker import CHOSEN, DAY, FALLING, NAME, keys, planned, row, value
from workbook.model import Period
from workbook.plan import Plan

RISE = f"US|{FALLING}|2026-11-09"


@pytest.fixture(scope="module")
def plan(example: Example) -> Plan:
    return planned(example)


# --- the story --------------------------------------------------------------------------


def test_the_price_rise_shows_a_fall_beyond_chance(example: Example, plan: Plan) -> None:
    """Both sides equal the sums of the ledger's own days."""
    facts = [f for f in example.ledger.days if f.marketplace == "US" and f.sku == "NW-DESK-ORG"]
    day = dt.date(2026, 11, 9)
    for side, first, last in (("before", day - dt.timedelta(7), day - dt.timedelta(1)),
                              ("after", day + dt.timedelta(1), dt.date(2026, 11, 15))):
        own = [f for f in facts if first <= f.day <= last]
        assert value(plan, "at_log", RISE, f"sessions_{side}") == sum(f.sessions for f in own)
        assert value(plan, "at_log", RISE, f"units_{side}") == sum(f.units for f in own)
    assert value(plan, "at_log", RISE, "severity") == "■ fall"
    assert value(plan, "at_log", RISE, "chance") < 0.001
    prices = [float(value(plan, "at_log", RISE, f"price_{side}")) for side in ("before", "after")]
    assert prices == [27.99, 31.99]


def test_the_falling_asin_needs_a_look_and_names_what_was_done(plan: Plan) -> None:
    why = value(plan, "at_attention", f"US|conversion_fall|{FALLING}", "why")
    assert "27.99 → 31.99" in why and "11-09" in why
    assert [r.key for r in plan.block("at_standup:US").rows] == [
        k for k in keys(plan, "at_attention") if k.startswith("US|")][:8]
    assert not any("price_step" in key for key in keys(plan, "at_attention"))


def test_a_price_change_that_nobody_wrote_down_is_told(example: Example) -> None:
    """The logged kind is typed over, so the price has no entry any more."""
    other = planned(example, typed={("at_days", RISE, "kind"): "image"})
    key = f"US|price_step|{FALLING}|2026-11-09"
    assert "27.99 to 31.99 on 11-09" in value(other, "at_attention", key, "why")


def test_an_operation_among_weekly_reports_is_compared_by_weeks(plan: Plan) -> None:
    key = "US|B0EX000009|2026-10-18"
    assert value(plan, "at_log", key, "days_before") == 7
    why = value(plan, "at_log", key, "why")
    assert "whole weeks" in why and "优惠券 15%" in why


# --- days -------------------------------------------------------------------------------


def test_days_are_sorted_newest_first_and_say_what_is_missing(plan: Plan) -> None:
    us = [k for k in keys(plan, "at_days") if k.startswith("US|")]
    days = [k.split("|")[2] for k in us]
    assert days == sorted(days, reverse=True) and len(set(days)) == 30
    assert us[0] == f"US|{FALLING}|{DAY}"  # the most sales of the 30 days
    assert value(plan, "at_days", us[0], "about") is None
    old = f"US|{FALLING}|2026-10-20"
    assert value(plan, "at_days", old, "sessions") is None
    assert "2026-10-20" in value(plan, "at_days", old, "about")


def test_organic_items_are_items_less_ad_orders(plan: Plan) -> None:
    checked = 0
    for found in plan.block("at_days").rows:
        items, ads, organic = (value(plan, "at_days", found.key, name) for name in (
            "order_items", "ad_orders", "organic_orders")) if checked < 200 else (None,) * 3
        if items is not None and ads is not None:
            assert organic == items - ads
            checked += 1
    assert checked == 200


def test_only_as_many_asins_as_there_is_room_for(example: Example, monkeypatch: Any) -> None:
    from templates import asin_daily_tracker as module
    from workbook.models.tracker import days

    monkeypatch.setattr(days, "room", lambda block: 5)
    monkeypatch.setattr("workbook.models.tracker.summary.room", lambda block: 5)
    small = planned(example)
    assert len([k for k in keys(small, "at_days") if k.startswith("US|")]) == 5 * module.DAYS.over
    assert len([k for k in keys(small, "at_summary") if k.startswith("DE|")]) == 5
    first = keys(small, "at_summary")[0]
    assert "the 5 ASINs" in value(small, "at_summary", first, "about")
    assert "DE|B0EX000004|2026-10-30" in keys(small, "at_log")


# --- what people type -------------------------------------------------------------------


def test_a_typed_operation_comes_to_the_log_and_stays(example: Example) -> None:
    key = f"US|{FALLING}|2026-11-12"
    typed = {("at_days", key, "kind"): "图片", ("at_days", key, "what"): "new main image"}
    made = planned(example, typed=typed)
    assert value(made, "at_log", key, "kind") == "image"
    assert value(made, "at_log", key, "said_in") == "team.xlsx"
    assert value(made, "at_log", RISE, "days_after") == 2  # until the day before the next one
    assert value(made, "at_summary", f"US|{FALLING}", "operation") == "image: new main image"
    assert value(planned(example, "zh", typed), "at_log", key, "kind") == "图片"


def test_fourteen_days_before_can_be_chosen(example: Example) -> None:
    key = "US|B0EX000004|2026-11-02"
    made = planned(example, typed={("at_log", RISE, "days"): 3, ("at_log", key, "days"): 14})
    assert value(made, "at_log", RISE, "days_before") == 3
    assert value(made, "at_log", key, "days_before") == 14  # two whole weeks


def test_a_chosen_asin_is_shown_with_its_own_days(example: Example, plan: Plan) -> None:
    assert value(plan, "at_view", "01", "chosen") == f"US {FALLING}"
    made = planned(example, typed={("at_view", "01", "pick"): CHOSEN})
    assert value(made, "at_view", "30", "sessions") == value(
        made, "at_days", f"US|{CHOSEN[3:]}|{DAY}", "sessions")
    assert row(made, "at_view", "02").closed == frozenset({"pick"})
    marks = {k: value(plan, "at_view", k, "sessions_mark") for k in keys(plan, "at_view")}
    assert {k for k, mark in marks.items() if mark != "#N/A"} == {"24"}  # 2026-11-09


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_the_golden_one(example: Example, lang: str) -> None:
    """After a wanted change: `python -m tests.golden.update`, and read what it prints."""
    expected = expected_path(NAME, lang).read_text(encoding="utf-8")
    found = text_of(planned(example, lang), example.folder)
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "golden", "now",
                                      lineterm="", n=0))
    assert not lines, "\n".join(lines[:40])


# --- a store of one's own ---------------------------------------------------------------


def day(number: int) -> Period:
    at = dt.date(2026, 11, number)
    return Period(at, at)


@pytest.fixture
def shop(tmp_path: Path) -> Store:
    """Ten days of one ASIN: 20 of 100 sessions buy until the 5th, then 5 of 100."""
    made = Store(tmp_path)
    for number in range(1, 11):
        units = 20 if number <= 5 else 5
        made.put_item(day(number), {"B0MUG00001": Sale(10 * units, units, units, 100, 120)})  # type: ignore[arg-type]
    return made


def log_of(shop: Store, *lines: str) -> Plan:
    if lines:
        shop.put("\n".join(("day,asin,marketplace,kind,what,who", *lines)) + "\n", "log.csv",
                 market="")
    surface = Memory()
    fill(dataclasses.replace(shop.context), Request(NAME, period="2026-11-10"), surface)
    assert surface.plan is not None
    return surface.plan


def test_a_store_without_ads_stock_or_log_still_fills(shop: Store) -> None:
    made = log_of(shop)
    assert keys(made, "at_log") == []
    assert value(made, "at_days", "US|B0MUG00001|2026-11-10", "organic_orders") is None
    assert value(made, "at_view", "01", "chosen") == "US B0MUG00001"


def test_before_and_after_by_hand(shop: Store) -> None:
    made = log_of(shop, "2026-11-05,B0MUG00001,US,price,10 to 12,Li")
    key = "US|B0MUG00001|2026-11-05"
    got = {name: value(made, "at_log", key, name) for name in (
        "days_before", "units_before", "sessions_before", "days_after", "units_after",
        "sessions_after")}
    assert list(got.values()) == [4, 80, 400, 5, 25, 500]
    assert value(made, "at_log", key, "change") == pytest.approx(-15)
    assert "3 days" in value(made, "at_log", key, "why")


def test_an_event_without_stock_leaves_its_days_out_and_is_named(shop: Store) -> None:
    shop.put("name,kind,marketplace,first_day,last_day,sku\n"
             "Out,stock_out,US,2026-11-07,2026-11-08,\n", "events.csv", market="")
    made = log_of(shop, "2026-11-05,B0MUG00001,,image,main picture,Li")
    key = "US|B0MUG00001|2026-11-05"
    assert value(made, "at_log", key, "days_after") == 3
    assert "Out (11-07)" in value(made, "at_log", key, "why")
    shown = value(made, "at_days", key, "events")
    assert "main picture" in shown  # said of all marketplaces, so it has no cell of its own


def test_an_operation_typed_in_one_workbook_travels_to_another(shop: Store, tmp_path: Path) -> None:
    def filled(name: str, period: str = "2026-11-10") -> Plan:
        path = tmp_path / name
        fill(shop.context, Request(NAME, period=period), XlsxFile(path, blocks_of(NAME)))
        other = Memory()
        fill(shop.context, Request(NAME, period=period), other)
        assert other.plan is not None
        return other.plan

    filled("a.xlsx")
    key = "US|B0MUG00001|2026-11-06"
    Person(tmp_path / "a.xlsx", blocks_of(NAME)).type_all({
        ("at_days", key, "kind"): "price", ("at_days", key, "what"): "10 to 12"})
    made = filled("a.xlsx")
    assert value(made, "at_days", key, "what") == "10 to 12"
    assert value(made, "at_log", key, "kind") == "price"
    later = jobs.Context(shop.context.settings, shop.context.now)
    surface = Memory()
    fill(later, Request(NAME, period="2026-12-10"), surface)  # the day has left the 30 days
    assert surface.plan is not None
    assert key not in keys(surface.plan, "at_days") and key in keys(surface.plan, "at_log")
    assert value(filled("b.xlsx"), "at_days", key, "what") == "10 to 12"
