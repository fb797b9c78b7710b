"""Bulk files on disk: the upload, its undo, and what a downloaded sheet holds."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.bulk.account import FIELDS, Account, Entity
from sync.bulk.changes import LeftOut, changes
from sync.read.files import ReportFile
from sync.reports.ads_bulk import ENTITIES, KIND, OPERATIONS
from sync.store.durable import write_atomically
from workbook.errors import BadContent, SurfaceError, UnknownReport
from workbook.models.search_terms import Decision
from workbook.notes import Note

if TYPE_CHECKING:
    import duckdb

SHEET = "Sponsored Products Campaigns"
PRODUCT = "Sponsored Products"
# The header row of layout 2.0 in its order; columns of performance are no part of an upload.
HEADERS = (
    "Product", "Entity", "Operation", "Campaign ID", "Ad Group ID", "Portfolio ID", "Ad ID",
    "Keyword ID", "Product Targeting ID", "Campaign Name", "Ad Group Name",
    "Campaign Name (Informational only)", "Ad Group Name (Informational only)",
    "Portfolio Name (Informational only)", "Start Date", "End Date", "Targeting Type", "State",
    "Campaign State (Informational only)", "Ad Group State (Informational only)", "Daily Budget",
    "SKU", "ASIN (Informational only)", "Eligibility Status (Informational only)",
    "Reason for Ineligibility (Informational only)", "Ad Group Default Bid",
    "Ad Group Default Bid (Informational only)", "Bid", "Keyword Text", "Native Language Keyword",
    "Native Language Locale", "Match Type", "Bidding Strategy", "Placement", "Percentage",
    "Product Targeting Expression",
    "Resolved Product Targeting Expression (Informational only)", "Audience ID",
    "Shopper Cohort Percentage", "Shopper Cohort Type", "Segment Name (Informational only)",
)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a file: its rows, and what was left out of it."""

    path: Path
    rows: tuple[Entity, ...]
    left_out: tuple[LeftOut, ...]


def write_bulk(
    path: Path, undo: Path, decisions: Iterable[Decision], account: Account
) -> Written:
    """Writes the upload and the file that reverses it; neither may exist yet.

    What cannot be written is in `left_out` with the reason. Where nothing remains no file is made.

    Raises:
        SurfaceError: a file of that name exists. An undo file is the only way back: it is
            never overwritten.
    """
    made, left_out = changes(decisions, account)
    for target in (path, undo):
        _refuse_existing(target)
    if made:
        # The way back first: an upload never stands there without its undo.
        write_atomically(undo, _workbook([change.undo for change in made]))
        write_atomically(path, _workbook([change.row for change in made]))
    return Written(path, tuple(change.row for change in made), tuple(left_out))


def complete_undo(undo: Path, ready: Path, later: Account) -> Written:
    """Fills in the ids of what was created, from the account as a later bulk sheet shows it.

    Lines whose entity is not there (Amazon refused it, or the sheet is older than the upload) or
    is there twice are left out with the reason.

    Raises:
        SurfaceError: `ready` exists. ReportError: `undo` is no bulk file.
    """
    rows, left_out = [], []
    for line in entities_in(undo):
        if line.operation != "archive" or line.own_id:
            rows.append(line)
            continue
        found = later.like.get(line.what, [])
        if len(found) == 1:
            (there,) = found
            rows.append(replace(line, keyword_id=there.keyword_id,
                                product_targeting_id=there.product_targeting_id))
        else:
            left_out.append(LeftOut(line, *_not_one(len(found))))
    _refuse_existing(ready)
    if rows:
        write_atomically(ready, _workbook(rows))
    return Written(ready, tuple(rows), tuple(left_out))


def _not_one(found: int) -> tuple[Note, Note]:
    if found:
        return (Note(f"The account holds it {found} times.", f"账户中有 {found} 个相同项。"),
                Note("Archive the right one in the ads console.", "请在广告后台手动存档。"))
    return (
        Note("It is not in the later bulk sheet.", "后来的批量表中没有该项。"),
        Note("If Amazon's result file says that it was created, download the bulk sheet again.",
             "如亚马逊的处理结果显示已创建，请重新下载批量表。"))


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise SurfaceError("The file exists already.", str(path),
                           "Give another name; keep the undo file of each upload.")


