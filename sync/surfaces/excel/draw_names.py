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


def write_meta(book: xlwings.Book, plan: Plan) -> None:
    """Says on a hidden sheet what the workbook was filled for, and names the cells that tell it.

    A sheet that is there is brought up to date; rows of it that are not known here stay.
    """
    facts: dict[str, Value] = {
        "opsheet": "1", "template": plan.template.name, "lang": plan.lang,
        "period": str(plan.period), "sheets": "\n".join(tab.title for tab in plan.tabs),
        **plan.names}
    known: list[list[Any]] = []
    if META_SHEET in book.sheet_names:
        sheet = book.sheets[META_SHEET]
        known = sheet.range((1, 1), (sheet.used_range.last_cell.row, 2)).options(ndim=2).value
    else:
        sheet = book.sheets.add(META_SHEET, after=book.sheets[-1])
    rows = {str(name): value for name, value in known} | facts
    texts = sheet.range((1, 1), (len(rows), 2))
    texts.number_format = "@"
    for number, value in enumerate(rows.values(), start=1):
        if isinstance(value, dt.date):
            sheet.range((number, 2)).number_format = DATE
    texts.value = [[name, _moment(value)] for name, value in rows.items()]
    sheet.visible = False
    order = list(rows)
    for name in plan.names:
        if name not in book.names:
            book.names.add(name, f"={META_SHEET}!$B${order.index(name) + 1}")


def _moment(value: Any) -> Any:
    """Excel is given moments, never days."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value
