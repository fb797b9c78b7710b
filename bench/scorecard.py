"""The KPI scorecard from a store of two years and 500 SKUs, against a plain pandas script.

    python bench/scorecard.py [--runs 7]

The same data as `fill_weekly.py`, with small tables of targets, overhead and account values. Both
run as fresh processes in turn; every number and status of the two workbooks must agree. What
counts is the ratio of the medians, not the seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import openpyxl

from bench.data import Prepared, prepare
from bench.data_files import NOW
from bench.fill_weekly import Result, compiled, report, run

PEER = Path(__file__).parent / "peers" / "scorecard_peer.py"
MONTH = "2026-10"
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
TABLES = {
    "targets.csv": ["kpi,marketplace,month,target", *(
        f"{kpi},US,{MONTH},{target}" for kpi, target in (
            ("ordered_sales", 900000), ("acos", 0.25), ("contribution", 1), ("net_margin", 0.3),
            ("unit_session_percentage", 0.1), ("inventory_turns", 5)))],
    "overhead.csv": ["month,marketplace,currency,amount,item", *(
        f"{month},US,USD,{amount},{item}" for month in MONTHS
        for item, amount in (("salaries", 9000), ("rent", 2100), ("software", 640)))],
    "account_values.csv": ["name,marketplace,day,value", *(
        f"{name},US,{month}-{day:02d},{value}" for month in MONTHS[8:] for day in (5, 19)
        for name, value in (("ipi", 400 + 5 * day), ("ahr", 980 + day), ("odr", 0.004),
                            ("response_rate_24h", 0.85 + day / 200))
        if month <= MONTH)],
}
# Header of ours -> column of the peer's.
COLUMNS = {
    "Actual": "actual", "Target": "target", "Variance (% or pp)": "variance", "Status": "status",
    "Month on month (% or pp)": "month_on_month", "Year on year (% or pp)": "year_on_year",
    "Month before": "ago_1", **{f"{n} months before": f"ago_{n}" for n in range(2, 13)},
}


def own_tables(data: Prepared, folder: Path) -> Path:
    """The small tables as files, and a store of our own that has them too."""
    from macros import settings
    from macros.jobs import Context, import_paths

    tables = folder / "tables"
    tables.mkdir()
    for name, lines in TABLES.items():
        (tables / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copy(data.store, folder / "store.duckdb")
    said = settings.load(data.settings, {"OPSHEET_STORE": str(folder / "store.duckdb")})
    for outcome in import_paths(Context(said, NOW), [tables]):
        if outcome.status != "imported" or outcome.rows_refused:
            raise SystemExit(f"{outcome.path}: {outcome.message}")
    return tables


def measure(data: Prepared, runs: int, folder: Path) -> dict[str, list[Result]]:
    """Runs both in turn; the first pair only fills Python's and the system's caches."""
    environment = compiled(folder) | {"OPSHEET_STORE": str(folder / "store.duckdb")}
    start = "import sys; from macros.cli import main; sys.exit(main())"
    tables, ours, peer = own_tables(data, folder), folder / "ours.xlsx", folder / "peer.xlsx"
    found: dict[str, list[Result]] = {"ours": [], "peer": []}
    for number in range(runs + 1):
        for book in (ours, peer):
            book.unlink(missing_ok=True)
        pair = {
            "ours": run(data.settings, environment, "-c", start, "fill", "kpi_scorecard",
                        "--period", MONTH, "--to", ours),
            "peer": run(data.settings, environment, PEER, data.parquet, tables, peer, MONTH),
        }
        for who, result in pair.items() if number else ():
            found[who].append(result)
            print(f"run {number}, {who}: {result['seconds']:.2f} s "
                  f"({result['cpu seconds']:.2f} s of CPU), {result['megabytes']:.0f} MB",
                  flush=True)
    return found


def differences(ours: Path, peer: Path) -> tuple[int, list[str]]:
    """How many values were compared, and a line for each that differs."""
    mine, theirs = _ours(ours), _peers(peer)
    pairs = [(f"{kpi}, {own}", mine[kpi][own], theirs[kpi][other])
             for kpi in theirs for own, other in COLUMNS.items()]
    return len(pairs), [f"{where}: ours {a!r}, peer {b!r}" for where, a, b in pairs
                        if not _same(a, b)]


def _ours(path: Path) -> dict[str, dict[str, Any]]:
    rows = list(openpyxl.load_workbook(path, data_only=True)["KPIs"].iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if str(row[0]).startswith("ops:"))
    return {str(row[0]).split("|")[1]: dict(zip(rows[top], row, strict=True))
            for row in rows[top + 1 :] if row[0]}


def _peers(path: Path) -> dict[str, dict[str, Any]]:
    rows = list(openpyxl.load_workbook(path)["KPIs"].iter_rows(min_row=3, values_only=True))
    return {str(row[0]): dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= max(1e-6, 1e-9 * abs(a))
    return (a or None) == (b or None)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--data", type=Path, help="a folder with the data of an earlier run")
    options = parser.parse_args()
    data = Prepared(options.data.resolve()) if options.data else prepare()
    with tempfile.TemporaryDirectory(prefix="opsheet-bench-") as name:
        os.environ.pop("OPSHEET_STORE", None)
        found = measure(data, options.runs, Path(name))
        compared, wrong = differences(Path(name) / "ours.xlsx", Path(name) / "peer.xlsx")
    for line in wrong[:20]:
        print(line)
    if wrong:
        raise SystemExit(f"{len(wrong)} of {compared} values differ.")
    print(f"Equal: {compared:,} values of the scorecard.")
    report(found)


if __name__ == "__main__":
    main()
