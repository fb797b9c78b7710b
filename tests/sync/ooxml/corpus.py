"""Workbooks with one rich feature each: made by XlsxWriter, or written as XML by hand."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8"
    "cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)
Build = Callable[[str], None]
BUILDERS: dict[str, Build] = {}


def builder(make: Build) -> Build:
    BUILDERS[make.__name__] = make
    return make


def parts_of(
    sheet: str, *, strict: bool = False, prefix: str = "", workbook: str = "", rels: str = "",
    types: str = "", sheet_rels: str = "", extra: dict[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:  # fmt: skip
    """The parts of a small package by hand; `sheet` is the worksheet's whole XML."""
    main, office = (STRICT, STRICT_OFFICE) if strict else (MAIN, OFFICE)
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{main}"' if prefix else f'xmlns="{main}"'
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": HEAD + f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.'
        f'worksheet+xml"/>{types}</Types>',
        "_rels/.rels": HEAD + f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": HEAD + f'<{p}workbook {space} xmlns:r="{office}"><{p}sheets>'
        f'<{p}sheet name="Sheet1" sheetId="1" r:id="rId1"/></{p}sheets>{workbook}</{p}workbook>',
        "xl/_rels/workbook.xml.rels": HEAD + f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f"{rels}</Relationships>",
        "xl/worksheets/sheet1.xml": sheet if isinstance(sheet, bytes) else HEAD + sheet,
    }
    if sheet_rels:
        found["xl/worksheets/_rels/sheet1.xml.rels"] = (
            HEAD + f'<Relationships xmlns="{PACKAGE}/relationships">{sheet_rels}</Relationships>'
        )
    return {**found, **(extra or {})}


def write(path: str, parts: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def worksheet(rows: str, tail: str = "", head: str = "", space: str = MAIN) -> str:
    return f'<worksheet xmlns="{space}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def _book(path: str, **options: Any) -> tuple[Any, Any]:
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("Plan")
    for row in range(8):
        for col in range(4):
            sheet.write(row, col, f"text {row}" if col == 0 else row * 10 + col)
    sheet.write_formula("E1", "=SUM(B1:D1)", None, 6)
    return book, sheet


@builder
def buttons(path: str) -> None:
    book, sheet = _book(path)
    sheet.insert_button("F2", {"macro": "refresh", "caption": "Refresh"})
    book.close()


@builder
def header_picture(path: str) -> None:
    import io

    book, sheet = _book(path)
    sheet.set_header("&L&G&C&A", {"image_left": "p.png", "image_data_left": io.BytesIO(PIXEL)})
    sheet.insert_image("F3", "p.png", {"image_data": io.BytesIO(PIXEL)})
    book.close()


@builder
def newer_formats(path: str) -> None:
    book, sheet = _book(path)
    sheet.conditional_format("B1:B8", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C1:C8", {"type": "icon_set", "icon_style": "5_quarters"})
    sheet.data_validation("D1:D8", {"validate": "list", "source": "=Other!$A$1:$A$3"})
    book.add_worksheet("Other").write_column("A1", ["a", "b", "c"])
    book.close()


@builder
def sparklines(path: str) -> None:
    book, sheet = _book(path)
    sheet.add_sparkline("F1", {"range": "Plan!B1:D1", "markers": True})
    book.close()


@builder
def charts_and_shapes(path: str) -> None:
    book, sheet = _book(path)
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {"name": "=Plan!$B$1", "values": "=Plan!$B$2:$B$8", "categories": "=Plan!A2:A8"}
    )
    sheet.insert_chart("G2", chart)
    sheet.insert_textbox("G20", "A note that stays", {"fill": {"color": "#FFEEAA"}})
    book.add_chartsheet("Chart").set_chart(_second(book))
    book.close()


def _second(book: Any) -> Any:
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"values": ["Plan", 0, 4, 0, 4]})
    return chart


@builder
def comments(path: str) -> None:
    book, sheet = _book(path)
    sheet.write_comment("B2", "why so low?", {"author": "Ann"})
    book.close()


@builder
def rich_text(path: str) -> None:
    book, sheet = _book(path)
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("A3", "one ", bold, "two", " three")
    sheet.write("A4", "  blanks \n and lines  ")
    sheet.write_url("A5", "https://example.com/?a=1&b=2", string="link")
    book.close()


@builder
def dynamic_arrays(path: str) -> None:
    book, sheet = _book(path)
    sheet.write_dynamic_array_formula("G1:G3", "=SORT(B1:B3)", None, 1)
    sheet.write_array_formula("H1:H3", "{=B1:B3*2}", None, 2)
    sheet.write_array_formula("I1", "{=SUM(B1:B3*C1:C3)}", None, 5)
    book.close()


@builder
def dates_1904(path: str) -> None:
    book, sheet = _book(path, date_1904=True)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_datetime("F1", dt.datetime(2026, 11, 16), day)
    book.close()


@builder
def tables(path: str) -> None:
    book, sheet = _book(path)
    columns = [
        {"header": "SKU"},
        {"header": "Units"},
        {"header": "Twice", "formula": "=[@Units]*2"},
    ]
    sheet.add_table("G2:I5", {"name": "ops_t", "columns": columns})
    sheet.merge_range("A14:C15", "merged")
    sheet.autofilter("A1:D8")
    sheet.protect("", {"sort": True})
    book.define_name("ops_gmv", "=Plan!$B$4")
    book.close()


@builder
def row_and_column_styles(path: str) -> None:
    book, sheet = _book(path)
    sheet.set_column("H:J", 20, book.add_format({"bg_color": "#DDEEFF"}))
    sheet.set_row(20, 30, book.add_format({"italic": True, "num_format": "0.00"}))
    sheet.freeze_panes(1, 1)
    book.close()


