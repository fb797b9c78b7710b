"""Which imports answer for a fact over a period: sources by rank, slices by coverage.

Per fact, scope and day exactly one import is used. Ad figures are settled for each ad type
apart, so that a missing Sponsored Brands report shows as PARTIAL and not as a smaller number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from sync.reports import all_kinds
from sync.store import views
from sync.store.covered import Coverage, Layout
from sync.store.database import column_names
from workbook.answer import Facts, Known, Need
from workbook.coverage import (
    Range,
    Slice,
    document_ranges,
    latest_snapshots,
)
from workbook.facts import BY_NAME
from workbook.model import OverTime, Period, State
from workbook.notes import Note, joined
from workbook.report import Feed, Mode, ReportKind

if TYPE_CHECKING:
    pass

AD_TYPES = ("SP", "SB", "SD")
# Dimensions that only ads have: a row of theirs is of one ad type, so nothing is missing there.
AD_DIMS = {"campaign", "ad_group", "target", "match_type", "search_term", "ad_type", "portfolio"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user declares of a store's marketplace (opsheet.toml)."""

    ad_types: tuple[str, ...] | None = None  # the ad types it runs; None: not said
    vat_rate: Decimal | None = None
    zero: tuple[str, ...] = ()  # facts declared to be zero


@dataclass(frozen=True, slots=True)
class Source:
    """A section's table as the source of one fact."""

    kind: ReportKind
    section: str
    feed: Feed
    ad_type: str
    columns: frozenset[str]  # that the section's rows have as dimensions
    required: frozenset[str]  # that a file must have to feed the fact
    relation: str = ""


@cache
def _sources(fact: str) -> list[Source]:
    found = []
    for kind in all_kinds():
        for section in kind.sections:
            columns = column_names(section)
            if fact in section.feeds:
                ad_type = section.constants.get("ad_type", "")
                feed = section.feeds[fact]
                found.append(Source(kind, section.name, feed, ad_type, columns,
                                    _feed_columns(feed, columns)))
            if section.name == "settlement" and fact in views.COSTED_FEEDS:
                found.append(Source(kind, "settlement", views.COSTED_FEEDS[fact], "", columns,
                                    frozenset(), views.costed(section.feeds["units_settled"].sql)))
            if section.name == "fba_inventory" and fact in views.STOCK_FEEDS:
                feed, relation = views.STOCK_FEEDS[fact]
                found.append(Source(kind, section.name, feed, "", columns,
                                    frozenset({"total"} if relation else ()), relation))
    unique = {(s.section, s.relation): s for s in found}
    return sorted(unique.values(), key=lambda s: s.feed.rank)


def resolve(
    state: Coverage, facts: Facts, need: Need, market: str, given: Declared, by: tuple[str, ...]
) -> list[tuple[Source, list[Range]]]:
    """The sources and ranges for one fact, period and marketplace; notes how well it is known."""
    fact, period = need
    sources = _sources(fact)
    ad_types = sorted({s.ad_type for s in sources}, key=lambda t: AD_TYPES.index(t) if t else -1)
    found: list[tuple[Source, list[Range]]] = []
    knowns: dict[str, Known] = {}
    for ad_type in ad_types or [""]:
        own = [s for s in sources if s.ad_type == ad_type]
        ranges_of, known = _pick(state, fact, own, period, market, by)
        found += ranges_of
        knowns[ad_type] = known
    known = _all_ad_types(knowns, given, by) if ad_types and ad_types != [""] else knowns[""]
    if fact in given.zero and known.state is State.NO_DATA:
        known = Known(note=Note(f"{fact} declared zero", f"{BY_NAME[fact].label.zh}已声明为零"))
    facts.known[fact, market, period] = known
    ids = {r.import_id for _, rs in found for r in rs}
    facts.import_ids[fact, market, period] = tuple(sorted(ids))
    return found


def _all_ad_types(knowns: dict[str, Known], given: Declared, by: tuple[str, ...]) -> Known:
    """Ad figures are whole when every ad type that the store runs is there."""
    have = [t for t, known in knowns.items() if known.state is not State.NO_DATA]
    if not have:
        return next(iter(knowns.values()))
    notes = joined(knowns[t].note for t in have)
    final = max((day for t in have if (day := knowns[t].final_on)), default=None)
    state = max((knowns[t].state for t in have),
                key=[State.OK, State.SETTLING, State.PARTIAL].index)
    expected = set(AD_TYPES if given.ad_types is None else given.ad_types)
    if AD_DIMS & set(by) or expected <= set(have):
        return Known(state, notes, final)
    only = Note(" + ".join(have) + " only", "仅 " + " + ".join(have))
    return Known(State.PARTIAL, joined((only, notes)), final)


