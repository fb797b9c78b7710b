"""OKRs in the scorecard: from the user's table and typed rows to progress, pace and status."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from macros.fill import Request, blocks_of, fill
from sync.surfaces.xlsx import XlsxFile
from tests.contract.person import Person
from tests.templates.scorecard import NOVEMBER, OCTOBER, Shop, row, value
from tests.workbook.evaluate import Sheet, differences
from workbook.model import Period
from workbook.plan import Plan

TABLE = "objective,kpi,marketplace,start,start_day,target,due,owner"
BLOCK = "sc_okrs"
LESS = "Cheaper ads|US"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """October with an ACoS of 25 %; from 28 % to 22 % half of the way."""
    made = Shop(tmp_path)
    made.sell(OCTOBER, "100.00")
    made.advertise(OCTOBER, "10.00", "40.00")
    return made


def objective(shop: Shop, start: str = "28%", target: str = "22%", first: str = "2026-10-01",
              due: str = "2026-11-30", kpi: str = "acos") -> Plan:
    shop.table(TABLE, f"Cheaper ads,{kpi},US,{start},{first},{target},{due},Ann")
    return shop.plan()


def test_the_table_s_row_shows_what_it_says_and_half_of_a_decrease(shop: Shop) -> None:
    plan = objective(shop)
    assert [value(plan, LESS, name, BLOCK) for name in ("okr", "place", "kpi")] == [
        "Cheaper ads", "US", "acos"]
    assert float(value(plan, LESS, "start", BLOCK)) == 0.28
    assert value(plan, LESS, "owner", BLOCK) == "Ann"
    assert value(plan, LESS, "progress", BLOCK) == pytest.approx(0.5)
    assert value(plan, LESS, "expected", BLOCK) == pytest.approx(30 / 60)
    assert value(plan, LESS, "status:pace", BLOCK) == "● good"
    assert value(plan, LESS, "as_of", BLOCK) == dt.date(2026, 10, 31)
    assert differences(plan) == []


@pytest.mark.parametrize(("target", "expected"), [
    ("21.33%", "● good"),  # 0.03 of 0.0667 is 0.4498; of an expected 0.5 it is 0.8996
    ("21.34%", "● good"), ("21.2%", "▲ watch"), ("18.1%", "▲ watch"), ("17.9%", "■ bad"),
])
def test_the_pace_is_good_from_nine_tenths_and_to_be_watched_from_six(
    shop: Shop, target: str, expected: str
) -> None:
    plan = objective(shop, target=target)
    pace = value(plan, LESS, "pace", BLOCK)
    assert pace == pytest.approx(0.03 / (0.28 - float(target[:-1]) / 100) / 0.5)
    wanted = "● good" if pace >= 0.9 else "▲ watch" if pace >= 0.6 else "■ bad"
    assert value(plan, LESS, "status:pace", BLOCK) == wanted
    assert target == "21.33%" or wanted == expected


@pytest.mark.parametrize(("target", "expected"), [
    ("23.8%", "● good"), ("23.6%", "▲ watch"), ("20.6%", "▲ watch"), ("20.4%", "■ bad"),
])
def test_from_the_due_day_on_the_fixed_bands_count(
    shop: Shop, target: str, expected: str
) -> None:
    plan = objective(shop, target=target, first="2026-07-01", due="2026-10-31")
    assert value(plan, LESS, "expected", BLOCK) == 1
    assert value(plan, LESS, "pace_target", BLOCK) == 0.7
    assert value(plan, LESS, "status:pace", BLOCK) == expected


@pytest.mark.parametrize(("said", "why"), [
    ({"start": "22%"}, "start and target are the same"),
    ({"first": ""}, "start day or due day is missing"),
    ({"first": "2026-12-24"}, "it is due before it starts"),
    ({"kpi": "happiness"}, "choose a KPI of the list"),
    ({"kpi": "ipi"}, "no actual: nobody has typed it"),
])
def test_a_blank_says_why(shop: Shop, said: dict[str, str], why: str) -> None:
    plan = objective(shop, **said)
    assert value(plan, LESS, "pace", BLOCK) is None
    assert value(plan, LESS, "status:pace", BLOCK) == "–"
    assert why in value(plan, LESS, "why", BLOCK)
    assert differences(plan) == []


def test_the_first_day_expects_nothing(shop: Shop) -> None:
    plan = objective(shop, first="2026-10-31")
    assert value(plan, LESS, "expected", BLOCK) == 0
    assert value(plan, LESS, "pace", BLOCK) is None


def test_for_a_sum_of_an_open_month_the_month_before_counts(shop: Shop) -> None:
    shop.sell(Period(NOVEMBER.start, dt.date(2026, 11, 3)), "1.00")
    shop.now = dt.datetime(2026, 11, 16, 12)
    shop.table(TABLE, "Grow,ordered_sales,US,1000,2026-11-01,5200,2026-11-29,Ann")
    plan = shop.plan(NOVEMBER)
    assert value(plan, "Grow|US", "actual", BLOCK) == 3100
    assert value(plan, "Grow|US", "progress", BLOCK) == 0.5
    assert value(plan, "Grow|US", "as_of", BLOCK) == dt.date(2026, 11, 15)
    assert value(plan, "Grow|US", "expected", BLOCK) == 0.5
    assert value(plan, "Grow|US", "why", BLOCK) == "the month is open: 2026-10 counts"


def test_what_is_typed_into_an_empty_row_is_an_objective_and_stays(
    shop: Shop, tmp_path: Path
) -> None:
    """Through refills of the file, next month and in the other language."""
    path = tmp_path / "scorecard.xlsx"
    blocks = blocks_of("kpi_scorecard")
    objective(shop)

    def refill(lang: str, period: Period = OCTOBER) -> Plan:
        wish = Request("kpi_scorecard", period=period.label(), lang=lang)
        fill(shop.context, wish, XlsxFile(path, blocks))
        return shop.plan_of(XlsxFile(path, blocks).read(), period, lang)

    empty = refill("en")
    slots = [r.key for r in empty.block(BLOCK).rows if r.key.startswith("#")]
    assert len(slots) == 3 and value(empty, "#1|*", "why", BLOCK) is None
    typed = {"objective": "More sales per spend", "kpi": "ROAS", "start": 3, "target": 5,
             "start_day": dt.date(2026, 10, 1), "due": dt.date(2026, 11, 30), "owner": "王敏"}
    Person(path, blocks).type_all({(BLOCK, "#2|*", name): said for name, said in typed.items()})
    for lang in ("en", "zh", "en"):
        plan = refill(lang)
        assert value(plan, "#2|*", "okr", BLOCK) == "More sales per spend"
        assert value(plan, "#2|*", "actual", BLOCK) == 4
        assert value(plan, "#2|*", "progress", BLOCK) == 0.5
        assert value(plan, "#2|*", "status:pace", BLOCK) == {"en": "● good", "zh": "● 正常"}[lang]
        assert differences(plan) == []
    assert [r.key for r in plan.block(BLOCK).rows][-1] == "#5|*"  # still three to type into
    assert not plan.unplaced


def test_a_changed_target_moves_everything_in_the_sheet(shop: Shop) -> None:
    plan = objective(shop)
    sheet = Sheet(plan, {(BLOCK, LESS, "target"): 0.25})
    assert sheet.value(BLOCK, LESS, "progress") == pytest.approx(1)
    sheet = Sheet(plan, {(BLOCK, LESS, "due"): dt.date(2026, 10, 31)})
    assert sheet.value(BLOCK, LESS, "pace_alarm") == 0.4
    assert sheet.value(BLOCK, LESS, "status:pace") == "▲ watch"


def test_a_table_s_objective_cannot_be_renamed_in_the_sheet(shop: Shop) -> None:
    plan = objective(shop)
    assert row(plan, LESS, BLOCK).closed == {"objective", "marketplace"}
    assert not row(plan, "#1|*", BLOCK).closed
