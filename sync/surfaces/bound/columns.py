"""What the columns of a bound table are: ours, people's inputs, or formulas that people added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.ooxml import Table, Value, Workbook
from sync.ooxml.formulas import move
from sync.ooxml.refs import letters, quote_sheet
from sync.ooxml.rows import split
from sync.ooxml.scan import attribute, tokens
from workbook.headers import columns_of
from workbook.spans import plain
from workbook.template import Block, Dim, Field, Input, field_id


@dataclass(slots=True)
class Roles:
    """The columns of one table by header; `filled` are formulas that the table fills down."""

    ours: dict[str, Field] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)  # inputs, and formulas of single rows
    filled: list[str] = field(default_factory=list)
    usual: dict[str, str] = field(default_factory=dict)  # typed column -> most rows' formula

    def header_of(self, name: str) -> str:
        """The column that shows a field of ours; "" if the table has none."""
        return next((h for h, item in self.ours.items() if field_id(item) == name), "")


@dataclass(slots=True)
class Body:
    """What stands in a table's rows: values and formulas by row and header."""

    top: int
    values: list[dict[str, Value]]
    formulas: dict[tuple[int, str], str]  # (row from 0, header)


def read_body(book: Workbook, table: Table) -> Body:
    """All of it, shared formulas written out."""
    area = table.body
    names = table.columns
    ref = f"{quote_sheet(table.sheet.name)}!{area}"
    values = [dict(zip(names, row, strict=True)) for row in book.read(ref)]
    formulas: dict[tuple[int, str], str] = {}
    for cell, text in _formulas(book, table).items():
        row, column = cell
        formulas[row - area.top, names[column - area.left]] = text
    return Body(area.top, values, formulas)


def _formulas(book: Workbook, table: Table) -> dict[tuple[int, int], str]:
    sheet, area = table.sheet, table.body
    tk = tokens(sheet.index.prefix)
    found: dict[tuple[int, int], str] = {}
    for shared in sheet.index.shared:
        for row, column in shared.children:
            if area.has(row, column):
                found[row, column] = move(shared.text, row - shared.row, column - shared.col)
    stated = book.read_formulas(f"{quote_sheet(sheet.name)}!{area}")
    columns = {letters(c): c for c in range(area.left, area.right + 1)}
    for ref, text in stated.items():
        name = ref.rstrip("0123456789")
        found[int(ref[len(name):]), columns[name]] = text
    for number, raw in sheet.rows(area.top, area.bottom):
        if b"dataTable" in raw:
            for one in split(raw, number, tk, sheet.part).cells:
                match = tk.formula.search(one.inner)
                if match and attribute(match[1], b"t") == b"dataTable":
                    found.pop((number, one.col), None)
    return found


def roles(table: Table, block: Block, body: Body, ours: Mapping[str, str]) -> Roles:
    """Sorts the columns. `ours` are our own formulas in the first row, by field id.

    A column under one of our headers that holds a formula of somebody else is theirs.
    """
    known, found = columns_of(block), Roles()
    taken: set[str] = set()
    calculated = set(table.formula_columns())
    for header in table.columns:
        item = known.get(plain(header))
        texts = [body.formulas.get((n, header)) for n in range(len(body.values))]
        mine = ours.get(field_id(item)) if item is not None else None
        own = mine is not None and any(texts) and all(
            text is None or "#REF!" in text or move(text, -n, 0) == mine
            for n, text in enumerate(texts))
        theirs = (any(texts) or header in calculated) and not own
        free = item is not None and not isinstance(item, Input) and field_id(item) not in taken
        if item is not None and free and not theirs:
            found.ours[header] = item
            taken.add(field_id(item))
        elif theirs and _uniform(texts, body, header):
            found.filled.append(header)
        else:
            found.typed.append(header)
            found.usual[header] = _usual(texts) if theirs else ""
    return found


def _uniform(texts: list[str | None], body: Body, header: str) -> bool:
    """The same formula in every row (a row without one must be blank)."""
    shapes = {move(text, -n, 0) if n else text for n, text in enumerate(texts) if text is not None}
    constants = [n for n, text in enumerate(texts)
                 if text is None and body.values[n].get(header) not in (None, "")]
    if texts and texts[0] is None and any(texts):
        return False  # the editor fills down what the first row says
    return len(shapes) <= 1 and not constants


def _usual(texts: list[str | None]) -> str:
    """The formula of more than half of the rows, as the first row would write it."""
    shapes = Counter(move(text, -n, 0) for n, text in enumerate(texts) if text is not None)
    if not shapes:
        return ""
    text, count = shapes.most_common(1)[0]
    return text if 2 * count > len(texts) else ""


def key_columns(block: Block) -> tuple[str, ...]:
    """The fields that name a row, the marketplace apart."""
    return block.by or (("period",) if block.over else ())


def shows(block: Block, name: str) -> bool:
    """Is a field of that id among the block's columns?"""
    return any(isinstance(item, Dim) and item.name == name for item in block.fields)
