"""In-place editing against openpyxl (load, fill, save) and XlsxWriter (from scratch), in one run.

    python bench/ooxml_edit.py [--rows 100000] [--repeat 3]

Each job runs in a fresh process; wall time includes the interpreter's start and the imports, peak
memory is the process's largest resident size. The outputs are read with calamine and compared.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench.ooxml_jobs import COLUMNS

JOBS = str(Path(__file__).with_name("ooxml_jobs.py"))
# installed programs have their bytecode; ours is kept outside the tree
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPYCACHEPREFIX"] = tempfile.gettempdir() + "/opsheet-bench-bytecode"


def measure(kind: str, template: str, target: str, count: int) -> tuple[float, float, float]:
    """(seconds, MB, processor seconds) of one job in a process of its own."""
    started = time.perf_counter()
    arguments = [sys.executable, JOBS, kind, template, target, str(count)]
    pid = os.posix_spawn(sys.executable, arguments, ENVIRONMENT)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{kind} failed")
    cpu = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - started, usage.ru_maxrss / 1024, cpu


def same(one: str, other: str, sheets: list[str] | None = None) -> bool:
    """calamine reads the same values (numbers within rounding, stale formulas aside)."""
    from python_calamine import CalamineWorkbook

    a, b = CalamineWorkbook.from_path(one), CalamineWorkbook.from_path(other)
    for name in sheets or a.sheet_names:
        left = a.get_sheet_by_name(name).to_python()
        right = b.get_sheet_by_name(name).to_python()
        if [row[:17] for row in left] != [row[:17] for row in right] and name != "Data":
            return False
        if name == "Data" and left != right:
            return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description="In-place editing, measured")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    kinds = ["edit ours", "edit openpyxl", "table ours", "table openpyxl", "table xlsxwriter"]
    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/template.xlsx"
        measure("template", template, "", 0)
        print(f"template: {os.path.getsize(template):,} bytes; table: {options.rows:,} x {COLUMNS}")
        best: dict[str, tuple[float, float, float]] = {}
        for kind in kinds:
            target = f"{folder}/{kind}.xlsx"
            measure(kind, template, target, 1)  # warms the bytecode
            repeat = options.repeat if kind.startswith("edit") else 1
            runs = [measure(kind, template, target, options.rows) for _ in range(repeat)]
            best[kind] = min(runs)
            wall, peak, cpu = best[kind]
            print(f"{kind:18} {wall:8.2f} s {peak:8.0f} MB {cpu:8.2f} s of CPU")
        for task in ("edit", "table"):
            ours, theirs = best[f"{task} ours"], best[f"{task} openpyxl"]
            print(
                f"{task}: ours / openpyxl: time {ours[0] / theirs[0]:.2f},"
                f" memory {ours[1] / theirs[1]:.2f}, CPU {ours[2] / theirs[2]:.2f}"
            )
        ours, theirs = best["table ours"], best["table xlsxwriter"]
        print(
            f"table: ours / XlsxWriter: time {ours[0] / theirs[0]:.2f},"
            f" memory {ours[1] / theirs[1]:.2f}, CPU {ours[2] / theirs[2]:.2f}"
        )
        equal = same(f"{folder}/edit ours.xlsx", f"{folder}/edit openpyxl.xlsx") and all(
            same(f"{folder}/table ours.xlsx", f"{folder}/table {other}.xlsx", ["Data"])
            for other in ("openpyxl", "xlsxwriter")
        )
        print("outputs equal" if equal else "OUTPUTS DIFFER")
        sys.exit(not equal)


if __name__ == "__main__":
    main()
