"""Sheets, ranges, names, tables and charts through xlwings, and a person at the same workbook."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwings

from tests.soffice.engine import ComError, Hands, LibreOfficeEngine, needs_engine

pytest_plugins = ["tests.soffice.engine.fixtures"]
pytestmark = needs_engine
ROWS = [["key", "spend", "note"], ["US|a", 10, "keep"], ["US|b", 30, None], ["US|c", 20, "x"]]


@pytest.fixture
def sheet(excel: LibreOfficeEngine) -> Any:
    """A sheet with a table `ops_ads` in B3:D6."""
    made: Any = xlwings.Book().sheets[0]
    made["B3"].value = ROWS
    made.tables.add(made["B3"].expand(), name="ops_ads")
    return made


@pytest.fixture
def hands(sheet: Any) -> Hands:
    return Hands(sheet.book)


def test_places_on_a_sheet(sheet: Any) -> None:
    assert sheet["B3"].expand().address == sheet["C4"].current_region.address == "$B$3:$D$6"
    assert sheet.used_range.address == "$B$3:$D$6"
    assert sheet["B3"].end("down").address == "$B$6"
    assert sheet["B1"].end("down").address == "$B$3"
    assert sheet["B6"].end("down").row == 1_048_576
    assert sheet["D4"].end("left").address == "$B$4" and sheet["D3"].end("right").column == 16384
    assert sheet["D6"].end("up").row == 4 and sheet["D4"].end("up").row == 3
    body = sheet["B4:D6"]
    assert (body.row, body.column, body.shape, body.count) == (4, 2, (3, 3), 9)
    assert [row.address for row in body.rows] == ["$B$4:$D$4", "$B$5:$D$5", "$B$6:$D$6"]
    assert body.columns[1].address == "$C$4:$C$6" and body.last_cell.address == "$D$6"
    assert body.get_address(False, False) == "B4:D6"
    assert body.get_address(external=True) == "[Book1]Sheet1!$B$4:$D$6"
    assert sheet.range((4, 2), (6, 4)) == body == sheet[3:6, 1:4]
    assert sheet["4:5"].shape == (2, 16384) and sheet["B:B"].address == "$B:$B"
    with pytest.raises(ComError):
        _ = sheet["no_such_name"]
    with pytest.raises(IndexError):
        sheet.range((0, 1))


def test_looks(sheet: Any) -> None:
    cells = sheet["B3:D3"]
    cells.font.bold, cells.font.italic, cells.font.size = True, True, 14
    cells.font.color, cells.font.name = "#0000ff", "Carlito"
    font = cells.font
    assert (font.bold, font.italic, font.size, font.color, font.name) == (
        True, True, 14.0, (0, 0, 255), "Carlito")
    assert sheet["B3:B4"].font.bold is None and sheet["B4"].font.bold is False
    assert cells.color is None
    cells.color = (255, 204, 0)
    assert cells.color == (255, 204, 0)
    cells.color = None
    assert cells.color is None
    cells.wrap_text, cells.horizontal_alignment = True, "center"
    assert (cells.wrap_text, cells.horizontal_alignment) == (True, "center")
    sheet["B:B"].column_width, cells.row_height = 20, 30
    assert sheet["B3"].column_width == pytest.approx(20, abs=0.1)
    assert cells.row_height == pytest.approx(30, abs=0.1)
    sheet["C4"].number_format = '0.0%;[Red]-0.0%'
    assert sheet["C4"].number_format == '0.0%;[Red]-0.0%'
    assert sheet["C4:C5"].number_format is None
    cells.autofit()
    assert sheet["B3"].column_width < 20
    sheet["B3:C3"].merge()
    assert sheet["C3"].merge_cells and sheet["C3"].merge_area.address == "$B$3:$C$3"
    sheet["B3"].unmerge()
    assert not sheet["C3"].merge_cells


def test_links_and_notes(sheet: Any) -> None:
    sheet["F1"].add_hyperlink("https://example.com/a", "see")
    assert (sheet["F1"].hyperlink, sheet["F1"].value) == ("https://example.com/a", "see")
    with pytest.raises(Exception, match="hyperlink"):
        _ = sheet["F2"].hyperlink
    cell = sheet["F2"]
    assert cell.note is None
    note = cell.add_note("why: 原因")
    assert [each.text for each in sheet.notes] == ["why: 原因"] and cell.note
    note.text = "else"
    assert [each.text for each in sheet.notes] == ["else"]
    note.delete()
    assert cell.note is None


def test_rows_are_hidden_shown_and_filtered(sheet: Any, hands: Hands) -> None:
    body = sheet["B4:D6"]
    hands.filters("Sheet1", "B3:D6", 1, "US|b")
    assert [row.rows.hidden for row in body.rows] == [True, False, True]
    assert body.rows.hidden is None
    hands.shows_all("Sheet1", "B3:D6")
    assert body.rows.hidden is False
    hands.hides_rows("Sheet1", 4, 3)
    assert body.rows.hidden is True
    body.rows.hidden = False
    sheet["C:C"].columns.hidden = True
    assert body.columns.hidden is None and sheet["C4"].columns.hidden is True


def test_names_and_tables_follow_inserted_rows(sheet: Any, hands: Hands) -> None:
    book = sheet.book
    book.names.add("ops_spend", "=Sheet1!$C$4:$C$6")
    sheet["F1"].formula = "=SUM(ops_spend)"
    hands.inserts_rows("Sheet1", 1, 2)  # above
    hands.inserts_rows("Sheet1", 7)  # within
    table = sheet.tables["ops_ads"]
    assert book.names["ops_spend"].refers_to == "=Sheet1!$C$6:$C$9"
    assert book.names["ops_spend"].refers_to_range.address == "$C$6:$C$9"
    assert table.range.address == "$B$5:$D$9"
    assert table.header_row_range.value == ROWS[0]
    assert sheet["F3"].value == 60.0
    assert sheet["ops_ads"].address == table.data_body_range.address == "$B$6:$D$9"
    assert sheet["ops_ads[spend]"].address == "$C$6:$C$9"
    sheet["7:7"].delete()
    assert table.range.address == "$B$5:$D$8"
    sheet["B6:D6"].insert("down")
    assert table.range.address == "$B$5:$D$9" and sheet["B7"].value == "US|a"


def test_names(sheet: Any) -> None:
    book = sheet.book
    book.names.add("rate", "=1.19")
    sheet.names.add("here", "=Sheet1!$B$3")
    sheet["C4"].name = "first"
    assert [n.name for n in book.names] == ["first", "rate", "Sheet1!here"]
    assert book.names["rate"].refers_to == "=1.19" and "RATE" in book.names
    with pytest.raises(ComError):
        _ = book.names["rate"].refers_to_range
    assert sheet["C4"].name.name == "first" and sheet["C5"].name is None
    assert sheet["here"].address == "$B$3"
    book.names["rate"].refers_to = "=2"
    sheet["F1"].formula = "=rate*3"
    assert sheet["F1"].value == 6.0
    del book.names["first"]
    assert "first" not in book.names


def test_tables(sheet: Any) -> None:
    [table] = sheet.tables
    assert (table.name, table.show_headers, table.show_autofilter) == ("ops_ads", True, True)
    assert sheet["C5"].table == table and sheet["F1"].table is None
    sheet["F1"].formula = "=SUM(ops_ads[spend])"
    assert sheet["F1"].value == 60.0
    sheet["B7"].value = ["US|d", 5, None]
    table.resize(sheet["B3:D7"])
    assert table.data_body_range.address == "$B$4:$D$7"
    assert sheet["F1"].value == 65.0
    table.show_autofilter = False
    assert table.show_autofilter is False
    for place in ("B4:D7", "B3:D3", "K3:L5"):
        with pytest.raises(ComError, match="headers must remain"):
            table.resize(sheet[place])
    with pytest.raises(ComError, match="overlap"):
        sheet.tables.add(sheet["D5:F9"], name="other")
    sheet["H1"].value = [["a", None], [1, 2]]
    assert sheet.tables.add(sheet["H1:I2"]).name == "Table1"
    assert sheet["I1"].value == "Column2"
    assert {t.name for t in sheet.tables} == {"ops_ads", "Table1"}


def test_a_table_takes_a_frame(sheet: Any) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"key": list("abcde"), "spend": [1.0, 2.0, None, 4.0, 5.0]})
    table = sheet.tables["ops_ads"].update(frame, index=False)
    assert table.range.address == "$B$3:$C$8"
    assert table.data_body_range.value[2] == ["c", None] and sheet["D4"].value is None


def test_charts_and_pictures(sheet: Any, tmp_path: Path) -> None:
    chart = sheet.charts.add(name="trend", source=sheet["B3:C6"], chart_type="line",
                             anchor=sheet["F2"])
    chart.title = "Spend"
    assert (chart.name, chart.chart_type, chart.title) == ("trend", "line", "Spend")
    for kind in ("column_stacked", "bar_clustered", "pie", "area", "line_markers"):
        chart.chart_type = kind
        assert sheet.charts["trend"].chart_type == kind
    assert sheet.charts.add().name == "Chart 1" and len(sheet.charts) == 2
    sheet.charts["Chart 1"].delete()
    assert [c.name for c in sheet.charts] == ["trend"]
    with pytest.raises(xlwings.ShapeAlreadyExists):
        sheet.charts.add(name="trend")
    picture = tmp_path / "dot.png"
    picture.write_bytes(png())
    sheet.pictures.add(picture, name="logo", left=10, top=10, width=20, height=20)
    assert [p.name for p in sheet.pictures] == ["logo"]
    sheet.pictures["logo"].delete()
    assert len(sheet.pictures) == 0


def png() -> bytes:
    """One red pixel."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
            + part(b"IDAT", zlib.compress(b"\0\xff\0\0")) + part(b"IEND", b""))


