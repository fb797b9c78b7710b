"""The search-term review from report rows to proposals: at, above and below each bound."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Example
from tests.templates.terms import (
    CAMPAIGN,
    GROUP,
    WEEK,
    Line,
    Review,
    crowd,
    only,
    products,
    review,
    rows,
    settled,
    values,
)
from workbook.inputs import SEPARATOR
from workbook.models.search_terms.beta import probability_below
from workbook.models.search_terms.keys import key_of, key_of_words, parts_of

NEGATE, CUT, HARVEST, KEEP, PROTECTED = (
    "■ Negate", "▲ Cut the bid", "● Add as exact", "– Keep watching", "– Protected")
ACOS = 0.30  # the rule in these tests: an order may cost 7.50, break-even CVR is 10 %


# --- the bounds -----------------------------------------------------------------------------


def test_a_term_is_negated_from_the_probability_of_the_rule_on() -> None:
    with review(Line("junk", 45), *crowd()) as found:
        shown = found.term("junk", acos=ACOS)
        chance = shown["probability"]
        assert isinstance(chance, float) and 0.9 < chance < 1
        # The same from the prior that the sheet shows: Beta(m k, (1 - m) k + 45 clicks).
        mean, weight = float(shown["prior_cvr"]), float(shown["prior_clicks"])  # type: ignore[arg-type]
        assert shown["break_even_cvr"] == pytest.approx(0.10)
        assert chance == pytest.approx(float(
            probability_below(0.10, mean * weight, (1 - mean) * weight + 45)))
        for bound, proposal in ((chance - 1e-9, NEGATE), (chance, NEGATE), (chance + 1e-9, CUT)):
            row = found.term("junk", acos=ACOS, search_term_negative=bound)
            assert (row["severity"], row["probability"]) == (proposal, chance)


def test_clicks_still_needed_are_the_clicks_that_make_it_a_negative() -> None:
    with review(Line("junk", 30), *crowd()) as few:
        row = few.term("junk", acos=ACOS)
        left = row["clicks_left"]
    assert row["severity"] == CUT and isinstance(left, int) and left > 1
    for more, proposal in ((left - 1, CUT), (left, NEGATE)):
        with review(Line("junk", 30 + more), *crowd()) as found:
            assert found.term("junk", acos=ACOS)["severity"] == proposal


@pytest.mark.parametrize(("orders", "proposal"), [(1, KEEP), (2, HARVEST), (3, HARVEST)])
def test_two_orders_make_a_keyword(orders: int, proposal: str) -> None:
    with review(Line("best", 10, orders, spend="5"), *crowd()) as found:
        row = found.term("best", acos=ACOS)
    assert row["severity"] == proposal
    assert (row["lower_cvr"] is not None) == (proposal == HARVEST)


@pytest.mark.parametrize(("spend", "proposal"), [
    ("14.99", HARVEST), ("15.00", HARVEST), ("15.01", KEEP)])
def test_the_target_of_acos(spend: str, proposal: str) -> None:
    with review(Line("best", 20, 2, spend=spend), *crowd()) as found:  # sales of 50
        row = found.term("best", acos=ACOS)
    assert row["severity"] == proposal
    assert row["acos"] == pytest.approx(float(spend) / 50)


@pytest.mark.parametrize(("spend", "proposal"), [("7.49", KEEP), ("7.50", CUT), ("7.51", CUT)])
def test_the_cost_of_an_order_without_an_order_is_a_bid_cut(spend: str, proposal: str) -> None:
    with review(Line("new", 9, spend=spend), *crowd()) as found:
        row = found.term("new", acos=ACOS)
    assert row["severity"] == proposal
    if proposal == CUT:
        assert isinstance(row["proposed_bid"], Decimal)
        assert row["proposed_bid"] < Decimal(spend) / 9


def test_a_term_that_is_an_exact_keyword_is_not_harvested() -> None:
    with review(Line("best", 20, 5), Line("best", 1, target="best", match="EXACT", group="other"),
                *crowd()) as found:
        assert values(only(found.plan(acos=ACOS), "st_terms", subject="best", ad_group=GROUP)
                      )["severity"] == KEEP


# --- the days that count --------------------------------------------------------------------


def test_weeks_that_settle_still_are_left_out(example: Example) -> None:
    """Of the example store the last two weeks; the sheet says so and shows them as context."""
    found = plan_of_example(example)
    basis = only(found, "st_basis", marketplace="US", item="Days that count")
    assert values(basis)["words"] == "2026-08-10 to 2026-11-01, 84 days"
    left = values(only(found, "st_basis", marketplace="US", item="Weeks to know about"))
    assert left["words"] == ("left out, still settling: 2026-11-09..2026-11-15, "
                             "2026-11-02..2026-11-08")
    row = values(only(found, "st_terms", subject="free printable kitchen labels"))
    facts = [f for f in example.ledger.terms if f.term == row["subject"]]
    settled_ = [f for f in facts if dt.date(2026, 8, 10) <= f.day <= dt.date(2026, 11, 1)]
    week = [f for f in facts if f.day in WEEK]
    assert week and len(settled_) < len(facts)
    assert row["clicks"] == sum(f.clicks for f in settled_)
    assert row["spend"] == sum(f.spend for f in settled_)
    assert (row["week_clicks"], row["week_spend"]) == (
        sum(f.clicks for f in week), sum(f.spend for f in week))


def plan_of_example(example: Example, lang: str = "en"):  # type: ignore[no-untyped-def]
    from macros.fill import Request, plan_for
    from workbook.plan import State

    return plan_for(example.context, Request("search_term_review", period="2026-W46", lang=lang),
                    State())


@pytest.mark.parametrize(("days", "clicks"), [(7, 10), (13, 10), (14, 30), (105, 60)])
def test_the_rule_says_how_many_days_count(days: int, clicks: int) -> None:
    week = dt.timedelta(days=7)
    lines = [Line("term", count, day=WEEK.start - n * week)
             for n, count in enumerate((10, 20, 30))]
    with review(*lines, *crowd()) as found:
        assert found.term("term", acos=ACOS, search_term_window=days)["clicks"] == clicks


def test_a_week_without_a_report_is_named() -> None:
    early = WEEK.start - dt.timedelta(days=14)
    with review(*crowd()) as found:
        from tests.templates.terms import report

        found.store.put(report(Line("term", 10, day=early), last=early + dt.timedelta(days=6)))
        plan = found.plan(acos=ACOS)
    words = values(only(plan, "st_basis", item="Weeks to know about"))["words"]
    assert words == "left out, no report: 2026-11-02..2026-11-08"


# --- break-even -----------------------------------------------------------------------------


@pytest.mark.parametrize(("cost", "break_even"), [("40", 0.60), ("75", 0.25), ("120", 0.01)])
def test_break_even_comes_from_settlements_and_costs(cost: str, break_even: float) -> None:
    """Of the ad group's own SKU; the target never stands above it."""
    with review(Line("junk", 45), *crowd()) as found:
        settled(found.store, "100.00", cost)
        products(found.store, "5", ("SKU-1", "B0EX000001", "50"))
        plan = found.plan(acos=ACOS)
    row = values(only(plan, "st_terms", subject="junk"))
    assert row["break_even"] == pytest.approx(break_even)
    assert row["target"] == pytest.approx(min(ACOS, break_even))
    assert row["break_even_cvr"] == pytest.approx(0.75 / (break_even * 25))
    words = str(values(only(plan, "st_basis", item="Break-even ACoS"))["words"])
    assert "settlements" in words and "1 ad groups have their own" in words


