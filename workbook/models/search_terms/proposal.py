"""A proposal: one term of one ad group, what to do with it, and the evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbook.models.search_terms.nouns import (
    ASIN,
    EXACT,
    NEGATIVE_EXACT,
    Action,
    Decision,
    Money,
    Prior,
)
from workbook.models.search_terms.words import folded, is_asin
from workbook.notes import Note, joined


@dataclass(frozen=True, slots=True)
class Proposal:
    """One term of one ad group. Rates are fractions; None: not known.

    Attributes:
        targeting, match_type: the target that got most of the spend; `targets_terms` is how many
            terms of the ad group that target serves.
        probability: P(CVR < break-even CVR).
        cvr, lower_cvr: posterior mean; the bound above which CVR lies with 95 % (harvests only).
        clicks_needed: clicks without an order that rule out the break-even CVR by themselves.
        clicks_left: further clicks without an order until it is a negative.
        bid: proposed bid, for bid cuts and harvests: CVR x order value x target ACoS; for a
            negative that has sold the bid at which it would pay instead.
        at_stake: per week; the spend that is not expected to come back, for a harvest what it
            is expected to earn before other costs; None for `keep`.
        would_be: for a protected term what would else be proposed.
        protection: why it is protected, "" if it is not.
    """

    campaign: str
    ad_group: str
    term: str
    targeting: str
    match_type: str
    targets_terms: int
    impressions: int
    clicks: int
    spend: Money
    orders: int
    units: int
    sales: Money
    action: Action
    prior: Prior
    probability: float | None
    break_even_cvr: float | None
    cvr: float
    lower_cvr: float | None
    clicks_needed: int | None
    clicks_left: int | None
    order_value: float | None
    bid: Decimal | None
    at_stake: float | None
    is_exact_here: bool
    would_be: Action
    protection: Note

    @property
    def write_as(self) -> str:
        """How the decision is written: negativeExact, exact, or asin (a product target)."""
        if self.action is Action.BID_CUT:
            return self.match_type
        if is_asin(self.term):
            return ASIN
        return {Action.NEGATIVE: NEGATIVE_EXACT, Action.HARVEST: EXACT}.get(self.action, "")

    def decision(self) -> Decision | None:
        """The line to approve; None where nothing is to be done."""
        if self.action in (Action.KEEP, Action.PROTECTED):
            return None
        term = self.targeting if self.action is Action.BID_CUT else folded(self.term)
        bid = None if self.action is Action.NEGATIVE else self.bid
        return Decision(self.action, self.campaign, self.ad_group, term, self.write_as, bid)

    @property
    def evidence(self) -> Note:
        """Why, in both languages, with the numbers."""
        return joined([self._counts(), self._odds(), self._advice(), self.protection])

    def _counts(self) -> Note:
        return counted(self.clicks, self.orders, self.spend)

    def _odds(self) -> Note:
        if self.break_even_cvr is None and self.clicks:
            return Note("no order in the account yet: its order value is not known",
                        "账户尚无订单，客单价未知")
        return odds(self.probability, self.break_even_cvr,
                    None if self.orders else self.clicks_needed)

    def _advice(self) -> Note:
        action = self.would_be
        if action is Action.HARVEST and self.lower_cvr is not None:
            return Note(f"CVR {self.cvr:.1%}, with 95 % above {self.lower_cvr:.1%}",
                        f"转化率 {self.cvr:.1%}，95% 把握高于 {self.lower_cvr:.1%}")
        if action is Action.NEGATIVE:
            return joined([self._instead(), self._paused()])
        if action is Action.BID_CUT:
            return joined([self._left(), self._shared()])
        return self._left() if action is Action.KEEP and not self.orders else Note("", "")

    def _instead(self) -> Note:
        if self.bid is None:
            return Note("", "")
        return Note(f"it sells: at a bid of {self.bid} it would pay",
                    f"有出单：竞价降到 {self.bid} 即可达标")

    def _paused(self) -> Note:
        if not self.is_exact_here:
            return Note("", "")
        return Note("it is an exact keyword here: pause that as well",
                    "它是本组的精准关键词：请同时暂停该词")

    def _left(self) -> Note:
        if not self.clicks_left:
            return Note("", "")
        return Note(f"{_many(self.clicks_left, 'more click')} without an order until negative",
                    f"再有 {self.clicks_left} 次无单点击即可否定")

    def _shared(self) -> Note:
        others = self.targets_terms - 1
        if others < 1:
            return Note("", "")
        return Note(f"the bid of '{self.targeting}' also serves {_many(others, 'other term')}",
                    f"「{self.targeting}」的竞价还影响其他 {others} 个搜索词")


def counted(clicks: int, orders: int, spend: Money) -> Note:
    """The counts that everything follows from."""
    return Note(f"{_many(clicks, 'click')}, {_many(orders, 'order')}, spent {spend:,.2f}",
                f"{clicks} 次点击，{orders} 单，花费 {spend:,.2f}")


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def odds(probability: float | None, break_even: float | None, needed: int | None) -> Note:
    """P(CVR < break-even CVR) and the clicks that would prove it alone; empty if not known."""
    if probability is None or break_even is None:
        return Note("", "")
    en = f"P(CVR < break-even {break_even:.1%}) = {probability:.1%}"
    zh = f"转化率低于盈亏平衡 {break_even:.1%} 的概率 {probability:.1%}"
    if needed is not None:
        en += f"; {_many(needed, 'click')} without an order would prove it alone"
        zh += f"；单凭点击需 {needed} 次无单"
    return Note(en, zh)
