"""Real files beside the repository: each is recognised, and its sums are those of another reader.

The other reader is written here with csv, openpyxl and Decimal only, from the headers as they
stand in the files. The files belong to their owners and are never copied into the project.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.read.parse import Parsed, parse
from sync.read.recognise import recognise
from tests.golden.outcome import DATABASE, report_file, source, tie_out
from workbook.errors import UnknownReport

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="no ../shared/samples here")

# Folder -> (kind, key columns of theirs, {our number: their header without window and currency}).
ADS = {
    "impressions": "Impressions",
    "clicks": "Clicks",
    "spend": "Spend",
    "ad_sales": "Day Total Sales",
    "ad_orders": "Day Total Orders",
}
UNITS = {"ad_units": "Day Total Units"}
BUSINESS = {
    "ordered_sales": "Ordered Product Sales",
    "units_ordered": "Units Ordered",
    "order_items": "Total Order Items",
    "sessions": "Sessions - Total",
    "page_views": "Page Views - Total",
    "ordered_sales_b2b": "Ordered Product Sales - B2B",
}
CASES = {
    "ads_advertised_product": ("sp_advertised_product", {"asin": "Advertised ASIN"}, ADS | UNITS),
    "ads_campaign": ("sp_campaign", {"campaign": "Campaign Name", "day": "Date"}, ADS),
    "ads_search_term": ("sp_search_term", {"campaign": "Campaign Name",
                                           "search_term": "Customer Search Term"}, ADS | UNITS),
    "business_report_by_date": ("business_report_by_date", {"day": "Date"}, BUSINESS),
    "business_report_by_item": ("business_report_by_item", {"asin": "(Child) ASIN"}, BUSINESS),
}  # fmt: skip
REFUSED = (
    "ads_placement",
    "ads_targeting",
    "ads_performance_over_time",
    "helium10_*",
    "listings_inventory",
    "sqp_excerpts",
    "sellerboard_excerpts",
    "date_range_*",
)


def files(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in SAMPLES.glob(f"{folder}/*") if p.is_file())


def name_of(path: Path) -> str:
    return path.name


def parsed(path: Path) -> Parsed:
    file = report_file(path)
    (found,) = recognise(file)
    return parse(found, file, DATABASE.cursor())


# --- the other reader -------------------------------------------------------------------


def folded(header: str) -> str:
    text = re.sub(r"^\d+ |\((#|\$|₹)\)", "", header.replace("–", "-").strip())
    return re.sub(r"\s+", " ", text).strip().casefold()


def other_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Each row as header -> cell, of a comma file or the only sheet of a workbook."""
    if path.suffix == ".xlsx":
        rows = (
            openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(values_only=True)
        )
        lines: Iterator[list[Any]] = (list(row) for row in rows)
    else:
        lines = iter(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    header = [folded(str(cell or "")) for cell in next(lines)]
    for line in lines:
        if any(cell not in (None, "") for cell in line):
            yield dict(zip(header, line, strict=True))


def amount(cell: Any) -> Decimal:
    if cell in (None, ""):
        return Decimal(0)
    if isinstance(cell, str):
        return Decimal(re.sub(r"[£$₹,]|Rs\.", "", cell).strip())
    return Decimal(repr(cell))


def key_of(cell: Any) -> str:
    """A day in ISO, any other key as trimmed text."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    text = str(cell if cell is not None else "").strip()
    for style in ("%b %d, %Y", "%m/%d/%y"):
        try:
            return dt.datetime.strptime(text, style).date().isoformat()
        except ValueError:
            continue
    return text


def sums_of_other(
    path: Path, keys: dict[str, str], numbers: dict[str, str]
) -> dict[tuple[str, ...], list[Decimal]]:
    found: dict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(numbers))
    for row in other_rows(path):
        key = tuple(key_of(row[folded(header)]) for header in keys.values())
        cells = [amount(row.get(folded(header))) for header in numbers.values()]
        found[key] = [a + b for a, b in zip(found[key], cells, strict=True)]
    return found


def sums_of_ours(
    table: Parsed, keys: list[str], numbers: list[str]
) -> dict[tuple[str, ...], list[Decimal]]:
    have = table.found.columns
    names = ", ".join(f"coalesce({key}::VARCHAR, '')" for key in keys)
    sums = ", ".join(f"coalesce(sum({n}), 0)" if n in have else "0" for n in numbers)
    rows = table.connection.execute(
        f"SELECT {names}, {sums} FROM {table.table} GROUP BY ALL"
    ).fetchall()
    return {tuple(row[: len(keys)]): [Decimal(v) for v in row[len(keys) :]] for row in rows}


# --- the tests --------------------------------------------------------------------------


@pytest.mark.parametrize("path", files(*CASES), ids=name_of)
def test_sums_agree_with_another_reader(path: Path) -> None:
    kind, keys, numbers = CASES[path.parent.name]
    table = parsed(path)
    assert table.found.kind.name == kind
    assert table.rejected == 0
    ours = sums_of_ours(table, list(keys), list(numbers))
    theirs = sums_of_other(path, keys, numbers)
    assert ours.keys() == theirs.keys()
    for key, cells in theirs.items():
        # Money has four decimals in the store; some workbooks print more.
        assert ours[key] == pytest.approx(cells, abs=Decimal("0.0005")), key
    assert any(any(cells) for cells in ours.values())


@pytest.mark.parametrize("path", files("settlement"), ids=name_of)
def test_settlements_tie_out(path: Path) -> None:
    table = parsed(path)
    assert table.rejected == 0
    lines = [
        line.split("\t") for line in path.read_text(encoding="ascii").splitlines() if line.strip()
    ]
    header = [cell.strip() for cell in lines[0]]
    stated = Decimal(lines[1][header.index("total-amount")].strip())
    columns = [
        n for n, name in enumerate(header) if name.endswith("amount") and name != "total-amount"
    ]
    summed = sum(
        (
            Decimal(line[n].strip())
            for line in lines[2:]
            for n in columns
            if line[n:] and line[n].strip()
        ),
        Decimal(0),
    )
    (document,) = tie_out(table)
    assert document == (lines[1][0], stated, summed) and stated == summed
    (kept,) = table.connection.execute(f"SELECT sum(amount) FROM {source(table)}").fetchall()
    assert kept == (stated,)


@pytest.mark.parametrize("path", files("settlement"), ids=name_of)
def test_settled_units_are_those_of_the_order_lines(path: Path) -> None:
    lines = [line.split("\t") for line in path.read_text(encoding="ascii").splitlines()]
    at = {name.strip(): n for n, name in enumerate(lines[0])}
    wanted = 0
    for line in lines[2:]:
        cells = {name: line[n].strip() if n < len(line) else "" for name, n in at.items()}
        principal = cells.get("amount-description", "Principal") == "Principal"
        if cells["transaction-type"] == "Order" and principal and cells["quantity-purchased"]:
            wanted += int(cells["quantity-purchased"])
    table = parsed(path)
    (units,) = table.connection.execute(
        f"SELECT sum(quantity) FROM {source(table)} WHERE component = 'product_sales'"
    ).fetchall()
    assert (units[0] or 0) == wanted


@pytest.mark.parametrize("path", files("ads_localized_excerpts"), ids=name_of)
def test_german_search_terms(path: Path) -> None:
    table = parsed(path)
    assert table.found.kind.name == "sp_search_term"
    (sums,) = table.connection.execute(
        f"SELECT sum(impressions), sum(clicks), sum(spend), sum(ad_sales) FROM {table.table}"
    ).fetchall()
    assert sums == (28_102, 888, Decimal("396.65"), Decimal("1640.57"))


@pytest.mark.parametrize("path", files("keepa_export"), ids=name_of)
def test_listings_of_keepa(path: Path) -> None:
    table = parsed(path)
    assert table.found.kind.name == "keepa_export" and table.rejected == 0
    price = ("Buy Box: Current", "Sales Rank: Current", "Reviews: Rating", "Reviews: Rating Count")
    theirs = {row["asin"]: [None if (cell := row.get(folded(header))) in (None, "") else
                            amount(cell) for header in price] for row in other_rows(path)}
    names = ("listing_price", "sales_rank", "rating", "rating_count")
    have = ", ".join(name if name in table.found.columns else "NULL" for name in names)
    rows = table.connection.execute(f"SELECT asin, {have} FROM {table.table}").fetchall()
    ours = {asin: [None if cell is None else float(cell) for cell in cells]
            for asin, *cells in rows}
    assert ours.keys() == theirs.keys() and table.marketplaces in (("US",), ("UK",))
    for asin, cells in theirs.items():
        assert ours[asin] == [None if c is None else pytest.approx(float(c), abs=5e-5)
                              for c in cells], asin
    assert sum(cells[1] is not None for cells in ours.values()) > len(ours) / 2


@pytest.mark.parametrize("path", files(*REFUSED), ids=name_of)
def test_files_of_other_kinds_are_refused(path: Path) -> None:
    with pytest.raises(UnknownReport):
        recognise(report_file(path))
