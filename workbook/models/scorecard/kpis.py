"""The KPI scorecard: a row for each KPI, marketplace and month, against the target in force.

Target: what is typed or stands in the targets table for the marketplace, else for all
marketplaces, else the rulebook's. For amounts and counts a target of all marketplaces is that of
their sum, so it counts in the rows of all marketplaces only, or where there is but one.

An open month is compared to date: of a target for an amount or a count, the share of the month's
days that the data cover; no other target is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from workbook import formulas
from workbook.answer import Group, Question
from workbook.errors import UsageError
from workbook.formulas import Formula, Here
from workbook.inputs import EVERYWHERE, number
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, Label, Rule, Status, Test, Unit, month_of
from workbook.models import Asking, Given, Model
from workbook.models.currency import common_currency
from workbook.models.scorecard.numbers import BY_DAY, KPIS, METRICS, Figure, Kpi, Numbers
from workbook.notes import Note, joined, said
from workbook.rows import SEPARATOR, Row
from workbook.rules import rule_for, status

AGO = tuple(range(12, 0, -1))  # months before; in the columns ago_12 to ago_1
ALL = Label("All", "全部站点")
_PROFIT = ("units_without_cost",)
_COSTED = {"contribution": _PROFIT, "net_profit": _PROFIT, "net_margin": _PROFIT,
           "inventory_turns": (*_PROFIT, "stock_without_cost")}
_NAMED = 3  # SKUs without a cost that a note names


def _asks(asking: Asking) -> dict[str, Question]:
    period = asking.period
    if period != month_of(period.start):
        raise UsageError(f"The KPI scorecard is about a month, not {period.label()}.",
                         do="Give one: --period 2026-11.")
    months = tuple(period.shifted(-ago) for ago in (*AGO, 0))
    days = tuple(type(period)(day, day) for day in period.all_days())
    costs = tuple(get_metric(name) for name in ("units_without_cost", "stock_without_cost"))
    return {"months": Question(METRICS, months), "days": Question(BY_DAY, days),
            "uncosted": Question(costs, (period,), ("sku",))}


def _rows(given: Given) -> list[Row]:
    numbers = Numbers.of(given.facts["months"], given.facts["days"], given.groups, given.known,
                         given.period, common_currency(given.known, given.groups, given.currency),
                         given.markets)
    several = len(given.groups) > 1
    groups = [*((numbers.together.group,) if several else ()), *given.groups]
    return [row for group in groups for kpi in KPIS
            if (row := _Line(given, numbers, group, kpi).row()) is not None]


@dataclass(frozen=True, slots=True)
class _Line:
    """One KPI of one marketplace, or of all together."""

    given: Given
    numbers: Numbers
    group: Group
    kpi: Kpi

    @property
    def together(self) -> bool:
        return self.group.marketplace == EVERYWHERE

    def row(self) -> Row | None:
        """The row; None for what is not added up, and for foreign amounts that do not exist."""
        if self.together and self.kpi.metric is None:
            return None
        period, own = self.given.period, self.group.name in (EVERYWHERE, self.group.marketplace)
        figure = self.numbers.figure(self.kpi, self.group, period)
        if not own and not figure.cell.value:
            return None
        key = SEPARATOR.join((self.group.name, self.kpi.name, period.label()))
        row = Row(key, self.group, unit=self.kpi.unit)
        market = ALL[self.given.lang] if self.together else self.group.marketplace
        row.cells = {
            "marketplace": Cell(market), "kpi": Cell(self.kpi.label[self.given.lang]),
            "actual": replace(figure.cell, note=""),
            "about": Cell(said(self._about(figure), self.given.lang) or None),
            "basis": Cell(self.kpi.basis[self.given.lang]), "until": Cell(figure.until),
            "share": Cell(self._share(figure)),
            "change_unit": Cell("pp" if self.kpi.unit is Unit.SHARE else "%"),
        }
        for ago in AGO:
            before = self.numbers.figure(self.kpi, self.group, period.shifted(-ago)).cell
            row.cells[f"ago_{ago}"] = replace(before, note="")
        self._add_target(row)
        self._add_changes(row)
        return row

    def _share(self, figure: Figure) -> float:
        """The share of the month's days that count: 1 but for sums of an open month."""
        if figure.until is None or not self.kpi.flow:
            return 1.0
        return figure.until.day / self.given.period.days

    # --- target and status --------------------------------------------------------------

    def _rule(self) -> Rule | None:
        return rule_for(self.given.rules, self.kpi.name, self.group.marketplace,
                        self.given.period.end)

    def _general(self) -> float | None:
        """The target that people gave for all marketplaces, and other words for this one's."""
        alone = len(self.given.markets) == 1
        month = self.given.period.label()
        for market in (self.group.name, EVERYWHERE):
            if market == EVERYWHERE and self.kpi.flow and not (self.together or alone):
                continue
            for name in self.kpi.names:
                at = SEPARATOR.join((market, name, month))
                entry = self.given.known.entry("targets", at, "target")
                shown = market == self.group.name and name == self.kpi.name  # in the input cell
                if entry is not None and not shown and (found := number(entry.value)) is not None:
                    return found
        return None

    def _add_target(self, row: Row) -> None:
        rule, general = self._rule(), self._general()
        row.cells["general"] = Cell(general)
        bounds: dict[str, float | None] = {"target": None, "alarm": None}
        for which in bounds if rule else ():
            value = getattr(rule, which)
            bounds[which] = None if value is None else float(value)
            row.cells[f"rule_{which}"] = formulas.bound(
                self.kpi.name, which, Here("marketplace"), None, Cell(bounds[which]))
        standing = general if general is not None else bounds["target"]
        row.cells["standing"] = Formula(
            'IF({g}<>"",{g},IF({r}="","",{r}))',
            {"g": Here("general"), "r": Here("rule_target")}, Cell(standing))
        own = number(self.given.typed.get((self.given.block.id, row.key, "target")))
        target = own if own is not None else standing
        money = self.group.currency if self.kpi.unit is Unit.MONEY else None
        row.cells["in_force"] = Formula(
            'IF({own}="",{s},IFERROR({own}*1,{s}))',
            {"own": Here("target"), "s": Here("standing")}, Cell(target, currency=money))
        due = None if target is None else target * float(row.number("share") or 1)
        row.cells["due"] = Formula('IF({t}="","",{t}*{s})',
                                   {"t": Here("in_force"), "s": Here("share")},
                                   Cell(due, currency=money))
        row.cells["status:actual"] = self._status(row, rule, due, bounds["alarm"])

    def _status(
        self, row: Row, rule: Rule | None, due: float | None, alarm: float | None
    ) -> Cell | Formula:
        lang = self.given.lang
        if rule is None and not self.kpi.good:
            return Cell(word(Status.NONE, lang))  # spending is neither good nor bad in itself
        rule = rule or Rule(self.kpi.name, self.kpi.name, self.kpi.label,
                            Test.AT_LEAST if self.kpi.good > 0 else Test.AT_MOST, None, None, "")
        state = status(rule.test, row.number("actual"), due, alarm)
        return formulas.status(rule, Here("actual"), Here("due"), Here("rule_alarm"), lang,
                               Cell(word(state, lang)))

    def _add_changes(self, row: Row) -> None:
        """Against target, last month and last year: percent, or points for shares."""
        for name, base, to_date in (
            ("variance", "due", False), ("month_on_month", "ago_1", True),
            ("year_on_year", "ago_12", True),
        ):
            row.cells[name] = change(self.kpi.unit, row, base, to_date=to_date)

    # --- what to know -------------------------------------------------------------------

    def _about(self, figure: Figure) -> Note:
        """What is missing or not final, and what the number was made with."""
        cell, notes = figure.cell, [figure.cell.note]
        notes += self._uncosted() if cell.value is None else []
        if figure.until is not None:
            notes.append(Note(f"month to date: data until {figure.until}",
                              f"月初至今：数据截至 {figure.until}"))
            if self.kpi.flow:
                share = f"{figure.until.day}/{self.given.period.days}"
                notes.append(Note(f"compared with {share} of the target, by days",
                                  f"按天数与目标的 {share} 比较"))
        if cell.final_on and cell.value is not None:
            notes.append(Note(f"may change until {cell.final_on}", f"{cell.final_on} 前可能变化"))
        if self.together and cell.value is not None and self._has_money():
            notes += [rate.note() for rate in self.numbers.together.rates(
                figure.until or self.given.period.end)]
        return joined(notes)

    def _has_money(self) -> bool:
        return self.kpi.unit is Unit.MONEY or self.kpi.name in (
            "net_margin", "acos", "tacos", "roas", "inventory_turns")

    def _uncosted(self) -> Iterator[Note]:
        """The SKUs without a cost that keep a number blank, most units first."""
        names = _COSTED.get(self.kpi.name, ())
        facts, found = self.given.facts["uncosted"], dict[str, Decimal]()
        for group, rows in facts.values.items():
            if self.together or group == self.group:
                for key, cells in rows.items():
                    units = sum((cells.get((n, self.given.period), Decimal(0)) for n in names),
                                Decimal(0))
                    if units and key[0]:
                        found[str(key[0])] = found.get(str(key[0]), Decimal(0)) + units
        if found:
            most = sorted(found, key=lambda sku: (-found[sku], sku))
            text = ", ".join(most[:_NAMED]) + (" …" if len(most) > _NAMED else "")
            yield Note(f"without a cost: {text}", f"缺成本的 SKU：{text}")


def change(unit: Unit, row: Row, base: str, *, to_date: bool = False) -> Formula:
    """How far `actual` is from another field: points for shares, else percent of a positive base.

    `to_date`: blank where the sum of an open month would be held against a whole one.
    """
    now, before = row.number("actual"), row.number(base)
    refs = {"n": Here("actual"), "p": Here(base)}
    if unit is Unit.SHARE:
        points = None if now is None or before is None else (now - before) * 100
        return Formula('IF(OR({n}="",{p}=""),"",({n}-{p})*100)', refs, Cell(points))
    part = to_date and (row.number("share") or 1) < 1
    blank = part or now is None or before is None or before <= 0
    percent = None if blank else (now - before) / before * 100  # type: ignore[operator]
    if not to_date:
        return Formula('IF(OR({n}="",{p}="",{p}<=0),"",({n}-{p})/{p}*100)', refs, Cell(percent))
    return Formula('IF(OR({s}<1,{n}="",{p}="",{p}<=0),"",({n}-{p})/{p}*100)',
                   {**refs, "s": Here("share")}, Cell(percent))


MODEL = Model(_rows, _asks)