def _pick(
    state: Coverage, fact: str, sources: list[Source], period: Period, market: str,
    by: tuple[str, ...],
) -> tuple[list[tuple[Source, list[Range]]], Known]:
    """Whole sources first; those that show only a part if nothing else fills the period."""
    usable = [s for s in sources if _can_answer(s, by)]
    missing = _missing_note(fact, usable or sources)
    for partial in (False, True):
        some = [s for s in usable if bool(s.feed.partial) <= partial]
        if not some:
            continue
        if some[0].kind.mode is Mode.DOCUMENT:
            picked, note = _documents(state, some, period, market, by)
        elif BY_NAME[fact].over_time is OverTime.LAST:
            picked, note = _snapshot(state, some, period, market, by)
        elif some[0].kind.mode is Mode.SNAPSHOT:
            picked, note = _every_snapshot(state, some, period, market, by)
        else:
            picked, note = _tiled(state, some, period, market, by)
        if picked:
            notes = [note, *(s.feed.partial for s, _ in picked if s.feed.partial)]
            whole = not any(notes) or BY_NAME[fact].over_time is OverTime.LAST
            return picked, _settling(state, picked, period, joined(notes), whole=whole)
        missing = note or missing
    return [], Known(State.NO_DATA, missing)


def _can_answer(source: Source, by: tuple[str, ...]) -> bool:
    needs = source.feed.needs
    return all(need in by or (need == "asin" and "sku" in by) for need in needs) and all(
        dimension(dim, source.columns) for dim in by
    )


def dimension(dim: str, columns: frozenset[str]) -> str:
    """SQL of a dimension over a section's row `t`; "" where the section cannot tell it."""
    if dim in columns and dim not in ("parent_asin", "name", *views.PRODUCT_DIMS):
        return f't."{dim}"'
    if dim == "asin" and "sku" in columns:
        return "identity.asin"
    if dim in views.PRODUCT_DIMS and ("sku" in columns or "asin" in columns):
        return f'product."{dim}"' if dim not in columns else f'coalesce(t."{dim}", product."{dim}")'
    return ""


def _layouts(
    state: Coverage, sources: Iterable[Source], market: str, by: tuple[str, ...]
) -> tuple[Layout, ...]:
    """The layouts of the sources' files that have the fact's and the question's columns."""
    found: list[Layout] = []
    for source in sources:
        if source.relation and "cost_table" not in state.tables:
            continue
        wanted = source.required | {
            d for d in by if d in source.columns and d not in views.PRODUCT_DIMS}
        found += [(source.section, columns, source.feed.rank)
                  for columns in state.covered.get((source.section, market), ())
                  if wanted <= columns]
    return tuple(found)


def _feed_columns(feed: Feed, columns: frozenset[str]) -> frozenset[str]:
    """The columns that a file must have to feed the fact: all that the expression names."""
    plain = re.sub(r"'[^']*'", "", feed.sql)
    return frozenset(n for n in re.findall(r"[a-z_][a-z_0-9]*", plain) if n in columns)


def _tiled(
    state: Coverage, sources: list[Source], period: Period, market: str, by: tuple[str, ...]
) -> tuple[list[tuple[Source, list[Range]]], str]:
    layouts = _layouts(state, sources, market, by)
    found = state.tiled(market, layouts, period)
    if found is None:
        inside = {d for s in state.slices(market, layouts)
                  if s.start <= period.end and period.start <= s.end
                  for d in _days(s.start, s.end) if d in period}
        return [], _gap_note(sources[0].kind, period, inside) if inside else ""
    by_section: dict[str, list[Range]] = defaultdict(list)
    for piece in found:
        by_section[piece.section].append(piece)
    return [(s, by_section[s.section]) for s in sources if s.section in by_section], ""


def _days(start: dt.date, end: dt.date) -> list[dt.date]:
    return Period(start, end).all_days()


