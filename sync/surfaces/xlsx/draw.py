"""Draws the tabs of a plan with XlsxWriter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sync.surfaces.xlsx.marks import choices, conditions
from sync.surfaces.xlsx.overview import CHART_COLUMNS, CHART_ROWS, draw_charts, draw_overview
from sync.surfaces.xlsx.place import FIRST_COLUMN, HEADER_ROW, KEY_PREFIX, Places, Spot, column_name
from sync.surfaces.xlsx.sheet import Sheet
from sync.surfaces.xlsx.styles import DATE, TIME, Styles
from workbook import looks
from workbook.formulas import Formula
from workbook.metrics import get_metric
from workbook.model import Cell, Unit, Value
from workbook.plan import Plan, Planned, PlannedRow, PlannedTab, label_of, unit_of
from workbook.template import Bound, Change, Dim, Field, Input, Kind, Measure, Output, field_id
from workbook.template import Status as StatusField

COLOURS = {"report": "1F4E79", "data": "8FA9C4", "book": "9CA3AF"}
WIDEST, WIDEST_TEXT = 64, 40  # columns: declared, and widened for a text
BOOK_TABS = {"rules", "typed", "sources", "missing", "legend", "left_over"}


def draw(
    book: Any, plan: Plan, places: Places | None = None, only: Collection[str] | None = None
) -> int:
    """Writes every tab, or those with the ids of `only`; returns how many cells were written."""
    styles, places = Styles(book, plan.lang), places or Places(plan)
    tabs = [tab for tab in plan.tabs if only is None or tab.id in only]
    sheets = {tab.id: book.add_worksheet(tab.title, Sheet) for tab in tabs}
    count = 0
    for tab in tabs:
        sheet = sheets[tab.id]
        colour = "book" if tab.id in BOOK_TABS else "data" if tab.data else "report"
        sheet.set_tab_color("#" + COLOURS[colour])
        if tab.heading:
            count += draw_overview(book, sheet, tab, plan, places, styles)
        else:
            tables = [p for p in tab.blocks if p.block.kind is Kind.TABLE]
            for planned in tables:
                count += _table(sheet, tab, planned, plan, places, styles)
            right = max(len(planned.block.fields) for planned in tables) + 2
            charts = [p for p in tab.blocks if p.block.kind is Kind.CHART and p.rows]
            draw_charts(book, sheet, charts, plan, places, styles, right)
            if charts:  # they are printed beside the table
                last = max(HEADER_ROW + len(charts) * CHART_ROWS,
                           *(places.header(p.id) + len(p.rows) for p in tables))
                sheet.print_area(0, FIRST_COLUMN, last, right + CHART_COLUMNS)
        _page(sheet, tab, plan)
    return count


def _page(sheet: Any, tab: PlannedTab, plan: Plan) -> None:
    """A4 landscape, one page wide, header rows repeated."""
    if not tab.data:
        sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0 if not tab.heading else 1)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.set_footer(f"&L{plan.template.label[plan.lang]} {plan.period.label()}&C&A&R&P / &N")
    if not tab.heading:
        sheet.repeat_rows(HEADER_ROW)


# --- tables -----------------------------------------------------------------------------


def _table(
    sheet: Any, tab: PlannedTab, planned: Planned, plan: Plan, places: Places, styles: Styles
) -> int:
    fields, lang = planned.block.fields, plan.lang
    header, rows = places.header(planned.id), planned.rows
    sheet.write_string(0, FIRST_COLUMN, tab.title, styles.title())
    sheet.write_string(1, FIRST_COLUMN, str(plan.names["ops_scope"]), styles.quiet())
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    labels = _unique([label_of(f, lang) for f in fields])
    _body(sheet, planned, places, styles)
    last = header + max(len(rows), 1)
    columns = [{"header": KEY_PREFIX + planned.id, "header_format": styles.quiet()}]
    columns += [{"header": name, "header_format": styles.header(number=is_number(f))}
                for name, f in zip(labels, fields, strict=True)]
    sheet.add_table(header, 0, last, len(fields), {
        "name": f"ops_{planned.id}", "columns": columns, "style": None, "autofilter": True})
    sheet.set_row(header, 32)
    _columns(sheet, fields, labels, rows, styles)
    conditions(sheet, planned, header, last, styles)
    choices(sheet, planned, header, last, lang, places)
    shown = max((n for n, f in enumerate(fields) if not _folded(f)), default=0)
    sheet.print_area(0, FIRST_COLUMN, last, FIRST_COLUMN + shown)
    sheet.freeze_panes(header + 1, FIRST_COLUMN + _frozen(fields))
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_name(len(fields))}{last + 1}"})
    return len(rows) * len(fields)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table, and the formats that its cells have had."""

    item: Field
    id: str
    number: int
    made: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def style(self, styles: Styles, row: PlannedRow, cell: Cell | Formula) -> Any:
        known = cell.cell if isinstance(cell, Formula) else cell
        key = (type(known.value), known.state, row.look, self.id in row.closed)
        if key not in self.made:
            self.made[key] = style_of(styles, self.item, row, cell)
        return self.made[key]


