"""The tabs that every filled workbook has: Rules, Sources, Legend, Left over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbook.answer import Group
from workbook.formulas import Formula, Here, Named
from workbook.looks import word
from workbook.model import Cell, Label, Period, Rule, Status, Unit, Value
from workbook.plan import Planned, PlannedRow, PlannedTab, State, Typed
from workbook.rows import SourceFile
from workbook.ruling import is_number as is_number
from workbook.ruling import rule_key as rule_key
from workbook.ruling import said_rules as said_rules
from workbook.ruling import typed_rules as typed_rules
from workbook.template import Block, Dim, Input, Kind

NOBODY = Group("", "")

RULES = Block("rules", Kind.TABLE, Label("Rules", "规则"), fields=(
    Dim("key", Label("Looked up as", "查找键"), 18),
    Dim("rule", Label("Rule", "规则"), 18), Dim("label", Label("What", "含义"), 30),
    Dim("test", Label("Good if", "达标条件"), 9),
    Dim("marketplace", Label("Marketplace", "站点"), 12),
    Dim("valid_from", Label("Valid from", "生效日"), 12),
    Dim("valid_to", Label("Valid to", "失效日"), 12),
    Dim("target", Label("Target", "目标"), 11, Unit.NUMBER),
    Dim("alarm", Label("Alarm", "警戒"), 11, Unit.NUMBER),
    Input("your_target", Label("Your target", "自定目标"), 12, Unit.NUMBER),
    Input("your_alarm", Label("Your alarm", "自定警戒"), 12, Unit.NUMBER),
    Dim("default_target", Label("Default target", "默认目标"), 13, Unit.NUMBER),
    Dim("default_alarm", Label("Default alarm", "默认警戒"), 13, Unit.NUMBER),
    Dim("source", Label("Source", "来源"), 26), Dim("rule_note", Label("Note", "说明"), 60),
))

SOURCES = Block("sources", Kind.TABLE, Label("Sources", "数据来源"), fields=(
    Dim("import", Label("Import", "导入号"), 9, Unit.COUNT), Dim("file", Label("File", "文件"), 52),
    Dim("report", Label("Report", "报告"), 32),
    Dim("marketplace", Label("Marketplace", "站点"), 12),
    Dim("from", Label("From", "从"), 12), Dim("until", Label("Until", "至"), 12),
    Dim("rows", Label("Rows", "行数"), 9, Unit.COUNT),
    Dim("refused", Label("Rows refused", "未读行数"), 13, Unit.COUNT),
    Dim("exported", Label("Downloaded", "下载时间"), 17),
    Dim("imported", Label("Imported", "导入时间"), 17),
    Dim("settling", Label("Settling until", "结算至"), 13),
    Dim("hash", Label("SHA-256", "SHA-256"), 18),
))

MISSING = Block("missing", Kind.TABLE, Label("Missing", "缺失"), fields=(
    Dim("marketplace", Label("Marketplace", "站点"), 12),
    Dim("number", Label("Number", "指标"), 52),
    Dim("state", Label("State", "状态"), 12), Dim("why", Label("Why", "原因"), 52),
))

LEGEND = Block("legend", Kind.TABLE, Label("Legend", "图例"), fields=(
    Dim("sign", Label("Sign", "标记"), 14), Dim("meaning", Label("Meaning", "含义"), 150),
))

LEFT_OVER = Block("left_over", Kind.TABLE, Label("Left over", "遗留备注"), fields=(
    Dim("block", Label("Table", "表"), 16), Dim("row", Label("Row", "行"), 44),
    Dim("field", Label("Column", "列"), 14), Dim("value", Label("Typed", "内容"), 60),
    Dim("kind", Label("Kind", "类型"), 10),
))


def rules_tab(rules: Iterable[Rule], state: State, period: Period, lang: str) -> PlannedTab:
    """The rulebook; narrower and newer rows first, because the first fitting row is looked up."""
    order = sorted(enumerate(rules), key=lambda nr: (
        nr[1].id, nr[1].marketplace == "", -nr[1].valid_from.toordinal(), -nr[0]))
    unique: dict[str, Rule] = {}
    for _, rule in order:
        unique.setdefault(rule_key(rule), rule)
    rows = tuple(_rule_row(rule, state, period, lang) for rule in unique.values())
    return PlannedTab("rules", RULES.label[lang], (Planned("rules", RULES, rows),), data=True)


def _rule_row(rule: Rule, state: State, period: Period, lang: str) -> PlannedRow:
    key = rule_key(rule)
    typed = {w: state.typed.get(("rules", key, f"your_{w}")) for w in ("target", "alarm")}
    valid = rule.valid_from <= period.end <= rule.valid_to
    cells: dict[str, Cell | Formula] = {
        "key": Formula(
            'IF(AND({end}>={a},{end}<={b}),{r}&":"&{m},"")',
            {"end": Named("ops_period_end"), "a": Here("valid_from"), "b": Here("valid_to"),
             "r": Here("rule"), "m": Here("marketplace")},
            Cell(f"{rule.id}:{rule.marketplace}" if valid else "")),
        "rule": Cell(rule.id), "label": Cell(rule.label[lang]), "test": Cell(rule.test.value),
        "marketplace": Cell(rule.marketplace or None), "valid_from": Cell(rule.valid_from),
        "valid_to": Cell(rule.valid_to), "source": Cell(rule.source),
        "rule_note": Cell(rule.note or None),
    }
    for which in ("target", "alarm"):
        default, own = getattr(rule, which), typed[which]
        cells[f"default_{which}"] = Cell(default)
        cells[f"your_{which}"] = Cell(own)
        cells[which] = Formula(
            'IF({own}<>"",{own},IF({d}="","",{d}))',
            {"own": Here(f"your_{which}"), "d": Here(f"default_{which}")},
            Cell(own if own is not None else default))
    return PlannedRow(key, NOBODY, cells)


@dataclass(frozen=True, slots=True)
class Gap:
    """A number that is blank or not whole, and why."""

    marketplace: str
    number: str
    state: str
    why: str


def sources_tabs(
    files: Iterable[SourceFile], gaps: Iterable[Gap], lang: str
) -> list[PlannedTab]:
    """Which files the numbers stand on, and which numbers lack a file."""
    rows = tuple(PlannedRow(f"{f.number}|{f.marketplace}", NOBODY, {
        "import": Cell(f.number), "file": Cell(f.file), "report": Cell(f.report[lang]),
        "marketplace": Cell(f.marketplace), "from": Cell(f.start), "until": Cell(f.end),
        "rows": Cell(f.rows), "refused": Cell(f.refused), "exported": Cell(f.exported),
        "imported": Cell(f.imported), "settling": Cell(f.settling), "hash": Cell(f.hash[:16]),
    }) for f in files)
    missing = tuple(PlannedRow(f"{g.marketplace}|{g.number}", NOBODY, {
        "marketplace": Cell(g.marketplace), "number": Cell(g.number), "state": Cell(g.state),
        "why": Cell(g.why),
    }) for g in gaps)
    return [
        PlannedTab(block.id, block.label[lang], (Planned(block.id, block, found),), data=True)
        for block, found in ((SOURCES, rows), (MISSING, missing))
    ]


def legend_tab(lang: str) -> PlannedTab:
    """What signs, colours and blanks mean."""
    texts = (
        (word(Status.GOOD, lang),
         Label("The target of the Rules sheet is met.", "达到“规则”页的目标。")),
        (word(Status.WATCH, lang), Label("The target is missed, the alarm is not reached.",
                                         "未达目标，尚未触及警戒。")),
        (word(Status.BAD, lang), Label("The alarm is reached.", "触及警戒。")),
        (word(Status.NONE, lang),
         Label("Nothing to compare: no value or no target.", "无数据或无目标。")),
        (Label("(blank)", "(空白)")[lang], Label(
            "No report covers it, or a division by zero. Never a zero in disguise; the Sources tab "
            "says what is missing.",
            "没有报告覆盖，或除数为零；绝不以 0 代替。“数据来源”页列出缺什么。")),
        (Label("italic, dotted", "斜体、点线")[lang], Label(
            "May still change (Amazon restates ads for up to 14 days) or a part is missing "
            "(such as 'SP only').",
            "仍可能变化（广告数据最多 14 天内会被修正），"
            "或缺少一部分（例如只有 SP）。")),
        (Label("yellow cell", "黄色单元格")[lang], Label(
            "Yours to type in; kept with its row at every refill.",
            "由您填写；每次刷新都随行保留。")),
        ("Δ", Label("Change against the week before; pp are percentage points.",
                    "与上一周相比；pp 为百分点。")),
        (Label("At stake", "周影响金额")[lang], Label(
            "Estimate of a week's money: spend beyond target, sales that stock-out or lost "
            "conversion cost, a week of Amazon's aged-inventory fee. It orders the list.",
            "一周金额的估算：超目标花费、断货或转化下降损失的销售额、库龄附加费；用于排序。")),
        (Label("Contribution", "毛利润")[lang], Label(
            "Settlements by posted date less cost of goods and ad spend; never mixed with sales by "
            "order date.", "按结算过账日计算，减商品成本与广告花费；不与按下单日的销售额混用。")),
    )
    rows = tuple(PlannedRow(str(n), NOBODY, {"sign": Cell(sign), "meaning": Cell(text[lang])})
                 for n, (sign, text) in enumerate(texts))
    return PlannedTab("legend", LEGEND.label[lang], (Planned("legend", LEGEND, rows),), data=True)


def left_over_tab(unplaced: Iterable[tuple[Typed, Value]], lang: str) -> PlannedTab:
    """What people typed in rows that are gone; it returns to its row when the row does."""
    rows = tuple(PlannedRow("|".join(typed), NOBODY, {
        "block": Cell(typed[0]), "row": Cell(typed[1]), "field": Cell(typed[2]),
        "value": Cell(value), "kind": Cell(type(value).__name__),
    }) for typed, value in unplaced)
    return PlannedTab("left_over", LEFT_OVER.label[lang], (Planned("left_over", LEFT_OVER, rows),),
                      data=True)
