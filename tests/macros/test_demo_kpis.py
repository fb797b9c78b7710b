"""The store's answers equal the example's KPIs, which plain arithmetic made from its ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from macros import jobs
from sync.store.query import ask
from tests.conftest import Example
from workbook.answer import Facts, Group, Key, Question
from workbook.metrics import METRICS, get_metric
from workbook.model import Cell, Period, State, Unit, parse_period

CURRENCY = {"US": "USD", "DE": "EUR"}
TRADE = ("ordered_sales", "units_ordered", "order_items", "sessions", "page_views",
         "unit_session_percentage")
ADS = ("impressions", "clicks", "ad_spend", "ad_sales", "ad_orders", "ctr", "cpc", "acos", "roas",
       "ad_cvr")

# Our component -> the settlement lines that it is made of (`transaction/amount type/description`,
# a trailing slash for all descriptions). Tax is Amazon's own affair and the reserve only moves.
COMPONENTS: dict[str, tuple[str, ...]] = {
    "product_sales": ("Order/ItemPrice/Principal",),
    "shipping_credits": ("Order/ItemPrice/Shipping",),
    "promotions": ("Order/Promotion/",),
    "refunds": ("Refund/ItemPrice/Principal", "Refund/ItemPrice/Shipping", "Refund/Promotion/"),
    "referral_fees": ("Order/ItemFees/Commission", "Refund/ItemFees/"),
    "fba_fees": ("Order/ItemFees/FBAPerUnitFulfillmentFee",),
    "storage_fees": ("other-transaction/other-transaction/Storage Fee",),
    "other_fees": ("other-transaction/other-transaction/Subscription Fee",),
    "deal_fees": (),
    "reimbursements": (),
}
OUTSIDE = ("/ItemWithheldTax/", "/ItemPrice/Tax", "Reserve Amount")


def answers(
    example: Example, names: tuple[str, ...], periods: tuple[str, ...], by: tuple[str, ...] = ()
) -> Facts:
    """One question for several weeks at once."""
    question = Question(
        tuple(get_metric(n) for n in names), tuple(parse_period(p) for p in periods), by
    )
    context = example.context
    return ask(context.database, question, store="Northwind Home",
               declared=context.settings.of("Northwind Home"))


def cell(facts: Facts, name: str, market: str, week: str, key: Key = ()) -> Cell:
    return facts.cell(get_metric(name), Group(market, CURRENCY[market]), key, parse_period(week))


def agrees(found: Cell, expected: Any) -> bool:
    """Money to the cent, counts exactly, ratios to 1e-9, a blank only where a blank is meant."""
    if expected is None or found.value is None:
        return expected is None and found.value is None
    if isinstance(expected, str):
        return Decimal(str(found.value)) == Decimal(expected)
    if isinstance(expected, int):
        return found.value == expected
    return abs(float(found.value) - expected) <= 1e-9  # type: ignore[arg-type]


def wrong(pairs: list[tuple[Any, Cell, Any]]) -> list[str]:
    """What differs, for a person to read; also fails if nothing was compared."""
    assert pairs
    return [f"{where}: {found.value!r} ({found.note}), expected {expected!r}"
            for where, found, expected in pairs if not agrees(found, expected)]


@pytest.mark.parametrize("market", ["US", "DE"])
def test_each_week_of_a_marketplace(example: Example, market: str) -> None:
    weeks = example.kpis["marketplaces"][market]["weeks"]
    names = (*TRADE, *ADS, "tacos")
    facts = answers(example, names, tuple(weeks))
    assert len(weeks) == 26
    assert not wrong([((week, name), cell(facts, name, market, week), kpis[name])
                      for week, kpis in weeks.items() for name in names])


@pytest.mark.parametrize("market", ["US", "DE"])
def test_ratios_are_exactly_the_ratio_of_the_sums(example: Example, market: str) -> None:
    """Not only near the expected ratio, but the quotient of the two cells beside it."""
    weeks = tuple(example.kpis["marketplaces"][market]["weeks"])
    facts = answers(example, ("acos", "ad_spend", "ad_sales"), weeks)
    for week in weeks:
        spend, sales = (Decimal(str(cell(facts, n, market, week).value))
                        for n in ("ad_spend", "ad_sales"))
        assert cell(facts, "acos", market, week).value == float(spend / sales)


@pytest.mark.parametrize("market", ["US", "DE"])
def test_each_ad_type(example: Example, market: str) -> None:
    weeks = example.kpis["marketplaces"][market]["weeks"]
    facts = answers(example, ADS, tuple(weeks), ("ad_type",))
    pairs = [((week, kind, name), cell(facts, name, market, week, (kind,)), kpis[name])
             for week, found in weeks.items() for kind, kpis in found["by_ad_type"].items()
             for name in ADS]
    assert not wrong(pairs)


@pytest.mark.parametrize("market", ["US", "DE"])
def test_each_campaign_in_each_week(example: Example, market: str) -> None:
    weeks = example.kpis["marketplaces"][market]["campaign_weeks"]
    facts = answers(example, ADS, tuple(weeks), ("campaign",))
    pairs = [((week, campaign, name), cell(facts, name, market, week, (campaign,)), kpis[name])
             for week, found in weeks.items() for campaign, kpis in found.items()
             for name in ADS]
    assert not wrong(pairs)


@pytest.mark.parametrize("market", ["US", "DE"])
def test_each_asin_in_each_week(example: Example, market: str) -> None:
    """Only the weeks of which the person downloaded the report by item; the others are blank."""
    weeks = example.kpis["marketplaces"][market]["asin_weeks"]
    names = ("ordered_sales", "units_ordered", "sessions", "page_views")
    ads = ("ad_spend", "ad_sales")
    facts = answers(example, (*names, *ads), tuple(weeks), ("asin",))
    pairs, blank = [], 0
    for week, found in weeks.items():
        for asin, kpis in found.items():
            known = cell(facts, "units_ordered", market, week, (asin,)).value is not None
            blank += not known
            # An ASIN that no ad shows has spent nothing: 0 where the report covers the week.
            pairs += [((week, asin, name), cell(facts, name, market, week, (asin,)),
                       kpis[name] if kpis[name] is not None else "0.00") for name in ads]
            pairs += [((week, asin, name), cell(facts, name, market, week, (asin,)), kpis[name])
                      for name in names if known]
    assert not wrong(pairs)
    have = {week for week in weeks if cell(
        facts, "units_ordered", market, week, (next(iter(weeks[week])),)).value is not None}
    assert "2026-W46" in have and "2026-W45" in have
    assert blank == sum(len(found) for week, found in weeks.items() if week not in have)


# --- settlements ------------------------------------------------------------------------


@cache
def component(key: str) -> str:
    """The component of a settlement line, by the mapping above."""
    found = [name for name, starts in COMPONENTS.items()
             if any(key == s or (s.endswith("/") and key.startswith(s)) for s in starts)]
    if any(part in key for part in OUTSIDE):
        assert not found
        return ""
    assert len(found) == 1, key
    return found[0]


@pytest.mark.parametrize("market", ["US", "DE"])
def test_settlement_components_of_each_settled_week(example: Example, market: str) -> None:
    weeks = {week: kpis for week, kpis in example.kpis["marketplaces"][market]["weeks"].items()
             if kpis["settlement_lines"] is not None}
    assert len(weeks) >= 6
    facts = answers(example, (*COMPONENTS, "units_settled"), tuple(weeks))
    pairs = []
    for week, kpis in weeks.items():
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for key, amount in kpis["settlement_lines"].items():
            sums[component(key)] += Decimal(amount)
        pairs += [((week, name), cell(facts, name, market, week), str(sums[name]))
                  for name in COMPONENTS]
        pairs.append(((week, "units"), cell(facts, "units_settled", market, week),
                      kpis["units_settled"]))
    assert not wrong(pairs)


def test_a_week_that_no_settlement_covers_is_blank(example: Example) -> None:
    weeks = example.kpis["marketplaces"]["US"]["weeks"]
    open_weeks = tuple(week for week, kpis in weeks.items() if kpis["settlement_lines"] is None)
    facts = answers(example, ("product_sales",), open_weeks)
    assert open_weeks
    for week in open_weeks[:-1]:  # the first settlement begins inside the last of them
        found = cell(facts, "product_sales", "US", week)
        assert found.value is None and found.state is State.NO_DATA and found.note


@pytest.mark.parametrize("market", ["US", "DE"])
def test_contribution_is_the_sum_that_a_person_would_make(example: Example, market: str) -> None:
    """From the ledger alone: settled amounts, the costs valid on the day, ad spend."""
    ledger = example.ledger
    weeks = example.kpis["marketplaces"][market]["weeks"]
    settled = [week for week, kpis in weeks.items() if kpis["settlement_lines"] is not None]
    facts = answers(example, ("contribution", "cogs", "inbound_costs"), tuple(settled))
    seen = 0
    for week in settled:
        days = parse_period(week)
        cogs, freight, uncosted = goods(ledger, market, days)
        found = cell(facts, "contribution", market, week)
        if uncosted:
            assert found.value is None and f"no cost for {uncosted} settled units" in found.note
            continue
        seen += 1
        lines = {k: Decimal(v) for k, v in weeks[week]["settlement_lines"].items() if component(k)}
        spent = Decimal(weeks[week]["ad_spend"])
        total = sum(lines.values(), Decimal(0)) - cogs - freight - spent
        assert not wrong([(week, found, str(total)),
                          (week, cell(facts, "cogs", market, week), str(cogs)),
                          (week, cell(facts, "inbound_costs", market, week), str(freight))])
    assert seen


def goods(ledger: Any, market: str, days: Period) -> tuple[Decimal, Decimal, int]:
    """Cost of goods, freight and duty of the settled units, and how many of them have no cost."""
    cogs = freight = Decimal(0)
    uncosted = 0
    for settlement in (s for s in ledger.settlements if s.marketplace == market):
        for line in settlement.lines:
            sold = (line.transaction, line.amount_type, line.description)
            if sold != ("Order", "ItemPrice", "Principal") or line.posted.date() not in days:
                continue
            valid = [c for c in ledger.costs if c.sku == line.sku
                     and c.currency == CURRENCY[market] and c.valid_from <= line.posted.date()]
            if not valid:
                uncosted += line.units
                continue
            cost = max(valid, key=lambda c: c.valid_from)
            cogs += cost.unit_cost * line.units
            freight += (cost.freight + cost.duty) * line.units
    return cogs, freight, uncosted


# --- stock ------------------------------------------------------------------------------


@pytest.mark.parametrize("market", ["US", "DE"])
def test_stock_of_each_sku_on_the_last_day(example: Example, market: str) -> None:
    names = {"available_units": "fulfillable", "reserved_units": "reserved",
             "unsellable_units": "unsellable", "inbound_units": "inbound",
             "total_units": "total"}
    facts = answers(example, tuple(names), ("2026-W46",), ("sku",))
    stock = example.kpis["marketplaces"][market]["stock"]
    assert not wrong([((sku, ours), cell(facts, ours, market, "2026-W46", (sku,)), kpis[theirs])
                      for sku, kpis in stock.items() for ours, theirs in names.items()])


@pytest.mark.parametrize("market", ["US", "DE"])
def test_age_of_each_skus_stock(example: Example, market: str) -> None:
    ages = example.kpis["marketplaces"][market]["ages"]
    buckets = {"age_0_to_90_units": ("0-90",), "age_91_to_180_units": ("91-180",),
               "age_181_to_270_units": ("181-270",), "age_271_to_365_units": ("271-365",),
               "age_over_365_units": ("366-455", "456+")}
    facts = answers(example, ("aged_units",), ("2026-W46",), ("sku",))
    week = parse_period("2026-W46")
    group = Group(market, CURRENCY[market])
    for sku, kpis in ages.items():
        assert cell(facts, "aged_units", market, "2026-W46", (sku,)).value == kpis["over_181"], sku
        values = facts.values[group][(sku,)]
        for fact, bands in buckets.items():
            if (fact, week) in values:
                assert values[fact, week] == sum(kpis[band] for band in bands), (sku, fact)


def test_days_of_cover_and_units_a_day(example: Example) -> None:
    """Available units over the mean of the last 28 days, by SKU."""
    ledger = example.ledger
    facts = answers(example, ("daily_units", "days_of_cover", "available_units"), ("2026-W46",),
                    ("sku",))
    since = ledger.end - dt.timedelta(days=27)
    for market in ("US", "DE"):
        sold: dict[str, int] = defaultdict(int)
        for fact in ledger.days:
            if fact.marketplace == market and fact.day >= since:
                sold[fact.sku] += fact.units
        for sku, kpis in example.kpis["marketplaces"][market]["stock"].items():
            daily = cell(facts, "daily_units", market, "2026-W46", (sku,))
            cover = cell(facts, "days_of_cover", market, "2026-W46", (sku,))
            assert daily.value == pytest.approx(sold[sku] / 28, rel=1e-9)
            expected = kpis["fulfillable"] / (sold[sku] / 28) if sold[sku] else None
            assert cover.value == (None if expected is None else pytest.approx(expected, rel=1e-9))


# --- what is watched and typed ----------------------------------------------------------

LAST_DAYS = tuple(f"2026-11-{day:02d}" for day in range(9, 16))


def test_each_day_of_each_asin_of_the_last_week(example: Example) -> None:
    """From the daily reports by child item; the week is their sum."""
    sums: dict[tuple[str, str, str], list[Any]] = defaultdict(lambda: [Decimal(0), 0, 0])
    for fact in example.ledger.days:
        own = sums[fact.marketplace, str(fact.day), fact.asin]
        own[:] = [own[0] + fact.sales, own[1] + fact.units, own[2] + fact.sessions]
    names = ("ordered_sales", "units_ordered", "sessions")
    facts = answers(example, names, LAST_DAYS, ("asin",))
    pairs = [((*key, name), cell(facts, name, key[0], key[1], key[2:]), value)
             for key, own in sums.items() if key[1] in LAST_DAYS
             for name, value in zip(names, (str(own[0]), *own[1:]), strict=True)]
    assert len(pairs) > 7 * 60 * 3
    assert not wrong(pairs)


@pytest.mark.parametrize("market", ["US", "DE"])
def test_the_days_on_which_a_campaign_runs_out_of_budget(example: Example, market: str) -> None:
    facts = answers(example, ("budget_used", "budget"), LAST_DAYS, ("campaign",))
    group, found = Group(market, CURRENCY[market]), defaultdict(list)
    for (campaign,) in facts.values[group]:
        for day in LAST_DAYS:
            used = cell(facts, "budget_used", market, day, (campaign,)).value
            if isinstance(used, float) and used >= 1:
                found[campaign].append(day)
    assert found == example.kpis["marketplaces"][market]["run_outs"]
    if market == "US":
        (story,) = [s for s in example.kpis["story"] if s["kind"] == "budget_run_out"]
        budget = cell(facts, "budget", "US", LAST_DAYS[0], (story["campaign"],)).value
        assert budget == example.ledger.budget_changes[0].amount


def test_the_rank_of_each_keyword_on_each_day(example: Example) -> None:
    ranks = example.kpis["marketplaces"]["US"]["ranks"]
    facts = answers(example, ("keyword_rank",), tuple(ranks), ("asin", "keyword"))
    pairs = [((day, asin, keyword), cell(facts, "keyword_rank", "US", day, (asin, keyword)), rank)
             for day, asins in ranks.items() for asin, keywords in asins.items()
             for keyword, rank in keywords.items()]
    assert len(pairs) == 30 * 12
    assert not wrong(pairs)


@pytest.mark.parametrize("market", ["US", "DE"])
def test_each_listing_of_the_last_day(example: Example, market: str) -> None:
    listings = example.kpis["marketplaces"][market]["listings"]
    names = {"listing_price": "price", "sales_rank": "sales_rank", "rating": "rating",
             "rating_count": "rating_count"}
    facts = answers(example, tuple(names), LAST_DAYS[-1:], ("asin",))
    assert not wrong([((asin, ours), cell(facts, ours, market, LAST_DAYS[-1], (asin,)), own[theirs])
                      for asin, own in listings.items() for ours, theirs in names.items()])


def test_account_values_and_overhead_are_stored_as_typed(example: Example) -> None:
    with example.context.database.session() as con:
        values = con.execute("SELECT marketplace, day::VARCHAR, name, value "
                             "FROM s.account_values").fetchall()
        spent = con.execute("SELECT marketplace, strftime(month, '%Y-%m'), currency, sum(amount) "
                            "FROM s.overhead GROUP BY ALL").fetchall()
    found: dict[str, Any] = {"US": {}, "DE": {}}
    for market, day, name, value in values:
        found[market].setdefault(day, {})[name] = value
    overhead = {(market, month): (currency, amount) for market, month, currency, amount in spent}
    for market, kpis in example.kpis["marketplaces"].items():
        assert found[market] == kpis["account"]
        for month, own in kpis["months"].items():
            assert overhead[market, month] == (CURRENCY[market], Decimal(own["overhead"]))


@pytest.mark.parametrize("market", ["US", "DE"])
def test_contribution_of_each_whole_month(example: Example, market: str) -> None:
    months = example.kpis["marketplaces"][market]["months"]
    facts = answers(example, ("contribution",), tuple(months))
    assert not wrong([(month, cell(facts, "contribution", market, month), own["contribution"])
                      for month, own in months.items()])


# --- the same through the job that people call ------------------------------------------


def test_the_metrics_job_gives_the_same_numbers(example: Example) -> None:
    found = jobs.metrics(example.context, TRADE, period="2026-W46")
    weeks = {m: example.kpis["marketplaces"][m]["weeks"]["2026-W46"] for m in ("US", "DE")}
    for group, rows in found.groups:
        (row,) = rows
        assert not wrong([(name, c, weeks[group.marketplace][name])
                          for name, c in zip(TRADE, row.cells, strict=True)])


def test_a_day_without_an_order_is_a_zero_and_conversion_too(example: Example) -> None:
    day = next(s for s in example.kpis["story"] if s["kind"] == "no_sales_day")
    assert day["marketplace"] == "DE"
    names = ("ordered_sales", "units_ordered", "sessions", "unit_session_percentage")
    one = day["period"].split("..")[0]
    facts = answers(example, names, (one,))
    found = {name: cell(facts, name, "DE", one).value for name in names}
    assert found["ordered_sales"] == 0 and found["units_ordered"] == 0
    assert found["sessions"] > 0 and found["unit_session_percentage"] == 0


def test_money_of_two_currencies_never_meets(example: Example) -> None:
    facts = answers(example, ("ordered_sales",), ("2026-W46",))
    assert facts.groups() == [Group("DE", "EUR"), Group("US", "USD")]
    money = [m for m in METRICS.values() if m.unit is Unit.MONEY]
    assert all(cell(facts, "ordered_sales", m, "2026-W46").currency == CURRENCY[m]
               for m in CURRENCY) and money
