"""Explains rules: which row of the rulebook counts, its bounds, and the status it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from macros.explaining.parts import Explanation, Numbers, Row, definition
from macros.fill import blocks_of
from macros.jobs import Context
from sync.surfaces.xlsx.locate import Book, Located
from templates import get_template
from workbook import standard
from workbook.answer import Group
from workbook.errors import SurfaceError, UsageError
from workbook.formulas import sign_of
from workbook.looks import word
from workbook.metrics import METRICS, get_metric
from workbook.model import Cell, Label, Rule, Unit, Value, parse_period
from workbook.plan import State as Typed
from workbook.plan import label_of, unit_of
from workbook.rows import SEPARATOR
from workbook.rules import rule_for, rulebook, status
from workbook.template import Block, Bound, Input, Status, field_id

if TYPE_CHECKING:
    import duckdb


class Ruled:
    """The state of an explanation, and the rules in it."""

    def __init__(
        self, book: Book, found: Located, context: Context, con: duckdb.DuckDBPyConnection,
        store: str, limit: int,
    ) -> None:
        self.book, self.found, self.context, self.con = book, found, context, con
        self.store, self.limit = store, limit
        self.lang = str(book.meta.get("lang") or "en")
        template = get_template(str(book.meta.get("template")))
        self.template, self.blocks = template.name, blocks_of(template.name)
        try:
            self.period = parse_period(str(book.meta.get("period")))
        except UsageError:
            raise SurfaceError("The workbook does not say its period.", str(book.path),
                               "Fill it again with `opsheet fill`.") from None
        item, block = found.item, found.block
        self.numbers = Numbers(con, context, store, self.lang, limit)
        self.told = Explanation(
            found, str(book.path), "heading", template.label[self.lang],
            block.label[self.lang] if block else "", label_of(item, self.lang) if item else "",
            store, self.lang, period=self.period, unit=unit_of(item) if item else None)

    def say(self, en: str, zh: str) -> None:
        self.told.says.append(Label(en, zh)[self.lang])

    def row(self, block: Block) -> Row:
        """The cell's row; a trend's row names its own period."""
        found, period = self.found, self.period
        if block.over:
            period = parse_period(found.row_key.rpartition(SEPARATOR)[2])
        self.told.period = period
        market = found.marketplace or found.row_key.split(SEPARATOR)[0]
        return Row(block, found.row_key, market, period, found.row)

    # --- rules --------------------------------------------------------------------------

    def _rules(self) -> tuple[Rule, ...]:
        given = rulebook(self.context.settings.rule_rows, str(self.context.settings.file or ""))
        return standard.typed_rules(given, self.typed_cells())

    def typed_cells(self) -> Typed:
        """What people typed, without the checks that a refill makes."""
        return Typed({
            (block.id, key, field_id(item)): value
            for block in self.blocks.values() if block.fields and not block.source
            for key, row in self.book.table(block.id).items()
            for item in block.fields if isinstance(item, Input)
            if (value := row.get(field_id(item))) is not None})

    def _rule_row(self, rule: str, market: str) -> dict[str, Value]:
        """The row of the workbook's Rules sheet that its formulas find."""
        rows = self.book.table("rules")
        for key in (f"{rule}:{market}", f"{rule}:"):
            for name, row in rows.items():
                if row.get("key") == key:
                    return {"row": name, **row}
        return {}

    def told_rule(self, rule: str, market: str) -> Rule | None:
        found = rule_for(self._rules(), rule, market, self.period.end)
        shown = self._rule_row(rule, market)
        self.told.rule = shown
        if not shown:
            self.say(f"The Rules sheet has no row for '{rule}' that holds in this period.",
                     f"“规则”页没有在本期有效的“{rule}”。")
        elif shown.get("your_target") is not None or shown.get("your_alarm") is not None:
            self.say("A person typed their own bound on the Rules sheet; it wins over the default.",
                     "有人在“规则”页填了自定值，优先于默认值。")
        if found is not None:
            self.say(f"Good if {sign_of(found.test)} target; source: {found.source}"
                     + (f" ({found.note})" if found.note else "") + ".",
                     f"{sign_of(found.test)} 目标为达标；来源：{found.source}"
                     + (f"（{found.note}）" if found.note else "") + "。")
        return found

    def bound(self, item: Bound) -> None:
        told, market = self.told, self.found.marketplace
        rule = self.told_rule(item.rule, market)
        told.kind, told.compared, told.unit = "rule", True, _unit_of_rule(rule)
        told.group = Group(market, "")
        value = getattr(rule, item.which) if rule else None
        plus = self._plus(item.plus)
        told.now = Cell(None if value is None or plus is None else float(value) + plus)
        name = rule.label[self.lang] if rule else item.rule
        told.label = f"{told.label}: {name}"
        told.formula = f"{told.label} = {item.which} (Rules)"
        if item.plus:
            told.formula += f" + {self._label(item.plus)}"
            told.inputs.append((self._label(item.plus), self.found.row.get(item.plus), Unit.DAYS))

    def _plus(self, name: str) -> float | None:
        """The field that is added to a bound: 0 where none is, None where it is blank."""
        value = self.found.row.get(name) if name else 0
        return float(value) if isinstance(value, int | float) else None

    def _label(self, name: str) -> str:
        block = self.found.block
        fields = {field_id(f): f for f in (block.fields if block else ())}
        return label_of(fields[name], self.lang) if name in fields else name

    def status(self, item: Status, row: Row) -> None:
        told = self.told
        rule = self.told_rule(item.rule, row.marketplace)
        measured, told.parts = self.numbers.of(row, [(item.of, 0)])
        cell, metric = measured[item.of, 0], get_metric(item.of)
        bounds: dict[str, float | None] = {}
        for which in ("target", "alarm"):
            own = next((f for f in row.block.fields
                        if isinstance(f, Bound) and (f.rule, f.which) == (item.rule, which)), None)
            value, plus = getattr(rule, which, None), self._plus(own.plus if own else "")
            bounds[which] = None if value is None or plus is None else float(value) + plus
            label = Label(which.capitalize(), {"target": "目标", "alarm": "警戒"}[which])[self.lang]
            told.inputs.append((label, bounds[which], metric.unit))
        number = float(cell.value) if isinstance(cell.value, int | float) else None
        told.inputs.insert(0, (metric.label[self.lang], cell.value, metric.unit))
        if rule is not None:
            state = status(rule.test, number, bounds["target"], bounds["alarm"])
            told.now, told.compared = Cell(word(state, self.lang), cell.state, None, cell.final_on,
                                           cell.note), True
        told.kind, told.unit = "status", None
        told.formula = Label(
            "● good if the target is met, ■ bad if the alarm bound fails too, ▲ watch between",
            "● 达到目标；■ 连警戒也未达；▲ 介于两者之间")[self.lang]
        told.says.append(definition(metric, self.lang))


def _unit_of_rule(rule: Rule | None) -> Unit:
    """A bound is of its metric's unit."""
    metric = METRICS.get(rule.metric) if rule else None
    return metric.unit if metric else Unit.NUMBER