@builder
def shared_formulas(path: str) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c>'
        + (
            f'<c r="B{r}"><f t="shared" ref="B1:B6" si="0">A1*$A$1+"A1"+Sheet1!A1</f><v>1</v></c>'
            if r == 1
            else f'<c r="B{r}"><f t="shared" si="0"/><v>{r}</v></c>'
        )
        + (
            f'<c r="C{r}"><f t="shared" ref="C2:D3" si="1">A2&amp;"&lt;x"</f><v>2</v></c>'
            '<c r="D2" t="str"><f t="shared" ca="1" si="1"/><v>x</v></c>'
            if r == 2
            else '<c r="C3"><f t="shared" si="1"/></c><c r="D3"><f t="shared" si="1"/></c>'
            if r == 3
            else ""
        )
        + "</row>"
        for r in range(1, 7)
    )
    chain = f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/><c r="B2" i="1"/></calcChain>'
    write(
        path,
        parts_of(
            worksheet(rows, head='<dimension ref="A1:D6"/>'),
            extra={"xl/calcChain.xml": HEAD + chain},
            rels=f'<Relationship Id="rId9" Type="{OFFICE}/calcChain" Target="calcChain.xml"/>',
            types='<Override PartName="/xl/CalcChain.xml" ContentType="'
            f'{SHEET_TYPE}.calcChain+xml"/>',
            workbook='<calcPr calcId="191029"/>',
        ),
    )


@builder
def prefixed(path: str) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1"/><x:sheetData>\n  <x:row r="1">\n'
        '    <x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>\n    <x:c r="B1"><x:f>1+1'
        '</x:f><x:v>2</x:v></x:c>\n  </x:row>\n  <x:row r="3" />\n</x:sheetData></x:worksheet>'
    )
    write(path, parts_of(sheet, prefix="x"))


@builder
def strict(path: str) -> None:
    rows = '<row r="1"><c r="A1" t="d"><v>2026-11-16</v></c><c r="B1"><f>A1+1</f><v>3</v></c></row>'
    write(path, parts_of(worksheet(rows, space=STRICT), strict=True))


@builder
def without_places(path: str) -> None:
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c><c t='b'><v>1</v></c></row><row/>"
        '<row><c/><c><f>A1*2</f><v>2</v></c><c t="inlineStr"><is><t>x</t></is></c></row>'
    )
    write(path, parts_of(worksheet(rows)))


@builder
def no_cells(path: str) -> None:
    write(path, parts_of(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'))


@builder
def odd_xml(path: str) -> None:
    """Comments, CDATA, instructions, blanks, quotes of the other kind, rows out of order."""
    rows = (
        '<!-- rows --><row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[</c></row>]]></t></is></c>'
        "</row>\n<?pi x?><row r='1'><c r='A1'  s='0' ><v>1</v></c ><c r='B1'><v>2</v></c></row >"
    )
    write(path, parts_of(worksheet(rows)))


@builder
def utf16(path: str) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + worksheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>\u4e2d\u6587</t></is></c></row>'
    )
    parts = parts_of("")
    parts["xl/worksheets/sheet1.xml"] = text.encode("utf-16")
    write(path, parts)


@builder
def part_name_case(path: str) -> None:
    parts = parts_of(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    parts["XL\\Worksheets\\Sheet1.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    write(path, parts)


@builder
def slicer_pivot_threads(path: str) -> None:
    """A pivot table, a slicer and a threaded comment, by hand."""
    cache = (
        f'<pivotCacheDefinition xmlns="{MAIN}" recordCount="0"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:B3" sheet="Sheet1"/></cacheSource><cacheFields count="2">'
        '<cacheField name="k"><sharedItems/></cacheField><cacheField name="v"><sharedItems/>'
        "</cacheField></cacheFields></pivotCacheDefinition>"
    )
    pivot = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="P" cacheId="1" dataCaption="d">'
        '<location ref="E1:F2" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        "</pivotTableDefinition>"
    )
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    slicer = f'<slicers xmlns="{x14}"><slicer name="S" cache="C" rowHeight="1"/></slicers>'
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="A1" id="{0}"><text>why</text></threadedComment>'
        "</ThreadedComments>"
    )
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>k</t></is></c>'
        f'<c r="B{r}"><v>{r}</v></c></row>'
        for r in (1, 2, 3)
    )
    tail = (
        f'<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}" xmlns:x14="{x14}">'
        f'<x14:slicerList><x14:slicer xmlns:r="{OFFICE}" r:id="rId2"/></x14:slicerList>'
        "</ext></extLst>"
    )
    ms = "http://schemas.microsoft.com/office"
    write(
        path,
        parts_of(
            worksheet(rows, tail),
            sheet_rels=f'<Relationship Id="rId1" Type="{OFFICE}/pivotTable" '
            'Target="../pivotTables/pivotTable1.xml"/>'
            f'<Relationship Id="rId2" Type="{ms}/2007/relationships/slicer" '
            'Target="../slicers/slicer1.xml"/>'
            f'<Relationship Id="rId3" Type="{ms}/2017/10/relationships/threadedComment" '
            'Target="../threadedComments/threadedComment1.xml"/>',
            extra={
                "xl/pivotTables/pivotTable1.xml": HEAD + pivot,
                "xl/pivotCache/pivotCacheDefinition1.xml": HEAD + cache,
                "xl/slicers/slicer1.xml": HEAD + slicer,
                "xl/threadedComments/threadedComment1.xml": HEAD + thread,
            },
            rels=f'<Relationship Id="rId7" Type="{OFFICE}/pivotCacheDefinition" '
            'Target="pivotCache/pivotCacheDefinition1.xml"/>',
            workbook='<pivotCaches><pivotCache cacheId="1" r:id="rId7"/></pivotCaches>',
        ),
    )
