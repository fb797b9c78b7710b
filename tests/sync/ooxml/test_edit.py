"""Setting cells: what is written, what it inherits, what is left alone."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest

from sync.ooxml import (
    BadValueError,
    DamagedError,
    Look,
    OoxmlError,
    ProtectedPlaceError,
    UnknownPlaceError,
    Value,
    Workbook,
)
from sync.ooxml.zipout import ZipWriter
from tests.sync.ooxml.corpus import BUILDERS, parts_of, worksheet, write

warnings.filterwarnings("ignore", module="openpyxl")


def built(name: str, folder: Path) -> Path:
    path = folder / f"{name}.xlsx"
    if not path.exists():  # it may be open: nothing is written under an open workbook
        BUILDERS[name](str(path))
    return path


def saved(book: Workbook) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def part(data: io.BytesIO, name: str) -> str:
    with zipfile.ZipFile(data) as archive:
        return archive.read(name).decode()


def peer(data: io.BytesIO) -> Any:
    data.seek(0)
    return openpyxl.load_workbook(data)


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    """What openpyxl and our own reader find is what was set."""
    values: dict[str, Value] = {
        "A1": "=1+1", "B1": 12, "C1": 1.25, "D1": Decimal("3.10"), "A2": True, "B2": None,
        "C2": dt.date(2026, 11, 16), "D2": dt.datetime(2026, 11, 16, 8, 30), "F9": "_x0041_\r\n b ",
    }  # fmt: skip
    with Workbook.open(built("rich_text", tmp_path)) as book:
        for cell, value in values.items():
            book.set("Plan", cell, value)
        before = {cell: book.read(f"Plan!{cell}")[0][0] for cell in values}
        out = saved(book)
    sheet = peer(out)["Plan"]
    assert before == {**values, "D1": 3.1}
    assert sheet["A1"].value == "=1+1" and sheet["A1"].data_type == "s"
    assert (sheet["B1"].value, sheet["A2"].value, sheet["B2"].value) == (12, True, None)
    assert sheet["C2"].value == dt.datetime(2026, 11, 16) and sheet["C2"].is_date
    assert sheet["D2"].value == dt.datetime(2026, 11, 16, 8, 30)
    with Workbook(out) as again:
        assert again.read("Plan!F9") == [["_x0041_\r\n b "]]
        assert again.read("Plan!A3:A5") == [
            ["one two three"], ["  blanks \n and lines  "], ["link"],
        ]  # fmt: skip


def test_a_formula_with_its_value_keeps_it_and_other_caches_go(tmp_path: Path) -> None:
    """Stale values are stripped, a full calculation is asked for."""
    with Workbook.open(built("rich_text", tmp_path)) as book:
        book.set("Plan", "F1", 7, formula="=B1+6")
        out = saved(book)
    xml = part(out, "xl/worksheets/sheet1.xml")
    assert '<c r="F1"><f>B1+6</f><v>7</v></c>' in xml
    assert '<c r="E1"><f>SUM(B1:D1)</f></c>' in xml
    assert 'fullCalcOnLoad="1"' in part(out, "xl/workbook.xml")


def test_new_cells_look_like_their_row_or_column(tmp_path: Path) -> None:
    """The row's style wins; a cell that is there keeps its own."""
    with Workbook.open(built("row_and_column_styles", tmp_path)) as book:
        book.set("Plan", "I3", 1)
        book.set("Plan", "I21", 2)
        book.set("Plan", "I40", 3)
        book.set("Plan", "B2", 4, style_from="I40")
        sheet = peer(saved(book))["Plan"]
    assert sheet["I3"].fill.fgColor.rgb == "FFDDEEFF"
    assert sheet["I21"].font.i and sheet["I21"].number_format == "0.00"
    assert sheet["I40"].fill.fgColor.rgb == sheet["B2"].fill.fgColor.rgb == "FFDDEEFF"


def test_a_date_in_a_plain_cell_gets_a_date_format(tmp_path: Path) -> None:
    """And keeps the rest of its look; a date format that is there stays."""
    with Workbook.open(built("row_and_column_styles", tmp_path)) as book:
        book.set("Plan", "I3", dt.date(2026, 1, 2))
        sheet = peer(saved(book))["Plan"]
    assert sheet["I3"].is_date and sheet["I3"].fill.fgColor.rgb == "FFDDEEFF"
    with Workbook.open(built("dates_1904", tmp_path)) as book:
        book.set("Plan", "F1", dt.date(2026, 1, 2))
        out = saved(book)
    sheet = peer(out)["Plan"]
    assert sheet["F1"].number_format == "yyyy-mm-dd"
    assert sheet["F1"].value == dt.datetime(2026, 1, 2)
    assert "<v>44562</v>" in part(out, "xl/worksheets/sheet1.xml")


