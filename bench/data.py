"""The store that `fill_weekly.py` measures: two years of 500 SKUs, the same numbers twice.

As report files in Amazon's formats, imported into a store of ours; and as the Parquet files that
an analyst would keep. Seeded; whole cents; US only. About two minutes, then kept in a folder
that is named after the code that reads reports.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from macros.example_store.ad_headers import ADVERTISED, CAMPAIGN_US
from macros.example_store.settlement_files import V2

ROOT = Path(__file__).resolve().parents[1]
SEED, SKUS, ASINS, CAMPAIGNS, DAYS = 20261115, 500, 480, 60, 730
END = dt.date(2026, 11, 15)  # a Sunday; the report is about the week that ends here
START = END - dt.timedelta(days=DAYS - 1)
NOW = dt.datetime(2026, 11, 16, 16, 45)  # UTC: Monday 08:45 in Los Angeles
# What decides the store's content: the code that reads reports and this file.
CODE = ("sync/read", "sync/reports", "sync/store/imports.py", "sync/store/database.py",
        "workbook/report.py", "bench/data.py")
SETTINGS = """\
store = "Bench"

[stores."Bench".US]
ad_types = ["SP"]
"""
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Where the data lies: our store with its settings, and the analyst's Parquet files."""

    folder: Path

    @property
    def settings(self) -> Path:
        return self.folder / "reports"

    @property
    def store(self) -> Path:
        return self.folder / "opsheet.duckdb"

    @property
    def parquet(self) -> Path:
        return self.folder / "parquet"


def prepare() -> Prepared:
    """Builds the data, or takes what an earlier run of the same code has built."""
    base = Path(tempfile.gettempdir()) / "opsheet-bench-weekly"
    folder = base / _version()
    if not (folder / "done").exists():
        began = time.perf_counter()
        shutil.rmtree(base, ignore_errors=True)
        print(f"Building two years of {SKUS} SKUs in {folder} …", flush=True)
        frames = simulate()
        for name in ("reports/US", "parquet"):
            (folder / name).mkdir(parents=True)
        write_parquet(frames, folder / "parquet")
        write_reports(frames, folder / "reports")
        _import(Prepared(folder))
        (folder / "done").touch()
        print(f"Built in {time.perf_counter() - began:.0f} s.", flush=True)
    return Prepared(folder)


def _version() -> str:
    digest = hashlib.sha256()
    for name in CODE:
        path = ROOT / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _import(prepared: Prepared) -> None:
    from macros import settings
    from macros.jobs import Context, import_paths

    said = settings.load(prepared.settings, {"OPSHEET_STORE": str(prepared.store)})
    outcomes = list(import_paths(Context(said, NOW), [prepared.settings]))
    bad = [o for o in outcomes if o.status != "imported" or o.rows_refused]
    if bad:
        sys.exit(f"{len(bad)} of {len(outcomes)} files: {bad[0].path}: {bad[0].message}")
    print(f"{len(outcomes)} files, {sum(o.rows for o in outcomes):,} rows imported.", flush=True)


# --- the numbers ------------------------------------------------------------------------


def simulate() -> Frames:
    """Every table, with dates as timestamps and money in dollars of whole cents."""
    rng = np.random.default_rng(SEED)
    products = _products(rng)
    items = _items(rng, products)
    ads = _ads(rng, products)
    keys = ["date", "campaign"]
    numbers = ["impressions", "clicks", "spend", "sales", "orders", "units"]
    campaigns = ads.groupby(keys)[numbers].sum().round(2).reset_index()
    stock, planning = _stock(rng, products, items)
    return {
        "business_by_item": items, "business_by_date": _by_date(items),
        "sp_advertised_product": ads, "sp_campaign": campaigns, "fba_inventory": stock,
        "fba_planning": planning, "products": products.drop(columns=["price", "asin_no"]),
        "costs": _costs(products), "settlements": _settlements(rng, items, products),
    }


