"""Fills a template: read what people typed, ask the store, plan, write in one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from macros.jobs import Context, last_closed_week, one_store
from sync.store import history
from sync.store.query import ask
from sync.surfaces import Receipt, Surface
from templates import get_template
from workbook import standard
from workbook.answer import Facts, Group
from workbook.errors import UsageError
from workbook.facts import BY_NAME
from workbook.marketplaces import BY_CODE
from workbook.model import Label, Period, State, Value, month_of, parse_period
from workbook.models.exceptions import Findings, exception_rows
from workbook.models.verdict import add_verdict, task_rows
from workbook.notes import said
from workbook.plan import Plan, Planned, PlannedTab, Planner, tabs_for, unplaced
from workbook.plan import State as Typed
from workbook.rows import Product, Row, key_rows, question_of, trend_rows
from workbook.rules import rulebook
from workbook.template import Block, Grain, Kind, Measure, Tab, Template

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be filled, for whom, in which language."""

    template: str
    store: str = ""
    marketplace: str = ""
    period: str = ""
    lang: str = ""


@dataclass(slots=True)
class Gathered:
    """Everything the store said for one fill."""

    store: str
    period: Period
    groups: list[Group]
    rows: dict[str, list[Row]]
    facts: dict[str, Facts]
    products: dict[str, Product]
    sources: list[standard.SourceFile]


def blocks_of(name: str) -> dict[str, Block]:
    """The blocks of a template and the standard ones, by id: what a surface must read back."""
    return get_template(name).blocks() | {"rules": standard.RULES}


def fill(context: Context, request: Request, surface: Surface) -> Receipt:
    """Fills a template on a surface; what people typed stays with its row.

    Raises:
        TemplateError, UsageError, StoreError, SurfaceError: see their messages.
    """
    typed = surface.read()
    return surface.apply(plan_for(context, request, typed))


def plan_for(context: Context, request: Request, typed: Typed) -> Plan:
    """The plan of a fill, from the store and what people typed."""
    template = get_template(request.template)
    with context.database.session() as con:
        gathered = _gather(con, context, request, template)
    lang = request.lang or context.settings.lang
    where = str(context.settings.file or "")
    rules = rulebook(context.settings.rule_rows, where)
    planner = Planner(standard.typed_rules(rules, typed), gathered.period, lang, typed)
    _run_models(template, gathered, planner)
    tables = {b.id: planner.table(b, gathered.rows[b.id])
              for b in template.blocks().values() if b.kind is Kind.TABLE}
    each, once = tabs_for(template)
    tabs = [_overview(tab, group, planner, tables, gathered, template, context)
            for group in gathered.groups for tab in each]
    tabs += [PlannedTab(t.id, t.label[lang], tuple(tables[b.id] for b in t.blocks), data=t.data)
             for t in once]
    rules_tab = standard.rules_tab(rules, typed, gathered.period, lang)
    lost = unplaced([*tables.values(), *rules_tab.blocks], typed)
    tabs += [rules_tab, *_book_tabs(gathered, lang)]
    if lost:
        tabs.append(standard.left_over_tab(lost, lang))
    names: dict[str, Value] = {
        "ops_scope": _scope_line(gathered, template, lang), "ops_period_start": gathered.period.start,
        "ops_period_end": gathered.period.end,
    }
    return Plan(template, lang, gathered.period, tuple(tabs), names, lost)


# --- asking the store -------------------------------------------------------------------


def _gather(
    con: duckdb.DuckDBPyConnection, context: Context, request: Request, template: Template
) -> Gathered:
    wanted = request.store or context.settings.store
    store, markets = choose_scope(con, wanted, request.marketplace)
    period = choose_period(context, request.period, template.grain, markets)
    products = history.products(con, store)
    facts: dict[str, Facts] = {}
    declared = context.settings.of(store)
    for block in template.blocks().values():
        if block.kind is Kind.TABLE and any(isinstance(f, Measure) for f in block.fields):
            facts[block.id] = ask(context.database, question_of(block, period), store=store,
                                  marketplaces=tuple(markets), declared=declared, connection=con)
    groups = sorted({g for f in facts.values() for g in f.groups()},
                    key=lambda g: (markets.index(g.marketplace), g.currency))
    rows: dict[str, list[Row]] = {}
    for block in template.blocks().values():
        if block.id in facts:
            known = facts[block.id]
            rows[block.id] = (trend_rows(block, known, period, groups) if block.over else
                              key_rows(block, known, period, products, groups))
        elif block.kind is Kind.TABLE:
            rows[block.id] = []
    ids = {n for f in facts.values() for found in f.import_ids.values() for n in found}
    return Gathered(store, period, groups, rows, facts, products, history.source_files(con, ids))


def choose_scope(
    con: duckdb.DuckDBPyConnection, store: str, marketplace: str
) -> tuple[str, list[str]]:
    """The store and its marketplaces; the only store needs no name.

    Raises:
        UsageError, StoreError: none, several without a name, or not the one that was named.
    """
    known = history.stores(con)
    store = one_store(store, list(known))
    markets = known[store]
    if marketplace:
        if marketplace not in markets:
            raise UsageError(f"{store} has no reports from {marketplace}.",
                             f"marketplaces: {', '.join(markets)}", "Give one with --marketplace.")
        markets = [marketplace]
    return store, sorted(markets, key=list(BY_CODE).index)


