"""Asks the store all that a template needs, once for one fill."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from macros.gaps import Today, report_gaps
from macros.jobs import Context, last_closed_week, one_store
from sync.store import history, typed
from sync.store.covered import Coverage, read_coverage
from sync.store.query import ask
from templates import get_template
from workbook.answer import Facts, Question
from workbook.errors import StoreError, UsageError
from workbook.inputs import Known
from workbook.marketplaces import BY_CODE
from workbook.model import Period, month_of, parse_period
from workbook.models import Asking, ReportGap, model_named
from workbook.overview import Gathered
from workbook.rows import Row, key_rows, key_trend_rows, question_of, trend_rows
from workbook.template import Grain, Kind, Measure, Template

if TYPE_CHECKING:
    import duckdb

    from macros.fill import Request


class Gathering:
    """One reading of the store for one request.

    Raises:
        UsageError, StoreError: none of the store, the marketplace or the period.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, context: Context, request: Request
    ) -> None:
        self._con, self._context = con, context
        self.template: Template = get_template(request.template)
        wanted = request.store or context.settings.store
        self.store, self.markets = choose_scope(con, wanted, request.marketplace)
        self.period = choose_period(context, request.period, self.template.grain, self.markets)
        self._coverage: Coverage | None = None

    def known(self) -> Known:
        """What people have said of the store."""
        return typed.read(self._con, self.store)

    def gathered(self, known: Known) -> Gathered:
        """Every fact and product that the template's blocks and models need."""
        blocks = [b for b in self.template.blocks().values() if b.kind is Kind.TABLE]
        facts = {b.id: self._ask(question_of(b, self.period)) for b in blocks
                 if any(isinstance(f, Measure) for f in b.fields)}
        asked: dict[str, dict[str, Facts]] = {}
        for block in blocks:
            if block.model:
                asking = Asking(block, self.period, self._context.settings.week_first, known)
                asked[block.id] = {name: self._ask(question) for name, question
                                   in model_named(block.model).asks(asking).items()}
        every = [*facts.values(), *(f for some in asked.values() for f in some.values())]
        groups = sorted({g for f in every for g in f.groups()},
                        key=lambda g: (self.markets.index(g.marketplace), g.currency))
        if not groups:
            raise StoreError(f"No report of {self.store} covers {self.period.label()}.",
                             str(self._context.database.path),
                             "Import its reports; `opsheet status` shows what is there.")
        products = history.products(self._con, self.store, self._keys(every))
        rows: dict[str, list[Row]] = {}
        for block in blocks:
            if block.id not in facts:
                rows[block.id] = []
            elif block.over:
                make = key_trend_rows if block.by else trend_rows
                rows[block.id] = make(block, facts[block.id], self.period, groups, products)
            else:
                rows[block.id] = key_rows(block, facts[block.id], self.period, products, groups)
        ids = {n for f in every for found in f.import_ids.values() for n in found}
        ids |= set(history.table_imports(self._con, self.store))
        today = min(map(self._context.last_closed_day, self.markets))
        asks_gaps = any(block.model == "daily.reports" for block in blocks)
        return Gathered(self.store, self.period, groups, rows, facts, products,
                        history.source_files(self._con, ids), self._context.now, asked, today,
                        self._context.settings.week_first,
                        self._gaps(every) if asks_gaps else (),
                        self._context.settings.currency,
                        tuple(sorted(history.stores(self._con)[self.store])))

    def _gaps(self, every: Iterable[Facts]) -> tuple[ReportGap, ...]:
        coverage = self._coverage or read_coverage(self._con, self.store)
        kinds = dict(self._con.execute("SELECT id, kind FROM s.imports").fetchall())
        return report_gaps(Today(coverage, kinds, tuple(every), self.period), self.markets)

    def _ask(self, question: Question) -> Facts:
        if self._coverage is None:
            self._coverage = read_coverage(self._con, self.store)
        return ask(self._context.database, question, store=self.store,
                   marketplaces=tuple(self.markets), connection=self._con,
                   declared=self._context.settings.of(self.store), coverage=self._coverage)

    def _keys(self, facts: Iterable[Facts]) -> set[str]:
        """The SKUs and ASINs that rows are about."""
        return {str(part) for f in facts for group in f.values.values() for key in group
                for part in key if part is not None}


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



