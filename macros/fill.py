"""Fills a template: read what people typed, keep it, ask the store, plan, write in one step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from macros.gather import Gathering, choose_period
from macros.jobs import Context
from sync.store import history as imported
from sync.store import typed as history
from sync.surfaces import Receipt, Surface
from templates import get_template
from workbook import keeping, standard
from workbook.errors import StoreError
from workbook.inputs import Entry, Known
from workbook.model import Label, Period, Rule, Value
from workbook.models import Given, model_named
from workbook.overview import Gathered, book_tabs, gaps, overview, scope_line
from workbook.plan import Plan, Planned, PlannedTab, State, tabs_for, unplaced
from workbook.planning import Planner
from workbook.rules import rulebook
from workbook.ruling import unknown_rules
from workbook.said import typed_tab
from workbook.template import Block, Kind, Template

if TYPE_CHECKING:
    import duckdb

_TRIES = 8  # another fill may add to the history between our reading and our writing

__all__ = ["Request", "blocks_of", "choose_period", "computed", "fill", "missing", "plan_for",
           "plan_of"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be filled, for whom, in which language."""

    template: str
    store: str = ""
    marketplace: str = ""
    period: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What people have said until now, and what of it this workbook adds.

    `whose`: the store that the additions belong to: the one for which the workbook was filled.
    """

    whose: str
    known: Known
    state: State  # what its input cells shall hold
    edits: list[Entry]
    revision: str
    notes: list[str]


def blocks_of(name: str) -> dict[str, Block]:
    """The blocks of a template and the standard ones, by id: what a surface must read back."""
    return get_template(name).blocks() | {"rules": standard.RULES}


def fill(context: Context, request: Request, surface: Surface) -> Receipt:
    """Fills a template on a surface; what people typed stays with its row and in the store.

    Raises:
        TemplateError, UsageError, StoreError, SurfaceError: see their messages.
    """
    state = surface.read()
    for _ in range(_TRIES):
        plan, said = _planned(context, request, state)
        revision: str | None = said.revision
        if said.edits:
            revision = history.append(context.database, said.whose, said.edits, said.revision,
                                      context.now)
        if revision is not None:
            names = {**plan.names, "ops_revision": revision}
            if state.source:
                names["ops_file"] = state.source
            receipt = surface.apply(replace(plan, names=names))
            return replace(receipt, notes=(*receipt.notes, *said.notes))
    raise StoreError("Other fills keep adding to the store.", str(context.database.path),
                     "Wait until they have ended, then run the fill again.")


def plan_for(context: Context, request: Request, typed: State) -> Plan:
    """The plan of a fill, from the store and what people typed; nothing is written."""
    return _planned(context, request, typed)[0]


def _planned(context: Context, request: Request, state: State) -> tuple[Plan, Said]:
    lang = request.lang or context.settings.lang
    with context.database.session() as con:
        gathering = Gathering(con, context, request)
        said = _said(con, gathering, state, context.now, lang)
        gathered = gathering.gathered(said.known)
    plan = plan_of(context, lang, said.state, gathering.template, gathered, said.known)
    return replace(plan, names={**plan.names, "ops_revision": said.revision}), said


def _said(
    con: duckdb.DuckDBPyConnection, gathering: Gathering, state: State, now: dt.datetime, lang: str
) -> Said:
    """The history with what this workbook adds to it."""
    revision, store = history.revision(con), gathering.store
    whose = state.store if state.store in imported.stores(con) else store
    known = gathering.known() if whose == store else history.read(con, whose)
    name = gathering.template.name
    sheet = keeping.Sheet(name, blocks_of(name), gathering.period,
                          history.parsed(state.revision, revision), state.period)
    known, edits = keeping.taken_in(sheet, state, known, now)
    if whose != store:
        known, state = gathering.known(), keeping.of_another_store(sheet, state)
    merged = keeping.merged(sheet, state, known)
    notes = [*keeping.overruled(sheet, state, known, lang), *unknown_rules(known)]
    if whose != store:
        notes.append(Label(f"What was typed here for {whose} is kept in its history.",
                           f"此前为 {whose} 填写的内容保留在其历史中。"))
    return Said(whose, known, merged, edits, revision, [note[lang] for note in notes])


def plan_of(
    context: Context, lang: str, typed: State, template: Template, gathered: Gathered,
    known: Known | None = None,
) -> Plan:
    """The plan of a fill from all that the store said."""
    known = known or Known()
    rules = _rules(context, known, typed, gathered.period)
    planner = Planner(standard.typed_rules(rules, typed), gathered.period, lang, typed)
    _run_models(template, gathered, planner, known)
    tables = {b.id: planner.table(b, gathered.rows[b.id])
              for b in template.blocks().values() if b.kind is Kind.TABLE}
    each, once = tabs_for(template)
    tabs = [overview(tab, group, planner, tables, gathered, template)
            for group in gathered.groups for tab in each]
    tabs += [PlannedTab(t.id, t.label[lang], tuple(
        tables.get(b.id) or planner.chart(b, tables[b.source], None) for b in t.blocks),
        data=t.data) for t in once]
    rules_tab = standard.rules_tab(rules, typed, gathered.period, lang)
    lost = unplaced([*tables.values(), *rules_tab.blocks], typed)
    said = typed_tab(known, gathered.period.end, lang,
                     always=typed.store not in ("", gathered.store))
    tabs += [rules_tab, *filter(None, [said]), *book_tabs(gathered, lang)]
    if lost:
        tabs.append(standard.left_over_tab(lost, lang))
    names: dict[str, Value] = {
        "ops_scope": scope_line(gathered, lang), "ops_period_start": gathered.period.start,
        "ops_period_end": gathered.period.end, "ops_store": gathered.store,
    }
    return Plan(template, lang, gathered.period, tuple(tabs), names, lost)


def _rules(
    context: Context, known: Known, state: State, period: Period
) -> tuple[Rule, ...]:
    """The rulebook: defaults, opsheet.toml, the user's table and other workbooks."""
    rules = rulebook(context.settings.rule_rows, str(context.settings.file or ""))
    return standard.said_rules(rules, known, state, period.end)


