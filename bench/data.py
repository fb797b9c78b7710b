"""The store that `fill_weekly.py` measures: two years of 500 SKUs, the same numbers twice.

As report files in Amazon's formats, imported into a store of ours; and as the Parquet files that
an analyst would keep. Seeded; whole cents; US only. About two minutes, then kept in a folder
that is named after the code that reads reports.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.data_files import NOW, Frames, write_parquet, write_reports

ROOT = Path(__file__).resolve().parents[1]
SEED, SKUS, ASINS, CAMPAIGNS, DAYS = 20261115, 500, 480, 60, 730
END = dt.date(2026, 11, 15)  # a Sunday; the report is about the week that ends here
START = END - dt.timedelta(days=DAYS - 1)
# What decides the store's content: the code that reads reports and this file.
CODE = ("sync/read", "sync/reports", "sync/store/imports.py", "sync/store/database.py",
        "workbook/report.py", "bench/data.py", "bench/data_files.py")


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
