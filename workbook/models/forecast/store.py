"""A store's weeks: units sold, the live sum of the final units, and the interval of the sum."""

from __future__ import annotations

import numpy as np

from workbook.formulas import Column, Formula, Here
from workbook.inputs import EVERYWHERE
from workbook.model import Cell, Period, Value
from workbook.models import Given, Model
from workbook.models.forecast.skus import STEPS
from workbook.models.forecast.spans import total
from workbook.models.forecast.totals import members
from workbook.models.forecast.view import (
    AHEAD,
    MAIN,
    SHOWN,
    Book,
    book_of,
    known,
    week_name,
)
from workbook.models.forecasting.model import totals
from workbook.rows import SEPARATOR, Row


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    if not rows:
        return []
    book, (names, numbers) = rows.book, members(rows, "group")
    summed = totals(book.found, numbers)
    made: list[Row] = []
    for g, name in enumerate(names):
        own = [row for row in rows if row.value("group") == name]
        units = book.units[numbers == g]
        first = len(book.past) - SHOWN
        for t in range(first, len(book.past)):
            row = _row(book, own[0], book.past[t])
            some = not np.isnan(units[:, t]).all()
            row.cells["sold"] = Cell(float(np.nansum(units[:, t])) if some else None)
            row.cells["event_units"] = Cell(row.value("sold") if row.value("event") else None)
            made.append(row)
        for step in range(1, AHEAD + 1):
            row = _row(book, own[0], book.coming[step - 1])
            field = STEPS[step - 1]
            final = total([one.number(field) for one in own]) or 0
            row.cells["final"] = Formula("SUMIF({by},{own},{col})", {
                "by": Column(MAIN, "group"), "own": Here("member"), "col": Column(MAIN, field),
            }, Cell(final))
            row.cells["forecast"] = Cell(known(np.nansum(book.point[numbers == g, step - 1])))
            row.cells["low"] = Cell(known(summed.lower[g, step - 1]))
            row.cells["high"] = Cell(known(summed.upper[g, step - 1]))
            if row.value("event"):
                row.cells["event_units"] = Formula("{f}", {"f": Here("final")}, Cell(final))
            made.append(row)
    return made


def _row(book: Book, first: Row, week: Period) -> Row:
    group = first.group
    names = [e.name for e in book.events if e.market in (EVERYWHERE, group.marketplace)
             and e.sku in ("", EVERYWHERE) and e.days_in(week)]
    values: dict[str, Value] = {
        "marketplace": group.marketplace, "member": group.name, "week": week_name(week),
        "from": week.start, "until": week.end, "event": ", ".join(dict.fromkeys(names)) or None,
    }
    row = Row(SEPARATOR.join((group.name, week_name(week))), group)
    row.cells |= {name: Cell(value) for name, value in values.items()}
    return row


MODEL = Model(_rows, last=True)
