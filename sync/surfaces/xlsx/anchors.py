"""Hidden names for the cells that Opsheet fills outside of table bodies.

A name moves with its cell when people insert rows, rename tabs or cut and paste, so a refill
finds every card, heading and column again. They begin with `_opsheet_` and do not show in Excel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sync.surfaces.xlsx.place import (
    FIRST_COLUMN,
    LEFT,
    Anchor,
    Places,
    Spot,
    default_anchor,
    quoted,
)
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Kind

PREFIX = "_opsheet_"


def name_of(*parts: str) -> str:
    """`_opsheet_cards_US_acos_value`."""
    return PREFIX + "_".join(re.sub(r"\W", "_", part) for part in parts)


def card_name(block: str, row: str, field: str) -> str:
    return name_of(block, row, field)


def column_anchor(block: str, field: str) -> str:
    """The header cell of a column, of a table or of the stand-up list."""
    return name_of(block, "col", field)


def text_name(id: str, which: str) -> str:
    """A heading: `title`, `scope`, or `line0` to `line2` of an overview tab."""
    return name_of(id, which)


def belongs(name: str, id: str) -> bool:
    """Is a name one of a block's, or of a tab's heading? `ads_check` is not a part of `ads`."""
    if ":" in id:  # a block of one marketplace: its rows and fields follow
        return name.startswith(name_of(id, ""))
    return bool(re.fullmatch(rf"{name_of(id)}_(col_\w+|title|scope|line\d)", name))


def overview_of(name: str, kind: str) -> str:
    """The marketplace of an overview tab's heading: `US` of `_opsheet_overview_US_line0`."""
    match = re.fullmatch(rf"{name_of(kind)}_(\w+)_line\d", name)
    return match[1] if match else ""


def anchors(
    tab: PlannedTab, places: Places, *, texts: bool = True
) -> Iterator[tuple[str, Spot]]:
    """(name, cell) of the cells of a tab, where `places` says that they stand; of headings, which
    it does not know, where they are drawn (`texts`)."""
    for number in range(len(tab.heading) if texts else 0):
        yield text_name(tab.id, f"line{number}"), Spot(tab.title, number, LEFT)
    for planned in tab.blocks:
        if planned.block.kind is not Kind.CHART:
            yield from _of_block(tab, planned, places.anchor(planned.id), texts)


def _of_block(
    tab: PlannedTab, planned: Planned, at: Anchor, texts: bool
) -> Iterator[tuple[str, Spot]]:
    for (row, field), (line, column) in at.cells.items():
        yield card_name(planned.id, row, field), Spot(at.sheet, line, column)
    for field, column in at.columns.items():
        yield column_anchor(planned.id, field), Spot(at.sheet, at.top, column)
    if not texts:
        return
    if at.columns and tab.heading:
        yield text_name(planned.id, "title"), Spot(at.sheet, at.top - 1, LEFT)
    elif at == default_anchor(tab, planned):  # of a table that was moved only its own names tell
        for number, which in enumerate(("title", "scope")):
            yield text_name(planned.id, which), Spot(at.sheet, number, FIRST_COLUMN)


def value_names(plan: Plan, places: Places) -> Iterator[tuple[str, Spot]]:
    """The names that people use in formulas: `ops_acos_US` is the value of a card."""
    for tab in plan.tabs:
        for planned in tab.blocks:
            if planned.block.kind is Kind.CARDS and planned.group:
                for card in planned.rows:
                    at = places.anchor(planned.id)
                    if (card.key, "value") in at.cells:
                        name = f"ops_{card.key}_{planned.group.marketplace}"
                        yield name, Spot(at.sheet, *at.cells[card.key, "value"])


def reference(spot: Spot) -> str:
    """A cell as a name refers to it."""
    return f"{quoted(spot.sheet)}!{spot.a1()}"


def define(book: Any, plan: Plan, places: Places) -> None:
    """Defines every name in a workbook that XlsxWriter makes."""
    for name, spot in value_names(plan, places):
        book.define_name(name, "=" + reference(spot))
    for tab in plan.tabs:
        for name, spot in anchors(tab, places):
            book.define_name(name, "=" + reference(spot))
            book.defined_names[-1][3] = True  # hidden
