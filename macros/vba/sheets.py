"""The sheets of several templates, drawn into a macro workbook that is being made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.draw import BOOK_TABS, draw
from sync.surfaces.xlsx.place import META_SHEET, Places
from workbook.model import Value
from workbook.plan import Plan, PlannedTab


def draw_plans(book: Any, plans: Sequence[Plan]) -> int:
    """Draws each plan's own tabs, then Rules, Sources ... once, from the last plan.

    Returns how many cells were written.
    """
    count, defined = 0, set[str]()
    for number, plan in enumerate(plans, 1):
        tabs = [tab for tab in plan.tabs if tab.id not in BOOK_TABS or number == len(plans)]
        count += draw(book, plan, Places(plan), {tab.id for tab in tabs})
        _define(book, plan, tabs, defined)
    return count


def _define(book: Any, plan: Plan, tabs: Sequence[PlannedTab], defined: set[str]) -> None:
    """The names of cells, as in a workbook of one template; each once."""
    places = Places(plan)
    wanted = [(name, spot, False) for name, spot in anchors.value_names(plan, places)]
    wanted += [(name, spot, True) for tab in tabs for name, spot in anchors.anchors(tab, places)]
    for name, spot, hidden in wanted:
        if name.casefold() not in defined:
            defined.add(name.casefold())
            book.define_name(name, "=" + anchors.reference(spot))
            book.defined_names[-1][3] = hidden


def write_meta(book: Any, facts: Mapping[str, str], names: Mapping[str, Value]) -> None:
    """What the workbook says of itself, on a sheet that people do not see."""
    sheet = book.add_worksheet(META_SHEET)
    sheet.very_hidden()
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, (name, value) in enumerate([*facts.items(), *names.items()]):
        sheet.write_string(row, 0, name)
        if isinstance(value, dt.date):
            sheet.write_datetime(row, 1, value, date)
        else:
            sheet.write_string(row, 1, str(value))
        if name in names:
            book.define_name(name, f"={META_SHEET}!$B${row + 1}")
