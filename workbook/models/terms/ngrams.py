"""The n-grams of the search-term review: words pooled over all its terms that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from workbook import formulas
from workbook.answer import Group
from workbook.model import Cell, State
from workbook.models import Given, Model
from workbook.models.search_terms import Action, NGram, Params, TermRow, ngrams
from workbook.models.search_terms.keys import key_of_words
from workbook.models.search_terms.nouns import AdGroup
from workbook.models.terms.ad_groups import place_name
from workbook.models.terms.evidence import bound
from workbook.models.terms.review import cents, proposed
from workbook.notes import said
from workbook.rows import Row

TERMS = "st_terms"


def _rows(given: Given) -> list[Row]:
    typed = {key for block, key, _ in given.typed if block == given.block.id}
    found: list[Row] = []
    for group in given.groups:
        terms = [row for row in given.rows[TERMS] if row.group == group]
        if not terms:
            continue
        rows = [_row(given, group, gram)
                for gram in ngrams(map(_term, terms), _params(given, group, terms)) if gram.clicks]
        rows.sort(key=lambda row: (
            row.value("action") != Action.NEGATIVE, row.key not in typed,
            -(row.number("at_stake") or 0), -(row.number("spend") or 0), row.key))
        for number, row in enumerate(rows, 1):
            row.cells["order"] = Cell(number)
        found += rows
    return found


def _term(row: Row) -> TermRow:
    """A term of the review as the row of a report, added up over its targets."""
    campaign, group, target, match, term = (
        str(row.value(name) or "")
        for name in ("campaign", "ad_group", "targeting", "match_type", "subject"))
    shown, clicks, orders, units = (
        int(row.number(name) or 0) for name in ("impressions", "clicks", "orders", "units"))
    spend, sales = (Decimal(str(row.value(name))) for name in ("spend", "sales"))
    return TermRow(campaign, group, target, match, term, shown, clicks, spend, orders, units, sales)


def _params(given: Given, group: Group, terms: Iterable[Row]) -> Params:
    """The parameters by which the terms were judged, as their rows say them."""
    break_even: dict[AdGroup, float] = {}
    target: dict[AdGroup, float] = {}
    launch: set[AdGroup] = set()
    for row in terms:
        place = str(row.value("campaign")), str(row.value("ad_group"))
        break_even[place] = row.number("break_even") or 0.0
        target[place] = row.number("target") or 0.0
        if row.value("in_launch"):
            launch.add(place)
    brands = str(row.value("brands") or "").split("\n")
    return Params(
        break_even_acos=break_even[place], target_acos=target[place], break_even_of=break_even,
        target_of=target, probability=bound(given, "search_term_negative", group.marketplace),
        minimum_orders=max(1, int(bound(given, "search_term_harvest", group.marketplace))),
        days=max(1, int(row.number("days") or 0)), launch_ad_groups=frozenset(launch),
        brand_terms=frozenset(filter(None, brands)))


def _row(given: Given, group: Group, gram: NGram) -> Row:
    row = Row(key_of_words(group.name, gram.words), group)
    spend, sales = cents(gram.spend), cents(gram.sales)
    assert spend is not None and sales is not None
    acos = float(spend) / float(sales) if sales else None
    row.cells = {
        "marketplace": Cell(group.marketplace), "words": Cell(gram.words),
        "severity": Cell(proposed(gram.action, given.lang)), "action": Cell(str(gram.action)),
        "would_be": Cell(str(gram.would_be)),
        **{name: Cell(getattr(gram, name)) for name in (
            "size", "terms", "clicks", "orders", "probability", "break_even_cvr")},
        "clicks_left": Cell(None if gram.orders else gram.clicks_left),
        "spend": Cell(spend, State.OK, group.currency),
        "sales": Cell(sales, State.OK, group.currency),
        "acos": formulas.ratio("spend", "sales", Cell(
            acos, State.NO_SALES if acos is None and spend else State.OK)),
        "cvr": formulas.ratio("orders", "clicks", Cell(gram.orders / gram.clicks)),
        "at_stake": Cell(cents(gram.at_stake), State.ESTIMATE, group.currency),
        "ad_groups": Cell(len(gram.places) or None),
        "places": Cell("\n".join(place_name(*place) for place in gram.places) or None),
        "why": Cell(said(gram.evidence, given.lang)),
    }
    return row


MODEL = Model(_rows, last=True)
