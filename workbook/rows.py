"""From facts to the rows of a block: one row a key, one cell a field; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from workbook.answer import FactRow, Facts, Group, Question
from workbook.errors import TemplateError
from workbook.formulas import Formula
from workbook.metrics import get_metric
from workbook.model import Agg, Cell, Label, Linear, Metric, Period, Ratio, State, Unit, Value
from workbook.template import Block, Change, Dim, Measure, field_id

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Product:
    """What the product master, or else a report, says of a SKU or an ASIN."""

    sku: str = ""
    asin: str = ""
    name: str = ""
    owner: str = ""
    lead_time: int | None = None  # days, by sea where both are known


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One import that answered, as the Sources tab shows it."""

    number: int
    file: str
    report: Label
    marketplace: str
    start: dt.date | None
    end: dt.date | None
    rows: int
    refused: int
    exported: dt.datetime
    imported: dt.datetime
    settling: dt.date | None
    hash: str


@dataclass(slots=True)
class Row:
    """One row of a block. `key` stays the same through refills and languages.

    A model may put live formulas beside values, each with the value it has now. `unit`: of the
    row's own number, where rows differ in that; `closed`: inputs that this row has not.
    """

    key: str
    group: Group
    cells: dict[str, Cell | Formula] = field(default_factory=dict)
    unit: Unit | None = None
    closed: frozenset[str] = frozenset()

    def cell(self, name: str) -> Cell | None:
        """The cell, or the value that its formula has now."""
        known = self.cells.get(name)
        return known.cell if isinstance(known, Formula) else known

    def value(self, name: str) -> Value:
        cell = self.cell(name)
        return cell.value if cell else None

    def number(self, name: str) -> float | None:
        """The cell as a float; None for a blank."""
        value = self.value(name)
        return None if value is None or isinstance(value, str) else float(value)  # type: ignore[arg-type]


def question_of(block: Block, period: Period) -> Question:
    """What the store must answer for a block of a template."""
    metrics: dict[str, Metric] = {}
    shifts = {0}
    for item in block.fields:
        if isinstance(item, Measure | Change):
            metrics[item.metric] = get_metric(item.metric)
            shifts.add(item.shift if isinstance(item, Measure) else 0)
    if block.over:
        shifts = set(range(-block.over + 1, 1))
    periods = tuple(period.shifted(shift) for shift in sorted(shifts))
    return Question(tuple(metrics.values()), periods, block.by)


Products = dict[str, Product]


def trend_rows(
    block: Block, facts: Facts, period: Period, groups: Iterable[Group],
    products: Products | None = None,
) -> list[Row]:
    """One row for each group and period, the oldest first."""
    rows = []
    for group in groups:
        for at in _periods(block, period):
            row = Row(SEPARATOR.join((group.name, at.label())), group)
            row.cells |= _named(group, at)
            _Numbers.of(block, at).fill(row, facts.row(group, ()))
            rows.append(row)
    return rows


def _periods(block: Block, period: Period) -> list[Period]:
    """The periods of a trend, the oldest first."""
    return [period.shifted(shift) for shift in range(-block.over + 1, 1)]


def _named(group: Group, at: Period) -> dict[str, Cell | Formula]:
    return {"marketplace": Cell(group.marketplace), "period": Cell(at.label()),
            "from": Cell(at.start), "until": Cell(at.end)}


def key_rows(
    block: Block, facts: Facts, period: Period, products: Products, groups: Iterable[Group],
) -> list[Row]:
    """One row for each key that has any number in the period or the one before it."""
    numbers = _Numbers.of(block, period)
    return [row for group in groups for key in _keys(facts, group)
            if numbers.any(row := _key_row(block, group, key, products, numbers, facts))]


def key_trend_rows(
    block: Block, facts: Facts, period: Period, groups: Iterable[Group], products: Products,
) -> list[Row]:
    """One row for each key and period, the newest first; keys without any number are left out.

    The period is the last part of the row's key: what is typed there is about that key and day.
    Where the block has a limit, the keys with the largest sum of its rank field are kept.
    """
    rows = []
    numbers = [(at, _Numbers.of(block, at)) for at in reversed(_periods(block, period))]
    for group in groups:
        for key in _largest(block, facts, group, period):
            own = []
            for at, some in numbers:
                row = _key_row(block, group, key, products, some, facts)
                row.key = SEPARATOR.join((row.key, at.label()))
                row.cells |= _named(group, at)
                own.append((row, some.any(row)))
            if any(has for _, has in own):
                rows += [row for row, _ in own]
    return rows


def _largest(
    block: Block, facts: Facts, group: Group, period: Period
) -> list[tuple[Value, ...]]:
    """The keys that the block has room for: measuring the others would be for nothing."""
    keys = _keys(facts, group)
    room = len(keys) if block.limit is None else block.limit // block.over
    if not block.rank or len(keys) <= room:
        return keys
    expr = get_metric(block.rank).expr
    assert isinstance(expr, Agg), block.rank
    needs = [(expr.fact, at) for at in _periods(block, period)]
    values = facts.values[group]
    sums = {key: sum(values[key].get(need, 0) for need in needs) for key in keys}
    kept = set(sorted(keys, key=lambda key: (-sums[key], str(key)))[:room])
    return [key for key in keys if key in kept]


