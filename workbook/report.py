"""The nouns of report files: what a kind of report looks like and which facts it feeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workbook.model import Label


class Type(StrEnum):
    """How the text of a column is read."""

    TEXT = "text"
    ID = "id"  # text whose damage (1.23E+11) is refused
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"  # "6.35%", 0.0635; "0.68" under a header with (%) is 0.0068
    NUMBER = "number"  # a percent sign means a fraction: "28%" is 0.28
    DATE = "date"
    MONTH = "month"  # 2026-11, 11/2026, a day of it; kept as its first day
    TIME = "time"  # date and time; its day is taken in the zone that is written
    MARKETPLACE = "marketplace"  # US, amazon.co.uk, Canada, 美国
    CURRENCY = "currency"


class Mode(StrEnum):
    """How imports of a kind replace each other."""

    PERIOD = "period"  # per slice of time the newest counts
    SNAPSHOT = "snapshot"  # a stock on one day; per day the newest counts
    DOCUMENT = "document"  # per document id the newest counts; documents add up
    UPSERT = "upsert"  # per key the newest row counts


class Role(StrEnum):
    """What a column says about its row as a whole."""

    NONE = ""
    DAY = "day"  # the row's own day, week start or month start
    FIRST = "first"  # first and last day of what a summary row adds up
    LAST = "last"
    SNAPSHOT = "snapshot"
    DOCUMENT = "document"  # the document's id
    MARKETPLACE = "marketplace"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report under a name of ours.

    `headers` holds every spelling seen, in every language; they are compared after
    `headers.normal`, so case, dashes, widths, `($)` and a leading window ("7 Day") do not count.
    """

    name: str
    type: Type
    headers: tuple[str, ...]
    required: bool = False
    role: Role = Role.NONE


@dataclass(frozen=True, slots=True)
class Feed:
    """How a section feeds one fact.

    `sql` is a column of the section or an expression over its columns. Of several sections
    that can answer, the lowest `rank` is used. `needs`: the dimensions that must stand in the
    question (child sessions answer only by ASIN). `per`: the value repeats on every row of
    these dimensions and counts once for each. `partial`: why the answer is not the whole.
    """

    sql: str
    rank: int = 50
    needs: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    partial: str = ""


@dataclass(frozen=True, slots=True)
class RatioCheck:
    """A ratio that Amazon prints, recomputed from its parts to find contradictions."""

    column: str
    over: str
    under: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a report file.

    `name` is the store's table; several kinds may fill the same one. `absent` lists columns
    (by header) whose presence means that the file is of another kind. `constants` are fixed
    dimensions such as ad_type. `reshape` is SQL that turns the parsed rows, named `parsed`,
    into the section's rows where one row of the file holds several; a column that the file lacks
    is NULL there. `stored` lists the columns after reshaping as name -> type where they differ
    from `columns`. `tie_out` is SQL from `parsed`; a file with a total that differs is refused.
    `part` is a column such as the ASIN where each file is about some of its values: files of
    different ones stand beside each other (its facts must be LAST over time).
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    feeds: dict[str, Feed] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()  # of each group one column must be there
    checks: tuple[RatioCheck, ...] = ()
    spaced: bool = False  # the grain (day, week, month) shows only in the spacing of its dates
    reshape: str = ""
    part: str = ""
    stored: dict[str, Type] = field(default_factory=dict)
    tie_out: str = ""  # SQL from `parsed`: (document, stated total, sum of lines) of each document

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def with_role(self, role: Role) -> Column | None:
        return next((column for column in self.columns if column.role is role), None)

    def storage(self) -> dict[str, Type]:
        """Name -> type of every column that the store's table has for this section.

        Ratios that are only checked are recomputed from sums and not kept; the original is.
        """
        checked = {check.column for check in self.checks}
        own = self.stored or {
            c.name: c.type for c in self.columns if not c.role and c.name not in checked
        }
        return own | {name: Type.TEXT for name in self.constants}


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A kind of report file, recognised by its content alone.

    `how_to_download` opens each report's file: where a person finds it and which options to
    choose. `lag_days`: days after the end of a period until Amazon shows it whole.
    `settles_after`: days after which Amazon no longer restates it.
    """

    name: str
    label: Label
    sections: tuple[Section, ...]  # one a sheet or table of the file
    mode: Mode
    how_to_download: Label
    lag_days: int = 0
    settles_after: int = 0
