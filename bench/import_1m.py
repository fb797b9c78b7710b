"""Import of a search-term report of a million rows, against a plain pandas script.

    python bench/import_1m.py [--rows 1000000] [--runs 3]

Both run as fresh processes in turn; they must agree per day on rows and, to the cent, on spend,
sales, clicks and orders. What counts is the ratio of the medians, not the seconds. The peer
keeps a Parquet file; ours keeps typed rows with their line numbers, what it set aside, the
coverage and the compressed original.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEER = Path(__file__).parent / "peers" / "import_peer.py"
DAYS = 60
FIRST = dt.date(2026, 9, 1)
SEED = 20260901
# The newest English layout (HEADERS.md, ads_search_term); two headers end in a blank.
HEADERS = (
    "Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Country", "Targeting",
    "Match Type", "Customer Search Term", "Impressions", "Clicks", "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)", "Spend", "7 Day Total Sales ($)",
    "Total Advertising Cost of Sales (ACoS) ", "Total Return on Advertising Spend (ROAS)",
    "7 Day Total Orders (#)", "7 Day Total Units (#)", "7 Day Conversion Rate",
    "7 Day Advertised SKU Units (#)", "7 Day Other SKU Units (#)",
    "7 Day Advertised SKU Sales ($)", "7 Day Other SKU Sales ($)",
)
WORDS = (
    "bamboo", "bath", "mat", "kitchen", "drawer", "organizer", "storage", "box", "large", "small",
    "foldable", "laundry", "basket", "with", "lid", "handle", "black", "white", "grey", "natural",
    "wood", "tray", "shoe", "rack", "bench", "shower", "caddy", "corner", "shelf", "over",
    "toilet", "towel", "holder", "wall", "mounted", "cutlery", "divider", "utensil", "spice",
    "jar", "set", "of", "adjustable", "non", "slip",
)

OURS = """
import sys, datetime as dt
from pathlib import Path
from macros import jobs
from macros.settings import Settings
context = jobs.Context(Settings(store="bench", store_path=Path(sys.argv[2])), jobs.utc_now())
for outcome in jobs.import_paths(context, [Path(sys.argv[1])]):
    print(outcome.status, outcome.rows, outcome.rows_refused, outcome.message)
    assert outcome.status == "imported" and not outcome.rows_refused
"""
# Runs a command and says how long it took and how much memory it held at most.
MEASURE = """
import json, os, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"status": done.returncode, "seconds": took, "out": done.stdout,
                  "megabytes": peak / (1024 if sys.platform != "darwin" else 1024 ** 2)}))
"""


def generate(path: Path, rows: int) -> None:
    """Writes the report with a seed, so that every machine measures the same file."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    campaigns = [f"SP - {WORDS[n % 40]}, {WORDS[n % 37]} - {('auto', 'manual')[n % 2]} - {n:03d}"
                 for n in range(120)]
    terms = [" ".join(chance.choice(WORDS, size=2 + n % 4)) for n in range(60_000)]
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        for start in range(0, rows, 50_000):
            n = min(50_000, rows - start)
            clicks = 1 + chance.poisson(1.2, n)
            orders = chance.binomial(clicks, 0.11)
            units = orders + chance.binomial(orders, 0.15)
            sales = units * chance.integers(999, 5999, n)  # cents, as spend
            numbers = zip(*(a.tolist() for a in (
                chance.integers(0, DAYS, n), chance.integers(0, 120, n), chance.integers(0, 6, n),
                chance.integers(0, 4000, n), chance.integers(0, len(terms), n),
                clicks * chance.integers(1, 120, n), clicks, clicks * chance.integers(12, 260, n),
                orders, units, sales, chance.random(n) < 0.2)), strict=True)
            writer.writerows(_row(campaigns, terms, *row) for row in numbers)
    temporary.replace(path)


