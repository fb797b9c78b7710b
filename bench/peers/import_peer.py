"""Reads a Sponsored Products search-term CSV with pandas and saves it as Parquet.

What a good analyst writes for this job; frozen, and not part of Opsheet.

    python bench/peers/import_peer.py REPORT.csv OUT.parquet
"""

import re
import sys

import pandas as pd

MONEY = ["spend", "cost_per_click", "7_day_total_sales", "7_day_advertised_sku_sales",
         "7_day_other_sku_sales"]
COUNTS = ["impressions", "clicks", "7_day_total_orders", "7_day_total_units",
          "7_day_advertised_sku_units", "7_day_other_sku_units"]
RATIOS = ["click_thru_rate", "total_advertising_cost_of_sales", "total_return_on_advertising_spend",
          "7_day_conversion_rate"]
TEXTS = ["portfolio_name", "currency", "campaign_name", "ad_group_name", "country", "targeting",
         "match_type", "customer_search_term"]


def clean_header(text: str) -> str:
    text = re.sub(r"\([^)]*\)", "", text).strip().lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


def clean_number(column: pd.Series) -> pd.Series:
    """Only text needs cleaning: read_csv has read plain numbers already."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    text = column.str.replace(r"[$€£,\s]", "", regex=True)
    percent = text.str.endswith("%")
    number = pd.to_numeric(text.str.rstrip("%"), errors="coerce")
    return number.where(~percent.fillna(False), number / 100)


def main(source: str, target: str) -> None:
    frame = pd.read_csv(source, encoding="utf-8-sig")
    frame.columns = [clean_header(name) for name in frame.columns]
    frame = frame[~frame["date"].str.strip().str.lower().isin(["total", "总计"])]
    frame["date"] = pd.to_datetime(frame["date"])
    for name in [*MONEY, *COUNTS, *RATIOS]:
        frame[name] = clean_number(frame[name])
    for name in COUNTS:
        frame[name] = frame[name].fillna(0).astype("int64")
    for name in TEXTS:
        frame[name] = frame[name].str.strip()
    frame.to_parquet(target, index=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
