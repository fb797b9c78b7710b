"""Reads a weekly report of ours and the peer's, and compares every number that both show.

Ours is read with its cached values. The peer's formulas have none, as openpyxl does not
calculate: the few functions they use are evaluated here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

# Table -> key columns and columns: our header -> the peer's.
TABLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "Weeks": (("From",), {
        "From": "Week", "Ordered product sales": "Sales", "Units": "Units",
        "Order items": "Order items", "Sessions": "Sessions", "Page views": "Page views",
        "Unit session % (conversion)": "Conversion", "Ad spend": "Ad spend",
        "Ad sales": "Ad sales", "Ad orders": "Ad orders", "Clicks": "Clicks",
        "Impressions": "Impressions", "ACoS": "ACoS", "TACoS": "TACoS", "ROAS": "ROAS",
        "CTR": "CTR", "CPC": "CPC", "Ad CVR": "CVR", "Contribution": "Contribution",
    }),
    "Top SKUs": (("ASIN",), {
        "ASIN": "ASIN", "SKU": "SKU", "Product": "Product", "Ordered product sales": "Sales",
        "Δ Ordered product sales": "Δ Sales", "Units": "Units", "Sessions": "Sessions",
        "Unit session % (conversion)": "Conversion",
        "Δ Unit session % (conversion)": "Δ Conversion",
        "More than chance?": "More than chance?", "Ordered product sales (before)": "Sales before",
        "Units (before)": "Units before", "Sessions (before)": "Sessions before",
        "Unit session % (conversion) (before)": "Conversion before",
        "Chance of noise": "Chance of noise", "Ad spend": "Ad spend", "Ad sales": "Ad sales",
        "ACoS": "ACoS", "TACoS": "TACoS",
    }),
    "Ads": (("Campaign",), {
        "Campaign": "Campaign", "Ad spend": "Spend", "Δ Ad spend": "Δ Spend", "Ad sales": "Sales",
        "Ad orders": "Orders", "ACoS": "ACoS", "Δ ACoS": "Δ ACoS", "Status": "Status",
        "Target": "Target", "Alarm": "Alarm", "Impressions": "Impressions", "Clicks": "Clicks",
        "CTR": "CTR", "CPC": "CPC", "Ad CVR": "CVR", "ROAS": "ROAS",
        "Ad spend (before)": "Spend before", "Ad sales (before)": "Sales before",
        "ACoS (before)": "ACoS before",
    }),
    "Stock": (("SKU",), {
        "SKU": "SKU", "ASIN": "ASIN", "Product": "Product", "Owner": "Owner",
        "Available": "Available", "Inbound": "Inbound", "Units a day (28 days)": "Units a day",
        "Days of cover": "Days of cover", "Lead time (days)": "Lead time", "Status": "Status",
        "Target": "Target", "Alarm": "Alarm", "Reserved": "Reserved",
        "Total units": "Total units", "Units older than 181 days": "Aged units",
        "Estimated aged-inventory fee": "Aged fee",
    }),
    "Exceptions": (("What", "Subject"), {
        "What": "What", "Subject": "Subject", "Status": "Status", "Why": "Why",
        "At stake (week)": "At stake (week)", "Product owner": "Product owner",
    }),
}
CARDS = {
    "Ordered product sales": "Sales", "Units": "Units", "Sessions": "Sessions",
    "Unit session % (conversion)": "Conversion", "Ad spend": "Ad spend", "ACoS": "ACoS",
    "TACoS": "TACoS", "Contribution": "Contribution",
}
ROUNDED = {"At stake (week)": 0.0101}  # both round to cents, perhaps to different sides


def differences(ours: Path, peer: Path) -> tuple[int, list[str]]:
    """How many values were compared, and a line for each that differs."""
    mine = openpyxl.load_workbook(ours, data_only=True)
    theirs = Evaluated(openpyxl.load_workbook(peer))
    pairs = [*_tables(mine, theirs), *_cards(mine, theirs)]
    wrong = [f"{where}: ours {a!r}, peer {b!r}" for where, name, a, b in pairs
             if not same(a, b, ROUNDED.get(name, 1e-6))]
    return len(pairs), wrong


def same(a: Any, b: Any, within: float) -> bool:
    """Equal texts; numbers equal to far below a cent."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= max(within, 1e-9 * abs(a))
    return _plain(a) == _plain(b)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    return None if value == "" else value


Pair = tuple[str, str, Any, Any]


