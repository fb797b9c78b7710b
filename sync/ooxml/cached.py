"""Values of formulas that another program computed, put beside the formulas that lack one."""

from __future__ import annotations

from sync.ooxml import rows, scan
from sync.ooxml.content import Content
from sync.ooxml.rows import Cell
from sync.ooxml.scan import Tokens
from sync.ooxml.sheet import Sheet
from sync.ooxml.values import escape_text

_NOT_KNOWN = (b"#NAME?", b"Err:")  # the other program lacks the function: Excel will know


def take_values(content: Content, computed: Content) -> int:
    """Fills in the values of formulas that have none from the same cells of a computed copy.

    Only those cells change. Returns how many got a value.
    """
    count = 0
    for name, sheet in content.sheets.items():
        twin = computed.sheets.get(name)
        if twin is not None and sheet.index.has_formulas:
            count += _Twin(sheet, twin, computed).take()
    return count


class _Twin:
    """One sheet and its computed copy."""

    def __init__(self, sheet: Sheet, twin: Sheet, computed: Content) -> None:
        self._sheet, self._twin, self._strings = sheet, twin, computed.strings
        self._tk = scan.tokens(sheet.index.prefix)
        self._twin_tk = scan.tokens(twin.index.prefix)

    def take(self) -> int:
        count, out = 0, []
        for number, raw in self._sheet.rows():
            if self._tk.formula_mark in raw:
                row = rows.split(raw, number, self._tk, self._sheet.part)
                found = [cell for cell in row.cells if _lacks(cell, self._tk)]
                known = self._cells(number) if found else {}
                done = sum(self._fill(cell, known.get(cell.col)) for cell in found)
                raw = rows.join(row, self._tk) if done else raw
                count += done
            out.append(raw)
        if count:
            head, tail = self._sheet.around()
            self._sheet.package.put(self._sheet.part, head + b"".join(out) + tail)
        return count

    def _cells(self, number: int) -> dict[int, Cell]:
        raw = self._twin.row(number)
        if raw is None:
            return {}
        return {cell.col: cell
                for cell in rows.split(raw, number, self._twin_tk, self._twin.part).cells}

    def _fill(self, cell: Cell, known: Cell | None) -> bool:
        """Puts the value behind the formula; False if there is none to put."""
        match = self._twin_tk.value.search(known.inner) if known is not None else None
        if known is None or match is None:
            return False
        kind, value = scan.attribute(known.attributes, b"t") or b"n", match[1] or b""
        if kind == b"s":
            kind, value = b"str", escape_text(self._strings[int(value)]).encode()
        if kind == b"e" and value.startswith(_NOT_KNOWN):
            return False
        formula = self._tk.formula.search(cell.inner)
        assert formula is not None
        p = self._tk.prefix
        inner = (cell.inner[: formula.end()] + b"<" + p + b"v>" + value + b"</" + p + b"v>"
                 + cell.inner[formula.end() :])
        attributes = scan.without(cell.attributes, b"t").rstrip()
        mark = b"" if kind == b"n" else b' t="' + kind + b'"'
        cell.raw = b"<" + p + b"c" + attributes + mark + b">" + inner + b"</" + p + b"c>"
        cell.attributes = attributes + mark
        return True


def _lacks(cell: Cell, tk: Tokens) -> bool:
    """A formula without a value?"""
    return tk.formula.search(cell.inner) is not None and tk.value.search(cell.inner) is None
