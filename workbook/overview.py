"""What stands above and beside the numbers: overview tabs, scope and status lines, gaps; pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from workbook import standard
from workbook.answer import Facts, Group
from workbook.facts import BY_NAME
from workbook.marketplaces import BY_CODE
from workbook.model import Label, Period, State
from workbook.models import ReportGap
from workbook.notes import said
from workbook.plan import Planned, PlannedTab
from workbook.planning import Planner
from workbook.rows import Product, Row, SourceFile
from workbook.template import Kind, Tab, Template


@dataclass(slots=True)
class Gathered:
    """Everything the store said for one fill."""

    store: str
    period: Period
    groups: list[Group]
    rows: dict[str, list[Row]]
    facts: dict[str, Facts]
    products: dict[str, Product]
    sources: list[SourceFile]
    now: dt.datetime  # when it was asked, UTC without a zone
    asked: dict[str, dict[str, Facts]] = field(default_factory=dict)  # block -> its model's answers
    today: dt.date = dt.date.min  # the last day that is over on every marketplace
    week_first: int = 0
    gaps: tuple[ReportGap, ...] = ()
    currency: str = ""  # that everything is converted into; "": not said
    markets: tuple[str, ...] = ()  # of the store, with those that this fill leaves out


def overview(
    tab: Tab, group: Group, planner: Planner, tables: dict[str, Planned], gathered: Gathered,
    template: Template,
) -> PlannedTab:
    """One marketplace's first tab: heading, cards, stand-up list, charts."""
    blocks = []
    for block in tab.blocks:
        source = tables[block.source]
        if block.kind is Kind.CARDS:
            blocks.append(planner.cards(block, source, gathered.rows[block.source], group))
        elif block.kind is Kind.MIRROR:
            blocks.append(planner.mirror(block, source, group))
        else:
            blocks.append(planner.chart(block, source, group))
    lang, name = planner.lang, group.name.replace("_", " ")
    title = f"{template.label[lang]} · {gathered.store} · {BY_CODE[group.marketplace].name[lang]}"
    heading = (f"{title} ({group.currency})", scope_line(gathered, lang, group),
               _status_line(gathered, group, lang))
    return PlannedTab(f"{tab.id}:{name}", f"{tab.label[lang]} {name}", tuple(blocks), heading)


def scope_line(
    gathered: Gathered, lang: str, group: Group | None = None
) -> str:
    """Which days, in whose time: `2026-W46 · Mon 2026-11-09 to Sun 2026-11-15 · days in …`.

    A day is `Sun 2026-11-15 · days in …`.
    """
    period = gathered.period
    days = "周一周二周三周四周五周六周日" if lang == "zh" else "MonTueWedThuFriSatSun"
    size = len(days) // 7
    first, last = (days[day.weekday() * size :][:size] for day in (period.start, period.end))
    zones = [BY_CODE[g.marketplace].zone for g in ([group] if group else gathered.groups)]
    zone = ", ".join(dict.fromkeys(zones))
    until = Label(f"{first} {period.start} to {last} {period.end}",
                  f"{first} {period.start} 至 {last} {period.end}")[lang]
    if period.days == 1:
        until = f"{first} {period.start}"
    elif period.label() != str(period):  # a week or a month has a name of its own
        until = f"{period.label()} · {until}"
    counted = Label(f"days in {zone}", f"按 {zone} 计日")[lang]
    return f"{until} · {counted}" + ("" if group else f" · {gathered.store}")


def _status_line(gathered: Gathered, group: Group, lang: str) -> str:
    """As of when, settling until when, what is missing: one honest line."""
    zone = BY_CODE[group.marketplace].zone
    local = gathered.now.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    own = [s for s in gathered.sources if s.marketplace == group.marketplace]
    moment = f"{local:%Y-%m-%d %H:%M} {zone}"
    parts = [Label(f"Filled {moment}", f"填充于 {moment}")[lang]]
    days = [s.end for s in own if s.end and not s.report.en.startswith("Settlement")]
    if days:
        parts.append(Label(f"data until {max(days)}", f"数据截至 {max(days)}")[lang])
    settling = _settling(gathered, group)
    if settling:
        parts.append(Label(f"ads settle until {settling}", f"广告数据结算至 {settling}")[lang])
    missing = [gap.number for gap in gaps(gathered, lang)
               if gap.marketplace == group.marketplace]
    if missing:
        names = ", ".join(missing[:4]) + (" …" if len(missing) > 4 else "")
        parts.append(Label(f"not whole: {names} (see Missing)",
                           f"不完整：{names}（见“缺失”页）")[lang])
    return " · ".join(parts)


def _settling(gathered: Gathered, group: Group) -> dt.date | None:
    days = [known.final_on for facts in gathered.facts.values()
            for (_, market, period), known in facts.known.items()
            if market == group.marketplace and period == gathered.period and known.final_on]
    return max(days, default=None)


def gaps(gathered: Gathered, lang: str) -> list[standard.Gap]:
    """The period's numbers that are blank or not whole, with the reason, once each."""
    gaps: dict[tuple[str, str], standard.Gap | None] = {}
    # The trend first: what is whole for the store is no gap, even if ASINs know only a part.
    for _, facts in sorted(gathered.facts.items(), key=lambda item: item[0] != "trend"):
        for (fact, market, period), known in sorted(facts.known.items(), key=str):
            if period.end == gathered.period.end:
                whole = known.state not in (State.NO_DATA, State.PARTIAL)
                gaps.setdefault((market, fact), None if whole else standard.Gap(
                    market, BY_NAME[fact].label[lang], _state_word(known.state, lang),
                    said(known.note, lang)))
    return [gap for gap in gaps.values() if gap]


def _state_word(state: State, lang: str) -> str:
    words = {State.NO_DATA: Label("no data", "无数据"), State.PARTIAL: Label("in part", "不完整")}
    return words[state][lang]


def book_tabs(gathered: Gathered, lang: str) -> list[PlannedTab]:
    """Sources, Missing, Legend."""
    return [*standard.sources_tabs(gathered.sources, gaps(gathered, lang), lang),
            standard.legend_tab(lang)]
