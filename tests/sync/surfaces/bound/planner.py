"""A planner of a team, made with XlsxWriter, and fills of it from a few amounts."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from sync.ooxml import Workbook
from sync.surfaces import Receipt
from sync.surfaces.bound import Bound, BoundFile, Filling, Obstacle, TableFill
from workbook.answer import Group
from workbook.binding import Vocabulary, What
from workbook.model import Cell, Label, Period, Value
from workbook.plan import State
from workbook.planning import Planner
from workbook.rows import Row
from workbook.template import Block, Dim, Grain, Input, Kind, Measure, Tab, Template

NOW = dt.datetime(2026, 11, 17, 12, 0)
WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
US = Group("US", "USD")
SKUS = Block(
    "skus", Kind.TABLE, Label("SKUs", "商品清单"), by=("asin",), rank="ad_spend", limit=3,
    fields=(
        Dim("marketplace", Label("Marketplace", "站点")), Dim("asin", Label("ASIN", "ASIN")),
        Dim("name", Label("Product", "品名")), Measure("ad_spend"), Measure("ad_sales"),
        Measure("acos"), Input("note", Label("Note", "备注")),
    ),
)
DUTIES = Block(
    "duties", Kind.TABLE, Label("Duties", "职责"), by=("duty",), fields=(
        Dim("duty_name", Label("Duty", "事项")), Input("note", Label("Note", "备注")),
    ),
)
TEMPLATE = Template("small", Label("Small", "小表"), Grain.WEEK,
                    (Tab("skus", Label("SKUs", "商品"), (SKUS, DUTIES)),))
WORDS = Vocabulary([TEMPLATE], ["Acme"])
Amounts = Mapping[str, tuple[Any, Any]]  # ASIN -> (spend, sales)
COLUMNS = ("ASIN", "Spend", "Ad sales", "ACoS", "Mark-up", "Owner", "Note")


def row(asin: str, spend: Any, sales: Any) -> Row:
    acos = float(Decimal(spend) / Decimal(sales)) if spend is not None and sales else None
    cells = {"marketplace": "US", "asin": asin, "name": f"Name of {asin}", "ad_spend": spend,
             "ad_sales": sales, "acos": acos}
    return Row(f"US|{asin}", US, {name: Cell(value) for name, value in cells.items()})


def table_fill(amounts: Amounts, block: Block = SKUS, lang: str = "en") -> TableFill:
    rows = [row(asin, *both) for asin, both in amounts.items()]
    planned = Planner((), WEEK, lang, State()).table(block, rows)
    return TableFill(planned, frozenset(r.key for r in rows), "US")


def duties(*keys: str, lang: str = "en") -> TableFill:
    words = {"clean": ("Clean", "清洁"), "count": ("Count", "盘点")}
    rows = [Row(key, Group("", ""), {"duty_name": Cell(words[key][lang == "zh"])}) for key in keys]
    planned = Planner((), WEEK, lang, State()).table(DUTIES, rows)
    return TableFill(planned, frozenset(keys))


def fill(
    path: Path, amounts: Amounts | None = None, cells: Mapping[str, Value] | None = None, *,
    backup: bool = False, lang: str = "en", others: Mapping[str, TableFill] | None = None,
    now: dt.datetime = NOW,
) -> Receipt:
    """Fills what is bound: tables of SKUs with the amounts, numbers by their token."""
    with BoundFile(path, WORDS) as file:
        filling = Filling(lang, now)
        for bound in file.bound:
            if bound.request is None:
                continue
            if bound.request.what is What.BLOCK:
                made = (others or {}).get(bound.request.target.partition(":")[2])
                filling.tables[bound] = made or table_fill(amounts or {}, lang=lang)
            else:
                filling.cells[bound] = Cell((cells or {}).get(bound.request.token), currency="USD")
        return file.apply(filling, backup=backup)


def bound_of(path: Path) -> list[Bound]:
    with BoundFile(path, WORDS) as file:
        return file.bound


def obstacles(path: Path) -> list[Obstacle]:
    with BoundFile(path, WORDS) as file:
        return [one for bound in file.bound for one in file.obstacles(bound)]


def make(path: Path, draw: Callable[[Any], None]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        draw(book)
    return path


def add_table(
    book: Any, rows: Iterable[Iterable[Any]] = (("B1", None, None, None, None, None, None),),
    **options: Any,
) -> Any:
    """A sheet `List` with the bound table `ops_skus` from B3; returns the sheet."""
    sheet = book.add_worksheet("List")
    data = [list(r) for r in rows]
    columns: list[dict[str, Any]] = [{"header": name} for name in COLUMNS]
    columns[4]["formula"] = "=[@Spend]*2"
    sheet.add_table(2, 1, 2 + len(data), 7, {
        "name": "ops_skus", "columns": columns, "data": data} | options)
    return sheet


def rows_of(path: Path, table: str = "ops_skus") -> dict[str, dict[str, Any]]:
    """First column -> the row of a table by header."""
    with Workbook.open(path) as book:
        one = book.table(table)
        values = book.read(f"'{one.sheet.name}'!{one.body}")
        found = [dict(zip(one.columns, row, strict=True)) for row in values]
        return {str(next(iter(row.values()))): row for row in found}


def read(path: Path, ref: str) -> Any:
    with Workbook.open(path) as book:
        return book.read(ref)[0][0]


def formula(path: Path, ref: str) -> str:
    with Workbook.open(path) as book:
        return next(iter(book.read_formulas(ref).values()), "")


def type_in(path: Path, sheet: str, cell: str, value: Any) -> None:
    """A person types into a cell (and saves without a program that would change anything else)."""
    with Workbook.open(path) as book:
        book.set(sheet, cell, value)
        book.save_atomically(path)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}
