"""Judges each term of each ad group by the evidence of its clicks; see `evidence` for the sums.

In this order:
- `harvest`: at least the minimum of orders, ACoS at or below target, and no exact keyword yet (an
  exact keyword that pays is kept).
- `negative`: P(CVR < break-even CVR) >= 0.95, and the term itself has spent the break-even cost of
  an order. Without the second, an ad group whose bids are too high would lose every term on the
  evidence of its neighbours. Where one click costs more than an order may (break-even CVR >= 1) no
  conversion would pay: that is a matter of the bid.
- `bid cut`: it has spent the break-even cost of an order without an order, and the bid that its
  expected CVR allows is below what its clicks cost now. Also an exact keyword that sells, but not
  enough for its price (it would be a negative): its bid is about this term alone.
- `keep`: nothing is proved.
A term of the own brand or in launch is `protected` whatever its figures; the evidence says what
would else be proposed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

from workbook.models.search_terms.beta import Floats
from workbook.models.search_terms.evidence import (
    LEVELS,
    Flags,
    Indices,
    Posterior,
    Priors,
    clicks_needed,
    order_values,
    posterior,
    priors_of,
)
from workbook.models.search_terms.nouns import (
    Action,
    AdGroup,
    Money,
    Params,
    Prior,
    TermRow,
)
from workbook.models.search_terms.proposal import Proposal
from workbook.models.search_terms.words import folded, is_asin, is_exact, named_brand
from workbook.notes import Note

ROUNDING = 1e-9  # an amount exactly at a bound is at the bound


@dataclass(slots=True)
class Term:
    """The rows of one term in one ad group, added up."""

    place: AdGroup
    term: str
    impressions: int = 0
    clicks: int = 0
    spend: Money = 0  # an int until the first row says whether money is Decimal or float
    orders: int = 0
    units: int = 0
    sales: Money = 0
    by_target: dict[tuple[str, str], Money] = field(default_factory=dict)

    def add(self, row: TermRow) -> None:
        self.impressions += row.impressions
        self.clicks += row.clicks
        self.spend += row.spend  # type: ignore[operator]  # one kind of money in all rows
        self.orders += row.orders
        self.units += row.units
        self.sales += row.sales  # type: ignore[operator]
        target = (row.targeting, row.match_type)
        self.by_target[target] = row.spend + self.by_target.get(target, 0)  # type: ignore[operator]

    @property
    def target(self) -> tuple[str, str]:
        """The target (text, match type) that got most of the spend."""
        return max(self.by_target, key=lambda target: self.by_target[target])

    @property
    def is_exact_keyword(self) -> bool:
        """Is the term itself an exact keyword of this ad group?"""
        return any(is_exact(kind) and folded(text) == folded(self.term)
                   for text, kind in self.by_target)


def added_up(rows: Iterable[TermRow]) -> list[Term]:
    """One `Term` a campaign, ad group and (folded) term, in the order of their first rows."""
    found: dict[tuple[str, str, str], Term] = {}
    for row in rows:
        key = (row.campaign, row.ad_group, folded(row.term))
        term = found.get(key)
        if term is None:
            term = found[key] = Term((row.campaign, row.ad_group), row.term)
        term.add(row)
    return list(found.values())


@dataclass(frozen=True)
class Sums:
    """Columns over terms: their numbers, the groups they lie in, their economics."""

    groups: list[Indices]
    clicks: Floats
    orders: Floats
    spend: Floats
    sales: Floats
    order_value: Floats
    break_even_acos: Floats

    @property
    def order_cost(self) -> Floats:
        """What ads may cost an order at break-even."""
        return self.break_even_acos * self.order_value

    @property
    def break_even_cvr(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.clicks > 0, self.spend / self.clicks / self.order_cost, np.nan)


def sums_of(terms: Sequence[Term], params: Params) -> Sums:
    groups = [_numbered(terms, key) for key in (
        lambda t: t.place, lambda t: t.place[0], lambda t: None)]
    clicks, orders, spend, sales = (
        np.array([float(getattr(t, name)) for t in terms])
        for name in ("clicks", "orders", "spend", "sales"))
    default = math.nan if params.order_value is None else float(params.order_value)
    return Sums(groups, clicks, orders, spend, sales,
                order_values(groups, orders, sales, default),
                np.array([params.break_even(t.place) for t in terms]))


def _numbered(
    terms: Sequence[Term], key: Callable[[Term], Hashable]
) -> Indices:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key(term), len(numbers)) for term in terms])


def review(rows: Iterable[TermRow], params: Params) -> list[Proposal]:
    """One proposal for each campaign, ad group and term, most money at stake first.

    Args:
        rows: of one marketplace, in one currency; all rows of the account, because the terms that
            need nothing are the prior of the others.
    """
    terms = added_up(rows)
    if not terms:
        return []
    sums = sums_of(terms, params)
    priors = priors_of(sums.groups, sums.clicks, sums.orders)
    found = posterior(priors, sums.clicks, sums.orders, sums.break_even_cvr)
    verdict = _judged(terms, sums, found, params)
    proposals = _proposals(terms, sums, priors, found, verdict, params)
    return sorted(proposals, key=lambda p: -math.inf if p.at_stake is None else p.at_stake,
                  reverse=True)


@dataclass(frozen=True, slots=True)
class _Verdict:
    actions: list[Action]
    bids: Floats  # what the expected CVR allows a click to cost
    stakes: Floats
    harvest: Flags


def _judged(terms: Sequence[Term], sums: Sums, found: Posterior, params: Params) -> _Verdict:
    target = np.array([params.target(t.place) for t in terms])
    exact = {folded(word) for word in params.exact_keywords} | {
        folded(text) for t in terms for text, kind in t.by_target if is_exact(kind)}
    there = np.array([folded(t.term) in exact or folded(f'asin="{t.term}"') in exact
                      or _is_product_target(t) for t in terms])
    pays = ((sums.orders >= params.minimum_orders) & (sums.sales > 0)
            & (sums.spend <= target * sums.sales * (1 + ROUNDING)))
    spent = sums.spend >= sums.order_cost * (1 - ROUNDING)
    bids = found.mean * sums.order_value * target
    with np.errstate(divide="ignore", invalid="ignore"):
        cheaper = bids < sums.spend / sums.clicks
    own = np.array([t.is_exact_keyword for t in terms]) & (sums.orders > 0)
    negative = spent & ~pays & (found.below >= params.probability) & (found.break_even < 1)
    cut = spent & cheaper & ((sums.orders == 0) | (negative & own))
    negative &= ~(cut & own)
    harvest = pays & ~there
    actions = np.select([harvest, negative, cut], [0, 1, 2], 3)
    names = (Action.HARVEST, Action.NEGATIVE, Action.BID_CUT, Action.KEEP)
    earned = found.mean * sums.clicks * sums.order_cost - sums.spend
    stakes = np.where(harvest, earned, -earned) * 7 / params.days
    return _Verdict([names[n] for n in actions], bids, np.maximum(stakes, 0), harvest)


def _is_product_target(term: Term) -> bool:
    """Is the term an ASIN that is itself a target here?"""
    return is_asin(term.term) and any(
        folded(term.term) in folded(text) for text, _ in term.by_target)


def _proposals(
    terms: Sequence[Term], sums: Sums, priors: Priors, found: Posterior, verdict: _Verdict,
    params: Params,
) -> Iterable[Proposal]:
    lower = found.lower(verdict.harvest)
    left = found.clicks_left(params.probability)
    brands = tuple(sorted(folded(brand) for brand in params.brand_terms))
    served: dict[tuple[AdGroup, tuple[str, str]], int] = {}
    for term in terms:
        for through in term.by_target:
            served[term.place, through] = served.get((term.place, through), 0) + 1
    for n, term in enumerate(terms):
        would_be = verdict.actions[n]
        protection = protected(term, brands, params)
        action = Action.PROTECTED if protection else would_be
        break_even = known(found.break_even[n])
        yield Proposal(
            *term.place, term.term, *(target := term.target), served[term.place, target],
            term.impressions, term.clicks, term.spend, term.orders, term.units, term.sales, action,
            Prior(LEVELS[priors.level[n]], float(priors.mean[n]), float(priors.strength[n])),
            known(found.below[n]), break_even, float(found.mean[n]), known(lower[n]),
            clicks_needed(break_even, params.probability) if break_even else None,
            whole(left[n]), known(sums.order_value[n]),
            _bid(verdict.bids[n], params.bid_step)
            if action in (Action.HARVEST, Action.BID_CUT)
            or (action is Action.NEGATIVE and term.orders) else None,
            None if would_be is Action.KEEP else float(verdict.stakes[n]),
            term.is_exact_keyword, would_be, protection,
        )


def protected(term: Term, brands: Sequence[str], params: Params) -> Note:
    """Why nothing may be done to the term; "" if nothing speaks against it."""
    if brand := named_brand(folded(term.term), brands):
        return Note(f"protected: brand term '{brand}'", f"受保护：品牌词「{brand}」")
    if params.in_launch(term.place):
        return Note("protected: in launch", "受保护：新品推广期")
    if term.term.strip().upper() in params.launch_asins:
        return Note("protected: an own product in launch", "受保护：自己的新品")
    return Note("", "")


def known(value: Any) -> float | None:
    """A number of an array; None where it is nan."""
    return None if math.isnan(value) else float(value)


def whole(value: Any) -> int | None:
    """A count of an array; None where it is nan."""
    return None if math.isnan(value) else int(value)


def _bid(value: float, step: Decimal) -> Decimal | None:
    """Rounded down to whole steps, at least one."""
    if math.isnan(value):
        return None
    steps = (Decimal(repr(float(value))) / step).to_integral_value(ROUND_FLOOR)
    return max(steps, Decimal(1)) * step
