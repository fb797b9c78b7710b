"""Refills of the weekly report in place: overview tabs, charts, marketplaces, languages."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from macros.fill import Request, blocks_of, fill
from sync.surfaces import Receipt
from sync.surfaces.xlsx import XlsxFile
from tests.conftest import Example
from tests.contract.person import header_of, load
from tests.sync.ooxml.gate_faults import faults

BLOCKS = blocks_of("weekly_report")
Fill = Callable[..., Receipt]
ACCENT = b"1F4E79"


@pytest.fixture(scope="module")
def filled(example: Example) -> Fill:
    def run(path: Path, period: str = "2026-W46", lang: str = "en", market: str = "") -> Receipt:
        request = Request("weekly_report", period=period, lang=lang, marketplace=market)
        return fill(example.context, request, XlsxFile(path, BLOCKS))

    return run


@pytest.fixture(scope="module")
def fresh(filled: Fill, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """New workbooks, each drawn once."""
    folder = tmp_path_factory.mktemp("fresh")

    def get(period: str = "2026-W46", lang: str = "en", market: str = "") -> Path:
        path = folder / f"{period}{lang}{market}.xlsx"
        if not path.exists():
            filled(path, period, lang, market)
        return path

    return get


@pytest.fixture
def path(fresh: Callable[..., Path], tmp_path: Path) -> Path:
    """A report of week 45 that people may change."""
    return Path(shutil.copy(fresh("2026-W45"), tmp_path / "weekly.xlsx"))


def contents(path: Path) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Every cell by the number of its sheet; formulas with sheet numbers for names."""
    book, known = load(path), load(path, values=True)
    names = {f"'{sheet.title}'!": f"#{n}!" for n, sheet in enumerate(book)}

    def plain(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("="):
            for name, number in names.items():
                value = value.replace(name, number)
        return value

    return {
        (n, cell.coordinate): (plain(cell.value), known[sheet.title][cell.coordinate].value,
                               cell.number_format, cell.font.i, cell.border.bottom.style)
        for n, sheet in enumerate(book) for row in sheet.iter_rows() for cell in row
        if cell.value is not None and sheet.title != "_opsheet"
    }


def drawn(path: Path) -> list[Any]:
    """What charts and tiny charts read, by sheet numbers, and what charts say."""
    with zipfile.ZipFile(path) as package:
        text = package.read("xl/workbook.xml").decode()
        names = {name: f"#{n}" for n, name in enumerate(re.findall('<sheet name="([^"]+)"', text))}
        found = []
        for part in sorted(package.namelist()):
            if re.fullmatch(r"xl/(charts/chart|worksheets/sheet)\d+\.xml", part):
                data = package.read(part).decode()
                reads = re.findall(r"<(?:c|xm):f>'?([^'<]+)'?!([^<]+)</", data)
                words = re.findall(r"<(?:a:t|c:tx><c:v)>([^<]+)<", data)
                if reads:
                    found.append(([(names[s], ref) for s, ref in reads], words))
    return sorted(found)


def patched(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> None:
    """The package with parts changed as text."""
    with zipfile.ZipFile(path) as package:
        items = [(info, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for info, data in items:
            new = changes.get(info.filename, lambda d: d)(data)
            assert info.filename not in changes or new != data, info.filename
            package.writestr(info.filename, new)


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


# --- the same as a new workbook ------------------------------------------------------------


@pytest.mark.parametrize(("period", "lang"), [
    ("2026-W45", "en"), ("2026-W46", "en"), ("2026-W44", "zh"), ("2026-W46", "zh"),
])
def test_a_refill_is_cell_for_cell_a_new_workbook(
    path: Path, filled: Fill, fresh: Callable[..., Path], period: str, lang: str
) -> None:
    filled(path, period, lang)
    assert contents(path) == contents(fresh(period, lang))
    assert drawn(path) == drawn(fresh(period, lang))
    assert not faults(str(path))


def test_refilled_twice_is_refilled_once(path: Path, filled: Fill) -> None:
    filled(path)
    first = path.read_bytes()
    filled(path)
    assert path.read_bytes() == first


def test_there_and_back_again_is_the_same(path: Path, filled: Fill, fresh: Any) -> None:
    for period, lang in (("2026-W46", "zh"), ("2026-W44", "en"), ("2026-W45", "en")):
        filled(path, period, lang)
    assert contents(path) == contents(fresh("2026-W45"))
    assert drawn(path) == drawn(fresh("2026-W45"))


# --- marketplaces that come and go -----------------------------------------------------------


def test_a_new_marketplace_gets_its_tab_beside_the_others(
    tmp_path: Path, filled: Fill, fresh: Callable[..., Path]
) -> None:
    path = Path(shutil.copy(fresh(market="US"), tmp_path / "weekly.xlsx"))
    assert "Week DE" not in load(path).sheetnames
    filled(path)
    assert load(path).sheetnames == load(fresh()).sheetnames
    assert contents(path) == contents(fresh())
    assert sorted(r for r, _ in drawn(path)) == sorted(r for r, _ in drawn(fresh()))
    book = load(path)
    hidden = [name for name, one in book.defined_names.items() if one.hidden]
    assert {n for n in book.defined_names if n.startswith("_opsheet")} == set(hidden)
    assert set(book.defined_names) - {"ops_file"} == set(load(fresh()).defined_names)
    assert not faults(str(path))
    filled(path, "2026-W45")
    assert contents(path) == contents(fresh("2026-W45"))


def test_a_marketplace_without_numbers_is_blank_and_comes_back(
    path: Path, filled: Fill, fresh: Callable[..., Path]
) -> None:
    book = load(path)
    filled(path, market="US")
    after = load(path, values=True)
    assert after.sheetnames == book.sheetnames
    sheet = after["Week DE"]
    assert "No report of this marketplace" in sheet["B2"].value
    numbers = [c.coordinate for row in sheet.iter_rows() for c in row
               if isinstance(c.value, int | float)]
    assert not numbers and not [c for row in load(path)["Week DE"].iter_rows() for c in row
                                if c.data_type == "f"]
    filled(path)
    assert contents(path) == contents(fresh())
    assert drawn(path) == drawn(fresh())


# --- what people did to overview tabs --------------------------------------------------------


def down(by: int, sheet: str) -> dict[str, Callable[[bytes], bytes]]:
    """Rows inserted at the top of the first overview tab, as a spreadsheet program does it."""

    def ref(match: re.Match[bytes]) -> bytes:
        return match[1] + str(int(match[2]) + by).encode()

    def cells(data: bytes) -> bytes:
        data = re.sub(rb'(<row r=")(\d+)', ref, data)
        data = re.sub(rb'(<c r="[A-Z]+)(\d+)', ref, data)
        data = re.sub(rb'(sqref="[A-Z]+)(\d+)', ref, data)
        data = re.sub(rb"(<xm:sqref>[A-Z]+)(\d+)", ref, data)
        return re.sub(rb"<dimension[^>]*>", b"", data)

    def names(data: bytes) -> bytes:
        quoted = re.escape(f"'{sheet}'!".encode())
        return re.sub(rb"(" + quoted + rb"\$[A-Z]+\$)(\d+)", ref, data)

    return {"xl/worksheets/sheet1.xml": cells, "xl/workbook.xml": names}


def test_cards_and_lists_are_found_where_rows_were_inserted(
    path: Path, filled: Fill, fresh: Callable[..., Path]
) -> None:
    patched(path, down(3, "Week US"))
    filled(path)
    here, there = load(path, values=True)["Week US"], load(fresh(), values=True)["Week US"]
    moved = {(c.row - 3, c.column): c.value for row in here.iter_rows() for c in row
             if c.value not in (None, "")}
    plain = {(c.row, c.column): c.value for row in there.iter_rows() for c in row
             if c.value not in (None, "")}
    assert moved == plain
    book = load(path)
    value = book.defined_names["ops_acos_US"].attr_text
    assert value == "'Week US'!$E$15"
    assert all("Week US" not in str(c.value) for row in book["Ads"].iter_rows() for c in row)


def test_a_renamed_tab_and_ones_own_cells_stay(path: Path, filled: Fill) -> None:
    own = b'<c r="T3" t="inlineStr"><is><t>mine</t></is></c>'
    below = b'<row r="70"><c r="B70"><v>77</v></c></row></sheetData>'
    patched(path, {
        "xl/workbook.xml": lambda d: d.replace(b'"Week US"', b'"US board"').replace(
            b"'Week US'", b"'US board'"),
        "xl/worksheets/sheet1.xml": lambda d: re.sub(
            rb'(<row r="3".*?)(</row>)', rb"\1" + own + rb"\2", d, count=1).replace(
                b"</sheetData>", below),
    })
    filled(path)
    sheet = load(path)["US board"]
    assert sheet["T3"].value == "mine" and sheet["B70"].value == 77
    assert "2026-W46" in str(sheet["B2"].value)
    assert load(path).sheetnames[:2] == ["US board", "Week DE"]


def test_a_restyled_chart_keeps_its_look_and_reads_its_rows(
    path: Path, filled: Fill, fresh: Callable[..., Path]
) -> None:
    restyle = {f"xl/charts/chart{n}.xml": lambda d: d.replace(ACCENT, b"FF00FF").replace(
        b"13 weeks", b"the quarter") for n in (1,)}
    patched(path, restyle)
    filled(path)
    chart = part(path, "xl/charts/chart1.xml")
    assert b"FF00FF" in chart and ACCENT not in chart and b"the quarter" in chart
    assert sorted(r for r, _ in drawn(path)) == sorted(r for r, _ in drawn(fresh()))


def test_a_chart_of_ones_own_stays_byte_for_byte(path: Path, filled: Fill) -> None:
    """It reads cells that a refill does not touch; another reads ours and only loses its cache."""
    own = b"<c:f>'Legend'!$C$99:$C$101</c:f>"

    def chart(data: bytes) -> bytes:
        data = re.sub(rb"<c:(num|str)Cache>.*?</c:\1Cache>", b"", data, flags=re.S)
        return re.sub(rb"<c:f>[^<]*</c:f>", own, data)

    patched(path, {"xl/charts/chart2.xml": chart,
                   "xl/drawings/drawing1.xml": lambda d: d.replace(b"ops:top_chart:US", b"mine")})
    before = part(path, "xl/charts/chart2.xml")
    filled(path)
    assert part(path, "xl/charts/chart2.xml") == before


def test_a_chart_whose_tab_was_deleted_reads_again(
    path: Path, filled: Fill, fresh: Callable[..., Path]
) -> None:
    broken = {f"xl/charts/chart{n}.xml": lambda d: re.sub(
        rb"<c:f>'?Weeks'?!", b"<c:f>#REF!", d).replace(b"<c:f>#REF!", b"<c:f>#REF!#REF!")
        for n in (1,)}
    patched(path, broken)
    patched(path, {"xl/charts/chart1.xml": lambda d: re.sub(
        rb"<c:f>#REF![^<]*</c:f>", b"<c:f>#REF!</c:f>", d)})
    filled(path)
    assert sorted(r for r, _ in drawn(path)) == sorted(r for r, _ in drawn(fresh()))


def test_texts_of_ones_own_stay(path: Path, filled: Fill) -> None:
    """A card's label, a title and a footer that people wrote."""
    def strings(data: bytes) -> bytes:
        return data.replace(b">Ordered product sales<", b">GMV<", 1).replace(
            b"Weekly report \xc2\xb7", b"Our board \xc2\xb7", 1).replace(
                b">For the stand-up<", b">To do<")

    footer = b"<oddFooter>&amp;LConfidential</oddFooter>"
    patched(path, {
        "xl/sharedStrings.xml": strings,
        "xl/worksheets/sheet5.xml": lambda d: re.sub(rb"<oddFooter>.*</oddFooter>", footer, d),
    })
    filled(path, lang="zh")
    sheet = load(path)["Week US"]
    assert str(sheet["B1"].value).startswith("Our board ·") and sheet["B5"].value == "GMV"
    assert "To do" in [row[1].value for row in sheet.iter_rows()]
    assert sheet["E5"].value == "销量" and "至" in str(sheet["B2"].value)
    assert load(path)["Ads"].oddFooter.left.text == "Confidential"
    assert "2026-W46" in load(path)["Stock"].oddFooter.left.text


def test_parts_that_hold_nothing_of_ours_are_the_same_bytes(path: Path, filled: Fill) -> None:
    with zipfile.ZipFile(path) as package:
        before = {name: package.read(name) for name in package.namelist()}
    filled(path)
    with zipfile.ZipFile(path) as package:
        same = {n for n in package.namelist() if package.read(n) == before.get(n)}
        assert set(package.namelist()) == set(before)
    assert {"xl/theme/theme1.xml", "xl/sharedStrings.xml", "docProps/app.xml", "docProps/core.xml",
            "[Content_Types].xml", "xl/drawings/drawing1.xml"} <= same


def test_own_columns_of_two_tables_follow_their_rows(path: Path, filled: Fill) -> None:
    """Put beside the table as a person would: a header and a note in every row."""
    import openpyxl

    book = load(path)
    for block in ("ads", "stock"):
        sheet, header = header_of(book, block)
        col = sheet.max_column + 1
        sheet.cell(header, col).value = "Mine"
        for row in range(header + 1, sheet.max_row + 1):
            if sheet.cell(row, 1).value:
                sheet.cell(row, col).value = f"about {sheet.cell(row, 1).value}"
    assert isinstance(book, openpyxl.Workbook)
    book.save(path)
    filled(path)
    book = load(path)
    for block in ("ads", "stock"):
        sheet, header = header_of(book, block)
        col = next(c for c in range(1, sheet.max_column + 1)
                   if sheet.cell(header, c).value == "Mine")
        notes = {sheet.cell(r, 1).value: sheet.cell(r, col).value
                 for r in range(header + 1, sheet.max_row + 1)}
        assert {k: v for k, v in notes.items() if v} == {
            k: f"about {k}" for k, v in notes.items() if v}
        assert len([v for v in notes.values() if v]) > 5
