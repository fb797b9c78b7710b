"""The weekly report from a store of two years and 500 SKUs, against a plain pandas script.

    python bench/fill_weekly.py [--runs 7]

Both run as fresh processes in turn: `opsheet fill weekly_report`, and a script that reads the
analyst's own Parquet files and writes the same report with openpyxl. Every number of the two
workbooks must agree. What counts is the ratio of the medians, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.data import Prepared, prepare
from bench.workbooks import differences

ROOT = Path(__file__).resolve().parents[1]
PEER = Path(__file__).parent / "peers" / "fill_peer.py"
WEEK, MONDAY = "2026-W46", "2026-11-09"
AIMS = {"seconds": 0.35, "megabytes": 0.5}
# Runs a command and says how long it took and how much memory it held at most. A process of its
# own, because a child counts the memory of the parent that it was forked from.
MEASURE = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
took = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": done.returncode, "seconds": took, "out": done.stdout,
                  "cpu seconds": used.ru_utime + used.ru_stime,
                  "megabytes": used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 ** 2)}))
"""
Result = dict[str, Any]


def run(folder: Path, environment: dict[str, str], *command: str | Path) -> Result:
    """One fresh process of Python, working in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, sys.executable, *map(str, command)],
        stdout=subprocess.PIPE, text=True, cwd=folder, env=environment, check=True)
    result: Result = json.loads(done.stdout)
    if result["status"]:
        raise SystemExit(f"{command[0]} failed: {result['out']}")
    return result


def ours(data: Prepared, folder: Path, environment: dict[str, str]) -> Result:
    """`opsheet fill`, as the command that pip installs runs it."""
    start = "import sys; from macros.cli import main; sys.exit(main())"
    return run(data.settings, environment | {"OPSHEET_STORE": str(data.store)}, "-c", start,
               "fill", "weekly_report", "--period", WEEK, "--to", folder / "ours.xlsx")


def peer(data: Prepared, folder: Path, environment: dict[str, str]) -> Result:
    return run(data.settings, environment, PEER, data.parquet, folder / "peer.xlsx", MONDAY)


def compiled(folder: Path) -> dict[str, str]:
    """An environment in which Python keeps compiled modules, as an installed program has them."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def measure(data: Prepared, runs: int, folder: Path) -> dict[str, list[Result]]:
    """Runs both in turn; the first pair only fills Python's and the system's caches."""
    environment = compiled(data.folder)
    found: dict[str, list[Result]] = {"ours": [], "peer": []}
    for number in range(runs + 1):
        for book in folder.glob("*.xlsx"):
            book.unlink()
        pair = {"ours": ours(data, folder, environment), "peer": peer(data, folder, environment)}
        if number == 0:
            continue
        shown = []
        for who, result in pair.items():
            found[who].append(result)
            shown.append(f"{who} {result['seconds']:.2f} s ({result['cpu seconds']:.2f} s of CPU), "
                         f"{result['megabytes']:.0f} MB")
        print(f"run {number}: " + "; ".join(shown), flush=True)
    return found


def report(found: dict[str, list[Result]]) -> None:
    """Medians, their ratio, and how far the runs lie apart."""
    for what in ("seconds", "cpu seconds", "megabytes"):
        both = {who: [run[what] for run in runs] for who, runs in found.items()}
        a, b = (statistics.median(both[who]) for who in ("ours", "peer"))
        spread = ", ".join(f"{who} {min(v):.2f} to {max(v):.2f}" for who, v in both.items())
        aim = f" (aim: at most {AIMS[what]:.2f})" if what in AIMS else ""
        print(f"{what}: ours {a:.2f}, peer {b:.2f}, ratio {a / b:.2f}{aim}; {spread}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--data", type=Path, help="a folder with the data of an earlier run")
    options = parser.parse_args()
    data = Prepared(options.data.resolve()) if options.data else prepare()
    with tempfile.TemporaryDirectory(prefix="opsheet-bench-") as name:
        found = measure(data, options.runs, Path(name))
        compared, wrong = differences(Path(name) / "ours.xlsx", Path(name) / "peer.xlsx")
    for line in wrong[:20]:
        print(line)
    if wrong:
        raise SystemExit(f"{len(wrong)} of {compared} values differ.")
    print(f"Equal: {compared:,} values on the cards and five tables.")
    report(found)


if __name__ == "__main__":
    main()
