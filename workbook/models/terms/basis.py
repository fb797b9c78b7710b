"""What the search-term review was judged by, in words and numbers: days, bounds and sums."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workbook.answer import Group, Question
from workbook.metrics import get_metric
from workbook.model import Cell, Label, State, Unit, Value
from workbook.models import Asking, Given, Model
from workbook.models.search_terms import Action
from workbook.models.terms.evidence import NEEDED, asks, weeks_back
from workbook.models.terms.review import Basis, basis_of
from workbook.notes import said
from workbook.rows import SEPARATOR, Row

TERMS = "st_terms"
_Line = tuple[str, Label, Value, Unit | None, str]  # id, label, value, its unit, words
_BY_ACTION = {
    Action.NEGATIVE: (Label("To negate", "建议否定"), Label(
        "at stake a week: spend that is not expected to come back", "周影响：预计收不回的花费")),
    Action.BID_CUT: (Label("Bids to cut", "建议降竞价"), Label(
        "at stake a week: spend that is not expected to come back", "周影响：预计收不回的花费")),
    Action.HARVEST: (Label("To add as exact", "建议加为精准"), Label(
        "at stake a week: what it earns before other costs", "周影响：扣其他成本前的收益")),
    Action.PROTECTED: (Label("Protected, would else be changed", "受保护，否则会调整"), Label(
        "at stake a week: see the sheet of what is protected", "周影响：见“受保护”页")),
}


def _asks(asking: Asking) -> dict[str, Question]:
    days = Question(tuple(map(get_metric, NEEDED)), weeks_back(asking.period), ("search_term",))
    return {**asks(asking), "terms": days}


def _rows(given: Given) -> list[Row]:
    found = []
    for group in given.groups:
        for id, label, value, unit, words in _lines(given, group):
            currency = group.currency if unit is Unit.MONEY else None
            found.append(Row(SEPARATOR.join((group.name, id)), group, {
                "marketplace": Cell(group.marketplace), "item": Cell(label[given.lang]),
                "value": Cell(value, State.OK, currency), "words": Cell(words or None)}, unit))
    return found


def _lines(given: Given, group: Group) -> Iterator[_Line]:
    basis = basis_of(given, group)
    terms = [row for row in given.rows[TERMS] if row.group == group]
    yield from _days(given, basis)
    yield from _bounds(given, basis)
    spend = _sum(terms, "spend")
    without = _sum([row for row in terms if not row.number("orders")], "spend")
    yield ("terms", Label("Terms judged", "已评估搜索词"), len(terms), Unit.COUNT, given.say(
        f"listed: every proposal, then by spend, at most {given.template.blocks()[TERMS].limit}",
        f"列出全部建议，其余按花费排序，最多 {given.template.blocks()[TERMS].limit} 条"))
    yield "spend", Label("Spend on terms", "搜索词花费"), spend, Unit.MONEY, ""
    yield ("without", Label("… on terms without an order", "其中无单搜索词花费"), without,
           Unit.MONEY, given.say("not all of it is wasted: most have too few clicks to tell",
                                 "不都是浪费：多数点击太少，无法下结论"))
    yield ("share", Label("… as a share of spend", "无单花费占比"),
           float(without / spend) if spend else None, Unit.SHARE, "")
    for action, (label, words) in _BY_ACTION.items():
        own = [row for row in terms
               if row.value("action") == action and row.value("would_be") != Action.KEEP]
        yield f"{action} terms", label, len(own), Unit.COUNT, ""
        yield (f"{action} stake", Label("… at stake a week", "… 周影响金额"),
               _sum(own, "at_stake"), Unit.MONEY, words[given.lang])


def _days(given: Given, basis: Basis) -> Iterator[_Line]:
    days, left = basis.window.words, basis.window.left_out
    yield ("days", Label("Days that count", "计入天数"), basis.window.days, Unit.COUNT,
           said(days, given.lang))
    yield ("left_out", Label("Weeks to know about", "需留意的周"),
           sum(map(len, (basis.window.settling, basis.window.missing, basis.window.early))),
           Unit.COUNT, said(left, given.lang))


def _bounds(given: Given, basis: Basis) -> Iterator[_Line]:
    params = basis.params
    own = len(params.break_even_of)
    groups = given.say(f"; {own} ad groups have their own", f"；{own} 个广告组有各自的值")
    yield ("break_even", Label("Break-even ACoS", "盈亏平衡 ACoS"), params.break_even_acos,
           Unit.SHARE, said(basis.break_even, given.lang) + (groups if own else ""))
    yield ("target", Label("Target ACoS", "目标 ACoS"), params.target_acos, Unit.SHARE,
           given.say("rule `acos`, but never above break-even: for harvests and proposed bids",
                     "规则 acos，但不高于盈亏平衡：用于加词与建议竞价"))
    yield ("probability", Label("P(CVR < break-even) to negate", "否定所需概率"),
           params.probability, Unit.SHARE, given.say("rule `search_term_negative`",
                                                     "规则 search_term_negative"))
    yield ("orders", Label("Orders to add as exact", "加为精准所需订单"), params.minimum_orders,
           Unit.COUNT, given.say("rule `search_term_harvest`", "规则 search_term_harvest"))
    brands = params.brand_terms
    yield ("brands", Label("Protected phrases", "受保护词组"), len(brands), Unit.COUNT,
           ", ".join(sorted(brands)))
    yield ("launches", Label("Products in launch", "新品"), len(params.launch_asins), Unit.COUNT,
           ", ".join(sorted(params.launch_asins)))


def _sum(rows: list[Row], name: str) -> Decimal:
    return sum((Decimal(str(row.value(name) or 0)) for row in rows), Decimal(0))


MODEL = Model(_rows, _asks, last=True)
