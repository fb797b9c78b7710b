"""A workbook with a home sheet of buttons and our VBA project behind it, made on any system.

What people read stands in cells and captions, in either language; the VBA source holds none of
it. Nothing runs when the workbook is opened, and without macros it is an ordinary workbook.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from macros.planner import CONF
from macros.vba.source import modules, refresh_sub, sheet_code_name
from sync.surfaces.xlsx.file import OPTIONS, STATUS
from sync.surfaces.xlsx.styles import Styles
from sync.vba import write_project
from workbook.errors import UsageError
from workbook.model import Label

_HOME = Label("Home", "首页")
_TITLE = Label("Operations planner", "运营计划工作簿")
_STATUS = Label("Not refreshed yet", "尚未刷新")
_HINT = Label(
    "If nothing happens: close the workbook, right-click the file > Properties > Unblock, open it "
    "again and choose Enable Content.",
    "如果按钮没有反应：请先关闭工作簿，右键单击文件 > 属性 > 解除锁定，"
    "再重新打开并点击“启用内容”。",
)
_REFRESH = Label("Fills the sheets of “{}” from the imported reports.",
                 "用已导入的报表填写“{}”的各个工作表。")
_ROW = 32  # points, the height of a row with a button
_WIDTH, _HEIGHT = 220, 32  # pixels of a button


@dataclass(frozen=True, slots=True)
class Button:
    """A button that refreshes one template: its name as in `templates`, and its caption."""

    template: str
    label: Label


@dataclass(frozen=True, slots=True)
class _Bound:
    """A button as it is drawn: the Sub behind it, its caption, what it does."""

    sub: str
    label: Label
    does: Label


_IMPORT = _Bound("OpsImport", Label("Import reports", "导入报表"),
                 Label("Takes in the reports you have downloaded.", "读取已下载的报表。"))
_ALL = _Bound("OpsRefreshAll", Label("Refresh all", "全部刷新"),
              Label("Presses every refresh button below.", "依次执行下面的所有刷新按钮。"))
_UNDO = _Bound("OpsUndo", Label("Undo last refresh", "撤销上次刷新"),
               Label("Puts back what the last refresh replaced; Ctrl+Z cannot.",
                     "恢复上次刷新前的内容（Ctrl+Z 无法撤销刷新）。"))
_LOG = _Bound("OpsOpenLog", Label("Open log", "打开日志"),
              Label("Shows what was done, and what went wrong.", "查看执行记录和出错信息。"))


def macro_workbook(
    buttons: Sequence[Button], sheets: Sequence[str] = (), lang: str = "en",
    settings: Mapping[str, str] | None = None, *, draw: Callable[[Any], object] | None = None,
    status: str = "",
) -> bytes:
    """The bytes of an .xlsm.

    Args:
        buttons: one for each template, in the order shown; import, refresh all, undo the last
            refresh and open the log are always there.
        sheets: the titles of empty sheets behind the home sheet.
        lang: "en" or "zh".
        settings: what the sheet `xlwings.conf` says; `xlwings_settings()` if None.
        draw: adds more sheets to XlsxWriter's workbook, behind these.
        status: what the status cell says; that nothing was refreshed yet if "".

    Raises:
        UsageError: a template's name cannot be a part of a Sub's name, or comes twice; a title
            cannot be a sheet's, or comes twice.
    """
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, OPTIONS)
    home, *_ = [_sheet(book, title) for title in (_HOME[lang], *sheets)]
    _draw_home(book, home, buttons, lang, status or _STATUS[lang])
    if draw is not None:
        draw(book)
    _write_settings(_sheet(book, CONF), xlwings_settings() if settings is None else settings)
    for number, sheet in enumerate(book.worksheets(), 1):
        sheet.set_vba_name(sheet_code_name(number))
        sheet.selected = 0  # two selected sheets are a group: what is typed goes into both
    home.activate()
    home.set_first_sheet()
    names = [button.template for button in buttons]
    project = write_project(modules(names, len(book.worksheets())))
    book.add_vba_project(io.BytesIO(project), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    book.close()
    return buffer.getvalue()


def xlwings_settings(
    interpreter: str = sys.executable, platform: str = sys.platform, pythonpath: str = ""
) -> dict[str, str]:
    """What xlwings has to know, by its own names; settings that are not known stay out.

    Args:
        interpreter: the path of the Python that has Opsheet, on the PC that opens the workbook.
        platform: that PC's, as `sys.platform` says it; Excel exists on "win32" and "darwin".
        pythonpath: folders to import from besides, parted by semicolons.
    """
    key = {"win32": "INTERPRETER_WIN", "darwin": "INTERPRETER_MAC"}.get(platform)
    return {
        **({key: interpreter} if key else {}),
        **({"PYTHONPATH": pythonpath} if pythonpath else {}),
        # A file beside the workbook, such as workbook.py, must not stand in for our modules.
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "UDF MODULES": "macros.functions",
    }


def _sheet(book: Any, title: str) -> Any:
    try:
        return book.add_worksheet(title)
    except XlsxWriterException as error:
        raise UsageError(f"No sheet can be named '{title}'.", str(error),
                         "Choose another title.") from error


def _write_settings(conf: Any, settings: Mapping[str, str]) -> None:
    """Names in A, values in B without a gap: xlwings reads down to the first empty cell."""
    conf.very_hidden()
    for row, (name, value) in enumerate(settings.items()):
        conf.write_string(row, 0, name)
        conf.write_string(row, 1, value)


def _bound(buttons: Sequence[Button]) -> Iterator[tuple[_Bound, ...]]:
    """The groups of buttons from top to bottom."""
    yield _IMPORT, _ALL
    yield tuple(
        _Bound(refresh_sub(button.template), button.label,
               Label(_REFRESH.en.format(button.label.en), _REFRESH.zh.format(button.label.zh)))
        for button in buttons
    )
    yield _UNDO, _LOG


def _draw_home(
    book: Any, home: Any, buttons: Sequence[Button], lang: str, status: str
) -> None:
    style = Styles(book, lang)
    home.hide_gridlines(2)
    home.set_column(0, 0, 2)
    home.set_column(1, 1, 34)
    home.set_column(2, 2, 84, style.of())
    home.write_string(0, 1, _TITLE[lang], style.title())
    home.write_string(1, 1, status, style.quiet())
    book.define_name(STATUS, f"='{home.get_name()}'!$B$2")
    row = 3
    for group in filter(None, _bound(buttons)):
        for bound in group:
            home.set_row(row, _ROW)
            home.insert_button(row, 1, {
                "macro": bound.sub, "caption": bound.label[lang], "width": _WIDTH,
                "height": _HEIGHT, "y_offset": 5, "description": bound.does[lang],
            })
            home.write_string(row, 2, bound.does[lang], style.of())
            row += 1
        row += 1
    home.set_row(row, _ROW)
    home.merge_range(row, 1, row, 2, _HINT[lang], style.quiet(text_wrap=True))
    home.set_landscape()
    home.set_paper(9)
    home.fit_to_pages(1, 0)