def _body(sheet: Any, planned: Planned, places: Places, styles: Styles) -> None:
    """The rows of a table, with their keys in the hidden first column."""
    at, blank = places.columns(planned.id), Cell(None)
    columns = [_Column(f, name := field_id(f), at[name]) for f in planned.block.fields]
    for number, row in enumerate(planned.rows, start=places.header(planned.id) + 1):
        sheet.write_string(number, 0, row.key)
        for column in columns:
            cell = row.cells.get(column.id, blank)
            spot, text = Spot(sheet.name, number, column.number), ""
            if isinstance(cell, Formula):
                text = places.render(cell, spot, planned.id, row.key)
            write(sheet, spot, cell, column.style(styles, row, cell), text)


def is_number(item: Field) -> bool:
    """Does the column hold numbers, which stand at the right?"""
    return isinstance(item, Change) or unit_of(item) is not None


def _folded(item: Field) -> bool:
    return isinstance(item, Measure | Change | Output | Bound) and item.folded


def _unique(labels: list[str]) -> list[str]:
    """Excel wants every header of a table once."""
    seen: dict[str, int] = {}
    unique = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        unique.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return unique


def _frozen(fields: tuple[Field, ...]) -> int:
    """How many of the first columns name the row and stay in view; at most four."""
    names = 0
    for item in fields[:4]:
        if not isinstance(item, Dim) or item.unit is not None:
            break
        names += 1
    return names


def write(sheet: Any, spot: Spot, cell: Cell | Formula, style: Any, formula: str = "") -> None:
    """One cell: text stays text, whatever it begins with."""
    row, column = spot.row, spot.column
    if isinstance(cell, Formula):
        value = cell.cell.value
        cached = "" if value is None else float(value) if isinstance(value, Decimal) else value
        sheet.write_formula(row, column, formula, style, cached)
        return
    value = cell.value
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:32_767], style)
    elif isinstance(value, dt.datetime | dt.date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def style_of(styles: Styles, item: Field, row: PlannedRow, cell: Cell | Formula) -> Any:
    """The format of a table cell by its field and its value."""
    known = cell.cell if isinstance(cell, Formula) else cell
    value, unit = known.value, unit_of(item)
    unit = row.unit if unit is Unit.ROW else unit
    if isinstance(item, Input) and item.name in row.closed:
        return styles.body(None, known)
    if isinstance(item, Input):
        moment = isinstance(value, dt.datetime)
        date = item.date or isinstance(value, dt.date)
        return styles.typed(date=date, time=moment, unit=unit)
    if isinstance(value, dt.datetime):
        return styles.body(None, known, number_format=TIME)
    if isinstance(value, dt.date):
        return styles.body(None, known, number_format=DATE)
    if isinstance(item, Change):
        shown = looks.change_format(get_metric(item.metric).unit)
        return styles.body(Unit.NUMBER, known, number_format=shown)
    if isinstance(item, StatusField):
        return styles.body(None, known)
    if unit is Unit.MONEY:
        known = Cell(known.value, known.state, row.group.currency)
    if unit is Unit.NUMBER and isinstance(item, Dim):
        return styles.body(unit, known, number_format="General")
    return styles.body(unit, known)


def _columns(
    sheet: Any, fields: tuple[Field, ...], labels: list[str], rows: tuple[PlannedRow, ...],
    styles: Styles,
) -> None:
    """Widths that fit the widest shown value; the rarely needed columns grouped and folded."""
    folded = False
    for number, (item, label) in enumerate(zip(fields, labels, strict=True)):
        options: dict[str, Any] = {}
        if _folded(item):
            options = {"level": 1, "hidden": True}
            folded = True
        elif folded:
            options, folded = {"collapsed": True}, False
        sheet.set_column(FIRST_COLUMN + number, FIRST_COLUMN + number,
                         _width(item, label, rows), None, options)
    if folded:
        sheet.set_column(FIRST_COLUMN + len(fields), FIRST_COLUMN + len(fields), None, None,
                         {"collapsed": True})


def text_width(text: str) -> int:
    """Columns that a text takes: Chinese characters are twice as wide."""
    return len(text) if text.isascii() else sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _width(item: Field, label: str, rows: tuple[PlannedRow, ...]) -> float:
    given = item.width if isinstance(item, Dim | Output | Input) else 0
    words = [text_width(w) for w in label.replace("-", " ").split()] or [0]
    width = max(given, *words, -(-text_width(label) // 2))
    values = _values(item, rows)
    numbers = [value for value in values if isinstance(value, int | float | Decimal)]
    for value in (min(numbers), max(numbers)) if numbers else ():  # one of them is the widest
        change = isinstance(item, Change)  # +1000.0% or +100.0 pp
        width = max(width, len(f"▲ +{value * 100:.1f} %" if change else f"{value:,.0f}.00  "))
    if isinstance(item, Dim):
        texts = (text_width(value) for value in values if isinstance(value, str))
        width = max(width, min(max(texts, default=0), max(WIDEST_TEXT, given)))
    if is_number(item) or isinstance(item, StatusField):
        width = max(width, 9)
    return min(width + 2, max(WIDEST, given))


def _values(item: Field, rows: tuple[PlannedRow, ...]) -> list[Value]:
    name = field_id(item)
    cells = [cell for row in rows if (cell := row.cells.get(name)) is not None]
    return [(cell.cell if isinstance(cell, Formula) else cell).value for cell in cells]
