"""How answers look on a terminal: JSON, tables that align Chinese too, numbers with their unit."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import click

from workbook.model import Unit, Value

_NUMBER = re.compile(r"(-?[\d,]+(\.\d+)?( %)?)?( *\[\d+\])?\s*$")  # with the mark of a footnote
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)


def document(data: Any) -> None:
    """Prints one JSON document in UTF-8, whatever the terminal's encoding is."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    click.echo(text.encode("utf-8", "backslashreplace"))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints columns under their headers; columns of numbers are right-aligned."""
    for line in table_lines(headers, rows):
        click.echo(line)


def table_lines(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    right = [any(row[n] for row in rows) and all(_NUMBER.match(row[n]) for row in rows if row[n])
             for n in range(len(headers))]
    widths = [max(map(width, column)) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = map(_padded, row, widths, right)
        yield "  ".join(cells).rstrip()


def _padded(text: str, wide: int, on_right: bool) -> str:
    space = " " * (wide - width(text))
    return space + text if on_right else text + space


def width(text: str) -> int:
    """How many columns a text takes on a terminal; Chinese characters take two."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
               for c in text)


def wrapped(text: str, columns: int) -> Iterator[str]:
    """The text in lines of at most `columns`; Chinese may break between any two characters."""
    line = ""
    for piece in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+", text):
        if line and width(line + piece.rstrip()) > columns:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def number(value: Value, unit: Unit) -> str:
    """A value with the digits its unit needs; a blank stays blank."""
    if not isinstance(value, int | float | Decimal):
        return "" if value is None else str(value)
    if unit is Unit.COUNT:
        return f"{value:,}"
    if unit is Unit.SHARE:
        return f"{float(value) * 100:,.1f} %"
    return f"{value:,.1f}" if unit in (Unit.DAYS, Unit.NUMBER) else f"{value:,.2f}"


class Bar:
    """A progress bar on standard error, or nothing where that is no terminal."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.progress = Progress(
            BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False),
            console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task("", total=total)

    def step(self, text: str) -> None:
        """One thing more is done."""
        self.progress.update(self.task, advance=1, description=text[-60:])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Takes the bar away while a person is asked something."""
        self.progress.stop()
        try:
            yield
        finally:
            self.progress.start()


@contextmanager
def bar(total: int) -> Iterator[Bar | None]:
    """A bar for `total` steps while standard error is a terminal; else None."""
    if not sys.stderr.isatty() or not total:
        yield None
        return
    shown = Bar(total)
    with shown.progress:
        yield shown


