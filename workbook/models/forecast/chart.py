"""The weeks of one chosen SKU, for the chart beside them: live look-ups in the table of weeks.

Charts draw an empty text as zero, so they read columns of their own that hold #N/A instead.
"""

from __future__ import annotations

from workbook.formulas import At, Column, Formula, Here
from workbook.model import Cell, Value
from workbook.models import Given, Model
from workbook.models.forecast.view import AHEAD, SHOWN, WEEKS, Forecasted, book_of, week_name
from workbook.models.forecast.weeks import weeks_of
from workbook.rows import SEPARATOR, Row

BLOCK, NONE = "fc_chart", "#N/A"
COPIED = ("sold", "final", "forecast", "low", "high", "event", "event_units")
DRAWN = ("sold", "final", "low", "high", "event_units")
_FIND = "MATCH({c}&\"|\"&{w},{keys},0)"
_COPY = f'IFERROR(IF(INDEX({{col}},{_FIND})="","",INDEX({{col}},{_FIND})),"")'


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    if not rows:
        return []
    book = rows.book
    weeks = [*book.past[-SHOWN:], *book.coming[:AHEAD]]
    keys = [f"week {n - SHOWN + 1:+d}" if n >= SHOWN else f"week {n - SHOWN}"
            for n in range(len(weeks))]
    default = _default(rows)
    typed = given.typed.get((BLOCK, keys[0], "sku"))
    chosen = str(typed) if typed not in (None, "") else default
    at = book.index.get(chosen)
    shown = at is not None and at in rows.shown
    found = {row.key: row for row in weeks_of(book, at)} if shown and at is not None else {}
    made = []
    for n, (key, week) in enumerate(zip(keys, weeks, strict=True)):
        row = Row(key, rows[0].group, closed=frozenset() if not n else frozenset({"sku"}))
        row.cells["week"], row.cells["from"] = Cell(week_name(week)), Cell(week.start)
        row.cells["default"] = Cell(default)
        row.cells["chosen"] = Formula('IF({i}="",{d},{i})', {
            "i": At(BLOCK, keys[0], "sku"), "d": Here("default")}, Cell(chosen))
        source = found.get(SEPARATOR.join((chosen, week_name(week))))
        for name in COPIED:
            value = source.value(name) if source else None
            row.cells[name] = Formula(_COPY, {
                "c": Here("chosen"), "w": Here("week"), "keys": Column(WEEKS, "key"),
                "col": Column(WEEKS, name)}, Cell(value))
        for name in DRAWN:
            value = row.value(name)
            row.cells[f"draw_{name}"] = _drawn(name, value)
        made.append(row)
    return made


def _drawn(name: str, value: Value) -> Formula:
    return Formula('IF({x}="",NA(),{x})', {"x": Here(name)},
                   Cell(NONE if value is None else value))


def _default(rows: Forecasted) -> str:
    """The SKU with the most money."""
    return next(row.key for row in rows if row.value("pick"))


MODEL = Model(_rows, last=True)
