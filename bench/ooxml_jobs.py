"""The jobs that bench/ooxml_edit.py measures, each run in a process of its own.

python bench/ooxml_jobs.py KIND TEMPLATE TARGET ROWS
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLUMNS = 20
CELLS = 2_000


def value(row: int, col: int) -> str | float | int:
    kind = col % 4
    if kind == 0:
        return f"SKU-{row:06d}-{col}"
    if kind == 1:
        return row * 0.25 + col
    return row * col if kind == 2 else f"Text & more {row % 97}"


def rows(count: int) -> Iterator[list[str | float | int]]:
    for row in range(count):
        yield [value(row, col) for col in range(COLUMNS)]


def make_template(path: str) -> None:
    """About 300 KB: six sheets of cells and formulas, a table, charts, formats."""
    import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

    book = xlsxwriter.Workbook(path)
    bold = book.add_format({"bold": True, "bg_color": "#DDEEFF"})
    for number in range(6):
        sheet = book.add_worksheet(f"Plan {number}")
        for row in range(555):
            for col in range(18):
                if col == 17:
                    sheet.write_formula(row, col, f"=SUM(A{row + 1}:Q{row + 1})", bold, 1)
                else:
                    sheet.write(row, col, f"t{row}-{col}" if col % 3 == 0 else row * 7.25 + col)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": [f"Plan {number}", 0, 1, 100, 1]})
        sheet.insert_chart("T2", chart)
        sheet.conditional_format("B1:B555", {"type": "data_bar"})
    data = book.add_worksheet("Data")
    headers = [{"header": f"Column {col}"} for col in range(COLUMNS)]
    data.add_table(0, 0, 11, COLUMNS - 1, {"name": "ops_data", "columns": headers})
    book.close()


def job(kind: str, template: str, target: str, count: int) -> None:
    """What a fresh process does."""
    if kind == "template":
        make_template(template)
    elif kind == "edit ours":
        from sync.ooxml import Workbook

        with Workbook.open(template) as book, open(target, "wb") as file:
            for n in range(CELLS):
                book.set(f"Plan {n % 6}", f"{'BCEFH'[n // 6 % 5]}{n // 30 + 1}", n * 1.5)
            book.save(file)
    elif kind == "edit openpyxl":
        import openpyxl  # type: ignore[import-untyped,unused-ignore]

        book = openpyxl.load_workbook(template)
        for n in range(CELLS):
            book[f"Plan {n % 6}"][f"{'BCEFH'[n // 6 % 5]}{n // 30 + 1}"] = n * 1.5
        book.save(target)
    elif kind == "table ours":
        from sync.ooxml import Workbook

        with Workbook.open(template) as book, open(target, "wb") as file:
            book.table("ops_data").fill(rows(count))
            book.save(file)
    elif kind == "table openpyxl":
        import openpyxl

        book = openpyxl.load_workbook(template)
        sheet = book["Data"]
        for row, cells in enumerate(rows(count), 2):
            for col, one in enumerate(cells, 1):
                sheet.cell(row, col, one)
        sheet.tables["ops_data"].ref = f"A1:T{count + 1}"
        book.save(target)
    elif kind == "table xlsxwriter":
        _xlsxwriter(target, count)


def _xlsxwriter(target: str, count: int) -> None:
    import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, [f"Column {col}" for col in range(COLUMNS)])
    for row, cells in enumerate(rows(count), 1):
        sheet.write_row(row, 0, cells)
    book.close()


if __name__ == "__main__":
    job(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
