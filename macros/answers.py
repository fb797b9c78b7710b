"""The answer to a call of `metrics`: which rows, in which order, and as a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sync.store.query import dimensions
from sync.store.sources import AD_DIMS
from workbook.answer import Facts, Group, Key, Question
from workbook.errors import TemplateError, UsageError
from workbook.marketplaces import BY_CODE
from workbook.metrics import get_metric
from workbook.model import Cell, Metric, Period, Unit, Value, month_of, week_of
from workbook.nearest import nearest

if TYPE_CHECKING:
    import pandas

TIME = ("day", "week", "month")
DEFAULT = (
    "ordered_sales", "units_ordered", "sessions", "unit_session_percentage", "ad_spend",
    "ad_sales", "acos", "tacos", "available_units", "days_of_cover",
)
# Where a dimension exists only in ads reports.
DEFAULT_ADS = (
    "impressions", "clicks", "ctr", "cpc", "ad_spend", "ad_sales", "ad_orders", "ad_cvr", "acos",
    "roas",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a value for each dimension asked for, a cell for each metric."""

    key: Key
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Metrics by marketplace and currency, which are never added."""

    store: str
    period: Period
    by: tuple[str, ...]
    metrics: tuple[Metric, ...]
    groups: tuple[tuple[Group, tuple[Row, ...]], ...]
    notes: tuple[str, ...] = ()  # weeks and months cut off by the period; why there are no rows


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, checked. `time` is the one of `by` that cuts the period, or ""."""

    metrics: tuple[Metric, ...]
    by: tuple[str, ...]
    time: str

    @property
    def dims(self) -> tuple[str, ...]:
        return tuple(dim for dim in self.by if dim != self.time)

    def question(self, periods: tuple[Period, ...]) -> Question:
        return Question(self.metrics, periods, self.dims)


def wish(names: Iterable[str], by: Iterable[str]) -> Wish:
    """Raises TemplateError for an unknown metric or dimension, UsageError for two of time."""
    dims = tuple(dict.fromkeys(by))
    known = [*TIME, *dimensions()]
    for dim in dims:
        if dim not in known:
            raise TemplateError(f"There is no dimension '{dim}'.",
                                do=f"{nearest(dim, known)}Known: {', '.join(known)}.")
    times = [dim for dim in dims if dim in TIME]
    if len(times) > 1:
        raise UsageError(f"Rows cannot be by {' and by '.join(times)} at once.", do="Choose one.")
    default = DEFAULT_ADS if AD_DIMS & set(dims) else DEFAULT
    wanted = tuple(get_metric(name) for name in dict.fromkeys(tuple(names) or default))
    return Wish(wanted, dims, times[0] if times else "")


# --- time -------------------------------------------------------------------------------


def buckets(period: Period, time: str, week_first: int) -> tuple[Period, ...]:
    """The days, weeks or months of a period, cut off at its ends; itself if not by time."""
    if not time:
        return (period,)
    found, day = [], period.start
    while day <= period.end:
        end = min(_whole(day, time, week_first).end, period.end)
        found.append(Period(day, end))
        day = end + dt.timedelta(days=1)
    return tuple(found)


def _whole(day: dt.date, time: str, week_first: int) -> Period:
    """The day, week or month that holds `day`."""
    if time == "week":
        return week_of(day, first=week_first)
    return month_of(day) if time == "month" else Period(day, day)


def bucket_name(bucket: Period, time: str, week_first: int) -> str:
    """`2026-11-15`, `2026-W46` or `2026-11`, also of a bucket that is cut off."""
    if time == "week":
        start = week_of(bucket.start, first=week_first).start
        year, week, _ = (start + dt.timedelta(days=-week_first % 7)).isocalendar()
        return f"{year}-W{week:02d}"
    return f"{bucket.start:%Y-%m}" if time == "month" else str(bucket.start)


# --- rows -------------------------------------------------------------------------------


