"""N-grams: pooled over terms, judged by the same rule, never against brand, launch or winners."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.models.search_terms import Action, Decision, NGram, Params, TermRow, ngrams, review
from workbook.models.search_terms.ngrams import grams

PARAMS = Params(break_even_acos=0.30, target_acos=0.25)


def row(term: str, clicks: int, orders: int = 0, campaign: str = "C", ad_group: str = "A",
        ) -> TermRow:
    return TermRow(campaign, ad_group, "kw", "BROAD", term, clicks * 10, clicks,
                   clicks * Decimal("0.75"), orders, orders, Decimal(25) * orders)


GOOD = [row(f"good {n}", 50, 5) for n in range(8)]
CHEAP = [row(f"cheap word{n}", 3) for n in range(30)]


def named(words: str, rows: list[TermRow], params: Params = PARAMS, **options: int) -> NGram:
    return next(g for g in ngrams(rows, params, **options) if g.words == words)


def test_thin_terms_prove_together_what_none_proves_alone() -> None:
    rows = GOOD + CHEAP
    assert not any(p.action is Action.NEGATIVE for p in review(rows, PARAMS))
    found = named("cheap", rows)
    assert (found.terms, found.clicks, found.orders, found.spend) == (30, 90, 0, 67.5)
    assert found.action is Action.NEGATIVE and found.break_even_cvr == pytest.approx(0.1)
    assert found.decisions() == [Decision(Action.NEGATIVE, "C", "A", "cheap", "negativePhrase")]
    assert ngrams(rows, PARAMS)[0] is not None and ngrams(rows, PARAMS)[0].words == "cheap"


def test_the_prior_is_that_of_the_terms_without_it() -> None:
    """They are alike (no spread): the belief weighs five orders at their mean."""
    mean = 40.5 / 401
    assert named("cheap", GOOD + CHEAP).cvr == pytest.approx(5 / (5 / mean + 90))


def test_few_clicks_stay_below_the_bound() -> None:
    few = named("cheap", GOOD + CHEAP[:5])
    assert few.probability and few.probability < 0.95 and few.action is Action.KEEP
    assert few.at_stake is None and few.decisions() == []


def test_what_has_not_spent_an_order_is_not_blocked_for_its_neighbours() -> None:
    """In an account that hardly sells anything is probably below break-even."""
    bad = [row(f"bad {n}", 400, 1) for n in range(8)]
    found = named("cheap", bad + CHEAP[:3])
    assert found.clicks == 9 and found.probability and found.probability >= 0.95
    assert found.action is Action.KEEP
    assert named("cheap", bad + CHEAP[:4]).action is Action.NEGATIVE


def test_one_to_three_words_each_once() -> None:
    assert grams("a b c d") == {"a", "b", "c", "d", "a b", "b c", "c d", "a b c", "b c d"}
    found = named("pan", [row("pan lid pan", 5), row("pan", 2)])
    assert (found.terms, found.clicks, found.size) == (2, 7, 1)


word = st.sampled_from(["red", "blue", "pan", "lid", "set"])
terms = st.lists(
    st.tuples(st.lists(word, min_size=1, max_size=5), st.integers(0, 50), st.integers(0, 5),
              st.sampled_from(["A", "B"])), min_size=1, max_size=15)


@settings(deadline=None, max_examples=50)
@given(terms)
def test_pooled_sums_are_the_sums_of_the_terms(
    drawn: list[tuple[list[str], int, int, str]]
) -> None:
    rows = [row(" ".join(words), clicks, min(orders, clicks), "C", group)
            for words, clicks, orders, group in drawn]
    for found in ngrams(rows, PARAMS, minimum_terms=1):
        held = [r for r in rows if f" {found.words} " in f" {r.term} "]
        assert found.terms == len({r.term for r in held})
        for name in ("impressions", "clicks", "orders", "units"):
            assert getattr(found, name) == sum(getattr(r, name) for r in held)
        assert found.spend == pytest.approx(float(sum(r.spend for r in held)))
        assert found.sales == pytest.approx(float(sum(r.sales for r in held)))


def test_a_single_term_is_no_ngram_and_an_asin_has_no_words() -> None:
    rows = [row("lonely", 300), row("b0ex000001", 10), row("B0EX000001 ", 10)]
    assert ngrams(rows, PARAMS) == []


def test_a_phrase_never_blocks_the_brand() -> None:
    brand = Params(0.30, 0.25, brand_terms=frozenset({"cheap chef"}))
    rows = GOOD + CHEAP + [row("cheap chef pan", 40), row("cheap chef lid", 40)]
    for words in ("cheap", "chef", "cheap chef"):
        found = named(words, rows, brand)
        assert found.action is Action.PROTECTED and found.would_be is Action.NEGATIVE
        assert found.decisions() == [] and "品牌词" in found.evidence.zh


def test_a_phrase_never_blocks_a_term_that_pays() -> None:
    found = named("cheap", GOOD + CHEAP * 2 + [row("cheap winner", 10, 3)])
    assert found.would_be is Action.NEGATIVE and found.action is Action.PROTECTED
    assert "'cheap winner' holds it and pays" in found.evidence


def test_ad_groups_in_launch_are_left_alone() -> None:
    elsewhere = [row(r.term, 3, 0, "D", "B") for r in CHEAP]
    launch = Params(0.30, 0.25, launch_ad_groups=frozenset({("C", "A")}))
    assert named("cheap", GOOD + CHEAP + elsewhere, launch).places == (("D", "B"),)
    only = named("cheap", GOOD + CHEAP, launch)
    assert only.action is Action.PROTECTED and "launch" in only.evidence


def test_evidence_in_both_languages() -> None:
    found = named("cheap", GOOD + CHEAP)
    assert found.evidence.startswith("30 terms; 90 clicks, 0 orders, spent 67.50; P(CVR < br")
    assert found.evidence.zh.startswith("30 个搜索词；90 次点击，0 单，花费 67.50；转化率低于")


def test_no_rows() -> None:
    assert ngrams([], PARAMS) == []