def test_a_workbook_without_styles_gets_some(tmp_path: Path) -> None:
    """Only when a date needs one."""
    with Workbook.open(built("no_cells", tmp_path)) as book:
        book.set("Sheet1", "B2", dt.date(2026, 1, 2))
        assert peer(saved(book))["Sheet1"]["B2"].value == dt.datetime(2026, 1, 2)


def test_shared_formulas_outlive_their_head(tmp_path: Path) -> None:
    """The next cell inherits; an area that has lost its corner is written out."""
    with Workbook.open(built("shared_formulas", tmp_path)) as book:
        book.set("Sheet1", "B1", 5)
        book.set("Sheet1", "B3", 6)
        book.set("Sheet1", "C2", "x")
        out = saved(book)
    sheet = peer(out)["Sheet1"]
    assert [sheet[f"B{r}"].value for r in range(1, 7)] == [
        5, '=A2*$A$1+"A1"+Sheet1!A2', 6, *(f'=A{r}*$A$1+"A1"+Sheet1!A{r}' for r in (4, 5, 6)),
    ]  # fmt: skip
    assert sheet["D2"].value == '=B2&"<x"' and sheet["C3"].value == '=A3&"<x"'
    xml = part(out, "xl/worksheets/sheet1.xml")
    assert 'ref="B2:B6"' in xml and '<f ca="1">' in xml
    with zipfile.ZipFile(out) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()
        assert b"alcChain" not in archive.read("[Content_Types].xml")
        assert b"alcChain" not in archive.read("xl/_rels/workbook.xml.rels")


def test_array_formulas_change_as_a_whole(tmp_path: Path) -> None:
    """A part of one is refused; one cell's, or a spill's head, gives way."""
    with Workbook.open(built("dynamic_arrays", tmp_path)) as book:
        for cell in ("H1", "H2", "G2"):
            with pytest.raises(ProtectedPlaceError, match=r"array formula over [GH]1:[GH]3"):
                book.set("Plan", cell, 1)
        book.set("Plan", "G1", 10)
        book.set("Plan", "I1", 11)
        out = saved(book)
    sheet = peer(out)["Plan"]
    assert (sheet["G1"].value, sheet["I1"].value, sheet["G2"].value) == (10, 11, None)
    assert sheet["H1"].value.ref == "H1:H3"
    assert 'cm="1"' not in part(out, "xl/worksheets/sheet1.xml").partition("H1")[0]


def test_prefixed_strict_and_placeless_cells(tmp_path: Path) -> None:
    """Edits speak the part's own dialect."""
    with Workbook.open(built("prefixed", tmp_path)) as book:
        book.set("Sheet1", "C2", "new")
        book.set("Sheet1", "A3", 3)
        out = saved(book)
        assert peer(out)["Sheet1"]["C2"].value == "new"
        assert '<x:c r="A3"><x:v>3</x:v></x:c>' in part(out, "xl/worksheets/sheet1.xml")
    with Workbook.open(built("strict", tmp_path)) as book:
        book.set("Sheet1", "C1", dt.date(2026, 1, 2))
        out = saved(book)
        assert "purl.oclc.org" in part(out, "xl/styles.xml")
        out.seek(0)
        with Workbook(out) as again:
            assert again.read("Sheet1!A1:C1") == [
                [dt.date(2026, 11, 16), None, dt.date(2026, 1, 2)]
            ]
    with Workbook.open(built("without_places", tmp_path)) as book:
        book.set("Sheet1", "B1", 20)
        book.set("Sheet1", "F3", 30)
        sheet = peer(saved(book))["Sheet1"]
    assert [c.value for c in sheet[1]][:3] == [1, 20, True]
    assert [c.value for c in sheet[3]] == [None, "=A1*2", "x", None, None, 30]


