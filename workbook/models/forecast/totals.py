"""Totals of the forecast by parent and by store: live sums of the SKUs' weeks, with intervals."""

from __future__ import annotations

import numpy as np

from workbook import formulas
from workbook.answer import Group
from workbook.formulas import Column, Formula, Here
from workbook.model import Cell, State, Value
from workbook.models import Given, Model
from workbook.models.forecast.skus import STEPS
from workbook.models.forecast.spans import Spans, summed, total
from workbook.models.forecast.view import AHEAD, MAIN, Forecasted, book_of, known
from workbook.models.forecasting.past import Ints
from workbook.rows import Row

SUMS = ("last_4", "last_13", "sales", *STEPS)


def sum_of(block: str, by: str, name: str, cell: Cell) -> Formula:
    """The sum of a column over the rows of a block whose `by` is this row's `member`."""
    return Formula("SUMIF({by},{own},{col})", {
        "by": Column(block, by), "own": Here("member"), "col": Column(block, name)}, cell)


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    if not rows:
        return []
    stores = _level(rows, "group")
    parents = _level(rows, "parent_key")
    stores_first: list[Row] = []
    for store in stores:
        own = [row for row in parents if row.group == store.group and (row.number("members") or 0)]
        stores_first += [store, *own]
    return stores_first


def members(rows: Forecasted, by: str) -> tuple[list[str], Ints]:
    """The members' names in the order of the rows, and the number (n,) of each series."""
    names: dict[str, int] = {}
    numbers = np.zeros(len(rows), np.int64)
    for i, row in zip(rows.order, rows, strict=True):
        numbers[i] = names.setdefault(str(row.value(by)), len(names))
    return list(names), numbers


def _level(rows: Forecasted, by: str) -> list[Row]:
    names, numbers = members(rows, by)
    spans = Spans(rows.book.found, numbers)
    accuracy, (lower, upper) = spans.accuracy(AHEAD), spans.interval(AHEAD)
    owned: list[list[Row]] = [[] for _ in names]
    for i, row in zip(rows.order, rows, strict=True):
        owned[numbers[i]].append(row)
    made = []
    for g, (name, own) in enumerate(zip(names, owned, strict=True)):
        row = _row(rows, by, name, own)
        row.cells |= {"low": Cell(known(lower[g])), "high": Cell(known(upper[g]))}
        for measure in ("wape", "mase", "bias", "coverage"):
            row.cells[measure] = Cell(known(getattr(accuracy, measure)[g]))
        row.cells["origins"] = Cell(int(accuracy.origins[g]) or None)
        made.append(row)
    return made


def _row(rows: Forecasted, by: str, name: str, own: list[Row]) -> Row:
    say, group, store = rows.book.given.say, own[0].group, by == "group"
    blank = sum(row.value("next_13") is None for row in own)
    parent = name.partition("|")[2]
    values: dict[str, Value] = {
        "marketplace": group.marketplace, "member": name, "members": len(own),
        "level": say("store", "店铺") if store else say("parent", "父体"),
        "name": rows.book.given.store if store else parent,
        "note": say(f"without a forecast: {blank} SKUs", f"无预测：{blank} 个 SKU") if blank
        else None,
    }
    row = Row(f"{group.name}|*" if store else name, group)
    row.cells |= {key: Cell(value) for key, value in values.items()}
    sums = {key: total([one.number(key) for one in own]) or 0 for key in SUMS}
    for key, value in sums.items():
        cell = Cell(value, State.ESTIMATE, group.currency) if key == "sales" else Cell(value)
        row.cells[key] = sum_of(MAIN, by, key, cell)
    for key, count in (("next_4", 4), ("next_13", AHEAD)):
        row.cells[key] = summed(STEPS[:count], Cell(sum(sums[step] for step in STEPS[:count])))
    trend = (row.number("next_13") or 0) / sums["last_13"] - 1 if sums["last_13"] else None
    row.cells["trend"] = formulas.relative_change(Here("next_13"), Here("last_13"), Cell(trend))
    return row


def group_of(rows: Forecasted, name: str) -> Group:
    """The group whose name it is."""
    return next(row.group for row in rows if row.value("group") == name)


MODEL = Model(_rows, last=True)
