"""`opsheet list`: what there is to import, to ask for and to fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from macros.cli import show
from macros.cli.words import context

Rows = list[dict[str, Any]]


@click.command("list", short_help="List reports, metrics, rules, templates or stores.")
@click.argument("what", type=click.Choice(["reports", "metrics", "rules", "templates", "stores"]))
@show.json_option
def command(what: str, as_json: bool) -> None:
    """List what Opsheet knows.

    \b
    reports    the kinds of report it reads, and how to download each
    metrics    the numbers that `opsheet metrics` and the sheets show
    rules      the rulebook: target and alarm of each rule
    templates  the sheets that it fills
    stores     the stores that have imports
    """
    work = context()
    rows = LISTS[what](work)
    if as_json:
        show.document({what: rows})
        return
    if not rows:
        click.echo(f"There are no {what} yet.")
        return
    PRINTERS.get(what, _print)(rows, work.settings.lang)


# --- the lists --------------------------------------------------------------------------


def _reports(_: Any) -> Rows:
    from sync.reports import all_kinds

    return [
        {"name": kind.name, "label": _both(kind.label), "mode": kind.mode.value,
         "how_to_download": _both(kind.how_to_download)}
        for kind in all_kinds()
    ]


def _metrics(_: Any) -> Rows:
    from workbook.metrics import METRICS

    return [
        {"name": metric.name, "label": _both(metric.label), "unit": metric.unit.value,
         "good": {1: "more", -1: "less", 0: None}[metric.good], "basis": metric.basis}
        for metric in METRICS.values()
    ]


def _rules(work: Any) -> Rows:
    from macros.answers import plain
    from workbook.rules import rulebook

    rows = rulebook(work.settings.rule_rows, str(work.settings.file or ""))
    return [
        {"id": rule.id, "metric": rule.metric, "label": _both(rule.label), "test": rule.test.value,
         "target": plain(rule.target), "alarm": plain(rule.alarm),
         "marketplace": rule.marketplace or None, "valid_from": str(rule.valid_from),
         "valid_to": str(rule.valid_to), "source": rule.source, "note": rule.note}
        for rule in rows
    ]


def _templates(_: Any) -> Rows:
    from templates import all_templates

    return [{"name": found.name, "label": _both(found.label)} for found in all_templates()]


def _stores(work: Any) -> Rows:
    from macros.status import status

    found: dict[str, dict[str, Any]] = {}
    for one in status(work, last=0).holdings:
        row = found.setdefault(one.store, {"store": one.store, "marketplaces": [],
                                           "first_day": None, "last_day": None})
        if one.marketplace and one.marketplace not in row["marketplaces"]:
            row["marketplaces"].append(one.marketplace)
        if one.first and one.last:
            row["first_day"] = min(filter(None, [row["first_day"], str(one.first)]))
            row["last_day"] = max(filter(None, [row["last_day"], str(one.last)]))
    return list(found.values())


LISTS: dict[str, Callable[[Any], Rows]] = {
    "reports": _reports, "metrics": _metrics, "rules": _rules, "templates": _templates,
    "stores": _stores,
}


def _both(label: Any) -> dict[str, str]:
    return {"en": label.en, "zh": label.zh}


# --- for people -------------------------------------------------------------------------


def _print(rows: Rows, lang: str) -> None:
    """The columns that any row fills, as a table."""
    columns = [name for name in rows[0] if any(row[name] not in (None, "", []) for row in rows)]
    show.table([name.replace("_", " ") for name in columns],
               [[_text(row[name], lang) for name in columns] for row in rows])


def _text(value: Any, lang: str) -> str:
    if isinstance(value, dict):
        return str(value[lang])
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _print_reports(rows: Rows, lang: str) -> None:
    for row in rows:
        click.secho(row["label"][lang], bold=True, nl=False)
        click.echo(f"  {row['name']}")
        for line in show.wrapped(row["how_to_download"][lang], 96):
            click.echo(f"    {line}")


def _print_rules(rows: Rows, lang: str) -> None:
    """Dates only where a rule does not always hold."""
    always = {"valid_from": "2000-01-01", "valid_to": "9999-12-31"}
    _print([row | {name: "" for name, day in always.items() if row[name] == day} for row in rows],
           lang)


PRINTERS: dict[str, Callable[[Rows, str], None]] = {
    "reports": _print_reports, "rules": _print_rules,
}
