"""The example store: writes its reports, imports them, fills every template."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from macros import settings
from macros.fill import Request, blocks_of, fill
from macros.jobs import Context, import_paths
from sync.store.imports import Outcome
from sync.surfaces.xlsx import XlsxFile
from templates import all_templates
from workbook.errors import SurfaceError

# Monday 08:45 in Los Angeles: the first moment at which week 46 is over everywhere.
NOW = dt.datetime(2026, 11, 16, 16, 45)


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo made: the reports' folder, what the import said, the workbooks."""

    reports: Path
    outcomes: tuple[Outcome, ...]
    workbooks: tuple[Path, ...]


def demo(folder: Path, lang: str = "en", step: Callable[[str], None] = lambda _: None) -> Demo:
    """Builds the example store below `folder` and fills every template there as .xlsx.

    Raises:
        SurfaceError: the folder holds something else, or cannot be written.
    """
    from macros.example_store import generate

    reports = folder / "reports"
    if reports.exists() and not (reports / settings.FILE).exists():
        raise SurfaceError("The folder holds reports that are not the example's.", str(reports),
                           "Give an empty folder: opsheet demo --out demo")
    try:
        reports.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SurfaceError(f"The folder cannot be made: {error.strerror}.", str(reports),
                           "Give one you may write to with --out.") from None
    step("writing the example store's reports")
    generate(reports)
    _date_back(reports)
    store = str((folder / "opsheet.duckdb").resolve())
    context = Context(settings.load(reports, {"OPSHEET_STORE": store}), NOW)
    outcomes = []
    for outcome in import_paths(context, [reports]):
        step(f"importing {Path(outcome.path).name}")
        outcomes.append(outcome)
    return Demo(reports, tuple(outcomes), tuple(_fill_all(context, folder, lang, step)))


def _date_back(reports: Path) -> None:
    """The files look as if downloaded at the demo's own moment, so that every run is the same."""
    moment = NOW.replace(tzinfo=dt.UTC).timestamp()
    for file in reports.rglob("*"):
        os.utime(file, (moment, moment))


def _fill_all(
    context: Context, folder: Path, lang: str, step: Callable[[str], None]
) -> Iterator[Path]:
    for template in all_templates():
        step(f"filling {template.label[lang]}")
        path = folder / f"{template.name}.xlsx"
        fill(context, Request(template.name, lang=lang), XlsxFile(path, blocks_of(template.name)))
        yield path
