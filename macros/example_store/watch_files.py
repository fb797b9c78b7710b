"""The exports of outside tools: Helium 10 Keyword Tracker and Keepa Product Viewer, as CSV."""

from pathlib import Path

from .goods import Listing, Market
from .ledger import Ledger
from .sheets import write_quoted
from .watch import FURTHEST
from .watched import KeywordLook, ListingView

TRACKER = ("ASIN", "Marketplace", "Keyword", "Search Volume", "Organic Rank",
           "Sponsored Position", "Date Added")  # fmt: skip
KEEPA = (
    "ASIN", "Locale", "Image", "Title", "Bought in past month", "Buy Box: Current",
    "Amazon: Current", "Buy Box: 90 days avg.", "New Offer Count: Current",
    "Sales Rank: 90 days avg.", "Sales Rank: Drops last 90 days", "Sales Rank: Current",
    "Reviews: Rating", "Reviews: Rating Count", "Reviews: Review Count - Format Specific",
    "Listed since", "Categories: Root", "Parent ASIN", "Brand", "Color", "Size",
)  # fmt: skip
LOCALES = {"US": "com", "DE": "de"}


def rank_text(rank: int | None) -> str:
    """A rank as the tracker prints it: `-` for none, `>306` beyond what it looks at."""
    return "-" if rank is None else f">{FURTHEST}" if rank > FURTHEST else str(rank)


def tracker_row(look: KeywordLook) -> list[str]:
    """One look at one keyword."""
    return [look.asin, look.marketplace, look.keyword, f"{look.search_volume:,}",
            rank_text(look.organic), rank_text(look.sponsored), f"{look.seen:%Y-%m-%d %H:%M:%S}"]


def keepa_row(view: ListingView, listing: Listing) -> list[str]:
    """One ASIN on one day; columns that a person does not read stay empty."""
    product = listing.product
    title = product.title_en if view.marketplace == "US" else product.title_de
    known = {
        "ASIN": view.asin, "Locale": LOCALES[view.marketplace], "Title": title,
        "Buy Box: Current": f"{view.price:.2f}", "Buy Box: 90 days avg.": f"{listing.price:.2f}",
        "New Offer Count: Current": "1", "Sales Rank: Current": str(view.sales_rank),
        "Reviews: Rating": str(view.rating), "Reviews: Rating Count": str(view.rating_count),
        "Categories: Root": product.category, "Parent ASIN": product.parent_asin,
        "Brand": product.brand,
    }  # fmt: skip
    return [known.get(name, "") for name in KEEPA]


def write_ranks(folder: Path, ledger: Ledger, market: Market) -> None:
    """The tracked keywords of all ASINs; no file where none are tracked."""
    looks = [look for look in ledger.keyword_looks if look.marketplace == market.code]
    if looks:
        path = folder / f"helium10-kt-{ledger.end.isoformat()}.csv"
        write_quoted(path, TRACKER, map(tracker_row, looks))


def write_listings(folder: Path, ledger: Ledger, market: Market) -> None:
    """Every ASIN on the last day; the day stands in the name."""
    first: dict[str, Listing] = {}
    for listing in ledger.listings:
        if listing.market == market:
            first.setdefault(listing.product.asin, listing)
    views = [view for view in ledger.listing_views if view.marketplace == market.code]
    path = folder / f"KeepaExport-{ledger.end.isoformat()}-ProductViewer.csv"
    write_quoted(path, KEEPA, (keepa_row(view, first[view.asin]) for view in views))
