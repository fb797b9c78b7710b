"""What people type counts: topics that every sheet knows, and the values that hold on a day.

A value is typed into a cell or stands in a table of the user's own (CSV, XLSX). Both are entries
of the same history: the newest counts, and none is ever lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workbook.model import Label, Value

SEPARATOR = "|"
EVERYWHERE = "*"  # the marketplace of a value that holds on all of them


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people say that more than one sheet uses.

    `key`: the parts of an entry's key, in order; `fields`: what is said of it. `since`: the column
    of the user's table from which day on a row holds ("": it holds always).
    """

    name: str
    label: Label
    key: tuple[str, ...]
    fields: tuple[str, ...]
    since: str = ""


TOPICS: dict[str, Topic] = {topic.name: topic for topic in (
    Topic("targets", Label("Targets", "目标"), ("marketplace", "kpi", "month"), ("target",)),
    Topic("account_values", Label("Account values", "账户数值"),
          ("marketplace", "name"), ("value",), since="day"),
    Topic("benchmarks", Label("Benchmarks", "类目基准"),
          ("marketplace", "category", "kpi"), ("value",), since="valid_from"),
    Topic("stock_stages", Label("Stock before Amazon", "亚马逊前库存"),
          ("marketplace", "sku", "stage"), ("units", "arrives"), since="as_of"),
    Topic("overhead", Label("Overhead", "公司费用"),
          ("marketplace", "month", "currency", "item"), ("amount",)),
    Topic("exchange_rates", Label("Exchange rates", "汇率"),
          ("from_currency", "to_currency"), ("rate",), since="day"),
    Topic("forecast_overrides", Label("Forecast overrides", "预测调整"),
          ("marketplace", "sku", "week"), ("units",)),
    Topic("okrs", Label("OKR", "OKR"), ("objective", "marketplace"),
          ("kpi", "start", "start_day", "target", "due", "owner")),
    Topic("events", Label("Events", "活动日历"), ("marketplace", "name", "sku"),
          ("kind", "first_day", "last_day")),
    Topic("operations", Label("Operation log", "操作日志"),
          ("marketplace", "asin", "day"), ("kind", "what", "who")),
    Topic("decisions", Label("Search-term decisions", "搜索词决定"),
          ("marketplace", "campaign", "ad_group", "term"), ("decision", "bid")),
    Topic("rules", Label("Rules", "规则"), ("rule", "marketplace", "valid"),
          ("your_target", "your_alarm")),
)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that a person gave: what about, which, since when, said when, where and by whom.

    `key` joins the topic's key parts with "|"; a month is `2026-11`, a day `2026-11-15`. `valid`
    is the first day on which it holds; `said_at` is UTC without a zone. `value` None: taken back.
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

    def part(self, name: str) -> str:
        """A part of the key by its name, such as `marketplace`."""
        return self.key.split(SEPARATOR)[TOPICS[self.topic].key.index(name)]


Asked = tuple[str, str, str]  # topic, key, field


@dataclass(frozen=True, slots=True)
class Revision:
    """How far a workbook knew the history when it was filled: typed values and imports."""

    typed: int
    imports: int

    def covers(self, entry: Entry) -> bool:
        """Was the entry there then?"""
        return entry.id <= self.typed and entry.import_id <= self.imports


@dataclass(slots=True)
class Known:
    """Everything that people have said, oldest first for each (topic, key, field)."""

    entries: dict[Asked, list[Entry]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Known:
        known = cls()
        for entry in sorted(entries, key=lambda e: (e.said_at, e.id)):
            known.entries.setdefault((entry.topic, entry.key, entry.field), []).append(entry)
        return known

    def entry(
        self, topic: str, key: str, field: str, day: dt.date = dt.date.max, *,
        on: dt.date | None = None, until: Revision | None = None, with_undone: bool = False,
    ) -> Entry | None:
        """The entry that counts on a day: of those that hold, the latest `valid`, then the newest.

        Args:
            on: only what was said of this very day.
            until: what a workbook of that revision was shown.
            with_undone: with tables that were taken back since.
        """
        newest: dict[dt.date, Entry] = {}
        for one in self.entries.get((topic, key, field), ()):
            there = until is None or until.covers(one)
            if there and one.valid <= day and (on is None or one.valid == on) and (
                    with_undone or not one.undone):
                newest[one.valid] = one  # they are in the order in which they were said
        holding = [one for one in newest.values() if one.value is not None]
        return max(holding, key=lambda one: one.valid, default=None)

    def value(self, topic: str, *key: str, field: str = "", day: dt.date = dt.date.max) -> Value:
        """The value that counts; a marketplace's own before the one for all. None: nobody said."""
        name = field or TOPICS[topic].fields[0]
        keys = [SEPARATOR.join(key)]
        parts = TOPICS[topic].key
        if "marketplace" in parts:
            general = list(key)
            general[parts.index("marketplace")] = EVERYWHERE
            keys.append(SEPARATOR.join(general))
        found = (self.entry(topic, one, name, day) for one in keys)
        return next((entry.value for entry in found if entry is not None), None)

    def number(
        self, topic: str, *key: str, field: str = "", day: dt.date = dt.date.max
    ) -> float | None:
        """The value as a float; None where it is no number."""
        value = self.value(topic, *key, field=field, day=day)
        wrong = isinstance(value, bool) or not isinstance(value, int | float | Decimal)
        return None if wrong else float(value)  # type: ignore[arg-type]

    def of_topic(self, topic: str, day: dt.date = dt.date.max) -> Mapping[str, dict[str, Entry]]:
        """Key -> field -> the entry that counts on a day."""
        found: dict[str, dict[str, Entry]] = {}
        for name, key, field_name in self.entries:
            if name == topic and (entry := self.entry(name, key, field_name, day)):
                found.setdefault(key, {})[field_name] = entry
        return found

    def disputed(self) -> Iterator[tuple[Entry, Entry]]:
        """(what counts, what another source says last) where two sources disagree."""
        for (topic, key, name), entries in self.entries.items():
            counts = self.entry(topic, key, name)
            last = {one.source: one for one in entries
                    if one.value is not None and not one.undone
                    and counts is not None and one.valid == counts.valid}
            for other in last.values():
                if counts and other.source != counts.source and other.value != counts.value:
                    yield counts, other