def choose_period(context: Context, text: str, grain: Grain, markets: Iterable[str]) -> Period:
    """The period asked for, or the last one that has closed on every marketplace."""
    if text:
        return parse_period(text, week_first=context.settings.week_first)
    if grain is Grain.WEEK:
        return last_closed_week(context, markets)
    closed = min(context.last_closed_day(market) for market in markets)
    if grain is Grain.DAY:
        return Period(closed, closed)
    month = month_of(closed)
    return month if month.end <= closed else month.previous()


# --- models -----------------------------------------------------------------------------


def _run_models(template: Template, gathered: Gathered, planner: Planner) -> None:
    """Adds what models compute: verdicts on rows, then the rows that are found in rows."""
    for row in gathered.rows.get("top_skus", ()):
        add_verdict(row, planner.lang)
    for block in template.blocks().values():
        if block.model == "tasks":
            gathered.rows[block.id] = task_rows(planner.lang)
        elif block.model == "exceptions":
            gathered.rows[block.id] = exception_rows(Findings(
                gathered.rows, planner.rules, planner.period, planner.lang, gathered.products))


# --- tabs -------------------------------------------------------------------------------


def _overview(
    tab: Tab, group: Group, planner: Planner, tables: dict[str, Planned], gathered: Gathered,
    template: Template, context: Context,
) -> PlannedTab:
    blocks = []
    for block in tab.blocks:
        source = tables[block.source]
        if block.kind is Kind.CARDS:
            blocks.append(planner.cards(block, source, gathered.rows[block.source], group))
        elif block.kind is Kind.MIRROR:
            blocks.append(planner.mirror(block, source, group))
        else:
            blocks.append(planner.chart(block, source, group))
    several = sum(g.marketplace == group.marketplace for g in gathered.groups) > 1
    name = f"{group.marketplace} {group.currency}" if several else group.marketplace
    lang = planner.lang
    title = f"{template.label[lang]} · {gathered.store} · {BY_CODE[group.marketplace].name[lang]}"
    heading = (f"{title} ({group.currency})", _scope_line(gathered, template, lang, group),
               _status_line(gathered, group, context, lang))
    return PlannedTab(f"{tab.id}:{name}", f"{tab.label[lang]} {name}", tuple(blocks), heading)


def _scope_line(
    gathered: Gathered, template: Template, lang: str, group: Group | None = None
) -> str:
    period = gathered.period
    days = ("周一周二周三周四周五周六周日" if lang == "zh" else "MonTueWedThuFriSatSun")
    size = len(days) // 7
    first, last = (days[d.weekday() * size : (d.weekday() + 1) * size] for d in (period.start, period.end))
    zones = [BY_CODE[g.marketplace].zone for g in ([group] if group else gathered.groups)]
    zone = ", ".join(dict.fromkeys(zones))
    label = period.label() if period.start.isoweekday() == 1 else str(period)
    return Label(
        f"{label} · {first} {period.start} to {last} {period.end} · days in {zone}",
        f"{label} · {first} {period.start} 至 {last} {period.end} · 按 {zone} 计日",
    )[lang] + ("" if group else f" · {gathered.store}")


def _status_line(gathered: Gathered, group: Group, context: Context, lang: str) -> str:
    """As of when, settling until when, what is missing: one honest line."""
    zone = BY_CODE[group.marketplace].zone
    local = context.local_now(zone)
    own = [s for s in gathered.sources if s.marketplace == group.marketplace]
    parts = [Label(f"Filled {local:%Y-%m-%d %H:%M} {zone}", f"填充于 {local:%Y-%m-%d %H:%M} {zone}")[lang]]
    days = [s.end for s in own if s.end and not s.report.en.startswith("Settlement")]
    if days:
        parts.append(Label(f"data until {max(days)}", f"数据截至 {max(days)}")[lang])
    settling = _settling(gathered, group)
    if settling:
        parts.append(Label(f"ads settle until {settling}", f"广告数据结算至 {settling}")[lang])
    missing = [gap.number for gap in _gaps(gathered, lang)
               if gap.marketplace == group.marketplace]
    if missing:
        names = ", ".join(missing[:4]) + (" …" if len(missing) > 4 else "")
        parts.append(Label(f"not whole: {names} (see Missing)", f"不完整：{names}（见“缺失”页）")[lang])
    return " · ".join(parts)


def _settling(gathered: Gathered, group: Group) -> dt.date | None:
    days = [known.final_on for facts in gathered.facts.values()
            for (_, market, period), known in facts.known.items()
            if market == group.marketplace and period == gathered.period and known.final_on]
    return max(days, default=None)


def _gaps(gathered: Gathered, lang: str) -> list[standard.Gap]:
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
    return {State.NO_DATA: Label("no data", "无数据"), State.PARTIAL: Label("in part", "不完整")}[state][lang]


def _book_tabs(gathered: Gathered, lang: str) -> list[PlannedTab]:
    return [*standard.sources_tabs(gathered.sources, _gaps(gathered, lang), lang),
            standard.legend_tab(lang)]
