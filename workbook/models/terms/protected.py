"""What the search-term review protects: brand terms, launches, phrases that people protected."""

from __future__ import annotations

from decimal import Decimal

from workbook.model import Cell, State
from workbook.models import Given, Model
from workbook.models.search_terms import Action
from workbook.notes import said
from workbook.rows import SEPARATOR, Row

TERMS = "st_terms"


def _rows(given: Given) -> list[Row]:
    """A row for each reason of each marketplace, the most spend first."""
    found: dict[str, Row] = {}
    for term in given.rows[TERMS]:
        reason = term.cell("protection")
        if not reason or not reason.note:
            continue
        key = SEPARATOR.join((term.group.name, reason.note))
        row = found.setdefault(key, Row(key, term.group, {
            "marketplace": Cell(term.group.marketplace),
            "protection": Cell(said(reason.note, given.lang))}))
        _add(row, term)
    return sorted(found.values(), key=lambda row: (-(row.number("spend") or 0), row.key))


def _add(row: Row, term: Row) -> None:
    would = term.value("would_be")
    for name, more in (("terms", 1), ("clicks", term.number("clicks") or 0),
                       ("orders", term.number("orders") or 0),
                       ("negatives", would == Action.NEGATIVE),
                       ("bid_cuts", would == Action.BID_CUT),
                       ("harvests", would == Action.HARVEST)):
        row.cells[name] = Cell(int((row.number(name) or 0) + more))
    for name, value in (("spend", term.value("spend")), ("sales", term.value("sales"))):
        total = Decimal(str(row.value(name) or 0)) + Decimal(str(value or 0))
        row.cells[name] = Cell(total, State.OK, row.group.currency)


MODEL = Model(_rows, last=True)
