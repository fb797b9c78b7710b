"""The history of what people typed, and the user's own tables, as one: `Known`.

Nothing is changed or deleted here: a new value is a new row, an emptied cell a row without one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sync.store import durable
from sync.store.database import Database, tables
from workbook.inputs import EVERYWHERE, TOPICS, Entry, Known, Revision, Topic, key_of
from workbook.model import Value

if TYPE_CHECKING:
    import duckdb

_TABLE = """
CREATE TABLE IF NOT EXISTS s.typed (
    id BIGINT, store VARCHAR, topic VARCHAR, key VARCHAR, field VARCHAR, value VARCHAR,
    kind VARCHAR, valid DATE, said_at TIMESTAMP, seen_at TIMESTAMP, source VARCHAR, who VARCHAR)"""
_COLUMNS = "topic, key, field, value, kind, said_at, source, valid, who, id"
_ENDS = "ends"  # the kind of an emptied cell after which nothing holds


def read(con: duckdb.DuckDBPyConnection, store: str) -> Known:
    """Everything that people have said of a store, typed or imported."""
    have = tables(con)
    entries: list[Entry] = []
    if "typed" in have:
        rows = con.execute(f"SELECT {_COLUMNS} FROM s.typed WHERE store = ?", [store]).fetchall()
        entries += [_entry(*row) for row in rows]
    for topic in TOPICS.values():
        if topic.name in have:
            entries += _of_table(con, store, topic)
    return Known.of(entries)


def _entry(
    topic: str, key: str, field: str, text: str | None, kind: str, said_at: dt.datetime,
    source: str, valid: dt.date | None, who: str, id: int,
) -> Entry:
    return Entry(topic, key, field, value_of(kind, text), said_at, source, valid or dt.date.min,
                 who, id, ends=kind == _ENDS)


def _of_table(
    con: duckdb.DuckDBPyConnection, store: str, topic: Topic
) -> Iterator[Entry]:
    """The rows of one of the user's own tables, an entry a value.

    A blank takes back what an earlier file said in that place; else it says nothing.
    """
    market = f"coalesce(nullif(t.marketplace, ''), '{EVERYWHERE}')"
    columns = [market if part == "marketplace" else f't."{part}"' for part in topic.key]
    if topic.apart:
        same = f"count(*) OVER (PARTITION BY i.id, {', '.join(columns)})"
        columns[0] = (f"CASE WHEN {same} > 1 THEN {columns[0]} || ' (' || t.\"{topic.apart}\" "
                      f"|| ')' ELSE {columns[0]} END")
    since = f't."{topic.since}"' if topic.since else "NULL"
    fields = ", ".join(f't."{name}"' for name in topic.fields)
    rows = con.execute(
        f"SELECT [{', '.join(f'CAST({c} AS VARCHAR)' for c in columns)}], {since}, "
        f"i.exported_at, i.path, i.id, i.undone, {fields} "
        f'FROM s."{topic.name}" t JOIN s.imports i ON i.id = t.import_id WHERE i.store = ? '
        "ORDER BY i.exported_at, i.id, t.line", [store]).fetchall()
    if topic.joined:
        rows = _joined(rows, len(topic.fields))
    said: set[tuple[str, Any, str]] = set()
    for parts, valid, said_at, path, number, undone, *values in rows:
        key = key_of(*((text or "")[:7] if part == "month" else text or ""
                       for part, text in zip(topic.key, parts, strict=True)))
        for name, value in zip(topic.fields, values, strict=True):
            if value is not None or (key, valid, name) in said:
                said.add((key, valid, name))
                yield Entry(topic.name, key, name, _plain(value), said_at, path,
                            valid or dt.date.min, import_id=number, undone=undone)


def _joined(rows: Iterable[tuple[Any, ...]], fields: int) -> list[tuple[Any, ...]]:
    """Rows of one import with the same key as one: what they say, in their order."""
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for parts, *rest in rows:
        found.setdefault((tuple(parts), *rest[:-fields]), []).append(tuple(rest[-fields:]))
    return [(*head, *("; ".join(dict.fromkeys(str(v) for v in said if v is not None)) or None
                      for said in zip(*own, strict=True)))
            for head, own in found.items()]


def _plain(value: Any) -> Value:
    """Whole numbers as such, so that a table's 500 is the 500 that someone typed."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value  # type: ignore[no-any-return]