def _gap_note(kind: ReportKind, period: Period, inside: set[dt.date]) -> str:
    missing = [day for day in period.all_days() if day not in inside]
    if not missing:
        return Note(f"{kind.label.en}: no slices that fit {period.label()}",
                    f"{kind.label.zh}：没有与 {period.label()} 吻合的时段")
    one = len(missing) == 1
    days = f"{missing[0]}" if one else f"{len(missing)} days from {missing[0]}"
    zh = f"缺 {missing[0]}" if one else f"自 {missing[0]} 起缺 {len(missing)} 天"
    return Note(f"{kind.label.en}: {days} missing", f"{kind.label.zh}：{zh}")


def _documents(
    state: Coverage, sources: list[Source], period: Period, market: str, by: tuple[str, ...]
) -> tuple[list[tuple[Source, list[Range]]], str]:
    layouts = _layouts(state, sources[:1], market, by)
    records = [covered for covered, _ in state.records(market, layouts)]
    found, missing = document_ranges(records, period)
    if not found or missing >= dt.timedelta(days=1):
        days = Note(f"settlements: {missing.days} days missing", f"结算报告：缺 {missing.days} 天")
        return [], days if found else ""
    hours = missing.total_seconds() / 3600
    open_still = Note(f"{hours:.0f} h are not settled yet", f"尚有 {hours:.0f} 小时未结算")
    return [(sources[0], found)], open_still if missing else ""


def _snapshot(
    state: Coverage, sources: list[Source], period: Period, market: str, by: tuple[str, ...]
) -> tuple[list[tuple[Source, list[Range]]], str]:
    slices = state.slices(market, _layouts(state, sources, market, by))
    latest = latest_snapshots(slices, period)
    if not latest:
        return [], ""
    found = [(s, [Range(p.section, p.import_id, p.start, p.end, p.document)
                  for p in latest if p.section == s.section]) for s in sources]
    oldest = min(piece.start for piece in latest)
    as_of = Note(f"as of {oldest}", f"截至 {oldest}")
    return [(s, own) for s, own in found if own], as_of if oldest != period.end else ""


def _every_snapshot(
    state: Coverage, sources: list[Source], period: Period, market: str, by: tuple[str, ...]
) -> tuple[list[tuple[Source, list[Range]]], str]:
    """Every snapshot that was taken in the period; days without one are named."""
    best: dict[dt.date, Slice] = {}
    for piece in state.slices(market, _layouts(state, sources, market, by)):
        known = best.get(piece.start)
        if piece.start in period and (known is None or (
                -known.rank, known.import_id) < (-piece.rank, piece.import_id)):
            best[piece.start] = piece
    by_section: dict[str, list[Range]] = defaultdict(list)
    for day, piece in sorted(best.items()):
        by_section[piece.section].append(Range(piece.section, piece.import_id, day, day))
    some = Note(f"snapshots of {len(best)} of {period.days} days",
                f"{period.days} 天中有 {len(best)} 天的快照")
    return ([(s, by_section[s.section]) for s in sources if s.section in by_section],
            some if 0 < len(best) < period.days else "")


def _missing_note(fact: str, sources: list[Source]) -> str:
    if not sources:
        label = BY_NAME[fact].label
        return Note(f"{label.en}: no report carries it", f"{label.zh}：没有报告提供")
    label = sources[0].kind.label
    if sources[0].kind.mode is Mode.SNAPSHOT and BY_NAME[fact].over_time is OverTime.SUM:
        return Note(f"no daily snapshots ({label.en}) or no cost table" if sources[0].relation
                    else f"no daily snapshots ({label.en})",
                    f"缺每日快照（{label.zh}）或成本表" if sources[0].relation
                    else f"缺每日快照（{label.zh}）")
    if sources[0].relation:
        return Note("settlements or the cost table missing", "缺结算报告或成本表")
    return Note(f"{label.en} missing", f"缺“{label.zh}”")


def _settling(
    state: Coverage, picked: list[tuple[Source, list[Range]]], period: Period, note: str, *,
    whole: bool,
) -> Known:
    """Still settling if a report was exported before Amazon stops restating its period."""
    final = None
    for source, found in picked:
        due = period.end + dt.timedelta(days=source.kind.settles_after)
        if source.kind.settles_after and any(
            state.exported[r.import_id].date() < due for r in found
        ):
            final = max(due, final or due)
    state_now = State.PARTIAL if not whole else State.SETTLING if final else State.OK
    return Known(state_now, note, final)


