"""Six processes import into one store at once: nothing is lost, nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

from tests.sync.store.reports import Ad, Sale, Store, by_date, campaigns
from tests.sync.store.test_overlaps import DAY, MONDAY
from workbook.model import Period

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = 6


def test_six_processes_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Each has a week of its own, and three have the same campaign report as three others.

    The overlapping files tell the same spend, so that whichever came last the total is known.
    """
    store = Store(tmp_path)
    shared = [
        campaigns({(MONDAY + n * DAY, name): Ad(10, Decimal(n) / 4, Decimal(9), 1)
                   for n in range(k, k + 14) for name in ("C1", "C2")})
        for k in (0, 7)
    ]
    running = []
    for number in range(PROCESSES):
        folder = tmp_path / f"in{number}"
        folder.mkdir()
        first = MONDAY + 7 * number * DAY
        own = by_date({first + n * DAY: Sale(Decimal(number * 7 + n), 1, 1, 1, 1)
                       for n in range(7)})
        (folder / "own.csv").write_text(own)
        (folder / "shared.csv").write_text(shared[number % 2])
        running.append(subprocess.Popen(
            [sys.executable, "-m", "tests.faults.runner", "tests.faults.jobs:import_reports",
             str(tmp_path / "s.duckdb"), str(folder)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    outputs = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, outputs
    statuses = Counter(line.split()[0] for out, _ in outputs for line in out.splitlines())
    assert statuses["refused"] == 0, outputs
    assert statuses["unchanged"] == 4  # two shared files, each imported once by one of three
    assert sum(statuses.values()) == 2 * PROCESSES

    whole = Period(MONDAY, MONDAY + (7 * PROCESSES - 1) * DAY)
    assert store.value("ordered_sales", whole) == sum(range(7 * PROCESSES))
    assert store.value("units_ordered", whole) == 7 * PROCESSES
    ads = Period(MONDAY, MONDAY + 20 * DAY)
    assert store.value("ad_spend", ads) == 2 * sum(Decimal(n) / 4 for n in range(21))
    assert store.value("ad_orders", ads) == 2 * 21
    with store.context.database.session() as con:
        rows = con.execute("SELECT id FROM s.imports ORDER BY 1").fetchall()
        assert [number for (number,) in rows] == list(range(1, PROCESSES + 2 + 1))
        assert con.execute("SELECT count(*), count(DISTINCT (import_id, line)) FROM s.sp_campaign"
                           ).fetchone() == (56, 56)