def answer(
    wish: Wish, facts: Facts, store: str, period: Period, periods: tuple[Period, ...],
    marketplaces: Iterable[str], week_first: int,
) -> Answer:
    """Facts as rows; a marketplace without any has its blanks."""
    groups = facts.groups()
    have = {group.marketplace for group in groups}
    groups += [Group(code, BY_CODE[code].currency)
               for code in marketplaces if code in BY_CODE and code not in have]
    groups.sort(key=lambda g: (g.marketplace, g.currency))
    names = {bucket: bucket_name(bucket, wish.time, week_first) for bucket in periods}
    rows = tuple((group, _rows(wish, facts, group, names)) for group in groups)
    empty = [group for group, some in rows if not some]
    notes = (*_cut_off(names, wish.time, week_first), *_reasons(wish, facts, empty, periods[-1]))
    return Answer(store, period, wish.by, wish.metrics, rows, notes)


def _cut_off(names: dict[Period, str], time: str, week_first: int) -> list[str]:
    """The weeks and months of which the period holds only a part."""
    found = []
    for bucket, name in names.items():
        whole = _whole(bucket.start, time, week_first)
        if time and bucket != whole:
            found.append(f"{name}: only {bucket}, {bucket.days} of {whole.days} days")
    return found


def _reasons(wish: Wish, facts: Facts, groups: list[Group], period: Period) -> list[str]:
    """Why marketplaces have no rows: what their reports lack."""
    return [f"{group.marketplace}: {note}" for group in groups
            for note in dict.fromkeys(facts.cell(metric, group, (), period).note
                                      for metric in wish.metrics) if note]


def _rows(wish: Wish, facts: Facts, group: Group, names: dict[Period, str]) -> tuple[Row, ...]:
    """By time in the order of time, else the largest first; blanks and nameless rows last."""
    keys: list[Key] = list(facts.values.get(group, {})) if wish.dims else [()]
    cells = {(key, bucket): tuple(facts.cell(metric, group, key, bucket) for metric in wish.metrics)
             for key in keys for bucket in names}
    lead = next((n for n, m in enumerate(wish.metrics) if m.unit is Unit.MONEY), 0)
    size = {at: _number(row[lead]) for at, row in cells.items()}
    total = {key: sum((size[key, bucket] or Decimal(0) for bucket in names), Decimal(0))
             for key in keys}

    def order(at: tuple[Key, Period]) -> tuple[object, ...]:
        key, bucket = at
        name = tuple((part is None, str(part)) for part in key)
        if wish.time and wish.by[0] != wish.time:
            return -total[key], name, bucket
        return bucket, size[at] is None, -(size[at] or 0), name

    return tuple(Row(_key(wish, key, names[bucket]), cells[key, bucket])
                 for key, bucket in sorted(cells, key=order))


def _number(cell: Cell) -> Decimal | None:
    return None if cell.value is None else Decimal(str(cell.value))


def _key(wish: Wish, key: Key, bucket: str) -> Key:
    """The row's dimensions in the order asked for, with the bucket's name among them."""
    parts = iter(key)
    return tuple(bucket if dim == wish.time else next(parts) for dim in wish.by)


def plain(value: Value) -> str | int | float | bool | None:
    """A value as JSON and frames have it: money as a number, a day as text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return float(value) if isinstance(value, Decimal) else value.isoformat()


def frame(found: Answer) -> pandas.DataFrame:
    """See `jobs.metrics_frame`."""
    import pandas

    names = [metric.name for metric in found.metrics]
    rows = [(group.marketplace, group.currency, *row.key, *(plain(c.value) for c in row.cells))
            for group, rows in found.groups for row in rows]
    data = pandas.DataFrame(rows, columns=["marketplace", "currency", *found.by, *names])
    kinds = {m.name: "Int64" if m.unit is Unit.COUNT else "float64" for m in found.metrics}
    data = data.astype(kinds)
    if "day" in found.by:
        data["day"] = pandas.to_datetime(data["day"])
    return data
