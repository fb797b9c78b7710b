"""The table for purchasing: final units by week and month beside all stock, and how long it lasts.

Days of cover are units / (the mean daily units of the 13 weeks' forecast).
"""

from __future__ import annotations

import datetime as dt

from workbook import formulas
from workbook.answer import Group, Question
from workbook.formulas import At, Formula, Here
from workbook.inputs import EVERYWHERE, number, parts_of
from workbook.metrics import get_metric
from workbook.model import Cell, Period, State, Value
from workbook.models import Asking, Given, Model
from workbook.models.forecast.months import labels_row, spread
from workbook.models.forecast.skus import STEPS
from workbook.models.forecast.spans import listed, summed, total
from workbook.models.forecast.view import AHEAD, MAIN, book_of
from workbook.rows import Row

STOCK = tuple(map(get_metric, ("available_units", "inbound_units")))
LOOK_BACK, LOOK_AHEAD = 14, 14  # days around the week's end in which a snapshot is looked for
COPIED = ("marketplace", "sku", "name", "asin", "owner", "lead_time", "group", "parent_key")
_COVER = 'IF(OR({u}="",{pace}="",{pace}=0),"",{u}/{pace})'


def _asks(asking: Asking) -> dict[str, Question]:
    end = asking.period.end
    days = tuple(Period(day, day) for n in range(-LOOK_BACK, LOOK_AHEAD + 1)
                 for day in [end + dt.timedelta(days=n)])
    return {"stock": Question(STOCK, days, ("sku",))}


def _rows(given: Given) -> list[Row]:
    rows = book_of(given)
    if not rows:
        return []
    stages = _stages(given)
    days = {group: _newest(given, group) for group in given.groups}
    first = Row(f"{rows[0].group.name}|-", rows[0].group)
    first.cells["name"] = Cell(given.say("Week / month", "周 / 月"))
    made, months = [labels_row(rows.book, first)], spread(rows.book)
    for i, source in zip(rows.order, rows, strict=True):
        row = Row(source.key, source.group)
        row.cells |= {name: Cell(source.value(name)) for name in COPIED}
        finals = [source.number(step) for step in STEPS]
        for step, value in zip(STEPS, finals, strict=True):
            row.cells[step] = formulas.copy_of(At(MAIN, source.key, step), Cell(value))
        row.cells["next_13"] = summed(STEPS, Cell(total(finals)))
        for month in months:
            row.cells |= month.cells(rows.book, i, finals)
        _stock(row, given, days[source.group], stages.get(
            (source.group.marketplace, str(source.value("sku"))), {}))
        _cover(row)
        made.append(row)
    return made


def _newest(given: Given, group: Group) -> Period | None:
    """The newest day of a snapshot."""
    days = [period for (_, market, period), said in given.facts["stock"].known.items()
            if market == group.marketplace and said.state is not State.NO_DATA]
    return max(days, default=None)


Stages = dict[tuple[str, str], dict[tuple[str, str], tuple[float | None, dt.date | None]]]


def _stages(given: Given) -> Stages:
    """(marketplace, SKU) -> stage and arrival -> units; stock for all marketplaces is not split.

    Of each stage only what was counted last: a delivery that was put off stands there once.
    """
    said = {tuple(parts_of(key)): fields["units"] for key, fields
            in given.known.of_topic("stock_stages", given.today).items() if "units" in fields}
    newest: dict[tuple[str, ...], dt.date] = {}
    for key, entry in said.items():
        newest[key[:3]] = max(newest.get(key[:3], dt.date.min), entry.valid)
    found: Stages = {}
    for (market, sku, stage, arrives), entry in said.items():
        if market != EVERYWHERE and entry.valid == newest[market, sku, stage]:
            found.setdefault((market, sku), {})[stage, arrives] = (
                number(entry.value), dt.date.fromisoformat(arrives) if arrives else None)
    return found


def _stock(
    row: Row, given: Given, day: Period | None,
    stages: dict[tuple[str, str], tuple[float | None, dt.date | None]],
) -> None:
    values: dict[str, Value] = {"snapshot": day.start if day else None}
    if day is not None:
        facts = given.facts["stock"].row(row.group, (row.value("sku"),))
        values |= {metric.name: facts.cell(metric, day).value for metric in STOCK}
    values["before_amazon"] = total([units for units, _ in stages.values()])
    arrivals = sorted(day for _, day in stages.values() if day)
    values["arrives"] = arrivals[0] if arrivals else None
    row.cells |= {name: Cell(value) for name, value in values.items()}


def _cover(row: Row) -> None:
    """Live: mean daily units, all units there are, and the days they last."""
    thirteen, stock = row.number("next_13"), ("available_units", "inbound_units", "before_amazon")
    pace = None if thirteen is None else thirteen / (AHEAD * 7)
    row.cells["pace"] = Formula(f'IF({{u}}="","",{{u}}/{AHEAD * 7})', {"u": Here("next_13")},
                                Cell(pace))
    for name, parts in (("at_amazon", stock[:2]), ("all_units", stock)):
        units = total([row.number(part) for part in parts])
        row.cells[name] = listed([Here(part) for part in parts], Cell(units))
        days = units / pace if units is not None and pace else None
        row.cells[f"cover_{name}"] = Formula(
            _COVER, {"u": Here(name), "pace": Here("pace")}, Cell(days))


MODEL = Model(_rows, _asks, last=True)
