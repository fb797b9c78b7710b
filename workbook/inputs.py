"""What people type counts: topics that every sheet knows, and the values that hold on a day.

A value is typed into a cell or stands in a table of the user's own (CSV, XLSX). Both are entries
of the same history: the newest counts, and none is ever lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workbook.model import Label, Value

SEPARATOR = "|"
_BAR = "%7C"  # a bar within a part, as web addresses write it
EVERYWHERE = "*"  # the marketplace of a value that holds on all of them


def number(value: Value) -> float | None:
    """What a sheet can reckon with, as a float; texts, dates, yes and no, and blanks are none."""
    wrong = isinstance(value, bool) or not isinstance(value, int | float | Decimal)
    return None if wrong else float(value)  # type: ignore[arg-type]


def key_of(*parts: str) -> str:
    """The key of an entry; a bar in a name ("Sale | autumn") does not end its part."""
    return SEPARATOR.join(part.replace(SEPARATOR, _BAR) for part in parts)


def parts_of(key: str) -> list[str]:
    """The parts that `key_of` joined.

    >>> parts_of(key_of("US", "Sale | autumn", ""))
    ['US', 'Sale | autumn', '']
    """
    return [part.replace(_BAR, SEPARATOR) for part in key.split(SEPARATOR)]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people say that more than one sheet uses.

    `key`: the parts of an entry's key, in order; `fields`: what is said of it. `since`: the column
    of the user's table from which day on a row holds ("": it holds always). Where rows of one table
    have the same key, `apart` is the column that is added to its first part to tell them apart;
    with `joined` their texts stand in one entry.
    """

    name: str
    label: Label
    key: tuple[str, ...]
    fields: tuple[str, ...]
    since: str = ""
    apart: str = ""
    joined: bool = False