def test_sheets(sheet: Any, hands: Hands) -> None:
    book = sheet.book
    ads = book.sheets.add("广告", after=sheet)
    assert book.sheets.active == ads and (sheet.index, ads.index) == (1, 2)
    sheet.activate()
    assert book.sheets.active == sheet
    copy = sheet.copy(name="Copy")
    assert book.sheet_names == ["Sheet1", "广告", "Copy"] and copy["B4"].value == "US|a"
    copy.visible = False
    assert not copy.visible
    hands.renames("广告", "Mine")
    assert ads.name == "Mine"
    with pytest.raises(ComError, match="already taken"):
        ads.name = "sheet1"
    copy.delete()
    ads["A1"].value = 1
    ads.clear()
    assert ads["A1"].value is None
    window = hands.document.uno.CurrentController
    ads.freeze_panes.freeze_at("A1:A2")
    assert window.hasFrozenPanes() and window.SplitRow == 2
    ads.freeze_panes.unfreeze()
    assert not window.hasFrozenPanes()
    ads.delete()
    with pytest.raises(ComError, match="at least one visible"):
        sheet.delete()


def test_a_protected_sheet_refuses_and_keeps_everything(
    sheet: Any, hands: Hands
) -> None:
    hands.protects("Sheet1", unlocked="D4:D6")
    sheet["D4"].value = "may"
    attempts: list[Callable[[], Any]] = [
        lambda: setattr(sheet["B4"], "value", "x"), lambda: setattr(sheet["C4:D4"], "value", 1),
        lambda: setattr(sheet["C4"], "formula", "=1"), lambda: sheet["B4"].clear_contents(),
        lambda: sheet["B4"].clear(), lambda: setattr(sheet["D4"], "number_format", "@"),
        lambda: setattr(sheet["D4"], "color", "#ff0000"), lambda: sheet["4:4"].insert("down"),
        lambda: sheet["4:4"].delete(), lambda: sheet.tables["ops_ads"].resize(sheet["B3:D9"]),
        lambda: sheet.charts.add(), lambda: setattr(sheet["D4"].font, "bold", True),
        lambda: setattr(sheet["D4"].rows, "hidden", True),
    ]
    for attempt in attempts:
        with pytest.raises(ComError, match="protected sheet"):
            attempt()
    assert sheet["B3"].expand().value[1] == ["US|a", 10.0, "may"]
    hands.unprotects("Sheet1")
    sheet["B4"].value = "x"
    hands.protects_structure()
    with pytest.raises(ComError, match="Workbook is protected"):
        sheet.book.sheets.add("New")


def test_a_person_types_and_sorts(sheet: Any, hands: Hands) -> None:
    hands.types("Sheet1", "D5", "check 检查")
    hands.types("Sheet1", "C6", "1,250")
    hands.sorts("Sheet1", "B3:D6", 2, descending=True)
    assert sheet["B3"].expand().value == [
        ROWS[0], ["US|c", 1250.0, "x"], ["US|b", 30.0, "check 检查"], ["US|a", 10.0, "keep"]]
    assert hands.sees("Sheet1", "C4") == "1,250"
    hands.deletes_rows("Sheet1", 5)
    assert sheet["B4:B5"].value == ["US|c", "US|a"]
    assert sheet.tables["ops_ads"].range.address == "$B$3:$D$5"


def test_what_is_not_here_says_so(sheet: Any) -> None:
    attempts: list[Callable[[], Any]] = [
        lambda: sheet["A1"].autofilter.criteria, lambda: sheet["A1"].adjust_indent(1),
        lambda: sheet.shapes, lambda: sheet["A1"].characters]
    for attempt in attempts:
        with pytest.raises(NotImplementedError):
            attempt()
