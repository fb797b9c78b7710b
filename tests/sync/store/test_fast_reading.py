"""A file read fast and the same file read with care give the same rows and lines."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.read.files import ReportFile
from sync.read.parse import Parsed, parse
from sync.read.recognise import recognise

HEADER = ("Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Country,Targeting,Match Type,"
          "Customer Search Term,Impressions,Clicks,Click-Thru Rate (CTR),Spend,7 Day Total Sales")
GOOD = ["2026-11-09", "", "USD", "Camp A", "G", "United States", "mat", "BROAD", "bath mat", "120",
        "3", "0.025", "1.50", "12.99"]


def read(content: str, fast: bool) -> tuple[Parsed, list[tuple[Any, ...]], bool]:
    """A file on disk is read fast if it is plain; one without a path always with care."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        path = Path(folder) / "report.csv"
        path.write_bytes(content.encode())
        file = ReportFile("report.csv", ("report.csv",), None if fast else content.encode(), 0.0,
                          path if fast else None)
        parsed = parse(recognise(file)[0], file, con)
        names = ', '.join(sorted(parsed.found.columns))
        rows = con.execute(f"SELECT line, {names} FROM {parsed.table} ORDER BY 1").fetchall()
        tables = {n for (n,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        return parsed, rows, any(name.startswith("plain_") for name in tables)


def same(content: str) -> bool:
    """Checks both ways; says whether the fast one was taken."""
    (a, fast_rows, taken), (b, slow_rows, _) = read(content, True), read(content, False)
    assert fast_rows == slow_rows
    for what in ("rows", "rejects", "rejected", "currencies", "marketplaces", "days", "notes"):
        assert getattr(a, what) == getattr(b, what), what
    return taken


def file_with(at: int, cell: str) -> str:
    rows = [list(GOOD) for _ in range(5)]
    rows[2][at] = cell
    return "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"


def test_plain_values_are_read_fast() -> None:
    assert same(file_with(0, "2026-11-10"))


@pytest.mark.parametrize(("at", "cell", "fast"), [
    (8, "  bath mat ", True), (8, '"a, ""b"""', True), (1, "   ", True), (2, "usd", True),
    (9, "", True), (9, "12.0", True), (12, "1e2", True), (12, "-0.5", True), (13, "", True),
    (9, "12.5", False), (9, "1e300", False), (9, '"1,200"', False), (11, "nan", False),
    (11, "inf", False), (11, "2.5%", False), (12, "$1.50", False), (12, "(1.50)", False),
    (12, "--", False), (12, "many", False), (0, "Total", False), (0, "", False),
    (0, "infinity", False), (0, "09.11.2026", False), (5, "Mars", False), (3, "", False),
    (3, "  ", False), (8, '"two\nlines"', False), (8, "\n2026-11-10,x", False),
])
def test_any_other_cell_gives_what_careful_reading_gives(at: int, cell: str, fast: bool) -> None:
    assert same(file_with(at, cell)) is fast


def test_blank_lines_do_not_shift_the_line_numbers() -> None:
    text = file_with(0, "2026-11-10").splitlines()
    text.insert(3, "")
    assert not same("\n".join(text) + "\n")
    assert same("\n".join(text[:3] + text[4:]) + "\n\n\n")  # at the end they do no harm


def test_lines_are_in_file_order_over_many_blocks() -> None:
    rows = [",".join([*GOOD[:9], str(n), *GOOD[10:]]) for n in range(60_000)]
    _, found, taken = read("\n".join([HEADER, *rows]) + "\n", True)
    assert taken
    position = 1 + sorted(["day", "portfolio", "currency", "campaign", "ad_group", "marketplace",
                           "target", "match_type", "search_term", "impressions", "clicks", "ctr",
                           "spend", "ad_sales"]).index("impressions")
    assert all(row[0] == row[position] + 2 for row in found)


number = st.one_of(st.integers(0, 10**6).map(str), st.decimals(0, 9999, places=2).map(str),
                   st.sampled_from(["", "-", "$3.10", "1.5", "0", "7%", "nan", " 4 ", "1e3"]))
text = st.sampled_from(["a", "b c", " d", "e ", "", "Total", '"q, r"', "ü"])


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(text, text, number, number, number), min_size=1, max_size=6))
def test_any_rows_read_alike(rows: list[tuple[str, str, str, str, str]]) -> None:
    lines = [",".join([*GOOD[:3], a, *GOOD[4:8], b, n, *GOOD[10:12], m, k])
             for a, b, n, m, k in rows]
    good = ",".join(GOOD)
    same("\n".join([HEADER, good, *lines]) + "\n")
