"""Fills a template: read what people typed, ask the store, plan, write in one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from macros.jobs import Context, last_closed_week, one_store
from sync.store import history
from sync.store.query import ask
from sync.store.sources import read_coverage
from sync.surfaces import Receipt, Surface
from templates import get_template
from workbook import standard
from workbook.answer import Facts
from workbook.errors import StoreError, UsageError
from workbook.marketplaces import BY_CODE
from workbook.model import Period, Value, month_of, parse_period
from workbook.models.exceptions import Findings, exception_rows
from workbook.models.verdict import add_verdict, task_rows
from workbook.overview import Gathered, book_tabs, gaps, overview, scope_line
from workbook.plan import Plan, Planned, PlannedTab, Planner, tabs_for, unplaced
from workbook.plan import State as Typed
from workbook.rows import Row, key_rows, question_of, trend_rows
from workbook.rules import rulebook
from workbook.template import Block, Grain, Kind, Measure, Template

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
    return plan_of(context, request.lang or context.settings.lang, typed, template, gathered)


def plan_of(
    context: Context, lang: str, typed: Typed, template: Template, gathered: Gathered
) -> Plan:
    """The plan of a fill from all that the store said."""
    where = str(context.settings.file or "")
    rules = rulebook(context.settings.rule_rows, where)
    planner = Planner(standard.typed_rules(rules, typed), gathered.period, lang, typed)
    _run_models(template, gathered, planner)
    tables = {b.id: planner.table(b, gathered.rows[b.id])
              for b in template.blocks().values() if b.kind is Kind.TABLE}
    each, once = tabs_for(template)
    tabs = [overview(tab, group, planner, tables, gathered, template)
            for group in gathered.groups for tab in each]
    tabs += [PlannedTab(t.id, t.label[lang], tuple(tables[b.id] for b in t.blocks), data=t.data)
             for t in once]
    rules_tab = standard.rules_tab(rules, typed, gathered.period, lang)
    lost = unplaced([*tables.values(), *rules_tab.blocks], typed)
    tabs += [rules_tab, *book_tabs(gathered, lang)]
    if lost:
        tabs.append(standard.left_over_tab(lost, lang))
    names: dict[str, Value] = {
        "ops_scope": scope_line(gathered, lang), "ops_period_start": gathered.period.start,
        "ops_period_end": gathered.period.end, "ops_store": gathered.store,
    }
    return Plan(template, lang, gathered.period, tuple(tabs), names, lost)


def computed(
    con: duckdb.DuckDBPyConnection, context: Context, request: Request, lang: str
) -> tuple[Gathered, dict[str, Planned]]:
    """A template's tables without anything that people typed, and all the rows behind them."""
    template = get_template(request.template)
    gathered = _gather(con, context, request, template)
    rules = rulebook(context.settings.rule_rows, str(context.settings.file or ""))
    planner = Planner(rules, gathered.period, lang, Typed())
    _run_models(template, gathered, planner)
    return gathered, {b.id: planner.table(b, gathered.rows[b.id])
                      for b in template.blocks().values() if b.kind is Kind.TABLE}


# --- asking the store -------------------------------------------------------------------


def _gather(
    con: duckdb.DuckDBPyConnection, context: Context, request: Request, template: Template
) -> Gathered:
    wanted = request.store or context.settings.store
    store, markets = choose_scope(con, wanted, request.marketplace)
    period = choose_period(context, request.period, template.grain, markets)
    coverage = read_coverage(con, store)
    facts: dict[str, Facts] = {}
    declared = context.settings.of(store)
    for block in template.blocks().values():
        if block.kind is Kind.TABLE and any(isinstance(f, Measure) for f in block.fields):
            facts[block.id] = ask(context.database, question_of(block, period), store=store,
                                  marketplaces=tuple(markets), declared=declared,
                                  connection=con, coverage=coverage)
    keys = {str(part) for name, f in facts.items() for group in f.values.values() for key in group
            for dim, part in zip(template.blocks()[name].by, key, strict=True)
            if dim in ("sku", "asin") and part is not None}
    products = history.products(con, store, keys)
    groups = sorted({g for f in facts.values() for g in f.groups()},
                    key=lambda g: (markets.index(g.marketplace), g.currency))
    if not groups:
        raise StoreError(f"No report of {store} covers {period.label()}.",
                         str(context.database.path),
                         "Import its reports; `opsheet status` shows what is there.")
    rows: dict[str, list[Row]] = {}
    for block in template.blocks().values():
        if block.id in facts:
            known = facts[block.id]
            rows[block.id] = (trend_rows(block, known, period, groups) if block.over else
                              key_rows(block, known, period, products, groups))
        elif block.kind is Kind.TABLE:
            rows[block.id] = []
    ids = {n for f in facts.values() for found in f.import_ids.values() for n in found}
    ids |= set(history.table_imports(con, store))
    return Gathered(store, period, groups, rows, facts, products,
                    history.source_files(con, ids), context.now)


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
            marked = {row for table, row, _ in planner.state.typed if table == block.id}
            gathered.rows[block.id] = task_rows(planner.lang, planner.period.label(), marked)
        elif block.model == "exceptions":
            gathered.rows[block.id] = exception_rows(Findings(
                gathered.rows, planner.rules, planner.period, planner.lang, gathered.products))


# --- what is still missing --------------------------------------------------------------


def missing(context: Context, request: Request) -> tuple[Period, list[standard.Gap]]:
    """The numbers of a template that a fill would leave blank or not whole, and why."""
    template = get_template(request.template)
    with context.database.session() as con:
        gathered = _gather(con, context, request, template)
    return gathered.period, gaps(gathered, request.lang or context.settings.lang)
