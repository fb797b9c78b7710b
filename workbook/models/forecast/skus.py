"""The sales forecast by SKU: the next weeks, their interval, accuracy, and why it is so.

Forecast units are live sums of the weeks' final units: what is typed there counts here.
"""

from __future__ import annotations

import numpy as np

from workbook import formulas
from workbook.formulas import At, Formula, Here
from workbook.model import Cell, Period, State, Value
from workbook.models import Given, Model
from workbook.models.forecast.spans import Spans, summed, total
from workbook.models.forecast.view import AHEAD, WEEKS, Book, Forecasted, Series, asks, known
from workbook.models.forecasting.model import MODELS
from workbook.models.forecasting.past import Array
from workbook.notes import said
from workbook.rows import Product, Row

STEPS = [f"w{step}" for step in range(1, AHEAD + 1)]


def _rows(given: Given) -> list[Row]:
    book = Book(given)
    spans = Spans(book.found, np.arange(len(book.series)))
    tables = _Numbers(book, spans)
    groups = {group: n for n, group in enumerate(given.groups)}
    order = sorted(range(len(book.series)), key=lambda i: (
        groups[book.series[i].group], -tables.money(i), book.series[i].key))
    rows = Forecasted()
    rows.book, rows.order, rows.shown = book, order, book.detailed(order)
    rows += [tables.row(i, shown=i in rows.shown) for i in order]
    return rows


