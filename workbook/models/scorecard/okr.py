"""OKRs: objectives from the user's table and typed ones, against the progress expected by now.

Progress is (actual - start) / (target - start), which also holds for what shall fall. Expected is
the share of the time from the start day to the due day that has passed on the month's last day, or
today where the month is open. While the time runs, progress / expected is held against the rule
`okr_pace`; from the due day on, progress against `okr_end`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from workbook import formulas
from workbook.answer import Group
from workbook.formulas import At, Formula, Here
from workbook.inputs import EVERYWHERE, key_of, number, parts_of
from workbook.looks import word
from workbook.model import Cell, Rule, Value
from workbook.models import Given, Model
from workbook.models.scorecard.kpis import ALL
from workbook.models.scorecard.numbers import kpi_named
from workbook.notes import Note, joined, said
from workbook.rows import SEPARATOR, Row
from workbook.rules import rule_for, status

CARD = "sc_kpis"
SLOT = "#"  # an objective that is typed in the sheet has a number for a key
FREE = 3  # empty rows to type into
OF_TABLE = frozenset({"objective", "marketplace"})  # the key of a table's row says them


def progress(start: float | None, actual: float | None, target: float | None) -> float | None:
    """The part of the way from start to target; blank where there is no way to go."""
    if start is None or actual is None or target is None or start == target:
        return None
    return (actual - start) / (target - start)


def expected(first: dt.date | None, due: dt.date | None, now: dt.date) -> float | None:
    """The share of the time that has passed: 0 before the first day, 1 from the due day on."""
    if first is None or due is None or due <= first:
        return None
    return min(1.0, max(0.0, (now - first).days / (due - first).days))


def pace(done: float | None, due: float | None) -> float | None:
    """Progress against what is expected; blank on the first day."""
    return None if done is None or not due else done / due


def _rows(given: Given) -> list[Row]:
    table = [key for key in given.known.of_topic("okrs") if not key.startswith(SLOT)]
    typed = {row for block, row, _ in given.typed if block == given.block.id}
    table += sorted(key for key in typed - set(table) if not key.startswith(SLOT))
    used = {int(n) for key in typed if (n := key[1:].partition(SEPARATOR)[0]).isdigit()
            and key.startswith(SLOT)}
    slots = [f"{SLOT}{n}{SEPARATOR}{EVERYWHERE}"
             for n in range(1, max(used, default=0) + FREE + 1)]
    return [_Objective.of(given, key).row() for key in (*table, *slots)]


@dataclass(frozen=True, slots=True)
class _Objective:
    """One objective as it stands in the sheet."""

    given: Given
    key: str
    name: str
    marketplace: str

    @classmethod
    def of(cls, given: Given, key: str) -> _Objective:
        name, market = parts_of(key)
        if key.startswith(SLOT):
            name = str(given.typed.get((given.block.id, key, "objective")) or "")
            typed = str(given.typed.get((given.block.id, key, "marketplace")) or "").strip()
            market = EVERYWHERE if typed in ("", ALL.en, ALL.zh) else typed.upper()
        return cls(given, key, name, market)

    def typed(self, field: str) -> Value:
        """What stands in the input cell, from the table or from a person."""
        return self.given.typed.get((self.given.block.id, self.key, field))

    def day(self, field: str) -> dt.date | None:
        value = self.typed(field)
        if isinstance(value, dt.datetime):
            return value.date()
        return value if isinstance(value, dt.date) else None

    @property
    def slot(self) -> bool:
        return self.key.startswith(SLOT)

    def source(self) -> Row | None:
        """The scorecard's row: a store of one marketplace has none for all."""
        kpi, month = kpi_named(self.typed("kpi")), self.given.period.label()
        rows = {row.key: row for row in self.given.rows[CARD]}
        only = [group.name for group in self.given.groups]
        markets = only if self.marketplace == EVERYWHERE and len(only) == 1 else [self.marketplace]
        return next((rows[key] for market in markets if kpi
                     and (key := key_of(market, kpi.name, month)) in rows), None)

    def row(self) -> Row:
        source, given = self.source(), self.given
        row = Row(self.key, source.group if source else Group("", ""),
                  unit=source.unit if source else None,
                  closed=frozenset() if self.slot else OF_TABLE)
        shown = ALL[given.lang] if self.marketplace == EVERYWHERE else self.marketplace
        name = Cell(self.name or None)
        row.cells = {
            "okr": formulas.copy_of(Here("objective"), name) if self.slot else name,
            "place": Cell(shown if self.name or not self.slot else None),
        }
        field = self._field(source)
        now = min(given.period.end, given.today)
        actual = source.number(field) if source else None
        start, target = number(self.typed("start")), number(self.typed("target"))
        done = progress(start, actual, target)
        due = expected(self.day("start_day"), self.day("due"), now)
        row.cells["as_of"] = Cell(now)
        row.cells["actual"] = formulas.copy_of(At(CARD, source.key, field), Cell(
            source.value(field), currency=source.group.currency)) if source else Cell(None)
        row.cells["progress"] = Formula(
            'IFERROR(IF(OR({a}="",{s}="",{t}="",{t}={s}),"",({a}-{s})/({t}-{s})),"")',
            {"a": Here("actual"), "s": Here("start"), "t": Here("target")}, Cell(done))
        row.cells["expected"] = Formula(
            'IFERROR(IF(OR({s}="",{d}="",{d}<={s}),"",IF({n}<={s},0,IF({n}>={d},1,'
            '({n}-{s})/({d}-{s})))),"")',
            {"s": Here("start_day"), "d": Here("due"), "n": Here("as_of")}, Cell(due))
        row.cells["pace"] = Formula('IF(OR({p}="",{e}="",{e}=0),"",{p}/{e})',
                                    {"p": Here("progress"), "e": Here("expected")},
                                    Cell(pace(done, due)))
        self._add_status(row, due)
        row.cells["why"] = Cell(said(joined(self._why(source, field, row)), given.lang) or None)
        return row

    def _field(self, source: Row | None) -> str:
        """A sum of an open month says little yet: the month before counts."""
        return "ago_1" if source and (source.number("share") or 1) < 1 else "actual"

    def _add_status(self, row: Row, due: float | None) -> None:
        """The bounds of the rule for the time, and what they say of the pace."""
        rules: dict[str, Rule | None] = {
            name: rule_for(self.given.rules, name, "", self.given.period.end)
            for name in ("okr_pace", "okr_end")}
        counts = rules["okr_end" if due == 1 else "okr_pace"]
        bounds: dict[str, float | None] = {}
        for which in ("target", "alarm"):
            known = {name: _bound(rule, which) for name, rule in rules.items()}
            during, end = (formulas.bound(name, which, "", None, Cell(known[name]))
                           for name in ("okr_pace", "okr_end"))
            bounds[which] = _bound(counts, which)
            row.cells[f"pace_{which}"] = Formula(
                f"IF({{e}}=1,{end.text},{during.text})",
                {"e": Here("expected"), **during.refs, **end.refs}, Cell(bounds[which]))
        assert counts is not None  # both are in the defaults
        state = status(counts.test, row.number("pace"), bounds["target"], bounds["alarm"])
        row.cells["status:pace"] = formulas.status(
            counts, Here("pace"), Here("pace_target"), Here("pace_alarm"), self.given.lang,
            Cell(word(state, self.given.lang)))

    def _why(self, source: Row | None, field: str, row: Row) -> Iterable[Note]:
        """Why a cell is blank; nothing for an empty row."""
        if self.slot and not any(self.typed(name) for name in (
                "objective", "kpi", "start", "target", "due")):
            return
        if source is None:
            known = kpi_named(self.typed("kpi")) is not None
            yield (Note("the scorecard has no such row: check the marketplace",
                        "记分卡没有该行：请检查站点")
                   if known else Note("choose a KPI of the list", "请从列表选择指标"))
        elif row.value("actual") is None:
            about = str(source.value("about") or "")
            yield Note(f"no actual: {about}", f"无实际值：{about}")
        elif field != "actual":
            before = self.given.period.previous().label()
            yield Note(f"the month is open: {before} counts", f"本月未结束：取 {before}")
        start, target = number(self.typed("start")), number(self.typed("target"))
        if start is None or target is None:
            yield Note("start or target is missing", "缺起始值或目标值")
        elif start == target:
            yield Note("start and target are the same", "起始值与目标值相同")
        first, due = self.day("start_day"), self.day("due")
        if first is None or due is None:
            yield Note("start day or due day is missing", "缺开始日期或截止日期")
        elif due <= first:
            yield Note("it is due before it starts", "截止日期早于开始日期")


def _bound(rule: Rule | None, which: str) -> float | None:
    value = getattr(rule, which) if rule else None
    return None if value is None else float(value)


MODEL = Model(_rows, last=True)
