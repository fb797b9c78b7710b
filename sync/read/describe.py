"""What a parsed table says about itself: currencies, marketplaces, days, attribution windows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sync.read.recognise import Found
from workbook.errors import BadContent
from workbook.marketplaces import currencies_of
from workbook.report import Column, Role

if TYPE_CHECKING:
    from sync.read.parse import Parsed


def currencies_shown(found: Found, marks: list[str]) -> tuple[str, ...]:
    """The currencies that headers and symbols leave possible.

    Raises:
        BadContent: symbols of two currencies without a currency column.
    """
    if found.section.with_role(Role.CURRENCY) and "currency" in found.columns:
        return ()
    used = [found.headers[at].currencies for at in found.columns.values()]
    options = [set(found_in) for found_in in used if found_in]
    options += [set(known) for mark in marks if (known := currencies_of(mark))]
    if not options:
        return ()
    common = set.intersection(*options)
    if not common:
        raise BadContent(
            f"Amounts are in several currencies ({', '.join(marks) or 'by their headers'}), and no "
            "column says which row is in which.",
            do="Download the report for each marketplace alone.",
        )
    return tuple(sorted(common))


def describe(parsed: Parsed, columns: list[Column]) -> None:
    """Fills in marketplaces, days, windows and notes of a table whose rows are typed."""
    connection, table, found = parsed.connection, parsed.table, parsed.found
    days: set[dt.date] = set()
    for column in columns:
        if column.role is Role.MARKETPLACE:
            rows = connection.execute(f'SELECT DISTINCT "{column.name}" FROM {table}').fetchall()
            parsed.marketplaces = tuple(sorted(code for (code,) in rows if code))
        if column.role in _period_roles(columns):
            rows = connection.execute(
                f'SELECT DISTINCT "{column.name}"::DATE FROM {table}'
            ).fetchall()
            days.update(day for (day,) in rows if day)
    parsed.days = tuple(sorted(days))
    windows = {found.headers[at].window for at in found.columns.values()} - {None}
    parsed.windows = tuple(sorted(w for w in windows if w))
    names = {c.name for c in columns}
    for check in found.section.checks:
        if {check.column, check.over, check.under} <= names:
            _check_ratio(parsed, check.column, check.over, check.under)
    if len(parsed.windows) > 1:
        used = parsed.windows[0]
        parsed.notes.append(f"Two attribution windows; the {used}-day columns are used.")


def _period_roles(columns: list[Column]) -> set[Role]:
    """Which columns say what the rows cover.

    Beside a Date, first and last day are the campaign's own; a document's are the document's.
    """
    roles = {column.role for column in columns}
    dated = {Role.DAY, Role.SNAPSHOT}
    if roles & dated and Role.DOCUMENT not in roles:
        return dated
    return dated | {Role.FIRST, Role.LAST}


def _check_ratio(parsed: Parsed, stated: str, over: str, under: str) -> None:
    """Amazon's ratios are printed with two decimals of a percent: half a step is rounding."""
    ((differ,),) = parsed.connection.execute(
        f'SELECT count(*) FROM {parsed.table} WHERE "{under}" <> 0 AND "{stated}" IS NOT NULL '
        f'AND abs("{stated}" - "{over}"::DOUBLE / "{under}"::DOUBLE) > 0.000051'
    ).fetchall()
    if differ:
        parsed.notes.append(
            f"{differ} of {parsed.rows} rows print a {stated} that differs from {over} / {under}; "
            "the recomputed one is used."
        )
