"""What people typed or imported as tables of their own: lists and exports it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from macros.jobs import Context, one_store, stores
from sync.reports import kind_named
from sync.store import durable
from sync.store import typed as history
from workbook.errors import UsageError
from workbook.inputs import EVERYWHERE, RENAMED, TOPICS, Entry, Known
from workbook.model import Value
from workbook.nearest import nearest
from workbook.ruling import FOREVER
from workbook.said import Counted, counted

RULES = ("rules", "rules_table")  # one topic for people: what is typed and what is imported


@dataclass(frozen=True, slots=True)
class Wish:
    """Which entries are wanted; `day` None: today for lists, every day for exports."""

    topic: str = ""
    store: str = ""
    marketplace: str = ""
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a store: what counts with what else was said, or all that was ever said."""

    store: str
    counts: list[Counted] = field(default_factory=list)
    every: list[Entry] = field(default_factory=list)


def listing(context: Context, wish: Wish, *, history: bool = False) -> Listing:
    """What counts on a day, or with `history` everything, oldest first.

    Raises:
        UsageError: no such topic or store. StoreError: nothing is imported yet.
    """
    store, known = _known(context, wish)
    if history:
        every = [one for one in known.all() if one.topic != RENAMED and _meant(one, wish)]
        return Listing(store, every=sorted(every, key=lambda one: (
            one.topic, one.key, one.field, one.said_at, one.id)))
    found = counted(known, wish.day or context.now.date())
    return Listing(store, [one for one in found if _meant(one.entry, wish)])


def _known(context: Context, wish: Wish) -> tuple[str, Known]:
    store = one_store(wish.store or context.settings.store, stores(context))
    with context.database.session() as con:
        known = history.read(con, store)
    topics = {*TOPICS, *(one.topic for one in known.all())} - {RENAMED}
    if wish.topic and wish.topic not in topics:
        raise UsageError(f"There is no topic '{wish.topic}'.",
                         do=f"{nearest(wish.topic, topics)}Topics: {', '.join(sorted(topics))}.")
    return store, known


def _meant(one: Entry, wish: Wish) -> bool:
    if wish.topic and one.topic != wish.topic and not {one.topic, wish.topic} <= set(RULES):
        return False
    if not wish.marketplace or one.topic not in TOPICS:
        return not wish.marketplace or wish.marketplace in one.key.split("|")
    names = TOPICS[one.topic].key
    return "marketplace" in names and one.part("marketplace") in ("", EVERYWHERE, wish.marketplace)


# --- tables that `opsheet import` reads back ----------------------------------------------

Table = tuple[list[str], list[dict[str, Value]]]  # headers, rows


def tables(context: Context, wish: Wish) -> tuple[dict[str, Table], int]:
    """A table for each topic that has one, as its report kind reads it; and how many rows lack
    a column that an import needs and are left out.

    With a day the rows that hold on it, else all that hold on any day.
    """
    _, known = _known(context, wish)
    found: dict[str, Table] = {}
    lacking = 0
    for topic in TOPICS:
        rows = _rule_rows(known, wish) if topic == "rules_table" else _rows(known, topic, wish)
        if not rows or topic in ("rules", "decisions"):
            continue
        columns = kind_named(topic).sections[0].columns
        needed = {column.name for column in columns if column.required}
        whole = [row for row in rows if needed <= {n for n, v in row.items() if v is not None}]
        lacking += len(rows) - len(whole)
        if whole:
            found[topic] = [column.name for column in columns], whole
    return found, lacking


def _rows(known: Known, topic: str, wish: Wish) -> list[dict[str, Value]]:
    """The rows of a topic by key and first day."""
    about = TOPICS[topic]
    rows: dict[tuple[str, dt.date], dict[str, Value]] = {}
    for one in _holding(known, topic, wish):
        row = rows.setdefault((one.key, one.valid), {
            **{name: _plain(one.part(name)) for name in about.key},
            **({about.since: one.valid} if about.since else {})})
        row[one.field] = one.value
    return [rows[at] for at in sorted(rows)]


def _holding(known: Known, topic: str, wish: Wish) -> Iterable[Entry]:
    """The entries that hold on the wished day, or on each day of which something was said."""
    for asked, entries in known.entries.items():
        if asked[0] == topic and _meant(entries[0], wish):
            if wish.day is not None:
                held = [known.entry(*asked, wish.day)]
            else:
                held = [known.entry(*asked, on=day) for day in sorted({e.valid for e in entries})]
            yield from (one for one in held if one is not None)


def _rule_rows(known: Known, wish: Wish) -> list[dict[str, Value]]:
    """Rows of the rules table, and over them the bounds that were typed into Rules sheets."""
    rows = {(row["rule"], row["marketplace"], row["valid_from"]): row
            for row in _rows(known, "rules_table", wish)}
    for asked, entries in known.entries.items():
        if asked[0] != "rules" or not _meant(entries[0], wish):
            continue
        days = [wish.day] if wish.day else sorted({one.valid for one in entries})
        for day in days:
            one = next(iter(known.by_source(*asked, day)), None)
            if one is None or (wish.day is None and one.valid != day):
                continue
            start, _, end = one.part("valid").partition("..")
            valid = max(one.valid, dt.date.fromisoformat(start))
            place = one.part("rule"), _plain(one.part("marketplace")), valid
            row = rows.setdefault(place, {
                "rule": place[0], "marketplace": place[1], "valid_from": valid,
                "valid_to": None if end == str(FOREVER) else dt.date.fromisoformat(end)})
            row[asked[2].removeprefix("your_")] = one.value
    return [rows[at] for at in sorted(rows, key=str)]


def _plain(text: str) -> str | None:
    """A part of a key as a table has it: a blank means everywhere."""
    return None if text in ("", EVERYWHERE) else text


def export(context: Context, wish: Wish, target: Path) -> tuple[list[Path], dict[str, int], int]:
    """Writes the tables: one .csv or .xlsx file, or a folder with a CSV for each topic.

    A file holds one topic, because an import reads a file as one report.

    Returns the files, topic -> rows, and how many rows were left out (see `tables`).

    Raises:
        UsageError: several topics for one file, or nothing to export.
    """
    found, lacking = tables(context, wish)
    if not found:
        raise UsageError("There is nothing to export.", wish.topic,
                         "`opsheet typed` lists what was typed; notes have no table of their own.")
    suffix = target.suffix.lower()
    if suffix in (".csv", ".xlsx"):
        if len(found) > 1:
            raise UsageError("One file holds one topic.", ", ".join(found),
                             "Name the topic, or give a folder to --export.")
        write = _csv if suffix == ".csv" else _xlsx
        contents = {target: write(*next(iter(found.values())))}
    elif suffix:
        raise UsageError(f"'{target.name}' is no .csv, .xlsx or folder.", str(target),
                         "Give --export FILE.csv, FILE.xlsx or FOLDER.")
    else:
        contents = {target / f"{topic}.csv": _csv(*table) for topic, table in found.items()}
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_atomically(path, content)
    return list(contents), {topic: len(rows) for topic, (_, rows) in found.items()}, lacking


def _csv(headers: list[str], rows: list[dict[str, Value]]) -> bytes:
    """With a byte order mark, so that Excel reads Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([row.get(name) for name in headers] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(headers: list[str], rows: list[dict[str, Value]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                                   "strings_to_urls": False,
                                   "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(name) for name in headers])
    return out.getvalue()
