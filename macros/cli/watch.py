"""`opsheet watch`: imports what lands in a folder, and refills workbooks."""

from __future__ import annotations

import datetime as dt
import signal
import threading
import time
from pathlib import Path
from typing import Any

import click

from macros.cli.words import context
from workbook.errors import UsageError


@click.command("watch", short_help="Import what lands in a folder, and refill workbooks.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--fill", "fills", multiple=True, metavar="TEMPLATE=FILE",
              help="Fill this workbook after each import; may be given several times.")
@click.option("--once", is_flag=True, help="Take in what is there, fill, and end.")
def command(folder: Path, fills: tuple[str, ...], once: bool) -> int:
    """Import the reports that land in a folder (and in folders below it), as soon as they are
    whole, and fill workbooks after that.

    A workbook that is open is filled when it is closed. Files whose names say that they are not
    whole yet (.crdownload, .part, .tmp, ~$) are left alone. Ctrl+C ends it; what was finished
    stays. With --once the exit status is 1 if something was refused or could not be filled.

    \b
    opsheet watch ~/Downloads/amazon --fill weekly_report=weekly.xlsx --fill daily_check=plan.xlsm
    """
    from macros.watch import Watch

    if not folder.is_dir():
        raise UsageError("There is no such folder.", str(folder), "Make it, or give another one.")
    refills = [_refill(text) for text in fills]
    context()  # settings that cannot be read are said before anything is done
    watch = Watch(folder, refills, context, _tell, time.monotonic)
    stop = threading.Event()
    before = _on_signals(lambda *_: stop.set())
    try:
        if once:
            return int(not watch.once(stop.wait))
        _tell(f"watching {folder}; Ctrl+C ends it.")
        watch.run(stop.wait)
        _tell("Stopped. What was finished before stays.")
        return 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refill(text: str) -> Any:
    from macros.watch import Refill
    from templates import get_template

    template, equals, file = text.partition("=")
    path = Path(file).expanduser()
    if not equals or path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise UsageError(f"'{text}' does not say what to fill.", "--fill",
                         "Write --fill weekly_report=FILE.xlsx")
    if path.suffix.lower() == ".xlsm" and not path.exists():
        raise UsageError("There is no such macro workbook.", str(path),
                         f"Make it: opsheet workbook new {path}")
    return Refill(get_template(template).name, path)


def _on_signals(handler: Any) -> dict[signal.Signals, Any]:
    """Ctrl+C and a service's end let the step at work end first; signal -> what stood there."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, handler)
            for number in (signal.SIGINT, signal.SIGTERM)}


def _tell(line: str) -> None:
    click.echo(f"{dt.datetime.now():%H:%M:%S}  {line}")
