"""What the search-term review stands on: which weeks count, what the terms had, what a sale leaves.

Ads figures settle for up to 14 days. Weeks that Amazon may still restate are left out; a week that
was downloaded before it settled, and never again, counts and is named.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workbook.answer import Facts, Group, Question
from workbook.metrics import get_metric
from workbook.model import Label, Metric, Period, State, Unit
from workbook.models import Asking, Given
from workbook.models.daily.ads import BEFORE_ADS, BREAK_EVEN
from workbook.models.daily.numbers import bounds_of
from workbook.models.search_terms import TermRow
from workbook.models.search_terms.nouns import AdGroup
from workbook.notes import Note
from workbook.rules import DEFAULTS

ASKED_WEEKS = 15  # as far back as evidence can go; the rule says how many of them count
NEEDED = ("clicks", "ad_spend", "ad_orders", "ad_sales")
FACTS = (*NEEDED, "impressions", "ad_units")
TERM = ("campaign", "ad_group", "target", "match_type", "search_term")
PRODUCT = ("campaign", "ad_group", "sku", "asin", "brand", "life_stage")
BEFORE = Metric("contribution_before_ads", Label("Contribution before ads", "广告前毛利润"),
                Unit.MONEY, BEFORE_ADS)
SETTLED_DAYS, SETTLED_SPANS = 28, 8  # settlements close every two weeks
LEAST = 0.01  # products that lose money before ads: no click pays, a share must be positive
LAUNCH = frozenset({"launch", "new", "新品", "新品期", "上新", "上新期", "推广期", "新品推广期"})


def asks(asking: Asking) -> dict[str, Question]:
    """Terms, advertised products and settlements."""
    weeks = weeks_back(asking.period)
    return {
        "terms": Question(tuple(map(get_metric, FACTS)), weeks, TERM),
        "products": Question(tuple(map(get_metric, ("ad_sales", "ad_spend"))), weeks, PRODUCT),
        "settled": Question((BREAK_EVEN, BEFORE, get_metric("product_sales")),
                            spans(asking.period.end), ("sku",)),
    }


def weeks_back(period: Period) -> tuple[Period, ...]:
    """The period and those before it, the newest first."""
    return tuple(period.shifted(-n) for n in range(ASKED_WEEKS))


def spans(day: dt.date) -> tuple[Period, ...]:
    """Spans of four weeks that settlements may cover, the newest first."""
    return tuple(Period(day, day).shifted(-7 * n).trailing(SETTLED_DAYS)
                 for n in range(SETTLED_SPANS))


# --- the days that count ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """The weeks that count, newest first, and why others do not.

    `early`: weeks that count although they were downloaded before they had settled.
    """

    weeks: tuple[Period, ...]
    settling: tuple[Period, ...] = ()
    missing: tuple[Period, ...] = ()
    early: tuple[Period, ...] = ()

    @property
    def days(self) -> int:
        return sum(week.days for week in self.weeks)

    @property
    def words(self) -> Note:
        if not self.weeks:
            return Note("no settled week of search terms is there: download them by day",
                        "没有已结算的搜索词周数据：请按日下载")
        first, last, days = self.weeks[-1].start, self.weeks[0].end, self.days
        return Note(f"{first} to {last}, {days} days", f"{first} 至 {last}，共 {days} 天")

    @property
    def left_out(self) -> Note:
        """Which days do not count and why, and what to download again; empty if all is well."""
        parts = [(self.settling, "left out, still settling: ", "未计入（仍在结算）："),
                 (self.missing, "left out, no report: ", "未计入（缺报表）："),
                 (self.early, "downloaded before it had settled, download again: ",
                  "下载时尚未结算，请重新下载：")]
        told = [(en, zh, ", ".join(map(str, some))) for some, en, zh in parts if some]
        return Note("; ".join(en + days for en, _, days in told),
                    "；".join(zh + days for _, zh, days in told))


def window_of(given: Given, group: Group) -> Window:
    """As many weeks as the rule `search_term_window` has days, the newest settled ones."""
    facts, market = given.facts["terms"], group.marketplace
    wanted = bound(given, "search_term_window", market) / given.period.days
    weeks: list[Period] = []
    others: dict[str, list[Period]] = defaultdict(list)
    for week in weeks_back(given.period):
        known = [facts.known.get((fact, market, week)) for fact in NEEDED]
        if len(weeks) >= max(1, int(wanted)):
            break
        final = max((k.final_on for k in known if k and k.final_on), default=None)
        if any(k is None or k.state is State.NO_DATA for k in known):
            others["missing"].append(week)
        elif final and final > given.now.date():
            others["settling"].append(week)
        else:
            weeks.append(week)
            others["early"] += [week] if final else []
    missing = [week for week in others["missing"] if weeks and week.start > weeks[-1].start]
    return Window(tuple(weeks), tuple(others["settling"]), tuple(missing), tuple(others["early"]))


def bound(given: Given, id: str, market: str) -> float:
    """A rule's target; where someone emptied it the house default."""
    found = bounds_of(given, id, market).target
    default = next(rule.target for rule in DEFAULTS if rule.id == id)
    return float(default or 0) if found is None else found


