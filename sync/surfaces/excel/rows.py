"""Which row of a table holds which key: rows come, go and change places with all that is theirs.

A row of a key that left goes, or becomes the row of a new key of the same marketplace. A row where
a person wrote something of their own stays. New rows come inside the rows of their
marketplace, so that charts, colours and choices reach them. Then the table is put in the plan's
order, but for tables where rows are hidden (a filter): there each row keeps its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.excel.grid import Live
from sync.surfaces.excel.write import Writer
from workbook.plan import Planned


@dataclass
class Slot:
    """A row of the body: the key that it will hold; `stays`: it is a person's, not the plan's."""

    key: str
    group: str
    was: int = 0  # the row before; 0 for one that is inserted
    stays: bool = False
    fresh: bool = False  # its key is new here
    gone: bool = False  # the row goes


@dataclass
class Arranged:
    """A table whose rows stand as they shall: `slots` from its first row on."""

    table: Table
    planned: Planned
    slots: list[Slot]
    hidden: bool

    @property
    def rows(self) -> dict[str, int]:
        """Key -> place in the body, from 0, of the rows of the plan."""
        return {slot.key: n for n, slot in enumerate(self.slots) if not slot.stays and slot.key}


def arrange(reader: Reader, writer: Writer, table: Table, planned: Planned) -> Arranged:
    """Inserts, deletes and sorts the rows of one table; nothing is filled in yet."""
    sheet = table.grid.sheet
    lines = sheet.range((table.top + 1, 1), (table.bottom, 1)).rows
    hidden = lines.hidden is not False
    slots = _slots(table, planned, hidden)
    slots = _with_new(slots, planned, reuse=not hidden)
    for slot in slots:  # where a filter hides rows, Excel would delete only those that show
        slot.gone = not (slot.key or slot.stays or hidden)
    _resize(reader, writer, table, slots)
    now = reader.table(table.block)
    assert now is not None
    made = Arranged(now, planned, slots, hidden)
    if not hidden:
        _order(reader, writer, made)
    return made


# --- which rows -------------------------------------------------------------------------


def _slots(table: Table, planned: Planned, hidden: bool) -> list[Slot]:
    groups = {row.key: row.group.name for row in planned.rows}
    market = table.fields.get("marketplace", 0)
    own = [col for col in range(1, max(table.right, table.grid.width) + 1)
           if col in table.own or not table.left <= col <= table.right]
    down = {col for col in table.own if _fills_down(table, col)}
    notes = {note.location.row for note in table.grid.sheet.notes}
    seen, slots, group = set[str](), list[Slot](), ""
    for key, row in zip(table.keys, table.rows, strict=True):
        said = str(table.grid.shown(row, market) or "") if market else ""
        group = groups.get(key) or said or group
        mine = key in groups and key not in seen
        seen.add(key)
        stays = not mine and (row in notes or any(
            table.grid.held(row, col) is not None for col in own if col not in down))
        if not mine and not stays:
            typed = [col for col in table.inputs.values()] if hidden or not key else []
            rest = [] if key else [col for col in table.headers if col not in down]
            stays = any(table.grid.held(row, col) is not None for col in [*typed, *rest])
        slots.append(Slot(key if mine or stays else "", group, row, stays))
    return slots


def _fills_down(table: Table, col: int) -> bool:
    """Is a column of people's one formula all the way down?"""
    held = [table.grid.held(row, col) for row in table.rows]
    return sum(isinstance(one, Live) for one in held) * 2 > len(held)


def _with_new(slots: list[Slot], planned: Planned, *, reuse: bool) -> list[Slot]:
    """The slots with those of new keys; a slot without a key that nobody needs will go."""
    there = {slot.key for slot in slots if slot.key and not slot.stays}
    new: dict[str, list[str]] = defaultdict(list)
    for row in planned.rows:
        if row.key not in there:
            new[row.group.name].append(row.key)
    blank = [slot for slot in slots if not slot.key and not slot.stays]
    every = not there  # nothing to mix up: any free row serves
    for group, keys in new.items():
        free = [slot for slot in blank if not slot.key and (every or slot.group == group)]
        for slot in free if reuse or every else ():
            if keys:
                slot.key, slot.group, slot.fresh = keys.pop(0), group, True
    order = list(dict.fromkeys(row.group.name for row in planned.rows))
    for number, group in enumerate(order):
        if new.get(group):
            at = _inside(slots, group, order[:number], hidden=not reuse)
            slots[at:at] = [Slot(key, group, fresh=True) for key in new[group]]
    return slots