def _tables(mine: Any, theirs: Evaluated) -> Iterator[Pair]:
    for sheet, (keys, columns) in TABLES.items():
        a = _rows(_own_table(mine, sheet), keys)
        b = _rows(_peer_table(theirs, sheet), tuple(columns[key] for key in keys))
        yield f"{sheet}, keys", "", sorted(a.keys() - b.keys()), sorted(b.keys() - a.keys())
        for key in a.keys() & b.keys():
            for own, other in columns.items():
                yield f"{sheet}, {key}, {own}", own, a[key][own], b[key][other]


def _rows(
    rows: list[dict[str, Any]], keys: tuple[str, ...]
) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {tuple(str(_plain(row[key])) for key in keys): row for row in rows}
    assert len(found) == len(rows) > 0, keys
    return found


def _own_table(book: Any, sheet: str) -> list[dict[str, Any]]:
    """The rows below the hidden mark of a table."""
    rows = list(book[sheet].iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if str(row[0]).startswith("ops:"))
    return [dict(zip(rows[top][1:], row[1:], strict=True)) for row in rows[top + 1 :] if row[0]]


def _peer_table(book: Evaluated, sheet: str) -> list[dict[str, Any]]:
    cells = book.book[sheet]
    header = [cell.value for cell in cells[4]]
    return [{name: book.value(sheet, cell.coordinate)
             for name, cell in zip(header, row, strict=True)}
            for row in cells.iter_rows(min_row=5)]


def _cards(mine: Any, theirs: Evaluated) -> Iterator[Pair]:
    """Value, change and status of each card; they stand alike around the card's label."""
    for own, other in CARDS.items():
        a, b = (_find(sheet, name) for sheet, name in
                ((mine.worksheets[0], own), (theirs.book.worksheets[0], other)))
        for part, down, right in (("value", 1, 0), ("change", 2, 0), ("status", 1, 1)):
            x = mine.worksheets[0].cell(a.row + down, a.column + right)
            y = theirs.book.worksheets[0].cell(b.row + down, b.column + right)
            yield f"card {own}, {part}", "", x.value, theirs.value("Week US", y.coordinate)


def _find(sheet: Any, text: str) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


# --- the peer's formulas ----------------------------------------------------------------


class Value:
    """A cell's value; what cannot be reckoned is blank."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def _do(self, other: Value, call: Any) -> Value:
        try:
            return Value(call(self.it or 0, other.it or 0) if "" not in (self.it, other.it) else "")
        except ZeroDivisionError:
            return Value("")

    def __add__(self, other: Value) -> Value:
        return self._do(other, lambda a, b: a + b)

    def __sub__(self, other: Value) -> Value:
        return self._do(other, lambda a, b: a - b)

    def __mul__(self, other: Value) -> Value:
        return self._do(other, lambda a, b: a * b)

    def __truediv__(self, other: Value) -> Value:
        return self._do(other, lambda a, b: a / b)

    def __le__(self, other: Value) -> Value:
        return self._do(other, lambda a, b: a <= b)

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        assert isinstance(other, Value)
        blank = self.it is None and other.it in ("", 0)
        return Value(blank or self.it == other.it)

    __hash__ = None  # type: ignore[assignment]


_TOKEN = re.compile(r"""(?P<text>"[^"]*")|(?P<ref>(?:'[^']+'!|\w+!)?\$?[A-Z]{1,2}\$?\d+)"""
                    r"""|(?P<name>[A-Z]+)\(|(?P<number>\d+(?:\.\d+)?)|(?P<is><=|=)""")
_FUNCTIONS = {
    "IF": lambda test, yes, no: yes if test.it else no,
    "OR": lambda *tests: Value(any(test.it for test in tests)),
}


class Evaluated:
    """A workbook whose formulas are evaluated when asked for."""

    def __init__(self, book: Any) -> None:
        self.book = book

    def value(self, sheet: str, cell: str) -> Any:
        content = self.book[sheet][cell].value
        if not (isinstance(content, str) and content.startswith("=")):
            return content

        def python(match: re.Match[str]) -> str:
            if match["name"]:
                return f"F[{match['name']!r}]("
            if match["is"]:
                return {"=": "==", "<=": "<="}[match["is"]]
            if match["ref"]:
                where, _, name = match["ref"].rpartition("!")
                return f"R({(where.strip(chr(39)) or sheet)!r}, {name.replace('$', '')!r})"
            return f"V({match[0]})"

        found = eval(_TOKEN.sub(python, content[1:]), {
            "F": _FUNCTIONS, "V": Value, "R": lambda *at: Value(self.value(*at))})
        return found.it
