"""The sales forecast sheet: what it learns from, what people type, and sums that add up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.fill import Request, blocks_of, fill, plan_for
from sync.surfaces.memory import Memory
from sync.surfaces.xlsx import XlsxFile
from tests.conftest import Example
from tests.sync.store.reports import Sale
from tests.templates.forecast import LAST, Shop, row, value
from tests.workbook.evaluate import Sheet, differences, same
from workbook.errors import UsageError
from workbook.model import Period, month_of
from workbook.plan import Plan, State

KEY = "US|A-1|2026-W48"
FLAT = [20, 22, 18, 21, 19, 20, 23, 17, 20, 21, 19, 20, 22, 18, 20, 20]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Two SKUs of one parent and one of another, sixteen weeks. Read it only."""
    made = Shop(tmp_path_factory.mktemp("shop"))
    made.weeks(**{"A-1": FLAT, "A-2": [n // 2 for n in FLAT], "B-1": [5] * 16})
    return made


@pytest.fixture(scope="module")
def plan(shop: Shop) -> Plan:
    return shop.plan()


@pytest.fixture(scope="module")
def sheets(example: Example) -> dict[str, Plan]:
    return {lang: plan_for(example.context, Request("sales_forecast", period="2026-W46",
                                                    lang=lang), State()) for lang in ("en", "zh")}


# --- the numbers --------------------------------------------------------------------------


def test_every_formula_gives_the_value_cached_beside_it(
    plan: Plan, sheets: dict[str, Plan]
) -> None:
    for one in (plan, *sheets.values()):
        assert differences(one) == []


def test_a_steady_sku_is_expected_to_go_on(plan: Plan) -> None:
    assert value(plan, "fc_skus", "US|A-1", "next_13") == pytest.approx(260, rel=0.05)
    assert value(plan, "fc_skus", "US|A-1", "last_4") == 80
    assert value(plan, "fc_skus", "US|A-1", "price") == 10
    low, high = (value(plan, "fc_skus", "US|A-1", f) for f in ("low", "high"))
    assert low < value(plan, "fc_skus", "US|A-1", "next_13") < high
    assert [r.cells["sku"].value for r in plan.block("fc_skus").rows] == [  # type: ignore[union-attr]
        "A-1", "A-2", "B-1"]


def test_weeks_without_a_report_are_unknown_and_not_zero(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for n in range(16):
        if n != 10:
            shop.week(LAST.shifted(n - 15), {"A-1": 20})
    plan = shop.plan()
    missing = "US|A-1|" + LAST.shifted(-5).label()
    assert value(plan, "fc_weeks", missing, "sold") is None
    assert value(plan, "fc_skus", "US|A-1", "next_4") == 80
    assert "no report for 1 of the last 13 weeks" in value(plan, "fc_skus", "US|A-1", "note")


def test_a_new_sku_has_no_forecast_and_says_why(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.weeks(**{"A-1": FLAT, "N-1": [0] * 14 + [6, 7]})
    plan = shop.plan()
    assert value(plan, "fc_skus", "US|N-1", "next_13") is None
    assert "fewer than" in value(plan, "fc_skus", "US|N-1", "note")
    assert value(plan, "fc_buy", "US|N-1", "m2") is None
    assert differences(plan) == []


def test_another_period_than_a_week_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError) as error:
        plan_for(shop.context, Request("sales_forecast", period="2026-10"), State())
    assert "about weeks" in str(error.value) and "--period 2026-W46" in str(error.value)


# --- stock-outs and events of the example store -------------------------------------------


def test_weeks_out_of_stock_are_left_out(sheets: dict[str, Plan]) -> None:
    plan = sheets["en"]
    assert value(plan, "fc_weeks", "US|NW-BIN-L|2026-W41", "in_stock") == pytest.approx(1 / 7)
    assert "left out" in value(plan, "fc_weeks", "US|NW-BIN-L|2026-W41", "mark")
    assert value(plan, "fc_weeks", "US|NW-BIN-L|2026-W42", "in_stock") == pytest.approx(4 / 7)
    assert "scaled up" in value(plan, "fc_weeks", "US|NW-BIN-L|2026-W42", "mark")
    assert value(plan, "fc_skus", "US|NW-BIN-L", "left_out") == 1
    assert value(plan, "fc_skus", "DE|NW-BIN-L", "left_out") == 0


def test_events_are_marked_and_a_coupon_of_one_sku_lifts_no_store(
    sheets: dict[str, Plan]
) -> None:
    plan = sheets["en"]
    prime, friday = (row(plan, "fc_store", f"US|{week}") for week in ("2026-W28", "2026-W48"))
    assert prime.cells["event"].value == "Prime Day"  # type: ignore[union-attr]
    assert friday.cells["event"].value == "黑五周"  # type: ignore[union-attr]
    assert value(plan, "fc_store", "US|2026-W28", "event_units") == value(
        plan, "fc_store", "US|2026-W28", "sold")
    assert "no lift" in value(plan, "fc_weeks", "US|NW-DESK-ORG|2026-W48", "mark")
    normal = value(plan, "fc_weeks", "US|NW-DESK-ORG|2026-W47", "forecast")
    assert value(plan, "fc_weeks", "US|NW-DESK-ORG|2026-W48", "forecast") == normal


def test_what_the_forecast_stands_on_is_said_in_both_languages(sheets: dict[str, Plan]) -> None:
    assert "data until 2026-11-15" in value(sheets["en"], "fc_attention", "US|about", "why")
    assert "26 weeks of history" in value(sheets["en"], "fc_attention", "US|about", "why")
    assert "数据截至 2026-11-15" in value(sheets["zh"], "fc_attention", "US|about", "why")


# --- overrides ----------------------------------------------------------------------------

weeks = st.dictionaries(
    st.tuples(st.sampled_from(["A-1", "A-2", "B-1"]), st.integers(1, 13)),
    st.integers(0, 5000), max_size=6)


@settings(max_examples=12, deadline=None)
@given(weeks)
def test_an_override_changes_its_week_and_the_sums_of_it_alone(
    plan: Plan, shop: Shop, chosen: dict[tuple[str, int], int]
) -> None:
    """Typed into the sheet or known at the fill: the same; and all totals add up."""
    typed = {("fc_weeks", f"US|{sku}|{LAST.shifted(step).label()}", "units"): units
             for (sku, step), units in chosen.items()}
    filled, live = shop.plan(dict(typed)), Sheet(plan, typed)
    assert differences(filled) == []
    for r in plan.block("fc_weeks").rows:
        expected = typed.get(("fc_weeks", r.key, "units"), value(plan, "fc_weeks", r.key, "final"))
        assert same(live.value("fc_weeks", r.key, "final"), expected) or not expected
    extra = {sku: sum(units - value(plan, "fc_skus", f"US|{sku}", f"w{step}")
                      for (s, step), units in chosen.items() if s == sku)
             for sku in ("A-1", "A-2", "B-1")}
    for sku, more in extra.items():
        before = value(plan, "fc_skus", f"US|{sku}", "next_13")
        assert live.value("fc_skus", f"US|{sku}", "next_13") == pytest.approx(before + more)
        assert value(filled, "fc_buy", f"US|{sku}", "next_13") == pytest.approx(before + more)
        months = sum(value(filled, "fc_buy", f"US|{sku}", f"m{n}")
                     - value(plan, "fc_buy", f"US|{sku}", f"m{n}") for n in range(1, 13))
        assert months == pytest.approx(more, abs=1e-6)
    for name in ("next_4", "next_13", *(f"w{n}" for n in range(1, 14))):
        skus = [value(filled, "fc_skus", r.key, name) for r in filled.block("fc_skus").rows]
        store = value(filled, "fc_totals", "US|*", name)
        parents = [value(filled, "fc_totals", r.key, name)
                   for r in filled.block("fc_totals").rows if r.key != "US|*"]
        assert store == pytest.approx(sum(skus)) == pytest.approx(sum(parents))
        assert live.value("fc_totals", "US|*", name) == pytest.approx(store)


def test_a_month_is_what_was_sold_and_the_days_of_its_weeks(plan: Plan) -> None:
    november = month_of(LAST.end)
    sold = sum(FLAT[-1 - ago] * days / 7 for ago, days in ((0, 7), (1, 7), (2, 1)))
    first, second, third = (value(plan, "fc_skus", "US|A-1", f"w{n}") for n in (1, 2, 3))
    assert november == Period(november.start, november.end)
    expected = sold + first + second + third / 7
    assert value(plan, "fc_buy", "US|A-1", "m1") == pytest.approx(expected)
    assert value(plan, "fc_buy", "US|-", "m1") == "2026-11"
    assert value(plan, "fc_buy", "US|-", "w1") == "2026-W47"


@pytest.mark.parametrize("file", [False, True])
def test_overrides_survive_refills_another_language_and_another_order(
    tmp_path: Path, file: bool
) -> None:
    shop = Shop(tmp_path)
    shop.weeks(**{"A-1": FLAT, "B-1": [15] * 16})
    request = Request("sales_forecast", period="2026-W46", lang="en")
    path = tmp_path / "f.xlsx"

    def surface() -> Any:
        return XlsxFile(path, blocks_of("sales_forecast")) if file else memory

    memory = Memory()
    fill(shop.context, request, surface())
    if file:
        _type(path, shop.plan(), KEY, 777)
    else:
        memory.type_in("fc_weeks", KEY, "units", 777)
    fill(shop.context, request, surface())
    shop.week(LAST, {"A-1": 20, "B-1": 900})  # B-1 now comes first
    fill(shop.context, Request("sales_forecast", period="2026-W46", lang="zh"), surface())
    after = shop.plan(lang="zh")  # the store knows it without the sheet
    assert [r.key for r in after.block("fc_skus").rows] == ["US|B-1", "US|A-1"]
    assert value(after, "fc_weeks", KEY, "final") == 777
    assert value(after, "fc_skus", "US|A-1", "w2") == 777
    if not file:
        assert memory.plan is not None
        assert value(memory.plan, "fc_weeks", KEY, "units") == 777


def _type(path: Path, plan: Plan, key: str, units: int) -> None:
    """A person's edit of the file."""
    import openpyxl

    from sync.surfaces.xlsx.place import Places

    spot = Places(plan).spot("fc_weeks", key, "units")
    book = openpyxl.load_workbook(path)
    book[spot.sheet].cell(spot.row + 1, spot.column + 1).value = units
    book.save(path)


def test_the_user_s_table_counts_on_all_marketplaces_and_a_text_changes_nothing(
    tmp_path: Path
) -> None:
    shop = Shop(tmp_path)
    shop.weeks(**{"A-1": FLAT})
    shop.table("sku,marketplace,week,units", "A-1,,2026-W48,300", "A-1,US,2026-W49,400")
    plan = shop.plan()
    assert value(plan, "fc_weeks", KEY, "final") == 300
    assert value(plan, "fc_skus", "US|A-1", "w3") == 400
    said = shop.plan({("fc_weeks", KEY, "units"): "soon"})
    assert value(said, "fc_weeks", KEY, "final") == 300
    assert differences(said) == []
    assert value(plan, "fc_attention", "US|override|A-1|2026-W49", "at_stake") > 3000


# --- the chart of one SKU -----------------------------------------------------------------


def test_the_chosen_sku_is_looked_up(plan: Plan, shop: Shop) -> None:
    first = plan.block("fc_chart").rows[0].key
    assert value(plan, "fc_chart", first, "chosen") == "US|A-1"
    assert [bool(r.closed) for r in plan.block("fc_chart").rows][:2] == [False, True]
    typed = {("fc_chart", first, "sku"): "US|B-1"}
    chosen = shop.plan(dict(typed))
    assert value(chosen, "fc_chart", "week -1", "sold") == 5
    assert value(chosen, "fc_chart", "week -1", "draw_final") == "#N/A"
    assert differences(chosen) == []
    assert Sheet(plan, typed).value("fc_chart", "week -1", "sold") == 5
    nobody = shop.plan({("fc_chart", first, "sku"): "US|nobody"})
    assert value(nobody, "fc_chart", "week -1", "sold") is None
    assert differences(nobody) == []


def test_reports_without_their_sku_column_are_forecast_by_asin(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for ago in range(12):
        shop.put_item(LAST.shifted(-ago), {"B0CHILD001": Sale(Decimal(100), 10, 10, 50, 60)})
    plan = shop.plan()
    (only,) = [r.key for r in plan.block("fc_skus").rows]
    assert only == "US|B0CHILD001"
    assert value(plan, "fc_skus", only, "next_13") == pytest.approx(130)
