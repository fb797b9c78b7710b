"""The story: which problems are planted, where and when. All dates count back from the end."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .goods import Listing, Product
from .ledger import Story

BAD_CAMPAIGN = "SP | Broad | Kitchen"
WASTED_TERM = "free printable kitchen labels"
BEST_TERM = "two tier dish rack"
FALLEN_KEYWORD = "desk organizer"
TIGHT_CAMPAIGN = "SP | Auto | Storage"
RUN_OUTS = 3  # of the last seven days


@dataclass(frozen=True, slots=True)
class Plot:
    """The planted problems as SKUs and (first, last) days."""

    start: date
    end: date
    stock_out_sku: str
    stock_out: tuple[date, date]
    low_cover_sku: str
    deal_family: str
    deal: tuple[date, date]
    deal_off: float
    aged_sku: str
    bad_campaign: tuple[date, date]
    refund_sku: str
    falling_sku: str
    falling: tuple[date, date]
    dear_price: Decimal
    no_sales_day: date
    no_cost_sku: str

    def out_of_stock(self, marketplace: str, sku: str, day: date) -> bool:
        """Whether the SKU cannot be bought on that day."""
        first, last = self.stock_out
        return marketplace == "US" and sku == self.stock_out_sku and first <= day <= last

    def on_deal(self, marketplace: str, family: str, day: date) -> bool:
        """Whether the family's coupon runs on that day."""
        first, last = self.deal
        return marketplace == "US" and family == self.deal_family and first <= day <= last

    def falls(self, marketplace: str, sku: str, day: date) -> bool:
        """Whether the SKU converts worse on that day."""
        first, last = self.falling
        return marketplace == "US" and sku == self.falling_sku and first <= day <= last

    def price(self, listing: Listing, day: date) -> Decimal:
        """What a unit costs the buyer on that day: the falling SKU had become dearer."""
        falls = self.falls(listing.market.code, listing.product.sku, day)
        return self.dear_price if falls else listing.price

    def overbids(self, day: date) -> bool:
        """Whether the bad campaign burns money on that day."""
        return self.bad_campaign[0] <= day <= self.bad_campaign[1]


def plot(start: date, end: date) -> Plot:
    """The plot of a store whose last day is `end`, a Sunday."""

    def ago(days: int) -> date:
        return end - timedelta(days=days)

    return Plot(
        start=start,
        end=end,
        stock_out_sku="NW-BIN-L",
        stock_out=(ago(40), ago(32)),
        low_cover_sku="QL-HOOK-12",
        deal_family="towels",
        deal=(ago(34), ago(28)),
        deal_off=0.15,
        aged_sku="BR-LANTERN-XL",
        bad_campaign=(ago(13), end),
        refund_sku="QL-KETTLE-17",
        falling_sku="NW-DESK-ORG",
        falling=(ago(6), end),
        dear_price=Decimal("31.99"),
        no_sales_day=ago(11),
        no_cost_sku="QL-LAMP-01",
    )


def story(plan: Plot, products: tuple[Product, ...]) -> tuple[Story, ...]:
    """The planted problems as records that name their SKUs, ASINs and days."""
    asin = {product.sku: product.asin for product in products}
    whole = (plan.start, plan.end)

    def about(
        kind: str, sku: str, days: tuple[date, date], note: str, keyword: str | None = None
    ) -> Story:
        return Story(kind, "US", *days, note, sku=sku, asin=asin[sku], keyword=keyword)

    deals = [
        about("promotion", product.sku, plan.deal, f"coupon {plan.deal_off:.0%}, more traffic")
        for product in products
        if product.family == plan.deal_family
    ]
    return (
        about("stock_out", plan.stock_out_sku, plan.stock_out, "out of stock, no sales"),
        about("low_cover", plan.low_cover_sku, (plan.end, plan.end),
              "days of cover below both lead times, nothing inbound"),
        *deals,
        about("aged_stock", plan.aged_sku, (plan.end, plan.end),
              "most units 181 to 365+ days old, slow sales"),
        Story("ads_overspend", "US", *plan.bad_campaign,
              "ACoS from about 25 % to above 70 %", campaign=BAD_CAMPAIGN),
        about("refunds", plan.refund_sku, whole, "refunded far more often than the others"),
        about("conversion_fall", plan.falling_sku, plan.falling, "fall beyond chance"),
        Story("no_sales_day", "DE", plan.no_sales_day, plan.no_sales_day,
              "traffic, but not one order"),
        Story("wasted_search_term", "US", *whole,
              f"'{WASTED_TERM}': clicks, no orders", campaign=BAD_CAMPAIGN),
        about("missing_cost", plan.no_cost_sku, whole, "no row in costs.csv"),
        about("price_rise", plan.falling_sku, plan.falling, f"27.99 to {plan.dear_price}"),
        Story("budget_run_out", "US", *plan.falling, f"reached on {RUN_OUTS} of 7 days",
              campaign=TIGHT_CAMPAIGN),
        about("keyword_fall", plan.falling_sku, plan.falling, "loses places day by day",
              keyword=FALLEN_KEYWORD),
        *(Story("account_alarm", "US", plan.end - timedelta(days=days - 1), plan.end, note)
          for days, note in ((4, "IPI 612 to 438"), (3, "AHR 1000 to 996"),
                             (2, "response rate 93% to 88%"))),
    )  # fmt: skip
