"""The nouns of the search-term review: its rows, its parameters, its actions, its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from workbook.errors import UsageError
from workbook.model import Label

Money = Decimal | float
AdGroup = tuple[str, str]  # campaign name, ad group name

NEGATIVE_EXACT = "negativeExact"
NEGATIVE_PHRASE = "negativePhrase"
EXACT = "exact"
ASIN = "asin"  # a product target or, for a negative, a negative product target


class Action(StrEnum):
    """What the review proposes for a term."""

    NEGATIVE = "negative"
    BID_CUT = "bid cut"
    HARVEST = "harvest"
    PROTECTED = "protected"
    KEEP = "keep"


ACTIONS = {
    Action.NEGATIVE: Label("Negate", "否定"),
    Action.BID_CUT: Label("Cut the bid", "降竞价"),
    Action.HARVEST: Label("Add as exact", "加为精准"),
    Action.PROTECTED: Label("Protected", "受保护"),
    Action.KEEP: Label("Keep watching", "继续观察"),
}


@dataclass(frozen=True, slots=True)
class TermRow:
    """One row of a search term report: what a term had through one target of an ad group.

    Money is in the one currency of the marketplace. Several rows (days, targets) of a term in
    an ad group add up.
    """

    campaign: str
    ad_group: str
    targeting: str
    match_type: str
    term: str
    impressions: int
    clicks: int
    spend: Money
    orders: int
    units: int
    sales: Money


@dataclass(frozen=True, slots=True)
class Params:
    """What the review is held against. Shares are fractions, money is in the rows' currency.

    Args:
        break_even_acos, target_acos: for all ad groups; `break_even_of` and `target_of` say
            otherwise for some (from the break-even of the products that they advertise).
        probability: P(CVR < break-even CVR) from which a term is negated.
        minimum_orders: orders from which a term is harvested.
        days: days that the rows cover; money at stake is per 7 of them.
        brand_terms: words or phrases of the own brand.
        launch_ad_groups: (campaign, ad group) in launch; an ad group "" means the whole campaign.
        launch_asins: ASINs in launch; `advertised` says which ad groups advertise which ASINs.
        exact_keywords: exact keywords of the account that have no row here (from the bulk sheet).
        order_value: sales per order while the account has no order of its own.
        bid_step: bids are rounded down to whole steps of it (1 for JPY).

    Raises:
        UsageError: a share or a count is out of its range.
    """

    break_even_acos: float
    target_acos: float
    break_even_of: Mapping[AdGroup, float] = field(default_factory=dict)
    target_of: Mapping[AdGroup, float] = field(default_factory=dict)
    probability: float = 0.95
    minimum_orders: int = 2
    days: int = 7
    brand_terms: frozenset[str] = frozenset()
    launch_ad_groups: frozenset[AdGroup] = frozenset()
    launch_asins: frozenset[str] = frozenset()
    advertised: Mapping[AdGroup, frozenset[str]] = field(default_factory=dict)
    exact_keywords: frozenset[str] = frozenset()
    order_value: Money | None = None
    bid_step: Decimal = Decimal("0.01")

    def __post_init__(self) -> None:
        shares = {
            "break-even ACoS": [self.break_even_acos, *self.break_even_of.values()],
            "target ACoS": [self.target_acos, *self.target_of.values()],
        }
        for name, values in shares.items():
            for value in values:
                if not 0 < value < 10:
                    raise UsageError(f"A {name} of {value} cannot be.", "search-term review",
                                     "Give it as a fraction: 0.3 for 30 %.")
        if not 0.5 < self.probability < 1:
            raise UsageError(f"A probability of {self.probability} proves nothing.",
                             "search-term review", "Give one above 0.5 and below 1, such as 0.95.")
        if self.days < 1 or self.minimum_orders < 1 or self.bid_step <= 0:
            raise UsageError("Days, minimum orders and the step of bids are at least one.",
                             "search-term review", "Leave them away for 7 days, 2 orders, 0.01.")

    def break_even(self, ad_group: AdGroup) -> float:
        return self.break_even_of.get(ad_group, self.break_even_acos)

    def target(self, ad_group: AdGroup) -> float:
        return self.target_of.get(ad_group, self.target_acos)

    def in_launch(self, ad_group: AdGroup) -> bool:
        """Is the ad group, its campaign or a product that it advertises in launch?"""
        return (ad_group in self.launch_ad_groups or (ad_group[0], "") in self.launch_ad_groups
                or not self.launch_asins.isdisjoint(self.advertised.get(ad_group, ())))


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a term's CVR before its own clicks: Beta(mean k, (1 - mean) k).

    `level` says whose other terms it comes from: ad group, campaign or account. `strength` (k)
    is how many clicks the belief weighs.
    """

    level: str
    mean: float
    strength: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A line that a person approved, as a bulk file can carry it out.

    Args:
        action: NEGATIVE, BID_CUT or HARVEST.
        campaign, ad_group: names; where it is done (for a harvest where the keyword goes).
        term: the term, phrase or ASIN; for a bid cut the keyword or target whose bid it is.
        match_type: negativeExact, negativePhrase, exact, asin; for a bid cut the target's own
            (exact, phrase, broad, or "" and "-" for products and automatic targets).
        bid: the new bid; None for a negative.
    """

    action: Action
    campaign: str
    ad_group: str
    term: str
    match_type: str = ""
    bid: Decimal | None = None
