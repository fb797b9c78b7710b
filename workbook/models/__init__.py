"""Planning models: one file a model, with `MODEL`; a block names the one that makes its rows."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workbook.answer import Facts, Group, Question
from workbook.inputs import Known
from workbook.model import Label, Period, Rule, Value
from workbook.rows import Product, Row, SourceFile
from workbook.template import Block, Template


@dataclass(frozen=True, slots=True)
class ReportGap:
    """A report that today's sheets still lack: which days, and where to get it.

    `blocks`: the numbers that are blank or not whole without it. `waiting`: Amazon may not show
    these days yet. `optional`: it was never imported.
    """

    marketplace: str
    report: str
    label: Label
    last: dt.date | None  # the last day that is there
    missing: tuple[Period, ...]
    how: Label
    blocks: tuple[Label, ...] = ()
    waiting: bool = False
    optional: bool = False


@dataclass(slots=True)
class Asking:
    """What a model may put its questions with."""

    block: Block
    period: Period
    week_first: int
    known: Known


@dataclass(slots=True)
class Given:
    """What a model makes rows of. `facts` answer its own questions, by name.

    `rows` are those of the other blocks so far, this block's measured ones among them. `typed` is
    what stands in the sheet's input cells: (block, row key, field) -> value. `today` is the last
    day that is over on every marketplace; `now` is UTC without a zone. `currency`: what the user
    wants everything converted into. `markets`: all that the store has.
    """

    template: Template
    block: Block
    store: str
    period: Period
    today: dt.date
    now: dt.datetime
    week_first: int
    lang: str
    groups: list[Group]
    products: Mapping[str, Product]
    rules: tuple[Rule, ...]
    known: Known
    typed: Mapping[tuple[str, str, str], Value]
    rows: dict[str, list[Row]]
    facts: Mapping[str, Facts] = field(default_factory=dict)
    gaps: tuple[ReportGap, ...] = ()
    sources: Sequence[SourceFile] = ()
    currency: str = ""
    markets: tuple[str, ...] = ()

    def say(self, en: str, zh: str) -> str:
        """The text in the sheet's language."""
        return zh if self.lang == "zh" else en


@dataclass(frozen=True, slots=True)
class Model:
    """A planning model: what it asks the store, and the rows it makes.

    `last`: it reads the rows of other blocks, so it runs after them.
    """

    rows: Callable[[Given], list[Row]]
    asks: Callable[[Asking], dict[str, Question]] = lambda _: {}
    last: bool = False


def model_named(name: str) -> Model:
    """The model of a block; `daily.stock` is `workbook/models/daily/stock.py`."""
    module = importlib.import_module(f"{__name__}.{name}")
    model: Model = module.MODEL
    return model
