"""Turns rows of blocks into planned cells and formulas, in one language, under one rulebook."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbook import formulas
from workbook.answer import Group
from workbook.formulas import At, Formula, Here
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, Metric, Period, Rule, Test, Unit
from workbook.notes import said
from workbook.plan import Planned, PlannedRow, State, in_words
from workbook.rows import Row, in_front, parts_of, ranked, relative
from workbook.rules import rule_for, status
from workbook.template import Block, Bound, Change, Field, Input, Measure, field_id
from workbook.template import Status as StatusField


@dataclass(frozen=True, slots=True)
class Planner:
    """Turns rows into planned blocks, in one language, under one rulebook."""

    rules: tuple[Rule, ...]
    period: Period
    lang: str
    state: State

    _found: dict[tuple[str, str], Rule | None] = field(default_factory=dict, compare=False)

    def table(self, block: Block, rows: list[Row]) -> Planned:
        chosen = ranked(block, rows)
        columns = [
            (field_id(f), f, parts_of(block, f) if isinstance(f, Measure) else None)
            for f in (block.fields if chosen else ())
        ]
        return Planned(block.id, block, tuple(
            PlannedRow(row.key, row.group, {
                name: self._cell(block, row, name, item, parts) for name, item, parts in columns
            }, row.unit, row.closed) for row in chosen
        ))

    def _cell(
        self, block: Block, row: Row, name: str, item: Field, parts: tuple[str, str] | None
    ) -> Cell | Formula:
        known = row.cells.get(name) or Cell(None)
        if isinstance(known, Formula):
            return known
        match item:
            case Input() if name in row.closed:
                return Cell(None)  # what stood there would be read back as typed
            case Input():
                typed = self.state.typed.get((block.id, row.key, name))
                return Cell(in_words(item, typed, self.lang))
            case Measure():
                if parts is None or (block.over and known.value is None):
                    return known  # charts read trends: a blank there is an empty cell
                return formulas.ratio(*parts, known, in_front(item))
            case Change(metric):
                now, before = Here(metric), Here(f"{metric}@-1")
                share = get_metric(metric).unit is Unit.SHARE
                make = formulas.points_change if share else formulas.relative_change
                return make(now, before, known)
            case Bound(rule, which, plus):
                cell = Cell(self._bound(rule, which, row, plus))
                added = Here(plus) if plus else None
                return formulas.bound(rule, which, Here("marketplace"), added, cell)
            case StatusField(rule, of) if rule:
                return self._status(row, rule, of)
        return known

    def _rule(self, id: str, market: str) -> Rule | None:
        if (id, market) not in self._found:
            self._found[id, market] = rule_for(self.rules, id, market, self.period.end)
        return self._found[id, market]

    def _bound(self, rule: str, which: str, row: Row, plus: str = "") -> float | None:
        found = self._rule(rule, row.group.marketplace)
        value = getattr(found, which) if found else None
        if value is None:
            return None
        if not plus:
            return float(value)
        added = row.number(plus)
        return None if added is None else float(value) + added

    def _status(self, row: Row, rule: str, of: str) -> Formula:
        found = self._rule(rule, row.group.marketplace)
        assert found is not None, rule
        plus = "lead_time" if rule == "days_of_cover" else ""
        value = row.number(of)
        state = status(found.test, value, self._bound(rule, "target", row, plus),
                       self._bound(rule, "alarm", row, plus))
        return formulas.status(found, Here(of), Here(f"target:{rule}"), Here(f"alarm:{rule}"),
                               self.lang, Cell(word(state, self.lang)))

    # --- cards, mirrors, charts ---------------------------------------------------------

    def cards(self, block: Block, trend: Planned, rows: list[Row], group: Group) -> Planned:
        """A card a measure: value, change, target and status of the trend's newest row."""
        own = [row for row in rows if row.group == group]
        measures = [item for item in block.fields if isinstance(item, Measure)]
        planned = [self._card(item, trend, own) for item in measures]
        return Planned(f"{block.id}:{group.name}", block, tuple(planned), group)

    def _card(self, item: Measure, trend: Planned, rows: list[Row]) -> PlannedRow:
        metric, row = get_metric(item.metric), rows[-1]
        name = item.metric
        now = At(trend.block.id, row.key, name)
        cell = row.cell(name) or Cell(None)
        cells: dict[str, Cell | Formula] = {
            "label": Cell(metric.label[self.lang]),
            "value": formulas.copy_of(now, cell),
            "note": Cell(said(cell.note, self.lang) or None),
        }
        if len(rows) > 1:
            before = rows[-2]
            known = Cell(relative(metric.unit, cell.value, before.value(name)))
            make = (formulas.points_change if metric.unit is Unit.SHARE
                    else formulas.relative_change)
            cells["change"] = make(now, At(trend.block.id, before.key, name), known)
        rule = next((r for r in self.rules if r.metric == name), None)
        if f"target:{name}" in row.cells:
            cells |= self._own_target(row, name, metric, rule)
        elif rule is not None:
            market = row.group.marketplace
            found = self._rule(rule.id, market) or rule
            bounds = [self._bound(rule.id, which, row) for which in ("target", "alarm")]
            cells["target"] = formulas.bound(rule.id, "target", market, None, Cell(bounds[0]))
            cells["alarm"] = formulas.bound(rule.id, "alarm", market, None, Cell(bounds[1]))
            state = status(found.test, row.number(name), *bounds)
            cells["status"] = formulas.status(found, Here("value"), Here("target"), Here("alarm"),
                                              self.lang, Cell(word(state, self.lang)))
        return PlannedRow(name, row.group, cells)

    def _own_target(
        self, row: Row, name: str, metric: Metric, rule: Rule | None
    ) -> dict[str, Cell | Formula]:
        """Target, alarm and status of a card whose row brings its own target."""
        cells = {which: row.cells.get(f"{which}:{name}") or Cell(None)
                 for which in ("target", "alarm")}
        bounds = [row.number(f"{which}:{name}") for which in ("target", "alarm")]
        if not metric.good or bounds[0] is None:
            return {"target": cells["target"]} if bounds[0] is not None else {}
        test = Test.AT_LEAST if metric.good > 0 else Test.AT_MOST
        found = rule or Rule(name, name, metric.label, test, None, None, "")
        state = status(found.test, row.number(name), *bounds)
        return cells | {"status": formulas.status(
            found, Here("value"), Here("target"), Here("alarm"), self.lang,
            Cell(word(state, self.lang)))}

    def mirror(self, block: Block, source: Planned, group: Group) -> Planned:
        """The first rows of another table, read-only; what is typed there shows here."""
        own = [row for row in source.rows if row.group == group][: block.limit]
        rows = tuple(
            PlannedRow(row.key, group, {
                name: formulas.copy_of(At(source.id, row.key, name), _value(cell))
                for name, cell in row.cells.items()
            })
            for row in own
        )
        return Planned(f"{block.id}:{group.name}", block, rows, group)

    def chart(self, block: Block, source: Planned, group: Group | None) -> Planned:
        """The rows of another block that a chart draws; the chart reads their cells.

        `group`: the marketplace whose rows are drawn; None for a chart beside its table.
        """
        axis = block.axis(source.block)
        own = [row for row in source.rows if group in (None, row.group)
               and axis in row.cells and _value(row.cells[axis]).value is not None]
        rows = tuple(PlannedRow(row.key, row.group, {}) for row in own[: block.limit])
        return Planned(f"{block.id}:{group.name}" if group else block.id, block, rows, group)


def _value(cell: Cell | Formula) -> Cell:
    return cell.cell if isinstance(cell, Formula) else cell
