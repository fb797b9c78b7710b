"""What in a forecast needs a person: surprises, overrides beyond the interval, poor accuracy.

No threshold of ours: the bounds are the forecast's own 80 % interval and the naive forecast.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbook.answer import Group
from workbook.inputs import number
from workbook.looks import word
from workbook.model import Cell, State, Status, Value
from workbook.models import Given, Model
from workbook.models.forecast.spans import Spans
from workbook.models.forecast.view import (
    AHEAD,
    DETAILED,
    SHOWN,
    Forecasted,
    book_of,
    week_name,
)
from workbook.rows import SEPARATOR, Row

WEEKS_OF_SURPRISE, MOST = 4, 30  # MOST: rows of a kind, those with most at stake


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    found: list[Row] = []
    for group in given.groups if rows else ():
        found.append(_about(rows, group))
        some = [*_most(_surprises(rows, group)), *_most(_overrides(rows, group)),
                *_most(_inaccurate(rows, group))]
        found += sorted(some, key=lambda row: -(row.number("at_stake") or 0))
    return found


def _most(rows: Iterator[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -(row.number("at_stake") or 0))[:MOST]


def _row(group: Group, key: str, source: Row | None, values: dict[str, Value]) -> Row:
    row = Row(SEPARATOR.join((group.name, key)), group)
    subject = " · ".join(str(source.value(n)) for n in ("sku", "name") if source.value(n)) if (
        source) else None
    values = {"marketplace": group.marketplace, "subject": subject,
              "product_owner": source.value("owner") if source else None} | values
    row.cells |= {name: Cell(value) for name, value in values.items()}
    stake = values.get("at_stake")
    row.cells["at_stake"] = Cell(stake, State.ESTIMATE, group.currency)
    return row


def _about(rows: Forecasted, group: Group) -> Row:
    """What the forecast stands on: always the first line."""
    book, own = rows.book, [row for row in rows if row.group == group]
    say, lang = book.given.say, book.given.lang
    mine = [n for n, series in enumerate(book.series) if series.group == group]
    covered = ~np.isnan(book.units[mine]).all(axis=0) if mine else np.zeros(1, bool)
    last = book.past[int(np.flatnonzero(covered)[-1])] if covered.any() else None
    naive = sum((row.number("mase") or 0) >= 1 for row in own)
    origins = max((int(row.number("origins") or 0) for row in own), default=0)
    end, weeks = last.end if last else "–", int(covered.sum())
    year = say("long enough to try a yearly pattern" if weeks >= 104 else
               "a yearly pattern needs 104",
               "可尝试年度季节" if weeks >= 104 else "年度季节需 104 周")
    why = say(
        f"data until {end}, last closed week {week_name(book.given.period)}; {weeks} weeks of "
        f"history ({year}); accuracy over {AHEAD} weeks from up to {origins} past forecasts; "
        f"MASE 1 or more: {naive} of {len(own)} SKUs",
        f"数据截至 {end}，最后完整周 {week_name(book.given.period)}；历史 {weeks} 周（{year}）；"
        f"精度按未来 {AHEAD} 周、最多 {origins} 次历史预测检验；MASE ≥ 1："
        f"{naive} / {len(own)} 个 SKU")
    if len(own) > DETAILED:
        why += say(f"; weeks in rows of their own for the first {DETAILED} SKUs (last {SHOWN} and "
                   f"next {AHEAD} weeks), others: type into the table forecast_overrides",
                   f"；仅前 {DETAILED} 个 SKU 有逐周行，其余请用 forecast_overrides 表填写")
    return _row(group, "about", None, {
        "severity": word(Status.NONE, lang), "what": say("About this forecast", "关于本预测"),
        "why": why})


def _surprises(rows: Forecasted, group: Group) -> Iterator[Row]:
    """SKUs whose last weeks fell outside what was to be expected before them."""
    book = rows.book
    actual, ahead, lower, upper = Spans(book.found, np.arange(len(book.series))).surprise(
        WEEKS_OF_SURPRISE)
    say, lang = book.given.say, book.given.lang
    for i, row in zip(rows.order, rows, strict=True):
        if row.group != group or not (actual[i] < lower[i] or actual[i] > upper[i]):
            continue
        rose, price = actual[i] > upper[i], row.number("price")
        stake = None if price is None else abs(actual[i] - ahead[i]) * price / WEEKS_OF_SURPRISE
        why = say(
            f"{actual[i]:,.0f} units in the last {WEEKS_OF_SURPRISE} weeks; "
            f"{lower[i]:,.0f}–{upper[i]:,.0f} were to be expected",
            f"近 {WEEKS_OF_SURPRISE} 周 {actual[i]:,.0f} 件；"
            f"预期 {lower[i]:,.0f}–{upper[i]:,.0f} 件")
        yield _row(group, f"surprise|{row.value('sku')}", row, {
            "severity": word(Status.WATCH if rose else Status.BAD, lang), "why": why,
            "what": say("Sells more than expected", "销量高于预期") if rose else
            say("Sells less than expected", "销量低于预期"), "at_stake": stake})


def _overrides(rows: Forecasted, group: Group) -> Iterator[Row]:
    """Typed weeks that lie outside the model's interval."""
    book, say = rows.book, rows.book.given.say
    for i, row in zip(rows.order, rows, strict=True):
        if row.group != group:
            continue
        for step in range(1, AHEAD + 1):
            series, week = book.series[i], book.coming[step - 1]
            typed = number(book.typed(series, week, shown=i in rows.shown))
            low, high = (bound[i, step - 1] for bound in (book.found.lower, book.found.upper))
            if typed is None or not (typed < low or typed > high):
                continue
            price, point = row.number("price"), book.point[i, step - 1]
            yield _row(group, f"override|{series.sku}|{week_name(week)}", row, {
                "severity": word(Status.WATCH, book.given.lang),
                "what": say("Typed against the model", "手填值与模型差异大"),
                "why": say(f"{week_name(week)}: {typed:,.0f} typed, the model says {point:,.1f} "
                           f"({low:,.0f}–{high:,.0f})",
                           f"{week_name(week)}：手填 {typed:,.0f}，模型 {point:,.1f}"
                           f"（{low:,.0f}–{high:,.0f}）"),
                "at_stake": None if price is None else abs(typed - point) * price})


def _inaccurate(rows: Forecasted, group: Group) -> Iterator[Row]:
    """SKUs whose past forecasts erred by more than one week usually differs from the next."""
    say, lang = rows.book.given.say, rows.book.given.lang
    for row in rows:
        mase, wape, sold, price = (row.number(n) for n in ("mase", "wape", "last_13", "price"))
        if row.group != group or mase is None or mase < 1 or wape is None:
            continue
        yield _row(group, f"accuracy|{row.value('sku')}", row, {
            "severity": word(Status.WATCH, lang),
            "what": say("Hard to forecast", "难以预测"),
            "why": say(
                f"WAPE {wape:.0%}, MASE {mase:.2f}: errs by more than week differs from week",
                f"WAPE {wape:.0%}，MASE {mase:.2f}：误差大于相邻两周的平均差异"),
            "at_stake": None if sold is None or price is None else wape * sold / AHEAD * price})


MODEL = Model(_rows, last=True)
