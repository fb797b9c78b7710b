"""What an explanation consists of, and how a number is taken apart into facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from macros.jobs import Context
from sync.store.lineage import DERIVED, Lineage, Traced, Whose, trace, with_texts
from sync.store.query import ask
from sync.store.sources import Declared
from sync.surfaces.xlsx.locate import Located
from workbook.answer import Facts, Group, Key, Question, aggs
from workbook.facts import BY_NAME
from workbook.marketplaces import BY_CODE
from workbook.metrics import get_metric
from workbook.model import (
    Agg,
    Cell,
    Expr,
    Label,
    Metric,
    OverTime,
    Period,
    Ratio,
    Unit,
    Value,
)
from workbook.rows import SEPARATOR
from workbook.template import Block, Measure, field_id

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Part:
    """One fact that a number is made of: its value now, in the workbook, and its rows.

    `in_workbook`: the workbook shows it in the same row, as `shown`.
    """

    label: str
    fact: str
    period: Period
    unit: Unit
    now: Cell
    lineage: Lineage
    shown: Value = None
    in_workbook: bool = False

    @property
    def imports(self) -> set[int]:
        return {file.source.number for file in (*self.lineage.files, *self.lineage.costs)}


@dataclass(slots=True)
class Explanation:
    """All that is known of one cell. `kind`: metric, change, rule, status, model, text, typed,
    import or heading. `compared`: `now` can be held against what the workbook shows."""

    found: Located
    file: str
    kind: str
    template: str
    block: str
    label: str
    store: str
    lang: str
    group: Group | None = None
    period: Period | None = None
    unit: Unit | None = None
    formula: str = ""
    now: Cell | None = None
    compared: bool = False
    parts: tuple[Part, ...] = ()
    inputs: list[tuple[str, Value, Unit | None]] = field(default_factory=list)
    rule: dict[str, Value] = field(default_factory=dict)
    files: tuple[Traced, ...] = ()
    says: list[str] = field(default_factory=list)
    why_differs: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return self.now is not None and equal(self.found.value, self.now.value)

    def imports(self) -> set[int]:
        """The imports that answer now."""
        found: set[int] = {file.source.number for file in self.files}
        return found.union(*(part.imports for part in self.parts))


def equal(shown: Value, now: Value) -> bool:
    """Equal as a sheet holds it: binary floats, blanks alike."""
    if isinstance(shown, int | float | Decimal) and isinstance(now, int | float | Decimal):
        return math.isclose(float(shown), float(now), rel_tol=1e-9, abs_tol=1e-9)
    return (shown if shown is not None else "") == (now if now is not None else "")


# --- formulas in words ------------------------------------------------------------------


def words(expr: Expr, lang: str) -> str:
    """The expression with the facts' labels: `Ad spend / Ad sales`."""
    if isinstance(expr, Agg):
        return agg_label(expr, lang)
    if isinstance(expr, Ratio):
        return f"{_bracketed(expr.over, lang)} / {_bracketed(expr.under, lang)}"
    text = str(expr.constant) if expr.constant else ""
    for sign, term in expr.terms:
        mark = " − " if sign < 0 else " + "
        text += (mark if text else mark.strip().replace("+", "")) + words(term, lang)
    return text


def _bracketed(expr: Expr, lang: str) -> str:
    return words(expr, lang) if isinstance(expr, Agg) else f"({words(expr, lang)})"


def agg_label(agg: Agg, lang: str) -> str:
    label = BY_NAME[agg.fact].label[lang]
    if agg.per_day:
        label = Label(f"{label} a day", f"日均{label}")[lang]
    if agg.trailing:
        label += Label(f" (last {agg.trailing} days)", f" (近 {agg.trailing} 天)")[lang]
    return label


def definition(metric: Metric, lang: str) -> str:
    """`ACoS = Ad spend / Ad sales`; for a fact itself how it adds up."""
    name = metric.label[lang]
    if isinstance(metric.expr, Agg) and not metric.expr.per_day:
        last = BY_NAME[metric.expr.fact].over_time is OverTime.LAST
        return f"{name} = " + (
            Label("the latest snapshot of the period", "期内最近一次快照") if last else
            Label("the sum of the rows below", "下列各行之和"))[lang]
    return f"{name} = {words(metric.expr, lang)}"


