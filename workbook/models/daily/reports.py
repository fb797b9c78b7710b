"""Missing reports: what today's sheets still lack, exact days, where to download it."""

from __future__ import annotations

import datetime as dt

from workbook.answer import Group
from workbook.looks import word
from workbook.marketplaces import BY_CODE
from workbook.model import Cell, Period, Status
from workbook.models import Given, Model, ReportGap
from workbook.rows import SEPARATOR, Row


def _rows(given: Given) -> list[Row]:
    groups = {group.marketplace: group for group in reversed(given.groups)}
    order = sorted(given.gaps, key=lambda gap: (
        gap.optional, -len(gap.blocks), gap.last or dt.date.min, gap.marketplace,
        gap.report))
    return [_row(given, gap, groups.get(gap.marketplace)) for gap in order]


def _row(given: Given, gap: ReportGap, group: Group | None) -> Row:
    if group is None:
        market = BY_CODE.get(gap.marketplace)
        group = Group(gap.marketplace, market.currency if market else "")
    due = gap.blocks and not gap.waiting
    state = Status.NONE if gap.optional else Status.BAD if due else Status.WATCH
    return Row(SEPARATOR.join((gap.marketplace, gap.report)), group, {
        "report_gap": Cell(gap.report), "marketplace": Cell(gap.marketplace),
        "store": Cell(given.store), "severity": Cell(word(state, given.lang)),
        "report": Cell(gap.label[given.lang]),
        "last": Cell(gap.last),
        "days": Cell(sum(span.days for span in gap.missing) or None),
        "since": Cell(gap.missing[0].start if gap.missing else None),
        "missing": Cell(_days(given, gap)),
        "blocked": Cell(len(gap.blocks)),
        "blocks": Cell(given.say(", ", "、").join(b[given.lang] for b in gap.blocks) or None),
        "how": Cell(gap.how[given.lang]),
    })


def _days(given: Given, gap: ReportGap) -> str | None:
    if gap.optional:
        return given.say("never imported, optional", "从未导入，可选")
    later = given.say(" (Amazon may not show it yet)", "（亚马逊可能尚未提供）")
    return f"{spoken(gap.missing)}{later if gap.waiting else ''}"


def spoken(spans: tuple[Period, ...]) -> str:
    """`2026-11-12..2026-11-14, 2026-11-16`."""
    return ", ".join(str(s.start) if s.days == 1 else str(s) for s in spans)


MODEL = Model(_rows)
