"""What keeps a bound place from being filled without shifting anything, each with its remedy.

The contract: a table owns its sheet from its header down, nothing below it, no totals row; rows are
never inserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sync.ooxml import Area, Table, Workbook, xml
from sync.ooxml.refs import MAX_ROW, letters
from sync.ooxml.rows import split
from sync.ooxml.scan import tokens
from sync.ooxml.sheet import Sheet
from sync.surfaces.bound.columns import Roles, key_columns, read_body, roles
from sync.surfaces.bound.find import Bound, place
from sync.surfaces.bound.newtable import area_of
from sync.surfaces.bound.render import columns_by_header, our_formulas
from workbook.template import Block


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One place that breaks the contract. `blocks`: a fill is refused until it is mended."""

    what: str
    where: str
    do: str
    blocks: bool = False


def of_table(book: Workbook, bound: Bound, block: Block) -> Iterator[Obstacle]:
    """Everything wrong with a table that is there already."""
    table = book.table(bound.table)
    name = f"{table.name} ({place(table.sheet.name, table.ref.top, table.ref.left)})"
    if not table.header_rows:
        yield Obstacle("The table has no header row, so its columns cannot be known.", name,
                       "In Excel: Table Design, tick Header Row.", True)
        return
    if table.totals_rows:
        where = place(table.sheet.name, table.ref.bottom, table.ref.left)
        yield Obstacle("The table has a totals row, so it cannot grow or shrink.", where,
                       "Switch it off (Table Design, Total Row); put totals above or on another "
                       "sheet.", True)
    yield from _body(book, table)
    yield from _around(table)
    found = roles(table, block, read_body(book, table),
                  our_formulas(table, block, columns_by_header(table, block)))
    yield from _columns(table, block, found, name)


def _body(book: Workbook, table: Table) -> Iterator[Obstacle]:
    sheet, ref = table.sheet, table.ref
    down = Area(ref.top, ref.left, MAX_ROW, ref.right)
    for area in book.merged(sheet.name):
        if area.meets(down):
            inside = area.meets(ref)
            yield Obstacle(
                f"{area} is merged {'inside' if inside else 'below'} the table.",
                place(sheet.name, area.top, area.left),
                "Unmerge those cells (Home, Merge & Center).", inside)
    for formula in sheet.index.blocks:
        single = formula.area.height == formula.area.width == 1
        if formula.area.meets(table.body) and not (single and formula.kind != "dataTable"):
            yield Obstacle(
                f"One formula fills {formula.area} as a whole, inside the table.",
                place(sheet.name, formula.area.top, formula.area.left),
                "Clear it and write one formula a row, or move it to another sheet.", True)
    if protected(sheet):
        yield Obstacle(
            "The sheet is protected: people cannot type into the table, nor sort it.",
            place(sheet.name, ref.top, ref.left),
            "In Excel: Review, Unprotect Sheet; or move the table to a sheet of its own.")


def protected(sheet: Sheet) -> bool:
    found = xml.child(sheet.root, "sheetProtection") if b"sheetProtection" in sheet.index.tail \
        else None
    return found is not None and found.get("sheet") in ("1", "true")


def _around(table: Table) -> Iterator[Obstacle]:
    """Cells below the table, and typed cells right beside its rows."""
    sheet, ref = table.sheet, table.ref
    below = next(_used(sheet, Area(ref.bottom + 1, ref.left, MAX_ROW, ref.right)), None)
    if below is not None:
        yield Obstacle(
            f"Something stands below the table, which grows down to row {below[0] - 1} at most.",
            place(sheet.name, *below),
            "Move it above the table, beside it or to another sheet; or give the table a sheet "
            "of its own.")
    beside = next(_used(sheet, Area(table.body.top, ref.right + 1, table.body.bottom,
                                    ref.right + 1), typed=True), None)
    if beside is not None:
        yield Obstacle(
            "Something is typed right beside the table; it would not follow its row.",
            place(sheet.name, *beside),
            f"Make the column a part of the table: drag the table's corner over "
            f"column {letters(ref.right + 1)}.")


