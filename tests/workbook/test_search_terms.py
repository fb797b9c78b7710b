"""The review of search terms: the evidence rule of the domain, at, above and below each bound."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.errors import UsageError
from workbook.models.search_terms import ACTIONS, Action, Decision, Params, Proposal, TermRow
from workbook.models.search_terms import review as review_terms
from workbook.models.search_terms.beta import probability_below
from workbook.models.search_terms.evidence import clicks_needed, priors_of
from workbook.models.search_terms.words import holds, is_asin, is_exact
from workbook.notes import said

# An order brings 25 and may cost 7.50 of ads; at a CPC of 0.75 the break-even CVR is 10 %.
PARAMS = Params(break_even_acos=0.30, target_acos=0.25)
AOV, CPC = Decimal(25), Decimal("0.75")


def row(term: str, clicks: int, orders: int = 0, *, campaign: str = "C", ad_group: str = "A",
        targeting: str = "garlic press", match_type: str = "BROAD", cpc: Decimal = CPC,
        sales: Decimal | None = None) -> TermRow:
    return TermRow(campaign, ad_group, targeting, match_type, term, clicks * 20, clicks,
                   clicks * cpc, orders, orders, AOV * orders if sales is None else sales)


def crowd(clicks: int = 50, orders: int = 5, terms: int = 8, **where: str) -> list[TermRow]:
    """Other terms of the ad group; by default they convert at break-even, 10 %."""
    return [row(f"other {n}", clicks, orders, **where) for n in range(terms)]  # type: ignore[arg-type]


def reviewed(*rows: TermRow, params: Params = PARAMS, others: list[TermRow] | None = None,
             ) -> Proposal:
    """The proposal for the first row's term among other terms."""
    every = [*rows, *(crowd() if others is None else others)]
    return next(p for p in review_terms(every, params)
                if (p.campaign, p.ad_group, p.term) == (rows[0].campaign, rows[0].ad_group,
                                                         rows[0].term))


# --- the figures of the domain ------------------------------------------------------------


@pytest.mark.parametrize(("cvr", "clicks"), [(0.05, 59), (0.10, 29), (0.15, 19), (1.0, 1)])
def test_clicks_without_an_order_that_rule_out_a_cvr(cvr: float, clicks: int) -> None:
    assert clicks_needed(cvr) == clicks
    assert (1 - cvr) ** clicks <= 0.05
    assert clicks == 1 or (1 - cvr) ** (clicks - 1) > 0.05


def test_twenty_clicks_prove_nothing_about_a_term_of_five_percent() -> None:
    """A third of such terms has no order in 20 clicks; the rule of 20 clicks would negate them."""
    without = (np.random.default_rng(1).binomial(20, 0.05, 200_000) == 0).mean()
    assert without == pytest.approx(0.95**20, abs=0.005) == pytest.approx(0.36, abs=0.01)
    # 5 % is break-even at a CPC of 0.375; the other terms convert at 5 % as well.
    cheap = Decimal("0.375")
    others = [row(f"other {n}", 100, 5, cpc=cheap) for n in range(8)]
    assert reviewed(row("t", 20, cpc=cheap), others=others).action is Action.BID_CUT
    assert reviewed(row("t", 19, cpc=cheap), others=others).action is Action.KEEP


def test_break_even_cvr_is_cpc_over_what_an_order_may_cost() -> None:
    found = reviewed(row("t", 10))
    assert found.order_value == pytest.approx(25)
    assert found.break_even_cvr == pytest.approx(0.75 / (0.30 * 25)) == pytest.approx(0.10)
    assert found.clicks_needed == 29


def test_the_probability_is_that_of_a_simulated_posterior() -> None:
    found = reviewed(row("t", 40, 1))
    a, b = found.prior.mean * found.prior.strength, (1 - found.prior.mean) * found.prior.strength
    rng = np.random.default_rng(5)
    cvr = rng.beta(a, b, 2_000_000)
    kept = cvr[rng.binomial(40, cvr) == 1]  # the CVRs that bring one order in 40 clicks
    assert found.probability == pytest.approx((kept < 0.10).mean(), abs=0.005)
    assert found.cvr == pytest.approx(kept.mean(), abs=0.001)


# --- negative and bid cut -----------------------------------------------------------------


def first_negative(others: list[TermRow]) -> int:
    return next(n for n in range(1, 400)
                if reviewed(row("t", n), others=others).action is Action.NEGATIVE)


def test_negative_from_the_probability_on_and_not_a_click_before() -> None:
    others = crowd()
    clicks = first_negative(others)
    at, before = (reviewed(row("t", n), others=others) for n in (clicks, clicks - 1))
    assert at.probability and before.probability
    assert before.probability < 0.95 <= at.probability
    assert before.action is Action.BID_CUT and before.clicks_left == 1 and at.clicks_left == 0
    assert at.decision() == Decision(Action.NEGATIVE, "C", "A", "t", "negativeExact")