TOPICS: dict[str, Topic] = {topic.name: topic for topic in (
    Topic("targets", Label("Targets", "目标"), ("marketplace", "kpi", "month"), ("target",)),
    Topic("account_values", Label("Account values", "账户数值"),
          ("marketplace", "name"), ("value",), since="day"),
    Topic("benchmarks", Label("Benchmarks", "类目基准"),
          ("marketplace", "category", "kpi"), ("value",), since="valid_from"),
    Topic("stock_stages", Label("Stock before Amazon", "亚马逊前库存"),
          ("marketplace", "sku", "stage", "arrives"), ("units",), since="as_of"),
    Topic("overhead", Label("Overhead", "公司费用"),
          ("marketplace", "month", "currency", "item"), ("amount",)),
    Topic("exchange_rates", Label("Exchange rates", "汇率"),
          ("from_currency", "to_currency"), ("rate",), since="day"),
    Topic("forecast_overrides", Label("Forecast overrides", "预测调整"),
          ("marketplace", "sku", "week"), ("units",)),
    Topic("okrs", Label("OKR", "OKR"), ("objective", "marketplace"),
          ("kpi", "start", "start_day", "target", "due", "owner"), apart="kpi"),
    Topic("events", Label("Events", "活动日历"), ("marketplace", "name", "sku", "first_day"),
          ("kind", "last_day")),
    Topic("operations", Label("Operation log", "操作日志"),
          ("marketplace", "asin", "day"), ("kind", "what", "who"), joined=True),
    Topic("decisions", Label("Search-term decisions", "搜索词决定"),
          ("marketplace", "campaign", "ad_group", "term"), ("decision", "bid")),
    Topic("rules", Label("Rules", "规则"), ("rule", "marketplace", "valid"),
          ("your_target", "your_alarm")),
    Topic("rules_table", Label("Rules (table)", "规则（表格）"), ("rule", "marketplace"),
          ("target", "alarm", "valid_to", "note"), since="valid_from"),
)}
RENAMED = "files"  # the topic of entries that say: the workbook `key` is now called `value`


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that a person gave: what about, which, since when, said when, where and by whom.

    `key` joins the topic's key parts with "|"; a month is `2026-11`, a day `2026-11-15`. `valid`
    is the first day on which it holds; `said_at` is UTC without a zone. `value` None: taken back,
    so that what held before holds again; with `ends` nothing holds from `valid` on.
    """

    topic: str
    key: str
    field: str
    value: Value
    said_at: dt.datetime
    source: str
    valid: dt.date = dt.date.min
    who: str = ""
    id: int = 0  # its place in the history of typed values, or 0
    import_id: int = 0  # the import of the table it stands in, or 0
    undone: bool = False  # that import was taken back
    ends: bool = False

    def part(self, name: str) -> str:
        """A part of the key by its name, such as `marketplace`."""
        return parts_of(self.key)[TOPICS[self.topic].key.index(name)]


Asked = tuple[str, str, str]  # topic, key, field


@dataclass(frozen=True, slots=True)
class Revision:
    """How far a workbook knew the history when it was filled: typed values and imports.

    `undone`: the imports that were taken back already.
    """

    typed: int
    imports: int
    undone: frozenset[int] = frozenset()

    def covers(self, entry: Entry) -> bool:
        """Did the entry count then?"""
        return (entry.id <= self.typed and entry.import_id <= self.imports
                and entry.import_id not in self.undone)


@dataclass(slots=True)
class Known:
    """Everything that people have said, oldest first for each (topic, key, field)."""

    entries: dict[Asked, list[Entry]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Known:
        known = cls()
        for entry in sorted(_renamed(list(entries)), key=lambda e: (e.said_at, e.id)):
            known.entries.setdefault((entry.topic, entry.key, entry.field), []).append(entry)
        return known

    def grown(self, added: Sequence[Entry]) -> Known:
        """With new entries at the end of the history."""
        if not added:
            return self
        last = max((one.id for one in self.all()), default=0)
        return Known.of([*self.all(), *(
            replace(one, id=last + n) for n, one in enumerate(added, start=1))])

    def all(self) -> Iterator[Entry]:
        """Every entry, whether it counts or not."""
        for entries in self.entries.values():
            yield from entries

    def entry(
        self, topic: str, key: str, field: str, day: dt.date = dt.date.max, *,
        on: dt.date | None = None, until: Revision | None = None,
    ) -> Entry | None:
        """The entry that counts on a day: of those that hold, the latest `valid`, then the newest.

        Args:
            on: only what was said of this very day.
            until: what a workbook of that revision was shown.
        """
        return _holding(
            one for one in self.entries.get((topic, key, field), ())
            if (until.covers(one) if until else not one.undone)
            and one.valid <= day and (on is None or one.valid == on))

    def by_source(
        self, topic: str, key: str, field: str, day: dt.date = dt.date.max
    ) -> list[Entry]:
        """What each file says of it by itself; the one that counts first.

        A file that has taken its value back says nothing.
        """
        own: dict[str, list[Entry]] = {}
        for one in self.entries.get((topic, key, field), ()):
            if not one.undone and one.valid <= day:
                own.setdefault(one.source, []).append(one)
        held = [one for one in map(_holding, own.values()) if one is not None]
        return sorted(held, key=lambda one: (one.valid, one.said_at, one.id), reverse=True)

    def value(self, topic: str, *key: str, field: str = "", day: dt.date = dt.date.max) -> Value:
        """The value that counts; a marketplace's own before the one for all. None: nobody said."""
        name = field or TOPICS[topic].fields[0]
        keys = [key_of(*key)]
        parts = TOPICS[topic].key
        if "marketplace" in parts:
            general = list(key)
            general[parts.index("marketplace")] = EVERYWHERE
            keys.append(key_of(*general))
        found = (self.entry(topic, one, name, day) for one in keys)
        return next((entry.value for entry in found if entry is not None), None)

    def number(
        self, topic: str, *key: str, field: str = "", day: dt.date = dt.date.max
    ) -> float | None:
        """The value as a float; None where it is no number."""
        return number(self.value(topic, *key, field=field, day=day))

    def of_topic(self, topic: str, day: dt.date = dt.date.max) -> Mapping[str, dict[str, Entry]]:
        """Key -> field -> the entry that counts on a day."""
        found: dict[str, dict[str, Entry]] = {}
        for name, key, field_name in self.entries:
            if name == topic and (entry := self.entry(name, key, field_name, day)):
                found.setdefault(key, {})[field_name] = entry
        return found

    def disputed(self, day: dt.date = dt.date.max) -> Iterator[tuple[Entry, Entry]]:
        """(what counts, what another file says last of the same days) where two disagree."""
        for asked, entries in self.entries.items():
            if asked[0] == RENAMED or len(entries) < 2:
                continue
            said = self.by_source(*asked, day)
            counts = said[0] if asked[0] == "rules" and said else self.entry(*asked, day)
            for other in said:
                if counts and other.source != counts.source and other.valid == counts.valid and (
                        not same(other.value, counts.value)):
                    yield counts, other


def _holding(entries: Iterable[Entry]) -> Entry | None:
    """Of entries in the order in which they were said: the one that holds."""
    newest = {one.valid: one for one in entries}
    found = max((one for one in newest.values() if one.value is not None or one.ends),
                key=lambda one: one.valid, default=None)
    return found if found is not None and found.value is not None else None


def _renamed(entries: list[Entry]) -> list[Entry]:
    """The entries under the present names of their workbooks."""
    moves = sorted((one for one in entries if one.topic == RENAMED), key=lambda one: one.id)
    for move in moves:
        entries = [replace(one, source=str(move.value))
                   if one.source == move.key and one.id < move.id and not one.import_id else one
                   for one in entries]
    return entries


def same(a: Value, b: Value) -> bool:
    """Equal as a sheet shows them: 3 is 3.0, and an empty text is nothing."""
    numbers = (int, float, Decimal)
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, numbers) and isinstance(b, numbers):
        return float(a) == float(b)
    return (a if a != "" else None) == (b if b != "" else None)
