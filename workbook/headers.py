"""Headers of people's own tables: which field of a block a column shows; pure."""

from __future__ import annotations

from workbook.binding import ALIASES
from workbook.metrics import METRICS
from workbook.plan import label_of
from workbook.spans import plain
from workbook.template import Block, Change, Field, Measure, field_id


def columns_of(block: Block) -> dict[str, Field]:
    """Header (as `plain` has it) -> the field of the block that it stands for."""
    found: dict[str, Field] = {}
    for words in (_own_words, _loose_words):
        for item in block.fields:
            for word in words(item):
                found.setdefault(plain(word), item)
    return found


def _own_words(item: Field) -> list[str]:
    return [label_of(item, "en"), label_of(item, "zh"), field_id(item)]


def _loose_words(item: Field) -> list[str]:
    """A metric's other names; those of the period before carry `(before)` or `prev`."""
    if not isinstance(item, Measure | Change):
        return []
    label = METRICS[item.metric].label
    names = [item.metric, *ALIASES.get(item.metric, ()), label.en.partition("(")[0],
             label.zh.partition("(")[0]]
    if isinstance(item, Change):
        leads = ("Δ ", "Δ", "change ", "环比 ", "环比")
        return [f"{lead}{name}" for name in names for lead in leads]
    if item.shift == -1:
        shapes = ("{} (before)", "{} prev", "prev {}", "{} (上期)", "{} 上期", "{} last week",
                  "{} prev week", "{} 上周", "上周{}", "上期{}")
        return [shape.format(name.strip()) for name in names for shape in shapes]
    return names if not item.shift else []
