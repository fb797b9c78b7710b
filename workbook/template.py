"""The nouns of sheets: a template is tabs, a tab is blocks, a block is rows of fields.

Templates declare; they hold no branches, no cell addresses and no thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbook.model import Label, Unit


class Grain(StrEnum):
    """The period that a template is about."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Kind(StrEnum):
    """What a block looks like."""

    CARDS = "cards"  # one card a field, from the newest row of a trend block
    TABLE = "table"
    CHART = "chart"
    MIRROR = "mirror"  # the first rows of another table, read-only


# --- fields -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dim:
    """A key or an attribute of the row: marketplace, ASIN, name, owner, week."""

    name: str
    label: Label
    width: int = 12
    unit: Unit | None = None  # None: text


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric's value `shift` periods back. A ratio becomes a formula over its parts."""

    metric: str
    shift: int = 0
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Change of a metric against the period before: relative, or in points for shares."""

    metric: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A column that the block's planning model computes."""

    name: str
    label: Label
    unit: Unit | None = None
    width: int = 12
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """The rule's `target` or `alarm`, looked up in the Rules sheet for the row's marketplace.

    `plus` names a field that is added (days of cover are held against the lead time).
    """

    rule: str
    which: str  # "target" or "alarm"
    plus: str = ""
    folded: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """What the row's own target and alarm columns say of a field; `rule` "": the model says it."""

    rule: str
    of: str  # field id


@dataclass(frozen=True, slots=True)
class Input:
    """A cell that belongs to people; kept by row key through every refill.

    `topic`: what it is about, if every other sheet is to know it (see `inputs.py`); the row's key
    is the topic's key then. Else it is known to all workbooks of its template. `choices_from`: the
    block and field whose values can be chosen, instead of fixed words.
    """

    name: str
    label: Label
    width: int = 16
    unit: Unit | None = None
    date: bool = False
    choices: tuple[Label, ...] = ()
    topic: str = ""
    choices_from: tuple[str, str] | None = None


Field = Dim | Measure | Change | Output | Bound | Status | Input


def field_id(field: Field) -> str:
    """The field's name within its block: `acos`, `acos@-1`, `change:acos`, `status:acos`."""
    match field:
        case Dim(name) | Output(name) | Input(name):
            return name
        case Measure(metric, shift):
            return f"{metric}@{shift}" if shift else metric
        case Change(metric):
            return f"change:{metric}"
        case Bound(rule, which):
            return f"{which}:{rule}"
        case Status(rule, of):
            return f"status:{rule or of}"
    raise AssertionError(field)


# --- blocks, tabs, templates ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """One line or column series of a chart: a field of the block it reads.

    `look` "": the accent colour; "before": grey; "forecast": lighter and dashed; "bound": a thin
    dashed line; "mark": points without a line, for days on which something was done.
    """

    field: str
    line: bool = False
    secondary: bool = False
    look: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing on a tab.

    `by`: the dimensions of its rows. `over`: how many periods back its rows go (a trend), else 0.
    `rank`: the field rows are sorted by, largest first (`-field`: smallest); of keys with a trend
    each, those with the largest sum are listed. `source`: the block
    that cards, charts and mirrors read. `model`: what makes its rows or completes them
    (`workbook/models/`). `category`: the field along a chart's axis; by default the period of a
    trend, or else the name. A chart draws the rows that have a category.
    """

    id: str
    kind: Kind
    label: Label
    fields: tuple[Field, ...] = ()
    by: tuple[str, ...] = ()
    over: int = 0
    rank: str = ""
    limit: int | None = None
    source: str = ""
    series: tuple[Series, ...] = ()
    model: str = ""
    category: str = ""

    def axis(self, source: Block) -> str:
        """The field along a chart's axis."""
        return self.category or ("period" if source.over else "name")

    def over_time(self, source: Block) -> bool:
        """Does the chart run along time, so that columns stand upright?"""
        return bool(source.over) or self.category in ("period", "week", "month", "day")


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet of the workbook. `each`: one tab for every marketplace."""

    id: str
    label: Label
    blocks: tuple[Block, ...]
    each: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A planning sheet, declared."""

    name: str
    label: Label
    grain: Grain
    tabs: tuple[Tab, ...]

    def blocks(self) -> dict[str, Block]:
        return {block.id: block for tab in self.tabs for block in tab.blocks}
