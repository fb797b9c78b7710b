"""Filling tables: growing and shrinking, formulas filled down, what covered the old rows grows."""

from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

from sync.ooxml import BadValueError, BlockedError, Formula, Value, Workbook
from tests.sync.ooxml.gate_faults import faults

warnings.filterwarnings("ignore", module="openpyxl")
Row = tuple[Value, ...]


def planner(path: Path, rows: int = 3) -> Path:
    """A table with everything around it that a planner has."""
    book = xlsxwriter.Workbook(str(path))
    data, last = book.add_worksheet("Data"), rows + 1
    money = book.add_format({"num_format": "#,##0.00", "bg_color": "#FFFF00"})
    columns = [
        {"header": "SKU"}, {"header": "Units"}, {"header": "Price", "format": money},
        {"header": "Owner"}, {"header": "Total"},
    ]  # fmt: skip
    body = [[f"old{r}", r, r * 2, f"person{r}"] for r in range(rows)]
    data.add_table(0, 0, rows, 4, {"name": "ops_t", "columns": columns, "data": body})
    for r in range(2, last + 1):
        data.write_formula(f"E{r}", f"=B{r}*C{r}", None, 1)
        data.write_formula(f"F{r}", f"=E{r}+$B$1000", money, 1)
    data.conditional_format(f"B2:B{last}", {"type": "data_bar", "data_bar_2010": True})
    data.conditional_format(f"C2:C{last}", {"type": "cell", "criteria": ">", "value": 3})
    data.data_validation(f"D2:D{last}", {"validate": "list", "source": ["Ann", "Bo"]})
    report = book.add_worksheet("Report")
    report.write_formula("A1", "=SUM(ops_t[Units])", None, 9)
    report.write_formula("A2", "=SUM(ops_units)", None, 9)
    report.write_formula("A3", "=SUM(ops_t[Total])", None, 9)
    report.data_validation("B5", {"validate": "list", "source": f"=Data!$A$2:$A${last}"})
    report.add_sparkline("C1", {"range": f"Data!B2:B{last}"})
    chart = book.add_chart({"type": "column"})
    area = f"$A$2:$A${last}", f"$B$2:$B${last}"
    chart.add_series({"categories": f"=Data!{area[0]}", "values": f"=Data!{area[1]}"})
    report.insert_chart("E2", chart)
    book.define_name("ops_units", f"=Data!$B$2:$B${last}")
    book.define_name("ops_first", "=Data!$B$2")
    book.define_name("ops_all", f"=Data!$A$1:$E${last}")
    book.define_name("ops_other", "=Report!$B$2:$B$4")
    book.close()
    return path


def rows(count: int) -> Iterator[Row]:
    for n in range(count):
        yield f"sku{n}", n + 1, 1.5


def fill(source: Path, target: Path, count: int) -> None:
    with Workbook.open(source) as book:
        table = book.table("OPS_T")
        assert table.fill(rows(count), columns=["SKU", "Units", "Price"]) == count
        book.save_atomically(target)


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def check(path: Path, count: int) -> Any:
    """Everything stands over the new rows; returns openpyxl's view of the workbook."""
    book, last = openpyxl.load_workbook(path), max(count, 1) + 1
    data, report = book["Data"], book["Report"]
    assert data.tables["ops_t"].ref == data.tables["ops_t"].autoFilter.ref == f"A1:E{last}"
    assert data.max_row == last
    for n in (0, count - 1):
        if count:
            found = [cell.value for cell in data[n + 2]]
            assert found[:3] == [f"sku{n}", n + 1, 1.5]
            assert found[4:] == [f"=B{n + 2}*C{n + 2}", f"=E{n + 2}+$B$1000"]
            assert data.cell(n + 2, 3).number_format == "#,##0.00"
            assert data.cell(n + 2, 6).number_format == "#,##0.00"
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    assert names == {
        "ops_units": f"Data!$B$2:$B${last}", "ops_first": "Data!$B$2",
        "ops_all": f"Data!$A$1:$E${last}", "ops_other": "Report!$B$2:$B$4",
    }  # fmt: skip
    series = report._charts[0].series[0]
    assert series.val.numRef.f == f"Data!$B$2:$B${last}" and series.val.numRef.numCache is None
    category = series.cat.numRef or series.cat.strRef
    assert category.f == f"Data!$A$2:$A${last}"
    raw = part(path, "xl/worksheets/sheet1.xml")
    assert raw.count(f"B2:B{last}<" if last > 2 else "B2<") == 1
    assert f"Data!B2:B{last}" in part(path, "xl/worksheets/sheet2.xml")
    choices = report.data_validations.dataValidation[0]
    assert choices.formula1 == f"Data!$A$2:$A${last}"
    return book