# --- numbers ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a block in the workbook, and how the store is asked for it."""

    block: Block
    key: str
    marketplace: str
    period: Period  # the row's own: of a trend its week
    shown: Mapping[str, Value]


@dataclass(slots=True)
class Numbers:
    """Takes the metrics of one row apart. `limit`: how many rows of each file are listed."""

    con: duckdb.DuckDBPyConnection
    context: Context
    store: str
    lang: str
    limit: int
    group: Group | None = None

    def of(
        self, row: Row, wanted: Iterable[tuple[str, int]]
    ) -> tuple[dict[tuple[str, int], Cell], tuple[Part, ...]]:
        """The metrics, each `shift` periods back, as they are now, and the facts behind them."""
        wanted = list(dict.fromkeys(wanted))
        leaves = list(dict.fromkeys(
            (agg, shift) for name, shift in wanted for agg in aggs(get_metric(name).expr)))
        metrics = tuple(dict.fromkeys([*(get_metric(name) for name, _ in wanted),
                                       *(self._leaf(agg) for agg, _ in leaves)]))
        periods = tuple({row.period.shifted(shift) for _, shift in wanted})
        declared = self.context.settings.of(self.store)
        facts = ask(self.context.database, Question(metrics, periods, row.block.by),
                    store=self.store, marketplaces=(row.marketplace,), declared=declared,
                    connection=self.con)
        group, key = match(facts, row)
        self.group = group
        cells = {(name, shift): facts.cell(get_metric(name), group, key, row.period.shifted(shift))
                 for name, shift in wanted}
        whose = Whose(self.store, group, row.block.by, key)
        given = declared.get(row.marketplace, Declared())
        return cells, tuple(self._part(row, facts, whose, given, *leaf) for leaf in leaves)

    def _leaf(self, agg: Agg) -> Metric:
        fact = BY_NAME[agg.fact]
        unit = Unit.NUMBER if agg.per_day else fact.unit
        return Metric(f"{agg}", Label(agg_label(agg, "en"), agg_label(agg, "zh")), unit, agg)

    def _part(
        self, row: Row, facts: Facts, whose: Whose, given: Declared, agg: Agg, shift: int
    ) -> Part:
        leaf, at = self._leaf(agg), row.period.shifted(shift)
        span = at.trailing(agg.trailing) if agg.trailing else at
        lineage = trace(self.con, (agg.fact, span), whose, given, self.limit)
        files = (with_texts(self.context.database, file) for file in lineage.files)
        costs = (with_texts(self.context.database, file) for file in lineage.costs)
        part = Part(leaf.label[self.lang], agg.fact, span, leaf.unit,
                    facts.cell(leaf, whose.group, whose.key, at),
                    replace(lineage, files=tuple(files), costs=tuple(costs)))
        for item in row.block.fields:
            if isinstance(item, Measure) and item.shift == shift and (
                get_metric(item.metric).expr == agg
            ):
                return replace(part, shown=row.shown.get(field_id(item)), in_workbook=True)
        return part


def match(facts: Facts, row: Row) -> tuple[Group, Key]:
    """The group and key that the row's own key was made of; campaigns may hold its separator."""
    groups = [g for g in facts.groups() if g.marketplace == row.marketplace]
    if row.block.by:
        for group in groups:
            for key in facts.values[group]:
                if SEPARATOR.join([row.marketplace, *(str(p or "") for p in key)]) == row.key:
                    return group, key
    country = BY_CODE.get(row.marketplace)
    group = groups[0] if groups else Group(row.marketplace, country.currency if country else "")
    if not row.block.by:
        return group, ()
    rest = row.key.removeprefix(row.marketplace + SEPARATOR)
    parts = rest.rsplit(SEPARATOR, len(row.block.by) - 1)
    return group, tuple(part or None for part in parts)


def derived_from(part: Part, lang: str) -> str:
    """What a fact that no report carries was reckoned from; "" for all others."""
    origin = DERIVED.get(part.fact)
    if origin is None:
        return ""
    name = BY_NAME[origin].label[lang]
    return Label(f"VAT = {name} × rate / (1 + rate), the rate from opsheet.toml or 0",
                 f"增值税 = {name} × 税率 / (1 + 税率)，税率来自 opsheet.toml 或为 0")[lang]




def span(period: Period) -> str:
    """`2026-W46 (2026-11-09..2026-11-15)`."""
    label = period.label()
    return label if label == str(period) else f"{label} ({period})"
