"""New tabs in a workbook that is open in Excel, drawn as in a new file.

The drawing code of files draws on a canvas, and this puts the canvas into Excel through xlwings'
public interface, in few calls: a block of values, areas of equal looks, rules and charts.

What xlwings cannot say to Excel (0.37.8, Windows and macOS) is left out: sparklines, frozen panes,
indents, the colour of a tab, folding (such columns are hidden; those that a chart reads are not),
names that do not show, a very hidden sheet (`_opsheet` is hidden), a drop-down that only warns
(lists refuse what they do not offer; dates are not checked), the thickness and dashes of a chart's
lines and its fonts, and paper but for the print area. On macOS a chart has no second axis.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from sync.surfaces.canvas import Canvas, Easel, Spot
from sync.surfaces.excel.draw_cells import areas, cells_of, write
from sync.surfaces.excel.draw_charts import draw_chart, range_at, read_by
from sync.surfaces.excel.draw_names import add_meta, name_cells
from sync.surfaces.xlsx.draw import draw as draw_tabs
from sync.surfaces.xlsx.place import META_SHEET, Places
from workbook import looks
from workbook.plan import Plan

if TYPE_CHECKING:
    import xlwings

ROW = 15  # points


def draw(
    book: xlwings.Book, plan: Plan, missing: Collection[str], places: Places | None = None
) -> None:
    """Draws the tabs with the ids of `missing`, each in the plan's order beside those there.

    Every other tab of the plan has the title that it has in the workbook; `places` tells where
    its blocks stand if people moved them. A title that is taken gets a number (`titled`). Which
    sheet is shown stays, unless the plan's first tab is drawn. Charts need the cells that they
    read, so a chart of a table that is not there is left out.
    """
    plan = titled(book, plan, missing)
    easel = Easel()
    places = places or Places(plan)
    draw_tabs(easel, plan, places, missing)
    shown = book.sheets.active
    sheets = _added(book, plan, missing)
    if META_SHEET not in book.sheet_names:
        add_meta(book, plan)
    name_cells(book, plan, places, missing)
    for title, sheet in sheets.items():
        write(sheet, easel.tabs[title], looks.FONTS[plan.lang])
    for title, sheet in sheets.items():
        _dress(book, sheet, easel.tabs[title], easel)
    first = sheets.get(plan.tabs[0].title) or shown
    first.activate()


def titled(book: xlwings.Book, plan: Plan, missing: Collection[str]) -> Plan:
    """The plan with titles for its missing tabs that are free in the workbook."""
    taken = {name.casefold() for name in book.sheet_names}
    tabs = []
    for tab in plan.tabs:
        if tab.id in missing:
            title, number = tab.title, 2
            while title.casefold() in taken:
                title, number = f"{tab.title[:27]} {number}", number + 1
            taken.add(title.casefold())
            tab = replace(tab, title=title)
        tabs.append(tab)
    return replace(plan, tabs=tuple(tabs))


def _added(book: xlwings.Book, plan: Plan, missing: Collection[str]) -> dict[str, xlwings.Sheet]:
    """Adds the sheets, by title: after the tab before them, else before the one after them."""
    there = {name.casefold() for name in book.sheet_names}
    made: dict[str, xlwings.Sheet] = {}
    before: xlwings.Sheet | None = None
    for number, tab in enumerate(plan.tabs):
        if tab.id not in missing:
            if tab.title.casefold() in there:
                before = book.sheets[tab.title]
            continue
        follower = next((one.title for one in plan.tabs[number:] if one.id not in missing
                         and one.title.casefold() in there), None)
        if before is None and follower is not None:
            made[tab.title] = book.sheets.add(tab.title, before=book.sheets[follower])
        else:
            made[tab.title] = book.sheets.add(tab.title, after=before or book.sheets[-1])
        before = made[tab.title]
    return made


# --- what lies over the cells ---------------------------------------------------------------


def _dress(book: xlwings.Book, sheet: xlwings.Sheet, canvas: Canvas, easel: Easel) -> None:
    """Tables, colours that follow their cells, drop-downs, sizes, charts."""
    sheet.show_gridlines = canvas.gridlines
    for area, name in canvas.tables:
        table = sheet.tables.add(cells_of(sheet, area), name=name)
        table.table_style = ""  # the cells have their looks
    _rules(sheet, canvas)
    for area, options in canvas.choices:
        if options["validate"] == "list":
            source = options["source"]
            cells_of(sheet, area).data_validation.set_list(
                range_at(book, source) if isinstance(source, str) else source)
    _sizes(sheet, canvas, {column for one in easel.tabs.values()
                           for title, column in read_by(one) if title == canvas.name})
    if canvas.printed is not None:
        sheet.page_setup.print_area = cells_of(sheet, canvas.printed).address
    for at, chart in canvas.charts:
        draw_chart(book, sheet, at, chart)


def _rules(sheet: xlwings.Sheet, canvas: Canvas) -> None:
    """Conditional formats. Excel reads their formulas as seen from the active cell, and puts every
    new one before the others."""
    if not canvas.rules:
        return
    sheet.activate()
    for area, rules in groupby(canvas.rules, key=lambda rule: rule[0]):
        cells = cells_of(sheet, area)
        cells.select()
        for _, options in reversed(list(rules)):
            style = options["format"]
            cells.conditional_formats.add_custom(
                options["criteria"], fill_color=style.get("bg_color"),
                font_color=style.get("font_color"))
    sheet.range((1, 1)).select()


def _sizes(sheet: xlwings.Sheet, canvas: Canvas, charted: Collection[int]) -> None:
    """Widths of columns, heights of rows, hidden columns."""
    for first, last, width in _alike({n: one.characters for n, one in canvas.widths.items()}):
        cells_of(sheet, (0, first, 0, last)).column_width = width
    hidden: set[Spot] = {(0, n) for n, one in canvas.widths.items()
                         if one.hidden and not (one.folded and n in charted)}
    for area in areas(hidden):
        cells_of(sheet, area).columns.hidden = True
    if canvas.charts and canvas.printed:  # as high as in a file, so that charts fit the page
        cells_of(sheet, canvas.printed).row_height = ROW
    for first, last, height in _alike(canvas.heights):
        cells_of(sheet, (first, 0, last, 0)).row_height = height


def _alike(sizes: dict[int, float]) -> Iterator[tuple[int, int, float]]:
    """(first, last, size) of neighbours that have the same size."""
    for size, group in groupby(enumerate(sorted(sizes)),
                               key=lambda item: (item[1] - item[0], sizes[item[1]])):
        members = [number for _, number in group]
        yield members[0], members[-1], size[1]


__all__ = ["draw", "titled"]
