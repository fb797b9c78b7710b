"""What a correct reader must find: KPIs by plain arithmetic from the ledger, never from files.

Money is a string with two digits, a ratio a float, a blank `None`. Settlement amounts keep the
sign of the file: what the seller pays (fees, refunds, promotions) is negative.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from .chance import cents, mondays, week_name
from .kpis_watch import months, of_watch
from .ledger import (
    AdFact,
    Age,
    BrandAdFact,
    DayFact,
    Ledger,
    SettlementLine,
    Stock,
    StoreDay,
    Story,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Json = dict[str, Any]
ZERO = Decimal(0)
BANDS = ((0, 90), (91, 180), (181, 270), (271, 365), (366, 455), (456, 9999))


def expected(ledger: Ledger) -> Json:
    """The KPIs of the whole store, ready for JSON.

    `{"store", "start", "end", "weeks": [ISO weeks], "marketplaces": {code: {"currency",
    "weeks": {week: KPIs}, "asin_weeks": {week: {child ASIN: KPIs}}, "campaign_weeks": {week:
    {campaign: KPIs}}, "stock": {sku: units}, "ages": {sku: units}, "run_outs": {week: {campaign:
    days}}, "ranks": {day: {ASIN: {keyword: rank}}}, "listings": {ASIN: values}, "account":
    {day: {name: value}}, "months": {month: profit}}}, "story": [...]}`.
    """
    return {
        "store": "Northwind Home",
        "start": ledger.start.isoformat(),
        "end": ledger.end.isoformat(),
        "weeks": [week_name(day) for day in mondays(ledger.start, ledger.end)],
        "marketplaces": {
            market.code: {"currency": market.currency, **of_market(ledger, market.code)}
            for market in ledger.markets
        },
        "story": [of_story(item) for item in ledger.story],
    }


def group(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Items by key, in order."""
    found: dict[K, list[T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def money(value: Decimal) -> str:
    """Money as text with two digits."""
    return str(cents(value))


def ratio(part: Decimal | int, whole: Decimal | int) -> float | None:
    """Part / whole; blank when there is nothing to divide by."""
    return float(Decimal(part) / Decimal(whole)) if whole else None


def of_market(ledger: Ledger, code: str) -> Json:
    """All groups of one marketplace."""
    days = [fact for fact in ledger.days if fact.marketplace == code]
    ads = [fact for fact in ledger.ads if fact.marketplace == code]
    brands = [fact for fact in ledger.brand_ads if fact.marketplace == code]
    return {
        "weeks": weeks(ledger, code, days, ads, brands),
        "asin_weeks": asin_weeks(days, ads),
        "campaign_weeks": campaign_weeks(ads, brands),
        "stock": {
            stock.sku: of_stock(stock)
            for stock in ledger.stock
            if stock.marketplace == code and stock.day == ledger.end
        },
        "ages": {age.sku: of_age(age) for age in ledger.ages if age.marketplace == code},
        **of_watch(ledger, code),
        "months": months(ledger, code),
    }


def weeks(
    ledger: Ledger, code: str, days: list[DayFact], ads: list[AdFact],
    brands: list[BrandAdFact],
) -> Json:  # fmt: skip
    """Store KPIs by ISO week."""
    visits = [item for item in ledger.store_days if item.marketplace == code]
    by_week = group(days, lambda fact: week_name(fact.day))
    visits_by_week = group(visits, lambda item: week_name(item.day))
    ads_by_week = group(ads, lambda fact: week_name(fact.day))
    brands_by_week = group(brands, lambda fact: week_name(fact.day))
    settled = settled_weeks(ledger, code)
    found: Json = {}
    for week, facts in by_week.items():
        sales = sum((fact.sales for fact in facts), ZERO)
        found[week] = {
            **of_trade(facts, visits_by_week[week]),
            **of_ads([*ads_by_week[week], *brands_by_week[week]], sales),
            "by_ad_type": {
                "SP": of_ads(ads_by_week[week], sales),
                **({"SB": of_ads(brands_by_week[week], sales)} if brands_by_week[week] else {}),
            },
            **of_settlement(settled.get(week)),
        }
    return found


def of_trade(facts: list[DayFact], visits: list[StoreDay]) -> Json:
    """Sales and traffic; the sessions are the store's own, not the sum over children."""
    units = sum(fact.units for fact in facts)
    sessions = sum(item.sessions for item in visits)
    return {
        "ordered_sales": money(sum((fact.sales for fact in facts), ZERO)),
        "units_ordered": units,
        "order_items": sum(fact.order_items for fact in facts),
        "sessions": sessions,
        "page_views": sum(fact.page_views for fact in facts),
        "unit_session_percentage": ratio(units, sessions),
    }


def ad_sales(fact: AdFact | BrandAdFact) -> Decimal:
    """Attributed sales: 7 days for Sponsored Products, 14 for Sponsored Brands."""
    return fact.sales if isinstance(fact, BrandAdFact) else fact.same_sales + fact.other_sales


def of_ads(facts: Iterable[AdFact | BrandAdFact], ordered: Decimal | None = None) -> Json:
    """Advertising sums and their ratios; `tacos` against `ordered` sales where given."""
    found = list(facts)
    shown, clicks = sum(f.impressions for f in found), sum(f.clicks for f in found)
    orders = sum(f.orders for f in found)
    spend = sum((f.spend for f in found), ZERO)
    sales = sum((ad_sales(f) for f in found), ZERO)
    made: Json = {
        "impressions": shown,
        "clicks": clicks,
        "ad_spend": money(spend),
        "ad_sales": money(sales),
        "ad_orders": orders,
        "ctr": ratio(clicks, shown),
        "cpc": ratio(spend, clicks),
        "acos": ratio(spend, sales),
        "roas": ratio(sales, spend),
        "ad_cvr": ratio(orders, clicks),
    }
    return made if ordered is None else {**made, "tacos": ratio(spend, ordered)}


def settled_weeks(ledger: Ledger, code: str) -> dict[str, list[SettlementLine]]:
    """Settlement lines by the ISO week of their UTC posted date; whole weeks only."""
    mine = [item for item in ledger.settlements if item.marketplace == code]
    if not mine:
        return {}
    first = min(item.start.date() for item in mine)
    lines = [one for item in mine for one in item.lines if one.posted.date() > first]
    whole = {week_name(day) for day in mondays(first, ledger.end)}
    found = group(lines, lambda one: week_name(one.posted.date()))
    return {week: items for week, items in found.items() if week in whole}


def of_settlement(lines: list[SettlementLine] | None) -> Json:
    """Money by kind, signed as in the file; all blank in a week no settlement covers."""
    if lines is None:
        return {**dict.fromkeys(SETTLED), "units_settled": None, "settlement_lines": None}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        sums[f"{one.transaction}/{one.amount_type}/{one.description}"] += one.amount
    principal = [one for one in lines if (one.transaction, one.description, one.amount_type)
                 == ("Order", "Principal", "ItemPrice")]  # fmt: skip
    return {
        **{
            name: money(sum((sums[key] for key in list(sums) if fits(key, starts)), ZERO))
            for name, starts in SETTLED.items()
        },
        "units_settled": sum(one.units or 0 for one in principal),
        "settlement_lines": {key: money(value) for key, value in sorted(sums.items())},
    }


SETTLED: dict[str, tuple[str, ...]] = {
    "product_sales": ("Order/ItemPrice/Principal",),
    "refunds": ("Refund/ItemPrice/Principal",),
    "promotions": ("Order/Promotion/", "Refund/Promotion/"),
    "referral_fees": ("Order/ItemFees/Commission",),
    "fba_fees": ("Order/ItemFees/FBAPerUnitFulfillmentFee",),
    "other_fees": (
        "other-transaction/other-transaction/Storage Fee",
        "other-transaction/other-transaction/Subscription Fee",
    ),
    "referral_fee_credits": ("Refund/ItemFees/Commission",),
    "refund_commissions": ("Refund/ItemFees/RefundCommission",),
    "shipping_credits": ("Order/ItemPrice/Shipping", "Refund/ItemPrice/Shipping"),
}


def fits(key: str, starts: tuple[str, ...]) -> bool:
    """Whether a line's `transaction/amount type/description` begins with one of `starts`."""
    return key.startswith(starts)


def asin_weeks(days: list[DayFact], ads: list[AdFact]) -> Json:
    """By ISO week and child ASIN; several SKUs of an ASIN are one row."""
    spent = group(ads, lambda fact: (week_name(fact.day), fact.asin))
    found: Json = {}
    for (week, asin), facts in group(days, lambda f: (week_name(f.day), f.asin)).items():
        own = spent.get((week, asin))
        found.setdefault(week, {})[asin] = {
            "ordered_sales": money(sum((fact.sales for fact in facts), ZERO)),
            "units_ordered": sum(fact.units for fact in facts),
            "sessions": sum(fact.sessions for fact in facts),
            "page_views": sum(fact.page_views for fact in facts),
            "ad_spend": money(sum((f.spend for f in own), ZERO)) if own else None,
            "ad_sales": money(sum((ad_sales(f) for f in own), ZERO)) if own else None,
        }
    return found


def campaign_weeks(ads: list[AdFact], brands: list[BrandAdFact]) -> Json:
    """By ISO week and campaign name, both ad types."""
    every: list[AdFact | BrandAdFact] = [*ads, *brands]
    found: Json = {}
    for (week, name), facts in group(every, lambda f: (week_name(f.day), f.campaign)).items():
        found.setdefault(week, {})[name] = of_ads(facts)
    return found


def of_stock(stock: Stock) -> Json:
    """Units of one SKU on the last day; `inbound` is shipped + receiving."""
    return {
        "fulfillable": stock.fulfillable,
        "reserved": stock.reserved,
        "unsellable": stock.unsellable,
        "inbound": stock.inbound,
        "working": stock.working,
        "total": stock.total,
    }


def of_age(age: Age) -> Json:
    """Fulfillable units in six bands that do not overlap, and their total."""
    names = [f"{low}-{high}" if high < 9999 else f"{low}+" for low, high in BANDS]
    made: Json = {name: age.between(*band) for name, band in zip(names, BANDS, strict=True)}
    return {**made, "total": sum(age.units), "over_181": age.between(181, 9999)}


def of_story(item: Story) -> Json:
    """One planted problem; `period` is `A..B`, both days included."""
    return {
        "kind": item.kind,
        "marketplace": item.marketplace,
        "sku": item.sku,
        "asin": item.asin,
        "campaign": item.campaign,
        "keyword": item.keyword,
        "period": f"{item.start.isoformat()}..{item.end.isoformat()}",
        "note": item.note,
    }
