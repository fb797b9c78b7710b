"""`opsheet bulk`: a bulk-upload file of the decisions in a search-term review, and its undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option
from workbook.errors import UsageError
from workbook.notes import said

if TYPE_CHECKING:
    from macros.bulk import Written
    from macros.jobs import Context


@click.command("bulk", short_help="Write a bulk-upload file of the decisions in a term review.")
@click.argument("workbook", required=False, type=click.Path(path_type=Path), metavar="[WORKBOOK]")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.xlsx",
              help="The upload file; by default WORKBOOK.bulk.xlsx beside the workbook.")
@click.option("--period", default="", metavar="P",
              help="Without a workbook: the week whose review counts; by default the last one.")
@click.option("--complete", "undo", type=click.Path(path_type=Path), metavar="UNDO.xlsx",
              help="Make an undo file ready, after the bulk sheet was imported again.")
@store_option
@marketplace_option
@show.json_option
def command(
    workbook: Path | None, out: Path | None, period: str, undo: Path | None, store: str,
    marketplace: str | None, as_json: bool,
) -> int:
    """Write the approved decisions of a search-term review as a bulk-upload file.

    WORKBOOK is a filled search_term_review; without it the decisions count that the store knows
    from workbooks that were filled again. Beside the upload stands the undo file. Nothing is sent
    anywhere: upload the file in the ads console. The ids come from the newest imported bulk sheet.

    Exit status 1 if a decision could not be written; the others are.
    """
    from macros import bulk
    from macros.fill import Request

    work = context()
    if undo is not None:
        files = [_completed(work, undo, store, marketplace or "")]
    else:
        if workbook is not None:
            tables, filled_for = bulk.of_workbook(workbook)
        else:
            tables, filled_for = bulk.of_store(work, Request(
                bulk.TEMPLATE, store, marketplace or "", period))
        if store and filled_for and store != filled_for:
            raise UsageError(f"The workbook was filled for {filled_for}, not {store}.",
                             str(workbook), "Leave --store away.")
        target = out or Path(workbook or f"{bulk.TEMPLATE}.xlsx").with_suffix(".bulk.xlsx")
        files = bulk.write(work, tables, filled_for, target, marketplace or "")
    lang = work.settings.lang
    if as_json:
        show.document({"files": [_as_data(one, lang) for one in files]})
    else:
        _print(files, lang)
    return int(any(skipped.do for one in files for skipped in one.skipped))


def _completed(work: Context, undo: Path, store: str, marketplace: str) -> Written:
    from macros import bulk, jobs

    name = jobs.one_store(store or work.settings.store, jobs.stores(work))
    if not marketplace:
        raise UsageError("Which marketplace is the undo file of?", str(undo),
                         "Give it with --marketplace US.")
    return bulk.complete(work, undo, name, marketplace)


def _as_data(one: Written, lang: str) -> dict[str, Any]:
    return {
        "marketplace": one.marketplace,
        "path": str(one.path) if one.rows else None, "undo": str(one.undo) if one.rows else None,
        "rows": [{"operation": row.operation, "entity": row.entity, "campaign": row.campaign,
                  "ad_group": row.ad_group, "text": row.keyword_text or row.expression,
                  "match_type": row.match_type or None,
                  "bid": None if row.bid is None else float(row.bid)} for row in one.rows],
        "left_out": [{"decision": left.what, "subject": left.subject,
                      "reason": said(left.reason, lang), "do": said(left.do, lang) or None}
                     for left in one.skipped],
    }


def _print(files: list[Written], lang: str) -> None:
    if not files:
        click.echo("No decision is approved: nothing to write.")
    for one in files:
        if one.rows:
            click.echo(f"{one.marketplace}: {len(one.rows)} rows in {one.path}; "
                       f"undo: {one.undo}")
            show.table(["", "entity", "campaign", "text", "match type", "bid"], [
                [row.operation, row.entity, row.campaign, row.keyword_text or row.expression,
                 row.match_type, "" if row.bid is None else f"{row.bid}"] for row in one.rows])
        else:
            click.echo(f"{one.marketplace}: nothing to write.")
        for left in one.skipped:
            text = " ".join(filter(None, (said(left.reason, lang), said(left.do, lang))))
            click.echo(f"left out  {left.what}, {left.subject}: {text}")