def _keys(facts: Facts, group: Group) -> list[tuple[Value, ...]]:
    """The keys of a group that name something."""
    return [key for key in facts.values.get(group, {}) if any(part is not None for part in key)]


def _key_row(
    block: Block, group: Group, key: tuple[Value, ...], products: Products, numbers: _Numbers,
    facts: Facts,
) -> Row:
    row = Row(SEPARATOR.join([group.name, *(str(p or "") for p in key)]), group)
    row.cells["marketplace"] = Cell(group.marketplace)
    for name, part in zip(block.by, key, strict=True):
        row.cells[name] = Cell(part)
    _describe(row, block, products)
    numbers.fill(row, facts.row(group, key))
    return row


def _describe(row: Row, block: Block, products: Products) -> None:
    """Attributes from the product master, by SKU or ASIN."""
    product = products.get(str(row.value("sku") or row.value("asin") or ""), Product())
    known: dict[str, Value] = {
        "sku": product.sku or None, "asin": product.asin or None, "name": product.name or None,
        "owner": product.owner or None, "lead_time": product.lead_time,
    }
    for item in block.fields:
        if isinstance(item, Dim) and item.name in known and item.name not in row.cells:
            row.cells[item.name] = Cell(known[item.name])


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of a block, and their changes against the period before.

    A change takes its two numbers from the fields that show them, where the block has such.
    """

    measures: list[tuple[str, Metric, Period]]
    changes: list[tuple[str, Metric]]
    period: Period
    before: Period

    @classmethod
    def of(cls, block: Block, period: Period) -> _Numbers:
        shown = [f for f in block.fields if isinstance(f, Measure)]
        moved = [f for f in block.fields if isinstance(f, Change)]
        return cls(
            [(field_id(f), get_metric(f.metric), period.shifted(f.shift)) for f in shown],
            [(field_id(f), get_metric(f.metric)) for f in moved], period, period.previous(),
        )

    def fill(self, row: Row, facts: FactRow) -> None:
        """Puts the numbers into the row."""
        for name, metric, at in self.measures:
            row.cells[name] = facts.cell(metric, at)
        for name, metric in self.changes:
            now = row.cell(metric.name) or facts.cell(metric, self.period)
            before = row.cell(f"{metric.name}@-1") or facts.cell(metric, self.before)
            row.cells[name] = _change(metric, now, before)

    def any(self, row: Row) -> bool:
        """Has the row any number that is neither blank nor zero?"""
        return any(row.value(name) for name, *_ in self.measures)


def _change(metric: Metric, now: Cell, before: Cell) -> Cell:
    """Relative change, or for shares the difference in points; blank without a base."""
    return Cell(relative(metric.unit, now.value, before.value),
                State.OK if now.value is not None else State.NO_DATA)


def relative(unit: Unit, now: Value, before: Value) -> float | None:
    """How much `now` differs from `before`: points for shares, else a fraction of `before`."""
    if now is None or before is None:
        return None
    a, b = float(now), float(before)  # type: ignore[arg-type]
    if unit is Unit.SHARE:
        return (a - b) * 100
    return (a - b) / b if b else None


def parts_of(block: Block, item: Measure) -> tuple[str, str] | None:
    """The fields that hold a ratio's two parts, so that it can be a live formula.

    Raises:
        TemplateError: the block shows a ratio without showing what it is made of.
    """
    expr = get_metric(item.metric).expr
    ratio = expr.terms[0][1] if isinstance(expr, Linear) and len(expr.terms) == 1 else expr
    if not isinstance(ratio, Ratio):
        return None
    found = [_field_for(block, part, item.shift) for part in (ratio.over, ratio.under)]
    if None in found:
        raise TemplateError(f"Block '{block.id}' shows {item.metric} without both of its parts.",
                            do="Add the parts as fields; they may be folded.")
    return found[0] or "", found[1] or ""


def in_front(item: Measure) -> str:
    """What stands before a ratio's quotient: `1-` for a metric that is 1 less a ratio."""
    expr = get_metric(item.metric).expr
    if not isinstance(expr, Linear):
        return ""
    return f"{expr.constant}{'-' if expr.terms[0][0] < 0 else '+'}"


def _field_for(block: Block, part: object, shift: int) -> str | None:
    for item in block.fields:
        if not isinstance(item, Measure) or item.shift != shift:
            continue
        if get_metric(item.metric).expr == part:
            return field_id(item)
    return None


def ranked(block: Block, rows: list[Row]) -> list[Row]:
    """Each marketplace's rows by the block's rank field, blanks last, cut at its limit.

    Marketplaces keep their order and stay apart: amounts in two currencies are not compared.
    """
    groups = list(dict.fromkeys(row.group for row in rows))
    if block.rank and not (block.by and block.over):  # those keep the order of their days
        sign = 1 if block.rank.startswith("-") else -1
        name = block.rank.lstrip("-")
        rows = sorted(rows, key=lambda r: (
            r.number(name) is None, sign * (r.number(name) or 0), r.key))
    by_group = [[row for row in rows if row.group == group] for group in groups]
    return [row for some in by_group for row in some[: block.limit]]
