"""Calendar months of the forecast: each week spread evenly over its days, months with what is sold.

A month is what was sold in its closed weeks, plus days/7 of every coming week; the weeks that
people may change stand in live formulas.
"""

from __future__ import annotations

import datetime as dt

from workbook.formulas import Formula, Here, Ref
from workbook.model import Cell, Period, Value, month_of
from workbook.models import Given, Model
from workbook.models.forecast_spans import total
from workbook.models.forecast_totals import sum_of
from workbook.models.forecast_view import AHEAD, MONTHS, Book, book_of, known, week_name
from workbook.rows import Row

BUY = "fc_buy"
NAMES = [f"m{n}" for n in range(1, MONTHS + 1)]


def months_of(book: Book) -> list[Period]:
    """The twelve months from that of the first coming day on."""
    first = month_of(book.given.period.end + dt.timedelta(days=1))
    return [first.shifted(n) for n in range(MONTHS)]


def days_in(week: Period, month: Period) -> int:
    """How many of the week's days lie in the month."""
    return max((min(week.end, month.end) - max(week.start, month.start)).days + 1, 0)


def month_cells(book: Book, i: int, finals: list[float | None]) -> dict[str, Cell | Formula]:
    """The months of a SKU, and under `rest:m1` the part that does not follow its 13 weeks."""
    cells: dict[str, Cell | Formula] = {}
    for name, month in zip(NAMES, months_of(book), strict=True):
        rest = _rest(book, i, month)
        steps = [s for s in range(AHEAD) if days_in(book.coming[s], month)]
        cells[f"rest:{name}"] = Cell(rest)
        if not steps:
            cells[name] = Cell(rest)
            continue
        units = [finals[s] for s in steps]
        whole = None if rest is None or None in units else rest + sum(
            (unit or 0) * days_in(book.coming[s], month) / 7
            for unit, s in zip(units, steps, strict=True))
        refs: dict[str, Ref] = {"rest": Here(f"rest:{name}")}
        terms = ""
        for s in steps:
            mark = chr(97 + s)
            refs[mark] = Here(f"w{s + 1}")
            terms += f"+{{{mark}}}*{days_in(book.coming[s], month)}/7"
        blank = ",".join(f'{{{mark}}}=""' for mark in refs)
        cells[name] = Formula(f'IF(OR({blank}),"",{{rest}}{terms})', refs, Cell(whole))
    return cells


def _rest(book: Book, i: int, month: Period) -> float | None:
    """Units sold in the month so far, and the model's weeks beyond those that people change."""
    sold = [(known(book.units[i, t]), days_in(week, month)) for t, week in enumerate(book.past)
            if days_in(week, month)]
    far = [(known(book.point[i, s]), days_in(book.coming[s], month))
           for s in range(AHEAD, len(book.coming)) if days_in(book.coming[s], month)]
    parts = sold + far
    if any(units is None for units, _ in parts):
        return None
    return sum((units or 0) * days / 7 for units, days in parts)


def labels_row(book: Book, row: Row) -> Row:
    """The first row of a wide table: which week and which month each column is."""
    for step in range(1, AHEAD + 1):
        row.cells[f"w{step}"] = Cell(week_name(book.coming[step - 1]))
    for name, month in zip(NAMES, months_of(book), strict=True):
        row.cells[name] = Cell(month.label())
    return row


def _rows(given: Given) -> list[Row]:
    """Every store and parent by month: live sums of the table for purchasing."""
    rows = book_of(given)
    if not rows:
        return []
    own = [row for row in given.rows[BUY] if row.value("sku")]
    made = []
    for source in given.rows["fc_totals"]:
        name = str(source.value("member"))
        by = "group" if source.key.endswith("|*") else "parent_key"
        row = Row(source.key, source.group)
        values: dict[str, Value] = {key: source.value(key) for key in
                                    ("marketplace", "member", "level", "name")}
        row.cells |= {key: Cell(value) for key, value in values.items()}
        below = [one for one in own if one.value(by) == name]
        for month in NAMES:
            units = total([one.number(month) for one in below]) or 0
            row.cells[month] = sum_of(BUY, by, month, Cell(units))
        made.append(row)
    first = Row(f"{rows[0].group.name}|-", rows[0].group)
    first.cells["name"] = Cell(given.say("Month", "月份"))
    return [labels_row(rows.book, first), *made]


MODEL = Model(_rows, last=True)