def _used(sheet: Sheet, area: Area, *, typed: bool = False) -> Iterator[tuple[int, int]]:
    """The cells of an area that hold something (`typed`: and no formula)."""
    tk = tokens(sheet.index.prefix)
    for number, raw in sheet.rows(area.top, area.bottom):
        for cell in split(raw, number, tk, sheet.part).cells:
            skip = typed and tk.formula.search(cell.inner)
            if area.has(number, cell.col) and cell.inner.strip() and not skip:
                yield number, cell.col


def _columns(table: Table, block: Block, found: Roles, name: str) -> Iterator[Obstacle]:
    if not found.ours:
        yield Obstacle(
            f"No column of the table is one of ours ({', '.join(table.columns[:6])}).", name,
            "Name columns like " + ", ".join(_examples(block)) + ".", True)
        return
    missing = [n for n in key_columns(block) if not found.header_of(n)]
    if found.typed and missing and _shown(block, missing):
        yield Obstacle(
            f"The table has no column {', '.join(missing)}, so what people type "
            f"({', '.join(found.typed)}) cannot follow its row.", name,
            f"Add a column named {', '.join(missing)}.", True)


def _shown(block: Block, names: list[str]) -> bool:
    """Does the block show them at all? (Keys of exceptions and tasks are not for people.)"""
    from sync.surfaces.bound.columns import shows

    return all(shows(block, name) for name in names)


def _examples(block: Block) -> list[str]:
    from workbook.plan import label_of

    return [label_of(item, "en") for item in block.fields[:5]]


def of_room(book: Workbook, bound: Bound, block: Block, rows: int) -> Iterator[Obstacle]:
    """What stands where a placeholder wants to become a table; everything below it counts."""
    sheet = book.content.sheet(bound.sheet)
    area = area_of(block, bound.area.top, bound.area.left, rows)
    here = (bound.area.top, bound.area.left)
    down = Area(area.top, area.left, MAX_ROW, area.right)
    if area.right > 16_384 or area.bottom > MAX_ROW:
        yield Obstacle("The table does not fit on the sheet.", bound.cell,
                       "Type the placeholder further to the left and top.", True)
        return
    for table in book.tables.values():
        if table.sheet is sheet and table.ref.meets(down):
            yield Obstacle(f"The table {table.name} stands where {bound.text} would grow.",
                           place(sheet.name, table.ref.top, table.ref.left),
                           "Type the placeholder on an empty sheet.", True)
    for merged in book.merged(sheet.name):
        if merged.meets(down):
            yield Obstacle(f"{merged} is merged where {bound.text} would become a table.",
                           place(sheet.name, merged.top, merged.left),
                           "Unmerge those cells, or type the placeholder on an empty sheet.", True)
    for row, column in _used(sheet, down):
        if (row, column) != here:
            yield Obstacle(
                f"{bound.text} becomes a table of {area.width} columns; something stands in its "
                "way.", place(sheet.name, row, column),
                "Move it, or type the placeholder on a sheet of its own: rows are never "
                "inserted.", True)
            break


def of_cell(book: Workbook, bound: Bound, tables: list[Bound]) -> Iterator[Obstacle]:
    """A single number in a place that moves or only changes as a whole."""
    sheet = book.content.sheet(bound.sheet)
    row, column = bound.area.top, bound.area.left
    for other in tables:
        if other.sheet == bound.sheet and other.table and other.area.has(row, column):
            yield Obstacle(f"The cell stands inside the table {other.table}, whose rows move.",
                           bound.cell, "Bind a cell outside the table.", True)
    for table in book.tables.values():
        frame = table.ref.has(row, column) and not table.body.has(row, column)
        if table.sheet is sheet and frame:
            yield Obstacle(f"The cell is a header or total of the table {table.name}.", bound.cell,
                           "Bind a cell outside the table.", True)
    formula = sheet.index.block_at(row, column)
    if formula is not None:
        yield Obstacle(f"The cell is part of a formula that fills {formula.area} as a whole.",
                       bound.cell, "Bind another cell.", True)
    for merged in book.merged(bound.sheet):
        if merged.has(row, column) and (merged.top, merged.left) != (row, column):
            yield Obstacle(f"The cell is hidden inside the merged cells {merged}.", bound.cell,
                           f"Bind {letters(merged.left)}{merged.top}.", True)
