"""Fills one bound table: our columns in our order, people's cells beside their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sync.ooxml import Formula as Live
from sync.ooxml import Table, Value, Workbook
from sync.ooxml.formulas import move
from sync.surfaces.bound import record as records
from sync.surfaces.bound.columns import Body, Roles, read_body, roles
from sync.surfaces.bound.find import Bound
from sync.surfaces.bound.newtable import dress
from sync.surfaces.bound.people import Inputs, Keys, Typed, read_inputs, same_header
from sync.surfaces.bound.record import Record
from sync.surfaces.bound.render import cell_of, columns_by_header, our_formulas
from workbook.plan import Planned


@dataclass(frozen=True, slots=True)
class TableFill:
    """What belongs into a table. `every` are the keys of all rows there are, also of those that
    the list's limit cuts off; `market` is the one marketplace of its rows, if it is one."""

    planned: Planned
    every: frozenset[str]
    market: str = ""


@dataclass(slots=True)
class Taken:
    """A table as it is before the fill."""

    table: Table
    body: Body
    roles: Roles
    keys: Keys
    inputs: Inputs


def take(
    book: Workbook, bound: Bound, filling: TableFill, record: Record
) -> Taken:
    """Reads the table: which columns are whose, and what people typed."""
    table, block = book.table(bound.table), filling.planned.block
    body = read_body(book, table)
    if bound.kind == "placeholder":
        for row in body.values:
            for header, value in row.items():
                if isinstance(value, str) and value.strip() == bound.text:
                    row[header] = None
    columns = columns_by_header(table, block)
    found = roles(table, block, body, our_formulas(table, block, columns))
    name = table.name
    keys = Keys(block, found, filling.market, {})
    known = {texts: key for (of, texts), key in record.keys.items() if of == name}
    if not keys.exact:
        for planned in filling.planned.rows:
            known.setdefault(keys.planned_texts(planned, found), planned.key)
    keys = Keys(block, found, filling.market, known)
    return Taken(table, body, found, keys, read_inputs(body, found, keys))


def fill(book: Workbook, bound: Bound, filling: TableFill, record: Record, day: dt.date) -> int:
    """Overwrites the table's body; returns how many cells of ours were written."""
    taken = take(book, bound, filling, record)
    _sort_out(taken, filling, record, day)
    if not any(row.get(header) for row in taken.body.values for header in taken.roles.ours):
        currencies = {row.group.currency for row in filling.planned.rows}
        dress(book, taken.table, taken.roles.ours, _only(currencies))
    columns = [*taken.roles.ours, *taken.roles.typed]
    count = taken.table.fill(_rows(taken, filling), columns)
    if not taken.keys.exact:
        _remember_keys(taken, filling, record)
    return count * len(taken.roles.ours)


def _only(currencies: set[str]) -> str:
    return next(iter(currencies)) if len(currencies) == 1 else ""


def _rows(taken: Taken, filling: TableFill) -> Iterator[list[Value | Live]]:
    block = filling.planned.block
    columns = columns_by_header(taken.table, block)
    top = taken.body.top
    for number, row in enumerate(filling.planned.rows):
        at = top + number
        cells: list[Value | Live] = [
            cell_of(block, item, row, columns, at) for item in taken.roles.ours.values()]
        for header in taken.roles.typed:
            typed = taken.inputs.placed.get((row.key, header))
            usual = taken.roles.usual.get(header, "")
            if typed is not None:
                cells.append(typed.at(at))
            else:
                cells.append(Live(move(usual, number, 0)) if usual else None)
        yield cells


def _sort_out(taken: Taken, filling: TableFill, record: Record, day: dt.date) -> None:
    """Inputs of rows that left are kept, of rows that came back put back, of lost ones shown."""
    name, placed = taken.table.name, taken.inputs.placed
    shown = {row.key for row in filling.planned.rows}
    for (key, header), typed in list(placed.items()):
        if key not in shown:
            del placed[key, header]
            record.kept[name, key, header] = typed
    lang = record.lang
    for key, header, typed in taken.inputs.homeless:
        record.lost.append(records.lost(name, key, header, typed, day, records.TWICE[lang]))
    for (table, key, header), typed in list(record.kept.items()):
        if table != name:
            continue
        if _put_back(taken, shown, key, header, typed):
            del record.kept[table, key, header]
        elif key not in filling.every:
            del record.kept[table, key, header]
            record.lost.append(records.lost(name, key, header, typed, day, records.GONE[lang]))
    record.lost = [x for x in record.lost if x.table != name or not _put_back(
        taken, shown, x.key, x.header, Typed(x.value))]


def _put_back(taken: Taken, shown: set[str], key: str, header: str, typed: Typed) -> bool:
    own = same_header(header, taken.roles.typed)
    if not own or key not in shown or (key, own) in taken.inputs.placed:
        return False
    taken.inputs.placed[key, own] = typed
    return True


def _remember_keys(taken: Taken, filling: TableFill, record: Record) -> None:
    name = taken.table.name
    for place in [place for place in record.keys if place[0] == name]:
        del record.keys[place]
    for row in filling.planned.rows:
        texts = taken.keys.planned_texts(row, taken.roles)
        if texts:
            record.keys.setdefault((name, texts), row.key)
