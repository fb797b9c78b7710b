"""`opsheet explain`: where one cell of a filled workbook comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from macros.cli import show
from macros.cli.words import context, store_option
from workbook.facts import BY_NAME
from workbook.model import Unit

if TYPE_CHECKING:
    from macros.explaining.parts import Explanation, Part
    from sync.store.lineage import Line, Traced
    from workbook.model import Cell, Value


@click.command("explain", short_help="Explain one cell of a filled workbook.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.argument("cell", metavar="SHEET!CELL")
@click.option("--rows", "limit", type=click.IntRange(1, 10_000), default=5, show_default=True,
              metavar="N", help="How many rows of each file to list.")
@store_option
@show.json_option
def command(file: Path, cell: str, limit: int, store: str, as_json: bool) -> None:
    """Say what one cell of a filled workbook means and where it comes from, down to file and line.

    The cell is SHEET!B7 (quote it, for the shell's sake) or a name such as ops_acos_US. Its parts
    are asked again from the store; where newer reports say something else now, that is said too.

    \b
    opsheet explain weekly_report.xlsx 'Ads!I5'
    opsheet explain weekly_report.xlsx ops_acos_US
    opsheet explain weekly_report.xlsx "'Week US'!B6" --json
    """
    from macros.explain import explain

    told = explain(context(), file, cell, store=store, limit=limit)
    if as_json:
        show.document(as_data(told))
    else:
        _print(told)


# --- JSON -------------------------------------------------------------------------------


def as_data(told: Explanation) -> dict[str, Any]:
    """The explanation as one document; see docs for its fields."""
    from macros.answers import plain
    from workbook.template import field_id

    found, now = told.found, told.now
    return {
        "file": told.file, "sheet": found.sheet, "cell": found.cell, "mirrors": found.mirrors,
        "kind": told.kind, "template": told.template,
        "block": found.block.id if found.block else "",
        "row": found.row_key, "field": field_id(found.item) if found.item else "",
        "part": found.part, "label": told.label, "store": told.store,
        "marketplace": told.group.marketplace if told.group else found.marketplace,
        "currency": told.group.currency if told.group else "",
        "period": str(told.period) if told.period else "", "shown": plain(found.value),
        "excel_formula": found.formula, "formula": told.formula,
        "now": plain(now.value) if now else None, "compared": told.compared,
        "same": told.same if told.compared else None, "why_differs": told.why_differs,
        **_state(now), "says": told.says,
        "inputs": [{"label": label, "value": plain(value)} for label, value, _ in told.inputs],
        "rule": {name: plain(value) for name, value in told.rule.items()},
        "parts": [_part_data(part) for part in told.parts],
        "files": [_file_data(file) for file in told.files],
    }


def _state(cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {"state": "", "note": "", "final_on": None}
    return {"state": cell.state.value, "note": cell.note,
            "final_on": str(cell.final_on) if cell.final_on else None}


def _part_data(part: Part) -> dict[str, Any]:
    from macros.answers import plain

    return {
        "label": part.label, "fact": part.fact, "period": str(part.period),
        "now": plain(part.now.value), **_state(part.now), "shown": plain(part.shown),
        "in_workbook": part.in_workbook, "rows": part.lineage.rows, "rows_of": part.lineage.fact,
        "total": plain(part.lineage.total),
        "files": [_file_data(file) for file in part.lineage.files],
        "costs": [_file_data(file) for file in part.lineage.costs],
    }


def _file_data(file: Traced) -> dict[str, Any]:
    from macros.answers import plain

    source = file.source
    return {
        "import": source.number, "path": source.file, "report": source.report.en,
        "marketplace": source.marketplace, "downloaded": f"{source.exported:%Y-%m-%dT%H:%M:%SZ}",
        "imported": f"{source.imported:%Y-%m-%dT%H:%M:%SZ}", "sha256": source.hash,
        "attribution_days": list(file.windows), "rows": file.rows, "total": plain(file.total),
        "lines": [{
            "line": line.line, "from": plain(line.start), "until": plain(line.end),
            "value": plain(line.value), "repeats": line.repeats, "text": line.text,
        } for line in file.lines],
    }


# --- for people -------------------------------------------------------------------------


def _print(told: Explanation) -> None:
    _print_place(told)
    _print_value(told)
    if told.formula:
        click.echo(f"\n{told.formula}")
    for text in told.says:
        click.echo(text)
    _print_rule(told)
    if told.inputs:
        click.echo()
        show.table(["from", "now"], [[label, _value(value, unit)]
                                     for label, value, unit in told.inputs])
    if told.parts:
        click.echo()
        _print_parts(told)
    seen: set[tuple[int, int]] = set()
    for part in told.parts:
        _print_lineage(part, told, seen)
    for file in told.files:
        click.echo()
        _print_file(file, None, told.lang, seen)


def _print_place(told: Explanation) -> None:
    from macros.explaining.parts import span

    found = told.found
    click.echo(" · ".join(filter(None, [told.template, told.block, told.label])))
    row = f", row {found.row_key}" if found.row_key else ""
    click.echo(f"{found.sheet}!{found.cell}{row}")
    if found.mirrors:
        click.echo(f"mirrors {found.mirrors}")
    group = [told.group.marketplace, told.group.currency] if told.group else [found.marketplace]
    if told.kind not in ("heading", "import"):
        when = span(told.period) if told.period else ""
        click.echo(" · ".join(filter(None, [told.store, *group, when])))


def _print_value(told: Explanation) -> None:
    from macros.cli.metrics import remark

    click.echo()
    raw = bool(told.rule) and told.kind == "rule" and not told.compared
    shown = _raw(told.found.value) if raw else _value(told.found.value, told.unit)
    rows = [["in the workbook", shown or "(blank)"]]
    if told.compared and told.now is not None:
        same = "   the same" if told.same else "   DIFFERS"
        rows.append(["from the store now", (_value(told.now.value, told.unit) or "(blank)") + same])
    wide = max(len(name) for name, _ in rows)
    for name, text in rows:
        click.echo(f"{name:<{wide}}  {text}")
    for reason in told.why_differs:
        click.echo(f"  {reason}")
    if told.now is not None and (note := remark(told.now)):
        click.echo(f"{'state':<{wide}}  {note}")


def _print_rule(told: Explanation) -> None:
    if not told.rule:
        return
    names = ("rule", "label", "marketplace", "test", "target", "alarm", "your_target", "your_alarm",
             "default_target", "default_alarm", "valid_from", "valid_to", "source", "rule_note")
    click.echo(f"\nRules sheet, row {told.rule['row']}")
    for name in names:
        if told.rule.get(name) is not None:
            click.echo(f"  {name.replace('_', ' '):<15} {_raw(told.rule[name])}")


def _print_parts(told: Explanation) -> None:
    from macros.cli.metrics import remark
    from macros.explaining.parts import equal

    rows = []
    for part in told.parts:
        differs = part.in_workbook and not equal(part.shown, part.now.value)
        rows.append([
            part.label, part.period.label(), _value(part.now.value, part.unit),
            _value(part.shown, part.unit) if part.in_workbook else "–",
            "; ".join(filter(None, ["DIFFERS" if differs else "", remark(part.now)]))])
    show.table(["part", "period", "now", "in the workbook", ""], rows)


def _print_lineage(part: Part, told: Explanation, seen: set[tuple[int, int]]) -> None:
    lineage = part.lineage
    with_rows = [file for file in lineage.files if file.rows]
    without = [f"#{file.source.number}" for file in lineage.files if not file.rows]
    total = "" if lineage.total is None else f", together {_value(lineage.total, part.unit)}"
    derived = "" if lineage.fact == part.fact else f" from {BY_NAME[lineage.fact].label[told.lang]}"
    click.echo(f"\n{part.label}{derived}, {part.period.label()}: {_count(lineage.rows, 'row')} "
               f"of {_count(len(with_rows), 'file')}{total}")
    for file in with_rows:
        _print_file(file, part.unit, told.lang, seen)
    if without:
        click.echo(f"  no such row in {', '.join(without)}, for the same days")
    for file in lineage.costs:
        click.echo("  priced with")
        _print_file(file, Unit.MONEY, told.lang, seen)


def _print_file(
    file: Traced, unit: Unit | None, lang: str, seen: set[tuple[int, int]]
) -> None:
    """A file is described, and a line quoted, only the first time."""
    source = file.source
    window = f" ({file.windows[0]}-day attribution)" if file.windows else ""
    click.echo(f"  #{source.number} {source.report[lang]}{window}")
    if (source.number, 0) not in seen:
        settling = f", settling until {source.settling}" if source.settling else ""
        click.echo(f"     {source.file}")
        click.echo(f"     downloaded {source.exported:%Y-%m-%d %H:%M} UTC, imported "
                   f"{source.imported:%Y-%m-%d %H:%M} UTC, SHA-256 {source.hash[:12]}…{settling}")
    sheet = source.file.lower().endswith((".xlsx", ".xlsm"))
    for line in file.lines:
        _print_line(line, unit, "row" if sheet else "line",
                    quote=(source.number, line.line) not in seen)
    seen |= {(source.number, 0), *((source.number, line.line) for line in file.lines)}
    rest = file.rows - sum(not line.repeats for line in file.lines)
    if rest > 0 and file.lines:
        total = "" if file.total is None else f"; all {file.rows}: {_value(file.total, unit)}"
        click.echo(f"     and {_count(rest, 'more row')}{total}")


def _print_line(line: Line, unit: Unit | None, noun: str, *, quote: bool) -> None:
    days = "" if line.start is None else str(line.start)
    if line.end is not None and line.end != line.start:
        days += f"..{line.end}"
    repeats = "  (repeats, counts once)" if line.repeats else ""
    value = "  ".join(filter(None, [days, _value(line.value, unit)]))
    click.echo(f"     {noun} {line.line}: {value}{repeats}")
    if line.text and quote:
        text = " ".join(line.text.split())
        click.echo(f"       {text[:150]}{'…' if len(text) > 150 else ''}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _raw(value: Value) -> str:
    """A bound as the rulebook has it, not rounded."""
    return f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value)


def _value(value: Value, unit: Unit | None) -> str:
    if unit is None and isinstance(value, int):
        return str(value)
    return show.number(value, unit or Unit.RATIO)
