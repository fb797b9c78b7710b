"""Names of the cells that Opsheet fills, and what the workbook says of itself, in live Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.place import META_SHEET, Places
from sync.surfaces.xlsx.styles import DATE
from workbook.model import Value
from workbook.plan import Plan

if TYPE_CHECKING:
    import xlwings


def name_cells(
    book: xlwings.Book, plan: Plan, places: Places, ids: Collection[str]
) -> None:
    """Names the cells of the tabs with these ids, as in a new file."""
    tabs = tuple(tab for tab in plan.tabs if tab.id in ids)
    for name, spot in anchors.value_names(replace(plan, tabs=tabs), places):
        book.names.add(name, "=" + anchors.reference(spot))
    for tab in tabs:
        for name, spot in anchors.anchors(tab, places):
            book.names.add(name, "=" + anchors.reference(spot))


def add_meta(book: xlwings.Book, plan: Plan) -> None:
    """Says on a new hidden sheet what the workbook was filled for, and names the cells that tell
    it."""
    facts: dict[str, Value] = {
        "opsheet": "1", "template": plan.template.name, "lang": plan.lang,
        "period": str(plan.period), "sheets": "\n".join(tab.title for tab in plan.tabs),
        **plan.names}
    sheet = book.sheets.add(META_SHEET, after=book.sheets[-1])
    texts = sheet.range((1, 1), (len(facts), 2))
    texts.number_format = "@"
    for number, (name, value) in enumerate(facts.items(), start=1):
        if isinstance(value, dt.date):
            sheet.range((number, 2)).number_format = DATE
        if name in plan.names and name not in book.names:
            book.names.add(name, f"={META_SHEET}!$B${number}")
    texts.value = [[name, _moment(value)] for name, value in facts.items()]
    sheet.visible = False


def _moment(value: Any) -> Any:
    """Excel is given moments, never days."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value
