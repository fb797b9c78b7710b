"""Finds what is bound in a workbook: names, tables and placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sync.ooxml import Area, Table, Workbook
from sync.ooxml import rows as ooxml_rows
from sync.ooxml.read import Reader
from sync.ooxml.refs import letters, quote_sheet
from sync.ooxml.scan import attribute, tokens
from workbook.binding import PREFIX, Request, Unknown, What

RECORD_SHEET = "_opsheet_bound"  # very hidden: what we remember of the workbook
Meaning = Request | Unknown
Parse = Callable[[str], Meaning | None]


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound place.

    `name` is the defined name or the table's name, "" for a placeholder, whose `text` stands in
    the cell. `table` is the Excel Table that is to be filled, if it is there already.
    """

    kind: str  # name, table, placeholder
    name: str
    sheet: str
    area: Area
    meaning: Meaning
    text: str = ""
    table: str = ""

    @property
    def cell(self) -> str:
        """The place's first cell: `Plan!B4`; the name where it stands for no cell."""
        if not self.sheet:
            return self.name
        return place(self.sheet, self.area.top, self.area.left)

    @property
    def request(self) -> Request | None:
        return self.meaning if isinstance(self.meaning, Request) else None


NOWHERE = Area(1, 1, 1, 1)


def place(sheet: str, row: int, column: int) -> str:
    """`Plan!B4`, `'My plan'!B4`."""
    return f"{quote_sheet(sheet)}!{letters(column)}{row}"


def find(book: Workbook, name: Parse, placeholder: Parse) -> list[Bound]:
    """Everything bound, sheet by sheet; a table or name of another prefix is nobody's business."""
    found = [*_tables(book, name), *_names(book, name)]
    taken = {(b.sheet.casefold(), b.area.top, b.area.left) for b in found if not b.table}
    tables = {b.table for b in found if b.table}
    for bound in _placeholders(book, placeholder):
        if (bound.sheet.casefold(), bound.area.top, bound.area.left) in taken:
            continue  # a name already says what belongs there
        if bound.table and bound.table in tables:
            continue
        found.append(bound)
    order = {sheet: n for n, sheet in enumerate(book.sheet_names)}
    return sorted(found, key=lambda b: (order.get(b.sheet, -1), b.area.top, b.area.left))


def _tables(book: Workbook, parse: Parse) -> Iterator[Bound]:
    for name, table in book.tables.items():
        if table.sheet.name == RECORD_SHEET:
            continue
        meaning = parse(name)
        if meaning is None:
            continue
        if isinstance(meaning, Request) and meaning.what is not What.BLOCK:
            meaning = Unknown(f"The table {name} is named like a single number.",
                              "Name the table after a table of a template, such as ops_top_skus.")
        yield Bound("table", name, table.sheet.name, table.ref, meaning, table=name)


def _names(book: Workbook, parse: Parse) -> Iterator[Bound]:
    for name, defined in book.defined_names.items():
        plain = defined.name
        if defined.hidden or not plain.casefold().startswith(PREFIX):
            continue
        meaning = parse(plain)
        if meaning is None:
            continue
        if defined.place is None:
            yield Bound("name", name, "", NOWHERE, _no_cell(meaning, plain, defined.ref))
            continue
        sheet, area = defined.place
        if sheet not in book.sheet_names:
            yield Bound("name", name, "", NOWHERE, _no_cell(meaning, plain, defined.ref))
            continue
        if sheet == RECORD_SHEET:
            continue
        yield _named_cell(book, Bound("name", name, sheet, area, meaning))


def _no_cell(meaning: Meaning, name: str, ref: str) -> Meaning:
    return meaning if isinstance(meaning, Unknown) else Unknown(
        f"The name {name} stands for no cell ({ref[:60]}).",
        "In Excel: Formulas, Name Manager; let it refer to one cell, or delete it.")


def _named_cell(book: Workbook, bound: Bound) -> Bound:
    """A name for one cell, or for a block one that covers a whole table."""
    request, area = bound.request, bound.area
    if request is None:
        return bound
    if request.what is What.BLOCK:
        table = _covering(book, bound.sheet, area)
        if table is None:
            return replace(bound, meaning=Unknown(
                f"The name {bound.name} stands for cells, but {request.token} is a table.",
                "Select the header row and the rows, Insert, Table, and give the table this name "
                "(delete the name first); or type {{ " + request.token + " }} into an empty cell."))
        return replace(bound, table=table.name, area=table.ref)
    if area.height * area.width > 1 and area not in book.merged(bound.sheet):
        return replace(bound, meaning=Unknown(
            f"The name {bound.name} stands for several cells ({area}).",
            "In Excel: Formulas, Name Manager; let it refer to one cell."))
    return bound


def _covering(book: Workbook, sheet: str, area: Area) -> Table | None:
    for table in book.tables.values():
        if table.sheet.name == sheet and area in (table.ref, table.body):
            return table
    return None


# --- placeholders -------------------------------------------------------------------------


def _placeholders(book: Workbook, parse: Parse) -> Iterator[Bound]:
    for sheet in book.sheet_names:
        if sheet == RECORD_SHEET:
            continue
        for row, column, text in _texts(book, sheet):
            meaning = parse(text)
            if meaning is None:
                continue
            area = Area(row, column, row, column)
            yield _in_table(book, Bound("placeholder", "", sheet, area, meaning, text.strip()))


def _in_table(book: Workbook, bound: Bound) -> Bound:
    """A placeholder for a block inside a table means that table."""
    request = bound.request
    if request is None or request.what is not What.BLOCK:
        return bound
    for table in book.tables.values():
        if table.sheet.name == bound.sheet and table.body.has(bound.area.top, bound.area.left):
            return replace(bound, table=table.name, area=table.ref)
    return bound


def _texts(book: Workbook, name: str) -> Iterator[tuple[int, int, str]]:
    """(row, column, text) of the cells whose text holds `{{`."""
    content = book.content
    sheet = content.sheet(name)
    tk = tokens(sheet.index.prefix)
    reader = Reader(tk, content.strings, content.styles, sheet.epoch_1904)
    for number, raw in sheet.rows():
        if b"{{" not in raw and b'"s"' not in raw and b"'s'" not in raw:
            continue
        for cell in ooxml_rows.split(raw, number, tk, sheet.part).cells:
            if b"{{" not in cell.inner and attribute(cell.attributes, b"t") != b"s":
                continue
            if tk.formula.search(cell.inner):
                continue
            value = reader.value(cell)
            if isinstance(value, str) and "{{" in value:
                yield number, cell.col, value
