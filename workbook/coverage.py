"""Which imports answer for which days: the newest per slice, the finest that fit, none twice.

A slice is what one import covers in one unit of its grain: a day of a DAILY report, a week of
a weekly one, the whole span of a SUMMARY. To answer for a period, slices are laid side by side
until they fill it exactly; a period that cannot be filled stays blank.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbook.model import Period, month_of

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Covered:
    """What one import covers of one marketplace, in units of its grain."""

    import_id: int
    section: str
    marketplace: str
    start: dt.date
    end: dt.date
    grain: str  # day, week, month, span, document, snapshot
    document: str = ""
    start_at: dt.datetime | None = None
    end_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """One unit that an import covers; the lower `rank`, the better its source.

    `document`: the part that it is about, where files of one report stand beside each other.
    """

    start: dt.date
    end: dt.date
    import_id: int
    section: str
    rank: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive slices of one import: its rows from `start` to `end` count.

    Of a file with several documents only the rows of `document`.
    """

    section: str
    import_id: int
    start: dt.date
    end: dt.date
    document: str = ""


def units(covered: Covered) -> Iterable[tuple[dt.date, dt.date]]:
    """The slices that a coverage record stands for."""
    if covered.grain == "day":
        day = covered.start
        while day <= covered.end:
            yield day, day
            day += DAY
    elif covered.grain == "week":
        day = covered.start
        while day <= covered.end:
            yield day, day + 6 * DAY
            day += 7 * DAY
    elif covered.grain == "month":
        day = covered.start
        while day <= covered.end:
            month = month_of(day)
            yield month.start, month.end
            day = month.end + DAY
    else:
        yield covered.start, covered.end


def newest(records: Iterable[tuple[Covered, int]]) -> list[Slice]:
    """Per section, slice and part the newest import; records come with the rank of their source."""
    best: dict[tuple[str, dt.date, dt.date, str], Slice] = {}
    for covered, rank in records:
        for start, end in units(covered):
            key = (covered.section, start, end, covered.document)
            if key not in best or best[key].import_id < covered.import_id:
                best[key] = Slice(start, end, covered.import_id, covered.section, rank,
                                  covered.document)
    return list(best.values())


def by_last_day(slices: Iterable[Slice]) -> dict[dt.date, list[Slice]]:
    """The slices by the day they end on, so that a short period need not look at two years."""
    ending: dict[dt.date, list[Slice]] = defaultdict(list)
    for piece in slices:
        ending[piece.end].append(piece)
    return dict(ending)


def tile(slices: Iterable[Slice], period: Period) -> list[Slice] | None:
    """Fills the period exactly with slices that do not overlap; None if that is impossible.

    The finest filling wins (most slices); of equals the one with the better sources.
    """
    return tile_from(by_last_day(slices), period)


def tile_from(
    ending: Mapping[dt.date, Sequence[Slice]], period: Period
) -> list[Slice] | None:
    """`tile` with slices by their last day."""
    best: dict[dt.date, tuple[tuple[int, int, int], Slice | None]] = {
        period.start - DAY: ((0, 0, 0), None)
    }
    for day in period.all_days():
        for piece in ending.get(day, ()):
            before = best.get(piece.start - DAY)
            if before is None:
                continue
            count, rank, age = before[0]
            score = (count + 1, rank - piece.rank, age + piece.import_id)
            if day not in best or best[day][0] < score:
                best[day] = (score, piece)
    return _walk_back(best, period)


def _walk_back(
    best: dict[dt.date, tuple[tuple[int, int, int], Slice | None]], period: Period
) -> list[Slice] | None:
    if period.end not in best:
        return None
    chosen: list[Slice] = []
    day = period.end
    while (piece := best[day][1]) is not None:
        chosen.append(piece)
        day = piece.start - DAY
    return chosen[::-1]


def ranges(slices: Sequence[Slice]) -> list[Range]:
    """Joins neighbouring slices of one import, so that a query gets few ranges.

    Only same-sized neighbours join: a range must not admit a coarser slice of the same import.
    """
    joined: list[Range] = []
    for piece in slices:
        last = joined[-1] if joined else None
        if last and (last.section, last.import_id) == (piece.section, piece.import_id) and (
            last.end + DAY == piece.start
        ):
            joined[-1] = Range(last.section, last.import_id, last.start, piece.end)
        else:
            joined.append(Range(piece.section, piece.import_id, piece.start, piece.end))
    return joined


def newest_documents(records: Iterable[Covered]) -> list[Covered]:
    """Per document id the newest import; documents add up."""
    best: dict[str, Covered] = {}
    for covered in records:
        if covered.document not in best or best[covered.document].import_id < covered.import_id:
            best[covered.document] = covered
    return sorted(best.values(), key=lambda c: (c.start_at or dt.datetime.min, c.import_id))


def document_ranges(
    records: Iterable[Covered], period: Period
) -> tuple[list[Range], dt.timedelta]:
    """The ranges that documents give for a period, and how much of its time none covers.

    Documents follow each other by the second; gaps of up to five minutes do not count.
    """
    documents = newest_documents(records)
    within = [d for d in documents if d.start <= period.end and d.end >= period.start]
    reached = dt.datetime.combine(period.start, dt.time())
    end = dt.datetime.combine(period.end + DAY, dt.time())
    missing = dt.timedelta()
    for document in within:
        missing += _gap(reached, min(document.start_at or reached, end))
        reached = max(reached, document.end_at or reached)
    missing += _gap(reached, end)
    found = [
        Range(d.section, d.import_id, max(d.start, period.start), min(d.end, period.end),
              d.document)
        for d in within
    ]
    return found, missing


def _gap(earlier: dt.datetime, later: dt.datetime) -> dt.timedelta:
    gap = later - earlier
    return gap if gap > dt.timedelta(minutes=5) else dt.timedelta()


def latest_snapshot(slices: Iterable[Slice], period: Period, max_age: int = 7) -> Slice | None:
    """The last snapshot on or before the period's end, at most `max_age` days old."""
    oldest = period.end - max_age * DAY
    usable = [s for s in slices if oldest <= s.start <= period.end]
    return max(usable, key=lambda s: (s.start, -s.rank, s.import_id), default=None)


def latest_snapshots(slices: Iterable[Slice], period: Period) -> list[Slice]:
    """The latest snapshot of each part."""
    parts: dict[str, list[Slice]] = defaultdict(list)
    for piece in slices:
        parts[piece.document].append(piece)
    found = (latest_snapshot(own, period) for own in parts.values())
    return [piece for piece in found if piece is not None]