def test_without_settlements_the_rule_counts_and_is_named() -> None:
    with review(Line("junk", 45), *crowd()) as found:
        plan = found.plan(acos=0.2)
    assert values(only(plan, "st_terms", subject="junk"))["break_even"] == pytest.approx(0.2)
    words = str(values(only(plan, "st_basis", item="Break-even ACoS"))["words"])
    assert "no settlements" in words


# --- what is protected ----------------------------------------------------------------------


def test_brands_launches_and_phrases_that_people_protect() -> None:
    with review(Line("acme mat", 90), Line("plain mat", 90), *crowd()) as found:
        assert found.term("acme mat", acos=ACOS)["severity"] == NEGATE
        products(found.store, "5", ("SKU-1", "B0EX000001", "50"))
        head = "sku,asin,owner,brand,life_stage\nSKU-1,B0EX000001,W,"
        found.store.put(f"{head}Acme,成熟期\n", "m.csv")
        plan = found.plan(acos=ACOS)
        acme = values(only(plan, "st_terms", subject="acme mat"))
        assert (acme["severity"], acme["action"]) == (PROTECTED, "protected")
        assert values(only(plan, "st_terms", subject="plain mat"))["severity"] == NEGATE
        told = values(only(plan, "st_protected"))
        assert (told["terms"], told["negatives"]) == (1, 1)
        assert told["protection"] == "protected: brand term 'acme'"
        found.typed["st_terms", key_of("US", CAMPAIGN, GROUP, "plain mat"), "decision"] = "保护"
        assert found.term("plain mat", acos=ACOS)["severity"] == PROTECTED
        found.typed.clear()
        found.store.put(f"{head},新品期\n", "m.csv")
        assert found.term("plain mat", acos=ACOS)["protection"] == "protected: in launch"


