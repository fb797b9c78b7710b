"""What the coverage records of a store say: which files cover which days of which marketplace."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.store.database import tables
from workbook.coverage import Covered, Range, Slice, by_last_day, newest, ranges, tile_from
from workbook.model import Period

if TYPE_CHECKING:
    import duckdb

# Files of a section that have the same columns, as a source of that rank.
Layout = tuple[str, frozenset[str], int]


@dataclass(slots=True)
class Coverage:
    """What the coverage records say, read once a question or once for several.

    It remembers what it has worked out: many facts and periods stand on the same files.
    """

    # (section, marketplace) -> columns of a file -> what such files cover
    covered: dict[tuple[str, str], dict[frozenset[str], list[Covered]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    exported: dict[int, dt.datetime] = field(default_factory=dict)
    marketplaces: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    _slices: dict[tuple[str, tuple[Layout, ...]], list[Slice]] = field(default_factory=dict)
    _ending: dict[tuple[str, tuple[Layout, ...]], dict[dt.date, list[Slice]]] = field(
        default_factory=dict)
    _tiled: dict[tuple[str, tuple[Layout, ...], Period], list[Range] | None] = field(
        default_factory=dict)

    def records(self, market: str, layouts: tuple[Layout, ...]) -> list[tuple[Covered, int]]:
        """What the files of these layouts cover, with the rank of their source."""
        return [(covered, rank) for section, columns, rank in layouts
                for covered in self.covered[section, market][columns]]

    def slices(self, market: str, layouts: tuple[Layout, ...]) -> list[Slice]:
        """The newest slices of these files."""
        key = (market, layouts)
        if key not in self._slices:
            self._slices[key] = newest(self.records(market, layouts))
        return self._slices[key]

    def tiled(
        self, market: str, layouts: tuple[Layout, ...], period: Period
    ) -> list[Range] | None:
        """The ranges of these files that fill the period; None if they do not."""
        key = (market, layouts)
        if key not in self._ending:
            self._ending[key] = by_last_day(self.slices(*key))
        if (*key, period) not in self._tiled:
            chosen = tile_from(self._ending[key], period)
            self._tiled[*key, period] = None if chosen is None else ranges(chosen)
        return self._tiled[*key, period]


def read_coverage(con: duckdb.DuckDBPyConnection, store: str) -> Coverage:
    state = Coverage(tables=tables(con))
    layouts: dict[int, frozenset[str]] = {}
    for number, columns, exported in con.execute(
        "SELECT id, columns, exported_at FROM s.imports WHERE store = ? AND NOT undone", [store]
    ).fetchall():
        layouts[number], state.exported[number] = frozenset(columns), exported
    for row in con.execute(
        "SELECT c.import_id, c.section, c.marketplace, c.start_day, c.end_day, c.grain, "
        "c.document, c.start_at, c.end_at FROM s.coverage c JOIN s.imports i ON i.id = c.import_id "
        "WHERE i.store = ? AND NOT i.undone AND c.start_day IS NOT NULL", [store]
    ).fetchall():
        covered = Covered(*row)
        own = state.covered[covered.section, covered.marketplace]
        own[layouts[covered.import_id]].append(covered)
        state.marketplaces.add(covered.marketplace)
    return state
