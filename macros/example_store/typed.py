"""What the team types: targets, account values, benchmarks, overhead, rates, events, plans, log."""

from datetime import date, timedelta
from decimal import Decimal

from .chance import cents, days_between, stream
from .goods import Listing, Product
from .plot import Plot
from .watched import AccountValue, Event, Operation, Overhead, Rate, Stage

TARGETS = {  # kpi -> marketplace -> the year's target
    "acos": {"US": "0.28", "DE": "0.30"},
    "tacos": {"US": "0.09", "DE": "0.08"},
    "roas": {"US": "3.4", "DE": "3.2"},
    "net_margin": {"US": "0.15", "DE": "0.15"},
    "inventory_turns": {"US": "4", "DE": "4"},
    "unit_session_percentage": {"US": "0.14", "DE": "0.13"},
}
SALES_TARGETS = {"US": (36_000, 1_000), "DE": (10_500, 500)}  # the first month, more each month
BENCHMARKS = {  # category -> mean ACoS in US and DE
    "Storage": ("0.30", "0.29"), "Office": ("0.28", "0.27"), "Kitchen": ("0.27", "0.29"),
    "Outdoor": ("0.26", "0.26"), "Bath": ("0.28", "0.27"),
}  # fmt: skip
OVERHEAD = {  # item -> marketplace -> a month
    "工资": {"US": "2400.00", "DE": "820.00"},
    "软件": {"US": "310.00", "DE": "95.00"},
    "房租": {"US": "650.00", "DE": "210.00"},
}
ACCOUNT = {  # name -> marketplace -> (usual value, value of the last days, how many of them)
    "ipi": {"US": ("612", "438", 4), "DE": ("655", "655", 1)},
    "ahr": {"US": ("1000", "996", 3), "DE": ("1000", "1000", 1)},
    "response_rate_24h": {"US": ("0.93", "0.88", 2), "DE": ("0.95", "0.95", 1)},
    "odr": {"US": ("0.004", "0.004", 1), "DE": ("0.003", "0.003", 1)},
}
TYPED_DAYS = 14  # as far back as somebody typed them every day
OBJECTIVES = (  # objective, kpi, marketplace, start, target, owner
    ("降低广告成本", "acos", "US", "0.28", "0.22", "王敏"),
    ("美国站增长", "ordered_sales", "US", "36000", "45000", "李强"),
    ("德国站盈利", "net_margin", "DE", "0.12", "0.15", "张薇"),
)
OKR_START, OKR_DUE = date(2026, 7, 1), date(2026, 12, 31)
PRIME_DAY = (date(2026, 7, 7), date(2026, 7, 10))
BLACK_FRIDAY = (date(2026, 11, 23), date(2026, 11, 29))
FIRST_RATE = Decimal("1.0815")


def months(plan: Plot) -> list[date]:
    """The first day of every month that the span touches."""
    return sorted({day.replace(day=1) for day in days_between(plan.start, plan.end)})


def account_values(plan: Plot) -> tuple[AccountValue, ...]:
    """The account's dashboards, day by day: three of them fall in the US in the last days."""
    made = []
    for name, markets in ACCOUNT.items():
        for market, (usual, last, days) in markets.items():
            for ago in range(TYPED_DAYS - 1, -1, -1):
                value = Decimal(last if ago < days else usual)
                made.append(AccountValue(name, market, plan.end - timedelta(days=ago), value))
    return tuple(made)


def overheads(plan: Plot) -> tuple[Overhead, ...]:
    """What the team costs, by month, marketplace and item; the rent rose in the last months."""
    currency = {"US": "USD", "DE": "EUR"}
    rise = Decimal("1.05")
    return tuple(
        Overhead(month, market, currency[market], item,
                 cents(Decimal(amount) * (rise if item == "房租" and late else 1)))
        for number, month in enumerate(months(plan))
        for late in (number >= len(months(plan)) - 2,)
        for item, markets in OVERHEAD.items()
        for market, amount in markets.items()
    )


def rates(seed: int, plan: Plot) -> tuple[Rate, ...]:
    """EUR in USD at the start of each month, invented."""
    rng, value, made = stream(seed, "rates"), FIRST_RATE, []
    for month in months(plan):
        made.append(Rate(month, "EUR", "USD", value))
        value = round(value * Decimal(str(round(rng.uniform(0.985, 1.018), 4))), 4)
    return tuple(made)


def events(plan: Plot, products: tuple[Product, ...]) -> tuple[Event, ...]:
    """Days unlike others: past ones, and Black Friday, which is still to come."""
    deals = [
        Event("浴巾优惠券", "deal", "US", *plan.deal, product.sku)
        for product in products
        if product.family == plan.deal_family
    ]
    return (
        Event("Prime Day", "prime_day", "", *PRIME_DAY),
        *deals,
        Event("断货", "stock_out", "US", *plan.stock_out, plan.stock_out_sku),
        Event("黑五周", "deal", "", *BLACK_FRIDAY),
    )


def operations(plan: Plot, products: tuple[Product, ...]) -> tuple[Operation, ...]:
    """What the team changed and wrote down; the dear price comes before the fall."""
    asin = {product.sku: product.asin for product in products}
    first = plan.falling[0]
    return (
        Operation(plan.deal[0], asin["NW-TOWEL-WH"], "US", "coupon",
                  f"优惠券 {plan.deal_off:.0%}", "王敏"),
        Operation(plan.deal[1], asin["NW-TOWEL-WH"], "US", "coupon", "优惠券结束", "王敏"),
        Operation(plan.bad_campaign[0], asin["BR-RACK-16"], "US", "bid",
                  "SP | Broad | Kitchen 竞价上调 115%", "张薇"),
        Operation(first - timedelta(days=19), asin["QL-KETTLE-17"], "US", "title",
                  "标题加入容量", "李强"),
        Operation(first - timedelta(days=10), asin["BR-RACK-16"], "DE", "image",
                  "更换主图", "张薇"),
        Operation(first, asin[plan.falling_sku], "US", "price",
                  f"27.99 → {plan.dear_price}", "王敏"),
    )  # fmt: skip


def stages(seed: int, plan: Plot, listings: tuple[Listing, ...]) -> tuple[Stage, ...]:
    """What stands before Amazon: every third US listing has something on its way."""
    made = []
    for listing in (item for item in listings if item.market.code == "US"):
        product = listing.product
        rng = stream(seed, "stage", product.sku)
        if product.sku != plan.low_cover_sku and rng.random() > 0.33:
            continue
        cartons = rng.randint(4, 12)
        ready = plan.end + timedelta(days=rng.randint(10, 25))
        made.append(Stage(product.sku, "in_production", product.carton * cartons, plan.end,
                          ready + timedelta(days=product.lead_time_days_sea)))
        if rng.random() < 0.5:
            made.append(Stage(product.sku, "domestic", product.carton * rng.randint(1, 5),
                              plan.end, None))
        if rng.random() < 0.3:
            made.append(Stage(product.sku, "overseas", product.carton * rng.randint(1, 4),
                              plan.end, plan.end + timedelta(days=rng.randint(5, 12))))
    return tuple(made)
