"""Explains a located cell by what its field is: a number, a rule, a model, a text, an input."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from macros.explaining.methods import EXCEPTIONS, UNKNOWN, Method, finding, method_of
from macros.explaining.parts import Explanation, Row, definition, derived_from
from macros.explaining.rules import Ruled
from macros.fill import Request, plan_for
from sync.store import typed as history
from sync.store.lineage import describe, trace_product, with_texts
from workbook import keeping
from workbook.formulas import Formula
from workbook.inputs import Entry, same
from workbook.metrics import METRICS, get_metric
from workbook.model import Cell, Label, State, Unit, Value, parse_period
from workbook.rows import SEPARATOR, relative
from workbook.said import since
from workbook.template import (
    Block,
    Bound,
    Change,
    Dim,
    Field,
    Input,
    Measure,
    Output,
    Status,
    field_id,
)

PRODUCT = {"sku", "asin", "name", "owner", "lead_time"}
LISTS = {"daily.exceptions", "tracker.attention", "forecast.attention"}
NOT_DRAWN = "#N/A"  # what a chart's column holds where there is nothing to draw


class Cells(Ruled):
    """One explanation in the making. `wants_plan`: only a whole refill can tell its value now."""

    wants_plan = False

    def explained(self) -> Explanation:
        item, block = self.found.item, self.found.block
        if item is None:
            self.say("A heading or a line of text that Opsheet wrote; it stands for no number.",
                     "Opsheet 写的标题或文字，不代表数字。")
        elif block is not None and not self.found.row_key:
            self._header(item)
        elif isinstance(item, Bound):
            self.bound(item)
        elif block is not None:
            self._field(item, block)
        self.told.group = self.told.group or self.numbers.group
        return self.told

    def _field(self, item: Field, block: Block) -> None:
        match item:
            case Measure():
                self._measure(item, self.row(block))
            case Change(metric):
                self._change(metric, self.row(block))
            case Status(rule) if rule:
                self.status(item, self.row(block))
            case Output() | Status():
                self._output(item, block)
            case Input():
                self._typed()
            case Dim():
                self._text(item, block)
            case Bound():
                self.bound(item)
            case _:
                assert_never(item)

    def _header(self, item: Field) -> None:
        """A column's header: what its cells mean."""
        if isinstance(item, Measure | Change):
            self.told.formula = definition(get_metric(item.metric), self.lang)
        self.say("The header of a column; name a cell below it for its numbers.",
                 "列标题；要看数字请指定其下的单元格。")

    # --- numbers ------------------------------------------------------------------------

    def _measure(self, item: Measure, row: Row) -> None:
        told, metric = self.told, get_metric(item.metric)
        cells, told.parts = self.numbers.of(row, [(item.metric, item.shift)])
        told.kind, told.now, told.compared = "metric", cells[item.metric, item.shift], True
        told.period, told.formula = row.period.shifted(item.shift), definition(metric, self.lang)
        if metric.basis:
            self.say(f"Basis: {metric.basis}.", f"口径：{metric.basis}。")
        told.says += filter(None, (derived_from(part, self.lang) for part in told.parts))

    def _change(self, name: str, row: Row) -> None:
        told, metric = self.told, get_metric(name)
        cells, told.parts = self.numbers.of(row, [(name, 0), (name, -1)])
        now, before = cells[name, 0], cells[name, -1]
        told.kind, told.compared, told.unit = "change", True, Unit.NUMBER
        value = relative(metric.unit, now.value, before.value)
        told.now = Cell(value, now.state, None, now.final_on, now.note or before.note)
        label = metric.label[self.lang]
        for at, cell in ((0, now), (-1, before)):
            when = row.period.shifted(at).label()
            told.inputs.append((f"{label} {when}", cell.value, metric.unit))
        points = metric.unit is Unit.SHARE
        told.unit = Unit.NUMBER if points else Unit.SHARE
        told.formula = f"Δ {label} = " + (
            Label("(now − before) in points", "（本期 − 上期），百分点") if points else
            Label("(now − before) / before", "（本期 − 上期）/ 上期"))[self.lang]
        told.says.append(definition(metric, self.lang))

    # --- models -------------------------------------------------------------------------

    def row(self, block: Block) -> Row:
        """Of a row for each day of an ASIN the key without its day."""
        row = super().row(block)
        if not (block.over and block.by):
            return row
        return replace(row, key=row.key.rpartition(SEPARATOR)[0])

    def _output(self, item: Output | Status | Dim, block: Block) -> None:
        self._model(method_of(block, item) or UNKNOWN, self.row(block))
        if isinstance(item, Status):
            self.told.kind = "status"
        self.wants_plan = True

    def _finding(self, item: Dim, block: Block) -> None:
        """A row of a list of what needs a person."""
        key = self.found.row_key
        self._model(finding(block, key), self.row(block))
        market, rule, about = [*key.split(SEPARATOR, 2), "", ""][:3]
        rule = about.rpartition(SEPARATOR)[2] if rule == "account" else rule
        if any(known.id == rule for known in self._rules()):
            self.told_rule(rule, market)
        if item.name == "at_stake":
            self.say("An estimate; it orders the list.", "估算，用于排序。")
        self.wants_plan = True

    def _model(self, method: Method, row: Row) -> None:
        """Inputs and method; the inputs are read in the row of another block where it says so."""
        told = self.told
        told.kind = "model"
        told.says.append(method.says[self.lang])
        if not method.metrics:
            return
        if method.block and method.block != row.block.id:
            block = self.blocks[method.block]
            shown = self.book.table(block.id).get(row.key, {})
            period = parse_period(row.key.rpartition(SEPARATOR)[2]) if block.over else row.period
            row = Row(block, row.key, row.marketplace, period, shown)
        cells, told.parts = self.numbers.of(row, method.metrics)
        for (name, shift), cell in cells.items():
            metric = METRICS[name]
            label = f"{metric.label[self.lang]} {row.period.shifted(shift).label()}"
            told.inputs.append((label, cell.value, metric.unit))

    def _exception(self, item: Dim, block: Block) -> None:
        """A row of the exceptions: its key is marketplace, rule and the row that breaks it."""
        market, rule, key = [*self.found.row_key.split(SEPARATOR, 2), "", ""][:3]
        method = EXCEPTIONS.get(rule, UNKNOWN)
        self._model(method, Row(block, key, market, self.period, {}))
        self.told_rule(rule, market)
        if item.name == "at_stake" and method.stake.en:
            self.told.formula = f"{self.told.label} = {method.stake[self.lang]}"
            self.say("An estimate of a week's money; it orders the list.",
                     "一周金额的估算，用于排序。")
        self.wants_plan = True

    def compare_with_plan(self) -> None:
        """Compares with what a refill would write now; not while the store is held open."""
        assert self.found.block is not None and self.found.item is not None
        request = Request(self.template, self.store, "", str(self.period), self.lang)
        plan = plan_for(self.context, request, self.typed_cells())
        row = next((r for r in plan.block(self.found.block.id).rows
                    if r.key == self.found.row_key), None)
        if row is None:
            self.say("A refill would not list this row any more.", "重新填表后将不再有此行。")
            self.told.now = Cell(None, State.NO_DATA)
        else:
            cell = row.cells[field_id(self.found.item)]
            now = cell.cell if isinstance(cell, Formula) else cell
            self.told.now = Cell(None) if now.value == NOT_DRAWN else now
            self.told.group = row.group
        self.told.compared = True

    # --- texts and inputs ---------------------------------------------------------------

    def _typed(self) -> None:
        """When, where and by whom it was typed, and what else was said of the same."""
        self.told.kind = "typed"
        said = self._statements()
        told = said[0] if said else None
        if self.found.value is None:
            self.say("Nothing is typed here. The cell belongs to people; a refill leaves it alone.",
                     "此处尚未填写。该单元格由人填写，重新填表时保留。")
        else:
            self.say("A person typed this; a refill keeps it with its row.",
                     "由人填写；重新填表时随行保留。")
            if told is None or not same(told.value, self._meant()):
                self.say("The store does not know it yet: it takes it in at the next refill.",
                         "库中尚无此值，下次填表时存入。")
        for entry in said[:5]:
            self._statement(entry, counts=entry is told)

    def _meant(self) -> Value:
        block, item = self.found.block, self.found.item
        assert block is not None and item is not None
        return self._sheet().meant((block.id, self.found.row_key, field_id(item)),
                                   self.found.value)

    def _sheet(self) -> keeping.Sheet:
        return keeping.Sheet(self.template, self.blocks, self.period)

    def _statements(self) -> list[Entry]:
        """All that was said of the cell: what counts, then the others, the newest first."""
        block, item = self.found.block, self.found.item
        assert block is not None and item is not None
        place = self._sheet().place((block.id, self.found.row_key, field_id(item)))
        if place is None:
            return []
        known = history.read(self.con, self.store)
        every = [one for one in reversed(known.entries.get(place.asked, []))
                 if place.on in (None, one.valid)]
        if place.topic == keeping.RULES:  # the workbook's own comes first
            own = str(self.book.path.resolve())
            return sorted(every, key=lambda one: one.source != own)
        counts = known.entry(*place.asked, self.period.end, on=place.on)
        return every if counts is None else [counts, *(one for one in every if one is not counts)]

    def _statement(self, entry: Entry, *, counts: bool) -> None:
        value = {"en": "(emptied)", "zh": "（清空）"}[self.lang] if entry.value is None else (
            entry.value)
        day = since(entry)
        way = Label("taken back", "已撤回") if entry.undone else (
            Label("counts", "有效") if counts and entry.value is not None
            else Label("also said", "另有记录"))
        self.say(
            f"{way.en}: {value}, said {entry.said_at:%Y-%m-%d %H:%M} UTC in {entry.source}"
            + (f" by {entry.who}" if entry.who else "") + (f", since {day}" if day else "") + ".",
            f"{way.zh}：{value}，{entry.said_at:%Y-%m-%d %H:%M} UTC，{entry.source}"
            + (f"，{entry.who}" if entry.who else "") + (f"，自 {day} 起" if day else "") + "。")

    def _text(self, item: Dim, block: Block) -> None:
        told, found = self.told, self.found
        told.kind = "text"
        made = method_of(block, item)
        if block.model == "exceptions":
            self._exception(item, block)
        elif block.model in LISTS and item.name != "marketplace":
            self._finding(item, block)
        elif block.id == "sources":
            self._import(found.row.get("import"))
        elif block.id == "rules":
            self._rule_cell(item)
        elif item.name == "marketplace" or (block.over and item.name not in PRODUCT):
            more = Label(" and days", "与日期") if block.over else Label("", "")
            self.say(f"Names the row: marketplace{more.en}.", f"行的名称：站点{more.zh}。")
        elif item.name in PRODUCT and {"sku", "asin"} & set(block.by) and not block.over:
            if item.name in block.by:
                self._key(block)
            else:
                self._product(item, block)
        elif item.name in block.by and not made:
            self._key(block)
        elif item.name in PRODUCT and self.found.row.get("asin", self.found.row.get("sku")):
            self._product(item, block)
        elif made:
            self._output(item, block)
        elif block.model:
            self.say("A fixed text of the template.", "模板中的固定文字。")
        else:
            self.say("A text that Opsheet wrote when it filled the workbook.",
                     "填表时由 Opsheet 写入。")

    def _key(self, block: Block) -> None:
        """Names the row: the rows of the reports that its first number is made of."""
        first = next((f for f in block.fields if isinstance(f, Measure)), None)
        if first is None:
            self.say("The key of the row.", "行的键。")
        else:
            self.say("The key of the row, as the reports below have it.", "行的键，来自以下报告。")
            self.numbers.limit = min(self.limit, 3)
            _, self.told.parts = self.numbers.of(self.row(block), [(first.metric, first.shift)])

    def _product(self, item: Dim, block: Block) -> None:
        """An attribute of the SKU or ASIN: from the product master, else from a report."""
        ident = self.found.row.get("sku" if "sku" in block.by else "asin")
        found = trace_product(self.con, self.store, str(ident), item.name, self.limit)
        self.told.files = tuple(with_texts(self.context.database, file) for file in found)
        if found:
            self.say(f"Of {ident}, from: {found[0].source.report.en}.",
                     f"{ident}，来自：{found[0].source.report.zh}。")
        else:
            self.say(f"Neither the product master nor a report says it of {ident}.",
                     f"产品主数据和报告都没有 {ident} 的此项。")
        self.wants_plan = True

    def _import(self, number: Value) -> None:
        self.told.kind = "import"
        if isinstance(number, int):
            self.told.files = tuple(
                describe(self.con, [number], self.found.marketplace).values())
        same = [f for f in self.told.files if f.source.hash[:16] == self.found.row.get("hash")]
        if same:
            self.say("A line of the reports that the numbers stand on.", "数字所依据的报告之一。")
        else:
            self.told.files = ()
            self.say(f"The store has no import #{number} of this file.",
                     f"库中没有该文件的导入 #{number}。")

    def _rule_cell(self, item: Dim) -> None:
        self.told.kind, self.told.rule = "rule", {"row": self.found.row_key, **self.found.row}
        self.say("A row of the rulebook: the house's defaults, then opsheet.toml, then what people "
                 "type into 'Your target' and 'Your alarm'.",
                 "规则库的一行：默认值，其上是 opsheet.toml，再上是“自定目标”“自定警戒”。")
        if item.name in ("target", "alarm"):
            self.told.formula = Label(
                f"your {item.name} if typed, else the default",
                "填了自定值则用之，否则用默认值")[self.lang]
