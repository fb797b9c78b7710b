"""Values out of a sheet's rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from sync.ooxml import scan, xml
from sync.ooxml.package import Package
from sync.ooxml.rows import Cell
from sync.ooxml.scan import Tokens
from sync.ooxml.styles import Styles
from sync.ooxml.values import ErrorValue, Value, from_serial, unescape_text

_PHONETIC = re.compile(rb"<(?:[^\s<>/=:]+:)?rPh[\s>].*?</(?:[^\s<>/=:]+:)?rPh\s*>", re.S)
_TEXT = re.compile(rb"<(?:[^\s<>/=:]+:)?t(?:\s[^>]*)?>(.*?)</(?:[^\s<>/=:]+:)?t\s*>", re.S)
_WHOLE = re.compile(r"-?[0-9]{1,15}")


class SharedStrings:
    """The workbook's list of texts, read when first needed."""

    def __init__(self, package: Package, workbook_part: str) -> None:
        self._package = package
        rels = package.rels(workbook_part)
        rel = next((r for r in rels if r.kind == "sharedStrings"), None)
        self.part = rel.target if rel is not None and package.has(rel.target) else ""
        self._texts: list[str] | None = None

    def __getitem__(self, at: int) -> str:
        if self._texts is None:
            self._texts = []
            if self.part:
                for item in self._package.root(self.part):
                    if xml.local(item) == "si":
                        self._texts.append(item_text(item))
        return self._texts[at] if 0 <= at < len(self._texts) else ""


def item_text(item: xml.Element) -> str:
    """The text of a string item, rich text joined, without phonetic hints."""
    found = []
    for element in item.iter():
        if xml.local(element) == "t":
            inside = element.getparent()
            if xml.local(inside) != "rPh":
                found.append(element.text or "")
    return unescape_text("".join(found))


class Reader:
    """Turns cells into values."""

    def __init__(
        self, tk: Tokens, strings: SharedStrings, styles: Styles, epoch_1904: bool
    ) -> None:
        self._tk, self._strings = tk, strings
        self._styles, self._epoch = styles, epoch_1904
        self._kinds: dict[bytes, Callable[[str], Value]] = {
            b"str": unescape_text,
            b"e": ErrorValue,
            b"b": lambda text: text.strip() in ("1", "true"),
            b"s": lambda text: strings[int(text)] if text.strip().isdigit() else "",
            b"d": _iso,
        }

    def value(self, cell: Cell) -> Value:
        kind = scan.attribute(cell.attributes, b"t") or b"n"
        if kind == b"inlineStr":
            match = self._tk.inline.search(cell.inner)
            texts = _TEXT.findall(_PHONETIC.sub(b"", match[1] or b"")) if match else []
            return unescape_text(_plain(b"".join(texts)))
        match = self._tk.value.search(cell.inner)
        if match is None or match[1] is None:
            return None
        text = _plain(match[1])
        if kind in self._kinds:
            return self._kinds[kind](text)
        return self._number(text.strip(), scan.style_of(cell.attributes) or 0)

    def _number(self, text: str, style: int) -> Value:
        try:
            value: int | float = int(text) if _WHOLE.fullmatch(text) else float(text)
        except ValueError:
            return text or None
        if style and self._styles.is_date(style):
            return from_serial(float(value), self._epoch, self._styles.has_time(style))
        return value

    def formula(self, cell: Cell) -> str | None:
        """The formula that the cell states itself."""
        match = self._tk.formula.search(cell.inner)
        return _plain(match[2]) if match is not None and match[2] else None


def _plain(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return xml.unescape(text)


def _iso(text: str) -> Value:
    try:
        moment = dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text
    return moment.date() if "T" not in text else moment