# --- what the terms had -----------------------------------------------------------------


def term_rows(facts: Facts, group: Group, weeks: tuple[Period, ...]) -> Iterator[TermRow]:
    """A row for each target and term that was shown in the weeks."""
    needs = [[(fact, week) for week in weeks] for fact in FACTS]
    for (campaign, ad_group, target, match, term), cells in facts.values.get(group, {}).items():
        if not term:
            continue
        clicks, spend, orders, sales, shown, units = (
            sum((cells[need] for need in some if need in cells), Decimal(0)) for some in needs)
        if shown or clicks:
            yield TermRow(str(campaign), str(ad_group or ""), str(target or ""), str(match or ""),
                          str(term), int(shown), int(clicks), spend, int(orders), int(units), sales)


# --- what a sale leaves for ads ---------------------------------------------------------


@dataclass(slots=True)
class Economics:
    """Break-even ACoS by ad group and of the account, and what is advertised.

    `break_even` None: neither settlements nor costs say it.
    """

    break_even: float | None = None
    source: Note = field(default_factory=lambda: Note("", ""))
    of_groups: dict[AdGroup, float] = field(default_factory=dict)
    brands: set[str] = field(default_factory=set)
    advertised: dict[AdGroup, set[str]] = field(default_factory=lambda: defaultdict(set))
    launches: set[str] = field(default_factory=set)  # ASINs


def economics(given: Given, group: Group, weeks: tuple[Period, ...]) -> Economics:
    """What settlements, costs and the product master say of the products behind the terms."""
    found = Economics()
    margins = _margins(given, group, found)
    sold: dict[AdGroup, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for key, cells in given.facts["products"].values.get(group, {}).items():
        campaign, ad_group, sku, asin, brand, stage = (str(part or "") for part in key)
        place = (campaign, ad_group)
        if asin:
            found.advertised[place].add(asin.upper())
        if brand:
            found.brands.add(brand)
        if asin and stage.strip().casefold() in LAUNCH:
            found.launches.add(asin.upper())
        sold[place][sku] += sum(
            (cells.get(("ad_sales", week), Decimal(0)) for week in weeks), Decimal(0))
    for place, by_sku in sold.items():
        share = _weighted({sku: sales for sku, sales in by_sku.items() if sales}, margins)
        if share is not None:
            found.of_groups[place] = max(share, LEAST)
    return found


def _margins(given: Given, group: Group, found: Economics) -> Mapping[str, float]:
    """SKU -> contribution before ads / sales; notes the account's own."""
    facts = given.facts["settled"]
    span = next((s for s in spans(given.period.end)
                 if (known := facts.known.get(("product_sales", group.marketplace, s)))
                 and known.state is not State.NO_DATA), None)
    if span is None:
        return {}
    margins: dict[str, float] = {}
    before, sales, every = Decimal(0), Decimal(0), Decimal(0)
    for key in facts.values.get(group, {}):
        row = facts.row(group, key)
        own, left, share = (row.cell(metric, span).value for metric in (
            get_metric("product_sales"), BEFORE, BREAK_EVEN))
        every += Decimal(str(own or 0))
        if key[0] and share is not None and left is not None:
            margins[str(key[0])] = float(share)  # type: ignore[arg-type]
            before, sales = before + Decimal(str(left)), sales + Decimal(str(own))
    if sales > 0:
        found.break_even = max(float(before / sales), LEAST)
        found.source = Note(
            f"settlements {span} and costs, SKUs of {sales / every:.0%} of sales, "
            "without fees that are not by SKU",
            f"结算 {span} 与成本，占销售额 {sales / every:.0%} 的 SKU，不含非按 SKU 的费用")
    return margins


def _weighted(sold: Mapping[str, Decimal], margins: Mapping[str, float]) -> float | None:
    """The SKUs' margins weighted by ad sales; None if one of them is not known."""
    if not sold or not sold.keys() <= margins.keys():
        return None
    total = sum(sold.values(), Decimal(0))
    return sum(float(sales) * margins[sku] for sku, sales in sold.items()) / float(total)
