"""The weeks of a forecast: what was sold, what is expected, and what people type in its place.

A row's key is that of the overrides: `US|SKU|2026-W47`.
"""

from __future__ import annotations

from workbook.formulas import Formula, Here
from workbook.model import Cell, Period, State, Value
from workbook.models import Given, Model
from workbook.models.forecast.view import (
    AHEAD,
    SHOWN,
    WEEKS,
    Book,
    Series,
    book_of,
    known,
    week_name,
)
from workbook.models.forecasting.past import LEAST_STOCK
from workbook.rows import Row

# A blank that a formula refers to is shown as 0, so blanks are told apart.
_MODEL = 'IF({s}="","",{s})'
_FINAL = f'IF({{own}}="",{_MODEL},IFERROR({{own}}*1,{_MODEL}))'


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    return [row for i in rows.order if i in rows.shown for row in weeks_of(rows.book, i)]


def weeks_of(book: Book, i: int) -> list[Row]:
    """The rows of one SKU, the oldest week first."""
    first = len(book.past) - SHOWN
    return [*(_past(book, i, t) for t in range(first, len(book.past))),
            *(_coming(book, i, step) for step in range(1, AHEAD + 1))]


def _row(book: Book, series: Series, week: Period) -> Row:
    row = Row(book.key(series, week), series.group)
    values: dict[str, Value] = {
        "marketplace": series.group.marketplace, "sku": series.sku, "week": week_name(week),
        "from": week.start, "until": week.end, "event": book.names(series, week) or None,
        "key": row.key,
    }
    row.cells |= {name: Cell(value) for name, value in values.items()}
    return row


def _past(book: Book, i: int, t: int) -> Row:
    series, week = book.series[i], book.past[t]
    row = _row(book, series, week)
    sold, share = known(book.units[i, t]), known(book.share[i, t])
    row.cells["sold"], row.cells["in_stock"] = Cell(sold), Cell(share)
    say, marks = book.given.say, []
    if share is not None and share < LEAST_STOCK and sold is not None:
        marks.append(say("left out: out of stock", "未计入：断货"))
    elif share is not None and share < 1 and sold is not None:
        marks.append(say("scaled up: partly out of stock", "已折算：部分断货"))
    if sold is None:
        marks.append(say("no report, or not yet on sale", "无报告或尚未开售"))
    elif any(e.code and e.about(series) and e.days_in(week) for e in book.events):
        marks.append(say("event week: not in the level", "活动周：不计入基线"))
    row.cells["mark"] = Cell(say("; ", "；").join(marks) or None)
    row.cells["event_units"] = Cell(sold if row.value("event") else None)
    if (WEEKS, row.key, "units") not in book.given.typed:
        row.closed = frozenset({"units"})
    return row


def _coming(book: Book, i: int, step: int) -> Row:
    series, week = book.series[i], book.coming[step - 1]
    row = _row(book, series, week)
    point, general = known(book.point[i, step - 1]), book.general(series, week)
    row.cells["forecast"] = Cell(point)
    row.cells["low"], row.cells["high"] = (
        Cell(known(bound[i, step - 1])) for bound in (book.found.lower, book.found.upper))
    row.cells["standing"] = Cell(point if general is None else general)
    final = Cell(book.final(i, step, shown=True), State.OK)
    row.cells["final"] = Formula(_FINAL, {"own": Here("units"), "s": Here("standing")}, final)
    shown = final.value if row.value("event") else None
    row.cells["event_units"] = Formula(
        'IF({e}="","",{f})', {"e": Here("event"), "f": Here("final")}, Cell(shown))
    row.cells["mark"] = Cell(_unlearnt(book, series, week, general) or None)
    return row


def _unlearnt(book: Book, series: Series, week: Period, general: float | None) -> str:
    """What a coming week's forecast does not know."""
    say = book.given.say
    parts = [say(f"no lift for {event.name}: no past event of its kind",
                 f"{event.name}：无同类历史活动，未加提升")
             for event in book.events if event.about(series) and event.days_in(week)
             and event.code in book.found.unlearnt]
    if general is not None:
        parts.append(say("typed for all marketplaces", "全站点手填值"))
    return say("; ", "；").join(dict.fromkeys(parts))


MODEL = Model(_rows, last=True)
