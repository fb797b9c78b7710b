"""Checks a workbook that people bound: what is where, and what must be mended before a fill."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from macros.bound import HOW, Scopes, known_stores, vocabulary
from macros.fill import Request
from macros.jobs import Context
from sync.surfaces.bound import Bound, BoundFile, Obstacle
from workbook.binding import Unknown
from workbook.errors import OpsheetError
from workbook.model import Period
from workbook.spans import period_of


@dataclass(slots=True)
class Finding:
    """One bound place with all that is to be said of it."""

    bound: Bound
    shows: str = ""  # in words
    store: str = ""
    market: str = ""
    period: str = ""
    value: object = None  # what stands there now
    formula: str = ""
    columns: list[tuple[str, str]] = field(default_factory=list)  # of a table: header, what it is
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def unknown(self) -> Unknown | None:
        return self.bound.meaning if isinstance(self.bound.meaning, Unknown) else None


@dataclass(slots=True)
class Check:
    """What is bound in a workbook, and what must be mended before it can be filled."""

    path: str
    findings: list[Finding]
    notes: list[str] = field(default_factory=list)

    @property
    def to_mend(self) -> int:
        return sum(len(f.obstacles) + (f.unknown is not None) for f in self.findings)


def check(context: Context, request: Request, path: Path) -> Check:
    """Reads the workbook and changes nothing.

    Raises:
        SurfaceError: it is no workbook that can be edited in place.
    """
    with BoundFile(path, vocabulary(context, request.template)) as file:
        scopes = Scopes(known_stores(context), context, request)
        lang = request.lang or file.record.lang or context.settings.lang
        base = _common_base(file, scopes)
        found = [_finding(bound, file, scopes, base, lang) for bound in file.bound]
        result = Check(str(path), found)
        if not scopes.stores:
            result.notes.append("No store is here yet: stores and marketplaces are not checked.")
        if not found:
            result.notes.append(f"Nothing is bound. {HOW}")
        return result


def _common_base(file: BoundFile, scopes: Scopes) -> Period | None:
    """The period that a fill would have; None where no place says whose numbers it wants."""
    markets: set[str] = set()
    for bound in file.bound:
        with suppress(OpsheetError):
            if bound.request is not None and scopes.stores:
                store, market = scopes.whose(bound, file)
                markets |= {market} if market else set(scopes.stores[store])
    return scopes.base(markets) if markets else None


def _finding(
    bound: Bound, file: BoundFile, scopes: Scopes, base: Period | None, lang: str
) -> Finding:
    found = Finding(bound)
    if bound.sheet and not bound.table:
        found.value, found.formula = file.holds(bound)
    if bound.request is None:
        return found
    found.shows = file.words.label(bound.request, lang)
    found.obstacles = file.obstacles(bound)
    if bound.table:
        found.columns = file.columns(bound)
    found.store, found.market = bound.request.store, bound.request.marketplace
    found.period = bound.request.period.replace("_", " ") or "the fill's period"
    if scopes.stores:
        try:
            found.store, found.market = scopes.whose(bound, file)
            if base is not None:
                first = scopes.context.settings.week_first
                found.period = period_of(bound.request.period, base, week_first=first).label()
        except OpsheetError as error:
            found.obstacles.append(Obstacle(error.what, bound.cell, error.do, True))
    return found