def test_odd_xml_is_straightened_only_where_it_is_edited(tmp_path: Path) -> None:
    """Comments, CDATA, other encodings and disorder do not lose a cell."""
    with Workbook.open(built("odd_xml", tmp_path)) as book:
        book.set("Sheet1", "C1", 3)
        sheet = peer(saved(book))["Sheet1"]
    assert [c.value for c in sheet[1]] == [1, 2, 3] and sheet["A2"].value == "</c></row>"
    with Workbook.open(built("utf16", tmp_path)) as book:
        book.set("Sheet1", "B1", "\u6587")
        assert [c.value for c in peer(saved(book))["Sheet1"][1]] == ["\u4e2d\u6587", "\u6587"]


def test_charts_and_pivots_do_not_keep_what_is_no_longer_true(tmp_path: Path) -> None:
    """Only copies of changed cells go; pivots are told to refresh."""
    with Workbook.open(built("charts_and_shapes", tmp_path)) as book:
        book.set("Plan", "B3", 1)
        out = saved(book)
    chart = part(out, "xl/charts/chart1.xml")
    assert "<c:f>Plan!$B$2:$B$8</c:f></c:numRef>" in chart
    assert "strCache" in chart  # the categories and the series' name did not change
    with Workbook.open(built("slicer_pivot_threads", tmp_path)) as book:
        book.set("Sheet1", "H9", 1)
        name = "xl/pivotCache/pivotCacheDefinition1.xml"
        assert "refreshOnLoad" not in part(saved(book), name)
        book.set("Sheet1", "B2", 1)
        assert 'refreshOnLoad="1"' in part(saved(book), name)


def test_names(tmp_path: Path) -> None:
    """A name of one cell is filled; others are refused with the remedy."""
    with Workbook.open(built("tables", tmp_path)) as book:
        book.set_named("OPS_gmv", 12.5)
        book.define_name("ops_new", "'Plan'!$D$4")
        book.define_name("ops_many", "Plan!$A$1:$B$2")
        book.set_named("ops_new", "x")
        assert book.defined_names["ops_new"].place is not None
        assert book.read("Plan!B4:D4") == [[12.5, 32, "x"]]
        for name in ("ops_none", "ops_many"):
            with pytest.raises(UnknownPlaceError, match="Name Manager"):
                book.set_named(name, 1)
        for bad in ("B4", "two words", "R1C1", "1x"):
            with pytest.raises(BadValueError):
                book.define_name(bad, "Plan!$A$1")
        with pytest.raises(UnknownPlaceError, match="Its sheets: Plan"):
            book.define_name("ops_x", "Nowhere!$A$1")
        assert peer(saved(book)).defined_names["ops_new"].attr_text == "'Plan'!$D$4"


def test_a_tables_frame_is_refused(tmp_path: Path) -> None:
    """Headers are the columns' names; writing the same text is no change."""
    with Workbook.open(built("tables", tmp_path)) as book:
        book.set("Plan", "G2", "SKU")
        with pytest.raises(ProtectedPlaceError, match="Rename the column in Excel"):
            book.set("Plan", "G2", "Sku")


def test_places_that_do_not_exist(tmp_path: Path) -> None:
    """The message lists what there is."""
    with Workbook.open(built("tables", tmp_path)) as book:
        with pytest.raises(UnknownPlaceError, match="Its sheets: Plan"):
            book.set("Plann", "A1", 1)
        with pytest.raises(UnknownPlaceError, match="Its tables: ops_t"):
            book.table("x")
        with pytest.raises(UnknownPlaceError, match="It has: SKU, Units, Twice"):
            book.table("ops_t").fill([], columns=["Price"])
        with pytest.raises(BadValueError):
            book.set("Plan", "A1", float("nan"))


def test_formats_validations_and_widths(tmp_path: Path) -> None:
    """They stand where the schema wants them and read back."""
    with Workbook.open(built("newer_formats", tmp_path)) as book:
        book.add_conditional_format("Plan", "B2:B9", "=$B2>$C2", Look("FFC7CE", "9C0006", True))
        book.add_validation("Plan", "A2:A9", ["yes", "no"], "Choose")
        book.add_validation("Plan", "A10", "=Other!$A$1:$A$3")
        book.set_width("Plan", "C", 33)
        out = saved(book)
    sheet = peer(out)["Plan"]
    assert sheet.column_dimensions["C"].width == 33
    rules = {str(block.sqref): block.rules for block in sheet.conditional_formatting}
    assert rules["B2:B9"][0].formula == ["$B2>$C2"]
    assert rules["B2:B9"][0].dxf.fill.bgColor.rgb == "FFFFC7CE"
    found = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert '"yes,no"' in found
    assert "<f>SUM(B1:D1)</f><v>6</v>" in part(out, "xl/worksheets/sheet1.xml")  # still true
    with Workbook.open(built("row_and_column_styles", tmp_path)) as book:
        book.set_width("Plan", "I", 9)
        sheet = peer(saved(book))["Plan"]
    widths = [sheet.column_dimensions[c].width for c in "HIJ"]
    assert widths[1] == 9 and widths[0] == pytest.approx(20.7, abs=0.1)