def _products(rng: np.random.Generator) -> pd.DataFrame:
    """The last 20 SKUs share the ASINs of the first 20."""
    number = np.arange(SKUS)
    asin_no = number % ASINS
    things = ("Bath mat", "Drawer organizer", "Storage box", "Laundry basket", "Towel rack")
    return pd.DataFrame({
        "sku": [f"NW-{n:04d}-{'B' if n >= ASINS else 'A'}" for n in number],
        "asin": [f"B0BENCH{n:03d}" for n in asin_no],
        "parent_asin": [f"B0PAREN{n // 4:03d}" for n in asin_no],
        "name": [f"{things[n % 5]} {n:03d}" for n in number],
        "owner": [("Li Na", "Zhang Wei", "Chen Jie")[n % 3] for n in number],
        "lead_time_days_sea": rng.integers(18, 46, SKUS),
        "price": rng.integers(999, 5999, SKUS), "asin_no": asin_no,
    })


def _items(rng: np.random.Generator, products: pd.DataFrame) -> pd.DataFrame:
    """One row a day and SKU; sessions and page views belong to the ASIN and repeat."""
    pull = np.minimum(rng.lognormal(3.0, 0.9, ASINS), 400)
    season = 1 + 0.2 * np.sin(np.arange(DAYS) * 2 * np.pi / 365)
    sessions = rng.poisson(season[:, None] * pull)
    views = sessions + rng.poisson(0.4 * sessions)
    converts = np.tile(rng.uniform(0.03, 0.18, ASINS), (DAYS, 1))
    converts[-7:, ::40] *= 0.4  # a dozen falls in the last week
    asin = products["asin_no"].to_numpy()
    visits = np.where(asin < SKUS - ASINS, sessions[:, asin] // 2, sessions[:, asin])
    units = rng.binomial(visits, converts[:, asin])
    extra = rng.binomial(units, 0.06)
    promotion = rng.random((DAYS, 1)) < 0.05
    price = products["price"].to_numpy()
    price = np.where(promotion, price * 9 // 10, price)
    days = pd.date_range(START, END)
    return pd.DataFrame({
        "date": np.repeat(days, SKUS), "sku": np.tile(products["sku"], DAYS),
        "asin": np.tile(products["asin"], DAYS),
        "parent_asin": np.tile(products["parent_asin"], DAYS),
        "sessions": sessions[:, asin].ravel(), "page_views": views[:, asin].ravel(),
        "units": units.ravel(), "order_items": np.maximum(units - extra, units > 0).ravel(),
        "sales": (units * price).ravel() / 100,
    })


def _by_date(items: pd.DataFrame) -> pd.DataFrame:
    """The store's own sessions are fewer than its ASINs' together."""
    days = items.groupby("date")[["units", "order_items", "sales"]].sum().round(2)
    traffic = items.groupby(["date", "asin"])[["sessions", "page_views"]].max()
    traffic = traffic.groupby("date").sum() * 9 // 10
    return days.join(traffic).reset_index()


def _ads(rng: np.random.Generator, products: pd.DataFrame) -> pd.DataFrame:
    """60 campaigns of 10 SKUs each, every day."""
    campaign = np.repeat(np.arange(CAMPAIGNS), 10)
    sku = (campaign * 8 + np.tile(np.arange(10), CAMPAIGNS)) % SKUS
    shape = (DAYS, len(sku))
    shown = rng.poisson(rng.uniform(20, 250, len(sku)), shape)
    clicks = rng.binomial(shown, rng.uniform(0.004, 0.02, len(sku)))
    cents = clicks * rng.integers(30, 140, len(sku)) + rng.integers(0, 9, shape) * (clicks > 0)
    orders = rng.binomial(clicks, rng.uniform(0.02, 0.16, len(sku)))
    units = orders + rng.binomial(orders, 0.1)
    names = np.array([f"SP - {('auto', 'exact', 'broad')[n % 3]} - {n:02d}" for n in campaign])
    return pd.DataFrame({
        "date": np.repeat(pd.date_range(START, END), len(sku)),
        "campaign": np.tile(names, DAYS),
        "sku": np.tile(products["sku"].to_numpy()[sku], DAYS),
        "asin": np.tile(products["asin"].to_numpy()[sku], DAYS),
        "impressions": shown.ravel(), "clicks": clicks.ravel(), "spend": cents.ravel() / 100,
        "sales": (units * products["price"].to_numpy()[sku]).ravel() / 100,
        "orders": orders.ravel(), "units": units.ravel(),
    })


def _stock(
    rng: np.random.Generator, products: pd.DataFrame, items: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weekly snapshots: Manage FBA Inventory, and planning with the age of the stock."""
    sundays = pd.date_range(END - dt.timedelta(days=7 * 103), END, freq="7D")
    pace = items.groupby("sku")["units"].mean().reindex(products["sku"]).to_numpy()
    size = (len(sundays), SKUS)
    fulfillable = (pace * rng.uniform(5, 110, size)).astype(int)
    parts = {name: rng.integers(0, top, size) for name, top in (
        ("reserved", 12), ("inbound_shipped", 80), ("inbound_receiving", 20), ("unsellable", 4))}
    keys = {"snapshot_date": np.repeat(sundays, SKUS), "sku": np.tile(products["sku"], size[0]),
            "asin": np.tile(products["asin"], size[0])}
    stock = pd.DataFrame({**keys, "fulfillable": fulfillable.ravel(),
                          **{name: part.ravel() for name, part in parts.items()}})
    stock["total"] = stock[["fulfillable", *parts]].sum(axis=1)
    old = rng.random(size) < 0.08
    ages = {f"age_{name}": ((fulfillable * rng.uniform(0, share, size)).astype(int) * old).ravel()
            for name, share in (("181_270", 0.2), ("271_365", 0.1), ("365_plus", 0.05))}
    left = fulfillable.ravel() - sum(ages.values())
    planning = pd.DataFrame({
        **keys, "available": fulfillable.ravel(), "fc_transfer": rng.integers(0, 9, size).ravel(),
        "fc_processing": rng.integers(0, 5, size).ravel(), "age_0_90": left - left // 4,
        "age_91_180": left // 4, **ages,
    })
    planning["ais_181_210"] = (planning["age_181_270"] * 12 // 10) / 10
    planning["ais_271_300"] = (planning["age_271_365"] * 55 // 10) / 10
    planning["ais_365_plus"] = (planning["age_365_plus"] * 69 // 10) / 10
    return stock, planning


def _costs(products: pd.DataFrame) -> pd.DataFrame:
    """Each SKU's cost from two days on."""
    price = products["price"]
    return pd.concat([pd.DataFrame({
        "sku": products["sku"], "valid_from": pd.Timestamp(day), "currency": "USD",
        "unit_cost": (price * share // 100) / 100, "freight": (price * 6 // 100) / 100,
        "duty": (price * 2 // 100) / 100,
    }) for day, share in (("2024-01-01", 24), ("2026-01-01", 26))], ignore_index=True)


def _settlements(
    rng: np.random.Generator, items: pd.DataFrame, products: pd.DataFrame
) -> pd.DataFrame:
    """Documents of two weeks that end with the last day; one order a SKU and day."""
    first = pd.Timestamp(END) + pd.Timedelta(days=1 - 14 * 52)
    sold = (items["units"] > 0) & (items["date"] >= first)
    orders = items.loc[sold, ["date", "sku", "units", "sales"]]
    orders = orders.assign(order_id=[f"113-{n:07d}-0000000" for n in range(len(orders))])
    cents = (orders["sales"] * 100).round().astype("int64")
    price = orders["sku"].map(products.set_index("sku")["price"])
    taxed, back = rng.random(len(orders)) < 0.25, rng.random(len(orders)) < 0.035
    fee = 250 + price // 12
    commission = cents * 15 // 100
    lines = [
        _lines(orders, "Order", "ItemPrice", "Principal", cents),
        _lines(orders[taxed], "Order", "ItemPrice", "Tax", cents[taxed] * 7 // 100),
        _lines(orders[taxed], "Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal",
               -(cents[taxed] * 7 // 100)),
        _lines(orders, "Order", "ItemFees", "FBAPerUnitFulfillmentFee", -fee * orders["units"]),
        _lines(orders, "Order", "ItemFees", "Commission", -commission),
        _lines(orders[back], "Refund", "ItemPrice", "Principal", -cents[back]),
        _lines(orders[back], "Refund", "ItemFees", "Commission", commission[back]),
        _lines(orders[back], "Refund", "ItemFees", "RefundCommission", -(commission[back] // 5)),
    ]
    storage = pd.DataFrame({"date": pd.date_range(first, END, freq="14D")})
    storage = storage.assign(sku="", units=0, order_id="")
    other = "other-transaction"
    lines.append(_lines(storage, other, other, "Storage Fee", pd.Series(-16840, storage.index)))
    found = pd.concat(lines, ignore_index=True).sort_values(["date", "order_id"], kind="stable")
    number = (found["date"] - first).dt.days // 14
    return found.assign(settlement_id=(21000000000 + number).astype(str)).reset_index(drop=True)


def _lines(
    orders: pd.DataFrame, transaction: str, kind: str, description: str, cents: pd.Series
) -> pd.DataFrame:
    return pd.DataFrame({
        "date": orders["date"], "transaction_type": transaction, "order_id": orders["order_id"],
        "amount_type": kind, "amount_description": description, "amount": cents / 100,
        "sku": orders["sku"], "quantity": orders["units"],
    })


# --- as files ---------------------------------------------------------------------------


def write_parquet(frames: Frames, folder: Path) -> None:
    """What the analyst has saved."""
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def write_reports(frames: Frames, folder: Path) -> None:
    """The same numbers as the files that a seller downloads."""
    us = folder / "US"
    _write_items(frames["business_by_item"], frames["products"], us)
    _write_dates(frames["business_by_date"], us)
    _write_ads(frames["sp_campaign"], frames["sp_advertised_product"], us)
    _write_stock(frames["fba_inventory"], frames["fba_planning"], us)
    _write_settlements(frames["settlements"], us)
    frames["products"].to_csv(folder / "products.csv", index=False)
    frames["costs"].to_csv(folder / "costs.csv", index=False, float_format="%.2f")
    (folder / "opsheet.toml").write_text(SETTINGS, encoding="utf-8")
    moment = NOW.replace(tzinfo=dt.UTC).timestamp()
    for file in folder.rglob("*"):
        os.utime(file, (moment, moment))


def _dollars(money: pd.Series) -> list[str]:
    return [f"${value:,.2f}" for value in money]


def _percent(part: pd.Series, whole: pd.Series) -> list[str]:
    return [f"{share:.2f}%" for share in (part / whole.where(whole > 0) * 100).fillna(0)]


def _write_items(items: pd.DataFrame, products: pd.DataFrame, folder: Path) -> None:
    """One file a day, its period in the name."""
    title = items["sku"].map(products.set_index("sku")["name"])
    table = pd.DataFrame({
        "(Parent) ASIN": items["parent_asin"], "(Child) ASIN": items["asin"], "Title": title,
        "SKU": items["sku"], "Sessions - Total": items["sessions"],
        "Page Views - Total": items["page_views"], "Units Ordered": items["units"],
        "Unit Session Percentage": _percent(items["units"], items["sessions"]),
        "Ordered Product Sales": _dollars(items["sales"]),
        "Total Order Items": items["order_items"],
    })
    for day, rows in table.groupby(items["date"]):
        name = f"BusinessReport {day:%Y-%m-%d}..{day:%Y-%m-%d}.csv"
        rows.to_csv(folder / name, index=False, encoding="utf-8-sig")


def _write_dates(days: pd.DataFrame, folder: Path) -> None:
    pd.DataFrame({
        "Date": [f"{day.month}/{day.day}/{day:%y}" for day in days["date"]],
        "Ordered Product Sales": _dollars(days["sales"]), "Units Ordered": days["units"],
        "Total Order Items": days["order_items"], "Page Views - Total": days["page_views"],
        "Sessions - Total": days["sessions"],
        "Unit Session Percentage": _percent(days["units"], days["sessions"]),
    }).to_csv(folder / "BusinessReport-11-16-26.csv", index=False, encoding="utf-8-sig")


def _write_ads(campaigns: pd.DataFrame, ads: pd.DataFrame, folder: Path) -> None:
    """Campaigns in one file; advertised products in a file a month, as the console gives them."""
    days = campaigns["date"].map(lambda day: f"{day:%b} {day.day}, {day.year}")
    table = pd.DataFrame({
        "Date": days, "Campaign Name": campaigns["campaign"], "Currency": "USD",
        "Targeting Type": "Manual targeting", "Bidding strategy": "Fixed bids", "Budget": "$25.0",
        "Impressions": campaigns["impressions"], "Clicks": campaigns["clicks"],
        "Spend": _dollars(campaigns["spend"]), "7 Day Total Orders (#)": campaigns["orders"],
        "7 Day Total Sales ": _dollars(campaigns["sales"]),
    })
    table.reindex(columns=CAMPAIGN_US).to_csv(
        folder / "Sponsored_Products_Campaign_report.csv", index=False, encoding="utf-8-sig")
    table = pd.DataFrame({
        "Date": ads["date"].dt.strftime("%Y-%m-%d"), "Currency": "USD",
        "Campaign Name": ads["campaign"], "Ad Group Name": ads["campaign"] + " - AG1",
        "Advertised SKU": ads["sku"], "Advertised ASIN": ads["asin"],
        "Impressions": ads["impressions"], "Clicks": ads["clicks"], "Spend": ads["spend"],
        "7 Day Total Sales ": ads["sales"], "7 Day Total Orders (#)": ads["orders"],
        "7 Day Total Units (#)": ads["units"],
    }).reindex(columns=ADVERTISED["US"])
    for month, rows in table.groupby(ads["date"].dt.strftime("%Y-%m")):
        name = f"Sponsored_Products_Advertised_product_report {month}.csv"
        rows.to_csv(folder / name, index=False, encoding="utf-8-sig", float_format="%.2f")


def _write_stock(stock: pd.DataFrame, planning: pd.DataFrame, folder: Path) -> None:
    manage = pd.DataFrame({
        "sku": stock["sku"], "fnsku": "X0" + stock["sku"].str[3:7], "asin": stock["asin"],
        "product-name": "", "condition": "New", "afn-fulfillable-quantity": stock["fulfillable"],
        "afn-unsellable-quantity": stock["unsellable"], "afn-reserved-quantity": stock["reserved"],
        "afn-total-quantity": stock["total"], "afn-inbound-working-quantity": 0,
        "afn-inbound-shipped-quantity": stock["inbound_shipped"],
        "afn-inbound-receiving-quantity": stock["inbound_receiving"],
    })
    for day, rows in manage.groupby(stock["snapshot_date"]):
        rows.to_csv(folder / f"fba_manage_inventory {day:%Y-%m-%d}.txt", sep="\t", index=False)
    ages = {"0-to-90": "0_90", "91-to-180": "91_180", "181-to-270": "181_270",
            "271-to-365": "271_365", "365-plus": "365_plus"}
    table = pd.DataFrame({
        "snapshot-date": planning["snapshot_date"].dt.strftime("%Y-%m-%d"), "sku": planning["sku"],
        "fnsku": "X0" + planning["sku"].str[3:7], "asin": planning["asin"], "condition": "New",
        "available": planning["available"], "currency": "USD", "marketplace": "US",
        **{f"inv-age-{name}-days": planning[f"age_{own}"] for name, own in ages.items()},
        "Reserved FC Transfer": planning["fc_transfer"],
        "Reserved FC Processing": planning["fc_processing"],
        **{f"estimated-ais-{name}-days": planning[f"ais_{name.replace('-', '_')}"]
           for name in ("181-210", "271-300", "365-plus")},
    })
    for day, rows in table.groupby(planning["snapshot_date"]):
        rows.to_csv(folder / f"FBA Inventory {day:%Y-%m-%d}.txt", sep="\t", index=False,
                    float_format="%.2f")


def _write_settlements(lines: pd.DataFrame, folder: Path) -> None:
    for number, rows in lines.groupby("settlement_id"):
        first = rows["date"].min()
        stamps = [f"{day:%Y-%m-%d} 00:00:00 UTC" for day in (first, first + pd.Timedelta(days=14))]
        body = pd.DataFrame({
            "settlement-id": number, "currency": "USD",
            "transaction-type": rows["transaction_type"], "order-id": rows["order_id"],
            "marketplace-name": "Amazon.com", "amount-type": rows["amount_type"],
            "amount-description": rows["amount_description"], "amount": rows["amount"],
            "posted-date": rows["date"].dt.strftime("%Y-%m-%d 00:00:00 UTC"), "sku": rows["sku"],
            "quantity-purchased": rows["quantity"].where(rows["quantity"] > 0).astype("Int64"),
        }).reindex(columns=V2)
        head = pd.DataFrame([{
            "settlement-id": number, "settlement-start-date": stamps[0],
            "settlement-end-date": stamps[1], "deposit-date": stamps[1],
            "total-amount": f"{rows['amount'].sum():.2f}", "currency": "USD",
        }]).reindex(columns=V2)
        with (folder / f"{number}.txt").open("w", encoding="utf-8", newline="") as out:
            head.to_csv(out, sep="\t", index=False)
            body.to_csv(out, sep="\t", index=False, header=False, float_format="%.2f")
