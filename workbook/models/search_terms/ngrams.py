"""Runs of one to three words, pooled over all terms that hold them.

A word such as "cheap" may stand in a hundred terms of two clicks each: none of them proves
anything, together they do. Each term counts once for each n-gram, however often it holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from workbook.models.search_terms.beta import Floats
from workbook.models.search_terms.evidence import (
    Flags,
    Indices,
    Posterior,
    Priors,
    clicks_needed,
    moments,
    posterior,
    prior_of,
)
from workbook.models.search_terms.nouns import (
    NEGATIVE_PHRASE,
    Action,
    AdGroup,
    Decision,
    Params,
    TermRow,
)
from workbook.models.search_terms.proposal import counted, odds
from workbook.models.search_terms.review import (
    ROUNDING,
    Sums,
    Term,
    added_up,
    known,
    sums_of,
    whole,
)
from workbook.models.search_terms.words import folded, holds, is_asin
from workbook.notes import Note, joined

LONGEST = 3


@dataclass(frozen=True, slots=True)
class NGram:
    """One to three words that stand side by side in terms. Money is in the rows' currency.

    Attributes:
        terms: how many different terms hold it; the numbers are sums over all their rows.
        cvr, probability, break_even_cvr, clicks_needed, clicks_left: as in `Proposal`.
        at_stake: per week, the spend that is not expected to come back; None for `keep`.
        places: ad groups where it was shown and may be blocked (none in launch).
        would_be, protection: as in `Proposal`.
    """

    words: str
    size: int
    terms: int
    impressions: int
    clicks: int
    spend: float
    orders: int
    units: int
    sales: float
    action: Action
    probability: float | None
    break_even_cvr: float | None
    cvr: float
    clicks_needed: int | None
    clicks_left: int | None
    at_stake: float | None
    places: tuple[AdGroup, ...]
    would_be: Action
    protection: Note

    def decisions(self) -> list[Decision]:
        """A negative phrase for each ad group that showed it; none where nothing is to be done."""
        if self.action is not Action.NEGATIVE:
            return []
        return [Decision(self.action, campaign, ad_group, self.words, NEGATIVE_PHRASE)
                for campaign, ad_group in self.places]

    @property
    def evidence(self) -> Note:
        """Why, in both languages, with the numbers."""
        return joined([
            Note(f"{self.terms} terms", f"{self.terms} 个搜索词"),
            counted(self.clicks, self.orders, self.spend),
            odds(self.probability, self.break_even_cvr,
                 None if self.orders else self.clicks_needed), self.protection])


def grams(term: str) -> set[str]:
    """Every run of one to three words of a folded term, once.

    >>> sorted(grams("press press garlic"))
    ['garlic', 'press', 'press garlic', 'press press', 'press press garlic']
    """
    words = term.split()
    return {" ".join(words[start : start + size]) for size in range(1, LONGEST + 1)
            for start in range(len(words) - size + 1)}


@dataclass(frozen=True)
class _Pool:
    """Which n-gram stands in which term: two columns side by side, ordered by n-gram."""

    names: list[str]
    different: list[int]  # different terms of each n-gram
    gram: Indices
    term: Indices

    def sums(self, of_terms: Floats) -> Floats:
        sums = np.bincount(self.gram, of_terms[self.term], minlength=len(self.names))
        return sums.astype(np.float64)

    def members(self, gram: int) -> Indices:
        start, end = np.searchsorted(self.gram, [gram, gram + 1]).tolist()
        return self.term[start:end]


def ngrams(rows: Iterable[TermRow], params: Params, *, minimum_terms: int = 2) -> list[NGram]:
    """Every n-gram of at least so many different terms, most money at stake first.

    Negated (as a phrase) under the same rule as a term; the prior is that of the account's terms
    without it, the break-even CVR that of the ad groups it was shown in, weighted by their spend.
    It is `protected` where a phrase would block the brand, a launch, or a term that pays.
    ASIN terms have no words and are left out.
    """
    terms = added_up(rows)
    pool = _pooled(terms, minimum_terms)
    if not pool.names:
        return []
    sums = sums_of(terms, params)
    priors = _priors(pool, sums)
    clicks, orders, spend = (pool.sums(v) for v in (sums.clicks, sums.orders, sums.spend))
    due = pool.sums(sums.spend / sums.order_cost)  # orders that the spend had to bring
    with np.errstate(divide="ignore", invalid="ignore"):
        found = posterior(priors, clicks, orders, np.where(clicks > 0, due / clicks, np.nan))
        lost = spend - found.mean * clicks * (spend / due)
    negative = (due >= 1 - ROUNDING) & (found.below >= params.probability) & (found.break_even < 1)
    made = _made(terms, pool, found, negative, np.maximum(lost, 0) * 7 / params.days, params, sums)
    return sorted(made, key=lambda g: (g.at_stake or -1.0, g.spend), reverse=True)


def _pooled(terms: Sequence[Term], minimum: int) -> _Pool:
    held: dict[str, list[int]] = {}  # folded term -> its places among the terms
    for number, term in enumerate(terms):
        if not is_asin(term.term):
            held.setdefault(folded(term.term), []).append(number)
    different: dict[str, int] = {}
    for text in held:
        for gram in grams(text):
            different[gram] = different.get(gram, 0) + 1
    names = [gram for gram, number in different.items() if number >= minimum]
    numbers = {gram: number for number, gram in enumerate(names)}
    gram_at, term_at = [], []
    for text, places in held.items():
        own = [numbers[gram] for gram in grams(text) if gram in numbers]
        for place in places:
            gram_at += own
            term_at += [place] * len(own)
    gram_column = np.array(gram_at, dtype=np.int64)
    order = np.argsort(gram_column, kind="stable")
    return _Pool(names, [different[gram] for gram in names], gram_column[order],
                 np.array(term_at, dtype=np.int64)[order])


def _priors(pool: _Pool, sums: Sums) -> Priors:
    """From the account's terms that do not hold the n-gram."""
    parts = moments(sums.clicks, np.minimum(sums.orders, sums.clicks))
    k, n, x, squares, ratios = (part.sum() - pool.sums(part) for part in parts)
    mean, strength = prior_of(k, n, x, squares, ratios)
    return Priors(np.full(mean.shape, 2), mean, strength)


