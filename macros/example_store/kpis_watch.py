"""The KPIs of what is watched and typed: budgets, ranks, listings, the account, net margin."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .chance import cents, days_between
from .ledger import Ledger, SettlementLine
from .watch import FURTHEST, last_looks
from .watched import KeywordLook

Json = dict[str, Any]
NOT_OURS = ("Tax", "Reserve")  # tax is withheld or passed on; the reserve only moves


def of_watch(ledger: Ledger, code: str) -> Json:
    """What outside tools, budgets and dashboards say of one marketplace."""
    return {
        "run_outs": run_outs(ledger, code),
        "ranks": ranks(ledger, code),
        "listings": {
            view.asin: {"price": str(view.price), "sales_rank": view.sales_rank,
                        "rating": float(view.rating), "rating_count": view.rating_count}
            for view in ledger.listing_views if view.marketplace == code
        },
        "account": account(ledger, code),
    }  # fmt: skip


def run_outs(ledger: Ledger, code: str) -> Json:
    """Campaign -> the days on which what it spent reached the day's budget."""
    spent: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for fact in ledger.ads:
        if fact.marketplace == code:
            spent[fact.campaign, fact.day] += fact.spend
    campaigns = {campaign.name: campaign for campaign in ledger.campaigns}
    found: dict[str, list[str]] = defaultdict(list)
    for (name, day), spend in sorted(spent.items(), key=lambda item: item[0]):
        if spend >= ledger.budget(campaigns[name], day):
            found[name].append(day.isoformat())
    return dict(found)


def rank(look: KeywordLook) -> int | None:
    """The organic rank; blank beyond what the tracker looks at."""
    return look.organic if look.organic and look.organic <= FURTHEST else None


def ranks(ledger: Ledger, code: str) -> Json:
    """Day -> ASIN -> keyword -> organic rank at the day's last look."""
    looks = tuple(look for look in ledger.keyword_looks if look.marketplace == code)
    found: Json = {}
    for day in sorted({look.seen.date() for look in looks}):
        own: Json = found.setdefault(day.isoformat(), {})
        for (asin, keyword), look in last_looks(looks, day).items():
            own.setdefault(asin, {})[keyword] = rank(look)
    return found


def account(ledger: Ledger, code: str) -> Json:
    """Day -> name -> what the dashboards showed."""
    found: Json = {}
    for one in ledger.account_values:
        if one.marketplace == code:
            found.setdefault(one.day.isoformat(), {})[one.name] = float(one.value)
    return found


def months(ledger: Ledger, code: str) -> Json:
    """Month -> profit, of the whole months that settlements cover; `net_margin` None where a
    settled unit has no cost."""
    mine = [item for item in ledger.settlements if item.marketplace == code]
    first = min(item.start.date() for item in mine)
    lines = [line for item in mine for line in item.lines]
    found: Json = {}
    for month in sorted({line.posted.date().replace(day=1) for line in lines}):
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if month > first and last <= ledger.end:
            inside = [one for one in lines if month <= one.posted.date() <= last]
            found[f"{month:%Y-%m}"] = month_of(ledger, code, inside, month, last)
    return found


def month_of(
    ledger: Ledger, code: str, lines: list[SettlementLine], first: date, last: date
) -> Json:
    """Contribution, overhead and net profit of one month, settled amounts by posted date."""
    settled = sum((one.amount for one in lines
                   if not any(word in one.amount_type + one.description for word in NOT_OURS)),
                  Decimal(0))  # fmt: skip
    sold = [one for one in lines if (one.transaction, one.amount_type, one.description)
            == ("Order", "ItemPrice", "Principal")]  # fmt: skip
    days = set(days_between(first, last))
    spend = sum((fact.spend for facts in (ledger.ads, ledger.brand_ads) for fact in facts
                 if fact.marketplace == code and fact.day in days), Decimal(0))  # fmt: skip
    overhead = sum((one.amount for one in ledger.overheads
                    if one.marketplace == code and one.month == first), Decimal(0))  # fmt: skip
    made: Json = {"overhead": str(cents(overhead)), "contribution": None, "net_profit": None,
                  "net_margin": None}  # fmt: skip
    costs = [cost_of(ledger, code, one) for one in sold]
    if None not in costs:
        contribution = settled - sum((c for c in costs if c is not None), Decimal(0)) - spend
        sales = sum((one.amount for one in sold), Decimal(0))
        made |= {"contribution": str(cents(contribution)),
                 "net_profit": str(cents(contribution - overhead)),
                 "net_margin": float((contribution - overhead) / sales)}  # fmt: skip
    return made


def cost_of(ledger: Ledger, code: str, line: SettlementLine) -> Decimal | None:
    """Goods, freight and duty of a settled line at the cost valid that day; None without one."""
    currency = next(market.currency for market in ledger.markets if market.code == code)
    valid = [cost for cost in ledger.costs if (cost.sku, cost.currency) == (line.sku, currency)
             and cost.valid_from <= line.posted.date()]  # fmt: skip
    if not valid:
        return None
    cost = max(valid, key=lambda one: one.valid_from)
    return (cost.unit_cost + cost.freight + cost.duty) * (line.units or 0)
