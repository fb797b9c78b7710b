"""Cell functions for Excel on Windows: `=OPS_METRIC("acos","2026-W46","US")`.

Their VBA side is generated (macros/vba/xlwings_udfs.bas); elsewhere they are plain functions. An
argument comes as xlwings hands it over: text, a float, a datetime, None for an empty cell. No data
is "", never 0; what cannot be answered is a short text behind a `#`; nothing is ever raised.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from macros import crash
from macros.answers import plain
from macros.functions_store import Memory
from macros.functions_words import (
    Unanswered,
    choose,
    count_of,
    dimension_of,
    market_of,
    metric_of,
    period_of,
    short,
    text_of,
)
from workbook.answer import Group
from workbook.errors import OpsheetError
from workbook.inputs import EVERYWHERE, key_of, number
from workbook.looks import word
from workbook.model import Label, Metric, Period, Rule, Status, Test, Unit, Value, month_of
from workbook.rules import rule_for, status

try:
    import xlwings
except ImportError:  # the functions serve without it too, but in no cell
    xlwings = None  # type: ignore[assignment]

F = TypeVar("F", bound=Callable[..., Any])
MEMORY = Memory()
_PER_SKU = "days_of_cover"  # its rule is added to each SKU's lead time
_reported: set[str] = set()  # errors nobody foresaw are kept once, not once a cell


def _cell(function: F) -> F:
    """Marks a cell function; an error in a cell that it is given arrives as text."""
    if xlwings is None:
        return function
    for name in inspect.signature(function).parameters:
        function = xlwings.arg(name, err_to_str=True)(function)
    marked: F = xlwings.func(function)
    return marked


@_cell
def OPS_METRIC(metric: Any, period: Any, marketplace: Any = "", store: Any = "") -> Any:
    """A metric's number over a period, as in the sheets; "" where there is none."""
    return _shown(lambda: _number(_Asked.of(metric, period, marketplace, store)))


@_cell
def OPS_TARGET(metric: Any, period: Any, marketplace: Any = "", store: Any = "") -> Any:
    """The target in force on the period's last day; of a month, the one typed for that month."""
    return _shown(lambda: _target(_Asked.of(metric, period, marketplace, store))[0])


@_cell
def OPS_STATUS(metric: Any, period: Any, marketplace: Any = "", store: Any = "") -> Any:
    """The metric against its target: the sheets' word for good, watch or bad; "" if unknown."""
    return _shown(lambda: _status(_Asked.of(metric, period, marketplace, store)))


@_cell
def OPS_TOP(
    metric: Any, by: Any, period: Any, rows: Any = 10, marketplace: Any = "", store: Any = ""
) -> Any:
    """The rows with the largest numbers: key, name, number; "" where there are none."""
    return _shown(
        lambda: _top(_Asked.of(metric, period, marketplace, store), by, rows))


# --- what they do -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A formula's arguments, understood."""

    metric: Metric
    period: Period
    market: str  # a code, `US_EUR`, or ""
    store: str

    @classmethod
    def of(cls, metric: Any, period: Any, marketplace: Any, store: Any) -> _Asked | None:
        """None while the metric or the period is still an empty cell."""
        meant = metric_of(metric)
        span = period_of(period, MEMORY.settings().week_first)
        market, name = market_of(marketplace), text_of(store)
        return cls(meant, span, market, name) if meant and span else None


def _shown(ask: Callable[[], Any]) -> Any:
    try:
        found = ask()
        return "" if found is None else found
    except Unanswered as error:
        return f"#{error.label[_lang()]}"
    except OpsheetError as error:
        return f"#{short(error)}"
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        if text not in _reported:
            _reported.add(text)
            crash.keep(error, "a cell function")
        return f"#{crash.told(error, crash.log_file())}"


def _lang() -> str:
    try:
        return MEMORY.settings().lang
    except OpsheetError:
        return "en"


def _value(asked: _Asked) -> tuple[Group, Value]:
    """The metric's value, and whose it is."""
    answer = MEMORY.numbers(asked.store, asked.period)
    at = next(n for n, one in enumerate(answer.metrics) if one.name == asked.metric.name)
    found: dict[Group, Value] = {
        group: rows[0].cells[at].value if rows else None for group, rows in answer.groups}
    return choose(found, asked.market, asked.metric, bool)


def _number(asked: _Asked | None) -> Any:
    return plain(_value(asked)[1]) if asked else None


def _target(asked: _Asked | None) -> tuple[float | None, Rule | None]:
    """The target, and the rule that says how it is compared."""
    if asked is None:
        return None, None
    metric, store, all_of_them = asked.metric, asked.store, MEMORY.markets(asked.store)
    market = asked.market or (all_of_them[0] if len(all_of_them) == 1 else "")
    rule = rule_for(MEMORY.rules(store, asked.period), metric.name, market.partition("_")[0],
                    asked.period.end)
    if metric.name == _PER_SKU:
        days = f"{rule.target:g}" if rule and rule.target is not None else "?"
        raise Unanswered(Label(f"each SKU has its own target: lead time + {days} days",
                               f"每个 SKU 目标不同：备货周期 + {days} 天"))
    typed = _of_month(asked, market, alone=len(all_of_them) == 1)
    bound = rule.target if rule else None
    return typed if typed is not None else None if bound is None else float(bound), rule


def _of_month(asked: _Asked, market: str, *, alone: bool) -> float | None:
    """The target that people gave for the month, as the KPI scorecard takes it."""
    from workbook.models.scorecard.numbers import kpi_named

    kpi = kpi_named(asked.metric.name)
    if kpi is None or asked.period != month_of(asked.period.start):
        return None
    known, month = MEMORY.known(asked.store), asked.period.label()
    # A target for the sum of all marketplaces says nothing of one of them.
    general = alone or not kpi.flow or not market
    markets = [market] * bool(market) + [EVERYWHERE] * general
    for at in (key_of(one, name, month) for one in markets for name in kpi.names):
        entry = known.entry("targets", at, "target")
        if entry is not None and (found := number(entry.value)) is not None:
            return found
    return None


def _status(asked: _Asked | None) -> str | None:
    if asked is None:
        return None
    group, value = _value(asked)
    target, rule = _target(asked)
    flow = asked.metric.unit in (Unit.MONEY, Unit.COUNT)
    if flow and not MEMORY.is_over(asked.period, group.marketplace):
        return None  # a part of the period against the whole of the target
    test = rule.test if rule else {1: Test.AT_LEAST, -1: Test.AT_MOST}.get(asked.metric.good)
    if test is None or not isinstance(value, int | float | Decimal):
        return None
    found = status(test, value, target, rule.alarm if rule else None)
    return None if found is Status.NONE else word(found, _lang())


def _top(asked: _Asked | None, by: Any, rows: Any) -> list[list[Any]] | None:
    from sync.store.query import dimensions

    dimension, count = dimension_of(by, dimensions()), count_of(rows)
    if asked is None:
        return None
    answer = MEMORY.rows(asked.store, asked.period, asked.metric.name, dimension)
    found = {group: [(row.key[0], row.cells[0].value) for row in rows
                     if row.cells[0].value is not None] for group, rows in answer.groups}
    _, best = choose(found, asked.market, asked.metric, lambda some: any(v for _, v in some))
    best = sorted(best, key=lambda row: -Decimal(str(row[1])))[:count]
    names = (MEMORY.names(asked.store, frozenset(str(key) for key, _ in best))
             if dimension in ("sku", "asin") else {})
    return [[_key(key), names.get(str(key), ""), plain(value)] for key, value in best] or None


def _key(key: Value) -> str:
    return "—" if key is None else str(key)
