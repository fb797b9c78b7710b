"""What the buttons of a macro workbook do, and the same for any workbook that is open in Excel.

Each Sub behind a button runs one of the functions below through xlwings' `RunPython`. Whatever
happens is said in the workbook: in the cell named `ops_status`, errors in a message as well, and
all of it in a log that "Open log" shows. Where Excel does not listen (a cell is being edited), the
words go to standard error, which xlwings' VBA shows in a message of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from macros import crash, jobs, presslog
from macros.planner import Part, refreshed
from macros.press import Press, Said, alone, name_of, press_on, pressed
from sync.surfaces import Receipt
from templates import get_template
from workbook.errors import OpsheetError, UsageError
from workbook.model import Period

if TYPE_CHECKING:
    import xlwings

    from sync.store.imports import Outcome

_SHOWN = 5  # refused files that a message names


# --- what the Subs call ---------------------------------------------------------------------


def refresh(name: str) -> None:
    """Fills a template's sheets in the workbook of the button."""
    pressed(f"refresh {name}", lambda press: _refresh(press, name))


def refresh_all() -> None:
    """Fills every template that has a button; one that fails does not stop the others."""
    pressed("refresh all", _refresh_all)


def import_reports() -> None:
    """Imports from the folders of `inbox` in opsheet.toml, or else from Downloads."""
    pressed("import", _import)


def undo_refresh() -> None:
    """Puts back what the last refresh replaced; of "refresh all" what all its fills did."""
    pressed("undo", _undo)


def open_log() -> None:
    """Shows the log of all presses."""
    pressed("open log", _open_log)


def fill_open(
    book: xlwings.Book, context: jobs.Context, template: str, *, period: str = "", store: str = "",
    marketplace: str = "", lang: str = "",
) -> Receipt:
    """Fills a template in an open workbook; what is not said is as the workbook was made.

    Raises:
        OpsheetError: see its message; nothing has changed then.
    """
    with alone(name_of(book)):
        return _filled(press_on(book, context), template, period=period, store=store,
                       marketplace=marketplace, lang=lang)[0]


# --- refreshing -----------------------------------------------------------------------------


def _filled(
    press: Press, template: str, whole: str = "", **wishes: str
) -> tuple[Receipt, Period, str]:
    """The receipt, the period and the language of a fill of the open workbook.

    `whole`: fills with the same one are undone together.
    """
    from macros.fill import blocks_of, fill
    from sync.surfaces.excel import ExcelBook
    from workbook.plan import Plan

    plans = list[Plan]()
    request = press.about.request(press.context, template, **wishes)
    surface = ExcelBook(press.book, blocks_of(template), press=whole)
    part = Part(surface, template, shared=bool(press.about.templates), before=plans.append)
    receipt = fill(press.context, request, part)
    return receipt, plans[-1].period, plans[-1].lang


def _refresh(press: Press, name: str) -> Said:
    receipt, period, lang = _filled(press, name)
    line = refreshed(press.context.now, name, period, len(receipt.notes))[lang]
    return Said(line, notes=receipt.notes)


def _refresh_all(press: Press) -> Said:
    names = press.about.templates
    if not names:
        raise UsageError("This workbook does not say which sheets it has buttons for.",
                         str(press.book.name), "Make one with `opsheet workbook new`.")
    told, notes, failed = list[str](), list[str](), 0
    whole = uuid.uuid4().hex
    for name in names:
        label = get_template(name).label[press.lang]
        try:
            receipt, _, _ = _filled(press, name, whole)
        except OpsheetError as error:
            failed += 1
            told.append(f"✗ {label}: {' '.join(' '.join(error.lines()).split())}")
        except Exception as error:
            failed += 1
            log = crash.keep(error, f"refresh all: {name}")
            told.append(f"✗ {label}: {crash.told(error, log)}")
        else:
            told.append(f"✓ {label}")
            notes += [f"{label}: {note}" for note in receipt.notes]
    done, many = len(names) - failed, len(notes)
    line = press.words(
        f"Refreshed {press.at}: {done} of {len(names)} templates" + (
            f", {many} note{'s' * (many > 1)} (Open log)" if many else ""),
        f"已于 {press.at} 刷新：{len(names)} 个模板中的 {done} 个" + (
            f"，{many} 条提示（见日志）" if many else ""))
    message = "\n".join([line, *told]) if failed else ""
    return Said(line, message, bool(failed), tuple(notes if failed else told + notes))


def _undo(press: Press) -> Said:
    from sync.surfaces.excel import ExcelBook

    count = ExcelBook(press.book, {}).undo()
    if not count:
        line = press.words("There is no refresh to undo.", "没有可撤销的刷新。")
        return Said(line, line)
    return Said(press.words(f"Undone {press.at}: {count:,} cells are as before the last refresh.",
                            f"已于 {press.at} 撤销：{count:,} 个单元格恢复为上次刷新前的内容。"))


# --- importing ------------------------------------------------------------------------------


def _import(press: Press) -> Said:
    """Files that are no reports are passed over in Downloads, and refused in an inbox."""
    from macros.downloads import reports_in

    found = press.context.settings
    context = replace(press.context,
                      settings=replace(found, store=found.store or press.about.store))
    if found.inbox:
        place, outcomes = ", ".join(map(str, found.inbox)), list(
            jobs.import_paths(context, list(found.inbox)))
    else:
        folder, files = reports_in()
        place, outcomes = str(folder), list(jobs.import_paths(context, files))
    return _imported(press, place, outcomes)


def _imported(press: Press, place: str, outcomes: Sequence[Outcome]) -> Said:
    """`Imported 08:46: 3 new, 12 unchanged, 1 refused`, and which were refused and why."""
    refused = [one for one in outcomes if one.status == "refused"]
    same = sum(one.status == "unchanged" for one in outcomes)
    new = len(outcomes) - same - len(refused)
    line = press.words(
        f"Imported {press.at}: {new} new, {same} unchanged, {len(refused)} refused",
        f"已于 {press.at} 导入：新报表 {new} 个，未变 {same} 个，未能读取 {len(refused)} 个")
    if not outcomes:
        line = press.words(f"No reports were found in {place}.", f"在 {place} 中没有找到报表。")
        return Said(line, line)
    notes = [f"{Path(one.path).name}: {one.message}".replace("\n", " ") for one in refused]
    more = len(refused) - _SHOWN
    told = notes[:_SHOWN] + ([press.words(f"… and {more} more (Open log)",
                                          f"……另有 {more} 个（见日志）")] if more > 0 else [])
    return Said(line, "\n".join([line, *told]), bool(refused), tuple(notes[_SHOWN:]))


def _open_log(press: Press) -> Said:
    presslog.show()
    return Said(press.words(f"The log is open: {presslog.log_file()}",
                            f"日志已打开：{presslog.log_file()}"))