def _row(
    campaigns: list[str], terms: list[str], day: int, campaign: int, group: int, target: int,
    term: int, seen: int, clicks: int, spend: int, orders: int, units: int, sales: int, other: bool,
) -> tuple[Any, ...]:
    """One row as the console prints it: plain numbers, ratios with all their digits."""
    match = ("BROAD", "PHRASE", "EXACT", "-")[group % 4]
    own_units, other_units = (0, units) if other else (units, 0)
    own_sales, other_sales = (0, sales) if other else (sales, 0)
    return (
        FIRST + dt.timedelta(days=day), f"Portfolio {campaign % 9}", "USD", campaigns[campaign],
        f"Ad group {group}", "United States", "close-match" if match == "-" else terms[target],
        match, terms[term], seen, clicks, clicks / seen, round(spend / clicks / 100, 4),
        f"{spend / 100:.2f}", f"{sales / 100:.2f}", spend / sales if sales else "", sales / spend,
        orders, units, orders / clicks, own_units, other_units, f"{own_sales / 100:.2f}",
        f"{other_sales / 100:.2f}",
    )


def run(*command: str | Path) -> dict[str, Any]:
    """One fresh process; its wall time and peak memory."""
    done = subprocess.run([sys.executable, "-c", MEASURE, sys.executable, *map(str, command)],
                          stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    if result["status"]:
        raise SystemExit(f"{command[0]} failed: {result['out']}")
    return result


def ours(report: Path, folder: Path) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Imports into an empty store; the daily sums that stand in it."""
    import duckdb

    store = folder / "ours.duckdb"
    result = run("-c", OURS, report, store)
    with duckdb.connect(str(store), read_only=True) as con:
        sums = con.execute(
            "SELECT period_start, count(*), sum(spend)::DECIMAL(18,2), "
            "sum(ad_sales)::DECIMAL(18,2), sum(clicks)::BIGINT, sum(ad_orders)::BIGINT "
            "FROM sp_search_term GROUP BY 1 ORDER BY 1"
        ).fetchall()
    return result, sums


def peer(report: Path, folder: Path) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Runs the pandas script; the daily sums of its Parquet file."""
    import duckdb

    target = folder / "peer.parquet"
    result = run(PEER, report, target)
    sums = duckdb.execute(
        "SELECT date::DATE, count(*), round(sum(spend), 2)::DECIMAL(18,2), "
        'round(sum("7_day_total_sales"), 2)::DECIMAL(18,2), sum(clicks)::BIGINT, '
        f"sum(\"7_day_total_orders\")::BIGINT FROM '{target}' GROUP BY 1 ORDER BY 1").fetchall()
    return result, sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    report = Path(tempfile.gettempdir()) / f"opsheet-bench-search-terms-{options.rows}.csv"
    if not report.exists():
        print("Generating the report …", flush=True)
        generate(report, options.rows)
    print(f"{options.rows:,} rows, {len(HEADERS)} columns, {report.stat().st_size / 1e6:.0f} MB")
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "peer": []}
    for number in range(options.runs):
        with tempfile.TemporaryDirectory(prefix="opsheet-bench-") as folder:
            mine, my_days = ours(report, Path(folder))
            theirs, their_days = peer(report, Path(folder))
        assert my_days == their_days, "ours and the peer's daily sums differ"
        assert sum(day[1] for day in my_days) == options.rows
        found["ours"].append(mine)
        found["peer"].append(theirs)
        print(f"run {number + 1}: ours {mine['seconds']:.2f} s, {mine['megabytes']:.0f} MB; "
              f"peer {theirs['seconds']:.2f} s, {theirs['megabytes']:.0f} MB", flush=True)
    print(f"Equal on {len(my_days)} days: rows, clicks, orders; spend and sales to the cent.")
    for what in ("seconds", "megabytes"):
        a, b = (statistics.median(run[what] for run in found[who]) for who in ("ours", "peer"))
        print(f"{what}: ours {a:.2f}, peer {b:.2f}, ratio {a / b:.2f} (aim: at most 0.50)")


if __name__ == "__main__":
    main()
