"""The tables of `data.py` as files: the analyst's Parquet, and reports in Amazon's formats."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd

from macros.example_store.ad_headers import ADVERTISED, CAMPAIGN_US
from macros.example_store.settlement_files import V2

NOW = dt.datetime(2026, 11, 16, 16, 45)  # UTC: Monday 08:45 in Los Angeles
SETTINGS = """\
store = "Bench"

[stores."Bench".US]
ad_types = ["SP"]
"""
Frames = dict[str, pd.DataFrame]


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
