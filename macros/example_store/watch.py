"""What outside tools see: ranks of keywords (Helium 10) and listings (Keepa), both invented."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .chance import stream
from .goods import Listing
from .plot import FALLEN_KEYWORD, Plot
from .watched import KeywordLook, ListingView

DAYS = 30
FURTHEST = 306  # ranks beyond are not looked for
# SKU, keyword, searches a month, usual organic rank, usual sponsored rank (0: no ad).
KEYWORDS = (
    ("NW-DESK-ORG", FALLEN_KEYWORD, 61_200, 7, 2),
    ("NW-DESK-ORG", "wood desk organizer", 14_800, 4, 1),
    ("NW-DESK-ORG", "desk organizer with drawers", 22_500, 19, 6),
    ("NW-DESK-ORG", "office desk accessories", 48_900, 88, 0),
    ("NW-DESK-ORG", "walnut desk organizer", 1_900, 3, 0),
    ("NW-BIN-L", "fabric storage bins", 33_400, 12, 3),
    ("NW-BIN-L", "closet storage bins", 27_100, 21, 4),
    ("NW-BIN-L", "storage bins with handles", 18_700, 35, 0),
    ("NW-BIN-L", "toy bins", 40_300, 400, 9),
    ("QL-HOOK-12", "over the door hooks", 29_600, 9, 2),
    ("QL-HOOK-12", "door hooks for towels", 8_200, 5, 0),
    ("QL-HOOK-12", "hook for heavy coats", 1_100, 0, 0),
)
PLACES_LOST = 5  # a day, while the SKU falls


def keyword_looks(seed: int, plan: Plot, listings: tuple[Listing, ...]) -> tuple[KeywordLook, ...]:
    """One or two looks a day at each keyword of the US, the last of a day counts."""
    asins = {item.product.sku: item.product.asin for item in listings}
    made = []
    for sku, keyword, volume, organic, sponsored in KEYWORDS:
        rng = stream(seed, "keyword", sku, keyword)
        for ago in range(DAYS - 1, -1, -1):
            day = plan.end - timedelta(days=ago)
            rank = organic and max(1, organic + rng.choice((-1, 0, 0, 1)))
            if keyword == FALLEN_KEYWORD and plan.falls("US", sku, day):
                rank = organic + PLACES_LOST * ((day - plan.falling[0]).days + 1)
            ad = sponsored and max(1, sponsored + rng.choice((-1, 0, 1)))
            hours = (6, 21) if rng.random() < 0.25 else (6,)
            for hour in hours:
                early = hour != hours[-1]  # an earlier look saw another rank
                shown = rank and rank + 2 * early
                made.append(KeywordLook(
                    "US", asins[sku], sku, keyword, volume, shown or None, ad or None,
                    datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))))
    return tuple(sorted(made, key=lambda look: (look.sku, look.keyword, look.seen)))


def listing_views(seed: int, plan: Plot, listings: tuple[Listing, ...]) -> tuple[ListingView, ...]:
    """Price, sales rank and ratings of every ASIN on the last day."""
    made: dict[tuple[str, str], ListingView] = {}
    for listing in listings:
        market, product = listing.market.code, listing.product
        rng = stream(seed, "listing", market, product.asin)
        pace = listing.sessions * listing.conversion
        made.setdefault((market, product.asin), ListingView(
            market, plan.end, product.asin, plan.price(listing, plan.end),
            max(40, round(60_000 / (1 + pace) ** 1.6 * rng.uniform(0.8, 1.25))),
            Decimal(str(round(rng.uniform(3.9, 4.8), 1))), round(40 + pace * rng.uniform(90, 180)),
        ))
    return tuple(made.values())


def last_looks(looks: tuple[KeywordLook, ...], day: date) -> dict[tuple[str, str], KeywordLook]:
    """(ASIN, keyword) -> the last look of a day."""
    mine = sorted((look for look in looks if look.seen.date() == day), key=lambda look: look.seen)
    return {(look.asin, look.keyword): look for look in mine}
