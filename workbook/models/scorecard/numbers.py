"""The numbers of a scorecard: each KPI by marketplace and month, and what it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workbook.answer import Facts, Group, Known, Question
from workbook.binding import ALIASES
from workbook.inputs import EVERYWHERE, TOPICS, key_of, parts_of
from workbook.inputs import Known as Said
from workbook.metrics import get_metric
from workbook.model import Cell, Label, Metric, Period, State, Unit
from workbook.models.currency import Together, missing, rate_on
from workbook.notes import Note, joined

ORDERED = Label("by order date", "按下单日")
CLICKED = Label("by date of the click", "按点击日")
BOTH = Label("ads by click, sales by order date", "广告按点击日，销售按下单日")
SETTLED = Label("settlements by posted date, ads by click", "结算按过账日，广告按点击日")
SNAPSHOTS = Label("every FBA snapshot of the month", "当月全部 FBA 快照")
TURNS = Label("settled cost of goods a day x 365 / mean stock at unit cost over snapshots",
              "日均结算商品成本 x 365 ÷ 各快照平均库存成本 (单位成本)")
READ = Label("typed from the account's dashboards", "由人员按账户页面填写")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A row of the scorecard. `metric` None: a reading that people type (`account_values`)."""

    name: str
    label: Label
    unit: Unit
    good: int
    basis: Label
    metric: Metric | None = None

    @property
    def flow(self) -> bool:
        """Does it add up over the days of a month?"""
        return self.metric is not None and self.unit in (Unit.MONEY, Unit.COUNT)

    @property
    def names(self) -> tuple[str, ...]:
        """How people's own tables may call it."""
        return tuple(dict.fromkeys((
            self.name, self.label.en.lower().replace(" ", "_"), self.label.zh,
            self.label.zh.partition(" (")[0], *ALIASES.get(self.name, ()))))


def _of_metric(name: str, basis: Label) -> Kpi:
    metric = get_metric(name)
    return Kpi(name, metric.label, metric.unit, metric.good, basis, metric)


KPIS: tuple[Kpi, ...] = (
    _of_metric("ordered_sales", ORDERED), _of_metric("units_ordered", ORDERED),
    _of_metric("contribution", SETTLED), _of_metric("net_profit", SETTLED),
    _of_metric("net_margin", SETTLED), _of_metric("ad_spend", CLICKED),
    _of_metric("acos", CLICKED), _of_metric("tacos", BOTH), _of_metric("roas", CLICKED),
    _of_metric("unit_session_percentage", ORDERED),
    _of_metric("featured_offer_percentage", ORDERED),
    _of_metric("inventory_turns", TURNS), _of_metric("in_stock_rate", SNAPSHOTS),
    Kpi("negative_feedback_rate", Label("Negative seller feedback", "店铺差评率 (1-2星)"),
        Unit.SHARE, -1, READ),
    Kpi("negative_review_rate", Label("Negative product reviews", "商品差评率 (1-3星)"),
        Unit.SHARE, -1, READ),
    Kpi("odr", Label("Order defect rate", "订单缺陷率"), Unit.SHARE, -1, READ),
    Kpi("ahr", Label("Account Health Rating", "账户状况评级"), Unit.COUNT, 1, READ),
    Kpi("ipi", Label("IPI", "库存绩效指标"), Unit.COUNT, 1, READ),
    Kpi("response_rate_24h", Label("Buyer messages answered in 24 h", "24小时回复率"),
        Unit.SHARE, 1, READ),
)
METRICS = tuple(kpi.metric for kpi in KPIS if kpi.metric)
# Facts of reports by day, which can be added up for a month that is still open.
DAILY = ("ordered_sales", "units_ordered", "sessions", "page_views", "featured_offer_views",
         "ad_spend", "ad_sales")
BY_DAY = tuple(get_metric(name) for name in (
    "ordered_sales", "units_ordered", "unit_session_percentage", "featured_offer_percentage",
    "acos"))