def _made(
    terms: Sequence[Term], pool: _Pool, found: Posterior, negative: Flags, lost: Floats,
    params: Params, sums: Sums,
) -> Iterable[NGram]:
    counts = [pool.sums(np.array([float(getattr(t, name)) for t in terms])).tolist()
              for name in ("impressions", "clicks", "spend", "orders", "units", "sales")]
    left = found.clicks_left(params.probability)
    target = np.array([params.target(t.place) for t in terms])
    pays = ((sums.orders >= params.minimum_orders) & (sums.sales > 0)
            & (sums.spend <= target * sums.sales * (1 + ROUNDING)))
    brands = tuple(sorted(folded(brand) for brand in params.brand_terms))
    for n, name in enumerate(pool.names):
        action = would_be = Action.NEGATIVE if negative[n] else Action.KEEP
        places: tuple[AdGroup, ...] = ()
        protection = _brand(name, brands)
        if would_be is Action.NEGATIVE:
            members = pool.members(n)
            places = tuple(sorted({terms[m].place for m in members
                                   if not params.in_launch(terms[m].place)}))
            protection = protection or _harm(terms, members[pays[members]], places)
        if protection:
            action, places = Action.PROTECTED, ()
        impressions, clicks, spend, orders, units, sales = (column[n] for column in counts)
        break_even = known(found.break_even[n])
        yield NGram(
            name, name.count(" ") + 1, pool.different[n], int(impressions), int(clicks), spend,
            int(orders), int(units), sales, action, known(found.below[n]), break_even,
            float(found.mean[n]),
            clicks_needed(break_even, params.probability) if break_even else None,
            whole(left[n]), float(lost[n]) if negative[n] else None, places, would_be, protection)


def _brand(name: str, brands: Sequence[str]) -> Note:
    """A phrase blocks the brand if it holds it or is a part of it."""
    for brand in brands:
        if brand and (holds(name, brand) or holds(brand, name)):
            return Note(f"protected: brand term '{brand}'", f"受保护：品牌词「{brand}」")
    return Note("", "")


def _harm(terms: Sequence[Term], paying: Indices, places: Sequence[AdGroup]) -> Note:
    """A phrase would block a term that pays, or there is only what is in launch."""
    if len(paying):
        term = terms[max(paying, key=lambda m: terms[m].orders)].term
        return Note(f"protected: '{term}' holds it and pays", f"受保护：包含它的「{term}」有效益")
    if not places:
        return Note("protected: in launch", "受保护：新品推广期")
    return Note("", "")