@pytest.mark.parametrize("start", [1, 3, 12])
@pytest.mark.parametrize("count", [1, 3, 11])
def test_growing_and_shrinking(start: int, count: int, tmp_path: Path) -> None:
    """Charts, names, formats and validations that covered the old rows cover the new ones."""
    source = planner(tmp_path / "a.xlsx", start)
    fill(source, tmp_path / "b.xlsx", count)
    book = check(tmp_path / "b.xlsx", count)
    assert faults(str(tmp_path / "b.xlsx")) == set()
    for row in range(min(start, count)):  # what people typed stays in its row
        assert book["Data"].cell(row + 2, 4).value == f"person{row}"
    fill(tmp_path / "b.xlsx", tmp_path / "c.xlsx", 5)
    check(tmp_path / "c.xlsx", 5)


def test_no_rows(tmp_path: Path) -> None:
    """One blank row remains, as in Excel, with its formulas; the next fill finds everything."""
    fill(planner(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", 0)
    book = check(tmp_path / "b.xlsx", 0)
    assert [c.value for c in book["Data"][2]][:3] == [None, None, None]
    assert book["Data"]["E2"].value == "=B2*C2"
    fill(tmp_path / "b.xlsx", tmp_path / "c.xlsx", 4)
    check(tmp_path / "c.xlsx", 4)


def test_two_fills_before_saving(tmp_path: Path) -> None:
    """The second starts from the first; cells set afterwards stand over both."""
    with Workbook.open(planner(tmp_path / "a.xlsx")) as book:
        table = book.table("ops_t")
        table.fill(rows(20), columns=["SKU", "Units", "Price"])
        table.fill(rows(2), columns=["SKU", "Units", "Price"])
        table.fill([("x",), ("y",), ("z",)], columns=["Owner"])
        book.set("Data", "B3", 99)
        assert [row[:4] for row in book.read("Data!A2:E4")] == [
            ["sku0", 1, 1.5, "x"], ["sku1", 99, 1.5, "y"], [None, None, None, "z"],
        ]  # fmt: skip
        book.save_atomically(tmp_path / "b.xlsx")
    found = openpyxl.load_workbook(tmp_path / "b.xlsx")["Data"]
    assert found.tables["ops_t"].ref == "A1:E4" and found["B3"].value == 99
    assert faults(str(tmp_path / "b.xlsx")) == set()


def test_every_kind_of_value(tmp_path: Path) -> None:
    """Dates get a date format, text is never a formula, known values stand beside formulas."""
    with Workbook.open(planner(tmp_path / "a.xlsx")) as book:
        book.table("ops_t").fill([
            ("=1+1", dt.date(2026, 1, 2), Formula("=1+2", 3), True),
            (" a\n", dt.datetime(2026, 1, 2, 3, 4), None, None),
        ])  # fmt: skip
        out = io.BytesIO()
        book.save(out)
    sheet = openpyxl.load_workbook(out)["Data"]
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type in ("s", "inlineStr")
    assert sheet["B2"].value == dt.datetime(2026, 1, 2) and sheet["B2"].is_date
    assert sheet["B3"].value == dt.datetime(2026, 1, 2, 3, 4)
    assert (sheet["C2"].value, sheet["D2"].value, sheet["A3"].value) == ("=1+2", True, " a\n")
    assert "<f>1+2</f><v>3</v>" in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode()


def _below(sheet: Any, book: Any) -> None:
    sheet.write("C9", "in the way")


def _totals(sheet: Any, book: Any) -> None:
    sheet.add_table("H1:I4", {"name": "ops_x", "total_row": True})


def _merged(sheet: Any, book: Any) -> None:
    sheet.merge_range("A8:B9", "")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(_below, "cell C9 is in use"), (_totals, "totals row"), (_merged, "A8:B9 is merged")],
)
def test_no_room(spoil: Any, says: str, tmp_path: Path) -> None:
    """A table grows over empty cells only; the message says what stands there."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    sheet.add_table("A1:C4", {"name": "ops_t"})
    spoil(sheet, book)
    book.close()
    with Workbook.open(path) as opened:
        table = opened.table("ops_x" if spoil is _totals else "ops_t")
        width = len(table.columns)
        with pytest.raises(BlockedError, match=says) as caught:
            table.fill([("x",) * width] * 10)
        assert "sheet Data" in caught.value.where and caught.value.remedy
        if spoil is _below:
            assert table.fill([("x",) * width] * 7) == 7


def test_rows_of_the_wrong_width(tmp_path: Path) -> None:
    """The message counts and names the columns; a bad value says its cell."""
    with Workbook.open(planner(tmp_path / "a.xlsx")) as book:
        table = book.table("ops_t")
        with pytest.raises(BadValueError, match="Give: SKU, Units, Price, Owner"):
            table.fill([("a", 1)])
        with pytest.raises(BadValueError, match="cell B3"):
            table.fill([("a", 1, 1, 1), ("a", float("nan"), 1, 1)])
        assert book.read("Data!A2") == [["old0"]]
        assert table.formula_columns() == ["Total"]


def test_rows_that_a_filter_hid_show_again(tmp_path: Path) -> None:
    """The filter knew the old rows."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    sheet.add_table("A1:B4", {"name": "ops_t", "data": [["a", 1], ["b", 2], ["c", 3]]})
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    data = {n: zipfile.ZipFile(path).read(n) for n in zipfile.ZipFile(path).namelist()}
    name = "xl/tables/table1.xml"
    data[name] = data[name].replace(
        b'<autoFilter ref="A1:B4"/>',
        b'<autoFilter ref="A1:B4"><filterColumn colId="0"><filters><filter val="a"/></filters>'
        b"</filterColumn></autoFilter>",
    )
    with zipfile.ZipFile(path, "w") as archive:
        for part_name, raw in data.items():
            archive.writestr(part_name, raw)
    with Workbook.open(path) as opened:
        opened.table("ops_t").fill([("x", 1), ("y", 2)])
        out = io.BytesIO()
        opened.save(out)
    assert not openpyxl.load_workbook(out)["Data"].row_dimensions[3].hidden


