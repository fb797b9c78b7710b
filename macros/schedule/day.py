"""Is the last closed day in? Every report that the template needs must cover it.

Needed is a report kind that feeds a number of the template and that the marketplace had in the
last thirty days; settlements and lists, which do not come daily, are not waited for. The setting
`reports` names fewer.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from macros.gather import choose_scope
from macros.jobs import Context
from macros.schedule.destinations import Destination
from sync.reports import all_kinds
from templates import get_template
from workbook.errors import OpsheetError
from workbook.inputs import Known
from workbook.model import Period, month_of, week_of
from workbook.models import Asking, model_named
from workbook.report import Mode
from workbook.rows import question_of
from workbook.template import Grain, Kind

if TYPE_CHECKING:
    import duckdb

IN_USE = dt.timedelta(days=30)


def day_in(
    con: duckdb.DuckDBPyConnection, context: Context, destination: Destination
) -> tuple[dt.date, list[str]] | None:
    """The last closed day of the destination's marketplaces, and which reports it still lacks.

    Each lack as `US: business_by_date`. None: nothing is imported that could fill it.
    """
    assert destination.when is not None
    market = destination.when.market or destination.marketplace
    try:
        store, markets = choose_scope(con, destination.store or context.settings.store, market)
    except OpsheetError:
        return None
    day = min(map(context.last_closed_day, markets))
    needed = set(destination.reports) or {
        name for template, _ in destination.fills for name in kinds_of(template, day)}
    newest = con.execute(
        "SELECT c.marketplace, i.kind, max(c.end_day) FROM s.imports i "
        "JOIN s.coverage c ON c.import_id = i.id WHERE NOT i.undone AND i.store = ? "
        "AND c.end_day IS NOT NULL GROUP BY ALL", [store]).fetchall()
    daily = [(market, kind, last) for market, kind, last in newest
             if market in markets and kind in needed and last >= day - IN_USE]
    if not daily:
        return None
    return day, sorted(f"{market}: {kind}" for market, kind, last in daily if last < day)


def kinds_of(name: str, day: dt.date) -> set[str]:
    """The report kinds that come daily and feed a number of the template."""
    facts: set[str] = set()
    template = get_template(name)
    period = {Grain.DAY: Period(day, day), Grain.WEEK: week_of(day),
              Grain.MONTH: month_of(day)}[template.grain]
    for block in template.blocks().values():
        if block.kind is not Kind.TABLE:
            continue
        questions = [question_of(block, period)]
        if block.model:
            questions += model_named(block.model).asks(Asking(block, period, 0, Known())).values()
        facts |= {fact for question in questions for fact, _ in question.needs()}
    return {kind.name for kind in all_kinds() if kind.mode not in (Mode.UPSERT, Mode.DOCUMENT)
            and facts & {fact for section in kind.sections for fact in section.feeds}}