def kpi_named(text: object) -> Kpi | None:
    """The KPI of a name or of a label in either language."""
    wanted = str(text or "").strip().casefold()
    return next((kpi for kpi in KPIS if wanted and wanted in (
        kpi.label.en.casefold(), *(name.casefold() for name in kpi.names))), None)


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI's cell; `until` is the last day that counts where the month is not whole."""

    cell: Cell
    until: dt.date | None = None


@dataclass(slots=True)
class Numbers:
    """Asked for every figure. `facts` hold months, the month to date and overhead."""

    facts: Facts
    groups: list[Group]
    said: Said
    period: Period
    together: Together
    last: Mapping[tuple[str, str], dt.date]  # (fact, marketplace) -> last day since the first
    overheads: list[tuple[str, str, str, Decimal]]  # marketplace, month, currency, amount
    alone: bool = True  # the store has but one marketplace

    @classmethod
    def of(
        cls, months: Facts, days: Facts, groups: list[Group], said: Said, period: Period,
        currency: str, markets: Collection[str] = (),
    ) -> Numbers:
        """Facts of whole months and of the period's days, with what people said of overhead.

        Args:
            markets: all that the store has, where the groups are only some of them.
        """
        facts = Facts({g: {k: dict(v) for k, v in rows.items()}
                       for g, rows in months.values.items()}, dict(months.known), months.unknown)
        last = _to_date(days, groups, period, facts)
        numbers = cls(facts, groups, said, period, Together(facts, groups, currency, said), last,
                      list(_overheads(said)), len(markets) <= 1)
        for at in {span for _, _, span in months.known if span == period or span < period}:
            numbers._add_overhead(at)
        return numbers

    def figure(self, kpi: Kpi, group: Group, period: Period) -> Figure:
        """The KPI of a marketplace, or of `together.group`; of the open month what there is."""
        if kpi.metric is None:
            return Figure(self._reading(kpi, group, period))
        cell = self._cell(kpi.metric, group, period)
        if cell.value is None and cell.state is State.NO_DATA and period == self.period:
            until = self._until(kpi.metric, group)
            if until is not None:
                return Figure(self._cell(kpi.metric, group, Period(period.start, until)), until)
        return Figure(cell)

    def _cell(self, metric: Metric, group: Group, period: Period) -> Cell:
        if group != self.together.group:
            return self.facts.cell(metric, group, (), period)
        self.together.prepare(metric, period)
        return self.together.facts.cell(metric, group, (), period)

    def _until(self, metric: Metric, group: Group) -> dt.date | None:
        """The last day up to which every fact of the metric is there, if the month is not whole."""
        markets = {g.marketplace for g in self.groups} if group == self.together.group else {
            group.marketplace}
        days = [self.last.get((fact, market)) for market in markets
                for fact, _ in Question((metric,), (self.period,)).needs()]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) and (
            min(known) < self.period.end) else None

    def _reading(self, kpi: Kpi, group: Group, period: Period) -> Cell:
        """What was typed last until the period's end; the reading of one month is not another's."""
        found = [entry for market in (group.marketplace, EVERYWHERE) for name in kpi.names
                 if (entry := self.said.entry(
                     "account_values", key_of(market, name), "value", period.end))]
        entry = found[0] if found else None
        if entry is None or isinstance(entry.value, bool | str | dt.date) or (
                entry.valid < period.start and period != self.period):
            return Cell(None, State.NO_DATA, note=Note("nobody has typed it", "无人填写"))
        of = Note(f"as of {entry.valid}", f"截至 {entry.valid}")
        if entry.valid >= period.start:
            return Cell(entry.value, note=of)
        return Cell(entry.value, State.PARTIAL, note=Note(
            f"{of}: not read in this month", f"{of.zh}：本月未读取"))

    # --- overhead -----------------------------------------------------------------------

    def _add_overhead(self, period: Period) -> None:
        """What people said of a month; what is for all marketplaces together is never split."""
        markets = {group.marketplace for group in self.groups}
        alone = self.alone and len(markets) == 1
        for group in self.groups:
            own = {group.marketplace, *((EVERYWHERE,) if alone else ())}
            if group.name != group.marketplace:  # it stands in the marketplace's own currency
                own = set()
            value, known = self._overhead(own, group.currency, period)
            if own and value is None and not alone and self._items({EVERYWHERE}, period):
                known = Known(State.NO_DATA, Note(
                    "overhead is given for all marketplaces together only",
                    "公司费用仅按全部站点合计给出"))
            _put(self.facts, group, ("overhead", period), value if own else Decimal(0),
                 known if own else Known())
        value, known = self._overhead({*markets, EVERYWHERE}, self.together.currency, period)
        without = [m for m in sorted(markets) if not self._items({m}, period)]
        if without and not self._items({EVERYWHERE}, period):
            value, known = None, _no_overhead(period, without)
        _put(self.together.facts, self.together.group, ("overhead", period), value, known)

    def _items(self, markets: Iterable[str], period: Period) -> list[tuple[str, Decimal]]:
        """(currency, amount) of each item that was said of these marketplaces."""
        return [(currency, amount) for market, month, currency, amount in self.overheads
                if market in markets and month == period.label()]

    def _overhead(
        self, markets: set[str], currency: str, period: Period
    ) -> tuple[Decimal | None, Known]:
        items = self._items(markets, period)
        if not items:
            return None, _no_overhead(period, sorted(markets - {EVERYWHERE}))
        total, notes = Decimal(0), []
        for source, amount in items:
            rate = rate_on(self.said, source, currency, period.end)
            if rate is None:
                return None, Known(State.NO_DATA, missing(source, currency, period.end))
            total += amount * rate.value
            notes += [rate.note()] if rate.day else []
        return total, Known(State.OK, joined(notes))


