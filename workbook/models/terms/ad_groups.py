"""The ad groups of the search-term review: what they are judged by, and where a keyword can go."""

from __future__ import annotations

from decimal import Decimal

from workbook import formulas
from workbook.model import Cell, State
from workbook.models import Given, Model
from workbook.models.search_terms.keys import key_of
from workbook.models.search_terms.words import folded
from workbook.rows import Row

TERMS = "st_terms"
# What reports name as the match type of automatic targets and of product targets.
NO_KEYWORD = frozenset({"", "-", "–", "targeting_expression", "targeting_expression_predefined"})


def place_name(campaign: str, ad_group: str) -> str:
    """An ad group as people choose it from a list."""
    return f"{campaign} › {ad_group}"


def _rows(given: Given) -> list[Row]:
    found: dict[str, Row] = {}
    keywords: set[str] = set()
    for term in given.rows[TERMS]:
        campaign, ad_group = str(term.value("campaign")), str(term.value("ad_group"))
        key = key_of(term.group.name, campaign, ad_group, "")
        if key not in found:
            found[key] = Row(key, term.group, {
                "marketplace": Cell(term.group.marketplace), "what": Cell(campaign),
                "ad_group": Cell(ad_group), "place": Cell(place_name(campaign, ad_group)),
                **{name: term.cells[name] for name in ("break_even", "target")},
                "launch": Cell(given.say("in launch", "新品推广") if term.value("in_launch")
                               else None)})
        if folded(str(term.value("match_type") or "")) not in NO_KEYWORD:
            keywords.add(key)
        _add(found[key], term)
    for key, row in found.items():
        row.cells["into"] = Cell(row.value("place") if key in keywords else None)
        spend, sales = row.number("spend") or 0.0, row.number("sales") or 0.0
        row.cells["acos"] = formulas.ratio("spend", "sales", Cell(
            spend / sales if sales else None,
            State.NO_SALES if spend and not sales else State.OK))
    order = sorted(found.values(), key=lambda row: (
        row.value("into") is None, -(row.number("spend") or 0), row.key))
    for number, row in enumerate(order, 1):
        row.cells["order"] = Cell(number)
    return order


def _add(row: Row, term: Row) -> None:
    """Adds a term's numbers to its ad group's."""
    row.cells["terms"] = Cell(int(row.number("terms") or 0) + 1)
    for name in ("clicks", "orders"):
        row.cells[name] = Cell(int((row.number(name) or 0) + (term.number(name) or 0)))
    for name in ("spend", "sales"):
        total = Decimal(str(row.value(name) or 0)) + Decimal(str(term.value(name) or 0))
        row.cells[name] = Cell(total, State.OK, row.group.currency)


MODEL = Model(_rows, last=True)