def test_a_prior_from_terms_that_sell_asks_for_more_clicks() -> None:
    well, usual, badly = (first_negative(crowd(orders=orders)) for orders in (8, 5, 2))
    assert well > usual > badly


def test_bid_cut_from_the_break_even_cost_of_an_order_on() -> None:
    """7.50 without an order: ten clicks of 0.75."""
    assert reviewed(row("t", 9)).action is Action.KEEP
    cut = reviewed(row("t", 10))
    assert cut.action is Action.BID_CUT
    worth = cut.cvr * 25 * 0.25
    assert cut.bid is not None and 0 <= worth - float(cut.bid) < 0.01 and cut.bid < CPC
    assert cut.decision() == Decision(
        Action.BID_CUT, "C", "A", "garlic press", "BROAD", cut.bid)
    assert reviewed(row("t", 10, 1)).action is Action.KEEP, "an order came"


def test_no_bid_cut_where_the_expected_conversion_still_pays_the_click() -> None:
    others = crowd(orders=20)  # 40 %: a click is worth 2.50
    found = reviewed(row("t", 10), others=others)
    assert found.cvr * 25 * 0.25 > 0.75 and found.action is Action.KEEP and found.bid is None


def test_neighbours_alone_prove_nothing() -> None:
    """In an ad group that does not pay, a term with little spend of its own is not negated."""
    others = crowd(orders=0) + crowd(campaign="D", ad_group="B")
    found = reviewed(row("t", 9), others=others)
    assert found.probability and found.probability >= 0.95 and found.action is Action.KEEP
    assert reviewed(row("t", 10), others=others).action is Action.NEGATIVE


def test_a_click_dearer_than_an_order_may_be_is_a_matter_of_the_bid() -> None:
    found = reviewed(row("t", 1, cpc=Decimal(8)))
    assert found.break_even_cvr and found.break_even_cvr > 1 and found.probability == 1
    assert found.action is Action.BID_CUT


def test_an_order_does_not_save_a_term_that_never_pays() -> None:
    found = reviewed(row("t", 120, 2))
    assert found.action is Action.NEGATIVE and found.orders == 2
    decision = found.decision()
    assert decision and decision.bid is None, "the bid is only for the person to choose instead"
    assert f"at a bid of {found.bid} it would pay" in found.evidence
    assert "有出单" in found.evidence.zh
    assert found.bid is not None and 0 <= found.cvr * 25 * 0.25 - float(found.bid) < 0.01


def test_an_exact_keyword_that_sells_too_dearly_gets_another_bid() -> None:
    """Its bid is about this term alone; a keyword that never sold is negated and paused."""
    own = {"targeting": "t", "match_type": "EXACT"}
    found = reviewed(row("t", 120, 2, **own))  # type: ignore[arg-type]
    assert found.probability and found.probability >= 0.95 and found.action is Action.BID_CUT
    assert found.bid is not None and found.bid < CPC
    assert reviewed(row("t", 120, 0, **own)).action is Action.NEGATIVE  # type: ignore[arg-type]


def test_each_ad_group_has_its_own_break_even() -> None:
    clicks = first_negative(crowd())
    generous = Params(0.30, 0.25, break_even_of={("C", "A"): 0.60})
    assert reviewed(row("t", clicks), params=generous).action is not Action.NEGATIVE


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300), st.integers(0, 6), st.integers(0, 12))
def test_more_clicks_without_an_order_never_speak_for_a_term(
    clicks: int, orders: int, of_others: int
) -> None:
    others = crowd(orders=of_others)
    less, more = (reviewed(row("t", n, min(orders, clicks)), others=others)
                  for n in (clicks, clicks + 1))
    if less.probability is not None and more.probability is not None and not orders:
        assert more.probability >= less.probability - 1e-12
    assert more.cvr <= less.cvr + 1e-12


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 6)), min_size=2, max_size=12),
       st.sampled_from([2, 8, 128]))
def test_a_change_of_currency_changes_no_decision(
    terms: list[tuple[int, int]], factor: int
) -> None:
    rows = [row(f"t{n}", clicks, min(clicks, orders)) for n, (clicks, orders) in enumerate(terms)]
    dear = [row(r.term, r.clicks, r.orders, cpc=CPC * factor, sales=r.sales * factor)  # type: ignore[operator]
            for r in rows]
    ours = {p.term: (p.action, p.probability, p.clicks_left) for p in review_terms(rows, PARAMS)}
    theirs = {p.term: (p.action, p.probability, p.clicks_left) for p in review_terms(dear, PARAMS)}
    assert ours == theirs


