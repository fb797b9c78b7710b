"""What lies over the cells of a table: colours by status and change, choices for inputs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sync.surfaces.xlsx.place import FIRST_COLUMN, Places, column_name
from sync.surfaces.xlsx.styles import DATE, Styles
from workbook import looks
from workbook.metrics import get_metric
from workbook.model import Status
from workbook.plan import Planned
from workbook.template import Change, Input, field_id
from workbook.template import Status as StatusField


def conditions(sheet: Any, planned: Planned, header: int, last: int, styles: Styles) -> None:
    """Colours that follow the cells they read."""
    ids = [field_id(f) for f in planned.block.fields]
    for number, item in enumerate(planned.block.fields):
        column = FIRST_COLUMN + number
        if isinstance(item, StatusField):
            value = FIRST_COLUMN + ids.index(item.of)
            status_colours(sheet, styles, (header + 1, column, last, column), column, header + 1)
            status_colours(sheet, styles, (header + 1, value, last, value), column, header + 1)
        elif field_id(item) == "severity":
            status_colours(sheet, styles, (header + 1, column, last, column), column, header + 1)
        elif isinstance(item, Change):
            good = get_metric(item.metric).good
            change_colours(sheet, styles, (header + 1, column, last, column), good)


def status_colours(
    sheet: Any, styles: Styles, area: tuple[int, int, int, int], column: int, row: int
) -> None:
    """Colours an area by the symbol that stands in the row's own status column."""
    for status in (Status.GOOD, Status.WATCH, Status.BAD):
        sheet.conditional_format(*area, {
            "type": "formula", "format": styles.status(status),
            "criteria": f'=LEFT(${column_name(column)}{row + 1},1)="{looks.SYMBOLS[status]}"',
        })


def change_colours(sheet: Any, styles: Styles, area: tuple[int, int, int, int], good: int) -> None:
    """Green for the better direction, red for the worse; nothing where neither is."""
    if not good:
        return
    cell = f"{column_name(area[1])}{area[0] + 1}"
    for sign, status in ((">", Status.GOOD), ("<", Status.BAD)):
        colour = looks.STATUS_COLOURS[status if good > 0 else _other(status)][0]
        sheet.conditional_format(*area, {
            "type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}{sign}0)",
            "format": styles.of_conditional(font_color="#" + colour),
        })


def _other(status: Status) -> Status:
    return Status.BAD if status is Status.GOOD else Status.GOOD


def choices(
    sheet: Any, planned: Planned, header: int, last: int, lang: str, places: Places
) -> None:
    """Lists and calendars of the cells that people type into."""
    for number, item in enumerate(planned.block.fields):
        if not isinstance(item, Input):
            continue
        area = (header + 1, FIRST_COLUMN + number, last, FIRST_COLUMN + number)
        if item.choices:
            sheet.data_validation(*area, {"validate": "list", "error_type": "warning",
                                          "source": [choice[lang] for choice in item.choices]})
        elif item.choices_from:
            sheet.data_validation(*area, {"validate": "list", "error_type": "warning",
                                          "source": "=" + places.rows_of(*item.choices_from)})
        elif item.date:
            sheet.data_validation(*area, {
                "validate": "date", "criteria": ">=", "value": dt.date(2000, 1, 1),
                "error_type": "warning", "input_message": DATE})