# --- n-grams --------------------------------------------------------------------------------


def test_words_that_prove_nothing_alone_are_pooled() -> None:
    lines = [Line(f"cheap thing{n}", 8) for n in range(9)]
    with review(*lines, *crowd()) as found:
        plan = found.plan(acos=ACOS)
    assert {row["severity"] for row in rows(plan, "st_terms")
            if str(row["subject"]).startswith("cheap")} == {KEEP}
    gram = values(only(plan, "st_ngrams", words="cheap"))
    assert (gram["severity"], gram["terms"], gram["clicks"]) == (NEGATE, 9, 72)
    assert gram["places"] == f"{CAMPAIGN} › {GROUP}" and gram["order"] == 1


# --- the order and the keys -----------------------------------------------------------------


def test_proposals_come_first_by_money_at_stake_then_what_people_typed() -> None:
    lines = (Line("junk", 90), Line("worse", 180), Line("quiet", 1), Line("small", 2))
    with review(*lines, *crowd()) as found:
        found.typed["st_terms", key_of("US", CAMPAIGN, GROUP, "quiet"), "note"] = "look"
        shown = rows(found.plan(acos=ACOS), "st_terms")
    order = [row["subject"] for row in shown]
    proposed = [row["subject"] for row in shown if row["severity"] != KEEP]
    assert order[: len(proposed)] == proposed and proposed[:2] == ["worse", "junk"]
    assert order[len(proposed)] == "quiet" and "small" in order[len(proposed) + 1 :]


NAMES = st.text(alphabet="aB|%*7C2A厨 -", max_size=8)


@given(NAMES, NAMES, NAMES.map(str.casefold))
def test_a_key_has_four_parts_and_gives_them_back(campaign: str, group: str, term: str) -> None:
    key = key_of("US", campaign, group, term)
    assert len(key.split(SEPARATOR)) == 4
    assert parts_of(key) == ("US", campaign, group, " ".join(term.split()))
    assert key != key_of_words("US", term)


def test_the_sheets_of_a_review_in_chinese_have_the_same_keys_and_numbers() -> None:
    with review(Line("junk", 90), Line("best", 20, 5), *crowd()) as found:
        en = found.plan(acos=ACOS)
        zh = Review(found.store, lang="zh").plan(acos=ACOS)
    for block in ("st_terms", "st_ngrams", "st_protected", "st_basis", "st_ad_groups"):
        pairs = zip(en.block(block).rows, zh.block(block).rows, strict=True)
        assert all(a.key == b.key for a, b in pairs)
    assert values(only(zh, "st_terms", subject="junk"))["severity"] == "■ 否定"