def test_sheets_move_between_workbooks(tmp_path: Path) -> None:
    """Looks, tables, charts and names come along, under free names."""
    with Workbook.open(built("charts_and_shapes", tmp_path)) as book:
        assert book.add_sheet_from(built("tables", tmp_path), "Plan") == "Plan 2"
        assert book.add_sheet_from(built("charts_and_shapes", tmp_path), "Plan", "Third") == "Third"
        book.set("Plan 2", "A1", "set after")
        assert book.table("ops_t").fill([("a", 1), ("b", 2)]) == 2
        out = saved(book)
    found = peer(out)
    assert found.sheetnames == ["Plan", "Chart", "Plan 2", "Third"]
    assert found["Plan 2"].tables["ops_t"].ref == "G2:I4"
    assert found["Plan 2"]["A1"].value == "set after" and found["Plan 2"]["A2"].value == "text 1"
    assert found.defined_names["ops_gmv"].attr_text == "'Plan 2'!$B$4"
    assert len(found["Third"]._charts) == 1
    assert found["Third"]._charts[0].series[0].val.numRef.f == "Third!$B$2:$B$8"


def test_a_file_that_changed_while_it_was_open(tmp_path: Path) -> None:
    """Nothing is made of two files; the error says what happened."""
    with zipfile.ZipFile(built("charts_and_shapes", tmp_path)) as archive:
        last = archive.infolist()[-1]
    with pytest.raises(DamagedError, match="changed while it was open"):
        ZipWriter(io.BytesIO()).copy(io.BytesIO(b"another file" * 1_000), last)


def test_links_between_many_styles(tmp_path: Path) -> None:
    """Sheets with styles keep them across workbooks."""
    source = built("row_and_column_styles", tmp_path)
    with Workbook.open(built("no_cells", tmp_path)) as book:
        book.add_sheet_from(source, "Plan")
        sheet = peer(saved(book))["Plan"]
    assert sheet.column_dimensions["H"].width == pytest.approx(20.7, abs=0.1)
    assert sheet.row_dimensions[21].height == 30


def test_saving_replaces_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure on the way leaves the old file and nothing beside it."""
    path = built("tables", tmp_path)
    path.chmod(0o640)
    before = path.read_bytes()
    with Workbook.open(path) as book:
        book.set("Plan", "A1", "new")
        for step in ("fsync", "replace"):
            with monkeypatch.context() as patch:
                patch.setattr(f"os.{step}", lambda *_: (_ for _ in ()).throw(OSError("full")))
                with pytest.raises(OSError, match="full"):
                    book.save_atomically(path)
            assert path.read_bytes() == before
            assert [p.name for p in tmp_path.iterdir()] == ["tables.xlsx"]
        book.save_atomically(path)
    assert path.stat().st_mode & 0o777 == 0o640
    with Workbook.open(path) as again:
        assert again.read("Plan!A1") == [["new"]]


def test_rich_values_do_not_stay_on_a_cell_that_is_set(tmp_path: Path) -> None:
    """A picture or a stock in a cell goes with the old value."""
    path = tmp_path / "a.xlsx"
    rows = '<row r="1"><c r="A1" s="0" t="e" vm="1" x="y"><v>#VALUE!</v><extLst/></c></row>'
    write(str(path), parts_of(worksheet(rows)))
    with Workbook.open(path) as book:
        book.set("Sheet1", "A1", 5)
        xml = part(saved(book), "xl/worksheets/sheet1.xml")
    assert '<c r="A1" x="y"><v>5</v><extLst/></c>' in xml


def test_a_sheet_without_cells_in_its_xml(tmp_path: Path) -> None:
    """It is refused with a way out, not with a traceback."""
    path = tmp_path / "a.xlsx"
    write(str(path), parts_of(worksheet("").replace("sheetData", "sheetDate")))
    with Workbook.open(path) as book, pytest.raises(OoxmlError, match="repair"):
        book.set("Sheet1", "A1", 5)
