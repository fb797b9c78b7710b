"""Says what a cell of a filled workbook is: its block, its row and its field.

A table is found by the hidden header of its key column (`ops:ads`), a field by its header in
either language: sorted rows, renamed tabs and inserted rows do not matter. Cards and the stand-up
list mirror cells of tables; their formulas lead there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sync.surfaces.xlsx.anchors import PREFIX
from sync.surfaces.xlsx.found import headers_of
from sync.surfaces.xlsx.place import CARD_CELLS, KEY_PREFIX, column_name, quoted
from sync.surfaces.xlsx.typed import META_SHEET
from workbook.errors import SurfaceError, UsageError
from workbook.model import Value
from workbook.nearest import nearest
from workbook.template import Block, Bound, Change, Field, Measure, Output, Status, field_id

At = tuple[str, int, int]  # sheet, zero-based row and column
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
# The row of a card's value as seen from its cells without a formula (the tiny chart among them).
_TO_VALUE = {"label": 1, "spark": -2, "note": CARD_CELLS["value"][0] - CARD_CELLS["note"][0]}


@dataclass(frozen=True, slots=True)
class Located:
    """What stands in a cell. `item` is its field, None for a heading; `row_key` "" for a header.

    `value` is what the workbook shows (for a card's label the card's value), `row` what it shows
    in the other fields of the row, `mirrors` the cell of a table that a cell of the overview
    repeats or is reckoned from.
    """

    sheet: str
    cell: str
    value: Value
    formula: str = ""
    block: Block | None = None
    row_key: str = ""
    item: Field | None = None
    part: str = ""  # of a card: label, note, spark
    marketplace: str = ""
    row: Mapping[str, Value] = field(default_factory=dict)
    mirrors: str = ""


class Book:
    """A workbook that Opsheet filled, opened for reading only.

    Args:
        path: the file.
        blocks_of: gives the blocks that a template's workbook has, by id.

    Raises:
        SurfaceError: the file is damaged, or was not made by Opsheet.
    """

    def __init__(self, path: Path, blocks_of: Callable[[str], Mapping[str, Block]]) -> None:
        self.path = path
        self._sheets = _read(path)
        if META_SHEET not in self._sheets:
            raise SurfaceError("This workbook was not made by Opsheet.", str(path),
                               "Give one that `opsheet fill` wrote.")
        rows = self._sheets.pop(META_SHEET)
        self.meta = {str(row[0]): _value(row[1]) for row in rows if len(row) > 1}
        self._blocks = blocks_of(str(self.meta.get("template", "")))
        self._opened: Any = None
        self._formulas: dict[str, dict[tuple[int, int], str]] = {}

    def locate(self, target: str) -> Located:
        """What the cell or the defined name is.

        Raises:
            UsageError: no such sheet, cell or name, or nothing stands there.
        """
        target = target.strip().replace("！", "!")
        if "!" not in target and not _CELL.fullmatch(target):
            return self._follow(self._named(target))
        return self._follow(self._place(target))

    def table(self, block: str) -> dict[str, dict[str, Value]]:
        """Row key -> what a table shows by field; empty if the workbook has no such table."""
        for rows in self._sheets.values():
            for top, name in _tables(rows):
                if name == block:
                    columns = self._columns(rows[top], self._blocks[block])
                    return {str(row[0]): _fields(row, columns)
                            for row in rows[top + 1 :] if row and row[0]}
        return {}

    # --- places -------------------------------------------------------------------------

    def _place(self, target: str) -> At:
        sheet, _, cell = target.rpartition("!")
        match = _CELL.fullmatch(cell.strip())
        if not match:
            raise UsageError(f"'{cell}' is no cell.", str(self.path),
                             "Write SHEET!B7, or a name such as ops_acos_US.")
        column = 0
        for letter in match[1].upper():
            column = column * 26 + ord(letter) - 64
        return self._sheet(sheet.strip()), int(match[2]) - 1, column - 1

    def _sheet(self, said: str) -> str:
        name = said[1:-1].replace("''", "'") if said[:1] == said[-1:] == "'" else said
        known = {title.casefold(): title for title in self._sheets}
        if name.casefold() in known:
            return known[name.casefold()]
        what = f"There is no sheet '{name}'." if name else "The cell's sheet is not named."
        raise UsageError(what, str(self.path),
                         f"{nearest(name, self._sheets)}Sheets: {', '.join(self._sheets)}.")

    def _named(self, name: str) -> At:
        names = {known.casefold(): text for known, text in self._names().items()}
        if name.casefold() not in names:
            near = nearest(name, self._names())
            raise UsageError(f"The workbook has no name '{name}'.", str(self.path),
                             f"{near}Write SHEET!B7, or a name such as ops_acos_US.")
        text = names[name.casefold()]
        if text.startswith(META_SHEET) or not _CELL.fullmatch(text.rpartition("!")[2]):
            raise UsageError(f"The name '{name}' stands for no cell of a sheet: {text}.",
                             str(self.path), "Write SHEET!B7, or a name such as ops_acos_US.")
        return self._place(text)

    def _names(self) -> dict[str, str]:
        return {name: str(found.attr_text) for name, found in self._book().defined_names.items()
                if not name.startswith(PREFIX)}

    def _book(self) -> Any:
        """The workbook with its formulas; opened when first needed."""
        if self._opened is None:
            import openpyxl

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._opened = openpyxl.load_workbook(self.path, read_only=True)
        return self._opened

    def formula(self, at: At) -> str:
        """The formula of a cell; "" where it has none."""
        sheet, row, column = at
        if sheet not in self._formulas:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._formulas[sheet] = {
                    (cell.row - 1, cell.column - 1): str(getattr(cell.value, "text", cell.value))
                    for cells in self._book()[sheet].iter_rows() for cell in cells
                    if cell.data_type == "f"
                }
        return self._formulas[sheet].get((row, column), "")

    def value(self, at: At) -> Value:
        sheet, row, column = at
        rows = self._sheets[sheet]
        inside = row < len(rows) and column < len(rows[row])
        return _value(rows[row][column]) if inside else None

    # --- what stands there --------------------------------------------------------------

    def _follow(self, at: At, deep: int = 0) -> Located:
        """The cell itself in a table; on the overview the cell that it mirrors."""
        found = self._in_table(at)
        if found is not None:
            return found
        found = self._mirrored(at, deep)
        if found is None:
            if self.value(at) is None or self.formula(at):
                return self._nothing(at)
            return Located(at[0], _a1(at), self.value(at), part="text")
        mirrors = found.mirrors or (found.block and f"{_named(found.sheet)}!{found.cell}") or ""
        shown = found.value if found.part else self.value(at)
        return replace(found, sheet=at[0], cell=_a1(at), value=shown, mirrors=mirrors,
                       formula=self.formula(at))

    def _in_table(self, at: At) -> Located | None:
        sheet, row, column = at
        rows = self._sheets[sheet]
        above = [(top, name) for top, name in _tables(rows) if top <= row]
        if not above or above[-1][1] not in self._blocks:
            return None
        top, name = above[-1]
        block, cells = self._blocks[name], rows[row] if row < len(rows) else []
        columns = self._columns(rows[top], block)
        item = columns.get(column)
        key = str(cells[0]) if row > top and cells and cells[0] else ""
        if column == 0 and (key or row == top):
            return Located(sheet, _a1(at), self.value(at), part="text")
        if item is None or (row > top and not key):
            return self._nothing(at)
        values = _fields(cells, columns) if key else {}
        return Located(sheet, _a1(at), self.value(at), self.formula(at), block, key, item,
                       marketplace=str(values.get("marketplace") or ""), row=values)

    def _nothing(self, at: At) -> Located:
        """A cell beside or below a table.

        Raises:
            UsageError: always; it says whether the cell is empty or somebody else's.
        """
        where = f"{self.path}, {_named(at[0])}!{_a1(at)}"
        do = "Give a cell of a table, a card or the stand-up list."
        if self.value(at) is None and not self.formula(at):
            raise UsageError("The cell is empty, and belongs to nothing.", where, do)
        raise UsageError(f"Opsheet did not fill this cell: it holds '{self.value(at)}'.", where, do)

    def _columns(self, header: list[Any], block: Block) -> dict[int, Field]:
        """Column -> field, by the headers that Opsheet writes in either language."""
        known = headers_of(block)
        return {n: known[str(text).strip()] for n, text in enumerate(header)
                if str(text).strip() in known}

    def _mirrored(self, at: At, deep: int) -> Located | None:
        """What a cell of the overview stands for: by its formula, or by the card that it is on."""
        formula = self.formula(at)
        if formula:
            return self._by_formula(at, formula, deep + 1) if deep < 5 else None
        cards = {self._place(text) for name, text in self._names().items()
                 if name.startswith("ops_") and "#REF" not in text
                 and not text.startswith(META_SHEET)}
        for part, down in _TO_VALUE.items():
            card = (at[0], at[1] + down, at[2])
            if card in cards:
                return replace(self._follow(card), part=part)
        return None

    def _by_formula(self, at: At, formula: str, deep: int) -> Located | None:
        """A copy, a change, a rule's bound or a status, by what the formula refers to."""
        cells, rule = self._references(at, formula)
        if rule:
            header = self._in_table((cells[0][0], cells[0][1] - 1, cells[0][2])) if cells else None
            which = field_id(header.item) if header and header.item else "target"
            return Located(at[0], "", None, item=Bound(rule[0], which), marketplace=rule[1])
        if len(cells) == 1:
            return self._follow(cells[0], deep)
        if not cells:
            return None
        first = self._follow(cells[0], deep)
        if not isinstance(first.item, Measure | Output):
            return None
        measured = isinstance(first.item, Measure)
        if cells[0][0] == at[0]:
            _, bound = self._references(cells[1], self.formula(cells[1]))
            if not bound or not measured:  # a target of the card's own: the number is explained
                return replace(first, part="status")
            return replace(first, item=Status(bound[0], first.item.metric))  # type: ignore[union-attr]
        if cells[0][2] == cells[1][2]:
            return replace(first, item=Change(first.item.metric)) if measured else replace(  # type: ignore[union-attr]
                first, part="change")
        return None

    def _references(self, at: At, formula: str) -> tuple[list[At], tuple[str, str] | None]:
        """The cells that a formula reads, in order, and the rule that it looks up."""
        from openpyxl.formula import Tokenizer

        cells: list[At] = []
        rule = None
        for token in Tokenizer(formula).items:
            match = re.fullmatch(r'"(\w+):(\w*)"', token.value)
            if token.subtype == "TEXT" and match and (rule is None or match[2]):
                rule = (match[1], match[2])
            elif token.subtype == "RANGE":
                text = token.value.split(":")[0]
                if _CELL.fullmatch(text.rpartition("!")[2]):
                    place = self._place(text if "!" in text else f"{quoted(at[0])}!{text}")
                    cells += [place] if place not in cells else []
        return cells, rule


def _read(path: Path) -> dict[str, list[list[Any]]]:
    if not path.is_file():
        raise UsageError("There is no such file.", str(path), "Check the path.")
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names}
    except (CalamineError, ValueError, OSError) as error:
        raise SurfaceError(f"The workbook cannot be read: {error}.", str(path),
                           "Open it in Excel and save it again as .xlsx.") from None


def _tables(rows: list[list[Any]]) -> list[tuple[int, str]]:
    return [(n, row[0].removeprefix(KEY_PREFIX)) for n, row in enumerate(rows)
            if row and isinstance(row[0], str) and row[0].startswith(KEY_PREFIX)]


def _fields(row: list[Any], columns: Mapping[int, Field]) -> dict[str, Value]:
    return {field_id(item): _value(row[n]) for n, item in columns.items() if n < len(row)}


def _value(cell: Any) -> Value:
    if cell is None or cell == "":
        return None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _a1(at: At) -> str:
    return f"{column_name(at[2])}{at[1] + 1}"


def _named(sheet: str) -> str:
    return sheet if re.fullmatch(r"\w+", sheet) else quoted(sheet)
