"""Fills workbooks that people made and bound with names, tables and placeholders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from macros.fill import Request, computed
from macros.jobs import Context, last_closed_week, one_store
from sync.store import history
from sync.store.query import ask
from sync.surfaces import Receipt
from sync.surfaces.bound import Bound, BoundFile, Filling, TableFill
from templates import all_templates, get_template
from workbook.answer import Facts, Group, Question
from workbook.binding import Request as Wish
from workbook.binding import Unknown, Vocabulary, What
from workbook.errors import StoreError, SurfaceError, UsageError
from workbook.marketplaces import BY_CODE
from workbook.metrics import get_metric
from workbook.model import Cell, Period, State, Value, parse_period
from workbook.notes import said
from workbook.overview import Gathered
from workbook.plan import Planned
from workbook.spans import period_of
from workbook.template import Dim

if TYPE_CHECKING:
    import duckdb

HOW = ("Bind cells: type {{ gmv }} or {{ top_skus }} into them, or give a cell the name ops_gmv or "
       "a table the name ops_top_skus. docs/own-workbook.md shows how.")


@dataclass(frozen=True, slots=True)
class Meant:
    """Whose numbers and which days a bound place gets. `market` "": all that the store has."""

    store: str
    market: str
    period: Period


@dataclass(slots=True)
class Scopes:
    """The stores there are with their marketplaces, and what the call said."""

    stores: dict[str, list[str]]
    context: Context
    request: Request

    def base(self, meant: Iterable[str]) -> Period:
        """The fill's own period: as said, or the last week closed on all marketplaces."""
        first = self.context.settings.week_first
        if self.request.period:
            return parse_period(self.request.period, week_first=first)
        return last_closed_week(self.context, meant)

    def whose(self, bound: Bound, file: BoundFile) -> tuple[str, str]:
        """(store, marketplace) of a place.

        Raises:
            UsageError: no such store or marketplace, or several and none is named.
        """
        wish = bound.request
        assert wish is not None
        where = f"{file.path.name}, {bound.cell}"
        try:
            store = one_store(wish.store or self.request.store or self.context.settings.store,
                              list(self.stores))
        except UsageError as error:
            raise UsageError(error.what, where, error.do) from None
        markets = self.stores[store]
        market = wish.marketplace or self.request.marketplace
        if market and market not in markets:
            raise UsageError(f"{store} has no reports from {market}.", where,
                             f"Its marketplaces: {', '.join(markets)}.")
        if not market and len(markets) == 1:
            market = markets[0]
        if not market and wish.what is not What.INFO and not _shows_market(bound, file):
            raise UsageError(
                f"{store} sells on {', '.join(markets)}; the place does not say which.", where,
                f"Write {{{{ {wish.token} | marketplace {markets[0]} }}}}, name it "
                f"{wish.name()}_{markets[0]}, or give --marketplace.")
        return store, market


def _shows_market(bound: Bound, file: BoundFile) -> bool:
    """Does the table say of each row which marketplace it is from?"""
    wish = bound.request
    if wish is None or wish.what is not What.BLOCK:
        return False
    block = file.block(bound)
    shown = any(isinstance(f, Dim) and f.name == "marketplace" for f in block.fields)
    return not shown or not bound.table or file.has_column(bound, "marketplace")


def vocabulary(context: Context, template: str = "") -> Vocabulary:
    """The words of all templates, those of one first, and the stores that there are."""
    templates = list(all_templates())
    if template:
        first = get_template(template)
        templates = [first, *(t for t in templates if t is not first)]
    return Vocabulary(templates, known_stores(context))


def known_stores(context: Context) -> dict[str, list[str]]:
    if not context.database.exists():
        return {}
    with context.database.session() as con:
        return history.stores(con)


# --- filling ------------------------------------------------------------------------------


