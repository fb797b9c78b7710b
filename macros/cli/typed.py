"""`opsheet typed`: what people typed, since when, who said it where, and what else was said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context, marketplace_option, store_option
from workbook.errors import UsageError

if TYPE_CHECKING:
    from workbook.inputs import Entry


class Day(click.ParamType[dt.date]):
    """A day such as 2026-11-15."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is no day; write it as 2026-11-15.", param, ctx)


@click.command("typed", short_help="List and export what people typed.")
@click.argument("topic", default="", metavar="[TOPIC]")
@store_option
@marketplace_option
@click.option("--as-of", "day", type=Day(), default=None, metavar="DAY",
              help="What counts on that day; by default today.")
@click.option("--history", is_flag=True, help="Everything that was ever said, oldest first.")
@click.option("--disputed", is_flag=True, help="Only where two files disagree.")
@click.option("--export", "target", default="", metavar="FILE",
              help="Write tables that `opsheet import` reads back: FILE.csv or FILE.xlsx for one "
              "topic, a folder for several.")
@show.json_option
def command(
    topic: str, store: str, marketplace: str | None, day: dt.date | None, history: bool,
    disputed: bool, target: str, as_json: bool,
) -> None:
    """List what people typed into workbooks and imported as tables of their own.

    Topics: targets, account_values, benchmarks, stock_stages, overhead, exchange_rates,
    forecast_overrides, okrs, events, operations, decisions, rules; notes have the name of their
    table, such as weekly_report.ads. Of two files that disagree the newest counts; both are kept.
    """
    from macros.typed import Wish, listing

    wish = Wish(topic.replace("-", "_"), store, marketplace or "", day)
    if target:
        if history or disputed:
            raise UsageError("What counts is exported, not the history.", target,
                             "Leave --history and --disputed away, or use --json for them.")
        _export(wish, Path(target), as_json)
        return
    if history and (disputed or day):
        raise UsageError("--history lists everything.", do="Leave --disputed and --as-of away.")
    work = context()
    found = listing(work, wish, history=history)
    lang = work.settings.lang
    pairs = [(one, []) for one in found.every] if history else [
        (one.entry, one.others) for one in found.counts if one.others or not disputed]
    if as_json:
        show.document({"store": found.store, "typed": [
            _row(entry) | {"others": [_row(other) for other in others]}
            for entry, others in pairs]})
    elif not pairs:
        click.echo("No two files disagree." if disputed else "Nobody has typed anything yet.")
    else:
        _print(pairs, lang)


def _export(wish: Any, target: Path, as_json: bool) -> None:
    from macros.typed import export

    paths, rows, lacking = export(context(), wish, target)
    if as_json:
        show.document({"files": [str(path) for path in paths], "rows": rows, "left_out": lacking})
        return
    for path in paths:
        click.echo(str(path))
    click.echo(", ".join(f"{name}: {count}" for name, count in rows.items()))
    if lacking:
        click.echo(f"note  {lacking} rows are left out: they lack a column that an import needs.")


# --- rows -------------------------------------------------------------------------------


def _row(entry: Entry) -> dict[str, Any]:
    from macros.answers import plain
    from workbook.said import key_in_words, since

    value = entry.value
    return {
        "topic": entry.topic, "key": entry.key, "about": key_in_words(entry.topic, entry.key, "en"),
        "field": entry.field, "value": str(value) if isinstance(value, dt.date) else plain(value),
        "valid_from": str(since(entry)) if since(entry) else None,
        "said_at": entry.said_at.isoformat(timespec="seconds"), "source": entry.source,
        "who": entry.who or None, "import": entry.import_id or None, "undone": entry.undone,
    }


def _print(pairs: list[tuple[Entry, list[Entry]]], lang: str) -> None:
    """A line for each value; what other files say stands below it."""
    from workbook.said import field_in_words, key_in_words, since, topic_in_words

    headers = ["topic", "about", "what", "value", "since", "said at (UTC)", "by", "file"]
    back, below = " (taken back)", ["", "", "other file"]
    if lang == "zh":
        headers = ["主题", "对象", "项目", "数值", "生效日", "时间 (UTC)", "填写人", "文件"]
        back, below = "（已撤回）", ["", "", "另一文件"]
    rows = []
    for entry, others in pairs:
        for one in (entry, *others):
            about = [topic_in_words(one.topic, lang), key_in_words(one.topic, one.key, lang),
                     field_in_words(one.field, lang)]
            value = "" if one.value is None else str(one.value)
            rows.append([
                *(about if one is entry else below),
                (value + back).strip() if one.value is None or one.undone else value,
                str(since(one) or ""), f"{one.said_at:%Y-%m-%d %H:%M}", one.who, one.source])
    show.table(headers, rows)
