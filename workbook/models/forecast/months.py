"""Calendar months of the forecast: each week spread evenly over its days, months with what is sold.

A month is what was sold in its closed weeks, plus days/7 of every coming week; the weeks that
people may change stand in live formulas.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from workbook.formulas import Formula, Here, Ref
from workbook.model import Cell, Period, Value, month_of
from workbook.models import Given, Model
from workbook.models.forecast.spans import total
from workbook.models.forecast.totals import sum_of
from workbook.models.forecast.view import AHEAD, MONTHS, Book, book_of, known, week_name
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


@dataclass(frozen=True)
class Month:
    """A month's weeks, each as (its number, its days in the month); the same for every SKU.

    `sold`: closed weeks. `near`: coming weeks that people may change. `far`: those beyond.
    """

    name: str  # m1 ... m12
    sold: list[tuple[int, int]]
    near: list[tuple[int, int]]
    far: list[tuple[int, int]]

    def cells(self, book: Book, i: int, finals: list[float | None]) -> dict[str, Cell | Formula]:
        """The month of a SKU, and under `rest:m1` the part that does not follow its 13 weeks."""
        rest = self._rest(book, i)
        cells: dict[str, Cell | Formula] = {f"rest:{self.name}": Cell(rest)}
        if not self.near:
            return cells | {self.name: Cell(rest)}
        units = [finals[s] for s, _ in self.near]
        whole = None if rest is None or None in units else rest + sum(
            (unit or 0) * days / 7 for unit, (_, days) in zip(units, self.near, strict=True))
        return cells | {self.name: Formula(self._text, self._refs, Cell(whole))}

    def _rest(self, book: Book, i: int) -> float | None:
        """Units sold in the month so far, and the model's weeks that people do not change."""
        parts = [(known(book.units[i, t]), days) for t, days in self.sold]
        parts += [(known(book.point[i, s]), days) for s, days in self.far]
        if any(units is None for units, _ in parts):
            return None
        return sum((units or 0) * days / 7 for units, days in parts)

    @cached_property
    def _refs(self) -> dict[str, Ref]:
        weeks: dict[str, Ref] = {chr(97 + s): Here(f"w{s + 1}") for s, _ in self.near}
        return {"rest": Here(f"rest:{self.name}"), **weeks}

    @cached_property
    def _text(self) -> str:
        terms = "".join(f"+{{{chr(97 + s)}}}*{days}/7" for s, days in self.near)
        blank = ",".join(f'{{{mark}}}=""' for mark in self._refs)
        return f'IF(OR({blank}),"",{{rest}}{terms})'


def spread(book: Book) -> list[Month]:
    """The weeks of each of the twelve months."""
    made = []
    for name, month in zip(NAMES, months_of(book), strict=True):
        sold, coming = ([(n, days_in(week, month)) for n, week in enumerate(weeks)
                         if days_in(week, month)] for weeks in (book.past, book.coming))
        made.append(Month(name, sold, [(n, days) for n, days in coming if n < AHEAD],
                          [(n, days) for n, days in coming if n >= AHEAD]))
    return made


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
    own: dict[tuple[str, Value], list[Row]] = {}
    for row in given.rows[BUY]:
        if row.value("sku"):
            for by in ("group", "parent_key"):
                own.setdefault((by, row.value(by)), []).append(row)
    made = []
    for source in given.rows["fc_totals"]:
        name = str(source.value("member"))
        by = "group" if source.key.endswith("|*") else "parent_key"
        row = Row(source.key, source.group)
        values: dict[str, Value] = {key: source.value(key) for key in
                                    ("marketplace", "member", "level", "name")}
        row.cells |= {key: Cell(value) for key, value in values.items()}
        for month in NAMES:
            units = total([one.number(month) for one in own.get((by, name), [])]) or 0
            row.cells[month] = sum_of(BUY, by, month, Cell(units))
        made.append(row)
    first = Row(f"{rows[0].group.name}|-", rows[0].group)
    first.cells["name"] = Cell(given.say("Month", "月份"))
    return [labels_row(rows.book, first), *made]


MODEL = Model(_rows, last=True)