def fill_bound(
    context: Context, request: Request, path: Path, *, backup: bool = True
) -> tuple[Receipt, list[str]]:
    """Fills every bound place of a workbook; returns the receipt and what is bound to nothing.

    Raises:
        SurfaceError: nothing is bound, or a place cannot be filled. UsageError: a place does not
        say whose numbers it wants. Nothing is changed then.
    """
    with BoundFile(path, vocabulary(context, request.template)) as file:
        if not file.bound:
            raise SurfaceError("This workbook was not made by Opsheet, and nothing in it is bound.",
                               str(path), HOW)
        known = [bound for bound in file.bound if bound.request is not None]
        unknown = [f"{b.cell}: {b.meaning.what} {b.meaning.do}" for b in file.bound
                   if isinstance(b.meaning, Unknown)]
        if not known:
            raise SurfaceError("Nothing in this workbook is bound to a number that we know.",
                               str(path), unknown[0])
        lang = request.lang or file.record.lang or context.settings.lang
        filling = Filling(lang, context.now)
        with context.database.session() as con:
            scopes = Scopes(history.stores(con), context, request)
            if not scopes.stores:
                raise StoreError("Nothing is imported yet.",
                                 do="Import reports first: opsheet import FOLDER")
            meant = _meant(known, file, scopes)
            _cells(con, scopes, meant, filling)
            _tables(con, scopes, meant, file, filling)
        return file.apply(filling, backup=backup), unknown


def _meant(known: list[Bound], file: BoundFile, scopes: Scopes) -> dict[Bound, Meant]:
    whose = {bound: scopes.whose(bound, file) for bound in known}
    markets = {m for store, market in whose.values()
               for m in ([market] if market else scopes.stores[store])}
    base, first = scopes.base(markets), scopes.context.settings.week_first
    return {bound: Meant(*whose[bound], period_of(_wish(bound).period, base, week_first=first))
            for bound in known}


def _wish(bound: Bound) -> Wish:
    assert bound.request is not None
    return bound.request


def _cells(
    con: duckdb.DuckDBPyConnection, scopes: Scopes, meant: dict[Bound, Meant], filling: Filling
) -> None:
    """Single numbers: one question a store and marketplace."""
    asked: dict[tuple[str, str], list[Bound]] = defaultdict(list)
    for bound, scope in meant.items():
        if _wish(bound).what is What.METRIC:
            asked[scope.store, scope.market].append(bound)
        elif _wish(bound).what is What.INFO:
            filling.cells[bound] = Cell(_info(_wish(bound).target, scope, filling))
    for (store, market), places in asked.items():
        metrics = {_wish(b).target: get_metric(_wish(b).target) for b in places}
        periods = tuple(dict.fromkeys(meant[b].period for b in places))
        facts = ask(scopes.context.database, Question(tuple(metrics.values()), periods),
                    store=store, marketplaces=(market,), connection=con,
                    declared=scopes.context.settings.of(store))
        group = _group(facts, market)
        for bound in places:
            cell = facts.cell(metrics[_wish(bound).target], group, (), meant[bound].period)
            filling.cells[bound] = cell
            _remark(bound, cell, filling)


def _info(target: str, scope: Meant, filling: Filling) -> Value:
    known: dict[str, Value] = {"period": scope.period.label(), "period_start": scope.period.start,
            "period_end": scope.period.end, "store": scope.store,
            "filled": filling.now.replace(microsecond=0)}
    return known[target]


def _group(facts: Facts, market: str) -> Group:
    """The marketplace's own currency, where its reports are in several."""
    own = BY_CODE[market].currency
    groups = [group for group in facts.groups() if group.marketplace == market]
    return next((g for g in groups if g.currency == own), groups[0] if groups else
                Group(market, own))


def _remark(bound: Bound, cell: Cell, filling: Filling) -> None:
    """What a person should know of a number that is blank or not whole."""
    if cell.value is None or cell.state in (State.PARTIAL, State.ESTIMATE):
        how = "blank" if cell.value is None else cell.state.value
        note = said(cell.note, filling.lang) or cell.state.value
        filling.notes.append(f"{bound.cell} ({_wish(bound).token}) is {how}: {note}")


def _tables(
    con: duckdb.DuckDBPyConnection, scopes: Scopes, meant: dict[Bound, Meant], file: BoundFile,
    filling: Filling,
) -> None:
    """Tables: each template is computed once for a scope and period."""
    done: dict[tuple[str, Meant], tuple[Gathered, dict[str, Planned]]] = {}
    for bound, scope in meant.items():
        if _wish(bound).what is not What.BLOCK:
            continue
        template, block = file.words.blocks[_wish(bound).target]
        if (template.name, scope) not in done:
            request = Request(template.name, scope.store, scope.market, str(scope.period))
            done[template.name, scope] = computed(con, scopes.context, request, filling.lang)
        gathered, planned = done[template.name, scope]
        keys = frozenset(row.key for row in gathered.rows[block.id])
        filling.tables[bound] = TableFill(planned[block.id], keys, scope.market)