# --- harvest ------------------------------------------------------------------------------


def test_harvest_from_two_orders_on_at_the_target() -> None:
    """Two orders bring 50; at a target of 25 % they may cost 12.50."""
    at = reviewed(row("new term", 10, 2, cpc=Decimal("1.25")))
    assert at.action is Action.HARVEST and at.spend / at.sales == 0.25
    assert reviewed(row("new term", 10, 2, cpc=Decimal("1.26"))).action is not Action.HARVEST
    assert reviewed(row("new term", 10, 1, cpc=Decimal("0.5"))).action is not Action.HARVEST
    decision = at.decision()
    assert decision and (decision.term, decision.match_type) == ("new term", "exact")


def test_the_lower_bound_of_a_harvest_holds_with_95_percent() -> None:
    found = reviewed(row("new term", 20, 6))
    a = found.prior.mean * found.prior.strength + 6
    b = (1 - found.prior.mean) * found.prior.strength + 14
    assert found.lower_cvr is not None
    assert probability_below(found.lower_cvr, a, b) == pytest.approx(0.05, abs=1e-9)
    assert found.bid is not None and 0 <= found.cvr * 25 * 0.25 - float(found.bid) < 0.01


@pytest.mark.parametrize("match_type", ["EXACT", "精准匹配", "完全一致", "Genau passend"])
def test_an_exact_keyword_of_the_account_is_not_harvested(match_type: str) -> None:
    there = row("New  Term", 3, 0, campaign="D", targeting="new term", match_type=match_type)
    assert reviewed(row("new term", 20, 4), there).action is Action.KEEP
    known = Params(0.30, 0.25, exact_keywords=frozenset({"NEW TERM"}))
    assert reviewed(row("new term", 20, 4), params=known).action is Action.KEEP
    assert is_exact(match_type) and not is_exact("BROAD")


def test_a_product_that_is_already_a_target_is_not_harvested() -> None:
    asin = "b0ex000007"
    assert reviewed(row(asin, 20, 4)).write_as == "asin"
    target = row(asin, 20, 4, targeting='asin="B0EX000007"', match_type="-")
    assert reviewed(target).action is Action.KEEP


# --- protection and products --------------------------------------------------------------


@pytest.mark.parametrize("params", [
    Params(0.30, 0.25, brand_terms=frozenset({"ACME"})),
    Params(0.30, 0.25, launch_ad_groups=frozenset({("C", "A")})),
    Params(0.30, 0.25, launch_ad_groups=frozenset({("C", "")})),
    Params(0.30, 0.25, launch_asins=frozenset({"B0EX000001"}),
           advertised={("C", "A"): frozenset({"B0EX000001", "B0EX000002"})}),
])
def test_the_protected_is_never_proposed(params: Params) -> None:
    rows = [row("acme press", 300), row("acme tool", 12), row("acme good", 20, 6)]
    for term in rows:
        found = reviewed(term, params=params)
        assert found.action is Action.PROTECTED and found.decision() is None and found.bid is None
        assert found.protection and found.protection.zh != str(found.protection)
    assert reviewed(rows[0], params=params).would_be is Action.NEGATIVE


def test_what_a_brand_term_is() -> None:
    assert holds("buy acme press", "acme press") and not holds("acmes press", "acme")
    assert holds("不锈钢蒜压", "蒜压")
    brand = Params(0.30, 0.25, brand_terms=frozenset({"acme"}))
    assert reviewed(row("pacmeman", 300), params=brand).action is Action.NEGATIVE


def test_an_asin_becomes_a_negative_product_target() -> None:
    found = reviewed(row("B0EX000009", 300))
    decision = found.decision()
    assert found.action is Action.NEGATIVE and decision and decision.match_type == "asin"
    assert is_asin("b0ex000009") and not is_asin("b0ex00009") and not is_asin("b0ex 00009")


# --- where the prior comes from -----------------------------------------------------------


def test_the_prior_is_that_of_the_others_and_falls_back() -> None:
    alone = reviewed(row("t", 40), others=[])
    assert alone.prior.level == "account" and alone.break_even_cvr is None
    other = crowd(campaign="C", ad_group="B") + crowd(orders=10, campaign="D", ad_group="A")
    assert reviewed(row("t", 40), others=crowd() + other).prior.level == "ad group"
    campaign = reviewed(row("t", 40), others=other).prior
    assert campaign.level == "campaign" and campaign.mean == pytest.approx(40.5 / 401)
    account = reviewed(row("t", 40), others=crowd(orders=10, campaign="D")).prior
    assert account.level == "account" and account.mean == pytest.approx(80.5 / 401)


