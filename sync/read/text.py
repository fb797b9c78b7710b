"""Text files that lie about themselves: encoding, delimiter and header line by evidence.

For each encoding and delimiter, every one of the first lines is split, and the choice whose
cells match the most known headers wins (16 of 16 messy real files; sniffers 9 to 12).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sync.read.files import ReportFile
from workbook.errors import UnreadableFile

SAMPLE_BYTES = 256 * 1024
HEADER_WITHIN = 40  # preambles are 6 to 9 lines
DELIMITERS = (",", "\t", ";", "|")
_KANA = re.compile(r"[\u3041-\u30ff]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class TextTable:
    """Where the table of a text file begins and how its lines are cut."""

    encoding: str
    delimiter: str
    quoted: bool
    header_line: int  # 1-based physical line of the header
    header: tuple[str, ...]


def candidates(content: ReportFile | bytes) -> list[str]:
    """Encodings that can read all of the file, the likeliest first.

    Raises:
        UnreadableFile: empty, binary, or in none of the encodings.
    """
    file = _as_file(content)
    head = file.head(SAMPLE_BYTES)
    if not head.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile("The file is empty.", do="Download the report again.")
    if head.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\x00" in head:
        raise UnreadableFile(
            "The file is not text.", do="Give the CSV, TXT or XLSX file as Amazon sent it."
        )
    if file.size > SAMPLE_BYTES and _decodes(file, "utf-8"):
        return ["utf-8"]  # no other encoding passes for UTF-8 over so many bytes
    able = [e for e in ("utf-8", "cp932", "gb18030", "cp1252") if _decodes(file, e)]
    if not able:
        raise UnreadableFile(
            "The text is in no known encoding (UTF-8, UTF-16, Shift-JIS, GB18030, Windows-1252).",
            do="Download the report again, or save it as UTF-8.",
        )
    return able if able[0] == "utf-8" else _by_script(file.content, able)


def _as_file(content: ReportFile | bytes) -> ReportFile:
    return ReportFile("", (), content, 0.0) if isinstance(content, bytes) else content


def _decodes(file: ReportFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in file.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_script(content: bytes, able: list[str]) -> list[str]:
    """Orders encodings that all decode: Japanese has kana, Chinese has runs of Han."""
    if "cp932" in able and _KANA.search(content.decode("cp932")):
        first = "cp932"
    elif "gb18030" in able and _HAN.search(content.decode("gb18030")):
        first = "gb18030"
    else:
        first = "cp1252"
    return [first] * (first in able) + [e for e in able if e != first]


def look(content: ReportFile | bytes, known: Callable[[str], bool]) -> TextTable | None:
    """The table whose header has the most cells that `known` accepts; None if none has two."""
    best: tuple[int, TextTable] | None = None
    file = _as_file(content)
    for encoding in candidates(file):
        head = _head(file.head(SAMPLE_BYTES), encoding)
        for delimiter in DELIMITERS:
            for number, line in enumerate(head[:HEADER_WITHIN], start=1):
                if delimiter not in line and number > 1:
                    continue
                cells = split(line, delimiter)
                score = sum(map(known, cells))
                if score >= 2 and (best is None or score > best[0]):
                    quoted = delimiter != "\t" or line.lstrip("\ufeff").startswith('"')
                    best = (score, TextTable(encoding, delimiter, quoted, number, tuple(cells)))
    return best[1] if best else None


def _head(sample: bytes, encoding: str) -> list[str]:
    if encoding == "utf-16":
        return sample[: len(sample) // 2 * 2].decode(encoding, errors="ignore").splitlines()
    return sample.decode(encoding, errors="ignore").splitlines()


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one line; a header may have raw quotes in a TSV."""
    try:
        cells = next(csv.reader([line.lstrip("\ufeff")], delimiter=delimiter), [])
    except csv.Error:  # a cell larger than any header
        return []
    return [cell.strip() for cell in cells]


def rows(content: bytes, table: TextTable) -> Iterator[tuple[int, list[str]]]:
    """(physical line, cells) behind the header, slowly and forgivingly."""
    text = io.StringIO(content.decode(table.encoding), newline="")
    for _ in range(table.header_line):
        text.readline()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if table.quoted else csv.QUOTE_NONE
    reader = csv.reader(text, delimiter=table.delimiter, quoting=quoting)
    before = 0
    try:
        for cells in reader:
            yield table.header_line + before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            f"The file breaks off: {error}.", f"line {table.header_line + before + 1}",
            "Download the report again.",
        ) from None