MEASURE = """
import resource, sys
from sync.ooxml import Workbook
def rows(n):
    for r in range(n):
        yield [r * c if c % 2 else f"text {r} {c}" for c in range(20)]
source, target, count = sys.argv[1:]
with Workbook.open(source) as book, open(target, "wb") as file:
    assert book.table("ops_big").fill(rows(int(count))) == int(count)
    book.save(file)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_a_hundred_thousand_rows_stream(tmp_path: Path) -> None:
    """100,000 x 20 cells, growing and once more over themselves, within 200 MB."""
    path, once, twice = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Data").add_table(0, 0, 2, 19, {"name": "ops_big"})
    book.close()
    for source, target in ((path, once), (once, twice)):
        command = [sys.executable, "-c", MEASURE, str(source), str(target), "100000"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert int(done.stdout) < 200
    from python_calamine import CalamineWorkbook

    found = CalamineWorkbook.from_path(twice).get_sheet_by_index(0).to_python()
    assert len(found) == 100_001 and found[-1][:2] == ["text 99999 0", 99999.0]


def convert(folder: Path, names: list[str]) -> Path:
    """LibreOffice computes the workbooks and saves them anew (it may have to be started twice)."""
    out = folder / "out"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    command += [str(folder / name) for name in names]
    for _ in range(3):
        subprocess.run(command, capture_output=True, timeout=300, check=False, env={**os.environ})
        if all((out / name).exists() for name in names):
            break
    return out


def totals(count: int) -> list[float]:
    units = count * (count + 1) / 2
    return [units, units, units * 1.5]


def check_computed(path: Path, count: int) -> None:
    """LibreOffice's own sums, chart ranges and validations."""
    last = max(count, 1) + 1
    values = openpyxl.load_workbook(path, data_only=True)["Report"]
    assert [values[f"A{n}"].value or 0 for n in (1, 2, 3)] == totals(count)
    report = openpyxl.load_workbook(path)["Report"]
    series = report._charts[0].series[0]
    assert series.val.numRef.f.replace("'", "").startswith("Data!$B$2")
    assert series.val.numRef.f.endswith(f"$B${last}")
    if 0 < count < 1000:
        assert [float(p.v) for p in series.val.numRef.numCache.pt] == list(range(1, count + 1))
    assert report.data_validations.dataValidation[0].formula1.endswith(f"$A${last}")


@pytest.mark.soffice
def test_libreoffice_computes_the_same(tmp_path: Path) -> None:
    """Growing and shrinking, 0, 1 and 11 rows: sums, chart ranges and validations are right."""
    counts = {"zero.xlsx": 0, "one.xlsx": 1, "eleven.xlsx": 11, "back.xlsx": 3}
    source = planner(tmp_path / "a.xlsx")
    for name, count in counts.items():
        fill(source, tmp_path / name, count)
        source = tmp_path / name
    out = convert(tmp_path, list(counts))
    for name, count in counts.items():
        check_computed(out / name, count)


@pytest.mark.slow
@pytest.mark.soffice
def test_libreoffice_computes_a_hundred_thousand_rows(tmp_path: Path) -> None:
    """And back to eleven."""
    fill(planner(tmp_path / "a.xlsx"), tmp_path / "big.xlsx", 100_000)
    fill(tmp_path / "big.xlsx", tmp_path / "small.xlsx", 11)
    out = convert(tmp_path, ["big.xlsx", "small.xlsx"])
    check_computed(out / "big.xlsx", 100_000)
    check_computed(out / "small.xlsx", 11)
