"""What people said, in words: what counts on a day, where two files disagree, the Typed tab."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from workbook.answer import Group
from workbook.inputs import (
    EVERYWHERE,
    RENAMED,
    SEPARATOR,
    TOPICS,
    Asked,
    Entry,
    Known,
    parts_of,
)
from workbook.metrics import METRICS
from workbook.model import Cell, Label
from workbook.plan import Planned, PlannedRow, PlannedTab
from workbook.rules import DEFAULTS
from workbook.template import Block, Dim, Kind

MOST = 100  # rows of the tab; `opsheet typed` lists them all
_NOBODY = Group("", "")
_RULES = {rule.id: rule.label for rule in DEFAULTS}
_FIELDS = {
    "target": Label("target", "目标"), "alarm": Label("alarm", "警戒"),
    "your_target": Label("target", "目标"), "your_alarm": Label("alarm", "警戒"),
    "value": Label("value", "数值"), "units": Label("units", "件数"),
    "arrives": Label("arrives", "到货日"), "amount": Label("amount", "金额"),
    "rate": Label("rate", "汇率"), "kpi": Label("KPI", "指标"), "start": Label("start", "起始值"),
    "start_day": Label("start day", "开始日"), "due": Label("due", "截止日"),
    "owner": Label("owner", "负责人"), "kind": Label("kind", "类型"),
    "first_day": Label("first day", "开始日"), "last_day": Label("last day", "结束日"),
    "what": Label("what", "内容"), "who": Label("who", "操作人"),
    "decision": Label("decision", "决定"), "bid": Label("bid", "出价"),
    "valid_to": Label("valid to", "失效日"), "note": Label("note", "备注"),
}

TYPED = Block("typed", Kind.TABLE, Label("Typed", "已填内容"), fields=(
    Dim("topic", Label("Topic", "主题"), 18), Dim("about", Label("About", "对象"), 40),
    Dim("field", Label("What", "项目"), 11), Dim("value", Label("Value", "数值"), 14),
    Dim("since", Label("Since", "生效日"), 12),
    Dim("said_at", Label("Said at (UTC)", "时间(UTC)"), 17),
    Dim("who", Label("By", "填写人"), 12), Dim("file", Label("File", "文件"), 40),
    Dim("other", Label("Other file says", "另一文件"), 15),
    Dim("other_file", Label("Other file", "另一文件名"), 40),
    Dim("other_at", Label("Said there at (UTC)", "另一时间(UTC)"), 17),
))


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry that counts, and what other files say of the same."""

    entry: Entry
    others: list[Entry] = field(default_factory=list)


def counted(known: Known, day: dt.date, *, notes: bool = True) -> list[Counted]:
    """What counts on a day; what two files disagree about first, then by topic and key."""
    others: dict[Asked, list[Entry]] = {}
    for counts, other in known.disputed(day):
        others.setdefault((counts.topic, counts.key, counts.field), []).append(other)
    found = []
    for asked in known.entries:
        counts_now = _counts(known, asked, day) if notes or asked[0] in TOPICS else None
        if counts_now is not None:
            found.append(Counted(counts_now, others.get(asked, [])))
    order = {name: n for n, name in enumerate(TOPICS)}
    return sorted(found, key=lambda one: (
        not one.others, order.get(one.entry.topic, len(order)), one.entry.topic, one.entry.key,
        one.entry.field))


def _counts(known: Known, asked: Asked, day: dt.date) -> Entry | None:
    if asked[0] == RENAMED:
        return None
    if asked[0] == "rules":  # each workbook has its own
        return next(iter(known.by_source(*asked, day)), None)
    return known.entry(*asked, day)


# --- in words ---------------------------------------------------------------------------


def topic_in_words(topic: str, lang: str) -> str:
    """`Targets`; a note's topic is its table: `weekly_report.ads`."""
    return TOPICS[topic].label[lang] if topic in TOPICS else topic


def key_in_words(topic: str, key: str, lang: str) -> str:
    """`US · ACoS · 2026-11`; "*" is every marketplace."""
    if topic not in TOPICS:
        return key.replace(SEPARATOR, " · ")
    names, parts = TOPICS[topic].key, parts_of(key)
    if len(names) != len(parts):
        return key.replace(SEPARATOR, " · ")
    return " · ".join(filter(None, (_part(n, p, lang) for n, p in zip(names, parts, strict=True))))


def _part(name: str, text: str, lang: str) -> str:
    match name:
        case "marketplace" if text in ("", EVERYWHERE):
            return Label("all marketplaces", "所有站点")[lang]
        case "kpi" if text in METRICS:
            return METRICS[text].label[lang]
        case "rule" if text in _RULES:
            return _RULES[text][lang]
        case "valid":
            start, _, end = text.partition("..")
            always = start == "2000-01-01" and end == "9999-12-31"
            return "" if always else text.replace("..9999-12-31", "..")
    return text


def field_in_words(field: str, lang: str) -> str:
    return _FIELDS[field][lang] if field in _FIELDS else field


def since(entry: Entry) -> dt.date | None:
    """The first day on which it holds; None: always."""
    return None if entry.valid == dt.date.min else entry.valid


# --- the tab ----------------------------------------------------------------------------


def typed_tab(
    known: Known, day: dt.date, lang: str, *, always: bool = False
) -> PlannedTab | None:
    """What of the topics counts for the store; None where nobody ever said anything."""
    if not always and not any(one.topic in TOPICS for one in known.all()):
        return None
    every = counted(known, day, notes=False)
    shown = every if len(every) <= MOST else _most_urgent(every)
    rows = [row for one in shown for row in _rows(one, lang)]
    if len(every) > len(shown):
        more = Label(f"{len(every) - len(shown)} more: `opsheet typed` lists all.",
                     f"另有 {len(every) - len(shown)} 条：`opsheet typed` 列出全部。")[lang]
        rows.append(PlannedRow("more", _NOBODY, {"topic": Cell("…"), "about": Cell(more)}))
    planned = Planned("typed", TYPED, tuple(rows))
    return PlannedTab("typed", TYPED.label[lang], (planned,), data=True)


def _most_urgent(every: list[Counted]) -> list[Counted]:
    """Disputes and the newest, in the order in which they stand."""
    newest = sorted(range(len(every)), key=lambda n: every[n].entry.said_at, reverse=True)
    urgent = sorted(newest, key=lambda n: not every[n].others)[:MOST]
    return [every[n] for n in sorted(urgent)]


def _rows(one: Counted, lang: str) -> Iterable[PlannedRow]:
    entry = one.entry
    for number, other in enumerate(one.others or [None]):
        cells = {
            "topic": Cell(topic_in_words(entry.topic, lang)),
            "about": Cell(key_in_words(entry.topic, entry.key, lang)),
            "field": Cell(field_in_words(entry.field, lang)), "value": Cell(entry.value),
            "since": Cell(since(entry)), "said_at": Cell(entry.said_at.replace(microsecond=0)),
            "who": Cell(entry.who or None), "file": Cell(entry.source),
        }
        if other is not None:
            cells |= {"other": Cell(other.value), "other_file": Cell(other.source),
                      "other_at": Cell(other.said_at.replace(microsecond=0))}
        key = SEPARATOR.join((entry.topic, entry.key, entry.field))
        yield PlannedRow(f"{key}{SEPARATOR}{number}" if number else key, _NOBODY, cells)