class _Numbers:
    """The numbers of every SKU, and its row."""

    def __init__(self, book: Book, spans: Spans) -> None:
        self.book, self.spans = book, spans
        self.left_out = book.left_out()
        self.accuracy = spans.accuracy(AHEAD)
        self.lower, self.upper = spans.interval(AHEAD)
        units, sales = book.units[:, -AHEAD:], book.sales[:, -AHEAD:]
        self.recent = np.where(np.isnan(units).all(axis=1), np.nan, np.nansum(units, axis=1))
        both = ~np.isnan(units) & ~np.isnan(sales)
        sold = np.where(both, units, 0).sum(axis=1)
        self.price: Array = np.where(
            sold > 0, np.where(both, sales, 0).sum(axis=1) / np.maximum(sold, 1), np.nan)

    def money(self, i: int) -> float:
        """What decides a SKU's place: its forecast sales, else its past ones."""
        units = self.book.point[i, :AHEAD].sum()
        units = units if np.isfinite(units) else self.recent[i]
        return float(np.nan_to_num(units * self.price[i]))

    def row(self, i: int, *, shown: bool) -> Row:
        book, series = self.book, self.book.series[i]
        product = book.given.products.get(series.sku) or book.given.products.get(
            series.asin, Product())
        row = Row(series.key, series.group)
        finals = [book.final(i, step, shown=shown) for step in range(1, AHEAD + 1)]
        values: dict[str, Value] = {
            "marketplace": series.group.marketplace, "sku": series.sku,
            "name": product.name or None, "owner": product.owner or None,
            "asin": series.asin or product.asin or None, "parent": series.parent or None,
            "lead_time": product.lead_time,
            "group": series.group.name, "pick": series.key if shown else None,
            "parent_key": f"{series.group.name}|{series.parent or series.sku}",
            "last_4": self._sold(i, 4), "last_13": known(self.recent[i]),
            "low": known(self.lower[i]), "high": known(self.upper[i]),
            "model": MODELS[book.found.model[i]][book.given.lang],
            "origins": int(self.accuracy.origins[i]) or None,
            "weeks_known": int(book.found.known[i]), "left_out": int(self.left_out[i]),
            "note": self._note(i, finals) or None,
        }
        row.cells |= {name: Cell(value) for name, value in values.items()}
        for name in ("wape", "mase", "bias", "coverage"):
            row.cells[name] = Cell(known(getattr(self.accuracy, name)[i]))
        row.cells["price"] = Cell(known(self.price[i]), State.ESTIMATE, series.group.currency)
        for step, (name, value) in enumerate(zip(STEPS, finals, strict=True), 1):
            at = At(WEEKS, book.key(series, book.coming[step - 1]), "final")
            row.cells[name] = formulas.copy_of(at, Cell(value)) if shown else Cell(value)
        _sums(row, finals)
        return row

    def _sold(self, i: int, weeks: int) -> float | None:
        """Units of the last weeks; blank unless reports cover them all."""
        units = self.book.units[i, -weeks:]
        before = np.isnan(self.book.units[i]).all() or not np.isnan(self.book.units[i, -1])
        return float(np.nansum(units)) if before and not np.isnan(units[-1]) and not (
            self._missing(i, weeks)) else None

    def _missing(self, i: int, weeks: int) -> int:
        """Of the last weeks since the SKU's first sale: how many no report covers."""
        units = self.book.units[i]
        begun = int(np.argmax(~np.isnan(units))) if (~np.isnan(units)).any() else len(units)
        return int(np.isnan(units[max(begun, len(units) - weeks):]).sum())

    def _note(self, i: int, finals: list[float | None]) -> str:
        """Why there is no forecast or how far to trust it."""
        book, say = self.book, self.book.given.say
        series, parts = book.series[i], []
        if reason := book.found.reason[i]:
            parts.append(say(f"no forecast: {reason}", f"无预测：{said(reason, 'zh')}"))
        if count := int(self.left_out[i]):
            parts.append(say(f"left out as out of stock: {count} weeks",
                             f"因断货未计入：{count} 周"))
        if count := self._missing(i, AHEAD):
            parts.append(say(f"no report for {count} of the last {AHEAD} weeks",
                             f"近 {AHEAD} 周中 {count} 周缺报告"))
        if known(self.accuracy.mase[i]) is not None and self.accuracy.mase[i] >= 1:
            parts.append(say("hard to forecast: errs by more than week differs from week",
                             "难以预测：误差大于相邻两周的平均差异"))
        parts += self._coming(series)
        parts += self._unlearnt(series)
        pairs = zip(finals, book.point[i], strict=False)
        if count := sum(final != known(point) for final, point in pairs):
            parts.append(say(f"typed: {count} weeks", f"手填：{count} 周"))
        return say("; ", "；").join(parts)

    def _coming(self, series: Series) -> list[str]:
        """The events of the coming weeks."""
        book, weeks = self.book, self.book.coming[:AHEAD]
        names = list(dict.fromkeys(filter(None, (book.names(series, week) for week in weeks))))
        return [book.given.say(f"ahead: {', '.join(names)}", f"将有：{'、'.join(names)}")] if (
            names) else []

    def _unlearnt(self, series: Series) -> list[str]:
        """Events ahead that the past says nothing of."""
        book = self.book
        names = list(dict.fromkeys(
            e.name for e in book.events if e.about(series) and e.code in book.found.unlearnt
            and any(e.days_in(week) for week in book.coming[:AHEAD])))
        return [book.given.say(f"no lift, nothing like it before: {', '.join(names)}",
                               f"无同类历史，未加提升：{'、'.join(names)}")] if names else []


def _sums(row: Row, finals: list[float | None]) -> None:
    """Live sums over the weeks, the change against the weeks before, the estimate in money."""
    four, thirteen = total(finals[:4]), total(finals)
    row.cells["next_4"] = summed(STEPS[:4], Cell(four))
    row.cells["next_13"] = summed(STEPS, Cell(thirteen))
    before, price = row.number("last_13"), row.number("price")
    trend = (thirteen - before) / before if thirteen is not None and before else None
    row.cells["trend"] = formulas.relative_change(Here("next_13"), Here("last_13"), Cell(trend))
    money = None if thirteen is None or price is None else thirteen * price
    row.cells["sales"] = Formula(
        'IF(OR({u}="",{p}=""),"",{u}*{p})', {"u": Here("next_13"), "p": Here("price")},
        Cell(money, State.ESTIMATE, row.group.currency))


def weeks_line(weeks: list[Period]) -> str:
    """`2026-11-16 … 2027-02-14`."""
    return f"{weeks[0].start} … {weeks[-1].end}"


MODEL = Model(_rows, asks)