# --- writing ----------------------------------------------------------------------------


def _workbook(rows: Sequence[Entity]) -> bytes:
    """Ids and texts are text cells, bids numbers: a long id must not become 1.23E+11."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page, text = book.add_worksheet(SHEET), book.add_format({"num_format": "@"})
        for column, header in enumerate(HEADERS):
            page.write_string(0, column, header)
        for number, row in enumerate(rows, 1):
            for header, value in _cells(row).items():
                if isinstance(value, Decimal):
                    page.write_number(number, HEADERS.index(header), float(value))
                elif value:
                    page.write_string(number, HEADERS.index(header), value, text)
    return out.getvalue()


def _cells(row: Entity) -> Mapping[str, str | Decimal | None]:
    return {
        "Product": PRODUCT,
        "Entity": ENTITIES[row.entity][0],
        "Operation": OPERATIONS[row.operation][0],
        "Campaign ID": row.campaign_id,
        "Ad Group ID": row.ad_group_id,
        "Keyword ID": row.keyword_id,
        "Product Targeting ID": row.product_targeting_id,
        "Campaign Name (Informational only)": row.campaign,
        "Ad Group Name (Informational only)": row.ad_group,
        "State": row.state,
        "Bid": row.bid,
        "Keyword Text": row.keyword_text,
        "Match Type": row.match_type,
        "Product Targeting Expression": row.expression,
    }


# --- reading ----------------------------------------------------------------------------


def entities_in(path: Path) -> list[Entity]:
    """The rows of a bulk file: a download, an upload or an undo file.

    Raises:
        ReportError: it is no bulk sheet, or cannot be read.
    """
    import duckdb

    from sync.read.parse import parse
    from sync.read.recognise import recognise
    from sync.store.append import parsed_view

    file = ReportFile(str(path), (path.name,), None, 0.0, path)
    (found, *_) = recognise(file)
    if found.kind.name != KIND.name:
        raise UnknownReport(f"This is a '{found.kind.label.en}', not a bulk sheet.", str(path),
                            KIND.how_to_download.en)
    with duckdb.connect() as con:
        parsed = parse(found, file, con)
        if parsed.rejects:
            first = parsed.rejects[0]
            raise BadContent(
                f"{parsed.rejected} of its rows cannot be read: {first.reason}.",
                f"{path}, line {first.line}: {first.value}",
                "Use the file as it was downloaded; a spreadsheet program has changed it.")
        parsed_view(parsed)
        return _entities(con, f"({found.section.reshape}) ORDER BY line")


def entities_stored(
    con: duckdb.DuckDBPyConnection, store: str, marketplace: str
) -> list[Entity]:
    """What the newest imported bulk sheet says of a marketplace; empty if there is none.

    Args:
        con: a session of the store. Imported files of changes do not count.
    """
    from sync.store.database import tables

    if KIND.name not in tables(con):
        return []
    newest = con.execute(
        "SELECT t.import_id FROM s.ads_bulk t JOIN s.imports i ON i.id = t.import_id "
        "WHERE NOT i.undone AND i.store = ? AND t.marketplace = ? AND t.operation IS NULL "
        "ORDER BY t.period_end DESC, t.import_id DESC LIMIT 1", [store, marketplace]).fetchone()
    if newest is None:
        return []
    return _entities(con, "s.ads_bulk WHERE import_id = $import AND marketplace = $market "
                     "ORDER BY line", {"import": newest[0], "market": marketplace})


def _entities(
    con: duckdb.DuckDBPyConnection, source: str, values: dict[str, Any] | None = None
) -> list[Entity]:
    rows = con.execute(f"SELECT {', '.join(FIELDS)} FROM {source}", values or {}).fetchall()
    return [Entity(*(_value(name, cell) for name, cell in zip(FIELDS, row, strict=True)))
            for row in rows]


def _value(name: str, cell: Any) -> Any:
    """Money without trailing zeros, blank texts as ""."""
    if name in ("bid", "default_bid"):
        return None if cell is None else Decimal(f"{cell.normalize():f}")
    return cell or ""
