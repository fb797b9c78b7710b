"""Text files that lie about themselves: every encoding, delimiter and preamble."""

from __future__ import annotations

import pytest

from sync.read import text
from sync.read.recognise import is_known
from tests.sync.read.reading import read, rows
from workbook.errors import UnreadableFile

HEADER = ("sku", "valid_from", "currency", "unit_cost", "品名")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")
DELIMITERS = (",", "\t", ";", "|")
PREAMBLES = (0, 1, 9)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("preamble", PREAMBLES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_finds_encoding_delimiter_and_header(
    encoding: str, delimiter: str, preamble: int, end: str
) -> None:
    lines = [f"All amounts in USD, unless specified; line {n}" for n in range(preamble)]
    lines += [delimiter.join(HEADER), delimiter.join(("BIN-L", "2026-01-31", "CNY", "5", "收纳箱"))]
    table = text.look(end.join(lines).encode(encoding), is_known)
    assert table is not None
    assert (table.encoding, table.delimiter, table.header_line) == (
        encoding,
        delimiter,
        preamble + 1,
    )
    assert table.header == HEADER


@pytest.mark.parametrize(
    "encoding, name",
    [
        ("cp932", "収納ボックス"),
        ("gb18030", "收纳箱 大号"),
        ("cp1252", "Crème brûlée – 5€"),
        ("utf-16", "ñ 收纳"),
        ("utf-8-sig", "صناديق"),
    ],
)
def test_names_come_out_as_they_were(encoding: str, name: str) -> None:
    content = f"sku\tname\towner\nBIN-L\t{name}\tX\n".encode(encoding)
    if encoding == "cp932":  # kana or Han in the header tell Japanese from Chinese
        content = f"sku\tname\towner\nBIN-L\t{name}\tオーナー\n".encode(encoding)
    assert rows(read(content), "name") == [(name,)]


def test_raw_inch_marks_in_a_tsv_do_not_quote() -> None:
    content = 'sku\tname\towner\nA\tBin 15" x 11"\tW\nB\t"Hook\tW\nC\tTray\tW\n'
    assert rows(read(content), "sku", "name") == [
        ("A", 'Bin 15" x 11"'),
        ("B", '"Hook'),
        ("C", "Tray"),
    ]


def test_a_quoted_line_break_stays_in_its_cell() -> None:
    content = 'sku,name,owner\nA,"two\nlines, one cell",W\nB,Tray,W\n'
    assert rows(read(content), "name") == [("two\nlines, one cell",), ("Tray",)]


def test_text_without_a_known_header_has_no_table() -> None:
    assert text.look(b"a,b,c\n1,2,3\n", is_known) is None


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n\t"])
def test_an_empty_file_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as caught:
        text.candidates(content)
    assert caught.value.lines() == ["The file is empty.", "Download the report again."]


def test_binary_content_says_so() -> None:
    with pytest.raises(UnreadableFile) as caught:
        text.candidates(b"\x89PNG\x00\x01\x02")
    assert caught.value.what == "The file is not text."
    assert "CSV, TXT or XLSX" in caught.value.do


def test_an_unknown_encoding_says_which_were_tried() -> None:
    with pytest.raises(UnreadableFile) as caught:
        text.candidates(b"abc \x81 \xff\xff")
    assert "no known encoding" in caught.value.what and "Shift-JIS" in caught.value.what
    assert "UTF-8" in caught.value.do
