"""The terms of the search-term review: each with its evidence, a proposal and the money at stake.

The other tables of the review are made from these rows; they carry more cells than are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from workbook import formulas
from workbook.answer import Group
from workbook.looks import SYMBOLS
from workbook.metrics import get_metric
from workbook.model import Cell, State, Status
from workbook.models import Given, Model
from workbook.models.search_terms import ACTIONS, Action, Params, Proposal, TermRow, review
from workbook.models.search_terms.keys import key_of, parts_of
from workbook.models.search_terms.words import folded
from workbook.models.terms.evidence import (
    LEAST,
    Economics,
    Window,
    asks,
    bound,
    economics,
    term_rows,
    window_of,
)
from workbook.notes import Note, said
from workbook.rows import Row

PROTECT = "protect"
SIGNS = {Action.NEGATIVE: Status.BAD, Action.BID_CUT: Status.WATCH, Action.HARVEST: Status.GOOD,
         Action.PROTECTED: Status.NONE, Action.KEEP: Status.NONE}
WEEK = {"week_clicks": "clicks", "week_spend": "ad_spend", "week_orders": "ad_orders"}
WITHOUT_CENTS = frozenset({"JPY"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What the terms of one marketplace were judged by, and in which words to name it."""

    window: Window
    params: Params
    break_even: Note
    typed: frozenset[str]  # phrases that people protected


def basis_of(given: Given, group: Group) -> Basis:
    """Window and parameters of a marketplace, from rules, settlements, products and decisions."""
    window, market = window_of(given, group), group.marketplace
    found = economics(given, group, window.weeks)
    typed = frozenset(_protected_by_people(given, group))
    target = bound(given, "acos", market)
    break_even, source = found.break_even, found.source
    if break_even is None:
        break_even = target
        source = Note("rule `acos`: no settlements with costs", "规则 acos：没有带成本的结算")
    target, break_even = max(target, LEAST), max(break_even, LEAST)
    params = Params(
        break_even_acos=break_even, target_acos=min(target, break_even),
        break_even_of=found.of_groups,  # a target above break-even would buy sales at a loss
        target_of={place: min(target, own) for place, own in found.of_groups.items()},
        probability=bound(given, "search_term_negative", market),
        minimum_orders=max(1, int(bound(given, "search_term_harvest", market))),
        days=max(window.days, 1), brand_terms=_brands(found) | typed,
        launch_asins=frozenset(found.launches),
        advertised={place: frozenset(asins) for place, asins in found.advertised.items()},
        bid_step=Decimal(1) if group.currency in WITHOUT_CENTS else Decimal("0.01"))
    return Basis(window, params, source, typed)


def _brands(found: Economics) -> frozenset[str]:
    return frozenset(folded(brand) for brand in found.brands)


def _protected_by_people(given: Given, group: Group) -> Iterable[str]:
    """The phrases on whose row somebody typed `protect`."""
    for key, said_of in given.known.of_topic("decisions").items():
        market, _, _, term = parts_of(key)
        if market == group.name and said_of.get("decision") and (
                said_of["decision"].value == PROTECT):
            yield term


def _rows(given: Given) -> list[Row]:
    typed = {key for block, key, _ in given.typed if block == given.block.id}
    found: list[Row] = []
    for group in given.groups:
        basis = basis_of(given, group)
        week = _this_week(given, group)
        rows = [_row(given, group, basis, proposal, week) for proposal in review(
            term_rows(given.facts["terms"], group, basis.window.weeks), basis.params)]
        rows.sort(key=lambda row: (_place(row, typed), -(row.number("at_stake") or 0),
                                   -(row.number("spend") or 0), row.key))
        for number, row in enumerate(rows, 1):
            row.cells["order"] = Cell(number)
        found += rows
    return found


def _place(row: Row, typed: set[str]) -> int:
    """What is proposed first, then what somebody has typed about, then the rest."""
    if row.value("action") not in (Action.KEEP, Action.PROTECTED):
        return 0
    if row.value("would_be") != Action.KEEP:
        return 1
    return 2 if row.key in typed else 3


