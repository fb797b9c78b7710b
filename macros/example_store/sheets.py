"""Small writers: delimited text and plain workbooks, with the number formats Amazon uses."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Value = str | int | Decimal | float | date | None
CREATED = datetime(2026, 11, 16, 8, 0)


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """`12.34%`, rounded half up; `0.00%` when there is nothing to divide by."""
    share = Decimal(part) * 100 / Decimal(whole) if whole else Decimal(0)
    return f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def money(symbol: str, value: Decimal) -> str:
    """`$5,216.29`."""
    return f"{symbol}{value:,.2f}"


def count(value: int) -> str:
    """`2,584`."""
    return f"{value:,}"


def divide(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Part / whole to six digits, blank where Amazon leaves the cell empty."""
    return round(Decimal(part) / Decimal(whole), 6) if whole else None


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Comma-separated UTF-8 with a byte order mark, as Seller Central gives it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_quoted(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The same with every cell in quotes, as Helium 10 and Keepa give it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(rows)


def write_tabs(path: Path, rows: Iterable[Sequence[str]], encoding: str, ending: str) -> None:
    """Tab-separated text without any quoting, as Amazon's flat files are."""
    text = "".join("\t".join(row) + ending for row in rows)
    path.write_bytes(text.encode(encoding))


def write_xlsx(
    path: Path,
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    formats: Sequence[str] | None = None,
) -> None:
    """One sheet of typed cells; `formats` gives a number format a column ("" for none)."""
    import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

    book: Any = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(title[:31])
    made = {name: book.add_format({"num_format": name}) for name in set(formats or ()) if name}
    styles = [made.get(name) for name in formats] if formats else [None] * len(header)
    for column, text in enumerate(header):
        sheet.write_string(0, column, text)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(sheet, number, column, value, styles[column])
    book.close()


def write_cell(sheet: Any, row: int, column: int, value: Value, style: Any) -> None:
    """A typed cell; text is never taken for a formula, a blank is not written."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), style)
    else:
        sheet.write_number(row, column, float(value), style)