# --- revisions --------------------------------------------------------------------------


def revision(con: duckdb.DuckDBPyConnection) -> str:
    """How far the history goes now: `history:typed:imports:undone`; a workbook keeps it."""
    typed = con.execute("SELECT coalesce(max(id), 0) FROM s.typed").fetchone() if (
        "typed" in tables(con)) else None
    imports = con.execute("SELECT coalesce(max(id), 0) FROM s.imports").fetchone()
    undone = con.execute("SELECT id FROM s.imports WHERE undone AND list_contains(?, kind) "
                         "ORDER BY id", [list(TOPICS)]).fetchall()
    numbers = ",".join(str(id) for (id,) in undone)
    return f"{_name(con)}:{(typed or [0])[0]}:{(imports or [0])[0]}:{numbers}"


def _name(con: duckdb.DuckDBPyConnection) -> str:
    """Tells stores apart: by the very first import, which is never deleted."""
    row = con.execute("SELECT hash, imported_at FROM s.imports ORDER BY id LIMIT 1").fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()[:12] if row else ""


def parsed(text: str, now: str) -> Revision | None:
    """A workbook's revision; None where it knows another history than this store's.

    Args:
        now: the store's own revision. A workbook that knows more was filled from a newer copy of
            the store than this one.
    """
    own, mine = now.split(":"), text.split(":")
    if len(mine) != len(own) or mine[0] != own[0]:
        return None
    try:
        typed, imports = int(mine[1]), int(mine[2])
        undone = frozenset(int(id) for id in mine[3].split(",") if id)
    except ValueError:
        return None
    if typed > int(own[1]) or imports > int(own[2]):
        return None
    return Revision(typed, imports, undone)


def append(
    database: Database, store: str, entries: Iterable[Entry], expected: str, now: dt.datetime
) -> str | None:
    """Adds entries to the history; returns the new revision.

    None, and nothing is added, if the history has grown since `expected` was read.

    Raises:
        StoreError: the store cannot be written.
    """
    with database.session(write=True) as con:
        if revision(con) != expected:
            return None
        con.execute(_TABLE)
        con.execute("BEGIN")
        row = con.execute("SELECT coalesce(max(id), 0) FROM s.typed").fetchone()
        first = (row[0] if row else 0) + 1
        rows = [(number, one.topic, one.key, one.field, text_of(one.value), kind_of(one),
                 None if one.valid == dt.date.min else one.valid, one.said_at, one.source, one.who)
                for number, one in enumerate(entries, start=first)]
        con.execute(  # columns as lists: a statement a row would take seconds for thousands
            "INSERT INTO s.typed (id, topic, key, field, value, kind, valid, said_at, source, who, "
            "store, seen_at) SELECT unnest(?::BIGINT[]), unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[]), unnest(?::DATE[]), unnest(?::TIMESTAMP[]), "
            "unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), ?, ?",
            [*([list(column) for column in zip(*rows, strict=True)]), store, now])
        durable.commit(con)
        return revision(con)


def kind_of(entry: Entry) -> str:
    """The type of its value, which is kept as text."""
    return _ENDS if entry.ends else type(entry.value).__name__


# --- values as text ---------------------------------------------------------------------


def text_of(value: Value) -> str | None:
    """A value as the history keeps it; None for an emptied cell."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def value_of(kind: str, text: str | None) -> Value:
    """The value that `text_of` wrote."""
    if text is None:
        return None
    match kind:
        case "int":
            return int(text)
        case "Decimal" | "float":
            return Decimal(text)
        case "bool":
            return text == "True"
        case "date":
            return dt.date.fromisoformat(text)
        case "datetime":
            return dt.datetime.fromisoformat(text)
    return text