def _overheads(said: Said) -> Iterator[tuple[str, str, str, Decimal]]:
    for key, fields in said.of_topic("overhead").items():
        part = dict(zip(TOPICS["overhead"].key, parts_of(key), strict=True))
        value = fields["amount"].value if "amount" in fields else None
        if isinstance(value, int | float | Decimal) and len(part) == len(TOPICS["overhead"].key):
            yield part["marketplace"], part["month"], part["currency"], Decimal(str(value))


def _no_overhead(period: Period, markets: list[str]) -> Known:
    month, names = period.label(), ", ".join(markets)
    return Known(State.NO_DATA, Note(f"overhead of {month} ({names}); type 0 if there is none",
                                     f"{month} 公司费用 ({names})；没有则填 0"))


def _put(
    facts: Facts, group: Group, need: tuple[str, Period], value: Decimal | None, known: Known
) -> None:
    facts.known[need[0], group.marketplace, need[1]] = known
    if value is not None:
        facts.values.setdefault(group, {}).setdefault((), {})[need] = value


def _to_date(
    days: Facts, groups: list[Group], period: Period, into: Facts
) -> dict[tuple[str, str], dt.date]:
    """Adds the sums from the month's first day to each day that reports cover without a gap."""
    last: dict[tuple[str, str], dt.date] = {}
    for fact in DAILY:
        for group in groups:
            total, final, notes = Decimal(0), None, []
            for day in period.all_days():
                value, known = days.row(group, ()).fact(fact, Period(day, day))
                if value is None:
                    break
                last[fact, group.marketplace] = day
                if day == period.end:  # the month is whole, and known as such
                    break
                total += value
                final = max((d for d in (final, known.final_on) if d), default=None)
                notes.append(known.note)
                span = Period(period.start, day)
                into.values.setdefault(group, {}).setdefault((), {})[fact, span] = total
                into.known[fact, group.marketplace, span] = Known(
                    State.PARTIAL, joined(notes), final)
    return last