def computed(
    con: duckdb.DuckDBPyConnection, context: Context, request: Request, lang: str
) -> tuple[Gathered, dict[str, Planned]]:
    """A template's tables without anything typed into them, and all the rows behind them."""
    gathering = Gathering(con, context, request)
    known = gathering.known()
    gathered, template = gathering.gathered(known), gathering.template
    rules = _rules(context, known, State(), gathered.period)
    planner = Planner(rules, gathered.period, lang, State())
    _run_models(template, gathered, planner, known)
    return gathered, {b.id: planner.table(b, gathered.rows[b.id])
                      for b in template.blocks().values() if b.kind is Kind.TABLE}


def _run_models(
    template: Template, gathered: Gathered, planner: Planner, known: Known
) -> None:
    """Adds what models compute: columns of rows, then the rows that are found in rows."""
    blocks = [b for b in template.blocks().values() if b.kind is Kind.TABLE and b.model]
    models = [(block, model_named(block.model)) for block in blocks]
    for block, model in sorted(models, key=lambda pair: pair[1].last):
        gathered.rows[block.id] = model.rows(Given(
            template, block, gathered.store, gathered.period, gathered.today, gathered.now,
            gathered.week_first, planner.lang, gathered.groups, gathered.products, planner.rules,
            known, planner.state.typed, gathered.rows, gathered.asked.get(block.id, {}),
            gathered.gaps, gathered.sources, gathered.currency, gathered.markets))


# --- what is still missing --------------------------------------------------------------


def missing(context: Context, request: Request) -> tuple[Period, list[standard.Gap]]:
    """The numbers of a template that a fill would leave blank or not whole, and why."""
    with context.database.session() as con:
        gathering = Gathering(con, context, request)
        gathered = gathering.gathered(gathering.known())
    return gathered.period, gaps(gathered, request.lang or context.settings.lang)