def _inside(slots: list[Slot], group: str, before: Iterable[str], *, hidden: bool) -> int:
    """Where rows of a marketplace are inserted: before its last one, never at an edge."""
    last = max(len(slots) - 1, 0)
    if hidden or len(slots) < 2:
        return last if hidden and slots else len(slots)
    mine = [n for n, slot in enumerate(slots) if slot.group == group and (slot.key or slot.was)]
    if len(mine) > 1:
        return mine[-1]
    earlier = set(before)
    behind = mine or [n for n, slot in enumerate(slots) if slot.group in earlier]
    return min(max(behind[-1] + 1 if behind else 1, 1), last)


# --- in the sheet -----------------------------------------------------------------------


def _resize(reader: Reader, writer: Writer, table: Table, slots: list[Slot]) -> None:
    """Inserts rows, then deletes rows of the sheet, from below; where something else stands
    beside the table, only its own cells move."""
    sheet, whole = table.grid.name, _alone(table)
    new = [n for n, slot in enumerate(slots) if not slot.was]
    for at, many in reversed(_together(new)):
        behind = next((slot.was for slot in slots[at:] if slot.was), 0)
        if behind:
            writer.insert(table, behind, many, whole=whole)
        else:
            writer.grow(table, many, whole=whole)
        reader.changed(sheet, behind or table.bottom + 1, many)
    gone = [n for n, slot in enumerate(slots) if slot.gone]
    if len(gone) == len(slots):
        gone = gone[1:]  # a table keeps one row
    for at, many in reversed(_together(gone)):
        now = reader.table(table.block)
        assert now is not None
        writer.delete(now, now.top + 1 + at, many, whole=whole)
        reader.changed(sheet, now.top + 1 + at, -many)
    slots[:] = [slot for n, slot in enumerate(slots) if n not in set(gone)]


def _together(rows: list[int]) -> list[tuple[int, int]]:
    """Rows as runs: (first, how many)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][0] + found[-1][1] == row:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((row, 1))
    return found


def _alone(table: Table) -> bool:
    """Does nothing else stand in the rows of the body?"""
    grid = table.grid
    return not any(
        grid.held(row, col) is not None
        for row in table.rows for col in range(1, grid.width + 1)
        if not table.left <= col <= table.right)


# --- their order ------------------------------------------------------------------------


def _order(reader: Reader, writer: Writer, made: Arranged) -> None:
    """The plan's order: of a table of ours alone its keys change, else its rows move."""
    keys = [row.key for row in made.planned.rows]
    if not made.table.inputs and not any(slot.stays for slot in made.slots) and not any(
            made.table.grid.held(row, col) is not None
            for row in made.table.rows for col in made.table.own):
        for slot, key in zip(made.slots, keys, strict=False):
            slot.key, slot.fresh = key, slot.fresh or slot.key != key
        return
    place = {key: n for n, key in enumerate(keys)}
    ranks = [place.get(slot.key, len(keys) + n) if not slot.stays else len(keys) + n
             for n, slot in enumerate(made.slots)]
    movable = made.table.native is not None and made.table.right == made.table.edge
    if movable and ranks != sorted(ranks):
        tight = {rank: n for n, rank in enumerate(sorted(ranks))}
        ranks = [tight[rank] for rank in ranks]
        writer.sort(made.table, made.table.keys, ranks)
        made.slots.sort(key=lambda slot: place.get(slot.key, len(keys)) if not slot.stays
                        else len(keys))
        reader.changed(made.table.grid.name)
        now = reader.table(made.table.block)
        assert now is not None
        made.table = now