def test_the_term_itself_is_no_part_of_its_prior() -> None:
    priors = {reviewed(row("t", n, n // 2)).prior for n in (10, 50, 400)}
    assert len(priors) == 1


@pytest.mark.parametrize(("a", "b"), [(1.0, 9.0), (3.0, 27.0)])
def test_the_method_of_moments_finds_how_much_terms_differ(a: float, b: float) -> None:
    """The prior's weight in orders is a: terms drawn from Beta(a, b)."""
    rng = np.random.default_rng(2)
    clicks = rng.integers(20, 200, 4000).astype(float)
    orders = rng.binomial(clicks.astype(int), rng.beta(a, b, 4000)).astype(float)
    one = np.zeros(4000, dtype=np.int64)
    priors = priors_of([one, one, one], clicks, orders)
    assert (priors.mean * priors.strength).mean() == pytest.approx(a, rel=0.15)
    assert priors.mean.mean() == pytest.approx(0.1, rel=0.1)


# --- rows, words, errors ------------------------------------------------------------------


def test_rows_of_a_term_add_up_and_the_dearest_target_is_named() -> None:
    found = reviewed(row("t", 4), row("T ", 9, targeting="press", match_type="PHRASE"))
    assert (found.clicks, found.spend, found.impressions) == (13, CPC * 13, 260)
    assert (found.targeting, found.match_type) == ("press", "PHRASE")


def test_money_at_stake_is_per_week_and_orders_the_list() -> None:
    rows = [row("t", 60), row("u", 200), *crowd()]
    week, month = (review_terms(rows, Params(0.30, 0.25, days=days)) for days in (7, 28))
    assert [p.term for p in week[:2]] == ["u", "t"]
    first = week[0]
    assert first.at_stake == pytest.approx(float(first.spend) - first.cvr * 200 * 7.5)
    assert month[0].at_stake == pytest.approx(first.at_stake / 4)


def test_without_any_order_the_order_value_can_be_given() -> None:
    none = reviewed(row("t", 50), others=[])
    assert none.action is Action.KEEP and none.probability is None and none.order_value is None
    assert "order value is not known" in none.evidence and "客单价未知" in none.evidence.zh
    given_ = reviewed(row("t", 300), others=[], params=Params(0.30, 0.25, order_value=AOV))
    assert given_.action is Action.NEGATIVE and given_.break_even_cvr == pytest.approx(0.1)


def test_no_rows_and_no_clicks() -> None:
    assert review_terms([], PARAMS) == []
    found = reviewed(row("t", 0))
    assert found.action is Action.KEEP and found.probability is None and found.clicks_left is None


def test_more_orders_than_clicks() -> None:
    """One click can bring two orders: no click converts more than once."""
    found = reviewed(row("t", 3, 5))
    assert found.orders == 5 and found.cvr == reviewed(row("t", 3, 3)).cvr


def test_evidence_in_both_languages_with_its_numbers() -> None:
    cut = reviewed(row("t", 10))
    assert said(cut.evidence, "en").startswith("10 clicks, 0 orders, spent 7.50; P(CVR < break-")
    assert f"{cut.clicks_left} more clicks without an order until negative" in cut.evidence
    assert "also serves 8 other terms" in cut.evidence
    assert said(cut.evidence, "zh").startswith("10 次点击，0 单，花费 7.50；转化率低于盈亏平衡")
    assert f"再有 {cut.clicks_left} 次无单点击即可否定" in cut.evidence.zh
    assert reviewed(row("t", 1, 1)).evidence.startswith("1 click, 1 order, spent 0.75")
    own = reviewed(row("t", 300, targeting="t", match_type="EXACT"))
    assert "pause" in own.evidence and "暂停" in own.evidence.zh
    harvest = reviewed(row("t", 20, 5))
    assert "with 95 % above" in harvest.evidence and "95% 把握" in harvest.evidence.zh
    assert all(label.en and label.zh for label in ACTIONS.values()) and set(ACTIONS) == set(Action)


@pytest.mark.parametrize(("words", "problem"), [
    ({"break_even_acos": 30, "target_acos": 0.25}, "break-even ACoS of 30"),
    ({"break_even_acos": 0.3, "target_acos": 0.0}, "target ACoS of 0.0"),
    ({"break_even_acos": 0.3, "target_acos": 0.25, "probability": 0.5}, "probability of 0.5"),
    ({"break_even_acos": 0.3, "target_acos": 0.25, "days": 0}, "at least one"),
])
def test_parameters_that_cannot_be(words: dict[str, float], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        Params(**words)  # type: ignore[arg-type]
    assert problem in caught.value.what and caught.value.where and caught.value.do


def test_bids_are_whole_steps_and_never_nothing() -> None:
    yen = Params(0.30, 0.25, bid_step=Decimal(1))
    assert reviewed(row("t", 10), params=yen).bid == 1