@dataclass(frozen=True, slots=True)
class _Week:
    """What each term had in the sheet's own week, which is still settling.

    `known`: how well each number is known, by field; blank where no report covers the week.
    """

    terms: Mapping[tuple[str, str, str], list[TermRow]]
    known: Mapping[str, Cell]


def _this_week(given: Given, group: Group) -> _Week:
    found: dict[tuple[str, str, str], list[TermRow]] = {}
    for row in term_rows(given.facts["terms"], group, (given.period,)):
        found.setdefault((row.campaign, row.ad_group, folded(row.term)), []).append(row)
    known = {name: given.facts["terms"].cell(get_metric(metric), group, (), given.period)
             for name, metric in WEEK.items()}
    return _Week(found, known)


def _row(given: Given, group: Group, basis: Basis, found: Proposal, week: _Week) -> Row:
    row = Row(key_of(group.name, found.campaign, found.ad_group, found.term), group)
    place = (found.campaign, found.ad_group)
    numbers = {"spend": found.spend, "sales": found.sales, "proposed_bid": found.bid,
               "order_value": cents(found.order_value)}
    row.cells = {
        "marketplace": Cell(group.marketplace),
        "severity": Cell(proposed(found.action, given.lang)),
        "subject": Cell(found.term), "what": Cell(found.campaign),
        "ad_group": Cell(found.ad_group), "why": Cell(said(found.evidence, given.lang)),
        **{name: Cell(value, State.OK, group.currency) for name, value in numbers.items()},
        "at_stake": Cell(cents(found.at_stake), State.ESTIMATE, group.currency),
        **{name: Cell(getattr(found, name)) for name in (
            "impressions", "clicks", "orders", "probability", "break_even_cvr", "clicks_needed",
            "lower_cvr", "targeting", "match_type", "campaign", "units")},
        "clicks_left": Cell(None if found.orders else found.clicks_left),
        "expected_cvr": Cell(found.cvr, State.ESTIMATE),
        "prior_cvr": Cell(found.prior.mean), "prior_clicks": Cell(found.prior.strength),
        "break_even": Cell(basis.params.break_even(place), State.ESTIMATE),
        "target": Cell(basis.params.target(place)),
        "action": Cell(str(found.action)), "would_be": Cell(str(found.would_be)),
        "write_as": Cell(found.write_as or None),
        "protection": Cell(said(found.protection, given.lang) or None, note=found.protection),
        "in_launch": Cell(basis.params.in_launch(place)), "days": Cell(basis.window.days),
        "brands": Cell("\n".join(sorted(basis.params.brand_terms))),
    }
    spend, sales = float(found.spend), float(found.sales)
    row.cells["cpc"] = formulas.ratio("spend", "clicks", Cell(
        spend / found.clicks if found.clicks else None, State.OK, group.currency))
    acos = spend / sales if sales else None
    row.cells["acos"] = formulas.ratio("spend", "sales", Cell(
        acos, State.NO_SALES if acos is None and spend else State.OK))
    row.cells["cvr"] = formulas.ratio(
        "orders", "clicks", Cell(found.orders / found.clicks if found.clicks else None))
    return _with_week(row, week.terms.get((*place, folded(found.term)), []), week.known)


def _with_week(row: Row, own: list[TermRow], known: Mapping[str, Cell]) -> Row:
    """The week's own clicks, spend and orders: context, not evidence."""
    for name, value in (("week_clicks", sum(r.clicks for r in own)),
                        ("week_spend", sum((Decimal(r.spend) for r in own), Decimal(0))),
                        ("week_orders", sum(r.orders for r in own))):
        cell = known[name]
        row.cells[name] = cell if cell.value is None else replace(cell, value=value)
    return row


def proposed(action: Action, lang: str) -> str:
    """Symbol and word of a proposal: never colour alone."""
    return f"{SYMBOLS[SIGNS[action]]} {ACTIONS[action][lang]}"


def cents(value: float | None) -> Decimal | None:
    """An estimated amount as money."""
    return None if value is None else round(Decimal(str(value)), 2)


MODEL = Model(_rows, asks)
