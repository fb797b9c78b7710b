"""Changes an open workbook, and keeps how it was: each step can be taken back.

A step is plain data (JSON): the steps of a refresh are undone in reverse, at once when Excel
refuses one of them, or from another process when a person asks for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.excel.grid import Area, Content, Live, read_block, same, write_block

if TYPE_CHECKING:
    import xlwings

TEXT, GENERAL = "@", "General"
LOST = "#REF!"  # in a formula whose cell has gone
Step = dict[str, Any]
Check = Callable[[Content, Content], bool]


class Form(NamedTuple):
    """Cells of one column, the number format they get, and those they have where that is known."""

    area: Area
    code: str
    had: Sequence[str] = ()


@dataclass
class Writer:
    """One refresh: `steps` is what it did so far."""

    book: xlwings.Book
    steps: list[Step] = field(default_factory=list)

    def fill(
        self, sheet: xlwings.Sheet, area: Area, rows: Sequence[Sequence[Content]],
        before: Sequence[Sequence[Content]], forms: Sequence[Form] = (),
    ) -> None:
        """Enters a block with one call, the number formats that it needs before it."""
        step: Step = {"do": "fill", "sheet": sheet.name, "area": list(area), "forms": [],
                      "before": encoded(before), "after": encoded(rows)}
        changes = []
        for part, code, known in forms:
            had = list(known) or formats_of(sheet, part)
            step["forms"].append([list(part), had, code])
            if code == TEXT or any(one != code for one in had):
                changes.append((part, code))
        self.steps.append(step)
        for part, code in changes:
            sheet.range(part.a1).number_format = code
        write_block(sheet, area, rows)

    def form(self, sheet: xlwings.Sheet, forms: Sequence[tuple[Area, list[str], str]]) -> None:
        """Number formats alone; each with what it was."""
        if forms:
            self.steps.append({"do": "form", "sheet": sheet.name, "forms": [
                [list(area), had, code] for area, had, code in forms]})
        for area, _, code in forms:
            sheet.range(area.a1).number_format = code

    # --- rows -------------------------------------------------------------------------------

    @contextlib.contextmanager
    def moving(self, reader: Reader) -> Iterator[None]:
        """Around all that moves rows: a formula that leads to a row which goes is kept."""
        step: Step = {"do": "heal", "formulas": [
            [title, row, col, text] for title, found in reader.formulas().items()
            for (row, col), text in found.items()]}
        self.steps.append(step)
        yield
        if self.steps[-1] is step:
            self.steps.pop()

    def insert(self, table: Table, row: int, count: int, *, whole: bool) -> None:
        """Rows inside the body, above `row`, looking like the row above."""
        sheet = table.grid.sheet
        area = _lines(table, row, count, whole)
        origin = "format_from_left_or_above" if row > table.top + 1 else (
            "format_from_right_or_below")
        sheet.range(area).insert("down", origin)
        self.steps.append({"do": "insert", "sheet": sheet.name, "area": area})

    def grow(self, table: Table, count: int, *, whole: bool) -> None:
        """Rows below a body of one row: copies of it, rules and choices with it."""
        sheet, row = table.grid.sheet, table.bottom
        area = _lines(table, row + 1, count, whole)
        sheet.range(area).insert("down")
        self.steps.append({"do": "insert", "sheet": sheet.name, "area": area})
        one = Area(row, table.left, 1, table.right - table.left + 1)
        new = Area(row + 1, table.left, count, one.width)
        sheet.range(one.a1).copy(sheet.range(new.a1))
        if table.native is not None:
            whole_table = Area(table.top, table.left, row + count - table.top + 1,
                               table.edge - table.left + 1)
            table.native.resize(sheet.range(whole_table.a1))

    def delete(self, table: Table, row: int, count: int, *, whole: bool) -> None:
        """Rows of the body, by what they hold kept."""
        sheet = table.grid.sheet
        left, right = (1, table.grid.width) if whole else (table.left, table.right)
        cells = Area(row, left, count, right - left + 1)
        columns = [Area(row, col, count, 1) for col in range(left, right + 1)]
        area = _lines(table, row, count, whole)
        step = {"do": "delete", "sheet": sheet.name, "area": area,
                "cells": list(cells), "before": encoded(table.grid.block(cells)),
                "forms": [[list(one), formats_of(sheet, one), ""] for one in columns],
                "table": [table.native.name, table.native.range.address] if table.native else None}
        sheet.range(area).delete("up")
        self.steps.append(step)

    def sort(self, table: Table, keys: Sequence[str], ranks: Sequence[int]) -> None:
        """Puts the rows of a table in the order of `ranks`: Excel moves them with all that hangs
        on them. The key column holds the ranks meanwhile."""
        sheet = table.grid.sheet
        column = Area(table.top + 1, table.key, len(keys), 1)
        before = [[key or None] for key in keys]
        order = [[f"{rank:07d}"] for rank in ranks]
        self.fill(sheet, column, order, before, [Form(column, TEXT)])
        table.native.sort(table.key - table.left + 1)
        self.steps.append({"do": "sort", "sheet": sheet.name, "table": table.native.name,
                           "key": table.key - table.left + 1, "area": list(column),
                           "ranks": list(ranks)})
        moved = [key for _, key in sorted(zip(ranks, before, strict=True), key=lambda o: o[0])]
        self.fill(sheet, column, moved, sorted(order), [Form(column, TEXT)])

    # --- tabs and names ---------------------------------------------------------------------

    @contextlib.contextmanager
    def adding(self, reader: Reader) -> Iterator[None]:
        """Tabs and names that are added inside are one step."""
        step: Step = {"do": "add", "sheets": list(reader.sheets), "names": list(reader.refer)}
        self.steps.append(step)
        yield

    def name(self, name: str, refers_to: str) -> None:
        self.book.names.add(name, refers_to)
        self.steps.append({"do": "name", "name": name})

    def roll_back(self) -> list[str]:
        """Puts the workbook back as it was; returns what could not be."""
        problems: list[str] = []
        for number, step in enumerate(reversed(self.steps)):
            try:
                undo(self.book, step, lambda now, after: True)
            except Exception as error:
                if number:  # the last step is the one that Excel refused
                    problems.append(f"{step.get('sheet', '')}: {error}")
        self.steps.clear()
        return problems


def _lines(table: Table, row: int, count: int, whole: bool) -> str:
    if whole:
        return f"{row}:{row + count - 1}"
    return Area(row, table.left, count, table.right - table.left + 1).a1


# --- taking a step back -----------------------------------------------------------------


def undo(book: xlwings.Book, step: Step, ours: Check) -> int:
    """Takes one step back; returns how many cells were put back. A cell that holds something else
    than the step left (`ours(now, after)` says no) stays."""
    return {"fill": _unfill, "form": _unform, "insert": _uninsert, "delete": _undelete,
            "sort": _unsort, "add": _unadd, "name": _unname, "heal": _heal,
            }[step["do"]](book, step, ours)


def _unfill(book: xlwings.Book, step: Step, ours: Check) -> int:
    sheet, area = book.sheets[step["sheet"]], Area(*step["area"])
    before, after = decoded(step["before"]), decoded(step["after"])
    now = read_block(sheet, area)
    rows = [[b if ours(n, a) else n for n, a, b in zip(*three, strict=True)]
            for three in zip(now, after, before, strict=True)]
    if any(not same(n, r) for two in zip(now, rows, strict=True)
           for n, r in zip(*two, strict=True)):
        columns = [Area(area.top, area.left + n, area.height, 1) for n in range(area.width)]
        forms = [[list(one), formats_of(sheet, one), ""] for one in columns]
        _enter(sheet, area, rows)
        _unform(book, {"sheet": step["sheet"], "forms": forms}, ours)
    _unform(book, step, ours)
    return sum(not same(a, b) for two in zip(after, before, strict=True)
               for a, b in zip(*two, strict=True))


def _enter(sheet: xlwings.Sheet, area: Area, rows: list[list[Content]]) -> None:
    """Texts as texts and all else as it is, whatever format stands there now."""
    for col in range(area.width):
        kinds = [_kind(row[col]) for row in rows]
        for start, count, kind in runs(kinds):
            if kind:
                part = Area(area.top + start, area.left + col, count, 1)
                sheet.range(part.a1).number_format = kind
    write_block(sheet, area, rows)


def _kind(content: Content) -> str:
    return "" if content is None else TEXT if isinstance(content, str) else GENERAL


def _unform(book: xlwings.Book, step: Step, ours: Check) -> int:
    sheet = book.sheets[step["sheet"]]
    for area, had, _ in step["forms"]:
        part = Area(*area)
        for start, count, code in runs(had):
            one = Area(part.top + start, part.left, count, 1)
            sheet.range(one.a1).number_format = code
    return 0


def _uninsert(book: xlwings.Book, step: Step, ours: Check) -> int:
    book.sheets[step["sheet"]].range(step["area"]).delete("up")
    return 0


def _undelete(book: xlwings.Book, step: Step, ours: Check) -> int:
    sheet, area = book.sheets[step["sheet"]], Area(*step["cells"])
    sheet.range(step["area"]).insert("down")
    if step["table"]:
        name, address = step["table"]
        table = next(one for one in sheet.tables if one.name == name)
        if table.range.address != address:  # its last rows come back below it
            table.resize(sheet.range(address))
    rows = decoded(step["before"])
    _enter(sheet, area, rows)
    _unform(book, step, ours)
    return sum(content is not None for row in rows for content in row)


def _unsort(book: xlwings.Book, step: Step, ours: Check) -> int:
    """The way back is the inverse order; the step before restores the keys."""
    sheet, area, ranks = book.sheets[step["sheet"]], Area(*step["area"]), step["ranks"]
    table = next(one for one in sheet.tables if one.name == step["table"])
    back = sorted(range(len(ranks)), key=lambda at: ranks[at])
    write_block(sheet, area, [[f"{rank:07d}"] for rank in back])
    table.sort(step["key"])
    write_block(sheet, area, [[f"{rank:07d}"] for rank in ranks])
    return 0


def _heal(book: xlwings.Book, step: Step, ours: Check) -> int:
    """Formulas that led to a row which had gone, now that it is back."""
    by_sheet: dict[str, list[tuple[int, int, str]]] = {}
    for title, row, col, text in step["formulas"]:
        by_sheet.setdefault(title, []).append((row, col, text))
    count = 0
    for title, cells in by_sheet.items():
        sheet = book.sheets[title]
        now = read_block(sheet, Area(1, 1, max(c[0] for c in cells), max(c[1] for c in cells)))
        for row, col, text in cells:
            held = now[row - 1][col - 1]
            if isinstance(held, Live) and LOST in held.text and LOST not in text:
                area = Area(row, col, 1, 1)
                form = [list(area), formats_of(sheet, area), ""]
                _enter(sheet, area, [[Live(text)]])
                _unform(book, {"sheet": title, "forms": [form]}, ours)
                count += 1
    return count


def _unadd(book: xlwings.Book, step: Step, ours: Check) -> int:
    known = {name.casefold() for name in step["names"]}
    for name in list(book.names):
        if name.name.casefold() not in known:
            name.delete()
    for sheet in list(book.sheets):
        if sheet.name not in step["sheets"]:
            sheet.delete()
    return 0


def _unname(book: xlwings.Book, step: Step, ours: Check) -> int:
    if book.names.contains(step["name"]):
        book.names[step["name"]].delete()
    return 0


# --- formats ----------------------------------------------------------------------------


def formats_of(sheet: xlwings.Sheet, area: Area) -> list[str]:
    """The number format of each cell of a column; Excel tells one only where all have it."""
    if not area.height:
        return []
    code = sheet.range(area.a1).number_format
    if code is not None or area.height == 1:
        return [code or GENERAL] * area.height
    half = area.height // 2
    return [*formats_of(sheet, area._replace(height=half)),
            *formats_of(sheet, area._replace(top=area.top + half, height=area.height - half))]


def runs(items: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(start, count, item) of equal neighbours."""
    start = 0
    for at in range(1, len(items) + 1):
        if at == len(items) or items[at] != items[start]:
            yield start, at - start, items[start]
            start = at


def shows_dates(code: str) -> bool:
    """Does a number format show a number as a date?"""
    return bool(re.search(r"[ymdh]", re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.lower())))


# --- as JSON ----------------------------------------------------------------------------


def encoded(rows: Sequence[Sequence[Content]]) -> list[list[Any]]:
    def one(content: Content) -> Any:
        if isinstance(content, Live):
            return {"formula": content.text}
        if isinstance(content, dt.datetime):
            return {"date": content.isoformat()}
        return content

    return [[one(content) for content in row] for row in rows]


def decoded(rows: Sequence[Sequence[Any]]) -> list[list[Content]]:
    def one(said: Any) -> Content:
        if isinstance(said, Mapping):
            if "formula" in said:
                return Live(said["formula"])
            return dt.datetime.fromisoformat(said["date"])
        found: Content = said
        return found

    return [[one(said) for said in row] for row in rows]
